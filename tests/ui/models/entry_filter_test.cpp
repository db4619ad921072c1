// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/entry_filter.h"

#include <QtTest/QTest>

#include <string>

using namespace waypoint;

class EntryFilterTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void plainTextMatchesAnyPartInAnyCase()
    {
        QVERIFY(NamePattern("WEIGHT").matches("conv1.weight"));
        QVERIFY(NamePattern("ÄHNLICH").matches("unähnlich"));
        QVERIFY(!NamePattern("bias").matches("conv1.weight"));
        QVERIFY(NamePattern("").isEmpty());
    }

    void dotsAndSlashesAreTheSameInPaths()
    {
        QVERIFY(NamePattern("net/conv1").matches("net.conv1.weight"));
        QVERIFY(NamePattern("net.conv1").matches("net/conv1.weight"));
        QVERIFY(NamePattern("net/conv1").looksAtPaths());
        QVERIFY(!NamePattern("conv1").looksAtPaths());
    }
};

QTEST_GUILESS_MAIN(EntryFilterTest)
#include "entry_filter_test.moc"
