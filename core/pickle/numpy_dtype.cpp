// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pickle/numpy_dtype.h"

#include "core/pickle/python_literal.h"

#include <fmt/format.h>

#include <charconv>

namespace waypoint {

namespace {

constexpr int kDeepest = 8;                 // structured types inside structured types
constexpr std::size_t kLongestName = 1000;  // of a structured type; "|V24" stands for a longer one
constexpr std::size_t kLongestField = 200;

/// Positions in the state of a dtype, versions 1 to 4.
enum State : std::size_t { ByteOrder = 1, SubArray = 2, Names = 3, Fields = 4, ElementSize = 5, Metadata = 8 };

std::optional<NumpyDType> describe(PythonTypes &types, Value dtype, int depth);

/// "float64" of 'f' and 8; empty where numpy has no such type.
std::string numberName(char kind, std::uint64_t size)
{
    switch (kind) {
    case 'b':
        return size == 1 ? "bool" : "";
    case 'i':
        return fmt::format("int{}", size * 8);
    case 'u':
        return fmt::format("uint{}", size * 8);
    case 'f':
        return fmt::format("float{}", size * 8);
    case 'c':
        return fmt::format("complex{}", size * 8);
    case 'O':
        return "object";
    default:
        return {};
    }
}

/// Kind and number of a code such as "f8", "U12" or "O".
std::optional<std::pair<char, std::uint64_t>> splitCode(std::string_view code)
{
    if (code.empty() || code.size() > 12)
        return std::nullopt;
    std::uint64_t number = code == "O" ? 8 : 0;
    const std::string_view digits = code.substr(1);
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (!digits.empty() && (failure != std::errc() || end != digits.data() + digits.size()))
        return std::nullopt;
    return std::pair(code[0], number);
}

/// "<f8", "|b1": what numpy calls dtype.str.
std::string typeString(const NumpyDType &type)
{
    const bool ordered = type.size > 1 && type.kind != 'S' && type.kind != 'V' && type.kind != 'O';
    const std::uint64_t number = type.kind == 'U' ? type.size / 4 : type.size;
    return fmt::format("{}{}{}",
                       !ordered         ? '|'
                       : type.bigEndian ? '>'
                                        : '<',
                       type.kind, type.kind == 'O' ? std::string() : std::to_string(number));
}

/// How a field's or sub-array's type is written inside another: quoted where it is simple.
std::string nestedName(const NumpyDType &type)
{
    const bool composed = type.name.starts_with('[') || type.name.starts_with('(');
    return composed ? type.name : "'" + typeString(type) + "'";
}

/// "[('a', '<f8'), ('b', '<i4')]"
std::optional<std::string> structuredName(PythonTypes &types, Value names, Value fields, int depth)
{
    std::string name = "[";
    for (std::size_t i = 0; i < names.count(); ++i) {
        if (names.at(i).text().size() > kLongestField || !types.spend(fields.count() + 1))
            return std::nullopt;
        const Value field = fields[names.at(i).text()];
        const auto type = field.is(ValueKind::Tuple) ? describe(types, field.at(0), depth + 1) : std::nullopt;
        if (!names.at(i).is(ValueKind::Str) || !type || name.size() > kLongestName)
            return std::nullopt;
        std::string nested = nestedName(*type);
        if (nested.front() == '(')  // a sub-array's type and shape stand beside the field's name
            nested = nested.substr(1, nested.size() - 2);
        name += fmt::format("{}({}, {})", i > 0 ? ", " : "", pythonString(names.at(i).text()), nested);
    }
    return name + "]";
}

/// "('<f4', (3,))"
std::optional<std::string> subArrayName(PythonTypes &types, Value subArray, int depth)
{
    const auto type = describe(types, subArray.at(0), depth + 1);
    if (!type || subArray.count() != 2)
        return std::nullopt;
    const Value shape = subArray.at(1);
    std::string dims;
    for (std::size_t i = 0; i < shape.count() && i < 64; ++i)
        dims += fmt::format("{}{}", i > 0 ? ", " : "", shape.at(i).integer().value_or(0));
    if (shape.integer())
        dims = std::to_string(*shape.integer());
    return fmt::format("({}, ({}{}))", nestedName(*type), dims, shape.count() > 1 ? "" : ",");
}

/// (b'ns', 1, 1, 1) beside a dictionary: the unit of a datetime64.
void readUnit(NumpyDType &type, Value metadata)
{
    const Value unit = metadata.is(ValueKind::Tuple) ? metadata.at(1) : Value();
    if (!unit.is(ValueKind::Tuple) || unit.at(0).text().empty() || unit.at(0).text().size() > 8)
        return;
    type.unit = std::string(unit.at(0).text());
    type.unitCount = unit.at(1).integer().value_or(1);
}

std::string dateName(const NumpyDType &type)
{
    const std::string_view base = type.kind == 'M' ? "datetime64" : "timedelta64";
    if (type.unit.empty() || type.unit == "generic")
        return std::string(base);
    return fmt::format("{}[{}{}]", base, type.unitCount == 1 ? std::string() : std::to_string(type.unitCount),
                       oneLine(type.unit));
}

/// Name of a type of kind V: structured, a sub-array, or plain bytes.
std::optional<std::string> composedName(PythonTypes &types, const NumpyDType &type, Value state, int depth)
{
    if (state.at(SubArray).is(ValueKind::Tuple))
        return subArrayName(types, state.at(SubArray), depth);
    if (state.at(Names).is(ValueKind::Tuple) && state.at(Fields).is(ValueKind::Dict))
        return structuredName(types, state.at(Names), state.at(Fields), depth);
    return typeString(type);
}

std::optional<NumpyDType> describe(PythonTypes &types, Value dtype, int depth)
{
    if (!dtype.is(ValueKind::Object) || dtype.className() != "numpy.dtype" || depth > kDeepest)
        return std::nullopt;
    const auto code = splitCode(types.argument(dtype.id(), 0).text());
    const Value state = dtype.wrap(dtype.object().state);
    if (!code)
        return std::nullopt;
    NumpyDType type{.kind = code->first, .size = code->second};
    if (state.is(ValueKind::Tuple)) {
        type.bigEndian = state.at(ByteOrder).text() == ">";
        const auto size = state.at(ElementSize).integer();
        if (type.kind == 'U')
            type.size = 4 * code->second;
        if (size && *size >= 0)
            type.size = static_cast<std::uint64_t>(*size);
        readUnit(type, state.at(Metadata));
    }
    type.name = numberName(type.kind, type.size);
    if (type.kind == 'M' || type.kind == 'm')
        type.name = dateName(type);
    else if (type.kind == 'S' || type.kind == 'U')
        type.name = typeString(type);
    else if (type.kind == 'V')
        type.name = composedName(types, type, state, depth).value_or(depth == 0 ? typeString(type) : "");
    return type.name.empty() ? std::nullopt : std::optional(type);
}

}  // namespace

std::optional<NumpyDType> numpyDType(PythonTypes &types, Value dtype) { return describe(types, dtype, 0); }

}  // namespace waypoint
