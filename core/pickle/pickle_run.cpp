// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pickle/pickle_run.h"

#include <fmt/format.h>

#include <algorithm>

namespace waypoint {

namespace {

/// Opcodes between two looks at limits, stop and progress.
constexpr std::uint32_t kOpcodesPerCheck = 1024;

/// Share of Limits::memo that may lie far beyond the array: an entry there takes about sixteen times the memory.
constexpr std::size_t kSparseShare = 16;

}  // namespace

PickleRun::PickleRun(ValueTree &tree, SharedValues &shared, const PickleMachine::Options &options, ByteStream &stream)
    : m_tree(tree), m_shared(shared), m_options(options), m_stream(stream)
{
}

Result<Unpickled> PickleRun::run()
{
    if (m_options.progress && m_options.progress->total.load() == 0)
        m_options.progress->total.store(m_stream.file()->size().value);
    do {
        if (!checkLimits())
            return *m_error;
        for (std::uint32_t i = 0; i < kOpcodesPerCheck && !m_stopped; ++i)
            if (!step())
                return unfinished();
    } while (!m_stopped);
    if (!checkLimits())
        return *m_error;
    return Unpickled{m_stack.top(), neededProtocol(), m_stream.position(), std::nullopt};
}

Result<Unpickled> PickleRun::unfinished()
{
    const Error error = *m_error;
    if (!m_options.keepUnfinished || error.code == ErrorCode::Cancelled || error.code == ErrorCode::TooLarge)
        return error;
    const std::optional<ValueId> root = unwind();
    if (!root)
        return error;
    return Unpickled{*root, neededProtocol(), m_stream.position(), error};
}

int PickleRun::neededProtocol() const
{
    int needed = m_protocol;
    for (std::size_t code = 0; code < m_seen.size(); ++code)
        if (m_seen[code])
            needed = std::max(needed, static_cast<int>(opcodeInfo(static_cast<Opcode>(code)).protocol));
    return needed;
}

bool PickleRun::step()
{
    m_at = m_stream.position();
    const char *code = m_stream.takeBuffered(1);
    if (!code) {
        const auto bytes = m_stream.take({1});
        if (!bytes) {
            const Error &error = bytes.error();
            m_error = error;
            if (error.code == ErrorCode::Truncated)
                m_error->detail = fmt::format("pickle: ends at byte {} without STOP", m_at.value);
            return false;
        }
        code = bytes->data();
    }
    m_opcode = static_cast<Opcode>(static_cast<unsigned char>(*code));
    m_seen[static_cast<std::size_t>(m_opcode)] = true;
    return (this->*kHandlers[static_cast<std::size_t>(m_opcode)].load)();
}

bool PickleRun::checkLimits()
{
    const Limits &limits = m_options.limits;
    if (m_options.progress)
        m_options.progress->done.store(m_stream.position().value);
    if (m_options.stop.stop_requested()) {
        m_error = Error{ErrorCode::Cancelled, "pickle: reading was stopped", m_stream.position(), {}, {}};
        return false;
    }
    const auto tooLarge = [this](std::string_view what) {
        m_error = Error{ErrorCode::TooLarge,
                        fmt::format("pickle: {} at byte {}", what, m_stream.position().value),
                        m_stream.position(),
                        {},
                        {}};
        return false;
    };
    constexpr std::uint64_t kSetNode = 48;  // what an entry of a std::set takes, about
    if (m_tree.memory().value + m_shared.memory().value + m_severalStates.size() * kSetNode > limits.treeBytes)
        return tooLarge("describes more values than fit in memory");
    if (m_stack.depth() > limits.stackDepth)
        return tooLarge("piles up too many unfinished values");
    if (m_memo.count() > limits.memo || m_memo.sparseCount() > limits.memo / kSparseShare)
        return tooLarge("memorises too many values");
    return true;
}

bool PickleRun::fail(ErrorCode code, std::string what)
{
    const std::string_view name = opcodeInfo(m_opcode).name;
    m_error = Error{code, fmt::format("pickle: {} at byte {} {}", name, m_at.value, what), m_at, {}, {}};
    return false;
}

bool PickleRun::fail(const Error &fromStream)
{
    fail(fromStream.code, "cannot be read: " + fromStream.detail);
    if (fromStream.at)
        m_error->at = fromStream.at;
    return false;
}

bool PickleRun::unknownOpcode()
{
    m_error = Error{
        ErrorCode::Corrupt,
        fmt::format("pickle: opcode 0x{:02x} at byte {} does not exist", static_cast<unsigned>(m_opcode), m_at.value),
        m_at,
        {},
        {}};
    return false;
}

}  // namespace waypoint
