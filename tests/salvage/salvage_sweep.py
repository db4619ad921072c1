# SPDX-FileCopyrightText: The Waypoint authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Damages files of torch.save in many places and compares what waypoint-inspect salvage makes of them.

Usage: salvage_sweep.py WAYPOINT_INSPECT FOLDER [CUTS] [WIDTH]

Which tensors must be there is worked out from the sound file alone: the offsets of zipfile's members, and the layout of
legacy files (torch/serialization.py, _legacy_save). Each of them must come back bit for bit; nothing else may.
"""
import collections
import json
import os
import pickle
import random
import struct
import subprocess
import sys
import zipfile

import torch

TOOL, FOLDER = sys.argv[1:3]
CUTS = int(sys.argv[3]) if len(sys.argv) > 3 else 14
WIDTH = int(sys.argv[4]) if len(sys.argv) > 4 else 96
ZERO_TAIL = 512  # shorter runs of zeros at a file's end may be data

Look = collections.namedtuple("Look", "pid offset size stride")
failures = []
compared = []


def named(value, path=()):
    """Every tensor (or Look) of nested dicts and lists with its path as the command line writes it."""
    if isinstance(value, (torch.Tensor, Look)):
        yield "/".join(path), value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from named(item, path + (str(key).replace("/", "%2F"),))
    elif isinstance(value, (list, tuple)):
        for i, item in enumerate(value):
            yield from named(item, path + (str(i),))


class Looks(pickle.Unpickler):
    """Reads a pickle of torch.save; a tensor becomes how it looks at its storage."""

    def persistent_load(self, pid):
        return (pid,)

    def find_class(self, module, name):
        if name == "_rebuild_tensor_v2":
            return lambda storage, offset, size, stride, *rest: Look(storage[0], offset, size, stride)
        if name.endswith("Storage"):
            return getattr(torch, name)
        return super().find_class(module, name)


def item_bytes(pid):
    return pid[1](0).element_size() if isinstance(pid[1], type) else torch.empty(0, dtype=pid[1].dtype).element_size()


def places_of(looks, storages):
    """Path -> first and one-past-last byte in the file of what the tensor looks at."""
    places = {}
    for path, look in named(looks):
        item = item_bytes(look.pid)
        reach = sum((n - 1) * s for n, s in zip(look.size, look.stride)) + 1
        start = storages[look.pid[2]][0] + look.offset * item
        places[path] = (start, start + reach * item)
    return places


def zip_layout(path):
    """Places of tensors; of storages by key; of the pickle."""
    data = open(path, "rb").read()
    storages, values, pickled = {}, None, None
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            name, extra = struct.unpack_from("<HH", data, info.header_offset + 26)
            start = info.header_offset + 30 + name + extra
            parts = info.filename.split("/")
            if len(parts) == 3 and parts[1] == "data":
                storages[parts[2]] = (start, start + info.file_size)
            if parts[-1] == "data.pkl":
                pickled = (start, start + info.file_size)
                with archive.open(info) as stream:
                    values = Looks(stream).load()
    return places_of(values, storages), storages, pickled


def legacy_layout(path):
    with open(path, "rb") as stream:
        for _ in range(3):
            pickle.load(stream)
        values = Looks(stream).load()
        keys = pickle.load(stream)
        at = stream.tell()
    pids = {look.pid[2]: look.pid for _, look in named(values)}
    first = at
    storages = {}
    for key in keys:
        length = pids[key][4] * item_bytes(pids[key])
        storages[key] = (at + 8, at + 8 + length)
        at += 8 + length
    assert at == os.path.getsize(path)
    return places_of(values, storages), storages, (0, first)


def training_checkpoint():
    torch.manual_seed(0)
    layers = [torch.nn.Sequential(torch.nn.Linear(WIDTH, WIDTH), torch.nn.BatchNorm1d(WIDTH)) for _ in range(8)]
    model = torch.nn.Sequential(*layers)
    optimizer = torch.optim.Adam(model.parameters())
    model(torch.randn(16, WIDTH)).pow(2).sum().backward()
    optimizer.step()
    return {"epoch": 7, "model": model.state_dict(), "optimizer": optimizer.state_dict(), "loss": 0.5}


def one_large_and_views():
    """As VGG16: nearly all in one tensor; and several tensors that look at one storage."""
    torch.manual_seed(1)
    base = torch.randn(40 * WIDTH)
    third = len(base) // 3
    return collections.OrderedDict([("head", base[:third]), ("middle", base[third : 2 * third]), ("rest", base[2 * third :]),
                                    ("turned", base[: WIDTH * 3].view(3, WIDTH).t()), ("counts", torch.arange(300)),
                                    ("half", torch.randn(77).half()), ("large", torch.randn(WIDTH, 20 * WIDTH)),
                                    ("bias", torch.randn(WIDTH))])


def bits(tensor):
    return tensor.dtype, tensor.shape, tensor.stride(), tensor.contiguous().numpy().tobytes()


def check(what, condition, detail):
    if not condition:
        failures.append("%s: %s" % (what, detail))


class Case:
    """A sound file, and what comes of it when it is damaged."""

    def __init__(self, name, value, is_zip):
        self.name = "%s, %s" % (name, "zip" if is_zip else "legacy")
        self.sound_path = os.path.join(FOLDER, "sound.pth")
        torch.save(value, self.sound_path, _use_new_zipfile_serialization=is_zip)
        self.sound = dict(named(value))
        self.places, self.storages, self.pickled = (zip_layout if is_zip else legacy_layout)(self.sound_path)
        assert set(self.places) == set(self.sound)
        self.data = open(self.sound_path, "rb").read()
        self.is_zip = is_zip

    def salvage(self, what, data):
        """The command's answer and the tensors of what it wrote; None where it says that nothing is left."""
        damaged, saved = os.path.join(FOLDER, "damaged.pth"), os.path.join(FOLDER, "saved.pth")
        with open(damaged, "wb") as file:
            file.write(data)
        if os.path.exists(saved):
            os.remove(saved)
        run = subprocess.run([TOOL, "salvage", damaged, "-o", saved, "--json"], capture_output=True, text=True)
        check(what, run.returncode in (0, 2), "exit status %d %s" % (run.returncode, run.stderr))
        if run.returncode != 0:
            check(what, run.stderr.count("\n") == 1 and not os.path.exists(saved), run.stderr)
            return None, {}
        return json.loads(run.stdout), dict(named(torch.load(saved)))

    def expect(self, what, data, wanted):
        what = "%s, %s" % (self.name, what)
        answer, saved = self.salvage(what, data)
        wrong = [path for path, tensor in saved.items() if bits(tensor) != bits(self.sound[path])]
        compared.append(len(saved))
        check(what, not wrong, "other bytes than were saved: %s" % wrong[:3])
        check(what, set(saved) == wanted,
              "saved %s and not %s" % (sorted(set(saved) - wanted)[:3], sorted(wanted - set(saved))[:3]))
        if answer is None:
            return
        lost = {part["path"] for part in answer["lost"]}
        # Names that come after the place where the pickle breaks off are nowhere to be found.
        is_named = len(data) > self.pickled[1] and any(data[self.pickled[1] :])
        missing = set(self.sound) - set(saved)
        check(what, lost == missing if is_named else lost <= missing, "lost %s" % sorted(lost ^ missing)[:3])
        check(what, answer["tensors"] == len(saved), "says %d tensors" % answer["tensors"])
        check(what, all(part["reason"] for part in answer["lost"]), "a loss without a reason")

    def before(self, end):
        return {path for path, (_, last) in self.places.items() if last <= end}

    def cut_at(self, end):
        kept = self.data[:end]
        self.expect("cut at byte %d" % end, kept, self.before(end))
        # A crash leaves zeros, and nobody can tell where they begin if the data ends in some.
        if len(self.data) - end >= ZERO_TAIL:
            zeros = len(kept) - len(kept.rstrip(b"\0"))
            self.expect("zeros from byte %d" % end, kept + bytes(len(self.data) - end), self.before(end - zeros))

    def sweep_cuts(self, rng):
        size = len(self.data)
        places = [size * tenth // 10 for tenth in range(1, 11)]
        places += [rng.randrange(1, size) for _ in range(CUTS)]
        places += [last for _, last in rng.sample(sorted(self.places.values()), 4)]
        for end in places:
            self.cut_at(end)

    def flipped(self, at, rng):
        data = bytearray(self.data)
        data[at] ^= 1 << rng.randrange(8)
        return bytes(data)

    def hit_by(self, at, end):
        """Tensors that bytes [at, end) spoil: in a zip, by the checksum, all that look at the storage."""
        spoilt = set()
        for path, (first, last) in self.places.items():
            whole = next(s for s in self.storages.values() if s[0] <= first and last <= s[1])
            where = whole if self.is_zip else (first, last)
            if where[0] < end and at < where[1]:
                spoilt.add(path)
        return spoilt

    def sweep_flips(self, rng):
        """One byte anywhere but in the pickle: only the storage it is in is lost, none outside of the data."""
        inside = sorted(self.storages.values())
        free = [at for at in range(self.pickled[1], len(self.data))
                if not any(first <= at < last for first, last in inside)] if self.is_zip else []
        free += list(range(self.pickled[0])) if self.is_zip else []
        places = [rng.randrange(*span) for span in rng.sample(inside, min(4, len(inside)))]
        places += rng.sample(free, min(CUTS * 2, len(free)))
        for at in places:
            # Nothing but a checksum could tell a legacy file's wrong byte.
            if self.is_zip:
                self.expect("byte %d" % at, self.flipped(at, rng), set(self.sound) - self.hit_by(at, at + 1))
        if not self.is_zip:
            for first, _ in rng.sample(inside, min(4, len(inside))):
                at = first - rng.randrange(1, 9)
                self.expect("count at byte %d" % at, self.flipped(at, rng), set(self.sound))

    def sweep_holes(self, rng):
        """Blocks that never reached the disk, in the middle of a file whose directory did."""
        for _ in range(CUTS // 2 if self.is_zip else 0):
            at = rng.randrange(self.pickled[1] // 512 + 1, len(self.data) // 512 - 8) * 512
            data = self.data[:at] + bytes(1024) + self.data[at + 1024 :]
            same = all(self.data[i] == 0 for i in range(at, at + 1024))
            headers_only = self.hit_by(at, at + 1024)
            what = "%s, hole at byte %d" % (self.name, at)
            answer, saved = self.salvage(what, data)
            wrong = [path for path, tensor in saved.items() if bits(tensor) != bits(self.sound[path])]
            check(what, not wrong, "other bytes than were saved: %s" % wrong[:3])
            check(what, same or set(self.sound) - headers_only == set(saved),
                  "not saved: %s" % sorted(set(self.sound) - headers_only - set(saved))[:3])

    def sweep_pickle(self, rng):
        """A damaged pickle: whatever is made of it, it is said to be uncertain, and nothing crashes."""
        for _ in range(CUTS):
            at = rng.randrange(*self.pickled)
            answer, _ = self.salvage_unread("%s, pickle at byte %d" % (self.name, at), self.flipped(at, rng))
            if self.is_zip:
                # A checksum tells which bit is wrong.
                check(self.name, answer is not None and answer["damaged"] and not answer["lost"],
                      "one damaged bit of the pickle at byte %d: %s" % (at, answer and answer["lost"][:3]))

    def salvage_unread(self, what, data):
        damaged, saved = os.path.join(FOLDER, "damaged.pth"), os.path.join(FOLDER, "saved.pth")
        with open(damaged, "wb") as file:
            file.write(data)
        run = subprocess.run([TOOL, "salvage", damaged, "-o", saved, "--json"], capture_output=True, text=True)
        check(what, run.returncode in (0, 2), "exit status %d %s" % (run.returncode, run.stderr))
        return (json.loads(run.stdout) if run.returncode == 0 else None), None


def loads_into_a_model(rng):
    """What is saved of a model goes where it came from."""
    model = torch.nn.Sequential(torch.nn.Linear(WIDTH, WIDTH), torch.nn.Linear(WIDTH, 10))
    case = Case("model", model.state_dict(), True)
    _, saved = case.salvage("model", case.data[: len(case.data) // 2])
    fresh = torch.nn.Sequential(torch.nn.Linear(WIDTH, WIDTH), torch.nn.Linear(WIDTH, 10))
    report = fresh.load_state_dict(saved, strict=False)
    check("model", not report.unexpected_keys and set(report.missing_keys) == set(case.sound) - set(saved), report)


def main():
    os.makedirs(FOLDER, exist_ok=True)
    rng = random.Random(6)
    for name, value in (("training", training_checkpoint()), ("large", one_large_and_views())):
        for is_zip in (True, False):
            case = Case(name, value, is_zip)
            for sweep in (case.sweep_cuts, case.sweep_flips, case.sweep_holes, case.sweep_pickle):
                sweep(rng)
    loads_into_a_model(rng)
    for failure in failures[:40]:
        print(failure)
    print("%d damaged files, %d tensors compared, %d failures" % (len(compared), sum(compared), len(failures)))
    return 1 if failures or not sum(compared) else 0


if __name__ == "__main__":
    sys.exit(main())
