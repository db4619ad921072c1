# SPDX-FileCopyrightText: The Waypoint authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checkpoints as scripts and frameworks of Python write them: what resume takes from each, what it says, and where the run goes."""

import copy
import json
import random
import shutil
import unittest

import numpy
import torch
from torch import nn
from torch.optim import lr_scheduler
from trainer import TrainerTest, load, run

TOLERANCE = 2e-5
SAMPLES = 60


class Net(nn.Module):
    """`--model iris`."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3))

    def forward(self, x):
        return self.fc(x)


class Dropped(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.drop, self.last = nn.Linear(4, 16), nn.Dropout(0.5), nn.Linear(16, 3)

    def forward(self, x):
        return self.last(self.drop(torch.relu(self.first(x))))


def state_of(optimizer):
    """A copy: state_dict() shares its tensors with the optimizer."""
    return copy.deepcopy(optimizer.state_dict())


class ForeignTest(TrainerTest):
    def setUp(self):
        super().setUp()
        torch.set_num_threads(1)
        generator = torch.Generator().manual_seed(3)
        self.y = torch.arange(SAMPLES) % 3
        self.x = torch.randn(SAMPLES, 4, generator=generator) + self.y[:, None]
        torch.save({"x": self.x, "y": self.y}, self.folder / "data.pt")

    def train(self, net, optimizer, epochs, schedule=None, batches=1):
        for _ in range(epochs):
            for x, y in zip(self.x.chunk(batches), self.y.chunk(batches)):
                optimizer.zero_grad()
                nn.functional.cross_entropy(net(x), y).backward()
                optimizer.step()
                if schedule and batches > 1:
                    schedule.step()
            if schedule and batches == 1:
                schedule.step()

    def trained(self, make=torch.optim.Adam, parameters=None, schedule=None, batches=1, **settings):
        """Ten epochs of Python: net, optimizer, schedule."""
        torch.manual_seed(0)
        net = Net()
        optimizer = make(parameters(net) if parameters else net.parameters(), **{"lr": 0.02, **settings})
        made = schedule(optimizer) if schedule else None
        self.train(net, optimizer, 10, made, batches)
        return net, optimizer, made

    def save(self, content, name="python.pth"):
        torch.save(content, self.folder / name)
        return self.folder / name

    def options(self, epochs=20, batch=SAMPLES):
        return ("--data", f"tensors:{self.folder / 'data.pt'}", "--batch-size", batch, "--no-shuffle", "--epochs", epochs, "--threads", 1)

    def plan(self, content, *more, status=0, epochs=20, batch=SAMPLES):
        """What `plan resume` says of a checkpoint with this content; it must leave no folder behind."""
        file = content if hasattr(content, "exists") else self.save(content)
        out = self.folder / "planned"
        printed = run("plan", "resume", file, "--out", out, "--json", *self.options(epochs, batch), *more, status=status)
        self.assertFalse(out.exists())
        self.assertLessEqual(printed.stderr.count("\n"), 1)
        plan = json.loads(printed.stdout)
        if status:
            self.assertTrue(printed.stderr.startswith("waypoint-train: "), printed.stderr)
            return printed.stderr
        return plan

    def resume(self, content, *more, epochs=20, batch=SAMPLES):
        out = self.folder / "resumed"
        run("resume", self.save(content), "--out", out, *self.options(epochs, batch), *more)
        return load(out / "checkpoints" / "last.pth")

    def assertSays(self, lines, *words):
        self.assertTrue(any(all(word in line for word in words) for line in lines), f"{words} in none of {lines}")

    def assertSilentOn(self, lines, word):
        self.assertFalse([line for line in lines if word in line])

    def assertSameWeights(self, state, net):
        self.assertEqual(list(state), list(net.state_dict()))
        self.assertLessEqual(max((state[name] - value).abs().max().item() for name, value in net.state_dict().items()), TOLERANCE)


class LayoutsTest(ForeignTest):
    def test_whatever_its_keys_are_called_the_file_goes_on_where_it_stood(self):
        net, optimizer, schedule = self.trained(schedule=lambda o: lr_scheduler.StepLR(o, 5))
        state, moments, rates = net.state_dict(), optimizer.state_dict(), schedule.state_dict()
        prefixed = lambda prefix: {prefix + name: value for name, value in state.items()}
        files = {
            "odd names": {"poids": state, "wherever": moments, "epoche": 9, "plan": rates},
            "nested": {"state": {"model": state, "optimizer": moments, "scheduler": rates}, "epoch": 9},
            "DataParallel": {"state_dict": prefixed("module."), "optimizer": moments, "scheduler": rates, "epoch": 10},
            "torch.compile": {"model": prefixed("_orig_mod."), "opt": moments, "sched": rates, "epoch": 10},
            "both": {"model": prefixed("module._orig_mod."), "opt": moments, "sched": rates, "epoch": 10},
            "Lightning": {"epoch": 9, "global_step": 10, "pytorch-lightning_version": "2.1.0", "state_dict": prefixed("model."),
                          "loops": {"fit_loop": {"epoch_progress": {"total": {"ready": 10, "completed": 9}}}}, "callbacks": {},
                          "optimizer_states": [moments], "lr_schedulers": [rates]},
            "imagenet": {"epoch": 10, "arch": "resnet18", "state_dict": prefixed("module."), "best_acc1": torch.tensor(77.0),
                         "optimizer": moments, "scheduler": rates},
            "mmengine": {"meta": {"epoch": 10, "iter": 10, "cfg": "lr = 1"}, "state_dict": state, "optimizer": moments,
                         "message_hub": {"log_scalars": {}, "runtime_info": {"epoch": 9, "iter": 9}}, "param_schedulers": [rates]},
        }
        for name, content in files.items():
            with self.subTest(name):
                plan = self.plan(content)
                self.assertEqual((plan["epoch"]["next"], plan["step"], plan["epoch"]["certain"]), (10, 10, True))
                self.assertEqual((plan["model"]["restored"], plan["optimizer"]["restored"]), (4, 4))
                self.assertEqual((plan["scheduler"]["class"], plan["scheduler"]["last_epoch"]), ("StepLR", 10))
                self.assertEqual(plan["lr"], [optimizer.param_groups[0]["lr"]])
                self.assertEqual((plan["action"], plan["conflicts"]), ("continue", []))

    def test_of_weights_alone_everything_else_is_named_as_missing(self):
        net = self.trained()[0]
        for name, content in {"state_dict": net.state_dict(), "module": net}.items():
            with self.subTest(name):
                plan = self.plan(content, *(("--model", "iris") if name == "module" else ()))
                self.assertEqual((plan["action"], plan["epoch"]["next"]), ("new run from weights", 0))
                for word in ("optimizer", "schedule", "epoch", "generator", "metric"):
                    self.assertSays(plan["missing"], word)

    def test_a_whole_module_beside_its_average_is_the_model(self):
        net, optimizer, _ = self.trained()
        average = copy.deepcopy(net)
        for parameter in average.parameters():
            parameter.data.mul_(0.5)
        yolo = {"epoch": 9, "best_fitness": 0.5, "model": net, "ema": average, "updates": 10, "optimizer": optimizer.state_dict()}
        plan = self.plan(yolo, "--model", "iris")
        self.assertEqual(plan["model"]["section"], "model")
        self.assertSays(plan["missing"], "averaged weights", "--ema")
        plan = self.plan({**yolo, "model": None, "ema": average.half()}, "--model", "iris")
        self.assertEqual(plan["model"]["section"], "ema")
        self.assertSays(plan["missing"], "averaged weights only")

    def test_a_folder_of_huggingfaces_trainer(self):
        net, optimizer, schedule = self.trained(schedule=lambda o: lr_scheduler.StepLR(o, 5))
        folder = self.folder / "checkpoint-10"
        folder.mkdir()
        torch.save(net.state_dict(), folder / "pytorch_model.bin")
        torch.save(optimizer.state_dict(), folder / "optimizer.pt")
        torch.save(schedule.state_dict(), folder / "scheduler.pt")
        torch.save({"python": random.getstate(), "numpy": numpy.random.get_state(), "cpu": torch.get_rng_state()}, folder / "rng_state.pth")
        (folder / "trainer_state.json").write_text(json.dumps({"epoch": 10.0, "global_step": 10, "max_steps": 20, "num_train_epochs": 20,
                                                               "log_history": [{"loss": 0.5, "epoch": 1.0, "step": 1}]}))
        plan = self.plan(folder)
        self.assertEqual((plan["epoch"]["next"], plan["optimizer"]["restored"], plan["rng"]), (10, 4, True))
        self.assertEqual(plan["scheduler"]["last_epoch"], 10)


class EpochsAndRatesTest(ForeignTest):
    def test_steps_prove_what_epoch_means_and_a_contradiction_is_said(self):
        net, optimizer, _ = self.trained()
        content = lambda epoch: {"net": net.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}
        for epoch, meaning in ((9, "finished"), (10, "next"), (torch.tensor(9), "finished"), (9.0, "finished")):
            plan = self.plan(content(epoch))["epoch"]
            self.assertEqual((plan["is"], plan["certain"], plan["next"]), (meaning, True, 10))
        plan = self.plan(content(30), epochs=50)
        self.assertFalse(plan["epoch"]["certain"])
        self.assertSays(plan["conflicts"], "10 steps", "31 epochs", "--batch-size")
        plan = self.plan(content(10), "--epoch-is", "finished")
        self.assertEqual((plan["epoch"]["is"], plan["epoch"]["next"]), ("finished", 11))
        self.assertIn("19 epochs", self.plan(content(18), "--epoch-is", "finished", status=1, epochs=15))

    def test_half_an_epoch_begins_again(self):
        net = self.trained()[0]
        plan = self.plan({"net": net.state_dict(), "epoch": 12.5})
        self.assertEqual((plan["epoch"]["in_file"], plan["epoch"]["next"]), (12, 12))
        self.assertIn("middle", plan["epoch"]["why"])

    def test_a_schedule_of_steps_is_told_from_one_of_epochs(self):
        def one_cycle(optimizer):
            return lr_scheduler.OneCycleLR(optimizer, 0.1, total_steps=100)

        for name, make, batches in (("cosine of steps", lambda o: lr_scheduler.CosineAnnealingLR(o, 100), 5),
                                    ("lambda of steps", lambda o: lr_scheduler.LambdaLR(o, lambda step: 0.95**step), 5),
                                    ("one cycle", one_cycle, 5),
                                    ("cosine of epochs", lambda o: lr_scheduler.CosineAnnealingLR(o, 20), 1)):
            with self.subTest(name):
                net, optimizer, schedule = self.trained(schedule=make, batches=batches)
                saved = schedule.state_dict()
                if saved.pop("anneal_func", None):  # before 2.4 the whole scheduler is pickled in it
                    saved["_anneal_func_type"] = "cos"
                plan = self.plan({"model": net.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 9, "s": saved},
                                 batch=SAMPLES // batches)
                self.assertEqual(plan["scheduler"]["interval"], "step" if batches > 1 else "epoch")
                self.assertEqual(plan["lr"], [optimizer.param_groups[0]["lr"]])
                self.assertEqual(plan["conflicts"], [])

    def test_a_schedule_that_is_one_short_is_said_and_not_moved(self):
        net, optimizer, schedule = self.trained(schedule=lambda o: lr_scheduler.StepLR(o, 100))
        short = {**schedule.state_dict(), "last_epoch": 9}
        plan = self.plan({"net": net.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 9, "s": short})
        self.assertEqual(plan["scheduler"]["last_epoch"], 9)
        self.assertSays(plan["conflicts"], "9 steps in 10 epochs")

    def test_rates_that_contradict_are_said(self):
        net, optimizer, schedule = self.trained(schedule=lambda o: lr_scheduler.StepLR(o, 5))
        content = {"net": net.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 9}
        plan = self.plan(content)
        self.assertSays(plan["missing"], "from 0.02 to 0.0002", "--scheduler")
        content["s"] = schedule.state_dict()
        content["optimizer"] = state_of(optimizer)
        content["optimizer"]["param_groups"][0]["lr"] = 0.5
        plan = self.plan(content)
        self.assertSays(plan["conflicts"], "0.5", "0.0002")

    def test_a_new_schedule_stands_where_the_old_one_would(self):
        net, optimizer, schedule = self.trained(schedule=lambda o: lr_scheduler.StepLR(o, 5))
        content = {"net": net.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 9, "s": schedule.state_dict()}
        plan = self.plan(content, "--scheduler", "step", "--scheduler-arg", "step_size=4")
        self.assertAlmostEqual(plan["lr"][0], 0.02 * 0.1**2)
        self.assertSays(plan["conflicts"], "replaces", "StepLR")
        self.assertSays(plan["conflicts"], "10 epochs")
        plan = self.plan(content, "--scheduler", "none")
        self.assertEqual(plan["lr"], [optimizer.param_groups[0]["lr"]])
        self.assertIn("--scheduler", self.plan(content, "--lr", "0.007", status=1))
        del content["s"]
        plan = self.plan(content, "--lr", "0.007")
        self.assertEqual(plan["lr"], [0.007])
        self.assertSays(plan["conflicts"], "0.0002", "0.007")


class OptimizersTest(ForeignTest):
    def test_another_class_is_refused_with_both_names(self):
        for make, asked, names in ((torch.optim.SGD, "adam", ("SGD", "Adam")), (torch.optim.Adam, "sgd", ("Adam", "SGD")),
                                   (torch.optim.AdamW, "adam", ("AdamW", "Adam"))):
            net, optimizer, _ = self.trained(make)
            line = self.plan({"net": net.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 9}, "--optimizer", asked, status=1)
            self.assertIn(f"is {names[0]}, not {names[1]}", line)

    def test_adam_or_adamw_is_only_a_question_where_weights_decay(self):
        for decay, doubts in ((0, False), (0.1, True)):
            net, optimizer, _ = self.trained(weight_decay=decay)
            saved = state_of(optimizer)
            for key in ("decoupled_weight_decay", "foreach", "maximize", "capturable", "differentiable", "fused"):
                saved["param_groups"][0].pop(key, None)
            plan = self.plan({"net": net.state_dict(), "optimizer": saved, "epoch": 9})
            self.assertEqual([line for line in plan["conflicts"] if "AdamW" in line] != [], doubts)
            self.assertSilentOn(plan["missing"], "AdamW")
            plan = self.plan({"net": net.state_dict(), "optimizer": saved, "epoch": 9}, "--optimizer", "adamw")
            self.assertEqual(plan["optimizer"]["class"], "AdamW")

    def test_parameters_in_any_groups_and_order_go_on_as_in_python(self):
        def by_decay(net):
            return [{"params": [p for p in net.parameters() if p.dim() > 1], "weight_decay": 0.1},
                    {"params": [p for p in net.parameters() if p.dim() < 2], "weight_decay": 0.0}]

        for name, parameters in (("decay and no decay", by_decay), ("reversed", lambda net: list(net.parameters())[::-1]),
                                 ("frozen", lambda net: net.fc[2].parameters())):
            with self.subTest(name):
                net, optimizer, _ = self.trained(parameters=parameters)
                state = {"net": copy.deepcopy(net.state_dict()), "optimizer": state_of(optimizer), "epoch": 9}
                shutil.rmtree(self.folder / "resumed", ignore_errors=True)
                self.resume(state, epochs=15)
                run("resume", self.folder / "resumed", "--epochs", 20)
                ours = load(self.folder / "resumed" / "checkpoints" / "last.pth")
                self.train(net, optimizer, 10)
                self.assertSameWeights(ours["model_state_dict"], net)
                # Python's load_state_dict goes by the order that the script has its parameters in.
                optimizer.load_state_dict(ours["optimizer_state_dict"])
                self.train(net, optimizer, 1)
                for parameter, entry in optimizer.state.items():
                    self.assertEqual(entry["exp_avg"].shape, parameter.shape)

    def deep(self):
        """Of layers with the same shapes, and what makes it here."""
        torch.manual_seed(1)
        sizes = (4, 8, 8, 8, 3)
        layers = [layer for pair in zip(sizes, sizes[1:]) for layer in (nn.Linear(*pair), nn.ReLU())]
        return nn.Sequential(*layers[:-1]), ("--model", "mlp:4-8-8-8-3")

    def by_decay(self, net):
        return [{"params": [p for p in net.parameters() if p.dim() > 1], "weight_decay": 0.5},
                {"params": [p for p in net.parameters() if p.dim() < 2], "weight_decay": 0.0}]

    def test_groups_by_weight_decay_are_found_where_shapes_repeat_or_are_not_there(self):
        for name, make in (("with state", torch.optim.AdamW), ("without", torch.optim.SGD)):
            with self.subTest(name):
                net, model = self.deep()
                optimizer = make(self.by_decay(net), lr=0.01)
                self.train(net, optimizer, 10)
                shutil.rmtree(self.folder / "resumed", ignore_errors=True)
                content = {"net": net.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 9}
                plan = self.plan(content, *model)
                self.assertEqual([line for line in plan["conflicts"] if "group" in line] != [], make is torch.optim.SGD)
                ours = self.resume(content, *model)
                self.train(net, optimizer, 10)
                self.assertSameWeights(ours["model_state_dict"], net)

    def test_weights_sorted_by_name_are_no_hindrance(self):
        net, model = self.deep()
        optimizer = torch.optim.AdamW(self.by_decay(net), lr=0.01)
        self.train(net, optimizer, 10)
        content = {"net": dict(sorted(net.state_dict().items())), "optimizer": optimizer.state_dict(), "epoch": 9}
        ours = self.resume(content, *model)
        self.train(net, optimizer, 10)
        self.assertSameWeights(ours["model_state_dict"], net)

    def test_which_of_like_parameters_are_frozen_is_not_guessed(self):
        net, model = self.deep()
        optimizer = torch.optim.SGD(net[4].parameters(), lr=0.01)
        self.train(net, optimizer, 10)
        line = self.plan({"net": net.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 9}, *model, status=2)
        for word in ("2 parameters", "the model has 8", "start --init"):
            self.assertIn(word, line)

    def test_a_run_of_ours_finds_its_groups_again(self):
        start = ("start", "--model", "mlp:4-8-8-8-3", "--no-decay", "--optimizer", "sgd", "--lr", "0.05", "--optimizer-arg", "weight_decay=0.5")
        run(*start, "--out", self.folder / "whole", *self.options(6))
        run(*start, "--out", self.folder / "parts", *self.options(3))
        run("resume", self.folder / "parts", "--epochs", 6)
        whole, parts = (load(self.folder / name / "checkpoints" / "last.pth") for name in ("whole", "parts"))
        for key, value in whole["model_state_dict"].items():
            self.assertTrue(torch.equal(value, parts["model_state_dict"][key]), key)

    def test_frozen_parameters_are_named(self):
        net, optimizer, _ = self.trained(parameters=lambda net: net.fc[2].parameters())
        plan = self.plan({"net": net.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 9})
        self.assertEqual((plan["optimizer"]["restored"], plan["optimizer"]["wanted"]), (2, 2))
        self.assertSays(plan["restored"], "fc.0.weight", "fc.0.bias", "stay as they are")

    def test_states_of_other_versions_are_understood(self):
        net, optimizer, _ = self.trained(torch.optim.RMSprop)
        content = {"net": net.state_dict(), "optimizer": state_of(optimizer), "epoch": 9}
        for entry in content["optimizer"]["state"].values():
            entry["step"] = int(entry["step"])  # a tensor since 2.0
        self.assertEqual(self.plan(content)["step"], 10)
        net, optimizer, _ = self.trained(torch.optim.SGD)
        content = {"net": net.state_dict(), "optimizer": state_of(optimizer), "epoch": 9}
        content["optimizer"]["state"] = {i: {"momentum_buffer": None} for i in range(4)}  # {} since 2.0
        self.assertEqual(self.plan(content)["optimizer"]["restored"], 4)


class SectionsTest(ForeignTest):
    def gan(self):
        net, adam, _ = self.trained()
        other, sgd, _ = self.trained(torch.optim.SGD, momentum=0.9)
        return {"netG": net.state_dict(), "netD": other.state_dict(), "optG": adam.state_dict(), "optD": sgd.state_dict(), "epoch": 9}

    def test_of_two_models_one_is_chosen_with_its_optimizer(self):
        line = self.plan(self.gan(), status=1)
        for word in ("netG", "netD", "--section"):
            self.assertIn(word, line)
        for section, optimizer, name in (("netG", "optG", "Adam"), ("netD", "optD", "SGD")):
            plan = self.plan(self.gan(), "--section", section)
            self.assertEqual((plan["model"]["section"], plan["optimizer"]["section"], plan["optimizer"]["class"]), (section, optimizer, name))
        self.assertIn("netX", self.plan(self.gan(), "--section", "netX", status=1))
        self.assertIn("no optimizer", self.plan(self.gan(), "--section", "netD", "--optimizer-section", "netG", status=1))

    def test_the_schedule_of_the_other_optimizer_is_not_taken(self):
        net, optimizer, schedule = self.trained(schedule=lambda o: lr_scheduler.StepLR(o, 5))
        other, sgd, _ = self.trained(torch.optim.SGD, momentum=0.9)
        content = {"modelA": net.state_dict(), "modelB": other.state_dict(), "optimizerA": optimizer.state_dict(),
                   "optimizerB": sgd.state_dict(), "schedulerA": schedule.state_dict(), "epoch": 9}
        self.assertEqual(self.plan(content, "--section", "modelA")["scheduler"]["class"], "StepLR")
        plan = self.plan(content, "--section", "modelB")
        self.assertEqual((plan["scheduler"]["class"], plan["lr"], plan["conflicts"]), ("", [0.02], []))
        self.assertSays(plan["missing"], "schedulerA", "another optimizer")

    def test_averaged_weights_are_said_and_taken_with_ema(self):
        net, optimizer, _ = self.trained()
        average = {name: value / 2 for name, value in net.state_dict().items()}
        swa = torch.optim.swa_utils.AveragedModel(net).state_dict()
        for key, averaged in (("ema_state_dict", average), ("state_dict_ema", average), ("swa_model", swa)):
            with self.subTest(key):
                content = {"state_dict": net.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 9, key: averaged}
                plan = self.plan(content)
                self.assertEqual((plan["model"]["section"], plan["ema"]), ("state_dict", False))
                self.assertSays(plan["missing"], "averaged weights", "--ema")
                self.assertTrue(self.plan(content, "--ema", "0.99")["ema"])


class GeneratorsTest(ForeignTest):
    def test_dropout_goes_on_as_in_python(self):
        for wrap in (lambda state: {"rng_state": state},
                     lambda state: {"rng": {"cpu": state, "cuda": [torch.zeros(16, dtype=torch.uint8)], "numpy": numpy.random.get_state(),
                                            "python": random.getstate()}}):
            torch.manual_seed(0)
            net = Dropped()
            script = self.folder / "net.pt"
            torch.jit.script(net).save(str(script))
            optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
            self.train(net, optimizer, 5)
            out = self.folder / f"dropped{len(list(self.folder.iterdir()))}"
            file = self.save({"model": net.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 4, **wrap(torch.get_rng_state())})
            run("resume", file, "--out", out, "--model", f"script:{script}", *self.options(10))
            self.train(net, optimizer, 5)
            self.assertSameWeights(load(out / "checkpoints" / "last.pth")["model_state_dict"], net)

    def test_other_generators_are_said_and_a_damaged_one_too(self):
        net = self.trained()[0]
        for content in ({"rng": {"cpu": torch.get_rng_state(), "numpy": numpy.random.get_state(), "python": random.getstate()}},
                        {"torch_rng": torch.get_rng_state(), "numpy_rng": numpy.random.get_state(), "python_rng": random.getstate()}):
            plan = self.plan({"model": net.state_dict(), "epoch": 9, **content})
            self.assertTrue(plan["rng"])
            self.assertEqual(len([line for line in plan["missing"] if "Python and NumPy" in line]), 1)
        plan = self.plan({"model": net.state_dict(), "epoch": 9, "rng_state": torch.zeros(5056, dtype=torch.uint8)})
        self.assertFalse(plan["rng"])
        self.assertSays(plan["missing"], "damaged", "seed 0")

    def test_a_gradient_scaler_is_said(self):
        net, optimizer, _ = self.trained()
        scaler = {"scale": 65536.0, "growth_factor": 2.0, "backoff_factor": 0.5, "growth_interval": 2000, "_growth_tracker": 10}
        plan = self.plan({"model": net.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 9, "scaler": scaler, "best_acc": 0.9})
        self.assertSays(plan["missing"], "scaler", "--amp")


class CudaTest(ForeignTest):
    def test_a_file_from_a_gpu_goes_on_here(self):
        net, optimizer, _ = self.trained()
        tag = torch.serialization.location_tag
        torch.serialization.location_tag = lambda storage: "cuda:0"
        try:
            file = self.save({"model": net.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 9})
        finally:
            torch.serialization.location_tag = tag
        out = self.folder / "resumed"
        run("resume", file, "--out", out, *self.options())
        self.train(net, optimizer, 10)
        self.assertSameWeights(load(out / "checkpoints" / "last.pth")["model_state_dict"], net)


class HostileTest(ForeignTest):
    def test_numbers_that_can_be_no_epoch_are_left_aside(self):
        net, optimizer, _ = self.trained()
        for epoch in (10**15, 2**63 - 1, 10**30, -5, float("nan"), float("inf")):
            with self.subTest(epoch):
                plan = self.plan({"net": net.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch})
                self.assertEqual((plan["epoch"]["in_file"], plan["epoch"]["next"], plan["step"]), (None, 10, 10))
        plan = self.plan({"net": net.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 9, "step": 2**62})
        self.assertEqual(plan["step"], 10)

    def test_an_optimizer_that_makes_no_sense_is_one_clear_line(self):
        net, optimizer, _ = self.trained()

        def changed(change):
            saved = state_of(optimizer)
            change(saved)
            return {"net": net.state_dict(), "optimizer": saved, "epoch": 9}

        group, first = (lambda saved: saved["param_groups"][0]), (lambda saved: saved["state"][0])
        for words, change in ((("learning rate is nan", "--lr"), lambda s: group(s).update(lr=float("nan"))),
                              (("lr of",), lambda s: group(s).update(lr="fast")),
                              (("0 parameters",), lambda s: group(s).update(params=[])),
                              (("exp_avg of fc.0.weight", "[3, 3]", "[8, 4]"), lambda s: first(s).update(exp_avg=torch.zeros(3, 3))),
                              (("step of fc.0.weight",), lambda s: first(s).update(step=torch.tensor(float("nan")))),
                              (("step of fc.0.weight",), lambda s: first(s).update(step=torch.zeros((), device="meta"))),
                              (("exp_avg of fc.0.weight", "meta"), lambda s: first(s).update(exp_avg=torch.zeros(8, 4, device="meta"))),
                              (("step of fc.0.weight",), lambda s: first(s).update(step="many"))):
            with self.subTest(words):
                line = self.plan(changed(change), status=2)
                for word in (*words, "python.pth"):
                    self.assertIn(word, line)
        self.assertEqual(self.plan(changed(lambda s: group(s).update(lr=float("nan"))), "--lr", "0.1")["lr"], [0.1])
        plan = self.plan(changed(lambda s: s.update(param_groups=[])))
        self.assertEqual((plan["model"]["section"], plan["optimizer"]["restored"]), ("net", 0))

    def test_a_dict_that_only_looks_like_ours_is_somebody_elses(self):
        net, optimizer, _ = self.trained()
        for own in ({"version": 1}, {"version": "one", "run": 3}, 7):
            plan = self.plan({"net": net.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 9, "waypoint": own})
            self.assertEqual(plan["epoch"]["next"], 10)

    def test_files_that_are_damaged_or_no_checkpoint(self):
        whole = self.save({"net": self.trained()[0].state_dict()}).read_bytes()
        for name, content in {"half.pth": whole[: len(whole) // 2], "empty.pth": b"",
                              "pointer.pth": b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"a" * 64 + b"\nsize 12345\n"}.items():
            with self.subTest(name):
                file = self.folder / name
                file.write_bytes(content)
                self.assertIn(name, self.plan(file, status=2))
        self.assertIn("no model", self.plan({"epoch": 3}, status=2))


class WarmStartTest(ForeignTest):
    def start(self, file, *more, status=0):
        printed = run("plan", "start", "--out", self.folder / "started", "--json", "--init", file, *more, status=status)
        return json.loads(printed.stdout) if status == 0 else printed.stderr

    def test_what_does_not_fit_is_listed(self):
        net = self.trained()[0]
        state = net.state_dict()
        state["fc.2.weight"] = torch.zeros(5, 8)
        state["head.weight"] = state.pop("fc.2.bias")
        file = self.save(state)
        line = self.start(file, "--model", "iris", status=1)
        for word in ("fc.2.bias", "head.weight", "fc.2.weight: 5x8", "--non-strict"):
            self.assertIn(word, line)
        model = self.start(file, "--model", "iris", "--non-strict")["model"]
        self.assertEqual((model["missing"], model["unexpected"], model["restored"]), (["fc.2.bias"], ["head.weight"], 2))
        self.assertEqual(model["mismatched"], ["fc.2.weight: 5x8 in the file, 3x8 in the model"])

    def test_weights_of_ten_classes_begin_a_model_of_a_hundred(self):
        torch.manual_seed(0)
        shapes = {"conv1": (6, 3, 5, 5), "conv2": (16, 6, 5, 5), "fc1": (120, 400), "fc2": (84, 120), "fc3": (10, 84)}
        state = {f"{name}.{kind}": torch.randn(shape if kind == "weight" else shape[:1]) for name, shape in shapes.items()
                 for kind in ("weight", "bias")}
        file = self.save(state)
        data = ("--data", "synthetic:classes=100,shape=3x32x32,count=200,seed=3")
        model = self.start(file, "--model", "lenet2:100", "--non-strict", *data)["model"]
        self.assertEqual(model["restored"], 0)
        self.assertEqual(len(model["unexpected"]), 10)


if __name__ == "__main__":
    unittest.main()
