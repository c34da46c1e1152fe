"""The file is what google-benchmark writes, and more."""
import json
import sys

with open(sys.argv[1]) as file:
    report = json.load(file)
assert report["context"]["num_cpus"] >= 1
assert report["context"]["library_build_type"] == "release"
assert report["context"]["date"] and report["context"]["cache_state"]
names = set()
for entry in report["benchmarks"]:
    for key, kind in (
            ("name", str), ("run_name", str), ("run_type", str),
            ("repetitions", int), ("repetition_index", int), ("threads", int),
            ("iterations", int), ("real_time", float), ("cpu_time", float),
            ("time_unit", str), ("median", float), ("peer", str),
            ("user_layout", str), ("way", str)):
        assert isinstance(entry[key], kind), (key, entry)
    assert entry["run_type"] == "iteration" and entry["time_unit"] == "ns"
    assert 0 < entry["real_time"] <= entry["median"]
    assert entry["error"] <= 1
    names.add(entry["name"])
assert len(names) == len(report["benchmarks"])
kernels = [e for e in report["benchmarks"] if e["peer"] == "tapc"]
assert {e["user_layout"] for e in kernels} == {"ncl", "nlc"}
for entry in kernels:
    assert entry["share_of_roof"] > 0 and entry["multiply_adds"] == 56
    assert set(entry["ratios"]) >= {"clang-19"}, entry["ratios"]
