// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/models/saved_tensors.h"

#include "core/checkpoint/model_parameters.h"
#include "core/checkpoint/module_text.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace waypoint {

namespace {

/// More would be a file built to be huge: dicts can hold themselves many times over.
constexpr std::size_t kMostTensors = 2'000'000;
constexpr std::size_t kDeepest = 64;
constexpr std::array<std::string_view, 3> kWrappers{"module.", "_orig_mod.", "model."};

/// Depth of the recursion: kDeepest.
class Walker
{
public:
    std::vector<SavedTensor> walk(Value saved)
    {
        add(saved, {}, 0);
        return std::move(m_tensors);
    }

private:
    void add(Value value, const std::string &name, std::size_t depth)
    {
        if (++m_steps > 2 * kMostTensors || m_tensors.size() >= kMostTensors || depth > kDeepest)
            return;
        if (value.is(ValueKind::Tensor))
            m_tensors.push_back({name, value});
        else if (value.is(ValueKind::Dict))
            addItems(value, name, depth);
        else if (isPickledModule(value))
            addModule(value, name, depth);
        else if (isModule(value))
            addItems(value.wrap(value.object().state), name, depth);
    }

    void addItems(Value dict, const std::string &prefix, std::size_t depth, Value without = {})
    {
        for (std::size_t i = 0; i < dict.count(); ++i) {
            const Value key = dict.key(i);
            if (!key.is(ValueKind::Str) || isIn(without, key.text()))
                continue;
            add(dict.at(i), prefix.empty() ? std::string(key.text()) : prefix + '.' + std::string(key.text()),
                depth + 1);
        }
    }

    void addModule(Value module, const std::string &prefix, std::size_t depth)
    {
        addItems(module["_parameters"], prefix, depth);
        addItems(module["_buffers"], prefix, depth, module["_non_persistent_buffers_set"]);
        addItems(module["_modules"], prefix, depth);
    }

    static bool isIn(Value set, std::string_view name)
    {
        for (std::size_t i = 0; i < set.count(); ++i)
            if (set.at(i).text() == name)
                return true;
        return false;
    }

    std::vector<SavedTensor> m_tensors;
    std::size_t m_steps = 0;
};

/// AveragedModel's count of models: {"n_averaged": 3, "module.fc.weight": ...}.
bool isAverageCount(const std::vector<SavedTensor> &saved)
{
    return saved.size() > 1 && saved.front().name == "n_averaged" && saved.front().tensor.tensor().ref.shape.empty()
           && saved[1].name.starts_with("module.");
}

/// The prefixes of whole words that a name begins with: "a.", "a.b.".
std::vector<std::string> prefixesOf(const std::string &name)
{
    std::vector<std::string> prefixes;
    for (std::size_t dot = name.find('.'); dot != std::string::npos; dot = name.find('.', dot + 1))
        prefixes.push_back(name.substr(0, dot + 1));
    return prefixes;
}

template<typename Named>
std::vector<std::string> commonPrefixes(const std::vector<Named> &list)
{
    if (list.empty())
        return {};
    std::vector<std::string> prefixes = prefixesOf(list.front().name);
    for (const Named &entry : list)
        while (!prefixes.empty() && !entry.name.starts_with(prefixes.back()))
            prefixes.pop_back();
    return prefixes;
}

/// Runs of wrappers' names at the front: "module.", "module._orig_mod.".
template<typename Named>
std::set<std::string> wrapperPrefixes(const std::vector<Named> &list)
{
    std::set<std::string> found;
    for (const Named &entry : list) {
        for (const std::string &prefix : prefixesOf(entry.name)) {
            const std::string_view last = std::string_view(prefix).substr(prefix.rfind('.', prefix.size() - 2) + 1);
            if (std::ranges::find(kWrappers, last) == kWrappers.end())
                break;
            found.insert(prefix);
        }
    }
    return found;
}

std::vector<Renaming> renamings(const std::vector<NamedShape> &wanted, const std::vector<SavedTensor> &saved,
                                bool wrappersOnly)
{
    std::vector<Renaming> all{{}};
    for (const std::string &prefix : wrapperPrefixes(saved))
        all.push_back({.strip = prefix});
    for (const std::string &prefix : wrapperPrefixes(wanted))
        all.push_back({.add = prefix});
    all.push_back({.strip = "_orig_mod.", .anywhere = true});
    all.push_back({.strip = "module.", .anywhere = true});
    if (wrappersOnly)
        return all;
    for (const std::string &prefix : commonPrefixes(saved))
        all.push_back({.strip = prefix});
    for (const std::string &prefix : commonPrefixes(wanted))
        all.push_back({.add = prefix});
    return all;
}

using Index = std::unordered_map<std::string_view, std::size_t>;

std::size_t countOfFits(const Renaming &renaming, const Index &wanted, const std::vector<SavedTensor> &saved)
{
    return static_cast<std::size_t>(std::ranges::count_if(
        saved, [&](const SavedTensor &entry) { return wanted.contains(renaming.apply(entry.name)); }));
}

Renaming bestRenaming(const std::vector<NamedShape> &wanted, const Index &index, const std::vector<SavedTensor> &saved,
                      bool wrappersOnly)
{
    Renaming best;
    std::size_t most = countOfFits(best, index, saved);
    if (most == index.size() || most == saved.size())
        return best;
    for (const Renaming &renaming : renamings(wanted, saved, wrappersOnly)) {
        if (const std::size_t fits = countOfFits(renaming, index, saved); fits > most) {
            best = renaming;
            most = fits;
        }
    }
    return best;
}

}  // namespace

std::vector<SavedTensor> savedTensors(Value saved)
{
    std::vector<SavedTensor> tensors = Walker().walk(saved);
    if (isAverageCount(tensors))
        tensors.erase(tensors.begin());
    return tensors;
}

std::string Renaming::apply(const std::string &name) const
{
    std::string result = name;
    if (anywhere) {
        for (std::size_t at = result.find(strip); at != std::string::npos; at = result.find(strip, at))
            if (at == 0 || result[at - 1] == '.')
                result.erase(at, strip.size());
            else
                ++at;
    } else if (result.starts_with(strip)) {
        result.erase(0, strip.size());
    }
    return result.insert(0, add);
}

WeightMatch matchWeights(const std::vector<NamedShape> &wanted, const std::vector<SavedTensor> &saved,
                         bool wrappersOnly)
{
    Index index;
    for (std::size_t i = 0; i < wanted.size(); ++i)
        index.emplace(wanted[i].name, i);
    WeightMatch match;
    match.renaming = bestRenaming(wanted, index, saved, wrappersOnly);
    match.source.resize(wanted.size());
    for (std::size_t i = 0; i < saved.size(); ++i) {
        const auto found = index.find(match.renaming.apply(saved[i].name));
        if (found == index.end())
            match.unexpected.push_back(i);
        else
            match.source[found->second] = i;
    }
    return match;
}

bool hasShape(Value tensor, const std::vector<std::int64_t> &shape)
{
    const SmallDims &saved = tensor.tensor().ref.shape;
    if (shape.empty() && saved.size() == 1)
        return saved[0] == 1;
    return std::equal(saved.begin(), saved.end(), shape.begin(), shape.end());
}

}  // namespace waypoint
