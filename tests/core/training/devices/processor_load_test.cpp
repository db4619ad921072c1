// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Before the rest: moc 6.4 stumbles over <compare> as the first header of a file.
#include <QtTest>

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include "core/training/devices/processor_load.h"

using namespace waypoint;

class ProcessorLoadTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_root.emplace();
        QVERIFY(QDir(m_root->path()).mkpath("proc"));
    }

    void allCoresTogetherAreBusyAsTheirTicksSay()
    {
        ProcessorLoad load(m_root->path().toStdString());
        write("cpu  100 0 100 700 100 0 0 0 50 0\ncpu0 1 2 3 4 5 6 7 8\n");
        QVERIFY(!load.look());  // since when?
        write("cpu  120 5 120 750 150 2 2 1 60 0\n");
        QCOMPARE(load.look(), std::optional<double>(50.0 / 150));  // idle and waiting for the disk is not busy
        write("cpu  120 5 120 850 150 2 2 1 60 0\n");
        QCOMPARE(load.look(), std::optional<double>(0.0));
    }

    void aLookAtTheSameTimeOrAtNothingTellsNothing()
    {
        ProcessorLoad load(m_root->path().toStdString());
        write("cpu  100 0 100 700 100 0 0 0 0 0\n");
        QVERIFY(!load.look());
        QVERIFY(!load.look());
        write("cpu  100 nonsense\n");
        QVERIFY(!load.look());
        write("intr 5\n");
        QVERIFY(!load.look());
    }

    void thisMachineTells()
    {
        ProcessorLoad load;
        QVERIFY(!load.look());
        std::optional<double> share;
        QTRY_VERIFY((share = share ? share : load.look()));
        QVERIFY(*share >= 0 && *share <= 1);
    }

private:
    void write(const QByteArray &text)
    {
        QFile file(m_root->filePath("proc/stat"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    }

    std::optional<QTemporaryDir> m_root;
};

QTEST_GUILESS_MAIN(ProcessorLoadTest)
#include "processor_load_test.moc"
