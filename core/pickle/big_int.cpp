// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pickle/big_int.h"

#include <algorithm>
#include <charconv>
#include <vector>

namespace waypoint {

namespace {

constexpr std::uint32_t kChunk = 1'000'000'000;  // the largest power of ten in 32 bits
constexpr int kChunkDigits = 9;

/// Magnitude of a two's complement in 32-bit limbs, least first.
std::vector<std::uint32_t> magnitude(std::string_view littleEndian, bool negative)
{
    std::vector<std::uint32_t> limbs((littleEndian.size() + 3) / 4, negative ? 0xFFFFFFFFu : 0u);
    for (std::size_t i = 0; i < littleEndian.size(); ++i) {
        const std::size_t shift = i % 4 * 8;
        limbs[i / 4] &= ~(std::uint32_t(0xFF) << shift);
        limbs[i / 4] |= std::uint32_t(static_cast<unsigned char>(littleEndian[i])) << shift;
    }
    bool carry = negative;
    for (std::uint32_t &limb : limbs) {
        if (!negative)
            break;
        limb = ~limb + (carry ? 1u : 0u);
        carry = carry && limb == 0;
    }
    while (!limbs.empty() && limbs.back() == 0)
        limbs.pop_back();
    return limbs;
}

std::string decimal(std::vector<std::uint32_t> limbs, bool negative)
{
    std::string reversed;
    while (!limbs.empty()) {
        std::uint64_t remainder = 0;
        for (std::size_t i = limbs.size(); i-- > 0;) {
            const std::uint64_t part = remainder << 32 | limbs[i];
            limbs[i] = static_cast<std::uint32_t>(part / kChunk);
            remainder = part % kChunk;
        }
        while (!limbs.empty() && limbs.back() == 0)
            limbs.pop_back();
        for (int digit = 0; digit < kChunkDigits && (!limbs.empty() || remainder > 0); ++digit) {
            reversed.push_back(static_cast<char>('0' + remainder % 10));
            remainder /= 10;
        }
    }
    if (reversed.empty())
        reversed.push_back('0');
    if (negative)
        reversed.push_back('-');
    std::reverse(reversed.begin(), reversed.end());
    return reversed;
}

/// Digits without the underscores Python allows between them; nothing where something else stands among them.
std::optional<std::string> digitsOf(std::string_view text, int base)
{
    std::string digits;
    digits.reserve(text.size());
    for (const char c : text) {
        if (c == '_' && !digits.empty())
            continue;
        const char lower = static_cast<char>(c | 0x20);
        const int value = c >= '0' && c <= '9' ? c - '0' : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 99;
        if (value >= base)
            return std::nullopt;
        if (!(digits.size() == 1 && digits[0] == '0'))
            digits.push_back(c);
        else
            digits[0] = c;
    }
    if (digits.empty())
        return std::nullopt;
    return digits;
}

/// Digits of a base that is a power of two, as a two's complement.
std::string twosComplement(std::string_view digits, unsigned bitsPerDigit, bool negative)
{
    std::string bytes(digits.size() * bitsPerDigit / 8 + 2, '\0');
    std::size_t bit = 0;
    for (std::size_t i = digits.size(); i-- > 0; bit += bitsPerDigit) {
        const char c = digits[i];
        const auto value = static_cast<unsigned>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10) << bit % 8;
        bytes[bit / 8] = static_cast<char>(static_cast<unsigned char>(bytes[bit / 8]) | (value & 0xFF));
        bytes[bit / 8 + 1] = static_cast<char>(static_cast<unsigned char>(bytes[bit / 8 + 1]) | value >> 8);
    }
    bool carry = true;
    for (char &byte : bytes) {
        if (!negative)
            break;
        byte = static_cast<char>(static_cast<unsigned char>(~byte) + (carry ? 1 : 0));
        carry = carry && byte == 0;
    }
    return bytes;
}

/// Drops the prefix of a literal and returns the bits of one of its digits; 0 for decimal.
unsigned dropPrefix(std::string_view &digits)
{
    if (digits.size() < 3 || digits[0] != '0')
        return 0;
    const char letter = static_cast<char>(digits[1] | 0x20);
    const unsigned bits = letter == 'x' ? 4 : letter == 'o' ? 3 : letter == 'b' ? 1 : 0;
    if (bits > 0)
        digits.remove_prefix(2);
    return bits;
}

}  // namespace

Integer integerFromTwosComplement(std::string_view littleEndian)
{
    const bool negative = !littleEndian.empty() && (littleEndian.back() & 0x80) != 0;
    const char sign = negative ? '\xFF' : '\0';
    while (littleEndian.size() > 8 && littleEndian.back() == sign)
        littleEndian.remove_suffix(1);
    if (littleEndian.size() == 8 && ((littleEndian.back() & 0x80) != 0) != negative)
        return decimal(magnitude(std::string(littleEndian) + sign, negative), negative);
    if (littleEndian.size() > 8)
        return decimal(magnitude(littleEndian, negative), negative);
    std::uint64_t bits = negative ? ~std::uint64_t(0) : 0;
    for (std::size_t i = littleEndian.size(); i-- > 0;)
        bits = bits << 8 | static_cast<unsigned char>(littleEndian[i]);
    return static_cast<std::int64_t>(bits);
}

std::optional<Integer> integerFromLiteral(std::string_view literal)
{
    const auto isSpace = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
    while (!literal.empty() && isSpace(literal.front()))
        literal.remove_prefix(1);
    while (!literal.empty() && isSpace(literal.back()))
        literal.remove_suffix(1);
    if (!literal.empty() && literal.back() == 'L')
        literal.remove_suffix(1);
    const bool negative = !literal.empty() && literal.front() == '-';
    if (negative || (!literal.empty() && literal.front() == '+'))
        literal.remove_prefix(1);

    if (const unsigned bits = dropPrefix(literal)) {
        const auto digits = digitsOf(literal, 1 << bits);
        if (!digits || digits->size() > kLongestConvertedBytes)
            return std::nullopt;
        return integerFromTwosComplement(twosComplement(*digits, bits, negative));
    }
    auto digits = digitsOf(literal, 10);
    if (!digits)
        return std::nullopt;
    if (negative)
        digits->insert(digits->begin(), '-');
    std::int64_t number = 0;
    const auto [end, failure] = std::from_chars(digits->data(), digits->data() + digits->size(), number);
    if (failure == std::errc::result_out_of_range)
        return std::move(*digits);
    return number;
}

}  // namespace waypoint
