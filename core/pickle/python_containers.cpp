// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pickle/pickle_text.h"
#include "core/pickle/python_types.h"
#include "core/pickle/value_text.h"

#include <array>
#include <vector>

namespace waypoint {

namespace {

/// Of a display that is put together from arguments.
constexpr TextLimits kBrief{.characters = 120, .items = 8, .depth = 2};

// --- items ---

/// Whether every item of a list or tuple is a pair, as dict() takes them.
bool holdsPairs(const PythonTypes &types, Value items)
{
    for (const ValueId item : types.tree().children(items.id())) {
        const Value pair = types.value(item);
        if ((!pair.is(ValueKind::Tuple) && !pair.is(ValueKind::List)) || pair.count() != 2)
            return false;
    }
    return true;
}

bool isSequence(Value value)
{
    return value.is(ValueKind::List) || value.is(ValueKind::Tuple) || value.is(ValueKind::Set);
}

/// Keys and values that dict(argument) would start with; nothing where `argument` says something else.
std::optional<std::vector<ValueId>> dictContent(PythonTypes &types, Value argument)
{
    std::vector<ValueId> content;
    if (!argument.isValid())
        return content;
    const auto children = types.tree().children(argument.id());
    if (!types.spend(children.size()))
        return std::nullopt;
    if (argument.is(ValueKind::Dict))
        return std::vector<ValueId>(children.begin(), children.end());
    if (!isSequence(argument) || !holdsPairs(types, argument))
        return std::nullopt;
    content.reserve(2 * children.size());
    for (const ValueId item : children)
        for (const ValueId part : types.tree().children(item))
            content.push_back(part);
    return content;
}

/// The Object becomes the Dict that its argument `at` and its items make.
bool becomeDict(PythonTypes &types, ValueId object, std::size_t at)
{
    const ObjectValue parts = types.object(object);
    auto content = dictContent(types, types.argument(object, at));
    if (!content)
        return false;
    ValueTree &tree = types.tree();
    if (content->empty() && parts.dictItems.isValid()) {
        tree.becomeCopyOf(object, parts.dictItems);
    } else {
        if (parts.dictItems.isValid()) {
            const auto items = tree.children(parts.dictItems);
            content->insert(content->end(), items.begin(), items.end());
        }
        tree.becomeContainer(object, ValueKind::Dict, *content);
    }
    types.keepStateAsAttributes(object, parts.state);
    return true;
}

/// The Object becomes the List, Tuple or Set that its first argument and its items make.
bool becomeSequence(PythonTypes &types, ValueId object, ValueKind kind)
{
    const ObjectValue parts = types.object(object);
    const Value argument = types.argument(object, 0);
    if (argument.isValid() && !isSequence(argument))
        return false;
    ValueTree &tree = types.tree();
    std::vector<ValueId> content;
    for (const ValueId part : {argument.id(), parts.listItems}) {
        if (!part.isValid())
            continue;
        const auto items = tree.children(part);
        if (!types.spend(items.size()))
            return false;
        content.insert(content.end(), items.begin(), items.end());
    }
    tree.becomeContainer(object, kind, content);
    types.keepStateAsAttributes(object, parts.state);
    return true;
}

void addAttribute(PythonTypes &types, ValueId object, std::string_view name, ValueId value)
{
    ValueTree &tree = types.tree();
    std::vector<ValueId> content{types.className(name), value};
    if (const ValueId before = tree.attributes(object); before.isValid()) {
        const auto items = tree.children(before);
        if (!types.spend(items.size()))
            return;
        content.insert(content.end(), items.begin(), items.end());
    }
    tree.setAttributes(object, tree.addContainer(ValueKind::Dict, content));
}

// --- collections ---

void resolveOrderedDict(PythonTypes &types, ValueId object)
{
    const ValueId name = types.object(object).callable;
    if (types.argumentCount(object) <= 1 && becomeDict(types, object, 0))
        types.tree().setClassName(object, name);
}

void resolveDefaultDict(PythonTypes &types, ValueId object)
{
    const ObjectValue parts = types.object(object);
    const Value factory = types.argument(object, 0);
    if (types.argumentCount(object) > 2 || !becomeDict(types, object, 1))
        return;
    types.tree().setClassName(object, parts.callable);
    if (factory.isValid() && factory.kind() != ValueKind::None)
        addAttribute(types, object, "default_factory", factory.id());
}

void resolveDeque(PythonTypes &types, ValueId object)
{
    const ObjectValue parts = types.object(object);
    const Value longest = types.argument(object, 1);
    if (types.argumentCount(object) > 2 || !becomeSequence(types, object, ValueKind::List))
        return;
    types.tree().setClassName(object, parts.callable);
    if (longest.isValid() && longest.kind() != ValueKind::None)
        addAttribute(types, object, "maxlen", longest.id());
}

// --- builtins ---

void resolveDict(PythonTypes &types, ValueId object)
{
    if (types.argumentCount(object) <= 1)
        becomeDict(types, object, 0);
}

template<ValueKind kind>
void resolveSequence(PythonTypes &types, ValueId object)
{
    if (types.argumentCount(object) <= 1)
        becomeSequence(types, object, kind);
}

void resolveFrozenSet(PythonTypes &types, ValueId object)
{
    if (types.argumentCount(object) <= 1 && becomeSequence(types, object, ValueKind::Set))
        types.tree().setClassName(object, types.className("frozenset"));
}

bool isLatin1(Value encoding)
{
    for (const std::string_view name : {"latin1", "latin-1", "iso-8859-1", "iso8859-1", "latin_1"})
        if (encoding.text() == name)
            return true;
    return false;
}

bool isPlainUtf8(Value encoding)
{
    return encoding.text() == "utf-8" || encoding.text() == "utf8" || encoding.text() == "ascii";
}

/// The Object becomes the bytes of `text` in Latin-1: how protocols up to 2 write bytes in Python 3.
bool becomeLatin1(PythonTypes &types, ValueId object, Value text)
{
    ValueTree &tree = types.tree();
    if (const ExternalBytes *external = tree.externalBytes(text.id())) {
        ExternalBytes where = *external;
        where.latin1 = true;
        tree.becomeCopyOf(object, tree.addExternal(ValueKind::Bytes, std::move(where)));
        return true;
    }
    if (!types.spend(text.text().size()))
        return false;
    const auto bytes = latin1FromUtf8(text.text());
    if (!bytes)
        return false;
    tree.becomeCopyOf(object, bytes->size() == text.text().size() ? tree.addBytesOf(text.id()) : tree.addBytes(*bytes));
    return true;
}

void resolveEncode(PythonTypes &types, ValueId object)
{
    const Value text = types.argument(object, 0);
    const Value encoding = types.argument(object, 1);
    if (!text.is(ValueKind::Str))
        return;
    if (isLatin1(encoding))
        becomeLatin1(types, object, text);
    else if (isPlainUtf8(encoding) || types.argumentCount(object) == 1)
        types.tree().becomeCopyOf(object, types.tree().addBytesOf(text.id()));
}

/// bytes() and bytearray(): of nothing, of bytes, of text with its encoding.
void resolveBytes(PythonTypes &types, ValueId object)
{
    const bool isArray = types.tree().className(object).ends_with("bytearray");
    const Value content = types.argument(object, 0);
    ValueTree &tree = types.tree();
    if (!content.isValid())
        tree.becomeCopyOf(object, tree.addBytes({}));
    else if (content.is(ValueKind::Bytes))
        tree.becomeCopyOf(object, tree.addBytesOf(content.id()));
    else if (!content.is(ValueKind::Str))
        return;
    else if (isLatin1(types.argument(object, 1))) {
        if (!becomeLatin1(types, object, content))
            return;
    } else  // a str of Python 2
        tree.becomeCopyOf(object, tree.addBytesOf(content.id()));
    if (isArray)
        tree.setClassName(object, types.className("bytearray"));
}

void resolveComplex(PythonTypes &types, ValueId object)
{
    const Value real = types.argument(object, 0);
    const Value imaginary = types.argument(object, 1);
    if (types.argumentCount(object) != 2 || !real.number() || !imaginary.number())
        return;
    const std::array parts{real.id(), imaginary.id()};
    types.tree().becomeContainer(object, ValueKind::Complex, parts);
}

/// "slice(0, 10, None)"
void displayCall(PythonTypes &types, ValueId object)
{
    std::string text(types.tree().className(object));
    text.erase(0, text.rfind('.') + 1);
    text.push_back('(');
    for (std::size_t i = 0; i < types.argumentCount(object) && i < 8; ++i)
        text.append(i > 0 ? ", " : "").append(pythonText(types.argument(object, i), kBrief));
    types.setDisplay(object, text + ")");
}

/// getattr(cls, "name") is how Python names what is not at the top of a module: a class method, an enum's member.
/// A method bound to an object keeps its arguments: the object is shown nowhere else.
void displayAttribute(PythonTypes &types, ValueId object)
{
    const Value name = types.argument(object, 1);
    if (types.argument(object, 0).is(ValueKind::Global) && name.is(ValueKind::Str) && !name.text().empty())
        types.setDisplay(object, pythonText(types.argument(object, 0), kBrief) + "."
                                     + std::string(name.text().substr(0, kBrief.characters)));
}

void displayType(PythonTypes &types, ValueId object)
{
    if (types.argumentCount(object) == 1 && types.argument(object, 0).kind() == ValueKind::None)
        types.setDisplay(object, "NoneType");
}

// --- copyreg ---

/// __newobj__(cls, *args) is what NEWOBJ does, for protocols that have no such opcode.
void resolveNewObject(PythonTypes &types, ValueId object)
{
    const Value type = types.argument(object, 0);
    if (!type.isValid())
        return;
    const auto args = types.tree().children(types.object(object).args);
    if (!types.spend(args.size()))
        return;
    const std::vector<ValueId> rest(args.begin() + 1, args.end());
    const ValueId tuple = rest.empty() ? types.emptyTuple() : types.tree().addContainer(ValueKind::Tuple, rest);
    types.tree().object(object).callable = type.id();
    types.tree().object(object).args = tuple;
    types.tree().object(object).newObject = true;
}

void resolveNewObjectEx(PythonTypes &types, ValueId object)
{
    const Value type = types.argument(object, 0);
    const Value args = types.argument(object, 1);
    const Value kwargs = types.argument(object, 2);
    if (!args.is(ValueKind::Tuple) || !kwargs.is(ValueKind::Dict))
        return;
    ObjectValue &parts = types.tree().object(object);
    parts.callable = type.id();
    parts.args = args.id();
    parts.kwargs = kwargs.id();
}

/// _reconstructor(cls, base, content): how protocols 0 and 1 write any object. `base` is object, or the builtin
/// that the class extends, with its content.
void resolveReconstructor(PythonTypes &types, ValueId object)
{
    const Value type = types.argument(object, 0);
    const Value base = types.argument(object, 1);
    const Value content = types.argument(object, 2);
    if (types.argumentCount(object) != 3 || !base.is(ValueKind::Global))
        return;
    ObjectValue parts = types.object(object);
    const bool isDict = content.is(ValueKind::Dict) && !parts.dictItems.isValid();
    const bool isList = (content.is(ValueKind::List) || content.is(ValueKind::Set)) && !parts.listItems.isValid();
    parts.callable = type.id();
    parts.args = types.emptyTuple();
    parts.newObject = true;
    if (isDict)
        parts.dictItems = content.id();
    else if (isList)
        parts.listItems = content.id();
    else if (content.is(ValueKind::Tuple))
        parts.args = content.id();  // a namedtuple
    else if (content.kind() != ValueKind::None)
        parts.args = types.tree().addContainer(ValueKind::Tuple, std::array{content.id()});
    types.tree().object(object) = parts;
}

constexpr NamedPythonRule kRules[] = {
    {"collections.OrderedDict", resolveOrderedDict},
    {"collections.Counter", resolveOrderedDict},
    {"collections.defaultdict", resolveDefaultDict},
    {"collections.deque", resolveDeque},
    {"builtins.dict", resolveDict},
    {"builtins.list", resolveSequence<ValueKind::List>},
    {"builtins.tuple", resolveSequence<ValueKind::Tuple>},
    {"builtins.set", resolveSequence<ValueKind::Set>},
    {"builtins.frozenset", resolveFrozenSet},
    {"builtins.bytes", resolveBytes},
    {"builtins.bytearray", resolveBytes},
    {"builtins.complex", resolveComplex},
    {"builtins.slice", displayCall},
    {"builtins.range", displayCall},
    {"builtins.xrange", displayCall},
    {"builtins.getattr", displayAttribute},
    {"builtins.type", displayType},
    {"_codecs.encode", resolveEncode},
    {"copyreg.__newobj__", resolveNewObject},
    {"copyreg.__newobj_ex__", resolveNewObjectEx},
    {"copyreg._reconstructor", resolveReconstructor},
};

}  // namespace

std::span<const NamedPythonRule> pythonContainerRules() { return kRules; }

}  // namespace waypoint
