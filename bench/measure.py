"""The C side of the benchmark: calls, tensors, references."""
import ctypes
import time

FLOAT_BYTES = 4
DTYPES = {"f32": (0, 4), "f16": (1, 2), "bf16": (2, 2)}
ACTIVATIONS = {"": 0, "none": 0, "relu": 1, "silu": 2}
MAX_CHECKED = 4e6  # multiply-adds of a check


class Call(ctypes.Structure):
    """struct measure_call."""
    _fields_ = [("function", ctypes.c_void_p), ("n", ctypes.c_int64),
                ("arguments", ctypes.c_void_p * 8)]


class ShapeNumbers(ctypes.Structure):
    """struct measure_shape."""
    _fields_ = [(name, ctypes.c_int64) for name in (
        "n c height width outputs groups kernel_height kernel_width "
        "stride_height stride_width dilation_height dilation_width pad_top "
        "pad_left output_height output_width activation dtype").split()]


def make_numbers(shape, activation, dtype):
    """A shape as C has it."""
    return ShapeNumbers(
        shape.n, shape.c, shape.height, shape.width, shape.outputs,
        shape.groups, *shape.taps, *shape.stride, *shape.dilation,
        *shape.before, shape.output_extent(0), shape.output_extent(1),
        ACTIVATIONS[activation], DTYPES[dtype][0])


def make_array(numbers):
    """int64_t[] of them."""
    return (ctypes.c_int64 * len(numbers))(*numbers)


def strides_of(extents, layout):
    """Strides of [n][c][h][w] that lies as it is or channels last."""
    _, c, h, w = extents
    if layout == "last":
        return [h * w * c, 1, w * c, c]
    return [c * h * w, h * w, w, 1]


class Measure:
    """The library, and a buffer that empties caches."""

    def __init__(self, path, flush_bytes):
        library = ctypes.CDLL(path)
        library.measure_allocate.restype = ctypes.c_void_p
        library.measure_calls.restype = ctypes.c_double
        library.measure_once.restype = ctypes.c_double
        library.reference_error.restype = ctypes.c_double
        library.reference_operations.restype = ctypes.c_double
        self.library = library
        self.flush_bytes = flush_bytes
        self.flush = self.allocate(flush_bytes, 0) if flush_bytes else None
        self.move = ctypes.cast(library.measure_move, ctypes.c_void_p).value

    def allocate(self, size, offset):
        """The address of bytes behind a page."""
        at = self.library.measure_allocate(
            ctypes.c_int64(size), ctypes.c_int64(offset))
        if not at:
            raise MemoryError("%d bytes" % size)
        return at

    def free(self, at, offset):
        """What allocate() gave."""
        self.library.measure_free(ctypes.c_void_p(at), ctypes.c_int64(offset))

    def call(self, function, arguments):
        """Something to give to time()."""
        return Call(function, len(arguments),
                    (ctypes.c_void_p * 8)(*arguments))

    def time(self, call, n, is_warm=False):
        """Seconds per call, the mean of n."""
        return self.library.measure_calls(
            ctypes.byref(call), ctypes.c_int64(n), ctypes.c_void_p(self.flush),
            ctypes.c_int64(0 if is_warm else self.flush_bytes))

    def once(self, call):
        """Seconds of a single call."""
        return self.library.measure_once(ctypes.byref(call))

    def empty_caches(self):
        """What time() does before each call, for what is timed in Python."""
        if self.flush:
            ctypes.memset(self.flush, 1, self.flush_bytes)

    def time_python(self, function, n):
        """Seconds per call of a Python function, the mean of n."""
        if self.flush:
            seconds = 0
            for _ in range(n):
                self.empty_caches()
                start = time.perf_counter_ns()
                function()
                seconds += time.perf_counter_ns() - start
            return 1e-9 * seconds / n
        function()
        start = time.perf_counter_ns()
        for _ in range(n):
            function()
        return 1e-9 * (time.perf_counter_ns() - start) / n


class Tensors:
    """The tensors of a shape, in each order that somebody wants."""

    def __init__(self, measure, shape, activation, dtype):
        self.measure, self.shape, self.dtype = measure, shape, dtype
        self.activation = activation
        self.numbers = make_numbers(shape, activation, dtype)
        self.has_bias = True
        self.buffers, self.known = [], {}
        self.x_extents = [shape.n, shape.c, shape.height, shape.width]
        self.y_extents = [shape.n, shape.outputs, shape.output_extent(0),
                          shape.output_extent(1)]
        self.w_extents = [shape.outputs, shape.c // shape.groups, *shape.taps]
        self.exact = {name: self.fill(extents, seed) for name, extents, seed in
                      (("x", self.x_extents, 1), ("w", self.w_extents, 2),
                       ("b", [1, 1, 1, shape.outputs], 3))}

    def allocate(self, size, is_output=False):
        """A buffer on a cache line; inputs in the first half of a page and
        outputs in the second, so that none follows another at a multiple of
        a page."""
        offset = 64 * (1 + 5 * len(self.buffers) % 30) + 2048 * is_output
        at = self.measure.allocate(size, offset)
        self.buffers.append((at, offset))
        return at

    def free(self):
        """All buffers."""
        for at, offset in self.buffers:
            self.measure.free(at, offset)
        self.buffers, self.known = [], {}

    def fill(self, extents, seed):
        """Floats, each a value of the dtype."""
        n = count(extents)
        at = self.allocate(FLOAT_BYTES * n)
        self.measure.library.measure_fill(
            ctypes.c_void_p(at), ctypes.c_int64(n), ctypes.c_uint64(seed),
            ctypes.c_int64(DTYPES[self.dtype][0]))
        return at

    def w_strides(self, layout):
        """Weights: [o][i][k], or [k][c] and [k][i][o] for channels last;
        turned round for rows."""
        o, i, h, w = self.w_extents
        if layout != "last":
            return [i * h * w, h * w, w, 1]
        if i == 1 and self.shape.groups > 1:
            return [1, 1, w * o, o]
        return [1, o, w * i * o, i * o]

    def place(self, name, layout):
        """The address of an input in an order, in the dtype."""
        if (name, layout) in self.known:
            return self.known[name, layout]
        code, size = DTYPES[self.dtype]
        extents = {"x": self.x_extents, "w": self.w_extents,
                   "b": [1, 1, 1, self.shape.outputs]}[name]
        n = count(extents)
        ordered = self.measure.allocate(FLOAT_BYTES * n, 0)
        first = strides_of(extents, "first")
        if name == "w":
            strides = self.w_strides(layout)
        else:
            strides = strides_of(extents, layout if name == "x" else "first")
        source = self.exact[name]
        if name == "w" and layout == "rows":  # last tap first
            source += FLOAT_BYTES * (extents[3] - 1)
            first = first[:3] + [-1]
        self.measure.library.measure_place(
            ctypes.c_void_p(source), make_array(first),
            ctypes.c_void_p(ordered), make_array(strides), make_array(extents),
            ctypes.c_int64(FLOAT_BYTES))
        at = self.allocate(size * n)
        self.measure.library.measure_convert(
            ctypes.c_void_p(ordered), ctypes.c_void_p(at), ctypes.c_int64(n),
            ctypes.c_int64(code))
        self.measure.free(ordered, 0)
        self.known[name, layout] = at
        return at

    def array(self, at, extents, numpy):
        """An array of NumPy over floats that are there."""
        buffer = (ctypes.c_float * count(extents)).from_address(at)
        return numpy.frombuffer(buffer, dtype=numpy.float32).reshape(extents)

    def zeros(self):
        """A bias of nothing."""
        if "zeros" not in self.known:
            size = self.shape.outputs * DTYPES[self.dtype][1]
            self.known["zeros"] = self.allocate(size)
            ctypes.memset(self.known["zeros"], 0, size)
        return self.known["zeros"]

    def output(self, layout):
        """The address of the output all candidates of a layout share."""
        if ("y", layout) not in self.known:
            self.known["y", layout] = self.allocate(
                self.output_bytes(), is_output=True)
        return self.known["y", layout]

    def output_bytes(self):
        """Bytes of the output."""
        return count(self.y_extents) * DTYPES[self.dtype][1]

    def input_bytes(self):
        """Bytes of input and weights."""
        return ((count(self.x_extents) + count(self.w_extents))
                * DTYPES[self.dtype][1])

    def spoil(self, layout):
        """Fill an output with NaN."""
        ctypes.memset(self.output(layout), 0xff, self.output_bytes())

    def error(self, at, layout, has_bias):
        """Largest error of an output as a share of its bound."""
        strides = strides_of(self.y_extents,
                             "last" if layout == "last" else "first")
        bias = self.exact["b"] if has_bias else None
        return self.measure.library.reference_error(
            ctypes.byref(self.numbers), ctypes.c_void_p(self.exact["x"]),
            ctypes.c_void_p(self.exact["w"]), ctypes.c_void_p(bias),
            ctypes.c_void_p(at), make_array(strides),
            ctypes.c_double(MAX_CHECKED))

    def operations(self):
        """Multiply-adds whose input exists."""
        return self.measure.library.reference_operations(
            ctypes.byref(self.numbers))


def count(extents):
    """Elements."""
    n = 1
    for extent in extents:
        n *= extent
    return n
