# SPDX-FileCopyrightText: The Waypoint authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a full disk, a limit, a folder that goes away or a diverging loss leave of a run: its last good checkpoint, and a reason."""

import os
import resource
import shutil
import subprocess
import unittest

import run_folder
from run_folder import wait_until
from trainer import TRAIN, TrainerTest, differences, load, run, start, status

ONE_LINE = r"\Awaypoint-train: [^\n]+\n\Z"
LONG = ["--epochs", "1000000", "--log-every", "1000", "--keep-last", "2", "--threads", "1"]


def no_file_beyond(size):
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


class DiskTest(TrainerTest):
    def setUp(self):
        super().setUp()
        self.run_folder = self.folder / "run"
        self.checkpoints = self.run_folder / "checkpoints"

    def train(self, epochs=3, *options):
        run("start", "--out", self.run_folder, "--epochs", epochs, "--threads", 1, *options)

    def kept(self):
        return {file.name: file.read_bytes() for file in self.checkpoints.glob("*.pth")}

    def assertEndedWith(self, done, *words):
        """One line on stderr, said in status.json and trainer.log too."""
        self.assertRegex(done.stderr, ONE_LINE)
        seen = status(self.run_folder)
        self.assertEqual(seen["state"], "failed")
        for word in words:
            self.assertIn(word, done.stderr)
            self.assertIn(word, seen["message"])
            self.assertIn(word, run_folder.log(self.run_folder))

    def assertNothingLeftOver(self):
        self.assertEqual(run_folder.being_written(self.run_folder), [])


class FullDiskTest(DiskTest):
    def test_file_size_limit_keeps_the_checkpoint_before(self):
        self.train()
        before = self.kept()
        done = run("resume", self.run_folder, "--epochs", 6, status=2, preexec_fn=no_file_beyond(10000))
        self.assertEndedWith(done, "epoch_0005.pth", "larger than")
        self.assertEqual(status(self.run_folder)["reason"], "file")
        self.assertEqual(self.kept(), before)
        self.assertEqual(load(self.checkpoints / "last.pth")["epoch"], 2)
        self.assertEqual(run_folder.steps_written(self.run_folder), 48, "training went on to its end")
        for epoch in (3, 4, 5):
            self.assertIn(f"epoch_000{epoch}.pth could not be saved: ", run_folder.log(self.run_folder))
        self.assertNothingLeftOver()
        run("resume", self.run_folder, "--epochs", 6)
        self.assertEqual(load(self.checkpoints / "last.pth")["epoch"], 5)

    def test_limit_below_curves_and_log_ends_nothing(self):
        done = run("start", "--out", self.run_folder, status=2, preexec_fn=no_file_beyond(4096))
        self.assertRegex(done.stderr, ONE_LINE)
        self.assertIn("epoch_0059.pth", status(self.run_folder)["message"])
        self.assertEqual(status(self.run_folder)["step"], 480)

    def test_file_system_of_one_mebibyte(self):
        self.run_folder.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(self.run_folder)], capture_output=True, text=True)
        if mounted.returncode != 0:
            self.skipTest(f"no file system can be mounted here: {mounted.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", str(self.run_folder)], check=True)
        # 62,006 parameters with Adam's two moments: a checkpoint of 0.7 MiB, so that there is room for one.
        done = run("start", "--out", self.run_folder, "--model", "cifar-net", "--data",
                   "synthetic:classes=10,shape=3x32x32,count=64,seed=3", "--epochs", 3, "--threads", 1, status=2)
        self.assertEndedWith(done, "epoch_0002.pth", "MiB are free")
        for name in ("last.pth", "epoch_0000.pth"):
            self.assertEqual(load(self.checkpoints / name)["epoch"], 0)
        self.assertFalse((self.checkpoints / "epoch_0001.pth").exists())
        self.assertNothingLeftOver()

    def test_last_checkpoint_that_leads_to_dev_full(self):
        self.checkpoints.mkdir(parents=True)
        (self.checkpoints / "last.pth").symlink_to("/dev/full")
        done = run("start", "--out", self.run_folder, "--epochs", 3, "--threads", 1, status=2)
        self.assertEndedWith(done, "/dev/full", "device")
        self.assertIn("last.pth could not be saved", run_folder.log(self.run_folder))
        self.assertEqual(os.readlink(self.checkpoints / "last.pth"), "/dev/full")
        for epoch in range(3):
            self.assertEqual(load(self.checkpoints / f"epoch_000{epoch}.pth")["epoch"], epoch)

    def test_screen_that_takes_nothing(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([TRAIN, "start", "--out", self.run_folder, "--epochs", "3"], stdout=full, timeout=60)
        self.assertEqual(done.returncode, 0)
        reads, writes = os.pipe()
        os.close(reads)
        done = subprocess.run([TRAIN, "resume", self.run_folder, "--epochs", "5"], stdout=writes, timeout=60)
        os.close(writes)
        self.assertEqual(done.returncode, 0)
        self.assertEqual(load(self.checkpoints / "last.pth")["epoch"], 4)


class VanishedFolderTest(DiskTest):
    def begin(self):
        process = start("start", "--out", self.run_folder, *LONG)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        wait_until(lambda: run_folder.has_checkpoint(self.run_folder), "the first checkpoint")
        return process

    def wait_for_complaint(self, process):
        message = wait_until(lambda: (text := run_folder.status(self.run_folder)["message"]) and text, "a message")
        self.assertRegex(message, r"\A(epoch_\d+|last|best)\.pth could not be saved: ")
        self.assertIn(message, run_folder.log(self.run_folder))
        step = run_folder.status(self.run_folder)["step"]
        wait_until(lambda: run_folder.status(self.run_folder)["step"] > step, "training goes on")
        self.assertIsNone(process.poll())
        self.assertEqual(run_folder.status(self.run_folder)["state"], "running")
        return message

    def stop(self, process):
        process.terminate()
        return process.wait(timeout=60)

    def test_folder_of_checkpoints_is_removed(self):
        process = self.begin()
        self.checkpoints.rename(self.folder / "gone")
        shutil.rmtree(self.folder / "gone")
        self.assertRegex(self.wait_for_complaint(process), "No such file or directory|its folder does not exist")
        self.assertEqual(self.stop(process), 2)
        self.assertEqual(status(self.run_folder)["state"], "failed")

    def test_folder_of_checkpoints_becomes_a_file(self):
        process = self.begin()
        self.checkpoints.rename(self.folder / "before")
        self.checkpoints.write_text("in the way")
        self.assertRegex(self.wait_for_complaint(process), "Not a directory|a part of the path is a file")
        self.assertEqual(self.stop(process), 2)
        self.assertEqual(self.checkpoints.read_text(), "in the way")
        for file in (self.folder / "before").glob("*.pth"):
            load(file)

    def test_folder_comes_back_and_so_do_checkpoints(self):
        process = self.begin()
        self.checkpoints.rename(self.folder / "elsewhere")
        self.wait_for_complaint(process)
        before = set(os.listdir(self.folder / "elsewhere"))
        (self.folder / "elsewhere").rename(self.checkpoints)
        wait_until(lambda: set(os.listdir(self.checkpoints)) - before, "a new checkpoint")
        wait_until(lambda: run_folder.status(self.run_folder)["message"] == "", "the message has gone")
        self.assertEqual(self.stop(process), 0)
        self.assertEqual(load(self.checkpoints / "last.pth")["step"], status(self.run_folder)["step"])


class DivergedTest(DiskTest):
    def test_loss_that_is_not_a_number(self):
        self.train()
        before = self.kept()
        done = run("resume", self.run_folder, "--epochs", 6, "--lr", "1e30", "--scheduler", "none", status=4)
        self.assertEndedWith(done, "the loss is nan in epoch 3, at step 26", "--lr")
        self.assertEqual(status(self.run_folder)["reason"], "nan")
        after = self.kept()
        for files in (before, after):
            files.pop("last.pth")  # knows of the new settings, and has the weights from before the first step with them
        self.assertEqual(after, before)
        last, good = load(self.checkpoints / "last.pth"), load(self.checkpoints / "epoch_0002.pth")
        self.assertEqual(last["epoch"], 2)
        self.assertEqual(differences(last["model_state_dict"], good["model_state_dict"]), [])


class DamagedCheckpointTest(DiskTest):
    def truncate(self, name):
        """last.pth and the newest epoch's file are one file with two names: here they get apart, as after a copy."""
        file = self.checkpoints / name
        content = file.read_bytes()
        file.unlink()
        file.write_bytes(content[:len(content) // 2])

    def test_resume_takes_the_newest_that_is_whole_and_says_so(self):
        self.train()
        self.truncate("last.pth")
        done = run("resume", self.run_folder, "--epochs", 4)
        self.assertRegex(done.stdout, r"last\.pth cannot be read.*\(.*\)")
        self.assertIn(f"Continue {self.checkpoints}/epoch_0002.pth", done.stdout)
        self.assertEqual(load(self.checkpoints / "last.pth")["epoch"], 3)

    def test_resume_passes_over_all_that_are_damaged(self):
        self.train()
        self.truncate("last.pth")
        self.truncate("epoch_0002.pth")
        done = run("resume", self.run_folder, "--epochs", 4)
        self.assertRegex(done.stdout, r"epoch_0002\.pth cannot be read.*\(.*\)")
        self.assertIn(f"Continue {self.checkpoints}/epoch_0001.pth", done.stdout)
        self.assertEqual(run_folder.steps_written(self.run_folder), 32)

    def test_a_damaged_file_that_is_named_is_refused(self):
        self.train()
        self.truncate("last.pth")
        done = run("resume", self.checkpoints / "last.pth", "--epochs", 4, status=2)
        self.assertRegex(done.stderr, ONE_LINE)
        self.assertIn("last.pth", done.stderr)

    def test_all_damaged(self):
        self.train(2)
        for file in self.checkpoints.glob("*.pth"):
            self.truncate(file.name)
        done = run("resume", self.run_folder, "--epochs", 4, status=2)
        self.assertRegex(done.stderr, ONE_LINE)
        self.assertIn("checkpoints", done.stderr)


if __name__ == "__main__":
    unittest.main()
