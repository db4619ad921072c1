# SPDX-FileCopyrightText: The Waypoint authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs waypoint-inspect export and looks at what comes out with the real PyTorch."""
import contextlib
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

import torch
from torch import nn

PROGRAM = os.environ["WAYPOINT_INSPECT"]
VERSION = tuple(int(part) for part in torch.__version__.split(".")[:2])
MODERN = VERSION >= (2, 4)  # weights_only=True of 1.13 refuses every float


@contextlib.contextmanager
def saved_from(device):
    """Within it torch.save writes CPU tensors as if they lay on `device`."""
    tag = torch.serialization.location_tag
    torch.serialization.location_tag = lambda storage: device
    try:
        yield
    finally:
        torch.serialization.location_tag = tag


def load(path, **options):
    """As on a machine without a GPU: nothing is said about devices."""
    if not VERSION < (2, 0):
        options.setdefault("weights_only", False)
    return torch.load(path, **options)


def elements(tensor):
    """The bytes of a tensor's elements, in order."""
    tensor = tensor.detach().resolve_conj().resolve_neg().contiguous()
    if tensor.numel() == 0:
        return b""
    return tensor.reshape(-1).view(torch.uint8).numpy().tobytes()


class Small(nn.Module):
    """Has all that a state_dict may hold or leave out."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.bn = nn.BatchNorm2d(8)
        self.head = nn.Sequential(nn.Linear(8, 8), nn.ReLU(), nn.Linear(8, 4))
        self.tied = nn.Linear(8, 8)
        self.tied.weight = self.head[0].weight
        self.register_buffer("kept", torch.arange(3.0))
        self.register_buffer("passing", torch.ones(3), persistent=False)

    def forward(self, x):
        return self.head(self.tied(self.bn(self.conv(x)).mean((2, 3))))


def trained(seed=0):
    """A model that was trained for a step, and its optimizer and schedule."""
    torch.manual_seed(seed)
    model = Small()
    optimizer = torch.optim.AdamW(model.parameters(), 0.01)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 2)
    model(torch.randn(4, 3, 8, 8)).sum().backward()
    optimizer.step()
    schedule.step()
    return model, optimizer, schedule


class ExportTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def save(self, name, value, device="cpu", **options):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with saved_from(device):
            torch.save(value, path, **options)
        return path

    def run_program(self, *arguments):
        return subprocess.run([PROGRAM, "export", *map(str, arguments)], capture_output=True, text=True, timeout=120)

    def export(self, source, *arguments, to="out.pth"):
        """The path that was written."""
        target = self.folder / to
        done = self.run_program(source, "-o", target, *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return target

    def report(self, source, *arguments, to="out.pth"):
        """What --json says, and the path."""
        target = self.folder / to
        done = self.run_program(source, "-o", target, "--json", *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout), target

    def refused(self, status, source, *arguments, to="out.pth"):
        """The one line that says why."""
        target = self.folder / to
        before = {path: path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}
        done = self.run_program(source, "-o", target, *arguments)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertEqual(done.stdout, "")
        after = {path: path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}
        self.assertEqual(before, after)  # nothing is left behind, and nothing is lost
        return done.stderr

    def assert_same_weights(self, a, b):
        """Names, order, types, shapes and every byte of elements."""
        self.assertEqual(list(a), list(b))
        for name in a:
            self.assertEqual((a[name].dtype, a[name].shape), (b[name].dtype, b[name].shape), name)
            self.assertEqual(elements(a[name]), elements(b[name]), name)

    def assert_same(self, a, b, path=""):
        """Any values."""
        if isinstance(a, torch.Tensor):
            self.assertIsInstance(b, torch.Tensor, path)
            self.assertEqual((a.dtype, a.shape, a.layout, a.requires_grad), (b.dtype, b.shape, b.layout, b.requires_grad),
                             path)
            self.assertEqual(elements(a), elements(b), path)
            return
        self.assertIs(type(a), type(b), path)
        if isinstance(a, dict):
            self.assertEqual(list(a), list(b), path)
            for key in a:
                self.assert_same(a[key], b[key], f"{path}/{key}")
        elif isinstance(a, (list, tuple)):
            self.assertEqual(len(a), len(b), path)
            for i, (one, other) in enumerate(zip(a, b)):
                self.assert_same(one, other, f"{path}/{i}")
        else:
            self.assertEqual(a, b, path)
