"""Build with sanitizers and run everything; the last line is the score.

    python3 scripts/check.py [--build FOLDER] [--no-build]

Runs unit and house tests through CTest and counts the tests of lit one by
one. Ends with "N passed, N failed, N skipped" and status 1 if any failed.
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
            sys.exit(1)


def run_ctest(folder):
    """Unit and house tests: passed, failed and skipped names."""
    command = ["ctest", "--test-dir", folder, "-E", "^lit$",
               "--output-on-failure", "-j", str(os.cpu_count())]
    done = subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    results = {"passed": [], "failed": [], "skipped": []}
    pattern = r"Test\s+#\d+: (\S+) \.*\s*(\**)(Passed|Skipped|Not Run|\w+)"
    for name, _, outcome in re.findall(pattern, done.stdout):
        key = {"Passed": "passed", "Skipped": "skipped"}.get(outcome, "failed")
        results[key].append(name)
    if results["failed"] or (done.returncode != 0 and not results["passed"]):
        print(done.stdout)
    return results


def run_lit(folder):
    """The lit tests, one by one."""
    output = os.path.join(folder, "lit-results.json")
    command = [os.path.join(folder, "lit"), "-sv", "-j",
               str(os.cpu_count()), "--output", output,
               os.path.join(ROOT, "tests", "lit")]
    subprocess.run(command)
    results = {"passed": [], "failed": [], "skipped": []}
    with open(output) as file:
        tests = json.load(file)["tests"]
    for test in tests:
        key = {"PASS": "passed", "FLAKYPASS": "passed", "XFAIL": "passed",
               "UNSUPPORTED": "skipped", "SKIPPED": "skipped",
               "EXCLUDED": "skipped"}.get(test["code"], "failed")
        results[key].append(test["name"])
    slowest = sorted(tests, key=lambda test: -(test.get("elapsed") or 0))[:5]
    print("slowest: " + ", ".join("%s %.0f s" % (
        test["name"].replace("tapc :: ", ""), test.get("elapsed") or 0)
        for test in slowest))
    return results


def main():
    """Everything, and the score."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default=os.path.join(ROOT, "build", "dev"))
    parser.add_argument("--no-build", action="store_true")
    arguments = parser.parse_args()
    begin = time.time()
    if not arguments.no_build:
        build()
    built = time.time()
    total = {"passed": [], "failed": [], "skipped": []}
    for run in (run_ctest, run_lit):
        for key, names in run(arguments.build).items():
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
