// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/reader.h"
#include "core/pickle/value.h"
#include "core/tensor/tensor_ref.h"

#include <string>
#include <unordered_map>

namespace waypoint {

/// What the members `storages` and `tensors` of a tar of PyTorch before 0.1.10 say, by key.
struct TarParts
{
    struct Part
    {
        StorageIndex index = kNoStorage;
        std::int64_t offset = 0;  ///< of a view, in elements
    };
    std::unordered_map<std::string, Part> storages;
    std::unordered_map<std::string, TensorRef> tensors;
};

/// A key as text: persistent ids have the number as a string, the other members as a number.
[[nodiscard]] std::string tarKey(Value key);

/// Reads the member `storages`: a count; for each storage a pickle (key, device, class), the number of elements (8
/// bytes) and the elements, which are skipped; then a pickle of views [(key, key of the whole, offset, count)].
/// A member that ends early gives a warning. Errors: Corrupt, where its pickles cannot be understood.
Result<void> readTarStorages(const FilePtr &member, const std::string &label, const OpenOptions &options,
                             TarParts &parts, Checkpoint &into);

/// Reads the member `tensors`: a count; for each tensor a pickle (key, key of its storage, class), the number of
/// dimensions (4 bytes, then 4 unused ones), sizes, strides and the offset (8 bytes each).
Result<void> readTarTensors(const FilePtr &member, const std::string &label, const OpenOptions &options,
                            TarParts &parts, Checkpoint &into);

}  // namespace waypoint
