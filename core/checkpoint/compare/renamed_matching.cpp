// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/compare/renamed_matching.h"

#include "core/checkpoint/compare/diff_names.h"
#include "core/checkpoint/compare/layer_alignment.h"
#include "core/checkpoint/compare/shifted_lists.h"
#include "core/checkpoint/role_words.h"

#include <algorithm>
#include <initializer_list>
#include <string_view>
#include <unordered_map>

namespace waypoint {

namespace {

using Tensors = std::vector<NamedTensor>;
using Indices = std::vector<std::uint32_t>;

constexpr std::uint32_t kNumberWord = 0x80000000u;
constexpr double kAlike = 0.4;  ///< "layer1.0.conv1" and "encoder.layer.0.conv" are 0.67

PartKind kindOf(std::string_view name)
{
    const auto words = wordsOf(lastPartOfName(name));
    const auto has = [&](std::initializer_list<std::string_view> wanted) { return hasWord(words, wanted); };
    if (has({"bias", "beta", "biases"}))
        return PartKind::Bias;
    if (has({"mean"}))
        return PartKind::Mean;
    if (has({"var", "variance"}))
        return PartKind::Variance;
    if (has({"tracked"}))
        return PartKind::Count;
    return has({"weight", "weights", "gamma", "kernel"}) ? PartKind::Weight : PartKind::Other;
}

/// Numbers words, those that are numbers in their own range.
class WordNumbers
{
public:
    std::uint32_t number(const std::string &word)
    {
        const bool isNumber = word.front() >= '0' && word.front() <= '9';
        const auto next = static_cast<std::uint32_t>(m_numbers.size()) | (isNumber ? kNumberWord : 0);
        return m_numbers.try_emplace(word, next).first->second;
    }

private:
    std::unordered_map<std::string, std::uint32_t> m_numbers;
};

/// Neighbouring tensors of one layer, gathered.
std::vector<AlignedLayer> gatherLayers(const Tensors &tensors, const Indices &which, WordNumbers &numbers)
{
    std::vector<AlignedLayer> layers;
    std::string_view current;
    for (const std::uint32_t i : which) {
        const std::string_view layer = layerOfName(tensors[i].name);
        if (layers.empty() || layer.empty() || layer != current) {
            AlignedLayer &made = layers.emplace_back();
            for (const std::string &word : wordsOf(layer.empty() ? tensors[i].name : unwrappedName(layer))) {
                made.words.push_back(numbers.number(word));
                if ((made.words.back() & kNumberWord) != 0)
                    made.numbers = made.numbers * 31 + made.words.back();
            }
            std::ranges::sort(made.words);
        }
        current = layer;
        layers.back().parts.push_back({kindOf(tensors[i].name), tensors[i].shape, i});
    }
    for (AlignedLayer &layer : layers)
        layer.finish();
    return layers;
}

bool shareAWord(const AlignedLayer &a, const AlignedLayer &b)
{
    return std::ranges::any_of(a.words, [&](std::uint32_t word) {
        return (word & kNumberWord) == 0 && std::ranges::binary_search(b.words, word);
    });
}

/// Tensors of both sides that stand between the same neighbours.
struct Gap
{
    Indices a;
    Indices b;
};

/// What is unmatched, divided where matched tensors stand in the same order on both sides.
std::vector<Gap> gapsOf(const TensorMatches &matches)
{
    Indices matchedA;
    Indices partners;
    for (std::uint32_t i = 0; i < matches.ofA.size(); ++i)
        if (matches.ofA[i] != kUnmatched) {
            matchedA.push_back(i);
            partners.push_back(matches.ofA[i]);
        }
    auto rise = longestRise(partners);
    if (2 * rise.size() < partners.size())
        rise.clear();  // other orders: place tells nothing
    std::vector<Gap> gaps;
    std::uint32_t a = 0;
    std::uint32_t b = 0;
    const auto addUpTo = [&](std::uint32_t endA, std::uint32_t endB) {
        Gap gap;
        for (; a < endA; ++a)
            if (matches.ofA[a] == kUnmatched)
                gap.a.push_back(a);
        for (; b < endB; ++b)
            if (matches.ofB[b] == kUnmatched)
                gap.b.push_back(b);
        if (!gap.a.empty() && !gap.b.empty())
            gaps.push_back(std::move(gap));
    };
    for (const std::size_t at : rise)
        addUpTo(matchedA[at], partners[at]);
    addUpTo(static_cast<std::uint32_t>(matches.ofA.size()), static_cast<std::uint32_t>(matches.ofB.size()));
    return gaps;
}

/// Aligns the layers in a gap and takes what is convincing.
class GapMatcher
{
public:
    GapMatcher(const Tensors &a, const Tensors &b, TensorMatches &matches) : m_a(a), m_b(b), m_matches(matches) {}

    void match(const Gap &gap)
    {
        const auto layersA = gatherLayers(m_a, gap.a, m_words);
        const auto layersB = gatherLayers(m_b, gap.b, m_words);
        const auto pairs = alignLayers(layersA, layersB);
        std::size_t common = 0;
        std::size_t alike = 0;
        bool matrices = false;
        for (const auto &[i, j] : pairs) {
            const std::size_t parts = commonParts(layersA[i], layersB[j]);
            common += parts;
            alike += areAlike(layersA[i], layersB[j]) ? parts : 0;
            matrices = matrices || holdsMatrix(layersA[i]);
        }
        // Other models have a shape or two in common, too: most of the one or the other must agree.
        const bool covers = matrices && 2 * common >= std::max(gap.a.size(), gap.b.size());
        const bool someAreAlike = 2 * alike >= std::min(gap.a.size(), gap.b.size());
        for (const auto &[i, j] : pairs)
            if (covers || (someAreAlike && areAlike(layersA[i], layersB[j])))
                matchParts(layersA[i], layersB[j]);
    }

private:
    [[nodiscard]] bool holdsMatrix(const AlignedLayer &layer) const
    {
        return std::ranges::any_of(layer.parts, [&](const LayerPart &part) { return m_a[part.tensor].dims >= 2; });
    }

    static bool areAlike(const AlignedLayer &a, const AlignedLayer &b)
    {
        return a.form == b.form && shareAWord(a, b) && alikeness(a, b) >= kAlike;
    }

    void matchParts(const AlignedLayer &a, const AlignedLayer &b)
    {
        for (auto i = a.parts.begin(), j = b.parts.begin(); i != a.parts.end() && j != b.parts.end();) {
            const auto order = std::pair(i->kind, i->shape) <=> std::pair(j->kind, j->shape);
            if (order == 0) {
                const bool sameName = m_a[i->tensor].path == m_b[j->tensor].path;
                m_matches.match(i->tensor, j->tensor, sameName ? MatchedBy::Path : MatchedBy::Order);
            }
            if (order <= 0)
                ++i;
            if (order >= 0)
                ++j;
        }
    }

    const Tensors &m_a;
    const Tensors &m_b;
    TensorMatches &m_matches;
    WordNumbers m_words;
};

Indices unmatched(const std::vector<std::uint32_t> &matches)
{
    Indices left;
    for (std::uint32_t i = 0; i < matches.size(); ++i)
        if (matches[i] == kUnmatched)
            left.push_back(i);
    return left;
}

bool areListItems(const Tensors &tensors, const Indices &which)
{
    return !which.empty() && std::ranges::all_of(which, [&](std::uint32_t i) { return tensors[i].inList; });
}

Indices withoutBuffers(const Tensors &tensors, Indices which)
{
    std::erase_if(which, [&](std::uint32_t i) {
        const PartKind kind = kindOf(tensors[i].name);
        return kind == PartKind::Mean || kind == PartKind::Variance || kind == PartKind::Count;
    });
    return which;
}

/// A list of parameters in the order of model.parameters(), as averages are kept ("shadow_params").
void matchParameterList(const Tensors &a, const Tensors &b, TensorMatches &matches)
{
    Indices leftA = unmatched(matches.ofA);
    Indices leftB = unmatched(matches.ofB);
    const bool listA = areListItems(a, leftA);
    const bool listB = areListItems(b, leftB);
    if (listA == listB)
        return;
    if (listA)
        leftB = withoutBuffers(b, std::move(leftB));
    else
        leftA = withoutBuffers(a, std::move(leftA));
    const auto sameShape = [&](std::uint32_t i, std::uint32_t j) { return a[i].shape == b[j].shape; };
    if (!std::ranges::equal(leftA, leftB, sameShape))
        return;
    for (std::size_t i = 0; i < leftA.size(); ++i)
        matches.match(leftA[i], leftB[i], MatchedBy::Order);
}

}  // namespace

void matchRenamed(const Tensors &a, const Tensors &b, TensorMatches &matches)
{
    const auto released = releaseShiftedLists(a, b, matches);
    matchParameterList(a, b, matches);
    GapMatcher matcher(a, b, matches);
    for (const Gap &gap : gapsOf(matches))
        matcher.match(gap);
    for (const auto &[i, j] : released)
        if (matches.ofA[i] == kUnmatched && matches.ofB[j] == kUnmatched)
            matches.match(i, j, a[i].path == b[j].path ? MatchedBy::Path : MatchedBy::Prefix);
}

}  // namespace waypoint
