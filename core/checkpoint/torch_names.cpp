// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/torch_names.h"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace waypoint {

namespace {

constexpr std::array<std::pair<std::string_view, DType>, 31> kScalarTypes{{
    {"Float", DType::Float32},
    {"Half", DType::Float16},
    {"BFloat16", DType::BFloat16},
    {"Double", DType::Float64},
    {"Long", DType::Int64},
    {"Int", DType::Int32},
    {"Short", DType::Int16},
    {"Char", DType::Int8},
    {"Byte", DType::UInt8},
    {"Bool", DType::Bool},
    {"UInt16", DType::UInt16},
    {"UInt32", DType::UInt32},
    {"UInt64", DType::UInt64},
    {"ComplexHalf", DType::ComplexHalf},
    {"ComplexFloat", DType::ComplexFloat},
    {"ComplexDouble", DType::ComplexDouble},
    {"QInt8", DType::QInt8},
    {"QUInt8", DType::QUInt8},
    {"QInt32", DType::QInt32},
    {"QUInt4x2", DType::QUInt4x2},
    {"QUInt2x4", DType::QUInt2x4},
    {"Bits8", DType::Bits8},
    {"Bits16", DType::Bits16},
    {"Float8_e5m2", DType::Float8E5M2},
    {"Float8_e4m3fn", DType::Float8E4M3FN},
    {"Float8_e5m2fnuz", DType::Float8E5M2FNUZ},
    {"Float8_e4m3fnuz", DType::Float8E4M3FNUZ},
    {"Float8_e8m0fnu", DType::Float8E8M0FNU},
    {"Float4_e2m1fn_x2", DType::Float4E2M1FNx2},
    {"Untyped", DType::UInt8},
    {"_Untyped", DType::UInt8},
}};

}  // namespace

std::optional<DType> dtypeOfTorchName(std::string_view name)
{
    constexpr std::string_view kPackage = "torch.";
    constexpr std::string_view kStorage = "Storage";
    if (!name.starts_with(kPackage))
        return std::nullopt;
    if (!name.ends_with(kStorage))
        return dtypeFromName(name.substr(kPackage.size()));
    std::string_view type = name.substr(name.rfind('.') + 1);
    type.remove_suffix(kStorage.size());
    for (const auto &[scalarType, dtype] : kScalarTypes)
        if (type == scalarType)
            return dtype;
    return std::nullopt;
}

std::optional<DType> dtypeOfGlobal(Value global)
{
    if (!global.is(ValueKind::Global))
        return std::nullopt;
    return dtypeOfTorchName(global.text());
}

std::string deviceText(Value device)
{
    constexpr std::size_t kLongest = 64;  // many storages may name one long text
    if (device.is(ValueKind::Str) || device.is(ValueKind::Bytes))
        return std::string(device.text().substr(0, kLongest));
    if (!device.is(ValueKind::Object) || device.className() != "torch.device")
        return {};
    const Value args = device.wrap(device.object().args);
    const Value type = args.at(0);
    if (!type.is(ValueKind::Str))
        return {};
    const std::string_view name = type.text().substr(0, kLongest);
    const auto index = args.at(1).integer();
    return index ? fmt::format("{}:{}", name, *index) : std::string(name);
}

}  // namespace waypoint
