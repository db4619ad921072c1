// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/export/named_tensors.h"
#include "core/checkpoint/export/safetensors_writer.h"
#include "core/checkpoint/export/shard_names.h"
#include "core/checkpoint/torch_writer.h"
#include "core/io/publish_together.h"
#include "core/pickle/value_copy.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <new>
#include <unordered_map>
#include <utility>

namespace waypoint {

namespace {

const std::pair<std::string, std::string> kMetadata[] = {{"format", "pt"}};

/// Tensors that share a storage, and so stay together.
struct Group
{
    std::vector<std::size_t> members;
    std::uint64_t bytes = 0;
};

std::vector<Group> groupsOf(const ValueTree &tree, std::span<const NamedTensor> tensors)
{
    std::vector<Group> groups;
    std::unordered_map<StorageIndex, std::size_t> byStorage;
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        const TensorRef &ref = refOf(tree, tensors[i]);
        std::size_t group = groups.size();
        if (ref.storage != kNoStorage)
            group = byStorage.try_emplace(ref.storage, group).first->second;
        if (group == groups.size())
            groups.emplace_back();
        groups[group].members.push_back(i);
        groups[group].bytes += ref.byteCount().value;
    }
    return groups;
}

/// The tensors of a shard as a dict.
struct ShardValues
{
    ValueTree tree;
    ValueId root;

    ShardValues(const ValueTree &from, const Shard &shard)
    {
        ValueCopy copy(from, tree);
        root = tree.addContainer(ValueKind::Dict);
        for (const NamedTensor &tensor : shard) {
            const ValueId made = copy.copy(tensor.tensor);
            tree.append(root, std::array{tree.addStr(tensor.name), made});
        }
    }
};

/// One writing of all files of an index.
class Writing
{
public:
    Writing(const ValueTree &tree, std::span<const Shard> shards, bool safetensors, const TensorFileOptions &options,
            const std::stop_token &stop)
        : m_tree(tree), m_shards(shards), m_safetensors(safetensors), m_options(options), m_stop(stop)
    {
    }

    Result<std::vector<std::filesystem::path>> run(const ShardNames &names)
    {
        if (const Result<void> sound = checkNames(); !sound)
            return sound.error();
        if (m_options.progress)
            m_options.progress->total = 2 * estimate();
        std::vector<std::filesystem::path> paths;
        for (std::size_t i = 0; i < m_shards.size(); ++i) {
            paths.push_back(names.shard(i, m_shards.size()));
            if (const Result<void> written = add(paths.back(), m_shards[i]); !written)
                return written.error();
        }
        paths.push_back(names.index());
        if (const Result<void> written = addIndex(paths); !written)
            return written.error();
        if (const Result<void> published = publishTogether(m_files); !published)
            return published.error();
        if (m_options.progress)
            m_options.progress->total = m_options.progress->done.load();
        return paths;
    }

private:
    [[nodiscard]] Result<void> checkNames() const
    {
        std::vector<NamedTensor> all;
        for (const Shard &shard : m_shards)
            all.insert(all.end(), shard.begin(), shard.end());
        return checkNamedTensors(m_tree, all);
    }

    [[nodiscard]] std::uint64_t estimate() const
    {
        std::uint64_t bytes = 0;
        for (const Shard &shard : m_shards) {
            if (m_safetensors) {
                bytes += safetensorsBytes(m_tree, shard, kMetadata).value;
                continue;
            }
            const ShardValues values(m_tree, shard);
            bytes += torchFileBytes(values.tree, values.root).value;
        }
        return bytes;
    }

    Result<AtomicFile *> create(const std::filesystem::path &path)
    {
        Result<AtomicFile> file = AtomicFile::create(path);
        if (!file)
            return file.error();
        file->setProgress(m_options.progress);
        m_files.push_back(*std::move(file));
        return &m_files.back();
    }

    Result<void> add(const std::filesystem::path &path, const Shard &shard)
    {
        const Result<AtomicFile *> file = create(path);
        if (!file)
            return file.error();
        if (!m_safetensors) {
            const ShardValues values(m_tree, shard);
            return finishTorchFile(**file, values.tree, values.root, m_options.device, m_stop);
        }
        const Result<SafetensorsLayout> layout = safetensorsLayout(m_tree, shard, kMetadata);
        if (!layout)
            return layout.error();
        if (Result<void> filled = fillSafetensors(**file, m_tree, shard, *layout, m_stop); !filled)
            return filled;
        return (*file)->finish(m_stop);
    }

    Result<void> addIndex(const std::vector<std::filesystem::path> &paths)
    {
        std::uint64_t bytes = 0;
        nlohmann::ordered_json map = nlohmann::ordered_json::object();
        for (std::size_t i = 0; i < m_shards.size(); ++i)
            for (const NamedTensor &tensor : m_shards[i]) {
                bytes += refOf(m_tree, tensor).byteCount().value;
                map.push_back({tensor.name, paths[i].filename().string()});
            }
        const nlohmann::ordered_json index = {{"metadata", {{"total_size", bytes}}}, {"weight_map", std::move(map)}};
        const Result<AtomicFile *> file = create(paths.back());
        if (!file)
            return file.error();
        if (Result<void> written = (*file)->write(index.dump(2) + "\n"); !written)
            return written;
        return (*file)->finish(m_stop);
    }

    const ValueTree &m_tree;
    std::span<const Shard> m_shards;
    bool m_safetensors;
    const TensorFileOptions &m_options;
    const std::stop_token &m_stop;
    std::vector<AtomicFile> m_files;
};

}  // namespace

std::vector<Shard> shardsOf(const ValueTree &tree, std::span<const NamedTensor> tensors, ByteCount most)
{
    std::vector<std::vector<std::size_t>> shards;
    std::uint64_t filled = 0;
    for (const Group &group : groupsOf(tree, tensors)) {
        if (shards.empty() || group.bytes > most.value || filled > most.value - group.bytes) {
            shards.emplace_back();
            filled = 0;
        }
        shards.back().insert(shards.back().end(), group.members.begin(), group.members.end());
        filled += group.bytes;
    }
    std::vector<Shard> named;
    for (std::vector<std::size_t> &members : shards) {
        std::ranges::sort(members);
        Shard shard;
        for (const std::size_t i : members)
            shard.push_back(tensors[i]);
        named.push_back(std::move(shard));
    }
    return named;
}

Result<std::vector<std::filesystem::path>> writeShards(const std::filesystem::path &path, const ValueTree &tree,
                                                       std::span<const Shard> shards, bool safetensors,
                                                       const TensorFileOptions &options, const std::stop_token &stop)
{
    try {
        const Result<ShardNames> names = ShardNames::of(path, safetensors);
        if (!names)
            return names.error();
        auto files = Writing(tree, shards, safetensors, options, stop).run(*names);
        if (!files)
            names->removeNewFolder();
        return files;
    } catch (const std::bad_alloc &) {
        return Error{ErrorCode::TooLarge, "there is not enough memory to write the files"};
    }
}

}  // namespace waypoint
