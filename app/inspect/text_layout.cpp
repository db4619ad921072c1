// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/inspect/text_layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include <sys/ioctl.h>
#include <unistd.h>

namespace waypoint {

namespace {

struct CodeRange
{
    char32_t first;
    char32_t last;
};

// East Asian wide and fullwidth blocks, and the emoji planes (Unicode's EastAsianWidth.txt, by block).
constexpr std::array kWide = {
    CodeRange{0x1100, 0x115f},   CodeRange{0x2e80, 0x303e},   CodeRange{0x3041, 0xa4cf},   CodeRange{0xac00, 0xd7a3},
    CodeRange{0xf900, 0xfaff},   CodeRange{0xfe30, 0xfe6f},   CodeRange{0xff00, 0xff60},   CodeRange{0xffe0, 0xffe6},
    CodeRange{0x1f300, 0x1f64f}, CodeRange{0x1f680, 0x1faff}, CodeRange{0x20000, 0x3fffd},
};
// Combining marks and characters that show nothing.
constexpr std::array kNarrow = {
    CodeRange{0x0300, 0x036f}, CodeRange{0x0483, 0x0489}, CodeRange{0x0591, 0x05bd}, CodeRange{0x0610, 0x061a},
    CodeRange{0x064b, 0x065f}, CodeRange{0x1ab0, 0x1aff}, CodeRange{0x1dc0, 0x1dff}, CodeRange{0x200b, 0x200d},
    CodeRange{0x20d0, 0x20ff}, CodeRange{0xfe00, 0xfe0f}, CodeRange{0xfe20, 0xfe2f},
};
template<std::size_t N>
bool isIn(const std::array<CodeRange, N> &ranges, char32_t codePoint)
{
    return std::any_of(ranges.begin(), ranges.end(),
                       [codePoint](CodeRange range) { return codePoint >= range.first && codePoint <= range.last; });
}

std::size_t widthOf(char32_t codePoint)
{
    if (codePoint < 0x300)
        return 1;
    if (isIn(kNarrow, codePoint))
        return 0;
    return isIn(kWide, codePoint) ? 2 : 1;
}

/// Length that a lead byte announces; 0 where it cannot begin a character.
std::size_t announcedLength(unsigned char lead)
{
    if (lead < 0x80)
        return 1;
    if (lead >= 0xc2 && lead < 0xe0)
        return 2;
    if (lead >= 0xe0 && lead < 0xf0)
        return 3;
    return lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
}

bool isOverlong(char32_t codePoint, std::size_t length)
{
    return (length == 3 && codePoint < 0x800) || (length == 4 && codePoint < 0x10000);
}

}  // namespace

Utf8Step nextCodePoint(std::string_view text, std::size_t at)
{
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t length = announcedLength(lead);
    if (length == 0 || length > text.size() - at)
        return {};
    if (length == 1)
        return {lead, 1, true};
    char32_t codePoint = lead & (0xffu >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        const auto byte = static_cast<unsigned char>(text[at + i]);
        if ((byte & 0xc0u) != 0x80u)
            return {};
        codePoint = (codePoint << 6) | (byte & 0x3fu);
    }
    if (codePoint > 0x10ffff || isOverlong(codePoint, length))
        return {};
    return {codePoint, length, true};
}

std::size_t displayWidth(std::string_view text)
{
    std::size_t width = 0;
    for (std::size_t at = 0; at < text.size();) {
        const Utf8Step step = nextCodePoint(text, at);
        width += step.valid ? widthOf(step.codePoint) : 1;
        at += step.length;
    }
    return width;
}

std::string fitted(std::string_view text, std::size_t width, bool fill)
{
    const std::size_t needed = displayWidth(text);
    if (needed <= width)
        return std::string(text) + std::string(fill ? width - needed : 0, ' ');
    std::size_t taken = 0;
    std::size_t at = 0;
    while (at < text.size()) {
        const Utf8Step step = nextCodePoint(text, at);
        const std::size_t columns = step.valid ? widthOf(step.codePoint) : 1;
        if (taken + columns + 1 > width)
            break;
        taken += columns;
        at += step.length;
    }
    std::string cut(text.substr(0, at));
    if (width > 0) {
        cut += "…";
        ++taken;
    }
    return cut + std::string(fill && taken < width ? width - taken : 0, ' ');
}

std::string bytesText(ByteCount bytes)
{
    constexpr std::array kUnits = {"KB", "MB", "GB", "TB", "PB", "EB"};
    if (bytes.value < 1000)
        return fmt::format("{} B", bytes.value);
    double scaled = static_cast<double>(bytes.value);
    std::size_t unit = 0;
    for (scaled /= 1000; scaled >= 999.5 && unit + 1 < kUnits.size(); ++unit)
        scaled /= 1000;
    return fmt::format("{:.3g} {}", scaled, kUnits[unit]);
}

std::string shapeText(std::span<const double> values, double low, double high, std::size_t columns)
{
    constexpr std::array<std::string_view, 8> kHeights{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    // Halved: the way between the two largest numbers is longer than any number.
    const double range = high / 2 - low / 2;
    columns = std::min(columns, values.size());
    std::string text;
    for (std::size_t column = 0; column < columns; ++column) {
        double sum = 0;
        std::size_t count = 0;
        for (auto i = column * values.size() / columns; i < (column + 1) * values.size() / columns; ++i)
            if (std::isfinite(values[i])) {
                sum += (values[i] / 2 - low / 2) / (range > 0 ? range : 1);
                ++count;
            }
        const double height = count > 0 ? sum / static_cast<double>(count) : 0;
        text += count == 0 ? " " : kHeights[static_cast<std::size_t>(std::clamp(height, 0.0, 1.0) * 7.999)];
    }
    return text;
}

std::size_t terminalWidth()
{
    winsize size{};
    if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
        return 0;
    return size.ws_col;
}

}  // namespace waypoint
