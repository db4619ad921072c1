// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/curve_shapes.h"

#include <QtTest/QTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <random>

using namespace waypoint;

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

class CurveShapesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void smoothedValuesAreWeightedMeansOfThoseSoFar();
    void weightZeroChangesNothing();
    void constantStaysConstantFromItsFirstValue();
    void notFiniteValuesStayAndCountForNothing();
    void decimatedLineCoversWhatTheWholeLineCovers_data();
    void decimatedLineCoversWhatTheWholeLineCovers();
    void fewPointsAreAllKept();
    void onePointBeyondEachEndIsKept();
    void indicesRiseAndAreNotRepeated();
    void gapsAreKeptBetweenColumnsAndWithinThem();
    void emptyLineHasNoPoints();
    void columnsNeedNotBeEquallyWide();
    void extremesAreThoseOfALinearSearch();
    void nearestPointIsTheNearest();
};

struct Line
{
    std::vector<double> x;
    std::vector<double> y;
};

Line randomWalk(std::size_t count, unsigned seed)
{
    std::mt19937 random(seed);
    std::normal_distribution<double> step;
    Line line;
    double y = 0;
    for (std::size_t i = 0; i < count; ++i) {
        line.x.push_back(static_cast<double>(i));
        line.y.push_back(y += step(random));
    }
    return line;
}

Line withGaps(Line line)
{
    for (std::size_t i = 0; i < line.y.size(); ++i) {
        if (i % 97 == 13 || (i > 2000 && i < 2600))
            line.y[i] = kNaN;
    }
    return line;
}

Line withDuplicates(Line line)
{
    for (std::size_t i = 0; i < line.x.size(); ++i)
        line.x[i] = std::floor(line.x[i] / 7) * 7;
    return line;
}

struct Extent
{
    double low = kInfinity;
    double high = -kInfinity;
    bool operator==(const Extent &) const = default;
};

// What a line covers of each column, found by looking at every point.
std::map<int, Extent> covered(const Line &line, const std::vector<std::size_t> &points, double low, double high,
                              int columns)
{
    std::map<int, Extent> extents;
    for (const std::size_t i : points) {
        if (line.x[i] < low || line.x[i] > high || !std::isfinite(line.y[i]))
            continue;
        // The right border belongs to the last column.
        int column = 0;
        while (column + 1 < columns && line.x[i] >= low + (high - low) * (column + 1) / columns)
            ++column;
        Extent &extent = extents[column];
        extent.low = std::min(extent.low, line.y[i]);
        extent.high = std::max(extent.high, line.y[i]);
    }
    return extents;
}

std::vector<std::size_t> allOf(const Line &line)
{
    std::vector<std::size_t> all(line.x.size());
    for (std::size_t i = 0; i < all.size(); ++i)
        all[i] = i;
    return all;
}

void CurveShapesTest::smoothedValuesAreWeightedMeansOfThoseSoFar()
{
    const std::vector<double> y = randomWalk(60, 1).y;
    const double weight = 0.9;
    const std::vector<double> means = smoothed(y, weight);
    QCOMPARE(means.size(), y.size());
    for (std::size_t n = 0; n < y.size(); ++n) {
        double sum = 0;
        double weights = 0;
        for (std::size_t i = 0; i <= n; ++i) {
            sum += y[i] * std::pow(weight, static_cast<double>(n - i));
            weights += std::pow(weight, static_cast<double>(n - i));
        }
        QVERIFY2(std::abs(means[n] - sum / weights) < 1e-12, qPrintable(QString::number(n)));
    }
}

void CurveShapesTest::weightZeroChangesNothing()
{
    const std::vector<double> y{3, -1, 4, 1, -5};
    QCOMPARE(smoothed(y, 0), y);
}

void CurveShapesTest::constantStaysConstantFromItsFirstValue()
{
    for (const double mean : smoothed(std::vector<double>(500, 2.5), 0.99))
        QVERIFY(std::abs(mean - 2.5) < 1e-12);
}

void CurveShapesTest::notFiniteValuesStayAndCountForNothing()
{
    const std::vector<double> with = smoothed(std::vector<double>{1, kNaN, 2, kInfinity, -kInfinity, 4}, 0.5);
    const std::vector<double> without = smoothed(std::vector<double>{1, 2, 4}, 0.5);
    QCOMPARE(with[0], without[0]);
    QVERIFY(std::isnan(with[1]));
    QCOMPARE(with[2], without[1]);
    QCOMPARE(with[3], kInfinity);
    QCOMPARE(with[4], -kInfinity);
    QCOMPARE(with[5], without[2]);
}

void CurveShapesTest::decimatedLineCoversWhatTheWholeLineCovers_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<double>("low");
    QTest::addColumn<double>("high");
    const std::array kinds{"walk", "gaps", "duplicates"};
    for (int kind = 0; kind < 3; ++kind) {
        QTest::addRow("%s, all of it", kinds[static_cast<std::size_t>(kind)]) << kind << 0.0 << 9999.0;
        QTest::addRow("%s, a part", kinds[static_cast<std::size_t>(kind)]) << kind << 1234.5 << 7654.25;
        QTest::addRow("%s, hardly more points than columns", kinds[static_cast<std::size_t>(kind)])
            << kind << 5000.0 << 5300.0;
        QTest::addRow("%s, from beyond to beyond", kinds[static_cast<std::size_t>(kind)]) << kind << -500.0 << 20000.0;
    }
}

void CurveShapesTest::decimatedLineCoversWhatTheWholeLineCovers()
{
    QFETCH(int, kind);
    QFETCH(double, low);
    QFETCH(double, high);
    Line line = randomWalk(10'000, 7);
    if (kind == 1)
        line = withGaps(line);
    else if (kind == 2)
        line = withDuplicates(line);
    const int columns = 130;
    const std::vector<std::size_t> kept = decimated(line.x, line.y, low, high, columns);
    QVERIFY(kept.size() <= 5 * columns + 2);
    const std::map<int, Extent> drawn = covered(line, kept, low, high, columns);
    const std::map<int, Extent> whole = covered(line, allOf(line), low, high, columns);
    QCOMPARE(drawn.size(), whole.size());
    QVERIFY(drawn == whole);
}

void CurveShapesTest::fewPointsAreAllKept()
{
    const Line line = randomWalk(100, 3);
    QCOMPARE(decimated(line.x, line.y, 0, 99, 400), allOf(line));
}

void CurveShapesTest::onePointBeyondEachEndIsKept()
{
    const Line line = randomWalk(1000, 4);
    const std::vector<std::size_t> kept = decimated(line.x, line.y, 200.5, 300.5, 10);
    QCOMPARE(kept.front(), std::size_t{200});
    QCOMPARE(kept[1], std::size_t{201});
    QCOMPARE(kept.back(), std::size_t{301});
    // Zoomed in between two points, the line still crosses the picture.
    QCOMPARE(decimated(line.x, line.y, 10.2, 10.4, 100), (std::vector<std::size_t>{10, 11}));
}

void CurveShapesTest::indicesRiseAndAreNotRepeated()
{
    const Line line = withGaps(withDuplicates(randomWalk(20'000, 5)));
    const std::vector<std::size_t> kept = decimated(line.x, line.y, 100, 19'000, 333);
    QVERIFY(std::adjacent_find(kept.begin(), kept.end(), std::greater_equal<>()) == kept.end());
}

void CurveShapesTest::gapsAreKeptBetweenColumnsAndWithinThem()
{
    Line line = randomWalk(1000, 6);
    line.y[155] = kNaN;  // within the second of ten columns
    for (std::size_t i = 380; i < 420; ++i)
        line.y[i] = kNaN;  // over the border of the fourth
    const std::vector<std::size_t> kept = decimated(line.x, line.y, 0, 1000, 10);
    const auto gapBetween = [&](std::size_t before, std::size_t after) {
        return std::any_of(kept.begin(), kept.end(),
                           [&](std::size_t i) { return i > before && i < after && std::isnan(line.y[i]); });
    };
    QVERIFY(gapBetween(154, 156));
    QVERIFY(gapBetween(379, 400));
    QVERIFY(gapBetween(399, 420));
}

void CurveShapesTest::emptyLineHasNoPoints() { QVERIFY(decimated({}, {}, 0, 1, 100).empty()); }

void CurveShapesTest::columnsNeedNotBeEquallyWide()
{
    const Line line = randomWalk(10'000, 8);
    const std::vector<double> edges{1, 10, 100, 1000, 10'000};
    const std::vector<std::size_t> kept = decimated(line.x, CurveExtremes(line.y), edges);
    QVERIFY(kept.size() <= 22);
    for (std::size_t column = 0; column + 1 < edges.size(); ++column) {
        const auto first = line.y.begin() + static_cast<std::ptrdiff_t>(edges[column]);
        const auto end = line.y.begin() + static_cast<std::ptrdiff_t>(edges[column + 1]);
        for (const auto extreme : {std::min_element(first, end), std::max_element(first, end)})
            QVERIFY(std::find(kept.begin(), kept.end(), extreme - line.y.begin()) != kept.end());
    }
}

void CurveShapesTest::extremesAreThoseOfALinearSearch()
{
    const Line line = withGaps(randomWalk(3000, 9));
    const CurveExtremes extremes(line.y);
    std::mt19937 random(10);
    for (int round = 0; round < 500; ++round) {
        std::size_t first = random() % line.y.size();
        std::size_t end = random() % (line.y.size() + 1);
        if (first > end)
            std::swap(first, end);
        std::size_t lowest = CurveExtremes::kNone;
        std::size_t highest = CurveExtremes::kNone;
        std::size_t gap = CurveExtremes::kNone;
        for (std::size_t i = end; i-- > first;) {
            if (std::isnan(line.y[i])) {
                gap = i;
                continue;
            }
            if (lowest == CurveExtremes::kNone || line.y[i] <= line.y[lowest])
                lowest = i;
            if (highest == CurveExtremes::kNone || line.y[i] >= line.y[highest])
                highest = i;
        }
        const CurveExtremes::Found found = extremes.over(first, end);
        QCOMPARE(found.lowest, lowest);
        QCOMPARE(found.highest, highest);
        QCOMPARE(found.gap, gap);
    }
}

void CurveShapesTest::nearestPointIsTheNearest()
{
    const std::vector<double> x{1, 2, 4, 8};
    QCOMPARE(nearestPoint(x, -5), std::size_t{0});
    QCOMPARE(nearestPoint(x, 1.4), std::size_t{0});
    QCOMPARE(nearestPoint(x, 1.6), std::size_t{1});
    QCOMPARE(nearestPoint(x, 4), std::size_t{2});
    QCOMPARE(nearestPoint(x, 6.5), std::size_t{3});
    QCOMPARE(nearestPoint(x, 1e9), std::size_t{3});
}

}  // namespace

QTEST_GUILESS_MAIN(CurveShapesTest)
#include "curve_shapes_test.moc"
