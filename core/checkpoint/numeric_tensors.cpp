// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/numeric_tensors.h"

#include "core/checkpoint/array_tensors.h"
#include "core/checkpoint/entry_walk.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace waypoint {

namespace {

/// Their scales and zero points take 256 MiB.
constexpr std::int64_t kMostChannels = 1 << 24;

Error noNumbers(std::string reason) { return {ErrorCode::Unsupported, std::move(reason)}; }

/// Why a tensor that is not strided has no elements to read; the layouts that have some do not get here.
std::string_view layoutReason(TensorLayout layout)
{
    switch (layout) {
    case TensorLayout::Nested:
        return "a nested tensor has no numbers of its own: they are in its buffer, listed below it";
    case TensorLayout::Wrapper:
        return "a tensor of this subclass has no numbers of its own: they are in its parts";
    default:
        return "numbers of this layout cannot be read";
    }
}

bool isSparse(TensorLayout layout) { return layout >= TensorLayout::SparseCoo && layout <= TensorLayout::SparseBsc; }

Result<std::vector<double>> numbersOf(const ValueTree &tree, Value part, std::int64_t wanted);

/// One scale and zero point for each index along the axis, from the tensors beside the quantised one.
Result<Quantization> channelQuantization(const ValueTree &tree, const TensorValue &tensor)
{
    const auto axis = tensor.quantizer.axis;
    if (axis < 0 || axis >= static_cast<std::int64_t>(tensor.ref.shape.size()))
        return Error{ErrorCode::Corrupt, fmt::format("a quantised tensor has no dimension {} for its scales", axis)};
    Quantization quantization;
    quantization.axis = static_cast<std::size_t>(axis);
    const auto channels = tensor.ref.shape[quantization.axis];
    if (channels > kMostChannels)
        return Error{ErrorCode::TooLarge, fmt::format("a quantised tensor has {} scales", channels)};
    const Value parts(tree, tensor.parts);
    auto scales = numbersOf(tree, parts["scales"], channels);
    if (!scales)
        return scales.error();
    auto zeroPoints = numbersOf(tree, parts["zero_points"], channels);
    if (!zeroPoints)
        return zeroPoints.error();
    quantization.scales = *std::move(scales);
    quantization.zeroPoints = *std::move(zeroPoints);
    return quantization;
}

Result<Quantization> quantizationOf(const ValueTree &tree, const TensorValue &tensor)
{
    if (!tensor.quantized)
        return Quantization();
    if (tensor.quantizer.perChannel)
        return channelQuantization(tree, tensor);
    return Quantization{{tensor.quantizer.scale}, {static_cast<double>(tensor.quantizer.zeroPoint)}, 0};
}

Result<NumericTensor> stridedTensor(const ValueTree &tree, const TensorValue &tensor)
{
    if (auto numeric = checkNumeric(tensor.ref.dtype); !numeric)
        return numeric.error();
    NumericTensor numbers{.ref = tensor.ref};
    if (tensor.ref.storage != kNoStorage)
        numbers.storage = tree.storages()[tensor.ref.storage];
    if (numbers.storage.device == "meta")
        return noNumbers("a meta tensor has a shape and no elements");
    if (!numbers.storage.source && numberCount(tensor.ref) > 0)
        return noNumbers("the file does not hold its elements");
    auto quantization = quantizationOf(tree, tensor);
    if (!quantization)
        return quantization.error();
    numbers.quantization = *std::move(quantization);
    return numbers;
}

Result<NumericTensor> tensorNumbers(const ValueTree &tree, Value value)
{
    const TensorValue &tensor = value.tensor();
    if (tensor.ref.layout == TensorLayout::Strided)
        return stridedTensor(tree, tensor);
    const Value stored = Value(tree, tensor.parts)["values"];
    if (isSparse(tensor.ref.layout) && stored.is(ValueKind::Tensor)
        && stored.tensor().ref.layout == TensorLayout::Strided)
        return stridedTensor(tree, stored.tensor());
    return noNumbers(std::string(layoutReason(tensor.ref.layout)));
}

Result<NumericTensor> valueNumbers(const ValueTree &tree, Value value)
{
    if (value.is(ValueKind::Tensor))
        return tensorNumbers(tree, value);
    if (value.is(ValueKind::Array))
        return arrayTensor(tree, tree.array(value.id()));
    return noNumbers("only tensors and NumPy arrays have numbers");
}

/// Scales are few: a tensor of any other size contradicts the one it belongs to.
Result<std::vector<double>> numbersOf(const ValueTree &tree, Value part, std::int64_t wanted)
{
    const Error contradiction{ErrorCode::Corrupt, "a quantised tensor and its scales have different sizes"};
    const bool plain = part.is(ValueKind::Tensor) && !part.tensor().quantized;
    if (!plain || part.tensor().ref.elementCount() != wanted)
        return contradiction;
    auto tensor = tensorNumbers(tree, part);
    if (!tensor)
        return tensor.error();
    std::vector<double> numbers;
    auto read = forEachNumber(
        *tensor, {}, [&](std::span<const double> block) { numbers.insert(numbers.end(), block.begin(), block.end()); });
    if (!read)
        return read.error();
    return static_cast<std::int64_t>(numbers.size()) == wanted ? Result(std::move(numbers)) : contradiction;
}

}  // namespace

Result<NumericTensor> numericTensor(const ValueTree &tree, ValueId id) { return valueNumbers(tree, Value(tree, id)); }

Result<NumericTensor> numericTensor(const Checkpoint &checkpoint, EntryId entry)
{
    return valueNumbers(checkpoint.values, checkpoint.entries.value(entry));
}

std::vector<EntryId> numericEntries(const Checkpoint &checkpoint)
{
    std::vector<EntryId> entries;
    for (EntryWalk walk(checkpoint.entries); !walk.atEnd(); walk.next()) {
        const Value value = checkpoint.entries.value(walk.entry());
        if (value.is(ValueKind::Tensor) || value.is(ValueKind::Array))
            entries.push_back(walk.entry());
    }
    return entries;
}

}  // namespace waypoint
