// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/evaluate_sheet.h"

#include "tests/ui/evaluating_trainer.h"
#include "ui/models/evaluations.h"
#include "ui/models/trainer_info.h"
#include "ui/views/data_chooser.h"

#include <QtTest/QTest>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableWidget>

using namespace waypoint;
using namespace waypoint::test;

class EvaluateSheetTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<LibraryFolder> m_folder;
    std::unique_ptr<Evaluations> m_evaluations;
    std::unique_ptr<TrainerInfo> m_info;
    std::unique_ptr<EvaluateSheet> m_sheet;

    void show(const QStringList &checkpoints)
    {
        m_evaluations = std::make_unique<Evaluations>();
        m_info = std::make_unique<TrainerInfo>();
        m_sheet = std::make_unique<EvaluateSheet>(*m_evaluations, *m_info, checkpoints);
        m_sheet->show();
    }

    QPushButton *button(const char *name) const { return m_sheet->findChild<QPushButton *>(QLatin1String(name)); }
    QTableWidget *table(const char *name) const { return m_sheet->findChild<QTableWidget *>(QLatin1String(name)); }
    QString cell(int row, int column) const { return m_sheet->results().item(row, column)->text(); }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<LibraryFolder>(); }
    void cleanup()
    {
        m_sheet.reset();
        m_info.reset();
        m_evaluations.reset();
    }

    void runsOwnDataIsThereToBeginWith()
    {
        useEvaluatingTrainer(*m_folder);
        m_folder->write(QStringLiteral("digits/run.json"), R"({"waypoint":1,"config":{"data":"digits"}})");
        show({m_folder->safetensors(QStringLiteral("digits/checkpoints/epoch_0000.safetensors"))});
        QTRY_COMPARE(m_sheet->data().spec(), QStringLiteral("digits"));
    }

    void numbersOfEachAndClassesAndConfusionOfOne()
    {
        useEvaluatingTrainer(*m_folder);
        const QString good = m_folder->safetensors(QStringLiteral("a.safetensors"));
        const QString bad = m_folder->safetensors(QStringLiteral("broken.safetensors"));
        show({good, bad});
        m_sheet->data().setSpec(QStringLiteral("iris"));
        QTRY_VERIFY(button("evaluateMeasure")->isEnabled());
        QTest::mouseClick(button("evaluateMeasure"), Qt::LeftButton);
        QTRY_VERIFY(m_evaluations->done() == 2 && !m_evaluations->isRunning());
        QCOMPARE(cell(0, 1), QStringLiteral("0.5"));
        QCOMPARE(cell(0, 2), QStringLiteral("75.00 %"));
        QVERIFY2(cell(1, 4).contains(QStringLiteral("no model fits")), qPrintable(cell(1, 4)));
        const QTableWidget *classes = table("evaluateClasses");
        QCOMPARE(classes->rowCount(), 2);
        QCOMPARE(classes->item(0, 0)->text(), QStringLiteral("cat"));
        const QTableWidget *confusion = table("evaluateConfusion");
        // Row cat, column dog: a cat was taken for a dog.
        QCOMPARE(confusion->item(0, 1)->text(), QStringLiteral("1"));
        QCOMPARE(confusion->item(1, 0)->text(), QStringLiteral("0"));
        QVERIFY(confusion->item(0, 1)->background().color() != confusion->item(1, 0)->background().color());
        const auto *reason = m_sheet->findChild<QLabel *>(QStringLiteral("evaluateReason"));
        QVERIFY(!reason->isVisible());
        table("evaluateResults")->selectRow(1);
        QVERIFY(reason->isVisible());
        QCOMPARE(reason->text(), cell(1, 4));
    }

    void progressCanBeCancelledInPlace()
    {
        useEvaluatingTrainer(*m_folder, true);
        show({m_folder->safetensors(QStringLiteral("a.safetensors")),
              m_folder->safetensors(QStringLiteral("b.safetensors"))});
        m_sheet->data().setSpec(QStringLiteral("iris"));
        QTRY_VERIFY(button("evaluateMeasure")->isEnabled());
        QTest::mouseClick(button("evaluateMeasure"), Qt::LeftButton);
        auto *progress = m_sheet->findChild<QLabel *>(QStringLiteral("evaluateProgress"));
        QTRY_VERIFY(progress->isVisible());
        QCOMPARE(progress->text(), QStringLiteral("1 of 2"));
        QTest::mouseClick(button("evaluateCancel"), Qt::LeftButton);
        QVERIFY(!progress->isVisible());
        QVERIFY(!m_evaluations->isRunning());
        QVERIFY(button("evaluateMeasure")->isEnabled());
    }
};

QTEST_MAIN(EvaluateSheetTest)
#include "evaluate_sheet_test.moc"
