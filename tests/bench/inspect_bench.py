#!/usr/bin/python3
# SPDX-FileCopyrightText: The Waypoint authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times opening big checkpoints, with waypoint-inspect and with torch.load in the same run, and prints both.

usage: inspect_bench.py WAYPOINT_INSPECT FOLDER [--runs N] [FILE ...]

FOLDER keeps the files that are measured (VGG16, 553 MB, and 100,000 tensors; written on the first run). Further FILEs
are measured as well. `open` is the time in the reader itself, `wall` the whole process, and for torch.load the time
after `import torch`. Memory is the peak of the process.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "make_fixtures.py"
FILES = ("vgg16.pth", "many100k.pth")
LOAD = """
import sys, time, torch
options = {} if torch.__version__.startswith("1.") else {"weights_only": False}
start = time.perf_counter()
torch.load(sys.argv[1], map_location="cpu", **options)
print(time.perf_counter() - start)
"""


def measured(command):
    """Output, wall-clock seconds and peak memory in MiB of one process."""
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=output)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        if status != 0:
            sys.exit(f"{command[0]} failed on {command[-1]}")
        output.seek(0)
        return output.read().decode(), wall, usage.ru_maxrss / 1024


def inspect(program, file):
    output, wall, memory = measured([program, "tree", "--json", "--timing", str(file)])
    return json.loads(output)["open_seconds"], wall, memory


def torch_load(file):
    output, wall, memory = measured([sys.executable, "-c", LOAD, str(file)])
    return float(output), wall, memory


def median_of(run, times):
    return [statistics.median(column) for column in zip(*(run() for _ in range(times)))]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", metavar="WAYPOINT_INSPECT")
    parser.add_argument("folder", metavar="FOLDER", type=pathlib.Path)
    parser.add_argument("files", metavar="FILE", nargs="*", type=pathlib.Path)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    files = [options.folder / name for name in FILES]
    if not all(file.exists() for file in files):
        subprocess.run([sys.executable, "-B", str(FIXTURES), "--bench", str(options.folder)], check=True)

    print(f"{'':26}{'open':>12}{'wall':>12}{'peak memory':>14}")
    for file in files + options.files:
        ours = median_of(lambda: inspect(options.program, file), options.runs)
        theirs = median_of(lambda: torch_load(file), min(options.runs, 3))
        print(f"{file.name} ({file.stat().st_size / 1e6:.1f} MB)")
        for name, (opened, wall, memory) in (("waypoint-inspect", ours), ("torch.load", theirs)):
            print(f"  {name:24}{opened * 1000:>9.1f} ms{wall * 1000:>9.1f} ms{memory:>10.1f} MiB")
        ratios = [theirs[i] / ours[i] for i in range(3)]
        print(f"  {'times less':24}{ratios[0]:>12.1f}{ratios[1]:>12.1f}{ratios[2]:>14.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
