// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN  // moc 6.4 cannot read the standard library's <stop_token>
#include "core/io/tar_directory.h"
#include "tests/support/tar_builder.h"
#endif

#include <QTest>

#include <cstring>

using namespace waypoint;
using namespace waypoint::test;

namespace {

FilePtr fileOf(const std::string &content)
{
    std::vector<std::byte> bytes(content.size());
    if (!content.empty())
        std::memcpy(bytes.data(), content.data(), content.size());
    return memoryFile("test.tar", std::move(bytes));
}

bool looks(const std::string &content)
{
    return looksLikeTar(std::as_bytes(std::span(content.data(), content.size())));
}

/// "name@start+length", one a member.
QStringList listed(const std::string &content)
{
    const auto directory = readTarDirectory(*fileOf(content));
    if (!directory)
        return {QString::fromStdString(directory.error().detail)};
    QStringList members;
    for (const TarMember &member : directory->members)
        members << QString("%1@%2+%3")
                       .arg(QString::fromStdString(member.name))
                       .arg(member.data.start.value)
                       .arg(member.data.length.value);
    if (directory->truncated)
        members << "truncated";
    return members;
}

}  // namespace

class TarDirectoryTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void membersAreListedWithTheirPlaces();
    void longNamesOfGnuAndPaxAreRead();
    void foldersAndLinksAreLeftOut();
    void sizesInBase256AreRead();
    void theLastOfEqualNamesIsFound();
    void aWrongChecksumIsNoTar();
    void garbageBetweenMembersIsAnErrorAtItsByte();
    void everyPrefixIsTruncatedOrShorter();
    void aSizeBeyondTheFileIsCut();
    void moreMembersThanAllowedAreRefused();
};

void TarDirectoryTest::membersAreListedWithTheirPlaces()
{
    TarBuilder tar;
    tar.add("sys_info", "abc").add("folder/pickle", std::string(600, 'x')).add("empty", "");
    QVERIFY(looks(tar.build()));
    QCOMPARE(listed(tar.build()), (QStringList{"sys_info@512+3", "folder/pickle@1536+600", "empty@3072+0"}));
}

void TarDirectoryTest::longNamesOfGnuAndPaxAreRead()
{
    const std::string name(200, 'n');
    TarBuilder tar;
    tar.add("././@LongLink", name + '\0', 'L').add(name.substr(0, 100), "1");
    tar.add("pax", "17 path=pax/name\n", 'x').add("short", "2");
    QCOMPARE(listed(tar.build()), (QStringList{QString::fromStdString(name) + "@1536+1", "pax/name@3584+1"}));
}

void TarDirectoryTest::foldersAndLinksAreLeftOut()
{
    TarBuilder tar;
    tar.add("folder/", "", '5').add("link", "", '2').add("file", "x");
    QCOMPARE(listed(tar.build()), (QStringList{"file@1536+1"}));
}

void TarDirectoryTest::sizesInBase256AreRead()
{
    TarBuilder tar;
    tar.addWithSize("big", "abcd", std::string("\x80\0\0\0\0\0\0\0\0\0\0\x04", 12));
    QCOMPARE(listed(tar.build()), (QStringList{"big@512+4"}));
}

void TarDirectoryTest::theLastOfEqualNamesIsFound()
{
    TarBuilder tar;
    tar.add("./pickle", "old").add("pickle", "new!");
    const auto directory = readTarDirectory(*fileOf(tar.build()));
    QVERIFY(directory);
    QCOMPARE(directory->find("pickle")->data.length.value, std::uint64_t(4));
    QVERIFY(!directory->find("tensors"));
}

void TarDirectoryTest::aWrongChecksumIsNoTar()
{
    std::string content = TarBuilder().add("sys_info", "abc").build();
    content[0] = 'S';
    QVERIFY(!looks(content));
    QVERIFY(!looks(std::string(1024, '\0')));
    QVERIFY(!looks("short"));
}

void TarDirectoryTest::garbageBetweenMembersIsAnErrorAtItsByte()
{
    std::string content = TarBuilder().add("a", "1").add("b", "2").build();
    content[1024] = 'x';
    const auto directory = readTarDirectory(*fileOf(content));
    QVERIFY(!directory);
    QCOMPARE(directory.error().code, ErrorCode::Corrupt);
    QCOMPARE(directory.error().at->value, std::uint64_t(1024));
}

void TarDirectoryTest::everyPrefixIsTruncatedOrShorter()
{
    const std::string whole = TarBuilder().add("a", std::string(700, 'x')).add("b", "2").build();
    const std::size_t all = readTarDirectory(*fileOf(whole))->members.size();
    for (std::size_t length = 0; length < whole.size(); length += 7) {
        const auto directory = readTarDirectory(*fileOf(whole.substr(0, length)));
        QVERIFY(directory);
        QVERIFY(directory->truncated || directory->members.size() <= all);
    }
}

void TarDirectoryTest::aSizeBeyondTheFileIsCut()
{
    TarBuilder tar;
    tar.addWithSize("huge", "abcd", std::string("\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff", 12));
    const auto directory = readTarDirectory(*fileOf(tar.build()));
    QVERIFY(directory);
    QVERIFY(directory->truncated);
    QVERIFY(!directory->members.front().complete);
    QCOMPARE(directory->members.front().data.length.value, std::uint64_t(tar.build().size() - 512));
}

void TarDirectoryTest::moreMembersThanAllowedAreRefused()
{
    Limits limits;
    limits.archiveEntries = 2;
    const auto directory =
        readTarDirectory(*fileOf(TarBuilder().add("a", "").add("b", "").add("c", "").build()), limits);
    QVERIFY(!directory);
    QCOMPARE(directory.error().code, ErrorCode::TooLarge);
}

QTEST_GUILESS_MAIN(TarDirectoryTest)
#include "tar_directory_test.moc"
