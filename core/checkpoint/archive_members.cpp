// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/archive_members.h"

#include "core/base/printable.h"
#include "core/checkpoint/json_values.h"
#include "core/checkpoint/readers.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace waypoint {

namespace {

constexpr std::size_t kCheckpoints = 500;   // read into one tree
constexpr std::size_t kMembers = 4096;      // looked at
constexpr std::size_t kNestedMembers = 64;  // looked at in an archive inside another
constexpr std::uint64_t kJsonBytes = 16u << 20;
constexpr std::size_t kOthersTold = 40;

// A tokenizer is a hundred thousand words beside the model, and nobody opens a checkpoint to read them.
bool isVocabulary(std::string_view name)
{
    const std::string_view file = name.substr(name.rfind('/') + 1);
    return file == "tokenizer.json" || file == "vocab.json" || file == "added_tokens.json";
}

bool beginsLikeJson(const Source &member)
{
    const std::string_view head(reinterpret_cast<const char *>(member.head.data()), member.head.size());
    const std::size_t first = head.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && (head[first] == '{' || head[first] == '[');
}

// "_stable_baselines3_version" holds "2.0.0": a line that short is best told as it is.
std::optional<std::string> shortLine(const Source &member)
{
    constexpr std::uint64_t kShort = 80;
    if (!member.file || member.file->size().value == 0 || member.file->size().value > kShort)
        return std::nullopt;
    std::string text(reinterpret_cast<const char *>(member.head.data()), member.head.size());
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r'))
        text.pop_back();
    const bool plain = std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
    return plain && !text.empty() ? std::optional(text) : std::nullopt;
}

// A zip without checkpoints beside the checkpoints (a .npz of logs) is none that failed.
bool isOtherKind(const Source &member, const Error &error)
{
    return error.code == ErrorCode::NotACheckpoint && findReader(member) == &archiveReader();
}

void prefix(std::string &text, const std::string &name, std::string_view separator)
{
    text = text.empty() ? name : fmt::format("{}{}{}", name, separator, text);
}

}  // namespace

ArchiveMembers::ArchiveMembers(const OpenOptions &options, std::size_t nesting, Checkpoint &into)
    : m_options(options), m_mostMembers(nesting == 0 ? kMembers : kNestedMembers), m_into(into)
{
}

bool ArchiveMembers::isFull() const
{
    return m_options.stop.stop_requested() || m_checkpoints >= kCheckpoints || m_seen >= m_mostMembers
           || m_into.values.memory().value > m_options.limits.treeBytes;
}

void ArchiveMembers::add(const std::string &name, const Source &member)
{
    ++m_seen;
    if (findReader(member)) {
        readCheckpoint(name, member);
        return;
    }
    if (!member.isFolder() && beginsLikeJson(member) && readJsonMember(name, member))
        return;
    if (const std::optional<std::string> line = shortLine(member))
        m_into.container.emplace_back(printable(name), *line);
    else
        addOther(name);
}

void ArchiveMembers::addFailure(const std::string &name, const Error &error)
{
    m_into.warnings.push_back({fmt::format("{} could not be read: {}", printable(name), error.detail), kNoEntry});
    if (m_firstError)
        return;
    m_firstError = error;
    prefix(m_firstError->detail, printable(name), ": ");
}

void ArchiveMembers::addOther(const std::string &name)
{
    if (m_others.size() <= kOthersTold)
        m_others.push_back(printable(name));
}

void ArchiveMembers::addPair(const std::string &name, ValueId value)
{
    m_pairs.push_back(m_into.values.addStr(printable(name, name.size() * 4)));
    m_pairs.push_back(value);
}

void ArchiveMembers::readCheckpoint(const std::string &name, const Source &member)
{
    const std::size_t globals = m_into.globals.size();
    const std::size_t warnings = m_into.warnings.size();
    const Result<ValueId> root = readSource(member, m_options, m_into);
    const std::string shown = printable(name);
    for (std::size_t i = globals; i < m_into.globals.size(); ++i)
        prefix(m_into.globals[i].member, shown, ": ");
    for (std::size_t i = warnings; i < m_into.warnings.size(); ++i)
        prefix(m_into.warnings[i].text, shown, ": ");
    if (!root && isOtherKind(member, root.error())) {
        addOther(name);
        return;
    }
    if (!root) {
        addFailure(name, root.error());
        return;
    }
    ++m_checkpoints;
    if (member.file)
        m_bytes.value += member.file->size().value;
    addPair(name, *root);
}

bool ArchiveMembers::readJsonMember(const std::string &name, const Source &member)
{
    if (isVocabulary(name) || member.file->size().value > kJsonBytes)
        return false;
    const auto bytes = readRange(*member.file, {{}, member.file->size()});
    if (!bytes)
        return false;
    const std::string_view text(reinterpret_cast<const char *>(bytes->data()), bytes->size());
    const Result<JsonRead> read = readJson(text, m_into.values, m_options.limits);
    if (!read)
        return false;
    m_bytes.value += member.file->size().value;
    addPair(name, read->root);
    return true;
}

Result<ValueId> ArchiveMembers::finish(const Error &nothingFound)
{
    if (m_options.stop.stop_requested())
        return Error{ErrorCode::Cancelled, "stopped"};
    if (m_checkpoints == 0)
        return m_firstError ? *m_firstError : nothingFound;
    m_into.container.emplace_back("checkpoints", fmt::format("{}", m_checkpoints));
    if (m_others.size() > kOthersTold)
        m_others.back() = "...";
    if (!m_others.empty())
        m_into.container.emplace_back("other members", fmt::format("{}", fmt::join(m_others, ", ")));
    if (isFull())
        m_into.warnings.push_back(
            {fmt::format("Only the first {} checkpoints in here were read.", m_checkpoints), kNoEntry});
    return m_into.values.addContainer(ValueKind::Dict, m_pairs);
}

}  // namespace waypoint
