# SPDX-FileCopyrightText: The Waypoint authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trains small models with the real torch.optim and saves where they were and where they came to.

    make_optimizers.py write FOLDER          one file per optimizer: its state, and PyTorch's own continuation
    make_optimizers.py go-on FOLDER TAKEN    loads states that Waypoint wrote, goes on, compares with PyTorch's own run
"""
import sys
from pathlib import Path

import torch

OLD = int(torch.__version__.split(".")[0]) < 2


def load(path, weights_only=False):
    """PyTorch 1.13's weights_only refuses every float. Some files of `write` hold a whole optimizer."""
    return torch.load(path) if OLD else torch.load(path, weights_only=weights_only)


STEPS = 12
SAVED = 5
SHAPES = [(4, 3), (4,), (2, 4), (2,)]

VARIANTS = {
    "sgd": ("SGD", dict(lr=0.05)),
    "sgd_momentum": ("SGD", dict(lr=0.05, momentum=0.9, dampening=0.1, weight_decay=1e-2)),
    "sgd_nesterov": ("SGD", dict(lr=0.05, momentum=0.9, nesterov=True)),
    "sgd_maximize": ("SGD", dict(lr=0.05, momentum=0.8, maximize=True)),
    "adam": ("Adam", dict(lr=0.02)),
    "adam_decay_maximize": ("Adam", dict(lr=0.02, weight_decay=0.1, maximize=True, betas=(0.8, 0.95))),
    "adam_amsgrad": ("Adam", dict(lr=0.02, amsgrad=True)),
    "adamw": ("AdamW", dict(lr=0.02)),
    "adamw_amsgrad": ("AdamW", dict(lr=0.02, amsgrad=True, weight_decay=0.2, eps=1e-6)),
    "rmsprop": ("RMSprop", dict(lr=0.01)),
    "rmsprop_centered": ("RMSprop", dict(lr=0.01, centered=True, momentum=0.9, weight_decay=1e-2)),
    "rmsprop_momentum": ("RMSprop", dict(lr=0.01, momentum=0.5, alpha=0.9)),
    "adagrad": ("Adagrad", dict(lr=0.1)),
    "adagrad_decay": ("Adagrad", dict(lr=0.1, lr_decay=0.05, weight_decay=0.01, initial_accumulator_value=0.2)),
    "adadelta": ("Adadelta", dict(lr=1.0, weight_decay=0.01)),
    "adamax": ("Adamax", dict(lr=0.02, weight_decay=0.01)),
    "nadam": ("NAdam", dict(lr=0.02, weight_decay=0.01)),
    "radam": ("RAdam", dict(lr=0.02, weight_decay=0.01)),
    "lbfgs": ("LBFGS", dict(lr=0.5, max_iter=4, history_size=5)),
    "lbfgs_wolfe": ("LBFGS", dict(lr=1, max_iter=4, history_size=3, line_search_fn="strong_wolfe")),
    "two_groups_sgd": ("SGD", dict(lr=0.05, momentum=0.9)),
    "two_groups_adamw": ("AdamW", dict(lr=0.02)),
}


def settings_of(name, parameters):
    """Two groups: other settings for the biases."""
    if not name.startswith("two_groups"):
        return parameters
    other = dict(lr=0.1, momentum=0.5) if name.endswith("sgd") else dict(lr=0.005, weight_decay=0.0)
    return [{"params": parameters[0::2]}, {"params": parameters[1::2], **other}]


class Run:
    """A run whose gradients are given, or (LBFGS) come from a small network."""

    def __init__(self, name):
        class_name, self.options = VARIANTS[name]
        generator = torch.Generator().manual_seed(sum(map(ord, name)))
        self.parameters = [torch.randn(shape, generator=generator).requires_grad_() for shape in SHAPES]
        self.gradients = [[torch.randn(shape, generator=generator) for shape in SHAPES] for _ in range(STEPS)]
        self.inputs = torch.randn((16, 3), generator=generator)
        self.targets = torch.randn((16, 2), generator=generator)
        self.optimizer = getattr(torch.optim, class_name)(settings_of(name, self.parameters), **self.options)
        self.losses = []

    def loss(self):
        w1, b1, w2, b2 = self.parameters
        hidden = torch.tanh(torch.nn.functional.linear(self.inputs, w1, b1))
        return ((torch.nn.functional.linear(hidden, w2, b2) - self.targets) ** 2).mean()

    def closure(self):
        self.optimizer.zero_grad()
        loss = self.loss()
        loss.backward()
        return loss

    def step(self, index):
        if isinstance(self.optimizer, torch.optim.LBFGS):
            self.losses.append(float(self.optimizer.step(self.closure)))
            return
        for parameter, gradient in zip(self.parameters, self.gradients[index]):
            parameter.grad = gradient.clone()
        self.optimizer.step()

    def values(self):
        return [parameter.detach().clone() for parameter in self.parameters]


def write(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name in VARIANTS:
        run = Run(name)
        for index in range(SAVED):
            run.step(index)
        saved = {"parameters": run.values(), "gradients": run.gradients[SAVED:], "inputs": run.inputs,
                 "targets": run.targets, "optimizer": run.optimizer.state_dict()}
        torch.save(saved, folder / (name + ".pt"))
        for index in range(SAVED, STEPS):
            run.step(index)
        torch.save({"parameters": run.values(), "optimizer": run.optimizer.state_dict(), "torch": torch.__version__},
                   folder / (name + ".after.pt"))


def old_form(name):
    """The state of a run in the keys of PyTorch 1.4 to 1.11: counters are ints, newer settings are missing."""
    state = load(name)
    for group in state["optimizer"]["param_groups"]:
        for key in ("foreach", "maximize", "capturable", "differentiable", "fused", "decoupled_weight_decay"):
            group.pop(key, None)
    for entries in state["optimizer"]["state"].values():
        if "step" in entries:
            entries["step"] = int(entries["step"])
    return state


def write_forms(folder):
    """The same states in other clothes."""
    torch.save(old_form(folder / "adam_amsgrad.pt"), folder / "form_old_adam.pt")
    torch.save(old_form(folder / "rmsprop_centered.pt"), folder / "form_old_rmsprop.pt")

    file = load(folder / "adam.pt")
    file["optimizer"]["param_groups"][0].update(lr=torch.tensor(0.02), initial_lr=0.5, layers=["a", {"b": 1}])
    file["optimizer"]["state"][1]["history"] = [torch.arange(3), None]
    torch.save(file, folder / "form_unknown_keys.pt")

    file = load(folder / "adam.pt")
    del file["optimizer"]["state"][3]
    del file["optimizer"]["state"][2]["exp_avg_sq"]
    torch.save(file, folder / "form_partial.pt")

    order = [2, 0, 3, 1]
    run = Run("adam")
    run.optimizer = torch.optim.Adam([run.parameters[i] for i in order], **run.options)
    for index in range(SAVED):
        run.step(index)
    file = load(folder / "adam.pt")
    file["optimizer"] = run.optimizer.state_dict()
    torch.save(file, folder / "form_other_order.pt")

    file = load(folder / "sgd.pt")
    file["optimizer"]["state"] = {0: {"momentum_buffer": None}}
    torch.save(file, folder / "form_no_buffer.pt")
    run = Run("adam")
    run.step(0)
    torch.save(run.optimizer, folder / "form_pickled.pt")
    torch.save({"state": [{}], "hypers": [{"lr": 1.0}]}, folder / "form_fastai.pt")


def write_clipping(folder):
    run = Run("sgd")
    for name, limit, kind in (("above", 0.5, 2.0), ("below", 1e3, 2.0), ("largest", 0.5, float("inf"))):
        for parameter, gradient in zip(run.parameters, run.gradients[0]):
            parameter.grad = gradient.clone()
        norm = torch.nn.utils.clip_grad_norm_(run.parameters, limit, kind)
        torch.save({"limit": limit, "kind": kind, "norm": float(norm), "before": run.gradients[0],
                    "after": [parameter.grad for parameter in run.parameters]}, folder / f"clip_{name}.pt")


def difference(ours, theirs):
    return max(float((a.detach() - b.detach()).abs().max()) for a, b in zip(ours, theirs))


def go_on(folder, taken):
    """`taken`: how many of the steps after SAVED Waypoint took before it wrote its file."""
    gaps = {}
    for name in VARIANTS:
        file = load(folder / (name + ".waypoint.pt"), weights_only=True)
        reference, run = Run(name), Run(name)
        for index in range(STEPS):
            reference.step(index)
        with torch.no_grad():
            for parameter, value in zip(run.parameters, file["parameters"]):
                parameter.copy_(value)
        groups = run.optimizer.state_dict()["param_groups"]
        run.optimizer.load_state_dict(file["optimizer"])
        for wanted, group in zip(groups, file["optimizer"]["param_groups"]):
            lacking = set(wanted) - set(group)
            assert not lacking, f"{name}: the file lacks {lacking}"
        for index in range(SAVED + taken, STEPS):
            run.step(index)
        gaps[name] = difference(run.parameters, reference.parameters)
        print(f"{name:22} {gaps[name]:.3g}")
    worst = max(gaps, key=gaps.get)
    assert gaps[worst] <= 2e-5, f"{worst}: parameters are {gaps[worst]} off"
    print(f"PyTorch {torch.__version__} went on from {len(gaps)} states; largest difference {gaps[worst]:.3g}")


if __name__ == "__main__":
    torch.set_num_threads(1)
    if sys.argv[1] == "write":
        write(Path(sys.argv[2]))
        write_forms(Path(sys.argv[2]))
        write_clipping(Path(sys.argv[2]))
    else:
        go_on(Path(sys.argv[2]), int(sys.argv[3]))
