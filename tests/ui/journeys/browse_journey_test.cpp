// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/journeys/journey.h"
#include "ui/views/details_pane.h"
#include "ui/views/filter_bar.h"
#include "ui/views/find_palette.h"
#include "ui/views/notice_bar.h"
#include "ui/views/overview_panel.h"

#include <QtGui/QClipboard>
#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListView>
#include <QtWidgets/QToolButton>

using namespace waypoint;
using namespace waypoint::test;

namespace {

/// Shows the checkpoint of trainingCheckpoint(), whatever is opened.
Opener trainingOpener()
{
    return [](const std::filesystem::path &, const OpenOptions &) {
        Opened opened;
        opened.checkpoint = trainingCheckpoint();
        return opened;
    };
}

QString clipboard() { return QGuiApplication::clipboard()->text(); }

}  // namespace

class BrowseJourneyTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<Journey> m_journey;

    void open(Opener opener)
    {
        m_journey = std::make_unique<Journey>(std::move(opener));
        m_journey->window->openPaths({m_journey->safetensors(QStringLiteral("epoch_50.safetensors"),
                                                             {"fc.0.weight", "fc.0.bias", "fc.1.bias"})});
        QTRY_VERIFY(m_journey->isShown());
    }
    void type(const QString &text) const
    {
        auto *line = m_journey->find<QLineEdit>(QStringLiteral("filter"));
        line->clear();
        QTest::keyClicks(line, text);
    }

private Q_SLOTS:
    void cleanup() { m_journey.reset(); }

    void namesThatAFilterOpensAreReadable()
    {
        open(trainingOpener());
        m_journey->window->resize(1240, 780);
        type(QStringLiteral("momentum_buffer"));
        QTRY_VERIFY(m_journey->visibleRows().contains(QStringLiteral("momentum_buffer")));
        const EntryView &tree = m_journey->tree();
        QTRY_VERIFY2(tree.columnWidth(0) >= tree.columnHint(0),
                     qPrintable(QStringLiteral("%1 < %2").arg(tree.columnWidth(0)).arg(tree.columnHint(0))));
    }

    void typingFiltersInPlace()
    {
        open(trainingOpener());
        type(QStringLiteral("bias"));
        QTRY_COMPARE(m_journey->visibleRows(),
                     (QStringList{QStringLiteral("epoch_50.pth"), QStringLiteral("net"), QStringLiteral("fc.0.bias"),
                                  QStringLiteral("optimizer"), QStringLiteral("state"), QStringLiteral("1 · fc.0.bias"),
                                  QStringLiteral("param_groups"), QStringLiteral("0"), QStringLiteral("params"),
                                  QStringLiteral("1 · fc.0.bias")}));
    }

    void clearingTheFilterBringsBackTheOpenRowsAndKeepsTheSelection()
    {
        open(trainingOpener());
        m_journey->tree().collapseAllRows();
        const QStringList before = m_journey->visibleRows();
        type(QStringLiteral("momentum_buffer"));
        QTRY_VERIFY(m_journey->visibleRows().contains(QStringLiteral("momentum_buffer")));
        const EntryId buffer = m_journey->entry("optimizer/state/0/momentum_buffer");
        m_journey->tree().selectEntry(buffer);
        QTest::keyClick(m_journey->find<QLineEdit>(QStringLiteral("filter")), Qt::Key_Escape);
        QTRY_VERIFY(m_journey->visibleRows().contains(QStringLiteral("epoch")));
        QCOMPARE(m_journey->tree().currentEntry(), buffer);
        m_journey->tree().collapseAllRows();
        QCOMPARE(m_journey->visibleRows(), before);
    }

    void chipShowsOneRoleOnly()
    {
        open(trainingOpener());
        QTest::mouseClick(m_journey->find<QToolButton>(QStringLiteral("chip_epoch")), Qt::LeftButton);
        QTRY_COMPARE(m_journey->visibleRows(), (QStringList{QStringLiteral("epoch_50.pth"), QStringLiteral("epoch")}));
    }

    void clickingAHeaderSorts()
    {
        open(trainingOpener());
        m_journey->tree().header()->setSortIndicator(static_cast<int>(EntryColumn::Name), Qt::DescendingOrder);
        QTRY_COMPARE(m_journey->tree().model()->index(0, 0, m_journey->tree().model()->index(0, 0)).data().toString(),
                     QStringLiteral("optimizer"));
        m_journey->tree().header()->setSortIndicator(-1, Qt::AscendingOrder);
        QTRY_COMPARE(m_journey->tree().model()->index(0, 0, m_journey->tree().model()->index(0, 0)).data().toString(),
                     QStringLiteral("net"));
    }

    void copiesPathsValuesAndShapes()
    {
        open(trainingOpener());
        EntryView &tree = m_journey->tree();
        tree.selectEntry(m_journey->entry("net/fc.0.weight"));
        QTest::keyClick(&tree, Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(clipboard(), QStringLiteral("net/fc.0.weight"));
        QTest::keyClick(&tree, Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(clipboard(), QStringLiteral("ckpt['net']['fc.0.weight']"));
        tree.copyShape();
        QCOMPARE(clipboard(), QStringLiteral("64×3×7×7"));
        tree.copyPythonShape();
        QCOMPARE(clipboard(), QStringLiteral("(64, 3, 7, 7)"));
        tree.selectEntry(m_journey->entry("epoch"));
        tree.copyValue();
        QCOMPARE(clipboard(), QStringLiteral("50"));
    }

    void rightSideFollowsTheSelection()
    {
        open(trainingOpener());
        const auto *overview = m_journey->page()->findChild<OverviewPanel *>();
        const DetailsPane &details = m_journey->page()->details();
        QVERIFY(overview->isVisible());
        m_journey->tree().selectEntry(m_journey->entry("epoch"));
        QVERIFY(details.isVisible());
        m_journey->tree().selectEntry(kRootEntry);
        QVERIFY(overview->isVisible());
    }

    void expandsToALevelAndToAll()
    {
        open(trainingOpener());
        EntryView &tree = m_journey->tree();
        tree.expandToLevel(1);
        QCOMPARE(m_journey->visibleRows().size(), 4);
        tree.expandToLevel(2);
        QCOMPARE(m_journey->visibleRows().size(), 8);
        tree.expandAllRows();
        QCOMPARE(static_cast<std::size_t>(m_journey->visibleRows().size()),
                 m_journey->page()->checkpoint()->entries.size());
        tree.selectEntry(m_journey->entry("net"));
        QTest::keyClick(&tree, Qt::Key_Return);
        QVERIFY(!m_journey->visibleRows().contains(QStringLiteral("fc.0.weight")));
        QTest::keyClick(&tree, Qt::Key_Return);
        QVERIFY(m_journey->visibleRows().contains(QStringLiteral("fc.0.weight")));
    }

    void controlFGoesToTheFilter()
    {
        open(trainingOpener());
        m_journey->window->activateWindow();
        QTest::keyClick(m_journey->window.get(), Qt::Key_F, Qt::ControlModifier);
        QTRY_COMPARE(QApplication::focusWidget(), m_journey->find<QLineEdit>(QStringLiteral("filter")));
    }

    void findAnythingLeadsToAnEntryOfTheTab()
    {
        open(trainingOpener());
        FindPalette &palette = m_journey->window->findPalette();
        QTest::keyClick(m_journey->window.get(), Qt::Key_K, Qt::ControlModifier);
        QVERIFY(palette.isVisible());
        QTest::keyClicks(&palette.line(), QStringLiteral("bias net"));
        QTRY_COMPARE(palette.list().model()->index(0, 0).data().toString(), QStringLiteral("net/fc.0.bias"));
        QTest::keyClick(&palette.line(), Qt::Key_Return);
        QVERIFY(!palette.isVisible());
        QCOMPARE(m_journey->tree().currentEntry(), m_journey->entry("net/fc.0.bias"));
    }

    void findAnythingReachesWhatAFilterHides()
    {
        open(trainingOpener());
        type(QStringLiteral("epoch"));
        QTRY_COMPARE(m_journey->visibleRows().size(), 2);
        const EntryId bias = m_journey->entry("net/fc.0.bias");
        m_journey->page()->browser().goTo(bias);
        QTRY_COMPARE(m_journey->tree().currentEntry(), bias);
        QVERIFY(m_journey->find<QLineEdit>(QStringLiteral("filter"))->text().isEmpty());
    }

    void fileThatChangedOnDiskIsReloadedInPlace()
    {
        open(diskOpener());
        type(QStringLiteral("bias"));
        QTRY_COMPARE(m_journey->visibleRows().size(), 3);
        m_journey->tree().selectEntry(m_journey->entry("fc.1.bias"));
        QVERIFY(!m_journey->page()->changedBar().isVisible());
        m_journey->safetensors(QStringLiteral("epoch_50.safetensors"),
                               {"fc.0.bias", "new.bias", "fc.1.bias", "fc.1.weight"});
        QTRY_VERIFY(m_journey->page()->changedBar().isVisible());
        QTest::mouseClick(m_journey->find<QAbstractButton>(QStringLiteral("reloadChanged")), Qt::LeftButton);
        QTRY_COMPARE(m_journey->visibleRows(),
                     (QStringList{QStringLiteral("epoch_50.safetensors"), QStringLiteral("fc.0.bias"),
                                  QStringLiteral("new.bias"), QStringLiteral("fc.1.bias")}));
        QCOMPARE(m_journey->tree().currentEntry(), m_journey->entry("fc.1.bias"));
        QVERIFY(!m_journey->page()->changedBar().isVisible());
    }
};

QTEST_MAIN(BrowseJourneyTest)
#include "browse_journey_test.moc"
