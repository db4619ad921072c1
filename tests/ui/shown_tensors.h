// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/memory_storage.h"
#include "ui/views/tensor_view.h"

#include <QtCore/QFile>

#include <cstring>
#include <vector>

/// Tensors to look at, made on the spot.
namespace waypoint::test {

inline ShownTensorPtr shownTensor(FilePtr file, DType dtype, const SmallDims &shape)
{
    auto shown = std::make_shared<ShownTensor>();
    shown->numbers.storage = storageOf(std::move(file), dtype);
    shown->numbers.ref.dtype = dtype;
    shown->numbers.ref.shape = shape;
    shown->numbers.ref.strides = contiguousStrides(shape);
    shown->name = QStringLiteral("net/conv.weight");
    return shown;
}

template<typename T>
ShownTensorPtr shownTensor(const std::vector<T> &values, DType dtype, const SmallDims &shape)
{
    std::vector<std::byte> bytes(values.size() * sizeof(T));
    if (!bytes.empty())
        std::memcpy(bytes.data(), values.data(), bytes.size());
    return shownTensor(memoryFile("values", std::move(bytes)), dtype, shape);
}

/// 0, 1, 2, ... as float32.
inline std::vector<float> countingUp(std::size_t count)
{
    std::vector<float> values(count);
    for (std::size_t i = 0; i < count; ++i)
        values[i] = static_cast<float>(i);
    return values;
}

/// A file of zeros that takes no room on the disk; null where the file system has no such files.
inline FilePtr fileOfZeros(const QString &path, qint64 bytes)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || !file.resize(bytes))
        return nullptr;
    file.close();
    Result<FilePtr> opened = openFile(path.toStdString());
    return opened ? *opened : nullptr;
}

}  // namespace waypoint::test
