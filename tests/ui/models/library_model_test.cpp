// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/library_model.h"

#include "tests/ui/library_folder.h"

#include <QtCore/QTimer>
#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace waypoint;
using namespace waypoint::test;

class LibraryModelTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<LibraryFolder> m_folder;

    static QVariant at(const LibraryModel &model, int group, int row, LibraryColumn column, int role = Qt::DisplayRole)
    {
        return model.index(row, static_cast<int>(column), model.index(group, 0)).data(role);
    }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<LibraryFolder>(); }

    void runIsOneRowWithItsCheckpointsAndIsAnnouncedOnce()
    {
        const QString run = m_folder->run(QStringLiteral("iris"));
        LibraryModel model;
        const QAbstractItemModelTester tester(&model);
        QSignalSpy found(&model, &LibraryModel::runFound);
        model.addFolder(m_folder->path());
        QTRY_COMPARE(model.rowCount(), 1);
        const QModelIndex row = model.index(0, 0);
        QCOMPARE(row.data(LibraryModel::KindRole).toInt(), int(LibraryModel::Run));
        QCOMPARE(row.data(LibraryModel::PathRole).toString(), run);
        QCOMPARE(model.rowCount(row), 2);
        const QModelIndex newest = model.find(run + QStringLiteral("/checkpoints/last.safetensors"));
        QCOMPARE(newest.data().toString(), QStringLiteral("epoch_0001.safetensors"));
        QCOMPARE(newest.data(LibraryModel::BadgesRole).toStringList(),
                 (QStringList{QStringLiteral("best"), QStringLiteral("last")}));
        QCOMPARE(found.size(), 1);
        QCOMPARE(found.front().front().toString(), run);
        model.rescan();
        QTRY_VERIFY(!model.isScanning());
        QCOMPARE(found.size(), 1);
    }

    void filesTellWhatTheyAreOnlyWhileSomebodyLooks()
    {
        m_folder->safetensors(QStringLiteral("run/net_e3_acc0.9.safetensors"));
        LibraryModel model;
        model.addFolder(m_folder->path());
        QTRY_COMPARE(model.rowCount(), 1);
        QVERIFY(!model.hasFacts());
        QCOMPARE(at(model, 0, 0, LibraryColumn::State).toString(), QString());
        model.setShownIn(this, true);
        QTRY_COMPARE(at(model, 0, 0, LibraryColumn::State).toString(), QStringLiteral("weights only"));
        QCOMPARE(at(model, 0, 0, LibraryColumn::Epoch).toString(), QStringLiteral("3"));
        QCOMPARE(at(model, 0, 0, LibraryColumn::Metric, LibraryModel::SortRole).toDouble(), 0.9);
    }

    void freshHalfFileIsBeingWrittenAndAnOldOneIsDamaged()
    {
        const QString file = m_folder->safetensors(QStringLiteral("run/net.safetensors"));
        QVERIFY(QFile::resize(file, 12));
        const FoundFile found{file.toStdString(), 12, 1'000'000, false, false, {}};
        QCOMPARE(lookAtFile(found, 1'000'500).look, FileLook::BeingWritten);
        const FileFacts old = lookAtFile(found, 2'000'000);
        QCOMPARE(old.look, FileLook::Damaged);
        QVERIFY(!old.problem.isEmpty());
    }

    void fileIsReadAgainWhenItIsAnotherOne()
    {
        m_folder->safetensors(QStringLiteral("run/net_e1.safetensors"));
        m_folder->write(QStringLiteral("run/junk.pth"), "nothing of the kind");
        LibraryModel model;
        model.setShownIn(this, true);
        model.addFolder(m_folder->path());
        QTRY_VERIFY(model.rowCount() == 1 && model.hasFacts());
        const QString junk = m_folder->path(QStringLiteral("run/junk.pth"));
        QVERIFY(!model.find(junk).data(LibraryModel::CanResumeRole).toBool());
        QVERIFY(QFile::remove(junk));
        QVERIFY(QFile::copy(m_folder->path(QStringLiteral("run/net_e1.safetensors")), junk));
        model.rescan();
        QTRY_VERIFY(model.find(junk).data(LibraryModel::CanResumeRole).toBool());
    }

    void newCheckpointIsListedWhileTheRunKeepsWritingItsStatus()
    {
        const QString run = m_folder->run(QStringLiteral("busy"));
        LibraryModel model;
        model.addFolder(m_folder->path());
        QTRY_COMPARE(model.rowCount(model.index(0, 0)), 2);
        QTimer status;
        connect(&status, &QTimer::timeout, this, [&] {
            m_folder->write(QStringLiteral("busy/status.tmp"), "{}");
            QFile::remove(run + QStringLiteral("/status.json"));
            QFile::rename(run + QStringLiteral("/status.tmp"), run + QStringLiteral("/status.json"));
        });
        status.start(200);
        m_folder->safetensors(QStringLiteral("busy/checkpoints/epoch_0002.safetensors"));
        QTRY_COMPARE(model.rowCount(model.index(0, 0)), 3);
    }

    void hiddenRunStaysAwayUntilItsFolderIsAddedAgain()
    {
        const QString run = m_folder->run(QStringLiteral("iris"));
        {
            LibraryModel model;
            model.addFolder(m_folder->path());
            QTRY_VERIFY(model.find(run).isValid());
            model.hideRun(run);
            QVERIFY(!model.find(run).isValid());
        }
        LibraryModel again;
        QSignalSpy found(&again, &LibraryModel::runFound);
        again.rescan();
        QTRY_VERIFY(!again.isScanning());
        QVERIFY(!again.find(run).isValid());
        QCOMPARE(found.size(), 0);
        again.addFolder(m_folder->path());
        QTRY_VERIFY(again.find(run).isValid());
    }

    void emptyAndLostFoldersSaySo()
    {
        LibraryModel model;
        model.addFolder(m_folder->path());
        QTRY_COMPARE(model.rowCount(), 1);
        QCOMPARE(model.index(0, 0).data(LibraryModel::DetailsRole).toString(),
                 QStringLiteral("no checkpoints or logs in this folder"));
        model.removeFolder(m_folder->path());
        QCOMPARE(model.rowCount(), 0);
        model.addFolder(m_folder->path(QStringLiteral("nowhere")));
        QTRY_COMPARE(model.rowCount(), 1);
        QCOMPARE(model.index(0, 0).data(LibraryModel::DetailsRole).toString(), QStringLiteral("this folder is gone"));
    }
};

QTEST_MAIN(LibraryModelTest)
#include "library_model_test.moc"
