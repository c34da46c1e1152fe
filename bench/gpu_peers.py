"""What the GPU table compares tapc with: functions of tensors in the case's
layout that return the result. Each is left out where it is not installed, or
cannot do the case."""
import torch
import torch.nn.functional as F

try:
    import triton
    import triton.language as tl
except ImportError:
    triton = None
try:
    from causal_conv1d import causal_conv1d_fn, causal_conv1d_update
except ImportError:
    causal_conv1d_fn = causal_conv1d_update = None


def reference(case, t):
    """The result of a forward convolution, by PyTorch in the type of t["x"]."""
    s = case["sizes"]
    x, w = t["x"], t["w"]
    if case["layout"] == "nlc":
        x, w = x.transpose(1, 2), w.t()
    if s["left"] != s["right"]:
        x, padding = F.pad(x, (s["left"], s["right"])), 0
    else:
        padding = s["left"]
    bias = t["b"].to(x.dtype) if case["silu"] else None
    y = F.conv1d(x, w.unsqueeze(1), bias, s["S"], padding, s["D"], s["C"])
    return F.silu(y) if case["silu"] else y


def update_reference(case, t):
    """(y, state) of one step, like causal_conv1d_update without it."""
    state, w = t["state"], t["w"]
    if case["layout"] == "nlc":
        state, w = state.transpose(1, 2), w.t()
    window = torch.cat([state, t["x"].unsqueeze(2)], 2)
    y = F.silu((window * w).sum(2) + t["b"].to(window.dtype))
    state.copy_(window[:, :, 1:])
    return y


def backward_reference(case, t):
    """(dx, dw, db), by PyTorch's own backward."""
    s = case["sizes"]
    x, w, dy = t["x"], t["w"], t["dy"]
    if case["layout"] == "nlc":
        x, w, dy = x.transpose(1, 2), w.t(), dy.transpose(1, 2)
    wide = F.pad(x, (s["left"], 0))
    dx, dw, db = torch.ops.aten.convolution_backward(
        dy, wide, w.unsqueeze(1), [s["C"]], [1], [0], [1], False, [0], s["C"],
        [True, True, True])
    return dx[:, :, s["left"]:], dw.squeeze(1), db


if triton:
    @triton.jit
    def triton_rows(x, w, b, y, n_rows, C, L, P, LEFT, K: tl.constexpr,
                    S: tl.constexpr, D: tl.constexpr, SILU: tl.constexpr,
                    BLOCK: tl.constexpr):
        """Rows along the time: a program has BLOCK outputs of one row."""
        blocks = tl.cdiv(P, BLOCK)
        row = (tl.program_id(0) // blocks).to(tl.int64)
        p = (tl.program_id(0) % blocks) * BLOCK + tl.arange(0, BLOCK)
        c = row % C
        acc = tl.zeros([BLOCK], tl.float32)
        if SILU:
            acc += tl.load(b + c)
        for k in tl.static_range(K):
            at = p * S + k * D - LEFT
            value = tl.load(x + row * L + at, (at >= 0) & (at < L), 0.0)
            acc += value.to(tl.float32) * tl.load(w + c * K + k)
        if SILU:
            acc = acc * tl.sigmoid(acc)
        tl.store(y + row * P + p, acc.to(y.dtype.element_ty), p < P)

    @triton.jit
    def triton_channels(x, w, b, y, N, C, L, P, LEFT, K: tl.constexpr,
                        S: tl.constexpr, D: tl.constexpr, SILU: tl.constexpr,
                        TIMES: tl.constexpr, BLOCK: tl.constexpr):
        """Channels last: a program has TIMES outputs of BLOCK channels."""
        steps = tl.cdiv(P, TIMES)
        n = (tl.program_id(0) // steps).to(tl.int64)
        p = (tl.program_id(0) % steps) * TIMES + tl.arange(0, TIMES)
        c = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
        acc = tl.zeros([TIMES, BLOCK], tl.float32)
        if SILU:
            acc += tl.load(b + c, c < C, 0.0)[None, :]
        for k in tl.static_range(K):
            at = p * S + k * D - LEFT
            inside = ((at >= 0) & (at < L))[:, None] & (c < C)[None, :]
            value = tl.load(x + (n * L + at)[:, None] * C + c[None, :],
                            inside, 0.0)
            weight = tl.load(w + k * C + c, c < C, 0.0)
            acc += value.to(tl.float32) * weight.to(tl.float32)[None, :]
        if SILU:
            acc = acc * tl.sigmoid(acc)
        tl.store(y + (n * P + p)[:, None] * C + c[None, :],
                 acc.to(y.dtype.element_ty),
                 (p < P)[:, None] & (c < C)[None, :])


def run_triton(case, t, y, block, times, warps):
    """The kernel by hand for the case's layout."""
    s = case["sizes"]
    b = t.get("b", t["x"])
    if case["layout"] == "ncl":
        p = y.shape[2]
        rows = s["N"] * s["C"]
        triton_rows[(rows * triton.cdiv(p, block),)](
            t["x"], t["w"], b, y, rows, s["C"], s["L"], p, s["left"], s["K"],
            s["S"], s["D"], case["silu"], block, num_warps=warps)
    else:
        p = y.shape[1]
        triton_channels[(s["N"] * triton.cdiv(p, times),
                         triton.cdiv(s["C"], block))](
            t["x"], t["w"], b, y, s["N"], s["C"], s["L"], p, s["left"],
            s["K"], s["S"], s["D"], case["silu"], times, block,
            num_warps=warps)
    return y


def list_triton(case, t, y):
    """{name: function} for each shape of the programs worth trying."""
    if not triton or case["kind"] != "conv":
        return {}
    shapes = [(256, 1, 4), (512, 1, 4), (1024, 1, 4), (1024, 1, 8),
              (2048, 1, 8)]
    if case["layout"] == "nlc":
        shapes = [(64, 16, 4), (64, 32, 4), (128, 8, 4), (128, 16, 4),
                  (128, 32, 8), (32, 64, 4)]
    return {"triton %d x %d, %d" % shape:
            lambda shape=shape: run_triton(case, t, y, *shape)
            for shape in shapes}


def list_causal(case, t):
    """causal-conv1d, where it is installed and can."""
    s = case["sizes"]
    if not causal_conv1d_fn or s["K"] > 4 or s["K"] < 2:
        return {}
    if case["kind"] == "update" and case["layout"] == "ncl":
        return {"causal-conv1d": lambda: causal_conv1d_update(
            t["x"], t["state"], t["w"], t["b"], "silu")}
    if case["kind"] != "conv" or not case["silu"] or \
            (s["S"], s["D"]) != (1, 1):
        return {}
    x, w = t["x"], t["w"]
    if case["layout"] == "nlc":
        x, w = x.transpose(1, 2), w.t().contiguous()
    return {"causal-conv1d": lambda: causal_conv1d_fn(
        x, w, t["b"].to(w.dtype), activation="silu")}


def without_cudnn(function):
    """PyTorch's own kernels."""
    def call():
        with torch.backends.cudnn.flags(enabled=False):
            return function()
    return call


def list_peers(case, t, y, is_compiling):
    """{name: function} of all that can do the case."""
    functions = {"conv": reference, "update": update_reference,
                 "backward": backward_reference}
    if case["kind"] not in functions:
        return {}
    eager = lambda: functions[case["kind"]](case, t)
    peers = {"eager": eager, "eager, no cuDNN": without_cudnn(eager)}
    if is_compiling:
        compiled = torch.compile(
            lambda: functions[case["kind"]](case, t), dynamic=False,
            mode="max-autotune-no-cudagraphs")
        peers["compiled"] = compiled
    peers.update(list_triton(case, t, y))
    peers.update(list_causal(case, t))
    return peers
