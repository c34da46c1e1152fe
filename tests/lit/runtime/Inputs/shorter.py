"""shorter.py FILE LINES: fail unless the file has fewer than LINES lines."""
import sys

count = len(open(sys.argv[1]).readlines())
if count >= int(sys.argv[2]):
    sys.exit(f"{sys.argv[1]} has {count} lines")
