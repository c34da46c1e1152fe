"""kill_search.py TAPC FILE: end searches at moments of chance.

Killed: every trial that was reported is in the database, and the next search
goes on behind it. Interrupted: it ends by itself, soon, with a summary.
"""
import random
import re
import signal
import subprocess
import sys
import time

tapc, source = sys.argv[1:]
command = [tapc, "tune", source, "-march=x86-64-v3", "--db=kill.db", "-v",
           "--search=exhaustive", "--budget=2m", "-o", "kill.tapc"]


def count_rows():
    """Trials in the database."""
    export = subprocess.run([tapc, "db", "export", "--db=kill.db"],
                            capture_output=True, text=True)
    return len(export.stdout.splitlines())


random.seed(7)
n_rows = 0
for kill in range(6):
    search = subprocess.Popen(command, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True)
    time.sleep(0.2 + 1.2 * random.random())
    search.send_signal(signal.SIGKILL)
    reported = re.findall(r"^trial (\d+):.*\n", search.stderr.read(), re.M)
    search.wait()
    n_now = count_rows()
    # The first is the untuned one, in every search.
    if n_now < n_rows + len(reported) - (kill > 0 and len(reported) > 0):
        sys.exit(f"{n_now} trials kept, {n_rows} before, {reported} reported")
    n_rows = n_now

search = subprocess.Popen(command, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True)
search.stderr.readline()
search.send_signal(signal.SIGINT)
out, _ = search.communicate(timeout=60)
if search.returncode != 0 or "untuned" not in out:
    sys.exit(f"interrupted: status {search.returncode}, {out}")

subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
               check=True)
if count_rows() != 48:
    sys.exit(f"{count_rows()} of 48 trials in the end")
