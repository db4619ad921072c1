// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/event_file.h"

#include "core/base/printable.h"
#include "core/metrics/event_record.h"

#include <fmt/format.h>

#include <algorithm>

namespace waypoint {

namespace {

/// Records beyond this hold pictures or graphs: they are passed by unread.
constexpr std::uint64_t kLargestRead = 16u << 20;

}  // namespace

void EventFile::startAnew()
{
    m_table.clear();
    m_voidFrom = std::numeric_limits<double>::infinity();
    m_cut = 0;
    m_damaged = 0;
    m_lost = false;
}

Result<bool> EventFile::update(const std::stop_token &stop)
{
    return m_file.follow(
        stop, [this] { startAnew(); }, [this](std::string_view text) { return takeRecords(text); });
}

std::size_t EventFile::takeRecords(std::string_view text)
{
    const std::uint64_t remaining = m_file.remaining();
    std::uint64_t used = 0;
    while (used < text.size() && text.size() - used >= kRecordHeaderBytes) {
        const auto length = recordLength(text.substr(used, kRecordHeaderBytes));
        m_lost = !length;
        if (!length)
            return used > 0 ? used : GrowingFile::kStop;
        constexpr std::uint64_t kFrame = kRecordHeaderBytes + kRecordFooterBytes;
        if (remaining - used < kFrame || *length > remaining - used - kFrame)
            return used > 0 ? used : GrowingFile::kStop;  // being written
        if (*length > kLargestRead)
            return used + kFrame + *length;
        if (text.size() - used < kFrame + *length)
            return used;
        const auto data = text.substr(used + kRecordHeaderBytes, *length);
        if (recordIsIntact(data))
            takeEvent(data);
        else
            ++m_damaged;
        used += kFrame + *length;
    }
    return used;
}

void EventFile::takeEvent(std::string_view message)
{
    const EventRecord event = readEvent(message);
    const auto step = static_cast<double>(event.step);
    if (event.starts) {
        m_cut += m_table.cutFrom(step);
        m_voidFrom = std::min(m_voidFrom, step);
    }
    RecordPlace place{.step = step};
    if (event.wallTime > 0)
        place.time = event.wallTime;
    for (const EventScalar &scalar : event.scalars)
        m_table.add(scalar.tag, place, scalar.value);
}

std::vector<std::string> EventFile::warnings() const
{
    auto warnings = m_table.warnings();
    const auto name = printable(path().filename().string());
    if (m_damaged > 0)
        warnings.push_back(fmt::format("{}: {} damaged {} passed over: the checksum is wrong.", name,
                                       groupedDigits(m_damaged), m_damaged == 1 ? "record is" : "records are"));
    if (m_lost)
        warnings.push_back(
            fmt::format("{}: no record begins at byte {}, where one should; the rest of the file is left "
                        "out.",
                        name, groupedDigits(m_file.position())));
    else if (!m_file.rest().empty())
        warnings.push_back(fmt::format("{}: the last record is only half there and is passed over.", name));
    return warnings;
}

}  // namespace waypoint
