// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/optimizers/grad_scaler.h"

#include "core/training/tensors/tensor_reading.h"

#include <cmath>

namespace waypoint {

bool GradScaler::unscale(const Optimizer &optimizer)
{
    const at::NoGradGuard noGrad;
    // PyTorch takes the reciprocal in float64: some compilers' float32 division is not exact.
    const auto inverse = static_cast<double>(static_cast<float>(1.0 / static_cast<double>(m_scale)));
    at::Tensor overflowed;
    for (std::size_t i = 0; i < optimizer.groupCount(); ++i) {
        for (const at::Tensor &parameter : optimizer.group(i).parameters) {
            const at::Tensor &gradient = parameter.grad();
            if (!gradient.defined())
                continue;
            gradient.mul_(inverse);
            const at::Tensor bad = gradient.isfinite().logical_not_().any();
            overflowed = overflowed.defined() ? overflowed.logical_or_(bad.to(overflowed.device())) : bad;
        }
    }
    m_finite = !overflowed.defined() || !overflowed.item<bool>();
    return *m_finite;
}

bool GradScaler::step(Optimizer &optimizer)
{
    const bool finite = m_finite ? *m_finite : unscale(optimizer);
    m_finite.reset();
    if (finite)
        optimizer.step();
    adapt(finite);
    return finite;
}

void GradScaler::adapt(bool finite)
{
    if (!finite) {
        m_scale = static_cast<float>(static_cast<double>(m_scale) * m_backoff);
        m_steps = 0;
        return;
    }
    if (++m_steps < m_interval)
        return;
    if (const auto grown = static_cast<float>(static_cast<double>(m_scale) * m_growth); std::isfinite(grown))
        m_scale = grown;
    m_steps = 0;
}

ValueId GradScaler::writeStateDict(Snapshot &into) const
{
    ValueTree &tree = into.tree();
    const std::pair<std::string, ValueId> items[] = {{"scale", tree.addFloat(scale())},
                                                     {"growth_factor", tree.addFloat(m_growth)},
                                                     {"backoff_factor", tree.addFloat(m_backoff)},
                                                     {"growth_interval", tree.addInt(m_interval)},
                                                     {"_growth_tracker", tree.addInt(m_steps)}};
    return into.addDict(items);
}

Result<void> GradScaler::loadStateDict(Value stateDict)
{
    const auto scale = readNumber(stateDict["scale"]);
    const auto growth = readNumber(stateDict["growth_factor"]);
    const auto backoff = readNumber(stateDict["backoff_factor"]);
    const auto interval = readNumber(stateDict["growth_interval"]);
    const auto steps = readNumber(stateDict["_growth_tracker"]);
    if (!scale || !growth || !backoff || !interval || !steps)
        return Error{ErrorCode::BadArgument, stateDict.count() == 0
                                                 ? "The scaler's state is empty: it was off when the file was saved"
                                                 : "The scaler's state lacks numbers of torch.cuda.amp.GradScaler"};
    m_scale = static_cast<float>(*scale);
    m_growth = *growth;
    m_backoff = *backoff;
    m_interval = static_cast<std::int64_t>(*interval);
    m_steps = static_cast<std::int64_t>(*steps);
    m_finite.reset();
    return {};
}

}  // namespace waypoint
