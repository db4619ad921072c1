// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/pickle/pickle_bytes.h"

#include <QTest>

using namespace waypoint;
using namespace waypoint::test;

namespace {

QString read(std::string_view pickle) { return QString::fromStdString(Unpickling(pickle).text()); }

/// Every name with the byte it stands at: "os.system@2 sys.exit@13".
QString globalsOf(std::string_view pickle)
{
    const Unpickling unpickling(pickle);
    QStringList sites;
    for (const GlobalSite &site : unpickling.machine.globals())
        sites += QString("%1@%2").arg(QString::fromStdString(site.name)).arg(site.at.value);
    return sites.join(' ');
}

QString partText(const Unpickling &from, ValueId part)
{
    return part.isValid() ? QString::fromStdString(pythonText(from.root().wrap(part))) : QString("none");
}

}  // namespace

class PickleCallsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aNameIsAGlobalAndRunsNothing();
    void everyNameIsNotedOnceWithItsFirstPlace();
    void namesStayKnownWhereThePickleBreaks();
    void aFrameBeyondTheEndDoesNotHideNames();
    void namesThatOnlyRunningWouldTellAreMarkedAsComputed();
    void namesTooLongToKeepAreReported();
    void extensionCodesBecomeNames();
    void callsKeepTheirArguments();
    void callsKeepWhatFollowsThem();
    void aSecondStateDoesNotReplaceTheFirst();
    void whatIsDoneToANameIsKeptBesideIt();
    void persistentIdsAreKept();
    void wrongCallsAreCorrupt();
};

void PickleCallsTest::aNameIsAGlobalAndRunsNothing()
{
    const Unpickling name("cos\nsystem\n.");
    QCOMPARE(name.root().kind(), ValueKind::Global);
    QVERIFY(name.root().text() == "os.system");
    const Unpickling stacked(bytes("\x8c\x02os\x8c\x06system\x93."));
    QCOMPARE(stacked.root().kind(), ValueKind::Global);
    QVERIFY(stacked.root().text() == "os.system");
}

void PickleCallsTest::everyNameIsNotedOnceWithItsFirstPlace()
{
    QCOMPARE(globalsOf("(cos\nsystem\ncsys\nexit\ncos\nsystem\nt."), "os.system@1 sys.exit@12");
    QCOMPARE(globalsOf(bytes("\x8c\x02os\x8c\x06system\x93(ios\nremove\n\x86.")), "os.system@12 os.remove@14");
}

void PickleCallsTest::namesStayKnownWhereThePickleBreaks()
{
    QCOMPARE(globalsOf(bytes("cos\nsystem\n\x8c\x06whoami\x85R\xff")), "os.system@0");
    const Unpickling broken(bytes("cos\nsystem\n\x04"));
    QVERIFY(!broken.result);
    QCOMPARE(QString::fromStdString(broken.error()), "pickle: opcode 0x04 at byte 11 does not exist");
    QCOMPARE(broken.result.error().code, ErrorCode::Corrupt);
    QCOMPARE(broken.result.error().at->value, std::uint64_t(11));
}

void PickleCallsTest::aFrameBeyondTheEndDoesNotHideNames()
{
    const std::string pickle = bytes("\x80\x04\x95\x40\x00\x00\x00\x00\x00\x00\x00\x8c\x02os\x8c\x06system\x93");
    QCOMPARE(globalsOf(pickle), "os.system@23");
    const Unpickling cut(pickle);
    QCOMPARE(cut.result.error().code, ErrorCode::Truncated);
    QCOMPARE(QString::fromStdString(cut.error()), "pickle: ends at byte 24 without STOP");
}

void PickleCallsTest::namesThatOnlyRunningWouldTellAreMarkedAsComputed()
{
    QCOMPARE(globalsOf(bytes("cbuiltins\nstr\n)R\x8c\x06system\x93.")), "builtins.str@0 <computed>.system@24");
    QCOMPARE(read(bytes("K\x01\x8c\x06system\x93.")),
             "error: pickle: STACK_GLOBAL at byte 10 finds an int where a name should be");
}

void PickleCallsTest::namesTooLongToKeepAreReported()
{
    const std::string name(70'000, 'x');
    const Unpickling line("cos\n" + name + "\n.");
    QCOMPARE(line.result.error().code, ErrorCode::TooLarge);
    QCOMPARE(line.machine.globals().size(), std::size_t(1));
    QVERIFY(line.machine.globals()[0].name.starts_with("os.xxx"));
    const std::string length{'\x70', '\x11', '\x01', '\0'};
    const Unpickling stacked(bytes("\x8c\x02os") + "X" + length + name + "\x93.");
    QCOMPARE(stacked.result.error().code, ErrorCode::TooLarge);
    QCOMPARE(stacked.machine.globals().size(), std::size_t(1));
}

void PickleCallsTest::extensionCodesBecomeNames()
{
    QCOMPARE(globalsOf(bytes("\x82\x07\x83\x01\x02\x84\x01\x00\x01\x00\x87.")),
             "copyreg.extension_7@0 copyreg.extension_513@2 copyreg.extension_65537@5");
    QCOMPARE(read(bytes("\x82\x00.")), "error: pickle: EXT1 at byte 0 has no valid extension code");
    QCOMPARE(read(bytes("\x84\xff\xff\xff\xff.")), "error: pickle: EXT4 at byte 0 has no valid extension code");
}

void PickleCallsTest::callsKeepTheirArguments()
{
    const QString call = "m.C(1, 'a')";
    QCOMPARE(read(bytes("cm\nC\n(K\x01\x8c\x01"
                        "atR.")),
             call);
    QCOMPARE(read(bytes("cm\nC\nK\x01\x8c\x01"
                        "a\x86\x81.")),
             call);
    QCOMPARE(read(bytes("(cm\nC\nK\x01\x8c\x01"
                        "ao.")),
             call);
    QCOMPARE(read(bytes("(K\x01\x8c\x01"
                        "aim\nC\n.")),
             call);
    QCOMPARE(read("(cm\nC\no."), "m.C()");
    const Unpickling named(bytes("cm\nC\nK\x01\x85}\x8c\x01kK\x02s\x92."));
    QCOMPARE(named.root().kind(), ValueKind::Object);
    QCOMPARE(partText(named, named.root().object().args), "(1,)");
    QCOMPARE(partText(named, named.root().object().kwargs), "{'k': 2}");
    QVERIFY(named.root().className() == "m.C");
}

void PickleCallsTest::callsKeepWhatFollowsThem()
{
    const Unpickling full(bytes("cm\nC\n)\x81}\x8c\x01xK\x01sb(K\x02K\x03"
                                "eK\x04"
                                "aK\x05K\x06s(K\x07K\x08u."));
    QVERIFY2(full.result, full.error().c_str());
    const ObjectValue &object = full.root().object();
    QCOMPARE(partText(full, object.state), "{'x': 1}");
    QCOMPARE(partText(full, object.listItems), "[2, 3, 4]");
    QCOMPARE(partText(full, object.dictItems), "{5: 6, 7: 8}");
    const Unpickling set(bytes("cm\nC\n)\x81(K\x01\x90."));
    QCOMPARE(partText(set, set.root().object().listItems), "[1]");
}

void PickleCallsTest::aSecondStateDoesNotReplaceTheFirst()
{
    const Unpickling twice(bytes("cm\nC\n)\x81}\x8c\x01xK\x01sbK\x02"
                                 "bK\x03"
                                 "b."));
    QCOMPARE(partText(twice, twice.root().object().state), "({'x': 1}, 2, 3)");
}

void PickleCallsTest::whatIsDoneToANameIsKeptBesideIt()
{
    const Unpickling patched(bytes("csys\nmodules\n\x8c\x01xK\x01s}b(K\x02"
                                   "e."));
    QVERIFY2(patched.result, patched.error().c_str());
    QCOMPARE(patched.root().kind(), ValueKind::Global);
    QCOMPARE(partText(patched, patched.tree.attributes(patched.root().id())), "{'x': 1, 'state': {}, 'items': [2]}");
}

void PickleCallsTest::persistentIdsAreKept()
{
    const Unpickling line("Pstorage 1\n.");
    QCOMPARE(line.root().kind(), ValueKind::Persistent);
    QCOMPARE(partText(line, line.tree.children(line.root().id())[0]), "'storage 1'");
    const Unpickling tuple(bytes("\x8c\x01"
                                 "aK\x01\x86Q."));
    QCOMPARE(tuple.root().kind(), ValueKind::Persistent);
    QCOMPARE(partText(tuple, tuple.tree.children(tuple.root().id())[0]), "('a', 1)");
}

void PickleCallsTest::wrongCallsAreCorrupt()
{
    QCOMPARE(read("N)R."), "error: pickle: REDUCE at byte 2 calls None");
    QCOMPARE(read("cm\nC\n]R."), "error: pickle: REDUCE at byte 6 finds a list where a tuple of arguments should be");
    QCOMPARE(read(bytes("cm\nC\nN\x81.")),
             "error: pickle: NEWOBJ at byte 6 finds None where a tuple of arguments should be");
    QCOMPARE(read(bytes("cm\nC\n))\x92.")),
             "error: pickle: NEWOBJ_EX at byte 7 finds a tuple where keyword arguments should be");
    QCOMPARE(read("(o."), "error: pickle: OBJ at byte 1 finds no class above the mark");
    QCOMPARE(read("]}b."), "error: pickle: BUILD at byte 2 sets the state of a list");
    QCOMPARE(read("R."), "error: pickle: REDUCE at byte 0 needs 2 on the stack and finds 0");
}

QTEST_GUILESS_MAIN(PickleCallsTest)
#include "pickle_calls_test.moc"
