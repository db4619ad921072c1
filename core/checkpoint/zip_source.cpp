// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/zip_source.h"

#include "core/checkpoint/pickle_into.h"

#include <algorithm>
#include <cctype>

namespace waypoint {

namespace {

constexpr std::string_view kDataPickle = "data.pkl";

std::string_view asText(std::span<const std::byte> bytes)
{
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

// Checkpoints of other kinds by their first bytes: a zip that hangs at their end is not what torch.load reads.
bool beginsLikeOther(std::string_view head)
{
    constexpr std::size_t kTarMagic = 257;
    const bool pickle = head.size() > 1 && head[0] == '\x80' && head[1] >= 1 && head[1] <= 5;
    const bool safetensors = head.size() > 8 && head[8] == '{' && head[7] == '\0';
    const bool tar = head.size() > kTarMagic && head.substr(kTarMagic).starts_with("ustar");
    return pickle || safetensors || tar;
}

// The end record of a zip: 22 bytes and a comment of up to 64 KiB; some more for what was appended to the file.
bool endsLikeZip(const RandomAccessFile &file)
{
    constexpr std::uint64_t kTail = 128u << 10;
    const std::uint64_t length = std::min(kTail, file.size().value);
    const auto tail = readRange(file, {{file.size().value - length}, {length}});
    return tail && asText(*tail).find("PK\x05\x06") != std::string_view::npos;
}

bool isDataPickle(std::string_view name)
{
    if (!name.ends_with(kDataPickle))
        return false;
    return name.size() == kDataPickle.size() || name[name.size() - kDataPickle.size() - 1] == '/';
}

std::string_view firstFolder(std::string_view name)
{
    const std::size_t slash = name.find('/');
    return slash == std::string_view::npos ? std::string_view() : name.substr(0, slash + 1);
}

// "cposix\nsystem\n": a name in the text form, perhaps after the mark of its arguments.
bool beginsWithTextGlobal(std::string_view text)
{
    const auto isName = [](std::string_view name) {
        return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
            return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.';
        });
    };
    while (text.starts_with('('))
        text.remove_prefix(1);
    if (!text.starts_with('c') && !text.starts_with('i'))
        return false;
    const std::size_t module = text.find('\n');
    if (module == std::string_view::npos || !isName(text.substr(1, module - 1)))
        return false;
    const std::size_t name = text.find('\n', module + 1);
    return name != std::string_view::npos && isName(text.substr(module + 1, name - module - 1));
}

bool isNamedLikePickle(std::string_view name)
{
    return name.ends_with(".pkl") || name.ends_with(".pickle") || name.ends_with(".debug_pkl");
}

std::vector<std::byte> headOf(const RandomAccessFile &file)
{
    constexpr std::uint64_t kHead = 256;
    Result<std::vector<std::byte>> head = readRange(file, {{}, {std::min(kHead, file.size().value)}});
    return head ? *std::move(head) : std::vector<std::byte>();
}

}  // namespace

bool mayBeZip(const Source &source)
{
    if (source.isFolder())
        return false;
    const std::string_view head = asText(source.head);
    if (head.starts_with("PK\x03\x04") || head.starts_with("PK\x05\x06"))
        return true;
    return !beginsLikeOther(head) && endsLikeZip(*source.file);
}

std::optional<DataPickle> findDataPickle(const ZipArchive &archive)
{
    const std::span<const ZipEntry> entries = archive.entries();
    if (entries.empty())
        return std::nullopt;
    const std::string home(firstFolder(entries[0].name));
    if (const auto entry = archive.find(home + std::string(kDataPickle)))
        return DataPickle{*entry, home};
    std::optional<std::size_t> best;
    std::ptrdiff_t bestDepth = 0;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const std::string &name = entries[i].name;
        const std::ptrdiff_t depth = std::count(name.begin(), name.end(), '/');
        if (!isDataPickle(name) || (best && depth >= bestDepth))
            continue;
        best = i;
        bestDepth = depth;
    }
    if (!best)
        return std::nullopt;
    const std::string &name = entries[*best].name;
    // Of several records with one name, take the one that a look-up by name gives.
    return DataPickle{archive.find(name).value_or(*best), name.substr(0, name.size() - kDataPickle.size())};
}

Result<FilePtr> openForScan(const ZipArchive &archive, std::size_t index)
{
    Result<FilePtr> file = archive.openMember(index);
    const ZipEntry &entry = archive.entries()[index];
    if (file || entry.method != 0)
        return file;
    // APPNOTE.TXT 4.3.7: 30 bytes, of which the last four are the lengths of name and extra field.
    constexpr std::uint64_t kHeader = 30;
    constexpr std::size_t kLengthsAt = 26;
    const auto header = readRange(*archive.file(), {entry.localHeader, {kHeader}});
    if (!header)
        return file;
    const auto byteAt = [&header](std::size_t at) { return std::to_integer<std::uint64_t>((*header)[at]); };
    const std::uint64_t lengths =
        byteAt(kLengthsAt) + byteAt(kLengthsAt + 2) + ((byteAt(kLengthsAt + 1) + byteAt(kLengthsAt + 3)) << 8);
    const std::uint64_t start = entry.localHeader.value + kHeader + lengths;
    const std::uint64_t end = archive.file()->size().value;
    if (start >= end)
        return file;
    const ByteCount length{std::min(entry.compressed.value, end - start)};
    return fileWindow(archive.file(), {{start}, length}, archive.file()->name());
}

std::optional<std::string> smallRecord(const ZipArchive &archive, std::string_view name)
{
    constexpr std::uint64_t kSmall = 4096;
    const auto entry = archive.find(name);
    if (!entry || archive.entries()[*entry].size.value > kSmall)
        return std::nullopt;
    const Result<FilePtr> file = archive.openMember(*entry);
    if (!file || (*file)->size().value > kSmall)
        return std::nullopt;
    const auto bytes = readRange(**file, {{}, (*file)->size()});
    return bytes ? std::optional(std::string(asText(*bytes))) : std::nullopt;
}

bool looksLikePickle(std::span<const std::byte> head)
{
    const std::string_view text = asText(head);
    const bool binary = text.size() > 2 && text[0] == '\x80' && text[1] >= 1 && text[1] <= 5;
    return binary || beginsWithTextGlobal(text);
}

void scanHiddenPickles(const ZipArchive &archive, const std::vector<bool> &isKnown, const OpenOptions &options,
                       Checkpoint &into)
{
    constexpr std::size_t kMembers = 100'000;
    constexpr std::uint64_t kUnpacked = 512u << 20;
    std::size_t members = 0;
    std::uint64_t packed = 0;
    std::uint64_t unpacked = 0;
    for (std::size_t i = 0; i < archive.entries().size(); ++i) {
        const ZipEntry &entry = archive.entries()[i];
        if ((i < isKnown.size() && isKnown[i]) || entry.size.value == 0)
            continue;
        if (options.stop.stop_requested())
            return;
        packed += entry.compressed.value;
        unpacked += entry.method == 0 ? 0 : entry.size.value;
        // Members that overlap would be read again and again: no honest archive packs more bytes than it has.
        if (++members > kMembers || unpacked > kUnpacked || packed > archive.file()->size().value) {
            into.warnings.push_back({"Not all members of this archive were searched for hidden pickles.", kNoEntry});
            return;
        }
        const Result<FilePtr> file = openForScan(archive, i);
        if (!file)
            continue;
        if (isNamedLikePickle(entry.name) || looksLikePickle(headOf(**file)))
            scanPickleInto(*file, entry.name, options, into);
    }
}

}  // namespace waypoint
