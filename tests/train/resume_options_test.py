# SPDX-FileCopyrightText: The Waypoint authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options on resume: what they change, what they may not change, and that a kill does not forget them."""

import json
import os
import unittest

import torch
from run_folder import command, obeyed, status, steps_written, wait_until
from trainer import TrainerTest, curves, load, run, start

# Steps of a few milliseconds, so that a process can be killed in the middle.
SLOW = ("--model", "mlp:4-1500-1500-3", "--threads", 1, "--batch-size", 8, "--log-every", 1)
CHANGED = ("--epochs", 3, "--lr", 0.001, "--optimizer-arg", "momentum=0.5", "--scheduler", "cosine")


class ResumeOptionsTest(TrainerTest):
    def kill_after(self, process, folder, step):
        wait_until(lambda: steps_written(folder) >= step, f"step {step}")
        process.kill()
        process.wait()

    def begun(self, name, *options):
        folder = self.folder / name
        run("start", "--out", folder, *SLOW, "--epochs", 2, "--optimizer", "sgd", "--lr", 0.01, *options)
        return folder

    def test_options_outlive_a_kill_before_the_next_checkpoint(self):
        whole, killed = self.begun("whole"), self.begun("killed")
        run("resume", whole, *CHANGED)
        steps = load(killed / "checkpoints" / "last.pth")["step"]
        self.kill_after(start("resume", killed, *CHANGED), killed, steps + 3)
        run("resume", killed)
        self.assertSameTraining(whole / "checkpoints" / "last.pth", killed / "checkpoints" / "last.pth")
        self.assertEqual(curves(whole), curves(killed))

    def test_an_earlier_epoch_outlives_a_kill_too(self):
        folder = self.begun("run")
        first = folder / "checkpoints" / "epoch_0000.pth"
        step = load(first)["step"]
        process = start("resume", first, "--epochs", 3)
        wait_until(lambda: "resumed_from_step" in (folder / "metrics.jsonl").read_text() and steps_written(folder) > step, "a step")
        process.kill()
        process.wait()
        self.assertLess(load(folder / "checkpoints" / "last.pth")["epoch"], 1)
        run("resume", folder)
        self.assertEqual(load(folder / "checkpoints" / "last.pth")["epoch"], 2)
        steps = [line["step"] for line in curves(folder)]
        self.assertEqual(steps, sorted(set(steps)))

    def test_a_run_killed_in_its_first_epoch_goes_on(self):
        whole, killed = self.folder / "whole", self.folder / "killed"
        options = (*SLOW, "--epochs", 2)
        run("start", "--out", whole, *options)
        self.kill_after(start("start", "--out", killed, *options), killed, 3)
        run("resume", killed)
        self.assertSameTraining(whole / "checkpoints" / "last.pth", killed / "checkpoints" / "last.pth")

    def test_what_would_silently_change_the_run_is_refused(self):
        folder = self.begun("run", "--checkpoint-steps", 4)
        last = folder / "checkpoints" / "last.pth"
        for options in (("--seed", 7), ("--optimizer", "adam"), ("--model", "mlp:4-8-3"), ("--no-decay",), ("--init", last),
                        ("--lr", 0.5, "--scheduler", "nonsense")):
            with self.subTest(options):
                before = last.read_bytes()
                refused = run("resume", last, "--epochs", 3, *options, status=1)
                self.assertEqual(len(refused.stderr.splitlines()), 1, refused.stderr)
                self.assertEqual(last.read_bytes(), before)

    def test_batches_stay_as_they_are_within_an_epoch(self):
        folder = self.folder / "run"
        process = start("start", "--out", folder, *SLOW, "--epochs", 50, "--checkpoint-steps", 4)
        wait_until(lambda: steps_written(folder) >= 6, "step 6")
        process.terminate()
        self.assertEqual(process.wait(), 0)
        self.assertGreater(load(folder / "last.pth")["waypoint"]["batch"], 0)
        for option in (("--batch-size", 64), ("--no-shuffle",), ("--accumulate", 2)):
            with self.subTest(option):
                self.assertIn("within an epoch", run("resume", folder, *option, status=1).stderr)

    def test_a_changed_option_is_named_in_the_plan(self):
        folder = self.begun("run")
        plan = json.loads(run("plan", "resume", folder, "--epochs", 4, "--label-smoothing", 0.1, "--json").stdout)
        self.assertTrue(any("--label-smoothing" in line for line in plan["conflicts"]), plan["conflicts"])
        self.assertEqual(plan["config"]["label_smoothing"], 0.1)
        self.assertEqual(plan["done"], "")
        plan = json.loads(run("plan", "resume", folder, "--json").stdout)
        self.assertIn("--epochs", plan["done"])

    def test_another_metric_begins_without_a_best(self):
        folder = self.begun("run")
        self.assertIsNotNone(load(folder / "last.pth")["waypoint"]["best"])
        run("resume", folder, "--epochs", 3, "--monitor", "loss/val")
        own = load(folder / "last.pth")["waypoint"]
        self.assertEqual(own["monitor"], "loss/val")
        self.assertEqual(own["best"], curves(folder)[-1]["loss/val"])

    def test_keep_last_keeps_what_was_just_written(self):
        folder = self.folder / "run"
        run("start", "--out", folder, "--epochs", 10)
        run("resume", folder / "checkpoints" / "epoch_0003.pth", "--epochs", 8, "--keep-last", 2)
        names = set(os.listdir(folder / "checkpoints"))
        self.assertLessEqual({"epoch_0003.pth", "epoch_0006.pth", "epoch_0007.pth", "last.pth"}, names)
        self.assertFalse({"epoch_0004.pth", "epoch_0005.pth"} & names)

    def test_nothing_is_said_in_the_folder_of_another_run(self):
        ours, other = self.begun("ours"), self.begun("other")
        before = {file.name: file.read_bytes() for file in other.iterdir() if file.is_file() and file.name != "alive.lock"}
        run("resume", ours / "last.pth", "--out", other, "--epochs", 3, status=2)
        self.assertEqual({name: (other / name).read_bytes() for name in before}, before)

    def test_a_refused_resume_keeps_where_the_run_stood(self):
        folder = self.begun("run")
        before = status(folder)
        run("resume", folder, "--optimizer", "adam", status=1)
        after = status(folder)
        self.assertEqual(after["state"], "failed")
        for key in ("epoch", "step", "epochs", "last_checkpoint"):
            self.assertEqual(after[key], before[key])

    def test_pause_can_wait_for_the_epochs_end(self):
        folder = self.folder / "run"
        process = start("start", "--out", folder, *SLOW, "--epochs", 200)
        self.addCleanup(process.kill)
        wait_until(lambda: steps_written(folder) >= 3, "step 3")
        obeyed(folder, command(folder, "pause", after="epoch"))
        wait_until(lambda: status(folder)["state"] == "paused", "paused")
        self.assertEqual(steps_written(folder) % 15, 0)  # 120 samples in batches of 8
        command(folder, "stop")
        self.assertEqual(process.wait(60), 0)

    def test_plateau_follows_an_accuracy_upwards(self):
        folder = self.folder / "run"
        run("start", "--out", folder, "--epochs", 3, "--scheduler", "plateau")
        self.assertEqual(load(folder / "last.pth")["lr_scheduler_state_dict"]["mode"], "max")

    def test_one_cycle_does_not_go_beyond_its_end(self):
        folder = self.folder / "run"
        run("start", "--out", folder, "--epochs", 3, "--scheduler", "onecycle")
        self.assertIn("OneCycleLR ends", run("resume", folder, "--epochs", 5, status=1).stderr)
        run("resume", folder, "--epochs", 5, "--scheduler", "cosine")
        self.assertEqual(load(folder / "last.pth")["epoch"], 4)

    def test_a_loss_that_is_no_number_on_held_out_samples_ends_the_run(self):
        folder = self.folder / "run"
        run("start", "--out", folder, "--optimizer", "sgd", "--lr", "1e38", "--batch-size", 1000, "--epochs", 1, status=4)
        self.assertEqual(status(folder)["reason"], "nan")
        self.assertTrue(all(torch.isfinite(value).all() for value in load(folder / "last.pth")["model_state_dict"].values()))



if __name__ == "__main__":
    unittest.main()
