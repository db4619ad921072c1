// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/compare_numbers.h"

namespace waypoint {

CompareNumbers::CompareNumbers(CompareContentPtr content)
    : m_content(std::move(content)), m_phase(m_content->diff.tensors.size()), m_known(m_content->diff.tensors.size())
{
    for (std::size_t i = 0; i < m_phase.size(); ++i) {
        const std::optional<DiffStatus> status = m_content->diff.tensors[i].status;
        const bool wanted = m_content->isComparable(i) && (!status || status == DiffStatus::Retyped);
        m_phase[i].store(wanted ? Phase::Pending : Phase::Nothing, std::memory_order_relaxed);
        if (wanted)
            m_totalBytes += m_content->bytes[i];
    }
}

const TensorDifference *CompareNumbers::known(std::size_t index) const
{
    return index < m_phase.size() && phase(index) == Phase::Known ? &m_known[index] : nullptr;
}

std::optional<Error> CompareNumbers::failure(std::size_t index) const
{
    if (index >= m_phase.size() || phase(index) != Phase::Failed)
        return std::nullopt;
    const std::scoped_lock lock(m_failureGuard);
    return m_failures.at(index);
}

std::optional<DiffStatus> CompareNumbers::status(std::size_t index) const
{
    if (const TensorDifference *numbers = known(index))
        return statusOf(m_content->diff, index, *numbers);
    return m_content->diff.tensors[index].status;
}

bool CompareNumbers::isPending(std::size_t index) const { return phase(index) == Phase::Pending; }

void CompareNumbers::put(std::size_t index, const Result<TensorDifference> &result)
{
    if (!result) {
        const std::scoped_lock lock(m_failureGuard);
        m_failures.emplace(index, result.error());
    } else {
        m_known[index] = *result;
    }
    m_phase[index].store(result ? Phase::Known : Phase::Failed, std::memory_order_release);
}

void CompareNumbers::putNothing(std::size_t index) { m_phase[index].store(Phase::Nothing, std::memory_order_release); }

}  // namespace waypoint
