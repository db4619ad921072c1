#!/usr/bin/python3
# SPDX-FileCopyrightText: The Waypoint authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checkpoints saved on a GPU, exported for machines without one; modules; views; tensors of every kind."""
import argparse
import collections
import os
import pathlib
import subprocess
import unittest
import warnings

import numpy
import torch
from torch import nn

import exporting
from exporting import ExportTest, MODERN, Small, VERSION, load, trained

FORMS = {"zip": {}, "legacy": {"_use_new_zipfile_serialization": False}}


class Settings:
    def __init__(self):
        self.device = "cuda:0"
        self.lr = 0.1


class ForTheCpu(ExportTest):
    def checkpoint(self):
        model, optimizer, schedule = trained()
        return {"epoch": 7, "model": model.state_dict(), "optimizer": optimizer.state_dict(),
                "scheduler": schedule.state_dict(), "best": 0.5, "names": ["a", "b"]}

    def test_checkpoints_of_a_gpu_load_without_one(self):
        for form, options in FORMS.items():
            for target in ("pth", "pth-legacy"):
                with self.subTest(form=form, target=target):
                    value = self.checkpoint()
                    source = self.save(f"{form}.pth", value, "cuda:0", **options)
                    self.assertIn(b"cuda", source.read_bytes())
                    target = self.export(source, "--format", target, to=f"{form}-{target}.out")
                    self.assertNotIn(b"cuda", target.read_bytes())
                    loaded = load(target)
                    self.assert_same(value, loaded)
                    model, optimizer, schedule = trained(1)
                    model.load_state_dict(loaded["model"])
                    optimizer.load_state_dict(loaded["optimizer"])
                    schedule.load_state_dict(loaded["scheduler"])
                    self.assert_same_weights(value["model"], model.state_dict())
                    if MODERN:
                        self.assert_same(value, torch.load(target, weights_only=True))

    def test_a_whole_module_becomes_its_state_dict(self):
        for form, options in FORMS.items():
            with self.subTest(form=form), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                model, _, _ = trained()
                source = self.save(f"{form}.pth", model, "cuda:1", **options)
                target = self.export(source)
                content = target.read_bytes()
                self.assertNotIn(b"cuda", content)
                self.assertNotIn(b"Small", content)
                loaded = load(target)
                self.assertIs(type(loaded), collections.OrderedDict)
                self.assert_same_weights(model.state_dict(), loaded)
                self.assertNotIn("passing", loaded)
                self.assertFalse(any(tensor.requires_grad for tensor in loaded.values()))
                self.assertFalse(any(isinstance(tensor, nn.Parameter) for tensor in loaded.values()))
                self.assertEqual(loaded["tied.weight"].data_ptr(), loaded["head.0.weight"].data_ptr())
                other = Small()
                other.load_state_dict(loaded)
                self.assert_same_weights(model.state_dict(), other.state_dict())
                if MODERN:
                    self.assert_same_weights(model.state_dict(), torch.load(target, weights_only=True))

    def test_a_module_within_a_checkpoint_becomes_its_state_dict_too(self):
        model, optimizer, _ = trained()
        source = self.save("in.pth", {"epoch": 3, "net": model, "opt": optimizer.state_dict()}, "cuda:0")
        loaded = load(self.export(source))
        self.assert_same_weights(model.state_dict(), loaded["net"])
        self.assertEqual(loaded["epoch"], 3)
        self.assert_same(optimizer.state_dict(), loaded["opt"])

    def test_a_module_stays_one_where_that_is_wanted(self):
        model, _, _ = trained()
        source = self.save("in.pth", model, "cuda:0")
        target = self.export(source, "--keep-modules")
        self.assertNotIn(b"cuda", target.read_bytes())
        loaded = load(target)
        self.assertIs(type(loaded), Small)
        self.assert_same_weights(model.state_dict(), loaded.state_dict())

    def test_devices_among_the_values_move_along(self):
        value = {"device": torch.device("cuda", 1), "args": argparse.Namespace(device="cuda:0", devices=["cuda:0"]),
                 "rng": {"cuda": 5}, "config": {"map_location": "cuda", "title": "cuda"}, "x": torch.ones(2)}
        loaded = load(self.export(self.save("in.pth", value, "cuda:1")))
        self.assertEqual(loaded["device"], torch.device("cpu"))
        self.assertEqual(vars(loaded["args"]), {"device": "cpu", "devices": ["cpu"]})
        self.assertEqual(loaded["rng"], {"cuda": 5})  # a key is a name, not a place
        self.assertEqual(loaded["config"], {"map_location": "cpu", "title": "cuda"})

    def test_another_device_can_be_named_or_all_kept(self):
        source = self.save("in.pth", {"x": torch.ones(2)}, "cuda:1")
        for device, expected in (("cuda:3", {"cuda:3"}), ("saved", {"cuda:1"})):
            seen = set()
            load(self.export(source, "--device", device),
                 map_location=lambda storage, place: seen.add(place) or storage)
            self.assertEqual(seen, expected)
        for wrong in ("meta", "cuda:", "cuda:x", "", "CPU"):
            self.assertIn("--device", self.refused(1, source, "--device", wrong))

    def test_objects_of_unknown_classes_stay_and_are_spoken_of(self):
        value = {"x": torch.ones(2), "settings": Settings()}
        report, target = self.report(self.save("in.pth", value, "cuda:0"))
        self.assertTrue(any("weights_only" in note and "Settings" in note for note in report["notes"]), report["notes"])
        loaded = load(target)
        self.assertEqual(vars(loaded["settings"]), {"device": "cpu", "lr": 0.1})

    def test_the_report_says_what_is_in_the_file(self):
        value = self.checkpoint()
        source = self.save("in.pth", value, "cuda:0")
        report, target = self.report(source)
        self.assertEqual(report["files"], [str(target)])
        self.assertEqual(report["bytes"], os.path.getsize(target))
        named = {tensor["name"]: tensor for tensor in report["tensors"]}
        for name, tensor in value["model"].items():
            row = named["model/" + name]
            self.assertEqual((row["dtype"], row["shape"], row["bytes"], row["source"]),
                             (str(tensor.dtype)[6:], list(tensor.shape), tensor.numel() * tensor.element_size(),
                              ["model", name]))
        self.assertEqual([name for name in named if named[name]["tied"]], ["model/tied.weight"])
        planned, other = self.report(source, "--dry-run", to="not-written.pth")
        self.assertFalse(planned["written"])
        self.assertFalse(other.exists())
        self.assertEqual(planned["tensors"], report["tensors"])
        self.assertAlmostEqual(planned["bytes"], report["bytes"], delta=0.05 * report["bytes"])


class Views(ExportTest):
    def test_views_become_as_large_as_what_they_show(self):
        torch.manual_seed(0)
        large = torch.randn(200, 100)
        value = {"rows": large[3:5], "column": large[100:, 7], "steps": large[50:60, ::10], "flipped": large[70:72].t()}
        report, target = self.report(self.save("in.pth", value))
        loaded = load(target)
        for name in value:
            self.assertEqual(exporting.elements(value[name]), exporting.elements(loaded[name]), name)
            self.assertEqual(loaded[name].storage().size(), value[name].numel(), name)
        self.assertEqual(loaded["flipped"].stride(), (1, 100))  # nothing is wasted by it, so it stays
        self.assertLess(os.path.getsize(target), 10000)
        shown = sum(4 * tensor.numel() for tensor in value.values())
        self.assertEqual(report["wasted_bytes"], 4 * large.numel() - shown)

    def test_views_of_different_columns_do_not_hold_each_other_back(self):
        large = torch.arange(20000.0).reshape(100, 200)
        value = {"q": large[:, :10], "k": large[:, 50:60], "v": large[:, 55:70], "row": large[0, 190:]}
        loaded = load(self.export(self.save("in.pth", value)))
        self.assert_same_weights(value, loaded)
        self.assertEqual(loaded["q"].storage().size(), 1000)
        self.assertEqual(loaded["row"].storage().size(), 10)
        self.assertEqual(loaded["k"].storage().data_ptr(), loaded["v"].storage().data_ptr())  # they overlap

    def test_parameters_that_share_out_one_storage_go_on_sharing_it(self):
        flat = torch.arange(600.0)
        value = {f"p{i}.weight": flat[i * 60:(i + 1) * 60].view(6, 10) for i in range(10)}
        source = self.save("in.pth", value)
        for dtype in (torch.float32, torch.float16):
            report, target = self.report(source, "--dtype", str(dtype)[6:])
            loaded = load(target)
            self.assert_same_weights({name: tensor.to(dtype) for name, tensor in value.items()}, loaded)
            self.assertEqual(len({tensor.storage().data_ptr() for tensor in loaded.values()}), 1)
            self.assertFalse(any(tensor["tied"] for tensor in report["tensors"]))
        loaded = load(self.export(source, "--match", "p[45].*"))
        self.assertEqual([tensor.storage().size() for tensor in loaded.values()], [60, 60])

    def test_views_are_kept_where_that_is_wanted(self):
        large = torch.randn(50, 40)
        value = {"rows": large[3:5], "column": large[:, 7]}
        loaded = load(self.export(self.save("in.pth", value), "--keep-views"))
        self.assert_same_weights(value, loaded)
        self.assertEqual({loaded[name].storage().size() for name in value}, {2000})
        self.assertEqual(loaded["column"].stride(), (40,))

    def test_tied_tensors_stay_tied(self):
        whole = torch.arange(100.0)
        value = {"a": whole[10:30], "same": whole[10:30], "overlapping": whole[20:40], "apart": whole[60:70],
                 "every_third": whole[70:100:3], "again": whole[70:100:3], "none": whole[:0]}
        loaded = load(self.export(self.save("in.pth", value)))
        self.assert_same_weights(value, loaded)
        loaded["a"][15] = -1
        self.assertEqual([float(loaded["same"][15]), float(loaded["overlapping"][5])], [-1, -1])
        loaded["every_third"][2] = -2
        self.assertEqual(float(loaded["again"][2]), -2)
        self.assertEqual(loaded["overlapping"].storage().size(), 30)
        self.assertEqual(loaded["again"].storage().size(), 10)
        self.assertEqual(loaded["apart"].storage().size(), 10)
        self.assertEqual(loaded["none"].storage().size(), 0)


class Kinds(ExportTest):
    def test_tensors_of_every_kind_come_through(self):
        torch.manual_seed(0)
        dense = torch.tensor([[0.0, 2.0], [3.0, 0.0]])
        value = {"scalar": torch.tensor(2.5), "empty": torch.empty(0, 3), "bool": torch.tensor([True, False]),
                 "half": torch.randn(3).half(), "bf16": torch.randn(3).bfloat16(), "int8": torch.tensor([-1, 2]).char(),
                 "parameter": nn.Parameter(torch.randn(2)), "frozen": nn.Parameter(torch.randn(2), requires_grad=False),
                 "needs_grad": torch.randn(2, requires_grad=True), "big": torch.tensor([2**62])}
        loaded = load(self.export(self.save("in.pth", value, "cuda:0")))
        self.assert_same(value, loaded)
        self.assertEqual([type(value[name]) for name in value], [type(loaded[name]) for name in value])
        value = {"sparse": dense.to_sparse(), "quantised": torch.quantize_per_tensor(dense, 0.1, 3, torch.quint8),
                 "channels": torch.quantize_per_channel(dense, torch.tensor([0.1, 0.2]), torch.tensor([1, 2]), 0,
                                                        torch.qint8),
                 "conj": torch.randn(3, dtype=torch.complex64).conj(), "array": numpy.arange(6.0).reshape(2, 3)}
        source = self.save("in.pth", value)
        loaded = load(self.export(source))
        self.assertTrue(torch.equal(loaded["sparse"].to_dense(), dense))
        for name in ("quantised", "channels"):
            self.assertEqual(repr(value[name]), repr(loaded[name]))
        self.assertTrue(torch.equal(loaded["conj"], load(source)["conj"]))  # 1.13 forgets it when it saves
        self.assertTrue(numpy.array_equal(loaded["array"], value["array"]))

    def test_sparse_values_take_the_new_type(self):
        dense = torch.tensor([[0.0, 2.0], [3.0, 0.0]])
        quantised = torch.quantize_per_channel(dense, torch.tensor([0.1, 0.2]), torch.tensor([1, 2]), 0, torch.qint8)
        loaded = load(self.export(self.save("in.pth", {"s": dense.to_sparse(), "q": quantised}), "--dtype", "float16"))
        self.assertEqual(loaded["s"].dtype, torch.float16)
        self.assertTrue(torch.equal(loaded["s"].to_dense().float(), dense))
        self.assertEqual(repr(loaded["q"]), repr(quantised))

    def test_meta_tensors_stay_without_elements(self):
        value = {"meta": torch.empty(2, 3, device="meta"), "x": torch.ones(2)}
        source = self.folder / "in.pth"
        torch.save(value, source)
        report, target = self.report(source)
        self.assertTrue(any("meta" in note for note in report["notes"]), report["notes"])
        loaded = load(target)
        self.assertEqual((loaded["meta"].device.type, loaded["meta"].shape), ("meta", value["meta"].shape))
        self.assertTrue(torch.equal(loaded["x"], value["x"]))
        report, _ = self.report(source, to="out.safetensors")
        self.assertEqual([tensor["name"] for tensor in report["tensors"]], ["x"])
        self.assertTrue(any("left out" in note for note in report["notes"]), report["notes"])

    def test_a_lone_tensor_and_a_list_are_exported(self):
        for value in (torch.arange(5.0), [torch.ones(2), torch.zeros(3)], (torch.ones(1), 7)):
            self.assert_same(value, load(self.export(self.save("in.pth", value, "cuda:0"))))

    def test_big_endian_files_are_written_little_endian(self):
        sources = sorted(pathlib.Path(os.environ["WAYPOINT_FIXTURES"]).glob("containers/order_*_big.pth"))
        self.assertGreater(len(sources), 0)
        for source in sources:
            with self.subTest(source=source.name):
                expected = load(source.with_name(source.name.replace("_big", "_zip")))
                self.assert_same(expected, load(self.export(source)))
                if expected["x"].is_floating_point():
                    self.assert_same(expected["x"].bfloat16(), load(self.export(source, "--dtype", "bfloat16"))["x"])


class Refusals(ExportTest):
    def test_never_onto_its_own_input(self):
        source = self.save("in.pth", {"x": torch.ones(2)})
        (self.folder / "symbolic.pth").symlink_to(source)
        os.link(source, self.folder / "hard.pth")
        for name in ("in.pth", "symbolic.pth", "hard.pth", "./in.pth"):
            self.assertIn("read from", self.refused(1, source, to=name))
        self.assertIn("read from", self.refused(1, self.folder / "symbolic.pth", to="in.pth"))

    def test_what_is_not_there_is_said(self):
        source = self.save("in.pth", {"x": torch.ones(2), "n": 3})
        self.assertIn("nothing/here", self.refused(1, source, "--section", "nothing/here"))
        self.assertIn("*.bias", self.refused(1, source, "--match", "*.bias"))
        self.assertIn("average", self.refused(1, source, "--ema"))
        self.assertIn("--dtype", self.refused(1, source, "--dtype", "int8"))
        self.assertIn("--format", self.refused(1, source, "--format", "onnx"))
        self.assertIn("--shard-size", self.refused(1, source, "--shard-size", "many"))
        self.assertIn("tensor", self.refused(1, source, "--section", "n", to="n.safetensors"))
        self.refused(2, self.folder / "missing.pth")
        self.refused(2, source, to="no/such/folder/out.pth")

    def test_bytes_that_are_missing_are_named_and_nothing_is_written(self):
        source = self.save("in.pth", {"a": torch.ones(4000), "b": torch.ones(4000)},
                           _use_new_zipfile_serialization=False)
        source.write_bytes(source.read_bytes()[:-4000])
        said = self.refused(2, source)  # the storages stand in the order of their addresses
        missing, there = ("a", "b") if "'a'" in said else ("b", "a")
        self.assertIn(f"'{missing}'", said)
        self.assertTrue(torch.equal(load(self.export(source, "--match", there))[there], torch.ones(4000)))

    def test_a_full_disk_leaves_the_old_file(self):
        source = self.save("in.pth", {"x": torch.ones(500000)})
        target = self.save("out.pth", {"old": torch.ones(2)})
        before = target.read_bytes()
        done = subprocess.run(["bash", "-c", 'ulimit -f 100; exec "$@"', "bash", exporting.PROGRAM, "export", source,
                               "-o", target], capture_output=True, text=True)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(target.read_bytes(), before)
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), ["in.pth", "out.pth"])


if __name__ == "__main__":
    unittest.main()
