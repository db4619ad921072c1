// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/compare/renamed_matching.h"

#include "core/checkpoint/compare/diff_names.h"
#include "core/checkpoint/compare/layer_alignment.h"
#include "core/checkpoint/compare/shifted_lists.h"
#include "core/checkpoint/role_words.h"

#include <algorithm>
#include <initializer_list>
#include <map>
#include <numeric>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace waypoint {

namespace {

using Tensors = std::vector<DiffTensor>;
using Indices = std::vector<std::uint32_t>;

constexpr double kAlike = 0.4;  ///< "layer1.0.conv1" and "encoder.layer.0.conv" are 0.67

PartKind readKind(std::string_view lastPart)
{
    const auto words = wordsOf(lastPart);
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

/// The kinds of tensors by the last part of their names: there are few such parts.
class PartKinds
{
public:
    PartKind of(std::string_view name)
    {
        const std::string_view lastPart = lastPartOfName(name);
        const auto found = m_kinds.find(lastPart);
        return found != m_kinds.end() ? found->second : m_kinds.emplace(lastPart, readKind(lastPart)).first->second;
    }

private:
    std::unordered_map<std::string_view, PartKind> m_kinds;
};

/// Neighbouring tensors of one layer, gathered.
std::vector<AlignedLayer> gatherLayers(const Tensors &tensors, const Indices &which, PartKinds &kinds)
{
    std::vector<AlignedLayer> layers;
    std::string_view current;
    for (const std::uint32_t i : which) {
        const std::string_view layer = layerOfName(tensors[i].name);
        if (layers.empty() || layer.empty() || layer != current)
            layers.emplace_back().nameWords(layer.empty() ? tensors[i].name : layer);
        current = layer;
        layers.back().parts.push_back({kinds.of(tensors[i].name), tensors[i].shape, i});
    }
    for (AlignedLayer &layer : layers)
        layer.finish();
    return layers;
}

bool shareAWord(const AlignedLayer &a, const AlignedLayer &b)
{
    return std::ranges::any_of(
        a.words, [&](std::uint32_t word) { return !isNumberWord(word) && std::ranges::binary_search(b.words, word); });
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
        const auto layersA = gatherLayers(m_a, gap.a, m_kinds);
        const auto layersB = gatherLayers(m_b, gap.b, m_kinds);
        auto pairs = alignLayers(layersA, layersB);
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
        dropStrayPairs(layersA, layersB, pairs);
        dropAmbiguousPairs(layersA, layersB, pairs);
        for (const auto &[i, j] : pairs)
            if (covers || (someAreAlike && areAlike(layersA[i], layersB[j])))
                matchParts(layersA[i], layersB[j]);
    }

private:
    [[nodiscard]] bool holdsMatrix(const AlignedLayer &layer) const
    {
        return std::ranges::any_of(layer.parts, [&](const LayerPart &part) { return m_a[part.tensor].dims >= 2; });
    }

    using Layers = std::vector<AlignedLayer>;
    using Pairs = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

    /// A numbered block of A belongs to one of B, and the other way round for layers without a number: what was aligned
    /// with another is there by chance.
    static void dropStrayPairs(const Layers &a, const Layers &b, Pairs &pairs)
    {
        std::map<std::pair<std::uint64_t, std::uint64_t>, std::size_t> votes;
        for (const auto &[i, j] : pairs)
            votes[{a[i].place, b[j].place}] += 2 * commonParts(a[i], b[j]) + (a[i].block == b[j].block ? 1 : 0);
        std::unordered_map<std::uint64_t, std::size_t> mostOfA;
        std::unordered_map<std::uint64_t, std::size_t> mostOfB;
        for (const auto &[places, count] : votes) {
            mostOfA[places.first] = std::max(mostOfA[places.first], count);
            mostOfB[places.second] = std::max(mostOfB[places.second], count);
        }
        std::erase_if(pairs, [&](const auto &pair) {
            const AlignedLayer &one = a[pair.first];
            const AlignedLayer &other = b[pair.second];
            if (one.place == 0 && other.place == 0)
                return false;
            const std::size_t most = one.place != 0 ? mostOfA[one.place] : mostOfB[other.place];
            return votes[{one.place, other.place}] < most && !areAlike(one, other);
        });
    }

    /// Where a block, and the whole, has more layers of a form than the other side, only names can tell which is which.
    static void dropAmbiguousPairs(const Layers &a, const Layers &b, Pairs &pairs)
    {
        struct Count
        {
            std::unordered_map<std::uint64_t, std::size_t> all;
            std::map<std::pair<std::uint64_t, std::uint64_t>, std::size_t> ofBlock;

            explicit Count(const Layers &layers)
            {
                for (const AlignedLayer &layer : layers) {
                    ++all[layer.form];
                    ++ofBlock[{layer.place, layer.form}];
                }
            }
        };
        Count inA(a);
        Count inB(b);
        std::erase_if(pairs, [&](const auto &pair) {
            const AlignedLayer &one = a[pair.first];
            const AlignedLayer &other = b[pair.second];
            if (one.form != other.form || areAlike(one, other))
                return false;
            return inA.all[one.form] != inB.all[one.form]
                   && inA.ofBlock[{one.place, one.form}] != inB.ofBlock[{other.place, one.form}];
        });
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
    PartKinds m_kinds;
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
        const PartKind kind = readKind(lastPartOfName(tensors[i].name));
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

/// In the order in which both sides list their tensors.
void matchInOrder(const Tensors &a, const Tensors &b, TensorMatches &matches)
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

/// Tensors in the order of their names, numbers by their value, with the way back.
struct Reordered
{
    Tensors tensors;
    Indices original;

    explicit Reordered(const Tensors &from) : original(from.size())
    {
        std::iota(original.begin(), original.end(), 0u);
        std::ranges::stable_sort(
            original, [&](std::uint32_t i, std::uint32_t j) { return comesBefore(from[i].name, from[j].name); });
        for (const std::uint32_t i : original)
            tensors.push_back(from[i]);
    }
};

TensorMatches matchedByNameOrder(const Tensors &a, const Tensors &b, const TensorMatches &known)
{
    const Reordered byNameA(a);
    const Reordered byNameB(b);
    Indices placeInB(b.size());
    for (std::uint32_t j = 0; j < b.size(); ++j)
        placeInB[byNameB.original[j]] = j;
    TensorMatches reordered(a.size(), b.size());
    for (std::uint32_t i = 0; i < a.size(); ++i)
        if (const std::uint32_t from = byNameA.original[i]; known.ofA[from] != kUnmatched)
            reordered.match(i, placeInB[known.ofA[from]], known.by[from]);
    matchInOrder(byNameA.tensors, byNameB.tensors, reordered);
    TensorMatches matches(a.size(), b.size());
    for (std::uint32_t i = 0; i < a.size(); ++i)
        if (reordered.ofA[i] != kUnmatched)
            matches.match(byNameA.original[i], byNameB.original[reordered.ofA[i]], reordered.by[i]);
    return matches;
}

bool isSorted(const Tensors &tensors) { return std::ranges::is_sorted(tensors, {}, &DiffTensor::name); }

/// Renamed tensors whose names have the same numbers: the more, the better two orders fit.
std::size_t agreement(const Tensors &a, const Tensors &b, const TensorMatches &matches)
{
    std::size_t count = 0;
    for (std::uint32_t i = 0; i < a.size(); ++i) {
        if (matches.ofA[i] == kUnmatched || matches.by[i] != MatchedBy::Order)
            continue;
        AlignedLayer nameA;
        AlignedLayer nameB;
        nameA.nameWords(a[i].name);
        nameB.nameWords(b[matches.ofA[i]].name);
        count += nameA.block == nameB.block ? 1u : 0u;
    }
    return count;
}

}  // namespace

void matchRenamed(const Tensors &a, const Tensors &b, TensorMatches &matches)
{
    // Safetensors sorts its tensors by name.
    std::optional<TensorMatches> byName;
    if (std::ranges::count(matches.ofA, kUnmatched) > 0 && isSorted(a) != isSorted(b))
        byName = matchedByNameOrder(a, b, matches);
    matchInOrder(a, b, matches);
    if (byName && agreement(a, b, *byName) > agreement(a, b, matches))
        matches = *std::move(byName);
}

}  // namespace waypoint
