// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/torch_zip_facts.h"

#include "core/base/printable.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace waypoint {

namespace {

// caffe2/serialize/versions.h: kMinSupportedFileFormatVersion to kMaxSupportedFileFormatVersion.
constexpr std::uint64_t kOldestVersion = 1;
constexpr std::uint64_t kNewestVersion = 10;

std::string trimmed(std::string text)
{
    const auto isSpace = [](char c) { return c == '\n' || c == '\r' || c == ' ' || c == '\0'; };
    while (!text.empty() && isSpace(text.back()))
        text.pop_back();
    return text;
}

std::optional<std::string> record(const ZipArchive &archive, std::string_view root, std::string_view name)
{
    std::optional<std::string> text = smallRecord(archive, std::string(root) + std::string(name));
    return text ? std::optional(trimmed(*std::move(text))) : std::nullopt;
}

std::optional<std::uint64_t> number(const std::string &text)
{
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

void addFact(Checkpoint &into, std::string_view name, const std::optional<std::string> &value)
{
    constexpr std::size_t kLongest = 200;
    if (value && !value->empty())
        into.container.emplace_back(name, printable(value->substr(0, kLongest)));
}

}  // namespace

TorchZipRecords torchZipRecords(const ZipArchive &archive, std::string_view root)
{
    TorchZipRecords records;
    records.version = record(archive, root, "version");
    records.byteOrder = record(archive, root, "byteorder");
    records.serializationId = record(archive, root, ".data/serialization_id");
    records.formatVersion = record(archive, root, ".format_version");
    records.storageAlignment = record(archive, root, ".storage_alignment");
    records.torchScript = archive.find(std::string(root) + "constants.pkl").has_value();
    return records;
}

std::string pytorchVersion(const TorchZipRecords &records)
{
    if (!records.version)
        return {};
    if (records.formatVersion || records.storageAlignment)
        return "2.7 or newer";
    // Since 2.1 torch.save and torch.jit.save write both records; other writers imitate one of them at most.
    if (records.byteOrder && records.serializationId)
        return records.torchScript ? "2.1 or newer" : "2.1 to 2.6";
    if (records.byteOrder || records.serializationId)
        return {};
    const std::optional<std::uint64_t> version = number(*records.version);
    if (records.torchScript)
        return "before 2.1";
    return version >= std::uint64_t{3} ? "1.6 to 2.0" : "1.4 or 1.5";
}

void addTorchZipFacts(const ZipArchive &archive, std::string_view root, const TorchZipRecords &records,
                      Checkpoint &into)
{
    const std::span<const ZipEntry> entries = archive.entries();
    const auto deflated =
        std::count_if(entries.begin(), entries.end(), [](const ZipEntry &e) { return e.method != 0; });
    addFact(into, "written by PyTorch", pytorchVersion(records));
    addFact(into, "root folder", std::string(root.substr(0, root.empty() ? 0 : root.size() - 1)));
    addFact(into, "version record", records.version);
    addFact(into, "byte order", records.byteOrder);
    addFact(into, "format version", records.formatVersion);
    addFact(into, "storage alignment", records.storageAlignment);
    addFact(into, "serialization id", records.serializationId);
    addFact(into, "members", fmt::format("{}", entries.size()));
    if (deflated > 0)
        addFact(into, "compressed members", fmt::format("{}", deflated));
}

void warnAboutRecords(const TorchZipRecords &records, Checkpoint &into)
{
    if (records.version) {
        const std::optional<std::uint64_t> version = number(*records.version);
        if (!version || *version < kOldestVersion || *version > kNewestVersion)
            into.warnings.push_back(
                {fmt::format("The archive says it has version '{}'; versions {} to {} are known.",
                             printable(records.version->substr(0, 40)), kOldestVersion, kNewestVersion),
                 kNoEntry});
    }
    if (records.byteOrder && records.byteOrder != "little" && records.byteOrder != "big")
        into.warnings.push_back({fmt::format("The byte order '{}' is unknown; little-endian is assumed.",
                                             printable(records.byteOrder->substr(0, 40))),
                                 kNoEntry});
}

}  // namespace waypoint
