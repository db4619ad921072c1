# SPDX-FileCopyrightText: The Waypoint authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that is interrupted at any moment and resumed ends bit for bit where the unbroken run ends."""

import json
import pathlib
import random
import signal
import struct
import tempfile
import time
import unittest
import zlib

import torch
from torch import nn

import run_folder
from run_folder import wait_until
from trainer import TrainerTest, curves, load, run, start

COSINE = ["--optimizer", "adam", "--scheduler", "cosine", "--threads", "1", "--log-every", "1"]
IRIS = ["--threads", "1", "--log-every", "1", "--checkpoint-steps", "3"]
IMAGES = "synthetic:classes=10,shape=3x32x32,count={},seed=3,holdout=0.25"


def png(pixels, width, height):
    """The bytes of an RGB image."""
    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = b"".join(b"\0" + pixels[3 * width * row:3 * width * (row + 1)] for row in range(height))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


class DropoutAndNorms(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, stride=2)
        self.norm = nn.BatchNorm2d(8)
        self.drop = nn.Dropout(0.4)
        self.out = nn.Linear(8 * 7 * 7, 4)

    def forward(self, x):
        x = torch.relu(self.norm(self.conv(x)))
        return self.out(self.drop(x.flatten(1)))


class InterruptedTest(TrainerTest):
    def unbroken(self, *options):
        folder = self.folder / "unbroken"
        run("start", "--out", folder, *options)
        return folder

    def assertSameRun(self, folder, unbroken):
        self.assertSameTraining(folder / "checkpoints/last.pth", unbroken / "checkpoints/last.pth")
        self.assertEqual(curves(folder), curves(unbroken))
        self.assertEqual(run_folder.status(folder)["state"], "finished")


class KillTest(InterruptedTest):
    """SIGKILL: while the process starts, between steps, while a checkpoint is being written."""

    def wait_for_moment(self, process, folder, before, rng):
        """Until some moment that depends on `rng`; returns sooner when the process has ended."""
        kind = rng.choice(["time", "step", "step", "step", "status", "writing", "writing"])
        steps = before + rng.randint(1, 12)
        end = time.monotonic() + rng.uniform(0, 0.8)
        moments = {"time": lambda: time.monotonic() > end,
                   "step": lambda: run_folder.steps_written(folder) >= steps,
                   "status": lambda: run_folder.status(folder).get("step", 0) >= steps,
                   "writing": lambda: run_folder.being_written(folder)}
        wait_until(lambda: process.poll() is not None or moments[kind](), f"the moment '{kind}'")

    def kill_once(self, folder, options, rng):
        """One life of the run. Returns whether it was killed; it can also come to its end before."""
        goes_on = run_folder.has_checkpoint(folder)
        process = start("resume", folder) if goes_on else start("start", "--out", folder, *options)
        before = run_folder.steps_written(folder)
        if not goes_on:
            before = 0
        try:
            self.wait_for_moment(process, folder, before, rng)
        finally:
            process.kill()
            code = process.wait()
        self.assertIn(code, (0, -signal.SIGKILL))
        self.check_what_is_left(folder, killed=code != 0)
        return code != 0

    def check_what_is_left(self, folder, killed):
        last = folder / "checkpoints/last.pth"
        if last.exists():
            load(last)
        self.assertFalse(run_folder.is_locked(folder))
        # A kill can come between the last status and the end of the process.
        if killed and run_folder.status(folder).get("state") != "finished":
            self.assertTrue(run_folder.has_crashed(folder))

    def check(self, kills, *options, seed=1):
        unbroken = self.unbroken(*options)
        rng = random.Random(seed)
        done = 0
        rounds = 0
        while done < kills:  # a run that ended too soon for all of them is followed by another
            self.assertLess(rounds, 10)
            folder = self.folder / f"killed-{rounds}"
            rounds += 1
            finished = False
            while done < kills and not finished:
                killed = self.kill_once(folder, options, rng)
                done += killed
                finished = not killed
            if not finished:
                run(*(["resume", folder] if run_folder.has_checkpoint(folder) else ["start", "--out", folder, *options]))
            self.assertSameRun(folder, unbroken)
            self.assertEqual(run_folder.being_written(folder), [], "what the killed left is cleared away")
        return folder

    def test_cifar_net(self):
        self.check(20, "--model", "cifar-net", "--data", IMAGES.format(384), "--batch-size", 8, "--epochs", 10,
                   "--keep-last", 2, "--checkpoint-steps", 5, *COSINE)

    def test_resnet18(self):
        self.check(3, "--model", "resnet18", "--data", IMAGES.format(96), "--batch-size", 16, "--epochs", 2,
                   "--keep-last", 1, "--checkpoint-steps", 2, *COSINE)

    def begin_without_end(self, *options):
        process = start("start", "--out", self.folder / "run", "--epochs", 1000000, "--checkpoint-every", 0, *options)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process, self.folder / "run/checkpoints/last.pth"

    def test_checkpoints_by_steps_come_at_an_epochs_end_too(self):
        process, last = self.begin_without_end("--checkpoint-steps", 800)
        wait_until(last.exists, "a checkpoint after 100 epochs of 8 steps")
        process.kill()
        process.wait()
        self.assertEqual(load(last)["step"] % 800, 0)

    def test_checkpoints_by_time(self):
        process, last = self.begin_without_end("--checkpoint-minutes", 0.002)
        wait_until(last.exists, "a checkpoint")
        step = load(last)["step"]
        wait_until(lambda: load(last)["step"] > step, "another one")
        self.assertIsNone(process.poll())

    def test_torchscript_module_with_dropout_and_batch_norm(self):
        torch.manual_seed(5)
        torch.jit.script(DropoutAndNorms()).save(str(self.folder / "model.pt"))
        self.check(5, "--model", f"script:{self.folder}/model.pt", "--data",
                   "synthetic:classes=4,shape=3x16x16,count=192,seed=2,holdout=0.25", "--batch-size", 8, "--epochs", 6,
                   "--checkpoint-steps", 4, *COSINE)

    def test_folder_of_images_with_flips_and_crops(self):
        rng = random.Random(4)
        for name, tint in (("blue", 2), ("green", 1), ("red", 0)):
            (self.folder / "images" / name).mkdir(parents=True)
            for number in range(24):
                pixels = bytearray(rng.randbytes(3 * 32 * 32))
                pixels[tint::3] = bytes([200]) * (32 * 32)
                (self.folder / "images" / name / f"{number}.png").write_bytes(png(bytes(pixels), 32, 32))
        self.check(5, "--model", "lenet2:3", "--data", f"folder:{self.folder}/images,size=32,flip=true,crop=4,holdout=0.25",
                   "--batch-size", 4, "--epochs", 6, "--checkpoint-steps", 3, *COSINE)

    def test_accumulation_averaged_weights_clipping_smoothing_and_groups(self):
        self.check(3, "--data", "digits", "--epochs", 3, "--batch-size", 16, "--accumulate", 3, "--ema", 0.9, "--clip-grad", 0.5,
                   "--label-smoothing", 0.1, "--no-decay", "--optimizer", "adamw", "--optimizer-arg", "weight_decay=0.1",
                   "--scheduler", "cosine", "--threads", 1, "--log-every", 4, "--checkpoint-steps", 7)

    def test_lbfgs(self):
        self.check(3, *IRIS, "--epochs", 20, "--optimizer", "lbfgs", "--optimizer-arg", "line_search_fn=strong_wolfe")

    def test_schedule_stepped_each_batch(self):
        self.check(3, *IRIS, "--epochs", 30, "--optimizer", "sgd", "--optimizer-arg", "momentum=0.9", "--scheduler", "onecycle",
                   "--scheduler-arg", "max_lr=0.1")

    def test_schedule_driven_by_a_metric(self):
        folder = self.check(3, *IRIS, "--epochs", 40, "--scheduler", "plateau", "--scheduler-arg", "patience=2", "--monitor",
                            "loss/val", "--early-stop", 12)
        self.assertIn("best", load(folder / "checkpoints/last.pth")["waypoint"])


class StopTest(InterruptedTest):
    """Stopped, paused or continued from elsewhere: the same end."""

    OPTIONS = ["--model", "cifar-net", "--data", IMAGES.format(256), "--batch-size", 8, "--epochs", 25, "--keep-last", 1, *COSINE]

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="waypoint-train-")
        cls.addClassCleanup(folder.cleanup)
        cls.whole = pathlib.Path(folder.name, "unbroken")
        run("start", "--out", cls.whole, *cls.OPTIONS)

    def begin(self, *options, step=3):
        folder = self.folder / "run"
        process = start("start", "--out", folder, *self.OPTIONS, *options)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        wait_until(lambda: run_folder.steps_written(folder) >= step, "the first steps are done")
        return process, folder

    def assertStopped(self, process, folder):
        self.assertEqual(process.wait(timeout=60), 0)
        self.assertEqual(run_folder.status(folder)["state"], "stopped")

    def finish(self, folder):
        run("resume", folder)
        self.assertSameRun(folder, self.whole)

    def test_sigterm_and_sigint_save_and_end_well(self):
        for number, name in enumerate(("SIGTERM", "SIGINT")):
            with self.subTest(name):
                folder = self.folder / name
                process = start("start", "--out", folder, *self.OPTIONS)
                self.addCleanup(process.wait)
                self.addCleanup(process.kill)
                wait_until(lambda: run_folder.steps_written(folder) >= 3 + 30 * number, "some steps are done")
                process.send_signal(getattr(signal, name))
                self.assertStopped(process, folder)
                checkpoint = load(folder / "checkpoints/last.pth")
                self.assertEqual(checkpoint["step"], run_folder.status(folder)["step"])
                self.assertIn(f"after step {checkpoint['step']}", run_folder.log(folder))
                run("resume", folder)
        self.assertSameRun(self.folder / "SIGTERM", self.whole)
        self.assertSameRun(self.folder / "SIGINT", self.whole)

    def test_stop_after_the_step(self):
        process, folder = self.begin()
        run_folder.command(folder, "stop", "step")
        self.assertStopped(process, folder)
        self.finish(folder)

    def test_stop_after_the_epoch(self):
        process, folder = self.begin()
        run_folder.command(folder, "stop", "epoch")
        self.assertStopped(process, folder)
        checkpoint = load(folder / "checkpoints/last.pth")
        self.assertEqual(checkpoint["waypoint"]["batch"], 0)
        self.assertEqual(checkpoint["step"], 24 * (checkpoint["epoch"] + 1))
        self.finish(folder)

    def test_pause_saves_when_asked_and_goes_on(self):
        process, folder = self.begin()
        run_folder.obeyed(folder, run_folder.command(folder, "pause"))
        step = wait_until(lambda: run_folder.status(folder)["state"] == "paused" and run_folder.status(folder), "paused")["step"]
        wait_until(lambda: run_folder.status(folder)["step"] >= run_folder.steps_written(folder), "the status has the last step")
        step = run_folder.steps_written(folder)
        beats = set()

        def five_beats():
            seen = run_folder.status(folder)
            beats.add(seen["heartbeat"])
            self.assertEqual((seen["state"], run_folder.steps_written(folder)), ("paused", step))
            return len(beats) >= 5

        wait_until(five_beats, "five heartbeats of a paused run")
        run_folder.obeyed(folder, run_folder.command(folder, "checkpoint"))
        last = folder / "checkpoints/last.pth"
        wait_until(lambda: last.exists() and load(last)["step"] == step, "the checkpoint that was asked for")
        self.assertEqual(run_folder.status(folder)["state"], "paused")
        run_folder.command(folder, "continue")
        self.assertEqual(process.wait(timeout=120), 0)
        self.assertSameRun(folder, self.whole)

    def test_stop_while_paused(self):
        for ask in (lambda process, folder: process.terminate(), lambda process, folder: run_folder.command(folder, "stop")):
            process, folder = self.begin()
            run_folder.obeyed(folder, run_folder.command(folder, "pause"))
            wait_until(lambda: run_folder.status(folder)["state"] == "paused", "paused")
            step = run_folder.steps_written(folder)
            ask(process, folder)
            self.assertStopped(process, folder)
            self.assertEqual(load(folder / "checkpoints/last.pth")["step"], step)
            folder.rename(self.folder / f"stopped-{process.pid}")
        for folder in self.folder.glob("stopped-*"):
            run("resume", folder)
            self.assertSameRun(folder, self.whole)

    def test_a_command_from_before_the_start_is_ignored(self):
        (self.folder / "run").mkdir()
        run_folder.command(self.folder / "run", "stop", seq=7)
        run("start", "--out", self.folder / "run", "--epochs", 2)
        self.assertEqual(run_folder.status(self.folder / "run")["state"], "finished")


class ResumeTest(InterruptedTest):
    OPTIONS = ["--epochs", "8", "--scheduler", "cosine", "--log-every", "1"]

    def test_from_an_earlier_epoch_the_curves_do_not_zigzag(self):
        folder = self.folder / "run"
        run("start", "--out", folder, *self.OPTIONS)
        unbroken = self.unbroken(*self.OPTIONS)
        run("resume", folder / "checkpoints/epoch_0002.pth")
        steps = [line["step"] for line in curves(folder)]
        self.assertEqual(steps, sorted(set(steps)))
        self.assertIn({"resumed_from_step": 24}, run_folder.lines(folder))
        self.assertSameRun(folder, unbroken)

    def test_into_another_folder_the_curves_come_along(self):
        unbroken = self.unbroken(*self.OPTIONS)
        folder = self.folder / "other"
        before = {file: file.read_bytes() for file in unbroken.rglob("*") if file.is_file()}
        run("resume", unbroken / "checkpoints/epoch_0004.pth", "--out", folder)
        self.assertEqual({file: file.read_bytes() for file in unbroken.rglob("*") if file.is_file()}, before)
        self.assertSameRun(folder, unbroken)

    def test_into_another_folder_again_after_a_kill(self):
        unbroken = self.unbroken(*self.OPTIONS)
        folder = self.folder / "other"
        again = ["resume", unbroken / "checkpoints/epoch_0004.pth", "--out", folder]
        process = start(*again, "--checkpoint-every", 0, "--epochs", 1000000)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        wait_until(lambda: run_folder.steps_written(folder) > 48, "the first steps in the other folder")
        process.kill()
        process.wait()
        for file in (folder / "checkpoints").iterdir():  # the best so far
            file.unlink()
        run(*again)
        self.assertSameRun(folder, unbroken)

    def test_settings_of_the_checkpoint_hold(self):
        folder = self.folder / "run"
        run("start", "--out", folder, *self.OPTIONS, "--threads", 2, "--batch-size", 20, "--seed", 9)
        run("resume", folder, "--epochs", 10)
        config = json.loads((folder / "run.json").read_text())["config"]
        self.assertEqual({key: config[key] for key in ("threads", "batch_size", "seed", "epochs", "scheduler")},
                         {"threads": 2, "batch_size": 20, "seed": 9, "epochs": 10, "scheduler": "cosine"})
        self.assertEqual(load(folder / "checkpoints/last.pth")["epoch"], 9)

    def test_a_finished_run_has_nothing_to_do(self):
        folder = self.unbroken("--epochs", "2")
        before = (folder / "checkpoints/last.pth").read_bytes(), curves(folder)
        run("resume", folder)
        self.assertEqual(((folder / "checkpoints/last.pth").read_bytes(), curves(folder)), before)
        self.assertEqual(run_folder.status(folder)["state"], "finished")


class OneProcessTest(InterruptedTest):
    def test_a_second_process_is_refused(self):
        folder = self.folder / "run"
        process = start("start", "--out", folder, "--epochs", 1000000, "--log-every", 1000, "--checkpoint-every", 0,
                        "--checkpoint-steps", 1000)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        wait_until(lambda: run_folder.has_checkpoint(folder), "the first has a checkpoint")
        for arguments in (("start", "--out", folder), ("resume", folder)):
            refused = run(*arguments, status=2)
            self.assertRegex(refused.stderr, rf"\A[^\n]*process {process.pid} [^\n]*\n\Z")
        self.assertIsNone(process.poll())
        self.assertEqual(run_folder.status(folder)["pid"], process.pid)
        self.assertEqual(run_folder.status(folder)["state"], "running")
        process.terminate()
        self.assertEqual(process.wait(timeout=60), 0)


if __name__ == "__main__":
    unittest.main()
