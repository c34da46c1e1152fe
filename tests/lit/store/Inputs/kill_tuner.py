"""kill_tuner.py TAPC TIMES SEED: starts a search again and again, each going on
from the ones before, and kills it at a random moment. What it said of a trial
must be in the database, and at most one trial more for each kill."""
import json
import random
import subprocess
import sys
import time

SOURCE = """kernel points(P = 65536) {
    in f32 x[P + 1];
    out f32 y[P];
    for p in P y[p] = x[p] * 2.0 + x[p + 1];
}
schedule points for cpu {
    tile p by ?{64, 128, 256, 512, 1024, 2048, 4096, 8192};
    vectorize p by ?{2, 4, 8};
    unroll p by ?{1, 2, 3, 4, 5, 6, 7, 8};
}
"""
tapc, times, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
random.seed(seed)
with open("points.dsl", "w") as source:
    source.write(SOURCE)
command = [tapc, "tune", "points.dsl", "--no-tuned", "-v", "-march=x86-64-v3",
           "--db=trials.db", "--search=random"]
start = time.monotonic()
subprocess.run(command + ["--trials=3"], check=True, stdout=subprocess.DEVNULL,
               stderr=subprocess.DEVNULL)
unit = time.monotonic() - start
said = set()
for i in range(times):
    with open("said.txt", "w") as log:
        tuner = subprocess.Popen(
            command + ["--budget=600s", f"--seed={i}"],
            stdout=subprocess.DEVNULL, stderr=log)
    time.sleep(random.uniform(0, 2 * unit))
    tuner.kill()
    tuner.wait()
    with open("said.txt") as log:
        for line in log:
            if ")  " in line and line.endswith(";\n"):
                said.add(line[line.index(")  ") + 3:-1])
lines = subprocess.run([tapc, "db", "export", "--db=trials.db"], check=True,
                       stdout=subprocess.PIPE).stdout.decode().splitlines()
kept = {json.loads(line)["configuration"].replace("\n", " ") for line in lines}
first = "tile p by 64; vectorize p by 2; unroll p by 1;"
lost = {line for line in said if line not in kept and line != first}
if lost or len(lines) > len(said) + times + 3:
    sys.exit(f"seed {seed}: lost {lost}; {len(lines)} kept, {len(said)} said")
print(f"{times} kills, {len(said)} trials said, {len(lines)} kept")
