// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/dtype.h"

#include <array>
#include <cstddef>
#include <utility>

namespace waypoint {

namespace {

enum class Kind : std::uint8_t { Unknown, Bool, Integer, Float, Complex, Quantized, Bits };

struct Traits
{
    DType dtype;
    std::string_view name;
    std::uint8_t bits;
    std::uint8_t bytes;
    std::uint8_t swapUnit;
    Kind kind;
};

constexpr std::array kTraits{
    Traits{DType::Unknown, "unknown", 0, 0, 0, Kind::Unknown},
    Traits{DType::Bool, "bool", 8, 1, 1, Kind::Bool},
    Traits{DType::UInt8, "uint8", 8, 1, 1, Kind::Integer},
    Traits{DType::Int8, "int8", 8, 1, 1, Kind::Integer},
    Traits{DType::UInt16, "uint16", 16, 2, 2, Kind::Integer},
    Traits{DType::Int16, "int16", 16, 2, 2, Kind::Integer},
    Traits{DType::UInt32, "uint32", 32, 4, 4, Kind::Integer},
    Traits{DType::Int32, "int32", 32, 4, 4, Kind::Integer},
    Traits{DType::UInt64, "uint64", 64, 8, 8, Kind::Integer},
    Traits{DType::Int64, "int64", 64, 8, 8, Kind::Integer},
    Traits{DType::Float16, "float16", 16, 2, 2, Kind::Float},
    Traits{DType::BFloat16, "bfloat16", 16, 2, 2, Kind::Float},
    Traits{DType::Float32, "float32", 32, 4, 4, Kind::Float},
    Traits{DType::Float64, "float64", 64, 8, 8, Kind::Float},
    Traits{DType::ComplexHalf, "complex32", 32, 4, 2, Kind::Complex},
    Traits{DType::ComplexFloat, "complex64", 64, 8, 4, Kind::Complex},
    Traits{DType::ComplexDouble, "complex128", 128, 16, 8, Kind::Complex},
    Traits{DType::Float8E5M2, "float8_e5m2", 8, 1, 1, Kind::Float},
    Traits{DType::Float8E4M3FN, "float8_e4m3fn", 8, 1, 1, Kind::Float},
    Traits{DType::Float8E5M2FNUZ, "float8_e5m2fnuz", 8, 1, 1, Kind::Float},
    Traits{DType::Float8E4M3FNUZ, "float8_e4m3fnuz", 8, 1, 1, Kind::Float},
    Traits{DType::Float8E8M0FNU, "float8_e8m0fnu", 8, 1, 1, Kind::Float},
    Traits{DType::Float4E2M1FNx2, "float4_e2m1fn_x2", 4, 1, 1, Kind::Float},
    Traits{DType::Float6E2M3FN, "float6_e2m3fn", 6, 1, 1, Kind::Float},
    Traits{DType::Float6E3M2FN, "float6_e3m2fn", 6, 1, 1, Kind::Float},
    Traits{DType::QInt8, "qint8", 8, 1, 1, Kind::Quantized},
    Traits{DType::QUInt8, "quint8", 8, 1, 1, Kind::Quantized},
    Traits{DType::QInt32, "qint32", 32, 4, 4, Kind::Quantized},
    Traits{DType::QUInt4x2, "quint4x2", 4, 1, 1, Kind::Quantized},
    Traits{DType::QUInt2x4, "quint2x4", 2, 1, 1, Kind::Quantized},
    Traits{DType::Bits8, "bits8", 8, 1, 1, Kind::Bits},
    Traits{DType::Bits16, "bits16", 16, 2, 2, Kind::Bits},
    Traits{DType::Float4E2M1FN, "float4_e2m1fn_x2", 4, 1, 1, Kind::Float},
};

constexpr bool tableFollowsTheEnum()
{
    for (std::size_t i = 0; i < kTraits.size(); ++i)
        if (static_cast<std::size_t>(kTraits[i].dtype) != i)
            return false;
    return kTraits.size() == static_cast<std::size_t>(DType::Float4E2M1FN) + 1;
}
static_assert(tableFollowsTheEnum());

const Traits &traits(DType dtype)
{
    const auto i = static_cast<std::size_t>(dtype);
    return kTraits[i < kTraits.size() ? i : 0];
}

// Other names of torch for the same types, and for types that are read as opaque bytes.
constexpr std::array<std::pair<std::string_view, DType>, 14> kOtherNames{{
    {"byte", DType::UInt8},
    {"half", DType::Float16},
    {"float", DType::Float32},
    {"double", DType::Float64},
    {"char", DType::Int8},
    {"short", DType::Int16},
    {"int", DType::Int32},
    {"long", DType::Int64},
    {"chalf", DType::ComplexHalf},
    {"cfloat", DType::ComplexFloat},
    {"cdouble", DType::ComplexDouble},
    {"bits1x8", DType::Bits8},
    {"bits2x4", DType::Bits8},
    {"bits4x2", DType::Bits8},
}};

}  // namespace

std::string_view dtypeName(DType dtype) { return traits(dtype).name; }

std::optional<DType> dtypeFromName(std::string_view name)
{
    for (const auto &known : kTraits)
        if (known.name == name && known.dtype != DType::Unknown)
            return known.dtype;
    for (const auto &[other, dtype] : kOtherNames)
        if (other == name)
            return dtype;
    return std::nullopt;
}

unsigned dtypeBits(DType dtype) { return traits(dtype).bits; }
unsigned dtypeBytes(DType dtype) { return traits(dtype).bytes; }
unsigned dtypeSwapUnit(DType dtype) { return traits(dtype).swapUnit; }

bool isFloatingPoint(DType dtype) { return traits(dtype).kind == Kind::Float; }
bool isComplex(DType dtype) { return traits(dtype).kind == Kind::Complex; }
bool isQuantized(DType dtype) { return traits(dtype).kind == Kind::Quantized; }

}  // namespace waypoint
