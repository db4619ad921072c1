// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/tensor/tensor_ref.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace waypoint {

/// Elements as they are stored -> as they are meant: little-endian, conjugated, negated.
class ElementMeaning
{
public:
    ElementMeaning(const TensorRef &tensor, const Storage &storage);

    void apply(std::span<std::byte> elements) const;

    /// Whether Waypoint knows what lazily negating this type means.
    static bool isKnown(const TensorRef &tensor);

private:
    void flipSigns(std::span<std::byte> elements) const;

    std::size_t m_unit;
    bool m_swap;
    bool m_negateIntegers;
    bool m_flipEven = false;
    bool m_flipOdd = false;
};

/// A storage's bytes, with errors that tell the place in the file. Any thread.
class StorageBytes
{
public:
    /// Requires: `storage` outlives this.
    static Result<StorageBytes> open(const Storage &storage);

    /// Of the file that holds them, or of the part of it.
    [[nodiscard]] const std::string &fileName() const { return m_file->name(); }
    [[nodiscard]] Result<void> checkHolds(ByteRange range) const;
    /// All of `into`, or Truncated.
    Result<void> read(ByteOffset at, std::span<std::byte> into) const;

private:
    StorageBytes(const Storage &storage, FilePtr file, ByteOffset inFile);

    [[nodiscard]] Error missing(ByteCount there, std::string_view why) const;

    const Storage *m_storage;
    FilePtr m_file;
    ByteOffset m_inFile;
};

/// Whether a tensor's elements can be read at all: Unsupported, Corrupt or TooLarge, as forEachBlock().
Result<void> checkElementsReadable(const TensorRef &tensor);

}  // namespace waypoint
