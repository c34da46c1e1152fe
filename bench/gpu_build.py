#!/usr/bin/env python3
"""Compile the kernels of the GPU table, and the examples' test, into a folder
that a machine with a GPU can run without tapc.

    gpu_build.py TAPC FOLDER [--gpu-arch sm_90] [--only WORD]
"""
import argparse
import json
import os
import subprocess
import sys

import gpu_cases

HERE = os.path.dirname(os.path.abspath(__file__))


def run(*words):
    """A command; ends the program if it fails."""
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit("%s\n%s" % (" ".join(words), done.stderr))
    return done.stdout


def build_case(tapc, folder, case, arch):
    """FOLDER/NAME.so, and what ptxas says of it."""
    stem = os.path.join(folder, case["name"])
    with open(stem + ".dsl", "w") as file:
        file.write(gpu_cases.source_of(case))
    options = ["--gpu-arch=" + arch, "--no-verify"]
    if case["kind"] == "backward":
        options.append("--fp=reassoc")
    for name, value in case["sizes"].items():
        options += ["-D", "%s=%d" % (name, value)]
    run(tapc, "compile", stem + ".dsl", "-o", stem + ".o", *options)
    run(os.environ.get("CC", "cc"), "-shared", stem + ".o", "-o", stem + ".so",
        "-ldl")
    os.remove(stem + ".o")
    return run(tapc, "explain", stem + ".dsl", "--emit=resources", *options)


def main():
    """All cases, a manifest, and the harness of tests/runtime."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("tapc")
    parser.add_argument("folder")
    parser.add_argument("--gpu-arch", default="sm_90")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    os.makedirs(options.folder, exist_ok=True)
    cases = [case for case in gpu_cases.list_cases()
             if options.only in case["name"] or case["kind"] == "nothing"]
    for case in cases:
        case["resources"] = build_case(
            options.tapc, options.folder, case, options.gpu_arch)
    with open(os.path.join(options.folder, "cases.json"), "w") as file:
        json.dump(cases, file, indent=1)
    environment = dict(os.environ, TAPC_GPU_ARCH=options.gpu_arch,
                       TAPC_KEEP=os.path.abspath(options.folder))
    subprocess.run([os.path.join(HERE, "../tests/runtime/run.sh"),
                    options.tapc, "gpu"], env=environment, check=True)
    print("%d cases in %s" % (len(cases), options.folder))


if __name__ == "__main__":
    main()
