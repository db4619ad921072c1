// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pickle/numpy_scalar.h"

#include "core/base/checked.h"
#include "core/pickle/pickle_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>

namespace waypoint {

namespace {

constexpr std::int64_t kNotATime = std::numeric_limits<std::int64_t>::min();

/// Bytes in the order of significance, least first.
std::string littleEndian(std::string_view bytes, bool bigEndian)
{
    std::string ordered(bytes);
    if (bigEndian)
        std::reverse(ordered.begin(), ordered.end());
    return ordered;
}

std::uint64_t bitsOf(std::string_view little)
{
    std::uint64_t bits = 0;
    for (std::size_t i = std::min<std::size_t>(little.size(), 8); i-- > 0;)
        bits = bits << 8 | static_cast<unsigned char>(little[i]);
    return bits;
}

std::int64_t signedOf(std::string_view little)
{
    const auto unused = static_cast<unsigned>(64 - 8 * little.size());
    return static_cast<std::int64_t>(bitsOf(little) << unused) >> unused;
}

double halfOf(std::uint64_t bits)
{
    const auto exponent = static_cast<int>(bits >> 10 & 0x1F);
    const auto fraction = static_cast<double>(bits & 0x3FF);
    double value = 0;
    if (exponent == 0x1F)
        value = fraction > 0 ? std::numeric_limits<double>::quiet_NaN() : std::numeric_limits<double>::infinity();
    else if (exponent == 0)
        value = std::ldexp(fraction, -24);
    else
        value = std::ldexp(1024 + fraction, exponent - 25);
    return bits & 0x8000 ? -value : value;
}

/// The x87's ten bytes, rounded to a double: what NumPy calls float128 on PCs.
double extendedOf(std::string_view little)
{
    const std::uint64_t mantissa = bitsOf(little.substr(0, 8));
    const std::uint64_t top = bitsOf(little.substr(8, 2));
    const auto exponent = static_cast<int>(top & 0x7FFF);
    double value = 0;
    if (exponent == 0x7FFF)
        value = mantissa << 1 ? std::numeric_limits<double>::quiet_NaN() : std::numeric_limits<double>::infinity();
    else
        value = std::ldexp(static_cast<double>(mantissa), exponent - 16383 - 63);
    return top & 0x8000 ? -value : value;
}

std::optional<double> floatOf(std::string_view little)
{
    switch (little.size()) {
    case 2:
        return halfOf(bitsOf(little));
    case 4:
        return std::bit_cast<float>(static_cast<std::uint32_t>(bitsOf(little)));
    case 8:
        return std::bit_cast<double>(bitsOf(little));
    case 16:
        return extendedOf(little);
    default:
        return std::nullopt;
    }
}

void becomeInteger(PythonTypes &types, ValueId object, const NumpyDType &type, std::string_view little)
{
    ValueTree &tree = types.tree();
    if (little.empty() || little.size() > 8)
        return;
    const std::uint64_t bits = bitsOf(little);
    if (type.kind == 'i')
        types.become(object, tree.addInt(signedOf(little)), "numpy." + type.name);
    else if (bits <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        types.become(object, tree.addInt(static_cast<std::int64_t>(bits)), "numpy." + type.name);
    else
        types.become(object, tree.addBigInt(std::to_string(bits)), "numpy." + type.name);
}

void becomeFloat(PythonTypes &types, ValueId object, const NumpyDType &type, std::string_view little)
{
    if (const auto value = floatOf(little))
        types.become(object, types.tree().addFloat(*value), "numpy." + type.name);
}

void becomeComplex(PythonTypes &types, ValueId object, const NumpyDType &type, std::string_view bytes)
{
    const std::size_t half = bytes.size() / 2;
    const auto real = floatOf(littleEndian(bytes.substr(0, half), type.bigEndian));
    const auto imaginary = floatOf(littleEndian(bytes.substr(half), type.bigEndian));
    if (!real || !imaginary)
        return;
    ValueTree &tree = types.tree();
    const ValueId realPart = tree.addFloat(*real);
    const std::array parts{realPart, tree.addFloat(*imaginary)};
    tree.becomeContainer(object, ValueKind::Complex, parts);
    tree.setClassName(object, types.className("numpy." + type.name));
}

/// NumPy pads text with zeros up to the type's size.
void becomeText(PythonTypes &types, ValueId object, const NumpyDType &type, std::string_view bytes)
{
    std::string text;
    for (std::size_t i = 0; i + 4 <= bytes.size(); i += 4)
        appendUtf8(text, static_cast<std::uint32_t>(bitsOf(littleEndian(bytes.substr(i, 4), type.bigEndian))));
    text.resize(text.find_last_not_of('\0') + 1);
    types.become(object, types.tree().addStr(text), "numpy.str_");
}

void becomeBytes(PythonTypes &types, ValueId object, std::string_view bytes)
{
    types.become(object, types.tree().addBytes(bytes.substr(0, bytes.find_last_not_of('\0') + 1)), "numpy.bytes_");
}

void displayDate(PythonTypes &types, ValueId object, const NumpyDType &type, std::string_view little)
{
    const std::int64_t count = signedOf(little);
    types.tree().setClassName(object, types.className(type.kind == 'm' ? "numpy.timedelta64" : "numpy.datetime64"));
    const auto units = checkedMul(count, type.unitCount);
    if (count == kNotATime)
        types.setDisplay(object, "NaT");
    else if (type.kind == 'm' && units)
        types.setDisplay(object, fmt::format("{} {}", *units, type.unit));
    else if (const std::string text = units ? numpyDateText(*units, type.unit) : std::string(); !text.empty())
        types.setDisplay(object, text);
}

/// Units of a day, and the digits behind the second's point.
struct ClockUnit
{
    std::string_view name;
    std::int64_t perDay;
    int digits;
};

constexpr ClockUnit kClockUnits[] = {
    {"h", 24, -2},         {"m", 1440, -1},           {"s", 86'400, 0},
    {"ms", 86'400'000, 3}, {"us", 86'400'000'000, 6}, {"ns", 86'400'000'000'000, 9},
};

/// Date of a day counted from 1970-01-01 (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
std::string dayText(std::int64_t day)
{
    const std::int64_t z = day + 719'468;
    const std::int64_t era = (z >= 0 ? z : z - 146'096) / 146'097;
    const std::int64_t dayOfEra = z - era * 146'097;
    const std::int64_t yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36'524 - dayOfEra / 146'096) / 365;
    const std::int64_t dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    const std::int64_t shifted = (5 * dayOfYear + 2) / 153;
    const std::int64_t month = shifted < 10 ? shifted + 3 : shifted - 9;
    const std::int64_t year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
    return fmt::format("{:04}-{:02}-{:02}", year, month, dayOfYear - (153 * shifted + 2) / 5 + 1);
}

std::int64_t floorDiv(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

std::string clockText(std::int64_t ofDay, const ClockUnit &unit)
{
    const std::int64_t perSecond = std::max<std::int64_t>(unit.perDay / 86'400, 1);
    const std::int64_t seconds = unit.digits < 0 ? ofDay * (86'400 / unit.perDay) : ofDay / perSecond;
    std::string text = fmt::format("T{:02}", seconds / 3600);
    if (unit.digits > -2)
        text += fmt::format(":{:02}", seconds / 60 % 60);
    if (unit.digits > -1)
        text += fmt::format(":{:02}", seconds % 60);
    if (unit.digits > 0)
        text += fmt::format(".{:0{}}", ofDay % perSecond, unit.digits);
    return text;
}

}  // namespace

std::string numpyDateText(std::int64_t count, std::string_view unit)
{
    constexpr std::int64_t kMost = 1'000'000'000'000'000;  // keeps the sums in range; no calendar goes that far
    const bool coarse = unit == "Y" || unit == "M" || unit == "W" || unit == "D" || unit == "h";
    if (coarse && (count > kMost || count < -kMost))
        return {};
    if (unit == "Y")
        return fmt::format("{:04}", 1970 + count);
    if (unit == "M")
        return fmt::format("{:04}-{:02}", 1970 + floorDiv(count, 12), count - floorDiv(count, 12) * 12 + 1);
    if (unit == "D" || unit == "W")
        return dayText(count * (unit == "W" ? 7 : 1));
    for (const ClockUnit &clock : kClockUnits) {
        if (clock.name != unit)
            continue;
        const std::int64_t day = floorDiv(count, clock.perDay);
        return dayText(day) + clockText(count - day * clock.perDay, clock);
    }
    return {};
}

void becomeNumpyScalar(PythonTypes &types, ValueId object, const NumpyDType &type, std::string_view bytes)
{
    const std::string little = littleEndian(bytes, type.bigEndian);
    switch (type.kind) {
    case 'b':
        types.become(object, types.tree().addBool(bytes != std::string_view("\0", 1)), "numpy.bool_");
        break;
    case 'i':
    case 'u':
        becomeInteger(types, object, type, little);
        break;
    case 'f':
        becomeFloat(types, object, type, little);
        break;
    case 'c':
        becomeComplex(types, object, type, bytes);
        break;
    case 'U':
        becomeText(types, object, type, bytes);
        break;
    case 'S':
        becomeBytes(types, object, bytes);
        break;
    case 'M':
    case 'm':
        if (little.size() == 8)
            displayDate(types, object, type, little);
        break;
    case 'V':
        types.tree().setClassName(object, types.className("numpy.void"));
        break;
    default:
        break;
    }
}

}  // namespace waypoint
