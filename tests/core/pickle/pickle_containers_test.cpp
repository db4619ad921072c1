// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/pickle/pickle_bytes.h"

#include <QTest>

using namespace waypoint;
using namespace waypoint::test;

namespace {

/// What a pickle holds as Python would write it, or its error.
QString read(std::string_view pickle) { return QString::fromStdString(Unpickling(pickle).text()); }

}  // namespace

class PickleContainersTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void listsTakeTheirItems();
    void tuplesTakeWhatIsOnTheStack();
    void dictsKeepTheOrderOfTheFile();
    void dictsKeepEveryMentionOfAKey();
    void setsTakeTheirItems();
    void theStackWorksAsInPython();
    void theMemoGivesBackTheSameValue();
    void aFarMemoIndexTakesNoMemory();
    void memoizeCountsWhatIsInTheMemo();
    void aListMayHoldItself();
    void theProtocolIsTheHighestDeclaredOrNeeded();
    void severalPicklesMayStandInOneStream();
    void wrongItemsAreCorrupt();
};

void PickleContainersTest::listsTakeTheirItems()
{
    QCOMPARE(read("]."), "[]");
    QCOMPARE(read("(lp0\nI1\naI2\na."), "[1, 2]");
    QCOMPARE(read(bytes("(K\x01K\x02l.")), "[1, 2]");
    QCOMPARE(read(bytes("](K\x01K\x02"
                        "eK\x03"
                        "a(e.")),
             "[1, 2, 3]");
    QCOMPARE(read(bytes("](K\x01"
                        "e](K\x02"
                        "e\x86.")),
             "([1], [2])");
}

void PickleContainersTest::tuplesTakeWhatIsOnTheStack()
{
    QCOMPARE(read(")."), "()");
    QCOMPARE(read("(t."), "()");
    QCOMPARE(read(bytes("(K\x01t.")), "(1,)");
    QCOMPARE(read(bytes("K\x00K\x01\x85.")), "(1,)");
    QCOMPARE(read(bytes("K\x01K\x02\x86.")), "(1, 2)");
    QCOMPARE(read(bytes("K\x01K\x02K\x03\x87.")), "(1, 2, 3)");
}

void PickleContainersTest::dictsKeepTheOrderOfTheFile()
{
    QCOMPARE(read("}."), "{}");
    QCOMPARE(read(bytes("(\x8c\x01zK\x01\x8c\x01"
                        "aK\x02"
                        "d.")),
             "{'z': 1, 'a': 2}");
    QCOMPARE(read(bytes("}\x8c\x01zK\x01s(\x8c\x01"
                        "aK\x02K\x03Nu.")),
             "{'z': 1, 'a': 2, 3: None}");
}

void PickleContainersTest::dictsKeepEveryMentionOfAKey()
{
    const Unpickling twice(bytes("}(\x8c\x01"
                                 "aK\x01\x8c\x01"
                                 "aK\x02u."));
    QCOMPARE(twice.root().count(), std::size_t(2));
    QCOMPARE(twice.root()["a"].integer().value(), 2);
}

void PickleContainersTest::setsTakeTheirItems()
{
    QCOMPARE(read(bytes("\x8f(K\x01K\x02\x90.")), "{1, 2}");
    const Unpickling frozen(bytes("(K\x01\x91."));
    QCOMPARE(frozen.root().kind(), ValueKind::Set);
    QVERIFY(frozen.root().className() == "frozenset");
}

void PickleContainersTest::theStackWorksAsInPython()
{
    QCOMPARE(read(bytes("K\x01K\x02"
                        "0.")),
             "1");
    QCOMPARE(read(bytes("K\x01(0.")), "1");
    QCOMPARE(read(bytes("K\x01(K\x02K\x03"
                        "1.")),
             "1");
    QCOMPARE(read(bytes("K\x01"
                        "2\x86.")),
             "(1, 1)");
    QCOMPARE(read(bytes("(K\x01.")), "1");
    QCOMPARE(read("0."), "error: pickle: POP at byte 0 needs 1 on the stack and finds 0");
    QCOMPARE(read(bytes("K\x01(\x85.")), "error: pickle: TUPLE1 at byte 3 needs 1 on the stack and finds 0");
    QCOMPARE(read(bytes("K\x01(2.")), "error: pickle: DUP at byte 3 needs 1 on the stack and finds 0");
    QCOMPARE(read(bytes("K\x01t.")), "error: pickle: TUPLE at byte 2 finds no mark on the stack");
    QCOMPARE(read("1."), "error: pickle: POP_MARK at byte 0 finds no mark on the stack");
    QCOMPARE(read("."), "error: pickle: STOP at byte 0 needs 1 on the stack and finds 0");
}

void PickleContainersTest::theMemoGivesBackTheSameValue()
{
    for (const std::string &pickle :
         {bytes("]p5\ng5\n\x86."), bytes("]q\x05h\x05\x86."), bytes("]r\x05\x00\x00\x00j\x05\x00\x00\x00\x86.")}) {
        const Unpickling shared(pickle);
        QCOMPARE(QString::fromStdString(shared.text()), "([], [])");
        QVERIFY(shared.root().at(0).id() == shared.root().at(1).id());
    }
    QCOMPARE(read(bytes("h\x07.")), "error: pickle: BINGET at byte 0 asks for memo entry 7, which was never set");
    QCOMPARE(read("p0\n."), "error: pickle: PUT at byte 0 needs 1 on the stack and finds 0");
    QCOMPARE(read("Np-1\n."), "error: pickle: PUT at byte 1 has no memo index");
    QCOMPARE(read("gx\n."), "error: pickle: GET at byte 0 has no memo index");
}

void PickleContainersTest::aFarMemoIndexTakesNoMemory()
{
    QCOMPARE(read(bytes("K\x07r\xff\xff\xff\xff"
                        "0j\xff\xff\xff\xff.")),
             "7");
    QCOMPARE(read(bytes("K\x07p9223372036854775807\n0K\x08p9223372036854775806\n0g9223372036854775807\n.")), "7");
    QCOMPARE(read(bytes("K\x07p2000\n0K\x08q\x00"
                        "0g2000\nh\x00\x86.")),
             "(7, 8)");
}

void PickleContainersTest::memoizeCountsWhatIsInTheMemo()
{
    QCOMPARE(read(bytes("\x80\x04K\x05\x94K\x06\x94"
                        "0h\x01h\x00\x87.")),
             "(5, 6, 5)");
    QCOMPARE(read(bytes("\x80\x04K\x05q\x00q\x00\x94"
                        "0h\x01.")),
             "5");
}

void PickleContainersTest::aListMayHoldItself()
{
    const Unpickling recursive(bytes("]q\x00h\x00"
                                     "a."));
    QVERIFY(recursive.root().at(0).id() == recursive.root().id());
    QCOMPARE(QString::fromStdString(recursive.text()), "[[...]]");
}

void PickleContainersTest::theProtocolIsTheHighestDeclaredOrNeeded()
{
    const auto protocolOf = [](std::string_view pickle) { return Unpickling(pickle).result->protocol; };
    QCOMPARE(protocolOf("N."), 0);
    QCOMPARE(protocolOf("]."), 1);
    QCOMPARE(protocolOf(bytes("\x80\x02N.")), 2);
    QCOMPARE(protocolOf(bytes("N\x94.")), 4);
    QCOMPARE(protocolOf(bytes("\x80\x00N.")), 2);
    QCOMPARE(read(bytes("\x80\x06N.")), "error: pickle: PROTO at byte 0 asks for protocol 6; Python has 5 at most");
}

void PickleContainersTest::severalPicklesMayStandInOneStream()
{
    ValueTree tree;
    PickleMachine machine(tree, {});
    ByteStream stream(fileOf(bytes("..K\x01.cos\nsystem\n.cos\nsystem\n.h\x00.")), {2});
    const auto first = machine.read(stream);
    QVERIFY(first);
    QCOMPARE(tree.integer(first->root), 1);
    QCOMPARE(first->end.value, std::uint64_t(5));
    const auto second = machine.read(stream);
    const auto third = machine.read(stream);
    QVERIFY(second && third);
    QVERIFY(second->root == third->root);
    QCOMPARE(machine.globals().size(), std::size_t(1));
    QCOMPARE(machine.globals()[0].at.value, std::uint64_t(5));
    QVERIFY(!machine.read(stream));
}

void PickleContainersTest::wrongItemsAreCorrupt()
{
    QCOMPARE(read(bytes("(K\x01"
                        "d.")),
             "error: pickle: DICT at byte 3 finds a key without a value");
    QCOMPARE(read("}(Nu."), "error: pickle: SETITEMS at byte 3 finds a key without a value");
    QCOMPARE(read("](NNu."), "error: pickle: SETITEMS at byte 4 sets items of a list");
    QCOMPARE(read("}(Ne."), "error: pickle: APPENDS at byte 3 adds items to a dict");
    QCOMPARE(read(bytes("}(N\x90.")), "error: pickle: ADDITEMS at byte 3 adds items to a dict");
    QCOMPARE(read("NNa."), "error: pickle: APPEND at byte 2 adds items to None");
    QCOMPARE(read("(Ne."), "error: pickle: APPENDS at byte 2 finds nothing below the mark");
    QCOMPARE(read("N(Nb."), "error: pickle: BUILD at byte 3 needs 2 on the stack and finds 1");
    QCOMPARE(Unpickling("NNa.").result.error().code, ErrorCode::Corrupt);
    QCOMPARE(Unpickling("NNa.").result.error().at->value, std::uint64_t(2));
}

QTEST_GUILESS_MAIN(PickleContainersTest)
#include "pickle_containers_test.moc"
