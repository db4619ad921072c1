// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace waypoint {

/// What a tensor is to its layer: tensors of different kinds never belong together, whatever their shapes.
enum class PartKind : std::uint8_t { Weight, Bias, Mean, Variance, Count, Other };

/// A tensor of a layer.
struct LayerPart
{
    PartKind kind = PartKind::Other;
    std::uint32_t shape = 0;
    std::uint32_t tensor = 0;  ///< the caller's index

    auto operator<=>(const LayerPart &) const = default;
};

/// Tensors that share everything but the last part of their name.
struct AlignedLayer
{
    std::vector<LayerPart> parts;      ///< sorted
    std::vector<std::uint32_t> words;  ///< of its name, as hashes; sorted
    std::uint64_t block = 0;           ///< the first number in its name, as a hash; 0 where it has none
    std::uint64_t place = 0;           ///< all up to that number: "layer1" and "conv1" are two places; 0 without
    std::uint64_t form = 0;            ///< a hash of the kinds and shapes of `parts`

    /// Sets `words`, `block` and `place`: "layer1.0.conv" has the words layer, 1, 0 and conv. What wrappers add does
    /// not count.
    void nameWords(std::string_view name);
    /// Requires: `parts` is set; sorts it and sets `form`.
    void finish();
};

/// Whether a word consists of digits.
[[nodiscard]] bool isNumberWord(std::uint32_t word);

/// How many tensors two layers have in common: same kind, same shape.
[[nodiscard]] std::size_t commonParts(const AlignedLayer &a, const AlignedLayer &b);
/// How alike two names are, from 0 to 1: words in common of all words.
[[nodiscard]] double alikeness(const AlignedLayer &a, const AlignedLayer &b);

/// The best way to put two sequences of layers side by side without crossing: layers that have tensors in common, the
/// more and the more alike their names the better. Pairs of indices, rising on both sides. Short sequences are aligned
/// exactly; long ones are cut first where layers that occur once agree. Nearly linear in their lengths.
[[nodiscard]] std::vector<std::pair<std::uint32_t, std::uint32_t>> alignLayers(std::span<const AlignedLayer> a,
                                                                               std::span<const AlignedLayer> b);

/// Positions of a longest rising subsequence.
[[nodiscard]] std::vector<std::size_t> longestRise(std::span<const std::uint32_t> numbers);

}  // namespace waypoint
