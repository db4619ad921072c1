// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/float_conversion.h"
#include "core/tensor/tensor_ref.h"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace waypoint {

/// A run of bytes of an export that is not simply a storage of the file it comes from.
struct ExportPiece
{
    Storage source;
    TensorRef view;       ///< of `source`; its elements row-major are the bytes; or contiguous elements of a range
    DType to;             ///< view.dtype where nothing is converted
    bool gather = false;  ///< false: the bytes of `range` as they lie
    ByteRange range;      ///< of `source`, whole elements of view.dtype
    std::string name;     ///< of the first tensor that shows it
};

/// Parts of storages, gathered views and converted elements, made as they are read: record i is the i-th piece.
class ExportStorages final : public StorageSource
{
public:
    /// Returns the record. Requires: nobody reads yet.
    std::uint64_t add(ExportPiece piece);

    [[nodiscard]] const std::vector<ExportPiece> &pieces() const { return m_pieces; }
    /// Bytes of a piece as it is handed out.
    [[nodiscard]] static ByteCount bytesOf(const ExportPiece &piece);

    Result<FilePtr> open(std::uint64_t record) const override;
    std::optional<ByteRange> place(std::uint64_t record) const override;

    /// What was lost of each piece in all that was read since forgetLosses(); what is read twice counts once.
    [[nodiscard]] std::vector<LostNumbers> losses() const;
    void forgetLosses() const;

private:
    struct Counted
    {
        LostNumbers lost;
        std::map<std::uint64_t, std::uint64_t> seen;  ///< runs of elements that were counted: first -> end
    };
    /// Shared with the files that are open, which may outlive a source.
    struct Counts
    {
        std::mutex mutex;
        std::vector<Counted> pieces;
    };
    class ConvertedFile;

    std::vector<ExportPiece> m_pieces;
    std::shared_ptr<Counts> m_counts = std::make_shared<Counts>();
};

}  // namespace waypoint
