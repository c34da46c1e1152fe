#!/usr/bin/env python3
"""tapc tune beside TVM's MetaSchedule, which tunes by trials on this machine.

For each shape: how long each of them tunes, then the kernels of both, tuned and
not, in turn in one process. Run it with the Python that has TVM:

  build/peers/bin/python bench/metaschedule.py --shapes mission/a --trials 256
"""
import argparse
import ctypes
import json
import os
import random
import statistics
import subprocess
import sys
import time

# Before any library starts its threads: one kernel on one core.
for variable in ("TVM_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ[variable] = "1"

# pylint: disable=wrong-import-position
import candidates
from build import Builder
from measure import Measure
from peer_tvm import Tvm
from shapes import ROOT, choose_kernel, read_shapes

CASES = "mission/(a|b1|d|rows_5x7|f)$"
DLTENSOR = 7  # type index of a tensor that is lent
SAMPLE_SECONDS = 3e-4
LIMIT_SECONDS = 300  # of a trial: its processes start slowly


def parse_arguments():
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    add = parser.add_argument
    add("--tapc", default=os.path.join(ROOT, "build", "release", "tapc"))
    add("--shapes", default=CASES, metavar="PATTERN")
    add("--budget", default="10s", help="of tapc tune")
    add("--trials", type=int, default=256, help="of MetaSchedule")
    add("--options", default="-march=native", help="of tapc")
    add("--rounds", type=int, default=60)
    add("--work", default=os.path.join(ROOT, "build", "metaschedule"))
    add("--json", metavar="FILE", help="default: results.jsonl in --work")
    return parser.parse_args()


class Any(ctypes.Structure):
    """An argument of TVM's functions."""
    _fields_ = [("type", ctypes.c_int32), ("zero", ctypes.c_uint32),
                ("pointer", ctypes.c_void_p)]


class Device(ctypes.Structure):
    """Where a tensor is."""
    _fields_ = [("type", ctypes.c_int32), ("number", ctypes.c_int32)]


class Tensor(ctypes.Structure):
    """A tensor as DLPack has it."""
    _fields_ = [("data", ctypes.c_void_p), ("device", Device),
                ("n_dimensions", ctypes.c_int32), ("code", ctypes.c_uint8),
                ("bits", ctypes.c_uint8), ("lanes", ctypes.c_uint16),
                ("shape", ctypes.POINTER(ctypes.c_int64)),
                ("strides", ctypes.POINTER(ctypes.c_int64)),
                ("offset", ctypes.c_uint64)]


class MetaSchedule(Tvm):
    """TVM's functions called from C, tuned or not."""

    def __init__(self, work):
        super().__init__(threads=1)
        import tvm_ffi
        from tvm.s_tir import meta_schedule
        self.schedules = meta_schedule
        self.work = work
        library = ctypes.CDLL(tvm_ffi.libinfo.find_libtvm_ffi())
        self.call = ctypes.cast(
            library.TVMFFIFunctionCall, ctypes.c_void_p).value
        self.kept = []

    def candidate(self, module, variant, tensors):
        """A function of a compiled module as a candidate."""
        function = module["main"]
        extents = [tensors.x_extents, tensors.w_extents,
                   [tensors.shape.outputs], tensors.y_extents]
        places = [tensors.place(name, "first") for name in "xwb"]
        arguments, result = (Any * 4)(), Any()
        for i, at in enumerate(places + [tensors.output("first")]):
            shape = (ctypes.c_int64 * len(extents[i]))(*extents[i])
            tensor = Tensor(at, Device(1, 0), len(shape), 2, 32, 1, shape)
            arguments[i] = Any(DLTENSOR, 0, ctypes.addressof(tensor))
            self.kept += [shape, tensor]
        self.kept += [function, arguments, result]
        return candidates.CCandidate(
            self.call, [function.__chandle__(), ctypes.addressof(arguments), 4,
                        ctypes.addressof(result)],
            "tvm", variant, "first", "first", "direct", tensors)

    def make(self, tensors, trials, name):
        """Both candidates and the seconds of tuning."""
        program = self.program(tensors, False).with_attr(
            "global_symbol", "main")
        module = self.tvm.IRModule({"main": program})
        made = [self.candidate(self.tvm.compile(module, target=self.target),
                               "untuned", tensors)]
        start = time.monotonic()
        database = self.schedules.tune_tir(
            module, self.target, os.path.join(self.work, "tvm-" + name),
            max_trials_global=trials, num_trials_per_iter=min(64, trials),
            num_tuning_cores=os.cpu_count(),
            builder=self.schedules.builder.LocalBuilder(
                timeout_sec=LIMIT_SECONDS),
            runner=self.schedules.runner.LocalRunner(
                timeout_sec=LIMIT_SECONDS))
        schedule = self.schedules.tir_integration.compile_tir(
            database, module, self.target)
        seconds = time.monotonic() - start
        if schedule:
            made.append(self.candidate(
                self.tvm.compile(schedule.mod, target=self.target), "tuned",
                tensors))
        return made, seconds


def tune_tapc(arguments, kernel, name):
    """The file of the winner, or None, and the seconds."""
    path = os.path.join(arguments.work, name + ".tapc")
    if os.path.exists(path):
        os.remove(path)
    words = [arguments.tapc, "tune", kernel.file, "--kernel=" + kernel.name,
             "--budget=" + arguments.budget, "--fresh", "-o", path,
             "--db=" + os.path.join(arguments.work, name + ".db")]
    for item in kernel.defines.items():
        words += ["-D", "%s=%d" % item]
    start = time.monotonic()
    subprocess.run(words + arguments.options.split(), check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    seconds = time.monotonic() - start
    return path if os.path.exists(path) else None, seconds


def time_all(items, rounds):
    """Seconds of each, in turn; the median and the least."""
    for it in items:
        seconds = it.sample(1)
        it.n = max(1, int(SAMPLE_SECONDS / max(seconds, 1e-9)))
    order = random.Random(0)
    for _ in range(rounds):
        turn = list(items)
        order.shuffle(turn)
        for it in turn:
            it.samples.append(it.sample(it.n))
    return {it.name(): {"median": statistics.median(it.samples),
                        "minimum": min(it.samples)} for it in items}


class Comparison:
    """Shapes one after the other; what is done is kept."""

    def __init__(self, arguments):
        self.arguments = arguments
        os.makedirs(arguments.work, exist_ok=True)
        self.builder = Builder(arguments.work, os.path.abspath(arguments.tapc),
                               arguments.options.split())
        self.measure = Measure(self.builder.library(
            ["measure.c", "reference.c"], "measure.so", ["-O3", "-lm"]), 0)
        self.tvm = MetaSchedule(arguments.work)
        self.path = arguments.json or os.path.join(
            arguments.work, "results.jsonl")
        self.done = set()
        if os.path.exists(self.path):
            with open(self.path) as lines:
                self.done = {json.loads(line)["shape"] for line in lines}

    def run_shape(self, shape):
        """Tune, check, time."""
        layout = "rows" if "rows" in shape.name else "first"
        name = shape.name.replace("/", "-")
        tensors = candidates.make_tensors(self.measure, shape, "f32")
        path, seconds = tune_tapc(
            self.arguments, choose_kernel(shape, layout), name)
        items = [candidates.make_tapc(
            self.builder, shape, layout, tensors, 1)]
        if path:
            items.append(candidates.make_tapc(
                self.builder, shape, layout, tensors, 1, path))
            items[-1].variant = "tuned"
        made, tvm_seconds = self.tvm.make(
            tensors, self.arguments.trials, name)
        items += made
        for it in items:
            if not it.check():
                raise RuntimeError("%s is wrong" % it.name())
        row = {"shape": shape.name, "tapc_seconds": seconds,
               "tvm_seconds": tvm_seconds, "trials": self.arguments.trials,
               "seconds": time_all(items, self.arguments.rounds)}
        tensors.free()
        return row

    def run(self):
        """All shapes that are not done yet."""
        for shape in read_shapes(self.arguments.shapes):
            if shape.name in self.done:
                continue
            row = self.run_shape(shape)
            with open(self.path, "a") as file:
                file.write(json.dumps(row) + "\n")
            print_row(row)


def print_row(row):
    """A line for each kernel."""
    print("%s: tapc tuned %.1f s, MetaSchedule %.1f s (%d trials)" % (
        row["shape"], row["tapc_seconds"], row["tvm_seconds"], row["trials"]))
    for name, seconds in row["seconds"].items():
        print("  %-24s %10.3f us median, %10.3f us minimum" % (
            name, 1e6 * seconds["median"], 1e6 * seconds["minimum"]))
    sys.stdout.flush()


if __name__ == "__main__":
    Comparison(parse_arguments()).run()
