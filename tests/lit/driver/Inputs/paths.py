"""Odd file names: compiled, escaped in messages and in the header.

paths.py TAPC SOURCE FOLDER CC...
"""
import os
import shutil
import subprocess
import sys

tapc, source, folder = sys.argv[1:4]
compiler = sys.argv[4:]
os.chdir(folder)
names = [b"a b.dsl", b"'q\".dsl", b"new\nline.dsl", b"end*" + b"\xff.dsl",
         b"\\back.dsl", b"esc\x1b[31m.dsl", b"u\xc3\xa4.dsl",
         b"x" * 200 + b".dsl"]
for name in names:
    shutil.copy(source, name)
    subprocess.check_call([tapc, name, "--no-verify", "-o", b"k.o", "-H",
                           b"k.h", "-MD"])
    subprocess.check_call(compiler + ["-pedantic", "-fsyntax-only", "-x", "c",
                                      "k.h"])
    with open(name, "w") as file:
        file.write("kernel")
    done = subprocess.run([tapc, name, "-o", "bad.o"], stderr=subprocess.PIPE)
    assert done.returncode == 1, done
    first = done.stderr.split(b"\n")[0]
    assert b": error: " in first, first
    assert b"\x1b" not in done.stderr and b"\xff" not in done.stderr
    os.unlink(name)
deep = "/".join(["d" * 100] * 15)
os.makedirs(deep)
shutil.copy(source, deep + "/k.dsl")
subprocess.check_call([tapc, deep + "/k.dsl", "--no-verify", "-o",
                       deep + "/k.o"])
