// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/tensor_health.h"

#include "core/base/printable.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string_view>

namespace waypoint {

namespace {

// A vector shorter than this may well hold nothing but zeros by chance or by design.
constexpr std::int64_t kLongVector = 17;

// Rules of thumb. A first moment is an average of gradients (torch.optim.Adam) or at most 1 / (1 - momentum) of them
// (SGD): at 1e4 a step with the usual learning rates of 1e-4 and more moves a weight by more than weights are large.
// A second moment is an average of squared gradients: 1e10 takes gradients of 1e5.
constexpr double kMostFirstMoment = 1e4;
constexpr double kMostSecondMoment = 1e10;
// What an optimizer remembers in float32 overflows at 3.4e38, and the square of a gradient from 1.8e19 on.
constexpr double kMostOfAnyState = 1e30;

constexpr std::array<std::string_view, 4> kFirstMoments{"exp_avg", "momentum_buffer", "grad_avg", "exp_inf"};
// Adam and AdamW, Adafactor, RMSprop and Adadelta. Adagrad's `sum` grows with every step and is none of them.
constexpr std::array<std::string_view, 6> kSecondMoments{"exp_avg_sq",     "max_exp_avg_sq", "exp_avg_sq_row",
                                                         "exp_avg_sq_col", "square_avg",     "acc_delta"};

// What may rest at zero (or another value) for good, by a part of the last name: terms that are added, statistics of
// norm layers, masks, caches, learnt positions and tokens.
constexpr std::array<std::string_view, 8> kRestingNames{"bias",  "running_",  "beta",     "mask",
                                                        "cache", "pos_embed", "position", "_token"};
// By a part of the whole name: the second factor of a low-rank adapter and the convolutions of a ControlNet, which
// start at zero.
constexpr std::array<std::string_view, 4> kRestingModules{"lora_b", "lora_up", "zero_conv", "position"};
// Vectors that scale: weights of norm layers (zero where a residual block starts as identity) and layer scales.
constexpr std::array<std::string_view, 5> kScales{"weight", "gamma", "scale", "alpha", "weight_g"};

std::string lowerCase(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return text;
}

std::string_view lastPart(std::string_view label)
{
    const std::size_t dot = label.rfind('.');
    return dot == std::string_view::npos ? label : label.substr(dot + 1);
}

template<std::size_t N>
bool contains(const std::array<std::string_view, N> &names, std::string_view name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

template<std::size_t N>
bool containsPartOf(const std::array<std::string_view, N> &parts, std::string_view name)
{
    return std::any_of(parts.begin(), parts.end(),
                       [&](std::string_view part) { return name.find(part) != std::string_view::npos; });
}

bool restsAtOneValue(std::string_view label)
{
    return containsPartOf(kRestingNames, lastPart(label)) || containsPartOf(kRestingModules, label);
}

const Section *sectionOf(const Checkpoint &checkpoint, EntryId entry)
{
    for (EntryId at = entry; at != kNoEntry; at = checkpoint.entries[at].parent)
        for (const Section &section : checkpoint.sections)
            if (section.entry == at)
                return &section;
    return nullptr;
}

bool holdsWeights(Role role) { return role == Role::Model || role == Role::Ema || role == Role::Module; }

bool isLearnt(DType dtype) { return isFloatingPoint(dtype) || isComplex(dtype) || isQuantized(dtype); }

bool isSparse(TensorLayout layout) { return layout >= TensorLayout::SparseCoo && layout <= TensorLayout::SparseBsc; }

/// Dimensions that are more than one long: what is 1x64x1x1 is a vector.
std::size_t trueDimensions(const SmallDims &shape)
{
    return static_cast<std::size_t>(
        std::count_if(shape.begin(), shape.end(), [](std::int64_t length) { return length > 1; }));
}

Ailments judgeWeight(std::string_view label, const TensorRef &ref, const TensorStats &stats)
{
    const bool sameEverywhere = stats.nan == 0 && stats.inf == 0 && stats.count > 1 && stats.min == stats.max;
    // Between the equal values of a sparse tensor lie zeros.
    const bool hasMore = isSparse(ref.layout) && stats.zeros < stats.count;
    if (!sameEverywhere || hasMore || !isLearnt(ref.dtype) || restsAtOneValue(label))
        return 0;
    const bool allZero = stats.zeros == stats.count;
    if (trueDimensions(ref.shape) >= 2)
        return static_cast<Ailments>(allZero ? Ailment::AllZero : Ailment::Constant);
    // A vector of ones (or of 1e-6) is how many layers start; only zeros shut something off.
    const bool unusual = allZero && stats.count >= kLongVector && !contains(kScales, lastPart(label));
    return unusual ? static_cast<Ailments>(Ailment::AllZero) : Ailments{0};
}

Ailments judgeOptimizerState(std::string_view label, const TensorStats &stats)
{
    const std::string_view name = lastPart(label);
    const double largest = std::max(std::abs(stats.min), std::abs(stats.max));
    double most = kMostOfAnyState;
    if (contains(kFirstMoments, name))
        most = kMostFirstMoment;
    else if (contains(kSecondMoments, name))
        most = kMostSecondMoment;
    // An infinity has a word of its own.
    return std::isfinite(largest) && largest > most ? static_cast<Ailments>(Ailment::Exploding) : Ailments{0};
}

/// -inf above the diagonal of a causal mask, as torch.nn.Transformer.generate_square_subsequent_mask makes it.
bool isMask(std::string_view label, const TensorStats &stats)
{
    return label.find("mask") != std::string_view::npos && std::isfinite(stats.max);
}

std::string share(std::int64_t part, std::int64_t all)
{
    return groupedDigits(static_cast<std::uint64_t>(part)) + " of " + groupedDigits(static_cast<std::uint64_t>(all))
           + (all == 1 ? " value" : " values") + (part == 1 ? " is" : " are");
}

std::string fourDigits(double number)
{
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%.4g", number);
    return text.data();
}

void addSentence(std::string &text, const std::string &sentence)
{
    if (!text.empty())
        text += ' ';
    text += sentence;
}

}  // namespace

Ailments judgeTensor(const Checkpoint &checkpoint, EntryId entry, const TensorStats &stats)
{
    const std::string label = lowerCase(checkpoint.entries.label(entry));
    Ailments ailments = 0;
    if (stats.nan > 0)
        ailments |= static_cast<Ailments>(Ailment::Nan);
    if (stats.inf > 0 && !isMask(label, stats))
        ailments |= static_cast<Ailments>(Ailment::Inf);
    const Value value = checkpoint.entries.value(entry);
    const Section *section = sectionOf(checkpoint, entry);
    if (!section || !value.is(ValueKind::Tensor))
        return ailments;
    if (holdsWeights(section->role))
        ailments |= judgeWeight(label, value.tensor().ref, stats);
    else if (section->role == Role::Optimizer)
        ailments |= judgeOptimizerState(label, stats);
    return ailments;
}

std::string ailmentText(Ailments ailments, const TensorStats &stats)
{
    std::string text;
    if (has(ailments, Ailment::Nan))
        addSentence(text, share(stats.nan, stats.count) + " NaN.");
    if (has(ailments, Ailment::Inf))
        addSentence(text, share(stats.inf, stats.count) + " infinite.");
    if (has(ailments, Ailment::AllZero))
        addSentence(text, "All " + groupedDigits(static_cast<std::uint64_t>(stats.count)) + " values are zero.");
    if (has(ailments, Ailment::Constant))
        addSentence(text, "All " + groupedDigits(static_cast<std::uint64_t>(stats.count)) + " values are "
                              + fourDigits(stats.min) + '.');
    if (has(ailments, Ailment::Exploding))
        addSentence(text, "Values reach " + fourDigits(std::max(std::abs(stats.min), std::abs(stats.max)))
                              + ": the optimizer's state has exploded.");
    return text;
}

}  // namespace waypoint
