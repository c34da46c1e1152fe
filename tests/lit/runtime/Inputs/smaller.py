"""smaller.py FILE BYTES ...: fail unless each file has at most BYTES bytes."""
import os
import sys

for path, limit in zip(sys.argv[1::2], sys.argv[2::2]):
    size = os.path.getsize(path)
    if size > int(limit):
        sys.exit(f"{path} has {size} bytes, more than {limit}")
