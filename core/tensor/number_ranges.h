// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/element_access.h"
#include "core/tensor/numeric_tensor.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

namespace waypoint {

/// Numbers [first, first + count) of a tensor, row-major.
struct NumberRun
{
    std::int64_t first = 0;
    std::int64_t count = 0;
};

/// A tensor whose numbers are read in any order and from several threads, a range at a time: what lies at one place in
/// tensors of other types and strides can be read side by side. Immutable; any thread.
class NumberRanges
{
public:
    /// Ranges begin at multiples of this: the values of packed types begin at a byte there.
    static constexpr std::int64_t kGroup = 4;

    /// Errors as forEachNumber(), with Error::file.
    static Result<std::unique_ptr<const NumberRanges>> open(NumericTensor tensor);
    NumberRanges(const NumberRanges &) = delete;
    NumberRanges &operator=(const NumberRanges &) = delete;

    [[nodiscard]] const NumericTensor &tensor() const { return m_tensor; }
    [[nodiscard]] std::int64_t count() const { return m_count; }
    /// Ranges that are not contiguous are gathered, which takes memory of twice their size and 4 MiB.
    [[nodiscard]] bool isContiguous() const { return m_contiguous; }
    [[nodiscard]] ByteCount bytesOf(std::int64_t numbers) const;
    /// Whether both read the same bytes and mean the same by them.
    [[nodiscard]] bool isSameAs(const NumberRanges &other) const;

    /// The elements as they are meant, contiguous and little-endian. The view is valid until `buffer` is used again.
    Result<std::span<const std::byte>> read(NumberRun range, const std::stop_token &stop,
                                            std::vector<std::byte> &buffer) const;

    /// Numbers of a block that read() gave, as float64; complex ones as real and imaginary part in turn, quantised ones
    /// as their values. Requires: `into` has as many places.
    void decode(std::span<const std::byte> block, NumberRun range, std::span<double> into) const;

private:
    explicit NumberRanges(NumericTensor tensor);
    Result<void> openStorage();
    Result<void> gather(NumberRun range, const std::stop_token &stop, std::vector<std::byte> &buffer) const;
    [[nodiscard]] Error located(Error error) const;

    NumericTensor m_tensor;
    NumericTensor m_opened;  ///< with its storage opened once
    NumberDecoder m_decoder;
    std::optional<ElementMeaning> m_meaning;
    std::optional<StorageBytes> m_bytes;  ///< none for a tensor without elements
    std::int64_t m_count = 0;
    bool m_contiguous = true;
};

}  // namespace waypoint
