#!/usr/bin/python3
# SPDX-FileCopyrightText: The Waypoint authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times the export of a big checkpoint, flushed to disk and verified, against copying the file and against PyTorch.

usage: export_bench.py WAYPOINT_INSPECT FOLDER [--runs N] [--file FILE]

FOLDER keeps VGG16 (553 MB; written on the first run) and gets the copies, which are removed again. The three take turns,
so that a disk that others use is slow for all of them; medians are compared. `cp` is cp, sync of the file, and one read of
it; PyTorch is torch.load, torch.save and fsync, timed after `import torch`. Memory is the peak of the process.
"""
import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import time

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "make_fixtures.py"
COPY = """
import subprocess, sys, time
start = time.perf_counter()
subprocess.run(["cp", sys.argv[1], sys.argv[2]], check=True)
subprocess.run(["sync", sys.argv[2]], check=True)
buffer = bytearray(1 << 20)
with open(sys.argv[2], "rb", buffering=0) as file:
    while file.readinto(buffer):
        pass
print(time.perf_counter() - start)
"""
TORCH = """
import os, sys, time, torch
options = {} if torch.__version__.startswith("1.") else {"weights_only": False}
start = time.perf_counter()
torch.save(torch.load(sys.argv[1], map_location="cpu", **options), sys.argv[2])
with open(sys.argv[2], "rb") as file:
    os.fsync(file.fileno())
print(time.perf_counter() - start)
"""


def measured(command, target, timed_itself):
    """Seconds and peak memory in MiB of a process that writes `target`, which is gone before and after."""
    target.unlink(missing_ok=True)
    output = subprocess.PIPE if timed_itself else subprocess.DEVNULL
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=output)
    text = process.stdout.read() if timed_itself else b""
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    if status != 0 or not target.exists():
        sys.exit(f"{command[0]} failed")
    target.unlink()
    return (float(text) if timed_itself else wall), usage.ru_maxrss / 1024


def contenders(program, file, folder):
    python = [sys.executable, "-c"]
    target = folder / "exported.pth"
    legacy = folder / "exported.legacy.pth"
    safetensors = folder / "exported.safetensors"
    export = [program, "export", str(file), "-o"]
    return {
        "export .pth": (export + [str(target)], target, False),
        "export .safetensors": (export + [str(safetensors)], safetensors, False),
        "export .pth, legacy": (export + [str(legacy), "--format", "pth-legacy"], legacy, False),
        "cp, sync, read": (python + [COPY, str(file), str(target)], target, True),
        "torch.load, save, fsync": (python + [TORCH, str(file), str(target)], target, True),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", metavar="WAYPOINT_INSPECT")
    parser.add_argument("folder", metavar="FOLDER", type=pathlib.Path)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--file", type=pathlib.Path)
    options = parser.parse_args()
    file = options.file or options.folder / "vgg16.pth"
    if not file.exists():
        subprocess.run([sys.executable, "-B", str(FIXTURES), "--bench", str(options.folder)], check=True)
    options.folder.mkdir(parents=True, exist_ok=True)

    runs = contenders(options.program, file, options.folder)
    times = {name: [] for name in runs}
    for number in range(options.runs + 1):
        for name, run in runs.items():
            result = measured(*run)
            if number > 0:  # the first round warms up
                times[name].append(result)
    print(f"exporting {file.name} ({file.stat().st_size / 1e6:.1f} MB), medians of {options.runs} runs in turn")
    median = {name: [statistics.median(column) for column in zip(*results)] for name, results in times.items()}
    for name, (seconds, memory) in median.items():
        print(f"  {name:26}{seconds * 1000:>9.1f} ms{memory:>10.1f} MiB")
    for name in (name for name in runs if name.startswith("export")):
        copied, torch = (statistics.median(other[0] / own[0] for own, other in zip(times[name], times[peer]))
                         for peer in ("cp, sync, read", "torch.load, save, fsync"))
        print(f"  {name}: takes {1 / copied:.2f} times as long as copying; PyTorch takes {torch:.2f} times as long as it")
    return 0


if __name__ == "__main__":
    sys.exit(main())
