#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Waypoint authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Samples per second of waypoint-train against the same loop in Python: same data, batch and threads.

    training_bench.py WAYPOINT_TRAIN FOLDER [CASE]...

Cases: iris, cifar-net, vgg16 (the two take turns, and the median of their ratios is printed); loading (how long training waits for images
of a folder); checkpoints (what a checkpoint of VGG16 each epoch costs training). Data are noise: only time is looked at.
"""

import json
import pathlib
import re
import statistics
import struct
import subprocess
import sys
import time
import zlib

import torch
from torch import nn

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "core" / "training" / "models"))
from registered_networks import CifarNet, Iris, Vgg16


# model: its class, shape of a sample, classes, samples, batch, epochs that count, rounds
CASES = {
    "iris": (Iris, (4,), 3, 150, 16, 200, 5),
    "cifar-net": (CifarNet, (3, 32, 32), 10, 2048, 64, 4, 5),
    "vgg16": (Vgg16, (3, 224, 224), 10, 8, 4, 2, 3),
}


def python_rate(model, classes, x, y, batch, epochs):
    """The loop everybody writes, on data in memory, after one epoch to warm up."""
    model = model(classes) if model is Vgg16 else model()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.001, momentum=0.9)
    criterion = nn.CrossEntropyLoss()
    began = None
    for epoch in range(epochs + 1):
        if epoch == 1:
            began = time.perf_counter()
        order = torch.randperm(len(x))
        total, correct = 0.0, 0
        for at in range(0, len(x), batch):
            chosen = order[at:at + batch]
            inputs, targets = x[chosen], y[chosen]
            optimizer.zero_grad()
            outputs = model(inputs)
            loss = criterion(outputs, targets)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(inputs)
            correct += (outputs.argmax(1) == targets).sum().item()
    return epochs * len(x) / (time.perf_counter() - began)


def waypoint_rate(train, name, data, batch, epochs, folder, extra=()):
    """From the end of the first epoch to that of the last, by the times in metrics.jsonl."""
    subprocess.run(["rm", "-rf", folder], check=True)
    subprocess.run([train, "start", "--out", folder, "--model", name, "--data", f"tensors:{data}", "--batch-size", str(batch),
                    "--epochs", str(epochs + 1), "--optimizer", "sgd", "--lr", "0.001", "--optimizer-arg", "momentum=0.9",
                    "--threads", "1", "--checkpoint-every", "0", "--monitor", "none", *extra], check=True, stdout=subprocess.DEVNULL)
    lines = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    ends = [line["time"] for line in lines if "loss/epoch" in line]
    samples = len(torch.load(data)["x"]) * epochs
    return samples / (ends[-1] - ends[0])


def compare(train, folder, name):
    model, shape, classes, count, batch, epochs, rounds = CASES[name]
    x, y = torch.randn(count, *shape), torch.randint(classes, (count,))
    y[:classes] = torch.arange(classes)[:count]  # every class is there, so that Waypoint counts as many
    data = folder / f"{name}.pt"
    torch.save({"x": x, "y": y}, data)
    rates = []
    for _ in range(rounds):
        rates.append((waypoint_rate(train, name, data, batch, epochs, folder / "run"), python_rate(model, classes, x, y, batch, epochs)))
    ratio = statistics.median(own / python for own, python in rates)
    own, python = (statistics.median(column) for column in zip(*rates))
    print(f"{name:10} batch {batch:3}, 1 thread: waypoint-train {own:10,.1f} samples/s, Python {python:10,.1f}, ratio {ratio:.2f}")


def times(printed):
    """Seconds of training, of them waited for data, of them for snapshots."""
    pattern = r"Trained for ([\d.]+) s; waited for data ([\d.]+) s and for snapshots of checkpoints ([\d.]+) s"
    return map(float, re.search(pattern, printed).groups())


def write_png(path, pixels):
    """`pixels`: (height, width, 3) bytes."""
    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    height, width, _ = pixels.shape
    rows = b"".join(b"\0" + row.numpy().tobytes() for row in pixels)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
                     + chunk(b"IDAT", zlib.compress(rows, 6)) + chunk(b"IEND", b""))


def loading(train, folder):
    """An image folder (noise, 500x375 as ImageNet's usual: PNG of it decodes slower than photographs do) with flips and crops."""
    images = folder / "images"
    for index in range(96):
        path = images / f"class{index % 4}" / f"{index}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            write_png(path, torch.randint(0, 256, (375, 500, 3), dtype=torch.uint8))
    run = folder / "loading"
    subprocess.run(["rm", "-rf", run], check=True)
    printed = subprocess.run([train, "start", "--out", run, "--model", "resnet18", "--data", f"folder:{images},size=224",
                              "--batch-size", "16", "--epochs", "2", "--threads", "1", "--checkpoint-every", "0"],
                             check=True, capture_output=True, text=True).stdout
    trained, waited, _ = times(printed)
    print(f"image folder, resnet18: training waited {waited:.2f} s of {trained:.1f} s for data ({waited / trained:.2%})")
    subprocess.run(["rm", "-rf", run], check=True)


def checkpoint_cost(train, folder):
    """VGG16 with momentum is 1.1 GB; a checkpoint after each of a few epochs of about half a minute."""
    count, batch = 48, 8
    data = folder / "vgg16-many.pt"
    torch.save({"x": torch.randn(count, 3, 224, 224), "y": torch.arange(count) % 10}, data)
    run = folder / "checkpoints"
    subprocess.run(["rm", "-rf", run], check=True)
    printed = subprocess.run([train, "start", "--out", run, "--model", "vgg16", "--data", f"tensors:{data}", "--batch-size", str(batch),
                              "--epochs", "3", "--optimizer", "sgd", "--lr", "0.0001", "--optimizer-arg", "momentum=0.9",
                              "--keep-last", "1", "--monitor", "none"], check=True, capture_output=True, text=True).stdout
    trained, _, stalled = times(printed)
    size = (run / "checkpoints" / "last.pth").stat().st_size / 1e6
    print(f"checkpoints: {size:,.0f} MB each epoch held training up for {stalled:.2f} s of {trained:.1f} s ({stalled / trained:.2%})")
    subprocess.run(["rm", "-rf", run, data], check=True)


def main():
    torch.set_num_threads(1)
    train, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    others = {"loading": loading, "checkpoints": checkpoint_cost}
    for case in sys.argv[3:] or [*CASES, *others]:
        others[case](train, folder) if case in others else compare(train, folder, case)


if __name__ == "__main__":
    main()
