// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/reader.h"

#include <string>
#include <string_view>
#include <vector>

namespace waypoint {

/// Gathers the members of a zip or a folder under one Dict: checkpoints and JSON by their names; what is neither
/// is told among the container's facts. A member that fails is a warning, not the end.
class ArchiveMembers
{
public:
    /// `nesting` of the archive itself: one inside another is read less far.
    ArchiveMembers(const OpenOptions &options, std::size_t nesting, Checkpoint &into);

    /// Looks at one member and reads it if it is a checkpoint or JSON. Errors are kept; see finish().
    void add(const std::string &name, const Source &member);
    /// A member that cannot even be looked at.
    void addFailure(const std::string &name, const Error &error);
    /// A member that is not looked at.
    void addOther(const std::string &name);
    /// A member that another one, an index, has read already.
    void addShard(ByteCount bytes) { m_bytes.value += bytes.value; }

    /// Whether no more should be added: stopped, or the limits are reached.
    [[nodiscard]] bool isFull() const;
    [[nodiscard]] std::size_t checkpoints() const { return m_checkpoints; }
    /// Bytes of the members that were read.
    [[nodiscard]] ByteCount bytes() const { return m_bytes; }

    /// The Dict of all members and the facts about them. Where no checkpoint could be read: the error of the first that
    /// failed, or `nothingFound`.
    Result<ValueId> finish(const Error &nothingFound);

private:
    void readCheckpoint(const std::string &name, const Source &member);
    bool readJsonMember(const std::string &name, const Source &member);
    void addPair(const std::string &name, ValueId value);

    const OpenOptions &m_options;
    std::size_t m_mostMembers;
    Checkpoint &m_into;
    std::vector<ValueId> m_pairs;
    std::vector<std::string> m_others;
    std::optional<Error> m_firstError;
    std::size_t m_checkpoints = 0;
    std::size_t m_seen = 0;
    ByteCount m_bytes;
};

}  // namespace waypoint
