#!/usr/bin/env python3
"""What ptxas says of every example under the default schedules, for GPUs old
and new: nothing spilled, no local memory, and at most 64 registers where memory
is what limits. Rows that allow it are read and written 16 bytes at a time.

    examples.py TAPC EXAMPLES-FOLDER
"""
import glob
import os
import re
import subprocess
import sys

ARCHS = "sm_75,sm_80,sm_90,sm_100,sm_120"
# No two iterations can run at the same time.
SEQUENTIAL = {"seidel_2d"}
# Arithmetic limits them: long windows, two axes, sums over channels.
HEAVY = {"fir", "fir_bank", "dwconv2d", "conv1d", "conv1d_grouped"}
LINE = re.compile(r"^(\S+): blocks of \d+ threads, (\d+) registers, (\d+) "
                  r"bytes spilled, (\d+) bytes of local")
# Kernels with sizes for which rows are multiples of 16 bytes.
ALIGNED = {
    "dwconv1d": "-D N=8 -D C=4096 -D L=2048 -D K=3",
    "dwconv1d_f16": "-D N=8 -D C=4096 -D L=2048 -D K=3",
    "causal_conv1d": "-D N=8 -D C=4096 -D L=2048 -D K=4",
    "causal_conv1d_bf16": "-D N=8 -D C=4096 -D L=2048 -D K=4",
    "causal_conv1d_state": "-D N=8 -D C=4096 -D L=2048 -D K=4",
    "max_pool1d": "-D N=8 -D C=4096 -D L=2048",
}


def run(*words):
    """Output of a command; None, after printing why, when it fails."""
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return done.stdout
    print(" ".join(words), "->", done.returncode, done.stderr)
    return None


def check_resources(tapc, path):
    """Complaints about one example's resources."""
    name = os.path.basename(path)[:-4]
    text = run(tapc, "explain", path, "--gpu-arch=" + ARCHS, "--no-verify",
               "--emit=resources")
    rows = [LINE.match(line) for line in (text or "").splitlines()]
    rows = [row for row in rows if row]
    bad = [] if rows else [name + ": no function"]
    for row in rows:
        symbol, registers, spilled, local = row.groups()
        if int(spilled) or int(local):
            bad.append("%s: spills, or local memory: %s" % (name, row.group()))
        if int(registers) > 64 and name not in HEAVY:
            bad.append("%s: %s has %s registers" % (name, symbol, registers))
    return bad, len(rows)


def check_width(tapc, folder, name):
    """Complaints about one example whose rows are aligned."""
    text = run(tapc, "compile", os.path.join(folder, name + ".dsl"),
               "--gpu-arch=sm_90", "--no-verify", "--emit=ptx", "-o", "-",
               *ALIGNED[name].split())
    loads = len(re.findall(r"ld\.global\S*\.v4\.[bfu]32", text or ""))
    stores = len(re.findall(r"st\.global\S*\.v4\.[bfu]32", text or ""))
    return [] if loads and stores else [
        "%s: %d loads and %d stores of 16 bytes" % (name, loads, stores)]


def main(tapc, folder):
    """All of it; the exit status."""
    bad, n = [], 0
    for path in sorted(glob.glob(os.path.join(folder, "*.dsl"))):
        if os.path.basename(path)[:-4] not in SEQUENTIAL:
            more, n_rows = check_resources(tapc, path)
            bad += more
            n += n_rows
    for name in ALIGNED:
        bad += check_width(tapc, folder, name)
    print("\n".join(bad + ["%d functions, %d complaints" % (n, len(bad))]))
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
