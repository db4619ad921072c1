// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/describe_error.h"
#include "core/checkpoint/export/tensor_files.h"
#include "core/checkpoint/reader.h"
#include "core/tensor/element_blocks.h"
#include "tests/support/memory_storage.h"

#include <QString>
#include <QStringList>

#include <array>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

/// State dicts to write, and what readers make of the files.
namespace waypoint::test {

/// `count` bytes that differ from their neighbours.
inline FilePtr someBytes(std::size_t count, unsigned seed = 1)
{
    std::vector<std::byte> bytes(count);
    for (std::size_t i = 0; i < count; ++i)
        bytes[i] = static_cast<std::byte>((i * 7 + i / 251 + seed) & 0x3f);
    return memoryFile("bytes", std::move(bytes));
}

/// A state_dict in the making.
struct Model
{
    ValueTree tree;
    std::vector<NamedTensor> tensors;

    StorageIndex store(FilePtr file, DType dtype) { return tree.addStorage(storageOf(std::move(file), dtype)); }

    void add(const std::string &name, StorageIndex storage, DType dtype, const std::vector<std::int64_t> &shape,
             const std::vector<std::int64_t> &strides = {}, std::int64_t offset = 0)
    {
        TensorValue tensor;
        tensor.ref.dtype = dtype;
        tensor.ref.storage = storage;
        tensor.ref.shape = SmallDims(std::span(shape));
        tensor.ref.strides = strides.empty() ? contiguousStrides(tensor.ref.shape) : SmallDims(std::span(strides));
        tensor.ref.offset = offset;
        tensors.push_back({name, tree.addTensor(std::move(tensor))});
    }

    void add(const std::string &name, DType dtype, const std::vector<std::int64_t> &shape, unsigned seed = 1)
    {
        std::size_t count = 1;
        for (const auto size : shape)
            count *= static_cast<std::size_t>(size);
        add(name, store(someBytes(count * dtypeBytes(dtype), seed), dtype), dtype, shape);
    }

    ValueId root()
    {
        const ValueId dict = tree.addContainer(ValueKind::Dict);
        for (const NamedTensor &tensor : tensors)
            tree.append(dict, std::array{tree.addStr(tensor.name), tensor.tensor});
        return dict;
    }
};

inline QString textOf(const Result<void> &result)
{
    return result ? QStringLiteral("done") : QString::fromStdString(describe(result.error()));
}

/// Name, type, shape and hash of a tensor.
inline QString tensorLine(const std::string &name, const ValueTree &tree, ValueId id)
{
    const TensorRef &ref = tree.tensor(id).ref;
    const auto hash = sha256OfElements(ref, tree.storages()[ref.storage], {});
    QStringList dims;
    for (const auto dim : ref.shape)
        dims << QString::number(dim);
    return QStringLiteral("%1 %2 [%3] %4")
        .arg(QString::fromStdString(name), QString::fromStdString(std::string(dtypeName(ref.dtype))), dims.join(u','),
             hash ? QString::fromStdString(hash->substr(0, 12)) : QStringLiteral("unreadable"));
}

/// Every tensor as the reader of a file sees it, after what it warns of.
inline QStringList tensorsIn(const std::filesystem::path &path)
{
    const Opened opened = openCheckpoint(path);
    if (!opened.checkpoint)
        return {QString::fromStdString(describe(*opened.error))};
    QStringList lines;
    for (const Warning &warning : opened.checkpoint->warnings)
        lines << QString::fromStdString(warning.text);
    const ValueTree &tree = opened.checkpoint->values;
    const Value root(tree, opened.checkpoint->root);
    for (std::size_t i = 0; i < root.count(); ++i)
        if (root.at(i).is(ValueKind::Tensor))
            lines << tensorLine(std::string(root.key(i).text()), tree, root.at(i).id());
    return lines;
}

/// The same of what is to be written.
inline QStringList tensorsOf(const Model &model)
{
    QStringList lines;
    for (const NamedTensor &tensor : model.tensors)
        lines << tensorLine(tensor.name, model.tree, tensor.tensor);
    return lines;
}

}  // namespace waypoint::test
