#!/usr/bin/python3
# SPDX-FileCopyrightText: The Waypoint authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Collects small valid files for the fuzz targets: those that tests/fixtures writes with the PyTorch of this machine,
sorted by the target that reads them.

usage: make_seeds.py FOLDER [MORE...]    MORE: files or folders to take small files from as well
"""
import hashlib
import io
import pathlib
import pickle
import struct
import subprocess
import sys
import tarfile
import tempfile
import types
import zipfile

LARGEST = 96 * 1024
FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "make_fixtures.py"


def targets_of(name, content):
    """The fuzz targets whose reader recognises this content."""
    if content[:4] == b"PK\x03\x04" or b"PK\x05\x06" in content[-200:]:
        return ["torchZip", "zip", "archive", "open"]
    if name == ".metadata":
        return ["dcp", "values", "open"]
    if content[257:262] == b"ustar":
        return ["torchTar", "open"]
    if content[8:9] == b"{" and int.from_bytes(content[:8], "little") <= len(content):
        return ["safetensors", "open"]
    if content[:1] == b"{":
        return ["index", "open"]
    if b"\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19" in content[:20]:
        return ["torchLegacy", "values", "open"]
    return ["pickle", "values", "open"]


def add(folder, target, content):
    place = folder / target
    place.mkdir(parents=True, exist_ok=True)
    (place / hashlib.sha1(content).hexdigest()).write_bytes(content)


def add_pickles_of(folder, path):
    """What lies in a zip as a pickle, for the target that reads bare ones."""
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                if member.filename.endswith(".pkl") and member.file_size <= LARGEST:
                    add(folder, "values", archive.read(member))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError):
        pass  # a fixture that is damaged on purpose


def collect(folder, sources):
    for source in sources:
        for path in [source] if source.is_file() else sorted(source.rglob("*")):
            if not path.is_file() or path.stat().st_size > LARGEST or path.name.endswith(".oracle.json"):
                continue
            content = path.read_bytes()
            for target in targets_of(path.name, content) + ["salvage"]:
                add(folder, target, content)
            add_pickles_of(folder, path)


class Named:
    """Pickles as the name of something in torch, which need not be there."""

    def __init__(self, module, name):
        self.module, self.name = module, name


class Call:
    """Pickles as a call of something named, with a state."""

    def __init__(self, module, name, args=(), state=None):
        self.parts = (Named(module, name), args) + ((state,) if state is not None else ())

    def __reduce__(self):
        return self.parts


class Pickler(pickle._Pickler):
    def save(self, obj, save_persistent_id=True):
        if isinstance(obj, Named):
            self.write(pickle.GLOBAL + f"{obj.module}\n{obj.name}\n".encode())
        elif isinstance(obj, Call):
            function, args, *state = obj.parts
            self.save(function)
            self.save(args)
            self.write(pickle.REDUCE)
            self.memoize(obj)
            if state:
                self.save(state[0])
                self.write(pickle.BUILD)
        else:
            super().save(obj, save_persistent_id)

    def persistent_id(self, obj):
        return obj.key if isinstance(obj, types.SimpleNamespace) else None


def pickled(value):
    into = io.BytesIO()
    Pickler(into, 2).dump(value)
    return into.getvalue()


def old_tar():
    """The tar that PyTorch wrote before 0.1.10: storages, tensors and the pickle apart."""
    storages = pickled(1) + pickled(("7", "cpu", Named("torch", "FloatStorage"))) + struct.pack("<q", 6)
    storages += struct.pack("<6f", *range(6)) + pickled([("8", "7", 2, 3)])
    tensors = pickled(2)
    for key, storage, shape in (("1", "7", (2, 3)), ("2", "8", (3,))):
        strides = [1] * len(shape) if len(shape) == 1 else [shape[1], 1]
        tensors += pickled((key, storage, Named("torch", "FloatTensor")))
        tensors += struct.pack("<ii", len(shape), 0) + struct.pack(f"<{2 * len(shape) + 1}q", *shape, *strides, 0)
    content = {"weight": types.SimpleNamespace(key="1"), "bias": types.SimpleNamespace(key="2"), "epoch": 3}
    info = {"protocol_version": 1000, "little_endian": True, "type_sizes": {"short": 2, "int": 4, "long": 4}}
    into = io.BytesIO()
    with tarfile.open(fileobj=into, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, data in (("sys_info", pickled(info)), ("pickle", pickled(content)), ("storages", storages),
                           ("tensors", tensors)):
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return into.getvalue()


def distributed_metadata():
    """.metadata of a torch.distributed.checkpoint folder: one tensor in two pieces, one value."""
    module = "torch.distributed.checkpoint.metadata"

    def instance(name, state, where=module):
        return Call("copyreg", "_reconstructor", (Named(where, name), Named("builtins", "object"), None), state)

    def size(*dims):
        return Call("torch", "Size", (dims,))

    properties = instance("TensorProperties", (Named("torch", "float32"), None, False, 0, False))
    chunks = [instance("ChunkStorageMetadata", {"offsets": size(i, 0), "sizes": size(1, 3)}) for i in range(2)]
    tensor = instance("TensorStorageMetadata", {"properties": properties, "size": size(2, 3), "chunks": chunks})
    items = {"model.weight": tensor, "epoch": instance("BytesStorageMetadata", {})}
    places = {}
    for i in range(2):
        index = instance("MetadataIndex", {"fqn": "model.weight", "offset": size(i, 0), "index": i})
        places[index] = instance("_StorageInfo", {"relative_path": f"__{i}_0.distcp", "offset": 0, "length": 12},
                                 "torch.distributed.checkpoint.filesystem")
    planner = {"model.weight": ("model", "weight"), "epoch": ("epoch",)}
    return pickled(instance("Metadata", {"state_dict_metadata": items, "planner_data": planner,
                                         "storage_data": places}))


def add_logs(folder):
    """Logs of every kind, with a first byte that says where they are cut (see fuzz_curves.cpp)."""
    with tempfile.TemporaryDirectory() as logs:
        subprocess.run([sys.executable, str(FIXTURES.parent / "curves.py"), logs], check=True,
                       stdout=subprocess.DEVNULL)
        for path in pathlib.Path(logs).rglob("*"):
            if path.is_file() and path.stat().st_size <= LARGEST and path.suffix not in (".pth", ".ckpt"):
                add(folder, "curves", b"\x80" + path.read_bytes())


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as fixtures:
        subprocess.run([sys.executable, str(FIXTURES), fixtures], check=True, stdout=subprocess.DEVNULL)
        collect(folder, [pathlib.Path(fixtures), *map(pathlib.Path, sys.argv[2:])])
    add_logs(folder)
    for target in ("torchTar", "open"):
        add(folder, target, old_tar())
    for target in ("dcp", "values", "open"):
        add(folder, target, distributed_metadata())
    print(f"{sum(1 for path in folder.rglob('*') if path.is_file())} seeds in {folder}")


if __name__ == "__main__":
    main()
