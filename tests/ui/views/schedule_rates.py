#!/usr/bin/python3
# SPDX-FileCopyrightText: The Waypoint authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs code that makes schedulers: a JSON list of {code, lr, steps} comes in, a list of lists of rates goes out."""
import json
import sys
import warnings

import torch


def rates(case):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=case["lr"], momentum=0.9)
    names = {"torch": torch, "optimizer": optimizer}
    exec(case["code"], names)
    found = []
    for _ in range(case["steps"]):
        found.append(float(optimizer.param_groups[0]["lr"]))
        optimizer.step()
        scheduler = names.get("scheduler")
        if isinstance(scheduler, torch.optim.lr_scheduler.ReduceLROnPlateau):
            scheduler.step(1.0)
        elif scheduler and len(found) < case["steps"]:
            scheduler.step()
    return found


warnings.simplefilter("ignore")  # deprecations of whichever torch this is
torch.set_num_threads(1)
json.dump([rates(case) for case in json.load(sys.stdin)], sys.stdout)
