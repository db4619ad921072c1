// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/compare/model_tensors.h"
#include "core/checkpoint/export/export_inputs.h"
#include "core/checkpoint/salvage/salvage.h"
#include "core/checkpoint/torch_writer.h"
#include "core/pickle/value_copy.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

namespace waypoint {

namespace {

namespace fs = std::filesystem;

/// What is kept of a module of TorchScript, whose classes exist nowhere else: its tensors by dotted names.
ValueId stateDict(const SalvagePlan &plan, ValueCopy &copy, ValueTree &into)
{
    const Checkpoint &checkpoint = *plan.checkpoint;
    std::vector<ValueId> pairs;
    for (EntryId id = 0; id < checkpoint.entries.size(); ++id) {
        const ValueId value = checkpoint.entries[id].value;
        const bool isTensor = value.isValid() && checkpoint.values.kind(value) == ValueKind::Tensor;
        if (!isTensor || std::binary_search(plan.dropped.begin(), plan.dropped.end(), value))
            continue;
        std::string name;
        for (const std::string &part : checkpoint.entries.path(id))
            name += name.empty() ? part : "." + part;
        const ValueId key = into.addStr(name);
        pairs.insert(pairs.end(), {key, copy.copy(value)});
    }
    return into.addContainer(ValueKind::Dict, pairs);
}

/// The same of an object whose class cannot be trusted.
ValueId dictOf(const SalvagePlan &plan, EntryId object, ValueCopy &copy, ValueTree &into)
{
    std::vector<ValueId> pairs;
    for (const FollowedTensor &tensor : modelTensors(*plan.checkpoint, object)) {
        const ValueId made = copy.node(plan.checkpoint->entries[tensor.entry].value);
        if (made.isValid())
            pairs.insert(pairs.end(), {into.addStr(tensor.name), made});
    }
    return into.addContainer(ValueKind::Dict, pairs);
}

/// Values of the salvaged file, in a new tree.
class Salvaged
{
public:
    Salvaged(const SalvagePlan &plan, ValueTree &into)
        : m_plan(plan), m_into(into), m_copy(plan.checkpoint->values, into, [this](ValueId id) { return change(id); })
    {
    }

    ValueId make()
    {
        const Checkpoint &checkpoint = *m_plan.checkpoint;
        return checkpoint.format == Format::TorchScript ? stateDict(m_plan, m_copy, m_into)
                                                        : m_copy.copy(checkpoint.root);
    }

private:
    ValueChange change(ValueId id)
    {
        if (!std::binary_search(m_plan.dropped.begin(), m_plan.dropped.end(), id))
            return {};
        const auto object = std::ranges::lower_bound(m_plan.asDicts, id, {}, &ObjectAsDict::value);
        if (object == m_plan.asDicts.end() || object->value != id)
            return {ValueChange::Act::Drop};
        return {ValueChange::Act::Replace, dictOf(m_plan, object->entry, m_copy, m_into)};
    }

    const SalvagePlan &m_plan;
    ValueTree &m_into;
    ValueCopy m_copy;
};

Result<void> write(const SalvagePlan &plan, const fs::path &path, const std::stop_token &stop, Progress *progress)
{
    if (!checkNotInput(*plan.checkpoint, {path}))
        return Error{ErrorCode::BadArgument,
                     "it is the damaged file itself, or one of its files",
                     {},
                     "Choose another name: what is left of it stays as it is.",
                     path.string()};
    ValueTree tree;
    const ValueId root = Salvaged(plan, tree).make();
    TorchWriteOptions options;
    options.progress = progress;
    return writeTorchFile(path, tree, root, options, stop);
}

/// The name without what a browser or a tool adds while it downloads.
fs::path downloaded(fs::path name)
{
    constexpr std::array<std::string_view, 8> kUnfinished = {".part",       ".crdownload", ".download", ".partial",
                                                             ".incomplete", ".aria2",      ".tmp",      ".filepart"};
    while (std::find(kUnfinished.begin(), kUnfinished.end(), name.extension().string()) != kUnfinished.end())
        name.replace_extension();
    return name;
}

/// "model" of "model.pth" and "model.safetensors.index.json"; a name with other dots keeps them.
std::string stemOf(const fs::path &path)
{
    constexpr std::array<std::string_view, 10> kSuffixes = {".pth", ".pt",  ".ckpt", ".bin",         ".tar",
                                                            ".pkl", ".zip", ".json", ".safetensors", ".index"};
    fs::path name = downloaded(path.filename());
    while (std::find(kSuffixes.begin(), kSuffixes.end(), name.extension().string()) != kSuffixes.end())
        name.replace_extension();
    return name.empty() ? "checkpoint" : name.string();
}

std::string suffixOf(const fs::path &path)
{
    constexpr std::array<std::string_view, 3> kKept = {".pth", ".pt", ".ckpt"};
    const std::string suffix = downloaded(path.filename()).extension().string();
    return std::find(kKept.begin(), kKept.end(), suffix) != kKept.end() ? suffix : ".pth";
}

}  // namespace

Result<void> writeSalvaged(const SalvagePlan &plan, const fs::path &path, const std::stop_token &stop,
                           Progress *progress)
{
    try {
        return write(plan, path, stop, progress);
    } catch (const std::exception &) {
        return Error{ErrorCode::TooLarge, "there is not enough memory to write it"};
    }
}

fs::path salvagedName(const fs::path &path)
{
    // "folder/" and "folder" are one.
    const fs::path file = path.has_filename() ? path : path.parent_path();
    const std::string stem = stemOf(file);
    std::error_code ignored;
    for (int number = 1;; ++number) {
        const std::string name = fmt::format("{}.salvaged{}{}", stem,
                                             number == 1 ? std::string() : fmt::format("-{}", number), suffixOf(file));
        const fs::path candidate = file.parent_path() / name;
        if (!fs::exists(candidate, ignored) || number >= 1000)
            return candidate;
    }
}

}  // namespace waypoint
