// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/compare/diff_matching.h"

#include "core/checkpoint/compare/diff_names.h"

#include <algorithm>
#include <functional>
#include <map>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace waypoint {

namespace {

using Tensors = std::vector<DiffTensor>;
constexpr std::uint32_t kTwice = 0xfffffffeu;
constexpr std::size_t kLongestPrefix = 4;  ///< parts of a name
constexpr int kMostPrefixes = 8;
constexpr std::size_t kSample = 512;

/// Tensors that are still unmatched, by a key of their names. Sorted by hashes: a table of 100,000 strings takes
/// longer.
template<typename KeyOf>
class Keys
{
public:
    Keys(const Tensors &tensors, const std::vector<std::uint32_t> &matches, const KeyOf &keyOf)
        : m_tensors(tensors), m_keyOf(keyOf)
    {
        for (std::uint32_t i = 0; i < tensors.size(); ++i)
            if (matches[i] == kUnmatched)
                m_sorted.emplace_back(std::hash<std::string_view>()(keyOf(tensors[i].name)), i);
        std::ranges::sort(m_sorted);
    }

    /// The tensors of A and B whose key is there once on either side.
    template<typename Take>
    void matchOnce(const Keys &other, const Take &take) const
    {
        for (auto i = m_sorted.begin(), j = other.m_sorted.begin(); i != m_sorted.end() && j != other.m_sorted.end();) {
            const std::size_t hash = std::min(i->first, j->first);
            const auto endI = std::find_if(i, m_sorted.end(), [&](const auto &key) { return key.first != hash; });
            const auto endJ = std::find_if(j, other.m_sorted.end(), [&](const auto &key) { return key.first != hash; });
            const bool once = endI - i == 1 && endJ - j == 1;
            if (once && m_keyOf(m_tensors[i->second].name) == m_keyOf(other.m_tensors[j->second].name))
                take(i->second, j->second);
            i = endI;
            j = endJ;
        }
    }

private:
    const Tensors &m_tensors;
    const KeyOf &m_keyOf;
    std::vector<std::pair<std::size_t, std::uint32_t>> m_sorted;
};

bool anyLeft(const std::vector<std::uint32_t> &matches)
{
    return std::ranges::find(matches, kUnmatched) != matches.end();
}

template<typename KeyOf>
void matchByKey(const Tensors &a, const Tensors &b, TensorMatches &matches, const KeyOf &keyOf)
{
    if (!anyLeft(matches.ofA) || !anyLeft(matches.ofB))
        return;
    const Keys<KeyOf> keysA(a, matches.ofA, keyOf);
    const Keys<KeyOf> keysB(b, matches.ofB, keyOf);
    keysA.matchOnce(keysB, [&](std::uint32_t i, std::uint32_t j) { matches.match(i, j, MatchedBy::Prefix); });
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

/// Finds the pair of prefixes by which most of what is left differs. A sample of A's names votes; then all are matched.
class PrefixVote
{
public:
    PrefixVote(const Tensors &a, const Tensors &b, TensorMatches &matches) : m_a(a), m_b(b), m_matches(matches) {}

    /// Whether anything was matched.
    bool matchMost()
    {
        m_rests.clear();
        collectSample();
        lookUpB();
        const auto votes = count();
        const auto best = std::ranges::max_element(
            votes, {}, [](const auto &pair) { return std::pair(pair.second, -depthOf(pair.first)); });
        return best != votes.end() && matchAll(best->first);
    }

private:
    struct Place
    {
        std::uint32_t tensor = kUnmatched;
        std::string_view prefix;

        void see(std::uint32_t i, std::string_view before)
        {
            tensor = tensor == kUnmatched ? i : kTwice;
            prefix = before;
        }
    };
    struct Places
    {
        Place a;
        Place b;
    };
    using Prefixes = std::pair<std::string_view, std::string_view>;

    /// Short prefixes first where as many names agree.
    static std::ptrdiff_t depthOf(const Prefixes &prefixes)
    {
        return std::ranges::count(prefixes.first, '.') + std::ranges::count(prefixes.second, '.');
    }

    void collectSample()
    {
        const auto left = static_cast<std::size_t>(std::ranges::count(m_matches.ofA, kUnmatched));
        const std::size_t step = left / kSample + 1;
        std::size_t seen = 0;
        for (std::uint32_t i = 0; i < m_a.size(); ++i)
            if (m_matches.ofA[i] == kUnmatched && seen++ % step == 0)
                for (const Cut &cut : cutsOf(m_a[i].name))
                    m_rests[cut.rest].a.see(i, cut.prefix);
    }

    void lookUpB()
    {
        for (std::uint32_t j = 0; j < m_b.size(); ++j) {
            if (m_matches.ofB[j] != kUnmatched)
                continue;
            for (const Cut &cut : cutsOf(m_b[j].name))
                if (const auto found = m_rests.find(cut.rest); found != m_rests.end())
                    found->second.b.see(j, cut.prefix);
        }
    }

    [[nodiscard]] std::map<Prefixes, std::size_t> count() const
    {
        std::map<Prefixes, std::size_t> votes;
        for (const auto &[rest, places] : m_rests) {
            const bool both = places.a.tensor < kTwice && places.b.tensor < kTwice;
            if (!both || digitsDiffer(places.a.prefix, places.b.prefix))
                continue;
            votes[{places.a.prefix, places.b.prefix}] +=
                m_a[places.a.tensor].shape == m_b[places.b.tensor].shape ? 1u : 0u;
        }
        return votes;
    }

    /// "layer1." and "layer2." are two layers, not two names of one.
    static bool digitsDiffer(std::string_view a, std::string_view b)
    {
        return !a.empty() && !b.empty() && digitsOf(a) != digitsOf(b);
    }

    /// Matches what is equal behind the prefixes, where that is convincing.
    bool matchAll(const Prefixes &prefixes)
    {
        const auto [prefixA, prefixB] = prefixes;
        std::unordered_map<std::string_view, std::uint32_t> rests;
        for (std::uint32_t i = 0; i < m_a.size(); ++i)
            if (m_matches.ofA[i] == kUnmatched && m_a[i].name.starts_with(prefixA)) {
                const auto [at, isNew] = rests.try_emplace(std::string_view(m_a[i].name).substr(prefixA.size()), i);
                at->second = isNew ? i : kTwice;
            }
        std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
        std::size_t same = 0;
        for (std::uint32_t j = 0; j < m_b.size(); ++j) {
            if (m_matches.ofB[j] != kUnmatched || !m_b[j].name.starts_with(prefixB))
                continue;
            const auto found = rests.find(std::string_view(m_b[j].name).substr(prefixB.size()));
            if (found == rests.end() || found->second == kTwice)
                continue;
            pairs.emplace_back(found->second, j);
            same += m_a[found->second].shape == m_b[j].shape ? 1u : 0u;
            found->second = kTwice;
        }
        if (!isConvincing(same, pairs.size()))
            return false;
        const bool onlyOne = prefixA.empty() || prefixB.empty();
        for (const auto &[i, j] : pairs)
            m_matches.match(i, j, onlyOne ? MatchedBy::Prefix : MatchedBy::Order);
        return true;
    }

    [[nodiscard]] bool isConvincing(std::size_t same, std::size_t pairs) const
    {
        const auto left =
            std::min(std::ranges::count(m_matches.ofA, kUnmatched), std::ranges::count(m_matches.ofB, kUnmatched));
        const bool many = same >= 2 || static_cast<std::ptrdiff_t>(same) == left;
        return same > 0 && many && 2 * same >= pairs;
    }

    const Tensors &m_a;
    const Tensors &m_b;
    TensorMatches &m_matches;
    std::unordered_map<std::string_view, Places> m_rests;
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
    matchByKey(a, b, matches, [](const std::string &name) { return std::string_view(name); });
    matchByKey(a, b, matches, [](const std::string &name) { return unwrappedName(name); });
    PrefixVote vote(a, b, matches);
    for (int i = 0; i < kMostPrefixes && anyLeft(matches.ofA) && anyLeft(matches.ofB); ++i)
        if (!vote.matchMost())
            break;
    matchByKey(a, b, matches, [](const std::string &name) { return squeezedName(unwrappedName(name)); });
}

}  // namespace waypoint
