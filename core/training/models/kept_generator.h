// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/torch_headers.h"

#include <ATen/CPUGeneratorImpl.h>

namespace waypoint {

/// Sets the default CPU generator back to where it was: what happens meanwhile leaves no trace in a run's numbers.
class KeptGenerator
{
public:
    KeptGenerator() : m_generator(at::detail::getDefaultCPUGenerator()), m_state(m_generator.get_state()) {}
    ~KeptGenerator() { m_generator.set_state(m_state); }
    KeptGenerator(const KeptGenerator &) = delete;
    KeptGenerator &operator=(const KeptGenerator &) = delete;

private:
    at::Generator m_generator;
    at::Tensor m_state;
};

}  // namespace waypoint
