// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/compare/diff_matching.h"

#include "core/checkpoint/compare/diff_names.h"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

namespace waypoint {

namespace {

using Tensors = std::vector<NamedTensor>;
constexpr std::uint32_t kTwice = 0xfffffffeu;
constexpr std::size_t kLongestPrefix = 4;  ///< parts of a name
constexpr int kMostPrefixes = 8;

/// Tensors that are still unmatched, by a key of their names.
template<typename KeyOf>
std::unordered_map<std::string, std::uint32_t> byKey(const Tensors &tensors, const std::vector<std::uint32_t> &matches,
                                                     const KeyOf &keyOf)
{
    std::unordered_map<std::string, std::uint32_t> found;
    for (std::uint32_t i = 0; i < tensors.size(); ++i) {
        if (matches[i] != kUnmatched)
            continue;
        const auto [at, isNew] = found.try_emplace(keyOf(tensors[i].name), i);
        if (!isNew)
            at->second = kTwice;
    }
    return found;
}

bool anyLeft(const std::vector<std::uint32_t> &matches)
{
    return std::ranges::find(matches, kUnmatched) != matches.end();
}

template<typename KeyOf>
void matchByKey(const Tensors &a, const Tensors &b, TensorMatches &matches, const KeyOf &keyOf)
{
    if (!anyLeft(matches.ofA) || !anyLeft(matches.ofB))
        return;
    const auto inA = byKey(a, matches.ofA, keyOf);
    for (const auto &[key, j] : byKey(b, matches.ofB, keyOf)) {
        const auto found = inA.find(key);
        if (j != kTwice && found != inA.end() && found->second != kTwice)
            matches.match(found->second, j, MatchedBy::Prefix);
    }
}

/// A name cut in two: what stands in front, and the rest.
struct Cut
{
    std::string_view prefix;
    std::string_view rest;
};

/// The name with 0 to kLongestPrefix parts taken off its front.
std::vector<Cut> cutsOf(std::string_view name)
{
    std::vector<Cut> cuts{{{}, name}};
    std::size_t at = 0;
    for (std::size_t i = 0; i < kLongestPrefix; ++i) {
        at = name.find('.', at);
        if (at == std::string_view::npos)
            break;
        ++at;
        cuts.push_back({name.substr(0, at), name.substr(at)});
    }
    return cuts;
}

std::string digitsOf(std::string_view text)
{
    std::string digits;
    std::ranges::copy_if(text, std::back_inserter(digits), [](char c) { return c >= '0' && c <= '9'; });
    return digits;
}

/// Finds the pair of prefixes by which most of what is left differs.
class PrefixVote
{
public:
    PrefixVote(const Tensors &a, const Tensors &b, TensorMatches &matches) : m_a(a), m_b(b), m_matches(matches) {}

    /// Whether anything was matched.
    bool matchMost()
    {
        m_rests.clear();
        m_pairs.clear();
        collect(m_a, m_matches.ofA, &Places::a);
        collect(m_b, m_matches.ofB, &Places::b);
        vote();
        const auto best = std::ranges::max_element(
            m_pairs, {}, [](const auto &pair) { return std::pair(pair.second.same, -depthOf(pair.first)); });
        return best != m_pairs.end() && isConvincing(best->second) && matchAll(best->first, best->second);
    }

private:
    struct Place
    {
        std::uint32_t tensor = kUnmatched;
        std::string_view prefix;
    };
    struct Places
    {
        Place a;
        Place b;
    };
    using Prefixes = std::pair<std::string_view, std::string_view>;
    struct Votes
    {
        std::size_t same = 0;  ///< of equal shape
        std::vector<std::pair<std::uint32_t, std::uint32_t>> tensors;
    };

    /// Short prefixes first where as many names agree.
    static std::ptrdiff_t depthOf(const Prefixes &prefixes)
    {
        return std::ranges::count(prefixes.first, '.') + std::ranges::count(prefixes.second, '.');
    }

    void collect(const Tensors &tensors, const std::vector<std::uint32_t> &taken, Place Places::*side)
    {
        for (std::uint32_t i = 0; i < tensors.size(); ++i) {
            if (taken[i] != kUnmatched)
                continue;
            for (const Cut &cut : cutsOf(tensors[i].name)) {
                Place &place = m_rests[cut.rest].*side;
                const bool isNew = place.tensor == kUnmatched;
                place = {isNew ? i : kTwice, cut.prefix};
            }
        }
    }

    void vote()
    {
        for (const auto &[rest, places] : m_rests) {
            const bool both = places.a.tensor < kTwice && places.b.tensor < kTwice;
            if (!both || digitsDiffer(places.a.prefix, places.b.prefix))
                continue;
            Votes &votes = m_pairs[{places.a.prefix, places.b.prefix}];
            votes.tensors.emplace_back(places.a.tensor, places.b.tensor);
            votes.same += m_a[places.a.tensor].shape == m_b[places.b.tensor].shape ? 1u : 0u;
        }
    }

    /// "layer1." and "layer2." are two layers, not two names of one.
    static bool digitsDiffer(std::string_view a, std::string_view b)
    {
        return !a.empty() && !b.empty() && digitsOf(a) != digitsOf(b);
    }

    [[nodiscard]] bool isConvincing(const Votes &votes) const
    {
        const auto left =
            std::min(std::ranges::count(m_matches.ofA, kUnmatched), std::ranges::count(m_matches.ofB, kUnmatched));
        const bool many = votes.same >= 2 || votes.same == static_cast<std::size_t>(left);
        return votes.same > 0 && many && 2 * votes.same >= votes.tensors.size();
    }

    bool matchAll(const Prefixes &prefixes, const Votes &votes)
    {
        const bool onlyOne = prefixes.first.empty() || prefixes.second.empty();
        for (const auto &[a, b] : votes.tensors)
            m_matches.match(a, b, onlyOne ? MatchedBy::Prefix : MatchedBy::Order);
        return true;
    }

    const Tensors &m_a;
    const Tensors &m_b;
    TensorMatches &m_matches;
    std::unordered_map<std::string_view, Places> m_rests;
    std::map<Prefixes, Votes> m_pairs;
};

}  // namespace

void matchPaths(const Tensors &a, const Tensors &b, TensorMatches &matches)
{
    // Files of one program have the same tensors in the same order: then no table is needed.
    for (std::uint32_t j = 0; j < b.size(); ++j) {
        if (j < a.size() && a[j].path == b[j].path)
            matches.match(j, j, MatchedBy::Path);
    }
    std::unordered_map<std::string_view, std::vector<std::uint32_t>> byPath;
    for (std::uint32_t j = static_cast<std::uint32_t>(b.size()); j-- > 0;)
        if (matches.ofB[j] == kUnmatched)
            byPath[b[j].path].push_back(j);
    for (std::uint32_t i = 0; i < a.size() && !byPath.empty(); ++i) {
        const auto found = matches.ofA[i] == kUnmatched ? byPath.find(a[i].path) : byPath.end();
        if (found == byPath.end() || found->second.empty())
            continue;
        matches.match(i, found->second.back(), MatchedBy::Path);
        found->second.pop_back();
    }
}

void matchNames(const Tensors &a, const Tensors &b, TensorMatches &matches)
{
    matchByKey(a, b, matches, [](const std::string &name) { return name; });
    matchByKey(a, b, matches, [](const std::string &name) { return unwrappedName(name); });
    PrefixVote vote(a, b, matches);
    for (int i = 0; i < kMostPrefixes && anyLeft(matches.ofA) && anyLeft(matches.ofB); ++i)
        if (!vote.matchMost())
            break;
    matchByKey(a, b, matches, [](const std::string &name) { return squeezedName(unwrappedName(name)); });
}

}  // namespace waypoint
