#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Waypoint authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`waypoint-inspect epochs` and `average` against PyTorch, on a run that PyTorch writes.

    epochs_oracle.py WAYPOINT_INSPECT FOLDER

FOLDER is made anew. Exits with 1 and the finding where the two disagree.
"""

import collections
import copy
import functools
import hashlib
import json
import operator
import os
import pathlib
import shutil
import subprocess
import sys
import unittest

import torch

INSPECT = None
FOLDER = None
STATES = None
EPOCHS = 7


class Net(torch.nn.Module):
    """One tensor of every kind that following and averaging must get right."""

    def __init__(self):
        super().__init__()
        self.embedding = torch.nn.Embedding(11, 8)
        self.conv = torch.nn.Conv2d(3, 4, 3).to(memory_format=torch.channels_last)
        self.norm = torch.nn.BatchNorm1d(8)
        self.lstm = torch.nn.LSTM(8, 8)
        self.frozen = torch.nn.Linear(8, 8)
        self.late = torch.nn.Linear(8, 8)
        self.float16 = torch.nn.Parameter(torch.randn(300, 7).half())
        self.brain16 = torch.nn.Parameter(torch.randn(301, 3).bfloat16())
        self.float64 = torch.nn.Parameter(torch.randn(5, 5, dtype=torch.float64))
        self.scalar = torch.nn.Parameter(torch.randn(()))
        self.empty = torch.nn.Parameter(torch.randn(0, 4))
        self.unused = torch.nn.Parameter(torch.zeros(6, 2))
        self.broken = torch.nn.Parameter(torch.randn(9))
        self.register_buffer("freqs_cis", torch.randn(6, dtype=torch.complex64))
        self.register_buffer("mask", torch.full((3, 3), -float("inf")))
        self.head = torch.nn.Linear(8, 11, bias=False)
        self.head.weight = self.embedding.weight


def step(net, epoch):
    """An epoch of training, as far as the numbers are concerned."""
    still = {net.unused, *net.frozen.parameters()} | (set(net.late.parameters()) if epoch > 2 else set())
    with torch.no_grad():
        for parameter in net.parameters():
            if parameter not in still:
                change = 0.1 / (epoch + 1) * torch.randn(parameter.shape, dtype=torch.float64)
                parameter.add_(change.to(parameter.dtype))
        if epoch == 4:
            net.broken[3] = float("nan")
        net.freqs_cis.mul_(1 + 0.1j)
        net.norm.running_mean.add_(0.25)
        net.norm.num_batches_tracked.add_(10)


def make_run(folder):
    """Checkpoints in the habits of several people; what each holds, as PyTorch reads it back."""
    folder.mkdir(parents=True)
    torch.manual_seed(3)
    net = Net()
    optimizer = torch.optim.SGD([{"params": net.conv.parameters(), "lr": 0.5}, {"params": net.lstm.parameters()}], lr=0.1)
    states = []
    for epoch in range(EPOCHS):
        step(net, epoch)
        optimizer.param_groups[0]["lr"] *= 0.5
        # Row after row where it was channels last: readers may not care.
        state = net.state_dict()
        if epoch == 1:
            state["conv.weight"] = state["conv.weight"].contiguous()
        whole = {"epoch": epoch, "step": 20 * (epoch + 1), "loss": 1 / (epoch + 1), "metrics": {"accuracy/val": [0.5, 0.7, 0.9, 0.8, 0.7, 0.6, 0.5][epoch]},
                 "model_state_dict": state, "optimizer_state_dict": optimizer.state_dict()}
        if epoch == 5:  # as from DistributedDataParallel and torch.compile
            whole["model_state_dict"] = collections.OrderedDict(("module._orig_mod." + name, value) for name, value in state.items())
        if epoch == 2:
            whole["model_state_dict"] = copy.deepcopy(net)  # the module itself
        torch.save(whole, folder / f"epoch_{epoch:04}.pth", _use_new_zipfile_serialization=epoch != 3)
        states.append({name: value.clone() for name, value in state.items()})
    torch.save(whole, folder / "last.pth")
    shutil.copy(folder / "epoch_0002.pth", folder / "best.pth")
    torch.save(optimizer.state_dict(), folder / "optimizer.pth")
    return states


def run(*arguments, status=0):
    done = subprocess.run([INSPECT, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert done.returncode == status, f"{arguments}: status {done.returncode}\n{done.stdout}{done.stderr}"
    return done


def number(value):
    return float(value) if value is not None else None


def flat(value):
    return value.to(torch.complex128).abs().flatten() if value.is_complex() else value.double().flatten()


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


class OracleTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.run_folder = FOLDER / "run"
        cls.states = STATES
        cls.files = [cls.run_folder / f"epoch_{epoch:04}.pth" for epoch in range(EPOCHS)]

    def close(self, own, true, what):
        if own != own or true != true:
            self.assertTrue(own != own and true != true, f"{what}: {own} and {true}")
        elif own != true:
            self.assertLessEqual(abs(own - true), 1e-9 * max(abs(true), 1e-6), f"{what}: {own} and {true}")


class EpochsTest(OracleTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.told = json.loads(run("epochs", cls.run_folder, "--json").stdout)
        cls.tensors = {tensor["name"]: tensor for tensor in cls.told["tensors"]}

    def test_files_stand_in_order_with_what_they_say(self):
        self.assertEqual([pathlib.Path(file["file"]) for file in self.told["files"]], self.files)
        self.assertEqual([file["epoch"] for file in self.told["files"]], list(range(EPOCHS)))
        self.assertEqual([file["step"] for file in self.told["files"]], [20 * (epoch + 1) for epoch in range(EPOCHS)])
        self.assertEqual([file["loss"] for file in self.told["files"]], [1 / (epoch + 1) for epoch in range(EPOCHS)])
        self.assertEqual([file["lr"] for file in self.told["files"]], [[0.5 ** (epoch + 2), 0.1] for epoch in range(EPOCHS)])
        self.assertEqual(self.told["best"]["index"], 2)
        self.assertEqual(self.told["best"]["metric"], "accuracy/val")
        self.assertEqual(self.told["files"][-1]["also_as"], [str(self.run_folder / "last.pth")])

    def test_every_tensor_is_there_in_the_order_of_the_model(self):
        self.assertEqual(list(self.tensors), list(self.states[0]))

    def test_parameters_are_told_from_buffers(self):
        parameters = {name for name, _ in Net().named_parameters()} | {"head.weight"}
        self.assertEqual({name for name, tensor in self.tensors.items() if tensor["parameter"]}, parameters)

    def test_numbers_of_each_moment(self):
        for name, tensor in self.tensors.items():
            for epoch, point in enumerate(tensor["points"]):
                value = flat(self.states[epoch][name])
                value = value[~value.isnan()]
                what = f"{name} in epoch {epoch}"
                self.close(number(point["l2"]), value.norm().item(), what)
                self.assertEqual(point["zeros"], int((value == 0).sum()), what)
                self.assertEqual(point["nan"], int(self.states[epoch][name].isnan().sum()), what)
                self.assertEqual(point["inf"], int(value.isinf().sum()), what)
                if value.numel() and not value.isinf().any():
                    self.close(number(point["mean"]), value.mean().item(), what)
                    self.close(number(point["std"]), value.std(unbiased=False).item(), what)

    def test_changes_from_the_previous_and_from_the_first(self):
        for name, tensor in self.tensors.items():
            if name == "mask":
                continue
            self.assertEqual([tensor["points"][0][key] for key in ("relative_previous", "relative_first", "update_ratio_per_step")], [None] * 3)
            for epoch in range(1, EPOCHS):
                point = tensor["points"][epoch]
                for key, other in (("previous", epoch - 1), ("first", 0)):
                    a, b = self.states[other][name], self.states[epoch][name]
                    a, b = (a.to(torch.complex128), b.to(torch.complex128)) if a.is_complex() else (a.double(), b.double())
                    # NaN in one of them: left out of the sums, as documented.
                    sound = ~(a.isnan() | b.isnan())
                    a, b = a[sound], b[sound]
                    what = f"{name} in epoch {epoch} from the {key}"
                    change = (b - a).abs().norm().item()
                    before = a.abs().norm().item()
                    self.close(number(point[f"l2_{key}"]), change, what)
                    self.close(number(point[f"relative_{key}"]), change / before if change else 0, what)
                    if before:
                        cosine = (a * b.conj()).real.sum().item() / (before * b.abs().norm().item())
                        self.close(number(point[f"cosine_{key}"]), cosine, what)
                self.close(number(point["update_ratio_per_step"]), number(point["relative_previous"]) / 20, name)

    def test_the_model_as_a_whole(self):
        names = [name for name, _ in Net().named_parameters()]
        for epoch in range(1, 4):  # before there is NaN
            a, b = (torch.cat([flat(self.states[at][name]) for name in names]) for at in (epoch - 1, epoch))
            self.close(number(self.told["model"][epoch]["l2"]), b.norm().item(), "model")
            self.close(number(self.told["model"][epoch]["relative_previous"]), ((b - a).norm() / a.norm()).item(), "model")

    def test_fates(self):
        fates = collections.defaultdict(set)
        for name, tensor in self.tensors.items():
            fates[tensor["fate"]].add(name)
        self.assertEqual(fates["frozen"], {"frozen.weight", "frozen.bias", "norm.running_var", "mask"})
        self.assertEqual(fates["stalled"], {"late.weight", "late.bias"})
        self.assertEqual(fates["dead"], {"unused"})
        self.assertEqual(fates["broken"], {"broken"})

    def test_files_without_a_model_are_named(self):
        self.assertTrue(any("optimizer.pth" in note for note in self.told["notes"]), self.told["notes"])

    def test_the_table_names_what_stands_out(self):
        text = run("epochs", self.run_folder).stdout
        self.assertIn("Frozen, the same in all files: frozen.weight, frozen.bias", text)
        self.assertIn("Dead, nothing but zeros: unused.", text)
        self.assertIn("Broken, with NaN or infinite numbers: broken.", text)
        self.assertIn("Best by accuracy/val: epoch 2 with 0.9 (epoch_0002.pth).", text)


class AverageTest(OracleTest):
    def mean(self, name, weights):
        """In float64, then as the tensor is."""
        last = self.states[-1][name]
        if not (last.is_floating_point() or last.is_complex()):
            return last
        wide = torch.complex128 if last.is_complex() else torch.float64
        # What counts for nothing is left out with its NaN.
        pairs = [(weight, state[name].to(wide)) for weight, state in zip(weights, self.states) if weight > 0]
        if len({weight for weight, _ in pairs}) == 1:
            return (functools.reduce(operator.add, [value for _, value in pairs]) / len(pairs)).to(last.dtype)
        return functools.reduce(operator.add, [value * (weight / sum(weights)) for weight, value in pairs]).to(last.dtype)

    def check(self, path, weights):
        loaded = torch.load(path)
        self.assertIsInstance(loaded, collections.OrderedDict)
        self.assertEqual(list(loaded), list(self.states[-1]))
        self.assertEqual(loaded._metadata, Net().state_dict()._metadata)
        for name, value in loaded.items():
            true = self.mean(name, weights)
            self.assertEqual(value.dtype, true.dtype, name)
            self.assertEqual(value.shape, true.shape, name)
            self.assertTrue(torch.equal(value.isnan(), true.isnan()), name)
            fill = (lambda tensor: torch.where(tensor.isnan(), torch.zeros_like(tensor), tensor)) if true.is_floating_point() else (lambda tensor: tensor)
            self.assertTrue(torch.equal(fill(value), fill(true)), f"{name}: {value.flatten()[:3]} and {true.flatten()[:3]}")
        return loaded

    def test_the_mean_is_that_of_float64_rounded_to_the_type(self):
        out = FOLDER / "mean.pth"
        told = run("average", *self.files, "-o", out).stdout
        self.assertIn("num_batches_tracked", told)
        loaded = self.check(out, [1] * EPOCHS)
        self.assertEqual(loaded["embedding.weight"].data_ptr(), loaded["head.weight"].data_ptr())
        self.assertEqual(int(loaded["norm.num_batches_tracked"]), 10 * EPOCHS)
        net = Net()
        net.load_state_dict(loaded, strict=True)
        self.assertTrue(torch.equal(net.head.weight, loaded["embedding.weight"]))

    def test_weights(self):
        out = FOLDER / "weighted.pth"
        weights = [1, 0.5, 2, 0, 3, 0.25, 1]
        run("average", *self.files, "-o", out, "--weights", ",".join(map(str, weights)))
        self.check(out, weights)

    def test_a_folder_counts_each_epoch_once(self):
        out = FOLDER / "folder.pth"
        run("average", self.run_folder, "-o", out)
        self.check(out, [1] * EPOCHS)

    def test_a_whole_module_comes_out_as_its_state_dict(self):
        out = FOLDER / "module.pth"
        run("average", self.files[2], self.files[2], "-o", out)
        loaded = torch.load(out)
        self.assertEqual(list(loaded), list(self.states[2]))
        self.assertTrue(all(torch.equal(value, self.states[2][name]) for name, value in loaded.items()))
        Net().load_state_dict(loaded, strict=True)

    def test_order_in_memory_is_kept_where_all_agree(self):
        out = FOLDER / "order.pth"
        run("average", self.files[0], self.files[4], "-o", out)
        self.assertTrue(torch.load(out)["conv.weight"].is_contiguous(memory_format=torch.channels_last))

    def test_no_input_is_ever_written_over(self):
        before = {path.name: sha256(path) for path in self.run_folder.iterdir()}
        symlink, hardlink = FOLDER / "symlink.pth", FOLDER / "hardlink.pth"
        symlink.symlink_to(self.files[1])
        os.link(self.files[1], hardlink)
        for out in (self.files[0], self.files[1], symlink, hardlink):
            done = run("average", *self.files[:2], "-o", out, status=1)
            self.assertEqual(done.stderr.count("\n"), 1)
        run("average", self.run_folder, "-o", self.run_folder / "last.pth", status=1)  # the same as epoch_0006.pth
        run("average", self.run_folder, "-o", self.run_folder / "optimizer.pth", status=1)
        self.assertEqual({path.name: sha256(path) for path in self.run_folder.iterdir()}, before)
        self.assertTrue(symlink.is_symlink())

    def test_other_models_are_refused_by_the_name_of_a_tensor(self):
        other = FOLDER / "other.pth"
        state = Net().state_dict()
        out = FOLDER / "never.pth"
        state["frozen.weight"] = torch.randn(8, 9)
        torch.save(state, other)
        self.assertIn("frozen.weight", run("average", self.files[0], other, "-o", out, status=1).stderr)
        del state["frozen.weight"]
        torch.save(state, other)
        self.assertIn("frozen.weight", run("average", self.files[0], other, "-o", out, status=1).stderr)
        self.assertFalse(out.exists())


if __name__ == "__main__":
    INSPECT, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2])
    shutil.rmtree(FOLDER, ignore_errors=True)
    torch.set_num_threads(1)
    STATES = make_run(FOLDER / "run")
    unittest.main(argv=sys.argv[:1])
