// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/tensor_copy.h"

#include "ui/models/text.h"

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <cmath>
#include <string>

namespace waypoint {

namespace {

QString tr(const char *sentence) { return QCoreApplication::translate("tensor_copy", sentence); }

// NumPy's type with the same values, or the narrowest that holds them all.
const char *numpyType(const NumericTensor &tensor)
{
    switch (tensor.ref.dtype) {
    case DType::Bool:
        return "np.bool_";
    case DType::UInt8:
        return "np.uint8";
    case DType::Int8:
        return "np.int8";
    case DType::UInt16:
        return "np.uint16";
    case DType::Int16:
        return "np.int16";
    case DType::UInt32:
        return "np.uint32";
    case DType::Int32:
        return "np.int32";
    case DType::UInt64:
        return "np.uint64";
    case DType::Int64:
        return "np.int64";
    case DType::Float16:
        return "np.float16";
    case DType::Float64:
        return "np.float64";
    case DType::ComplexHalf:
    case DType::ComplexFloat:
        return "np.complex64";
    case DType::ComplexDouble:
        return "np.complex128";
    default:
        return "np.float32";
    }
}

// The type of the array that the literal makes: a bfloat16 0.1 is no float32 0.1, so it takes a float32's digits.
DType widened(DType dtype)
{
    if (isComplex(dtype))
        return dtype == DType::ComplexDouble ? DType::ComplexDouble : DType::ComplexFloat;
    return dtype == DType::Float64 || dtype == DType::Float16 ? dtype : DType::Float32;
}

// "nan" alone would be an unknown name to a Python that knows nothing but np.
std::string realLiteral(double value, DType dtype)
{
    if (std::isnan(value))
        return "np.nan";
    if (std::isinf(value))
        return value > 0 ? "np.inf" : "-np.inf";
    return elementText({.kind = Element::Kind::Float, .dtype = dtype, .real = value});
}

std::string literal(Element element)
{
    const bool isReal = element.kind == Element::Kind::Float;
    if (!isReal && element.kind != Element::Kind::Complex)
        return elementText(element);
    element.dtype = widened(element.dtype);
    if (isReal)
        return realLiteral(element.real, element.dtype);
    if (std::isfinite(element.real) && std::isfinite(element.imaginary))
        return elementText(element);
    const DType part = element.dtype == DType::ComplexDouble ? DType::Float64 : DType::Float32;
    return "complex(" + realLiteral(element.real, part) + ", " + realLiteral(element.imaginary, part) + ")";
}

QString separated(const std::vector<Element> &elements, std::int64_t columns, char separator)
{
    std::string text;
    for (std::size_t i = 0; i < elements.size(); ++i) {
        const bool beginsRow = i % static_cast<std::size_t>(columns) == 0;
        if (i > 0)
            text += beginsRow ? '\n' : separator;
        text += elementText(elements[i]);
    }
    text += '\n';
    return text::fromUtf8(text);
}

std::string listOf(std::span<const Element> elements)
{
    std::string list = "[";
    for (const Element &element : elements) {
        if (list.size() > 1)
            list += ", ";
        list += literal(element);
    }
    return list + "]";
}

bool isOneDimensional(const TensorGrid &grid, const CellRect &rect)
{
    const bool isRagged = grid.count(rect) != rect.rows * rect.columns;
    return grid.isWrapped() && (isRagged || rect.rows == 1 || rect.columns == grid.columns());
}

std::string arrayContent(const NumericTensor &tensor, const TensorGrid &grid, const CellRect &rect,
                         const std::vector<Element> &elements)
{
    if (tensor.ref.shape.empty())
        return literal(elements.front());
    if (isOneDimensional(grid, rect))
        return listOf(elements);
    std::string rows = "[";
    const auto columns = static_cast<std::size_t>(rect.columns);
    for (std::size_t at = 0; at < elements.size(); at += columns)
        rows += (at == 0 ? "" : ",\n          ") + listOf(std::span(elements).subspan(at, columns));
    return rows + "]";
}

}  // namespace

Result<QString> copyText(const NumericTensor &tensor, const TensorGrid &grid, const CellRect &rect, CopyFormat format,
                         const std::stop_token &stop)
{
    const std::int64_t count = grid.count(rect);
    if (count > kMostCopiedElements)
        return Error{
            .code = ErrorCode::BadArgument,
            .detail = tr("the selection holds %1 numbers; at most %2 can be copied")
                          .arg(text::integer(count), text::integer(kMostCopiedElements))
                          .toStdString(),
            .advice = tr("Select fewer, or save the whole tensor as .npy.").toStdString(),
        };
    if (count == 0)
        return QString();
    const Result<std::vector<Element>> elements = grid.read(tensor, rect, stop);
    if (!elements)
        return elements.error();
    if (format != CopyFormat::NumPy)
        return separated(*elements, rect.columns, format == CopyFormat::Csv ? ',' : '\t');
    return text::fromUtf8("np.array(" + arrayContent(tensor, grid, rect, *elements) + ", dtype=" + numpyType(tensor)
                          + ")");
}

}  // namespace waypoint
