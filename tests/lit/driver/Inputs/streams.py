"""Standard streams that are closed, or pipes nobody reads: no crash.

streams.py TAPC SOURCE FOLDER
"""
import os
import subprocess
import sys

tapc, source, folder = sys.argv[1:4]
os.chdir(folder)


def run(words, close):
    """Exit status with the streams in "close" closed."""
    def prepare():
        for number in close:
            os.close(number)
    return subprocess.Popen([tapc] + words, preexec_fn=prepare,
                            close_fds=False).wait()


def run_pipe(words):
    """Exit status when the reader of stdout is gone."""
    reader, writer = os.pipe()
    os.close(reader)
    process = subprocess.Popen([tapc] + words, stdout=writer,
                               stderr=subprocess.DEVNULL)
    os.close(writer)
    return process.wait()


assert run(["--help"], [1]) == 3
assert run([source, "--no-verify", "-o", "-"], [1]) == 3
assert run(["missing.dsl"], [2]) == 3
assert run(["--nonsense"], [0, 1, 2]) == 2
assert run([source, "--no-verify", "-o", "k.o"], [0, 1, 2]) == 0
assert run_pipe(["--help"]) == 3
assert run_pipe([source, "--no-verify", "-o", "-"]) == 3
assert os.listdir(".") == ["k.o"], os.listdir(".")
assert open("k.o", "rb").read(4) == b"\x7fELF"
