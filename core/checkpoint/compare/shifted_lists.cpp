// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/compare/shifted_lists.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace waypoint {

namespace {

using Tensors = std::vector<DiffTensor>;
constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

/// A number at the end of a part of a name, and all in front of it: ("features.", 3), ("layer", 2).
struct ListPlace
{
    std::string_view list;
    std::uint64_t number = 0;
};

bool isDigit(char c) { return c >= '0' && c <= '9'; }

std::vector<ListPlace> placesOf(std::string_view name)
{
    std::vector<ListPlace> places;
    for (std::size_t dot = name.find('.'); dot != std::string_view::npos; dot = name.find('.', dot + 1)) {
        std::size_t first = dot;
        while (first > 0 && isDigit(name[first - 1]))
            --first;
        ListPlace place{name.substr(0, first)};
        const auto [end, problem] = std::from_chars(name.data() + first, name.data() + dot, place.number);
        if (first < dot && problem == std::errc())
            places.push_back(place);
    }
    return places;
}

/// What is known of one list.
struct NumberedList
{
    std::unordered_set<std::uint64_t> inA;
    std::unordered_set<std::uint64_t> inB;
    std::uint64_t firstOdd = kNever;  ///< first number where shapes of equal names differ
};

using Lists = std::unordered_map<std::string_view, NumberedList>;

bool hasOtherShape(const Tensors &a, const Tensors &b, const TensorMatches &matches, std::uint32_t i)
{
    return matches.ofA[i] != kUnmatched && a[i].shape != b[matches.ofA[i]].shape;
}

Lists listsOf(const Tensors &a, const Tensors &b, const TensorMatches &matches)
{
    Lists lists;
    for (std::uint32_t i = 0; i < a.size(); ++i)
        for (const ListPlace &place : placesOf(a[i].name)) {
            NumberedList &list = lists[place.list];
            list.inA.insert(place.number);
            if (hasOtherShape(a, b, matches, i))
                list.firstOdd = std::min(list.firstOdd, place.number);
        }
    for (const DiffTensor &tensor : b)
        for (const ListPlace &place : placesOf(tensor.name))
            lists[place.list].inB.insert(place.number);
    return lists;
}

bool isShifted(const Lists &lists, std::string_view name)
{
    return std::ranges::any_of(placesOf(name), [&](const ListPlace &place) {
        const auto found = lists.find(place.list);
        return found != lists.end() && place.number >= found->second.firstOdd && found->second.inA != found->second.inB;
    });
}

}  // namespace

std::vector<std::pair<std::uint32_t, std::uint32_t>> releaseShiftedLists(const Tensors &a, const Tensors &b,
                                                                         TensorMatches &matches)
{
    std::vector<std::pair<std::uint32_t, std::uint32_t>> released;
    bool anyOdd = false;
    for (std::uint32_t i = 0; i < a.size() && !anyOdd; ++i)
        anyOdd = hasOtherShape(a, b, matches, i);
    if (!anyOdd)
        return released;
    const Lists lists = listsOf(a, b, matches);
    for (std::uint32_t i = 0; i < a.size(); ++i) {
        if (matches.ofA[i] == kUnmatched || matches.by[i] == MatchedBy::Order)
            continue;
        if (hasOtherShape(a, b, matches, i) || isShifted(lists, a[i].name)) {
            released.emplace_back(i, matches.ofA[i]);
            matches.release(i);
        }
    }
    return released;
}

}  // namespace waypoint
