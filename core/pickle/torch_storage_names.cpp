// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pickle/torch_storage_names.h"

namespace waypoint {

std::string_view storageClassName(DType dtype)
{
    switch (dtype) {
    case DType::Bool:
        return "BoolStorage";
    case DType::UInt8:
        return "ByteStorage";
    case DType::Int8:
        return "CharStorage";
    case DType::Int16:
        return "ShortStorage";
    case DType::Int32:
        return "IntStorage";
    case DType::Int64:
        return "LongStorage";
    case DType::Float16:
        return "HalfStorage";
    case DType::BFloat16:
        return "BFloat16Storage";
    case DType::Float32:
        return "FloatStorage";
    case DType::Float64:
        return "DoubleStorage";
    case DType::ComplexFloat:
        return "ComplexFloatStorage";
    case DType::ComplexDouble:
        return "ComplexDoubleStorage";
    case DType::QInt8:
        return "QInt8Storage";
    case DType::QUInt8:
        return "QUInt8Storage";
    case DType::QInt32:
        return "QInt32Storage";
    case DType::QUInt4x2:
        return "QUInt4x2Storage";
    case DType::QUInt2x4:
        return "QUInt2x4Storage";
    default:
        return {};
    }
}

}  // namespace waypoint
