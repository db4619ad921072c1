// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/tensor_window.h"
#include "ui/views/tensor_view.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace waypoint {

/// How the dimensions of convolution weights are meant: (out, in / groups, [depth,] [height,] width), as nn.Conv1d to
/// nn.Conv3d store them.
struct FilterShape
{
    std::int64_t filters = 0;
    std::int64_t channels = 0;
    std::int64_t depth = 1;
    std::int64_t height = 1;
    std::int64_t width = 0;

    bool operator==(const FilterShape &) const = default;
    /// Nothing for tensors that are no filters: other than 3 to 5 dimensions, empty, or kernels larger than 512.
    static std::optional<FilterShape> of(const SmallDims &shape);
};

/// A range of filters, and of their input channels.
struct FilterRange
{
    std::int64_t firstFilter = 0;
    std::int64_t filters = 0;
    std::int64_t firstChannel = 0;
    std::int64_t channels = 0;
    std::int64_t depth = 0;  ///< the slice of a 3-D kernel

    bool operator==(const FilterRange &) const = default;
    [[nodiscard]] bool contains(const FilterRange &other) const;
};

/// The numbers of a range, kernel after kernel. Immutable.
struct FilterNumbers
{
    FilterRange range;
    std::int64_t height = 0;
    std::int64_t width = 0;
    std::vector<float> numbers;

    /// Row by row. Requires: a kernel of the range.
    [[nodiscard]] std::span<const float> kernel(std::int64_t filter, std::int64_t channel) const;
};
using FilterNumbersPtr = std::shared_ptr<const FilterNumbers>;

/// Requires: the tensor has a FilterShape, and the range lies within it. Errors as readWindow.
Result<FilterNumbersPtr> readFilters(const NumericTensor &tensor, const FilterRange &range,
                                     const std::stop_token &stop);

/// Smallest and largest finite number of the whole tensor; nothing without one.
Result<std::optional<std::pair<double, double>>> finiteEnds(const NumericTensor &tensor, const std::stop_token &stop);

}  // namespace waypoint
