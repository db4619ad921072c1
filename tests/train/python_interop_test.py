# SPDX-FileCopyrightText: The Waypoint authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs that begin in Python and go on in Waypoint, and the other way round."""

import unittest

import torch
from torch import nn
from trainer import TrainerTest, curves, load, run

from registered_networks import CifarNet, Iris  # trainer has shown where

OPTIMIZERS = {
    "SGD": (torch.optim.SGD, {"lr": 0.05}),
    "SGD with momentum": (torch.optim.SGD, {"lr": 0.05, "momentum": 0.9, "weight_decay": 1e-3}),
    "nesterov": (torch.optim.SGD, {"lr": 0.05, "momentum": 0.9, "nesterov": True}),
    "Adam": (torch.optim.Adam, {"lr": 0.02}),
    "amsgrad": (torch.optim.Adam, {"lr": 0.02, "amsgrad": True}),
    "AdamW": (torch.optim.AdamW, {"lr": 0.02}),
    "centred RMSprop": (torch.optim.RMSprop, {"lr": 0.005, "centered": True, "momentum": 0.5}),
    "Adagrad": (torch.optim.Adagrad, {"lr": 0.05}),
}
# Across versions of PyTorch the order of additions differs; on one version the difference is 0.
TOLERANCE = 2e-5


class PythonRun:
    """What a script keeps: full batch, one optimizer step an epoch, a schedule stepped each epoch."""

    def __init__(self, optimizer, options, milestones=(5, 15)):
        torch.manual_seed(0)
        self.net = Iris()
        self.optimizer = optimizer(self.net.parameters(), **options)
        self.schedule = torch.optim.lr_scheduler.MultiStepLR(self.optimizer, list(milestones), gamma=0.3)
        self.rates = []

    def train(self, x, y, first, end):
        for _ in range(first, end):
            self.rates.append(self.optimizer.param_groups[0]["lr"])
            self.optimizer.zero_grad()
            nn.functional.cross_entropy(self.net(x), y).backward()
            self.optimizer.step()
            self.schedule.step()
        return self

    def save(self, path, epoch, **more):
        torch.save({"net": self.net.state_dict(), "optimizer": self.optimizer.state_dict(), "epoch": epoch,
                    "lr_schedule": self.schedule.state_dict(), **more}, path)

    def load(self, checkpoint):
        self.net.load_state_dict(checkpoint["model_state_dict"])
        self.optimizer.load_state_dict(checkpoint["optimizer_state_dict"])
        self.schedule.load_state_dict(checkpoint["lr_scheduler_state_dict"])
        return self


class PythonInteropTest(TrainerTest):
    def setUp(self):
        super().setUp()
        torch.set_num_threads(1)
        generator = torch.Generator().manual_seed(3)
        self.x = torch.randn(150, 4, generator=generator)
        self.y = torch.arange(150) % 3
        self.x += self.y[:, None]
        self.data = self.folder / "data.pt"
        torch.save({"x": self.x, "y": self.y}, self.data)

    def options(self, epochs):
        return ("--data", f"tensors:{self.data}", "--batch-size", 150, "--no-shuffle", "--epochs", epochs, "--threads", 1)

    def assertSameWeights(self, state, net):
        self.assertEqual(list(state), list(net.state_dict()))
        worst = max((state[name] - value).abs().max().item() for name, value in net.state_dict().items())
        self.assertLessEqual(worst, TOLERANCE)

    def test_a_run_of_python_goes_on_here_and_then_in_python_again(self):
        for name, (optimizer, options) in OPTIMIZERS.items():
            with self.subTest(name):
                out = self.folder / name.replace(" ", "-")
                file = self.folder / "python.pth"
                script = PythonRun(optimizer, options).train(self.x, self.y, 0, 10)
                script.save(file, epoch=9)
                run("resume", file, "--out", out, *self.options(20))
                script.train(self.x, self.y, 10, 20)

                ours = load(out / "checkpoints" / "last.pth")
                self.assertEqual(ours["epoch"], 19)
                self.assertSameWeights(ours["model_state_dict"], script.net)
                self.assertEqual([line["lr"] for line in curves(out) if "loss/epoch" in line], script.rates[10:])
                self.assertEqual(ours["optimizer_state_dict"]["param_groups"][0]["lr"], script.optimizer.param_groups[0]["lr"])

                again = PythonRun(optimizer, options).load(ours)
                self.assertEqual(again.schedule.last_epoch, script.schedule.last_epoch)
                again.train(self.x, self.y, 20, 25)
                script.train(self.x, self.y, 20, 25)
                self.assertSameWeights(again.net.state_dict(), script.net)
                self.assertEqual(again.rates, script.rates[20:])

    def test_a_run_from_here_goes_on_in_python(self):
        names = {"SGD": "sgd", "Adam": "adam", "AdamW": "adamw", "RMSprop": "rmsprop", "Adagrad": "adagrad"}
        for name, (optimizer, options) in OPTIMIZERS.items():
            with self.subTest(name):
                out = self.folder / f"ours-{name.replace(' ', '-')}"
                arguments = [f"--optimizer-arg={key}={value}" for key, value in options.items() if key != "lr"]
                start = ("start", "--out", out, "--model", "iris", *self.options(20), "--optimizer", names[optimizer.__name__],
                         "--lr", options["lr"], *arguments, "--scheduler", "multistep", "--scheduler-arg", "milestones=5,15",
                         "--scheduler-arg", "gamma=0.3")
                run(*start)
                script = PythonRun(optimizer, options).load(load(out / "checkpoints" / "epoch_0009.pth"))
                script.train(self.x, self.y, 10, 20)
                self.assertSameWeights(load(out / "checkpoints" / "epoch_0019.pth")["model_state_dict"], script.net)
                self.assertEqual([line["lr"] for line in curves(out) if "loss/epoch" in line][10:], script.rates)

    def test_fresh_weights_are_those_of_python_for_the_same_seed(self):
        out = self.folder / "seeded"
        run("start", "--out", out, "--model", "iris", *self.options(1), "--optimizer", "sgd", "--lr", "0.05", "--seed", 11)
        torch.manual_seed(11)
        net = Iris()
        nn.functional.cross_entropy(net(self.x), self.y).backward()
        torch.optim.SGD(net.parameters(), 0.05).step()
        self.assertSameWeights(load(out / "checkpoints" / "last.pth")["model_state_dict"], net)

    def test_the_generator_is_pythons(self):
        out = self.folder / "generator"
        run("start", "--out", out, "--model", "iris", *self.options(1), "--seed", 11)
        torch.set_rng_state(load(out / "checkpoints" / "last.pth")["rng_state"]["cpu"])
        first = torch.rand(3)
        torch.manual_seed(11)
        Iris()  # the same draws for the weights
        self.assertTrue(torch.equal(first, torch.rand(3)))

    def test_names_from_a_parallel_model_and_odd_keys_are_understood(self):
        script = PythonRun(torch.optim.Adam, {"lr": 0.02}).train(self.x, self.y, 0, 10)
        file = self.folder / "parallel.pth"
        torch.save({"weights": {f"module.{key}": value for key, value in script.net.state_dict().items()},
                    "optim": script.optimizer.state_dict(), "epcoh": 10, "sched": script.schedule.state_dict()}, file)
        out = self.folder / "parallel"
        printed = run("resume", file, "--out", out, *self.options(20)).stdout
        self.assertIn("module.", printed)
        script.train(self.x, self.y, 10, 20)
        self.assertSameWeights(load(out / "checkpoints" / "last.pth")["model_state_dict"], script.net)

    def test_the_tutorials_network_goes_on_with_epoch_51(self):
        torch.manual_seed(5)
        net = CifarNet()
        optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)
        schedule = torch.optim.lr_scheduler.MultiStepLR(optimizer, [30, 60], gamma=0.1)
        for _ in range(51):
            net(torch.randn(2, 3, 32, 32)).sum().mul(1e-4).backward()
            optimizer.step()
            schedule.step()
        file = self.folder / "cifar-net_epoch_50.pth"
        torch.save({"net": net.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 50, "lr_schedule": schedule.state_dict()}, file)
        out = self.folder / "cifar"
        run("resume", file, "--out", out, "--data", "synthetic:classes=10,shape=3x32x32,count=64,seed=3", "--epochs", 53, "--batch-size", 32)
        epochs = [line for line in curves(out) if "loss/epoch" in line]
        self.assertEqual([line["epoch"] for line in epochs], [51, 52])
        self.assertEqual([line["lr"] for line in epochs], [optimizer.param_groups[0]["lr"]] * 2)

    def test_param_groups_keep_their_own_settings(self):
        torch.manual_seed(0)
        net = Iris()
        groups = [{"params": net.fc[2].parameters(), "lr": 0.1, "momentum": 0.5}, {"params": net.fc[0].parameters(), "weight_decay": 0.1}]
        optimizer = torch.optim.SGD(groups, lr=0.01, momentum=0.9)

        def train(epochs):
            for _ in range(epochs):
                optimizer.zero_grad()
                nn.functional.cross_entropy(net(self.x), self.y).backward()
                optimizer.step()

        train(10)
        file = self.folder / "groups.pth"
        torch.save({"model": net.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 9}, file)
        out = self.folder / "groups"
        run("resume", file, "--out", out, *self.options(20))
        train(10)
        self.assertSameWeights(load(out / "checkpoints" / "last.pth")["model_state_dict"], net)


if __name__ == "__main__":
    unittest.main()
