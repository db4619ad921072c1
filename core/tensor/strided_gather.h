// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/tensor/tensor_ref.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <vector>

namespace waypoint {

/// Reads bytes of a tensor's storage; an error where they are not all there.
using StorageRead = std::function<Result<void>(ByteOffset at, std::span<std::byte> into)>;

/// Puts the elements of a view with any strides into row-major order, in bands that fit memory.
///
/// A band is filled in the order of the storage, not of the tensor: of a transposed matrix whole pieces are read and
/// spread, not single elements. Gaps are read along where they are small.
class StridedGather
{
public:
    /// Requires: at least one dimension and one element, tensor.storageRange().
    StridedGather(const TensorRef &tensor, StorageRead read);

    /// Calls `sink` with one band after the other, each valid during the call. Cancelled between two reads.
    Result<void> run(const std::stop_token &stop, const std::function<Result<void>(std::span<std::byte>)> &sink);

private:
    /// A dimension of a band. Strides count elements; that in the storage is never negative here.
    struct Axis
    {
        std::int64_t size = 1;
        std::int64_t inStorage = 0;
        std::int64_t inBand = 0;
    };

    /// First element of something in the storage and in the band.
    struct Place
    {
        std::int64_t inStorage = 0;
        std::int64_t inBand = 0;
    };

    /// The axes from `axis` on are read in one piece, and of the one before them `step` indices at a time;
    /// 0 where one piece holds all.
    struct Cut
    {
        std::size_t axis = 0;
        std::int64_t step = 1;
    };

    void chooseBands();
    /// Dimensions of a band, largest storage stride first; moves `place` to where strides that ran backwards end.
    std::vector<Axis> bandAxes(std::int64_t rows, Place &place) const;
    [[nodiscard]] Cut cutOf(std::span<const Axis> axes) const;
    Result<void> fillBand(std::int64_t rows, Place place, const std::stop_token &stop);
    Result<void> readPieces(std::span<const Axis> outer, std::span<const Axis> inner, Place place,
                            const std::stop_token &stop);
    Result<void> readPiece(std::span<const Axis> inner, Place place);

    const TensorRef &m_tensor;
    StorageRead m_read;
    std::size_t m_unit;
    std::size_t m_split = 0;         ///< dimension that bands cut into pieces; those before it are counted through
    std::int64_t m_rowsPerBand = 1;  ///< indices of dimension m_split in a band
    std::int64_t m_rowElements = 1;  ///< elements for one index of dimension m_split
    std::vector<std::byte> m_band;
    std::vector<std::byte> m_piece;
};

}  // namespace waypoint
