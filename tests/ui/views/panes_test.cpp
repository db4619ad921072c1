// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/reader.h"
#include "tests/ui/sample_checkpoint.h"
#include "ui/theme.h"
#include "ui/views/bar_list.h"
#include "ui/views/details_pane.h"
#include "ui/views/fact_grid.h"
#include "ui/views/overview_panel.h"
#include "ui/views/problem_pane.h"
#include "ui/views/safety_note.h"
#include "ui/views/tensor_pane.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableWidget>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QTreeWidget>

#include <algorithm>

using namespace waypoint;

namespace {

// The panes on the example that comes with Waypoint, and on names and errors made up here.
class PanesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void overviewNamesWhatTheFileHolds();
    void overviewRowLeadsToItsEntry();
    void overviewRowAnswersToTheKeyboard();
    void wholeModuleIsPrintedInTheOverview();
    void tensorShowsItsFacts();
    void optimizerShowsItsGroupsAsATable();
    void scalarIsShownWhole();
    void safetyNoteIsQuietAboutPlainData();
    void safetyNoteUnfoldsDangerousNamesUnasked();
    void safetyNoteTreatsNamesAsPlainText();
    void safetyNoteFollowsTheThemeWhileShown();
    void overviewFollowsTheThemeWhileShown();
    void problemSaysWhatWhereAndOffersTheNextStep();

private:
    [[nodiscard]] EntryId entry(const char *path) const { return m_checkpoint->entries.find(path); }

    CheckpointPtr m_checkpoint;
};

// Everything that a pane's labels say, in one text.
QString labelsOf(const QWidget &pane)
{
    QStringList texts;
    for (const QLabel *label : pane.findChildren<QLabel *>())
        if (!label->isHidden())
            texts << label->text();
    return texts.join(QLatin1Char('\n'));
}

const BarRow *rowStarting(const QWidget &pane, const QString &start)
{
    for (const BarList *list : pane.findChildren<BarList *>())
        for (const BarRow &row : list->rows())
            if (row.name.startsWith(start))
                return &row;
    return nullptr;
}

void PanesTest::initTestCase()
{
    const Opened opened =
        openCheckpoint(QFINDTESTDATA("../../../resources/samples/cifar-net_epoch_50.pth").toStdString());
    QVERIFY2(opened.checkpoint, opened.error ? opened.error->detail.c_str() : "");
    m_checkpoint = opened.checkpoint;
}

void PanesTest::overviewNamesWhatTheFileHolds()
{
    OverviewPanel panel;
    panel.setCheckpoint(m_checkpoint);
    QTRY_VERIFY(panel.isComplete());
    const BarRow *model = rowStarting(panel, QStringLiteral("Model"));
    QVERIFY(model);
    QVERIFY2(model->value.contains(QLocale().toString(62006)), qPrintable(model->value));
    const BarRow *optimizer = rowStarting(panel, QStringLiteral("Optimizer"));
    QVERIFY(optimizer);
    QVERIFY2(optimizer->value.startsWith(QLatin1String("SGD")), qPrintable(optimizer->value));
    QVERIFY(rowStarting(panel, QStringLiteral("Scheduler")));
    QVERIFY(rowStarting(panel, QStringLiteral("float32")));
    QVERIFY2(labelsOf(panel).contains(QLatin1String("torch-zip")), qPrintable(labelsOf(panel)));
}

void PanesTest::overviewRowLeadsToItsEntry()
{
    OverviewPanel panel;
    panel.resize(400, 900);
    panel.setCheckpoint(m_checkpoint);
    panel.show();
    QTRY_VERIFY(panel.isComplete());
    QSignalSpy activated(&panel, &OverviewPanel::entryActivated);
    BarList *list = panel.findChild<BarList *>();
    QTRY_VERIFY(list->width() > 100);
    QTest::mouseClick(list, Qt::LeftButton, {}, QPoint(30, 5));
    QCOMPARE(activated.count(), 1);
    QCOMPARE(activated.first().first().value<EntryId>(), entry("net"));
}

void PanesTest::overviewRowAnswersToTheKeyboard()
{
    BarList list;
    list.setRows({{.name = QStringLiteral("a"), .value = {}, .share = 0, .colour = {}, .link = 7, .toolTip = {}},
                  {.name = QStringLiteral("b"), .value = {}, .share = 0, .colour = {}, .link = 9, .toolTip = {}}});
    list.show();
    list.setFocus();
    QSignalSpy activated(&list, &BarList::activated);
    QTest::keyClick(&list, Qt::Key_Down);
    QTest::keyClick(&list, Qt::Key_Down);
    QTest::keyClick(&list, Qt::Key_Return);
    QCOMPARE(activated.count(), 1);
    QCOMPARE(activated.first().first().toUInt(), 9U);
}

void PanesTest::wholeModuleIsPrintedInTheOverview()
{
    OverviewPanel panel;
    panel.setCheckpoint(m_checkpoint);
    QTRY_VERIFY(panel.isComplete());
    QVERIFY(panel.rootText().isEmpty());

    const auto module = std::make_shared<Checkpoint>();
    ValueTree &values = module->values;
    const ValueId empty = values.addContainer(ValueKind::Dict);
    const std::vector<ValueId> state{values.addStr("_parameters"), empty, values.addStr("_modules"), empty};
    module->root = values.addObject({.callable = values.addGlobal("__main__", "Net"),
                                     .args = {},
                                     .kwargs = {},
                                     .state = values.addContainer(ValueKind::Dict, state),
                                     .listItems = {},
                                     .dictItems = {},
                                     .display = {}});
    module->entries = EntryTree(values, module->root, {});
    panel.setCheckpoint(module);
    QTRY_VERIFY(panel.isComplete());
    QCOMPARE(panel.rootText(), QStringLiteral("Net()"));
}

void PanesTest::tensorShowsItsFacts()
{
    DetailsPane pane;
    pane.setEntry(m_checkpoint, entry("net/conv1.weight"));
    QTRY_VERIFY(pane.tensorPane().ways().contains(QStringLiteral("values")));
    pane.tensorPane().chooseWay(QStringLiteral("details"));
    const QString shown = labelsOf(pane);
    for (const char *fact : {"float32", "6×3×5×5", "450", "cpu"})
        QVERIFY2(shown.contains(QString::fromUtf8(fact)), qPrintable(shown));
}

void PanesTest::optimizerShowsItsGroupsAsATable()
{
    DetailsPane pane;
    pane.setEntry(m_checkpoint, entry("optimizer"));
    const QTableWidget *table = pane.groupsTable();
    QVERIFY(table);
    QCOMPARE(table->columnCount(), 1);
    QCOMPARE(table->verticalHeaderItem(0)->text(), QStringLiteral("lr"));
    QCOMPARE(table->item(0, 0)->text().toDouble(),
             m_checkpoint->entries.value(entry("optimizer/param_groups/0/lr")).number());
    QVERIFY(table->item(table->rowCount() - 1, 0)->text().startsWith(QLatin1String("10 ")));
}

void PanesTest::scalarIsShownWhole()
{
    DetailsPane pane;
    pane.setEntry(m_checkpoint, entry("epoch"));
    QCOMPARE(pane.bodyText(), QStringLiteral("50"));
    pane.clear();
    QVERIFY(pane.bodyText().isEmpty());
}

void PanesTest::safetyNoteIsQuietAboutPlainData()
{
    SafetyNote note;
    note.setGlobals(m_checkpoint->globals);
    QVERIFY2(note.sentence().contains(QLatin1String("accepts")), qPrintable(note.sentence()));
    QVERIFY(!note.findChild<QToolButton *>()->isChecked());
    note.setGlobals({});
    QVERIFY(note.isHidden());
}

void PanesTest::safetyNoteUnfoldsDangerousNamesUnasked()
{
    SafetyNote note;
    note.setGlobals({judgeGlobal("collections.OrderedDict"), judgeGlobal("os.system")});
    QVERIFY2(note.sentence().contains(QLatin1String("os.system")), qPrintable(note.sentence()));
    QVERIFY(!note.isHidden());
    const QTreeWidget *list = note.findChild<QTreeWidget *>();
    QVERIFY(!list->isHidden());
    QCOMPARE(list->topLevelItem(0)->text(0), QStringLiteral("os.system"));
    QVERIFY(!list->topLevelItem(0)->text(3).isEmpty());
}

void PanesTest::safetyNoteTreatsNamesAsPlainText()
{
    SafetyNote note;
    note.setGlobals({judgeGlobal("__main__.<img src=x>")});
    QVERIFY2(note.sentence().contains(QLatin1String("<img src=x>")), qPrintable(note.sentence()));
    QCOMPARE(note.findChild<QLabel *>()->textFormat(), Qt::PlainText);
}

void PanesTest::safetyNoteFollowsTheThemeWhileShown()
{
    QWidget window;
    auto *note = new SafetyNote(&window);
    note->setGlobals({judgeGlobal("collections.OrderedDict")});
    note->resize(400, 40);
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    const auto background = [note] { return note->grab().toImage().pixelColor(200, 2).lightness(); };
    QVERIFY(background() > 128);
    const QPalette light = QApplication::palette();
    QPalette dark(QColor(0x20, 0x20, 0x24));
    dark.setColor(QPalette::WindowText, Qt::white);
    QApplication::setPalette(dark);
    QTRY_VERIFY(background() < 128);
    QApplication::setPalette(light);
    QTRY_VERIFY(background() > 128);
}

void PanesTest::overviewFollowsTheThemeWhileShown()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("weights.safetensors"));
    QVERIFY(test::writeSafetensors(path, {"fc.weight", "fc.bias"}));
    OverviewPanel panel;
    panel.setCheckpoint(openCheckpoint(path.toStdString()).checkpoint);
    panel.show();
    QTRY_VERIFY(panel.isComplete());
    const auto colours = [&] {
        QList<QColor> found;
        for (const BarList *list : panel.findChildren<BarList *>())
            for (const BarRow &row : list->rows())
                if (row.colour.isValid())
                    found << row.colour;
        return found;
    };
    const QList<QColor> before = colours();
    QVERIFY(!before.isEmpty());
    const QPalette light = QApplication::palette();
    QApplication::setPalette(Theme::darkPalette());
    QTRY_VERIFY(colours() != before);
    QApplication::setPalette(light);
    QTRY_COMPARE(colours(), before);
}

void PanesTest::problemSaysWhatWhereAndOffersTheNextStep()
{
    ProblemPane pane;
    pane.setProblem({ErrorCode::Truncated, "zip: entry 'data/3' runs past the end", ByteOffset{1234567}, {}, {}},
                    "/somewhere/last.ckpt", {});
    QCOMPARE(pane.headline(), QStringLiteral("This file ends too early"));
    const QString shown = labelsOf(pane);
    QVERIFY2(shown.contains(QLatin1String("data/3")), qPrintable(shown));
    QVERIFY2(shown.contains(QLatin1String("/somewhere/last.ckpt")), qPrintable(shown));
    QVERIFY2(shown.contains(QLocale().toString(1234567)), qPrintable(shown));
    QSignalSpy retry(&pane, &ProblemPane::retryRequested);
    for (QPushButton *button : pane.findChildren<QPushButton *>())
        if (button->text() == QLatin1String("Try again"))
            QTest::mouseClick(button, Qt::LeftButton);
    QCOMPARE(retry.count(), 1);
}

}  // namespace

QTEST_MAIN(PanesTest)
#include "panes_test.moc"
