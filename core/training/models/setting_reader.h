// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/models/layer_plan.h"

#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace waypoint {

/// Reads a layer's settings, and remembers which ones were asked for: a setting nobody asked for would be one that is
/// silently not obeyed. The first thing that does not fit is kept as a sentence.
class SettingReader
{
public:
    explicit SettingReader(const LayerPlan &layer) : m_layer(layer) {}

    [[nodiscard]] std::int64_t integer(std::string_view name, std::int64_t fallback);
    [[nodiscard]] double number(std::string_view name, double fallback);
    [[nodiscard]] bool flag(std::string_view name, bool fallback);
    [[nodiscard]] std::string text(std::string_view name, std::string_view fallback);
    /// One number for all `count` dimensions, or one each; any number of them where `count` is 0.
    [[nodiscard]] std::vector<std::int64_t> integers(std::string_view name, std::size_t count,
                                                     std::vector<std::int64_t> fallback);
    [[nodiscard]] std::vector<double> numbers(std::string_view name, std::size_t count);
    /// None where it is None, or not said.
    [[nodiscard]] bool isNone(std::string_view name);
    [[nodiscard]] bool isText(std::string_view name);
    [[nodiscard]] bool isAbsent(std::string_view name) { return !find(name); }

    /// Settings that other settings repeat, or that only matter when the layer is made.
    void ignore(std::initializer_list<std::string_view> names);
    /// The only value that is supported; a layer that does not have the setting is fine.
    void require(std::string_view name, const Setting &value);

    /// What did not fit, or which settings nobody asked for: "padding_mode='wrap'"; empty where all is well.
    [[nodiscard]] std::string problem() const;

private:
    const Setting *find(std::string_view name);
    void complain(std::string_view name, const Setting &value);

    const LayerPlan &m_layer;
    std::set<std::string, std::less<>> m_asked;
    std::string m_problem;
};

/// As Python writes it: 3, True, None, 'zeros', (2, 2).
[[nodiscard]] std::string settingText(const Setting &setting);

}  // namespace waypoint
