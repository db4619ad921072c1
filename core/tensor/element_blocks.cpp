// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/element_blocks.h"

#include "core/io/sha256.h"
#include "core/tensor/contiguous_blocks.h"
#include "core/tensor/strided_gather.h"

#include <algorithm>
#include <new>
#include <vector>

namespace waypoint {

namespace {

constexpr std::size_t kBlock = 1u << 20;

Result<void> readContiguous(const TensorRef &tensor, const Storage &storage, const std::stop_token &stop,
                            const ElementSink &sink)
{
    const auto blocks = ContiguousBlocks::open(tensor, storage);
    if (!blocks)
        return blocks.error();
    std::vector<std::byte> buffer;
    for (std::size_t i = 0; i < blocks->count(); ++i) {
        if (stop.stop_requested())
            return Error{ErrorCode::Cancelled};
        const auto block = blocks->read(i, buffer);
        if (!block)
            return block.error();
        sink(*block);
    }
    return {};
}

Result<void> readStrided(const TensorRef &tensor, const Storage &storage, const std::stop_token &stop,
                         const ElementSink &sink)
{
    const auto bytes = StorageBytes::open(storage);
    if (!bytes)
        return bytes.error();
    if (auto held = bytes->checkHolds(*tensor.storageRange()); !held)
        return held;
    const ElementMeaning meaning(tensor, storage);
    StridedGather gather(tensor, [&](ByteOffset at, std::span<std::byte> into) { return bytes->read(at, into); });
    return gather.run(stop, [&](std::span<std::byte> band) -> Result<void> {
        while (!band.empty()) {
            if (stop.stop_requested())
                return Error{ErrorCode::Cancelled};
            const auto part = band.first(std::min(band.size(), kBlock));
            meaning.apply(part);
            sink(part);
            band = band.subspan(part.size());
        }
        return {};
    });
}

}  // namespace

Result<void> forEachBlock(const TensorRef &tensor, const Storage &storage, const std::stop_token &stop,
                          const ElementSink &sink)
{
    try {
        if (auto readable = checkElementsReadable(tensor); !readable)
            return readable;
        // An empty tensor has all its elements wherever its storage is.
        if (tensor.elementCount() == 0)
            return {};
        return tensor.isContiguous() ? readContiguous(tensor, storage, stop, sink)
                                     : readStrided(tensor, storage, stop, sink);
    } catch (const std::bad_alloc &) {
        return Error{ErrorCode::TooLarge, "there is not enough memory to read a tensor"};
    }
}

Result<void> copyElements(const TensorRef &tensor, const Storage &storage, const std::stop_token &stop,
                          const CheckedElementSink &sink)
{
    std::stop_source enough;
    const std::stop_callback forward(stop, [&enough] { enough.request_stop(); });
    Result<void> taken;
    const auto read = forEachBlock(tensor, storage, enough.get_token(), [&](std::span<const std::byte> block) {
        if (!taken)
            return;
        taken = sink(block);
        // What is not taken need not be read.
        if (!taken)
            enough.request_stop();
    });
    return taken ? read : taken;
}

Result<std::string> sha256OfElements(const TensorRef &tensor, const Storage &storage, const std::stop_token &stop)
{
    Sha256 hash;
    auto read = forEachBlock(tensor, storage, stop, [&](std::span<const std::byte> block) { hash.update(block); });
    if (!read)
        return read.error();
    auto digest = hash.hexDigest();
    if (digest.empty())
        return Error{ErrorCode::Unsupported, "this system's cryptography library offers no SHA-256"};
    return digest;
}

}  // namespace waypoint
