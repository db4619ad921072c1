// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Before the rest: moc 6.4 stumbles over <compare> as the first header of a file.
#include <QTest>

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include "core/run/run_folder.h"

#include <optional>

using namespace waypoint;

namespace fs = std::filesystem;

constexpr std::int64_t kNewest = 99999;  ///< beyond every epoch here

class RunCheckpointsTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder.emplace();
        m_paths = RunPaths(m_folder->path().toStdString());
        QVERIFY(fs::create_directories(m_paths.checkpoints()));
    }

    void namesCountEpochsWithFourDigitsAndMore()
    {
        QCOMPARE(RunPaths("/r").epoch(9), fs::path("/r/checkpoints/epoch_0009.pth"));
        QCOMPARE(RunPaths("/r").epoch(12345), fs::path("/r/checkpoints/epoch_12345.pth"));
    }

    void epochsComeInTheirOrder()
    {
        put({"epoch_12345.pth", "epoch_0010.pth", "epoch_0009.pth", "last.pth"});
        const auto found = epochCheckpoints(m_paths);
        QCOMPARE(found.size(), 3u);
        QCOMPARE(found[0], (std::pair<std::int64_t, fs::path>{9, m_paths.epoch(9)}));
        QCOMPARE(found[1].first, 10);
        QCOMPARE(found[2].first, 12345);
    }

    void onlyNamesThatTheRunGivesAreItsEpochs()
    {
        put({"epoch_9.pth", "epoch_00009.pth", "epoch_0009.pth.tmp", "epoch_0009 (copy).pth", "epoch_-001.pth",
             "epoch_.pth", "epoch_00x9.pth", "my_epoch_0009.pth", "epoch_99999999999999999999.pth"});
        QVERIFY(fs::create_directories(m_paths.checkpoints() / "epoch_0003.pth"));
        QVERIFY(epochCheckpoints(m_paths).empty());
        QVERIFY(!hasCheckpoint(m_paths));
    }

    void aFolderWithoutCheckpointsHasNone()
    {
        QVERIFY(!hasCheckpoint(m_paths));
        QVERIFY(!hasCheckpoint(RunPaths(m_paths.folder / "nowhere")));
        QVERIFY(epochCheckpoints(RunPaths(m_paths.folder / "nowhere")).empty());
    }

    void anyCheckpointKeepsANewRunOut_data()
    {
        QTest::addColumn<QString>("name");
        for (const char *name : {"last.pth", "best.pth", "epoch_0000.pth"})
            QTest::newRow(name) << name;
    }

    void anyCheckpointKeepsANewRunOut()
    {
        QFETCH(QString, name);
        put({name});
        QVERIFY(hasCheckpoint(m_paths));
    }

    void theNewestStayAndTheOldOnesGo()
    {
        putEpochs(6);
        put({"last.pth", "best.pth"});
        QVERIFY(removeOldCheckpoints(m_paths, kNewest, 2, {}));
        QCOMPARE(names(), (QStringList{"best.pth", "epoch_0004.pth", "epoch_0005.pth", "last.pth"}));
    }

    void epochsOfALifeThatWasLeftNeitherGoNorCount()
    {
        putEpochs(8);
        QVERIFY(removeOldCheckpoints(m_paths, 4, 2, {}));
        QCOMPARE(names(), (QStringList{"epoch_0003.pth", "epoch_0004.pth", "epoch_0005.pth", "epoch_0006.pth",
                                       "epoch_0007.pth"}));
    }

    void keepingAllRemovesNone()
    {
        putEpochs(3);
        const auto before = names();
        QVERIFY(removeOldCheckpoints(m_paths, kNewest, 0, {}));
        QVERIFY(removeOldCheckpoints(m_paths, kNewest, 3, {}));
        QVERIFY(removeOldCheckpoints(m_paths, kNewest, 100, {}));
        QCOMPARE(names(), before);
    }

    void whatIsToBeSparedStaysHoweverItsPathIsWritten()
    {
        putEpochs(6);
        const auto roundabout = m_paths.checkpoints() / ".." / "checkpoints" / "epoch_0001.pth";
        fs::create_symlink(m_paths.epoch(2), m_paths.folder / "link.pth");
        QVERIFY(removeOldCheckpoints(m_paths, kNewest, 1,
                                     {m_paths.epoch(0), roundabout, m_paths.folder / "link.pth", "/no/such.pth"}));
        QCOMPARE(names(), (QStringList{"epoch_0000.pth", "epoch_0001.pth", "epoch_0002.pth", "epoch_0005.pth"}));
    }

    void filesOfOthersStay()
    {
        putEpochs(4);
        put({"epoch_1.pth", "notes.txt", "epoch_0000.pth.bak"});
        fs::remove(m_paths.epoch(1));
        fs::create_symlink(m_paths.checkpoints() / "notes.txt", m_paths.epoch(1));
        QVERIFY(removeOldCheckpoints(m_paths, kNewest, 1, {}));
        QCOMPARE(names(),
                 (QStringList{"epoch_0000.pth.bak", "epoch_0001.pth", "epoch_0003.pth", "epoch_1.pth", "notes.txt"}));
    }

    void bestStaysReadableWhenItsEpochGoes()
    {
        putEpochs(3);
        fs::create_hard_link(m_paths.epoch(0), m_paths.best());
        QVERIFY(removeOldCheckpoints(m_paths, kNewest, 1, {m_paths.best()}));
        QCOMPARE(names(), (QStringList{"best.pth", "epoch_0002.pth"}));
        QFile best(QString::fromStdString(m_paths.best().string()));
        QVERIFY(best.open(QIODevice::ReadOnly));
        QCOMPARE(best.readAll(), QByteArray("epoch_0000.pth"));
    }

    void theRunOfACheckpointIsFoundFromBothDepths()
    {
        put({"last.pth", "../run.json", "../moved.pth"});
        QCOMPARE(runFolderOf(m_paths.last()), std::optional(m_paths.folder));
        QCOMPARE(runFolderOf(m_paths.folder / "moved.pth"), std::optional(m_paths.folder));
        QCOMPARE(runFolderOf(m_paths.folder), std::optional(m_paths.folder));
        QCOMPARE(runFolderOf(m_paths.folder / ""), std::optional(m_paths.folder));
        QCOMPARE(runFolderOf(m_paths.checkpoints() / ""), std::optional(m_paths.folder));
        QVERIFY(QDir::setCurrent(QString::fromStdString(m_paths.checkpoints().string())));
        QCOMPARE(runFolderOf("last.pth"), std::optional(fs::current_path().parent_path()));
        QVERIFY(QDir::setCurrent("/"));
    }

    void aCheckpointOfNoRunHasNoRunFolder()
    {
        put({"last.pth"});
        QCOMPARE(runFolderOf(m_paths.last()), std::optional<fs::path>());
        QCOMPARE(runFolderOf(""), std::optional<fs::path>());
    }

private:
    /// Files below checkpoints/ that hold their own name.
    void put(const QStringList &files)
    {
        for (const auto &name : files) {
            QFile file(QString::fromStdString(m_paths.checkpoints().string()) + "/" + name);
            QVERIFY(file.open(QIODevice::WriteOnly));
            QCOMPARE(file.write(name.toUtf8()), name.toUtf8().size());
        }
    }

    void putEpochs(int count)
    {
        for (int epoch = 0; epoch < count; ++epoch)
            put({QString("epoch_000%1.pth").arg(epoch)});
    }

    QStringList names() const
    {
        return QDir(QString::fromStdString(m_paths.checkpoints().string()))
            .entryList(QDir::Files | QDir::System, QDir::Name);
    }

    std::optional<QTemporaryDir> m_folder;
    RunPaths m_paths{{}};
};

QTEST_GUILESS_MAIN(RunCheckpointsTest)
#include "run_checkpoints_test.moc"
