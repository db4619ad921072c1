#!/usr/bin/python3
# SPDX-FileCopyrightText: The Waypoint authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times the statistics of all tensors of a big checkpoint, with waypoint-inspect and with torch in the same run.

usage: stats_bench.py WAYPOINT_INSPECT FOLDER [--runs N] [FILE ...]

FOLDER keeps the files that are measured, as for inspect_bench.py. `numbers` is, for waypoint-inspect, its pass over the
file (reading included; min, max, mean, std, l2, zeros, NaN, infinities in float64); for torch min, max, mean, std and
isnan of tensors that torch.load has brought into memory before, on all cores. `with reading` adds that torch.load: the
same way from a file to its numbers. `wall` is the whole process.
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
begin = time.perf_counter()
tensors = [t for t in torch.load(sys.argv[1], map_location="cpu", **options).values() if torch.is_tensor(t)]
start = time.perf_counter()
numbers = [(t.min().item(), t.max().item(), t.mean().item(), t.std(unbiased=False).item(), t.isnan().sum().item())
           for t in tensors]
end = time.perf_counter()
print(end - start, end - begin)
"""


def inspect(program, file):
    output, wall, memory = measured([program, "stats", "--json", "--timing", str(file)])
    pass_over_file = json.loads(output)["read_seconds"]
    return pass_over_file, pass_over_file, wall, memory


def torch_stats(file):
    output, wall, memory = measured([sys.executable, "-c", STATS, str(file)])
    return (*map(float, output.split()), wall, memory)


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

    print(f"{'':26}{'numbers':>12}{'with reading':>14}{'wall':>12}{'peak memory':>14}")
    for file in files + options.files:
        inspect(options.program, file)  # brings the file into the system's cache
        ours = median_of(lambda: inspect(options.program, file), options.runs)
        theirs = median_of(lambda: torch_stats(file), min(options.runs, 3))
        print(f"statistics of {file.name} ({file.stat().st_size / 1e6:.1f} MB)")
        for name, (numbers, reading, wall, memory) in (("waypoint-inspect", ours), ("torch", theirs)):
            print(f"  {name:24}{numbers * 1000:>9.1f} ms{reading * 1000:>11.1f} ms{wall * 1000:>9.1f} ms"
                  f"{memory:>10.1f} MiB")
        ratios = [theirs[i] / ours[i] for i in range(4)]
        print(f"  {'times less':24}{ratios[0]:>12.1f}{ratios[1]:>14.1f}{ratios[2]:>12.1f}{ratios[3]:>14.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
