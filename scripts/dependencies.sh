#!/bin/sh
# Installs what building and testing need, as Debian packages; without root
# prints the line that does.
set -eu

packages="build-essential cmake ninja-build pkg-config bison flex python3
    llvm-19 llvm-19-dev llvm-19-tools clang-19 libclang-19-dev libisl-dev libgmp-dev
    libsqlite3-dev libjansson-dev libxxhash-dev
    libcmocka-dev
    gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user alsa-utils"

missing=
for package in $packages; do
    if ! dpkg-query -W -f '${Status}' "$package" 2>/dev/null |
        grep -q 'install ok installed'; then
        missing="$missing $package"
    fi
done
[ -z "$missing" ] && exit 0

if ! command -v apt-get >/dev/null 2>&1; then
    echo "This is not a Debian system. What is needed, under Debian's names:"
    echo "   $missing"
    echo "Trying to build with what is there."
    exit 0
fi
line="apt-get install -y --no-install-recommends$missing"
if [ "$(id -u)" -ne 0 ]; then
    as_root=
    if command -v sudo >/dev/null 2>&1; then
        as_root="sudo "
        echo "Some packages are missing. Run this once, then again what you ran:"
    else
        echo "Some packages are missing. Become root and run this once, then"
        echo "again what you ran:"
    fi
    echo "    ${as_root}apt-get update && $as_root$line"
    exit 1
fi
echo "Installing:$missing"
export DEBIAN_FRONTEND=noninteractive
$line >/dev/null 2>&1 || { apt-get update -qq && $line; }
