// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/optimizers/line_search.h"

#include <array>
#include <utility>

namespace waypoint {

namespace {

constexpr double kDecrease = 1e-4;
constexpr double kCurvature = 0.9;
constexpr double kSmallestBracket = 1e-9;

/// Minimum of the cubic through two points with their slopes, within the bounds; the middle where the cubic has none.
PythonNumber cubicMinimum(const LinePoint &a, const LinePoint &b, PythonNumber low, PythonNumber high)
{
    const PythonNumber d1 = a.slope + b.slope - PythonNumber(3) * (a.loss - b.loss) / (a.step - b.step);
    const PythonNumber square = d1 * d1 - a.slope * b.slope;
    if (!(square >= 0))
        return (low + high) / PythonNumber(2);
    const PythonNumber d2 = square.sqrt();
    const PythonNumber best =
        a.step <= b.step
            ? b.step - (b.step - a.step) * ((b.slope + d2 - d1) / (b.slope - a.slope + PythonNumber(2) * d2))
            : a.step - (a.step - b.step) * ((a.slope + d2 - d1) / (a.slope - b.slope + PythonNumber(2) * d2));
    return smaller(larger(best, low), high);
}

class StrongWolfe
{
public:
    StrongWolfe(const LineFunction &evaluate, const LinePoint &start, const at::Tensor &direction, std::int64_t most)
        : m_evaluate(evaluate), m_start(start), m_direction(direction), m_length(direction.abs().max()), m_most(most)
    {
    }

    LineSearchResult search(PythonNumber step)
    {
        bracket(step);
        zoom();
        return {m_bracket[m_low], m_evaluations};
    }

private:
    LinePoint at(PythonNumber step)
    {
        auto [loss, gradient] = m_evaluate(step);
        ++m_evaluations;
        const PythonNumber slope(gradient.dot(m_direction));
        return {step, loss, std::move(gradient), slope};
    }

    [[nodiscard]] bool isTooHigh(const LinePoint &point) const
    {
        return point.loss > m_start.loss + PythonNumber(kDecrease) * point.step * m_start.slope;
    }
    [[nodiscard]] bool isFlat(const LinePoint &point) const
    {
        return point.slope.abs() <= PythonNumber(-kCurvature) * m_start.slope;
    }

    void setBracket(const LinePoint &a, const LinePoint &b)
    {
        m_bracket = {a, b};
        order();
    }

    void order()
    {
        m_low = m_bracket[0].loss <= m_bracket[1].loss ? 0 : 1;
        m_high = 1 - m_low;
    }

    void finish(const LinePoint &point)
    {
        m_done = true;
        m_bracket = {point, point};
    }

    /// Goes outwards until a point that fits lies behind.
    void bracket(PythonNumber step)
    {
        LinePoint before = m_start;
        LinePoint now = this->at(step);
        while (m_steps < m_most) {
            if (isTooHigh(now) || (m_steps > 1 && now.loss >= before.loss))
                return setBracket(before, now);
            if (isFlat(now))
                return finish(now);
            if (now.slope >= 0)
                return setBracket(before, now);
            const PythonNumber nearest = now.step + PythonNumber(0.01) * (now.step - before.step);
            const PythonNumber farthest = now.step * PythonNumber(10);
            const PythonNumber next = cubicMinimum(before, now, nearest, farthest);
            before = std::move(now);
            now = this->at(next);
            ++m_steps;
        }
        LinePoint origin = m_start;
        origin.step = 0;
        setBracket(origin, now);
    }

    /// A trial too near to an end of the bracket, twice or outside of it, moves a tenth of the bracket inwards.
    PythonNumber keptInside(PythonNumber step)
    {
        const PythonNumber most = larger(m_bracket[0].step, m_bracket[1].step);
        const PythonNumber least = smaller(m_bracket[0].step, m_bracket[1].step);
        const PythonNumber margin = PythonNumber(0.1) * (most - least);
        if (!(smaller(most - step, step - least) < margin)) {
            m_stuck = false;
            return step;
        }
        if (!m_stuck && !(step >= most) && !(step <= least)) {
            m_stuck = true;
            return step;
        }
        m_stuck = false;
        return (step - most).abs() < (step - least).abs() ? most - margin : least + margin;
    }

    /// Narrows the bracket down.
    void zoom()
    {
        while (!m_done && m_steps < m_most) {
            if ((m_bracket[1].step - m_bracket[0].step).abs() * m_length < kSmallestBracket)
                return;
            const PythonNumber low = smaller(m_bracket[0].step, m_bracket[1].step);
            const PythonNumber high = larger(m_bracket[0].step, m_bracket[1].step);
            const LinePoint trial = this->at(keptInside(cubicMinimum(m_bracket[0], m_bracket[1], low, high)));
            ++m_steps;
            if (isTooHigh(trial) || trial.loss >= m_bracket[m_low].loss) {
                m_bracket[m_high] = trial;
                order();
                continue;
            }
            if (isFlat(trial))
                m_done = true;
            else if (trial.slope * (m_bracket[m_high].step - m_bracket[m_low].step) >= 0)
                m_bracket[m_high] = m_bracket[m_low];
            m_bracket[m_low] = trial;
        }
    }

    const LineFunction &m_evaluate;
    const LinePoint &m_start;
    const at::Tensor &m_direction;
    PythonNumber m_length;
    std::array<LinePoint, 2> m_bracket;
    std::size_t m_low = 0;
    std::size_t m_high = 1;
    std::int64_t m_most;
    std::int64_t m_steps = 0;
    int m_evaluations = 0;
    bool m_done = false;
    bool m_stuck = false;
};

}  // namespace

LineSearchResult strongWolfe(const LineFunction &evaluate, const LinePoint &start, PythonNumber first,
                             const at::Tensor &direction, std::int64_t most)
{
    return StrongWolfe(evaluate, start, direction, most).search(first);
}

}  // namespace waypoint
