// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/zip_recovery.h"

#include "core/base/printable.h"
#include "core/io/written_end.h"
#include "core/io/zip_format.h"
#include "core/io/zip_scan.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace waypoint {

namespace {

class Recovery
{
public:
    Recovery(const RandomAccessFile &file, ByteOffset end, const Limits &limits) : m_scan(file, end), m_limits(limits)
    {
    }

    Result<void> walk(ByteOffset start)
    {
        auto at = start.value;
        while (m_entries.size() < m_limits.archiveEntries) {
            auto header = m_scan.headerAt(at);
            if (!header)
                return header.error();
            if (*header) {
                auto next = add({at}, **header);
                if (!next)
                    return next.error();
                at = *next;
                continue;
            }
            auto next = memberAfter(at);
            if (!next)
                return next.error();
            if (!*next)
                break;
            at = **next;
        }
        return {};
    }

    [[nodiscard]] std::uint64_t end() const { return m_scan.end(); }
    [[nodiscard]] std::vector<ZipEntry> &entries() { return m_entries; }
    [[nodiscard]] std::uint64_t skippedFrom() const { return m_skippedFrom; }
    [[nodiscard]] bool skipped() const { return m_skippedBytes > 0; }
    [[nodiscard]] std::uint64_t skippedBytes() const { return m_skippedBytes; }

private:
    /// Where one member's data ends, and the next record begins.
    struct Tail
    {
        ZipDescriptor numbers;
        std::uint64_t next = 0;
        bool certain = true;
    };

    /// Appends the member whose header is at `at`; gives where the next record should be.
    Result<std::uint64_t> add(ByteOffset at, const ZipLocalHeader &header)
    {
        auto tail = header.sizesAreKnown() ? announcedTail(header) : searchTail(header);
        if (!tail)
            return tail.error();
        m_entries.push_back({.name = header.name,
                             .localHeader = at,
                             .compressed = {tail->numbers.compressed},
                             .size = {tail->numbers.size},
                             .crc = tail->numbers.crc,
                             .method = header.method,
                             .flags = header.flags,
                             .truncated = !tail->certain});
        return tail->next;
    }

    /// A member that is cut off or whose end is guessed: its CRC is unknown, and its size unless it is stored.
    static Tail guess(const ZipLocalHeader &header, std::uint64_t end)
    {
        const auto length = end - header.data.value;
        return {.numbers = {.crc = header.crc,
                            .compressed = length,
                            .size = header.method == zip::kStored ? length : header.size},
                .next = end,
                .certain = false};
    }

    Result<Tail> announcedTail(const ZipLocalHeader &header)
    {
        const auto end = checkedAdd(header.data.value, header.compressed);
        if (!end || *end > m_scan.end())
            return guess(header, m_scan.end());
        Tail tail{.numbers = {.crc = header.crc, .compressed = header.compressed, .size = header.size}, .next = *end};
        auto descriptor = m_scan.descriptorAt(*end, header.compressed, header.method == zip::kStored);
        if (!descriptor)
            return descriptor.error();
        if (*descriptor) {
            tail.numbers = **descriptor;
            tail.next += (*descriptor)->length;
        }
        return tail;
    }

    /// Looks for the descriptor that tells how many bytes lie before it. Another archive may be stored in the data, so
    /// the next header ends the member only where no descriptor does; from then on headers are believed at once, which
    /// keeps the whole walk to two passes.
    Result<Tail> searchTail(const ZipLocalHeader &header)
    {
        const auto data = header.data.value;
        std::optional<std::uint64_t> firstRecord;
        for (auto from = data;;) {
            auto found = m_scan.nextSignature(from);
            if (!found)
                return found.error();
            if (!*found)
                break;
            auto tail = tailAt(**found, header);
            if (!tail)
                return tail.error();
            if (*tail)
                return **std::move(tail);
            auto record = firstRecord ? Result<bool>(false) : m_scan.recordAt(**found);
            if (!record)
                return record.error();
            if (*record)
                firstRecord = **found;
            if (firstRecord && m_descriptorsAreLost)
                break;
            from = **found + 4;
        }
        m_descriptorsAreLost = m_descriptorsAreLost || firstRecord.has_value();
        return guess(header, firstRecord.value_or(std::max(m_scan.end(), data)));
    }

    /// The tail that the record at `at` proves for the member of `header`, if any.
    Result<std::optional<Tail>> tailAt(std::uint64_t at, const ZipLocalHeader &header)
    {
        const auto data = header.data.value;
        const bool stored = header.method == zip::kStored;
        auto descriptor = m_scan.descriptorAt(at, at - data, stored);
        if (!descriptor)
            return descriptor.error();
        if (*descriptor)
            return std::optional(Tail{.numbers = **descriptor, .next = at + (*descriptor)->length});
        auto record = m_scan.recordAt(at);
        if (!record)
            return record.error();
        if (!*record)
            return std::optional<Tail>{};
        if (at == data && (header.flags & zip::kHasDescriptor) == 0)
            return std::optional(Tail{.numbers = {}, .next = at});
        auto bare = m_scan.bareDescriptorBefore(at, data, stored);
        if (!bare)
            return bare.error();
        if (*bare)
            return std::optional(Tail{.numbers = **bare, .next = at});
        return std::optional<Tail>{};
    }

    /// Where the next member begins, should damage lie between; nothing where the directory begins or nothing follows.
    Result<std::optional<std::uint64_t>> memberAfter(std::uint64_t at)
    {
        const std::optional<std::uint64_t> none;
        auto signature = m_scan.signatureAt(at);
        if (!signature)
            return signature.error();
        if (*signature == zip::kCentralHeader || *signature == zip::kEnd || *signature == zip::kEnd64)
            return none;
        for (auto from = at;;) {
            auto found = m_scan.nextSignature(from);
            if (!found || !*found)
                return found;
            auto plausible = m_scan.recordAt(**found);
            if (!plausible)
                return plausible.error();
            auto kind = m_scan.signatureAt(**found);
            if (!kind)
                return kind.error();
            // The same place again would be the header that could not be read in full.
            if (*plausible && **found > at) {
                if (m_skippedBytes == 0)
                    m_skippedFrom = at;
                m_skippedBytes += **found - at;
                return *kind == zip::kLocalHeader ? *found : none;
            }
            from = **found + 4;
        }
    }

    ZipScan m_scan;
    const Limits &m_limits;
    std::vector<ZipEntry> m_entries;
    bool m_descriptorsAreLost = false;
    std::uint64_t m_skippedFrom = 0;
    std::uint64_t m_skippedBytes = 0;
};

std::string summary(const std::vector<ZipEntry> &entries, const std::optional<Error> &reason, std::uint64_t end)
{
    auto text = reason ? reason->detail + (reason->at ? " at byte " + groupedDigits(reason->at->value) : "")
                       : std::string("zip: the archive has lost its directory");
    text += fmt::format("; the file ends at byte {}, and {} {} found by reading it from the front", groupedDigits(end),
                        groupedDigits(entries.size()), entries.size() == 1 ? "member was" : "members were");
    return text;
}

void warnOfGaps(ZipDirectory &directory, Recovery &recovery, ByteCount fileSize)
{
    auto &warnings = directory.warnings;
    if (recovery.end() < fileSize.value)
        warnings.push_back(
            fmt::format("zip: from byte {} on the file holds nothing but zeros", groupedDigits(recovery.end())));
    if (recovery.skipped())
        warnings.push_back(fmt::format("zip: {} damaged bytes from byte {} on belong to no member",
                                       groupedDigits(recovery.skippedBytes()), groupedDigits(recovery.skippedFrom())));
    for (const auto &entry : directory.entries)
        if (entry.truncated) {
            warnings.push_back(fmt::format("zip: '{}' is cut off: {} bytes of it are there", printable(entry.name),
                                           groupedDigits(entry.compressed.value)));
            break;
        }
}

}  // namespace

Result<ZipDirectory> recoverZipDirectory(const RandomAccessFile &file, ByteOffset start, const Limits &limits,
                                         const std::optional<Error> &reason)
{
    auto end = writtenEnd(file);
    if (!end)
        return end.error();
    Recovery recovery(file, *end, limits);
    auto walked = recovery.walk(start);
    if (!walked)
        return walked.error();
    if (recovery.entries().empty())
        return Error{ErrorCode::Truncated, "zip: the file ends within the header of its first member",
                     ByteOffset{recovery.end()}, "Copy or download the file again."};
    ZipDirectory directory{.entries = std::move(recovery.entries()), .recovered = true};
    directory.warnings.push_back(summary(directory.entries, reason, recovery.end()));
    warnOfGaps(directory, recovery, file.size());
    return directory;
}

}  // namespace waypoint
