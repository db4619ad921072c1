// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/inspect/diff_table.h"

#include "app/inspect/text_layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace waypoint {

namespace {

constexpr std::size_t kColumns = 5;
constexpr std::array<std::string_view, kColumns> kHeads = {"relative", "L2", "max |B-A|", "cosine", "changed"};
constexpr std::size_t kNarrowestName = 16;
constexpr std::size_t kWidestName = 60;
constexpr std::size_t kBar = 10;
constexpr std::string_view kLargest = " largest";

using Cells = std::array<std::string, kColumns>;

std::string shareText(double share)
{
    if (share == 0 || share == 1)
        return share == 0 ? "0%" : "100%";
    const double percent = std::clamp(share * 100, 0.01, 99.99);
    return fmt::format("{:.2f}%", percent);
}

Cells cellsOf(const TensorDifference &difference)
{
    return {diffNumberText(difference.relative()), diffNumberText(difference.l2), diffNumberText(difference.maxAbs),
            diffNumberText(difference.cosine()), shareText(difference.changedShare())};
}

/// The relative change of a line that may be marked.
std::optional<double> relativeOf(const DiffLine &line)
{
    if (!line.difference || line.difference->isSame() || line.isCounter)
        return std::nullopt;
    const double relative = line.difference->relative();
    return std::isfinite(relative) ? std::optional(relative) : std::nullopt;
}

class DiffTable
{
public:
    DiffTable(std::string_view head, const std::vector<DiffLine> &lines, std::size_t width) : m_head(head)
    {
        for (std::size_t i = 0; i < kColumns; ++i)
            m_widths[i] = kHeads[i].size();
        m_nameWidth = displayWidth(head);
        std::size_t marks = 0;
        for (const DiffLine &line : lines) {
            m_nameWidth = std::max(m_nameWidth, displayWidth(line.name));
            m_statusWidth = std::max(m_statusWidth, displayWidth(line.status));
            if (line.difference)
                widen(cellsOf(*line.difference));
            if (const auto relative = relativeOf(line)) {
                m_largest = std::max(m_largest, *relative);
                ++marks;
            }
        }
        m_marked = marks > 1 && m_largest > 0;
        m_nameWidth = std::min(m_nameWidth, nameRoom(width));
    }

    [[nodiscard]] std::string head() const
    {
        std::string text = fitted(m_head, m_nameWidth, true) + "  " + fitted("", m_statusWidth, true);
        for (std::size_t i = 0; i < kColumns; ++i)
            text += fmt::format("  {:>{}}", kHeads[i], m_widths[i]);
        return text + '\n';
    }

    [[nodiscard]] std::string line(const DiffLine &line) const
    {
        std::string text = fitted(line.name, m_nameWidth, true) + "  " + fitted(line.status, m_statusWidth, true);
        if (line.difference) {
            const Cells cells = cellsOf(*line.difference);
            for (std::size_t i = 0; i < kColumns; ++i)
                text += fmt::format("  {:>{}}", cells[i], m_widths[i]);
            text += barOf(line);
        }
        if (!line.detail.empty())
            text += "  " + line.detail;
        text.erase(text.find_last_not_of(' ') + 1);
        return text + '\n';
    }

private:
    void widen(const Cells &cells)
    {
        for (std::size_t i = 0; i < kColumns; ++i)
            m_widths[i] = std::max(m_widths[i], cells[i].size());
    }

    [[nodiscard]] std::size_t nameRoom(std::size_t width) const
    {
        if (width == 0)
            return kWidestName;
        std::size_t taken = 2 + m_statusWidth + (m_marked ? 2 + kBar + kLargest.size() : 0);
        for (const std::size_t column : m_widths)
            taken += 2 + column;
        return std::max(kNarrowestName, width - std::min(width, taken));
    }

    [[nodiscard]] std::string barOf(const DiffLine &line) const
    {
        const auto relative = relativeOf(line);
        if (!m_marked || !relative)
            return {};
        const auto length = static_cast<std::size_t>(std::lround(*relative / m_largest * kBar));
        std::string bar = "  ";
        for (std::size_t i = 0; i < std::max<std::size_t>(length, 1); ++i)
            bar += "▪";
        if (*relative == m_largest)
            bar += kLargest;
        return bar;
    }

    std::string_view m_head;
    std::array<std::size_t, kColumns> m_widths{};
    std::size_t m_nameWidth = 0;
    std::size_t m_statusWidth = 0;
    double m_largest = 0;
    bool m_marked = false;
};

}  // namespace

std::string diffNumberText(double value) { return fmt::format("{:.4g}", value); }

void writeDiffTable(std::string_view head, const std::vector<DiffLine> &lines, std::size_t width,
                    const std::function<void(std::string_view)> &write)
{
    const DiffTable table(head, lines, width);
    const bool numbers = std::ranges::any_of(lines, [](const DiffLine &line) { return line.difference.has_value(); });
    if (numbers)
        write(table.head());
    else
        write(std::string(head) + '\n');
    for (const DiffLine &line : lines)
        write(table.line(line));
}

}  // namespace waypoint
