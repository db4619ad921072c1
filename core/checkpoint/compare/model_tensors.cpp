// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/compare/model_tensors.h"

#include "core/checkpoint/model_parameters.h"

#include <set>
#include <tuple>
#include <unordered_set>
#include <utility>

namespace waypoint {

namespace {

/// More would be a file built to be huge.
constexpr std::size_t kMostTensors = 2'000'000;

/// Which elements a tensor looks at: tied weights agree in it.
using Place = std::tuple<StorageIndex, std::int64_t>;

/// Which tensors of a model are trained.
class Parameters
{
public:
    explicit Parameters(Value model)
    {
        for (const ModelParameter &parameter : modelParameters(model)) {
            if (parameter.maybeBuffer)
                continue;
            m_names.insert(parameter.name);
            const TensorRef &ref = model.tree().tensor(parameter.tensor).ref;
            if (ref.storage != kNoStorage)
                m_places.emplace(ref.storage, ref.offset);
        }
    }

    /// A list of averages has no names to tell by: there, every floating-point tensor counts.
    [[nodiscard]] bool has(const std::string &name, Value value) const
    {
        if (!value.is(ValueKind::Tensor))
            return m_names.empty();
        const TensorRef &ref = value.tensor().ref;
        if (m_names.empty())
            return isFloatingPoint(ref.dtype) || isComplex(ref.dtype) || isQuantized(ref.dtype);
        return m_names.contains(name) || m_places.contains({ref.storage, ref.offset});
    }

private:
    std::unordered_set<std::string> m_names;
    std::set<Place> m_places;
};

/// Goes through the rows below a model as state_dict() would.
class Lister
{
public:
    explicit Lister(const Checkpoint &checkpoint) : m_entries(checkpoint.entries) {}

    std::vector<FollowedTensor> list(EntryId model)
    {
        const Parameters parameters(m_entries.value(model));
        m_open.push_back({model, {}});
        while (!m_open.empty() && m_list.size() < kMostTensors) {
            const Open row = std::move(m_open.back());
            m_open.pop_back();
            const Value value = m_entries.value(row.entry);
            if (value.is(ValueKind::Tensor) || value.is(ValueKind::Array))
                add(row.entry, row.name.empty() ? m_entries.label(row.entry) : row.name, parameters);
            else
                openChildren(row.entry, row.name);
        }
        return std::move(m_list);
    }

private:
    struct Open
    {
        EntryId entry;
        std::string name;
    };

    void add(EntryId entry, std::string name, const Parameters &parameters)
    {
        if (!m_names.insert(name).second)
            return;
        const bool isParameter = parameters.has(name, m_entries.value(entry));
        m_list.push_back({std::move(name), entry, isParameter});
    }

    void openChildren(EntryId entry, const std::string &prefix)
    {
        const EntryTree::Entry &row = m_entries[entry];
        const Value value = m_entries.value(entry);
        const bool isModule = isPickledModule(value);
        for (EntryId child = row.firstChild + row.childCount; child-- > row.firstChild;) {
            if (isModule)
                openPart(child, value, prefix);
            else if (!isFixed(child))
                m_open.push_back({child, joined(prefix, m_entries.label(child))});
            else if (const std::string label = m_entries.label(child); label == "items" || label == "state")
                m_open.push_back({child, prefix});
        }
    }

    /// A module's attribute: of those, only three hold what is in its state_dict.
    void openPart(EntryId part, Value module, const std::string &prefix)
    {
        const std::string label = m_entries.label(part);
        const bool buffers = label == "_buffers";
        if (!buffers && label != "_parameters" && label != "_modules")
            return;
        const EntryTree::Entry &row = m_entries[part];
        for (EntryId child = row.firstChild + row.childCount; child-- > row.firstChild;) {
            const std::string name = m_entries.label(child);
            if (!buffers || !isPassing(module, name))
                m_open.push_back({child, joined(prefix, name)});
        }
    }

    /// A buffer that was registered with persistent=False.
    static bool isPassing(Value module, std::string_view name)
    {
        const Value passing = module["_non_persistent_buffers_set"];
        for (std::size_t i = 0; i < passing.count(); ++i)
            if (passing.at(i).is(ValueKind::Str) && passing.at(i).text() == name)
                return true;
        return false;
    }

    [[nodiscard]] bool isFixed(EntryId entry) const
    {
        return m_entries[entry].labelKind == static_cast<std::uint8_t>(EntryTree::LabelKind::Fixed);
    }

    static std::string joined(const std::string &prefix, const std::string &name)
    {
        return prefix.empty() ? name : prefix + '.' + name;
    }

    const EntryTree &m_entries;
    std::vector<Open> m_open;
    std::vector<FollowedTensor> m_list;
    std::unordered_set<std::string> m_names;
};

}  // namespace

std::vector<FollowedTensor> modelTensors(const Checkpoint &checkpoint, EntryId model)
{
    return Lister(checkpoint).list(model);
}

}  // namespace waypoint
