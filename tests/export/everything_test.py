#!/usr/bin/python3
# SPDX-FileCopyrightText: The Waypoint authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every file that the real PyTorch wrote for the fixtures, exported with all that is in it: PyTorch finds no difference."""
import json
import os
import pathlib
import sys
import threading
import unittest
import warnings

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "writer"))
import compare_rewritten
from exporting import ExportTest

FORMATS = ("torch-zip", "torch-legacy", "torch-tar", "pickle")


class Everything(ExportTest):
    def test_what_is_exported_whole_is_what_it_was(self):
        originals = pathlib.Path(os.environ["WAYPOINT_FIXTURES"])
        names = (originals / "index.txt").read_text().split("\n")
        same = 0
        for name in names:
            oracle = originals / (name + ".oracle.json")
            # What others write has another form in a file of torch.save; sources_test.py looks at those.
            if not oracle.is_file() or json.loads(oracle.read_text()).get("format") not in FORMATS:
                continue
            with self.subTest(file=name), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                copy = self.export(originals / name, "--device", "saved", "--keep-modules", "--keep-views", "--format",
                                   "pth")
                same += compare_rewritten.compare(originals / name, copy) == "same"
        self.assertGreater(same, 50)


def main():
    """Values in values in values: with room for them on the stack."""
    sys.setrecursionlimit(1_000_000)
    threading.stack_size(512 * 1024 * 1024)
    results = []
    thread = threading.Thread(target=lambda: results.append(unittest.main(exit=False).result.wasSuccessful()))
    thread.start()
    thread.join()
    return 0 if results == [True] else 1


if __name__ == "__main__":
    sys.exit(main())
