"""PyTorch, eager and compiled."""
import ctypes

from candidates import PythonCandidate


class TorchCandidate(PythonCandidate):
    """A call of PyTorch's; it gives a new tensor."""

    def __init__(self, peer, function, arguments, *rest):
        super().__init__(self.run, *rest)
        self.peer_library, self.compute = peer, function
        self.arguments, self.result = arguments, None

    def run(self):
        """One call."""
        self.result = self.compute(*self.arguments)

    def sample(self, n):
        with self.peer_library.torch.inference_mode():
            return super().sample(n)

    def once(self):
        with self.peer_library.torch.inference_mode():
            return super().once()

    def fetch(self):
        view = self.peer_library.view(
            self.tensors, self.tensors.output(self.user),
            self.tensors.y_extents, self.user)
        view.copy_(self.result.reshape(self.tensors.y_extents))

    def free(self):
        self.result = self.arguments = self.compute = None


class Torch:
    """What "import torch" finds."""

    def __init__(self, threads, compiles):
        import torch
        self.compiles = compiles
        torch.set_num_threads(threads)
        self.torch, self.name = torch, "torch-" + torch.__version__
        self.dtypes = {"f32": torch.float32, "f16": torch.float16,
                       "bf16": torch.bfloat16}

    def view(self, tensors, at, extents, layout):
        """A tensor of four axes over memory that is there."""
        dtype = self.dtypes[tensors.dtype]
        n = 1
        for extent in extents:
            n *= extent
        size = n * dtype.itemsize
        flat = self.torch.frombuffer(
            (ctypes.c_char * size).from_address(at), dtype=dtype)
        if layout == "last":
            n, c, h, w = extents
            return flat.view(n, h, w, c).permute(0, 3, 1, 2)
        return flat.view(extents)

    def function(self, tensors, is_row):
        """The convolution with what is around it."""
        f = self.torch.nn.functional
        shape = tensors.shape
        axes = slice(1, 2) if is_row else slice(0, 2)
        convolve = f.conv1d if is_row else f.conv2d
        options = {"stride": shape.stride[axes], "groups": shape.groups,
                   "dilation": shape.dilation[axes]}
        is_even = shape.before == shape.behind
        if is_even:
            options["padding"] = shape.before[axes]
        around = []
        for axis in (1,) if is_row else (1, 0):
            around += [shape.before[axis], shape.behind[axis]]
        activation = tensors.activation

        def run(x, w, b):
            if not is_even:
                x = f.pad(x, around)
            y = convolve(x, w, b, **options)
            if activation == "relu":
                y = f.relu(y, inplace=True)
            if activation == "silu":
                y = f.silu(y, inplace=True)
            return y
        return run

    def make(self, tensors):
        """In the order of time (conv1d) and channels last (conv2d)."""
        made = []
        for layout in ("first", "last"):
            is_row = tensors.shape.axes == 1 and layout == "first"
            x = self.view(tensors, tensors.place("x", layout),
                          tensors.x_extents, layout)
            w = self.view(tensors, tensors.place("w", "first"),
                          tensors.w_extents, "first")
            b = None
            if tensors.has_bias:
                b = self.view(
                    tensors, tensors.place("b", "first"),
                    [1, 1, 1, tensors.shape.outputs], "first").view(-1)
            if is_row:
                x, w = x.squeeze(2), w.squeeze(2)
            run = self.function(tensors, is_row)
            rest = ("", layout, layout, "direct", tensors)
            made.append(TorchCandidate(
                self, run, (x, w, b), "torch", *rest))
            compiled = None
            if self.compiles:
                compiled = self.compile(tensors, run, (x, w, b))
            if compiled is not None:
                made.append(TorchCandidate(
                    self, compiled, (x,), "torch-compiled", *rest))
        for it in made:
            it.note = self.name
        return made

    def compile(self, tensors, run, arguments):
        """With weights as constants, so that they are packed before."""
        torch = self.torch

        class Module(torch.nn.Module):
            """The function with its weights."""

            def __init__(self):
                super().__init__()
                self.w = torch.nn.Parameter(arguments[1], requires_grad=False)
                self.b = None
                if arguments[2] is not None:
                    self.b = torch.nn.Parameter(arguments[2],
                                                requires_grad=False)

            def forward(self, x):
                """The convolution."""
                return run(x, self.w, self.b)

        try:
            import torch._inductor.config as config
            config.freezing = True
            torch._dynamo.reset()
            compiled = torch.compile(Module().eval(), dynamic=False)
            with torch.inference_mode():
                compiled(arguments[0])
            return compiled
        except Exception as error:  # whatever its compilers say
            tensors.complain("torch.compile: " + str(error).split("\n")[0])
            return None
