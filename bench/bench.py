#!/usr/bin/env python3
"""Time tapc beside naive C, oneDNN, Halide, PyTorch, ONNX Runtime and TVM.

One process; all candidates of a shape take turns, round after round; results
are checked before they are timed. "python3 bench/bench.py --help".
"""
import argparse
import contextlib
import fcntl
import os
import random
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)


def parse_arguments():
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="bench", description=__doc__.split("\n\n")[0])
    add = parser.add_argument
    add("--tapc", default=os.path.join(ROOT, "build", "release", "tapc"))
    add("--shapes", default="quick", metavar="WORD",
        help="quick (default), mission, all, or a pattern of names")
    add("--all", action="store_true", help="the same as --shapes all")
    add("--layout", default="ncl,nlc,rows",
        help="ncl, nlc, rows (full convolution of pairs), with commas")
    add("--dtype", default="f32", help="f32, f16, bf16, with commas")
    add("--threads", type=int, default=1)
    add("--peers", default="naive,onednn,halide,torch,compiled,onnxruntime,tvm",
        help="which, with commas (compiled: torch.compile; halide-all: "
        "each version, not only the first); none for tapc alone")
    add("--cold", type=int, default=0, metavar="MIB",
        help="write so much before every call (default: warm caches)")
    add("--seconds", type=float, default=1, help="of timing for a shape")
    add("--limit", type=float, default=5e9,
        help="leave out shapes with more multiply-adds")
    add("--tapc-options", default="-march=native", metavar="OPTIONS")
    add("--cpu", type=int, default=None, help="stay on this processor")
    add("--lock", metavar="FILE",
        help="hold a lock on FILE while timing a shape, and be nice meanwhile")
    add("--json", metavar="FILE", help="write the results; - is the output")
    add("--verbose", action="store_true", help="every candidate's time")
    add("--work", default=os.path.join(ROOT, "build", "bench"),
        help="where what is compiled is kept")
    arguments = parser.parse_args()
    if arguments.all:
        arguments.shapes = "all"
    return arguments


ARGUMENTS = parse_arguments()
# Before any library of a peer starts its threads.
for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "HL_NUM_THREADS",
                 "TVM_NUM_THREADS"):
    os.environ[variable] = str(ARGUMENTS.threads)

# pylint: disable=wrong-import-position
import candidates  # noqa: E402
import report  # noqa: E402
from build import Builder  # noqa: E402
from measure import Measure  # noqa: E402
from peer_halide import list_halide  # noqa: E402
from peer_onednn import list_onednn  # noqa: E402
from peer_onnx import OnnxRuntime  # noqa: E402
from peer_torch import Torch  # noqa: E402
from peer_tvm import Tvm  # noqa: E402
from shapes import choose_kernel, read_shapes  # noqa: E402

LAYOUTS = {"ncl": "first", "nlc": "last", "rows": "rows"}
SAMPLE_SECONDS = 2e-4
MAX_ROUNDS = 400


class Turn:
    """Nobody else measures meanwhile, and nobody takes the processor where
    that can be had; outside of it this process is nice."""

    def __init__(self, lock):
        self.file = open(lock, "w") if lock else None
        self.set_nice(15)

    def set_nice(self, value):
        """Of all threads, peers' too, where a lock is shared."""
        if not self.file:
            return
        for thread in os.listdir("/proc/self/task"):
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, int(thread), value)

    def __enter__(self):
        if self.file:
            fcntl.flock(self.file, fcntl.LOCK_EX)
        self.set_nice(0)
        self.set_nice(-20)

    def __exit__(self, *_):
        self.set_nice(15)
        if self.file:
            fcntl.flock(self.file, fcntl.LOCK_UN)


def choose_iterations(candidate):
    """How many calls make a sample; the seconds of one call."""
    candidate.n = 1
    seconds = candidate.sample(1)
    if candidate.tensors.measure.flush and not isinstance(
            candidate, candidates.WarmCandidate):
        return seconds  # each call is a sample
    while seconds * candidate.n < SAMPLE_SECONDS:
        candidate.n = max(2 * candidate.n, min(
            int(SAMPLE_SECONDS / max(seconds, 1e-9)) + 1, 8 * candidate.n))
        seconds = candidate.sample(candidate.n)
    if seconds * candidate.n < 0.1:
        seconds = min(seconds, *(candidate.sample(candidate.n)
                                 for _ in range(2)))
    return seconds


def time_all(items, budget):
    """Take turns until the budget is used up, in another order each round:
    what runs behind one that moves much finds the caches full of that. What is
    far behind the best sits out most rounds."""
    tapc = min(it.first for it in items if it.peer == "tapc")
    for it in items:  # too slow to take turns: a call or two is all
        if it.peer != "tapc" and it.first > max(20 * tapc, budget / 4):
            if it.first < 20:
                it.first = min(it.first, it.once())
            if it.first > max(20 * tapc, budget / 4):
                it.samples = [it.first]
    items = [it for it in items if not it.samples]
    costs = {it: choose_iterations(it) for it in items}
    tapc = min(costs[it] for it in items if it.peer == "tapc")
    slow = [it for it in items if it.peer != "tapc" and (
        costs[it] > 20 * tapc or costs[it] * it.n > budget / 8)]
    fast = [it for it in items if it not in slow] or items
    round_seconds = sum(2 * costs[it] * it.n for it in fast)
    n_rounds = int(min(MAX_ROUNDS, max(8, budget / round_seconds)))
    order = random.Random(0)
    start = time.monotonic()
    for i in range(n_rounds):
        turn = list(fast if i % 8 or i == 0 else items)
        order.shuffle(turn)
        for it in turn:
            if it in slow and time.monotonic() - start > 2 * budget:
                continue
            it.samples.append(it.sample(it.n))
        if time.monotonic() - start > 4 * budget and i >= 2:
            break
    for it in items:
        it.samples = it.samples or [costs[it]]


class Bench:
    """The peers that are there, and the results."""

    def __init__(self, arguments):
        self.arguments = arguments
        self.wanted = arguments.peers.split(",")
        if "halide-all" in self.wanted:
            self.wanted.append("halide")
        self.builder = Builder(arguments.work, os.path.abspath(arguments.tapc),
                               arguments.tapc_options.split())
        self.measure = Measure(
            self.builder.library(["measure.c", "reference.c"], "measure.so",
                                 ["-O3", "-lm"]), arguments.cold << 20)
        self.yardsticks = candidates.Yardsticks(self.builder, self.measure)
        self.turn = Turn(arguments.lock)
        self.peers, self.missing = [], []
        self.rows, self.left_out = [], []
        self.is_right = True  # tapc, where it was checked
        self.find_peers()

    def find_peers(self):
        """All that are wanted; those that are not there are named."""
        def complain(text):
            print(text, file=sys.stderr)

        for name, package, found in (
                ("onednn", "libdnnl-dev", lambda: list_onednn(
                    self.builder, complain)),
                ("halide", "libhalide14-0-dev", lambda: list_halide(
                    self.builder, self.arguments.threads, complain)[
                        :None if "halide-all" in self.wanted else 1]),
                ("torch", "torch", lambda: [Torch(
                    self.arguments.threads, "compiled" in self.wanted)]),
                ("onnxruntime", "onnxruntime, onnx", lambda: [
                    OnnxRuntime(self.arguments.threads)]),
                ("tvm", "apache-tvm", lambda: [Tvm(self.arguments.threads)])):
            if name not in self.wanted:
                continue
            try:
                peers = found()
            except ImportError as error:
                peers = []
                complain("%s: %s" % (name, error))
            self.peers += peers
            if not peers:
                self.missing.append("%s (%s)" % (name, package))

    def make(self, shape, tensors, layouts):
        """All candidates; those that fail to build are named."""
        made = []
        for layout in layouts:
            try:
                it = candidates.make_tapc(self.builder, shape, layout, tensors,
                                          self.arguments.threads)
            except RuntimeError as error:
                it = None
                self.leave_out(shape, "%s: %s" % (layout, error))
            if it:
                made.append(it)
        if not made:
            return made
        if "naive" in self.wanted:
            for layout in [it for it in layouts if it != "rows"]:
                made += candidates.make_naive(
                    self.builder, shape, layout, tensors)
        for peer in self.peers:
            made += peer.make(tensors)
        return made

    def leave_out(self, shape, why):
        """Say what is not timed."""
        self.left_out.append((shape.name, why))
        print("%s: %s" % (shape.name, why), file=sys.stderr)

    def run_shape(self, shape, dtype):
        """All layouts of a shape in one interleaved run."""
        layouts = [LAYOUTS[word] for word in self.arguments.layout.split(",")]
        layouts = [it for it in layouts if choose_kernel(shape, it)]
        if not layouts:
            self.leave_out(shape, "no kernel for it")
            return
        tensors = candidates.make_tensors(self.measure, shape, dtype)
        if tensors.operations() > self.arguments.limit:
            self.leave_out(shape, "%.1e multiply-adds, beyond --limit" %
                           tensors.operations())
            tensors.free()
            return
        tensors.complain = lambda text: self.leave_out(shape, text)
        items = self.make(shape, tensors, layouts)
        right = []
        for it in items:
            if it.check():
                right.append(it)
            else:
                self.leave_out(shape, "%s is WRONG: error %.3g of its bound"
                               % (it.name(), it.error))
                self.is_right = self.is_right and it.peer != "tapc"
        if any(it.peer == "tapc" for it in right):
            right += self.yardsticks.make(tensors)
            with self.turn:
                time_all(right, self.arguments.seconds)
            for it in right:
                if it.peer == "tapc":
                    self.rows.append(report.Row(
                        shape, dtype, it, right, tensors,
                        self.yardsticks.operations))
                    print(self.rows[-1].line(), file=sys.stderr)
            if self.arguments.verbose:
                report.print_candidates(right, sys.stderr)
        for it in items:
            it.free()
        tensors.free()

    def run(self):
        """Everything, then the table."""
        for shape in read_shapes(self.arguments.shapes):
            for dtype in self.arguments.dtype.split(","):
                self.run_shape(shape, dtype)


def main():
    """Time, print, write."""
    if ARGUMENTS.cpu is not None:
        os.sched_setaffinity(0, {ARGUMENTS.cpu})
    bench = Bench(ARGUMENTS)
    try:
        bench.run()
    except KeyboardInterrupt:
        print("interrupted: what follows is what there is", file=sys.stderr)
    text = sys.stderr if ARGUMENTS.json == "-" else sys.stdout
    report.print_table(bench, text)
    if ARGUMENTS.json:
        report.write_json(bench, ARGUMENTS.json)
    return 0 if bench.rows and bench.is_right else 1


if __name__ == "__main__":
    sys.exit(main())
