// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pickle/pickle_output.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <type_traits>

namespace waypoint {

namespace {

constexpr char kProtocol = 2;
constexpr std::size_t kLongestSharedText = 256;  ///< of texts that are compared to find equal ones

/// Two's complement, least byte first, of a decimal number; as short as it can be (Python's pickle.encode_long).
std::string twosComplement(std::string_view decimal)
{
    const bool negative = decimal.starts_with('-');
    std::string bytes;
    for (const char digit : decimal.substr(negative ? 1 : 0)) {
        auto carry = static_cast<unsigned>(digit - '0');
        for (char &byte : bytes) {
            carry += static_cast<unsigned char>(byte) * 10u;
            byte = static_cast<char>(carry & 0xff);
            carry >>= 8;
        }
        if (carry > 0)
            bytes.push_back(static_cast<char>(carry));
    }
    bytes.push_back(0);
    if (negative) {
        unsigned carry = 1;
        for (char &byte : bytes) {
            carry += static_cast<unsigned char>(~byte);
            byte = static_cast<char>(carry & 0xff);
            carry >>= 8;
        }
    }
    const char fill = negative ? '\xff' : '\0';
    while (bytes.size() > 1 && bytes.back() == fill && ((bytes[bytes.size() - 2] ^ fill) & 0x80) == 0)
        bytes.pop_back();
    return bytes;
}

/// Python's identifiers and dots, as far as bytes tell: no control characters, no spaces, and not "<computed>" or
/// "<lambda>".
bool isName(std::string_view text)
{
    return !text.empty() && std::none_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte <= ' ' || c == '<' || c == '>' || byte == 0x7f;
    });
}

bool fits(std::int64_t value, std::int64_t least, std::int64_t most) { return value >= least && value <= most; }

}  // namespace

PickleOutput::PickleOutput()
{
    op(Opcode::Proto);
    m_bytes.push_back(kProtocol);
}

template<typename T>
void PickleOutput::little(T number)
{
    const auto bits = static_cast<std::make_unsigned_t<T>>(number);
    for (std::size_t i = 0; i < sizeof(T); ++i)
        m_bytes.push_back(static_cast<char>(bits >> 8 * i & 0xff));
}

void PickleOutput::integer(std::int64_t value)
{
    using Limit = std::numeric_limits<std::int32_t>;
    if (fits(value, 0, 0xff)) {
        op(Opcode::BinInt1);
        little(static_cast<std::uint8_t>(value));
    } else if (fits(value, 0, 0xffff)) {
        op(Opcode::BinInt2);
        little(static_cast<std::uint16_t>(value));
    } else if (fits(value, Limit::min(), Limit::max())) {
        op(Opcode::BinInt);
        little(static_cast<std::int32_t>(value));
    } else {
        integer(std::string_view(std::to_string(value)));
    }
}

void PickleOutput::integer(std::string_view decimal)
{
    const std::string number = twosComplement(decimal);
    if (number.size() < 256) {
        op(Opcode::Long1);
        little(static_cast<std::uint8_t>(number.size()));
    } else {
        op(Opcode::Long4);
        little(static_cast<std::int32_t>(number.size()));
    }
    m_bytes += number;
}

void PickleOutput::real(double value)
{
    op(Opcode::BinFloat);
    const auto bits = std::bit_cast<std::uint64_t>(value);
    for (std::size_t i = sizeof bits; i-- > 0;)
        m_bytes.push_back(static_cast<char>(bits >> 8 * i & 0xff));
}

void PickleOutput::newText(std::string_view utf8)
{
    op(Opcode::BinUnicode);
    little(static_cast<std::uint32_t>(utf8.size()));
    m_bytes += utf8;
}

void PickleOutput::text(std::string_view utf8)
{
    if (utf8.size() > kLongestSharedText) {
        newText(utf8);
        return;
    }
    const auto [known, isNew] = m_texts.try_emplace(std::string(utf8), m_memo);
    if (!isNew) {
        get(known->second);
        return;
    }
    newText(utf8);
    put();
}

void PickleOutput::latin1Text(std::string_view content)
{
    std::string utf8;
    utf8.reserve(content.size() + content.size() / 2);
    for (const char c : content) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x80) {
            utf8.push_back(static_cast<char>(0xc0 | byte >> 6));
            utf8.push_back(static_cast<char>(0x80 | (byte & 0x3f)));
        } else {
            utf8.push_back(c);
        }
    }
    newText(utf8);
}

void PickleOutput::bytes(std::string_view content)
{
    global("_codecs", "encode");
    latin1Text(content);
    text("latin1");
    op(Opcode::Tuple2);
    op(Opcode::Reduce);
}

void PickleOutput::global(std::string_view module, std::string_view name)
{
    if (!isName(module) || !isName(name)) {
        m_impossibleName = std::string(module) + '.' + std::string(name);
        return;
    }
    const std::string line = std::string(module) + '\n' + std::string(name) + '\n';
    if (getNamed(line))
        return;
    op(Opcode::Global);
    m_bytes += line;
    putNamed(line);
}

void PickleOutput::global(std::string_view dotted)
{
    const std::size_t dot = dotted.rfind('.');
    if (dot == std::string_view::npos)
        global("__builtin__", dotted);
    else
        global(dotted.substr(0, dot), dotted.substr(dot + 1));
}

void PickleOutput::tuple(std::span<const std::int64_t> numbers)
{
    constexpr Opcode kShort[] = {Opcode::EmptyTuple, Opcode::Tuple1, Opcode::Tuple2, Opcode::Tuple3};
    const bool isShort = numbers.size() < std::size(kShort);
    if (!isShort)
        op(Opcode::Mark);
    for (const std::int64_t number : numbers)
        integer(number);
    op(isShort ? kShort[numbers.size()] : Opcode::Tuple);
}

void PickleOutput::emptyOrderedDict()
{
    global("collections", "OrderedDict");
    op(Opcode::EmptyTuple);
    op(Opcode::Reduce);
}

PickleOutput::MemoIndex PickleOutput::put()
{
    constexpr MemoIndex kShort = 256;
    if (m_memo < kShort) {
        op(Opcode::BinPut);
        little(static_cast<std::uint8_t>(m_memo));
    } else {
        op(Opcode::LongBinPut);
        little(m_memo);
    }
    return m_memo++;
}

void PickleOutput::get(MemoIndex index)
{
    constexpr MemoIndex kShort = 256;
    if (index < kShort) {
        op(Opcode::BinGet);
        little(static_cast<std::uint8_t>(index));
    } else {
        op(Opcode::LongBinGet);
        little(index);
    }
}

bool PickleOutput::getNamed(const std::string &name)
{
    const auto known = m_named.find(name);
    if (known == m_named.end())
        return false;
    get(known->second);
    return true;
}

void PickleOutput::putNamed(const std::string &name) { m_named.emplace(name, put()); }

}  // namespace waypoint
