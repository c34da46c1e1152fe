#!/usr/bin/env python3
"""Measure what gpu_build.py made, on this machine's GPU, beside a copy of the
same bytes, PyTorch, Triton and causal-conv1d. Needs PyTorch, not tapc.

    gpu_run.py FOLDER [--json FILE] [--only WORD] [--compile] [--no-tests]
                      [--no-peers] [--seconds N]

Every number is the median of replays of a CUDA graph between two events; cold:
everything was driven out of the L2 cache before; warm: the average of a graph
of many calls. Results are compared with double precision before.
"""
import argparse
import ctypes
import json
import os
import statistics
import subprocess
import sys
import time

import torch

import gpu_cases
import gpu_peers

ROUNDS, WARM_CALLS, FLUSH_BYTES = 21, 20, 256 << 20
TYPES = {"f32": torch.float32, "f16": torch.float16, "bf16": torch.bfloat16}
NLC_ORDER = {"x": (0, 2, 1), "y": (0, 2, 1), "dx": (0, 2, 1), "dy": (0, 2, 1),
             "state": (0, 2, 1), "w": (1, 0), "dw": (1, 0)}


# ---- Tensors and calls ----------------------------------------------------


def make_tensors(case):
    """{name: tensor}, in the order of memory of the case's layout."""
    tensors = {}
    for name, shape in gpu_cases.shapes_of(case).items():
        order = NLC_ORDER.get(name)
        if case["layout"] == "nlc" and order and len(order) == len(shape):
            shape = [shape[i] for i in order]
        tensors[name] = torch.randn(shape, device="cuda").to(
            TYPES[gpu_cases.type_of(case, name)])
    return tensors


class Kernel:
    """A case's launcher."""

    def __init__(self, folder, case):
        library = ctypes.CDLL(os.path.join(folder, case["name"] + ".so"))
        self.error = getattr(library, case["name"] + "_cuda_error")
        self.error.restype = ctypes.c_char_p
        self.launch = getattr(library, case["name"] + "_cuda")
        self.check(getattr(library, case["name"] + "_cuda_load")())

    def check(self, status):
        """Raise what the driver says."""
        if status:
            raise RuntimeError("status %d: %s" % (
                status, self.error().decode()))

    def __call__(self, tensors):
        """Start it on PyTorch's current stream."""
        stream = ctypes.c_void_p(torch.cuda.current_stream().cuda_stream)
        self.check(self.launch(stream, *[
            ctypes.c_void_p(tensor.data_ptr()) for tensor in tensors.values()]))


# ---- Is it right? ---------------------------------------------------------


def to_double(case, t, rows):
    """The first rows of a case, in double precision on the GPU."""
    small = dict(case, sizes=dict(case["sizes"], N=rows))
    keep = {name: tensor if name in ("w", "b", "dw", "db") else tensor[:rows]
            for name, tensor in t.items()}
    return small, {name: tensor.double() for name, tensor in keep.items()}


def distance(got, want):
    """The largest error, relative to the size of the results."""
    got, want = got.double(), want.double()
    return ((got - want).abs() / (want.abs() + want.std() + 1e-3)).max().item()


def check(case, kernel, t):
    """The largest error of any result; two runs must give the same bits."""
    limits = {"f32": 2e-5, "f16": 4e-3, "bf16": 3e-2}
    before = {name: tensor.clone() for name, tensor in t.items()}
    kernel(t)
    torch.cuda.synchronize()
    first = {name: tensor.clone() for name, tensor in t.items()}
    for name in t:
        t[name].copy_(before[name])
    kernel(t)
    torch.cuda.synchronize()
    same = all(torch.equal(first[name].view(torch.uint8),
                           t[name].view(torch.uint8)) for name in t)
    rows = case["sizes"]["N"] if case["kind"] == "backward" else \
        min(case["sizes"]["N"], 4)
    small, exact = to_double(case, before, rows)
    swap = case["layout"] == "nlc"
    if case["kind"] == "nothing":
        error = distance(first["y"], before["x"])
    elif case["kind"] == "conv":
        want = gpu_peers.reference(small, exact)
        error = distance(first["y"][:rows],
                         want.transpose(1, 2) if swap else want)
    elif case["kind"] == "update":
        want = gpu_peers.update_reference(small, exact)
        error = max(distance(first["y"][:rows], want),
                    distance(first["state"][:rows], exact["state"]))
    else:
        dx, dw, db = gpu_peers.backward_reference(small, exact)
        error = max(distance(first["dx"], dx.transpose(1, 2) if swap else dx),
                    distance(first["dw"], dw.t() if swap else dw),
                    distance(first["db"], db))
    for name in t:
        t[name].copy_(before[name])
    return error, same, error <= limits[case["type"]] and same


# ---- How long does it take? -----------------------------------------------


def capture(function, calls):
    """A graph of so many calls, warmed up."""
    side = torch.cuda.Stream()
    with torch.cuda.stream(side):
        for _ in range(3):
            function()
    torch.cuda.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        for _ in range(calls):
            function()
    return graph


def replay(graph, flush, calls):
    """Nanoseconds of one call, the median of the rounds."""
    times = []
    for _ in range(ROUNDS):
        if flush is not None:
            flush.zero_()
        begin = torch.cuda.Event(enable_timing=True)
        end = torch.cuda.Event(enable_timing=True)
        begin.record()
        graph.replay()
        end.record()
        torch.cuda.synchronize()
        times.append(begin.elapsed_time(end) * 1e6 / calls)
    return statistics.median(times)


def measure(function, flush):
    """(cold, warm) in nanoseconds."""
    cold = replay(capture(function, 1), flush, 1)
    calls = 1 if cold > 2e5 else WARM_CALLS
    return cold, replay(capture(function, calls), None, calls)


def measure_copy(n_bytes, flush):
    """A copy that reads and writes so many bytes in all."""
    source = torch.empty(max(n_bytes // 2, 16), dtype=torch.uint8,
                         device="cuda")
    target = torch.empty_like(source)
    return measure(lambda: target.copy_(source), flush)


def measure_peers(case, t, flush, is_compiling):
    """{name: (cold, warm)}; of the hand-written ones the best."""
    times = {}
    peers = gpu_peers.list_peers(case, t, t.get("y"), is_compiling)
    for name, function in peers.items():
        try:
            with torch.no_grad():
                pair = measure(function, flush)
        except Exception as error:  # a peer that cannot is left out
            print("  %s: %s" % (name, str(error).split("\n")[0][:90]))
            continue
        name = name.split(" ")[0] if name.startswith("triton") else name
        times[name] = min(times.get(name, pair), pair)
    return times


# ---- The table ------------------------------------------------------------


def measure_case(folder, case, flush, nothing, options):
    """One row."""
    t = make_tensors(case)
    kernel = Kernel(folder, case)
    error, same, right = check(case, kernel, t)
    cold, warm = measure(lambda: kernel(t), flush)
    copy, _ = measure_copy(gpu_cases.bytes_of(case), flush)
    peers = {} if options.no_peers else measure_peers(
        case, t, flush, options.compile)
    share = copy / cold
    launches = cold / nothing if nothing else 1
    holds = launches <= case["tiny"] if "tiny" in case else \
        share >= case["least"]
    ahead = all(cold <= pair[0] for pair in peers.values())
    return {"name": case["name"], "cold_ns": cold, "warm_ns": warm,
            "copy_ns": copy, "share_of_copy": share, "launches": launches,
            "bytes": gpu_cases.bytes_of(case), "error": error,
            "same_bits_twice": same, "right": right, "peers": peers,
            "holds": bool(holds and right), "ahead": ahead,
            "least": case.get("tiny") or case["least"],
            "resources": case["resources"]}


def print_row(row):
    """A line of the table."""
    best = min(row["peers"].items(), key=lambda pair: pair[1][0],
               default=("", (0, 0)))
    print("%-40s %9.2f %9.2f %9.2f %6.1f %% %6.2f  %-16s %9.2f  %s%s%s" % (
        row["name"], row["cold_ns"] / 1e3, row["warm_ns"] / 1e3,
        row["copy_ns"] / 1e3, 100 * row["share_of_copy"], row["launches"],
        best[0], best[1][0] / 1e3, "holds" if row["holds"] else "MISSES",
        "" if row["ahead"] else ", BEHIND",
        "" if row["right"] else ", WRONG (%.2g)" % row["error"]), flush=True)


def run_tests(folder):
    """The examples on the device, twice, then under compute-sanitizer."""
    harness = os.path.join(folder, "harness")
    if not os.path.exists(harness):
        return
    environment = dict(os.environ, TAPC_DEVICE="copy")
    with open(os.path.join(folder, "kernels")) as file:
        kernels = file.read().split()
    for words in ([], [], ["compute-sanitizer", "--target-processes=all",
                           "--error-exitcode=9"]):
        some = ["dwconv1d", "causal_conv1d_update"] if words else kernels
        try:
            done = subprocess.run(words + [harness] + some, env=environment,
                                  capture_output=True, text=True, check=False,
                                  timeout=180)
        except (OSError, subprocess.TimeoutExpired) as error:
            print("tests: %s" % error)
            continue
        lines = done.stdout.strip().splitlines()
        print("tests%s: %s" % (" under " + words[0] if words else "",
                               lines[-1] if lines else done.stderr[-300:]))
        print(done.stderr[-1500:], end="", flush=True)


def parse_options():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder")
    parser.add_argument("--json")
    parser.add_argument("--only", default="")
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--no-tests", action="store_true")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--seconds", type=float, default=1e9)
    return parser.parse_args()


def main():
    """All rows, while there is time."""
    options = parse_options()
    begin = time.time()
    if not options.no_tests:
        run_tests(options.folder)
    with open(os.path.join(options.folder, "cases.json")) as file:
        cases = json.load(file)
    flush = torch.empty(FLUSH_BYTES, dtype=torch.uint8, device="cuda")
    rows, nothing = [], 0
    print("%s, PyTorch %s\n%-40s %9s %9s %9s %8s %6s  %-16s %9s" % (
        torch.cuda.get_device_name(), torch.__version__, "case", "cold us",
        "warm us", "copy us", "share", "times", "best peer", "us"))
    for case in cases:
        if options.only not in case["name"] and case["kind"] != "nothing":
            continue
        if time.time() - begin > options.seconds:
            print("out of time before %s" % case["name"])
            break
        row = measure_case(options.folder, case, flush, nothing, options)
        nothing = nothing or row["cold_ns"]
        rows.append(row)
        print_row(row)
        if options.json:
            with open(options.json, "w") as file:
                json.dump({"device": torch.cuda.get_device_name(),
                           "benchmarks": rows}, file, indent=1)
    print("%d of %d hold, %d behind a peer, %d wrong" % (
        sum(row["holds"] for row in rows), len(rows),
        sum(not row["ahead"] for row in rows),
        sum(not row["right"] for row in rows)))
    return not all(row["right"] for row in rows)


if __name__ == "__main__":
    sys.exit(main())
