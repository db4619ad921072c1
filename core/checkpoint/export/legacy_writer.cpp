// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/export/tensor_files.h"
#include "core/checkpoint/export/write_verified.h"
#include "core/checkpoint/storage_copy.h"
#include "core/pickle/pickle_writer.h"

#include <array>
#include <vector>

namespace waypoint {

namespace {

constexpr std::string_view kMagic = "119547037146038801333356";  // torch/serialization.py, MAGIC_NUMBER
constexpr std::int64_t kProtocol = 1001;
constexpr std::size_t kCountBytes = 8;

Result<std::string> pickleOf(const ValueTree &tree, ValueId root)
{
    return PickleWriter([](StorageIndex) { return PickleWriter::StorageName(); }).write(tree, root);
}

ValueId dictOf(ValueTree &tree, std::initializer_list<std::pair<std::string_view, ValueId>> items)
{
    const ValueId dict = tree.addContainer(ValueKind::Dict);
    for (const auto &[key, value] : items)
        tree.append(dict, std::array{tree.addStr(key), value});
    return dict;
}

/// What the machine that writes is like: Python reads it and goes by none of it.
ValueId systemInfo(ValueTree &tree)
{
    const ValueId sizes = dictOf(tree, {{"short", tree.addInt(2)}, {"int", tree.addInt(4)}, {"long", tree.addInt(4)}});
    return dictOf(
        tree,
        {{"protocol_version", tree.addInt(kProtocol)}, {"little_endian", tree.addBool(true)}, {"type_sizes", sizes}});
}

/// Bytes of an element as the count before a storage's bytes counts them: by the type of what looks at it.
std::vector<unsigned> elementBytes(const ValueTree &tree)
{
    std::vector<unsigned> bytes;
    for (const Storage &storage : tree.storages())
        bytes.push_back(dtypeBytes(storage.dtype));
    for (const TensorValue &tensor : tree.tensors())
        if (tensor.ref.storage != kNoStorage)
            bytes[tensor.ref.storage] = dtypeBytes(tensor.ref.dtype);
    return bytes;
}

/// All that the file has, but the bytes of storages.
struct Legacy
{
    std::string pickles;
    std::vector<Storage> storages;  ///< as long as their counts say
    std::vector<std::uint64_t> counts;

    [[nodiscard]] ByteCount bytes() const
    {
        std::uint64_t sum = pickles.size();
        for (const Storage &storage : storages)
            sum += kCountBytes + storage.bytes.value;
        return {sum};
    }
};

/// The five pickles: magic number, protocol, machine, the values, keys of the storages.
Result<Legacy> legacyOf(const ValueTree &tree, ValueId root, const std::string &device)
{
    Legacy made;
    const std::vector<unsigned> units = elementBytes(tree);
    ValueTree facts;
    const ValueId keys = facts.addContainer(ValueKind::List);
    const PickleWriter writer(
        [&](StorageIndex index) {
            Storage storage = tree.storages()[index];
            const std::uint64_t unit = std::max(units[index], 1u);
            const std::string key = std::to_string(made.storages.size());
            const std::string location = !device.empty() ? device : storage.device.empty() ? "cpu" : storage.device;
            made.counts.push_back(storage.bytes.value / unit);
            storage.bytes = {made.counts.back() * unit};
            made.storages.push_back(std::move(storage));
            facts.append(keys, std::array{facts.addStr(key)});
            return PickleWriter::StorageName{key, location};
        },
        PickleForm::Legacy);
    const Result<std::string> values = writer.write(tree, root);
    if (!values)
        return values.error();
    for (const ValueId fact : {facts.addBigInt(kMagic), facts.addInt(kProtocol), systemInfo(facts), keys}) {
        const Result<std::string> pickle = pickleOf(facts, fact);
        if (!pickle)
            return pickle.error();
        made.pickles += fact == keys ? *values + *pickle : *pickle;
    }
    return made;
}

Result<void> fill(AtomicFile &file, const Legacy &legacy, const std::stop_token &stop)
{
    if (Result<void> written = file.write(legacy.pickles); !written)
        return written;
    for (std::size_t i = 0; i < legacy.storages.size(); ++i) {
        std::array<std::byte, kCountBytes> count{};
        for (std::size_t k = 0; k < count.size(); ++k)
            count[k] = static_cast<std::byte>(legacy.counts[i] >> 8 * k & 0xff);
        if (Result<void> written = file.write(count); !written)
            return written;
        const Result<void> copied = copyStorage(
            legacy.storages[i], stop, [&file](std::span<const std::byte> block) { return file.write(block); });
        if (!copied)
            return copied;
    }
    return {};
}

}  // namespace

Result<void> writeLegacyTorchFile(const std::filesystem::path &path, const ValueTree &tree, ValueId root,
                                  const TensorFileOptions &options, const std::stop_token &stop)
{
    const Result<Legacy> made = legacyOf(tree, root, options.device);
    if (!made)
        return made.error();
    return writeVerified(path, made->bytes(), options.progress, stop,
                         [&](AtomicFile &file) { return fill(file, *made, stop); });
}

ByteCount legacyTorchFileBytes(const ValueTree &tree, ValueId root)
{
    const Result<Legacy> made = legacyOf(tree, root, {});
    return made ? made->bytes() : ByteCount();
}

}  // namespace waypoint
