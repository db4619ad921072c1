// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/dataset.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

namespace waypoint {

/// Order of the samples in one epoch: a permutation of 0..count-1 made from (seed, epoch) alone, the same on every
/// machine and standard library; 0, 1, 2, ... without shuffling.
[[nodiscard]] std::vector<std::int64_t> sampleOrder(std::int64_t count, std::uint64_t seed, std::int64_t epoch,
                                                    bool shuffle);

/// Samples side by side, as a model takes them.
struct Batch
{
    std::int64_t index = 0;      ///< within the epoch, from 0
    std::int64_t size = 0;       ///< samples; the last one of an epoch may be smaller
    std::vector<float> inputs;   ///< size * product(shape), row-major
    std::vector<float> targets;  ///< size * (1 for classes, targetSize for values)
};

struct LoaderOptions
{
    std::int64_t batchSize = 1;
    bool shuffle = true;
    bool augment = false;
    bool dropLast = false;
    std::uint64_t seed = 0;
    int threads = 1;    ///< readers; 0: in the caller's thread. Cheap datasets need none
    int readAhead = 4;  ///< batches ready at most
};

/// Reads batches ahead of training on threads of its own; buffers are reused. One consumer.
///
/// What comes out depends on (seed, epoch, batch) alone, never on threads or on how far was read ahead.
class BatchLoader
{
public:
    BatchLoader(DatasetPtr dataset, LoaderOptions options);
    ~BatchLoader();
    BatchLoader(const BatchLoader &) = delete;
    BatchLoader &operator=(const BatchLoader &) = delete;

    [[nodiscard]] std::int64_t batchesPerEpoch() const;

    /// Starts over at batch `first` of an epoch; what was read ahead of another position is dropped.
    void seek(std::int64_t epoch, std::int64_t first = 0);
    /// The next batch, or a null pointer after the epoch's last (then seek()); valid until the next call.
    /// Requires: seek() came first.
    Result<const Batch *> next();
    /// Time that next() has waited for readers since it was made: whether loading starves the training.
    [[nodiscard]] std::chrono::nanoseconds waited() const;

private:
    class Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace waypoint
