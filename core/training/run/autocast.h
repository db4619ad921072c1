// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/torch_headers.h"

#include <ATen/autocast_mode.h>
#include <torch/version.h>

namespace waypoint {

/// While it lives, operators on CUDA tensors choose half precision where that is safe, as torch.autocast("cuda") does.
class Autocast
{
public:
    explicit Autocast(bool on) : m_on(on)
    {
        if (m_on)
            set(true);
    }
    ~Autocast()
    {
        if (!m_on)
            return;
        at::autocast::clear_cache();
        set(false);
    }
    Autocast(const Autocast &) = delete;
    Autocast &operator=(const Autocast &) = delete;

private:
    static void set(bool on)
    {
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
        at::autocast::set_autocast_enabled(at::kCUDA, on);
#else
        at::autocast::set_enabled(on);
#endif
    }

    bool m_on;
};

}  // namespace waypoint
