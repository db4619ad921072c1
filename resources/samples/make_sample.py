#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Waypoint authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the example that the start page opens: a small image classifier's checkpoint of epoch 50.

    make_sample.py FILE

The model is the one of PyTorch's CIFAR-10 tutorial, with the usual four keys. Training began at epoch 10, so the
schedule has counted 41 epochs at epoch 50. The numbers are made up from a seed; nobody trained for this.
"""

import sys

import torch
from torch import nn


def cifar_net():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(3, 6, 5)
            self.pool = nn.MaxPool2d(2, 2)
            self.conv2 = nn.Conv2d(6, 16, 5)
            self.fc1 = nn.Linear(16 * 5 * 5, 120)
            self.fc2 = nn.Linear(120, 84)
            self.fc3 = nn.Linear(84, 10)

        def forward(self, x):
            x = self.pool(torch.relu(self.conv1(x)))
            x = self.pool(torch.relu(self.conv2(x)))
            return self.fc3(torch.relu(self.fc2(torch.relu(self.fc1(torch.flatten(x, 1))))))

    return Net()


def main():
    torch.manual_seed(0)
    net = cifar_net()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    schedule = torch.optim.lr_scheduler.MultiStepLR(optimizer, milestones=[10, 20, 30, 40, 50], gamma=0.1)
    images, labels = torch.randn(32, 3, 32, 32), torch.randint(0, 10, (32,))
    for _ in range(10, 51):
        optimizer.zero_grad()
        nn.functional.cross_entropy(net(images), labels).backward()
        optimizer.step()
        schedule.step()
    torch.save(
        {
            "net": net.state_dict(),
            "optimizer": optimizer.state_dict(),
            "epoch": 50,
            "lr_schedule": schedule.state_dict(),
        },
        sys.argv[1],
    )


if __name__ == "__main__":
    main()
