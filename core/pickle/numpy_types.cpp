// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/checked.h"
#include "core/pickle/numpy_dtype.h"
#include "core/pickle/numpy_scalar.h"
#include "core/pickle/pickle_text.h"
#include "core/pickle/python_types.h"

#include <vector>

namespace waypoint {

namespace {

constexpr std::size_t kMostDimensions = 64;

/// An array as NumPy's functions get it told.
struct Parts
{
    Value shape;
    Value dtype;
    Value data;
    bool fortranOrder = false;
};

std::optional<SmallDims> shapeOf(Value shape)
{
    if (!shape.is(ValueKind::Tuple) || shape.count() > kMostDimensions)
        return std::nullopt;
    std::vector<std::int64_t> dims;
    for (std::size_t i = 0; i < shape.count(); ++i) {
        const auto dim = shape.at(i).integer();
        if (!dim || *dim < 0)
            return std::nullopt;
        dims.push_back(*dim);
    }
    return SmallDims(dims);
}

std::optional<std::uint64_t> elementCount(const SmallDims &shape)
{
    std::optional<std::uint64_t> count = 1;
    for (const std::int64_t dim : shape)
        if (count)
            count = checkedMul(*count, static_cast<std::uint64_t>(dim));
    return count;
}

/// Bytes node with exactly `length` bytes of elements: of bytes, or of text that Python 2 wrote.
std::optional<ValueId> elementBytes(PythonTypes &types, Value data, std::uint64_t length)
{
    if (!data.is(ValueKind::Bytes) && !data.is(ValueKind::Str))
        return std::nullopt;
    ValueTree &tree = types.tree();
    const std::uint64_t written = tree.byteLength(data.id()).value;
    const ExternalBytes *external = tree.externalBytes(data.id());
    if (external && external->latin1)  // a character takes one byte or two
        return written >= length && written / 2 <= length ? std::optional(data.id()) : std::nullopt;
    if (written == length)
        return data.is(ValueKind::Bytes) ? data.id() : tree.addBytesOf(data.id());
    if (external || !data.is(ValueKind::Str) || !types.spend(data.text().size()))
        return std::nullopt;
    const auto decoded = latin1FromUtf8(data.text());
    return decoded && decoded->size() == length ? std::optional(tree.addBytes(*decoded)) : std::nullopt;
}

bool becomeArray(PythonTypes &types, ValueId object, const Parts &parts)
{
    const auto type = numpyDType(types, parts.dtype);
    auto shape = shapeOf(parts.shape);
    const auto count = shape ? elementCount(*shape) : std::nullopt;
    if (!type || !count)
        return false;
    ArrayValue array{.dtype = type->name, .fortranOrder = parts.fortranOrder, .bigEndian = type->bigEndian};
    array.shape = std::move(*shape);
    if (type->kind == 'O') {
        if (!parts.data.is(ValueKind::List) || parts.data.count() != *count)
            return false;
        array.data = parts.data.id();
    } else {
        const auto length = checkedMul(*count, type->size);
        const auto data = length ? elementBytes(types, parts.data, *length) : std::nullopt;
        if (!data)
            return false;
        array.data = *data;
    }
    types.tree().becomeArray(object, std::move(array));
    return true;
}

/// _reconstruct(class, (0,), b'b'), and then a state of (version, shape, dtype, Fortran order, elements).
void resolveReconstruct(PythonTypes &types, ValueId object)
{
    const Value type = types.argument(object, 0);
    const Value state = types.value(types.object(object).state);
    if (!state.is(ValueKind::Tuple) || state.count() < 4)
        return;
    const std::size_t first = state.count() == 4 ? 0 : 1;  // before NumPy 1.0 there was no version
    const Parts parts{state.at(first), state.at(first + 1), state.at(first + 3),
                      state.at(first + 2).integer().value_or(0) != 0};
    if (becomeArray(types, object, parts) && type.is(ValueKind::Global) && type.text() != "numpy.ndarray")
        types.tree().setClassName(object, type.id());
}

/// _frombuffer(buffer, dtype, shape, 'C' or 'F'): arrays of protocol 5.
void resolveFromBuffer(PythonTypes &types, ValueId object)
{
    becomeArray(types, object,
                {types.argument(object, 2), types.argument(object, 1), types.argument(object, 0),
                 types.argument(object, 3).text() == "F"});
}

void displayDType(PythonTypes &types, ValueId object)
{
    const auto type = numpyDType(types, types.value(object));
    if (!type)
        return;
    const bool order = type->bigEndian && (type->kind == 'i' || type->kind == 'u' || type->kind == 'f');
    types.setDisplay(object, (order ? ">" : "") + type->name);
}

/// scalar(dtype, bytes)
void resolveScalar(PythonTypes &types, ValueId object)
{
    const auto type = numpyDType(types, types.argument(object, 0));
    const Value data = types.argument(object, 1);
    if (type && data.isValid() && type->kind == 'O')
        types.become(object, data.id(), "");
    else if (const auto bytes = type ? types.bytesOf(data, static_cast<std::size_t>(type->size)) : std::nullopt)
        becomeNumpyScalar(types, object, *type, *bytes);
}

constexpr NamedPythonRule kRules[] = {
    {"numpy.core.multiarray._reconstruct", resolveReconstruct},
    {"numpy.core.numeric._frombuffer", resolveFromBuffer},
    {"numpy.core.multiarray.scalar", resolveScalar},
    {"numpy.dtype", displayDType},
};

}  // namespace

std::span<const NamedPythonRule> numpyRules() { return kRules; }

}  // namespace waypoint
