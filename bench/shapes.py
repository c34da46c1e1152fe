"""Shapes, and the kernel each is a case of."""
import os
import re
from dataclasses import dataclass, field

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
PEERS = os.environ.get("TAPC_BENCH_PEERS", os.path.join(
    ROOT, "build", "peers"))
EXAMPLES = os.path.join(ROOT, "lang", "examples")
KERNELS = os.path.join(HERE, "kernels")

# Shapes of the default run: one of each kind.
QUICK = ("mission/(a|k31_200|k7_202|b1|d|rows_5x7|f|image_32)$|"
         "model/quartznet_c1|pt/short0")


@dataclass
class Shape:
    """A convolution; a one-dimensional one has a single row."""
    name: str
    axes: int
    n: int
    c: int
    height: int
    width: int
    outputs: int
    groups: int
    taps: tuple  # rows, columns
    stride: tuple
    dilation: tuple
    before: tuple  # padding at the top and on the left
    behind: tuple
    activation: str = ""  # where the example does not decide

    def output_extent(self, axis):
        """Outputs along rows (0) or columns (1)."""
        extent = (self.height, self.width)[axis]
        reach = (self.taps[axis] - 1) * self.dilation[axis] + 1
        padded = extent + self.before[axis] + self.behind[axis]
        return (padded - reach) // self.stride[axis] + 1

    def is_depthwise(self):
        """Each output of one input channel."""
        return self.groups == self.c == self.outputs

    def describe(self):
        """What a reader recognises."""
        sides = [self.width] if self.axes == 1 else [self.height, self.width]
        text = "[%s] k %s" % (
            ", ".join(map(str, [self.n, self.c] + sides)),
            " x ".join(map(str, self.taps[2 - self.axes:])))
        for word, values, usual in (("s", self.stride, (1, 1)),
                                    ("d", self.dilation, (1, 1))):
            if values != usual:
                text += " %s %d" % (word, values[1])
        text += " pad %d" % self.before[1]
        if self.before != self.behind:
            text += "/%d" % self.behind[1]
        if not self.is_depthwise():
            text += " -> %d" % self.outputs
        return text


def parse_line(line):
    """A line of a list, or None."""
    words = line.split()
    if not words or words[0][:3] not in ("1d:", "2d:"):
        return None
    name, activation = words[0][3:], ""
    if not words[-1].isdigit():
        activation = words.pop()
    v = list(map(int, words[1:]))
    if words[0].startswith("1d:"):
        n, c, l, k, stride, dilation, left, right, groups, outputs = v
        return Shape(name, 1, n, c, 1, l, outputs, groups, (1, k), (1, stride),
                     (1, dilation), (0, left), (0, right), activation)
    n, c, h, w, kh, kw, sh, sw, dh, dw, pt, pb, pl, pr, groups, outputs = v
    return Shape(name, 2, n, c, h, w, outputs, groups, (kh, kw), (sh, sw),
                 (dh, dw), (pt, pl), (pb, pr), activation)


def read_shapes(words):
    """The shapes that match: "quick", "mission", "all", or a pattern."""
    shapes = []
    for file in ("mission.txt", "shapes.txt"):
        with open(os.path.join(HERE, file)) as lines:
            shapes += [shape for shape in map(parse_line, lines) if shape]
    if words == "all":
        return [s for s in shapes if not s.name.startswith("mission/")]
    pattern = {"quick": QUICK, "mission": "mission/"}.get(words, words)
    return [s for s in shapes if re.search(pattern, s.name)]


@dataclass
class Kernel:
    """A kernel, how to compile it, and what it computes beyond the sum."""
    file: str
    name: str
    defines: dict
    layout: str  # first, last, rows
    arguments: str = "xwby"  # in the order of the prototype
    activation: str = ""
    dimensions: dict = field(default_factory=dict)

    def schedule(self):
        """Directives that say where the channels are, or nothing."""
        if self.layout != "last":
            return ""
        lines = ["    layout %s as %s;" % item
                 for item in self.dimensions.items()]
        return "schedule %s for cpu {\n%s\n}\n" % (self.name, "\n".join(lines))


LAST_DEPTHWISE = {"x": "[N][L][C]", "w": "[K][C]", "y": "[N][P][C]"}
LAST_CAUSAL = {"x": "[N][L][C]", "w": "[K][C]", "y": "[N][L][C]"}
LAST_DENSE = {"x": "[N][L][I]", "w": "[K][I][O]", "y": "[N][P][O]"}
LAST_IMAGE = {"x": "[N][H][W][C]", "w": "[#1][#2][C]", "y": "[N][P][Q][C]"}


def make_kernel(folder, name, layout, defines, **rest):
    """A kernel of a file that has its name."""
    return Kernel(os.path.join(folder, name + ".dsl"), name, defines, layout,
                  **rest)


def choose_depthwise(shape, layout):
    """The example of a one-dimensional depthwise shape."""
    k, stride, dilation = shape.taps[1], shape.stride[1], shape.dilation[1]
    left, right = shape.before[1], shape.behind[1]
    sizes = {"N": shape.n, "C": shape.c, "L": shape.width, "K": k}
    centred = left == right and left < k and not shape.activation
    if shape.c == 1 and centred and stride == dilation == 1:
        return make_kernel(EXAMPLES, "fir", layout, arguments="xwy", defines={
            "N": shape.n, "L": shape.width, "K": k, "pad": left})
    if stride == dilation == 1 and centred:
        return make_kernel(EXAMPLES, "dwconv1d", layout,
                           dict(sizes, pad=left), dimensions=LAST_DEPTHWISE)
    if (stride == dilation == 1 and (left, right) == (k - 1, 0)
            and shape.activation in ("", "silu")):
        return make_kernel(EXAMPLES, "causal_conv1d", layout, sizes,
                           activation="silu", dimensions=LAST_CAUSAL)
    if stride == 1 and dilation in (2, 4, 8) and left == right:
        return make_kernel(
            EXAMPLES, "dwconv1d_dilated", layout, arguments="xwy",
            defines=dict(sizes, pad=left, dilation=dilation),
            dimensions={"x": "[N][L][C]", "w": "[K][C]", "y": "[N][P][C]"})
    if stride in (2, 3) and dilation == 1 and centred:
        return make_kernel(EXAMPLES, "dwconv1d_strided", layout,
                           dict(sizes, pad=left, stride=stride),
                           activation="relu", dimensions=LAST_DEPTHWISE)
    return make_kernel(KERNELS, "depthwise1d", layout,
                       dict(sizes, left=left, right=right, stride=stride,
                            dilation=dilation), dimensions=LAST_DEPTHWISE)


def choose_dense(shape, layout):
    """The example of a one-dimensional dense shape."""
    stride, dilation = shape.stride[1], shape.dilation[1]
    left, right = shape.before[1], shape.behind[1]
    sizes = {"N": shape.n, "I": shape.c, "O": shape.outputs,
             "L": shape.width, "K": shape.taps[1]}
    if stride == dilation == 1 and left == right:
        return make_kernel(EXAMPLES, "conv1d", layout, dict(sizes, pad=left),
                           dimensions=LAST_DENSE)
    return make_kernel(KERNELS, "dense1d", layout,
                       dict(sizes, left=left, right=right, stride=stride,
                            dilation=dilation), dimensions=LAST_DENSE)


def choose_image(shape, layout):
    """The example of a two-dimensional depthwise shape."""
    sizes = {"N": shape.n, "C": shape.c, "H": shape.height, "W": shape.width}
    (top, left), (bottom, right) = shape.before, shape.behind
    if (shape.taps[0] == shape.taps[1] and top == bottom == left == right
            and top < shape.taps[0]
            and shape.stride == shape.dilation == (1, 1)):
        return make_kernel(EXAMPLES, "dwconv2d", layout,
                           dict(sizes, K=shape.taps[0], pad=top),
                           dimensions=LAST_IMAGE)
    return make_kernel(
        KERNELS, "depthwise2d", layout, dimensions=LAST_IMAGE,
        defines=dict(sizes, KH=shape.taps[0], KW=shape.taps[1], top=top,
                     bottom=bottom, left=left, right=right,
                     SH=shape.stride[0], SW=shape.stride[1],
                     DH=shape.dilation[0], DW=shape.dilation[1]))


def choose_kernel(shape, layout):
    """The kernel for a shape in a layout, or None."""
    if layout == "rows":
        is_full = (shape.axes == 1 and shape.n == 1 and shape.is_depthwise()
                   and shape.stride == shape.dilation == (1, 1)
                   and shape.before == shape.behind == (0, shape.taps[1] - 1))
        if not is_full or shape.taps[1] == 1:
            return None
        return make_kernel(EXAMPLES, "conv_rows", layout, arguments="wxy",
                           defines={"R": shape.c, "A": shape.taps[1],
                                    "B": shape.width})
    if layout == "last" and shape.c == 1 and shape.outputs == 1:
        return None  # the same bytes
    if shape.axes == 2:
        return choose_image(shape, layout) if shape.is_depthwise() else None
    if shape.is_depthwise():
        return choose_depthwise(shape, layout)
    return choose_dense(shape, layout) if shape.groups == 1 else None
