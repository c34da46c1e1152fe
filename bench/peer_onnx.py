"""ONNX Runtime: one node, or a few around it, on tensors that are there."""
from candidates import PythonCandidate


class OnnxCandidate(PythonCandidate):
    """A session bound to its input and output."""

    def __init__(self, session, binding, kept, *rest):
        super().__init__(
            lambda: session.run_with_iobinding(binding), *rest)
        self.session, self.kept = session, kept


class OnnxRuntime:
    """What "import onnxruntime" finds; models are built with "onnx"."""

    def __init__(self, threads):
        import numpy
        import onnx
        import onnxruntime
        self.numpy, self.onnx, self.runtime = numpy, onnx, onnxruntime
        self.name = "onnxruntime-" + onnxruntime.__version__
        self.options = onnxruntime.SessionOptions()
        self.options.intra_op_num_threads = threads
        self.options.inter_op_num_threads = 1
        self.options.log_severity_level = 3

    def model(self, tensors, n_axes, is_last):
        """Conv with its activation; between transpositions for channels
        last."""
        helper, kind = self.onnx.helper, self.onnx.TensorProto.FLOAT
        shape, axes = tensors.shape, slice(2 - n_axes, 2)
        nodes, initial = [], []

        def axes_of(extents):
            extents = extents[:2] + extents[2:][axes]
            return [extents[0]] + extents[2:] + [
                extents[1]] if is_last else extents

        def constant(name, at, extents):
            initial.append(self.onnx.numpy_helper.from_array(
                tensors.array(at, extents, self.numpy).copy(), name))

        constant("w", tensors.exact["w"],
                 tensors.w_extents[:2] + tensors.w_extents[2:][axes])
        inputs = ["x", "w"]
        if tensors.has_bias:
            constant("b", tensors.exact["b"], [shape.outputs])
            inputs.append("b")
        there = [0, n_axes + 1] + list(range(1, n_axes + 1))
        back = [0] + list(range(2, n_axes + 2)) + [1]
        if is_last:
            nodes.append(helper.make_node(
                "Transpose", ["x"], ["moved"], perm=there))
            inputs[0] = "moved"
        nodes.append(helper.make_node(
            "Conv", inputs, ["sum"], strides=shape.stride[axes],
            dilations=shape.dilation[axes], group=shape.groups,
            pads=shape.before[axes] + shape.behind[axes],
            kernel_shape=shape.taps[axes]))
        last = "sum"
        if tensors.activation == "relu":
            nodes.append(helper.make_node("Relu", [last], ["act"]))
            last = "act"
        if tensors.activation == "silu":
            nodes.append(helper.make_node("Sigmoid", [last], ["gate"]))
            nodes.append(helper.make_node("Mul", [last, "gate"], ["act"]))
            last = "act"
        if is_last:
            nodes.append(helper.make_node(
                "Transpose", [last], ["y"], perm=back))
        else:
            nodes[-1].output[0] = "y"
        value = helper.make_tensor_value_info
        graph = helper.make_graph(
            nodes, "conv",
            [value("x", kind, axes_of(tensors.x_extents))],
            [value("y", kind, axes_of(tensors.y_extents))], initial)
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", 17)])
        model.ir_version = 8
        return model.SerializeToString(), axes_of

    def make(self, tensors):
        """As one-dimensional and two-dimensional, and channels last."""
        made = []
        if tensors.dtype != "f32":
            return made
        forms = [("first", 2)] if tensors.shape.axes == 2 else [
            ("first", 1), ("first", 2)]
        for layout, n_axes in forms + [("last", 2)]:
            try:
                made.append(self.make_one(tensors, layout, n_axes))
            except Exception as error:  # what its operators refuse
                tensors.complain("onnxruntime: " + str(error).split("\n")[0])
        return made

    def make_one(self, tensors, layout, n_axes):
        """A candidate."""
        is_last = layout == "last"
        model, axes_of = self.model(tensors, n_axes, is_last)
        session = self.runtime.InferenceSession(
            model, self.options, providers=["CPUExecutionProvider"])
        binding = session.io_binding()
        kept = [tensors.array(at, axes_of(extents), self.numpy)
                for at, extents in (
                    (tensors.place("x", layout), tensors.x_extents),
                    (tensors.output(layout), tensors.y_extents))]
        for name, bind, array in zip("xy", (binding.bind_input,
                                            binding.bind_output), kept):
            bind(name, "cpu", 0, self.numpy.float32, array.shape,
                 array.ctypes.data)
        it = OnnxCandidate(
            session, binding, kept, "onnxruntime", "%dd" % n_axes, layout,
            "first" if is_last else layout, "moved" if is_last else "direct",
            tensors)
        it.note = self.name
        return it
