// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/numeric_tensor.h"

#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace waypoint {

/// One number as its tensor holds it, so that int64 and float32 can be written without loss.
struct Element
{
    enum class Kind : std::uint8_t { Bool, Integer, Unsigned, Float, Complex };
    Kind kind = Kind::Float;
    DType dtype = DType::Unknown;       ///< decides how many digits tell it from its neighbours
    double real = 0;                    ///< the value (quantised: dequantised); also of integers, rounded
    double imaginary = 0;               ///< Complex
    std::int64_t integer = 0;           ///< Bool, Integer: exactly
    std::uint64_t unsignedInteger = 0;  ///< Unsigned: exactly

    [[nodiscard]] bool isNan() const;
    [[nodiscard]] bool isInfinite() const;
    [[nodiscard]] bool isZero() const;
};

/// The shortest text that gives the same element back in its dtype: "0.1" for a float32 0.1, "nan", "-inf",
/// "(1+2j)", "True", "9007199254740993". With `digits`: so many significant ones (floats only).
[[nodiscard]] std::string elementText(const Element &element, std::optional<int> digits = {});

/// A rectangle of a tensor: rows run along one dimension, columns along another, the other dimensions stand still.
struct PlaneWindow
{
    std::vector<std::int64_t> fixed;    ///< an index for each dimension; those of the two in the plane are ignored
    std::optional<std::size_t> rowDim;  ///< none: a single row
    std::optional<std::size_t> columnDim;
    std::int64_t firstRow = 0;
    std::int64_t rows = 1;
    std::int64_t rowStep = 1;  ///< every so manieth row
    std::int64_t firstColumn = 0;
    std::int64_t columns = 1;
    std::int64_t columnStep = 1;
};

/// The elements of a window, row by row; reads no more of the file than the rows touch (neighbours are read together).
/// BadArgument for a window that leaves the tensor or holds more than 16 million elements; else as forEachBlock.
Result<std::vector<Element>> readWindow(const NumericTensor &tensor, const PlaneWindow &window,
                                        const std::stop_token &stop);

/// `count` elements from a row-major position on: for long 1-D tensors that are shown wrapped.
Result<std::vector<Element>> readElements(const NumericTensor &tensor, std::int64_t first, std::int64_t count,
                                          const std::stop_token &stop);

/// What to look for in a tensor.
enum class Wanted { Nan, Infinite, NotFinite, Zero };

/// Row-major position of the next (or, backwards, previous) such element after `from`, going once around; nothing
/// where there is none. Streams; memory below 100 MiB; reports elements looked at through `done`.
Result<std::optional<std::int64_t>> findElement(const NumericTensor &tensor, Wanted wanted, std::int64_t from,
                                                bool backwards, const std::stop_token &stop,
                                                const std::function<void(std::int64_t)> &done = {});

/// Row-major position <-> index. Requires: the shape has no 0.
[[nodiscard]] std::vector<std::int64_t> indexOfPosition(const SmallDims &shape, std::int64_t position);
[[nodiscard]] std::int64_t positionOfIndex(const SmallDims &shape, std::span<const std::int64_t> index);

}  // namespace waypoint
