"""Rows, the table, JSON."""
import json
import math
import os
import platform
import statistics
import sys
import time

LAYOUT_WORDS = {"first": "ncl", "last": "nlc", "rows": "rows"}


def format_time(seconds):
    """With a unit that suits it."""
    for unit, scale in (("ns", 1e9), ("us", 1e6), ("ms", 1e3)):
        if seconds * scale < 1000:
            return "%.4g %s" % (seconds * scale, unit)
    return "%.4g s" % seconds


def family(candidate):
    """The peer a candidate belongs to, without its version."""
    if candidate.peer.startswith(("onednn", "halide")):
        return candidate.peer.split("-")[0]
    return candidate.peer


class Row:
    """tapc on one shape in one layout, and what stood beside it."""

    def __init__(self, shape, dtype, tapc, items, tensors, peak_operations):
        self.shape, self.dtype, self.tapc = shape, dtype, tapc
        self.layout = tapc.user
        self.best = min(tapc.samples)
        self.operations = tensors.operations()
        times = {it.peer: min(it.samples) for it in items}
        self.peak = peak_operations / times["peak"]
        self.memory = min(times["memcpy"], times["move"])
        self.bytes = tensors.input_bytes() + tensors.output_bytes()
        self.roof = max(2 * self.operations / self.peak, self.memory)
        self.candidates = items
        self.in_layout, self.anywhere = {}, {}
        for it in items:
            if it.peer in ("tapc", "peak", "memcpy", "move"):
                continue
            self.keep(self.anywhere, it)
            user = "first" if self.layout == "rows" else self.layout
            if it.user == user and it.way != "favourite":
                self.keep(self.in_layout, it)
        for name in ("clang-19", "gcc-12", "gcc"):  # no favourite of theirs
            self.anywhere.pop(name, None)
            if name in self.in_layout:
                self.anywhere[name] = self.in_layout[name]

    @staticmethod
    def keep(best, candidate):
        """The fastest of each peer."""
        name = family(candidate)
        if name not in best or min(candidate.samples) < min(
                best[name].samples):
            best[name] = candidate

    def ratio(self, candidate):
        """How many times as long it takes."""
        return min(candidate.samples) / self.best

    def worst(self, frameworks=True, anywhere=True):
        """The best peer of all, in any layout or this one, or None."""
        peers = self.anywhere if anywhere else self.in_layout
        items = [it for it in peers.values()
                 if frameworks or not it.is_framework]
        return min(items, key=self.ratio, default=None)

    def name(self):
        """Of the row."""
        return "%s/%s%s" % (
            self.shape.name, LAYOUT_WORDS[self.layout],
            "" if self.dtype == "f32" else "/" + self.dtype)

    def line(self, peers=None):
        """One line: time, share of roof, ratios in the user's layout and, in
        brackets, in the peer's favourite."""
        cells = []
        for name in peers or sorted(self.anywhere):
            cell = ""
            if name in self.anywhere:
                user = self.in_layout.get(name)
                cell = "%.2f" % self.ratio(user) if user else "-"
                if self.anywhere[name] is not user:
                    cell += " (%.2f)" % self.ratio(self.anywhere[name])
            cells.append("%13s" % cell if peers else name + " " + cell)
        return "%-44s %10s %4.0f%% %s" % (
            self.name(), format_time(self.best),
            100 * self.roof / self.best, " ".join(cells))


def print_candidates(items, file):
    """Every time of a shape."""
    for it in sorted(items, key=lambda it: min(it.samples)):
        print("    %-40s %10s median %10s  %3d x %-6d %s" % (
            it.name(), format_time(min(it.samples)),
            format_time(statistics.median(it.samples)), len(it.samples), it.n,
            it.note), file=file)


def geometric_mean(values):
    """Or NaN of nothing."""
    return math.exp(statistics.fmean(map(math.log, values))) if values else (
        float("nan"))


def print_ratios(what, pairs, file):
    """One line about (ratio, row)s: how many, won, mean, worst."""
    ratios = [ratio for ratio, _ in pairs]
    worst = min(pairs, key=lambda pair: pair[0])
    print("%-28s %8d %9.0f%% %10.2f  %.2f %s" % (
        what, len(pairs),
        100 * sum(ratio >= 1 for ratio in ratios) / len(ratios),
        geometric_mean(ratios), worst[0], worst[1].name()), file=file)


def print_summary(rows, peers, file):
    """Shares of rows won, worst ratios, means."""
    print("\n%-28s %8s %10s %10s  %s" % (
        "times tapc's", "rows", "won", "mean", "worst"), file=file)
    for name in peers:
        for what in ("in_layout", "anywhere"):
            pairs = [(row.ratio(getattr(row, what)[name]), row)
                     for row in rows if name in getattr(row, what)]
            if not pairs or (what == "anywhere" and all(
                    row.anywhere[name] is row.in_layout.get(name)
                    for _, row in pairs)):
                continue
            print_ratios(
                name + ("" if what == "in_layout" else ", any layout"), pairs,
                file)
    for what, frameworks, anywhere in (
            ("best kernel", False, False),
            ("best kernel, any layout", False, True),
            ("best of all", True, False),
            ("best of all, any layout", True, True)):
        ratios = [(row.ratio(row.worst(frameworks, anywhere)), row)
                  for row in rows if row.worst(frameworks, anywhere)]
        if ratios:
            print_ratios(what, ratios, file)


def print_table(bench, file=sys.stdout):
    """Losses first, worst first."""
    rows = sorted(bench.rows, key=lambda row: row.ratio(
        row.worst()) if row.worst() else float("inf"))
    if not rows:
        return
    peers = sorted({name for row in rows for name in row.anywhere})
    n_lost = sum(bool(row.worst()) and row.ratio(row.worst()) < 1
                 for row in rows)
    print("\n%s, %d thread%s, caches %s; peak %.0f GFLOP/s" % (
        processor(), bench.arguments.threads,
        "s" if bench.arguments.threads > 1 else "",
        describe_caches(bench.arguments), 1e-9 * max(r.peak for r in rows)),
          file=file)
    print("Columns of peers: times as long as tapc takes, in the same layout "
          "(in the peer's\nfavourite). The roof is the slower of the peak and "
          "moving the same bytes.", file=file)
    head = "%-44s %10s %5s %s" % ("", "time", "roof", " ".join(
        "%13s" % name for name in peers))
    for title, part in (("Behind (%d)" % n_lost, rows[:n_lost]),
                        ("Ahead (%d)" % (len(rows) - n_lost), rows[n_lost:])):
        print("\n%s\n%s" % (title, head), file=file)
        for row in part:
            print(row.line(peers), file=file)
    print_summary(rows, peers, file)
    for name in bench.missing:
        print("not installed: " + name, file=file)
    for name, why in bench.left_out:
        print("left out: %s: %s" % (name, why), file=file)


def describe_caches(arguments):
    """Their state when a call begins."""
    if arguments.cold:
        return "cold (%d MiB written before each call)" % arguments.cold
    return "warm (what the call before left)"


def processor():
    """Its name."""
    try:
        with open("/proc/cpuinfo") as lines:
            for line in lines:
                if line.startswith("model name"):
                    return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def describe_context(bench):
    """google-benchmark's context and ours."""
    return {
        "date": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "host_name": platform.node(), "executable": sys.argv[0],
        "num_cpus": os.cpu_count(), "mhz_per_cpu": 0,
        "cpu_scaling_enabled": False, "caches": [],
        "load_avg": list(os.getloadavg()),
        "library_build_type": "release",
        "processor": processor(), "threads": bench.arguments.threads,
        "cache_state": describe_caches(bench.arguments),
        "tapc_options": bench.arguments.tapc_options,
        "missing": bench.missing,
        "left_out": [{"shape": name, "why": why}
                     for name, why in bench.left_out]}


def describe_candidate(row, it):
    """One entry of "benchmarks"."""
    name = "%s/%s/%s" % (row.shape.name, row.dtype, it.name())
    times = sorted(it.samples)
    entry = {
        "name": name, "run_name": name, "run_type": "iteration",
        "repetitions": len(times), "repetition_index": 0,
        "threads": 1, "iterations": it.n,
        "real_time": 1e9 * times[0], "cpu_time": 1e9 * times[0],
        "time_unit": "ns", "median": 1e9 * statistics.median(times),
        "shape": row.shape.describe(), "peer": it.peer,
        "variant": it.variant, "user_layout": LAYOUT_WORDS.get(
            it.user, it.user), "work_layout": LAYOUT_WORDS.get(
                it.order, it.order), "way": it.way, "note": it.note,
        "error": it.error, "framework": it.is_framework}
    if it is row.tapc:
        entry.update({
            "roof": 1e9 * row.roof, "share_of_roof": row.roof / row.best,
            "peak_gflops": 1e-9 * row.peak, "memory": 1e9 * row.memory,
            "multiply_adds": row.operations, "bytes": row.bytes,
            "ratios": {key: row.ratio(value)
                       for key, value in row.in_layout.items()},
            "ratios_any_layout": {key: row.ratio(value) for key, value in
                                  row.anywhere.items()}})
    return entry


def write_json(bench, path):
    """A superset of google-benchmark's format."""
    entries, seen = [], set()
    for row in bench.rows:
        for it in row.candidates:
            if id(it) not in seen and (it is row.tapc or it.peer != "tapc"):
                seen.add(id(it))
                entries.append(describe_candidate(row, it))
    text = json.dumps({"context": describe_context(bench),
                       "benchmarks": entries}, indent=1)
    if path == "-":
        print(text)
        return
    with open(path, "w") as file:
        file.write(text + "\n")
