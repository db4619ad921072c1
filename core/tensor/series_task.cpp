// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/series_task.h"

#include "core/tensor/block_difference.h"
#include "core/tensor/difference_task.h"

#include <algorithm>
#include <utility>

namespace waypoint {

SeriesTask::SeriesTask(std::size_t index, std::vector<std::optional<NumericTensor>> moments, const SeriesSink &sink)
    : m_index(index), m_sink(sink), m_moments(moments.size())
{
    open(std::move(moments));
    m_failed.resize(m_blocks.sides());
    m_sums.emplace(noSums());
    m_left = m_blocks.count();
}

void SeriesTask::open(std::vector<std::optional<NumericTensor>> moments)
{
    std::vector<NumericTensor> tensors;
    std::vector<std::size_t> momentOf;
    for (std::size_t m = 0; m < moments.size(); ++m) {
        if (!moments[m] || (!tensors.empty() && !checkComparable(tensors[0].ref, moments[m]->ref)))
            continue;
        tensors.push_back(*std::move(moments[m]));
        momentOf.push_back(m);
    }
    putInStorageOrder(tensors);
    m_statsOf.reserve(tensors.size());
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        auto side = NumberRanges::open(std::move(tensors[i]));
        if (!side) {
            m_errors.emplace(momentOf[i], side.error());
            continue;
        }
        m_statsOf.emplace_back((*side)->tensor());
        m_momentOf.push_back(momentOf[i]);
        m_blocks.add(*std::move(side));
    }
}

bool SeriesTask::run(std::size_t block, const std::stop_token &stop, BlockBuffers &buffers)
{
    m_sums->add(block, sumsOf(block, stop, buffers));
    if (m_left.fetch_sub(1) != 1)
        return false;
    readAgain(stop, buffers);
    return true;
}

/// Differences from a moment whose last blocks could not be read belong to the one before it.
void SeriesTask::readAgain(const std::stop_token &stop, BlockBuffers &buffers)
{
    const auto failures = [&] { return std::ranges::count(m_failed, true); };
    for (auto known = std::ptrdiff_t{0}; failures() > known && !stop.stop_requested();) {
        known = failures();
        m_sums.emplace(noSums());
        for (std::size_t block = 0; block < m_blocks.count(); ++block)
            m_sums->add(block, sumsOf(block, stop, buffers));
    }
}

SeriesTask::SeriesSums SeriesTask::sumsOf(std::size_t block, const std::stop_token &stop, BlockBuffers &buffers)
{
    SeriesSums sums = noSums();
    for (const auto range : m_blocks.rangesOf(block))
        addRange(range, stop, buffers, sums);
    return sums;
}

void SeriesTask::addRange(NumberRun range, const std::stop_token &stop, BlockBuffers &buffers, SeriesSums &sums)
{
    struct Held
    {
        std::size_t side;
        std::span<const std::byte> bytes;
    };
    std::optional<Held> first;
    std::optional<Held> previous;
    auto *current = buffers.data();
    for (std::size_t side = 0; side < m_blocks.sides() && !stop.stop_requested(); ++side) {
        if (hasFailed(side))
            continue;
        const auto bytes = m_blocks.side(side).read(range, stop, *current);
        if (!bytes) {
            fail(side, bytes.error());
            continue;
        }
        auto &point = sums.points[side];
        point.stats.add(m_statsOf[side].of(*bytes, range.first));
        const auto from = [&](const Held &earlier) {
            return differenceOfBlocks(m_blocks.side(earlier.side), m_blocks.side(side), {earlier.bytes, *bytes, range});
        };
        if (first) {
            const auto fromPrevious = from(*previous);
            point.fromPrevious.add(fromPrevious);
            point.fromFirst.add(previous->side == first->side ? fromPrevious : from(*first));
        }
        previous = Held{side, *bytes};
        if (!first)
            first = previous;
        // The first one stays where it is; the others take turns.
        current = current == &buffers[1] ? &buffers[2] : &buffers[1];
    }
}

void SeriesTask::SeriesSums::add(const SeriesSums &next)
{
    for (std::size_t i = 0; i < points.size(); ++i) {
        points[i].stats.add(next.points[i].stats);
        points[i].fromPrevious.add(next.points[i].fromPrevious);
        points[i].fromFirst.add(next.points[i].fromFirst);
    }
}

void SeriesTask::fail(std::size_t side, const Error &error)
{
    const std::scoped_lock lock(m_guard);
    if (error.code == ErrorCode::Cancelled)
        return;
    m_failed[side] = true;
    m_errors.emplace(m_momentOf[side], error);
}

bool SeriesTask::hasFailed(std::size_t side)
{
    const std::scoped_lock lock(m_guard);
    return m_failed[side];
}

void SeriesTask::deliver()
{
    TensorSeries series(m_moments);
    bool isFirst = true;
    for (std::size_t side = 0; side < m_blocks.sides(); ++side) {
        if (m_failed[side])
            continue;
        const auto &sums = m_sums->all().points[side];
        auto &point = series[m_momentOf[side]].emplace(SeriesPoint{.stats = sums.stats.stats()});
        if (!isFirst) {
            point.fromPrevious = sums.fromPrevious.difference();
            point.fromFirst = sums.fromFirst.difference();
        }
        isFirst = false;
    }
    m_sink(m_index, std::move(series), m_errors.empty() ? std::nullopt : std::optional(m_errors.begin()->second));
}

}  // namespace waypoint
