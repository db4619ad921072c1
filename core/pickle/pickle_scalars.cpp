// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pickle/pickle_run.h"
#include "core/pickle/pickle_text.h"

#include <fmt/format.h>

#include <bit>
#include <charconv>
#include <cmath>

namespace waypoint {

namespace {

/// Protocol 0 writes numbers and text as lines; a text of this length is a large array written as text.
constexpr std::uint64_t kLongestLine = 64u << 20;

/// Steps of turning integers into decimal digits that one pickle may ask for: about a second. A file whose
/// integers need more keeps those beyond as bytes.
constexpr std::uint64_t kConversionWork = 400'000'000;

std::optional<double> floatOf(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\r'))
        text.remove_suffix(1);
    if (!text.empty() && text.front() == '+')
        text.remove_prefix(1);
    double value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || end != text.data() + text.size())
        return std::nullopt;
    if (failure == std::errc::result_out_of_range) {
        // Beyond the range of a double: to zero if the exponent says so, else Python raises OverflowError.
        const bool tiny = text.find("e-") != text.npos || text.find("E-") != text.npos;
        return tiny ? std::optional(text.front() == '-' ? -0.0 : 0.0) : std::nullopt;
    }
    return failure == std::errc() ? std::optional(value) : std::nullopt;
}

}  // namespace

// --- arguments ---

std::optional<std::string_view> PickleRun::line()
{
    const auto text = m_stream.takeLine({kLongestLine});
    if (!text) {
        fail(text.error());
        return std::nullopt;
    }
    return *text;
}

std::optional<ValueId> PickleRun::external(ValueKind kind, std::uint64_t length)
{
    const ByteRange range{m_stream.position(), {length}};
    if (const auto skipped = m_stream.skip({length}); !skipped) {
        fail(skipped.error());
        return std::nullopt;
    }
    return m_tree.addExternal(kind, {m_stream.file(), range, false});
}

ValueId PickleRun::addUtf8(std::string_view bytes)
{
    return m_tree.addStr(isUtf8(bytes) ? bytes : std::string_view(displayableUtf8(bytes)));
}

ValueId PickleRun::addPython2(std::string_view bytes)
{
    return isUtf8(bytes) ? m_tree.addStr(bytes) : m_tree.addBytes(bytes);
}

ValueId PickleRun::addInteger(Integer integer)
{
    if (const auto *number = std::get_if<std::int64_t>(&integer))
        return m_shared.integer(*number);
    return m_tree.addBigInt(std::get<std::string>(integer));
}

bool PickleRun::textArgument(std::uint64_t length)
{
    if (length > m_options.limits.inlineBytes) {
        const auto text = external(ValueKind::Str, length);
        return text && push(*text);
    }
    const char *bytes = take(static_cast<std::size_t>(length));
    return bytes && push(addUtf8({bytes, static_cast<std::size_t>(length)}));
}

/// A str of Python 2 is text or bytes; which of them, its content has to tell. A long one is bytes: an array.
bool PickleRun::python2Argument(std::uint64_t length)
{
    if (length > m_options.limits.inlineBytes)
        return bytesArgument(length);
    const char *bytes = take(static_cast<std::size_t>(length));
    return bytes && push(addPython2({bytes, static_cast<std::size_t>(length)}));
}

bool PickleRun::bytesArgument(std::uint64_t length)
{
    if (length > m_options.limits.inlineBytes) {
        const auto data = external(ValueKind::Bytes, length);
        return data && push(*data);
    }
    const char *bytes = take(static_cast<std::size_t>(length));
    return bytes && push(m_tree.addBytes({bytes, static_cast<std::size_t>(length)}));
}

/// An integer too long for decimal digits stays the bytes it is, little-endian two's complement, of class "int".
bool PickleRun::longArgument(std::uint64_t length)
{
    m_conversionWork += length <= kLongestConvertedBytes ? length * length / 8 : 0;
    if (length > 8 && (length > kLongestConvertedBytes || m_conversionWork > kConversionWork)) {
        if (!bytesArgument(length))
            return false;
        m_tree.setClassName(m_stack.top(), m_shared.className("int"));
        return true;
    }
    const char *bytes = take(static_cast<std::size_t>(length));
    return bytes && push(addInteger(integerFromTwosComplement({bytes, static_cast<std::size_t>(length)})));
}

// --- scalars ---

bool PickleRun::loadNone() { return push(m_shared.none()); }

template<bool value>
bool PickleRun::loadBool()
{
    return push(m_shared.boolean(value));
}
template bool PickleRun::loadBool<true>();
template bool PickleRun::loadBool<false>();

template<std::size_t width>
bool PickleRun::loadBinInt()
{
    std::uint64_t bits = 0;
    if (!number<width>(bits))
        return false;
    // BININT is signed, the shorter ones are not.
    const auto value = width == 4 ? std::int64_t(static_cast<std::int32_t>(bits)) : static_cast<std::int64_t>(bits);
    return push(m_shared.integer(value));
}
template bool PickleRun::loadBinInt<1>();
template bool PickleRun::loadBinInt<2>();
template bool PickleRun::loadBinInt<4>();

template<std::size_t width>
bool PickleRun::loadLongBytes()
{
    std::uint64_t length = 0;
    if (!number<width>(length))
        return false;
    if (width == 4 && length > INT32_MAX)
        return fail(ErrorCode::Corrupt, "has a negative length");
    return longArgument(length);
}
template bool PickleRun::loadLongBytes<1>();
template bool PickleRun::loadLongBytes<4>();

bool PickleRun::loadInt()
{
    const auto text = line();
    if (!text)
        return false;
    if (*text == "00" || *text == "01")  // how protocols 0 and 1 write a bool
        return push(m_shared.boolean(*text == "01"));
    auto integer = integerFromLiteral(*text);
    return integer ? push(addInteger(std::move(*integer))) : fail(ErrorCode::Corrupt, "is no integer");
}

bool PickleRun::loadLong()
{
    const auto text = line();
    if (!text)
        return false;
    auto integer = integerFromLiteral(*text);
    return integer ? push(addInteger(std::move(*integer))) : fail(ErrorCode::Corrupt, "is no integer");
}

bool PickleRun::loadFloat()
{
    const auto text = line();
    if (!text)
        return false;
    const auto value = floatOf(*text);
    return value ? push(m_tree.addFloat(*value)) : fail(ErrorCode::Corrupt, "is no number");
}

bool PickleRun::loadBinFloat()
{
    const char *bytes = take(8);
    if (!bytes)
        return false;
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < 8; ++i)
        bits = bits << 8 | static_cast<unsigned char>(bytes[i]);
    return push(m_tree.addFloat(std::bit_cast<double>(bits)));
}

bool PickleRun::loadString()
{
    const auto literal = line();
    if (!literal)
        return false;
    const auto bytes = bytesOfStringLiteral(*literal);
    return bytes ? push(addPython2(*bytes)) : fail(ErrorCode::Corrupt, "is no quoted string");
}

bool PickleRun::loadUnicode()
{
    const auto escaped = line();
    return escaped && push(m_tree.addStr(textOfRawUnicodeEscape(*escaped)));
}

template<std::size_t width>
bool PickleRun::loadText()
{
    std::uint64_t length = 0;
    return number<width>(length) && textArgument(length);
}
template bool PickleRun::loadText<1>();
template bool PickleRun::loadText<4>();
template bool PickleRun::loadText<8>();

template<std::size_t width>
bool PickleRun::loadPython2()
{
    std::uint64_t length = 0;
    if (!number<width>(length))
        return false;
    if (width == 4 && length > INT32_MAX)
        return fail(ErrorCode::Corrupt, "has a negative length");
    return python2Argument(length);
}
template bool PickleRun::loadPython2<1>();
template bool PickleRun::loadPython2<4>();

template<std::size_t width>
bool PickleRun::loadBytes()
{
    std::uint64_t length = 0;
    return number<width>(length) && bytesArgument(length);
}
template bool PickleRun::loadBytes<1>();
template bool PickleRun::loadBytes<4>();
template bool PickleRun::loadBytes<8>();

bool PickleRun::loadByteArray()
{
    std::uint64_t length = 0;
    if (!number<8>(length) || !bytesArgument(length))
        return false;
    m_tree.setClassName(m_stack.top(), m_shared.className("bytearray"));
    return true;
}

/// The bytes of an out-of-band buffer (PEP 574) are not in the file: an empty placeholder says so.
bool PickleRun::loadNextBuffer()
{
    const ValueId buffer = m_tree.addBytes({});
    m_tree.setClassName(buffer, m_shared.className("out-of-band buffer"));
    return push(buffer);
}

bool PickleRun::loadReadOnlyBuffer() { return need(1); }

}  // namespace waypoint
