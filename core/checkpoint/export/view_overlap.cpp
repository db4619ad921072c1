// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/export/view_overlap.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace waypoint {

namespace {

/// The strides by which elements of the storage are counted, the largest first, the last one 1.
std::vector<std::int64_t> commonStrides(const TensorRef &a, const TensorRef &b)
{
    std::vector<std::int64_t> strides{1};
    for (const TensorRef *view : {&a, &b})
        for (std::size_t i = 0; i < view->shape.size(); ++i)
            if (view->shape[i] > 1 && view->strides[i] != 0)
                strides.push_back(view->strides[i]);
    std::sort(strides.begin(), strides.end(), std::greater<>());
    strides.erase(std::unique(strides.begin(), strides.end()), strides.end());
    return strides;
}

struct Interval
{
    std::int64_t first = 0;
    std::int64_t end = 1;
};

/// A view as a box: along each stride the indices that it spans. Nothing where an element could be counted in two ways.
std::optional<std::vector<Interval>> boxOf(const TensorRef &view, const std::vector<std::int64_t> &strides)
{
    std::vector<Interval> box;
    std::int64_t rest = view.offset;
    for (std::size_t i = 0; i < strides.size(); ++i) {
        if (strides[i] <= 0 || (i > 0 && strides[i - 1] % strides[i] != 0))
            return std::nullopt;
        const std::int64_t first = rest / strides[i];
        rest %= strides[i];
        std::int64_t count = 1;
        for (std::size_t d = 0; d < view.shape.size(); ++d) {
            if (view.shape[d] <= 1 || view.strides[d] != strides[i])
                continue;
            if (count > 1)
                return std::nullopt;
            count = view.shape[d];
        }
        if (i > 0 && first + count > strides[i - 1] / strides[i])
            return std::nullopt;
        box.push_back({first, first + count});
    }
    return box;
}

}  // namespace

bool mayOverlap(const TensorRef &a, const TensorRef &b)
{
    const std::vector<std::int64_t> strides = commonStrides(a, b);
    const auto boxA = boxOf(a, strides);
    const auto boxB = boxOf(b, strides);
    if (!boxA || !boxB)
        return true;
    for (std::size_t i = 0; i < strides.size(); ++i)
        if ((*boxA)[i].end <= (*boxB)[i].first || (*boxB)[i].end <= (*boxA)[i].first)
            return false;
    return true;
}

}  // namespace waypoint
