// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/array_tensors.h"

#include "core/base/printable.h"
#include "core/io/latin1_file.h"
#include "core/tensor/opened_storage.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace waypoint {

namespace {

/// Bytes that an old pickle holds as text: finding out how many they are takes reading them, so it waits.
class Latin1Source final : public StorageSource
{
public:
    explicit Latin1Source(ExternalBytes bytes) : m_bytes(std::move(bytes)) {}

    Result<FilePtr> open(std::uint64_t) const override
    {
        return latin1File(m_bytes.file, m_bytes.range, m_bytes.file->name());
    }

private:
    ExternalBytes m_bytes;
};

StorageSourcePtr sourceOf(const ValueTree &values, ValueId data)
{
    if (const ExternalBytes *external = values.externalBytes(data)) {
        if (external->latin1)
            return std::make_shared<Latin1Source>(*external);
        return arrayStorageSource(fileWindow(external->file, external->range, external->file->name()));
    }
    const auto bytes = std::as_bytes(std::span(values.text(data)));
    return arrayStorageSource(memoryFile("array", std::vector<std::byte>(bytes.begin(), bytes.end())));
}

}  // namespace

SmallDims arrayStrides(const ArrayValue &array)
{
    if (!array.fortranOrder)
        return contiguousStrides(array.shape);
    std::vector<std::int64_t> dims(array.shape.begin(), array.shape.end());
    std::ranges::reverse(dims);
    const SmallDims reversed = contiguousStrides(SmallDims(std::span<const std::int64_t>(dims)));
    dims.assign(reversed.begin(), reversed.end());
    std::ranges::reverse(dims);
    return SmallDims(std::span<const std::int64_t>(dims));
}

StorageSourcePtr arrayStorageSource(FilePtr bytes) { return std::make_shared<OpenedStorage>(std::move(bytes)); }

Result<NumericTensor> arrayTensor(const ValueTree &values, const ArrayValue &array)
{
    const std::optional<DType> dtype = dtypeFromName(array.dtype);
    if (!dtype || !checkNumeric(*dtype) || !array.data.isValid() || values.kind(array.data) != ValueKind::Bytes)
        return Error{
            ErrorCode::Unsupported,
            fmt::format("an array of dtype {} holds no numbers that Waypoint could read", printable(array.dtype))};
    NumericTensor tensor;
    tensor.ref.dtype = *dtype;
    tensor.ref.shape = array.shape;
    tensor.ref.strides = arrayStrides(array);
    tensor.storage.key = "array";
    tensor.storage.device = "cpu";
    tensor.storage.dtype = *dtype;
    tensor.storage.bigEndian = array.bigEndian;
    tensor.storage.present = true;
    tensor.storage.bytes = values.byteLength(array.data);
    tensor.storage.source = sourceOf(values, array.data);
    return tensor;
}

}  // namespace waypoint
