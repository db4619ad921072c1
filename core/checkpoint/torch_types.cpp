// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/torch_types.h"

#include "core/base/checked.h"
#include "core/checkpoint/torch_names.h"
#include "core/checkpoint/torch_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace waypoint {

namespace {

std::string keyOf(Value key)
{
    if (const auto number = key.integer())
        return fmt::format("{}", *number);
    return std::string(key.text());
}

// "0", "17", but not "017": keys as torch.save counts them.
std::optional<std::size_t> smallNumber(std::string_view key)
{
    constexpr std::size_t kDigits = 8;
    if (key.empty() || key.size() > kDigits || (key[0] == '0' && key.size() > 1))
        return std::nullopt;
    std::size_t number = 0;
    for (const char c : key) {
        if (c < '0' || c > '9')
            return std::nullopt;
        number = number * 10 + static_cast<std::size_t>(c - '0');
    }
    return number;
}

// Bytes of `count` elements as a storage counts them; nothing where that cannot be.
std::optional<ByteCount> storageBytes(std::int64_t count, DType dtype)
{
    if (count < 0)
        return std::nullopt;
    const auto bytes = checkedMul<std::uint64_t>(static_cast<std::uint64_t>(count), dtypeBytes(dtype));
    return bytes ? std::optional(ByteCount{*bytes}) : std::nullopt;
}

}  // namespace

TorchTypes::TorchTypes(Locate locate, const Limits &limits) : m_locate(std::move(locate)), m_limits(limits)
{
    m_rules.setPersistent([this](ValueTree &tree, ValueId id) { resolvePersistent(tree, id); });
    addTensorRules(*this, m_rules);
    addTorchValueRules(m_rules);
}

StorageIndex &TorchTypes::slot(std::string_view key)
{
    if (const auto number = smallNumber(key)) {
        // A far number is no reason for a long table; once it is in the other one it stays there.
        const bool isNear = *number <= 2 * m_byNumber.size() + 1024;
        const bool isElsewhere = !m_byKey.empty() && m_byKey.contains(std::string(key));
        if (isNear && !isElsewhere) {
            if (*number >= m_byNumber.size())
                m_byNumber.resize(std::max(*number + 1, m_byNumber.size() * 3 / 2), kNoStorage);
            return m_byNumber[*number];
        }
    }
    return m_byKey.try_emplace(std::string(key), kNoStorage).first->second;
}

StorageIndex TorchTypes::storage(ValueTree &tree, Storage announced)
{
    StorageIndex &index = slot(announced.key);
    if (index == kNoStorage) {
        m_locate(announced);
        index = tree.addStorage(std::move(announced));
        return index;
    }
    Storage &storage = tree.storage(index);
    if (announced.bytes > storage.bytes) {
        storage.bytes = announced.bytes;
        m_locate(storage);
    }
    return index;
}

std::optional<StorageIndex> TorchTypes::find(std::string_view key) const
{
    if (const auto number = smallNumber(key);
        number && *number < m_byNumber.size() && m_byNumber[*number] != kNoStorage)
        return m_byNumber[*number];
    const auto found = m_byKey.find(std::string(key));
    return found == m_byKey.end() ? std::nullopt : std::optional(found->second);
}

TorchTypes::Look TorchTypes::lookOf(const ValueTree &tree, ValueId storageNode) const
{
    if (const auto found = m_looks.find(storageNode.index); found != m_looks.end())
        return found->second;
    return {.dtype = tree.storages()[tree.storageIndex(storageNode)].dtype, .offset = 0};
}

bool TorchTypes::hasRoom(const ValueTree &tree, std::size_t dimensions)
{
    constexpr std::uint64_t kHeapDims = 64u << 20;
    constexpr std::size_t kInline = 4;  // what SmallDims holds without the heap
    if (dimensions > kInline)
        m_heapDims += 2 * dimensions * sizeof(std::int64_t);
    return m_heapDims <= kHeapDims && tree.memory().value <= m_limits.treeBytes;
}

FilePtr TorchTypes::fileOf(const ValueTree &tree, ValueId bytes)
{
    const auto [entry, isNew] = m_files.try_emplace(bytes.index);
    if (!isNew)
        return entry->second;
    if (const ExternalBytes *external = tree.externalBytes(bytes)) {
        if (!external->latin1)
            entry->second = fileWindow(external->file, external->range, external->file->name());
        return entry->second;
    }
    const std::string_view text = tree.text(bytes);
    const auto *first = reinterpret_cast<const std::byte *>(text.data());
    entry->second = memoryFile("array", std::vector<std::byte>(first, first + text.size()));
    return entry->second;
}

void TorchTypes::resolvePersistent(ValueTree &tree, ValueId persistent)
{
    const Value id = Value(tree, persistent).at(0);
    if (!id.is(ValueKind::Tuple) && !id.is(ValueKind::List))
        return;
    if (id.at(0).text() == "storage")
        resolveStorageId(tree, persistent, id);
    else if (id.at(0).text() == "module" && id.at(1).is(ValueKind::Global))
        tree.becomeCopyOf(persistent, id.at(1).id());
}

void TorchTypes::resolveStorageId(ValueTree &tree, ValueId persistent, Value id)
{
    const std::optional<DType> dtype = dtypeOfGlobal(id.at(1));
    const std::string key = keyOf(id.at(2));
    const auto count = id.at(4).integer();
    if (!dtype || key.empty() || !count)
        return;
    const std::optional<ByteCount> bytes = storageBytes(*count, *dtype);
    if (!bytes)
        return;
    Look look{.dtype = *dtype, .offset = 0};
    // Before 0.4 a slice of a storage was an object of its own: (key of the view, first element, length).
    if (const auto first = id.at(5).at(1).integer())
        look.offset = *first;
    Storage announced;
    announced.key = key;
    announced.device = deviceText(id.at(3));
    announced.dtype = *dtype;
    announced.bytes = *bytes;
    const StorageIndex index = storage(tree, std::move(announced));
    tree.becomeStorageNode(persistent, index);
    if (look.offset != 0 || look.dtype != tree.storages()[index].dtype)
        m_looks.emplace(persistent.index, look);
}

}  // namespace waypoint
