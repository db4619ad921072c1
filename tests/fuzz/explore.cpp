// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fuzz/explore.h"

#include "core/base/describe_error.h"
#include "core/checkpoint/check_tensors.h"
#include "core/checkpoint/module_text.h"
#include "core/checkpoint/pickle_into.h"
#include "core/checkpoint/roles.h"
#include "core/checkpoint/summary.h"
#include "core/checkpoint/torch_types.h"
#include "core/io/zip_archive.h"
#include "core/pickle/value_text.h"
#include "core/tensor/element_blocks.h"

#include <algorithm>
#include <cstdlib>

namespace waypoint::fuzz {

namespace {

constexpr EntryId kLookedAt = 2000;               // rows whose texts are made
constexpr std::uint64_t kReadBytes = 256u << 10;  // of a tensor or zip member that is read

/// What a person would call a bug, whatever the file holds.
void require(bool holds)
{
    if (!holds)
        std::abort();
}

void exploreTensor(const ValueTree &tree, const TensorValue &tensor)
{
    (void)tensor.ref.isContiguous();
    const auto &storages = tree.storages();
    if (tensor.ref.storage >= storages.size() || tensor.ref.byteCount().value > kReadBytes)
        return;
    std::uint64_t bytes = 0;
    const auto sum = [&](std::span<const std::byte> block) { bytes += block.size(); };
    if (forEachBlock(tensor.ref, storages[tensor.ref.storage], {}, sum))
        require(bytes == tensor.ref.byteCount().value);
}

void exploreError(const Error &error) { require(!describe(error).empty()); }

}  // namespace

FilePtr fileOf(const std::uint8_t *bytes, std::size_t size)
{
    const auto *first = reinterpret_cast<const std::byte *>(bytes);
    return memoryFile("fuzzed", std::vector<std::byte>(first, first + size));
}

void explore(const EntryTree &entries)
{
    for (EntryId id = 0; id < entries.size(); ++id) {
        const EntryTree::Entry &row = entries[id];
        require(std::uint64_t(row.firstChild) + row.childCount <= entries.size());
        require(id == kRootEntry ? row.parent == kNoEntry : row.parent < id);
    }
    for (EntryId id = 0; id < std::min<std::size_t>(entries.size(), kLookedAt); ++id) {
        const Value value = entries.value(id);
        const std::string path = entries.pathText(id);
        require(id == kRootEntry || entries.find(path) != kNoEntry);
        (void)pythonText(value);
        (void)pythonText(value, {.characters = 2000, .items = 1000, .depth = 100});
        (void)cellText(value);
        (void)entries.isNamed(id);
        if (isModule(value))
            (void)moduleText(value);
    }
}

void explore(const Checkpoint &checkpoint)
{
    explore(checkpoint.entries);
    for (const Section &section : checkpoint.sections)
        require(section.entry < checkpoint.entries.size());
    for (const Warning &warning : checkpoint.warnings)
        require(!warning.text.empty());
    (void)summarize(checkpoint);
    const auto tensors = checkpoint.values.tensors();
    for (const TensorValue &tensor : tensors.first(std::min<std::size_t>(tensors.size(), 100)))
        exploreTensor(checkpoint.values, tensor);
}

void readWith(const CheckpointReader &reader, const FilePtr &file)
{
    Source source = sourceOf(file, 0);
    source.path = "no-such-folder/.metadata";  // some formats look for files beside theirs
    if (!reader.recognises(source))
        return;
    Checkpoint checkpoint;
    checkpoint.path = source.path;
    checkpoint.format = reader.format();
    const auto root = reader.read(source, {}, checkpoint);
    if (!root)
        return exploreError(root.error());
    checkpoint.root = *root;
    checkpoint.entries = EntryTree(checkpoint.values, checkpoint.root, {});
    checkTensors(checkpoint);
    findSections(checkpoint);
    explore(checkpoint);
}

void readPickle(const FilePtr &file)
{
    Checkpoint checkpoint;
    ByteStream stream(file);
    const TorchTypes types([](Storage &) {});
    const auto read = readPickleInto(stream, {}, &types.rules(), {}, checkpoint);
    if (!read)
        return exploreError(read.error());
    explore(EntryTree(checkpoint.values, read->root, {}));
}

void readZip(const FilePtr &file)
{
    const auto archive = ZipArchive::open(file, {});
    if (!archive)
        return exploreError(archive.error());
    const auto entries = (*archive)->entries();
    for (std::size_t i = 0; i < std::min<std::size_t>(entries.size(), 100); ++i) {
        require((*archive)->find(entries[i].name).has_value());
        (void)(*archive)->dataRange(i);
        if (entries[i].size.value > kReadBytes)
            continue;
        if (const auto member = (*archive)->openMember(i))
            (void)readRange(**member, {{}, (*member)->size()});
        (void)(*archive)->checkCrc(i, {});
    }
}

}  // namespace waypoint::fuzz
