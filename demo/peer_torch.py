"""Times of PyTorch on the demo's cases, one thread, where it is installed."""
import time

import torch
import torch.nn.functional as F

torch.set_num_threads(1)


def measure(name, run):
    best = float("inf")
    for _ in range(30):
        start = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - start)
    print(f"{name:33} {best * 1e6:12.3f} us  (torch {torch.__version__})")


def depthwise(name, n, c, l, k, pad, silu=False):
    x, w, b = torch.rand(n, c, l), torch.rand(c, 1, k), torch.rand(c)
    if silu:
        measure(name, lambda: F.silu(
            F.conv1d(x, w, b, padding=pad, groups=c)[..., :l]))
    else:
        measure(name, lambda: F.conv1d(x, w, b, padding=pad, groups=c))


with torch.no_grad():
    depthwise("a   [1, 64, 96] k 3 pad 1", 1, 64, 96, 3, 1)
    depthwise("b   [1, 2048, 21] k 3 pad 1", 1, 2048, 21, 3, 1)
    depthwise("b   [3072, 128, 202] k 3", 3072, 128, 202, 3, 0)
    a, b = torch.rand(1, 1000, 5), torch.rand(1000, 1, 7)
    measure("c   1000 rows, 5 by 7, full",
            lambda: F.conv1d(a, b, padding=6, groups=1000))
    x, h = torch.rand(1000, 1, 64), torch.rand(1, 1, 16)
    measure("d   [1000, 1, 64] k 16 pad 8", lambda: F.conv1d(x, h, padding=8))
    depthwise("f   [1, 1536, 512] k 4 SiLU", 1, 1536, 512, 4, 3, silu=True)
