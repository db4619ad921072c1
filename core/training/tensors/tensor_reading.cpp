// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/tensors/tensor_reading.h"

#include "core/tensor/element_blocks.h"

#include <array>
#include <cstring>
#include <new>
#include <string>
#include <utility>

namespace waypoint {

namespace {

constexpr std::array kTypes = {
    std::pair{DType::Bool, at::kBool},
    std::pair{DType::UInt8, at::kByte},
    std::pair{DType::Int8, at::kChar},
    std::pair{DType::Int16, at::kShort},
    std::pair{DType::Int32, at::kInt},
    std::pair{DType::Int64, at::kLong},
    std::pair{DType::Float16, at::kHalf},
    std::pair{DType::BFloat16, at::kBFloat16},
    std::pair{DType::Float32, at::kFloat},
    std::pair{DType::Float64, at::kDouble},
    std::pair{DType::ComplexHalf, at::kComplexHalf},
    std::pair{DType::ComplexFloat, at::kComplexFloat},
    std::pair{DType::ComplexDouble, at::kComplexDouble},
};

/// LibTorch appends where in its source it threw, and a stack.
std::string firstLine(const char *message)
{
    std::string text(message);
    text.resize(std::min(text.find('\n'), text.size()));
    return text;
}

}  // namespace

std::optional<at::ScalarType> scalarType(DType dtype)
{
    for (const auto &[own, torchs] : kTypes)
        if (own == dtype)
            return torchs;
    return std::nullopt;
}

DType dtypeOf(at::ScalarType type)
{
    for (const auto &[own, torchs] : kTypes)
        if (torchs == type)
            return own;
    return DType::Unknown;
}

Result<at::Tensor> readTensor(Value value)
{
    const TensorRef &ref = value.tensor().ref;
    const auto type = scalarType(ref.dtype);
    if (!type || ref.layout != TensorLayout::Strided || ref.storage == kNoStorage)
        return Error{.code = ErrorCode::Unsupported,
                     .detail = "a tensor of dtype " + std::string(dtypeName(ref.dtype)) + ", layout "
                               + std::string(layoutName(ref.layout)) + ", where a plain one is needed"};
    if (value.tree().storages()[ref.storage].device == "meta")
        return Error{.code = ErrorCode::Unsupported,
                     .detail = "a tensor that was saved from the device 'meta' has no numbers",
                     .advice = "Save it again after the model was given its weights (to_empty and load_state_dict)."};
    return guarded([&]() -> Result<at::Tensor> {
        const auto dims = ref.shape.dims();
        at::Tensor tensor = at::empty(at::IntArrayRef(dims.data(), dims.size()), at::TensorOptions(*type));
        auto *to = static_cast<std::byte *>(tensor.data_ptr());
        const std::byte *const end = to + tensor.nbytes();
        auto read = forEachBlock(ref, value.tree().storages()[ref.storage], {}, [&](std::span<const std::byte> block) {
            const std::size_t room = static_cast<std::size_t>(end - to);
            std::memcpy(to, block.data(), std::min(room, block.size()));
            to += std::min(room, block.size());
        });
        if (!read)
            return read.error();
        return tensor;
    });
}

std::optional<double> readNumber(Value value)
{
    if (!value.is(ValueKind::Tensor))
        return value.number();
    const TensorRef &ref = value.tensor().ref;
    if (ref.elementCount() != 1)
        return std::nullopt;
    auto tensor = readTensor(value);
    if (!tensor || tensor->is_complex())
        return std::nullopt;
    return tensor->item<double>();
}

Error torchError(const std::exception &exception)
{
    Error error{.code = ErrorCode::TrainingFailed};
    const auto *torchs = dynamic_cast<const c10::Error *>(&exception);
    error.detail = firstLine(torchs ? torchs->what_without_backtrace() : exception.what());
    const bool noMemory = dynamic_cast<const std::bad_alloc *>(&exception)
                          || error.detail.find("out of memory") != std::string::npos
                          || error.detail.find("allocate memory") != std::string::npos
                          || error.detail.find("not enough memory") != std::string::npos;
    if (noMemory) {
        error.detail = "out of memory: " + error.detail;
        error.advice = "Use a smaller --batch-size (with --accumulate for the same effect), or another device.";
    }
    return error;
}

}  // namespace waypoint
