// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/log_fields.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <system_error>

namespace waypoint {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Lower case, with _ for other separators, without "trainer/" and leading ones.
std::string plainName(std::string_view name)
{
    if (name.starts_with("trainer/"))
        name.remove_prefix(8);
    std::string plain;
    for (const char c : name.substr(0, 32))
        plain.push_back(c == ' ' || c == '-' || c == '.' ? '_' : lower(c));
    plain.erase(0, plain.find_first_not_of('_'));
    return plain;
}

constexpr std::array<std::string_view, 13> kSteps{"step",       "global_step", "globalstep", "steps", "iteration",
                                                  "iterations", "global_iter", "iter",       "iters", "num_updates",
                                                  "update",     "updates",     "n_iter"};
constexpr std::array<std::string_view, 4> kEpochs{"epoch", "epochs", "current_epoch", "epoch_num"};
constexpr std::array<std::string_view, 5> kTimes{"wall_time", "walltime", "timestamp", "time", "datetime"};

template<std::size_t N>
int place(const std::array<std::string_view, N> &names, std::string_view name)
{
    const auto found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? -1 : static_cast<int>(found - names.begin());
}

double beyondRange(std::string_view text)
{
    if (text.find("e-") != std::string_view::npos || text.find("E-") != std::string_view::npos)
        return 0;
    constexpr auto infinity = std::numeric_limits<double>::infinity();
    return text.front() == '-' ? -infinity : infinity;
}

}  // namespace

FieldUse fieldUse(std::string_view name)
{
    if (name.size() > 32)
        return FieldUse::Value;
    const std::string plain = plainName(name);
    if (place(kSteps, plain) >= 0)
        return FieldUse::Step;
    if (place(kEpochs, plain) >= 0)
        return FieldUse::Epoch;
    return place(kTimes, plain) >= 0 ? FieldUse::Time : FieldUse::Value;
}

std::string nameBelow(const std::string &part, const std::string &name)
{
    return part.empty() ? name : part + '/' + name;
}

int fieldRank(std::string_view name)
{
    const std::string plain = plainName(name);
    return std::max({place(kSteps, plain), place(kEpochs, plain), place(kTimes, plain)});
}

std::optional<double> numberOfText(std::string_view text)
{
    if (text.starts_with('+') && !text.starts_with("+-"))
        text.remove_prefix(1);
    if (text.empty())
        return std::nullopt;
    double value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (end != text.data() + text.size() || problem == std::errc::invalid_argument)
        return std::nullopt;
    return problem == std::errc::result_out_of_range ? beyondRange(text) : value;
}

}  // namespace waypoint
