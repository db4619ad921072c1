// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/io/random_access_file.h"
#include "core/tensor/dtype.h"
#include "core/tensor/small_dims.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace waypoint {

/// Bytes of a storage as far as a damaged container has them, and what can be said of them.
struct StorageEvidence
{
    FilePtr bytes;                    ///< from the storage's first byte on; shorter than it where some are missing
    std::vector<std::uint32_t> sums;  ///< CRC-32 of all of `bytes`, as one record or another gives it; empty: none
    bool endGuessed = false;          ///< nothing tells where they end: zeros there need not be the storage's
};

/// Where the bytes of a container's storages are. One object serves all storages of a file, so that
/// 100,000 of them cost no object each and nothing is looked up before somebody wants the bytes.
/// Thread-safe.
class StorageSource
{
public:
    virtual ~StorageSource() = default;

    /// Exactly the bytes of one storage. `record` is the number the reader put into Storage::record.
    virtual Result<FilePtr> open(std::uint64_t record) const = 0;

    /// Where those bytes lie in the file, where they lie there plainly (not deflated, not in pieces).
    virtual std::optional<ByteRange> place(std::uint64_t record) const;

    /// What there is of a storage in a damaged container: what open() gives, and its checksum. With `everywhere`
    /// instead other places where it may lie, should that be wrong; only a checksum can tell whether it is there.
    virtual std::vector<StorageEvidence> evidence(std::uint64_t record, bool everywhere) const;
};

using StorageSourcePtr = std::shared_ptr<const StorageSource>;

/// A run of bytes that one or more tensors look at. Which tensors share it is told by its index.
struct Storage
{
    std::string key;               ///< name in the container: "0", "94123456"
    std::string device;            ///< as saved: "cpu", "cuda:0", "mps", "meta"
    DType dtype = DType::Unknown;  ///< of the typed storage it was saved as
    bool bigEndian = false;        ///< elements need swapping before use
    bool present = false;          ///< its bytes are in the file, all of them
    ByteCount bytes;               ///< announced by the pickle (or header)
    StorageSourcePtr source;       ///< null where there are no bytes to read
    std::uint64_t record = 0;      ///< for source->open()
};

using StorageIndex = std::uint32_t;
inline constexpr StorageIndex kNoStorage = 0xffffffffu;

/// How a tensor's elements are laid out (torch.layout).
enum class TensorLayout : std::uint8_t {
    Strided,
    SparseCoo,
    SparseCsr,
    SparseCsc,
    SparseBsr,
    SparseBsc,
    Nested,
    Mkldnn,
    Wrapper
};

/// Name in torch without "torch.": "strided", "sparse_coo"; "wrapper" for a subclass without a storage of its own.
[[nodiscard]] std::string_view layoutName(TensorLayout layout);

/// A tensor as a file describes it: no data until somebody reads a range of it.
struct TensorRef
{
    DType dtype = DType::Unknown;
    TensorLayout layout = TensorLayout::Strided;
    bool parameter = false;  ///< torch.nn.Parameter
    bool requiresGrad = false;
    StorageIndex storage = kNoStorage;  ///< none for sparse and nested tensors; meta and wrapper ones have one without
                                        ///< bytes, for its device
    std::int64_t offset = 0;            ///< in elements, from the start of the storage
    SmallDims shape;
    SmallDims strides;       ///< in elements; empty where layout is not Strided
    bool conjugate = false;  ///< lazily conjugated (torch.Tensor.is_conj)
    bool negative = false;   ///< lazily negated (torch.Tensor.is_neg)

    /// Product of the shape; nothing where it does not fit 63 bits.
    [[nodiscard]] std::optional<std::int64_t> elementCount() const;
    /// Bytes of the elements if they lay contiguously (not of the storage behind a view); the largest number
    /// where the shape is impossible. Types smaller than a byte count as torch packs them: quint4x2 and quint2x4
    /// row by row.
    [[nodiscard]] ByteCount byteCount() const;
    [[nodiscard]] bool isContiguous() const;
    /// First and one-past-last element of the storage that this tensor touches; nothing on overflow or a negative
    /// index.
    [[nodiscard]] std::optional<std::pair<std::int64_t, std::int64_t>> elementSpan() const;
    /// The same in bytes of the storage; nothing also where the dtype is unknown.
    [[nodiscard]] std::optional<ByteRange> storageRange() const;
};

/// How stored integers become values: (stored - zero_point) * scale (torch.quantize_per_tensor, _per_channel).
struct Quantizer
{
    bool perChannel = false;
    double scale = 1;            ///< per tensor
    std::int64_t zeroPoint = 0;  ///< per tensor
    std::int64_t axis = 0;       ///< per channel; scales and zero points are tensors beside it
};

/// Row-major strides of a contiguous tensor, as torch computes them (a dimension of 0 counts as 1).
[[nodiscard]] SmallDims contiguousStrides(const SmallDims &shape);

}  // namespace waypoint
