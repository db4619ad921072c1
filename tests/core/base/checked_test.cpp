// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Before the rest: moc 6.4 stumbles over <compare> as the first header of a file.
#include <QTest>

#include "core/base/checked.h"

#include <limits>

using namespace waypoint;

class CheckedTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sumsAndProductsThatDoNotFitGiveNothing()
    {
        constexpr auto most = std::numeric_limits<std::uint64_t>::max();
        QCOMPARE(checkedAdd(most - 1, std::uint64_t{1}), std::optional(most));
        QVERIFY(!checkedAdd(most, std::uint64_t{1}));
        QCOMPARE(checkedMul(std::uint64_t{1} << 32, std::uint64_t{2}), std::optional(std::uint64_t{1} << 33));
        QVERIFY(!checkedMul(std::uint64_t{1} << 32, std::uint64_t{1} << 32));
        QVERIFY(!checkedMul(std::numeric_limits<std::int64_t>::min(), std::int64_t{-1}));
    }

    void aRangeLiesWithinOnlyIfAllOfItDoes()
    {
        constexpr auto most = std::numeric_limits<std::uint64_t>::max();
        QVERIFY(liesWithin({{4}, {6}}, {10}));
        QVERIFY(liesWithin({{10}, {0}}, {10}));
        QVERIFY(!liesWithin({{4}, {7}}, {10}));
        QVERIFY(!liesWithin({{11}, {0}}, {10}));
        QVERIFY(!liesWithin({{4}, {most}}, {10}));
        QVERIFY(!liesWithin({{most}, {most}}, {10}));
    }
};

QTEST_GUILESS_MAIN(CheckedTest)
#include "checked_test.moc"
