#!/usr/bin/env python3
"""Turn LLVM IR for a GPU (tapc --emit=llvm) into IR for this processor.

    host_kernels.py DEVICE.ll > HOST.ll

Memory spaces become one, what a GPU has instructions for becomes calls of
fake_cuda.c, and each kernel NAME gets a function run$NAME that takes its
arguments like cuLaunchKernel, and an i32 waits$NAME: are there barriers?
"""
import re
import sys

CALLS = {
    "llvm.nvvm.read.ptx.sreg.tid.x": "fake_tid",
    "llvm.nvvm.read.ptx.sreg.ctaid.x": "fake_ctaid",
    "llvm.nvvm.barrier0": "fake_barrier",
    "llvm.nvvm.cp.async.ca.shared.global.4": "fake_copy4",
    "llvm.nvvm.cp.async.ca.shared.global.8": "fake_copy8",
    "llvm.nvvm.cp.async.cg.shared.global.16": "fake_copy16",
    "llvm.nvvm.cp.async.commit.group": "fake_commit",
    "llvm.nvvm.cp.async.wait.group": "fake_wait_groups",
    "llvm.nvvm.ex2.approx.ftz.f": "fake_exp2",
    "llvm.nvvm.rcp.approx.ftz.f": "fake_reciprocal",
    "llvm.nvvm.rsqrt.approx.f": "fake_rsqrt",
    "llvm.nvvm.f2bf16.rn": "fake_bf16_value",
}

BF16 = """
declare i16 @fake_bf16(float)
define internal bfloat @fake_bf16_value(float %x) {
  %bits = call i16 @fake_bf16(float %x)
  %value = bitcast i16 %bits to bfloat
  ret bfloat %value
}
"""


def split_parameters(text):
    """The parameters of a function, at commas that are in no bracket."""
    parts, depth, begin = [], 0, 0
    for i, letter in enumerate(text):
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and depth == 0:
            parts.append(text[begin:i])
            begin = i + 1
    return [part.strip() for part in parts + [text[begin:]] if part.strip()]


def make_runner(name, parameters):
    """IR of run$NAME."""
    lines = ['define void @"run$%s"(ptr %%list) {' % name]
    values = []
    for i, parameter in enumerate(parameters):
        kind = parameter.split()[0]
        by_value = re.search(r"byval\([^)]*\)", parameter)
        lines.append("  %%at%d = getelementptr ptr, ptr %%list, i64 %d" % (i, i))
        lines.append("  %%place%d = load ptr, ptr %%at%d" % (i, i))
        if by_value:
            values.append("ptr %s %%place%d" % (by_value.group(0), i))
            continue
        lines.append("  %%value%d = load %s, ptr %%place%d" % (i, kind, i))
        values.append("%s %%value%d" % (kind, i))
    lines.append('  call void @"%s"(%s)' % (name, ", ".join(values)))
    return "\n".join(lines + ["  ret void", "}", ""])


def convert(text):
    """The whole module."""
    text = re.sub(r"^target .*\n", "", text, flags=re.M)
    text = re.sub(r"^!nvvm.annotations.*\n", "", text, flags=re.M)
    text = re.sub(r" addrspace\([13]\)| immarg", "", text)
    has_bf16 = "llvm.nvvm.f2bf16.rn" in text
    text = re.sub(r"^declare bfloat @llvm.nvvm.f2bf16.rn.*\n", "", text,
                  flags=re.M)
    for old, new in CALLS.items():
        text = text.replace("@" + old + "(", "@" + new + "(")
    text = re.sub(r"define (?:dso_local )?ptx_kernel void",
                  "define internal void", text)
    kernels = re.findall(
        r'^define internal void @"?([^"(]+)"?\((.*)\) [^()\n]*\{\n([\s\S]*?)^\}', text,
        flags=re.M)
    out = [text, BF16 if has_bf16 else ""]
    for name, parameters, body in kernels:
        out.append(make_runner(name, split_parameters(parameters)))
        out.append('@"waits$%s" = constant i32 %d\n'
                   % (name, "@fake_barrier(" in body))
    return "\n".join(out)


if __name__ == "__main__":
    with open(sys.argv[1]) as file:
        sys.stdout.write(convert(file.read()))
