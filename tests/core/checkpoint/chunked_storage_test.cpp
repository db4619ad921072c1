// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN  // moc 6.4 cannot read the standard library's <stop_token>
#include "core/checkpoint/chunked_storage.h"
#include "tests/core/checkpoint/stream_bytes.h"
#include "tests/support/memory_storage.h"
#endif

#include <QTest>

using namespace waypoint;
using namespace waypoint::test;

namespace {

/// The block of a tensor whose element at (i, j, ...) is its row-major number, one byte each.
StorageChunk block(const SmallDims &shape, const SmallDims &offsets, const SmallDims &sizes)
{
    const SmallDims strides = contiguousStrides(shape);
    std::int64_t count = 1;
    for (const std::int64_t size : sizes)
        count *= size;
    std::string bytes = "..";  // elements begin behind something else
    for (std::int64_t n = 0; n < count; ++n) {
        std::int64_t rest = n;
        std::int64_t at = 0;
        for (std::size_t i = sizes.size(); i-- > 0;) {
            at += (offsets[i] + rest % sizes[i]) * strides[i];
            rest /= sizes[i];
        }
        bytes += static_cast<char>(at);
    }
    return {offsets, sizes, std::make_shared<const MemoryStorage>(memory(bytes)), 0, {2}};
}

std::string numbers(int count)
{
    std::string bytes;
    for (int i = 0; i < count; ++i)
        bytes += static_cast<char>(i);
    return bytes;
}

std::string read(const FilePtr &file, std::uint64_t at, std::size_t length)
{
    std::string bytes(length, '?');
    const auto got = file->readAt({at}, std::as_writable_bytes(std::span(bytes)));
    return got ? bytes.substr(0, *got) : "error: " + got.error().detail;
}

}  // namespace

class ChunkedStorageTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void blocksComeBackAsOneRowMajorTensor_data();
    void blocksComeBackAsOneRowMajorTensor();
    void blocksThatDoNotFillTheTensorAreRefused();
    void emptyTensorsHaveNoBytes();
    void aBlockThatEndsEarlyIsAnError();
};

void ChunkedStorageTest::blocksComeBackAsOneRowMajorTensor_data()
{
    QTest::addColumn<QList<QList<int>>>("cuts");
    QTest::newRow("rows") << QList<QList<int>>{{0, 2, 5, 6}, {0, 4}, {0, 3}};
    QTest::newRow("columns") << QList<QList<int>>{{0, 6}, {0, 4}, {0, 1, 3}};
    QTest::newRow("middle") << QList<QList<int>>{{0, 6}, {0, 1, 4}, {0, 3}};
    QTest::newRow("all") << QList<QList<int>>{{0, 3, 6}, {0, 2, 4}, {0, 2, 3}};
    QTest::newRow("whole") << QList<QList<int>>{{0, 6}, {0, 4}, {0, 3}};
}

void ChunkedStorageTest::blocksComeBackAsOneRowMajorTensor()
{
    QFETCH(QList<QList<int>>, cuts);
    ChunkedTensor tensor{{6, 4, 3}, 1, {}};
    for (int i = 0; i + 1 < cuts[0].size(); ++i)
        for (int j = 0; j + 1 < cuts[1].size(); ++j)
            for (int k = 0; k + 1 < cuts[2].size(); ++k)
                tensor.chunks.push_back(
                    block(tensor.shape, {cuts[0][i], cuts[1][j], cuts[2][k]},
                          {cuts[0][i + 1] - cuts[0][i], cuts[1][j + 1] - cuts[1][j], cuts[2][k + 1] - cuts[2][k]}));
    QVERIFY(!chunkProblem(tensor));
    ChunkedStorage storage;
    const auto file = storage.open(storage.add(std::move(tensor)));
    QVERIFY(file);
    const std::string whole = numbers(72);
    QCOMPARE((*file)->size().value, std::uint64_t(72));
    for (std::size_t at = 0; at <= 72; at += 5)
        for (std::size_t length = 1; length < 80; length += 7)
            QCOMPARE(read(*file, at, length), at < 72 ? whole.substr(at, length) : std::string());
}

void ChunkedStorageTest::blocksThatDoNotFillTheTensorAreRefused()
{
    const SmallDims shape{4, 2};
    const auto problem = [&](std::vector<StorageChunk> chunks) {
        return chunkProblem({shape, 4, std::move(chunks)}).value_or("");
    };
    QCOMPARE(problem({block(shape, {0, 0}, {2, 2})}), std::string("do not fill it exactly"));
    QCOMPARE(problem({block(shape, {0, 0}, {4, 2}), block(shape, {0, 0}, {1, 1})}),
             std::string("do not fill it exactly"));
    QCOMPARE(problem({{{3, 0}, {2, 2}, nullptr, 0, {}}}), std::string("leave the tensor"));
    QCOMPARE(problem({{{-1, 0}, {2, 2}, nullptr, 0, {}}}), std::string("leave the tensor"));
    QCOMPARE(problem({{{0}, {4}, nullptr, 0, {}}}), std::string("leave the tensor"));
    constexpr std::int64_t kHuge = std::int64_t{1} << 62;
    QCOMPARE(chunkProblem({{kHuge, 4}, 1, {}}), std::optional<std::string>("claim an impossible size"));
}

void ChunkedStorageTest::emptyTensorsHaveNoBytes()
{
    ChunkedStorage storage;
    const auto file = storage.open(storage.add({{0, 3}, 4, {}}));
    QCOMPARE((*file)->size().value, std::uint64_t(0));
    QCOMPARE(read(*file, 0, 4), std::string());
    QVERIFY(!storage.open(7));
}

void ChunkedStorageTest::aBlockThatEndsEarlyIsAnError()
{
    ChunkedStorage storage;
    StorageChunk chunk = block({4}, {0}, {4});
    chunk.start = {4};
    const auto file = storage.open(storage.add({{4}, 1, {chunk}}));
    QCOMPARE(read(*file, 0, 4), std::string("error: a block of the tensor ends early"));
}

QTEST_GUILESS_MAIN(ChunkedStorageTest)
#include "chunked_storage_test.moc"
