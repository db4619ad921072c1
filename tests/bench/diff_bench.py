#!/usr/bin/python3
# SPDX-FileCopyrightText: The Waypoint authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times comparing two big checkpoints, and following ten, with waypoint-inspect and with torch in the same run.

usage: diff_bench.py WAYPOINT_INSPECT FOLDER [--runs N]

FOLDER keeps the files that are measured: VGG16, as for inspect_bench.py, and the same a little later in its training;
ten epochs are these two in turn. `numbers` is, for waypoint-inspect, its pass over the files, reading included; for torch
the same sums in float64 over tensors that torch.load has brought into memory before, on all cores. `with reading` adds
that torch.load. `wall` is the whole process, `read` how many bytes it read for one of the files.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from inspect_bench import FIXTURES, median_of

EPOCHS = 10
LATER = """
import sys, torch
options = {} if torch.__version__.startswith("1.") else {"weights_only": False}
torch.manual_seed(1)
state = torch.load(sys.argv[1], map_location="cpu", **options)
torch.save({name: w + 1e-3 * w.std() * torch.randn_like(w) for name, w in state.items()}, sys.argv[2])
"""
SUMS = """
import os, sys, time, torch
torch.set_num_threads(os.cpu_count())
options = {} if torch.__version__.startswith("1.") else {"weights_only": False}

def load(path):
    return torch.load(path, map_location="cpu", **options)

def difference(first, second):
    a, b = first.double().flatten(), second.double().flatten()
    d = b - a
    l2, norm_a, norm_b = d.norm().item(), a.norm().item(), b.norm().item()
    return (l2, l2 / norm_a, torch.dot(a, b).item() / norm_a / norm_b, d.abs().max().item(),
            (d != 0).sum().item() / d.numel())

def stats(tensor):
    x = tensor.double()
    return x.min().item(), x.max().item(), x.mean().item(), x.std(unbiased=False).item(), x.norm().item()

def timed(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
"""
DIFF = SUMS + """
begin = time.perf_counter()
a, b = map(load, sys.argv[1:])
numbers = timed(lambda: [difference(a[name], b[name]) for name in a])
print(numbers, time.perf_counter() - begin)
"""
SERIES = SUMS + """
begin, numbers, first, previous = time.perf_counter(), 0, None, None
for path in sys.argv[1:]:
    state = load(path)
    numbers += timed(lambda: [stats(tensor) for tensor in state.values()])
    for earlier in {id(x): x for x in (first, previous) if x}.values():
        numbers += timed(lambda: [difference(earlier[name], state[name]) for name in state])
    first, previous = first or state, state
print(numbers, time.perf_counter() - begin)
"""


def measured(command):
    """Output, wall-clock seconds, peak memory in MiB and bytes read of one process."""
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=output)
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        wall = time.perf_counter() - start
        counts = dict(line.split(": ") for line in pathlib.Path(f"/proc/{process.pid}/io").read_text().splitlines())
        _, status, usage = os.wait4(process.pid, 0)
        if status != 0:
            sys.exit(f"{command[0]} failed on {command[-1]}")
        output.seek(0)
        return output.read().decode(), wall, usage.ru_maxrss / 1024, int(counts["rchar"])


def inspect(program, command, files):
    output, wall, memory, read = measured([program, *command, "--json", *map(str, files)])
    # Only diff tells its own time; the other process does little else.
    numbers = json.loads(output).get("read_seconds", wall)
    return numbers, numbers, wall, memory, read / 2**20 / len(files)


def torch_sums(script, files):
    output, wall, memory, read = measured([sys.executable, "-c", script, *map(str, files)])
    return (*map(float, output.split()), wall, memory, read / 2**20 / len(files))


def report(title, ours, theirs):
    print(title)
    for name, (numbers, reading, wall, memory, read) in (("waypoint-inspect", ours), ("torch", theirs)):
        print(f"  {name:24}{numbers * 1000:>9.1f} ms{reading * 1000:>11.1f} ms{wall * 1000:>9.1f} ms{memory:>10.1f} MiB"
              f"{read:>8.0f} MiB")
    ratios = [theirs[i] / ours[i] for i in range(4)]
    print(f"  {'times less':24}{ratios[0]:>12.1f}{ratios[1]:>14.1f}{ratios[2]:>12.1f}{ratios[3]:>14.1f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", metavar="WAYPOINT_INSPECT")
    parser.add_argument("folder", metavar="FOLDER", type=pathlib.Path)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    first, later = options.folder / "vgg16.pth", options.folder / "vgg16_later.pth"
    if not first.exists():
        subprocess.run([sys.executable, "-B", str(FIXTURES), "--bench", str(options.folder)], check=True)
    if not later.exists():
        subprocess.run([sys.executable, "-c", LATER, str(first), str(later)], check=True)

    print(f"{'':26}{'numbers':>12}{'with reading':>14}{'wall':>12}{'peak memory':>14}{'read':>12}")
    pair = [first, later]
    inspect(options.program, ["diff"], pair)  # brings the files into the system's cache
    report(f"difference of {first.name} and {later.name} ({first.stat().st_size / 1e6:.1f} MB each)",
           median_of(lambda: inspect(options.program, ["diff", "--timing"], pair), options.runs),
           median_of(lambda: torch_sums(DIFF, pair), min(options.runs, 3)))
    with tempfile.TemporaryDirectory() as links:
        epochs = [pathlib.Path(links) / f"epoch_{i}.pth" for i in range(EPOCHS)]
        for i, epoch in enumerate(epochs):
            epoch.symlink_to(pair[i % 2].resolve())
        report(f"{EPOCHS} epochs of it", median_of(lambda: inspect(options.program, ["epochs"], epochs), options.runs),
               torch_sums(SERIES, epochs))
    return 0


if __name__ == "__main__":
    sys.exit(main())
