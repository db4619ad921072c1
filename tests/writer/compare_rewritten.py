#!/usr/bin/python3
# SPDX-FileCopyrightText: The Waypoint authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Loads what Waypoint wrote, and what it was read from, with the PyTorch of this machine and compares every value.

usage: compare_rewritten.py ORIGINALS REWRITTEN
Loading runs what a file says, so this is for the files of make_fixtures.py alone.
Exit status 1 where anything differs: a type, a value, which values and storages are shared, what weights_only accepts.
"""
import collections
import pathlib
import pickle
import sys
import threading
import types
import warnings
import zipfile

import numpy
import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "fixtures"))
import kit
import oracle

VERSION = tuple(int(part) for part in torch.__version__.split(".")[:2])
MODERN = VERSION >= (2, 4)
KNOWS_BYTE_ORDER = VERSION >= (2, 1)
PLAIN = (type(None), bool, int, str, bytes, bytearray, torch.dtype, torch.device, torch.layout, type(len), type)


class Difference(Exception):
    pass


class Comparison:
    """Both values at once; `twin` holds which object of one stands for which of the other."""

    def __init__(self):
        self.twin = {}
        self.storages = {}
        self.keep = []  # ids stay unique only while the objects live

    def expect(self, equal, path, what, a, b):
        if not equal:
            raise Difference(f"{path or '(root)'}: {what}: {a!r} became {b!r}"[:400])

    def same(self, a, b, path=""):
        self.expect(type(a) is type(b), path, "type", type(a), type(b))
        if isinstance(a, PLAIN):
            return self.expect(a == b, path, "value", a, b)
        if isinstance(a, float):
            return self.expect(a.hex() == b.hex(), path, "value", a, b)
        if isinstance(a, complex):
            return self.expect(repr(a) == repr(b), path, "value", a, b)
        known = self.twin.get(id(a))
        if known is not None:
            return self.expect(known is b, path, "shared value", a, b)
        if not isinstance(a, (tuple, frozenset)):
            self.twin[id(a)] = b
        self.keep.append((a, b))
        self.parts(a, b, path)

    def parts(self, a, b, path):
        if isinstance(a, torch.Tensor):
            self.tensors(a, b, path)
        elif isinstance(a, (torch.storage.TypedStorage, torch.UntypedStorage)):
            self.expect(list(a) == list(b), path, "storage", a, b)
        elif isinstance(a, (numpy.ndarray, numpy.generic)):
            self.arrays(a, b, path)
        elif isinstance(a, dict):
            self.expect(len(a) == len(b), path, "length", len(a), len(b))
            for (key_a, item_a), (key_b, item_b) in zip(a.items(), b.items()):
                self.same(key_a, key_b, path + "/<key>")
                self.same(item_a, item_b, f"{path}/{key_a}"[:300])
            factories = [getattr(value, "default_factory", None) for value in (a, b)]
            self.same(*factories, path + "/default_factory")
            self.attributes(a, b, path)
        elif isinstance(a, (list, tuple, collections.deque)):
            self.expect(len(a) == len(b), path, "length", len(a), len(b))
            for i, pair in enumerate(zip(a, b)):
                self.same(*pair, f"{path}/{i}"[:300])
            self.same(getattr(a, "maxlen", None), getattr(b, "maxlen", None), path + "/maxlen")
            self.attributes(a, b, path)
        elif isinstance(a, (set, frozenset)):
            self.expect(sorted(map(repr, a)) == sorted(map(repr, b)), path, "set", a, b)
        else:
            self.objects(a, b, path)

    def attributes(self, a, b, path):
        if getattr(a, "__dict__", None) is not None:
            self.same(vars(a), vars(b), path + "/__dict__")

    def objects(self, a, b, path):
        if isinstance(a, types.MethodType):
            self.expect(a.__func__ is b.__func__, path, "method", a, b)
            return self.same(a.__self__, b.__self__, path + "/__self__")
        if callable(a) and hasattr(a, "__qualname__"):
            return self.expect(a is b, path, "function", a, b)
        reduced_a, reduced_b = a.__reduce_ex__(2), b.__reduce_ex__(2)
        if isinstance(reduced_a, str):
            return self.expect(reduced_a == reduced_b, path, "name", reduced_a, reduced_b)
        self.expect(reduced_a[0] == reduced_b[0], path, "how it is made", reduced_a[0], reduced_b[0])
        for name, part_a, part_b in zip(("args", "state", "items", "pairs"), reduced_a[1:], reduced_b[1:]):
            if name in ("items", "pairs"):
                part_a, part_b = list(part_a or ()), list(part_b or ())
            self.same(part_a, part_b, f"{path}/{name}")

    def arrays(self, a, b, path):
        if isinstance(a, numpy.ndarray):  # NumPy turns elements to the machine's order when it loads protocol 2
            a, b = (array.astype(array.dtype.newbyteorder("="), order="K") for array in (a, b))
        self.expect((a.dtype, a.shape, a.flags.fnc) == (b.dtype, b.shape, b.flags.fnc), path, "array", a, b)
        if a.dtype.hasobject:
            self.same(list(a.ravel()), list(b.ravel()), path)
        else:
            self.expect(a.tobytes() == b.tobytes(), path, "elements", a, b)

    def tensors(self, a, b, path):
        for name in ("dtype", "shape", "requires_grad", "layout", "is_quantized", "device"):
            self.expect(getattr(a, name) == getattr(b, name), path, name, getattr(a, name), getattr(b, name))
        self.same(dict(a.__dict__), dict(b.__dict__), path + "/__dict__")
        if a.layout == torch.sparse_coo:
            self.same(a._indices(), b._indices(), path + "/indices")
            return self.same(a._values(), b._values(), path + "/values")
        if a.layout != torch.strided:
            return self.same([oracle.Oracle().describe(a.detach())], [oracle.Oracle().describe(b.detach())], path)
        if getattr(a, "is_nested", False):
            return self.same(list(a.unbind()), list(b.unbind()), path)
        for name in ("stride", "storage_offset", "is_conj", "is_neg"):
            self.expect(getattr(a, name)() == getattr(b, name)(), path, name, getattr(a, name)(), getattr(b, name)())
        if a.device.type == "meta":
            return None
        if a.is_quantized:
            self.expect(repr(a) == repr(b), path, "quantised values", a, b)
        elif not str(a.dtype).startswith("torch.bits"):
            self.expect(oracle.element_bytes(a) == oracle.element_bytes(b), path, "elements", a, b)
        return self.shared_storages(a, b, path)

    def shared_storages(self, a, b, path):
        key_a, key_b = oracle.storage_pointer(a), oracle.storage_pointer(b)
        self.expect(self.storages.setdefault(("a", key_a), key_b) == key_b, path, "storage shared", key_a, key_b)
        self.expect(self.storages.setdefault(("b", key_b), key_a) == key_a, path, "storage shared", key_a, key_b)
        size = [value.storage().nbytes() for value in (a, b)]
        self.expect(size[0] == size[1], path, "bytes of the storage", *size)


def accepted(path, **options):
    """What torch.load(weights_only=True) says: None where it loads, else its words."""
    try:
        torch.load(path, weights_only=True, map_location="cpu", **options)
    except Exception as error:
        return str(error).splitlines()[0]
    return None


def load(path):
    """A checkpoint, or a plain pickle."""
    try:
        return kit.load(path)
    except Exception:
        with open(path, "rb") as file:
            return pickle.load(file), {}


def compare(original, copy):
    if original.name.startswith("order_") and not KNOWS_BYTE_ORDER:
        original = original.with_name(original.name.replace("_big", "_zip"))
    try:
        before, places_before = load(original)
    except Exception as error:
        if "-v" in sys.argv:
            print(original, str(error).splitlines()[:1])
        return "unreadable"  # no PyTorch reads the original: damaged on purpose, or for another version
    if VERSION < (2, 0) and original.name.startswith("sparse_"):
        return "other form"  # compressed rows are rebuilt by another function since PyTorch 2
    after, places_after = kit.load(copy)
    Comparison().same(before, after)
    if places_before and collections.Counter(places_before.values()) != collections.Counter(places_after.values()):
        raise Difference(f"devices: {places_before} became {places_after}")
    if MODERN and accepted(original) is None:
        refusal = accepted(copy)
        if refusal:
            raise Difference(f"weights_only=True refuses the copy: {refusal}")
        refusal = accepted(copy, mmap=True)
        if refusal:
            raise Difference(f"mmap=True refuses the copy: {refusal}")
    with zipfile.ZipFile(copy) as archive:
        if archive.testzip():
            raise Difference(f"zipfile finds {archive.testzip()} damaged")
    return "same"


def main():
    originals, copies = map(pathlib.Path, sys.argv[1:3])
    counts, failures = collections.Counter(), []
    for copy in sorted(path for path in copies.rglob("*") if path.is_file()):
        name = copy.relative_to(copies)
        try:
            counts[compare(originals / name, copy)] += 1
        except Exception as error:
            failures.append(f"{name}: {type(error).__name__}: {error}")
    print(f"PyTorch {torch.__version__}: {dict(counts)}, {len(failures)} different")
    print("\n".join(failures))
    enough = counts["same"] >= 50  # a comparison of nothing proves nothing
    return 0 if enough and not failures else 1


def run():
    """Fixtures nest deeply: a thread may have a larger stack than the main one."""
    status = []
    sys.setrecursionlimit(1_000_000)
    threading.stack_size(512 * 1024 * 1024)
    thread = threading.Thread(target=lambda: status.append(main()))
    thread.start()
    thread.join()
    return status[0] if status else 1


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.exit(run())
