// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Before the rest: moc 6.4 stumbles over <compare> as the first header of a file.
#include <QTest>

#include <QFile>
#include <QTemporaryDir>

#include "core/checkpoint/torch_writer.h"
#include "core/run/run_folder.h"

#include <optional>

using namespace waypoint;

class NewestCheckpointTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder.emplace();
        m_paths = RunPaths(m_folder->path().toStdString());
        QVERIFY(std::filesystem::create_directories(m_paths.checkpoints()));
    }

    void lastIsTheNewestWhereItReads()
    {
        write(m_paths.epoch(7));
        write(m_paths.last());
        const auto newest = newestCheckpoint(m_paths);
        QVERIFY(newest);
        QCOMPARE(newest->path, m_paths.last());
        QVERIFY(newest->passedOver.empty());
    }

    void withoutLastItIsTheHighestEpoch()
    {
        write(m_paths.epoch(9));
        write(m_paths.epoch(10));
        const auto newest = newestCheckpoint(m_paths);
        QVERIFY(newest);
        QCOMPARE(newest->path, m_paths.epoch(10));
        QVERIFY(newest->passedOver.empty());
    }

    void brokenOnesArePassedOverAndNamed()
    {
        for (const auto epoch : {8, 9, 10})
            write(m_paths.epoch(epoch));
        write(m_paths.last());
        cut(m_paths.last(), 2);
        cut(m_paths.epoch(10), 0);
        spoil(m_paths.epoch(9));
        const auto newest = newestCheckpoint(m_paths);
        QVERIFY(newest);
        QCOMPARE(newest->path, m_paths.epoch(8));
        QCOMPARE(newest->passedOver.size(), 3u);
        for (const auto &[at, name] : {std::pair(0u, "last.pth cannot be read"),
                                       {1u, "epoch_0010.pth cannot be read"},
                                       {2u, "epoch_0009.pth cannot be read"}}) {
            const auto &sentence = newest->passedOver[at];
            QVERIFY2(sentence.starts_with(name) && sentence.ends_with('.'), sentence.c_str());
        }
    }

    void aRunWithoutCheckpointsSaysSo()
    {
        const auto newest = newestCheckpoint(m_paths);
        QVERIFY(!newest);
        QCOMPARE(newest.error().code, ErrorCode::NotFound);
        QCOMPARE(newest.error().file, m_paths.checkpoints().string());
    }

    void whereAllAreBrokenTheErrorSaysSoAndBestIsOnlyOffered()
    {
        write(m_paths.last());
        write(m_paths.best());
        spoil(m_paths.last());
        const auto withBest = newestCheckpoint(m_paths);
        QVERIFY(!withBest);
        QCOMPARE(withBest.error().code, ErrorCode::Corrupt);
        QVERIFY(QString::fromStdString(withBest.error().detail).contains("last.pth"));
        QVERIFY(QString::fromStdString(withBest.error().advice).contains("best.pth"));
        cut(m_paths.best(), 3);
        const auto without = newestCheckpoint(m_paths);
        QVERIFY(!without);
        QVERIFY(QString::fromStdString(without.error().advice).contains("salvage"));
    }

private:
    static void write(const std::filesystem::path &path)
    {
        ValueTree tree;
        const ValueId items[] = {tree.addStr("note"), tree.addStr(std::string(5000, 'n'))};
        QVERIFY(writeTorchFile(path, tree, tree.addContainer(ValueKind::Dict, items)));
    }

    /// Leaves 1/`parts` of a file, or nothing for 0.
    static void cut(const std::filesystem::path &path, std::uintmax_t parts)
    {
        std::filesystem::resize_file(path, parts == 0 ? 0 : std::filesystem::file_size(path) / parts);
    }

    /// Changes one byte in the middle of the text.
    static void spoil(const std::filesystem::path &path)
    {
        QFile file(QString::fromStdString(path.string()));
        QVERIFY(file.open(QIODevice::ReadWrite) && file.seek(2500) && file.putChar('X'));
    }

    std::optional<QTemporaryDir> m_folder;
    RunPaths m_paths{{}};
};

QTEST_GUILESS_MAIN(NewestCheckpointTest)
#include "newest_checkpoint_test.moc"
