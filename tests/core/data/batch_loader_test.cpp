// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/data/data_test_kit.h"

#include "core/data/random_stream.h"

#include <QObject>

#include <algorithm>
#include <atomic>
#include <numeric>
#include <set>

using namespace waypoint;
using namespace waypoint::test;

namespace {

/// Samples whose numbers tell the key that they were read with; one of them may be broken. Not cheap, so threads read.
class KeyDataset final : public Dataset
{
public:
    explicit KeyDataset(std::int64_t count, std::int64_t broken = -1) : m_broken(broken)
    {
        m_info.name = "keys";
        m_info.count = count;
        m_info.shape = {4};
        m_info.targetSize = 2;
    }

    [[nodiscard]] const DatasetInfo &info() const override { return m_info; }

    Result<void> read(const SampleKey &key, std::span<float> into, std::span<float> target) const override
    {
        ++reads;
        if (key.sample == m_broken)
            return Error{ErrorCode::Corrupt, "the picture is broken", {}, {}, "cat.png"};
        RandomStream random(RandomUse::Augment, {key.seed, std::uint64_t(key.epoch), std::uint64_t(key.sample)});
        into[0] = float(key.sample);
        into[1] = float(key.epoch);
        into[2] = key.augment ? float(random.below(1000)) : 0;
        into[3] = float(key.seed);
        target[0] = float(key.sample % 2);
        return {};
    }

    [[nodiscard]] std::vector<std::int32_t> labels() const override { return {}; }

    mutable std::atomic<int> reads = 0;

private:
    DatasetInfo m_info;
    std::int64_t m_broken;
};

std::shared_ptr<const KeyDataset> keys(std::int64_t count, std::int64_t broken = -1)
{
    return std::make_shared<const KeyDataset>(count, broken);
}

LoaderOptions options(int threads, int readAhead = 4)
{
    return {.batchSize = 8, .shuffle = true, .augment = true, .seed = 7, .threads = threads, .readAhead = readAhead};
}

std::vector<std::int64_t> samplesIn(const std::vector<Batch> &batches)
{
    std::vector<std::int64_t> samples;
    for (const auto &batch : batches)
        for (std::size_t i = 0; i < batch.inputs.size(); i += 4)
            samples.push_back(std::int64_t(batch.inputs[i]));
    return samples;
}

}  // namespace

class BatchLoaderTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anOrderIsAPermutationMadeOfSeedAndEpoch();
    void everyPositionOfAnOrderIsEquallyLikely();
    void withoutShufflingTheOrderIsThatOfTheData();
    void anEpochHasEachSampleOnce();
    void dropLastLeavesOutTheSmallBatch();
    void threadsAndReadAheadChangeNothing_data();
    void threadsAndReadAheadChangeNothing();
    void seekInMidEpochGivesTheTailOfTheWholeEpoch_data();
    void seekInMidEpochGivesTheTailOfTheWholeEpoch();
    void anotherEpochBeforeTheEndDropsWhatWasReadAhead();
    void theNextEpochIsReadAheadAtTheEndOfThisOne();
    void moreBuffersThanAnEpochHasBatchesAreNoTrouble();
    void cheapSamplesAreReadInTheCallersThread();
    void aBrokenSampleIsAnErrorOfItsBatch_data();
    void aBrokenSampleIsAnErrorOfItsBatch();
    void aLoaderCanGoWhileItsReadersWait();
    void timeSpentWaitingIsTold();
};

void BatchLoaderTest::anOrderIsAPermutationMadeOfSeedAndEpoch()
{
    const auto order = sampleOrder(1000, 3, 5, true);
    auto sorted = order;
    std::sort(sorted.begin(), sorted.end());
    QCOMPARE(sorted, sampleOrder(1000, 0, 0, false));
    QCOMPARE(sampleOrder(1000, 3, 5, true), order);
    QVERIFY(sampleOrder(1000, 3, 6, true) != order);
    QVERIFY(sampleOrder(1000, 4, 5, true) != order);
}

void BatchLoaderTest::everyPositionOfAnOrderIsEquallyLikely()
{
    // Where sample 0 comes to lie in 60,000 orders of six: 10,000 times in each place, within six deviations.
    std::array<int, 6> places{};
    for (std::int64_t epoch = 0; epoch < 60'000; ++epoch) {
        const auto order = sampleOrder(6, 1, epoch, true);
        ++places[std::size_t(std::find(order.begin(), order.end(), 0) - order.begin())];
    }
    for (const int times : places)
        QVERIFY2(std::abs(times - 10'000) < 550, qPrintable(QString::number(times)));
}

void BatchLoaderTest::withoutShufflingTheOrderIsThatOfTheData()
{
    BatchLoader loader(keys(20), {.batchSize = 8, .shuffle = false, .threads = 2});
    std::vector<std::int64_t> expected(20);
    std::iota(expected.begin(), expected.end(), 0);
    QCOMPARE(samplesIn(batchesOf(loader, 3)), expected);
}

void BatchLoaderTest::anEpochHasEachSampleOnce()
{
    BatchLoader loader(keys(75), options(2));
    QCOMPARE(loader.batchesPerEpoch(), 10);
    const auto batches = batchesOf(loader, 0);
    QCOMPARE(batches.size(), 10u);
    QCOMPARE(batches.back().size, 3);
    QCOMPARE(samplesIn(batches), sampleOrder(75, 7, 0, true));
}

void BatchLoaderTest::dropLastLeavesOutTheSmallBatch()
{
    auto wanted = options(2);
    wanted.dropLast = true;
    BatchLoader loader(keys(75), wanted);
    QCOMPARE(loader.batchesPerEpoch(), 9);
    const auto order = sampleOrder(75, 7, 1, true);
    QCOMPARE(samplesIn(batchesOf(loader, 1)), std::vector(order.begin(), order.end() - 3));
}

void BatchLoaderTest::threadsAndReadAheadChangeNothing_data()
{
    QTest::addColumn<int>("threads");
    QTest::addColumn<int>("readAhead");
    for (const int threads : {1, 2, 5})
        for (const int readAhead : {1, 2, 7, 40})
            QTest::addRow("%d threads, %d ahead", threads, readAhead) << threads << readAhead;
}

void BatchLoaderTest::threadsAndReadAheadChangeNothing()
{
    QFETCH(int, threads);
    QFETCH(int, readAhead);
    BatchLoader plain(keys(75), options(0));
    BatchLoader ahead(keys(75), options(threads, readAhead));
    for (std::int64_t epoch = 0; epoch < 5; ++epoch)
        QVERIFY(sameBatches(batchesOf(ahead, epoch), batchesOf(plain, epoch)));
}

void BatchLoaderTest::seekInMidEpochGivesTheTailOfTheWholeEpoch_data()
{
    QTest::addColumn<int>("threads");
    QTest::newRow("in the caller's thread") << 0;
    QTest::newRow("two threads") << 2;
}

void BatchLoaderTest::seekInMidEpochGivesTheTailOfTheWholeEpoch()
{
    QFETCH(int, threads);
    BatchLoader loader(keys(75), options(threads));
    const auto whole = batchesOf(loader, 4);
    for (std::int64_t first = 0; first <= loader.batchesPerEpoch(); ++first)
        QVERIFY(sameBatches(batchesOf(loader, 4, first), std::vector(whole.begin() + first, whole.end())));
}

void BatchLoaderTest::anotherEpochBeforeTheEndDropsWhatWasReadAhead()
{
    BatchLoader plain(keys(75), options(0));
    BatchLoader loader(keys(75), options(2));
    for (std::int64_t epoch = 0; epoch < 20; ++epoch) {
        loader.seek(epoch);
        for (std::int64_t i = 0; i < epoch % 7; ++i)
            QVERIFY(*loader.next());
        QVERIFY(sameBatches(batchesOf(loader, epoch + 100), batchesOf(plain, epoch + 100)));
    }
}

void BatchLoaderTest::theNextEpochIsReadAheadAtTheEndOfThisOne()
{
    const auto dataset = keys(16);
    BatchLoader loader(dataset, options(1, 2));
    QCOMPARE(batchesOf(loader, 0).size(), 2u);
    QTRY_VERIFY(dataset->reads >= 32);
    const auto next = batchesOf(loader, 1);
    QCOMPARE(samplesIn(next), sampleOrder(16, 7, 1, true));
}

void BatchLoaderTest::moreBuffersThanAnEpochHasBatchesAreNoTrouble()
{
    BatchLoader plain(keys(3), options(0));
    BatchLoader loader(keys(3), options(3, 50));
    for (std::int64_t epoch = 0; epoch < 300; ++epoch)
        QVERIFY(sameBatches(batchesOf(loader, epoch), batchesOf(plain, epoch)));
}

void BatchLoaderTest::cheapSamplesAreReadInTheCallersThread()
{
    const auto data = opened("iris");
    QVERIFY(data.train->info().cheap);
    BatchLoader loader(data.train, {.batchSize = 50, .seed = 1, .threads = 4});
    const auto order = sampleOrder(120, 1, 2, true);
    std::size_t at = 0;
    for (const auto &batch : batchesOf(loader, 2))
        for (std::size_t i = 0; i < std::size_t(batch.size); ++i, ++at) {
            const auto sample = sampleOf(*data.train, order[at]);
            QCOMPARE(std::vector(batch.inputs.begin() + std::ptrdiff_t(4 * i),
                                 batch.inputs.begin() + std::ptrdiff_t(4 * i + 4)),
                     sample.input);
            QCOMPARE(batch.targets[i], sample.target[0]);
        }
    QCOMPARE(at, 120u);
    QCOMPARE(loader.waited().count(), 0);
}

void BatchLoaderTest::aBrokenSampleIsAnErrorOfItsBatch_data() { seekInMidEpochGivesTheTailOfTheWholeEpoch_data(); }

void BatchLoaderTest::aBrokenSampleIsAnErrorOfItsBatch()
{
    QFETCH(int, threads);
    auto wanted = options(threads);
    wanted.shuffle = false;
    BatchLoader loader(keys(75, 20), wanted);
    loader.seek(0);
    for (int batch = 0; batch < 10; ++batch) {
        const auto given = loader.next();
        QCOMPARE(bool(given), batch != 2);
        if (!given)
            QCOMPARE(given.error(), (Error{ErrorCode::Corrupt, "the picture is broken", {}, {}, "cat.png"}));
        else
            QCOMPARE((*given)->index, batch);
    }
    QVERIFY(!*loader.next());
}

void BatchLoaderTest::aLoaderCanGoWhileItsReadersWait()
{
    for (int i = 0; i < 200; ++i) {
        BatchLoader loader(keys(75), options(2, 1 + i % 3));
        if (i % 4 == 0)
            continue;  // never asked for anything
        loader.seek(0);
        for (int batch = 0; batch < i % 5; ++batch)
            QVERIFY(*loader.next());
    }
}

void BatchLoaderTest::timeSpentWaitingIsTold()
{
    BatchLoader loader(keys(100'000), {.batchSize = 50'000, .threads = 1, .readAhead = 1});
    batchesOf(loader, 0);
    QVERIFY(loader.waited().count() > 0);
}

QTEST_GUILESS_MAIN(BatchLoaderTest)
#include "batch_loader_test.moc"
