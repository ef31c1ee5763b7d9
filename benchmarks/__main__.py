"""All benchmarks, one after the other: `python -m benchmarks [--json]`; gives 1 where one misses what is asked."""

import subprocess
import sys

ALL = (
    ("launch",),
    ("widgets",),
    ("admin",),
    ("sync",),
    ("matching", "--people", "5000", "--capacity", "2", "--repeat", "3"),
)

if __name__ == "__main__":
    missed = 0
    for name, *options in ALL:
        command = [sys.executable, "-m", f"benchmarks.{name}", *options, *sys.argv[1:]]
        missed |= subprocess.run(command, check=False).returncode
    sys.exit(1 if missed else 0)
