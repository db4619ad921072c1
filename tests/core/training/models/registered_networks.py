# SPDX-FileCopyrightText: The Waypoint authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The networks that --model knows by name, as Python programs define them, and what they make of one input."""
import hashlib
import os

import torch
import torch.nn.functional as F
from torch import nn

SEED = 7


class Iris(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3))

    def forward(self, x):
        return self.fc(x)


class CifarNet(nn.Module):
    def __init__(self, classes=10):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.pool = nn.MaxPool2d(2, 2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, classes)

    def forward(self, x):
        x = self.pool(F.relu(self.conv1(x)))
        x = self.pool(F.relu(self.conv2(x)))
        x = F.relu(self.fc2(F.relu(self.fc1(torch.flatten(x, 1)))))
        return self.fc3(x)


class Lenet2(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 6, 5), nn.ReLU(), nn.MaxPool2d(2),
                                      nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2))
        self.classifier = nn.Sequential(nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(),
                                        nn.Linear(84, classes))

    def forward(self, x):
        return self.classifier(self.features(x).flatten(1))


class Vgg16(nn.Module):
    """In torchvision's layout and initialisation."""

    def __init__(self, classes=1000):
        super().__init__()
        layers, channels = [], 3
        for width, repeats in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
            for _ in range(repeats):
                layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU(inplace=True)]
                channels = width
            layers.append(nn.MaxPool2d(2, 2))
        self.features = nn.Sequential(*layers)
        self.avgpool = nn.AdaptiveAvgPool2d((7, 7))
        self.classifier = nn.Sequential(nn.Linear(25088, 4096), nn.ReLU(True), nn.Dropout(), nn.Linear(4096, 4096),
                                        nn.ReLU(True), nn.Dropout(), nn.Linear(4096, classes))
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
                nn.init.zeros_(module.bias)
            elif isinstance(module, nn.Linear):
                nn.init.normal_(module.weight, 0, 0.01)
                nn.init.zeros_(module.bias)

    def forward(self, x):
        return self.classifier(self.avgpool(self.features(x)).flatten(1))


class Block(nn.Module):
    """Both of torchvision's residual blocks: two convolutions of 3x3, or one between two of 1x1."""

    def __init__(self, channels, width, stride, bottleneck):
        super().__init__()
        out = 4 * width if bottleneck else width
        downsample = None
        if stride != 1 or channels != out:
            downsample = nn.Sequential(nn.Conv2d(channels, out, 1, stride, bias=False), nn.BatchNorm2d(out))
        stages = [(1, 1), (3, stride), (1, 1)] if bottleneck else [(3, stride), (3, 1)]
        for number, (kernel, step) in enumerate(stages, 1):
            to = out if number == len(stages) else width
            setattr(self, f"conv{number}", nn.Conv2d(channels, to, kernel, step, kernel // 2, bias=False))
            setattr(self, f"bn{number}", nn.BatchNorm2d(to))
            channels = to
        self.stages = len(stages)
        self.downsample = downsample

    def forward(self, x):
        y = x
        for number in range(1, self.stages + 1):
            y = getattr(self, f"bn{number}")(getattr(self, f"conv{number}")(y))
            if number < self.stages:
                y = F.relu(y)
        return F.relu(y + (x if self.downsample is None else self.downsample(x)))


class ResNet(nn.Module):
    """In torchvision's layout and initialisation."""

    def __init__(self, blocks, bottleneck, classes=1000):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        channels = 64
        for i, count in enumerate(blocks):
            layer = []
            for block in range(count):
                layer.append(Block(channels, 64 << i, 2 if i > 0 and block == 0 else 1, bottleneck))
                channels = (64 << i) * (4 if bottleneck else 1)
            setattr(self, f"layer{i + 1}", nn.Sequential(*layer))
        self.fc = nn.Linear(channels, classes)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, 2, 1)
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(F.adaptive_avg_pool2d(x, 1).flatten(1))


def mlp(*sizes):
    layers = []
    for i, (before, after) in enumerate(zip(sizes, sizes[1:])):
        layers += [nn.ReLU()] * (i > 0) + [nn.Linear(before, after)]
    return nn.Sequential(*layers)


NETWORKS = {
    "iris": (Iris, (4,)),
    "cifar-net": (CifarNet, (3, 32, 32)),
    "lenet2_100": (lambda: Lenet2(100), (3, 32, 32)),
    "mlp_4-16-3": (lambda: mlp(4, 16, 3), (4,)),
    "vgg16": (Vgg16, (3, 32, 32)),
    "resnet18": (lambda: ResNet((2, 2, 2, 2), False), (3, 32, 32)),
    "resnet34": (lambda: ResNet((3, 4, 6, 3), False), (3, 32, 32)),
    "resnet50": (lambda: ResNet((3, 4, 6, 3), True), (3, 32, 32)),
}


def sha256(tensor):
    return hashlib.sha256(tensor.detach().contiguous().numpy().tobytes()).hexdigest()


def facts(make, sample):
    torch.manual_seed(SEED)
    model = make()
    state = model.state_dict()
    next_draw = torch.rand(1)
    model.eval()
    torch.manual_seed(1)
    batch = torch.randn(2, *sample)
    with torch.no_grad():
        output = model(batch)
    return model, {"names": list(state), "shapes": [tuple(value.shape) for value in state.values()],
                   "sha256": [sha256(value) for value in state.values()],
                   "parameters": [name for name, _ in model.named_parameters()],
                   "next_draw": next_draw, "input": batch, "output": output}


def write(folder):
    for name, (make, sample) in NETWORKS.items():
        model, known = facts(make, sample)
        torch.save(known, os.path.join(folder, name + ".pth"))
    write_state_dicts(folder)


def write_state_dicts(folder):
    """The same weights as people save them."""
    torch.manual_seed(SEED)
    weights = CifarNet(7).state_dict()
    torch.save(weights, os.path.join(folder, "plain_weights.pth"))
    for name, prefix in (("data_parallel", "module."), ("compiled", "_orig_mod."), ("lightning", "model."),
                         ("both", "module._orig_mod."), ("own", "network.backbone.")):
        torch.save({prefix + key: value for key, value in weights.items()},
                   os.path.join(folder, name + "_weights.pth"))
    nested = {}
    for key, value in weights.items():
        layer, kind = key.split(".")
        nested.setdefault(layer, {})[kind] = value
    torch.save(nested, os.path.join(folder, "nested_weights.pth"))
    torch.save({key: value.half() for key, value in weights.items()}, os.path.join(folder, "half_weights.pth"))
    averaged = torch.optim.swa_utils.AveragedModel(CifarNet(7))
    averaged.module.load_state_dict(weights)
    torch.save(averaged.state_dict(), os.path.join(folder, "averaged_weights.pth"))
    torch.save(mlp(4, 16, 3).state_dict(), os.path.join(folder, "mlp_weights.pth"))
    torch.save(Iris().state_dict(), os.path.join(folder, "iris_weights.pth"))
    torch.save(Lenet2(100).state_dict(), os.path.join(folder, "lenet2_weights.pth"))
    resnet = ResNet((2, 2, 2, 2), False, 5).state_dict()
    torch.save({key: value for key, value in resnet.items() if "num_batches" not in key},
               os.path.join(folder, "old_resnet_weights.pth"))
