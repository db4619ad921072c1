// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/number_format.h"

#include "ui/models/text.h"

#include <QtCore/QLocale>

#include <cmath>

namespace waypoint {

namespace {

QString full(const Element &element) { return text::fromUtf8(elementText(element)); }

QString real(double value, const NumberFormat &format)
{
    if (!std::isfinite(value))
        return text::number(value);
    const char notation = format.style == NumberFormat::Style::Fixed ? 'f' : 'e';
    QString number = format.style == NumberFormat::Style::Automatic
                         ? text::number(value)
                         : QLocale().toString(value, notation, format.digits);
    return number.replace(QLatin1Char('E'), QLatin1Char('e'));  // as PyTorch prints it
}

QString complexNumber(const Element &element, const NumberFormat &format)
{
    const QString imaginary = real(element.imaginary, format);
    const bool hasSign = imaginary.startsWith(QLatin1Char('-')) || imaginary.startsWith(QChar(0x2212));
    return real(element.real, format) + (hasSign ? QString() : QStringLiteral("+")) + imaginary + QLatin1Char('j');
}

QString hexadecimal(std::uint64_t bits, DType dtype)
{
    const unsigned width = dtypeBits(dtype);
    if (width > 0 && width < 64)
        bits &= (std::uint64_t{1} << width) - 1;
    const auto digits = static_cast<int>((width + 3) / 4);
    return QStringLiteral("0x%1").arg(static_cast<qulonglong>(bits), digits, 16, QLatin1Char('0'));
}

QString wholeNumber(const Element &element, const NumberFormat &format)
{
    const bool isUnsigned = element.kind == Element::Kind::Unsigned;
    if (format.style == NumberFormat::Style::Hexadecimal)
        return hexadecimal(isUnsigned ? element.unsignedInteger : static_cast<std::uint64_t>(element.integer),
                           element.dtype);
    if (format.style == NumberFormat::Style::Full)
        return full(element);
    return isUnsigned ? text::count(element.unsignedInteger) : text::integer(element.integer);
}

}  // namespace

QString numberText(const Element &element, const NumberFormat &format)
{
    switch (element.kind) {
    case Element::Kind::Bool:
        return full(element);
    case Element::Kind::Integer:
    case Element::Kind::Unsigned:
        return wholeNumber(element, format);
    case Element::Kind::Float:
    case Element::Kind::Complex:
        break;
    }
    if (format.style == NumberFormat::Style::Full || format.style == NumberFormat::Style::Hexadecimal)
        return full(element);
    return element.kind == Element::Kind::Complex ? complexNumber(element, format) : real(element.real, format);
}

}  // namespace waypoint
