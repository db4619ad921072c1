#!/usr/bin/python3
# SPDX-FileCopyrightText: The Waypoint authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checkpoints in several files exported as one and one in several; files of other formats as sources and targets."""
import hashlib
import json
import os
import pathlib
import struct
import unittest

import numpy
import torch

import folders
import kit
from exporting import ExportTest, MODERN, Small, elements, load, trained

try:
    import safetensors.torch
except ImportError:
    safetensors = None


def read_safetensors(path):
    """By the real library where there is one, else by its format: a length, a header of JSON, the bytes."""
    if safetensors:
        return safetensors.torch.load_file(path)
    content = pathlib.Path(path).read_bytes()
    length, = struct.unpack_from("<Q", content)
    header = json.loads(content[8:8 + length])
    header.pop("__metadata__", None)
    types = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16, "I64": torch.int64, "F64": torch.float64}
    made = {}
    for name, facts in header.items():
        start, end = (8 + length + at for at in facts["data_offsets"])
        data = torch.frombuffer(bytearray(content[start:end]), dtype=types[facts["dtype"]]) if end > start else (
            torch.empty(0, dtype=types[facts["dtype"]]))
        made[name] = data.reshape(facts["shape"])
    return made


class Shards(ExportTest):
    def setUp(self):
        super().setUp()
        self.model, _, _ = trained()
        self.state = self.model.state_dict()

    def assert_same_tensors(self, expected, found):
        """Whatever their order."""
        self.assert_same_weights(dict(sorted(expected.items())), dict(sorted(found.items())))

    def test_a_model_in_several_files_becomes_one(self):
        names = list(self.state)
        parts = (names[::2], names[1::2])
        for ending, index in ((".safetensors", "model.safetensors.index.json"), (".bin", "pytorch_model.bin.index.json")):
            with self.subTest(ending=ending):
                folder = self.folder / ending[1:]
                folder.mkdir()
                shards = {}
                for i, part in enumerate(parts):
                    shard = f"model-{i + 1:05}-of-00002{ending}"
                    tensors = {name: self.state[name].clone() for name in part}
                    if ending == ".bin":
                        self.save(f"bin/{shard}", tensors, "cuda:0")
                    else:
                        (folder / shard).write_bytes(folders.safetensors(folders.described(tensors)))
                    shards.update(dict.fromkeys(part, shard))
                (folder / index).write_text(json.dumps({"metadata": {}, "weight_map": shards}))
                for source in (folder / index, folder):
                    target = self.export(source)
                    self.assertNotIn(b"cuda", target.read_bytes())
                    loaded = load(target)
                    self.assert_same_tensors(self.state, loaded)
                    Small().load_state_dict(loaded)
                    if MODERN:
                        torch.load(target, weights_only=True)
                single = self.export(folder, to=ending[1:] + "-single.safetensors")
                self.assert_same_tensors(self.state, read_safetensors(single))
                shard = f"{ending[1:]}/model-00002-of-00002{ending}"
                for name in (f"{ending[1:]}/{index}", shard):
                    self.assertIn("read from", self.refused(1, folder / index, "--format", "pth", to=name))
                os.link(self.folder / shard, self.folder / ("hard" + ending))
                self.assertIn("read from", self.refused(1, folder, "--format", "pth", to="hard" + ending))

    def test_one_file_becomes_several_and_one_again(self):
        source = self.save("in.pth", {"model": self.state, "epoch": 3}, "cuda:0")
        for target in ("safetensors", "pth"):
            with self.subTest(target=target):
                folder = self.folder / f"shards-{target}"
                report, _ = self.report(source, "--shard-size", "1KB", "--format", target, to=folder)
                self.assertGreater(len(report["files"]), 2)
                index = json.loads(pathlib.Path(report["files"][-1]).read_text())
                self.assertEqual(set(index["weight_map"]), set(self.state))
                found = {}
                for shard in sorted(set(index["weight_map"].values())):
                    tensors = read_safetensors(folder / shard) if target == "safetensors" else load(folder / shard)
                    self.assertTrue(all(index["weight_map"][name] == shard for name in tensors))
                    found.update(tensors)
                self.assert_same_tensors(self.state, found)
                for path in report["files"][:-1]:
                    self.assertNotIn(b"cuda", pathlib.Path(path).read_bytes())
                self.assert_same_tensors(self.state, load(self.export(folder)))
                done = self.run_program(folder, "-o", folder, "--shard-size", "1KB", "--format", target)
                self.assertEqual(done.returncode, 1, done.stdout)
                self.assertIn("read from", done.stderr)
        self.assertIn("shards", self.refused(1, source, "--shard-size", "1KB", "--format", "npz", to="new"))
        self.assertFalse((self.folder / "new").exists())

    def test_shards_hold_only_what_their_tensors_show(self):
        large = torch.randn(1000, 100)
        source = self.save("in.pth", {"first": large[:2], "next": large[1:3], "turned": large[:3].t()})
        report, _ = self.report(source, "--shard-size", "1KB", "--format", "pth", to="views")
        self.assertLess(report["bytes"], 20_000)
        self.assertLess(sum(pathlib.Path(path).stat().st_size for path in report["files"]), 20_000)
        found = {}
        for path in report["files"][:-1]:
            found.update(load(path))
        self.assert_same_tensors(load(source), found)

    def test_a_folder_of_torch_distributed_becomes_one_file(self):
        known = kit.Kit(self.folder)
        kit.Kit.seed()
        folders.distributed(known)
        for oracle in sorted((self.folder / "folders").glob("dcp*.oracle.json")):
            name = json.loads(oracle.read_text())["file"]
            with self.subTest(folder=name):
                target = self.export(self.folder / name)
                loaded = load(target)
                rows = [row for row in json.loads(oracle.read_text())["entries"] if row["kind"] == "tensor"]
                self.assertGreater(len(rows), 0)
                for row in rows:
                    value = loaded
                    for key in row["path"]:
                        value = value[int(key) if isinstance(value, (list, tuple)) or key not in value else key]
                    self.assertEqual(list(value.shape), row["shape"], row["path"])
                    digest = hashlib.sha256(kit.oracle.element_bytes(value)).hexdigest()
                    self.assertEqual(digest, row["sha256"], row["path"])
                self.assertIn("read from", self.refused(1, self.folder / name, to=f"{name}/.metadata"))


class Formats(ExportTest):
    def setUp(self):
        super().setUp()
        self.model, self.optimizer, _ = trained()
        self.state = self.model.state_dict()
        self.source = self.save("in.pth", {"model": self.state, "optimizer": self.optimizer.state_dict(), "epoch": 3},
                                "cuda:0")

    def test_flat_formats_take_the_weights_by_name(self):
        report, target = self.report(self.source, to="out.safetensors")
        self.assertEqual(report["format"], "safetensors")
        self.assertNotIn(b"cuda", target.read_bytes())
        loaded = read_safetensors(target)
        self.assert_same_weights(dict(sorted(self.state.items())), dict(sorted(loaded.items())))
        self.assertTrue(any("optimizer" in note for note in report["notes"]), report["notes"])
        with numpy.load(self.export(self.source, to="out.npz")) as arrays:
            self.assertEqual(set(arrays.files), set(self.state))
            for name, tensor in self.state.items():
                self.assertTrue(numpy.array_equal(arrays[name], tensor.numpy()), name)
        array = numpy.load(self.export(self.source, "--section", "model/conv.weight", to="out.npy"))
        self.assertTrue(numpy.array_equal(array, self.state["conv.weight"].numpy()))
        self.assertIn("one tensor", self.refused(1, self.source, to="all.npy"))

    def test_a_chosen_section_is_flattened(self):
        loaded = read_safetensors(self.export(self.source, "--section", "optimizer", to="out.safetensors"))
        self.assertEqual(elements(loaded["state.0.exp_avg"]),
                         elements(self.optimizer.state_dict()["state"][0]["exp_avg"]))

    def test_types_and_prefixes_in_flat_formats(self):
        loaded = read_safetensors(self.export(self.source, "--dtype", "bfloat16", "--add-prefix", "net.",
                                              to="out.safetensors"))
        expected = {f"net.{name}": tensor.bfloat16() if tensor.is_floating_point() else tensor
                    for name, tensor in self.state.items()}
        self.assert_same_weights(dict(sorted(expected.items())), dict(sorted(loaded.items())))

    def test_views_and_arrays_in_flat_formats(self):
        large = torch.arange(600.0).reshape(20, 30)
        value = {"t": large.t(), "column": large[:, 3], "array": numpy.arange(6.0), "n": 3, "scalar": torch.tensor(1.5)}
        report, target = self.report(self.save("views.pth", value), to="out.safetensors")
        loaded = read_safetensors(target)
        self.assertEqual(elements(loaded["t"]), elements(large.t()))
        self.assertEqual(elements(loaded["column"]), elements(large[:, 3]))
        self.assertEqual(loaded["array"].tolist(), list(range(6)))
        self.assertEqual(float(loaded["scalar"]), 1.5)
        self.assertNotIn("n", loaded)
        self.assertTrue(any(note.endswith("no tensors: n") for note in report["notes"]), report["notes"])

    def test_what_has_no_flat_form_is_named(self):
        source = self.save("sparse.pth", {"dense": torch.ones(2), "sparse": torch.eye(2).to_sparse()})
        self.assertIn("'sparse'", self.refused(2, source, to="out.safetensors"))
        self.export(source, "--match", "dense", to="dense.safetensors")
        source = self.save("complex.pth", {"a.weight": torch.ones(2, 2), "wide": torch.ones(2, dtype=torch.complex128)})
        said = self.refused(2, source, "--dry-run", to="out.safetensors")
        self.assertIn("'wide' is of type complex128", said)

    def test_modules_for_cpp_are_read_by_torch_jit(self):
        target = self.export(self.source, "--format", "libtorch", to="out.pt")
        self.assertNotIn(b"cuda", target.read_bytes())
        module = torch.jit.load(str(target))
        self.assert_same_weights(dict(sorted(self.state.items())), dict(sorted(module.state_dict().items())))

    def test_scripted_modules_become_their_state_dict(self):
        torch.jit.script(torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4))).save(
            str(self.folder / "script.pt"))
        script = torch.jit.load(str(self.folder / "script.pt"))
        loaded = load(self.export(self.folder / "script.pt"))
        self.assert_same_weights(script.state_dict(), loaded)


if __name__ == "__main__":
    unittest.main()
