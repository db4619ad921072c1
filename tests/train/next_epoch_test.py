# SPDX-FileCopyrightText: The Waypoint authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Going on at a chosen epoch, stopping after some of them, and runs that somebody else has in hand."""

import json
import subprocess
import unittest

import torch
from run_folder import log, status, steps_written, wait_until
from trainer import TRAIN, TrainerTest, curves, load, run, start

ONE_LINE = r"\Awaypoint-train: [^\n]+\n\Z"
SMALL = ("--epochs", 6, "--batch-size", 30, "--log-every", 1, "--threads", 1)  # four steps an epoch
SLOW = ("--model", "mlp:4-1500-1500-3", "--threads", 1, "--batch-size", 8, "--log-every", 1, "--epochs", 500)


def plan(*arguments, status=0):
    return json.loads(run("plan", *arguments, "--json", status=status).stdout)


def epochs(folder):
    return sorted({line["epoch"] for line in curves(folder)})


class NextEpochTest(TrainerTest):
    def begun(self, *options):
        folder = self.folder / "run"
        run("start", "--out", folder, *SMALL, *options)
        return folder

    def test_a_run_goes_back_and_its_curves_with_it(self):
        folder = self.begun("--scheduler", "step", "--scheduler-arg", "step_size=2")
        told = plan("resume", folder, "--next-epoch", 2)
        self.assertEqual(told["epoch"], {"in_file": 5, "is": "given", "certain": True, "why": "as --next-epoch says",
                                         "next": 2, "batch": 0})
        self.assertEqual(told["step"], 8)
        self.assertTrue(any("epoch 6" in line and "epoch 2" in line for line in told["conflicts"]), told["conflicts"])
        self.assertTrue(any("schedule has done 6 steps" in line for line in told["conflicts"]), told["conflicts"])
        before = load(folder / "last.pth")
        run("resume", folder, "--next-epoch", 2)
        after = load(folder / "last.pth")
        self.assertEqual((after["epoch"], after["step"]), (5, 24))
        self.assertEqual(after["lr_scheduler_state_dict"]["last_epoch"], before["lr_scheduler_state_dict"]["last_epoch"] + 4)
        self.assertEqual(after["optimizer_state_dict"]["state"][0]["step"].item(), 24 + 16)
        self.assertIn('{"resumed_from_step":8}', (folder / "metrics.jsonl").read_text())
        steps = [line["step"] for line in curves(folder)]
        self.assertEqual(steps, list(range(1, 25)))
        self.assertEqual(epochs(folder), list(range(6)))

    def test_a_kill_on_the_way_goes_on_from_there(self):
        folder = self.folder / "run"
        run("start", "--out", folder, *SLOW[:-2], "--epochs", 2)
        process = start("resume", folder, "--next-epoch", 0)
        wait_until(lambda: "resumed_from_step" in (folder / "metrics.jsonl").read_text(), "the cut")
        process.kill()
        process.wait()
        self.assertEqual(plan("resume", folder)["epoch"]["next"], 0)

    def test_epochs_can_be_passed_over(self):
        folder = self.folder / "run"
        run("start", "--out", folder, *SMALL, "--stop-after", 2)
        run("resume", folder, "--next-epoch", 4)
        self.assertEqual(epochs(folder), [0, 1, 4, 5])
        self.assertEqual(load(folder / "last.pth")["epoch"], 5)

    def test_from_within_an_epoch_it_begins_again(self):
        folder = self.folder / "run"
        process = start("start", "--out", folder, *SLOW, "--checkpoint-steps", 1)
        wait_until(lambda: steps_written(folder) >= 3, "step 3")
        process.terminate()
        self.assertEqual(process.wait(), 0)
        self.assertGreater(load(folder / "last.pth")["waypoint"]["batch"], 0)
        epoch = load(folder / "last.pth")["epoch"] + 1
        told = plan("resume", folder, "--next-epoch", epoch)
        self.assertEqual((told["epoch"]["next"], told["epoch"]["batch"]), (epoch, 0))

    def test_epochs_that_are_none(self):
        folder = self.begun()
        for epoch in (-1, 6, 60):
            with self.subTest(epoch):
                refused = run("resume", folder, "--next-epoch", epoch, status=1)
                self.assertRegex(refused.stderr, ONE_LINE)
                told = plan("resume", folder, "--next-epoch", epoch, status=1)
                self.assertEqual(told["error_option"], "next_epoch")
        self.assertEqual(load(folder / "last.pth")["epoch"], 5)

    def test_somebody_elses_checkpoint_has_as_many_epochs_more(self):
        folder = self.begun()
        ours = load(folder / "last.pth")
        python = self.folder / "python.pth"
        torch.save({"net": ours["model_state_dict"], "optimizer": ours["optimizer_state_dict"], "epoch": 5}, python)
        out = self.folder / "out"
        told = plan("resume", python, "--out", out, "--next-epoch", 3, "--batch-size", 30)
        self.assertEqual((told["epoch"]["next"], told["epoch"]["is"], told["config"]["epochs"]), (3, "given", 63))
        run("resume", python, "--out", out, "--next-epoch", 3, "--epochs", 5, "--batch-size", 30)
        self.assertEqual(epochs(out), [3, 4])


class StopAfterTest(TrainerTest):
    def test_a_process_stops_after_so_many_epochs_and_the_next_one_does_not(self):
        whole, parts = self.folder / "whole", self.folder / "parts"
        run("start", "--out", whole, *SMALL)
        run("start", "--out", parts, *SMALL, "--stop-after", 2)
        self.assertEqual((status(parts)["state"], load(parts / "last.pth")["epoch"]), ("stopped", 1))
        self.assertTrue((parts / "checkpoints/epoch_0001.pth").exists())
        self.assertNotIn("stop_after", json.loads((parts / "run.json").read_text())["config"])
        run("resume", parts, "--stop-after", 1)
        self.assertEqual((status(parts)["state"], load(parts / "last.pth")["epoch"]), ("stopped", 2))
        run("resume", parts)
        self.assertEqual(status(parts)["state"], "finished")
        self.assertSameTraining(whole / "last.pth", parts / "last.pth")
        self.assertEqual(curves(whole), curves(parts))

    def test_the_end_is_the_end(self):
        folder = self.folder / "run"
        run("start", "--out", folder, *SMALL, "--stop-after", 6)
        self.assertEqual(status(folder)["state"], "finished")

    def test_nothing_is_no_number_of_epochs(self):
        self.assertRegex(run("start", "--out", self.folder / "run", "--stop-after", 0, status=1).stderr, ONE_LINE)


class LivingRunTest(TrainerTest):
    def test_a_run_that_lives_is_left_alone(self):
        folder = self.folder / "run"
        process = start("start", "--out", folder, *SLOW, "--checkpoint-steps", 5)
        self.addCleanup(process.kill)
        wait_until(lambda: (folder / "checkpoints/last.pth").exists() and status(folder).get("state") == "running", "a checkpoint")
        wait_until(lambda: status(folder).get("memory", 0) > 10_000_000, "the memory it takes")
        for command in (("resume", folder), ("resume", folder / "checkpoints/last.pth"), ("start", "--out", folder)):
            with self.subTest(command):
                refused = run(*command, status=2)
                self.assertRegex(refused.stderr, ONE_LINE)
                self.assertIn(f"process {process.pid}" if command[0] == "resume" else "run", refused.stderr)
                self.assertEqual(status(folder)["pid"], process.pid)
                self.assertEqual(status(folder)["state"], "running")
        process.terminate()
        self.assertEqual(process.wait(), 0)

    def test_a_folder_with_a_checkpoint_begins_no_other_run(self):
        folder = self.folder / "run"
        run("start", "--out", folder, *SMALL)
        before = (folder / "last.pth").read_bytes()
        self.assertRegex(run("start", "--out", folder, status=2).stderr, ONE_LINE)
        self.assertEqual((folder / "last.pth").read_bytes(), before)


class LogTest(TrainerTest):
    def launch(self, folder, *options):
        """As the window does: standard error goes to the end of the run's log."""
        folder.mkdir(parents=True, exist_ok=True)
        with open(folder / "trainer.log", "a") as end:
            return subprocess.run([TRAIN, "start", "--out", folder, *map(str, options)], stdin=subprocess.DEVNULL,
                                  stdout=subprocess.DEVNULL, stderr=end, timeout=120).returncode

    def test_what_ended_a_run_stands_in_its_log_once(self):
        folder = self.folder / "run"
        self.assertEqual(self.launch(folder, "--data", "csv:/is/not/there.csv"), 2)
        self.assertEqual(log(folder).count("there.csv"), 1, log(folder))
        self.assertIn("there.csv", status(folder)["message"])

    def test_words_that_are_no_option_stand_in_its_log(self):
        folder = self.folder / "run"
        self.assertEqual(self.launch(folder, "--nonsense"), 1)
        self.assertEqual(log(folder).count("--nonsense"), 1, log(folder))

    def test_started_by_hand_it_stands_in_both(self):
        folder = self.folder / "run"
        refused = run("start", "--out", folder, "--data", "csv:/is/not/there.csv", status=2)
        self.assertEqual(refused.stderr.count("there.csv"), 1)
        self.assertEqual(log(folder).count("there.csv"), 1, log(folder))


if __name__ == "__main__":
    unittest.main()
