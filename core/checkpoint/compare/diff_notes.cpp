// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/compare/diff_notes.h"

#include "core/base/printable.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

namespace waypoint {

namespace {

/// What one name has in front of the other.
struct PrefixDifference
{
    std::string_view prefix;
    bool inB = false;

    auto operator<=>(const PrefixDifference &) const = default;
};

/// An empty prefix where the names differ otherwise.
PrefixDifference differenceOf(std::string_view a, std::string_view b)
{
    if (b.size() > a.size() && b.ends_with(a))
        return {b.substr(0, b.size() - a.size()), true};
    if (a.size() > b.size() && a.ends_with(b))
        return {a.substr(0, a.size() - b.size()), false};
    return {};
}

std::string countText(std::size_t count) { return groupedDigits(count); }

std::string prefixNote(const PrefixDifference &difference, std::size_t count, std::size_t all)
{
    const char side = difference.inB ? 'B' : 'A';
    const char other = difference.inB ? 'A' : 'B';
    const std::string prefix = printable(difference.prefix);
    if (count == all)
        return fmt::format("All names of {} begin with '{}', which {}'s lack.", side, prefix, other);
    return fmt::format("{} names of {} begin with '{}', which {}'s lack.", countText(count), side, prefix, other);
}

}  // namespace

void addNameNotes(const std::vector<DiffTensor> &a, const std::vector<DiffTensor> &b, const TensorMatches &matches,
                  std::vector<std::string> &notes)
{
    std::map<PrefixDifference, std::size_t> prefixes;
    std::size_t renamed = 0;
    std::size_t example = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (matches.ofA[i] == kUnmatched)
            continue;
        if (matches.by[i] == MatchedBy::Prefix) {
            ++prefixes[differenceOf(a[i].name, b[matches.ofA[i]].name)];
        } else if (matches.by[i] == MatchedBy::Order) {
            example = renamed == 0 ? i : example;
            ++renamed;
        }
    }
    const auto most = std::ranges::max_element(prefixes, {}, [](const auto &prefix) { return prefix.second; });
    if (most != prefixes.end() && !most->first.prefix.empty())
        notes.push_back(prefixNote(most->first, most->second, most->first.inB ? b.size() : a.size()));
    else if (most != prefixes.end() && a[0].path == a[0].name && b[0].path == b[0].name)
        notes.push_back(
            fmt::format("{} tensors are matched without the wrappers in their names.", countText(most->second)));
    if (renamed > 0)
        notes.push_back(fmt::format("{} {} other names and {} matched by order and shape: '{}' with '{}'{}.",
                                    countText(renamed), renamed == 1 ? "tensor has" : "tensors have",
                                    renamed == 1 ? "is" : "are", printable(a[example].name),
                                    printable(b[matches.ofA[example]].name), renamed == 1 ? "" : " first"));
}

}  // namespace waypoint
