"""Stop tapc at random times: no partial output, no temporary left.

kill.py TAPC SOURCE FOLDER ROUNDS: prints the seed; fails with a message.
"""
import os
import random
import signal
import subprocess
import sys
import time

tapc, source, folder, rounds = sys.argv[1:5]
seed = int(os.environ.get("SEED", "1"))
print("seed", seed)
random.seed(seed)
os.chdir(folder)
command = [tapc, source, "--no-verify", "-o", "k.o", "-H", "k.h"]
begin = time.time()
subprocess.check_call(command)
whole = {name: open(name, "rb").read() for name in ("k.o", "k.h")}
duration = time.time() - begin


def check(status, number):
    """The folder after a run that ended with "status"."""
    names = sorted(os.listdir("."))
    left = [name for name in names if name.startswith(".tapc-")]
    if number != signal.SIGKILL:
        assert not left, "left behind: %s" % left
    for name in names:
        if name in whole:
            assert open(name, "rb").read() == whole[name], name + " is partial"
        else:
            assert name in left, "unexpected file " + name
    assert status in (0, -number), "status %d" % status


for i in range(int(rounds)):
    for name in whole:
        if os.path.exists(name):
            os.unlink(name)
    number = random.choice([signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    time.sleep(random.uniform(0, 1.1 * duration))
    process.send_signal(number)
    check(process.wait(), number)

# What SIGKILL may have left is gone after the next run.
open(".tapc-abcdef", "w").close()
subprocess.check_call(command)
assert sorted(os.listdir(".")) == ["k.h", "k.o"], os.listdir(".")
