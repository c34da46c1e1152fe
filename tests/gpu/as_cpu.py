#!/usr/bin/env python3
"""Compile for a GPU what is to be linked and called as if it were for a CPU: the
object has the launcher, the kernels for this processor and the fake driver, and
the kernel's plain name. For the fuzzer:

    tapc_fuzz --tapc tests/gpu/as_cpu.py ...        (TAPC: the compiler)

Takes the command line "compile FILE.dsl -o OBJECT -H HEADER OPTIONS"; schedules
for CPUs are taken for the GPU, threads for what is parallel, shared memory for
what is pipelined, without what only CPUs have; options that name CPUs are left out.
"""
import os
import re
import subprocess
import sys

import host_kernels

HERE = os.path.dirname(os.path.abspath(__file__))
TAPC = os.environ.get("TAPC", os.path.join(HERE, "../../build/release/tapc"))
ARCH = os.environ.get("TAPC_GPU_ARCH", "sm_90")
TARGETS = r"for (cpu|x86|x86-64|x86-64-v[234]|arm|neon|sve\w*) \{"


def run(*words):
    """A command; its failure is ours."""
    status = subprocess.run(words, check=False).returncode
    if status:
        sys.exit(status)


def write(path, text):
    """A file; its path."""
    with open(path, "w") as file:
        file.write(text)
    return path


def read(path):
    """A file's text."""
    with open(path) as file:
        return file.read()


def make_shim(header, symbols):
    """C that gives kernels their plain names, and the driver its functions."""
    lines = ['#include "%s"' % os.path.basename(header),
             "struct fake_kernel { const char *name; void (*run)(void **); "
             "const int *waits; };"]
    plain = read(header)
    for name, arguments in re.findall(
            r"int (\w+)_cuda\(struct CUstream_st \*stream,?\s*([^;]*)\);",
            plain):
        names = re.findall(r"(\w+)\s*(?:,|$)", arguments)
        lines.append("int %s(%s) { return %s_cuda_load() ? -1 : "
                     "%s_cuda(0, %s); }" % (name, arguments, name, name,
                                            ", ".join(names)))
    table = []
    for i, symbol in enumerate(symbols):
        lines.append('extern void run%d(void **) __asm__("run$%s");'
                     % (i, symbol))
        lines.append('extern const int waits%d __asm__("waits$%s");'
                     % (i, symbol))
        table.append('    {"%s", run%d, &waits%d},' % (symbol, i, i))
    lines.append("const struct fake_kernel fake_kernels[] = {\n%s\n"
                 "    {0, 0, 0}};\n" % "\n".join(table))
    return "\n".join(lines)


def main(words):
    """The work of one call."""
    source, target, header = words[1], words[3], words[5]
    options = [word for word in words[6:]
               if not re.match(r"--isa|-march|-mcpu|-mattr", word)]
    options += ["--gpu-arch=" + ARCH, "--ptxas=none"]
    # Levels without fused operations are expected to round twice.
    isa = [word for word in words if word.startswith("--isa=")]
    if isa and not re.search("v3|v4", isa[0]) and \
            not any(word.startswith("--fp=") for word in words):
        options.append("--fp=strict")
    stem = target[:-2]
    text = re.sub(TARGETS, "for gpu {", read(source))
    text = re.sub(r"^ *pack .*;$", "", text, flags=re.M)
    if "pipeline " in text:
        text = re.sub(r"in stack at", "in shared at", text)
    text = re.sub(r"^( *)parallel ", r"\1thread ", text, flags=re.M)
    gpu = write(stem + ".gpu.dsl", text)
    run(TAPC, "compile", gpu, "-o", stem + ".gpu.o", "-H", header, *options)
    run(TAPC, "compile", gpu, "--emit=llvm", "-o", stem + ".ll", *options)
    host = host_kernels.convert(read(stem + ".ll"))
    write(stem + ".host.ll", host)
    run("llc-19", "-O1", "-relocation-model=pic", "-filetype=obj",
        stem + ".host.ll", "-o", stem + ".host.o")
    symbols = re.findall(r'^define void @"run\$([^"]+)"', host, flags=re.M)
    shim = write(stem + ".shim.c", make_shim(header, symbols))
    compiler = ["gcc", "-std=gnu11", "-O1", "-w", "-c"]
    run(*compiler, shim, "-o", stem + ".shim.o")
    run(*compiler, "-DFAKE_STATIC", os.path.join(HERE, "fake_cuda.c"), "-o",
        stem + ".fake.o")
    run("objcopy", "--redefine-sym", "dlopen=fake_open", "--redefine-sym",
        "dlsym=fake_find", stem + ".gpu.o")
    run("ld", "-r", *[stem + part for part in (
        ".gpu.o", ".host.o", ".shim.o", ".fake.o")], "-o", target)
    kept = [word for name in re.findall(r"int (\w+)_cuda_load", read(header))
            for word in ("--keep-global-symbol=" + name,
                         "--keep-global-symbol=" + name + "_workspace")]
    run("objcopy", *kept, target)
    # Callers declare the kernel as abi.md has it for CPUs.
    plain = re.sub(r"_cuda\(struct CUstream_st \*stream,?\s*", "(",
                   read(header))
    write(header, re.sub(r"^.*_cuda_\w+\(.*\n", "", plain, flags=re.M))


if __name__ == "__main__":
    if len(sys.argv) > 5 and sys.argv[1] == "compile":
        main(sys.argv[1:])
    else:
        os.execv(TAPC, [TAPC] + sys.argv[1:])
