#!/usr/bin/python3
# SPDX-FileCopyrightText: The Waypoint authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Weights alone, averages as weights, names with other prefixes, elements of other types."""
import collections
import copy
import unittest
import warnings

import torch
from torch import nn

from exporting import ExportTest, MODERN, Small, VERSION, elements, load, trained

SPECIAL = [0.0, -0.0, 1.0, float("inf"), -float("inf"), float("nan"), 65504.0, 65519.99, 65520.0, 65536.0, -70000.0,
           6e-8, 5.96e-8, 2.98e-8, 2.9e-8, 6.1e-5, 1.00048828125, 1.0004882, 1.00146484375, 2049.0, 2051.0,
           3.3895e38, 3.3961776e38, 3.4e38, 1e-45, 1e-40, 9.2e-41, 4.6e-41, 1.00390625, 1.01171875]


def moved(model, by):
    """The same model with other weights."""
    other = copy.deepcopy(model)
    with torch.no_grad():
        for parameter in other.parameters():
            parameter.add_(by)
    return other


class Weights(ExportTest):
    def setUp(self):
        super().setUp()
        self.model, self.optimizer, self.schedule = trained()

    def checkpoint(self, **more):
        return {"epoch": 7, "model_state_dict": self.model.state_dict(),
                "optimizer_state_dict": self.optimizer.state_dict(), "loss": 0.5, **more}

    def test_weights_alone_are_a_state_dict(self):
        report, target = self.report(self.save("in.pth", self.checkpoint(), "cuda:0"), "--weights-only")
        loaded = load(target)
        self.assert_same_weights(self.model.state_dict(), loaded)
        self.assertTrue(any("optimizer_state_dict" in note for note in report["notes"]), report["notes"])
        self.assertEqual(report["other_values"], 0)
        self.assertEqual(loaded._metadata, self.model.state_dict()._metadata)
        Small().load_state_dict(loaded)

    def test_all_that_is_left_out_is_named(self):
        source = self.save("in.pth", self.checkpoint(ema=self.model.state_dict(), notes=["mine"]))
        section = ("--section", "model_state_dict")
        for arguments, names in (((), "epoch, optimizer_state_dict, loss, ema, notes"),
                                 (section, "epoch, optimizer_state_dict, loss, ema, notes"),
                                 # The average is not left out where its values are what is written.
                                 (("--ema",), "epoch, optimizer_state_dict, loss, notes")):
            report, _ = self.report(source, "--weights-only", *arguments)
            said = [note for note in report["notes"] if "Left out: " in note]
            self.assertEqual(len(said), 1, report["notes"])
            self.assertEqual(sorted(said[0].split("Left out: ")[1].split(", ")), sorted(names.split(", ")))

    def test_several_models_keep_their_names(self):
        other = moved(self.model, 1)
        source = self.save("in.pth", {"netG": self.model.state_dict(), "netD": other.state_dict(),
                                      "optimizerG": self.optimizer.state_dict()})
        loaded = load(self.export(source, "--weights-only"))
        self.assertEqual(list(loaded), ["netG", "netD"])
        self.assert_same_weights(other.state_dict(), loaded["netD"])
        loaded = load(self.export(source, "--weights-only", "--section", "netD"))
        self.assert_same_weights(other.state_dict(), loaded)

    def test_sections_become_the_root_or_a_dict_of_them(self):
        source = self.save("in.pth", self.checkpoint(**{"a/b": {"x": 1}}))
        loaded = load(self.export(source, "--section", "optimizer_state_dict"))
        self.assert_same(self.optimizer.state_dict(), loaded)
        loaded = load(self.export(source, "--section", "epoch", "--section", "a%2Fb"))
        self.assertEqual(loaded, {"epoch": 7, "a/b": {"x": 1}})
        loaded = load(self.export(source, "--section", "model_state_dict/conv.weight"))
        self.assertEqual(elements(loaded), elements(self.model.conv.weight))

    def test_only_tensors_that_match(self):
        source = self.save("in.pth", self.checkpoint())
        loaded = load(self.export(source, "--match", "*.bias"))
        names = [name for name in self.model.state_dict() if name.endswith(".bias")]
        self.assertEqual(list(loaded), ["model_state_dict"])
        self.assertEqual(list(loaded["model_state_dict"]), names)
        loaded = load(self.export(source, "--match", "conv.*", "--weights-only"))
        self.assertEqual(list(loaded), ["conv.weight", "conv.bias"])
        loaded = load(self.export(source, "--match", "optimizer_state_dict/state/0/*"))
        self.assert_same(loaded, {"optimizer_state_dict": {"state": {0: self.optimizer.state_dict()["state"][0]}}})
        loaded = load(self.export(self.save("module.pth", self.model), "--match", "*.weight"))
        self.assertEqual(list(loaded), [name for name in self.model.state_dict() if name.endswith(".weight")])

    # --- names ---

    def test_prefixes_are_taken_off_and_put_on(self):
        wrapped = nn.DataParallel(self.model)
        wrapped = nn.ModuleDict({"_orig_mod": wrapped})
        source = self.save("in.pth", self.checkpoint(model_state_dict=wrapped.state_dict()))
        loaded = load(self.export(source, "--strip-prefix", "_orig_mod.", "--strip-prefix", "module."))
        self.assert_same_weights(self.model.state_dict(), loaded["model_state_dict"])
        self.assertEqual(loaded["model_state_dict"]._metadata, self.model.state_dict()._metadata)
        self.assert_same(self.optimizer.state_dict(), loaded["optimizer_state_dict"])
        plain = self.save("plain.pth", self.model.state_dict())
        loaded = load(self.export(plain, "--add-prefix", "_orig_mod.module."))
        self.assert_same_weights(wrapped.state_dict(), loaded)
        wrapped.load_state_dict(loaded)
        report, _ = self.report(plain, "--strip-prefix", "backbone.")
        self.assertTrue(any("backbone." in note for note in report["notes"]), report["notes"])

    def test_two_names_that_become_one_are_refused(self):
        source = self.save("in.pth", {"module.a.weight": torch.ones(2, 2), "a.weight": torch.zeros(2, 2)})
        self.assertIn("a.weight", self.refused(1, source, "--strip-prefix", "module."))

    # --- averages ---

    def check_average(self, value, expected, *more):
        source = self.save("in.pth", value, "cuda:0")
        target = self.export(source, "--ema", *more)
        self.assertNotIn(b"cuda", target.read_bytes())
        self.assert_same_weights(expected, load(target))
        if MODERN:
            torch.load(target, weights_only=True)

    def test_averages_under_every_name_that_is_in_use(self):
        average = moved(self.model, 0.5)
        state = average.state_dict()
        for name in ("ema", "ema_state_dict", "model_ema", "state_dict_ema", "ema_model"):
            with self.subTest(name=name):
                self.check_average(self.checkpoint(**{name: state}), state)
        wrapped = collections.OrderedDict((f"module.{key}", tensor) for key, tensor in state.items())
        self.check_average(self.checkpoint(state_dict_ema=wrapped), state)
        nested = {"decay": 0.999, "updates": 5, "shadow": state}
        self.check_average(self.checkpoint(ema=nested), state)

    def test_averages_of_parameters_keep_the_models_buffers(self):
        average = moved(self.model, 0.5)
        self.model.bn.running_mean += 1
        parameters = dict(average.named_parameters())
        shadow = {name: tensor for name, tensor in average.state_dict().items()
                  if name in parameters or name == "tied.weight"}
        expected = collections.OrderedDict((name, shadow.get(name, tensor))
                                           for name, tensor in self.model.state_dict().items())
        self.check_average(self.checkpoint(ema={"shadow": shadow, "decay": 0.9}), expected)

    def test_averages_of_torch(self):
        averaged = torch.optim.swa_utils.AveragedModel(self.model)
        average = moved(self.model, 0.25)
        averaged.update_parameters(average)
        averaged.update_parameters(moved(self.model, 0.75))
        expected = averaged.module.state_dict()
        self.check_average(self.checkpoint(swa_model=averaged.state_dict()), expected)
        self.check_average({"swa": averaged.state_dict()}, expected)

    def test_averages_without_names_go_by_the_order_of_parameters(self):
        average = moved(self.model, 0.5)
        shadow = [parameter.detach().clone() for parameter in average.parameters()]
        value = self.checkpoint(ema={"decay": 0.999, "num_updates": 3, "shadow_params": shadow,
                                     "collected_params": None})
        self.check_average(value, average.state_dict())
        self.check_average(value, average.state_dict(), "--section", "ema")
        value["ema"]["shadow_params"] = shadow[:-1] + [torch.ones(7)]
        self.assertIn("names", self.refused(1, self.save("in.pth", value), "--ema"))
        del value["model_state_dict"], value["optimizer_state_dict"]
        self.assertIn("names", self.refused(1, self.save("in.pth", value), "--ema"))

    def test_an_average_that_is_a_module(self):
        average = moved(self.model, 0.5)  # ultralytics keeps it so, and the model beside it is None
        value = {"epoch": 3, "best_fitness": 0.1, "model": None, "ema": average.half(), "updates": 9, "optimizer": None}
        self.check_average(value, average.state_dict())
        value["model"] = self.model
        self.check_average(value, average.state_dict())

    def test_the_average_within_a_state_dict(self):
        state = self.model.state_dict()  # LitEma of Stable Diffusion
        average = moved(self.model, 0.5).state_dict()
        whole = collections.OrderedDict((f"model.{name}", tensor) for name, tensor in state.items())
        for name, tensor in average.items():
            if name in dict(self.model.named_parameters()) or name == "tied.weight":
                whole["model_ema." + name.replace(".", "")] = tensor
        whole["model_ema.decay"] = torch.tensor(0.99)
        expected = collections.OrderedDict(
            (f"model.{name}", average[name] if "model_ema." + name.replace(".", "") in whole else state[name])
            for name in state)
        self.check_average({"state_dict": whole, "global_step": 5}, expected)

    def test_lightning_and_mmengine_swap_both(self):
        average = moved(self.model, 0.5).state_dict()
        self.check_average({"epoch": 1, "global_step": 5, "pytorch-lightning_version": "2.5.0", "loops": {},
                            "state_dict": average, "current_model_state": self.model.state_dict(),
                            "averaging_state": {"n_averaged": torch.tensor(3)}}, average)
        own = collections.OrderedDict((f"module.{key}", tensor) for key, tensor in self.model.state_dict().items())
        self.check_average({"meta": {"epoch": 1, "mmengine_version": "0.10"}, "message_hub": {},
                            "state_dict": average, "ema_state_dict": own}, average)

    # --- types ---

    def test_types_are_converted_as_torch_converts_them(self):
        torch.manual_seed(0)
        halves = torch.arange(65536).to(torch.int16).view(torch.float16)
        bits = torch.randint(-2**31, 2**31 - 1, (60000,)).to(torch.int32)
        sources = {"float16": halves, "bfloat16": halves.clone().view(torch.int16).view(torch.bfloat16),
                   "float32": torch.cat([torch.tensor(SPECIAL), bits.view(torch.float32), torch.randn(1000)]),
                   "float64": torch.cat([torch.tensor(SPECIAL, dtype=torch.float64), torch.randn(5000).double() * 1e5,
                                         torch.exp(torch.randn(5000, dtype=torch.float64) * 60)])}
        source = self.save("in.pth", {**sources, "count": torch.tensor([3]), "complex": torch.ones(2) * 1j})
        for name in ("float16", "bfloat16", "float32", "float64"):
            dtype = getattr(torch, name)
            report, target = self.report(source, "--dtype", name)
            loaded = load(target)
            overflowed = vanished = 0
            for key, before in sources.items():
                with self.subTest(of=key, to=name):
                    expected, after = before.to(dtype), loaded[key]
                    self.assertEqual(after.dtype, dtype)
                    nan = before.isnan()
                    self.assertTrue(bool(after[nan].isnan().all()))
                    self.assertEqual(elements(expected[~nan]), elements(after[~nan]))
                    overflowed += int((before.isfinite() & expected.isinf()).sum())
                    vanished += int(((before != 0) & (expected == 0)).sum())
            self.assertEqual((report["overflowed"], report["vanished"]), (overflowed, vanished))
            self.assertEqual((loaded["count"].dtype, loaded["complex"].dtype), (torch.int64, torch.complex64))

    def test_big_and_shifted_views_are_converted_once_and_stay_tied(self):
        torch.manual_seed(0)
        large = torch.randn(700, 900)
        value = {"a": large[100:600], "b": large[300:650], "t": large[100:600].t(), "c": large[660:, ::3],
                 "none": torch.empty(0, 3), "one": torch.tensor(0.1)}
        loaded = load(self.export(self.save("in.pth", value), "--dtype", "bfloat16"))
        self.assert_same_weights({name: tensor.bfloat16() for name, tensor in value.items()}, loaded)
        loaded["a"][250, 5] = 77
        self.assertEqual([float(loaded["b"][50, 5]), float(loaded["t"][5, 250])], [77, 77])

    def test_what_does_not_fit_is_said_before(self):
        value = {"fits.weight": torch.ones(3, 3), "large.weight": torch.tensor([[1e5, 1.0, -2e5, 1e-9]])}
        done = self.run_program(self.save("in.pth", value), "-o", self.folder / "out.pth", "--dtype", "float16",
                                "--dry-run")
        self.assertEqual(done.returncode, 0)
        self.assertIn("2 values are too large for float16", done.stderr)
        self.assertIn("large.weight", done.stderr)
        self.assertIn("1 value is too small", done.stderr)
        self.assertNotIn("fits.weight", done.stderr)

    def test_optimizers_keep_their_type(self):
        report, target = self.report(self.save("in.pth", self.checkpoint()), "--dtype", "float16")
        loaded = load(target)
        self.assert_same(self.optimizer.state_dict(), loaded["optimizer_state_dict"])
        self.assertEqual(loaded["model_state_dict"]["conv.weight"].dtype, torch.float16)
        self.assertEqual(loaded["model_state_dict"]["bn.num_batches_tracked"].dtype, torch.int64)
        self.assertTrue(any("optimizers" in note for note in report["notes"]), report["notes"])


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    unittest.main()
