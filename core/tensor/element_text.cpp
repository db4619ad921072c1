// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/tensor_window.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace waypoint {

namespace {

/// A binary floating-point format: bits of the significand with the hidden one, exponent of the smallest normal number.
struct FloatFormat
{
    int precision = 53;
    int smallestExponent = -1022;
};

/// IEEE 754-2019, bfloat16, and the OCP 8-bit formats with their "fnuz" kin (torch/headeronly/util/Float8_*.h).
FloatFormat formatOf(DType dtype)
{
    switch (dtype) {
    case DType::Float16:
    case DType::ComplexHalf:
        return {11, -14};
    case DType::BFloat16:
        return {8, -126};
    case DType::Float8E5M2:
        return {3, -14};
    case DType::Float8E5M2FNUZ:
        return {3, -15};
    case DType::Float8E4M3FN:
        return {4, -6};
    case DType::Float8E4M3FNUZ:
        return {4, -7};
    case DType::Float8E8M0FNU:
        return {1, -127};
    default:
        return {};
    }
}

double parsed(const std::string &text)
{
    double value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

/// Whether `near`, read as a number of the format, is `value`: rounded to the nearest, halfway to the even one.
bool roundsTo(double near, double value, FloatFormat format)
{
    int exponent = 0;
    const double fraction = std::frexp(std::abs(value), &exponent);  // in [0.5, 1)
    const double step = std::ldexp(1.0, std::max(exponent - 1, format.smallestExponent) - format.precision + 1);
    const double away = std::abs(near) - std::abs(value);
    // Below a power of two the numbers lie twice as dense.
    const bool edge = fraction == 0.5 && exponent - 1 > format.smallestExponent;
    const double above = step / 2;
    const double below = edge ? step / 4 : step / 2;
    const bool even = std::fmod(std::abs(value) / step, 2) == 0;
    return even ? away <= above && -away <= below : away < above && -away < below;
}

/// With `digits` significant ones; zeros at the end say nothing.
std::string withDigits(double value, int digits) { return fmt::format("{:.{}g}", value, std::clamp(digits, 1, 17)); }

std::string shortest(double value, DType dtype)
{
    const auto format = formatOf(dtype);
    // Halfway between two decimals the upper one may do where the lower one does not: next to a power of two.
    const double upper = std::nextafter(value, 2 * value);
    for (int digits = 1; digits <= 9; ++digits)
        for (const double from : {value, upper})
            if (const double near = parsed(withDigits(from, digits)); roundsTo(near, value, format))
                return fmt::format("{}", near);
    return fmt::format("{}", value);
}

bool isFloat32(DType dtype)
{
    // torch dequantises to float32.
    return dtype == DType::Float32 || dtype == DType::ComplexFloat || isQuantized(dtype);
}

std::string numberText(double value, DType dtype, std::optional<int> digits)
{
    if (std::isnan(value))
        return "nan";
    if (std::isinf(value))
        return value < 0 ? "-inf" : "inf";
    if (digits)
        return withDigits(value, *digits);
    if (isFloat32(dtype))
        return fmt::format("{}", static_cast<float>(value));
    if (value == 0 || formatOf(dtype).precision == FloatFormat{}.precision)
        return fmt::format("{}", value);
    return shortest(value, dtype);
}

std::string complexText(const Element &element, std::optional<int> digits)
{
    auto imaginary = numberText(element.imaginary, element.dtype, digits);
    if (imaginary.front() != '-')
        imaginary.insert(imaginary.begin(), '+');
    return fmt::format("({}{}j)", numberText(element.real, element.dtype, digits), imaginary);
}

}  // namespace

std::string elementText(const Element &element, std::optional<int> digits)
{
    switch (element.kind) {
    case Element::Kind::Bool:
        return element.integer != 0 ? "True" : "False";
    case Element::Kind::Integer:
        return fmt::format("{}", element.integer);
    case Element::Kind::Unsigned:
        return fmt::format("{}", element.unsignedInteger);
    case Element::Kind::Complex:
        return complexText(element, digits);
    case Element::Kind::Float:
        break;
    }
    return numberText(element.real, element.dtype, digits);
}

}  // namespace waypoint
