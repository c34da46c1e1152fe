"""TVM: tensor expressions compiled for this machine, without tuning, which
takes it hours for a list of shapes."""
from candidates import PythonCandidate


class Tvm:
    """What "import tvm" finds; NumPy carries the tensors."""

    def __init__(self, threads):
        import numpy
        import tvm
        from tvm import te
        self.numpy, self.tvm, self.te = numpy, tvm, te
        self.threads = threads
        self.name = "tvm-" + tvm.__version__
        self.target = tvm.target.Target(self.describe_target())
        self.tir = getattr(tvm, "tirx", None) or tvm.tir

    def describe_target(self):
        """The processor as LLVM calls it."""
        target = {"kind": "llvm", "num-cores": self.threads}
        try:
            host = self.tvm.get_global_func(
                "target.llvm_get_system_cpu", allow_missing=True)
            target["mcpu"] = host() if host else "native"
        except (AttributeError, ValueError):
            pass
        return target

    def program(self, tensors, is_last):
        """The convolution: padding, sum, what comes after."""
        te, tir, shape = self.te, self.tir, tensors.shape
        depthwise = shape.is_depthwise()

        def order(n, c, h, w):
            return (n, h, w, c) if is_last else (n, c, h, w)

        def unorder(i, j, k, l):
            return (i, l, j, k) if is_last else (i, j, k, l)

        o, ci, kh, kw = tensors.w_extents
        x = te.placeholder(order(*tensors.x_extents), name="x")
        w = te.placeholder((kh, kw, ci, o) if is_last else (o, ci, kh, kw),
                           name="w")
        b = te.placeholder((o,), name="b")
        padded = [shape.height + shape.before[0] + shape.behind[0],
                  shape.width + shape.before[1] + shape.behind[1]]

        def pad(*at):
            n, c, i, j = unorder(*at)
            i, j = i - shape.before[0], j - shape.before[1]
            return tir.if_then_else(
                tir.all(i >= 0, i < shape.height, j >= 0, j < shape.width),
                x[order(n, c, i, j)], tir.const(0, "float32"))

        source = te.compute(order(shape.n, shape.c, *padded), pad, name="pad")
        k, l = te.reduce_axis((0, kh)), te.reduce_axis((0, kw))
        c = te.reduce_axis((0, ci))

        def tap(*at):
            n, out, p, q = unorder(*at)
            channel = out if depthwise else c
            weight = (k, l, c, out) if is_last else (out, c, k, l)
            return te.sum(
                w[weight] * source[order(
                    n, channel, p * shape.stride[0] + k * shape.dilation[0],
                    q * shape.stride[1] + l * shape.dilation[1])],
                axis=[c, k, l])

        total = te.compute(order(*tensors.y_extents), tap, name="sum")

        def finish(*at):
            value = total[at]
            if tensors.has_bias:
                value = value + b[unorder(*at)[1]]
            if tensors.activation == "relu":
                value = tir.max(value, tir.const(0, "float32"))
            if tensors.activation == "silu":
                one = tir.const(1, "float32")
                value = value / (one + tir.exp(-value))
            return value

        y = te.compute(order(*tensors.y_extents), finish, name="y")
        return te.create_prim_func([x, w, b, y])

    def make(self, tensors):
        """Both layouts."""
        made = []
        if tensors.dtype != "f32" or (
                tensors.shape.groups != 1 and not tensors.shape.is_depthwise()):
            return made
        for layout in ("first", "last"):
            is_last = layout == "last"
            try:
                made.append(self.make_one(tensors, layout, is_last))
            except Exception as error:  # of its compiler
                tensors.complain("tvm: " + str(error).strip().split("\n")[-1])
        return made

    def make_one(self, tensors, layout, is_last):
        """A candidate."""
        program = self.program(tensors, is_last).with_attr(
            "global_symbol", "main")
        module = self.tvm.compile(
            self.tvm.IRModule({"main": program}), target=self.target)
        function = module["main"]

        def view(at, extents):
            array = tensors.array(at, extents, self.numpy)
            return self.tvm.runtime.from_dlpack(array)

        def order(extents):
            n, c, h, w = extents
            return [n, h, w, c] if is_last else extents

        o, ci, kh, kw = tensors.w_extents
        arguments = [
            view(tensors.place("x", layout), order(tensors.x_extents)),
            view(tensors.place("w", layout),
                 [kh, kw, ci, o] if is_last else [o, ci, kh, kw]),
            view(tensors.place("b", "first"), [o]),
            view(tensors.output(layout), order(tensors.y_extents))]
        it = PythonCandidate(lambda: function(*arguments), "tvm", "", layout,
                             layout, "direct", tensors)
        it.note = self.name + ", not tuned"
        return it
