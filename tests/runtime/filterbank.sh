#!/bin/sh
# Build examples/filterbank with its own CMakeLists and filter a recording.
#
#   filterbank.sh TAPC PYTHON
#
# The bands must add up to the recording again (within one step of 16 bits),
# and with all gains far down nothing may be left.
set -eu
tapc=$1 python=$2
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
recording=/usr/share/sounds/alsa/Front_Center.wav
if ! test -f $recording; then
    recording=$work/noise.wav
    "$python" - "$recording" <<'END'
import random, struct, sys, wave
file = wave.open(sys.argv[1], "wb")
file.setnchannels(2), file.setsampwidth(2), file.setframerate(48000)
file.writeframes(b"".join(struct.pack("<h", random.randint(-9000, 9000))
                          for _ in range(48000)))
END
fi
cmake -S "$root/examples/filterbank" -B "$work/build" "-DTAPC=$tapc" \
    -DCMAKE_BUILD_TYPE=Release >/dev/null
cmake --build "$work/build" >/dev/null
cd "$work"
build/filterbank $recording flat.wav
build/filterbank $recording quiet.wav -120 -120 -120 -120 -120 -120 -120 -120
"$python" - $recording flat.wav quiet.wav <<'END'
import struct, sys, wave
def samples(path):
    file = wave.open(path, "rb")
    data = file.readframes(file.getnframes())
    return struct.unpack("<%dh" % (len(data) // 2), data)
original, flat, quiet = map(samples, sys.argv[1:])
assert len(original) == len(flat) == len(quiet) > 10000
worst = max(abs(a - b) for a, b in zip(original, flat))
print("largest difference with flat gains:", worst)
assert worst <= 1 and max(map(abs, original)) > 1000
assert max(map(abs, quiet)) <= 1
END
