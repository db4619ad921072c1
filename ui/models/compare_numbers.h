// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/compare_content.h"

#include <atomic>
#include <mutex>
#include <optional>
#include <unordered_map>

namespace waypoint {

/// How the numbers of two checkpoints differ, filled in while the window already shows them. Any thread, without
/// waiting: what is known is written once and never changes.
class CompareNumbers
{
public:
    /// Takes time for large files: for the background.
    explicit CompareNumbers(CompareContentPtr content);

    [[nodiscard]] const CompareContentPtr &content() const { return m_content; }
    [[nodiscard]] std::size_t size() const { return m_phase.size(); }
    /// Null while nothing is known (yet), or for what has no numbers to compare.
    [[nodiscard]] const TensorDifference *known(std::size_t index) const;
    /// Why there are no numbers, where reading failed.
    [[nodiscard]] std::optional<Error> failure(std::size_t index) const;
    /// Nothing while the numbers decide and are not known, and where they cannot be.
    [[nodiscard]] std::optional<DiffStatus> status(std::size_t index) const;
    /// The numbers are still to come.
    [[nodiscard]] bool isPending(std::size_t index) const;
    [[nodiscard]] std::uint64_t totalBytes() const { return m_totalBytes; }

    /// The worker's side. Requires: once for a tensor that is pending.
    void put(std::size_t index, const Result<TensorDifference> &result);
    /// There are none to compare.
    void putNothing(std::size_t index);

private:
    enum class Phase : std::uint8_t { Pending, Known, Failed, Nothing };

    [[nodiscard]] Phase phase(std::size_t index) const { return m_phase[index].load(std::memory_order_acquire); }

    CompareContentPtr m_content;
    std::vector<std::atomic<Phase>> m_phase;
    std::vector<TensorDifference> m_known;  ///< to be read once the phase says so
    std::uint64_t m_totalBytes = 0;
    mutable std::mutex m_failureGuard;
    std::unordered_map<std::size_t, Error> m_failures;
};
using CompareNumbersPtr = std::shared_ptr<const CompareNumbers>;

}  // namespace waypoint
