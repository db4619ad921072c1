// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/base/units.h"

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

namespace waypoint {

/// What a thread reads blocks into.
using BlockBuffers = std::array<std::vector<std::byte>, 3>;

/// Work on a tensor, or on several side by side, in blocks that any threads do.
class BlockTask
{
public:
    virtual ~BlockTask() = default;

    /// 0 where there is nothing to read: the result is ready.
    [[nodiscard]] virtual std::size_t blocks() const = 0;
    /// A tensor that is not contiguous is one block, which may take tens of megabytes: large ones are worked on one at
    /// a time.
    [[nodiscard]] virtual bool isStrided() const = 0;
    [[nodiscard]] virtual ByteCount bytesOf(std::size_t block) const = 0;
    /// Works on a block that nobody else has; whether it was the last one. A cancelled block counts as none.
    virtual bool run(std::size_t block, const std::stop_token &stop, BlockBuffers &buffers) = 0;
    /// All blocks have been worked on. One call at a time over all tasks.
    virtual void deliver() = 0;
};

/// Opens the task of an index: asked once for each, from any of the threads, when it is its turn.
using BlockTaskAt = std::function<std::shared_ptr<BlockTask>(std::size_t index)>;

/// Does many tasks on up to `threads` threads (0: all cores), the calling one among them; the blocks of large ones are
/// shared by several threads. `progress` counts bytes. Cancelled within one block, with tasks that are not delivered.
Result<void> runBlockTasks(std::size_t count, const BlockTaskAt &taskAt, const std::stop_token &stop, unsigned threads,
                           Progress *progress);

}  // namespace waypoint
