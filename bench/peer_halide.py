"""Halide: functions compiled ahead, scheduled by its autoschedulers."""
import ctypes
import glob
import os
import re

from build import find_program, load_function
from candidates import CCandidate, address_of
from measure import make_array
from shapes import HERE, PEERS

SCHEDULERS = ("Adams2019", "Mullapudi2016")


class Halide:
    """One installation of Halide."""

    def __init__(self, builder, name, include, flags, plugins, threads):
        self.builder, self.name = builder, name
        self.plugins, self.threads = plugins, threads
        source = os.path.join(HERE, "peer_halide.cpp")
        self.generator = builder.run(
            [find_program("g++-12", "g++", "c++"), "-std=c++17", "-O1", "-I",
             include, source, "-o", "{out}"] + flags, [source], "halide")
        self.caller = ctypes.CDLL(builder.library(
            ["peer_halide.c"], "halide_call.so", ["-I", include]))
        self.caller.peer_halide_new.restype = ctypes.c_void_p

    def compile(self, tensors, layout, scheduler):
        """The address of the function."""
        shape = tensors.shape
        depthwise = shape.groups == shape.c == shape.outputs
        if not depthwise and shape.groups != 1:
            raise RuntimeError("groups are not described")
        plugin = glob.glob(os.path.join(
            self.plugins, "*autoschedule_%s.so" % scheduler.lower()))
        if not plugin:
            raise RuntimeError("no autoscheduler " + scheduler)
        words = [self.generator, "{out}", scheduler, plugin[0],
                 str(self.threads), layout, str(shape.axes),
                 tensors.activation or "none", str(int(tensors.has_bias))]
        words += map(str, (
            shape.n, shape.c, shape.height, shape.width, shape.outputs,
            shape.groups, *shape.taps, *shape.stride, *shape.dilation,
            *shape.before, shape.output_extent(0), shape.output_extent(1)))
        path = self.builder.run(words, [self.generator], "halide.o")
        library = self.builder.run(
            ["cc", "-shared", path, "-o", "{out}", "-lpthread", "-ldl", "-lm"],
            [path], "halide.so")
        return load_function(library, "halide_kernel_argv")

    def make(self, tensors):
        """Both layouts, all schedulers."""
        made = []
        if tensors.dtype != "f32":
            return made
        for layout in ("first", "last"):
            for scheduler in SCHEDULERS:
                try:
                    function = self.compile(tensors, layout, scheduler)
                except (RuntimeError, OSError, ValueError) as error:
                    tensors.complain("%s %s %s: %s" % (
                        self.name, scheduler, layout,
                        str(error).strip().splitlines()[-1]))
                    continue
                made.append(self.call(tensors, layout, scheduler, function))
        return made

    def call(self, tensors, layout, scheduler, function):
        """A candidate."""
        shape, axes, extents = tensors.shape, [], []
        for one in (self.place(shape, layout, tensors.x_extents),
                    self.weights(tensors, layout), [shape.outputs],
                    self.place(shape, layout, tensors.y_extents)):
            axes.append(len(one))
            extents += one
        bias = tensors.place("b", "first")
        at = (ctypes.c_void_p * 4)(
            tensors.place("x", layout), tensors.place("w", layout), bias,
            tensors.output(layout))
        state = self.caller.peer_halide_new(
            ctypes.c_void_p(function), at, make_array(axes),
            make_array(extents))
        run = address_of(self.caller.peer_halide_run)
        return HalideCandidate(
            self.caller, state, run, [state], self.name, scheduler, layout,
            layout, "direct", tensors)

    @staticmethod
    def place(shape, layout, extents):
        """Extents in memory, the contiguous one first."""
        n, c, h, w = extents
        inner = [w, h] if shape.axes == 2 else [w]
        return [c] + inner + [n] if layout == "last" else inner + [c, n]

    @staticmethod
    def weights(tensors, layout):
        """The same of weights."""
        o, c, h, w = tensors.w_extents
        taps = [w, h] if tensors.shape.axes == 2 else [w]
        inputs = [] if tensors.shape.is_depthwise() else [c]
        if layout == "last":
            return [o] + inputs + taps
        return taps + inputs + [o]


class HalideCandidate(CCandidate):
    """A function of Halide's."""

    def __init__(self, caller, state, *rest):
        super().__init__(*rest)
        self.caller, self.state = caller, ctypes.c_void_p(state)

    def free(self):
        self.caller.peer_halide_free(self.state)


def list_halide(builder, threads, complain):
    """Installations: Debian's, and a Python package."""
    places = []
    for include in glob.glob("/usr/include/halide[0-9]*"):
        version = include.rsplit("halide", 1)[1]
        for plugins in glob.glob("/usr/lib/*/halide" + version):
            places.append(("halide-" + version, include, [
                "-lHalide" + version], plugins))
    for folder in glob.glob(os.path.join(
            PEERS, "lib", "python*", "site-packages", "halide", "include")):
        root = os.path.dirname(folder)
        found = re.search(r"-(\d+)", "".join(glob.glob(root + "-*.dist-info")))
        version = found.group(1) if found else "pip"
        lib = next(iter(glob.glob(os.path.join(root, "lib*"))), "")
        places.append(("halide-" + version, folder, [
            "-L", lib, "-Wl,-rpath," + lib, "-lHalide"], lib))
    found = []
    for name, include, flags, plugins in places:
        try:
            found.append(Halide(builder, name, include, flags, plugins,
                                threads))
        except (RuntimeError, OSError) as error:
            complain("%s: %s" % (name, str(error).strip().splitlines()[-1]))
    return found
