#!/bin/sh
# Install what the benchmark compares with; tapc and its tests need none of it.
#
#   bench/install_peers.sh [FOLDER]        (build/peers)
#
# Debian's packages as root (otherwise the line to run is printed), Python's
# into a virtual environment in FOLDER, from the package index. What cannot be
# installed is named, and "make bench" then leaves it out.
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
folder=${1:-$root/build/peers}
packages="clang-19 gcc-12 g++-12 libdnnl-dev libhalide14-0-dev"

if [ "$(id -u)" = 0 ]; then
    apt-get install -y --no-install-recommends $packages ||
        echo "not installed: $packages"
else
    echo "as root: apt-get install --no-install-recommends $packages"
fi

[ -x "$folder/bin/python" ] || python3 -m venv "$folder" || exit 1
# A newer oneDNN (its library and header), Halide, the frameworks. PyTorch
# brings some gigabytes of libraries for GPUs with it.
for package in "onednn-cpu-gomp onednn-devel-cpu-gomp" halide onnxruntime \
    onnx "apache-tvm[meta-schedule,popen-pool] apache-tvm-ffi<0.1.15" torch; do
    # shellcheck disable=SC2086
    "$folder/bin/pip" install --quiet $package || echo "not installed: $package"
done
echo "peers in $folder"
