#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Waypoint authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`waypoint-inspect diff` against PyTorch: pairs of checkpoints that PyTorch writes, every figure beside its own sums.

    diff_oracle.py WAYPOINT_INSPECT FOLDER

FOLDER is made anew. Exits with 1 and the findings where the two disagree.
"""

import collections
import copy
import json
import math
import pathlib
import shutil
import subprocess
import sys
import unittest

import torch

INSPECT = None
FOLDER = None


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(3, 6, 3)
        self.bn1 = torch.nn.BatchNorm2d(6)
        self.conv2 = torch.nn.Conv2d(6, 8, 3)
        self.frozen = torch.nn.Linear(8, 8)
        self.fc = torch.nn.Linear(8, 5)
        self.frozen.weight.requires_grad_(False)

    def forward(self, x):
        x = torch.relu(self.bn1(self.conv1(x)))
        x = torch.relu(self.conv2(x)).mean(dim=(2, 3))
        return self.fc(self.frozen(x))


class Training:
    """A few steps of training, and checkpoints of them."""

    def __init__(self, seed=1):
        torch.manual_seed(seed)
        self.net = Net()
        self.optimizer = torch.optim.Adam([p for p in self.net.parameters() if p.requires_grad], lr=0.01)
        self.scheduler = torch.optim.lr_scheduler.StepLR(self.optimizer, 2)

    def step(self, count=1):
        for _ in range(count):
            self.optimizer.zero_grad()
            self.net(torch.randn(4, 3, 8, 8)).square().mean().backward()
            self.optimizer.step()
            self.scheduler.step()
        return self

    def checkpoint(self, epoch):
        return copy.deepcopy({"epoch": epoch, "loss": 1 / (epoch + 1), "name": "run", "best": None,
                              "net": self.net.state_dict(), "optimizer": self.optimizer.state_dict(),
                              "lr_schedule": self.scheduler.state_dict()})


def saved(name, content, **options):
    torch.save(content, FOLDER / name, **options)
    return FOLDER / name


def run(*arguments):
    return subprocess.run([INSPECT, "diff", *map(str, arguments)], capture_output=True, text=True, check=False)


def diff(*arguments):
    done = run(*arguments, "--json")
    if done.returncode != 0 or done.stderr:
        raise AssertionError(f"diff {arguments}: {done.returncode}, {done.stderr}")
    return json.loads(done.stdout)


def number(value):
    return float(value.replace("Infinity", "inf")) if isinstance(value, str) else value


def dequantised(tensor):
    """Without float32's rounding."""
    return (tensor.int_repr().double() - tensor.q_zero_point()) * tensor.q_scale()


def expected(a, b):
    """The figures of one pair of tensors, by PyTorch in float64."""
    wide = torch.complex128 if a.is_complex() or b.is_complex() else torch.float64
    a, b = ((dequantised(t) if t.is_quantized else t).to(wide).flatten() for t in (a, b))
    same = (a == b) | (torch.isnan(a.abs()) & torch.isnan(b.abs()))
    odd = torch.isnan(a.abs()) | torch.isnan(b.abs()) | torch.isinf(a.abs()) & torch.isinf(b.abs())
    x, y = a[~odd], b[~odd]
    l2 = (y - x).norm().item()
    norm_a, norm_b = x.norm().item(), y.norm().item()
    dot = (x * y.conj()).sum().real.item() if x.numel() else 0.0
    changed = (~same).sum().item()
    if norm_a == 0:
        relative = 0.0 if l2 == 0 else math.inf
    else:
        relative = l2 / norm_a
    if changed == 0 or norm_a == norm_b == 0:
        cosine = 1.0
    else:
        cosine = dot / norm_a / norm_b if norm_a and norm_b else math.nan
    return {"l2": l2, "relative": relative, "cosine": cosine,
            "max_abs": (y - x).abs().max().item() if x.numel() else 0.0,
            "changed_share": changed / a.numel() if a.numel() else 0.0, "count": a.numel(), "changed": changed}


def at(content, path):
    for key in path:
        content = content[key] if not isinstance(content, dict) or key in content else content[int(key)]
    return content


def is_plain(value):
    if isinstance(value, (list, tuple)):
        return all(map(is_plain, value))
    return not isinstance(value, (dict, torch.Tensor))


def values_of(content, path=()):
    """Everything that is no tensor, by path; lists of scalars whole."""
    if isinstance(content, torch.Tensor):
        return
    if is_plain(content):
        yield path, content
        return
    pairs = content.items() if isinstance(content, dict) else enumerate(content)
    for key, value in pairs:
        yield from values_of(value, (*path, str(key)))


def in_json(value):
    return json.loads(json.dumps(value))


class DiffTest(unittest.TestCase):
    maxDiff = None

    def assert_figures(self, row, a, b):
        for key, wanted in expected(a, b).items():
            got = number(row[key])
            message = f"{row['path']}: {key} is {got}, torch says {wanted}"
            if math.isnan(wanted):
                self.assertTrue(math.isnan(got), message)
            elif math.isinf(wanted):
                self.assertEqual(got, wanted, message)
            else:
                self.assertTrue(math.isclose(got, wanted, rel_tol=1e-9, abs_tol=1e-15), message)

    def assert_tensors(self, document, a, b):
        """Every row against the contents it names; the rows by path of A, or of B where only B has it."""
        rows = {}
        for row in document["tensors"]:
            self.assertNotIn("error", row)
            rows[tuple(row["path"])] = row
            if row["path_a"] is None or row["path_b"] is None:
                self.assertEqual(row["status"], "added" if row["path_a"] is None else "removed")
                self.assertIsNone(row["l2"])
                continue
            one, other = at(a, row["path_a"]), at(b, row["path_b"])
            if one.shape != other.shape:
                self.assertEqual(row["status"], "reshaped")
                self.assertIsNone(row["l2"])
                continue
            self.assert_figures(row, one, other)
            changed = expected(one, other)["changed"] > 0
            status = "retyped" if one.dtype != other.dtype else "changed" if changed else "same"
            self.assertEqual(row["status"], status, row["path"])
        return rows

    def assert_values(self, document, a, b):
        """What differs, and nothing else. NaN is equal to NaN; 1 and 1.0 differ in type."""
        before, after = dict(values_of(a)), dict(values_of(b))
        wanted = {}
        for path in before.keys() | after.keys():
            one, other = before.get(path), after.get(path)
            if path not in before or path not in after or repr(one) != repr(other):
                wanted[path] = (in_json(one), in_json(other))
        got = {tuple(value["path"]): (value["a"], value["b"]) for value in document["values"]}
        self.assertEqual(got, wanted)

    def test_two_epochs(self):
        training = Training().step()
        first = training.checkpoint(0)
        second = training.step(3).checkpoint(3)
        document = diff(saved("epoch0.pth", first), saved("epoch3.pth", second))
        rows = self.assert_tensors(document, first, second)
        self.assert_values(document, first, second)
        self.assertEqual(rows["net", "frozen.weight"]["status"], "same")
        self.assertEqual(rows["net", "conv1.weight"]["status"], "changed")
        tensors = sum(len(state) for state in first["optimizer"]["state"].values()) + len(first["net"])
        self.assertEqual(len(rows), tensors)
        self.assertEqual(document["totals"]["tensors"], tensors)

    def test_totals_are_those_of_one_long_tensor(self):
        training = Training().step()
        first = training.checkpoint(0)
        second = training.step(3).checkpoint(3)
        document = diff(saved("totals0.pth", first), saved("totals3.pth", second))
        part = next(part for part in document["parts"] if part["name"] == "net")
        names = [name for name, tensor in first["net"].items() if tensor.is_floating_point()]
        one, other = (torch.cat([state["net"][name].flatten().double() for name in names]) for state in (first, second))
        self.assert_figures({**part, "path": ["net"]}, one, other)
        self.assertEqual((part["tensors"], part["same"]), (len(first["net"]), 1))

    def test_equal_files(self):
        checkpoint = Training().step().checkpoint(0)
        document = diff(saved("same.pth", checkpoint),
                        saved("same_legacy.pth", checkpoint, _use_new_zipfile_serialization=False))
        self.assertEqual({row["status"] for row in document["tensors"]}, {"same"})
        self.assertEqual(document["values"], [])
        self.assert_tensors(document, checkpoint, checkpoint)

    def test_prefixes_and_other_names_of_parts(self):
        training = Training().step()
        first = training.checkpoint(0)
        second = training.step().checkpoint(1)
        for prefix in ("module.", "model.", "_orig_mod.", "module._orig_mod.net."):
            other = {"optimizer_state_dict": second["optimizer"],
                     "model_state_dict": {prefix + name: tensor for name, tensor in second["net"].items()}}
            document = diff(saved("plain.pth", first), saved("wrapped.pth", other))
            rows = self.assert_tensors(document, first, other)
            for name in first["net"]:
                self.assertEqual(rows["net", name]["path_b"], ["model_state_dict", prefix + name])
            self.assertTrue(all(row["path_a"] and row["path_b"] for row in rows.values()))

    def test_a_bare_state_dict_and_a_training_checkpoint(self):
        training = Training().step()
        bare = copy.deepcopy(training.net.state_dict())
        whole = training.step().checkpoint(1)
        document = diff(saved("bare.pth", bare), saved("whole.pth", whole))
        rows = self.assert_tensors(document, bare, whole)
        self.assertEqual([list(path) for path in rows], [[name] for name in bare])
        self.assertEqual(document["section_b"], ["net"])
        self.assertEqual(document["values"], [])

    def test_two_parts_of_one_file(self):
        net = Training().step().net.state_dict()
        average = {"module." + name: tensor * 0.9 if tensor.is_floating_point() else tensor
                   for name, tensor in net.items()}
        content = {"model": net, "model_ema": average}
        path = saved("averaged.pth", content)
        document = diff(path, path, "--section-a", "model", "--section-b", "model_ema")
        rows = self.assert_tensors(document, content, content)
        self.assertEqual(len(rows), len(net))
        self.assertTrue(math.isclose(rows["model", "fc.weight"]["relative"], 0.1, rel_tol=1e-6))

    def test_renamed_layers(self):
        training = Training().step()
        first = copy.deepcopy(training.net.state_dict())
        names = {"conv1": "stem.conv", "bn1": "stem.norm", "conv2": "body.0.conv", "frozen": "head.pre", "fc": "head.out"}
        renamed = collections.OrderedDict()
        for name, tensor in training.step().net.state_dict().items():
            layer, part = name.rsplit(".", 1)
            renamed[f"{names[layer]}.{part}"] = tensor
        document = diff(saved("names.pth", first), saved("renamed.pth", renamed))
        rows = self.assert_tensors(document, first, renamed)
        for name in first:
            layer, part = name.rsplit(".", 1)
            self.assertEqual(rows[name,]["path_b"], [f"{names[layer]}.{part}"])
            self.assertEqual(rows[name,]["matched_by"], "order")
        self.assertTrue(any("other names" in note for note in document["notes"]), document["notes"])

    def test_an_inserted_layer(self):
        def chain(*channels):
            layers = [torch.nn.Conv2d(i, o, 3) for i, o in zip(channels, channels[1:])]
            return torch.nn.Sequential(*[part for layer in layers for part in (layer, torch.nn.ReLU())])
        old = chain(3, 8, 16, 16, 32)
        new = chain(3, 8, 8, 16, 16, 32)
        for layer, place in ((0, 0), (2, 4), (4, 6), (6, 8)):
            new[place].load_state_dict(old[layer].state_dict())
        a, b = old.state_dict(), new.state_dict()
        rows = self.assert_tensors(diff(saved("four.pth", a), saved("five.pth", b)), a, b)
        self.assertEqual({path: row["status"] for path, row in rows.items() if row["status"] != "same"},
                         {("2.weight",): "added", ("2.bias",): "added"} if ("2.weight",) not in rows else {})

    def test_tensors_of_every_kind(self):
        torch.manual_seed(3)
        base = torch.randn(30, 40)
        odd = base.clone()
        odd[0, :4] = torch.tensor([math.nan, math.inf, -math.inf, math.nan])
        later = odd.clone()
        later[0, :4] = torch.tensor([math.nan, math.inf, math.inf, 1.0])
        a = {"half": base.half(), "bfloat": base.bfloat16(), "double": base.double(), "complex": base + 1j * base.flip(0),
             "int": torch.arange(50), "bool": base > 0, "scalar": torch.tensor(2.0), "empty": torch.zeros(0, 3),
             "zeros": torch.zeros(7), "fell to zero": base, "odd": odd, "transposed": base.t(), "view": base[3:9, 5:7],
             "wide": base, "narrow": base.half(), "counted": torch.arange(5), "gone": base, "shape": base,
             "quantised": torch.quantize_per_tensor(base, 0.05, 3, torch.qint8)}
        b = {"half": base.half() * 1.5, "bfloat": base.bfloat16() + 1, "double": base.double() * (1 + 1e-12),
             "complex": (base + 1j * base.flip(0)) * 1j, "int": torch.arange(50) * 3, "bool": base > 0.5,
             "scalar": torch.tensor(3.0), "empty": torch.zeros(0, 3), "zeros": torch.ones(7),
             "fell to zero": torch.zeros(30, 40), "odd": later, "transposed": base.t() * 2, "view": base[3:9, 5:7] + 1,
             "wide": base.half(), "narrow": base.double(), "counted": torch.arange(5).float(), "shape": base.t(),
             "quantised": torch.quantize_per_tensor(base * 1.1, 0.05, 3, torch.qint8), "new": base}
        rows = self.assert_tensors(diff(saved("kinds0.pth", a), saved("kinds1.pth", b)), a, b)
        self.assertEqual(set(rows), {(name,) for name in a.keys() | b.keys()})
        self.assertEqual(rows["zeros",]["relative"], "Infinity")
        self.assertEqual(rows["zeros",]["cosine"], "NaN")
        self.assertEqual([path for (path,), row in rows.items() if row["status"] == "retyped"],
                         ["wide", "narrow", "counted"])

    def test_optimizer_states_follow_their_parameters(self):
        torch.manual_seed(4)
        net = torch.nn.Sequential(collections.OrderedDict(a=torch.nn.Linear(4, 3), b=torch.nn.Linear(3, 2)))

        def checkpoint(parameters):
            optimizer = torch.optim.SGD(list(parameters), lr=0.1, momentum=0.9)
            net(torch.randn(5, 4)).square().sum().backward()
            optimizer.step()
            return copy.deepcopy({"net": net.state_dict(), "optimizer": optimizer.state_dict()})
        first = checkpoint(net.parameters())
        second = checkpoint(net.b.parameters())
        rows = self.assert_tensors(diff(saved("all.pth", first), saved("head.pth", second)), first, second)
        state = ("optimizer", "state")
        self.assertEqual(rows[(*state, "2", "momentum_buffer")]["path_b"], [*state, "0", "momentum_buffer"])
        self.assertEqual(rows[(*state, "3", "momentum_buffer")]["path_b"], [*state, "1", "momentum_buffer"])
        self.assertEqual(rows[(*state, "0", "momentum_buffer")]["status"], "removed")

    def test_settings(self):
        a = {"lr": 0.1, "betas": (0.9, 0.999), "name": "cosine", "none": None, "nan": math.nan, "count": 1, "flag": True,
             "milestones": [10, 20], "deep": {"lists": [{"x": 1}, {"x": 2}]}, "same": "same", "big": 2 ** 70}
        b = {"lr": 0.01, "betas": (0.95, 0.999), "name": "linear", "none": 3, "nan": math.nan, "count": 1.0, "flag": False,
             "milestones": [10, 20, 30], "deep": {"lists": [{"x": 1}, {"x": 3}]}, "same": "same", "big": 2 ** 70, "new": "é\n"}
        document = diff(saved("settings0.pth", a), saved("settings1.pth", b))
        self.assert_values(document, a, b)
        status = {value["path"][-1]: value["status"] for value in document["values"]}
        self.assertEqual(status["count"], "retyped")
        self.assertEqual(status["new"], "added")
        self.assertEqual(status["none"], "changed")

    def test_people_see_where_long_values_part(self):
        a = {"losses": [i * 0.5 for i in range(300)], "text": "x" * 300 + "hello world", "count": 1}
        b = {"losses": [i * 0.5 for i in range(299)] + [7], "text": "x" * 300 + "hello there", "count": 1.0}
        lines = run(saved("long0.pth", a), saved("long1.pth", b)).stdout.splitlines()
        rows = {line.split("  ")[0]: line for line in lines if line}
        self.assertEqual(rows["losses"].split()[1:], ["[299]", "=", "149.5", "[299]", "=", "7"])
        self.assertIn("hello world", rows["text"])
        self.assertIn("hello there", rows["text"])
        self.assertEqual(rows["count"].split()[1:], ["1", "(int)", "1.0", "(float)"])

    def test_a_truncated_file_is_compared_as_far_as_it_goes(self):
        content = collections.OrderedDict((f"layer{i}.weight", torch.randn(64, 64)) for i in range(8))
        whole = saved("long.pth", content, _use_new_zipfile_serialization=False)
        cut = FOLDER / "cut.pth"
        cut.write_bytes(whole.read_bytes()[:-64 * 64 * 4 * 2])
        document = diff(whole, cut)
        readable = [row for row in document["tensors"] if "error" not in row]
        lost = [row for row in document["tensors"] if "error" in row]
        self.assertEqual((len(readable), len(lost)), (6, 2))
        for row in readable:
            self.assertEqual(row["status"], "same")
        for row in lost:
            self.assertIsNone(row["status"])
            self.assertIsNone(row["l2"])
            self.assertNotIn("\n", row["error"])
        self.assertEqual(document["totals"]["unreadable"], 2)

    def test_exit_status(self):
        good = saved("good.pth", {"w": torch.ones(2)})
        bad = FOLDER / "bad.pth"
        bad.write_text("no checkpoint")
        for arguments in ((good, bad), (bad, good), (good, FOLDER / "missing.pth")):
            done = run(*arguments, "--json")
            self.assertEqual((done.returncode, done.stdout, done.stderr.count("\n")), (2, "", 1), arguments)
        for arguments in ((good,), (good, good, "--section-a", "nothing"), (good, good, "--sort", "colour")):
            self.assertEqual(run(*arguments).returncode, 1, arguments)


if __name__ == "__main__":
    INSPECT, folder = sys.argv[1:3]
    FOLDER = pathlib.Path(folder)
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    unittest.main(argv=sys.argv[:1])
