#!/usr/bin/python3
# SPDX-FileCopyrightText: The Waypoint authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every format that is exported, read by those who made it: PyTorch, NumPy, TorchScript, and safetensors where it is."""
import json
import struct
import subprocess
import sys
import unittest
import warnings

import numpy
import torch
from torch import nn

from exporting import ExportTest, PROGRAM, VERSION, elements, load

try:
    import safetensors.torch
except ImportError:
    safetensors = None

# Complex numbers are in the format since version 0.6 of its library.
IS_OLD = safetensors and tuple(int(part) for part in safetensors.__version__.split(".")[:2]) < (0, 6)
UNKNOWN_TO_LIBRARY = {torch.complex64} if IS_OLD else set()

# A program counts the memory of whoever started it as its own, so that one has to be small.
PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
INTEGERS = [torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64]
FLOATS = [torch.float16, torch.bfloat16, torch.float32, torch.float64]
NAMES = {torch.bool: "BOOL", torch.uint8: "U8", torch.int8: "I8", torch.int16: "I16", torch.int32: "I32",
         torch.int64: "I64", torch.float16: "F16", torch.bfloat16: "BF16", torch.float32: "F32", torch.float64: "F64",
         torch.complex64: "C64"}
for torch_name, name in {"uint16": "U16", "uint32": "U32", "uint64": "U64", "float8_e4m3fn": "F8_E4M3",
                         "float8_e5m2": "F8_E5M2"}.items():
    if hasattr(torch, torch_name):
        NAMES[getattr(torch, torch_name)] = name


def tensor_of(dtype, *shape):
    """Random bits, so that NaN and the like are among them."""
    count = torch.empty(shape).numel()
    if dtype == torch.bool:
        return torch.rand(shape) < 0.5
    size = torch.empty((), dtype=dtype).element_size()
    bits = torch.randint(0, 256, (count * size,), dtype=torch.uint8)
    return bits.view(dtype).reshape(shape)


def every_type(dtypes):
    torch.manual_seed(1)
    return {f"layer.{str(dtype)[6:]}": tensor_of(dtype, 3, 5) for dtype in dtypes}


def state_dict():
    """Odd shapes and sizes, shared and strided memory, odd names; the small types in front."""
    torch.manual_seed(2)
    matrix = torch.randn(6, 4)
    return {"mask": torch.tensor([True, False, True]), "0.weight": matrix, "0.tied": matrix, "turned": matrix.t(),
            "empty": torch.empty(0, 7), "scalar": torch.tensor(3.5, dtype=torch.float64), "count": torch.tensor(7),
            "steps": torch.randn(30)[3:27:5], "large": torch.randn(1000, 700),
            'odd "name" \\ é/ü': torch.randn(2).half()}


class Safetensors(ExportTest):
    def read(self, path):
        """By the format's description alone: header, and tensors that follow each other without holes."""
        content = path.read_bytes()
        (length,) = struct.unpack("<Q", content[:8])
        self.assertEqual(length % 8, 0)
        header = json.loads(content[8:8 + length])
        self.assertEqual(content[8:9], b"{")
        self.assertEqual(header.pop("__metadata__"), {"format": "pt"})
        data, end = content[8 + length:], 0
        dtypes = {name: dtype for dtype, name in NAMES.items()}
        tensors = {}
        for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
            begin, after = entry["data_offsets"]
            dtype = dtypes[entry["dtype"]]
            self.assertEqual(begin, end, name)
            self.assertEqual(begin % torch.empty((), dtype=dtype).element_size(), 0, f"{name} is not aligned")
            piece = torch.frombuffer(bytearray(data[begin:after]), dtype=torch.uint8) if after > begin else \
                torch.empty(0, dtype=torch.uint8)
            tensors[name] = piece.view(dtype).reshape(entry["shape"])
            end = after
        self.assertEqual(end, len(data))
        return {name: tensors[name] for name in header}

    def check(self, weights):
        path = self.export(self.save("a.pth", weights), to="a.safetensors")
        self.assert_same_weights(weights, self.read(path))
        known = {name: tensor for name, tensor in weights.items() if tensor.dtype not in UNKNOWN_TO_LIBRARY}
        if safetensors and known:
            loaded = safetensors.torch.load_file(self.export(self.save("known.pth", known), to="known.safetensors"))
            self.assertEqual(sorted(loaded), sorted(known))
            self.assert_same_weights(known, {name: loaded[name] for name in known})

    def test_every_type_that_the_format_has(self):
        self.check(every_type(NAMES))

    def test_views_and_odd_names(self):
        self.check(state_dict())

    @unittest.skipIf(VERSION < (2, 0), "older PyTorch forgets that a view is conjugated when it saves it")
    def test_conjugated_and_negated_views(self):
        self.check({"conj": torch.randn(3, dtype=torch.complex64).conj(),
                    "neg": torch.randn(3, dtype=torch.complex64).conj().imag})

    def test_a_type_that_it_lacks_is_refused_by_name(self):
        source = self.save("a.pth", {"fine": torch.ones(2), "wide": torch.ones(2, dtype=torch.complex128)})
        line = self.refused(2, source, to="a.safetensors")
        self.assertIn("wide", line)
        self.assertIn("complex128", line)


class Npz(ExportTest):
    def test_numpy_reads_every_member_without_pickle(self):
        weights = {**every_type([torch.bool, *INTEGERS, *FLOATS, torch.complex64, torch.complex128]), **state_dict()}
        path = self.export(self.save("a.pth", weights), to="a.npz")
        with numpy.load(path, allow_pickle=False) as arrays:
            self.assertEqual(arrays.files, list(weights))
            for name, tensor in weights.items():
                if tensor.dtype == torch.bfloat16:
                    tensor = tensor.float()
                wanted = tensor.numpy()
                self.assertEqual((arrays[name].dtype, arrays[name].shape), (wanted.dtype, wanted.shape), name)
                self.assertEqual(arrays[name].tobytes(), wanted.tobytes(), name)


class Legacy(ExportTest):
    def test_nested_values_load_as_they_were(self):
        model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))
        optimizer = torch.optim.Adam(model.parameters())
        model(torch.randn(5, 3)).sum().backward()
        optimizer.step()
        value = {"epoch": 3, "model": model.state_dict(), "optimizer": optimizer.state_dict(),
                 "kept": nn.Parameter(torch.randn(2)), "sizes": [torch.Size([2, 3]), (1, 2.5, None, True)],
                 "types": every_type([torch.bool, *INTEGERS, *FLOATS, torch.complex64, torch.complex128])}
        path = self.export(self.save("a.pth", value), "--format", "pth-legacy")
        self.assertEqual(path.read_bytes()[:2], b"\x80\x02")
        loaded = load(path)
        self.assert_same(value, loaded)
        self.assertIsInstance(loaded["kept"], nn.Parameter)
        again = self.folder / "again.pth"
        torch.save(loaded, again, _use_new_zipfile_serialization=False)
        self.assert_same(value, load(again))

    def test_tied_weights_are_written_once_and_stay_tied(self):
        shared = torch.randn(300, 300)
        value = {"a": shared, "b": shared, "turned": shared.t()}
        path = self.export(self.save("a.pth", value), "--format", "pth-legacy")
        self.assertLess(path.stat().st_size, 1.1 * shared.numel() * 4)
        loaded = load(path)
        self.assert_same(value, loaded)
        self.assertEqual(len({tensor.data_ptr() for tensor in loaded.values()}), 1)


class ForLibTorch(ExportTest):
    def module(self, weights):
        path = self.export(self.save("a.pth", weights), "--format", "libtorch", to="a.pt")
        return torch.jit.load(str(path))

    def test_modules_parameters_and_buffers(self):
        torch.manual_seed(3)
        model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2))
        model.add_module("in", nn.Linear(2, 2))  # a word of the language that classes are written in
        module = self.module(model.state_dict())
        self.assert_same_weights(dict(sorted(model.state_dict().items())), dict(sorted(module.state_dict().items())))
        self.assertEqual({name for name, _ in module.named_parameters()}, {name for name, _ in model.named_parameters()})
        self.assertEqual({name for name, _ in module.named_buffers()}, {name for name, _ in model.named_buffers()})
        self.assertTrue(all(parameter.requires_grad for parameter in module.parameters()))
        module.eval()

    def test_every_type_ties_and_odd_names(self):
        weights = {**every_type([torch.bool, *INTEGERS, *FLOATS, torch.complex64]), **state_dict()}
        loaded = self.module(weights).state_dict()
        self.assertEqual(set(loaded), set(weights))
        self.assert_same_weights(weights, {name: loaded[name] for name in weights})
        self.assertEqual(loaded["0.weight"].data_ptr(), loaded["0.tied"].data_ptr())

    def test_names_that_no_module_can_have_are_refused(self):
        source = self.save("a.pth", {"a": torch.ones(2), "a.b": torch.ones(2)})
        self.assertIn("'a' is a tensor, too", self.refused(1, source, "--format", "libtorch", to="a.pt"))


class Shards(ExportTest):
    SIZE = 100_000

    def weights(self):
        torch.manual_seed(4)
        weights = {f"layers.{i}.weight": torch.randn(100, 100) for i in range(7)}
        weights["head.weight"] = weights["layers.0.weight"]
        weights["huge"] = torch.randn(300, 300)
        weights["norm"] = torch.randn(100)
        return weights

    def follow(self, index, read):
        """All tensors, and the files they are in."""
        content = json.loads(index.read_text())
        files = {name: read(index.parent / name) for name in sorted(set(content["weight_map"].values()))}
        for name, tensors in files.items():
            named = {tensor for tensor, file in content["weight_map"].items() if file == name}
            self.assertEqual(set(tensors), named, name)
        total = sum(t.numel() * t.element_size() for tensors in files.values() for t in tensors.values())
        self.assertEqual(content["metadata"]["total_size"], total)
        return {tensor: files[file][tensor] for tensor, file in content["weight_map"].items()}, files

    def check(self, arguments, index, read):
        weights = self.weights()
        source = self.save("source/a.pth", weights)
        (self.folder / "out").mkdir()
        self.export(source, "--shard-size", self.SIZE, *arguments, to="out")
        found, files = self.follow(self.folder / "out" / index, read)
        self.assertGreater(len(files), 3)
        self.assertEqual(sorted(path.name for path in (self.folder / "out").iterdir()), sorted([index, *files]))
        self.assert_same_weights(dict(sorted(weights.items())), dict(sorted(found.items())))
        for name, tensors in files.items():
            bytes_of = sum(t.numel() * t.element_size() for t in tensors.values())
            self.assertTrue(bytes_of <= self.SIZE or len(tensors) == 1, f"{name} has {bytes_of} bytes")
        self.assert_same_to_inspect(source, self.folder / "out" / index)
        return found

    def assert_same_to_inspect(self, source, index):
        hashes = []
        for path in (source, index):
            done = subprocess.run([PROGRAM, "tree", path, "--json", "--sha256"], capture_output=True, check=True)
            document = json.loads(done.stdout)
            self.assertEqual(document["warnings"], [])
            hashes.append({tuple(entry["path"]): entry["sha256"] for entry in document["entries"] if "sha256" in entry})
        self.assertEqual(*hashes)

    def test_safetensors_follow_their_index(self):
        self.check(["--format", "safetensors"], "model.safetensors.index.json",
                   lambda path: Safetensors.read(self, path))

    def test_torch_files_follow_their_index_and_stay_tied(self):
        found = self.check(["--format", "pth"], "pytorch_model.bin.index.json", load)
        self.assertEqual(found["head.weight"].data_ptr(), found["layers.0.weight"].data_ptr())

    def test_one_file_that_cannot_be_put_in_place_leaves_all_as_they_were(self):
        source = self.save("source/a.pth", self.weights())
        out = self.folder / "out"
        out.mkdir()
        self.export(source, "--shard-size", self.SIZE, "--format", "safetensors", to="out")
        before = {path.name: path.read_bytes() for path in out.iterdir()}
        third = sorted(out.glob("model-*"))[2]
        third.unlink()
        third.mkdir()
        other = self.save("source/b.pth", {name: -tensor for name, tensor in self.weights().items()})
        done = self.run_program(other, "-o", out, "--shard-size", self.SIZE, "--format", "safetensors")
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        after = {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()}
        del before[third.name]
        self.assertEqual(before, after)


class EveryFormat(ExportTest):
    FORMATS = ["pth", "pth-legacy", "safetensors", "npz", "libtorch"]

    def test_memory_does_not_grow_with_the_file(self):
        source = self.save("a.pth", {"half": torch.zeros(10_000_000, dtype=torch.bfloat16),
                                     "turned": torch.zeros(6_000, 4_000).t(), "large": torch.zeros(10_000_000)})
        for name in self.FORMATS:
            target = self.folder / f"out.{name}"
            done = subprocess.run([sys.executable, "-c", PEAK, PROGRAM, "export", source, "-o", target, "--format", name],
                                  capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertLess(int(done.stdout.split()[-1]), 100 * 1024, name)
            target.unlink()

    def test_a_limit_on_the_size_of_files_is_one_clear_line(self):
        source = self.save("a.pth", {"large": torch.zeros(1_000_000)})
        for name in self.FORMATS:
            done = subprocess.run(["sh", "-c", 'ulimit -f 1000; exec "$@"', "sh", PROGRAM, "export", source, "-o",
                                   self.folder / "out", "--format", name], capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 2, name)
            self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
            self.assertIn("limit", done.stderr)
            self.assertEqual([path.name for path in self.folder.iterdir()], ["a.pth"])


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    unittest.main()
