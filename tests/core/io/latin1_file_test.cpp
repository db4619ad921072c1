// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN  // moc 6.4 cannot read the standard library's <stop_token>
#include "core/io/latin1_file.h"
#endif

#include <QByteArray>
#include <QTest>

#include <cstring>

using namespace waypoint;

namespace {

FilePtr fileOf(const QByteArray &content)
{
    std::vector<std::byte> bytes(static_cast<std::size_t>(content.size()));
    if (!bytes.empty())
        std::memcpy(bytes.data(), content.data(), bytes.size());
    return memoryFile("test", std::move(bytes));
}

/// All 256 bytes over and over, as Python writes them as text.
QByteArray manyBytes(int count)
{
    QByteArray bytes;
    for (int i = 0; i < count; ++i)
        bytes.append(static_cast<char>(i * 7 % 256));
    return bytes;
}

QByteArray utf8(const QByteArray &bytes) { return QString::fromLatin1(bytes).toUtf8(); }

}  // namespace

class Latin1FileTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyByteComesBack();
    void anyPlaceCanBeRead();
    void charactersThatAreNoBytesAreAnErrorAtTheirPlace();
};

void Latin1FileTest::everyByteComesBack()
{
    const QByteArray bytes = manyBytes(300'000);
    const QByteArray text = utf8(bytes);
    const auto file = latin1File(fileOf("..." + text + "..."), {{3}, {static_cast<std::uint64_t>(text.size())}}, "b");
    QVERIFY(file);
    QCOMPARE((*file)->size().value, std::uint64_t(bytes.size()));
    const auto read = readRange(**file, {{}, (*file)->size()});
    QVERIFY(read);
    QCOMPARE(QByteArray(reinterpret_cast<const char *>(read->data()), static_cast<qsizetype>(read->size())), bytes);
}

void Latin1FileTest::anyPlaceCanBeRead()
{
    const QByteArray bytes = manyBytes(200'000);
    const QByteArray text = utf8(bytes);
    const auto file = latin1File(fileOf(text), {{}, {static_cast<std::uint64_t>(text.size())}}, "b");
    QVERIFY(file);
    for (std::uint64_t at = 0; at < 200'000; at += 4'999) {
        std::byte block[100];
        const auto got = (*file)->readAt({at}, block);
        QVERIFY(got);
        const auto expected = bytes.mid(static_cast<qsizetype>(at), 100);
        QCOMPARE(QByteArray(reinterpret_cast<const char *>(block), static_cast<qsizetype>(*got)), expected);
    }
    std::byte beyond[4];
    QCOMPARE(*(*file)->readAt({200'000}, beyond), std::size_t(0));
}

void Latin1FileTest::charactersThatAreNoBytesAreAnErrorAtTheirPlace()
{
    const auto at = [](const QByteArray &text) {
        const auto file = latin1File(fileOf(text), {{}, {static_cast<std::uint64_t>(text.size())}}, "b");
        return file ? -1 : static_cast<int>(file.error().at->value);
    };
    QCOMPARE(at("abc\xc4\x80"), 3);
    QCOMPARE(at("ab\xff"), 2);
    QCOMPARE(at("a\x80"), 1);
    QCOMPARE(at("abc\xc2"), 4);
    QCOMPARE(at("\xc2z"), 1);
    QCOMPARE(at(""), -1);
}

QTEST_GUILESS_MAIN(Latin1FileTest)
#include "latin1_file_test.moc"
