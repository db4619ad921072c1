// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/run/run_log.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

using namespace waypoint;

class RunLogTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aLineReadsAsPeopleKnowIt()
    {
        QCOMPARE(progressText({.epoch = 4,
                               .epochs = 50,
                               .batch = 10,
                               .batches = 128,
                               .lr = 0.01,
                               .loss = 0.43121,
                               .accuracy = 0.875,
                               .valLoss = {},
                               .valAccuracy = {}}),
                 std::string("Epoch[004/050] Iteration[010/128] LR: 1.0e-02 Loss: 0.4312 Acc: 87.50%"));
    }

    void anEpochsEndAddsWhatWasHeldOut()
    {
        const std::string text = progressText({.epoch = 0,
                                               .epochs = 2,
                                               .batch = 8,
                                               .batches = 8,
                                               .lr = 1,
                                               .loss = 2,
                                               .accuracy = {},
                                               .valLoss = 0.5,
                                               .valAccuracy = 0.9});
        QVERIFY(text.ends_with("Loss: 2.0000 Val: 0.5000 90.00%"));
    }

    void durationsAreInUnitsAPersonThinksIn()
    {
        QCOMPARE(durationText(12.4), std::string("12 s"));
        QCOMPARE(durationText(250), std::string("4 min 10 s"));
        QCOMPARE(durationText(3725), std::string("1 h 02 min"));
    }

    void aSecondRunAddsToTheLogOfTheFirst()
    {
        QTemporaryDir folder;
        const std::string path = folder.filePath("trainer.log").toStdString();
        RunLog(path).say("first");
        RunLog(path).say("second");
        QFile file(QString::fromStdString(path));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), QByteArray("first\nsecond\n"));
    }

    void aLogThatCannotBeWrittenIsNoReasonToStop()
    {
        RunLog log("/nowhere/at/all/trainer.log");
        log.say("still here");
        QVERIFY(!QFile::exists("/nowhere/at/all/trainer.log"));
    }
};

QTEST_GUILESS_MAIN(RunLogTest)
#include "run_log_test.moc"
