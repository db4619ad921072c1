// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pickle/python_types.h"
#include "core/pickle/value_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace waypoint {

namespace {

constexpr TextLimits kBrief{.characters = 60, .items = 4, .depth = 2};

// --- datetime: CPython packs a date into 4 bytes, a time into 6, a datetime into 10, big-endian ---

class Packed
{
public:
    explicit Packed(std::string_view bytes) : m_bytes(bytes) {}
    [[nodiscard]] unsigned number(std::size_t at, std::size_t length) const
    {
        unsigned number = 0;
        for (std::size_t i = 0; i < length; ++i)
            number = number << 8 | static_cast<unsigned char>(m_bytes[at + i]);
        return number;
    }

private:
    std::string_view m_bytes;
};

/// "2024-01-31" of the four bytes of a date; nothing where they are none. The month's top bit is the fold.
std::optional<std::string> dateText(std::string_view bytes)
{
    const Packed packed(bytes);
    const unsigned month = packed.number(2, 1) & 0x7F;
    const unsigned day = packed.number(3, 1);
    if (month < 1 || month > 12 || day < 1 || day > 31)
        return std::nullopt;
    return fmt::format("{:04}-{:02}-{:02}", packed.number(0, 2), month, day);
}

/// "12:34:56.000789" of the six bytes of a time. The hour's top bit is the fold.
std::optional<std::string> timeText(std::string_view bytes)
{
    const Packed packed(bytes);
    const unsigned hour = packed.number(0, 1) & 0x7F;
    const unsigned minute = packed.number(1, 1);
    const unsigned second = packed.number(2, 1);
    const unsigned microsecond = packed.number(3, 3);
    if (hour > 23 || minute > 59 || second > 59 || microsecond > 999'999)
        return std::nullopt;
    const std::string fraction = microsecond > 0 ? fmt::format(".{:06}", microsecond) : std::string();
    return fmt::format("{:02}:{:02}:{:02}{}", hour, minute, second, fraction);
}

/// Days, seconds and microseconds of a datetime.timedelta.
std::optional<std::array<std::int64_t, 3>> timeDelta(const PythonTypes &types, Value value)
{
    if (!value.is(ValueKind::Object) || types.argumentCount(value.id()) > 3)
        return std::nullopt;
    std::array<std::int64_t, 3> parts{};
    for (std::size_t i = 0; i < types.argumentCount(value.id()); ++i) {
        const auto part = types.argument(value.id(), i).integer();
        constexpr std::int64_t kMost = 1'000'000'000;  // of days, by Python's documentation
        if (!part || *part < -kMost || *part > kMost)
            return std::nullopt;
        parts[i] = *part;
    }
    return parts;
}

/// "+01:00" of a datetime.timezone, as isoformat() writes it; nothing for any other class.
std::optional<std::string> offsetText(const PythonTypes &types, Value zone)
{
    if (zone.className() != "datetime.timezone" || !zone.is(ValueKind::Object))
        return std::nullopt;
    const auto delta = timeDelta(types, types.argument(zone.id(), 0));
    if (!delta)
        return std::nullopt;
    const std::int64_t seconds = (*delta)[0] * 86'400 + (*delta)[1];
    const std::int64_t size = seconds < 0 ? -seconds : seconds;
    const std::string rest = size % 60 != 0 ? fmt::format(":{:02}", size % 60) : std::string();
    return fmt::format("{}{:02}:{:02}{}", seconds < 0 ? '-' : '+', size / 3600, size / 60 % 60, rest);
}

std::string zoneSuffix(const PythonTypes &types, Value zone)
{
    if (!zone.isValid() || zone.kind() == ValueKind::None)
        return {};
    if (const auto offset = offsetText(types, zone))
        return *offset;
    return " " + pythonText(zone, kBrief);
}

void displayDate(PythonTypes &types, ValueId object)
{
    const auto bytes = types.bytesOf(types.argument(object, 0), 4);
    if (const auto text = bytes ? dateText(*bytes) : std::nullopt)
        types.setDisplay(object, *text);
}

void displayTime(PythonTypes &types, ValueId object)
{
    const auto bytes = types.bytesOf(types.argument(object, 0), 6);
    if (const auto text = bytes ? timeText(*bytes) : std::nullopt)
        types.setDisplay(object, *text + zoneSuffix(types, types.argument(object, 1)));
}

void displayDateTime(PythonTypes &types, ValueId object)
{
    const auto bytes = types.bytesOf(types.argument(object, 0), 10);
    if (!bytes)
        return;
    const auto date = dateText(std::string_view(*bytes).substr(0, 4));
    const auto time = timeText(std::string_view(*bytes).substr(4));
    if (date && time)
        types.setDisplay(object, *date + "T" + *time + zoneSuffix(types, types.argument(object, 1)));
}

/// "1 day, 0:00:05", as str() writes it.
void displayTimeDelta(PythonTypes &types, ValueId object)
{
    const auto delta = timeDelta(types, types.value(object));
    if (!delta)
        return;
    const auto [days, seconds, microseconds] = *delta;
    std::string text;
    if (days != 0)
        text = fmt::format("{} day{}, ", days, days == 1 || days == -1 ? "" : "s");
    text += fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if (microseconds != 0)
        text += fmt::format(".{:06}", microseconds);
    types.setDisplay(object, text);
}

void displayTimeZone(PythonTypes &types, ValueId object)
{
    if (const Value name = types.argument(object, 1); name.is(ValueKind::Str)) {
        types.tree().object(object).display = name.id();
        return;
    }
    if (const auto offset = offsetText(types, types.value(object)))
        types.setDisplay(object, *offset == "+00:00" ? "UTC" : "UTC" + *offset);
}

// --- numbers ---

/// A class whose first argument, text, says it all: Decimal('1.5'), Fraction('1/3'), re.compile('a+').
void displayFirstText(PythonTypes &types, ValueId object)
{
    if (const Value text = types.argument(object, 0); text.is(ValueKind::Str))
        types.tree().object(object).display = text.id();
}

void displayFraction(PythonTypes &types, ValueId object)
{
    const Value over = types.argument(object, 0);
    const Value under = types.argument(object, 1);
    const auto isInteger = [](Value value) { return value.is(ValueKind::Int) || value.is(ValueKind::BigInt); };
    if (isInteger(over) && isInteger(under))
        types.setDisplay(object, pythonText(over, kBrief) + "/" + pythonText(under, kBrief));
    else
        displayFirstText(types, object);
}

/// 128 bits in hexadecimal of a number's decimal digits; nothing where it needs more.
std::optional<std::string> hexOf(std::string_view decimal)
{
    std::array<std::uint32_t, 16> bytes{};
    for (const char digit : decimal) {
        if (digit < '0' || digit > '9')
            return std::nullopt;
        auto carry = static_cast<std::uint32_t>(digit - '0');
        for (std::size_t i = bytes.size(); i-- > 0;) {
            carry += bytes[i] * 10;
            bytes[i] = carry & 0xFF;
            carry >>= 8;
        }
        if (carry > 0)
            return std::nullopt;
    }
    return fmt::format("{:02x}", fmt::join(bytes, ""));
}

/// A UUID has its number in its state, under "int".
void displayUuid(PythonTypes &types, ValueId object)
{
    const Value state = types.value(types.object(object).state);
    if (!types.spend(state.count()))
        return;
    const Value number = state["int"];
    constexpr std::size_t kMostDigits = 39;
    if (!number.is(ValueKind::Int) && !number.is(ValueKind::BigInt))
        return;
    const auto hex = hexOf(pythonText(number, {.characters = kMostDigits + 1}));
    if (hex)
        types.setDisplay(object, fmt::format("{}-{}-{}-{}-{}", hex->substr(0, 8), hex->substr(8, 4), hex->substr(12, 4),
                                             hex->substr(16, 4), hex->substr(20)));
}

// --- paths ---

/// The parts of a path, joined; the first may be a root that ends in a separator already.
template<char separator>
void displayPath(PythonTypes &types, ValueId object)
{
    constexpr std::size_t kMostParts = 256;
    constexpr std::size_t kLongest = 4096;
    std::string path;
    const std::size_t count = types.argumentCount(object);
    for (std::size_t i = 0; i < count; ++i) {
        const Value part = types.argument(object, i);
        if (!part.is(ValueKind::Str) || count > kMostParts || path.size() + part.text().size() > kLongest)
            return;
        if (!path.empty() && path.back() != separator)
            path.push_back(separator);
        path += part.text();
    }
    types.setDisplay(object, path.empty() ? "." : path);
}

constexpr NamedPythonRule kRules[] = {
    {"datetime.date", displayDate},
    {"datetime.time", displayTime},
    {"datetime.datetime", displayDateTime},
    {"datetime.timedelta", displayTimeDelta},
    {"datetime.timezone", displayTimeZone},
    {"decimal.Decimal", displayFirstText},
    {"fractions.Fraction", displayFraction},
    {"re._compile", displayFirstText},
    {"uuid.UUID", displayUuid},
    {"pathlib.Path", displayPath<'/'>},
    {"pathlib.PosixPath", displayPath<'/'>},
    {"pathlib.PurePath", displayPath<'/'>},
    {"pathlib.PurePosixPath", displayPath<'/'>},
    {"pathlib.WindowsPath", displayPath<'\\'>},
    {"pathlib.PureWindowsPath", displayPath<'\\'>},
};

}  // namespace

std::span<const NamedPythonRule> pythonScalarRules() { return kRules; }

}  // namespace waypoint
