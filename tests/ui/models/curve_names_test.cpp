// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/curve_names.h"

#include <QtTest/QTest>

using namespace waypoint;

class CurveNamesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void subjectLeavesOutWhichSamples_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("subject");
        QTest::newRow("ours") << "loss/train"
                              << "loss";
        QTest::newRow("ultralytics loss") << "train/box_loss"
                                          << "box_loss";
        QTest::newRow("ultralytics metric") << "metrics/mAP50(B)"
                                            << "metrics";
        QTest::newRow("lightning") << "val_f1"
                                   << "f1";
        QTest::newRow("lightning mean of an epoch") << "train_f1_epoch"
                                                    << "f1";
        QTest::newRow("hugging face") << "eval_steps_per_second"
                                      << "steps_per_second";
        QTest::newRow("tensorboard folders") << "decoder/layer1/grad"
                                             << "decoder/layer1";
        QTest::newRow("only a phase") << "val"
                                      << "val";
        QTest::newRow("a word that merely begins like one") << "validity"
                                                            << "validity";
    }
    void subjectLeavesOutWhichSamples()
    {
        QFETCH(QString, name);
        QTEST(curveSubject(name), "subject");
    }

    void phaseIsFoundAnywhereInTheName()
    {
        QCOMPARE(curvePhase(QStringLiteral("loss/train")), CurvePhase::Train);
        QCOMPARE(curvePhase(QStringLiteral("loss/epoch")), CurvePhase::Train);
        QCOMPARE(curvePhase(QStringLiteral("Val_Loss")), CurvePhase::Validation);
        QCOMPARE(curvePhase(QStringLiteral("eval_loss")), CurvePhase::Validation);
        QCOMPARE(curvePhase(QStringLiteral("test.accuracy")), CurvePhase::Test);
        QCOMPARE(curvePhase(QStringLiteral("constraint")), CurvePhase::None);
        QCOMPARE(curvePhase(QStringLiteral("epoch")), CurvePhase::None);
    }

    void titlesThatAreTheSameGetTheirFolders()
    {
        const QStringList titles{QStringLiteral("run"), QStringLiteral("run"), QStringLiteral("other")};
        const QStringList paths{QStringLiteral("/home/me/fold1/run"), QStringLiteral("/home/me/fold2/run"),
                                QStringLiteral("/home/me/other")};
        QCOMPARE(distinctTitles(titles, paths), QStringList({"fold1/run", "fold2/run", "other"}));
    }

    void folderThatNamesItsLogIsNotNamedTwice()
    {
        const QStringList titles{QStringLiteral("run"), QStringLiteral("run")};
        const QStringList paths{QStringLiteral("/a/run/metrics.jsonl"), QStringLiteral("/b/run/metrics.jsonl")};
        QCOMPARE(distinctTitles(titles, paths), QStringList({"a/run", "b/run"}));
    }

    void titlesGrowUntilTheyDiffer()
    {
        const QStringList titles{QStringLiteral("run"), QStringLiteral("run")};
        const QStringList paths{QStringLiteral("/a/logs/run"), QStringLiteral("/b/logs/run")};
        QCOMPARE(distinctTitles(titles, paths), QStringList({"a/logs/run", "b/logs/run"}));
    }

    void samePathTwiceDoesNotGrowForEver()
    {
        const QStringList titles{QStringLiteral("run"), QStringLiteral("run")};
        const QStringList paths{QStringLiteral("/a/run"), QStringLiteral("/a/run")};
        QCOMPARE(distinctTitles(titles, paths), QStringList({"a/run", "a/run"}));
    }
};

QTEST_GUILESS_MAIN(CurveNamesTest)
#include "curve_names_test.moc"
