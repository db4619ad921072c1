// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/runs_table.h"

#include "tests/ui/library_folder.h"
#include "ui/jobs/stall_watch.h"
#include "ui/models/evaluations.h"
#include "ui/models/library_model.h"
#include "ui/models/run_center.h"
#include "ui/views/library_pane.h"

#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QTreeView>

using namespace waypoint;
using namespace waypoint::test;

class RunsTableTest : public QObject
{
    Q_OBJECT

private:
    struct Shown
    {
        LibraryModel library;
        RunCenter runs;
        Evaluations evaluations;
        RunsTable table{library, runs, evaluations};

        QPushButton *button(const char *name) { return table.findChild<QPushButton *>(QLatin1String(name)); }
        QTreeView &view() { return table.view(); }
        QModelIndex run() { return view().model()->index(0, 0); }
    };

    std::unique_ptr<LibraryFolder> m_folder;
    std::unique_ptr<Shown> m_shown;

    void show()
    {
        m_shown = std::make_unique<Shown>();
        m_shown->table.resize(1000, 500);
        m_shown->table.show();
        m_shown->library.addFolder(m_folder->path());
        QTRY_VERIFY(m_shown->view().model()->rowCount() > 0);
        QTRY_VERIFY(m_shown->library.hasFacts());
    }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<LibraryFolder>(); }
    void cleanup() { m_shown.reset(); }

    void thousandsOfCheckpointsHoldUpNoTurnWhileTheyAreOpened()
    {
        const QString first = m_folder->safetensors(QStringLiteral("run_0/net_e0_loss0.5_acc0.5.safetensors"));
        for (int i = 1; i < 5'000; ++i) {
            // Half of them in one folder. Links within a folder would be one file by several names.
            const QString name = QStringLiteral("run_%1/net_e%2_loss%3_acc0.%2.safetensors")
                                     .arg(i % 2 == 0 ? 0 : 1 + i % 49)
                                     .arg(i)
                                     .arg(1.0 / i);
            QDir().mkpath(QFileInfo(m_folder->path(name)).path());
            QVERIFY(QFile::copy(first, m_folder->path(name)));
        }
        m_shown = std::make_unique<Shown>();
        LibraryPane pane(m_shown->library);
        for (QWidget *view : std::initializer_list<QWidget *>{&pane, &m_shown->table}) {
            view->resize(700, 600);
            view->show();
        }
        StallWatch watch;
        m_shown->library.addFolder(m_folder->path());
        QTRY_VERIFY_WITH_TIMEOUT(m_shown->view().model()->rowCount() == 50, 20'000);
        m_shown->view().expandAll();
        QTest::qWait(100);
        const auto scan = watch.longestCpuTurn();
        watch.restart();
        QTRY_VERIFY_WITH_TIMEOUT(m_shown->library.hasFacts(), 60'000);
        qInfo("longest turn: %lld ms with rows, %lld ms with facts", static_cast<long long>(scan.count() / 1000),
              static_cast<long long>(watch.longestCpuTurn().count() / 1000));
        QVERIFY2(watch.longestCpuTurn() < std::chrono::milliseconds(50),
                 qPrintable(QString::number(watch.longestCpuTurn().count())));
        QVERIFY(!m_shown->run().siblingAtColumn(static_cast<int>(LibraryColumn::Loss)).data().toString().isEmpty());
    }

    void emptyTableOffersToAddAFolder()
    {
        m_shown = std::make_unique<Shown>();
        m_shown->table.show();
        QSignalSpy wanted(&m_shown->table, &RunsTable::addFolderRequested);
        QPushButton *add = nullptr;
        for (QPushButton *button : m_shown->table.findChildren<QPushButton *>())
            if (button->isVisible())
                add = button;
        QVERIFY(add);
        QTest::mouseClick(add, Qt::LeftButton);
        QCOMPARE(wanted.size(), 1);
    }

    void buttonsSayWhatIsSelected()
    {
        const QString run = m_folder->run(QStringLiteral("iris"));
        show();
        QVERIFY(!m_shown->button("runsOpen")->isEnabled());
        m_shown->table.select(run + QStringLiteral("/checkpoints/epoch_0000.safetensors"));
        QSignalSpy opened(&m_shown->table, &RunsTable::openRequested);
        QTest::mouseClick(m_shown->button("runsOpen"), Qt::LeftButton);
        QCOMPARE(opened.size(), 1);
        QCOMPARE(opened.front().front().toString(), run + QStringLiteral("/checkpoints/epoch_0000.safetensors"));
        m_shown->view().selectAll();
        QSignalSpy evaluated(&m_shown->table, &RunsTable::evaluateRequested);
        m_shown->view().expandAll();
        m_shown->view().selectAll();
        QTest::mouseClick(m_shown->button("runsEvaluate"), Qt::LeftButton);
        QCOMPARE(evaluated.front().front().toStringList().size(), 2);
        QVERIFY(!m_shown->button("runsOpen")->isEnabled());
        QSignalSpy shown(&m_shown->table, &RunsTable::runRequested);
        m_shown->view().setCurrentIndex(m_shown->run());
        QTest::mouseClick(m_shown->button("runsOpen"), Qt::LeftButton);
        QCOMPARE(shown.size(), 1);
        QCOMPARE(shown.front().front().toString(), run);
    }

    void removedFilesComeBackWithUndo()
    {
        const QString file = m_folder->safetensors(QStringLiteral("run/net_1.safetensors"));
        m_folder->safetensors(QStringLiteral("run/net_2.safetensors"));
        show();
        m_shown->table.select(file);
        QTest::mouseClick(m_shown->button("runsRemove"), Qt::LeftButton);
        QTRY_VERIFY(!QFile::exists(file));
        QTRY_COMPARE(m_shown->view().model()->rowCount(m_shown->run()), 1);
        auto *undo = m_shown->table.findChild<QToolButton *>(QStringLiteral("trashUndo"));
        QTRY_VERIFY(undo->isVisible());
        QTest::mouseClick(undo, Qt::LeftButton);
        QTRY_VERIFY(QFile::exists(file));
        QTRY_COMPARE(m_shown->view().model()->rowCount(m_shown->run()), 2);
    }

    void selectionAndOpenRowsStayWhileFilesArrive()
    {
        const QString run = m_folder->run(QStringLiteral("iris"));
        show();
        m_shown->table.select(run + QStringLiteral("/checkpoints/epoch_0000.safetensors"));
        m_shown->view().expand(m_shown->run());
        m_folder->safetensors(QStringLiteral("iris/checkpoints/epoch_0002.safetensors"));
        m_shown->library.rescan();
        QTRY_COMPARE(m_shown->view().model()->rowCount(m_shown->run()), 3);
        QVERIFY(m_shown->view().isExpanded(m_shown->run()));
        QCOMPARE(m_shown->view().currentIndex().data().toString(), QStringLiteral("epoch_0000.safetensors"));
    }

    void filterLeavesWhatMatchesAndSaysWhenNothingDoes()
    {
        m_folder->run(QStringLiteral("iris"));
        m_folder->run(QStringLiteral("lenet"));
        show();
        QTRY_COMPARE(m_shown->view().model()->rowCount(), 2);
        m_shown->table.focusFilter();
        auto *filter = m_shown->table.findChild<QLineEdit *>(QStringLiteral("runsFilter"));
        QTest::keyClicks(filter, QStringLiteral("lenet"));
        QTRY_COMPARE(m_shown->view().model()->rowCount(), 1);
        QTest::keyClicks(filter, QStringLiteral("zzz"));
        QTRY_VERIFY(!m_shown->view().isVisible());
        QVERIFY(filter->isVisible());
    }

    void columnsAreRememberedTheNextTime()
    {
        m_folder->run(QStringLiteral("iris"));
        show();
        m_shown->view().header()->resizeSection(0, 333);
        m_shown.reset();
        show();
        QCOMPARE(m_shown->view().header()->sectionSize(0), 333);
    }
};

QTEST_MAIN(RunsTableTest)
#include "runs_table_test.moc"
