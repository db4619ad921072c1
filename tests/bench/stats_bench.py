#!/usr/bin/python3
# SPDX-FileCopyrightText: The Waypoint authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times the statistics of all tensors of a big checkpoint, with waypoint-inspect and with torch in the same run.

usage: stats_bench.py WAYPOINT_INSPECT FOLDER [--runs N] [FILE ...]

FOLDER keeps the files that are measured, as for inspect_bench.py. `numbers` is, for waypoint-inspect, its pass over the
file (reading included; min, max, mean, std, l2, zeros, NaN, infinities in float64); for torch min, max, mean, std and
isnan of tensors that torch.load has brought into memory before, on all cores. `wall` is the whole process.
"""
import argparse
import json
import pathlib
import subprocess
import sys

from inspect_bench import FIXTURES, measured, median_of

FILES = ("vgg16.pth",)
STATS = """
import os, sys, time, torch
torch.set_num_threads(os.cpu_count())
options = {} if torch.__version__.startswith("1.") else {"weights_only": False}
tensors = [t for t in torch.load(sys.argv[1], map_location="cpu", **options).values() if torch.is_tensor(t)]
start = time.perf_counter()
numbers = [(t.min().item(), t.max().item(), t.mean().item(), t.std(unbiased=False).item(), t.isnan().sum().item())
           for t in tensors]
print(time.perf_counter() - start)
"""


def inspect(program, file):
    output, wall, memory = measured([program, "stats", "--json", "--timing", str(file)])
    return json.loads(output)["read_seconds"], wall, memory


def torch_stats(file):
    output, wall, memory = measured([sys.executable, "-c", STATS, str(file)])
    return float(output), wall, memory


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", metavar="WAYPOINT_INSPECT")
    parser.add_argument("folder", metavar="FOLDER", type=pathlib.Path)
    parser.add_argument("files", metavar="FILE", nargs="*", type=pathlib.Path, help="flat state dicts")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    files = [options.folder / name for name in FILES]
    if not all(file.exists() for file in files):
        subprocess.run([sys.executable, "-B", str(FIXTURES), "--bench", str(options.folder)], check=True)

    print(f"{'':26}{'numbers':>12}{'wall':>12}{'peak memory':>14}")
    for file in files + options.files:
        inspect(options.program, file)  # brings the file into the system's cache
        ours = median_of(lambda: inspect(options.program, file), options.runs)
        theirs = median_of(lambda: torch_stats(file), min(options.runs, 3))
        print(f"statistics of {file.name} ({file.stat().st_size / 1e6:.1f} MB)")
        for name, (numbers, wall, memory) in (("waypoint-inspect", ours), ("torch", theirs)):
            print(f"  {name:24}{numbers * 1000:>9.1f} ms{wall * 1000:>9.1f} ms{memory:>10.1f} MiB")
        ratios = [theirs[i] / ours[i] for i in range(3)]
        print(f"  {'times less':24}{ratios[0]:>12.1f}{ratios[1]:>12.1f}{ratios[2]:>14.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
