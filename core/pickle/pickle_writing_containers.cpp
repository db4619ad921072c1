// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pickle/pickle_writing.h"
#include "core/pickle/value.h"

#include <iterator>

namespace waypoint {

void PickleWriting::writeContainer(ValueId id, ValueKind kind)
{
    switch (kind) {
    case ValueKind::List:
        m_tree.className(id) == "collections.deque" ? writeDeque(id) : writeList(id);
        break;
    case ValueKind::Tuple:
        writeTuple(id);
        break;
    case ValueKind::Dict:
        writeDict(id);
        break;
    case ValueKind::Set:
        writeSet(id);
        break;
    case ValueKind::Complex:
        enter(id);
        plan({global("__builtin__.complex"), value(m_tree.children(id)[0]), value(m_tree.children(id)[1]),
              op(Opcode::Tuple2), op(Opcode::Reduce), finish(id)});
        break;
    case ValueKind::Tensor:
        writeTensor(id);
        break;
    case ValueKind::Storage: {
        const StorageIndex index = m_tree.storageIndex(id);
        const DType dtype = m_tree.storages()[index].dtype;
        if (!checkTyped(id, index, dtype))
            break;
        writeStorage(index, dtype, isUntyped(index, dtype));
        remember(id);
        break;
    }
    case ValueKind::Array:
        writeArray(id);
        break;
    case ValueKind::Object:
        writeObject(id);
        break;
    default:  // Persistent
        enter(id);
        plan({value(m_tree.children(id)[0]), op(Opcode::BinPersId), finish(id)});
        break;
    }
}

void PickleWriting::writeList(ValueId id)
{
    m_out.op(Opcode::EmptyList);
    remember(id);
    plan({items(id, Opcode::Appends)});
}

/// deque((), maxlen), and the items
void PickleWriting::writeDeque(ValueId id)
{
    const ValueId longest = attribute(m_tree.attributes(id), "maxlen");
    enter(id);
    Steps steps{global("collections.deque")};
    if (longest.isValid())
        append(steps, {op(Opcode::EmptyTuple), value(longest), op(Opcode::Tuple2)});
    else
        append(steps, {op(Opcode::EmptyTuple)});
    append(steps, {op(Opcode::Reduce), finish(id), items(id, Opcode::Appends)});
    append(steps, build(attributesWithout(m_tree.attributes(id), "maxlen")));
    plan(std::move(steps));
}

void PickleWriting::writeTuple(ValueId id)
{
    constexpr Opcode kShort[] = {Opcode::EmptyTuple, Opcode::Tuple1, Opcode::Tuple2, Opcode::Tuple3};
    const auto children = m_tree.children(id);
    const std::string_view type = m_tree.className(id);
    const bool isShort = children.size() < std::size(kShort);
    if (children.empty() && type.empty()) {
        m_out.op(Opcode::EmptyTuple);
        return;
    }
    enter(id);
    Steps steps;
    if (!type.empty())  // torch.Size((2, 3))
        steps.push_back(global(std::string(type)));
    if (!isShort)
        steps.push_back(op(Opcode::Mark));
    for (const ValueId child : children)
        steps.push_back(value(child));
    steps.push_back(op(isShort ? kShort[children.size()] : Opcode::Tuple));
    if (!type.empty())
        append(steps, {op(Opcode::Tuple1), op(Opcode::Reduce)});
    steps.push_back(finish(id));
    plan(std::move(steps));
}

void PickleWriting::writeDict(ValueId id)
{
    const std::string_view type = m_tree.className(id);
    if (type.empty()) {
        m_out.op(Opcode::EmptyDict);
        remember(id);
        plan({items(id, Opcode::SetItems)});
        return;
    }
    const ValueId factory = attribute(m_tree.attributes(id), "default_factory");
    enter(id);
    Steps steps{global(std::string(type))};
    if (factory.isValid())
        append(steps, {value(factory), op(Opcode::Tuple1)});
    else
        append(steps, {op(Opcode::EmptyTuple)});
    append(steps, {op(Opcode::Reduce), finish(id), items(id, Opcode::SetItems)});
    append(steps, build(attributesWithout(m_tree.attributes(id), "default_factory")));
    plan(std::move(steps));
}

/// set([1, 2]) or frozenset([1, 2]): protocol 2 has no opcode for them.
void PickleWriting::writeSet(ValueId id)
{
    enter(id);
    plan({global(m_tree.className(id) == "frozenset" ? "__builtin__.frozenset" : "__builtin__.set"),
          op(Opcode::EmptyList), items(id, Opcode::Appends), op(Opcode::Tuple1), op(Opcode::Reduce), finish(id)});
}

void PickleWriting::writeObject(ValueId id)
{
    const ObjectValue &object = m_tree.object(id);
    if (!object.callable.isValid() || !object.args.isValid()) {
        fail(id, ErrorCode::Unsupported, "it is an object of which nobody knows how it was made");
        return;
    }
    enter(id);
    Steps steps;
    if (object.kwargs.isValid())  // NEWOBJ_EX came with protocol 4; this is what it stands for
        append(steps, {global("copy_reg.__newobj_ex__"), value(object.callable), value(object.args),
                       value(object.kwargs), op(Opcode::Tuple3), op(Opcode::Reduce)});
    else
        append(steps,
               {value(object.callable), value(object.args), op(object.newObject ? Opcode::NewObj : Opcode::Reduce)});
    steps.push_back(finish(id));
    if (object.listItems.isValid())
        steps.push_back(items(object.listItems, Opcode::Appends));
    if (object.dictItems.isValid())
        steps.push_back(items(object.dictItems, Opcode::SetItems));
    if (object.state.isValid())
        append(steps, {value(object.state), op(Opcode::Build)});
    plan(std::move(steps));
}

// --- attributes ---

ValueId PickleWriting::attribute(ValueId dict, std::string_view name) const
{
    return dict.isValid() ? Value(m_tree, dict)[name].id() : ValueId();
}

PickleWriting::Steps PickleWriting::attributesWithout(ValueId dict, std::string_view name) const
{
    if (!dict.isValid() || m_tree.kind(dict) != ValueKind::Dict)
        return {};
    if (!attribute(dict, name).isValid())
        return m_tree.children(dict).empty() ? Steps() : Steps{value(dict)};
    Steps steps{op(Opcode::EmptyDict), op(Opcode::Mark)};
    const auto pairs = m_tree.children(dict);
    for (std::size_t i = 0; i + 1 < pairs.size(); i += 2)
        if (Value(m_tree, pairs[i]).text() != name)
            append(steps, {value(pairs[i]), value(pairs[i + 1])});
    if (steps.size() == 2)
        return {};
    steps.push_back(op(Opcode::SetItems));
    return steps;
}

PickleWriting::Steps PickleWriting::build(Steps state)
{
    if (!state.empty())
        state.push_back(op(Opcode::Build));
    return state;
}

}  // namespace waypoint
