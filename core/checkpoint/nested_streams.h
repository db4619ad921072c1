// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/reader.h"
#include "core/pickle/resolve.h"

#include <string>
#include <unordered_map>

namespace waypoint {

/// Checkpoints inside byte strings: pickle.dump of a tensor writes `torch.storage._load_from_bytes(b'...')`, where
/// the bytes are what torch.save makes of the storage. They are read where they lie and stand in the call's place.
///
/// Each byte string is read once, however often it is used, and Limits::nestedStreams bounds how deep they go. Those
/// that cannot be read stay the calls that they are, with a warning. One thread; outlives the rules.
class NestedStreams
{
public:
    /// `source` is the one whose pickle holds the byte strings.
    NestedStreams(const Source &source, const OpenOptions &options, Checkpoint &into);
    NestedStreams(const NestedStreams &) = delete;  // the rules point at it
    NestedStreams &operator=(const NestedStreams &) = delete;

    void addTo(ObjectResolver &rules);
    /// Whether the Bytes node held a stream that was read.
    [[nodiscard]] bool hasRead(ValueId bytes) const
    {
        const auto found = m_read.find(bytes.index);
        return found != m_read.end() && found->second.isValid();
    }

private:
    void resolve(ValueTree &tree, ValueId object);
    Result<ValueId> readBytes(ValueId bytes);

    std::size_t m_nesting;
    std::uint64_t m_budget;  ///< bytes that may still be read: byte strings do not overlap
    const OpenOptions &m_options;
    Checkpoint &m_into;
    std::unordered_map<std::uint32_t, ValueId> m_read;  ///< by Bytes node; invalid where it could not be read
    std::size_t m_failures = 0;
};

/// The content of a Bytes node as a file of bytes: a window of the checkpoint where it lies there. Also of a Str that
/// Python 2 wrote for bytes.
Result<FilePtr> bytesAsFile(const ValueTree &tree, ValueId bytes, std::string name);

}  // namespace waypoint
