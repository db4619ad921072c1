// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/pickle_signature.h"

#include "core/pickle/opcodes.h"
#include "core/pickle/pickle_machine.h"

#include <algorithm>
#include <span>

namespace waypoint {

namespace {

constexpr unsigned kHighestProtocol = 5;

bool isOpcode(std::byte byte) { return !opcodeInfo(static_cast<Opcode>(byte)).name.empty(); }

/// "posix.system", as against two lines of prose that a GLOBAL opcode would swallow.
bool isDottedName(const std::string &name)
{
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '.';
    });
}

/// Protocols 0 and 1: runs the opcodes of the head and looks how far they come.
bool runsLikePickle(std::span<const std::byte> head, bool headIsAll)
{
    // Bytes of opcodes that make sense one after another; prose fails at once or within a few.
    const std::uint64_t convincing = headIsAll ? 12 : 256;
    constexpr int kStreams = 3;
    const FilePtr file = memoryFile("head", std::vector<std::byte>(head.begin(), head.end()));
    ByteStream stream(file);
    ValueTree tree;
    PickleMachine machine(tree, {});
    for (int i = 0; i < kStreams; ++i) {
        const auto read = machine.read(stream);
        if (!read) {
            const bool names = !machine.globals().empty() && isDottedName(machine.globals().front().name);
            const bool cut = read.error().code == ErrorCode::Truncated;
            return names || ((cut || i > 0) && stream.position().value >= convincing);
        }
        const auto rest = head.subspan(read->end.value);
        const auto blank = [](std::byte b) { return b == std::byte{'\n'} || b == std::byte{'\r'} || b == std::byte{}; };
        if (std::all_of(rest.begin(), rest.end(), blank))
            return true;
        if (rest.front() != std::byte{0x80} && !isOpcode(rest.front()))
            return false;
    }
    return true;
}

}  // namespace

bool looksLikePickle(const Source &source)
{
    if (source.isFolder() || source.head.size() < 2 || !isOpcode(source.head[0]))
        return false;
    const std::span<const std::byte> head(source.head);
    if (head[0] == std::byte{0x80}) {
        const auto protocol = std::to_integer<unsigned>(head[1]);
        return protocol <= kHighestProtocol && (head.size() < 3 || isOpcode(head[2]));
    }
    return runsLikePickle(head, source.file->size().value == head.size());
}

}  // namespace waypoint
