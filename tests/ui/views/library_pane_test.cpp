// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/library_pane.h"

#include "tests/ui/library_folder.h"
#include "ui/models/library_model.h"

#include <QtCore/QDateTime>
#include <QtCore/QFile>
#include <QtGui/QAction>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMenu>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QTreeView>

using namespace waypoint;
using namespace waypoint::test;

class LibraryPaneTest : public QObject
{
    Q_OBJECT

private:
    struct Shown
    {
        LibraryModel library;
        LibraryPane pane{library};

        QTreeView &list() { return pane.list(); }
        QModelIndex group() { return list().model()->index(0, 0); }
        QModelIndex file(int row) { return list().model()->index(row, 0, group()); }
        void click(const QModelIndex &index)
        {
            list().scrollTo(index);
            QTest::mouseClick(list().viewport(), Qt::LeftButton, {}, list().visualRect(index).center());
        }
    };

    std::unique_ptr<LibraryFolder> m_folder;
    std::unique_ptr<Shown> m_shown;

    void show()
    {
        m_shown = std::make_unique<Shown>();
        m_shown->pane.resize(280, 600);
        m_shown->pane.show();
        m_shown->library.addFolder(m_folder->path());
        QTRY_VERIFY(m_shown->list().model()->rowCount() > 0);
        QTRY_VERIFY(m_shown->library.hasFacts());
    }

    QAction *menuEntry(const QModelIndex &index, const QString &text)
    {
        Q_EMIT m_shown->list().customContextMenuRequested(m_shown->list().visualRect(index).center());
        for (QMenu *menu : m_shown->pane.findChildren<QMenu *>())
            for (QAction *action : menu->actions())
                if (action->text() == text && menu->isVisible())
                    return action;
        return nullptr;
    }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<LibraryFolder>(); }
    void cleanup() { m_shown.reset(); }

    void clickOpensAFileAndShowsARun()
    {
        const QString run = m_folder->run(QStringLiteral("iris"));
        show();
        QSignalSpy opened(&m_shown->pane, &LibraryPane::openRequested);
        QSignalSpy shown(&m_shown->pane, &LibraryPane::runRequested);
        m_shown->click(m_shown->file(0));
        QCOMPARE(opened.size(), 1);
        QVERIFY(opened.front().front().toString().startsWith(run + QStringLiteral("/checkpoints/epoch_")));
        QCOMPARE(shown.size(), 0);
        m_shown->click(m_shown->group());
        QCOMPARE(shown.size(), 1);
        QCOMPARE(shown.front().front().toString(), run);
    }

    void menuResumesEvaluatesAndDrawsCurves()
    {
        const QString run = m_folder->run(QStringLiteral("iris"));
        show();
        m_shown->click(m_shown->file(0));
        const QString file = m_shown->file(0).data(LibraryModel::PathRole).toString();
        QSignalSpy resumed(&m_shown->pane, &LibraryPane::resumeRequested);
        QSignalSpy evaluated(&m_shown->pane, &LibraryPane::evaluateRequested);
        QAction *resume = menuEntry(m_shown->file(0), QStringLiteral("Resume with Options…"));
        QVERIFY(resume && resume->isEnabled());
        resume->trigger();
        QCOMPARE(resumed.size(), 1);
        QCOMPARE(resumed.front(), (QVariantList{file, true}));
        QAction *evaluate = menuEntry(m_shown->file(0), QStringLiteral("Evaluate…"));
        QVERIFY(evaluate);
        evaluate->trigger();
        QCOMPARE(evaluated.front().front().toStringList(), QStringList{file});
    }

    void delMovesToTheTrashWithAllItsNamesAndUndoPutsThemBack()
    {
        const QString run = m_folder->run(QStringLiteral("iris"));
        show();
        const QModelIndex newest = m_shown->file(m_shown->file(0).data().toString().contains(QLatin1Char('1')) ? 0 : 1);
        const QString file = newest.data(LibraryModel::PathRole).toString();
        m_shown->list().setCurrentIndex(newest);
        m_shown->list().setFocus();
        QTest::keyClick(&m_shown->list(), Qt::Key_Delete);
        QTRY_VERIFY(!QFile::exists(file));
        QTRY_VERIFY(!QFile::exists(run + QStringLiteral("/checkpoints/last.safetensors")));
        auto *undo = m_shown->pane.findChild<QToolButton *>(QStringLiteral("trashUndo"));
        QTRY_VERIFY(undo->isVisible());
        QTest::mouseClick(undo, Qt::LeftButton);
        QTRY_VERIFY(QFile::exists(file));
        QTRY_VERIFY(QFile::exists(run + QStringLiteral("/checkpoints/last.safetensors")));
    }

    void filterIsOutOfSightForFewFilesAndThereWithCtrlF()
    {
        m_folder->safetensors(QStringLiteral("run/net_1.safetensors"));
        m_folder->safetensors(QStringLiteral("run/other.safetensors"));
        show();
        auto *filter = m_shown->pane.findChild<QLineEdit *>(QStringLiteral("libraryFilter"));
        QVERIFY(!filter->isVisible());
        m_shown->pane.focusFilter();
        QVERIFY(filter->isVisible());
        QTest::keyClicks(filter, QStringLiteral("net"));
        QCOMPARE(rowNames(*m_shown->list().model(), m_shown->group()),
                 QStringList{QStringLiteral("net_1.safetensors")});
        QTest::keyClick(filter, Qt::Key_Escape);
        QTRY_VERIFY(!filter->isVisible());
        QCOMPARE(m_shown->list().model()->rowCount(m_shown->group()), 2);
    }

    void onlyTheNewestRunBeginsUnfoldedAndAFilterChangesNothing()
    {
        const QString older = m_folder->run(QStringLiteral("older"));
        for (const QFileInfo &file : QDir(older + QStringLiteral("/checkpoints")).entryInfoList(QDir::Files)) {
            QFile open(file.filePath());
            QVERIFY(open.open(QIODevice::ReadWrite));
            QVERIFY(open.setFileTime(QDateTime::currentDateTime().addDays(-1), QFileDevice::FileModificationTime));
        }
        m_folder->run(QStringLiteral("newer"));
        show();
        QTRY_COMPARE(m_shown->list().model()->rowCount(), 2);
        const auto isOpen = [this](int row) {
            return m_shown->list().isExpanded(m_shown->list().model()->index(row, 0));
        };
        QVERIFY(isOpen(0));
        QVERIFY(!isOpen(1));
        auto *filter = m_shown->pane.findChild<QLineEdit *>(QStringLiteral("libraryFilter"));
        filter->setText(QStringLiteral("epoch_0001"));
        QVERIFY(isOpen(0));
        QVERIFY(isOpen(1));
        filter->clear();
        QVERIFY(isOpen(0));
        QVERIFY(!isOpen(1));
        // What a person has opened stays open when a newer run comes.
        m_shown->list().expand(m_shown->list().model()->index(1, 0));
        m_folder->run(QStringLiteral("newest"));
        m_shown->library.rescan();
        QTRY_COMPARE(m_shown->list().model()->rowCount(), 3);
        QVERIFY(isOpen(0));
        QVERIFY(isOpen(2));
    }

    void orderIsRemembered()
    {
        for (const char *name : {"run/a.safetensors", "run/c.safetensors", "run/b.safetensors"})
            m_folder->safetensors(QLatin1String(name));
        show();
        const auto orders = m_shown->pane.findChild<QMenu *>(QStringLiteral("libraryOrders"))->actions();
        orders[1]->trigger();
        const QStringList byName{QStringLiteral("a.safetensors"), QStringLiteral("b.safetensors"),
                                 QStringLiteral("c.safetensors")};
        QCOMPARE(rowNames(*m_shown->list().model(), m_shown->group()), byName);
        m_shown.reset();
        show();
        QCOMPARE(rowNames(*m_shown->list().model(), m_shown->group()), byName);
    }

    void buttonInTheTitleOpensTheTable()
    {
        show();
        QSignalSpy wanted(&m_shown->pane, &LibraryPane::tableRequested);
        QTest::mouseClick(m_shown->pane.findChild<QToolButton *>(QStringLiteral("libraryTable")), Qt::LeftButton);
        QCOMPARE(wanted.size(), 1);
    }
};

QTEST_MAIN(LibraryPaneTest)
#include "library_pane_test.moc"
