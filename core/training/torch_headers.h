// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Precompiled: these headers take half a minute to read.
#include <torch/script.h>
#include <torch/torch.h>
