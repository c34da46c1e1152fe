"""The cases of the GPU table, and the kernels tapc compiles for them.

A case is a dict: "name", "kind" (conv, update, backward, nothing), "type" of
the tensors, "layout" (ncl or nlc), its sizes, "least": the share of a copy of
the same bytes, or for "tiny" ones the most launches' worth of time.
"""

CONV = """kernel {name}(N, C, L, K, S, D, left, right)
{{
    size P = (L + left + right - (K - 1)*D - 1)/S + 1;
    in  {type} x[N][C][L], w[C][K];{bias}
    out {type} y[N][C][P];
    for n in N, c in C, p in P
        y[n][c][p] = {open}{start}sum(k in K)
            w[c][k] * (x[n][c][p*S + k*D - left] else 0){close};
}}
"""

UPDATE = """kernel {name}(N, C, K)
{{
    in    {type} x[N][C], w[C][K];
    in    f32 b[C];
    inout {type} state[N][C][K - 1];
    out   {type} y[N][C];
    for n in N, c in C {{
        f32 acc = b[c];
        for k in K - 1
            acc += w[c][k] * state[n][c][k];
        acc += w[c][K - 1] * x[n][c];
        y[n][c] = silu(acc);
        for s in K - 2
            state[n][c][s] = state[n][c][s + 1];
        state[n][c][K - 2] = x[n][c];
    }}
}}
"""

BACKWARD = """kernel {name}(N, C, L, K, left)
{{
    in  {type} x[N][C][L], w[C][K], dy[N][C][L];
    out {type} dx[N][C][L];
    out f32 dw[C][K], db[C];
    for c in C {{
        db[c] = 0;
        for k in K
            dw[c][k] = 0;
    }}
    for n in N, c in C {{
        for l in L
            dx[n][c][l] = sum(k in K)
                w[c][k] * (dy[n][c][l - k + left] else 0);
        for p in L {{
            for k in K
                dw[c][k] += dy[n][c][p] * (x[n][c][p + k - left] else 0);
            db[c] += dy[n][c][p];
        }}
    }}
}}
"""

NOTHING = """kernel {name}(N)
{{
    in  f32 x[N];
    out f32 y[N];
    for n in N y[n] = x[n];
}}
"""

TEMPLATES = {"conv": CONV, "update": UPDATE, "backward": BACKWARD,
             "nothing": NOTHING}
NLC = {
    "conv": "layout x as [N][L][C]; layout w as [K][C]; "
            "layout y as [N][P][C];",
    "update": "layout w as [K][C]; layout state as [N][K - 1][C];",
    "backward": "layout x as [N][L][C]; layout w as [K][C]; "
                "layout dy as [N][L][C]; layout dx as [N][L][C]; "
                "layout dw as [K][C];",
}


def conv(n, c, l, k, type_="bf16", layout="ncl", left=0, right=0, stride=1,
         dilation=1, silu=False, least=0.85, **more):
    """A case of a forward convolution; silu means with a bias too."""
    name = "conv_%d_%d_%d_k%d_%s_%s" % (n, c, l, k, type_, layout)
    name += ("_s%d" % stride if stride > 1 else "") + \
            ("_d%d" % dilation if dilation > 1 else "")
    sizes = {"N": n, "C": c, "L": l, "K": k, "S": stride, "D": dilation,
             "left": left, "right": right}
    return dict(more, name=name, kind="conv", type=type_, layout=layout,
                sizes=sizes, silu=silu, least=least)


def causal(n, c, l, k, layout="ncl", least=0.85, **more):
    """The causal one with bias and SiLU, in bf16."""
    return conv(n, c, l, k, layout=layout, silu=True, least=least,
                left=(k - 1) * more.get("dilation", 1), **more)


def list_cases():
    """All rows of the table, in its order."""
    cases = [{"name": "nothing", "kind": "nothing", "type": "f32",
              "layout": "ncl", "sizes": {"N": 1}, "least": 0}]
    for type_ in ("f16", "f32"):
        for layout in ("ncl", "nlc"):
            cases.append(conv(3072, 128, 202, 3, type_, layout, least=0.9))
    cases.append(causal(8, 4096, 2048, 4, least=0.97))
    cases.append(causal(8, 4096, 2048, 4, "nlc", least=0.93))
    for layout in ("ncl", "nlc"):
        cases.append(causal(32, 4096, 512, 4, layout))
        cases.append(causal(8, 4096, 2047, 4, layout))
        cases.append(causal(8, 2047, 2048, 4, layout))
        cases.append(causal(8, 2050, 2048, 4, layout))
        for k in (2, 3, 5, 7, 8):
            cases.append(causal(8, 2048, 2048, k, layout))
        cases.append(causal(8, 2048, 2048, 31, layout, least=0.7))
        cases.append(causal(8, 2048, 2048, 4, layout, stride=2))
        cases.append(causal(8, 2048, 2048, 4, layout, dilation=2))
    cases.append(conv(1, 2048, 21, 3, "f32", left=1, right=1, tiny=1.3))
    cases.append(conv(1, 2048, 21, 3, "bf16", left=1, right=1, tiny=1.3))
    for layout in ("ncl", "nlc"):
        cases.append({"name": "update_64_4096_k4_bf16_" + layout,
                      "kind": "update", "type": "bf16", "layout": layout,
                      "sizes": {"N": 64, "C": 4096, "K": 4}, "tiny": 1.3,
                      "least": 0})
        cases.append({"name": "backward_8_4096_2048_k4_bf16_" + layout,
                      "kind": "backward", "type": "bf16", "layout": layout,
                      "sizes": {"N": 8, "C": 4096, "L": 2048, "K": 4,
                                "left": 3}, "least": 0.8})
    return cases


def shapes_of(case):
    """{tensor: logical shape}, in the order of the kernel's arguments."""
    s = case["sizes"]
    if case["kind"] == "nothing":
        return {"x": [1], "y": [1]}
    n, c, k = s["N"], s["C"], s["K"]
    if case["kind"] == "update":
        return {"x": [n, c], "w": [c, k], "b": [c], "state": [n, c, k - 1],
                "y": [n, c]}
    if case["kind"] == "backward":
        rows = [n, c, s["L"]]
        return {"x": rows, "w": [c, k], "dy": rows, "dx": rows, "dw": [c, k],
                "db": [c]}
    p = (s["L"] + s["left"] + s["right"] - (k - 1) * s["D"] - 1) // s["S"] + 1
    shapes = {"x": [n, c, s["L"]], "w": [c, k], "y": [n, c, p]}
    if case["silu"]:
        shapes = {"x": shapes["x"], "w": shapes["w"], "b": [c],
                  "y": shapes["y"]}
    return shapes


def type_of(case, tensor):
    """Element type: sums over rows and biases are f32."""
    return "f32" if tensor in ("b", "dw", "db") else case["type"]


def bytes_of(case):
    """Bytes that must move: everything once, a state twice."""
    size = {"f32": 4, "f16": 2, "bf16": 2}
    total = 0
    for tensor, shape in shapes_of(case).items():
        n = size[type_of(case, tensor)]
        for extent in shape:
            n *= extent
        total += 2 * n if tensor == "state" else n
    return total


def source_of(case):
    """The kernel, and its layouts, as tapc reads them."""
    silu = case.get("silu", False)
    text = TEMPLATES[case["kind"]].format(
        name=case["name"], type=case["type"],
        bias="\n    in  f32 b[C];" if silu else "",
        start="b[c] + " if silu else "",
        open="silu(" if silu else "", close=")" if silu else "")
    if case["layout"] == "nlc" and case["kind"] in NLC:
        text += "schedule %s for gpu { %s }\n" % (
            case["name"], NLC[case["kind"]])
    return text


if __name__ == "__main__":
    for one in list_cases():
        print(one["name"], "%.1f MB" % (bytes_of(one) / 1e6))
