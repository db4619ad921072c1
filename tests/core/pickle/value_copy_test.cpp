// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pickle/value.h"
#include "core/pickle/value_copy.h"
#include "core/pickle/value_edit.h"
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

    void whatIsDroppedIsGoneFromDictsAndSetsAndLeavesNoneElsewhere()
    {
        ValueTree from;
        const ValueId bad = from.addStr("bad");
        const ValueId one = from.addInt(1);
        const std::array parts{from.addStr("kept"), from.addContainer(ValueKind::List, std::array{one, bad}),
                               from.addStr("gone"), bad,
                               from.addStr("set"),  from.addContainer(ValueKind::Set, std::array{bad, one}),
                               from.addStr("pair"), from.addContainer(ValueKind::Tuple, std::array{bad, one})};
        const ValueId root = from.addContainer(ValueKind::Dict, parts);
        ValueTree into;
        int asked = 0;
        const ValueId copy = copyWithChanges(from, root, into, [&](ValueId id) {
            asked += id == bad ? 1 : 0;
            return ValueChange{id == bad ? ValueChange::Act::Drop : ValueChange::Act::Keep};
        });
        QCOMPARE(pythonText(Value(into, copy)), std::string("{'kept': [1, None], 'set': {1}, 'pair': (None, 1)}"));
        QCOMPARE(asked, 1);
    }

    void aDroppedRootIsNone()
    {
        ValueTree from;
        ValueTree into;
        const ValueId copy =
            copyWithChanges(from, from.addInt(1), into, [](ValueId) { return ValueChange{ValueChange::Act::Drop}; });
        QCOMPARE(into.kind(copy), ValueKind::None);
    }

    void whatIsReplacedIsReplacedWhereverItIsReferredTo()
    {
        ValueTree from;
        const ValueId old = from.addStr("cuda:0");
        const ValueId inner = from.addInt(7);
        const ValueId box = from.addContainer(ValueKind::Tuple, std::array{inner});
        const ValueId root = from.addContainer(ValueKind::List, std::array{old, old, box, inner});
        ValueTree into;
        ValueCopy copying(from, into, [&](ValueId id) -> ValueChange {
            if (id == old)
                return {ValueChange::Act::Replace, into.addStr("cpu")};
            if (id == box)  // another container with the same content
                return {ValueChange::Act::Replace, into.addContainer(ValueKind::List, std::array{copying.node(inner)})};
            return {};
        });
        const Value copy(into, copying.copy(root));
        QCOMPARE(pythonText(copy), std::string("['cpu', 'cpu', [7], 7]"));
        QCOMPARE(copy.at(0).id(), copy.at(1).id());
        QCOMPARE(copy.at(2).at(0).id(), copy.at(3).id());
    }

    void onlyStoragesThatAreLookedAtComeAlong()
    {
        ValueTree from;
        std::array<ValueId, 4> pairs{};
        for (std::size_t i = 0; i < 2; ++i) {
            TensorValue tensor;
            tensor.ref.storage = from.addStorage({.key = std::to_string(i)});
            pairs[2 * i] = from.addStr(i == 0 ? "a" : "b");
            pairs[2 * i + 1] = from.addTensor(tensor);
        }
        const ValueId root = from.addContainer(ValueKind::Dict, pairs);
        ValueTree into;
        copyWithChanges(from, root, into, [&](ValueId id) {
            return ValueChange{id == pairs[1] ? ValueChange::Act::Drop : ValueChange::Act::Keep};
        });
        QCOMPARE(into.storages().size(), std::size_t(1));
        QCOMPARE(into.storages()[0].key, std::string("1"));
    }

    void anObjectOfACopyStillHasItsClass()
    {
        ValueTree from;
        const ValueId callable = from.addGlobal("__main__", "Net");
        const ValueId root = from.addObject({.callable = callable, .args = from.addContainer(ValueKind::Tuple)});
        ValueTree into;
        QCOMPARE(into.className(copyWithChanges(from, root, into, {})), std::string_view("__main__.Net"));
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
