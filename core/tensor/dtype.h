// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace waypoint {

/// Element types of torch (torch/csrc/utils/dtypes, c10/core/ScalarType.h) and of safetensors.
enum class DType : std::uint8_t {
    Unknown,
    Bool,
    UInt8,
    Int8,
    UInt16,
    Int16,
    UInt32,
    Int32,
    UInt64,
    Int64,
    Float16,
    BFloat16,
    Float32,
    Float64,
    ComplexHalf,
    ComplexFloat,
    ComplexDouble,
    Float8E5M2,
    Float8E4M3FN,
    Float8E5M2FNUZ,
    Float8E4M3FNUZ,
    Float8E8M0FNU,
    Float4E2M1FNx2,  ///< two values in a byte; the shape counts bytes
    Float6E2M3FN,    ///< safetensors only, four values in three bytes
    Float6E3M2FN,    ///< safetensors only, four values in three bytes
    QInt8,
    QUInt8,
    QInt32,
    QUInt4x2,
    QUInt2x4,
    Bits8,  ///< opaque bits of torch.bits8 and its kin
    Bits16,
    Float4E2M1FN,  ///< safetensors' F4, the same bytes and name; the shape counts values
};

/// Name in torch without "torch.": "float32", "bfloat16", "qint8".
[[nodiscard]] std::string_view dtypeName(DType dtype);

/// "float32" -> Float32; also "half", "float", "double", "long", ... Unknown names give nothing.
[[nodiscard]] std::optional<DType> dtypeFromName(std::string_view name);

/// Bits of one element: 32 for float32, 4 for quint4x2 and float4_e2m1fn_x2's values.
[[nodiscard]] unsigned dtypeBits(DType dtype);

/// Whole bytes of one element as a storage counts them; 0 for Unknown.
/// Sub-byte types count as torch does: quint4x2, quint2x4 and float4_e2m1fn_x2 are stored one byte a unit.
[[nodiscard]] unsigned dtypeBytes(DType dtype);

/// Unit that changes place between big and little endian: the component of a complex number, else the element.
[[nodiscard]] unsigned dtypeSwapUnit(DType dtype);

[[nodiscard]] bool isFloatingPoint(DType dtype);
[[nodiscard]] bool isComplex(DType dtype);
[[nodiscard]] bool isQuantized(DType dtype);

}  // namespace waypoint
