# SPDX-FileCopyrightText: The Waypoint authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What PyTorch says of the networks that Waypoint knows: python3 make_networks.py FOLDER"""
import os
import sys

import torch

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import registered_networks
import whole_modules
import scripted_networks

if __name__ == "__main__":
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    torch.set_num_threads(1)
    for maker in (registered_networks, whole_modules, scripted_networks):
        maker.write(folder)
