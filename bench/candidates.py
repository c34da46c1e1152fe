"""What is timed: tapc, naive C, and peers that are called from C."""
import ctypes
import os
import time

from build import find_program, load_function
from measure import Tensors
from shapes import choose_kernel


class Candidate:
    """One way to compute a shape. "user" is the order in which it takes and
    gives tensors, "order" the one it works in; they differ where the change
    is not part of the call ("favourite") or is ("moved")."""

    def __init__(self, peer, variant, user, order, way, tensors):
        self.peer, self.variant = peer, variant
        self.user, self.order, self.way = user, order, way
        self.tensors = tensors
        self.note, self.error, self.samples, self.n = "", None, [], 1
        self.first = 0  # seconds of the call that is checked
        self.is_framework = False
        self.has_bias = tensors.has_bias

    def name(self):
        """Unique among the candidates of a shape."""
        words = [self.peer, self.variant, self.user]
        if self.way != "direct":
            words += [self.order, self.way]
        return "/".join(word for word in words if word)

    def check(self):
        """Run once and compare."""
        self.tensors.spoil(self.user)
        self.first = self.once()
        self.fetch()
        self.error = self.tensors.error(
            self.tensors.output(self.user), self.user, self.has_bias)
        return self.error <= 1

    def fetch(self):
        """Bring the output to where check() looks."""

    def free(self):
        """Memory of its own."""


class CCandidate(Candidate):
    """A function of pointers."""

    def __init__(self, function, arguments, *rest):
        super().__init__(*rest)
        self.call = self.tensors.measure.call(function, arguments)

    def sample(self, n):
        """Seconds per call."""
        return self.tensors.measure.time(self.call, n)

    def once(self):
        """Seconds of a single call."""
        return self.tensors.measure.once(self.call)


class PythonCandidate(Candidate):
    """A Python function without arguments."""

    def __init__(self, function, *rest):
        super().__init__(*rest)
        self.function = function
        self.is_framework = True

    def sample(self, n):
        """Seconds per call, Python's part of it included."""
        return self.tensors.measure.time_python(self.function, n)

    def once(self):
        """Seconds of a single call, not the one that prepares things."""
        self.function()
        start = time.perf_counter()
        self.function()
        return time.perf_counter() - start


def make_tapc(builder, shape, layout, tensors, threads, schedule=None):
    """tapc's kernel for a layout, under the default schedule or that of a
    file, or None where no kernel fits."""
    kernel = choose_kernel(shape, layout)
    if not kernel:
        return None
    library = builder.kernel(kernel, tensors.dtype, schedule)
    arguments = [tensors.output(layout) if name == "y" else
                 tensors.place(name, layout) for name in kernel.arguments]
    symbol = kernel.name
    if threads > 1:
        symbol += "_parallel"
        arguments.append(ctypes.addressof(builder.pool(threads)))
    it = CCandidate(load_function(library, symbol), arguments, "tapc", "",
                    layout, layout, "direct", tensors)
    it.note = os.path.basename(kernel.file)
    it.has_bias = "b" in kernel.arguments
    return it


def make_naive(builder, shape, layout, tensors):
    """Loops under two compilers, in two forms."""
    made = []
    order = "last" if layout == "last" else "first"
    for compiler in (find_program("clang-19"), find_program("gcc-12", "gcc")):
        if not compiler:
            continue
        library = builder.naive(compiler, shape, order, tensors.dtype,
                                tensors.activation)
        arguments = [tensors.place(name, order) for name in "xwb"]
        if not tensors.has_bias:
            arguments[2] = tensors.zeros()
        for form in ("sum", "row"):
            made.append(CCandidate(
                load_function(library, "naive_" + form),
                arguments + [tensors.output(order)], compiler, form, order,
                order, "direct", tensors))
    return made


class WarmCandidate(CCandidate):
    """One that never finds cold caches: it uses no memory."""

    def sample(self, n):
        return self.tensors.measure.time(self.call, n, is_warm=True)


class Yardsticks:
    """The peak of multiply-adds and the speed of memory."""
    STEPS = 1000

    def __init__(self, builder, measure):
        self.measure = measure
        library = ctypes.CDLL(builder.yardsticks())
        library.roof_run.restype = ctypes.c_double
        library.roof_vector_bytes.restype = ctypes.c_long
        self.library = library
        self.vector_bytes = library.roof_vector_bytes()
        self.result = ctypes.c_float()
        self.operations = library.roof_run(
            ctypes.c_long(self.STEPS), ctypes.byref(self.result))

    def make(self, tensors):
        """The peak, a memcpy, and moves of vectors, as candidates."""
        read, written = tensors.input_bytes(), tensors.output_bytes()
        source = tensors.allocate(read + 4096)
        target = tensors.allocate(written + 4096, is_output=True)
        self.sizes = (ctypes.c_int64 * 2)(read, written)
        address = ctypes.addressof
        peak = WarmCandidate(
            address_of(self.library.roof_run),
            [self.STEPS, address(self.result)], "peak", "", "", "", "direct",
            tensors)
        copy = CCandidate(
            self.measure.move, [source, target, address(self.sizes)], "memcpy",
            "", "", "", "direct", tensors)
        move = CCandidate(
            address_of(self.library.roof_move),
            [source, read // self.vector_bytes, target,
             written // self.vector_bytes], "move", "", "", "", "direct",
            tensors)
        ctypes.memset(source, 0, read)
        ctypes.memset(target, 0, written)
        for it in (peak, copy, move):
            it.error = 0
        return [peak, copy, move]


def address_of(function):
    """Of a function of a library."""
    return ctypes.cast(function, ctypes.c_void_p).value


def make_tensors(measure, shape, dtype):
    """The tensors of a shape; the activation and the bias are those of the
    kernel that tapc runs."""
    kernel = choose_kernel(shape, "first")
    activation = kernel.activation if kernel else ""
    tensors = Tensors(measure, shape, activation, dtype)
    tensors.has_bias = bool(kernel) and "b" in kernel.arguments
    return tensors
