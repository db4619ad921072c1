# SPDX-FileCopyrightText: The Waypoint authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Watches and steers a run through its folder, as the window does."""

import fcntl
import json
import os
import pathlib
import struct
import time

FINAL = {"stopped", "finished", "failed"}


def wait_until(condition, what, seconds=60):
    """Returns the first true value of `condition()`."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"{what}: still not so after {seconds} s")
        time.sleep(0.001)  # between two looks


def status(folder):
    """status.json, or {} before there is one."""
    try:
        return json.loads(pathlib.Path(folder, "status.json").read_text())
    except FileNotFoundError:
        return {}


def is_locked(folder):
    """Whether a process trains in the folder: asks for its lock without taking it."""
    whole_file = struct.pack("hhqqi0q", fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
    try:
        with open(pathlib.Path(folder, "alive.lock"), "rb+") as lock:
            answer = fcntl.fcntl(lock, fcntl.F_OFD_GETLK, whole_file)
    except FileNotFoundError:
        return False
    return struct.unpack("hhqqi0q", answer)[0] != fcntl.F_UNLCK


def has_crashed(folder):
    return not is_locked(folder) and status(folder).get("state", "starting") not in FINAL


def lines(folder):
    """Whole lines of metrics.jsonl, those that no longer count included."""
    try:
        text = pathlib.Path(folder, "metrics.jsonl").read_text()
    except FileNotFoundError:
        return []
    return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("}\n")]


def steps_written(folder):
    """Last step in metrics.jsonl, or 0."""
    return max((line["step"] for line in lines(folder)[-1:] if "step" in line), default=0)


def command(folder, word, after=None, seq=None):
    """Writes `control`; returns the number that status.json names once it is obeyed."""
    seq = status(folder).get("handled_seq", -1) + 1 if seq is None else seq
    asked = {"seq": seq, "command": word, **({"after": after} if after else {})}
    new = pathlib.Path(folder, "control.new")
    new.write_text(json.dumps(asked))
    new.replace(pathlib.Path(folder, "control"))
    return seq


def obeyed(folder, seq):
    wait_until(lambda: status(folder).get("handled_seq", -1) >= seq, f"command {seq} is obeyed")


def log(folder):
    return pathlib.Path(folder, "trainer.log").read_text()


def has_checkpoint(folder):
    return any(pathlib.Path(folder, "checkpoints").glob("*.pth"))


def being_written(folder):
    """Temporary files of a checkpoint in the making."""
    checkpoints = pathlib.Path(folder, "checkpoints")
    return [name for name in os.listdir(checkpoints) if not name.endswith(".pth")] if checkpoints.is_dir() else []
