// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/batch_loader.h"

#include <atomic>

namespace waypoint {

class ArrayDataset;

/// Fills batches: which samples are in one, and reading them. Thread-safe.
class BatchReader
{
public:
    BatchReader(DatasetPtr dataset, const LoaderOptions &options);

    [[nodiscard]] const DatasetInfo &info() const { return m_dataset->info(); }
    [[nodiscard]] std::int64_t batchesPerEpoch() const { return m_batches; }
    /// Writes the order of an epoch's samples; no memory is taken once `order` has its size.
    void fillOrder(std::vector<std::int64_t> &order, std::int64_t epoch) const;
    /// Reads batch `index` of an epoch in its `order`. The batch's memory is kept where it suffices. Stops early, with
    /// Cancelled, once `stale` is set. TooLarge where memory runs out.
    Result<void> fill(Batch &batch, std::span<const std::int64_t> order, std::int64_t epoch, std::int64_t index,
                      const std::atomic<bool> *stale = nullptr) const;

private:
    void copyRows(Batch &batch, std::span<const std::int64_t> samples) const;
    Result<void> readSamples(Batch &batch, std::span<const std::int64_t> samples, std::int64_t epoch,
                             const std::atomic<bool> *stale) const;

    DatasetPtr m_dataset;
    const ArrayDataset *m_rows;  ///< the dataset where its samples lie in memory as they are wanted; else null
    LoaderOptions m_options;
    std::int64_t m_batches = 0;
    std::size_t m_inputFloats;
    std::size_t m_targetFloats;
};

}  // namespace waypoint
