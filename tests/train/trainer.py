# SPDX-FileCopyrightText: The Waypoint authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs waypoint-train for the tests beside this file, and reads what it leaves behind."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import torch

# registered_networks.py: the models that --model names, as Python has them.
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "core" / "training" / "models"))

TRAIN = os.environ["WAYPOINT_TRAIN"]
INSPECT = os.environ["WAYPOINT_INSPECT"]

# torch.load(weights_only=True) of 1.13 refuses every float, Python's own included.
WEIGHTS_ONLY = tuple(int(part) for part in torch.__version__.split("+")[0].split(".")[:2]) >= (2, 4)


def load(path):
    return torch.load(path, weights_only=True) if WEIGHTS_ONLY else torch.load(path)


def run(*arguments, status=0, **options):
    """Runs waypoint-train to its end; the exit status must be `status`."""
    done = subprocess.run([TRAIN, *map(str, arguments)], capture_output=True, text=True, timeout=300, **options)
    if done.returncode != status:
        raise AssertionError(f"waypoint-train {' '.join(map(str, arguments))}\nended with {done.returncode}, not {status}\n"
                             f"{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return done


def start(*arguments):
    """Starts waypoint-train and leaves it running."""
    return subprocess.Popen([TRAIN, *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def status(folder):
    return json.loads(pathlib.Path(folder, "status.json").read_text())


def curves(folder):
    """Lines of metrics.jsonl that count, without the time they were written at."""
    lines = []
    for text in pathlib.Path(folder, "metrics.jsonl").read_text().splitlines():
        try:
            line = json.loads(text)
        except ValueError:  # half a line, where the process was killed in it
            continue
        if "resumed_from_step" in line:
            lines = [kept for kept in lines if kept["step"] <= line["resumed_from_step"]]
        else:
            lines.append({key: value for key, value in line.items() if key != "time"})
    return lines


def differences(a, b, path=""):
    """Where two checkpoints differ, bit for bit, as a list of paths."""
    if isinstance(a, torch.Tensor) and isinstance(b, torch.Tensor):
        same = a.dtype == b.dtype and a.shape == b.shape and a.numpy().tobytes() == b.numpy().tobytes()
        return [] if same else [path]
    if isinstance(a, dict) and isinstance(b, dict):
        if list(a) != list(b):
            return [f"{path}: keys {list(a)} / {list(b)}"]
        return [found for key in a for found in differences(a[key], b[key], f"{path}/{key}")]
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        if len(a) != len(b):
            return [f"{path}: {len(a)} / {len(b)} items"]
        return [found for i, (x, y) in enumerate(zip(a, b)) for found in differences(x, y, f"{path}/{i}")]
    return [] if repr(a) == repr(b) else [f"{path}: {a!r} / {b!r}"]


class TrainerTest(unittest.TestCase):
    """A folder of its own for each test."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="waypoint-train-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def assertSameTraining(self, a, b):
        """Two checkpoints hold the same state; run.json's text may name other folders."""
        a, b = load(a), load(b)
        for checkpoint in (a, b):
            checkpoint["waypoint"].pop("run")
        self.assertEqual(differences(a, b), [])
