// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/run/epoch_meaning.h"

#include <QtTest>

using namespace waypoint;

class EpochMeaningTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void stepsOfTheOptimizerProveThatAnEpochIsFinished()
    {
        const EpochReading reading = readEpoch({.epoch = 9, .optimizerSteps = 80, .stepsPerEpoch = 8});
        QCOMPARE(reading.finished, 10);
        QVERIFY(reading.certain);
        QVERIFY(reading.meaning == EpochMeaning::Finished);
        QVERIFY(QString::fromStdString(reading.why).contains("80 steps, 10 epochs of 8"));
    }

    void stepsOfTheOptimizerProveThatAnEpochIsTheNext()
    {
        const EpochReading reading = readEpoch({.epoch = 10, .optimizerSteps = 80, .stepsPerEpoch = 8});
        QCOMPARE(reading.finished, 10);
        QVERIFY(reading.certain);
        QVERIFY(reading.meaning == EpochMeaning::Next);
    }

    void stepsThatFitNeitherReadingProveNothing()
    {
        const EpochReading reading = readEpoch({.epoch = 9, .optimizerSteps = 77, .stepsPerEpoch = 8});
        QVERIFY(!reading.certain);
        QCOMPARE(reading.finished, 10);
    }

    void aSchedulerOneStepAheadHasSeenTheEpochEnd()
    {
        const EpochReading reading = readEpoch({.epoch = 9, .schedulerSteps = 10});
        QVERIFY(reading.certain);
        QCOMPARE(reading.finished, 10);
    }

    void aSchedulerAtTheEpochItselfIsNoProof() { QVERIFY(!readEpoch({.epoch = 9, .schedulerSteps = 9}).certain); }

    void theImagenetExampleSavesTheNextEpoch()
    {
        const EpochReading reading = readEpoch({.epoch = 10, .layout = "imagenet-example"});
        QCOMPARE(reading.finished, 10);
        QVERIFY(!reading.certain);
    }

    void whatIsAskedForOutweighsEverything()
    {
        const EpochReading reading =
            readEpoch({.epoch = 9, .optimizerSteps = 80, .stepsPerEpoch = 8, .asked = EpochMeaning::Next});
        QCOMPARE(reading.finished, 9);
        QVERIFY(reading.certain);
    }
};

QTEST_GUILESS_MAIN(EpochMeaningTest)
#include "epoch_meaning_test.moc"
