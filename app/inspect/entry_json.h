// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/inspect/element_hasher.h"
#include "app/inspect/json_output.h"
#include "core/checkpoint/checkpoint.h"

#include <string_view>

namespace waypoint {

/// The name of a row's kind on the command line: "tensor", "int", "dict", "array", ...
[[nodiscard]] std::string_view kindName(ValueKind kind);

/// Why nothing is shown below a row, as the command line says it; empty where nothing is left out.
[[nodiscard]] std::string_view cutName(EntryTree::Cut cut);

/// Device as saved: of the storage, or of the parts of a tensor that has none. Empty where the file names none.
[[nodiscard]] std::string_view deviceOf(const ValueTree &values, ValueId tensor);

/// Bytes of a tensor's elements; of its parts where it is sparse or has no storage of its own.
[[nodiscard]] ByteCount bytesOf(const ValueTree &values, ValueId tensor);

/// Writes the objects of `entries`.
class EntryJson
{
public:
    /// `hasher` may be null: then nothing is hashed. Requires: all outlive this.
    EntryJson(const Checkpoint &checkpoint, ElementHasher *hasher, JsonWriter &json);

    /// `pathJson` is the row's path as a JSON list.
    void write(EntryId id, std::string_view pathJson);

private:
    void writeValue(ValueId id);
    void writeStr(ValueId id);
    void writeBytes(ValueId id);
    void writeTensor(ValueId id);
    void writeView(const TensorRef &ref);
    void writeQuantizer(const Quantizer &quantizer);
    void writeStorage(StorageIndex index);
    void writeArray(ValueId id);
    void writeAttributes(ValueId dict);
    void writeHash(ValueId id);

    const Checkpoint &m_checkpoint;
    const ValueTree &m_values;
    ElementHasher *m_hasher;
    JsonWriter &m_json;
};

}  // namespace waypoint
