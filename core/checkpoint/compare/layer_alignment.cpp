// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/compare/layer_alignment.h"

#include <algorithm>
#include <functional>
#include <unordered_map>

namespace waypoint {

namespace {

using Layers = std::span<const AlignedLayer>;
using Pairs = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

constexpr std::size_t kExactCells = 300'000;       ///< of one exact alignment
constexpr std::size_t kAllExactCells = 1'500'000;  ///< of all of them: a tenth of a second
constexpr int kPerTensor = 100;
constexpr int kPerOddTensor = 20;
constexpr int kForName = 90;
constexpr std::uint32_t kNumberWord = 0x80000000u;

void mix(std::uint64_t &hash, std::uint64_t value)
{
    hash = (hash ^ value) * 0x9e3779b97f4a7c15u;
    hash ^= hash >> 29;
}

std::size_t commonWords(const AlignedLayer &a, const AlignedLayer &b)
{
    std::size_t common = 0;
    for (auto i = a.words.begin(), j = b.words.begin(); i != a.words.end() && j != b.words.end();) {
        if (*i == *j) {
            ++common;
            ++i;
            ++j;
        } else {
            *i < *j ? ++i : ++j;
        }
    }
    return common;
}

/// Whether both have weights, and none of the same shape: their biases may well agree.
bool weightsContradict(const AlignedLayer &a, const AlignedLayer &b)
{
    const auto isWeight = [](const LayerPart &part) { return part.kind == PartKind::Weight; };
    if (a.form == b.form || std::ranges::none_of(a.parts, isWeight) || std::ranges::none_of(b.parts, isWeight))
        return false;
    return std::ranges::none_of(a.parts, [&](const LayerPart &one) {
        return isWeight(one) && std::ranges::any_of(b.parts, [&](const LayerPart &other) {
                   return isWeight(other) && one.shape == other.shape;
               });
    });
}

/// 0 where nothing speaks for it.
int scoreOf(const AlignedLayer &a, const AlignedLayer &b)
{
    const int common = static_cast<int>(commonParts(a, b));
    if (common == 0 || weightsContradict(a, b))
        return 0;
    const int odd = static_cast<int>(a.parts.size() + b.parts.size()) - 2 * common;
    return std::max(1, kPerTensor * common - kPerOddTensor * odd + static_cast<int>(kForName * alikeness(a, b)));
}

/// Part of both sequences.
struct Stretch
{
    std::uint32_t a0, a1, b0, b1;
    int strictness = 0;

    [[nodiscard]] std::size_t cells() const { return std::size_t(a1 - a0) * (b1 - b0); }
};

class Aligner
{
public:
    Aligner(Layers a, Layers b) : m_a(a), m_b(b) {}

    Pairs align()
    {
        m_todo.push_back({0, static_cast<std::uint32_t>(m_a.size()), 0, static_cast<std::uint32_t>(m_b.size()), 0});
        while (!m_todo.empty()) {
            const Stretch stretch = m_todo.back();
            m_todo.pop_back();
            alignStretch(stretch);
        }
        std::ranges::sort(m_pairs);
        return std::move(m_pairs);
    }

private:
    enum Strictness { FormAndName, Blocks, FormAndBlock, Form, Edges };

    void alignStretch(const Stretch &stretch)
    {
        if (stretch.cells() == 0)
            return;
        if (stretch.cells() <= kExactCells && m_cells + stretch.cells() <= kAllExactCells) {
            m_cells += stretch.cells();
            alignExactly(stretch);
        } else if (stretch.strictness == Blocks) {
            cutAtBlocks(stretch);
        } else if (stretch.strictness < Edges) {
            cutAtAnchors(stretch);
        } else {
            alignEdges(stretch);
        }
    }

    /// Needleman-Wunsch: the sum of scores is as large as it can be.
    void alignExactly(const Stretch &stretch)
    {
        const std::size_t rows = stretch.a1 - stretch.a0;
        const std::size_t columns = stretch.b1 - stretch.b0;
        enum Step : std::uint8_t { Pair, SkipA, SkipB };
        std::vector<std::uint8_t> steps(rows * columns);
        std::vector<int> below(columns + 1, 0);
        std::vector<int> row(columns + 1, 0);
        for (std::size_t i = rows; i-- > 0;) {
            row[columns] = 0;
            for (std::size_t j = columns; j-- > 0;) {
                const int score = scoreOf(m_a[stretch.a0 + i], m_b[stretch.b0 + j]);
                row[j] = std::max(below[j], row[j + 1]);
                steps[i * columns + j] = below[j] >= row[j + 1] ? SkipA : SkipB;
                if (score > 0 && below[j + 1] + score >= row[j]) {
                    row[j] = below[j + 1] + score;
                    steps[i * columns + j] = Pair;
                }
            }
            std::swap(row, below);
        }
        for (std::size_t i = 0, j = 0; i < rows && j < columns;) {
            const std::uint8_t step = steps[i * columns + j];
            if (step == Pair)
                m_pairs.emplace_back(stretch.a0 + i, stretch.b0 + j);
            i += step != SkipB ? 1u : 0u;
            j += step != SkipA ? 1u : 0u;
        }
    }

    static std::uint64_t keyOf(const AlignedLayer &layer, int strictness)
    {
        std::uint64_t key = layer.form;
        if (strictness == FormAndName)
            for (const std::uint32_t word : layer.words)
                mix(key, word);
        if (strictness == FormAndBlock)
            mix(key, layer.block);
        return key;
    }

    /// Layers that occur once on either side and stand in the same order cut the stretch in pieces (patience diff).
    void cutAtAnchors(const Stretch &stretch)
    {
        Stretch piece{stretch.a0, 0, stretch.b0, 0, stretch.strictness + 1};
        for (const auto &[a, b] : anchorsOf(stretch)) {
            m_pairs.emplace_back(a, b);
            piece.a1 = a;
            piece.b1 = b;
            m_todo.push_back(piece);
            piece.a0 = a + 1;
            piece.b0 = b + 1;
        }
        piece.a1 = stretch.a1;
        piece.b1 = stretch.b1;
        m_todo.push_back(piece);
    }

    [[nodiscard]] Pairs anchorsOf(const Stretch &stretch) const
    {
        const auto keys = [&](Layers layers, std::uint32_t begin, std::uint32_t end) {
            std::vector<std::uint64_t> all;
            for (std::uint32_t i = begin; i < end; ++i)
                all.push_back(keyOf(layers[i], stretch.strictness));
            return all;
        };
        Pairs anchors = risingOnce(keys(m_a, stretch.a0, stretch.a1), keys(m_b, stretch.b0, stretch.b1));
        for (auto &[a, b] : anchors) {
            a += stretch.a0;
            b += stretch.b0;
        }
        return anchors;
    }

    /// Where keys stand that are there once on either side, as many as rise on both.
    static Pairs risingOnce(const std::vector<std::uint64_t> &a, const std::vector<std::uint64_t> &b)
    {
        struct Seen
        {
            std::uint32_t countA = 0, countB = 0, b = 0;
        };
        std::unordered_map<std::uint64_t, Seen> seen;
        for (const std::uint64_t key : a)
            ++seen[key].countA;
        for (std::uint32_t j = 0; j < b.size(); ++j) {
            Seen &one = seen[b[j]];
            ++one.countB;
            one.b = j;
        }
        Pairs once;
        std::vector<std::uint32_t> order;
        for (std::uint32_t i = 0; i < a.size(); ++i) {
            const Seen &one = seen[a[i]];
            if (one.countA == 1 && one.countB == 1) {
                once.emplace_back(i, one.b);
                order.push_back(one.b);
            }
        }
        Pairs rising;
        for (const std::size_t at : longestRise(order))
            rising.push_back(once[at]);
        return rising;
    }

    /// Neighbouring layers with the same first number in their names: "h.3.attn", "h.3.mlp".
    struct BlockList
    {
        std::vector<std::uint32_t> begins;
        std::vector<std::uint64_t> keys;  ///< that number, and which forms there are
    };

    static BlockList blocksOf(Layers layers, std::uint32_t begin, std::uint32_t end)
    {
        BlockList blocks;
        for (std::uint32_t i = begin; i < end; ++i) {
            if (i == begin || layers[i].block != layers[i - 1].block) {
                blocks.begins.push_back(i);
                blocks.keys.push_back(layers[i].block);
            }
            blocks.keys.back() += layers[i].form;
        }
        blocks.begins.push_back(end);
        return blocks;
    }

    /// Within blocks the order may differ: a sorted file has others than the model.
    void cutAtBlocks(const Stretch &stretch)
    {
        const BlockList a = blocksOf(m_a, stretch.a0, stretch.a1);
        const BlockList b = blocksOf(m_b, stretch.b0, stretch.b1);
        Stretch piece{stretch.a0, 0, stretch.b0, 0, stretch.strictness + 1};
        for (const auto &[i, j] : risingOnce(a.keys, b.keys)) {
            piece.a1 = a.begins[i];
            piece.b1 = b.begins[j];
            m_todo.push_back(piece);
            m_todo.push_back({a.begins[i], a.begins[i + 1], b.begins[j], b.begins[j + 1], stretch.strictness + 1});
            piece.a0 = a.begins[i + 1];
            piece.b0 = b.begins[j + 1];
        }
        piece.a1 = stretch.a1;
        piece.b1 = stretch.b1;
        m_todo.push_back(piece);
    }

    /// What is too long and too uniform to be cut: alike from the front, then alike from the back.
    void alignEdges(const Stretch &stretch)
    {
        const auto areAlike = [&](std::uint32_t a, std::uint32_t b) {
            return m_a[a].form == m_b[b].form && m_a[a].block == m_b[b].block;
        };
        std::uint32_t a = stretch.a0, b = stretch.b0;
        while (a < stretch.a1 && b < stretch.b1 && areAlike(a, b))
            m_pairs.emplace_back(a++, b++);
        std::uint32_t endA = stretch.a1, endB = stretch.b1;
        while (endA > a && endB > b && areAlike(endA - 1, endB - 1))
            m_pairs.emplace_back(--endA, --endB);
    }

    Layers m_a;
    Layers m_b;
    std::vector<Stretch> m_todo;
    Pairs m_pairs;
    std::size_t m_cells = 0;
};

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool isLetter(char c) { return isUpper(c) || (c >= 'a' && c <= 'z') || (c & 0x80) != 0; }

/// Where the word that begins at `at` ends: "conv" of "conv1", "Layer" of "LayerNorm".
std::size_t endOfWord(std::string_view name, std::size_t at)
{
    const bool digits = isDigit(name[at]);
    std::size_t end = at + 1;
    while (end < name.size() && (digits ? isDigit(name[end]) : isLetter(name[end]))
           && !(isUpper(name[end]) && !isUpper(name[end - 1])))
        ++end;
    return end;
}

std::uint32_t wordNumber(std::string_view word)
{
    std::uint32_t hash = 2166136261u;  // FNV-1a
    for (const char c : word)
        hash = (hash ^ static_cast<unsigned char>(isUpper(c) ? c - 'A' + 'a' : c)) * 16777619u;
    return isDigit(word.front()) ? hash | kNumberWord : hash & ~kNumberWord;
}

}  // namespace

bool isNumberWord(std::uint32_t word) { return (word & kNumberWord) != 0; }

void AlignedLayer::nameWords(std::string_view name)
{
    for (std::size_t at = 0; at < name.size();) {
        if (!isDigit(name[at]) && !isLetter(name[at])) {
            ++at;
            continue;
        }
        const std::size_t end = endOfWord(name, at);
        const std::string_view word = name.substr(at, end - at);
        at = end;
        if (word == "module" || word == "model")
            continue;
        words.push_back(wordNumber(word));
        if (isDigit(word.front()) && block == 0) {
            block = words.back();
            for (const std::uint32_t before : words)
                mix(place, before);
        }
    }
    std::ranges::sort(words);
}

void AlignedLayer::finish()
{
    std::ranges::sort(parts);
    form = parts.size();
    for (const LayerPart &part : parts) {
        mix(form, static_cast<std::uint64_t>(part.kind));
        mix(form, part.shape);
    }
}

std::size_t commonParts(const AlignedLayer &a, const AlignedLayer &b)
{
    if (a.form == b.form)
        return a.parts.size();
    std::size_t common = 0;
    for (auto i = a.parts.begin(), j = b.parts.begin(); i != a.parts.end() && j != b.parts.end();) {
        const auto order = std::pair(i->kind, i->shape) <=> std::pair(j->kind, j->shape);
        common += order == 0 ? 1u : 0u;
        if (order <= 0)
            ++i;
        if (order >= 0)
            ++j;
    }
    return common;
}

double alikeness(const AlignedLayer &a, const AlignedLayer &b)
{
    const std::size_t words = a.words.size() + b.words.size();
    return words == 0 ? 0 : 2.0 * static_cast<double>(commonWords(a, b)) / static_cast<double>(words);
}

Pairs alignLayers(Layers a, Layers b) { return Aligner(a, b).align(); }

std::vector<std::size_t> longestRise(std::span<const std::uint32_t> numbers)
{
    std::vector<std::size_t> ends;  // ends[k]: where a rise of length k + 1 ends with the smallest number
    std::vector<std::size_t> before(numbers.size(), numbers.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        const auto at = std::ranges::lower_bound(ends, numbers[i], {}, [&](std::size_t end) { return numbers[end]; });
        if (at != ends.begin())
            before[i] = *std::prev(at);
        at == ends.end() ? ends.push_back(i) : void(*at = i);
    }
    std::vector<std::size_t> rise;
    for (std::size_t i = ends.empty() ? numbers.size() : ends.back(); i < numbers.size(); i = before[i])
        rise.push_back(i);
    std::ranges::reverse(rise);
    return rise;
}

}  // namespace waypoint
