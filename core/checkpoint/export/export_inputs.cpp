// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/export/export_inputs.h"

#include "core/base/limits.h"
#include "core/checkpoint/beside.h"
#include "core/checkpoint/json_values.h"
#include "core/pickle/value.h"

#include <fmt/format.h>

#include <optional>
#include <unordered_set>

namespace waypoint {

namespace {

constexpr int kDeepestFolder = 3;  ///< a run's checkpoints lie one level down, a DCP folder among them two
constexpr std::size_t kMostFiles = 100'000;

void addFolder(const std::filesystem::path &folder, std::vector<std::filesystem::path> &files)
{
    std::error_code error;
    std::filesystem::recursive_directory_iterator entry(folder, error);
    for (; !error && entry != std::filesystem::recursive_directory_iterator() && files.size() < kMostFiles;
         entry.increment(error)) {
        if (entry.depth() >= kDeepestFolder)
            entry.disable_recursion_pending();
        if (std::error_code ignored; entry->is_regular_file(ignored))
            files.push_back(entry->path());
    }
}

/// The shards that an index names, beside it.
void addShards(const std::filesystem::path &index, std::vector<std::filesystem::path> &files)
{
    const Limits limits;
    const Result<FilePtr> file = openFile(index);
    if (!file || (*file)->size().value > limits.headerBytes)
        return;
    const auto bytes = readRange(**file, {{}, (*file)->size()});
    ValueTree tree;
    const Result<JsonRead> json =
        bytes ? readJson({reinterpret_cast<const char *>(bytes->data()), bytes->size()}, tree, limits) : Error{};
    const Value map = json ? Value(tree, json->root)["weight_map"] : Value();
    std::unordered_set<std::string> names;
    for (std::size_t i = 0; i < map.count(); ++i)
        names.emplace(map.at(i).text());
    for (const std::string &name : names)
        if (const auto shard = fileBeside(folderOf(index), name))
            files.push_back(*shard);
}

}  // namespace

std::vector<std::filesystem::path> inputFiles(const Checkpoint &checkpoint)
{
    std::vector<std::filesystem::path> files;
    std::error_code ignored;
    if (checkpoint.path.empty())
        return files;
    if (std::filesystem::is_directory(checkpoint.path, ignored)) {
        addFolder(checkpoint.path, files);
        return files;
    }
    files.push_back(checkpoint.path);
    if (checkpoint.format == Format::SafetensorsIndex || checkpoint.format == Format::TorchIndex)
        addShards(checkpoint.path, files);
    // The one file of a folder that stands for it: whoever opens .metadata means the folder around it.
    if (checkpoint.format == Format::TorchDcp)
        addFolder(folderOf(checkpoint.path), files);
    return files;
}

Result<void> checkNotInput(const Checkpoint &checkpoint, const std::vector<std::filesystem::path> &targets)
{
    std::optional<std::vector<std::filesystem::path>> inputs;
    for (const std::filesystem::path &target : targets) {
        std::error_code ignored;
        if (!std::filesystem::exists(target, ignored))
            continue;
        if (!inputs)
            inputs = inputFiles(checkpoint);
        for (const std::filesystem::path &input : *inputs)
            if (std::filesystem::equivalent(target, input, ignored))
                return Error{ErrorCode::BadArgument,
                             fmt::format("'{}' is a file that the export is read from", target.string()),
                             {},
                             "Choose another name.",
                             {}};
    }
    return {};
}

}  // namespace waypoint
