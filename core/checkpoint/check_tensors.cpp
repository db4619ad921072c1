// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/check_tensors.h"

#include "core/base/checked.h"

#include <fmt/format.h>

namespace waypoint {

namespace {

// Warnings of one kind that are written out; the rest is counted.
constexpr std::size_t kNamed = 5;

struct Findings
{
    std::size_t tensors = 0;            ///< rows that look at a storage
    std::vector<EntryId> withoutBytes;  ///< rows whose storage is not in the file, the first kNamed
    std::vector<EntryId> outOfBounds;   ///< rows whose view leaves the storage, the first kNamed
    std::size_t withoutBytesCount = 0;
    std::size_t outOfBoundsCount = 0;
};

bool leavesStorage(const TensorRef &tensor, const Storage &storage)
{
    const auto span = tensor.elementSpan();
    if (!span || span->first < 0 || span->second < span->first)
        return true;
    // quint4x2 packs two values into a byte.
    const auto bits = checkedMul<std::uint64_t>(static_cast<std::uint64_t>(span->second), dtypeBits(tensor.dtype));
    return !bits || *bits / 8 + (*bits % 8 != 0) > storage.bytes.value;
}

// Meta tensors and wrapper subclasses were saved without data; there is only a device to show.
bool hasNoDataByNature(const TensorRef &tensor, const Storage &storage)
{
    return tensor.layout != TensorLayout::Strided || storage.device == "meta";
}

Findings examine(const Checkpoint &checkpoint)
{
    Findings found;
    for (EntryId id = 0; id < checkpoint.entries.size(); ++id) {
        const ValueId value = checkpoint.entries[id].value;
        if (!value.isValid() || checkpoint.values.kind(value) != ValueKind::Tensor)
            continue;
        const TensorRef &tensor = checkpoint.values.tensor(value).ref;
        if (tensor.storage == kNoStorage)
            continue;
        const Storage &storage = checkpoint.values.storages()[tensor.storage];
        if (hasNoDataByNature(tensor, storage))
            continue;
        ++found.tensors;
        if (leavesStorage(tensor, storage) && found.outOfBoundsCount++ < kNamed)
            found.outOfBounds.push_back(id);
        if (!storage.present && tensor.elementCount() != 0 && found.withoutBytesCount++ < kNamed)
            found.withoutBytes.push_back(id);
    }
    return found;
}

const Storage &storageOf(const Checkpoint &checkpoint, EntryId entry)
{
    return checkpoint.values.storages()[checkpoint.values.tensor(checkpoint.entries[entry].value).ref.storage];
}

std::string nameOf(const Checkpoint &checkpoint, EntryId entry)
{
    return entry == kRootEntry ? std::string("The tensor") : fmt::format("'{}'", checkpoint.entries.pathText(entry));
}

void warnAboutBytes(const Findings &found, Checkpoint &checkpoint)
{
    if (found.withoutBytesCount == found.tensors && found.tensors > 1) {
        checkpoint.warnings.push_back(
            {fmt::format("None of the {} tensors has its data in this file: names, shapes and types are shown, values "
                         "are not.",
                         found.tensors),
             kNoEntry});
        return;
    }
    for (const EntryId entry : found.withoutBytes)
        checkpoint.warnings.push_back({fmt::format("{} has no data here: storage '{}' ({} bytes) is missing or "
                                                   "cut short.",
                                                   nameOf(checkpoint, entry), storageOf(checkpoint, entry).key,
                                                   storageOf(checkpoint, entry).bytes.value),
                                       entry});
    if (found.withoutBytesCount > kNamed)
        checkpoint.warnings.push_back(
            {fmt::format("In all, {} of {} tensors have no data in this file.", found.withoutBytesCount, found.tensors),
             kNoEntry});
}

void warnAboutViews(const Findings &found, Checkpoint &checkpoint)
{
    for (const EntryId entry : found.outOfBounds)
        checkpoint.warnings.push_back(
            {fmt::format("{} reaches beyond its storage '{}' of {} bytes; its values cannot be shown.",
                         nameOf(checkpoint, entry), storageOf(checkpoint, entry).key,
                         storageOf(checkpoint, entry).bytes.value),
             entry});
    if (found.outOfBoundsCount > kNamed)
        checkpoint.warnings.push_back(
            {fmt::format("In all, {} tensors reach beyond their storage.", found.outOfBoundsCount), kNoEntry});
}

}  // namespace

void checkTensors(Checkpoint &checkpoint)
{
    const Findings found = examine(checkpoint);
    if (found.withoutBytesCount > 0)
        warnAboutBytes(found, checkpoint);
    if (found.outOfBoundsCount > 0)
        warnAboutViews(found, checkpoint);
}

}  // namespace waypoint
