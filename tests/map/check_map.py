#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Waypoint authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds the code against the map in CONTRIBUTING.md: who may include whom, who may wait, who may link what.

    check_map.py SOURCE_DIR [--without-torch=PROGRAM]... [--without-qt=PROGRAM]...

Exits with 1 and one line per finding. Programs are named with what they must not link: the window starts without LibTorch,
the trainer runs where there is no Qt.
"""

import argparse
import pathlib
import re
import subprocess
import sys

CORE = {
    "base": set(),
    "io": {"base"},
    "tensor": {"base", "io"},
    "pickle": {"base", "io", "tensor"},
    "checkpoint": {"base", "io", "tensor", "pickle"},
    "schedule": {"base", "io", "tensor", "pickle", "checkpoint"},
    "metrics": {"base", "io", "tensor", "pickle", "checkpoint"},
    "data": {"base", "io", "tensor", "pickle", "checkpoint"},
    "run": {"base", "io", "tensor", "pickle", "checkpoint", "schedule", "metrics", "data"},
    "training": {"base", "io", "tensor", "pickle", "checkpoint", "schedule", "metrics", "data", "run"},
}
UI = {
    "jobs": set(),
    "models": {"jobs"},
    "views": {"jobs", "models"},
    "pages": {"jobs", "models", "views"},
    "": {"jobs", "models", "views", "pages"},
}
WAITING = re.compile(r"processEvents|QEventLoop|waitFor(Finished|Started|ReadyRead|BytesWritten|Done)\b|\bsleep\(|msleep\(|\.exec\(\)")
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]')


def room(path):
    parts = path.parts
    return parts[1] if len(parts) > 2 else ""


def includes(path):
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if match := INCLUDE.match(line):
            yield number, match.group(2)


def arrow_findings(relative, number, target):
    top, own = relative.parts[0], room(relative)
    if target.startswith("core/"):
        other = target.split("/")[1]
        if top == "core" and other != own and other not in CORE[own]:
            yield f"{relative}:{number}: core/{own} may not include core/{other}"
    elif target.startswith("ui/"):
        other = room(pathlib.PurePath(target))
        if top == "core":
            yield f"{relative}:{number}: core includes ui"
        elif top == "ui" and other != own and other not in UI[own]:
            yield f"{relative}:{number}: ui/{own} may not include ui/{other}"
    elif target.startswith("app/") and top != "app":
        yield f"{relative}:{number}: only app/ may include app/"


def library_findings(relative, number, target):
    top, own = relative.parts[0], room(relative)
    if re.match(r"Q[A-Z]|Qt", target) and (top == "core" or relative.parts[:2] in (("app", "inspect"), ("app", "train"))):
        yield f"{relative}:{number}: {top}/{own} is plain C++, without Qt"
    if target == "QtWidgets" or (top == "ui" and own == "models" and re.match(r"Q\w*(Widget|View|Dialog|Layout|Button)$", target)):
        yield f"{relative}:{number}: models know no widgets"
    if re.match(r"(torch|ATen|c10|caffe2)/", target) and (top, own) != ("core", "training"):
        yield f"{relative}:{number}: only core/training includes LibTorch"
    if target == "qcustomplot.h" and not (relative.parts[:2] == ("ui", "views") and relative.name.startswith("plot")):
        yield f"{relative}:{number}: only ui/views/plot* includes QCustomPlot"


def source_findings(root):
    for path in sorted(p for top in ("app", "core", "ui") for p in (root / top).rglob("*") if p.suffix in (".h", ".cpp")):
        relative = path.relative_to(root)
        text = path.read_text(encoding="utf-8")
        if "SPDX-License-Identifier: GPL-3.0-or-later" not in text:
            yield f"{relative}: no SPDX line"
        for number, target in includes(path):
            yield from arrow_findings(relative, number, target)
            yield from library_findings(relative, number, target)
        if relative.parts[0] == "ui":
            for number, line in enumerate(text.splitlines(), 1):
                if WAITING.search(line.split("//")[0]) and "menu" not in line.lower():
                    yield f"{relative}:{number}: the window waits or nests its event loop: {line.strip()}"


def torch_findings(program):
    listing = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    for line in listing.splitlines():
        if re.search(r"lib(torch|c10|caffe2)", line):
            yield f"{program} links {line.strip()}"


def qt_findings(program):
    # Only what the program itself asks for: Debian 12's LibTorch drags Qt 5 in through OpenCV.
    listing = subprocess.run(["readelf", "-d", program], capture_output=True, text=True, check=True).stdout
    for line in listing.splitlines():
        if "(NEEDED)" in line and "libQt" in line:
            yield f"{program} links {line.split('[')[-1].rstrip(']')}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("source", type=pathlib.Path)
    parser.add_argument("--without-torch", action="append", default=[])
    parser.add_argument("--without-qt", action="append", default=[])
    arguments = parser.parse_args()
    findings = list(source_findings(arguments.source))
    for program in arguments.without_torch:
        findings += torch_findings(program)
    for program in arguments.without_qt:
        findings += qt_findings(program)
    print("\n".join(findings) or "The code keeps to the map.")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
