// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/npy_writer.h"

#include "core/base/checked.h"
#include "core/io/atomic_file.h"
#include "core/tensor/packed_values.h"
#include "core/tensor/tensor_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <new>
#include <vector>

namespace waypoint {

namespace {

constexpr std::int64_t kUnpackedAtOnce = 1 << 20;

/// numpy.dtype.str of what the file holds; empty for types without numbers.
std::string_view descriptionOf(DType dtype)
{
    switch (dtype) {
    case DType::Unknown:
    case DType::Bits8:
    case DType::Bits16:
        return {};
    case DType::Bool:
        return "|b1";
    case DType::UInt8:
        return "|u1";
    case DType::Int8:
        return "|i1";
    case DType::UInt16:
        return "<u2";
    case DType::Int16:
        return "<i2";
    case DType::UInt32:
        return "<u4";
    case DType::Int32:
        return "<i4";
    case DType::UInt64:
        return "<u8";
    case DType::Int64:
        return "<i8";
    case DType::Float16:
        return "<f2";
    case DType::Float64:
        return "<f8";
    case DType::ComplexHalf:
    case DType::ComplexFloat:
        return "<c8";
    case DType::ComplexDouble:
        return "<c16";
    default:
        return "<f4";
    }
}

/// Whether the file holds the elements' own bytes.
bool isWrittenAsItIs(DType dtype)
{
    switch (descriptionOf(dtype)[1]) {
    case 'f':
        return dtype == DType::Float16 || dtype == DType::Float32 || dtype == DType::Float64;
    case 'c':
        return dtype != DType::ComplexHalf;
    case 'b':
        return false;  // any byte but 0 is true, and NumPy wants 1
    default:
        return true;
    }
}

std::string shapeText(const TensorRef &ref)
{
    const SmallDims shape = shapeOfNumbers(ref);
    std::string text;
    for (const auto size : shape)
        text += fmt::format("{}, ", size);
    if (shape.size() == 1)
        return fmt::format("({},)", shape[0]);
    return "(" + text.substr(0, text.size() < 2 ? 0 : text.size() - 2) + ")";
}

/// Magic, version 1.0, length of the rest, a Python dict, spaces so that the data begin at a multiple of 64.
std::string headerOf(const TensorRef &ref)
{
    constexpr std::size_t kBefore = 10;
    constexpr std::size_t kAlignment = 64;
    auto dict = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': {}, }}", descriptionOf(ref.dtype),
                            shapeText(ref));
    const auto size = (kBefore + dict.size() + 1 + kAlignment - 1) / kAlignment * kAlignment - kBefore;
    dict.resize(size - 1, ' ');
    std::string header("\x93NUMPY\x01\x00", 8);
    header += static_cast<char>(size & 0xff);
    header += static_cast<char>(size >> 8);
    return header + dict + '\n';
}

/// The elements in the type of the file, written as they come.
class NpyBody
{
public:
    NpyBody(const CheckedElementSink &sink, const std::stop_token &stop)
        : m_sink(sink), m_forward(stop, [this] { m_stop.request_stop(); })
    {
    }

    Result<void> write(const NumericTensor &tensor)
    {
        const auto read = isPacked(tensor.ref.dtype) ? writeUnpacked(tensor) : writeElements(tensor);
        return m_written ? read : m_written;
    }

private:
    Result<void> writeElements(const NumericTensor &tensor)
    {
        const auto dtype = tensor.ref.dtype;
        if (isWrittenAsItIs(dtype))
            return forEachBlock(tensor.ref, tensor.storage, m_stop.get_token(), [this](auto bytes) { put(bytes); });
        if (dtype == DType::Bool)
            return forEachNumber(tensor, m_stop.get_token(), [this](auto numbers) { putAs<std::uint8_t>(numbers); });
        if (dtype == DType::ComplexHalf)
            return writeComplexHalves(tensor);
        return forEachNumber(tensor, m_stop.get_token(), [this](auto numbers) { putAs<float>(numbers); });
    }

    /// Real and imaginary parts are halves that follow each other.
    Result<void> writeComplexHalves(const NumericTensor &tensor)
    {
        std::vector<double> parts;
        return forEachBlock(tensor.ref, tensor.storage, m_stop.get_token(), [&](auto bytes) {
            parts.clear();
            if (appendNumbers(DType::Float16, bytes, parts))
                putAs<float>(parts);
        });
    }

    Result<void> writeUnpacked(const NumericTensor &tensor)
    {
        const auto count = tensor.ref.elementCount().value_or(0);
        for (std::int64_t first = 0; first < count; first += kUnpackedAtOnce) {
            const auto parts = runParts(tensor, first, std::min(kUnpackedAtOnce, count - first));
            if (!parts)
                return parts.error();
            for (const auto &part : *parts)
                if (auto written = writeElements(part); !written)
                    return written;
        }
        return {};
    }

    template<typename Number>
    void putAs(std::span<const double> numbers)
    {
        std::vector<Number> converted(numbers.size());
        std::ranges::transform(numbers, converted.begin(), [](double number) { return static_cast<Number>(number); });
        put(std::as_bytes(std::span(converted)));
    }

    void put(std::span<const std::byte> bytes)
    {
        if (!m_written)
            return;
        m_written = m_sink(bytes);
        // What cannot be written need not be read.
        if (!m_written)
            m_stop.request_stop();
    }

    const CheckedElementSink &m_sink;
    std::stop_source m_stop;
    std::stop_callback<std::function<void()>> m_forward;
    Result<void> m_written;
};

Result<void> checkWritable(DType dtype)
{
    if (!descriptionOf(dtype).empty())
        return {};
    return Error{ErrorCode::Unsupported,
                 fmt::format("elements of type {} are no numbers that NumPy could hold", dtypeName(dtype))};
}

}  // namespace

std::string npyHeader(const TensorRef &tensor)
{
    return descriptionOf(tensor.dtype).empty() ? std::string() : headerOf(tensor);
}

ByteCount npyElementBytes(const TensorRef &tensor)
{
    const std::string_view description = descriptionOf(tensor.dtype);
    if (description.empty())
        return {};
    std::int64_t size = 0;  // "<c16": 16
    for (const char digit : description.substr(2))
        size = 10 * size + (digit - '0');
    return {static_cast<std::uint64_t>(checkedMul(numberCount(tensor), size).value_or(0))};
}

Result<void> copyNpyElements(const NumericTensor &tensor, const std::stop_token &stop, const CheckedElementSink &sink)
{
    try {
        if (Result<void> writable = checkWritable(tensor.ref.dtype); !writable)
            return writable;
        const auto opened = withOpenStorage(tensor);
        if (!opened)
            return opened.error();
        return NpyBody(sink, stop).write(*opened);
    } catch (const std::bad_alloc &) {
        return Error{ErrorCode::TooLarge, "there is not enough memory to write a tensor"};
    }
}

Result<void> writeNpy(const NumericTensor &tensor, const std::filesystem::path &path, const std::stop_token &stop,
                      Progress *progress)
{
    if (Result<void> writable = checkWritable(tensor.ref.dtype); !writable)
        return writable;
    auto file = AtomicFile::create(path);
    if (!file)
        return file.error();
    const std::string head = headerOf(tensor.ref);
    if (progress)
        progress->total = 2 * (head.size() + npyElementBytes(tensor.ref).value);
    file->setProgress(progress);
    if (auto header = file->write(head); !header)
        return header;
    const auto written =
        copyNpyElements(tensor, stop, [&](std::span<const std::byte> bytes) { return file->write(bytes); });
    if (!written)
        return written;
    if (auto finished = file->finish(stop); !finished)
        return finished;
    return file->publish();
}

}  // namespace waypoint
