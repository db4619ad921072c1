// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/whole_lines.h"

#include <QtTest/QTest>

#include <string>
#include <vector>

using namespace waypoint;
using Lines = std::vector<std::string>;

class WholeLinesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void halfLinesWaitForTheRest()
    {
        WholeLines lines(100);
        QCOMPARE(lines.take("on"), Lines{});
        QCOMPARE(lines.take("e\ntwo\nthr"), (Lines{"one", "two"}));
        QCOMPARE(lines.take("ee\n"), Lines{"three"});
    }

    void emptyLinesAreLeftOut()
    {
        WholeLines lines(100);
        QCOMPARE(lines.take("\n\none\n\n"), Lines{"one"});
    }

    void tooLongLinesAreDroppedInOnePieceOrInMany()
    {
        WholeLines lines(4);
        QCOMPARE(lines.take("12345\n1234\n"), Lines{"1234"});
        for (const char *const piece : {"123", "456", "7"})
            QCOMPARE(lines.take(piece), Lines{});
        QCOMPARE(lines.take("\nfour\n"), Lines{"four"});
    }
};

QTEST_GUILESS_MAIN(WholeLinesTest)
#include "whole_lines_test.moc"
