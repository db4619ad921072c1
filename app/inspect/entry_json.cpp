// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/inspect/entry_json.h"

#include "app/inspect/array_elements.h"
#include "core/pickle/value_bytes.h"
#include "core/base/checked.h"
#include "core/pickle/value_text.h"

#include <string>

namespace waypoint {

namespace {

// Longer texts are named by their length: nobody reads them in a list, and a file may hold thousands.
constexpr ByteCount kLongestText{16u << 20};
constexpr ByteCount kLongestBytesLiteral{4096};
constexpr TextLimits kAttributeText{.characters = 4000, .items = 100, .depth = 6};
constexpr TextLimits kLiteralText{.characters = 20'000, .items = 100, .depth = 6};

bool hasOwnElements(const TensorRef &ref) { return ref.layout == TensorLayout::Strided && ref.storage != kNoStorage; }

}  // namespace

std::string_view kindName(ValueKind kind)
{
    switch (kind) {
    case ValueKind::None:
        return "none";
    case ValueKind::Bool:
        return "bool";
    case ValueKind::Int:
    case ValueKind::BigInt:
        return "int";
    case ValueKind::Float:
        return "float";
    case ValueKind::Complex:
        return "complex";
    case ValueKind::Str:
        return "str";
    case ValueKind::Bytes:
        return "bytes";
    case ValueKind::List:
        return "list";
    case ValueKind::Tuple:
        return "tuple";
    case ValueKind::Dict:
        return "dict";
    case ValueKind::Set:
        return "set";
    case ValueKind::Tensor:
        return "tensor";
    case ValueKind::Storage:
        return "storage";
    case ValueKind::Array:
        return "array";
    case ValueKind::Object:
        return "object";
    case ValueKind::Global:
        return "global";
    case ValueKind::Persistent:
        return "persistent";
    }
    return "object";
}

std::string_view cutName(EntryTree::Cut cut)
{
    switch (cut) {
    case EntryTree::Cut::No:
        return "";
    case EntryTree::Cut::ContainsItself:
        return "contains itself";
    case EntryTree::Cut::ShownElsewhere:
        return "shown elsewhere";
    case EntryTree::Cut::TooDeep:
        return "too deep";
    case EntryTree::Cut::TooMany:
        return "too many";
    }
    return "";
}

std::string_view deviceOf(const ValueTree &values, ValueId tensor)
{
    const TensorValue &value = values.tensor(tensor);
    if (value.ref.storage != kNoStorage)
        return values.storages()[value.ref.storage].device;
    if (!value.parts.isValid() || values.kind(value.parts) != ValueKind::Dict)
        return {};
    for (const ValueId part : values.children(value.parts))
        if (values.kind(part) == ValueKind::Tensor && values.tensor(part).ref.storage != kNoStorage)
            return values.storages()[values.tensor(part).ref.storage].device;
    return {};
}

ByteCount bytesOf(const ValueTree &values, ValueId tensor)
{
    const TensorValue &value = values.tensor(tensor);
    if (value.ref.layout == TensorLayout::Strided || !value.parts.isValid()
        || values.kind(value.parts) != ValueKind::Dict)
        return value.ref.byteCount();
    ByteCount sum;
    for (const ValueId part : values.children(value.parts))
        if (values.kind(part) == ValueKind::Tensor)
            sum.value = checkedAdd(sum.value, values.tensor(part).ref.byteCount().value).value_or(sum.value);
    return sum;
}

EntryJson::EntryJson(const Checkpoint &checkpoint, ElementHasher *hasher, JsonWriter &json)
    : m_checkpoint(checkpoint), m_values(checkpoint.values), m_hasher(hasher), m_json(json)
{
}

void EntryJson::write(EntryId id, std::string_view pathJson)
{
    const ValueId value = m_checkpoint.entries[id].value;
    m_json.beginObject();
    m_json.key("path");
    m_json.json(pathJson);
    m_json.key("kind");
    if (!value.isValid()) {
        m_json.text("none");
        m_json.endObject();
        return;
    }
    m_json.text(kindName(m_values.kind(value)));
    if (const std::string_view name = m_values.className(value); !name.empty()) {
        m_json.key("class");
        m_json.text(name);
    }
    writeValue(value);
    if (const std::string_view cut = cutName(m_checkpoint.entries.cut(id)); !cut.empty()) {
        m_json.key("cut");
        m_json.text(cut);
    }
    m_json.endObject();
}

void EntryJson::writeValue(ValueId id)
{
    const ValueKind kind = m_values.kind(id);
    switch (kind) {
    case ValueKind::None:
        break;
    case ValueKind::Bool:
        m_json.key("value");
        m_json.boolean(m_values.integer(id) != 0);
        break;
    case ValueKind::Int:
        m_json.key("value");
        m_json.integer(m_values.integer(id));
        break;
    case ValueKind::Float:
        m_json.key("value");
        m_json.number(m_values.real(id));
        break;
    case ValueKind::BigInt:
    case ValueKind::Global:
        m_json.key("value");
        m_json.text(m_values.text(id));
        break;
    case ValueKind::Complex:
    case ValueKind::Persistent:
        m_json.key("value");
        m_json.text(pythonText({m_values, id}, kLiteralText));
        break;
    case ValueKind::Str:
        writeStr(id);
        break;
    case ValueKind::Bytes:
        writeBytes(id);
        break;
    case ValueKind::List:
    case ValueKind::Tuple:
    case ValueKind::Set:
    case ValueKind::Dict:
        m_json.key("count");
        m_json.count(Value(m_values, id).count());
        writeAttributes(m_values.attributes(id));
        break;
    case ValueKind::Tensor:
        writeTensor(id);
        break;
    case ValueKind::Storage:
        writeStorage(m_values.storageIndex(id));
        break;
    case ValueKind::Array:
        writeArray(id);
        break;
    case ValueKind::Object:
        if (const ValueId display = m_values.object(id).display; display.isValid()) {
            m_json.key("value");
            m_json.text(m_values.text(display));
        }
        break;
    }
}

void EntryJson::writeStr(ValueId id)
{
    const Result<std::string> text = bytesOf(m_values, id, kLongestText);
    if (!text) {
        m_json.key("bytes");
        m_json.count(m_values.byteLength(id).value);
        return;
    }
    m_json.key("value");
    m_json.text(*text);
}

void EntryJson::writeBytes(ValueId id)
{
    const ByteCount length = m_values.byteLength(id);
    m_json.key("bytes");
    m_json.count(length.value);
    if (length <= kLongestBytesLiteral) {
        m_json.key("value");
        m_json.text(pythonText({m_values, id}, kLiteralText));
    }
    writeHash(id);
}

void EntryJson::writeTensor(ValueId id)
{
    const TensorValue &tensor = m_values.tensor(id);
    m_json.key("dtype");
    m_json.text(dtypeName(tensor.ref.dtype));
    m_json.key("shape");
    m_json.integers(tensor.ref.shape.dims());
    if (tensor.ref.layout == TensorLayout::Strided) {
        m_json.key("stride");
        m_json.integers(tensor.ref.strides.dims());
    } else {
        m_json.key("layout");
        m_json.text(layoutName(tensor.ref.layout));
    }
    if (const std::string_view device = deviceOf(m_values, id); !device.empty()) {
        m_json.key("device");
        m_json.text(device);
    }
    m_json.key("bytes");
    m_json.count(bytesOf(m_values, id).value);
    if (tensor.ref.parameter) {
        m_json.key("parameter");
        m_json.boolean(true);
    }
    m_json.key("requires_grad");
    m_json.boolean(tensor.ref.requiresGrad);
    writeView(tensor.ref);
    if (tensor.quantized)
        writeQuantizer(tensor.quantizer);
    writeAttributes(tensor.attributes);
    if (hasOwnElements(tensor.ref))
        writeHash(id);
}

void EntryJson::writeView(const TensorRef &ref)
{
    if (ref.storage == kNoStorage)
        return;
    // The index tells which tensors share bytes; the key is the record's name in the container.
    const Storage &storage = m_values.storages()[ref.storage];
    m_json.key("offset");
    m_json.integer(ref.offset);
    m_json.key("storage");
    m_json.beginObject();
    m_json.key("index");
    m_json.integer(ref.storage);
    m_json.key("key");
    m_json.text(storage.key);
    m_json.key("bytes");
    m_json.count(storage.bytes.value);
    m_json.endObject();
    if (!storage.present && storage.device != "meta") {
        m_json.key("missing");
        m_json.boolean(true);
    }
    if (ref.conjugate) {
        m_json.key("conjugate");
        m_json.boolean(true);
    }
    if (ref.negative) {
        m_json.key("negative");
        m_json.boolean(true);
    }
}

void EntryJson::writeQuantizer(const Quantizer &quantizer)
{
    m_json.key("quantizer");
    m_json.beginObject();
    m_json.key("scheme");
    m_json.text(quantizer.perChannel ? "per_channel" : "per_tensor");
    if (quantizer.perChannel) {
        m_json.key("axis");
        m_json.integer(quantizer.axis);
    } else {
        m_json.key("scale");
        m_json.number(quantizer.scale);
        m_json.key("zero_point");
        m_json.integer(quantizer.zeroPoint);
    }
    m_json.endObject();
}

void EntryJson::writeStorage(StorageIndex index)
{
    const Storage &storage = m_values.storages()[index];
    m_json.key("dtype");
    m_json.text(dtypeName(storage.dtype));
    m_json.key("device");
    m_json.text(storage.device);
    m_json.key("bytes");
    m_json.count(storage.bytes.value);
    m_json.key("storage");
    m_json.beginObject();
    m_json.key("index");
    m_json.integer(index);
    m_json.key("key");
    m_json.text(storage.key);
    m_json.endObject();
}

void EntryJson::writeArray(ValueId id)
{
    const ArrayValue &array = m_values.array(id);
    m_json.key("dtype");
    m_json.text(array.dtype);
    m_json.key("shape");
    m_json.integers(array.shape.dims());
    if (!array.data.isValid() || m_values.kind(array.data) != ValueKind::Bytes)
        return;
    m_json.key("bytes");
    m_json.count(m_values.byteLength(array.data).value);
    if (array.fortranOrder) {
        m_json.key("fortran_order");
        m_json.boolean(true);
    }
    if (const std::string values = smallArrayJson(m_values, array); !values.empty()) {
        m_json.key("value");
        m_json.json(values);
    }
    writeHash(id);
}

void EntryJson::writeAttributes(ValueId dict)
{
    if (!dict.isValid() || m_values.kind(dict) != ValueKind::Dict)
        return;
    const Value attributes(m_values, dict);
    m_json.key("attributes");
    m_json.beginObject();
    for (std::size_t i = 0; i < attributes.count(); ++i) {
        m_json.key(keyText(attributes.key(i)));
        m_json.text(pythonText(attributes.at(i), kAttributeText));
    }
    m_json.endObject();
}

void EntryJson::writeHash(ValueId id)
{
    if (!m_hasher)
        return;
    const std::string hash = m_hasher->sha256(id);
    if (hash.empty())
        return;
    m_json.key("sha256");
    m_json.text(hash);
}

}  // namespace waypoint
