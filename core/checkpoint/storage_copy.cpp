// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/storage_copy.h"

#include "core/base/printable.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace waypoint {

namespace {

constexpr std::size_t kBlock = 1u << 20;

/// Turns each unit of `size` bytes round.
void swapUnits(std::span<std::byte> bytes, std::size_t size)
{
    for (std::size_t at = 0; size > 1 && at + size <= bytes.size(); at += size)
        std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                     bytes.begin() + static_cast<std::ptrdiff_t>(at + size));
}

Error missing(const Storage &storage, std::uint64_t have)
{
    return {ErrorCode::Truncated,
            fmt::format("of storage '{}' there are {} of {} bytes", printable(storage.key), have, storage.bytes.value),
            {},
            "Its tensors are incomplete in the file they come from; salvage writes what is left.",
            {}};
}

}  // namespace

Result<void> copyStorage(const Storage &storage, const std::stop_token &stop, const ByteSink &sink)
{
    if (storage.bytes.value == 0)
        return {};
    if (!storage.source)
        return missing(storage, 0);
    const Result<FilePtr> source = storage.source->open(storage.record);
    if (!source)
        return source.error();
    std::vector<std::byte> buffer(static_cast<std::size_t>(std::min<std::uint64_t>(kBlock, storage.bytes.value)));
    for (std::uint64_t at = 0; at < storage.bytes.value; at += buffer.size()) {
        if (stop.stop_requested())
            return Error{ErrorCode::Cancelled, "stopped"};
        const std::span block(buffer.data(), std::min<std::uint64_t>(buffer.size(), storage.bytes.value - at));
        const Result<std::size_t> got = (*source)->readAt({at}, block);
        if (!got)
            return got.error();
        if (*got < block.size())
            return missing(storage, at + *got);
        if (storage.bigEndian)
            swapUnits(block, dtypeSwapUnit(storage.dtype));
        if (Result<void> taken = sink(block); !taken)
            return taken;
    }
    return {};
}

}  // namespace waypoint
