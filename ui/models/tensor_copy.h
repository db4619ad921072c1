// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/tensor_grid.h"

#include <QtCore/QString>

namespace waypoint {

enum class CopyFormat {
    Text,   ///< columns apart by tabs
    Csv,    ///< columns apart by commas
    NumPy,  ///< np.array([[...]], dtype=np.float32)
};

/// Beyond this, saving is the better way.
inline constexpr std::int64_t kMostCopiedElements = 1'000'000;

/// The elements of a rectangle as text, every one with all the digits it takes to read it again. BadArgument for more
/// than kMostCopiedElements; else errors as readWindow. Reads: not for the window's thread.
///
/// The literal has the rectangle's rows; elements of a wrapped tensor that follow one another in it, and those of a
/// rectangle that reaches past its end, make one dimension. Types that NumPy lacks become the next wider one that holds
/// every value; complex numbers keep both parts.
[[nodiscard]] Result<QString> copyText(const NumericTensor &tensor, const TensorGrid &grid, const CellRect &rect,
                                       CopyFormat format, const std::stop_token &stop);

}  // namespace waypoint
