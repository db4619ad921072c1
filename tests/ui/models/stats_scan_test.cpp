// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/reader.h"
#include "tests/support/held_disk.h"
#include "tests/ui/sample_checkpoint.h"
#include "ui/models/stats_scan.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QTemporaryDir>
#include <QtCore/QThread>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <algorithm>
#include <set>

using namespace waypoint;
using namespace waypoint::test;

namespace {

CheckpointPtr manyTensorsOn(const DiskPtr &disk, std::size_t count)
{
    return tensorsOn(disk, std::vector<std::int64_t>(count, 4));
}

EntryId entryOf(const CheckpointPtr &checkpoint, int number)
{
    return checkpoint->entries.find(std::to_string(number));
}

std::size_t countKnown(const StatsScan &scan, const CheckpointPtr &checkpoint)
{
    std::size_t count = 0;
    for (EntryId id = 0; id < checkpoint->entries.size(); ++id)
        count += scan.known(id) ? 1 : 0;
    return count;
}

std::size_t workerCount() { return static_cast<std::size_t>(std::max(2, QThread::idealThreadCount())); }

constexpr std::int64_t kLargeLength = 64 << 20;  // 256 MiB

}  // namespace

class StatsScanTest : public QObject
{
    Q_OBJECT

private:
    DiskPtr m_disk;

    /// Waits until no worker has anything left to do but wait for the disk.
    [[nodiscard]] bool waitsForTheDisk() const
    {
        return QTest::qWaitFor([&] { return m_disk->begun().size() >= workerCount(); });
    }

private Q_SLOTS:
    void init() { m_disk = std::make_shared<Disk>(); }
    void cleanup() { m_disk->release(); }

    void everythingIsKnownInTheEndAndIsToldOnce()
    {
        const CheckpointPtr checkpoint = manyTensorsOn(m_disk, 100);
        StatsScan scan;
        std::multiset<EntryId> told;
        connect(&scan, &StatsScan::arrived, this,
                [&](const std::vector<EntryId> &entries) { told.insert(entries.begin(), entries.end()); });
        QCOMPARE(scan.state(), StatsScan::State::Idle);
        scan.begin(checkpoint);
        QCOMPARE(scan.state(), StatsScan::State::Running);
        QTRY_COMPARE(scan.state(), StatsScan::State::Finished);
        QCOMPARE(scan.progress(), 1.0);
        QCOMPARE(told.size(), 100u);
        for (int i = 0; i < 100; ++i) {
            QCOMPARE(told.count(entryOf(checkpoint, i)), 1u);
            QVERIFY(scan.known(entryOf(checkpoint, i)));
            QCOMPARE(scan.known(entryOf(checkpoint, i))->stats.mean, double(i));
            QCOMPARE(scan.known(entryOf(checkpoint, i))->stats.count, 4);
        }
        QVERIFY(!scan.known(kRootEntry));
        QVERIFY(!scan.known(kNoEntry));
    }

    void whatIsPreferredComesBeforeTheRest()
    {
        m_disk->hold();
        const CheckpointPtr checkpoint = manyTensorsOn(m_disk, 200);
        StatsScan scan;
        scan.begin(checkpoint);
        QVERIFY(waitsForTheDisk());
        std::vector<std::uint64_t> begun = m_disk->begun();
        scan.prefer({entryOf(checkpoint, 150), entryOf(checkpoint, 140), entryOf(checkpoint, 130)});
        scan.want(entryOf(checkpoint, 199));
        // One worker at a time goes on, so that what it takes next is what comes next.
        for (const std::uint64_t wanted : std::initializer_list<std::uint64_t>{199, 150, 140, 130}) {
            begun.push_back(wanted);
            m_disk->passOne();
            QTRY_COMPARE(m_disk->begun(), begun);
        }
        m_disk->release();
        QTRY_COMPARE(scan.state(), StatsScan::State::Finished);
    }

    void whatIsPreferredBeforeTheWorkIsLaidOutCountsToo()
    {
        m_disk->hold();
        const CheckpointPtr checkpoint = manyTensorsOn(m_disk, 200);
        StatsScan scan;
        scan.begin(checkpoint);
        scan.prefer({entryOf(checkpoint, 150), entryOf(checkpoint, 140)});
        QVERIFY(waitsForTheDisk());
        const std::vector<std::uint64_t> begun = m_disk->begun();
        QVERIFY(std::find(begun.begin(), begun.end(), 150) != begun.end());
        QVERIFY(std::find(begun.begin(), begun.end(), 140) != begun.end());
    }

    void smallTensorsComeBeforeALargeOne()
    {
        std::vector<std::int64_t> lengths(200, 4);
        lengths[0] = kLargeLength;
        const CheckpointPtr checkpoint = tensorsOn(m_disk, lengths);
        StatsScan scan;
        scan.begin(checkpoint);
        QTRY_COMPARE(scan.state(), StatsScan::State::Finished);
        const std::vector<std::uint64_t> begun = m_disk->begun();
        QVERIFY(std::size_t(std::find(begun.begin(), begun.end(), 0) - begun.begin()) + workerCount() >= 200);
        QCOMPARE(scan.known(entryOf(checkpoint, 0))->stats.count, kLargeLength);
    }

    void aPausedScanLeavesALargeTensorAndTakesItUpAgain()
    {
        m_disk->hold();
        const CheckpointPtr checkpoint = tensorsOn(m_disk, {kLargeLength, 4});
        StatsScan scan;
        scan.begin(checkpoint);
        QTRY_VERIFY(m_disk->begun().size() == 2);
        scan.pause();
        QCOMPARE(scan.state(), StatsScan::State::Paused);
        m_disk->release();
        QTRY_COMPARE(m_disk->waiting(), 0);
        scan.want(entryOf(checkpoint, 1));
        QTRY_VERIFY(scan.known(entryOf(checkpoint, 1)));
        QVERIFY(!scan.known(entryOf(checkpoint, 0)));
        // One block for each thread that waited, whatever their number.
        QVERIFY(m_disk->bytesRead() < std::uint64_t(kLargeLength) * 4 / 2);
        scan.resume();
        QTRY_COMPARE(scan.state(), StatsScan::State::Finished);
        QCOMPARE(scan.known(entryOf(checkpoint, 0))->stats.count, kLargeLength);
    }

    void theSelectedTensorIsReadWhileStoppedAndNothingElse()
    {
        m_disk->hold();
        const CheckpointPtr checkpoint = manyTensorsOn(m_disk, 500);
        StatsScan scan;
        scan.begin(checkpoint);
        QVERIFY(waitsForTheDisk());
        scan.stop();
        QCOMPARE(scan.state(), StatsScan::State::Stopped);
        const std::size_t before = m_disk->begun().size();
        m_disk->release();
        scan.want(entryOf(checkpoint, 499));
        QTRY_VERIFY(scan.known(entryOf(checkpoint, 499)));
        scan.want(entryOf(checkpoint, 400));
        QTRY_VERIFY(scan.known(entryOf(checkpoint, 400)));
        QCOMPARE(m_disk->begun().size(), before + 2);
        QVERIFY(scan.progress() < 1);
        QCOMPARE(scan.state(), StatsScan::State::Stopped);
        scan.resume();
        QTRY_COMPARE(scan.state(), StatsScan::State::Finished);
        QCOMPARE(countKnown(scan, checkpoint), 500u);
    }

    void endingAScanDoesNotWaitForTheDisk()
    {
        m_disk->hold();
        CheckpointPtr checkpoint = manyTensorsOn(m_disk, 100);
        const std::weak_ptr<const Checkpoint> watched = checkpoint;
        {
            StatsScan scan;
            scan.begin(std::move(checkpoint));
            QVERIFY(waitsForTheDisk());
        }
        QVERIFY(m_disk->waiting() > 0);
        m_disk->release();
        // The last worker takes everything with it.
        QTRY_VERIFY(watched.expired());
        QVERIFY(m_disk->begun().size() < 100);
    }

    void anotherFileReplacesTheFirst()
    {
        m_disk->hold();
        const CheckpointPtr first = manyTensorsOn(m_disk, 100);
        StatsScan scan;
        scan.begin(first);
        QVERIFY(waitsForTheDisk());
        const DiskPtr otherDisk = std::make_shared<Disk>();
        const CheckpointPtr second = manyTensorsOn(otherDisk, 3);
        std::size_t told = 0;
        connect(&scan, &StatsScan::arrived, this, [&](const std::vector<EntryId> &entries) { told += entries.size(); });
        scan.begin(second);
        QVERIFY(!scan.known(entryOf(first, 0)));
        m_disk->release();
        QTRY_COMPARE(scan.state(), StatsScan::State::Finished);
        QCOMPARE(told, 3u);
        scan.begin(nullptr);
        QCOMPARE(scan.state(), StatsScan::State::Idle);
        QVERIFY(!scan.known(entryOf(second, 0)));
    }

    void whatCannotBeReadHasAReasonAndStopsNothing()
    {
        m_disk->fail(1);
        const CheckpointPtr checkpoint = manyTensorsOn(m_disk, 4);
        StatsScan scan;
        scan.begin(checkpoint);
        QTRY_COMPARE(scan.state(), StatsScan::State::Finished);
        QCOMPARE(countKnown(scan, checkpoint), 3u);
        QVERIFY(scan.failure(entryOf(checkpoint, 1)));
        QCOMPARE(scan.failure(entryOf(checkpoint, 1))->code, ErrorCode::ReadFailed);
        QVERIFY(!scan.failure(entryOf(checkpoint, 0)));
    }

    void aFileThatIsCutShortMeanwhileIsAReasonToo()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("cut.safetensors"));
        QVERIFY(writeSafetensors(path, {"a", "b", "c"}));
        const Opened opened = openCheckpoint(path.toStdString(), {});
        QVERIFY(opened.checkpoint);
        QFile file(path);
        QVERIFY(file.resize(file.size() - 4));
        StatsScan scan;
        scan.begin(opened.checkpoint);
        QTRY_COMPARE(scan.state(), StatsScan::State::Finished);
        QVERIFY(scan.known(opened.checkpoint->entries.find("a")));
        QVERIFY(!scan.known(opened.checkpoint->entries.find("c")));
        QCOMPARE(scan.failure(opened.checkpoint->entries.find("c"))->code, ErrorCode::Truncated);
    }

    void tiedTensorsAreReadOnceAndOtherViewsOfTheSameStorageAreNot()
    {
        const std::shared_ptr<Checkpoint> checkpoint = built(dict({{"embed", tensor({8}, {.storage = "s"})},
                                                                   {"head", tensor({8}, {.storage = "s"})},
                                                                   {"part", tensor({4}, {.storage = "s"})}}));
        Storage &storage = checkpoint->values.storage(0);
        storage.bytes = {32};
        storage.present = true;
        storage.source = m_disk;
        storage.record = 5;
        m_disk->setBytes(5, 32);
        StatsScan scan;
        scan.begin(checkpoint);
        QTRY_COMPARE(scan.state(), StatsScan::State::Finished);
        QCOMPARE(m_disk->bytesRead(), 32u + 16u);
        QCOMPARE(scan.known(checkpoint->entries.find("embed"))->stats.count, 8);
        QCOMPARE(scan.known(checkpoint->entries.find("head"))->stats.count, 8);
        QCOMPARE(scan.known(checkpoint->entries.find("part"))->stats.count, 4);
    }

    void manySmallTensorsAreToldAFewTimes()
    {
        const CheckpointPtr checkpoint = manyTensorsOn(m_disk, 20'000);
        StatsScan scan;
        const QSignalSpy ready(&scan, &StatsScan::ready);
        int signalCount = 0;
        connect(&scan, &StatsScan::arrived, this, [&] { ++signalCount; });
        QElapsedTimer time;
        time.start();
        scan.begin(checkpoint);
        QTRY_COMPARE_WITH_TIMEOUT(scan.state(), StatsScan::State::Finished, 60'000);
        QCOMPARE(ready.size(), 1);
        QCOMPARE(countKnown(scan, checkpoint), 20'000u);
        QVERIFY2(signalCount <= time.elapsed() / 50 + 2, qPrintable(QString::number(signalCount)));
    }

    void ailingEntriesStandInTheOrderOfTheTree()
    {
        const CheckpointPtr checkpoint = named(built(dict({{"a", dict({{"x", tensor({4})}, {"y", tensor({4})}})},
                                                           {"b", tensor({4})},
                                                           {"c", dict({{"x", tensor({4})}})}})),
                                               "tree.pth");
        EntryStats stats(checkpoint, {});
        TensorStats sick;
        sick.count = 4;
        sick.nan = 1;
        for (const char *path : {"c/x", "b", "a/y"})
            stats.put(stats.pieceOf(checkpoint->entries.find(path)), sick);
        QVERIFY(has(stats.ailmentsFrom(checkpoint->entries.find("a")), Ailment::Nan));
        QVERIFY(has(stats.ailmentsFrom(kRootEntry), Ailment::Nan));
        QCOMPARE(stats.ailmentsFrom(checkpoint->entries.find("a/x")), Ailments{0});
        std::vector<std::string> paths;
        for (const EntryId entry : stats.ailing())
            paths.push_back(checkpoint->entries.pathText(entry));
        QCOMPARE(paths, (std::vector<std::string>{"a/y", "b", "c/x"}));
    }
};

QTEST_GUILESS_MAIN(StatsScanTest)
#include "stats_scan_test.moc"
