// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/journeys/journey.h"
#include "ui/pages/start_page.h"
#include "ui/views/library_pane.h"
#include "ui/views/problem_pane.h"
#include "ui/views/summary_header.h"

#include <QtCore/QMimeData>
#include <QtGui/QDropEvent>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QListView>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTabBar>
#include <QtWidgets/QTabWidget>
#include <QtWidgets/QTreeView>

#include <atomic>
#include <thread>

using namespace waypoint;
using namespace waypoint::test;

namespace {

/// Reads nothing until it is asked to stop, and says that it was.
Opener endlessOpener(const std::shared_ptr<std::atomic<bool>> &stopped)
{
    return [stopped](const std::filesystem::path &, const OpenOptions &options) {
        options.progress->total = 100;
        options.progress->done = 30;
        while (!options.stop.stop_requested())
            std::this_thread::yield();
        stopped->store(true);
        Opened opened;
        opened.error = Error{ErrorCode::Cancelled, "stopped", {}, {}, {}};
        return opened;
    };
}

void drop(MainWindow &window, const QList<QUrl> &urls)
{
    QMimeData mime;
    mime.setUrls(urls);
    const QPoint middle = window.rect().center();
    QDragEnterEvent enter(middle, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&window, &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent event(middle, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&window, &event);
}

}  // namespace

class OpenJourneyTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fileGivenAsArgumentIsShown()
    {
        Journey journey;
        journey.window->openPaths({journey.safetensors(QStringLiteral("net.safetensors"), {"a.weight", "a.bias"})});
        QCOMPARE(journey.window->tabs().tabText(0), QStringLiteral("net.safetensors"));
        QTRY_VERIFY(journey.isShown());
        QVERIFY(journey.page()->header().sentence().endsWith(QStringLiteral("4 parameters")));
        QCOMPARE(journey.visibleRows(), (QStringList{QStringLiteral("net.safetensors"), QStringLiteral("a.weight"),
                                                     QStringLiteral("a.bias")}));
        QCOMPARE(journey.tree().currentEntry(), kRootEntry);
        QVERIFY(journey.window->windowTitle().contains(QStringLiteral("net.safetensors")));
    }

    void droppedFilesOpenInTabs()
    {
        Journey journey;
        const QString a = journey.safetensors(QStringLiteral("a.safetensors"), {"x"});
        const QString b = journey.safetensors(QStringLiteral("b.safetensors"), {"y"});
        drop(*journey.window, {QUrl::fromLocalFile(a), QUrl::fromLocalFile(b)});
        QCOMPARE(journey.window->tabs().count(), 2);
        QTRY_VERIFY(journey.isShown());
        QCOMPARE(journey.window->tabs().currentIndex(), 1);
        QCOMPARE(journey.window->tabs().tabToolTip(0), a);
    }

    void sameFileIsNotOpenedTwice()
    {
        Journey journey;
        const QString a = journey.safetensors(QStringLiteral("a.safetensors"), {"x"});
        const QString b = journey.safetensors(QStringLiteral("b.safetensors"), {"y"});
        journey.window->openPaths({a, b, a});
        QCOMPARE(journey.window->tabs().count(), 2);
        QCOMPARE(journey.window->tabs().currentIndex(), 0);
    }

    void brokenFileSaysWhyInItsTab()
    {
        Journey journey;
        const QString path = journey.path(QStringLiteral("broken.pth"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 123\n");
        file.close();
        journey.window->openPaths({path});
        QTRY_COMPARE(journey.page()->state(), InspectPage::State::Failed);
        QVERIFY(journey.page()->problem().isVisible());
        QVERIFY(!journey.page()->problem().headline().isEmpty());
        QVERIFY(!QApplication::activeModalWidget());
        QVERIFY(journey.window->recentFiles().paths().isEmpty());
    }

    void brokenFileIsShownOnceItIsComplete()
    {
        Journey journey;
        const QString path = journey.path(QStringLiteral("last.safetensors"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("half");
        file.close();
        journey.window->openPaths({path});
        QTRY_COMPARE(journey.page()->state(), InspectPage::State::Failed);
        QVERIFY(writeSafetensors(path, {"a", "b"}));
        QTRY_VERIFY(journey.isShown());
        QCOMPARE(journey.visibleRows().size(), 3);
    }

    void readingIsShownAndCanBeCancelled()
    {
        const auto stopped = std::make_shared<std::atomic<bool>>(false);
        Journey journey(endlessOpener(stopped));
        journey.window->openPaths({journey.safetensors(QStringLiteral("slow.safetensors"), {"x"})});
        QCOMPARE(journey.page()->state(), InspectPage::State::Loading);
        auto *cancel = journey.find<QPushButton>(QStringLiteral("cancelLoading"));
        QTRY_VERIFY(cancel->isVisible());
        QTest::mouseClick(cancel, Qt::LeftButton);
        QCOMPARE(journey.page()->state(), InspectPage::State::Stopped);
        QTRY_VERIFY(stopped->load());
    }

    void secondFileOpensWhileTheFirstIsRead()
    {
        const auto stopped = std::make_shared<std::atomic<bool>>(false);
        const Opener endless = endlessOpener(stopped);
        Journey journey([endless](const std::filesystem::path &path, const OpenOptions &options) {
            return path.filename() == "slow.safetensors" ? endless(path, options) : openCheckpoint(path, options);
        });
        journey.window->openPaths({journey.safetensors(QStringLiteral("slow.safetensors"), {"x"})});
        journey.window->openPaths({journey.safetensors(QStringLiteral("quick.safetensors"), {"x"})});
        QTRY_VERIFY(journey.isShown());
        QVERIFY(!stopped->load());
        // Closing the tab of the file that is being read ends the reading.
        Q_EMIT journey.window->tabs().tabCloseRequested(0);
        QCOMPARE(journey.window->tabs().count(), 1);
        QTRY_VERIFY(stopped->load());
    }

    void windowMayCloseWhileAFileIsRead()
    {
        const auto stopped = std::make_shared<std::atomic<bool>>(false);
        Journey journey(endlessOpener(stopped));
        journey.window->openPaths({journey.safetensors(QStringLiteral("slow.safetensors"), {"x"})});
        journey.window.reset();
        QTRY_VERIFY(stopped->load());
    }

    void folderGoesToTheLibraryAndItsFilesOpenFromThere()
    {
        Journey journey;
        QVERIFY(QDir(journey.folder()).mkpath(QStringLiteral("run")));
        journey.safetensors(QStringLiteral("run/epoch_1.safetensors"), {"x"});
        journey.window->openPaths({journey.path(QStringLiteral("run"))});
        QTreeView &list = journey.window->library().list();
        QTRY_COMPARE(list.model()->rowCount(), 1);
        QCOMPARE(journey.window->tabs().count(), 0);
        const QModelIndex group = list.model()->index(0, 0);
        QCOMPARE(group.data().toString(), QStringLiteral("run"));
        const QModelIndex file = list.model()->index(0, 0, group);
        QCOMPARE(file.data().toString(), QStringLiteral("epoch_1.safetensors"));
        QTest::mouseClick(list.viewport(), Qt::LeftButton, {}, list.visualRect(file).center());
        QTRY_VERIFY(journey.isShown());
    }

    void openedFilesAreRecentTheNextTime()
    {
        Journey journey;
        const QString there = journey.safetensors(QStringLiteral("there.safetensors"), {"x"});
        const QString gone = journey.safetensors(QStringLiteral("gone.safetensors"), {"x"});
        for (const QString &path : {gone, there}) {
            journey.window->openPaths({path});
            QTRY_VERIFY(journey.isShown());
        }
        journey.window.reset();
        QVERIFY(QFile::remove(gone));
        journey.window = std::make_unique<MainWindow>(*journey.theme);
        journey.window->show();
        const QAbstractItemModel *recent = journey.window->startPage().recentList().model();
        QCOMPARE(recent->rowCount(), 2);
        QCOMPARE(recent->index(0, 0).data().toString(), QStringLiteral("there.safetensors"));
        QTRY_VERIFY(!recent->flags(recent->index(1, 0)).testFlag(Qt::ItemIsEnabled));
        QListView &list = journey.window->startPage().recentList();
        QTest::mouseClick(list.viewport(), Qt::LeftButton, {}, list.visualRect(recent->index(0, 0)).center());
        QTRY_VERIFY(journey.isShown());
    }

    void closedTabLeadsBackToTheStartPageAndCanBeReopened()
    {
        Journey journey;
        journey.window->openPaths({journey.safetensors(QStringLiteral("a.safetensors"), {"x"})});
        QTRY_VERIFY(journey.isShown());
        QTabBar *bar = journey.window->tabs().tabBar();
        QTest::mouseClick(bar, Qt::MiddleButton, {}, bar->tabRect(0).center());
        QCOMPARE(journey.window->tabs().count(), 0);
        QVERIFY(journey.window->startPage().isVisible());
        QTest::keyClick(journey.window.get(), Qt::Key_T, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_VERIFY(journey.isShown());
    }

    void namesAreReadWholeInNarrowWindows()
    {
        Journey journey;
        std::vector<std::string> tensors;
        for (const int layer : {10, 12, 14})
            tensors.push_back("layer." + std::to_string(layer) + ".weight");
        journey.window->resize(1240, 600);
        journey.window->openPaths({journey.safetensors(QStringLiteral("a.safetensors"), tensors)});
        QTRY_VERIFY(journey.isShown());
        const EntryView &tree = journey.tree();
        const auto isShown = [&](EntryColumn column) {
            return !tree.header()->isSectionHidden(static_cast<int>(column));
        };
        // Columns of less worth give way before names are cut.
        const auto settled = [&] { return tree.columnWidth(0) >= tree.columnHint(0); };
        for (int width = 1240; width >= 800 && isShown(EntryColumn::Bytes); width -= 20) {
            journey.window->resize(width, 600);
            QCoreApplication::processEvents();
            QTRY_VERIFY2(settled(), qPrintable(QString::number(width)));
        }
        QVERIFY(!isShown(EntryColumn::Bytes));
        QVERIFY(!isShown(EntryColumn::DType));
        QVERIFY(isShown(EntryColumn::Shape));
    }

    void longNameOfAFileTakesNoColumnAway()
    {
        Journey journey;
        journey.window->resize(1240, 600);
        const QString name = QString(60, QLatin1Char('m')) + QStringLiteral(".safetensors");
        journey.window->openPaths({journey.safetensors(name, {"fc.weight", "fc.bias"})});
        QTRY_VERIFY(journey.isShown());
        QCoreApplication::processEvents();
        QVERIFY(!journey.tree().header()->isSectionHidden(static_cast<int>(EntryColumn::DType)));
    }

    void sizeAndColumnsAreRemembered()
    {
        Journey journey;
        // Within the 800 by 800 pixels of the screen that offscreen has: newer Qt does not restore more.
        const QSize chosen(777, 666);
        journey.window->resize(chosen);
        journey.window->openPaths({journey.safetensors(QStringLiteral("a.safetensors"), {"x"})});
        QTRY_VERIFY(journey.isShown());
        constexpr int kShape = static_cast<int>(EntryColumn::Shape);  // one that narrow windows have, too
        journey.tree().header()->resizeSection(kShape, 123);
        journey.window->close();
        journey.window = std::make_unique<MainWindow>(*journey.theme);
        QCOMPARE(journey.window->size(), chosen);
        journey.window->openPaths({journey.path(QStringLiteral("a.safetensors"))});
        QCOMPARE(journey.tree().header()->sectionSize(kShape), 123);
    }
};

QTEST_MAIN(OpenJourneyTest)
#include "open_journey_test.moc"
