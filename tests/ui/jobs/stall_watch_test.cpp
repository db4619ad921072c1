// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/stall_watch.h"

#include <QtCore/QElapsedTimer>
#include <QtTest/QTest>

using namespace waypoint;
using std::chrono::milliseconds;

namespace {

void keepBusy(qint64 time)
{
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < time) {
    }
}

}  // namespace

class StallWatchTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void noticesATurnThatTakesLong()
    {
        StallWatch watch;
        QTimer::singleShot(0, &watch, [] { keepBusy(120); });
        QTRY_VERIFY(watch.longestTurn() >= milliseconds(110));
        QVERIFY(watch.longestCpuTurn() > milliseconds(0));
        QVERIFY(watch.longestCpuTurn() <= watch.longestTurn() + milliseconds(20));
    }

    void forgetsWhenItIsRestarted()
    {
        StallWatch watch;
        QTimer::singleShot(0, &watch, [] { keepBusy(60); });
        QTRY_VERIFY(watch.longestTurn() >= milliseconds(50));
        watch.restart();
        QCOMPARE(watch.longestTurn(), std::chrono::microseconds(0));
        QCOMPARE(watch.longestCpuTurn(), std::chrono::microseconds(0));
    }
};

QTEST_GUILESS_MAIN(StallWatchTest)
#include "stall_watch_test.moc"
