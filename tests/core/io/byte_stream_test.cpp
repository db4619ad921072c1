// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#ifndef Q_MOC_RUN  // moc 6.4 cannot read all of the standard library
#include "core/io/byte_stream.h"

#include <algorithm>
#include <string>
#endif

using namespace waypoint;

namespace {

/// A file of made-up bytes that gives at most `perRead` of them at a time and knows fewer than it promised.
class ReluctantFile final : public RandomAccessFile
{
public:
    ReluctantFile(std::string content, std::size_t perRead, ByteCount announced)
        : m_content(std::move(content)), m_perRead(perRead), m_announced(announced)
    {
    }

    [[nodiscard]] ByteCount size() const override { return m_announced; }
    [[nodiscard]] const std::string &name() const override { return m_name; }
    Result<std::size_t> readAt(ByteOffset at, std::span<std::byte> into) const override
    {
        if (at.value == m_badByte)
            return Error{ErrorCode::ReadFailed, "the disk said no", at, {}, {}};
        const std::string_view rest = std::string_view(m_content).substr(std::min(at.value, m_content.size()));
        const std::size_t count = std::min({rest.size(), into.size(), m_perRead});
        std::copy_n(reinterpret_cast<const std::byte *>(rest.data()), count, into.begin());
        return count;
    }

    std::uint64_t m_badByte = ~std::uint64_t(0);

private:
    std::string m_content;
    std::size_t m_perRead;
    ByteCount m_announced;
    std::string m_name = "reluctant";
};

std::shared_ptr<ReluctantFile> file(std::string content, std::size_t perRead = 1'000'000)
{
    const ByteCount size{content.size()};
    return std::make_shared<ReluctantFile>(std::move(content), perRead, size);
}

std::string numbered(std::size_t size)
{
    std::string content;
    for (std::size_t i = 0; i < size; ++i)
        content.push_back(static_cast<char>('a' + i % 26));
    return content;
}

}  // namespace

class ByteStreamTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bytesComeInOrderHoweverTheyAreRead();
    void aStreamMayStartInTheMiddle();
    void linesEndAtTheirNewline();
    void aLineBeyondItsLimitIsTooLarge();
    void askingForMoreThanIsLeftIsTruncatedAtTheEnd();
    void aFileThatShrankIsTruncatedWhereItEnds();
    void aFailingDiskIsReported();
    void skippingReadsNothing();
    void bufferedBytesAreTakenOnlyWhereTheyAre();
};

void ByteStreamTest::bytesComeInOrderHoweverTheyAreRead()
{
    const std::string content = numbered(700'000);
    ByteStream stream(file(content, 1000));
    std::string read;
    for (std::size_t length = 1; read.size() < content.size(); length = length * 3 + 1) {
        const auto taken = stream.take({std::min(length, content.size() - read.size())});
        QVERIFY(taken);
        read += *taken;
        QCOMPARE(stream.position().value, std::uint64_t(read.size()));
        QCOMPARE(stream.remaining().value, std::uint64_t(content.size() - read.size()));
    }
    QVERIFY(read == content);
    QVERIFY(stream.take({0}));
}

void ByteStreamTest::aStreamMayStartInTheMiddle()
{
    ByteStream stream(file("0123456789"), {4});
    QCOMPARE(stream.remaining().value, std::uint64_t(6));
    QCOMPARE(static_cast<char>(*stream.takeByte()), '4');
    ByteStream beyond(file("0123"), {9});
    QCOMPARE(beyond.remaining().value, std::uint64_t(0));
    QCOMPARE(beyond.takeByte().error().code, ErrorCode::Truncated);
}

void ByteStreamTest::linesEndAtTheirNewline()
{
    const std::string longLine = numbered(600'000);
    ByteStream stream(file("first\n\n" + longLine + "\nrest", 7000));
    QVERIFY(*stream.takeLine({100}) == "first");
    QVERIFY(stream.takeLine({100})->empty());
    QVERIFY(*stream.takeLine({1'000'000}) == longLine);
    const auto unfinished = stream.takeLine({100});
    QCOMPARE(unfinished.error().code, ErrorCode::Truncated);
    QCOMPARE(unfinished.error().at->value, std::uint64_t(600'012));
    QVERIFY(*stream.take({4}) == "rest");
}

void ByteStreamTest::aLineBeyondItsLimitIsTooLarge()
{
    ByteStream exact(file("12345\n"));
    QVERIFY(exact.takeLine({5}));
    ByteStream longer(file("123456\n"));
    QCOMPARE(longer.takeLine({5}).error().code, ErrorCode::TooLarge);
    ByteStream endless(file(numbered(2'000'000)));
    QCOMPARE(endless.takeLine({300'000}).error().code, ErrorCode::TooLarge);
}

void ByteStreamTest::askingForMoreThanIsLeftIsTruncatedAtTheEnd()
{
    ByteStream stream(file("0123456789"));
    QVERIFY(stream.take({3}));
    const auto much = stream.take({~std::uint64_t(0)});
    QCOMPARE(much.error().code, ErrorCode::Truncated);
    QCOMPARE(much.error().at->value, std::uint64_t(10));
    QVERIFY(much.error().detail.find("byte 10") != std::string::npos);
    QCOMPARE(stream.skip({8}).error().code, ErrorCode::Truncated);
    QVERIFY(*stream.take({7}) == "3456789");
}

void ByteStreamTest::aFileThatShrankIsTruncatedWhereItEnds()
{
    ByteStream stream(std::make_shared<ReluctantFile>("01234", 3, ByteCount{100}));
    const auto taken = stream.take({50});
    QCOMPARE(taken.error().code, ErrorCode::Truncated);
    QCOMPARE(taken.error().at->value, std::uint64_t(5));
}

void ByteStreamTest::aFailingDiskIsReported()
{
    const auto failing = file(numbered(100), 10);
    failing->m_badByte = 20;
    ByteStream stream(failing);
    QCOMPARE(stream.take({50}).error().code, ErrorCode::ReadFailed);
    QCOMPARE(stream.takeLine({90}).error().code, ErrorCode::ReadFailed);
}

void ByteStreamTest::skippingReadsNothing()
{
    const auto guarded = file(numbered(1'000'000));
    ByteStream stream(guarded);
    QVERIFY(stream.skip({999'998}));
    QVERIFY(*stream.take({2}) == numbered(1'000'000).substr(999'998));
    ByteStream near(file("0123456789"));
    QVERIFY(near.take({2}));
    QVERIFY(near.skip({3}));
    QVERIFY(*near.take({1}) == "5");
}

void ByteStreamTest::bufferedBytesAreTakenOnlyWhereTheyAre()
{
    ByteStream stream(file("0123456789", 4));
    QVERIFY(!stream.takeBuffered(1));
    QCOMPARE(static_cast<char>(*stream.takeByte()), '0');
    QCOMPARE(std::string(stream.takeBuffered(3), 3), std::string("123"));
    QVERIFY(!stream.takeBuffered(1));
    QCOMPARE(stream.position().value, std::uint64_t(4));
}

QTEST_GUILESS_MAIN(ByteStreamTest)
#include "byte_stream_test.moc"
