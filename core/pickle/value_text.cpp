// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pickle/value_text.h"

#include "core/pickle/python_literal.h"
#include "core/pickle/value_bytes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace waypoint {

namespace {

constexpr std::size_t kDeepest = 64;              // of pythonText, whatever the caller asks for
constexpr std::size_t kLongestKey = 64u << 10;    // characters of a path part
constexpr std::size_t kShortList = 8;             // items of a list that fits a cell
constexpr std::size_t kShortListCharacters = 80;  // characters of a list that fits a cell
constexpr std::string_view kEllipsis = "…";

/// Text or bytes of a value, the first `most` bytes of it at least where it has them.
std::string contentOf(Value value, std::size_t most)
{
    // A few bytes more, so that no character is cut in two.
    Result<std::string> bytes = firstBytesOf(value.tree(), value.id(), {most + 4});
    if (!bytes)
        return "(cannot be read)";
    const ExternalBytes *external = value.tree().externalBytes(value.id());
    const bool latin1Text = value.is(ValueKind::Str) && external && external->latin1;
    return latin1Text ? utf8FromLatin1(*bytes) : *std::move(bytes);
}

std::string shortened(std::string text, std::size_t characters)
{
    if (text.size() <= characters || characterCount(text) <= characters)
        return text;
    text.resize(firstCharacters(text, characters).size());
    return text.append(kEllipsis);
}

std::string_view withoutBuiltins(std::string_view name)
{
    for (const std::string_view module : {"builtins.", "__builtin__."})
        if (name.starts_with(module))
            return name.substr(module.size());
    return name;
}

/// Python's own classes print without their module.
std::string_view shortName(std::string_view name)
{
    for (const std::string_view module : {"collections.", "argparse."})
        if (name.starts_with(module))
            return name.substr(module.size());
    if (name == "types.SimpleNamespace")
        return "namespace";
    return withoutBuiltins(name);
}

bool isIdentifier(std::string_view text)
{
    const auto isWord = [](char c) {
        return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
               || static_cast<unsigned char>(c) >= 0x80;
    };
    return !text.empty() && !(text.front() >= '0' && text.front() <= '9') && std::ranges::all_of(text, isWord);
}

/// Writes one value. Its recursion is bounded by TextLimits::depth and stops when there are enough characters.
class Writer
{
public:
    explicit Writer(const TextLimits &limits)
        : m_limits(limits),
          m_deepest(std::min(limits.depth, kDeepest)),
          m_enough(std::min<std::size_t>(limits.characters, 1u << 28))
    {
    }

    std::string write(Value value)
    {
        add(value);
        return shortened(std::move(m_out), m_enough);
    }

private:
    /// Every character takes four bytes at most: more than that is never shown.
    [[nodiscard]] bool isFull() const { return m_out.size() > 4 * m_enough; }

    void add(Value value)
    {
        if (!value.isValid()) {
            m_out += "None";
            return;
        }
        switch (value.kind()) {
        case ValueKind::List:
        case ValueKind::Tuple:
        case ValueKind::Set:
        case ValueKind::Dict:
        case ValueKind::Object:
        case ValueKind::Persistent:
            addNested(value);
            break;
        case ValueKind::Tensor:
            m_out +=
                fmt::format("tensor({}, {})", dtypeName(value.tensor().ref.dtype), shapeText(value.tensor().ref.shape));
            break;
        case ValueKind::Array: {
            const ArrayValue &array = value.tree().array(value.id());
            m_out += fmt::format("array({}, {})", array.dtype, shapeText(array.shape));
            break;
        }
        case ValueKind::Storage:
            addStorage(value);
            break;
        default:
            addScalar(value);
            break;
        }
    }

    void addScalar(Value value)
    {
        switch (value.kind()) {
        case ValueKind::Bool:
            m_out += value.integer() == 0 ? "False" : "True";
            break;
        case ValueKind::Int:
            m_out += std::to_string(value.integer().value_or(0));
            break;
        case ValueKind::Float:
            m_out += pythonFloat(value.number().value_or(0));
            break;
        case ValueKind::Complex:
            m_out += pythonComplex(value.tree().children(value.id()).size() == 2 ? realPart(value, 0) : 0,
                                   realPart(value, 1));
            break;
        case ValueKind::BigInt:
            m_out += value.text();
            break;
        case ValueKind::Global:
            m_out += withoutBuiltins(value.text());
            break;
        case ValueKind::Str:
            m_out += pythonString(contentOf(value, 4 * m_enough));
            break;
        case ValueKind::Bytes:
            addBytes(value);
            break;
        default:
            m_out += "None";
            break;
        }
    }

    static double realPart(Value complex, std::size_t i)
    {
        const auto parts = complex.tree().children(complex.id());
        return i < parts.size() ? complex.wrap(parts[i]).number().value_or(0) : 0;
    }

    void addBytes(Value value)
    {
        const std::string literal = pythonBytes(contentOf(value, m_enough));
        const bool isBytearray = value.className().ends_with("bytearray");
        m_out += isBytearray ? "bytearray(" + literal + ")" : literal;
    }

    void addStorage(Value value)
    {
        const StorageIndex index = value.tree().storageIndex(value.id());
        const auto &storages = value.tree().storages();
        if (index >= storages.size()) {
            m_out += "storage()";
            return;
        }
        m_out += fmt::format("storage({}, {} bytes)", dtypeName(storages[index].dtype), storages[index].bytes.value);
    }

    void addNested(Value value)
    {
        if (m_above.size() >= m_deepest || std::ranges::find(m_above, value.id()) != m_above.end()) {
            m_out += value.is(ValueKind::Dict)    ? "{...}"
                     : value.is(ValueKind::Tuple) ? "(...)"
                     : value.is(ValueKind::Set)   ? "{...}"
                     : value.is(ValueKind::List)  ? "[...]"
                                                  : std::string(shortName(value.className())) + "(...)";
            return;
        }
        m_above.push_back(value.id());
        if (value.is(ValueKind::Object))
            addObject(value);
        else if (value.is(ValueKind::Persistent))
            addCall("persistent_id", value, "", "");
        else
            addContainer(value);
        m_above.pop_back();
    }

    void addContainer(Value value)
    {
        const std::string_view name = shortName(value.className());
        const bool isTuple = value.is(ValueKind::Tuple);
        const bool isOwnKind = name.empty() || name == "dict" || name == "list" || name == "tuple" || name == "set";
        if (value.is(ValueKind::Set) && value.count() == 0) {
            m_out += isOwnKind ? "set()" : std::string(name) + "()";
            return;
        }
        const ValueId attributes = value.tree().attributes(value.id());
        const Value known = attributes.isValid() ? value.wrap(attributes) : Value();
        if (!isOwnKind)
            m_out.append(name).append(1, '(');
        if (const Value factory = known["default_factory"]; factory.isValid() && !isOwnKind) {
            add(factory);
            m_out += ", ";
        }
        if (value.is(ValueKind::Dict) || value.is(ValueKind::Set))
            addCall("", value, "{", "}");
        else if (isTuple && isOwnKind)
            addCall("", value, "(", value.count() == 1 ? ",)" : ")");
        else
            addCall("", value, "[", "]");
        if (const Value most = known["maxlen"]; most.isValid() && !isOwnKind) {
            m_out += ", maxlen=";
            add(most);
        }
        if (!isOwnKind)
            m_out += ')';
    }

    void addCall(std::string_view name, Value items, std::string_view open, std::string_view close)
    {
        m_out.append(name).append(name.empty() ? open : "(");
        Separator separator;
        addItems(items, separator);
        m_out.append(name.empty() ? close : ")");
    }

    struct Separator
    {
        std::size_t written = 0;
    };

    /// False where no more is wanted; the ellipsis is written then.
    bool next(Separator &separator)
    {
        if (separator.written > 0)
            m_out += ", ";
        if (separator.written++ < m_limits.items && !isFull())
            return true;
        m_out += kEllipsis;
        return false;
    }

    bool addItems(Value items, Separator &separator)
    {
        const auto children = items.tree().children(items.id());
        const bool isDict = items.is(ValueKind::Dict);
        const std::size_t step = isDict ? 2 : 1;
        for (std::size_t i = 0; i + step <= children.size(); i += step) {
            if (!next(separator))
                return false;
            add(items.wrap(children[i]));
            if (isDict) {
                m_out += ": ";
                add(items.wrap(children[i + 1]));
            }
        }
        return true;
    }

    /// Pairs of a dict as key=value; a key that is no identifier as **{key: value}.
    bool addKeywords(Value dict, Separator &separator)
    {
        for (std::size_t i = 0; dict.is(ValueKind::Dict) && i < dict.count(); ++i) {
            if (!next(separator))
                return false;
            const Value key = dict.key(i);
            const bool plain = key.is(ValueKind::Str) && isIdentifier(key.text());
            if (plain) {
                m_out.append(key.text()).append(1, '=');
            } else {
                m_out += "**{";
                add(key);
                m_out += ": ";
            }
            add(dict.at(i));
            m_out += plain ? "" : "}";
        }
        return true;
    }

    void addObject(Value value)
    {
        const ObjectValue &object = value.object();
        const std::string_view name = shortName(value.className());
        // slice(0, 3, None) and the like say it all themselves; others name what they are: torch.device('cpu').
        if (object.display.isValid() && withoutBuiltins(value.className()) != value.className()) {
            m_out += oneLine(contentOf(value.wrap(object.display), 4 * m_enough));
            return;
        }
        if (!name.empty())
            m_out += name;
        else if (object.callable.isValid())
            add(value.wrap(object.callable));
        else
            m_out += "object";
        m_out += '(';
        if (object.display.isValid())
            m_out += pythonString(contentOf(value.wrap(object.display), 4 * m_enough));
        else
            addArguments(value, object);
        m_out += ')';
    }

    void addArguments(Value value, const ObjectValue &object)
    {
        Separator separator;
        if (object.args.isValid() && !addItems(value.wrap(object.args), separator))
            return;
        for (const ValueId items : {object.listItems, object.dictItems}) {
            if (!items.isValid() || value.tree().children(items).empty())
                continue;
            if (!next(separator))
                return;
            add(value.wrap(items));
        }
        if (object.kwargs.isValid() && !addKeywords(value.wrap(object.kwargs), separator))
            return;
        addState(value.wrap(object.state), separator);
    }

    void addState(Value state, Separator &separator)
    {
        if (!state.isValid() || state.is(ValueKind::None))
            return;
        const bool isSlots = state.is(ValueKind::Tuple) && state.count() == 2 && state.at(1).is(ValueKind::Dict);
        if (state.is(ValueKind::Dict)) {
            addKeywords(state, separator);
        } else if (isSlots && (state.at(0).is(ValueKind::Dict) || state.at(0).is(ValueKind::None))) {
            if (addKeywords(state.at(0), separator))
                addKeywords(state.at(1), separator);
        } else if (next(separator)) {
            m_out += "state=";
            add(state);
        }
    }

    TextLimits m_limits;
    std::size_t m_deepest;
    std::size_t m_enough;
    std::vector<ValueId> m_above;
    std::string m_out;
};

std::string counted(std::size_t count, std::string_view singular)
{
    return fmt::format("{} {}{}", count, singular, count == 1 ? "" : "s");
}

bool isPlainNumber(Value value)
{
    switch (value.kind()) {
    case ValueKind::None:
    case ValueKind::Bool:
    case ValueKind::Int:
    case ValueKind::Float:
        return true;
    default:
        return false;
    }
}

std::string containerCell(Value value, std::size_t characters)
{
    const std::size_t count = value.count();
    bool isShort = !value.is(ValueKind::Dict) && count > 0 && count <= kShortList;
    for (std::size_t i = 0; isShort && i < count; ++i)
        isShort = isPlainNumber(value.at(i));
    if (isShort) {
        std::string text = pythonText(value, {.characters = kShortListCharacters + 1, .items = kShortList, .depth = 2});
        if (text.size() <= std::min(kShortListCharacters, characters))
            return text;
    }
    return counted(count, "item");
}

std::string objectCell(Value value, std::size_t characters)
{
    const ObjectValue &object = value.object();
    if (object.display.isValid())
        return shortened(oneLine(contentOf(value.wrap(object.display), 4 * characters)), characters);
    const Value state = value.wrap(object.state);
    if (state.is(ValueKind::Dict) && state.count() > 0)
        return counted(state.count(), "attribute");
    return pythonText(value, {.characters = characters, .items = kShortList, .depth = 2});
}

}  // namespace

std::string pythonText(Value value, const TextLimits &limits) { return Writer(limits).write(value); }

std::string cellText(Value value, std::size_t characters)
{
    switch (value.kind()) {
    case ValueKind::Str:
        return shortened(oneLine(contentOf(value, 4 * characters)), characters);
    case ValueKind::List:
    case ValueKind::Tuple:
    case ValueKind::Set:
    case ValueKind::Dict:
        return containerCell(value, characters);
    case ValueKind::Object:
        return objectCell(value, characters);
    default:
        return pythonText(value, {.characters = characters, .items = kShortList, .depth = 2});
    }
}

std::string keyText(Value key)
{
    if (key.is(ValueKind::Str))
        return shortened(contentOf(key, 4 * kLongestKey), kLongestKey);
    if (key.is(ValueKind::Object) && key.object().display.isValid())
        return contentOf(key.wrap(key.object().display), 4 * kLongestKey);
    return pythonText(key, {.characters = 1000, .items = 100, .depth = 4});
}

std::string shapeText(const SmallDims &shape)
{
    return shape.empty() ? "scalar" : fmt::format("{}", fmt::join(shape.begin(), shape.end(), "×"));
}

}  // namespace waypoint
