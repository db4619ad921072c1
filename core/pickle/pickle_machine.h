// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/limits.h"
#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/io/byte_stream.h"
#include "core/pickle/shared_values.h"
#include "core/pickle/value_tree.h"

#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

namespace waypoint {

/// What a pickle held.
struct Unpickled
{
    ValueId root;
    int protocol = 0;  ///< highest protocol it declares or needs
    ByteOffset end;    ///< just after STOP
    std::optional<Error> broken;  ///< why it ended before STOP; only with Options::keepUnfinished
};

/// Reads a pickle, protocols 0 to 5, every opcode, and builds values. It runs nothing and imports nothing:
/// a class is a name, REDUCE makes an Object that remembers what would have been called with what.
///
/// Formats: Python's Lib/pickletools.py describes every opcode; PEP 3154 (protocol 4), PEP 574 (protocol 5).
class PickleMachine
{
public:
    struct Options
    {
        Limits limits;
        std::stop_token stop;
        Progress *progress = nullptr;
        /// A pickle that breaks off gives what was built of its root until then, as if its open containers had been
        /// closed there; what was begun and needs more (a call, a key without a value) is left out.
        bool keepUnfinished = false;
    };

    /// Requires: `tree` outlives the machine.
    PickleMachine(ValueTree &tree, Options options) : m_tree(tree), m_options(std::move(options)), m_shared(tree) {}

    /// Reads from the stream's position up to STOP. Errors carry the byte and the opcode. Everything made until
    /// then stays in the tree, every name until then in globals().
    ///
    /// Persistent ids become Persistent nodes. Values are raw: call-made classes are Objects until
    /// resolveObjects() turns the known ones into what they stand for.
    Result<Unpickled> read(ByteStream &stream);

    /// Every use of a name, once per distinct name, in the order of the file; for all read() calls so far.
    [[nodiscard]] const std::vector<GlobalSite> &globals() const { return m_shared.sites(); }

private:
    ValueTree &m_tree;
    Options m_options;
    SharedValues m_shared;
};

}  // namespace waypoint
