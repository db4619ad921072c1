// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pickle/value.h"
#include "core/pickle/value_copy.h"
#include "core/pickle/value_text.h"

#include <QtTest>

#include <array>

using namespace waypoint;

class ValueCopyTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aCopyReadsAsTheOriginal()
    {
        ValueTree from;
        const std::array items{
            from.addStr("lr"),
            from.addFloat(0.1),
            from.addInt(3),
            from.addBool(true),
            from.addStr("big"),
            from.addBigInt("123456789012345678901"),
            from.addStr("nothing"),
            from.addNone(),
            from.addStr("betas"),
            from.addContainer(ValueKind::Tuple, std::array{from.addFloat(0.9), from.addFloat(0.999)})};
        const ValueId root = from.addContainer(ValueKind::Dict, items);
        from.setClassName(root, from.addGlobal("collections", "OrderedDict"));
        ValueTree into;
        into.addStr("already here");
        const ValueId copy = ValueCopy(from, into).copy(root);
        QCOMPARE(pythonText(Value(into, copy)), pythonText(Value(from, root)));
        QCOMPARE(into.className(copy), std::string_view("collections.OrderedDict"));
    }

    void whatIsSharedStaysShared()
    {
        ValueTree from;
        const ValueId inner = from.addContainer(ValueKind::List, std::array{from.addInt(1)});
        const ValueId root = from.addContainer(ValueKind::List, std::array{inner, inner});
        ValueTree into;
        const Value copy(into, ValueCopy(from, into).copy(root));
        QCOMPARE(copy.at(0).id(), copy.at(1).id());
    }

    void aListThatContainsItselfDoesSoAfterwards()
    {
        ValueTree from;
        const ValueId root = from.addContainer(ValueKind::List);
        from.append(root, std::array{root});
        ValueTree into;
        const Value copy(into, ValueCopy(from, into).copy(root));
        QCOMPARE(copy.at(0).id(), copy.id());
    }

    void depthIsNoObstacle()
    {
        ValueTree from;
        ValueId root = from.addInt(7);
        for (int i = 0; i < 200000; ++i)
            root = from.addContainer(ValueKind::List, std::array{root});
        ValueTree into;
        Value copy(into, ValueCopy(from, into).copy(root));
        int depth = 0;
        for (; copy.is(ValueKind::List); copy = copy.at(0))
            ++depth;
        QCOMPARE(depth, 200000);
        QCOMPARE(*copy.integer(), 7);
    }
};

QTEST_GUILESS_MAIN(ValueCopyTest)
#include "value_copy_test.moc"
