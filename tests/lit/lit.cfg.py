# How lit runs the tests: a test is a .dsl file (or a .test script) whose
# comments say what to run.
#
# In RUN lines:
#   %tapc       the compiler of this build
#   %exit N CMD runs CMD and fails unless its exit status is N
#   %cc         a C compiler for this machine (gcc's command line)
#   %aarch64_cc, %qemu   cross compiler and emulator (REQUIRES: aarch64)
#   %worker     tapc-worker, which only measures
#   %root       the project's folder; %build the build folder
#   %python     the Python interpreter
# Features: aarch64, clang, mpi, parallel (GNU's), gpu, llc, llvm-mca, ptxas, sanitizer, runtime,
# x86-64-v3, x86-64-v4.
import os
import shutil
import subprocess

import lit.formats

config.name = "tapc"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".dsl", ".test"]
config.excludes = ["Inputs"]
config.test_source_root = os.path.dirname(__file__)

site = lit_config.params.get("tapc_site")
if not site:
    lit_config.fatal("run build/<dir>/lit, not lit.py: it knows the build")
lit_config.load_config(config, site)
config.test_exec_root = os.path.join(config.build_directory, "lit-output")

path = [config.llvm_tools, config.environment.get("PATH", "")]
config.environment["PATH"] = os.pathsep.join(path)
config.environment["LC_ALL"] = "C"
config.environment["NO_COLOR"] = "1"
config.environment["ASAN_OPTIONS"] = "detect_leaks=1:abort_on_error=0"
config.environment["UBSAN_OPTIONS"] = "print_stacktrace=1:halt_on_error=1"

status = os.path.join(config.test_source_root, "status.py")
config.substitutions += [
    ("%tapc", config.tapc),
    ("%worker", os.path.join(config.build_directory, "tapc-worker")),
    ("%exit", config.python + " " + status),
    ("%cc", config.c_compiler + " -std=c11 -Wall -Wextra -Werror"),
    ("%aarch64_cc", "aarch64-linux-gnu-gcc"),
    ("%qemu", "qemu-aarch64 -L /usr/aarch64-linux-gnu"),
    ("%root", config.source_directory),
    ("%build", config.build_directory),
    ("%python", config.python),
]

if shutil.which("aarch64-linux-gnu-gcc") and shutil.which("qemu-aarch64"):
    config.available_features.add("aarch64")
if shutil.which("clang-19"):
    config.available_features.add("clang")
if shutil.which("llvm-mca-19"):
    config.available_features.add("llvm-mca")
if shutil.which("llc", path=config.environment["PATH"]):
    config.available_features.add("llc")
if shutil.which("ptxas") or os.path.exists("/usr/local/cuda/bin/ptxas"):
    config.available_features.add("ptxas")
if os.path.exists("/dev/nvidiactl"):
    config.available_features.add("gpu")
if shutil.which("parallel") and "GNU" in subprocess.run(
        ["parallel", "--version"], stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL).stdout.decode(errors="replace"):
    config.available_features.add("parallel")
if shutil.which("mpirun"):
    config.available_features.add("mpi")
if config.is_sanitized:
    config.available_features.add("sanitizer")
if os.path.exists(os.path.join(config.build_directory, "runtime",
                               "libtapc_runtime.a")):
    config.available_features.add("runtime")


def processor_flags():
    """The flags line of /proc/cpuinfo, as a set; empty where there is none."""
    try:
        with open("/proc/cpuinfo") as cpuinfo:
            for line in cpuinfo:
                if line.startswith("flags"):
                    return set(line.split(":", 1)[1].split())
    except OSError:
        pass
    return set()


flags = processor_flags()
if {"avx2", "fma", "bmi2", "f16c"} <= flags:
    config.available_features.add("x86-64-v3")
if {"avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512cd"} <= flags:
    config.available_features.add("x86-64-v4")
