// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace waypoint {

/// A tensor's shape as a number, equal for equal shapes.
using ShapeNumber = std::uint32_t;
inline constexpr ShapeNumber kUnknownShape = 0xffffffffu;

/// How many ways there are to give an optimizer's parameters to a model's.
enum class MatchKind {
    None,  ///< shapes or counts contradict
    One,   ///< there is exactly one way
    Many,  ///< shapes leave more than one, or so many possibilities that nobody could tell
};

struct ParameterMatch
{
    MatchKind kind = MatchKind::None;
    std::vector<std::uint32_t> order;  ///< One: index into the model's parameters for each slot, group after group

    bool operator==(const ParameterMatch &) const = default;
};

/// Which of a model's parameters are an optimizer's. `groups`: for each parameter group the shapes its state
/// shows, kUnknownShape where it has none. `model`: shapes of the model's parameters in the model's order.
///
/// torch.optim keeps parameters in the order they were handed over, and people hand over model.parameters() or a
/// filter of it: so within a group the order is the model's. Groups may divide the model in any way (weights and
/// biases, backbone and head), and the model may have more (frozen) parameters. A single way in which shapes agree is
/// the answer; where order within groups fails, shapes that are all different still decide.
[[nodiscard]] ParameterMatch matchParameters(std::span<const std::vector<ShapeNumber>> groups,
                                             std::span<const ShapeNumber> model);

/// The same where the model's order is not known: only shapes that are there once decide.
[[nodiscard]] ParameterMatch matchByShapeAlone(std::span<const std::vector<ShapeNumber>> groups,
                                               std::span<const ShapeNumber> model);

}  // namespace waypoint
