# SPDX-FileCopyrightText: The Waypoint authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What plan and devices tell a program that asks: the size of a checkpoint, the option at fault, the load of the machine."""

import json
import os
import subprocess
import time
import unittest

from trainer import TRAIN, TrainerTest, run

DATA = ("--data", "synthetic:classes=10,shape=3x32x32,count=64,seed=3", "--batch-size", 32)


def plan(*arguments, status=0):
    return json.loads(run("plan", *arguments, "--json", status=status).stdout)


class FileBytesTest(TrainerTest):
    def test_a_checkpoint_is_about_as_large_as_said(self):
        for number, options in enumerate((
                (), ("--optimizer", "sgd"), ("--optimizer", "sgd", "--optimizer-arg", "momentum=0.9"), ("--ema", 0.9),
                (*DATA, "--model", "lenet2"), (*DATA, "--model", "lenet2", "--optimizer", "sgd"),
                (*DATA, "--model", "lenet2", "--optimizer-arg", "amsgrad=true", "--ema", 0.9),
                (*DATA, "--model", "lenet2", "--optimizer", "rmsprop", "--optimizer-arg", "centered=true"))):
            with self.subTest(options):
                folder = self.folder / str(number)
                said = plan("start", "--out", folder, "--epochs", 1, *options)["file_bytes"]
                run("start", "--out", folder, "--epochs", 1, *options)
                size = os.path.getsize(folder / "checkpoints/last.pth")
                self.assertLess(abs(said - size), max(0.03 * size, 2000))
                # A resume knows the optimizer from the file.
                self.assertEqual(plan("resume", folder, "--epochs", 2)["file_bytes"], said)

    def test_a_large_model_is_not_made_small(self):
        said = plan("start", "--out", self.folder / "run", *DATA, "--model", "resnet18")["file_bytes"]
        self.assertLess(abs(said - 3 * 4 * 11_181_642), 200_000)  # ten classes instead of a thousand


class OptionAtFaultTest(TrainerTest):
    def test_the_option_at_fault_is_named(self):
        for option, words in (
                ("lr", ("--lr", -3)), ("lr", ("--lr", "abc")), ("epochs", ("--epochs", 0)), ("nonsense", ("--nonsense",)),
                ("data", ("--data", "csv:/is/not/there.csv")), ("data", ("--data", "nonsense")), ("data", ("--data", "synthetic:x=1")),
                ("val", ("--val", "csv:/is/not/there.csv")), ("val", ("--val", "digits")),
                ("model", ("--model", "nonsense")), ("model", ("--model", "vgg16")), ("model", ("--model", "script:/not/there.pt")),
                ("optimizer", ("--optimizer", "nonsense")), ("optimizer_arg", ("--optimizer-arg", "nonsense=1")),
                ("optimizer_arg", ("--optimizer-arg", "nonsense")), ("optimizer_arg", ("--optimizer-arg", "betas=2,3")),
                ("scheduler", ("--scheduler", "nonsense")), ("scheduler_arg", ("--scheduler", "step")),
                ("scheduler_arg", ("--scheduler", "step", "--scheduler-arg", "step_size=x")),
                ("device", ("--device", "nonsense")), ("monitor", ("--monitor", "nonsense")), ("loss", ("--loss", "nonsense")),
                ("amp", ("--amp",)), ("init", ("--init", "/is/not/there.pth")), ("ema", ("--ema", 2)),
                ("clip_grad", ("--clip-grad", -1)), ("accumulate", ("--accumulate", 0)), ("label_smoothing", ("--label-smoothing", 1))):
            with self.subTest(words):
                done = subprocess.run([TRAIN, "plan", "start", "--out", self.folder / "run", *map(str, words), "--json"],
                                      capture_output=True, text=True)
                self.assertNotEqual(done.returncode, 0)
                answer = json.loads(done.stdout)
                self.assertEqual(answer["error_option"], option, answer["error"])
                self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        self.assertFalse((self.folder / "run").exists())

    def test_on_resume_too(self):
        folder = self.folder / "run"
        run("start", "--out", folder, "--epochs", 1)
        for option, words in (("seed", ("--seed", 3)), ("model", ("--model", "mlp:4-8-3")), ("data", ("--data", "digits")),
                              ("optimizer", ("--optimizer", "sgd")), ("out", ("--out", folder.parent / "other"))):
            with self.subTest(words):
                if option == "out":
                    run("start", "--out", folder.parent / "other", "--epochs", 1)
                done = subprocess.run([TRAIN, "plan", "resume", folder, "--epochs", "2", *map(str, words), "--json"],
                                      capture_output=True, text=True)
                self.assertEqual(json.loads(done.stdout)["error_option"], option, done.stdout)

    def test_without_an_error_there_is_none(self):
        self.assertIsNone(plan("start", "--out", self.folder / "run")["error_option"])

    def test_without_json_there_is_no_document(self):
        self.assertEqual(run("plan", "start", "--out", self.folder / "run", "--lr", -3, status=1).stdout, "")


class DeviceWatchTest(unittest.TestCase):
    def watch(self):
        process = subprocess.Popen([TRAIN, "devices", "--json", "--watch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(process.kill)
        return process

    def test_a_line_at_once_and_then_every_two_seconds(self):
        process = self.watch()
        first = json.loads(process.stdout.readline())
        began, used = time.monotonic(), self.seconds_used(process)
        lines = [json.loads(process.stdout.readline()) for _ in range(3)]
        self.assertAlmostEqual(time.monotonic() - began, 6, delta=1)
        self.assertLess(self.seconds_used(process) - used, 0.02 * 6)
        self.assertEqual(first["version"], run("--version").stdout.split()[-1])
        self.assertIsNone(first["devices"][0]["utilisation"])  # since when?
        for line in lines:
            cpu = line["devices"][0]
            self.assertEqual(cpu["name"], "cpu")
            self.assertTrue(0 <= cpu["utilisation"] <= 1, cpu)
            self.assertTrue(0 < cpu["free_bytes"] <= cpu["total_bytes"], cpu)
            self.assertEqual(line["libtorch"], first["libtorch"])
        process.stdin.close()
        process.stdout.close()
        self.assertEqual(process.wait(timeout=1), 0)

    def test_it_ends_with_whoever_asked(self):
        for stream in ("stdin", "stdout"):
            with self.subTest(stream):
                process = self.watch()
                process.stdout.readline()
                getattr(process, stream).close()
                self.assertEqual(process.wait(timeout=1), 0)
                (process.stdout if stream == "stdin" else process.stdin).close()

    def test_without_an_input_it_says_one_line(self):
        done = subprocess.run([TRAIN, "devices", "--json", "--watch"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20)
        self.assertEqual((done.returncode, len(done.stdout.splitlines())), (0, 1))

    def seconds_used(self, process):
        with open(f"/proc/{process.pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    unittest.main()
