// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/curves.h"

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace waypoint {

/// Where a record of a log stands; NaN for what it does not say.
struct RecordPlace
{
    double step = std::numeric_limits<double>::quiet_NaN();
    double epoch = std::numeric_limits<double>::quiet_NaN();
    double time = std::numeric_limits<double>::quiet_NaN();  ///< seconds since 1970
};

/// Collects the points of many curves in the order of a log. Ceilings on the number of curves and points keep a
/// strange file from taking all memory; what is beyond them is counted.
class CurveTable
{
public:
    static constexpr std::size_t kMostCurves = 10'000;
    static constexpr std::size_t kMostPoints = 100'000'000;  ///< 16 to 32 bytes each
    static constexpr std::size_t kLongestName = 1'000;
    static constexpr std::size_t kNoCurve = std::numeric_limits<std::size_t>::max();

    /// The curve of that name, made where there is none; kNoCurve beyond a ceiling. Names are kept as UTF-8: other
    /// bytes become U+FFFD.
    std::size_t curve(std::string_view name);
    /// Nothing happens with kNoCurve.
    void add(std::size_t curve, const RecordPlace &place, double value);
    void add(std::string_view name, const RecordPlace &place, double value) { add(curve(name), place, value); }

    /// Takes the points at the ends of the curves that lie beyond `step`; how many there were.
    std::size_t cutBeyond(double step);
    /// The same for those at or beyond it.
    std::size_t cutFrom(double step);

    [[nodiscard]] std::size_t points() const { return m_points; }
    [[nodiscard]] bool empty() const { return m_points == 0; }
    void clear();

    /// How many points each curve has, to go back to.
    using Mark = std::vector<std::size_t>;
    [[nodiscard]] Mark mark() const;
    /// Forgets what was added since; requires: nothing was cut since.
    void rollBack(const Mark &mark);

    /// Joins what a later file of the same run has: where it starts a curve again, earlier points from there on are
    /// cut. Returns how many.
    std::size_t append(const CurveTable &later, std::string_view prefix = {});

    /// The curves with points, in the order in which they came up, each on the first axis it has: step, epoch, time;
    /// the number of the point where it has none. x rises: where the log goes back, as after a resume, the earlier
    /// points from there on are left out and counted in `cut`; where it does so all the time, the points are sorted.
    [[nodiscard]] std::vector<Curve> curves(std::size_t &cut) const;
    /// One sentence each, about what did not fit.
    [[nodiscard]] std::vector<std::string> warnings() const;

private:
    /// Values of one kind along a curve. Takes memory from the first known value on.
    struct Column
    {
        std::vector<double> values;

        void add(std::size_t at, double value);
        [[nodiscard]] double at(std::size_t i) const;
        void resize(std::size_t size);
        [[nodiscard]] std::vector<double> padded(std::size_t size) const;
    };
    struct Points
    {
        std::string name;
        std::vector<double> y;
        Column step;
        Column epoch;
        Column time;

        void resize(std::size_t size);
    };

    template<typename Beyond>
    std::size_t cutWhile(const Beyond &beyond);
    [[nodiscard]] static Curve curveOf(const Points &points);

    std::vector<Points> m_curves;
    std::unordered_map<std::string, std::size_t> m_byName;
    std::size_t m_points = 0;
    std::size_t m_namesRefused = 0;
    std::size_t m_pointsRefused = 0;
};

}  // namespace waypoint
