// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/salvage/byte_sum.h"

#include "core/checkpoint/salvage/parallel_for.h"

#include <algorithm>
#include <new>
#include <span>
#include <vector>

#include <zlib.h>

namespace waypoint {

namespace {

constexpr std::uint64_t kBlock = 1u << 20;

std::uint64_t zerosAtEnd(std::span<const std::byte> bytes)
{
    const auto last = std::find_if(bytes.rbegin(), bytes.rend(), [](std::byte byte) { return byte != std::byte{0}; });
    return static_cast<std::uint64_t>(last - bytes.rbegin());
}

ByteSum sumOfBlock(const RandomAccessFile &file, ByteRange range)
{
    thread_local std::vector<std::byte> buffer;
    buffer.resize(static_cast<std::size_t>(range.length.value));
    const auto got = file.readAt(range.start, buffer);
    if (!got)
        return {.error = got.error()};
    const std::span<const std::byte> bytes = std::span(buffer).first(*got);
    const auto crc = crc32_z(0, reinterpret_cast<const Bytef *>(bytes.data()), bytes.size());
    return {.crc = static_cast<std::uint32_t>(crc), .length = {bytes.size()}, .zeros = zerosAtEnd(bytes)};
}

void add(ByteSum &sum, const ByteSum &next)
{
    sum.crc = static_cast<std::uint32_t>(crc32_combine(sum.crc, next.crc, static_cast<z_off_t>(next.length.value)));
    sum.length.value += next.length.value;
    sum.zeros = next.zeros == next.length.value ? sum.zeros + next.zeros : next.zeros;
}

}  // namespace

ByteSum sumOf(const RandomAccessFile &file, ByteCount length, unsigned threads, const std::stop_token &stop)
{
    const std::uint64_t end = std::min(length.value, file.size().value);
    std::vector<ByteSum> blocks(static_cast<std::size_t>((end + kBlock - 1) / kBlock));
    parallelFor(blocks.size(), threads, [&](std::size_t i) {
        if (!stop.stop_requested())
            blocks[i] = sumOfBlock(file, {{i * kBlock}, {std::min(kBlock, end - i * kBlock)}});
    });
    ByteSum whole;
    for (const ByteSum &block : blocks) {
        if (block.error) {
            whole.error = block.error;
            break;
        }
        add(whole, block);
        if (block.length.value < kBlock)
            break;
    }
    return whole;
}

}  // namespace waypoint
