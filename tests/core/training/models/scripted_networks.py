# SPDX-FileCopyrightText: The Waypoint authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""TorchScript modules: scripted, traced in either mode, frozen, with odd inputs and outputs."""
import os
import warnings
from typing import Tuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

SEED = 7


class Net(nn.Module):
    """Dropout, BatchNorm, and two small operations in a row, which executors like to fuse."""

    def __init__(self):
        super().__init__()
        self.head = nn.Sequential(nn.Dropout(0.2), nn.Linear(72, 5))
        self.conv = nn.Conv2d(1, 8, 3)
        self.norm = nn.BatchNorm2d(8)
        self.register_buffer("scale", torch.tensor(1.5))
        self.bias = nn.Parameter(torch.zeros(8, 1, 1))

    def forward(self, x):
        x = F.dropout(torch.tanh(self.norm(self.conv(x))) * self.scale + self.bias, 0.1, self.training)
        x = torch.sigmoid(x) * x + 0.1 * torch.relu(x)
        return self.head(F.max_pool2d(x, 2).flatten(1))


class Pair(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 3)

    def forward(self, x) -> Tuple[Tensor, Tensor]:
        return self.layer(x), x


class TwoInputs(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 3)

    def forward(self, x, y):
        return self.layer(x) + y


def write(folder):
    def path(name):
        return os.path.join(folder, name)

    warnings.simplefilter("ignore")
    torch.manual_seed(SEED)
    net = Net()
    net.conv.bias.requires_grad_(False)
    batch = torch.randn(6, 1, 8, 8)
    torch.jit.script(net).save(path("scripted.pt"))
    loaded = torch.jit.load(path("scripted.pt"))
    torch.save({"names": list(loaded.state_dict()), "parameters": [name for name, _ in loaded.named_parameters()],
                "input": batch, "target": torch.randint(5, (6,)), "output": net.eval()(batch).detach()},
               path("scripted_known.pth"))
    torch.jit.trace(net.eval(), batch).save(path("traced_eval.pt"))
    torch.jit.trace(net.train(), batch, check_trace=False).save(path("traced_train.pt"))
    torch.jit.trace(nn.Sequential(nn.Linear(4, 3), nn.ReLU()), torch.rand(2, 4)).save(path("traced_plain.pt"))
    torch.jit.freeze(torch.jit.script(net.eval())).save(path("frozen.pt"))
    torch.jit.script(nn.ReLU()).save(path("no_parameters.pt"))
    torch.jit.script(Pair()).save(path("pair.pt"))
    torch.jit.script(TwoInputs()).save(path("two_inputs.pt"))
    torch.jit.script(nn.Sequential(nn.Embedding(9, 4), nn.Flatten(), nn.Linear(12, 2))).save(path("script_words.pt"))
