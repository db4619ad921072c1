// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/small_dims.h"

#include <QTest>

#include <numeric>
#include <utility>
#include <vector>

using namespace waypoint;

class SmallDimsTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anyNumberOfDimensionsIsKept()
    {
        for (std::size_t size = 0; size < 70; ++size) {
            std::vector<std::int64_t> values(size);
            std::iota(values.begin(), values.end(), 3);
            const SmallDims dims{std::span<const std::int64_t>(values)};
            QCOMPARE(dims.size(), size);
            QCOMPARE(dims.empty(), size == 0);
            QCOMPARE(std::vector<std::int64_t>(dims.begin(), dims.end()), values);
        }
    }

    void copiesAreIndependent()
    {
        for (const SmallDims &original : {SmallDims{1, 2}, SmallDims{1, 2, 3, 4, 5, 6}}) {
            SmallDims copy = original;
            QVERIFY(copy == original);
            copy = SmallDims{9};
            QVERIFY(!(copy == original));
            const auto moved = std::move(copy);
            QVERIFY(moved == SmallDims{9});
        }
    }

    void assigningToItselfChangesNothing()
    {
        SmallDims dims{1, 2, 3, 4, 5};
        const auto &same = dims;
        dims = same;
        QVERIFY((dims == SmallDims{1, 2, 3, 4, 5}));
    }

    void comparisonLooksAtSizeAndValues()
    {
        QVERIFY(!(SmallDims{1} == SmallDims{1, 1}));
        QVERIFY(!(SmallDims{1, 2, 3, 4, 5} == SmallDims{1, 2, 3, 4, 6}));
        QVERIFY(SmallDims() == SmallDims{});
    }
};

QTEST_GUILESS_MAIN(SmallDimsTest)
#include "small_dims_test.moc"
