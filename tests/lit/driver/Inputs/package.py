"""Install tapc, use it from CMake as a stranger would.

package.py BUILD SOURCE FOLDER
"""
import os
import subprocess
import sys

build, source, folder = sys.argv[1:4]
prefix = os.path.join(folder, "installed tapc")
subprocess.check_call(["cmake", "--install", build, "--prefix", prefix],
                      stdout=subprocess.DEVNULL)
os.chdir(folder)
with open("CMakeLists.txt", "w") as file:
    file.write("""cmake_minimum_required(VERSION 3.25)
project(stranger LANGUAGES C)
find_package(tapc 0.1 REQUIRED)
tapc_add_library(kernels SOURCES "sources/small.dsl" DEFINES K=2
  OPTIONS --no-verify)
add_executable(main main.c)
target_link_libraries(main PRIVATE kernels)
if(TARGET tapc::tapc_runtime)
  target_link_libraries(main PRIVATE tapc::tapc_runtime)
  target_compile_definitions(main PRIVATE HAS_RUNTIME)
endif()
""")
with open("main.c", "w") as file:
    file.write("""#include "small.h"
#include <stdio.h>
#ifdef HAS_RUNTIME
#include <tapc_runtime.h>
#endif
int main(void)
{
    float x[3] = {1, 2, 3}, w[2] = {1, 10}, y[4];
    int status = small(x, w, y, 3);

#ifdef HAS_RUNTIME
    struct tapc_parallel pool;
    tapc_runtime_openmp(&pool, 2);
    if (pool.run == NULL)
        return 1;
#endif
    printf("%d: %g %g %g %g\\n", status, y[0], y[1], y[2], y[3]);
    return 0;
}
""")
os.mkdir("sources")
with open(source) as file:
    text = file.read()
with open("sources/small.dsl", "w") as file:
    file.write(text)


def call(*command):
    """Run quietly; output only when it fails."""
    done = subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        print(done.stdout)
        sys.exit("failed: " + " ".join(command))
    return done.stdout


for generator in ("Ninja", "Unix Makefiles"):
    binary = "build " + generator.split()[0]
    call("cmake", "-S", ".", "-B", binary, "-G", generator,
         "-DCMAKE_PREFIX_PATH=" + prefix)
    call("cmake", "--build", binary)
    print(call(binary + "/main"), end="")
    again = call("cmake", "--build", binary)
    assert "Compiling kernels" not in again, "the null build does something"
    with open("sources/small.dsl", "a") as file:
        file.write("// touched\n")
    os.utime("sources/small.dsl", (4e9, 4e9))
    again = call("cmake", "--build", binary)
    assert "Compiling kernels" in again, "a change is not noticed"
    os.utime("sources/small.dsl")
