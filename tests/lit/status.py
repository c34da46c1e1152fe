"""Run a command and fail unless it ends with the expected exit status."""
import subprocess
import sys

expected = int(sys.argv[1])
status = subprocess.call(sys.argv[2:])
if status < 0:
    status = 128 - status
if status != expected:
    print("exit status %d, expected %d" % (status, expected), file=sys.stderr)
    sys.exit(1)
