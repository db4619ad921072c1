// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/reader.h"
#include "core/data/array_dataset.h"
#include "core/data/element_floats.h"
#include "core/data/openers.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace waypoint {

namespace {

constexpr std::int64_t kMostClasses = 10'000'000;
/// A view may repeat its storage without end (torch.expand); what is kept is bounded by what the file has, or by this.
constexpr std::int64_t kMostRepeated = 1 << 26;

std::string shapeText(const TensorRef &tensor) { return fmt::format("({})", fmt::join(tensor.shape.dims(), ", ")); }

Error unfit(std::string detail, std::string advice)
{
    return {ErrorCode::BadArgument, "tensors: " + std::move(detail), {}, std::move(advice), {}};
}

Result<const TensorRef *> tensorNamed(const Checkpoint &checkpoint, std::string_view key)
{
    const auto value = Value(checkpoint.values, checkpoint.root)[key];
    if (!value.is(ValueKind::Tensor))
        return unfit(fmt::format("there is no tensor '{}'", key), "Save a dict: torch.save({'x': x, 'y': y}, FILE).");
    const auto &tensor = value.tensor();
    if (tensor.quantized || tensor.ref.layout != TensorLayout::Strided || tensor.ref.storage == kNoStorage
        || isComplex(tensor.ref.dtype) || !hasFloats(tensor.ref.dtype))
        return unfit(fmt::format("{} is of a kind that is no plain numbers ({})", key, dtypeName(tensor.ref.dtype)),
                     "Save it as float32 or int64, dense.");
    return &tensor.ref;
}

Result<std::vector<float>> floatsOf(const Checkpoint &checkpoint, const TensorRef &tensor)
{
    const auto &storage = checkpoint.values.storages()[tensor.storage];
    const auto count = tensor.elementCount();
    const auto inStorage = static_cast<std::int64_t>(storage.bytes.value / std::max(1u, dtypeBytes(tensor.dtype)));
    if (!count || *count > std::max(inStorage, kMostRepeated))
        return Error{ErrorCode::TooLarge,
                     fmt::format("a tensor of shape {} repeats {} stored numbers", shapeText(tensor), inStorage),
                     {},
                     {},
                     {}};
    std::vector<float> floats(static_cast<std::size_t>(*count));
    std::size_t next = 0;
    auto done = forEachBlock(tensor, storage, {}, [&](std::span<const std::byte> block) {
        const auto elements = block.size() / dtypeBytes(tensor.dtype);
        elementsToFloats(tensor.dtype, block, std::span(floats).subspan(next, elements));
        next += elements;
    });
    if (!done)
        return done.error();
    return floats;
}

/// The first rows of a tensor that has as many or more.
TensorRef firstRows(TensorRef tensor, std::int64_t rows)
{
    std::vector<std::int64_t> sizes(tensor.shape.begin(), tensor.shape.end());
    sizes.front() = rows;
    tensor.shape = SmallDims(sizes);
    return tensor;
}

/// How many samples of x may be kept in memory, at least one.
std::int64_t rowsWithin(const TensorRef &x, const DataLimits &limits)
{
    const auto perRow = std::max<std::int64_t>(1, x.elementCount().value_or(1) / x.shape[0]);
    return std::clamp<std::int64_t>(limits.numbers / perRow, 1, x.shape[0]);
}

bool holdsClasses(const TensorRef &y)
{
    return !isFloatingPoint(y.dtype) && (y.shape.size() == 1 || (y.shape.size() == 2 && y.shape[1] == 1));
}

Result<void> checkShapes(const TensorRef &x, const TensorRef &y)
{
    const bool rows = !x.shape.empty() && !y.shape.empty() && x.shape[0] == y.shape[0];
    const bool size = rows && x.shape[0] > 0 && x.elementCount().value_or(0) > 0 && y.elementCount().value_or(0) > 0;
    if (size && (holdsClasses(y) || (isFloatingPoint(y.dtype) && y.shape.size() <= 2)))
        return {};
    return unfit(fmt::format("x has the shape {} and y {} of {}", shapeText(x), shapeText(y), dtypeName(y.dtype)),
                 "x is (N, ...) and y either (N) whole numbers, the classes, or (N) or (N, K) floats, the values.");
}

/// Number of classes.
Result<std::int64_t> classesIn(const std::vector<float> &labels)
{
    float most = 0;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        if (labels[i] < 0 || labels[i] >= float(kMostClasses))
            return unfit(fmt::format("y[{}] is {}, which is no number of a class", i, labels[i]),
                         "Count classes from 0, or save y as floats for values.");
        most = std::max(most, labels[i]);
    }
    return static_cast<std::int64_t>(most) + 1;
}

Result<Datasets> datasetOf(const Checkpoint &checkpoint, const DataSpec &spec)
{
    const auto x = tensorNamed(checkpoint, "x");
    const auto y = tensorNamed(checkpoint, "y");
    if (!x || !y)
        return x ? y.error() : x.error();
    if (auto fit = checkShapes(**x, **y); !fit)
        return fit.error();
    const auto rows = rowsWithin(**x, spec.limits);
    auto inputs = floatsOf(checkpoint, firstRows(**x, rows));
    if (!inputs)
        return inputs.error();
    auto targets = floatsOf(checkpoint, firstRows(**y, rows));
    if (!targets)
        return targets.error();
    const auto dims = (*x)->shape.dims();
    DatasetInfo info{.name = spec.text, .count = rows, .shape = {dims.begin() + 1, dims.end()}};
    if (info.shape.empty())
        info.shape = {1};
    info.target = holdsClasses(**y) ? TargetKind::Class : TargetKind::Values;
    info.targetSize = (*y)->shape.size() == 2 ? (*y)->shape[1] : 1;
    if (info.target == TargetKind::Class) {
        auto classes = classesIn(*targets);
        if (!classes)
            return classes.error();
        info.targetSize = *classes;
    }
    return Datasets{std::make_shared<const ArrayDataset>(std::move(info), *std::move(inputs), *std::move(targets)),
                    nullptr, rows < dims[0]};
}

}  // namespace

Result<Datasets> openTensors(const DataSpec &spec)
{
    if (auto known = spec.onlyKnows({}); !known)
        return known.error();
    const auto opened = openCheckpoint(spec.path, {.stop = spec.limits.stop});
    if (!opened.checkpoint)
        return opened.error.value_or(Error{});
    auto parts = datasetOf(*opened.checkpoint, spec);
    if (parts)
        return parts;
    auto error = parts.error();
    error.file = spec.path.string();
    return error;
}

}  // namespace waypoint
