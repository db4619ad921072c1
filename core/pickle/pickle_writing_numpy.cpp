// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pickle/pickle_text.h"
#include "core/pickle/pickle_writing.h"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

namespace waypoint {

namespace {

/// What numpy's arraydescr_reduce says of a type: numpy.dtype('f8', False, True) with the state
/// (version, byte order, None, None, None, size, alignment, flags[, metadata]).
struct DTypeState
{
    std::string code;         ///< "f8", "U12", "M8"
    char order = '<';         ///< '|' where there is none
    std::int64_t size = -1;   ///< of text and bytes
    std::int64_t align = -1;  ///< likewise
    std::int64_t flags = 0;
    std::string unit;  ///< of datetime64 and timedelta64: "ns"
    std::int64_t unitCount = 1;
};

constexpr std::int64_t kObjectFlags = 63;  // holds references, needs initialising, ...
constexpr std::int64_t kTextFlags = 8;     // needs Python's interpreter to read an element

std::optional<std::int64_t> numberOf(std::string_view digits)
{
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return error == std::errc() && end == digits.data() + digits.size() ? std::optional(number) : std::nullopt;
}

/// "float64" -> f, 64; nothing where the name is none of numpy's numbers.
std::optional<DTypeState> numberState(std::string_view name, bool bigEndian)
{
    if (name == "bool")
        return DTypeState{.code = "b1", .order = '|'};
    constexpr std::pair<std::string_view, char> kKinds[] = {
        {"int", 'i'}, {"uint", 'u'}, {"float", 'f'}, {"complex", 'c'}};
    for (const auto &[kind, letter] : kKinds) {
        const auto bits = name.starts_with(kind) ? numberOf(name.substr(kind.size())) : std::nullopt;
        if (!bits || *bits < 8 || *bits > 256)
            continue;
        DTypeState state{.code = letter + std::to_string(*bits / 8)};
        state.order = *bits == 8 ? '|' : bigEndian ? '>' : '<';
        return state;
    }
    return std::nullopt;
}

/// "<U12" and "|S5"
std::optional<DTypeState> textState(std::string_view name)
{
    const auto count = name.size() > 2 ? numberOf(name.substr(2)) : std::nullopt;
    if (!count || (name[1] != 'U' && name[1] != 'S'))
        return std::nullopt;
    constexpr std::int64_t kCharacter = 4;
    DTypeState state{.code = std::string(name.substr(1)), .order = name[0]};
    const bool isText = name[1] == 'U';
    state.size = isText ? *count * kCharacter : *count;
    state.align = isText ? kCharacter : 1;
    state.flags = isText ? kTextFlags : 0;
    return state;
}

/// "datetime64[25s]"
std::optional<DTypeState> dateState(std::string_view name, bool bigEndian)
{
    const std::size_t bracket = name.find('[');
    const std::string_view base = name.substr(0, bracket);
    if (base != "datetime64" && base != "timedelta64")
        return std::nullopt;
    DTypeState state{.code = base == "datetime64" ? "M8" : "m8", .order = bigEndian ? '>' : '<', .unit = "generic"};
    if (bracket == std::string_view::npos)
        return state;
    std::string_view unit = name.substr(bracket + 1, name.size() - bracket - 2);
    const std::size_t digits = unit.find_first_not_of("0123456789");
    if (digits == std::string_view::npos)
        return std::nullopt;
    if (digits > 0)
        state.unitCount = numberOf(unit.substr(0, digits)).value_or(1);
    state.unit = unit.substr(digits);
    return state;
}

/// The state of a type by the name that ArrayValue has; nothing for structured ones.
std::optional<DTypeState> stateOf(std::string_view name, bool bigEndian)
{
    if (name == "object")
        return DTypeState{.code = "O8", .order = '|', .flags = kObjectFlags};
    if (auto state = numberState(name, bigEndian))
        return state;
    if (auto state = textState(name))
        return state;
    return dateState(name, bigEndian);
}

void writeUnit(PickleOutput &out, const DTypeState &state)
{
    out.op(Opcode::EmptyDict);
    out.op(Opcode::Mark);
    out.bytes(state.unit);
    out.integer(state.unitCount);
    out.integer(1);
    out.integer(1);
    out.op(Opcode::Tuple);
    out.op(Opcode::Tuple2);
}

void writeDType(PickleOutput &out, const DTypeState &state)
{
    const std::string name =
        "dtype " + std::string(1, state.order) + state.code + state.unit + std::to_string(state.unitCount);
    if (out.getNamed(name))
        return;
    out.global("numpy", "dtype");
    out.text(state.code);
    out.boolean(false);
    out.boolean(true);
    out.op(Opcode::Tuple3);
    out.op(Opcode::Reduce);
    out.putNamed(name);
    constexpr std::int64_t kVersion = 3;
    out.op(Opcode::Mark);
    out.integer(state.unit.empty() ? kVersion : kVersion + 1);
    out.text(std::string(1, state.order));
    for (int i = 0; i < 3; ++i)  // no sub-array, no names, no fields
        out.op(Opcode::None);
    for (const std::int64_t number : {state.size, state.align, state.flags})
        out.integer(number);
    if (!state.unit.empty())
        writeUnit(out, state);
    out.op(Opcode::Tuple);
    out.op(Opcode::Build);
}

template<typename T>
std::string littleBytes(T number, std::size_t count)
{
    std::string bytes;
    for (std::size_t i = 0; i < count; ++i)
        bytes.push_back(static_cast<char>(static_cast<std::uint64_t>(number) >> 8 * i & 0xff));
    return bytes;
}

/// The half whose value this is: it was read from one, so nothing is rounded.
std::uint16_t halfBits(double value)
{
    const std::uint16_t sign = std::signbit(value) ? 0x8000 : 0;
    if (std::isnan(value))
        return sign | 0x7e00;
    const double size = std::fabs(value);
    if (std::isinf(value))
        return sign | 0x7c00;
    if (size < std::ldexp(1.0, -14))
        return static_cast<std::uint16_t>(sign | static_cast<std::uint16_t>(std::ldexp(size, 24)));
    int exponent = 0;
    const double fraction = std::frexp(size, &exponent);  // in [0.5, 1)
    const auto mantissa = static_cast<std::uint16_t>(std::ldexp(fraction, 11)) & 0x3ff;
    return static_cast<std::uint16_t>(sign | (exponent + 14) << 10 | mantissa);
}

/// Bytes of a float of 2, 4 or 8 bytes; empty for the longer ones, which a double does not hold.
std::string floatBytes(double value, std::size_t count)
{
    switch (count) {
    case 2:
        return littleBytes(halfBits(value), 2);
    case 4:
        return littleBytes(std::bit_cast<std::uint32_t>(static_cast<float>(value)), 4);
    case 8:
        return littleBytes(std::bit_cast<std::uint64_t>(value), 8);
    default:
        return {};
    }
}

/// Characters of UTF-8 text in four bytes each.
std::string utf32(std::string_view utf8)
{
    std::string bytes;
    for (std::size_t i = 0; i < utf8.size();) {
        const auto lead = static_cast<unsigned char>(utf8[i]);
        const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        std::uint32_t character = length == 1 ? lead : lead & (0xffu >> (length + 1));
        for (std::size_t j = 1; j < length && i + j < utf8.size(); ++j)
            character = character << 6 | (static_cast<unsigned char>(utf8[i + j]) & 0x3fu);
        bytes += littleBytes(character, 4);
        i += length;
    }
    return bytes;
}

/// A scalar's element and the name of its type; an empty name where it has no exact form.
struct Element
{
    std::string type;
    std::string bytes;
};

Element numberElement(const ValueTree &tree, ValueId id, std::string_view type)
{
    const auto state = numberState(type, false);
    if (!state)
        return {};
    const auto count = static_cast<std::size_t>(numberOf(std::string_view(state->code).substr(1)).value_or(0));
    std::string bytes;
    if (tree.kind(id) == ValueKind::Int) {
        bytes = littleBytes(tree.integer(id), count);
    } else if (tree.kind(id) == ValueKind::BigInt) {
        std::uint64_t number = 0;
        const std::string_view digits = tree.text(id);
        std::from_chars(digits.data(), digits.data() + digits.size(), number);
        bytes = littleBytes(number, count);
    } else if (tree.kind(id) == ValueKind::Float) {
        bytes = floatBytes(tree.real(id), count);
    } else if (tree.kind(id) == ValueKind::Complex) {
        for (const ValueId part : tree.children(id))
            bytes += floatBytes(tree.real(part), count / 2);
    }
    return bytes.size() == count ? Element{std::string(type), bytes} : Element{};
}

Element elementOf(const ValueTree &tree, ValueId id, std::string_view type)
{
    const ValueKind kind = tree.kind(id);
    if (kind == ValueKind::Bool)
        return {"bool", std::string(1, tree.integer(id) != 0 ? '\1' : '\0')};
    if (kind == ValueKind::Str) {
        const std::string characters = utf32(tree.text(id));
        return {"<U" + std::to_string(characters.size() / 4), characters};
    }
    if (kind == ValueKind::Bytes)
        return {"|S" + std::to_string(tree.text(id).size()), std::string(tree.text(id))};
    return numberElement(tree, id, type);
}

}  // namespace

/// numpy.core.multiarray.scalar(dtype, bytes). False where the value is no scalar of NumPy.
bool PickleWriting::writeNumpyScalar(ValueId id, std::string_view type)
{
    const Element element = elementOf(m_tree, id, type);
    const auto state = stateOf(element.type, false);
    if (!state) {
        fail(id, ErrorCode::Unsupported, "numpy." + std::string(type) + " has more digits than Waypoint keeps");
        return true;
    }
    m_out.global("numpy.core.multiarray", "scalar");
    writeDType(m_out, *state);
    m_out.bytes(element.bytes);
    m_out.op(Opcode::Tuple2);
    m_out.op(Opcode::Reduce);
    remember(id);
    return true;
}

/// numpy.core.multiarray._reconstruct(numpy.ndarray, (0,), b'b') with the state (1, shape, dtype, Fortran order,
/// elements)
void PickleWriting::writeArray(ValueId id)
{
    const ArrayValue &array = m_tree.array(id);
    const auto state = stateOf(array.dtype, array.bigEndian);
    if (!state) {
        fail(id, ErrorCode::Unsupported, "it is a NumPy array of type " + array.dtype);
        return;
    }
    const std::string_view type = m_tree.className(id);
    constexpr std::int64_t kNoElements[] = {0};
    m_out.global("numpy.core.multiarray", "_reconstruct");
    m_out.global(type.empty() ? "numpy.ndarray" : type);
    m_out.tuple(kNoElements);
    m_out.bytes("b");
    m_out.op(Opcode::Tuple3);
    m_out.op(Opcode::Reduce);
    remember(id);
    m_out.op(Opcode::Mark);
    m_out.integer(1);
    m_out.tuple(array.shape.dims());
    writeDType(m_out, *state);
    m_out.boolean(array.fortranOrder);
    Step elements = value(array.data);
    if (m_tree.kind(array.data) == ValueKind::Bytes)  // protocol 5 may have had a bytearray, which NumPy refuses here
        elements = act([this, data = array.data](PickleOutput &out) { out.bytes(contentOf(data)); });
    plan({std::move(elements), op(Opcode::Tuple), op(Opcode::Build)});
}

}  // namespace waypoint
