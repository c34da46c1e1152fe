#!/usr/bin/env python3
"""Tune shapes, then measure what was found beside the untuned schedule.

For each shape: "tapc tune" with a budget, then both schedules in turn in new
processes (tapc tune --compare). A line of JSON is kept for each in --json; a
second run goes on where the first ended.

  bench/tune_all.py --shapes mission --budget 10s
  bench/tune_all.py --shapes mission --against exhaustive
  bench/tune_all.py --shapes mission --again        an hour later
"""
import argparse
import json
import math
import os
import subprocess
import sys
import time

from shapes import ROOT, choose_kernel, read_shapes

LAYOUTS = {"ncl": "first", "nlc": "last", "rows": "rows"}
CLOSE = 1.03  # times the best of another search: as good


def parse_arguments():
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    add = parser.add_argument
    add("--tapc", default=os.path.join(ROOT, "build", "release", "tapc"))
    add("--shapes", default="quick", metavar="WORD",
        help="quick, mission, all, or a pattern of names")
    add("--layout", default="ncl,nlc,rows")
    add("--budget", default="10s")
    add("--against", choices=("exhaustive", "random", "evolution"),
        help="search like this too, and compare what both find")
    add("--against-budget", metavar="TIME",
        help="of that search; default: that of --budget, exhaustive 10m")
    add("--again", action="store_true",
        help="tune nothing: do the winners of --json stand?")
    add("--options", default="-march=native", help="of tapc")
    add("--work", default=os.path.join(ROOT, "build", "tune"))
    add("--json", metavar="FILE", help="default: results.jsonl in --work")
    return parser.parse_args()


class Tuner:
    """Runs tapc tune on shapes."""

    def __init__(self, arguments):
        self.arguments = arguments
        self.path = arguments.json or os.path.join(
            arguments.work, "results.jsonl")
        os.makedirs(arguments.work, exist_ok=True)
        self.done = {}
        if os.path.exists(self.path):
            with open(self.path) as lines:
                for line in lines:
                    row = json.loads(line)
                    self.done[row["key"]] = row

    def command(self, kernel, key, words):
        """tapc tune on a kernel, with a database of its own; what it
        printed."""
        command = [self.arguments.tapc, "tune", kernel.file,
                   "--kernel=" + kernel.name,
                   "--db=" + os.path.join(self.arguments.work, key + ".db")]
        command += self.arguments.options.split()
        if kernel.schedule():
            path = os.path.join(self.arguments.work, key + ".layout")
            with open(path, "w") as file:
                file.write(kernel.schedule())
            command.append("--schedule=" + path)
        for item in kernel.defines.items():
            command += ["-D", "%s=%d" % item]
        done = subprocess.run(
            command + words, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True)
        if done.returncode != 0:
            raise RuntimeError(done.stderr.strip())
        return done.stdout

    def search(self, kernel, key, words):
        """A search; the file of its winner, or None, and its seconds."""
        path = os.path.join(self.arguments.work, key + ".tapc")
        if os.path.exists(path):
            os.remove(path)
        start = time.monotonic()
        self.command(kernel, key, ["-o", path] + words)
        seconds = time.monotonic() - start
        return path if os.path.exists(path) else None, seconds

    def compare(self, kernel, key, paths):
        """The report on files beside the untuned schedule."""
        return json.loads(self.command(
            kernel, key,
            ["--compare=" + path for path in paths] + ["--format=json"]))

    def tune(self, kernel, key):
        """One shape; what is to be kept of it."""
        row = {"key": key, "kernel": kernel.name, "defines": kernel.defines,
               "of_untuned": [1, 1, 1], "schedule": None}
        path, row["seconds"] = self.search(
            kernel, key, ["--budget=" + self.arguments.budget])
        paths = [path] if path else []
        if self.arguments.against:
            paths += self.search_against(kernel, key, row)
            row["of_other"] = 1
        if not paths:
            return row
        report = self.compare(kernel, key, paths)
        for one in report["schedules"]:
            if path and path in one["from"].split(", "):
                row["of_untuned"] = one["of_untuned"]
                row["schedule"] = one["schedule"]
        if self.arguments.against:
            row["of_other"] = compare_files(report, path, paths[-1:])
        return row

    def search_against(self, kernel, key, row):
        """The other search; a list of its winner's file."""
        how = self.arguments.against
        budget = self.arguments.against_budget or (
            "10m" if how == "exhaustive" else self.arguments.budget)
        path, row["other_seconds"] = self.search(
            kernel, key + "-" + how, ["--budget=" + budget, "--search=" + how])
        row["other"] = how
        return [path] if path else []

    def remeasure(self, kernel, key):
        """Does the winner of an earlier run stand?"""
        path = os.path.join(self.arguments.work, key + ".tapc")
        words = ["--remeasure=5", "--format=json"]
        if os.path.exists(path):
            words.append("--compare=" + path)
        report = json.loads(self.command(kernel, key, words))
        return {"key": key, "stands": report["stands"],
                "schedules": report["schedules"]}


def find_file(report, path):
    """The schedule of a file, the untuned one for None."""
    for one in report["schedules"]:
        if (path or "untuned") in one["from"].split(", "):
            return one
    raise RuntimeError("'%s' is not in the report" % path)


def compare_files(report, path, other):
    """Time of a file's schedule over that of another's."""
    mine = find_file(report, path)
    others = find_file(report, other[0] if other else None)
    return mine["of_untuned"][0] / others["of_untuned"][0]


def list_cases(arguments):
    """Kernels with names."""
    for shape in read_shapes(arguments.shapes):
        for layout in arguments.layout.split(","):
            kernel = choose_kernel(shape, LAYOUTS[layout])
            if kernel:
                yield "%s-%s" % (shape.name.replace("/", "-"), layout), kernel


def print_row(row):
    """A line for the person waiting."""
    text = "%-32s %6.1f s  %.3f of untuned (%.3f to %.3f)" % (
        row["key"], row["seconds"], *row["of_untuned"])
    if "of_other" in row:
        text += "  %.3f of %s's (%.1f s)" % (
            row["of_other"], row["other"], row["other_seconds"])
    print(text + "  " + (row["schedule"] or "untuned"), flush=True)


def print_summary(rows):
    """What all rows say."""
    if not rows:
        return
    ratios = [row["of_untuned"][0] for row in rows]
    others = [row["of_other"] for row in rows if "of_other" in row]
    slower = [row["key"] for row in rows if row["of_untuned"][1] > 1]
    print("%d shapes, %.1f s at most; geometric mean %.3f of untuned; surely "
          "slower than untuned: %s" % (
              len(rows), max(row["seconds"] for row in rows),
              math.exp(sum(map(math.log, ratios)) / len(ratios)),
              ", ".join(slower) or "none"))
    if others:
        print("%d of %d within %d %% of the other search" % (
            sum(ratio <= CLOSE for ratio in others), len(others),
            round(100 * (CLOSE - 1))))


def run_again(tuner, cases):
    """--again: how many winners stand."""
    reports = []
    for key, kernel in cases:
        if key in tuner.done:
            reports.append(tuner.remeasure(kernel, key))
            print("%-32s %s" % (key, "stands" if reports[-1]["stands"]
                                else "does not stand"), flush=True)
    print("%d of %d stand" % (
        sum(report["stands"] for report in reports), len(reports)))


def main():
    """All shapes, then the summary."""
    arguments = parse_arguments()
    tuner = Tuner(arguments)
    rows, cases = [], list(list_cases(arguments))
    if arguments.again:
        return run_again(tuner, cases)
    try:
        for key, kernel in cases:
            row = tuner.done.get(key)
            if not row:
                row = tuner.tune(kernel, key)
                with open(tuner.path, "a") as file:
                    file.write(json.dumps(row) + "\n")
            rows.append(row)
            print_row(row)
    except KeyboardInterrupt:
        print("interrupted: what there is", file=sys.stderr)
    print_summary(rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
