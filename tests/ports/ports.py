"""Are the hot loops as fast as the ports of a core allow?

    ports.py TAPC CORE [CASE...]     fails where a loop is too slow
    ports.py --block TAPC CORE ...   counting ports alone
    ports.py --list

Each case is compiled to assembly for the core. Its hot loop (of those without
branches inside the one with the most multiply-adds) is timed by llvm-mca, which knows how many
operations of each kind the core starts per cycle and how long they take, and
compared with the least cycles any code needs for the same outputs: the
busiest port, where what can be done on either of two kinds of port is shared
out in the best way. Caches play no part: that is measured elsewhere.

With --block it is llvm-mca's block reciprocal throughput that is compared: the
ports alone, as if any operation could wait for its turn as long as it likes.

In the assembly only multiply-adds are counted; a case says how many there are
per vector of outputs, and so how many outputs a pass of the loop makes.
"""
import re
import subprocess
import sys
import tempfile
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parents[2] / "lang" / "examples"
INPUTS = Path(__file__).resolve().parent
PASSES = 100


class Core:
    """Operations started per cycle. "vector": arithmetic; "memory": loads,
    and stores if "stores_on_loads" (that many of its slots per vector
    stored); "stores" per cycle; "store_vector": slots of "vector" per vector
    stored. "shifts": ports only for moving within registers. "start": the
    sum's start costs an operation on either kind of port, because the
    multiply-add overwrites its summand. "product": slots of "vector" a
    multiply-add takes. "division": slots of "vector" one vector takes, and
    the cycles between two. "easy": how many of SiLU's other operations have
    ports besides. "limit": measured over the least; "division_limit": where
    there are divisions."""

    def __init__(self, tapc, mca, limit, **rates):
        self.tapc = tapc.split()
        self.mca = mca.split()
        self.limit = limit
        self.division_limit = rates.get("division_limit", limit)
        self.lanes = rates["lanes"]
        self.vector = rates["vector"]
        self.memory = rates["memory"]
        self.stores = rates["stores"]
        self.stores_on_loads = rates.get("stores_on_loads", 0)
        self.store_vector = rates.get("store_vector", 0)
        self.shifts = rates.get("shifts", 0)
        self.start = rates.get("start", 1)
        self.product = rates.get("product", 1)
        self.division = rates.get("division", (0, 0))
        self.easy = rates.get("easy", 0)
        self.width = rates.get("width", 8)


ARM = "--target=aarch64-linux-gnu "
ARM_MCA = "-mtriple=aarch64-linux-gnu "
X86_MCA = "-mtriple=x86_64-linux-gnu -dispatch=8 "

# Arm Neoverse V1, V2 and N1 Software Optimization Guides, "Instruction
# characteristics": FMLA V0-V3 (N1: V01), LDR of a Q register L0-L2 (N1: L01),
# STR of Q L01 and V01 and STP twice that (on N1 each half is an operation),
# FDIV V02, MOV and EXT as FMLA.
# x86: Agner Fog's instruction tables. FMA p01, loads p23, one store, shuffles
# p5; a division keeps p0 for one operation (Haswell: two, and a third anywhere)
# and the divider for the cycles between two, which hide less well behind other
# work: hence the division_limit. llvm-mca does not know that a load and its
# arithmetic pass the front end as one: -dispatch=8 lets both through, and the
# loop's instructions are limited to 4 a cycle here.
CORES = {
    "neoverse-v1": Core(ARM + "--isa=neon", ARM_MCA + "-mcpu=neoverse-v1",
        1.25, lanes=4, vector=4, memory=3, stores=2, stores_on_loads=1,
        store_vector=1, division=(7, 3.5)),
    "neoverse-v1-sve": Core(ARM + "--isa=sve256",
        ARM_MCA + "-mcpu=neoverse-v1", 1.25, lanes=8, vector=2, memory=2,
        stores=1, stores_on_loads=1, store_vector=1, start=0,
        division=(14, 7)),
    "neoverse-v2": Core(ARM + "--isa=neon", ARM_MCA + "-mcpu=neoverse-v2",
        1.25, lanes=4, vector=4, memory=3, stores=2, stores_on_loads=1,
        store_vector=1, division=(10, 5)),
    "neoverse-n1": Core(ARM + "--isa=neon", ARM_MCA + "-mcpu=neoverse-n1",
        1.25, lanes=4, vector=2, memory=2, stores=1, stores_on_loads=2,
        store_vector=2, division=(7, 7)),
    "haswell": Core("-march=haswell", X86_MCA + "-mcpu=haswell", 1 / 0.85,
        lanes=8, vector=2, memory=2, stores=1, shifts=1, start=0, width=4,
        division=(2.5, 14), easy=2, division_limit=1.3),
    "skylake": Core("-march=skylake", X86_MCA + "-mcpu=skylake", 1 / 0.85,
        lanes=8, vector=2, memory=2, stores=1, shifts=1, start=0, width=4,
        division=(1, 5), easy=2, division_limit=1.32),
    "sse": Core("--isa=x86-64", X86_MCA + "-mcpu=skylake", 1 / 0.85,
        lanes=4, vector=2, memory=2, stores=1, shifts=1, product=2, width=4,
        division=(1, 3), easy=2, division_limit=1.45),
}


class Case:
    """"products": multiply-adds per vector of outputs, of them "taps" that
    read a vector of the input. "is_row": lanes along the row, where each tap
    needs its own vector, by a load or a shift (one further on by a whole
    vector is the next output's); else taps share loads from one output to
    the next. "others": other arithmetic; "divisions"."""

    def __init__(self, file, values, taps, is_row, products=None, others=0,
                 divisions=0):
        self.file = file
        self.values = values.split()
        self.taps = taps
        self.is_row = is_row
        self.products = products or taps
        self.others = others
        self.divisions = divisions


ROW = "dwconv1d"
LAST = "dwconv1d_nlc"
# SiLU: 9 multiply-adds, a division, 6 others, of which two have more ports on
# x86.
CASES = {
    "a": Case(ROW, "N=1 C=64 L=96 K=3", 3, True),
    "a_nlc": Case(LAST, "N=1 C=64 L=96 K=3", 3, False),
    "k7": Case(ROW, "N=1 C=64 L=202 K=7 pad=3", 7, True),
    "k7_nlc": Case(LAST, "N=1 C=64 L=202 K=7 pad=3", 7, False),
    "k31": Case(ROW, "N=1 C=256 L=200 K=31 pad=15", 31, True),
    "k31_nlc": Case(LAST, "N=1 C=256 L=200 K=31 pad=15", 31, False),
    "short": Case(ROW, "N=1 C=2048 L=21 K=3", 3, True),
    "short_nlc": Case(LAST, "N=1 C=2048 L=21 K=3", 3, False),
    "f": Case("bias", "N=1 C=1536 L=512 K=4", 4, True),
    "f_nlc": Case("bias_nlc", "N=1 C=1536 L=512 K=4", 4, False),
    "f_silu": Case("causal_conv1d", "N=1 C=1536 L=512 K=4", 4, True,
        products=4 + 9, others=6, divisions=1),
    "f_silu_nlc": Case("causal_conv1d_nlc", "N=1 C=1536 L=512 K=4", 4, False,
        products=4 + 9, others=6, divisions=1),
}


def least_cycles(core, case):
    """The least cycles per vector of outputs on this core."""
    others = max(0, case.others - core.easy)
    vector = (case.products * core.product + others +
              core.division[0] * case.divisions + core.store_vector)
    memory = 1 + core.stores_on_loads
    either = core.start
    if case.is_row:
        either += min(case.taps, core.lanes) - 1
    ports = core.vector + core.memory
    bounds = [vector / core.vector, memory / core.memory, 1 / core.stores,
              core.division[1] * case.divisions]
    if core.shifts:
        bounds.append((memory + either) / (core.memory + core.shifts))
    else:
        bounds.append((vector + memory + either) / ports)
    return max(bounds)


def compile_case(tapc, core, case):
    """The assembly, as a list of lines."""
    file = EXAMPLES / (case.file + ".dsl")
    if not file.exists():
        file = INPUTS / (case.file + ".dsl")
    defines = [word for value in case.values for word in ("-D", value)]
    result = subprocess.run([tapc, "compile", "-S", "--no-verify", str(file),
        "-o", "-"] + defines + core.tapc, capture_output=True, text=True)
    if result.returncode:
        sys.exit(result.stderr)
    return result.stdout.splitlines()


LABEL = re.compile(r"^([.\w$\"]+):")
BRANCH = re.compile(r"^\t(b\.\w+|b|cbn?z|tbn?z|j\w+)\s.*?([.\w$]+)$")
PRODUCT = re.compile(r"^\t(fml[as]|fnml[as]|fmad|fmsb|fnmad)\t|"
                     r"^\tv?(fn?m(add|sub)\d+|mul)ps\t")


def find_loops(lines):
    """Loops without branches or labels inside, as lists of instructions."""
    loops = []
    label = None
    body = []
    for line in lines:
        branch = BRANCH.match(line)
        if LABEL.match(line):
            label = LABEL.match(line).group(1)
            body = []
        elif re.match(r"^\t[^.]", line):
            body.append(line)
        if branch and branch.group(2) == label:
            loops.append(body)
        if branch:
            label, body = None, []
    return loops


def count_products(lines):
    return sum(1 for line in lines if PRODUCT.match(line))


def find_hot_loop(lines):
    """The instructions of the loop with the most multiply-adds."""
    return max(find_loops(lines), key=count_products, default=[])


def time_loop(core, body, is_block):
    """Cycles per pass."""
    with tempfile.NamedTemporaryFile("w", suffix=".s") as file:
        file.write("\n".join(body) + "\n")
        file.flush()
        result = subprocess.run(["llvm-mca-19", "-iterations=%d" % PASSES,
            "-instruction-info=0", "-resource-pressure=0"] + core.mca +
            [file.name], capture_output=True, text=True)
    total = re.search(r"Total Cycles:\s+(\d+)", result.stdout)
    block = re.search(r"Block RThroughput:\s+([\d.]+)", result.stdout)
    if not total or not block:
        sys.exit(result.stderr)
    cycles = float(block.group(1)) if is_block else \
        int(total.group(1)) / PASSES
    return max(cycles, len(body) / core.width)


def check_case(tapc, core, name, options):
    """Print a line; is the loop fast enough?"""
    case = CASES[name]
    body = find_hot_loop(compile_case(tapc, core, case))
    n_outputs = count_products(body) / case.products
    if n_outputs == 0:
        print("%-12s no loop with multiply-adds  FAILED" % name)
        return False
    cycles = time_loop(core, body, "--block" in options) / n_outputs
    least = least_cycles(core, case)
    limit = core.division_limit if case.divisions else core.limit
    is_good = cycles <= least * limit
    print("%-12s %6.3f cycles a vector, at least %6.3f: %4.2f%s" % (name,
        cycles, least, cycles / least, "" if is_good else "  FAILED"))
    if "-v" in options:
        print("\n".join(body))
    return is_good


def main(arguments):
    if arguments == ["--list"]:
        print(" ".join(CORES))
        return 0
    options = [a for a in arguments if a in ("-v", "--block")]
    tapc, core, *names = [a for a in arguments if a not in options]
    results = [check_case(tapc, CORES[core], name, options)
               for name in names or CASES]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
