// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/entry_tree.h"

#include "core/pickle/value_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

namespace waypoint {

namespace {

using Entry = EntryTree::Entry;
using Cut = EntryTree::Cut;
using LabelKind = EntryTree::LabelKind;

constexpr std::array<std::string_view, 7> kFixedNames{"args",  "kwargs",   "items", "list_items",
                                                      "state", "callable", "id"};
enum Fixed : std::uint32_t { Args, Kwargs, Items, ListItems, State, Callable, Id };

constexpr std::string_view kEscapedSlash = "%2F";

/// What expanding shared values once more may add beyond this is not for people: such a file was built to be huge.
std::size_t repeatBudget(const ValueTree &tree, const Limits &limits)
{
    return std::min(limits.entries / 4, 10'000 + 4 * tree.size());
}

/// A row for one value: the arguments of an object, its state as a whole.
struct Part
{
    Fixed name;
    ValueId value;
};

/// Rows for the content of a container.
struct Group
{
    LabelKind labels;
    ValueId container;
    std::span<const ValueId> nodes;  ///< Key: alternating key, value; Item: items

    [[nodiscard]] std::size_t count() const { return labels == LabelKind::Key ? nodes.size() / 2 : nodes.size(); }
};

/// What stands below one value, in the order it is shown: parts, then groups. Costs the same for any number of items.
class Below
{
public:
    explicit Below(const ValueTree &tree) : m_tree(tree) {}

    void look(ValueId id)
    {
        parts.clear();
        groups.clear();
        if (!id.isValid())
            return;
        switch (m_tree.kind(id)) {
        case ValueKind::Dict:
        case ValueKind::List:
        case ValueKind::Tuple:
        case ValueKind::Set:
            addItems(id);
            addAttributes(m_tree.attributes(id));
            break;
        case ValueKind::Object:
            addObject(m_tree.object(id));
            break;
        case ValueKind::Tensor:
            addDict(m_tree.tensor(id).parts);
            addDict(m_tree.tensor(id).attributes);
            break;
        case ValueKind::Array:
            if (isKind(m_tree.array(id).data, ValueKind::List))
                addItems(m_tree.array(id).data);
            break;
        case ValueKind::Persistent:
            if (hasItems(id))
                parts.push_back({Fixed::Id, m_tree.children(id).front()});
            break;
        default:
            break;
        }
    }

    [[nodiscard]] std::size_t count() const
    {
        std::size_t sum = parts.size();
        for (const Group &group : groups)
            sum += group.count();
        return sum;
    }

    std::vector<Part> parts;
    std::vector<Group> groups;

private:
    [[nodiscard]] bool isKind(ValueId id, ValueKind kind) const { return id.isValid() && m_tree.kind(id) == kind; }

    [[nodiscard]] bool hasItems(ValueId id) const { return id.isValid() && !m_tree.children(id).empty(); }

    void addItems(ValueId id)
    {
        const LabelKind labels = m_tree.kind(id) == ValueKind::Dict ? LabelKind::Key : LabelKind::Item;
        if (hasItems(id))
            groups.push_back({labels, id, m_tree.children(id)});
    }

    void addDict(ValueId id)
    {
        if (isKind(id, ValueKind::Dict))
            addItems(id);
    }

    void addAttributes(ValueId id)
    {
        if (!isKind(id, ValueKind::Dict))
            return;
        const auto pairs = m_tree.children(id);
        const std::string_view only = pairs.size() == 2 ? m_tree.text(pairs[0]) : std::string_view();
        if (only != "_metadata" && only != "default_factory")
            addItems(id);
    }

    void addObject(const ObjectValue &object)
    {
        if (object.display.isValid())
            return;
        if (object.callable.isValid() && m_tree.kind(object.callable) != ValueKind::Global)
            parts.push_back({Fixed::Callable, object.callable});
        if (hasItems(object.args))
            parts.push_back({Fixed::Args, object.args});
        if (hasItems(object.kwargs))
            parts.push_back({Fixed::Kwargs, object.kwargs});
        if (hasItems(object.dictItems))
            parts.push_back({Fixed::Items, object.dictItems});
        if (hasItems(object.listItems))
            parts.push_back({hasItems(object.dictItems) ? Fixed::ListItems : Fixed::Items, object.listItems});
        addState(object.state);
    }

    void addState(ValueId state)
    {
        if (!state.isValid() || m_tree.kind(state) == ValueKind::None)
            return;
        if (m_tree.kind(state) == ValueKind::Dict) {
            addItems(state);
        } else if (isSlotsState(state)) {
            for (const ValueId part : m_tree.children(state))
                addDict(part);
        } else {
            parts.push_back({Fixed::State, state});
        }
    }

    /// __getstate__ of a class with __slots__ gives (dict or None, dict of slots).
    [[nodiscard]] bool isSlotsState(ValueId state) const
    {
        if (m_tree.kind(state) != ValueKind::Tuple)
            return false;
        const auto both = m_tree.children(state);
        return both.size() == 2 && (isKind(both[0], ValueKind::Dict) || isKind(both[0], ValueKind::None))
               && isKind(both[1], ValueKind::Dict);
    }

    const ValueTree &m_tree;
};

/// Makes the rows level by level: a queue that is the result itself.
class Builder
{
public:
    Builder(const ValueTree &tree, const Limits &limits)
        : m_limits(limits), m_below(tree), m_expanded(tree.size()), m_repeatsLeft(repeatBudget(tree, limits))
    {
    }

    std::vector<Entry> build(ValueId root)
    {
        m_entries.push_back({.value = root});
        std::size_t depth = 0;
        std::size_t levelEnd = 1;
        for (std::size_t i = 0; i < m_entries.size(); ++i) {
            if (i == levelEnd) {
                ++depth;
                levelEnd = m_entries.size();
            }
            expand(static_cast<EntryId>(i), depth);
        }
        return std::move(m_entries);
    }

private:
    void expand(EntryId id, std::size_t depth)
    {
        m_below.look(m_entries[id].value);
        if (m_below.count() == 0)
            return;
        const Cut cut = mayExpand(id, depth);
        m_entries[id].cut = static_cast<std::uint8_t>(cut);
        if (cut != Cut::No)
            return;
        m_expanded[m_entries[id].value.index] = true;
        for (const Group &group : m_below.groups)
            m_expanded[group.container.index] = true;
        addBelow(id);
    }

    Cut mayExpand(EntryId id, std::size_t depth)
    {
        bool repeated = m_expanded[m_entries[id].value.index];
        if (repeated && liesWithinItself(id))
            return Cut::ContainsItself;
        if (depth >= m_limits.entryDepth)
            return Cut::TooDeep;
        for (const Group &group : m_below.groups)
            repeated = repeated || m_expanded[group.container.index];
        if (!repeated)
            return Cut::No;
        if (m_below.count() > m_repeatsLeft) {
            m_repeatsLeft = 0;
            return Cut::ShownElsewhere;
        }
        m_repeatsLeft -= m_below.count();
        return Cut::No;
    }

    /// At most Limits::entryDepth steps.
    [[nodiscard]] bool liesWithinItself(EntryId id) const
    {
        const ValueId value = m_entries[id].value;
        for (EntryId up = m_entries[id].parent; up != kNoEntry; up = m_entries[up].parent)
            if (m_entries[up].value == value)
                return true;
        return false;
    }

    void addBelow(EntryId parent)
    {
        m_entries[parent].firstChild = static_cast<EntryId>(m_entries.size());
        for (const Part &part : m_below.parts)
            add(parent, LabelKind::Fixed, part.name, part.value);
        for (const Group &group : m_below.groups) {
            const std::size_t room = m_limits.entries - std::min(m_limits.entries, m_entries.size());
            const bool named = group.labels == LabelKind::Key;
            // One more than fits, so that add() marks the parent.
            for (std::size_t i = 0; i < std::min(group.count(), room + 1); ++i)
                add(parent, group.labels, named ? group.nodes[2 * i].index : static_cast<std::uint32_t>(i),
                    group.nodes[named ? 2 * i + 1 : i]);
        }
        m_entries[parent].childCount = static_cast<std::uint32_t>(m_entries.size()) - m_entries[parent].firstChild;
    }

    void add(EntryId parent, LabelKind labelKind, std::uint32_t label, ValueId value)
    {
        if (m_entries.size() >= m_limits.entries) {
            m_entries[parent].cut = static_cast<std::uint8_t>(Cut::TooMany);
            return;
        }
        m_entries.push_back(
            {.value = value, .parent = parent, .label = label, .labelKind = static_cast<std::uint8_t>(labelKind)});
    }

    const Limits &m_limits;
    Below m_below;
    std::vector<bool> m_expanded;  ///< by ValueId: its content stands in the tree already
    std::size_t m_repeatsLeft;
    std::vector<Entry> m_entries;
};

std::optional<std::uint32_t> itemNumber(std::string_view label)
{
    std::uint32_t number = 0;
    const char *end = label.data() + label.size();
    const auto [stop, problem] = std::from_chars(label.data(), end, number);
    const bool canonical = label == "0" || (!label.empty() && label.front() != '0');
    if (problem != std::errc() || stop != end || !canonical)
        return std::nullopt;
    return number;
}

std::string replaceAll(std::string_view text, std::string_view from, std::string_view to)
{
    std::string result;
    std::size_t done = 0;
    for (std::size_t at = text.find(from); at != std::string_view::npos; at = text.find(from, done)) {
        result.append(text.substr(done, at - done)).append(to);
        done = at + from.size();
    }
    return result.append(text.substr(done));
}

}  // namespace

EntryTree::EntryTree(const ValueTree &tree, ValueId root, const Limits &limits)
    : m_tree(&tree), m_entries(Builder(tree, limits).build(root))
{
}

std::string EntryTree::label(EntryId id) const
{
    const Entry &entry = m_entries[id];
    switch (static_cast<LabelKind>(entry.labelKind)) {
    case LabelKind::Root:
        break;
    case LabelKind::Key:
        return keyText(key(id));
    case LabelKind::Item:
        return std::to_string(entry.label);
    case LabelKind::Fixed:
        return std::string(kFixedNames[entry.label]);
    }
    return {};
}

bool EntryTree::isNamed(EntryId id) const
{
    const auto kind = static_cast<LabelKind>(m_entries[id].labelKind);
    return kind == LabelKind::Key || kind == LabelKind::Fixed;
}

Value EntryTree::key(EntryId id) const
{
    if (static_cast<LabelKind>(m_entries[id].labelKind) != LabelKind::Key)
        return {};
    return {*m_tree, ValueId{m_entries[id].label}};
}

std::vector<std::string> EntryTree::path(EntryId id) const
{
    std::vector<std::string> labels;
    for (; m_entries[id].parent != kNoEntry; id = m_entries[id].parent)
        labels.push_back(label(id));
    std::ranges::reverse(labels);
    return labels;
}

std::string EntryTree::pathText(EntryId id) const
{
    const std::vector<std::string> labels = path(id);
    std::string text;
    for (std::size_t i = 0; i < labels.size(); ++i)
        text.append(i == 0 ? "" : "/").append(replaceAll(labels[i], "/", kEscapedSlash));
    return text;
}

bool EntryTree::hasLabel(EntryId id, std::string_view label) const
{
    const Entry &row = m_entries[id];
    if (static_cast<LabelKind>(row.labelKind) == LabelKind::Item)
        return itemNumber(label) == row.label;
    if (const Value name = key(id); name.is(ValueKind::Str) && !m_tree->externalBytes(name.id()))
        return name.text() == label;
    return this->label(id) == label;
}

EntryId EntryTree::child(EntryId parent, std::string_view label) const
{
    for (EntryId id = m_entries[parent].firstChild; id < endOfChildren(parent); ++id)
        if (hasLabel(id, label))
            return id;
    return kNoEntry;
}

EntryId EntryTree::find(std::string_view pathText) const
{
    // Several rows may have one label; each of them is followed, so that all of their paths can be found.
    std::vector<EntryId> found;
    if (!m_entries.empty())
        found.push_back(kRootEntry);
    bool more = !pathText.empty();
    while (more && !found.empty()) {
        const std::size_t slash = pathText.find('/');
        more = slash != std::string_view::npos;
        const std::string_view part = pathText.substr(0, slash);
        const bool hasEscape = part.find(kEscapedSlash) != std::string_view::npos;
        std::vector<EntryId> next;
        for (const EntryId parent : found)
            for (EntryId id = m_entries[parent].firstChild; id < endOfChildren(parent); ++id)
                if (hasEscape ? replaceAll(label(id), "/", kEscapedSlash) == part : hasLabel(id, part))
                    next.push_back(id);
        found = std::move(next);
        pathText.remove_prefix(more ? slash + 1 : pathText.size());
    }
    return found.empty() ? kNoEntry : found.front();
}

}  // namespace waypoint
