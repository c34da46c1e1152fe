"""What a builder does about a command that takes too long: RuntimeError."""
import sys

from build import Builder

builder = Builder(sys.argv[1], "tapc", [])
builder.limit_seconds = 0.1
try:
    builder.run(["sleep", "20"], [], "slept")
except RuntimeError as error:
    assert "not done in 0.1 s" in str(error), error
else:
    sys.exit("no error")
