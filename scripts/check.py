"""Build with sanitizers and run everything; the last line is the score.

    python3 scripts/check.py [--build FOLDER] [--no-build] [--seed N]

Unit and house tests run through CTest, those of lit are counted one by one,
some hundreds of random kernels are one test. Ends with "N passed, N failed,
N skipped" and status 1 if any failed.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def build():
    """Configure and build the dev preset; quiet unless it fails."""
    for command in (["cmake", "--preset", "dev"],
                    ["cmake", "--build", "--preset", "dev"]):
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            print(done.stdout[-20000:])
            print("the build failed: %s" % " ".join(command))
            print("0 passed, 1 failed, 0 skipped")
            sys.exit(1)


def run_ctest(folder):
    """Unit and house tests: passed, failed and skipped names."""
    command = ["ctest", "--test-dir", folder, "-E", "^(lit|fuzz)$",
               "--output-on-failure", "-j", str(os.cpu_count())]
    done = subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    results = {"passed": [], "failed": [], "skipped": []}
    pattern = r"Test\s+#\d+: (\S+) \.*\s*(\**)(Passed|Skipped|Not Run|\w+)"
    for name, _, outcome in re.findall(pattern, done.stdout):
        key = {"Passed": "passed", "Skipped": "skipped"}.get(outcome, "failed")
        results[key].append(name)
    if done.returncode != 0 and not results["failed"]:
        results["failed"].append("ctest")
    if results["failed"]:
        print(done.stdout)
    return results


def run_lit(folder):
    """The lit tests, one by one."""
    output = os.path.join(folder, "lit-results.json")
    command = [os.path.join(folder, "lit"), "-sv", "-j",
               str(os.cpu_count()), "--output", output,
               os.path.join(ROOT, "tests", "lit")]
    if os.path.exists(output):
        os.remove(output)
    subprocess.run(command)
    results = {"passed": [], "failed": [], "skipped": []}
    if not os.path.exists(output):
        results["failed"].append("lit")
        return results
    with open(output) as file:
        tests = json.load(file)["tests"]
    for test in tests:
        key = {"PASS": "passed", "FLAKYPASS": "passed", "XFAIL": "passed",
               "UNSUPPORTED": "skipped", "SKIPPED": "skipped",
               "EXCLUDED": "skipped"}.get(test["code"], "failed")
        results[key].append(test["name"])
    slowest = sorted(tests, key=lambda test: -(test.get("elapsed") or 0))[:5]
    print("slowest of lit: " + ", ".join("%s %.0f s" % (
        test["name"].replace("tapc :: ", ""), test.get("elapsed") or 0)
        for test in slowest))
    return results


def run_fuzz(folder, seed):
    """Random kernels and schedules: one test, with its seed."""
    command = [os.path.join(folder, "tests", "fuzz", "tapc_fuzz"),
               "--tapc", os.path.join(folder, "tapc"), "--seed", str(seed),
               "--count", "300", "--batch", "48",
               "--jobs", str(os.cpu_count())]
    done = subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    cases = re.search(r"^\d+ cases, .*", done.stdout, re.M)
    print("fuzz: seed %d, %s" % (seed, cases.group(0) if cases else "?"))
    if done.returncode == 0 and cases:
        return {"passed": ["fuzz"], "failed": [], "skipped": []}
    print(done.stdout)
    return {"passed": [], "failed": ["fuzz"], "skipped": []}


def main():
    """Everything, and the score."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default=os.path.join(ROOT, "build", "dev"))
    parser.add_argument("--no-build", action="store_true")
    parser.add_argument("--seed", type=int, default=1, help="of fuzz")
    arguments = parser.parse_args()
    begin = time.time()
    if not arguments.no_build:
        build()
    built = time.time()
    total = {"passed": [], "failed": [], "skipped": []}
    for results in (run_ctest(arguments.build), run_lit(arguments.build),
                    run_fuzz(arguments.build, arguments.seed)):
        for key, names in results.items():
            total[key] += names
    for name in total["skipped"]:
        print("skipped: " + name)
    for name in total["failed"]:
        print("failed: " + name)
    print("built in %.0f s, tested in %.0f s" % (built - begin,
                                                 time.time() - built))
    print("%d passed, %d failed, %d skipped" % (
        len(total["passed"]), len(total["failed"]), len(total["skipped"])))
    sys.exit(1 if total["failed"] or not total["passed"] else 0)


main()
