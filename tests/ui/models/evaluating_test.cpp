// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/evaluations.h"

#include "tests/ui/evaluating_trainer.h"
#include "tests/ui/library_folder.h"
#include "ui/models/library_model.h"

#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace waypoint;
using namespace waypoint::test;

class EvaluatingTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<LibraryFolder> m_folder;

private Q_SLOTS:
    void init() { m_folder = std::make_unique<LibraryFolder>(); }

    void checkpointsAreMeasuredOneByOneAndWhatFailsSaysWhy()
    {
        useEvaluatingTrainer(*m_folder);
        const QString run = m_folder->run(QStringLiteral("iris"));
        const QString good = run + QStringLiteral("/checkpoints/epoch_0000.safetensors");
        const QString bad = m_folder->touch(QStringLiteral("iris/checkpoints/broken.pth"));
        Evaluations evaluations;
        QSignalSpy failed(&evaluations, &Evaluations::failed);
        QSignalSpy finished(&evaluations, &Evaluations::finished);
        evaluations.start({{bad, good}, QStringLiteral("iris"), {}, {}});
        QCOMPARE(evaluations.total(), 2);
        QTRY_COMPARE(finished.size(), 1);
        QCOMPARE(evaluations.done(), 2);
        QCOMPARE(failed.size(), 1);
        QCOMPARE(failed.front().front().toString(), bad);
        QVERIFY2(failed.front().back().toString().contains(QStringLiteral("no model fits")),
                 qPrintable(failed.front().back().toString()));
        QVERIFY(evaluations.details(good).has_value() && !evaluations.details(bad).has_value());
        QCOMPARE(evaluations.details(good)->confusion.size(), std::size_t(2));
        QTRY_VERIFY(evaluations.latest(good).has_value());
        QCOMPARE(*evaluations.latest(good)->accuracy, 0.75);
    }

    void measurementsAreThereTheNextTimeUntilTheFileIsAnotherOne()
    {
        useEvaluatingTrainer(*m_folder);
        const QString run = m_folder->run(QStringLiteral("iris"));
        const QString file = run + QStringLiteral("/checkpoints/epoch_0000.safetensors");
        {
            Evaluations evaluations;
            QSignalSpy finished(&evaluations, &Evaluations::finished);
            evaluations.start({{file}, {}, {}, {}});
            QTRY_COMPARE(finished.size(), 1);
        }
        QVERIFY(QFile::exists(run + QStringLiteral("/evaluations.jsonl")));
        Evaluations again;
        LibraryModel library;
        library.setEvaluations(&again);
        library.addFolder(m_folder->path());
        const auto cell = [&] {
            return library.find(file).siblingAtColumn(static_cast<int>(LibraryColumn::Evaluated)).data().toString();
        };
        QTRY_COMPARE(cell(), QStringLiteral("75.00 %"));
        QFile changed(file);
        QVERIFY(changed.open(QIODevice::ReadWrite));
        QVERIFY(changed.setFileTime(QDateTime::currentDateTime().addSecs(60), QFileDevice::FileModificationTime));
        Evaluations later;
        QSignalSpy read(&later, &Evaluations::changed);
        later.load({file});
        QTest::qWait(300);
        QVERIFY(!later.latest(file).has_value());
    }

    void cancelEndsTheOrder()
    {
        useEvaluatingTrainer(*m_folder, true);
        const QString file = m_folder->safetensors(QStringLiteral("a.safetensors"));
        Evaluations evaluations;
        QSignalSpy finished(&evaluations, &Evaluations::finished);
        evaluations.start({{file}, {}, {}, {}});
        QVERIFY(evaluations.isRunning());
        evaluations.cancel();
        QVERIFY(!evaluations.isRunning());
        QCOMPARE(finished.size(), 1);
        QCOMPARE(evaluations.done(), 0);
    }
};

QTEST_MAIN(EvaluatingTest)
#include "evaluating_test.moc"
