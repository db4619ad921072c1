# SPDX-FileCopyrightText: The Waypoint authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What waypoint-train does with what is typed: defaults that learn, one line about what is wrong, files by their names."""

import csv
import json
import os
import pathlib
import re
import unittest

import torch
from torch import nn

import run_folder
from trainer import TrainerTest, curves, load, run, status

IRIS = pathlib.Path(__file__).resolve().parents[2] / "resources/data/iris.csv"
ONE_LINE = r"\Awaypoint-train: [^\n]+\n\Z"
PROGRESS = re.compile(r"Epoch\[\d{3}/\d{3}\] Iteration\[\d{3}/\d{3}\] LR: \d\.\de[-+]\d\d Loss: \d+\.\d{4} Acc: \d+\.\d\d%"
                      r"( Val: \d+\.\d{4} \d+\.\d\d%)?")


def json_of(*arguments, status=0):
    return json.loads(run(*arguments, "--json", status=status).stdout)


def last_value(folder, name):
    return [line[name] for line in curves(folder) if name in line][-1]


def iris_network():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3))

        def forward(self, x):
            return self.fc(x)

    return Net()


def iris_samples():
    """Every flower, each column to mean 0 and deviation 1, and its class."""
    with open(IRIS, newline="") as file:
        rows = list(csv.reader(file))[1:]
    names = sorted({row[4] for row in rows})
    inputs = torch.tensor([[float(text) for text in row[:4]] for row in rows], dtype=torch.float64)
    inputs = (inputs - inputs.mean(0)) / inputs.std(0, unbiased=False)
    return inputs.float(), torch.tensor([names.index(row[4]) for row in rows])


class DefaultsTest(TrainerTest):
    def test_iris_is_learnt_without_options(self):
        run("start", "--out", self.folder / "run")
        accuracy = last_value(self.folder / "run", "accuracy/val")
        self.assertGreaterEqual(accuracy, 0.95)
        last = self.folder / "run/checkpoints/last.pth"
        report = json_of("evaluate", last, "--data", "iris")
        self.assertEqual((report["accuracy"], report["samples"]), (accuracy, 30))
        self.assertAlmostEqual(report["loss"], last_value(self.folder / "run", "loss/val"), places=6)

    def test_python_finds_the_same_accuracy_of_the_weights(self):
        run("start", "--out", self.folder / "run")
        last = self.folder / "run/checkpoints/last.pth"
        report = json_of("evaluate", last, "--data", "iris,holdout=0")
        network = iris_network()
        network.load_state_dict(load(last)["model_state_dict"])
        inputs, classes = iris_samples()
        outputs = network(inputs)
        guesses = outputs.argmax(1)
        self.assertAlmostEqual(report["loss"], nn.functional.cross_entropy(outputs, classes).item(), places=5)
        self.assertAlmostEqual(report["accuracy"], (guesses == classes).float().mean().item(), places=6)
        confusion = [[int(((classes == truth) & (guesses == guess)).sum()) for guess in range(3)] for truth in range(3)]
        self.assertEqual(report["confusion"], confusion)

    def test_digits_are_learnt_without_options(self):
        run("start", "--out", self.folder / "run", "--data", "digits")
        accuracy = last_value(self.folder / "run", "accuracy/val")
        self.assertGreaterEqual(accuracy, 0.96)
        report = json_of("evaluate", self.folder / "run/checkpoints/last.pth", "--data", "digits")
        self.assertEqual(report["accuracy"], accuracy)
        self.assertEqual(sum(map(sum, report["confusion"])), report["samples"])

    def test_run_json_has_every_default_and_what_bits_depend_on(self):
        run("start", "--out", self.folder / "run", "--epochs", 1)
        written = json.loads((self.folder / "run/run.json").read_text())
        options = re.findall(r"^\s+(--[a-z-]+)", run("start", "--help").stdout, re.MULTILINE)
        named = {option[2:].replace("-", "_") for option in options} - {"help", "out", "stop_after", "no_shuffle", "non_strict"}
        named = {{"optimizer_arg": "optimizer_args", "scheduler_arg": "scheduler_args"}.get(name, name) for name in named}
        self.assertLessEqual(named | {"shuffle", "strict"}, set(written["config"]))
        for key in ("model", "batch_size", "epochs", "optimizer", "lr", "loss", "monitor", "threads", "log_every"):
            self.assertTrue(written["config"][key], f"{key} is written out")
        environment = written["environment"]
        self.assertEqual(environment["aten_threads"], written["config"]["threads"])
        for key in ("libtorch", "waypoint", "blas", "device", "host", "onednn", "blas_threads"):
            self.assertIn(key, environment)


class WrongInputTest(TrainerTest):
    """Each kind of trouble has its exit status, and one line on stderr."""

    def check(self, code, words, *arguments):
        with self.subTest(" ".join(map(str, arguments))):
            done = run(*arguments, status=code)
            self.assertRegex(done.stderr, ONE_LINE)
            for word in words.split("|"):
                self.assertIn(word, done.stderr)

    def check_start(self, code, words, *options):
        folder = self.folder / f"run-{len(os.listdir(self.folder))}"
        self.check(code, words, "start", "--out", folder, *options)
        self.assertFalse((folder / "run.json").exists(), "nothing was begun")

    def test_words_that_are_no_command(self):
        self.check(1, "--help")
        self.check(1, "--help", "nonsense")
        self.check(1, "--out", "start")
        self.check(1, "--help", "resume")

    def test_options(self):
        self.check_start(1, "--bogus", "--bogus", 1)
        self.check_start(1, "--epochs|many", "--epochs", "many")
        self.check_start(1, "--epochs", "--epochs", 0)
        self.check_start(1, "--batch-size", "--batch-size", -1)
        self.check_start(1, "--lr", "--lr", 0)
        self.check_start(1, "resnet9000|resnet18", "--model", "resnet9000")
        self.check_start(1, "nowhere|digits", "--data", "nowhere")
        self.check_start(1, "adamm|adamw", "--optimizer", "adamm")
        self.check_start(1, "cosinus|cosine", "--scheduler", "cosinus")
        self.check_start(1, "l1|mse", "--loss", "l1")
        self.check_start(1, "lossy|loss/val", "--monitor", "lossy")
        self.check_start(1, "CUDA", "--amp")
        self.check_start(1, "cifar-net|3x32x32", "--model", "cifar-net")
        self.check_start(1, "--ema", "--ema", 1.5)

    def test_numbers_that_do_not_fit(self):
        huge = 10 ** 20 - 1
        self.check_start(1, "--seed|-1|from 0 to 18446744073709551615", "--seed", -1)
        self.check_start(1, "--seed", "--seed", 2 ** 64)
        self.check_start(1, "--seed|010", "--seed", "010")
        for option in ("--epochs", "--batch-size", "--checkpoint-every", "--stop-after", "--threads"):
            self.check_start(1, f"{option}|{huge}|whole number", option, huge)
        self.check_start(1, "--epochs|1000000000", "--epochs", 2 ** 63 - 1)
        self.check_start(1, "--threads|1024", "--threads", 100_000)
        self.check_start(1, "--loaders|negative", "--loaders", -1)
        self.check_start(1, "--keep-last|negative", "--keep-last", -1)
        self.check_start(1, "--stop-after", "--stop-after", 0)

    def test_settings_of_optimizer_and_schedule(self):
        self.check_start(1, "momentum|KEY=VALUE", "--optimizer-arg", "momentum")
        self.check_start(1, "Adam|momentum|betas", "--optimizer-arg", "momentum=0.9")
        self.check_start(1, "momentum=abc|number", "--optimizer", "sgd", "--optimizer-arg", "momentum=abc")
        self.check_start(1, "foo", "--scheduler", "step", "--scheduler-arg", "step_size=2", "--scheduler-arg", "foo=1")

    def test_files(self):
        missing = self.folder / "missing.pth"
        pointer = self.folder / "pointer.pth"
        pointer.write_text(f"version https://git-lfs.github.com/spec/v1\noid sha256:{'4d' * 32}\nsize 12345\n")
        table = self.folder / "table.csv"
        table.write_text("a,b,label\n1,x,0\n")
        self.check_start(2, "missing.csv", "--data", f"csv:{self.folder}/missing.csv")
        self.check_start(2, "table.csv|line 2", "--data", f"csv:{table}")
        self.check_start(2, "missing.pth", "--init", missing)
        self.check_start(2, "pointer.pth|git lfs pull", "--init", pointer)
        self.check(2, "missing.pth", "resume", missing)
        self.check(2, "pointer.pth|git lfs pull", "resume", pointer, "--out", self.folder / "resumed")
        self.check(2, "missing.pth", "evaluate", missing, "--data", "iris")
        self.check(2, "pointer.pth|git lfs pull", "evaluate", pointer, "--data", "iris")

    def test_devices_that_are_not_there(self):
        self.check_start(3, "cuda:9|cpu", "--device", "cuda:9")
        self.check_start(3, "GPU-00000000|cpu", "--device", "GPU-00000000")

    def test_a_folder_with_a_run_in_it(self):
        folder = self.folder / "run"
        run("start", "--out", folder, "--epochs", 1)
        before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file() and file.name != "alive.lock"}
        self.check(2, f"{folder}|resume", "start", "--out", folder)
        self.assertEqual({file: file.read_bytes() for file in before}, before)

    def test_contradictions_to_the_checkpoint(self):
        folder = self.folder / "run"
        run("start", "--out", folder, "--epochs", 1)
        self.check(1, "Adam|SGD", "resume", folder, "--epochs", 2, "--optimizer", "sgd")
        self.check(1, "iris|mlp:4-9-3", "resume", folder, "--epochs", 2, "--model", "mlp:4-9-3")

    def test_a_run_that_could_not_begin_says_so_in_its_folder(self):
        folder = self.folder / "run"
        done = run("start", "--out", folder, "--device", "cuda:9", status=3)
        self.assertEqual(status(folder)["state"], "failed")
        self.assertEqual(status(folder)["reason"], "device")
        self.assertIn(status(folder)["message"], done.stderr)
        run("start", "--out", folder, "--epochs", 1)
        self.assertEqual(status(folder)["state"], "finished")


class PlanTest(TrainerTest):
    KEYS = {"action", "checkpoint", "out", "model", "optimizer", "scheduler", "epoch", "step", "lr", "restored", "missing", "conflicts",
            "device", "data", "config", "error"}

    def test_start_is_told_and_leaves_nothing(self):
        folder = self.folder / "run"
        plan = json_of("plan", "start", "--out", folder, "--scheduler", "step", "--scheduler-arg", "step_size=3")
        self.assertLessEqual(self.KEYS, set(plan))
        self.assertIsNone(plan["error"])
        self.assertEqual((plan["action"], plan["lr"], plan["step"], plan["epoch"]["next"]), ("start", [0.02], 0, 0))
        self.assertEqual(plan["scheduler"]["class"], "StepLR")
        self.assertEqual((plan["data"]["train"], plan["data"]["val"]), (120, 30))
        self.assertEqual(plan["config"]["optimizer"], "adam")
        self.assertEqual(os.listdir(self.folder), [])

    def test_what_would_go_wrong_is_in_error(self):
        done = run("plan", "start", "--out", self.folder / "run", "--model", "resnet9000", "--json", status=1)
        self.assertIn("resnet9000", json.loads(done.stdout)["error"])
        self.assertRegex(done.stderr, ONE_LINE)
        self.assertIn("cuda:9", json_of("plan", "start", "--out", self.folder / "run", "--device", "cuda:9", status=3)["error"])
        self.assertIn("none.pth", json_of("plan", "resume", self.folder / "none.pth", status=2)["error"])
        self.assertEqual(os.listdir(self.folder), [])

    def test_resume_is_told_and_changes_nothing(self):
        folder = self.folder / "run"
        run("start", "--out", folder, "--epochs", 4, "--scheduler", "cosine")
        before = {file: (file.stat().st_mtime_ns, file.read_bytes()) for file in folder.rglob("*") if file.is_file()}
        plan = json_of("plan", "resume", folder / "checkpoints/epoch_0001.pth", "--out", self.folder / "other", "--epochs", 6)
        self.assertIsNone(plan["error"])
        self.assertEqual(plan["action"], "continue")
        self.assertEqual((plan["epoch"]["in_file"], plan["epoch"]["is"], plan["epoch"]["next"]), (1, "finished", 2))
        self.assertEqual((plan["model"]["restored"], plan["model"]["wanted"]), (4, 4))
        self.assertEqual((plan["optimizer"]["class"], plan["optimizer"]["restored"]), ("Adam", 4))
        self.assertEqual((plan["scheduler"]["class"], plan["scheduler"]["last_epoch"]), ("CosineAnnealingLR", 2))
        self.assertEqual(plan["config"]["epochs"], 6)
        saved = load(folder / "checkpoints/epoch_0001.pth")
        self.assertEqual(plan["lr"], [group["lr"] for group in saved["optimizer_state_dict"]["param_groups"]])
        self.assertEqual(plan["step"], saved["step"])
        self.assertTrue(plan["rng"])
        after = {file: (file.stat().st_mtime_ns, file.read_bytes()) for file in folder.rglob("*") if file.is_file()}
        self.assertEqual(after, before)
        self.assertEqual(os.listdir(self.folder), ["run"])


class ListsTest(TrainerTest):
    def test_devices(self):
        listed = json_of("devices")
        self.assertIn("cpu", [device["name"] for device in listed["devices"] if device["usable"]])
        self.assertRegex(listed["libtorch"]["version"], r"\A\d+\.\d+\.\d+")

    def test_models(self):
        models = {model["name"]: model for model in json_of("models")["models"]}
        self.assertLessEqual({"iris", "cifar-net", "lenet2", "vgg16", "resnet18", "resnet34", "resnet50"}, set(models))
        self.assertEqual(models["iris"]["parameters"], sum(p.numel() for p in iris_network().parameters()))


class FilesTest(TrainerTest):
    def checkpoints(self, *options):
        folder = self.folder / f"run-{len(os.listdir(self.folder))}"
        run("start", "--out", folder, *options)
        return {file.name: load(file)["epoch"] for file in (folder / "checkpoints").iterdir() if file.name != "best.pth"}, folder

    def test_every_third_epoch_and_the_last(self):
        files, _ = self.checkpoints("--epochs", 8, "--checkpoint-every", 3)
        self.assertEqual(files, {"epoch_0002.pth": 2, "epoch_0005.pth": 5, "epoch_0007.pth": 7, "last.pth": 7})

    def test_only_the_newest_two_are_kept(self):
        files, _ = self.checkpoints("--epochs", 6, "--keep-last", 2)
        self.assertEqual(files, {"epoch_0004.pth": 4, "epoch_0005.pth": 5, "last.pth": 5})

    def test_only_the_end(self):
        files, _ = self.checkpoints("--epochs", 3, "--checkpoint-every", 0)
        self.assertEqual(files, {"epoch_0002.pth": 2, "last.pth": 2})

    def test_best_is_the_best_by_the_monitored_metric(self):
        _, folder = self.checkpoints("--epochs", 30, "--lr", 0.2, "--monitor", "loss/val")
        losses = {line["epoch"]: line["loss/val"] for line in curves(folder) if "loss/val" in line}
        best = load(folder / "checkpoints/best.pth")
        self.assertEqual(best["epoch"], min(losses, key=losses.get))
        self.assertEqual(best["metrics"]["loss/val"], min(losses.values()))

    def test_lines_of_the_log(self):
        _, folder = self.checkpoints("--epochs", 2, "--log-every", 2)
        lines = [line for line in run_folder.log(folder).splitlines() if line.startswith("Epoch[")]
        self.assertEqual(len(lines), 8)
        for line in lines:
            self.assertRegex(line, rf"\A{PROGRESS.pattern}\Z")
        self.assertTrue(lines[0].startswith("Epoch[000/002] Iteration[002/008] LR: 2.0e-02 Loss: "))
        first = curves(folder)[0]
        self.assertIn(f"Loss: {first['loss/train']:.4f} Acc: {100 * first['accuracy/train']:.2f}%", lines[0])


class InitTest(TrainerTest):
    def save(self, change):
        torch.manual_seed(3)
        weights = iris_network().state_dict()
        change(weights)
        torch.save(weights, self.folder / "weights.pth")
        return self.folder / "weights.pth", weights

    def test_weights_that_fit(self):
        file, weights = self.save(lambda weights: None)
        done = run("start", "--out", self.folder / "run", "--init", file, "--epochs", 1, "--lr", 1e-30)
        self.assertIn("<All keys matched successfully>", done.stdout)
        begun = load(self.folder / "run/checkpoints/last.pth")["model_state_dict"]
        self.assertTrue(all(torch.equal(begun[name], weights[name]) for name in weights))

    def test_weights_that_fit_in_part(self):
        def change(weights):
            del weights["fc.2.bias"]
            weights["head.weight"] = torch.ones(2)
            weights["fc.2.weight"] = torch.ones(5, 8)

        file, weights = self.save(change)
        refused = run("start", "--out", self.folder / "strict", "--model", "iris", "--init", file, status=1)
        self.assertRegex(refused.stderr, ONE_LINE)
        self.assertIn("--non-strict", refused.stderr)
        done = run("start", "--out", self.folder / "run", "--model", "iris", "--init", file, "--non-strict", "--epochs", 1, "--lr", 1e-30)
        for text in ("issing key(s): fc.2.bias", "nexpected key(s): head.weight", "fc.2.weight: 5x8 in the file, 3x8 in the model"):
            self.assertIn(text, refused.stderr)
            self.assertIn(text, done.stdout)
            self.assertIn(text, run_folder.log(self.folder / "run"))
        begun = load(self.folder / "run/checkpoints/last.pth")["model_state_dict"]
        for name in ("fc.0.weight", "fc.0.bias"):
            self.assertTrue(torch.equal(begun[name], weights[name]))
        self.assertEqual(begun["fc.2.weight"].shape, (3, 8))

    def test_another_run_begins_at_its_start(self):
        run("start", "--out", self.folder / "first", "--epochs", 3)
        run("start", "--out", self.folder / "second", "--init", self.folder / "first/last.pth", "--epochs", 1)
        lines = curves(self.folder / "second")
        self.assertEqual((lines[0]["step"], lines[0]["epoch"]), (1, 0))
        self.assertEqual(load(self.folder / "second/last.pth")["epoch"], 0)


if __name__ == "__main__":
    unittest.main()
