// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/python.h"
#include "tests/ui/journeys/training_journey.h"
#include "ui/models/text.h"
#include "ui/pages/compare_page.h"
#include "ui/pages/export_flow.h"
#include "ui/views/compare_pane.h"
#include "ui/views/compare_table.h"
#include "ui/views/epoch_plots.h"
#include "ui/views/epochs_pane.h"
#include "ui/views/export_sheet.h"
#include "ui/views/salvage_sheet.h"

#include <QtCore/QFile>
#include <QtCore/QProcess>
#include <QtWidgets/QMenu>
#include <QtWidgets/QTableView>

using namespace waypoint;
using namespace waypoint::test;

namespace {

constexpr int kEpochs = 6;

/// Prints whether the tensors of a file are those of a checkpoint's model, and how many there are.
constexpr auto kCompareWithModel = R"(
import sys, torch
made = torch.load(sys.argv[1])
made = made.get('model_state_dict', made)
model = torch.load(sys.argv[2])['model_state_dict']
print(len(made) > 0 and all(torch.equal(value, model[name]) for name, value in made.items()), len(made))
)";

}  // namespace

/// What a person does with the checkpoints of a run: two side by side, all of them along the epochs, one taken along, a
/// broken one saved.
class CompareJourneyTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<TrainingJourney> m_journey;

    MainWindow &window() const { return *m_journey->window; }
    QString runFolder() const { return m_journey->path(QStringLiteral("trained/digits")); }
    QString checkpoint(int epoch) const
    {
        return QStringLiteral("%1/checkpoints/epoch_%2.pth").arg(runFolder()).arg(epoch, 4, 10, QLatin1Char('0'));
    }

    QModelIndex row(const QString &path) const
    {
        const QAbstractItemModel &model = *window().library().list().model();
        return model.match(model.index(0, 0), LibraryModel::PathRole, path, 1, Qt::MatchExactly | Qt::MatchRecursive)
            .value(0);
    }

    void choose(const QString &path, Qt::KeyboardModifiers modifiers = {}) const
    {
        QTreeView &list = window().library().list();
        QTRY_VERIFY2(row(path).isValid(), qPrintable(path));
        list.scrollTo(row(path));
        QTest::mouseClick(list.viewport(), Qt::LeftButton, modifiers, list.visualRect(row(path)).center());
    }

    /// From the menu of what is selected in the library.
    void chooseFromMenu(const QString &path, const QString &name) const
    {
        QTreeView &list = window().library().list();
        Q_EMIT list.customContextMenuRequested(list.visualRect(row(path)).center());
        for (QMenu *menu : window().library().findChildren<QMenu *>())
            for (QAction *action : menu->actions())
                if (menu->isVisible() && action->text() == name) {
                    menu->setActiveAction(action);
                    QTest::keyClick(menu, Qt::Key_Return);
                    return;
                }
        QFAIL(qPrintable(QStringLiteral("no \"%1\" in the menu").arg(name)));
    }

    ComparePage &comparison() const { return window().comparison(); }
    EpochsPane *epochs() const { return comparison().findChild<EpochsPane *>(); }

private Q_SLOTS:
    void initTestCase()
    {
        m_journey = std::make_unique<TrainingJourney>();
        QProcess trainer;
        trainer.start(qEnvironmentVariable("WAYPOINT_TRAIN"),
                      {"start", "--out", runFolder(), "--data", "digits", "--model", "mlp:64-32-10", "--epochs",
                       QString::number(kEpochs), "--checkpoint-every", "1"});
        QVERIFY2(trainer.waitForFinished(120'000), qPrintable(trainer.errorString()));
        QCOMPARE(trainer.exitCode(), 0);
        window().openPaths({m_journey->path(QStringLiteral("trained"))});
    }

    void twoEpochsSideBySide()
    {
        choose(checkpoint(0));
        choose(checkpoint(kEpochs - 1), Qt::ControlModifier);
        chooseFromMenu(checkpoint(0), QStringLiteral("Compare"));
        QCOMPARE(window().page(), MainWindow::Compare);
        QTRY_VERIFY2(comparison().pane().summary().headline.startsWith(QLatin1String("All 4 tensors of the model")),
                     qPrintable(comparison().pane().summary().headline));
        QVERIFY(comparison().pane().table().model()->rowCount() > 4);
        QVERIFY(comparison().pane().table().currentTensor());
        m_journey->keep(QStringLiteral("journey-compare"));
    }

    void allEpochsOfTheRun()
    {
        choose(runFolder());
        chooseFromMenu(runFolder(), QStringLiteral("Compare Epochs"));
        QTRY_VERIFY(epochs() && epochs()->scan().state() == EpochScan::State::Finished);
        QCOMPARE(epochs()->scan().run()->series->files.size(), std::size_t(kEpochs));
        QCOMPARE(epochs()->scan().knownCount(), 4u);
        QVERIFY2(epochs()->statusText().contains(QLatin1String("6 checkpoints")), qPrintable(epochs()->statusText()));
        m_journey->keep(QStringLiteral("journey-epochs"));
    }

    void weightsAreTakenAlong()
    {
        window().openPaths({checkpoint(2)});
        QTRY_VERIFY(m_journey->isShown());
        window().activateWindow();
        QTest::mouseClick(window().currentPage()->findChild<QAbstractButton *>(QStringLiteral("export")),
                          Qt::LeftButton);
        QPointer<ExportSheet> sheet = window().exporting().sheet();
        QVERIFY(sheet);
        auto *write = sheet->findChild<QAbstractButton *>(QStringLiteral("exportButton"));
        QTRY_VERIFY(write->isEnabled());
        const QString written = sheet->path();
        m_journey->keepWindow(*sheet, QStringLiteral("journey-export"));
        QTest::mouseClick(write, Qt::LeftButton);
        QTRY_VERIFY2(sheet->status().startsWith(QLatin1String("Written and read back")), qPrintable(sheet->status()));
        QCOMPARE(runPython(QString::fromLatin1(kCompareWithModel), {written, checkpoint(2)}).trimmed(),
                 QStringLiteral("True 4"));
        QTest::mouseClick(sheet->findChild<QAbstractButton *>(QStringLiteral("exportOpen")), Qt::LeftButton);
        QTRY_VERIFY(!sheet);
        QTRY_VERIFY(m_journey->isShown() && text::fromPath(window().currentPage()->path()) == written);
    }

    void whatIsWholeOfABrokenFileIsSaved()
    {
        const QString broken = m_journey->path(QStringLiteral("broken.pth"));
        QVERIFY(QFile::copy(checkpoint(1), broken));
        // Ends within the largest tensor of the optimizer: the model before it is whole.
        QVERIFY(QFile::resize(broken, QFileInfo(broken).size() / 2));
        window().openPaths({broken});
        QTRY_VERIFY(m_journey->isShown());
        auto *salvage = window().currentPage()->findChild<QAbstractButton *>(QStringLiteral("salvageWarned"));
        QTRY_VERIFY(salvage && salvage->isVisible());
        QTest::mouseClick(salvage, Qt::LeftButton);
        QPointer<SalvageSheet> sheet = window().exporting().salvageSheet();
        QVERIFY(sheet);
        auto *save = sheet->findChild<QAbstractButton *>(QStringLiteral("salvageButton"));
        QVERIFY(save);
        QTRY_VERIFY(save->isEnabled());
        QVERIFY(sheet->lost().model()->rowCount() > 0);
        m_journey->keepWindow(*sheet, QStringLiteral("journey-salvage"));
        const QString written = sheet->target();
        QTest::mouseClick(save, Qt::LeftButton);
        QTRY_VERIFY2(QFile::exists(written), qPrintable(sheet->status()));
        QCOMPARE(runPython(QString::fromLatin1(kCompareWithModel), {written, checkpoint(1)}).trimmed(),
                 QStringLiteral("True 4"));
    }

    void cleanupTestCase() { m_journey.reset(); }
};

QTEST_MAIN(CompareJourneyTest)
#include "compare_journey_with_trainer_test.moc"
