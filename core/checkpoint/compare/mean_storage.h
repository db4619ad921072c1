// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/tensor/numeric_tensor.h"

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace waypoint {

/// A tensor that is the mean of others of its shape.
struct MeanTensor
{
    std::vector<NumericTensor> of;
    std::string name;  ///< for messages
};

/// Storages whose bytes are means, worked out as they are read: in float64, a block at a time, then rounded to the type
/// of the storage. Record i is the i-th tensor, contiguous. Immutable once filled; any thread.
class MeanStorages final : public StorageSource
{
public:
    /// `weights`: of each of the tensors of a mean; they sum to 1. `progress` counts bytes that are read.
    MeanStorages(std::vector<double> weights, std::stop_token stop, Progress *progress);

    /// Whether means can be stored in a type: float16 to float64, bfloat16 and complex numbers of those.
    [[nodiscard]] static bool canStore(DType dtype);

    /// Returns the storage of a mean. Requires: nobody reads yet, and canStore(dtype).
    Storage add(MeanTensor tensor, DType dtype);

    Result<FilePtr> open(std::uint64_t record) const override;
    /// Bytes of elements that are read for all of them.
    [[nodiscard]] std::uint64_t bytesToRead() const;

private:
    struct Mean
    {
        MeanTensor tensor;
        DType dtype;
    };

    std::vector<double> m_weights;
    std::stop_token m_stop;
    Progress *m_progress;
    std::vector<Mean> m_means;
};

}  // namespace waypoint
