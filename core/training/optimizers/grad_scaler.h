// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/optimizers/optimizer.h"

namespace waypoint {

/// Keeps small gradients of half precision from becoming zero, as torch.cuda.amp.GradScaler does: the loss is
/// multiplied by a scale, the gradients are divided by it, and a step whose gradients overflowed is left out.
///
///     backward(scaler.scaled(loss)); scaler.unscale(optimizer); clip; scaler.step(optimizer);
class GradScaler
{
public:
    GradScaler() = default;

    [[nodiscard]] at::Tensor scaled(const at::Tensor &loss) const { return loss.mul(m_scale); }
    /// Divides the gradients by the scale. Returns whether all of them are finite. Once per step; step() does it where
    /// nobody did.
    bool unscale(const Optimizer &optimizer);
    /// Steps if the gradients are finite, then adapts the scale. Returns whether it stepped.
    bool step(Optimizer &optimizer);
    [[nodiscard]] double scale() const { return static_cast<double>(m_scale); }

    /// {"scale", "growth_factor", "backoff_factor", "growth_interval", "_growth_tracker"}, as Python's.
    [[nodiscard]] ValueId writeStateDict(Snapshot &into) const;
    /// BadArgument where numbers are missing; a scaler that was off has written an empty dict.
    Result<void> loadStateDict(Value stateDict);

private:
    void adapt(bool finite);

    float m_scale = 65536;
    double m_growth = 2;
    double m_backoff = 0.5;
    std::int64_t m_interval = 2000;  ///< steps without overflow before the scale grows
    std::int64_t m_steps = 0;        ///< of them so far
    std::optional<bool> m_finite;    ///< what unscale() found for the coming step
};

}  // namespace waypoint
