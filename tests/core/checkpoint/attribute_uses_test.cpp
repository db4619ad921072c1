// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "core/checkpoint/pickle_into.h"

using namespace waypoint;

class AttributeUsesTest : public QObject
{
    Q_OBJECT

    static Safety verdictOnGetattr(const std::string &pickle)
    {
        std::vector<std::byte> bytes(pickle.size());
        std::ranges::transform(pickle, bytes.begin(), [](char c) { return static_cast<std::byte>(c); });
        Checkpoint checkpoint;
        ByteStream stream(memoryFile("test", bytes));
        const Result<Unpickled> read = readPickleInto(stream, {}, nullptr, {}, checkpoint);
        Q_UNUSED(read);  // a broken pickle has its verdict too
        for (const GlobalUse &use : checkpoint.globals)
            if (use.name == "builtins.getattr")
                return use.safety;
        return Safety::Safe;
    }

private Q_SLOTS:
    void verdictFollowsWhatItIsUsedFor_data()
    {
        QTest::addColumn<QByteArray>("pickle");
        QTest::addColumn<bool>("dangerous");
        QTest::newRow("an enum's member") << QByteArray("cbuiltins\ngetattr\n(c__main__\nColor\nVRED\ntR.") << false;
        QTest::newRow("a bound method") << QByteArray(
            "cbuiltins\ngetattr\n(c__main__\nSchedule\n)\x81V_annealing_cos\ntR.")
                                        << false;
        QTest::newRow("what it gave is called")
            << QByteArray("cbuiltins\ngetattr\n(c__main__\nColor\nVRED\ntR(tR.") << true;
        QTest::newRow("a special attribute")
            << QByteArray("cbuiltins\ngetattr\n(c__main__\nf\nV__globals__\ntR.") << true;
        QTest::newRow("a path of attributes") << QByteArray("cbuiltins\ngetattr\n(c__main__\nf\nVa.b\ntR.") << true;
        QTest::newRow("an attribute of an attribute")
            << QByteArray("cbuiltins\ngetattr\n(cbuiltins\ngetattr\n(c__main__\nf\nVa\ntRVb\ntR.") << true;
        QTest::newRow("a module reached through another")
            << QByteArray("cbuiltins\ngetattr\n(ctorch\nserialization\nVos\ntR.") << true;
        QTest::newRow("handed to a partial")
            << QByteArray("cfunctools\npartial\n(cbuiltins\ngetattr\nc__main__\nf\ntR.") << true;
        QTest::newRow("three arguments") << QByteArray("cbuiltins\ngetattr\n(c__main__\nf\nVa\nNtR.") << true;
        QTest::newRow("a pickle that breaks off")
            << QByteArray("cbuiltins\ngetattr\n(c__main__\nColor\nVRED\ntR") << true;
    }

    void verdictFollowsWhatItIsUsedFor()
    {
        QFETCH(QByteArray, pickle);
        QFETCH(bool, dangerous);
        QCOMPARE(verdictOnGetattr(pickle.toStdString()), dangerous ? Safety::Dangerous : Safety::Unknown);
    }
};

QTEST_GUILESS_MAIN(AttributeUsesTest)
#include "attribute_uses_test.moc"
