// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/growing_file.h"

#include <algorithm>
#include <span>

namespace waypoint {

namespace {

constexpr std::uint64_t kBlock = 4u << 20;
constexpr std::uint64_t kMostPending = 64u << 20;
constexpr std::size_t kMostRest = 1u << 20;
/// Enough of a log to tell it from another one: lines have times and losses in them.
constexpr std::uint64_t kRemembered = 256;

}  // namespace

Result<std::string> readText(const RandomAccessFile &file, std::uint64_t at, std::uint64_t length)
{
    const std::uint64_t size = file.size().value;
    std::string text(at >= size ? 0 : std::min(length, size - at), '\0');
    const auto got = file.readAt({at}, std::as_writable_bytes(std::span(text)));
    if (!got)
        return got.error();
    text.resize(*got);
    return text;
}

Result<bool> GrowingFile::isSameFile() const
{
    if (m_size < m_read)
        return false;
    const auto start = readText(*m_file, 0, m_start.size());
    if (!start)
        return start.error();
    const auto before = readText(*m_file, m_read - m_before.size(), m_before.size());
    if (!before)
        return before.error();
    return *start == m_start && *before == m_before;
}

Result<bool> GrowingFile::follow(const std::stop_token &stop, const std::function<void()> &startAnew,
                                 const Consumer &consumer)
{
    const auto change = look();
    if (!change)
        return change.error();
    if (*change == Change::None)
        return false;
    if (*change == Change::Anew)
        startAnew();
    const auto all = read(stop, consumer);
    if (!all)
        return all.error();
    return true;
}

Result<GrowingFile::Change> GrowingFile::look()
{
    const auto file = openFile(m_path);
    if (!file)
        return file.error();
    m_file = *file;
    m_size = m_file->size().value;
    const auto same = m_opened ? isSameFile() : Result<bool>(false);
    if (!same)
        return same.error();
    m_opened = true;
    if (*same && m_size == m_read)
        m_file.reset();
    if (*same)
        return m_file ? Change::Grown : Change::None;
    m_position = 0;
    m_read = 0;
    for (auto *text : {&m_rest, &m_start, &m_before})
        text->clear();
    return Change::Anew;
}

Result<void> GrowingFile::read(const std::stop_token &stop, const Consumer &consumer)
{
    auto done = readWindows(stop, consumer);
    if (done)
        done = remember();
    m_file.reset();
    return done;
}

Result<void> GrowingFile::readWindows(const std::stop_token &stop, const Consumer &consumer)
{
    std::uint64_t window = kBlock;
    while (m_position < m_size) {
        if (stop.stop_requested())
            return Error{.code = ErrorCode::Cancelled};
        auto text = readText(*m_file, m_position, window);
        if (!text)
            return text.error();
        const std::size_t used = consumer(*text);
        if (used == kStop || (used == 0 && text->size() < window)) {
            m_rest = text->substr(0, kMostRest);
            break;
        }
        m_position += used;
        window = used > 0 ? kBlock : window * 2;
        if (window > kMostPending)
            return Error{
                .code = ErrorCode::TooLarge, .detail = "a record of more than 64 MiB", .at = ByteOffset{m_position}};
    }
    if (m_position == m_size)
        m_rest.clear();
    return {};
}

Result<void> GrowingFile::remember()
{
    m_read = m_size;
    auto start = readText(*m_file, 0, std::min(m_read, kRemembered));
    if (!start)
        return start.error();
    const std::uint64_t length = std::min(m_read, kRemembered);
    auto before = readText(*m_file, m_read - length, length);
    if (!before)
        return before.error();
    m_start = *std::move(start);
    m_before = *std::move(before);
    return {};
}

}  // namespace waypoint
