// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/block_checksums.h"
#include "core/io/crc32.h"
#include "core/io/parallel_blocks.h"
#include "tests/support/fault_file.h"

#include <QTest>

#include <algorithm>
#include <atomic>
#include <vector>

#include <zlib.h>

using namespace waypoint;
using namespace waypoint::test;

namespace {

constexpr std::size_t kBlock = BlockChecksums::kMostBytes;

std::vector<std::byte> someBytes(std::size_t count)
{
    std::vector<std::byte> bytes(count);
    std::uint32_t state = 12345;
    for (std::byte &byte : bytes) {
        state = state * 1664525u + 1013904223u;
        byte = static_cast<std::byte>(state >> 24);
    }
    return bytes;
}

std::uint32_t zlibCrc(std::uint32_t crc, std::span<const std::byte> bytes)
{
    return static_cast<std::uint32_t>(::crc32_z(crc, reinterpret_cast<const Bytef *>(bytes.data()), bytes.size()));
}

/// Checksums of `bytes` that came in pieces of `piece`.
BlockChecksums sumsOf(std::span<const std::byte> bytes, std::size_t piece)
{
    BlockChecksums sums;
    for (; !bytes.empty(); bytes = bytes.subspan(std::min(piece, bytes.size())))
        sums.add(bytes.first(std::min(piece, bytes.size())));
    return sums;
}

}  // namespace

class ChecksumsTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyLengthAndPlaceHasTheChecksumOfZlib()
    {
        const std::vector<std::byte> bytes = someBytes(3000);
        for (std::size_t from = 0; from < 40; ++from)
            for (std::size_t length = 0; length < 300; ++length) {
                const auto part = std::span(bytes).subspan(from, length);
                QCOMPARE(crc32(0, part), zlibCrc(0, part));
            }
        QCOMPARE(crc32(0, bytes), zlibCrc(0, bytes));
        const std::span whole(bytes);
        for (const std::size_t cut : {1u, 63u, 64u, 65u, 1000u, 2999u}) {
            const std::uint32_t first = crc32(0, whole.first(cut));
            const auto rest = whole.subspan(cut);
            QCOMPARE(crc32(first, rest), zlibCrc(0, bytes));
            QCOMPARE(combinedCrc32(first, crc32(0, rest), {rest.size()}), zlibCrc(0, bytes));
        }
        const std::string digits = "123456789";
        QCOMPARE(crc32(0, std::as_bytes(std::span(digits))), 0xcbf43926u);
    }

    void whatIsAsItWasWrittenIsSoundHoweverItCame()
    {
        const std::vector<std::byte> bytes = someBytes(20 * kBlock + 17);
        const FilePtr file = memoryFile("file", bytes);
        for (const std::size_t piece : {std::size_t{100'003}, kBlock, 3 * kBlock + 1}) {
            Progress progress;
            QVERIFY(sumsOf(bytes, piece).check(*file, {}, &progress));
            QCOMPARE(progress.done.load(), bytes.size());
        }
        QVERIFY(BlockChecksums().check(*memoryFile("empty", {}), {}, nullptr));
    }

    void oneOtherByteIsFoundAtItsBlock()
    {
        std::vector<std::byte> bytes = someBytes(20 * kBlock + 17);
        const BlockChecksums sums = sumsOf(bytes, kBlock);
        for (const std::size_t at : {std::size_t{0}, 7 * kBlock + 5, bytes.size() - 1}) {
            bytes[at] ^= std::byte{1};
            const Result<void> checked = sums.check(*memoryFile("file", bytes), {}, nullptr);
            QVERIFY(!checked);
            QCOMPARE(checked.error().code, ErrorCode::Corrupt);
            QCOMPARE(checked.error().at->value, at / kBlock * kBlock);
            bytes[at] ^= std::byte{1};
        }
    }

    void aShorterFileAndADiskThatFailsAreErrors()
    {
        const std::vector<std::byte> bytes = someBytes(3 * kBlock);
        const BlockChecksums sums = sumsOf(bytes, kBlock);
        const std::vector<std::byte> fewer(bytes.begin(), bytes.end() - 1);
        QCOMPARE(sums.check(*memoryFile("file", fewer), {}, nullptr).error().code, ErrorCode::Truncated);
        FaultFile shrinking(memoryFile("file", bytes));
        shrinking.endsAt = ByteOffset{2 * kBlock};
        QCOMPARE(sums.check(shrinking, {}, nullptr).error().code, ErrorCode::Truncated);
        FaultFile failing(memoryFile("file", bytes));
        failing.failsAt = ByteOffset{kBlock};
        QCOMPARE(sums.check(failing, {}, nullptr).error().code, ErrorCode::ReadFailed);
    }

    void stoppingIsCancelling()
    {
        const std::vector<std::byte> bytes = someBytes(3 * kBlock);
        std::stop_source stop;
        stop.request_stop();
        const Result<void> checked = sumsOf(bytes, kBlock).check(*memoryFile("f", bytes), stop.get_token(), nullptr);
        QCOMPARE(checked.error().code, ErrorCode::Cancelled);
    }

    void theFirstBlockThatFailsIsTheOneThatIsTold()
    {
        for (int round = 0; round < 50; ++round) {
            const Result<void> done = inParallel(1000, 8, {}, [](std::size_t block, std::span<std::byte>) {
                return block % 300 == 299 ? Error{ErrorCode::Corrupt, std::to_string(block)} : Result<void>();
            });
            QCOMPARE(done.error().detail, std::string("299"));
        }
    }

    void everyBlockIsDoneOnce()
    {
        std::vector<std::atomic<int>> done(1000);
        QVERIFY(inParallel(done.size(), 8, {}, [&done](std::size_t block, std::span<std::byte> buffer) {
            ++done[block];
            return buffer.size() == 8 ? Result<void>() : Error{ErrorCode::Corrupt};
        }));
        QVERIFY(std::ranges::all_of(done, [](const auto &count) { return count == 1; }));
    }
};

QTEST_GUILESS_MAIN(ChecksumsTest)
#include "checksums_test.moc"
