# SPDX-FileCopyrightText: The Waypoint authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules pickled whole, each with an input and what it makes of it in evaluation."""
import os

import torch
from torch import nn

import registered_networks as networks


class Norms(nn.Sequential):
    """A class of somebody's own, although it is only a Sequential."""


def tied():
    first, second = nn.Linear(5, 5), nn.Linear(5, 5)
    second.weight = first.weight
    return nn.Sequential(first, nn.Tanh(), second)


def shared():
    layer = nn.Linear(5, 5)
    return nn.Sequential(layer, nn.Tanh(), layer)


def half_frozen():
    net = nn.Sequential(nn.Linear(5, 4), nn.ReLU(), nn.Linear(4, 3))
    net[0].weight.requires_grad_(False)
    return net


# name: (module, shape of a batch)
MODULES = {
    "classifier": (lambda: nn.Sequential(
        nn.Sequential(nn.Conv2d(3, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU6(), nn.MaxPool2d(2)),
        nn.Sequential(nn.Conv2d(8, 8, 3, groups=4, dilation=2), nn.GroupNorm(2, 8), nn.SiLU(), nn.AvgPool2d(3, 2, 1)),
        nn.AdaptiveAvgPool2d((2, 2)), nn.Flatten(), nn.Dropout(0.3), nn.Linear(32, 5), nn.LogSoftmax(dim=1)),
        (2, 3, 16, 16)),
    "paddings": (lambda: nn.Sequential(
        nn.Conv2d(2, 3, 3, padding=1, padding_mode="reflect"), nn.Conv2d(3, 3, 3, padding=2, padding_mode="circular"),
        nn.Conv2d(3, 3, (3, 5), padding=(1, 2), padding_mode="replicate"), nn.Conv2d(3, 2, 4, padding="same"),
        nn.ZeroPad2d((1, 0, 2, 1)), nn.ConstantPad2d(1, 0.5), nn.ReflectionPad2d(1), nn.ReplicationPad2d((1, 2, 0, 0))),
        (2, 2, 9, 9)),
    "upwards": (lambda: nn.Sequential(
        nn.ConvTranspose2d(4, 4, 3, stride=2, padding=1, output_padding=1), nn.InstanceNorm2d(4, affine=True),
        nn.PixelShuffle(2), nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True), nn.Upsample(size=9),
        nn.UpsamplingNearest2d(scale_factor=2)), (2, 4, 4, 4)),
    "activations": (lambda: nn.Sequential(
        nn.LeakyReLU(0.2), nn.ELU(0.7), nn.CELU(1.2), nn.SELU(), nn.GELU(), nn.GELU(approximate="tanh"), nn.SiLU(),
        nn.Mish(), nn.Hardswish(), nn.Hardsigmoid(), nn.Hardtanh(-0.5, 2), nn.Softplus(2, 10), nn.PReLU(6), nn.Tanh(),
        nn.Sigmoid(), nn.Threshold(0.1, 0.2), nn.LogSigmoid(), nn.Identity(), nn.Softmax(dim=-1)), (3, 6)),
    "lines": (lambda: nn.Sequential(
        nn.Conv1d(2, 4, 3, stride=2), nn.BatchNorm1d(4, momentum=None), nn.MaxPool1d(2, ceil_mode=True),
        nn.AdaptiveMaxPool1d(3), nn.Unflatten(1, (2, 2)), nn.Flatten(1, 2), nn.LayerNorm([4, 3]), nn.AvgPool1d(2),
        nn.Dropout1d()), (2, 2, 20)),
    "volumes": (lambda: nn.Sequential(
        nn.Conv3d(1, 2, 3), nn.BatchNorm3d(2, affine=False), nn.AvgPool3d(2, divisor_override=3), nn.Dropout3d(),
        nn.AdaptiveAvgPool3d(1), nn.Flatten(), nn.Linear(2, 2)),
        (2, 1, 6, 6, 6)),
    "untracked": (lambda: nn.Sequential(nn.BatchNorm2d(3, track_running_stats=False),
                                        nn.InstanceNorm2d(3, track_running_stats=True)), (4, 3, 5, 5)),
    "cifar_class": (lambda: networks.CifarNet(6), (2, 3, 32, 32)),
    "wrapped": (lambda: nn.DataParallel(networks.mlp(4, 5, 3)), (2, 4)),
    "tied": (tied, (2, 5)),
    "shared": (shared, (2, 5)),
    "half_frozen": (half_frozen, (2, 5)),
}


class Odd(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(3, 3)

    def forward(self, x):
        return self.layer(x) * 2


def with_hook():
    net = nn.Sequential(nn.Linear(3, 3))
    net[0].register_forward_hook(print)
    return net


def with_attribute():
    net = nn.Sequential(nn.Linear(3, 3))
    net[0].temperature = 2.0
    return net


def with_indices():
    return nn.Sequential(nn.MaxPool2d(2, return_indices=True))


REFUSED = {"odd": Odd, "odd_inside": lambda: nn.Sequential(nn.ReLU(), Odd()), "hook": with_hook,
           "attribute": with_attribute, "indices": with_indices, "lstm": lambda: nn.LSTM(2, 3),
           "own_sequential": lambda: Norms(nn.ReLU(), nn.Linear(2, 2)),
           "max_norm": lambda: nn.Sequential(nn.Embedding(3, 2, max_norm=1.0))}


def write(folder):
    for name, (make, shape) in MODULES.items():
        torch.manual_seed(networks.SEED)
        module = make()
        if isinstance(module, nn.Sequential):
            module(torch.rand(*shape))  # so that running statistics are no zeros and ones
        module.eval()
        batch = torch.randn(*shape)
        with torch.no_grad():
            output = module(batch)
        torch.save(module, os.path.join(folder, f"module_{name}.pth"))
        torch.save({"input": batch, "output": output, "names": list(module.state_dict()),
                    "parameters": [key for key, _ in module.named_parameters()]},
                   os.path.join(folder, f"module_{name}_known.pth"))
    words = nn.Sequential(nn.Embedding(9, 4, padding_idx=0), nn.Flatten(), nn.Linear(12, 2))
    batch = torch.tensor([[1, 2, 0], [3, 4, 8]])
    torch.save(words, os.path.join(folder, "module_words.pth"))
    torch.save({"input": batch, "output": words(batch).detach(), "names": list(words.state_dict())},
               os.path.join(folder, "module_words_known.pth"))
    for name, make in REFUSED.items():
        torch.save(make(), os.path.join(folder, f"refused_{name}.pth"))
    torch.save({"epoch": 3, "net": networks.mlp(4, 5, 3)}, os.path.join(folder, "module_in_dict.pth"))
    write_steps(folder)


def write_steps(folder):
    """Statistics after a pass in training: momentum, and the plain average where it is None."""
    torch.manual_seed(networks.SEED)
    net = nn.Sequential(nn.BatchNorm1d(3), nn.BatchNorm1d(3, momentum=None))
    batches = torch.randn(4, 8, 3)
    torch.save(net, os.path.join(folder, "module_statistics.pth"))
    for batch in batches:
        net(batch)
    torch.save({"batches": batches, "after": net.state_dict()}, os.path.join(folder, "module_statistics_known.pth"))
