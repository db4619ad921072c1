// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pickle/value_copy.h"

#include <string>

namespace waypoint {

ValueId ValueCopy::copy(ValueId id)
{
    if (!id.isValid())
        return m_into.addNone();
    const ValueId made = shell(id);
    finish();
    return made.isValid() ? made : m_into.addNone();
}

void ValueCopy::finish()
{
    while (!m_open.empty()) {
        const ValueId next = m_open.back();
        m_open.pop_back();
        fill(next);
    }
}

/// The node without what it holds, so that depth is a list of work and not of calls.
ValueId ValueCopy::shell(ValueId id)
{
    if (m_made[id.index] != kUnknown)
        return m_made[id.index];
    const ValueChange change = m_change ? m_change(id) : ValueChange();
    ValueId made = change.with;
    if (change.act == ValueChange::Act::Drop)
        made = {};
    if (change.act == ValueChange::Act::Keep) {
        made = make(id);
        m_open.push_back(id);
    }
    m_made[id.index] = made;
    return made;
}

/// The same, and None where a dropped value leaves a gap.
ValueId ValueCopy::placeholder(ValueId id)
{
    const ValueId made = shell(id);
    return made.isValid() ? made : m_into.addNone();
}

ValueId ValueCopy::make(ValueId id)
{
    switch (m_from.kind(id)) {
    case ValueKind::None:
        return m_into.addNone();
    case ValueKind::Bool:
        return m_into.addBool(m_from.integer(id) != 0);
    case ValueKind::Int:
        return m_into.addInt(m_from.integer(id));
    case ValueKind::Float:
        return m_into.addFloat(m_from.real(id));
    case ValueKind::Object:
        return m_into.addObject({});
    case ValueKind::Tensor:
        return makeTensor(id);
    case ValueKind::Array:
        return makeArray(id);
    case ValueKind::Storage:
        return m_into.addStorageNode(storage(m_from.storageIndex(id)));
    case ValueKind::BigInt:
    case ValueKind::Str:
    case ValueKind::Bytes:
    case ValueKind::Global:
        return makeText(id);
    case ValueKind::Complex:
    case ValueKind::List:
    case ValueKind::Tuple:
    case ValueKind::Dict:
    case ValueKind::Set:
    case ValueKind::Persistent:
        break;
    }
    return m_into.addContainer(m_from.kind(id));
}

ValueId ValueCopy::makeText(ValueId id)
{
    const ValueKind kind = m_from.kind(id);
    if (const ExternalBytes *external = m_from.externalBytes(id))
        return m_into.addExternal(kind, *external);
    const std::string text(m_from.text(id));
    if (kind == ValueKind::BigInt)
        return m_into.addBigInt(text);
    if (kind == ValueKind::Global)
        return m_into.addGlobal({}, text);
    return kind == ValueKind::Str ? m_into.addStr(text) : m_into.addBytes(text);
}

ValueId ValueCopy::makeTensor(ValueId id)
{
    TensorValue tensor = m_from.tensor(id);
    tensor.attributes = {};
    tensor.parts = {};
    if (tensor.ref.storage != kNoStorage)
        tensor.ref.storage = storage(tensor.ref.storage);
    return m_into.addTensor(std::move(tensor));
}

ValueId ValueCopy::makeArray(ValueId id)
{
    ArrayValue array = m_from.array(id);
    if (array.data.isValid())
        array.data = placeholder(array.data);
    return m_into.addArray(std::move(array));
}

StorageIndex ValueCopy::storage(StorageIndex index)
{
    const auto [known, isNew] = m_storages.try_emplace(index, kNoStorage);
    if (isNew)
        known->second = m_into.addStorage(m_from.storages()[index]);
    return known->second;
}

void ValueCopy::fill(ValueId id)
{
    const ValueId made = m_made[id.index];
    fillItems(id, made);
    if (m_from.kind(id) == ValueKind::Object)
        return fillObject(id, made);
    if (m_from.kind(id) == ValueKind::Tensor) {
        const ValueId attributes = optionalShell(m_from.tensor(id).attributes);
        const ValueId parts = optionalShell(m_from.tensor(id).parts);
        m_into.tensor(made).attributes = attributes;
        m_into.tensor(made).parts = parts;
    }
    if (const std::string name(m_from.className(id)); !name.empty())
        m_into.setClassName(made, m_into.addGlobal({}, name));
    if (const ValueId attributes = m_from.attributes(id); attributes.isValid())
        if (const ValueId copy = shell(attributes); copy.isValid())
            m_into.setAttributes(made, copy);
}

void ValueCopy::fillItems(ValueId id, ValueId made)
{
    const ValueKind kind = m_from.kind(id);
    const std::span<const ValueId> items = m_from.children(id);
    std::vector<ValueId> children;
    children.reserve(items.size());
    if (kind == ValueKind::Dict) {
        for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
            const ValueId key = shell(items[i]);
            const ValueId value = key.isValid() ? shell(items[i + 1]) : ValueId();
            if (value.isValid())
                children.insert(children.end(), {key, value});
        }
    } else if (kind == ValueKind::Set) {
        for (const ValueId item : items)
            if (const ValueId copy = shell(item); copy.isValid())
                children.push_back(copy);
    } else {
        for (const ValueId item : items)
            children.push_back(placeholder(item));
    }
    if (!children.empty())
        m_into.append(made, children);
}

void ValueCopy::fillObject(ValueId id, ValueId made)
{
    const ObjectValue &from = m_from.object(id);
    ObjectValue object;
    if (from.callable.isValid())
        object.callable = placeholder(from.callable);
    if (from.args.isValid())
        object.args = placeholder(from.args);
    object.kwargs = optionalShell(from.kwargs);
    object.state = optionalShell(from.state);
    object.listItems = optionalShell(from.listItems);
    object.dictItems = optionalShell(from.dictItems);
    object.display = optionalShell(from.display);
    object.newObject = from.newObject;
    m_into.object(made) = object;
    // A callable that is made after its object is not looked at for the name.
    if (object.callable.isValid() && m_into.kind(object.callable) == ValueKind::Global)
        m_into.setClassName(made, object.callable);
}

}  // namespace waypoint
