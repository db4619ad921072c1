// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/hidden_pickles.h"

#include "core/checkpoint/pickle_into.h"
#include "core/pickle/opcodes.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <unordered_set>

namespace waypoint {

namespace {

constexpr std::size_t kMostCandidates = 1'000;
constexpr std::uint64_t kMostBytes = 64u << 20;         // of all that are looked at closely
constexpr std::uint64_t kLongestCandidate = 16u << 20;  // longer ones are data
constexpr std::uint64_t kSearched = 256u << 20;         // of the file in all, to say where strings stand
constexpr std::size_t kShortest = 12;                   // too short to call anything

/// Value of a base64 digit (RFC 4648, both alphabets), or nothing.
std::optional<unsigned> digitOf(char c)
{
    if (c >= 'A' && c <= 'Z')
        return static_cast<unsigned>(c - 'A');
    if (c >= 'a' && c <= 'z')
        return static_cast<unsigned>(c - 'a') + 26;
    if (c >= '0' && c <= '9')
        return static_cast<unsigned>(c - '0') + 52;
    if (c == '+' || c == '-')
        return 62;
    if (c == '/' || c == '_')
        return 63;
    return std::nullopt;
}

/// The bytes that `text` is the base64 of; nothing where it is none. Line breaks are skipped.
std::optional<std::vector<std::byte>> fromBase64(std::string_view text)
{
    while (text.ends_with('=') || text.ends_with('\n'))
        text.remove_suffix(1);
    std::vector<std::byte> bytes;
    bytes.reserve(text.size() / 4 * 3 + 3);
    unsigned bits = 0;
    unsigned count = 0;
    for (const char c : text) {
        if (c == '\n' || c == '\r')
            continue;
        const auto digit = digitOf(c);
        if (!digit)
            return std::nullopt;
        bits = (bits << 6 | *digit) & 0xffffu;
        count += 6;
        if (count >= 8) {
            count -= 8;
            bytes.push_back(static_cast<std::byte>(bits >> count & 0xffu));
        }
    }
    return bytes;
}

bool beginsLikePickle(std::span<const std::byte> bytes)
{
    return bytes.size() >= kShortest && bytes[0] == std::byte{0x80} && bytes[1] >= std::byte{2}
           && bytes[1] <= std::byte{5} && !opcodeInfo(static_cast<Opcode>(bytes[2])).name.empty();
}

class Scan
{
public:
    Scan(const FilePtr &file, std::string_view member, const OpenOptions &options, Checkpoint &into)
        : m_file(file),
          m_prefix(member.empty() ? std::string() : std::string(member) + ": "),
          m_options(options),
          m_into(into)
    {
    }

    /// `known` belongs to the outermost tree only.
    void run(const ValueTree &tree, std::uint32_t first, const NestedStreams *known, std::size_t depth)
    {
        for (std::uint32_t i = first; i < tree.size() && m_candidates < kMostCandidates; ++i) {
            if (m_options.stop.stop_requested())
                return;
            if (known && known->hasRead({i}))
                continue;
            if (auto bytes = candidate(tree, {i}))
                examine(std::move(*bytes), where(tree, {i}, depth), depth);
        }
    }

private:
    std::optional<std::vector<std::byte>> candidate(const ValueTree &tree, ValueId id);
    std::optional<std::vector<std::byte>> contentOf(const ValueTree &tree, ValueId id);
    void examine(std::vector<std::byte> bytes, std::string member, std::size_t depth);
    std::string where(const ValueTree &tree, ValueId id, std::size_t depth);
    std::optional<std::uint64_t> placeOf(std::string_view text);

    const FilePtr &m_file;
    std::string m_prefix;
    const OpenOptions &m_options;
    Checkpoint &m_into;
    std::size_t m_candidates = 0;
    std::uint64_t m_bytes = 0;
    std::uint64_t m_searched = 0;
    std::unordered_set<std::uint64_t> m_looked;  ///< where long strings begin
};

std::optional<std::vector<std::byte>> Scan::contentOf(const ValueTree &tree, ValueId id)
{
    const std::uint64_t length = tree.byteLength(id).value;
    if (length < kShortest || length > kLongestCandidate || m_bytes + length > kMostBytes)
        return std::nullopt;
    m_bytes += length;
    const auto file = bytesAsFile(tree, id, {});
    if (!file)
        return std::nullopt;
    auto bytes = readRange(**file, {{}, (*file)->size()});
    return bytes ? std::optional(*std::move(bytes)) : std::nullopt;
}

std::optional<std::vector<std::byte>> Scan::candidate(const ValueTree &tree, ValueId id)
{
    const ValueKind kind = tree.kind(id);
    if (kind != ValueKind::Bytes && kind != ValueKind::Str)
        return std::nullopt;
    const std::string_view text = tree.text(id);
    // Most strings are in memory and end here: base64 of 0x80 and a protocol begins with "gA".
    const ExternalBytes *external = tree.externalBytes(id);
    // Values can share one long string: it is looked at once.
    if (external && !m_looked.insert(external->range.start.value).second)
        return std::nullopt;
    if (!external && !text.starts_with("gA") && !text.starts_with('\x80') && !text.starts_with("\xc2\x80"))
        return std::nullopt;
    auto bytes = contentOf(tree, id);
    if (!bytes || beginsLikePickle(*bytes))
        return bytes;
    const std::string_view digits(reinterpret_cast<const char *>(bytes->data()), bytes->size());
    if (!digits.starts_with("gA"))
        return std::nullopt;
    auto decoded = fromBase64(digits);
    return decoded && beginsLikePickle(*decoded) ? decoded : std::nullopt;
}

void Scan::examine(std::vector<std::byte> bytes, std::string member, std::size_t depth)
{
    ++m_candidates;
    ValueTree tree;
    PickleMachine machine(tree, {.limits = m_options.limits, .stop = m_options.stop, .progress = nullptr});
    ByteStream stream(memoryFile(member, std::move(bytes)));
    const auto read = machine.read(stream);
    if (!read && machine.globals().empty())
        return;
    recordGlobals(machine.globals(), member, m_into);
    if (depth < m_options.limits.nestedStreams)
        run(tree, 0, nullptr, depth + 1);
}

std::string Scan::where(const ValueTree &tree, ValueId id, std::size_t depth)
{
    const char *kind = tree.kind(id) == ValueKind::Str ? "a string" : "a byte string";
    if (depth > 0)
        return fmt::format("{}inside {} of a hidden pickle", m_prefix, kind);
    if (const ExternalBytes *external = tree.externalBytes(id))
        return fmt::format("{}inside {} at byte {}", m_prefix, kind, external->range.start.value);
    const auto place = placeOf(tree.text(id));
    return place ? fmt::format("{}inside {} at byte {}", m_prefix, kind, *place)
                 : fmt::format("{}inside {}", m_prefix, kind);
}

/// Short strings do not know where they came from: the file is searched.
std::optional<std::uint64_t> Scan::placeOf(std::string_view text)
{
    constexpr std::size_t kCompared = 64;
    const std::string_view wanted = text.substr(0, kCompared);
    std::vector<std::byte> block(1u << 20);
    for (std::uint64_t at = 0; at < m_file->size().value && m_searched < kSearched; at += block.size() - kCompared) {
        m_searched += block.size();
        const auto got = m_file->readAt({at}, block);
        if (!got)
            return std::nullopt;
        const std::string_view read(reinterpret_cast<const char *>(block.data()), *got);
        if (const auto found = read.find(wanted); found != read.npos)
            return at + found;
    }
    return std::nullopt;
}

}  // namespace

void scanPicklesInStrings(ValueId first, const FilePtr &file, std::string_view member, const NestedStreams *known,
                          const OpenOptions &options, Checkpoint &into)
{
    Scan(file, member, options, into).run(into.values, first.index, known, 0);
}

}  // namespace waypoint
