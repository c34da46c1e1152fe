"""Commands, their results kept for the next run, and shared objects."""
import ctypes
import hashlib
import os
import shutil
import subprocess

from shapes import HERE, ROOT


def find_program(*names):
    """The first that is installed, or None."""
    return next((name for name in names if shutil.which(name)), None)


class Builder:
    """Builds into a folder; what is there with the same inputs is kept."""

    def __init__(self, folder, tapc, tapc_options):
        self.folder = folder
        self.tapc = tapc
        self.tapc_options = tapc_options
        self.limit_seconds = 600
        self.stamps, self.pools = {}, {}
        os.makedirs(folder, exist_ok=True)

    def stamp(self, path):
        """A digest of a file."""
        if path not in self.stamps:
            with open(path, "rb") as file:
                self.stamps[path] = hashlib.sha256(file.read()).hexdigest()
        return self.stamps[path]

    def run(self, words, inputs, name):
        """Run "words", where {out} is the file made, unless that was done,
        perhaps in another copy of the tree. The path; raises RuntimeError
        with what the command said."""
        key = [word.replace(ROOT, "") for word in words]
        stamps = [self.stamp(path) for path in inputs]
        digest = hashlib.sha256(repr((key, stamps)).encode()).hexdigest()[:20]
        path = os.path.join(self.folder, digest + "-" + name)
        if os.path.exists(path):
            return path
        new = path + ".new"
        try:
            done = subprocess.run(
                ["nice", "-n", "15"] + [w.replace("{out}", new) for w in words],
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                timeout=self.limit_seconds)
        except subprocess.TimeoutExpired as error:
            raise RuntimeError("%s: not done in %g s" % (
                words[0], self.limit_seconds)) from error
        if done.returncode != 0 or not os.path.exists(new):
            raise RuntimeError("%s: %s" % (words[0], done.stdout.strip()))
        os.rename(new, path)
        return path

    def write(self, name, text):
        """A file of this text."""
        digest = hashlib.sha256(text.encode()).hexdigest()[:20]
        path = os.path.join(self.folder, digest + "-" + name)
        if not os.path.exists(path):
            with open(path, "w") as file:
                file.write(text)
        return path

    def library(self, source, name, extra=(), inputs=()):
        """A shared object of C files in bench/."""
        files = [os.path.join(HERE, file) for file in source]
        headers = [os.path.join(HERE, "measure.h")]
        return self.run(
            [find_program("gcc-12", "gcc", "cc"), "-std=c11", "-O2", "-shared",
             "-fPIC", "-I", HERE] + files + list(extra) + ["-o", "{out}"],
            files + headers + list(inputs), name)

    def kernel(self, kernel, dtype, schedule=None):
        """A function of a shared object with tapc's code, under a file of
        schedules if there is one."""
        with open(kernel.file) as file:
            text = file.read()
        if dtype != "f32":
            text = text.replace("in  f32", "in  " + dtype)
            text = text.replace("out f32", "out " + dtype)
        source = self.write(kernel.name + ".dsl", text)
        words = [self.tapc, "compile", source, "--no-verify"]
        if not schedule and kernel.schedule():
            schedule = self.write(kernel.name + ".tapc", kernel.schedule())
        if schedule:
            words.append("--schedule=" + schedule)
        for item in kernel.defines.items():
            words += ["-D", "%s=%d" % item]
        inputs = [self.tapc, source] + ([schedule] if schedule else [])
        path = self.run(words + self.tapc_options + ["-o", "{out}"], inputs,
                        kernel.name + ".o")
        return self.run(["cc", "-shared", path, "-o", "{out}"], [path],
                        kernel.name + ".so")

    def naive(self, compiler, shape, layout, dtype, activation):
        """A shared object with naive_sum and naive_row."""
        source = "depthwise" if shape.is_depthwise() else "dense"
        source = os.path.join(HERE, "naive", source + ".c")
        header = os.path.join(HERE, "naive", "naive.h")
        defines = {
            "N": shape.n, "C": shape.c, "H": shape.height, "W": shape.width,
            "O": shape.outputs, "P": shape.output_extent(0),
            "Q": shape.output_extent(1), "KH": shape.taps[0],
            "KW": shape.taps[1], "SH": shape.stride[0],
            "SW": shape.stride[1], "DH": shape.dilation[0],
            "DW": shape.dilation[1], "TOP": shape.before[0],
            "LEFT": shape.before[1]}
        words = [compiler, "-std=gnu11", "-O3", "-march=native", "-shared",
                 "-fPIC", source]
        words += ["-D%s=%d" % item for item in defines.items()]
        words += ["-D" + word.upper() for word in
                  (layout if layout == "last" else "", activation,
                   dtype if dtype != "f32" else "") if word]
        return self.run(words + ["-lm", "-o", "{out}"], [source, header],
                        "naive.so")

    def pool(self, threads):
        """A struct tapc_parallel with the threads of OpenMP."""
        if threads not in self.pools:
            folder = os.path.join(ROOT, "runtime")
            source = os.path.join(folder, "threads.c")
            library = ctypes.CDLL(self.run(
                ["cc", "-std=c11", "-O2", "-fopenmp", "-shared", "-fPIC", "-I",
                 os.path.join(folder, "include"), source, "-o", "{out}"],
                [source], "runtime.so"))
            self.pools[threads] = (ctypes.c_void_p * 2)()
            library.tapc_runtime_openmp(
                self.pools[threads], ctypes.c_int(threads))
        return self.pools[threads]

    def yardsticks(self):
        """The shared object with the peak of multiply-adds."""
        source = os.path.join(ROOT, "demo", "naive", "roof.c")
        compiler = find_program("clang-19", "clang", "gcc")
        words = [compiler, "-O3", "-march=native", "-fno-builtin", "-shared",
                 "-fPIC", source, "-o", "{out}"]
        if "clang" in compiler and os.uname().machine == "x86_64":
            words.insert(3, "-mprefer-vector-width=512")
        return self.run(words, [source], "yardsticks.so")


def load_function(path, name):
    """The address of a function."""
    library = ctypes.CDLL(path, mode=os.RTLD_LOCAL | os.RTLD_NOW)
    return ctypes.cast(getattr(library, name), ctypes.c_void_p).value
