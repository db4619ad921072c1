// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/torch_headers.h"

#include <cmath>

namespace waypoint {

/// A number as Python's LBFGS computes with it: a float (64 bits), or a tensor without dimensions, which rounds to its
/// own dtype whenever it takes part. Mixing them decides the last bits, and those decide how many evaluations a line
/// search makes.
class PythonNumber
{
public:
    PythonNumber(double value = 0) : m_value(value) {}
    /// Requires: one element, float32 or float64.
    explicit PythonNumber(const at::Tensor &tensor)
        : m_value(tensor.item<double>()), m_kind(tensor.scalar_type() == at::kFloat ? Kind::Single : Kind::Double)
    {
    }

    [[nodiscard]] double value() const { return m_value; }
    [[nodiscard]] bool isTensor() const { return m_kind != Kind::Python; }
    [[nodiscard]] at::Tensor tensor() const
    {
        return at::full({}, m_value, m_kind == Kind::Double ? at::kDouble : at::kFloat);
    }

    PythonNumber operator-() const { return {-m_value, m_kind}; }
    [[nodiscard]] PythonNumber abs() const { return {std::fabs(m_value), m_kind}; }
    [[nodiscard]] PythonNumber sqrt() const { return rounded(std::sqrt(m_value), m_kind); }

    friend PythonNumber operator+(PythonNumber a, PythonNumber b)
    {
        return with(a, b, [](auto x, auto y) { return x + y; });
    }
    friend PythonNumber operator-(PythonNumber a, PythonNumber b)
    {
        return with(a, b, [](auto x, auto y) { return x - y; });
    }
    friend PythonNumber operator*(PythonNumber a, PythonNumber b)
    {
        return with(a, b, [](auto x, auto y) { return x * y; });
    }
    friend PythonNumber operator/(PythonNumber a, PythonNumber b)
    {
        // float / tensor is the tensor's reciprocal times the float.
        if (!a.isTensor() && b.isTensor())
            return with(1.0, b, [](auto x, auto y) { return x / y; }) * a;
        return with(a, b, [](auto x, auto y) { return x / y; });
    }
    friend bool operator<(PythonNumber a, PythonNumber b)
    {
        return compared(a, b, [](auto x, auto y) { return x < y; });
    }
    friend bool operator>(PythonNumber a, PythonNumber b) { return b < a; }
    friend bool operator<=(PythonNumber a, PythonNumber b)
    {
        return compared(a, b, [](auto x, auto y) { return x <= y; });
    }
    friend bool operator>=(PythonNumber a, PythonNumber b) { return b <= a; }

    /// Python's min() and max(): the first of two equals.
    friend PythonNumber smaller(PythonNumber a, PythonNumber b) { return b < a ? b : a; }
    friend PythonNumber larger(PythonNumber a, PythonNumber b) { return b > a ? b : a; }

private:
    enum class Kind { Python, Single, Double };

    PythonNumber(double value, Kind kind) : m_value(value), m_kind(kind) {}

    static PythonNumber rounded(double value, Kind kind)
    {
        return {kind == Kind::Single ? static_cast<double>(static_cast<float>(value)) : value, kind};
    }

    static Kind common(PythonNumber a, PythonNumber b) { return a.isTensor() ? a.m_kind : b.m_kind; }

    template<typename Operation>
    static PythonNumber with(PythonNumber a, PythonNumber b, Operation operation)
    {
        const Kind kind = common(a, b);
        if (kind == Kind::Single)
            return {static_cast<double>(operation(static_cast<float>(a.m_value), static_cast<float>(b.m_value))), kind};
        return {operation(a.m_value, b.m_value), kind};
    }

    template<typename Operation>
    static bool compared(PythonNumber a, PythonNumber b, Operation operation)
    {
        if (common(a, b) == Kind::Single)
            return operation(static_cast<float>(a.m_value), static_cast<float>(b.m_value));
        return operation(a.m_value, b.m_value);
    }

    double m_value;
    Kind m_kind = Kind::Python;
};

}  // namespace waypoint
