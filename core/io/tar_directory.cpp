// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/tar_directory.h"

#include "core/base/checked.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace waypoint {

namespace {

constexpr std::uint64_t kBlock = 512;
constexpr std::uint64_t kLongestExtension = 1u << 20;  // a pax or long name record; real ones stay below 4 KiB

using Block = std::array<std::byte, kBlock>;

/// A field of the header, up to its first zero byte.
std::string_view textField(std::span<const std::byte> head, std::size_t at, std::size_t length)
{
    const std::string_view field(reinterpret_cast<const char *>(head.data()) + at, length);
    return field.substr(0, field.find('\0'));
}

/// Octal digits with spaces around, or (GNU) a big-endian number when the first byte's top bit is set.
std::optional<std::uint64_t> numberField(std::span<const std::byte> head, std::size_t at, std::size_t length)
{
    if (std::to_integer<unsigned>(head[at]) == 0x80) {
        std::uint64_t value = 0;
        for (const std::byte digit : head.subspan(at + 1, length - 1)) {
            if (value >> 56 != 0)
                return std::nullopt;
            value = value << 8 | std::to_integer<std::uint64_t>(digit);
        }
        return value;
    }
    std::string_view digits = textField(head, at, length);
    digits.remove_prefix(std::min(digits.find_first_not_of(' '), digits.size()));
    digits = digits.substr(0, digits.find(' '));
    std::uint64_t value = 0;
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 8);
    if (digits.empty() || problem != std::errc() || end != digits.data() + digits.size())
        return std::nullopt;
    return value;
}

Error corrupt(std::string what, std::uint64_t at)
{
    return {.code = ErrorCode::Corrupt,
            .detail = "tar: " + std::move(what),
            .at = ByteOffset{at},
            .advice = {},
            .file = {}};
}

/// What extension records say about the member that follows them.
struct Extension
{
    std::string name;
    std::optional<std::uint64_t> size;
};

/// Records "LENGTH KEY=VALUE\n", where LENGTH counts the whole record. What makes no sense ends the reading.
void readPax(std::string_view text, Extension &into)
{
    while (!text.empty()) {
        std::size_t length = 0;
        const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), length);
        const auto digits = static_cast<std::size_t>(end - text.data());
        if (problem != std::errc() || length > text.size() || length < digits + 2 || *end != ' ')
            return;
        const std::string_view record = text.substr(digits + 1, length - digits - 2);
        const std::size_t equals = record.find('=');
        const std::string_view value = equals == std::string_view::npos ? "" : record.substr(equals + 1);
        if (record.starts_with("path="))
            into.name = value;
        std::uint64_t size = 0;
        if (record.starts_with("size=")
            && std::from_chars(value.data(), value.data() + value.size(), size).ec == std::errc())
            into.size = size;
        text.remove_prefix(length);
    }
}

class Walk
{
public:
    Walk(const RandomAccessFile &file, const Limits &limits, const std::stop_token &stop)
        : m_file(file), m_limits(limits), m_stop(stop)
    {
    }

    Result<TarDirectory> run()
    {
        const std::uint64_t end = m_file.size().value;
        while (m_at < end && !m_done) {
            if (m_stop.stop_requested())
                return Error{.code = ErrorCode::Cancelled, .detail = {}, .at = {}, .advice = {}, .file = {}};
            if (const auto stepped = step(); !stepped)
                return stepped.error();
        }
        return std::move(m_directory);
    }

private:
    Result<void> step()
    {
        Block block;
        const auto got = m_file.readAt({m_at}, block);
        if (!got)
            return got.error();
        if (*got < kBlock) {
            m_directory.truncated = true;
            m_done = true;
            return {};
        }
        // A block of zeros ends the archive; what stands behind is padding.
        if (std::all_of(block.begin(), block.end(), [](std::byte byte) { return byte == std::byte{}; })) {
            m_done = true;
            return {};
        }
        if (!looksLikeTar(block))
            return corrupt("no member header where one should be", m_at);
        return member(block);
    }

    Result<void> member(const Block &block)
    {
        std::optional<std::uint64_t> size = numberField(block, 124, 12);
        const char type = textField(block, 156, 1).empty() ? '0' : textField(block, 156, 1).front();
        const bool describesNext = type == 'x' || type == 'g' || type == 'L' || type == 'K';
        if (m_extension.size && !describesNext)
            size = m_extension.size;
        if (!size)
            return corrupt("a member's size is no number", m_at + 124);
        const std::uint64_t start = m_at + kBlock;
        const std::uint64_t length = std::min(*size, m_file.size().value - start);
        if (length < *size)
            m_directory.truncated = true;
        if (describesNext) {
            if (const auto read = extension(type, start, length); !read)
                return read.error();
        } else {
            if (type == '0' || type == '7')
                if (const auto added = addFile(block, start, length, length == *size); !added)
                    return added.error();
            m_extension = {};
        }
        const auto padded = checkedAdd<std::uint64_t>(*size, kBlock - 1);
        const auto next = padded ? checkedAdd<std::uint64_t>(start, *padded / kBlock * kBlock) : std::nullopt;
        m_done = !next;
        m_at = next.value_or(m_at);
        return {};
    }

    Result<void> extension(char type, std::uint64_t start, std::uint64_t length)
    {
        if (type == 'g' || type == 'K')
            return {};
        if (length > kLongestExtension)
            return corrupt("a name record of " + std::to_string(length) + " bytes", start);
        const auto bytes = readRange(m_file, {{start}, {length}});
        if (!bytes)
            return bytes.error();
        const std::string_view text(reinterpret_cast<const char *>(bytes->data()), bytes->size());
        if (type == 'x')
            readPax(text, m_extension);
        else
            m_extension.name = text.substr(0, text.find('\0'));
        return {};
    }

    Result<void> addFile(const Block &block, std::uint64_t start, std::uint64_t length, bool complete)
    {
        if (m_directory.members.size() >= m_limits.archiveEntries)
            return Error{.code = ErrorCode::TooLarge,
                         .detail = "tar: more than " + std::to_string(m_limits.archiveEntries) + " members",
                         .at = ByteOffset{m_at},
                         .advice = {},
                         .file = {}};
        std::string name = std::move(m_extension.name);
        if (name.empty()) {
            const bool ustar = textField(block, 257, 6) == "ustar";
            const std::string_view prefix = ustar ? textField(block, 345, 155) : std::string_view();
            name.append(prefix).append(prefix.empty() ? "" : "/").append(textField(block, 0, 100));
        }
        m_directory.members.push_back({.name = std::move(name), .data = {{start}, {length}}, .complete = complete});
        return {};
    }

    const RandomAccessFile &m_file;
    const Limits &m_limits;
    const std::stop_token &m_stop;
    TarDirectory m_directory;
    Extension m_extension;
    std::uint64_t m_at = 0;
    bool m_done = false;
};

}  // namespace

const TarMember *TarDirectory::find(std::string_view name) const
{
    for (auto member = members.rbegin(); member != members.rend(); ++member) {
        std::string_view stored = member->name;
        if (stored.starts_with("./"))
            stored.remove_prefix(2);
        if (stored == name)
            return &*member;
    }
    return nullptr;
}

bool looksLikeTar(std::span<const std::byte> head)
{
    if (head.size() < kBlock || head[0] == std::byte{})
        return false;
    const auto announced = numberField(head, 148, 8);
    if (!announced)
        return false;
    // The checksum counts its own field as spaces. Some old writers summed signed bytes.
    std::uint64_t unsignedSum = 0;
    std::int64_t signedSum = 0;
    for (std::size_t i = 0; i < kBlock; ++i) {
        const auto value = i >= 148 && i < 156 ? 0x20u : std::to_integer<unsigned>(head[i]);
        unsignedSum += value;
        signedSum += static_cast<signed char>(value);
    }
    return *announced == unsignedSum || static_cast<std::int64_t>(*announced) == signedSum;
}

Result<TarDirectory> readTarDirectory(const RandomAccessFile &file, const Limits &limits, const std::stop_token &stop)
{
    return Walk(file, limits, stop).run();
}

}  // namespace waypoint
