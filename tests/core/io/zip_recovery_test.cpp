// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/zip_archive.h"
#include "tests/support/fault_file.h"
#include "tests/support/zip_builder.h"

#include <QElapsedTimer>
#include <QTest>

#include <algorithm>

using namespace waypoint;
using namespace waypoint::test;

namespace {

using Archive = std::shared_ptr<const ZipArchive>;

Archive opened(const std::string &bytes)
{
    auto archive = ZipArchive::open(fileOf(bytes), {});
    return archive ? *std::move(archive) : nullptr;
}

/// "name=content" of every member, "..." behind those that are cut, "?" where they cannot be read.
QStringList listing(const Archive &archive)
{
    QStringList out;
    if (!archive)
        return {"not opened"};
    for (std::size_t i = 0; i < archive->entries().size(); ++i) {
        const auto &entry = archive->entries()[i];
        const auto member = archive->openMember(i);
        out << QString::fromStdString(entry.name) + "=" + (member ? QString::fromStdString(contentOf(*member)) : "?")
                   + (entry.truncated ? "..." : "");
    }
    return out;
}

/// The archive without its directory and end.
std::string membersOf(const ZipBuilder &zip) { return zip.build().substr(0, zip.directoryStart()); }

ZipBuilder torchArchive()
{
    ZipBuilder zip;
    zip.add(torchMember("m/data.pkl", "pickle")).add(torchMember("m/data/0", std::string(100, 'v')));
    zip.add(torchMember("m/version", "3\n"));
    zip.zip64 = true;
    return zip;
}

const QStringList kTorchMembers{"m/data.pkl=pickle", "m/data/0=" + QString(100, 'v'), "m/version=3\n"};

}  // namespace

class ZipRecoveryTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void membersAreFoundWithoutTheDirectory()
    {
        const auto zip = torchArchive();
        const auto archive = opened(membersOf(zip));
        QCOMPARE(listing(archive), kTorchMembers);
        QVERIFY(archive->recovered());
        QCOMPARE(archive->warnings().front(), "zip: the archive has lost its directory; the file ends at byte "
                                                  + std::to_string(zip.directoryStart())
                                                  + ", and 3 members were found by reading it from the front");
        for (std::size_t i = 0; i < 3; ++i)
            QVERIFY(archive->checkCrc(i, {}));
        QCOMPARE(archive->find("m/data/0"), std::optional<std::size_t>(1));
    }

    void everyPrefixOpensWithWhatIsThereOrIsAnError()
    {
        auto zip = torchArchive();
        zip.add({.name = "packed", .data = std::string(200, 'p'), .deflate = true});
        zip.add({.name = "plain", .data = "plain"});
        const auto whole = zip.build();
        const auto all = opened(whole);
        std::size_t membersBefore = 0;
        for (std::size_t length = 0; length < whole.size(); ++length) {
            const auto archive = ZipArchive::open(fileOf(whole.substr(0, length)), {});
            if (!archive) {
                QVERIFY(length < zip.dataStart(0));
                QCOMPARE(archive.error().code, length < 4 ? ErrorCode::NotACheckpoint : ErrorCode::Truncated);
                continue;
            }
            QVERIFY((*archive)->recovered());
            const auto entries = (*archive)->entries();
            QVERIFY(entries.size() >= membersBefore);
            membersBefore = entries.size();
            QVERIFY(!(*archive)->warnings().empty());
            for (std::size_t i = 0; i < entries.size(); ++i) {
                QCOMPARE(entries[i].name, all->entries()[i].name);
                const auto content = (*archive)->openMember(i);
                QVERIFY(content);
                if (entries[i].truncated)
                    QCOMPARE(i + 1, entries.size());
                else
                    QCOMPARE(contentOf(*content), contentOf(*all->openMember(i)));
            }
        }
        QCOMPARE(membersBefore, std::size_t{5});
    }

    void theLastMemberKeepsWhatIsThereOfIt()
    {
        auto zip = torchArchive();
        const auto cut = zip.build().substr(0, zip.dataStart(1) + 30);
        const auto archive = opened(cut);
        QCOMPARE(listing(archive), (QStringList{"m/data.pkl=pickle", "m/data/0=" + QString(30, 'v') + "..."}));
        QCOMPARE(archive->entries()[1].size, ByteCount{30});
        QCOMPARE(QString::fromStdString(archive->warnings().back()),
                 QString("zip: 'm/data/0' is cut off: 30 bytes of it are there"));
        const auto crc = archive->checkCrc(1, {});
        QCOMPARE(crc.error().code, ErrorCode::Truncated);
        QCOMPARE(crc.error().at, std::optional(ByteOffset{cut.size()}));
    }

    void aCutDeflatedMemberGivesItsFirstBytes()
    {
        std::string text;
        for (int i = 0; i < 2000; ++i)
            text += std::to_string(i * 7919 % 1009) + " ";
        ZipBuilder zip;
        zip.add({.name = "log", .data = text, .deflate = true});
        const auto archive = opened(zip.build().substr(0, zip.dataStart(0) + 1500));
        QVERIFY(archive);
        const auto content = contentOf(*archive->openMember(0));
        QVERIFY(content.size() > 1000);
        QVERIFY(text.starts_with(content));
    }

    void membersOfKnownSizeAreSkipped()
    {
        ZipBuilder zip;
        for (int i = 0; i < 4; ++i)
            zip.stored("data/" + std::to_string(i), std::string(8 << 20, static_cast<char>('a' + i)));
        const auto disk = std::make_shared<FaultFile>(fileOf(membersOf(zip)));
        const auto archive = *ZipArchive::open(disk, {});
        QCOMPARE(archive->entries().size(), std::size_t{4});
        // The search for the directory goes back 16 MiB, that for zeros 1 MiB.
        QVERIFY(disk->bytesRead() < (18u << 20));
    }

    void descriptorsOfEveryKindEndAMember()
    {
        ZipBuilder zip;
        zip.add({.name = "wide", .data = "wide data", .descriptor = true, .zip64 = true});
        zip.add({.name = "bare", .data = "bare data", .bareDescriptor = true});
        zip.add({.name = "bare wide", .data = "bare wide data", .bareDescriptor = true, .zip64 = true});
        zip.add({.name = "empty", .data = "", .descriptor = true});
        zip.add({.name = "empty wide", .data = "", .descriptor = true, .zip64 = true});
        zip.add({.name = "empty bare", .data = "", .bareDescriptor = true});
        zip.stored("nothing", "");
        zip.add({.name = "packed", .data = std::string(99, 'x'), .deflate = true, .descriptor = true});
        zip.stored("last", "end");
        QCOMPARE(listing(opened(membersOf(zip))),
                 (QStringList{"wide=wide data", "bare=bare data", "bare wide=bare wide data", "empty=", "empty wide=",
                              "empty bare=", "nothing=", "packed=" + QString(99, 'x'), "last=end"}));
    }

    void aWriterThatForgetsBitThreeIsRead()
    {
        auto bytes = membersOf(torchArchive());
        // torch's C++ writer leaves the sizes zero and does not say so.
        for (auto at = bytes.find("PK\3\4"); at != std::string::npos; at = bytes.find("PK\3\4", at + 1))
            bytes[at + 6] = '\0';
        QCOMPARE(listing(opened(bytes)), kTorchMembers);
    }

    void anArchiveInsideAMemberStaysInside()
    {
        const auto inner = torchArchive().build();
        for (const bool later : {true, false}) {
            ZipBuilder zip;
            zip.add({.name = "model.pt", .data = inner, .descriptor = later});
            zip.add({.name = "notes", .data = std::string(500, 'n'), .descriptor = later});
            const auto archive = opened(membersOf(zip));
            QVERIFY(archive);
            QCOMPARE(archive->entries().size(), std::size_t{2});
            QCOMPARE(contentOf(*archive->openMember(0)), inner);
            const auto nested = ZipArchive::open(*archive->openMember(0), {});
            QCOMPARE(listing(*nested), kTorchMembers);
            QVERIFY(!(*nested)->recovered());
        }
    }

    void damageInAHeaderCostsOneMember()
    {
        ZipBuilder zip;
        zip.stored("first", "one").stored("second", "two").stored("third", "three");
        auto bytes = membersOf(zip);
        bytes[zip.place(1)] = 'X';
        const auto archive = opened(bytes);
        QCOMPARE(listing(archive), (QStringList{"first=one", "third=three"}));
        QVERIFY(std::ranges::any_of(archive->warnings(), [](const std::string &warning) {
            return warning == "zip: 39 damaged bytes from byte 38 on belong to no member";
        }));
    }

    void aLostDescriptorCostsOneMember()
    {
        auto zip = torchArchive();
        auto bytes = membersOf(zip);
        bytes[zip.dataStart(0) + 6] = 'X';  // of the descriptor after "pickle"
        const auto archive = opened(bytes);
        QVERIFY(archive);
        QCOMPARE(archive->entries().size(), std::size_t{3});
        QVERIFY(archive->entries()[0].truncated);
        QVERIFY(contentOf(*archive->openMember(0)).starts_with("pickle"));
        QCOMPARE(contentOf(*archive->openMember(1)), std::string(100, 'v'));
    }

    void aDamagedDirectoryIsReplacedByTheMembers()
    {
        auto zip = torchArchive();
        auto bytes = zip.build();
        const auto second = bytes.find("PK\1\2", zip.directoryStart() + 4);
        bytes[second + 1] = 'X';
        const auto archive = opened(bytes);
        QCOMPARE(listing(archive), kTorchMembers);
        QVERIFY(archive->recovered());
        QVERIFY(QString::fromStdString(archive->warnings().front())
                    .startsWith("zip: directory record 2 is damaged at byte "));
    }

    void aDamagedDirectoryAfterOtherBytesIsReplacedToo()
    {
        auto zip = torchArchive();
        zip.lead = "some other bytes";
        auto bytes = zip.build();
        const auto second = bytes.find("PK\1\2", zip.directoryStart() + 4);
        bytes[second + 1] = 'X';
        QCOMPARE(listing(opened(bytes)), kTorchMembers);
    }

    void zerosAtTheEndCountAsMissing()
    {
        auto zip = torchArchive();
        auto bytes = zip.build();
        const auto written = zip.dataStart(1) + 30;
        std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(written), bytes.end(), '\0');
        bytes += std::string(5'000'000, '\0');
        const auto archive = opened(bytes);
        QCOMPARE(listing(archive), (QStringList{"m/data.pkl=pickle", "m/data/0=" + QString(30, 'v') + "..."}));
        QVERIFY(std::ranges::count(archive->warnings(),
                                   "zip: from byte " + std::to_string(written) + " on the file holds nothing but zeros")
                == 1);
    }

    void anArchiveInsideACutFileIsNotTakenForTheFile()
    {
        ZipBuilder zip;
        zip.stored("readme", "text").stored("model.pt", torchArchive().build()).stored("more", std::string(900, 'm'));
        const auto archive = opened(zip.build().substr(0, zip.dataStart(2) + 10));
        QVERIFY(archive);
        QVERIFY(archive->recovered());
        QCOMPARE(archive->entries().size(), std::size_t{3});
        QCOMPARE(archive->entries()[1].name, std::string("model.pt"));
    }

    void aHeaderAloneIsTruncated()
    {
        const auto archive = ZipArchive::open(fileOf(std::string("PK\3\4\0\0", 6)), {});
        QVERIFY(!archive);
        QCOMPARE(archive.error().code, ErrorCode::Truncated);
        QCOMPARE(archive.error().at, std::optional(ByteOffset{6}));
        QCOMPARE(archive.error().advice, std::string("Copy or download the file again."));
    }

    void aDiskThatFailsIsAnErrorHereToo()
    {
        const auto bytes = membersOf(torchArchive());
        for (std::uint64_t at = 0; at < bytes.size(); ++at) {
            const auto disk = std::make_shared<FaultFile>(fileOf(bytes));
            disk->failsAt = ByteOffset{at};
            const auto archive = ZipArchive::open(disk, {});
            QVERIFY(!archive);
            QCOMPARE(archive.error().code, ErrorCode::ReadFailed);
        }
    }

    void scanningHostileSignaturesTakesLinearTime()
    {
        std::string header;
        header += std::string("PK\3\4\x2d\0\x08\0\0\0", 10) + std::string(16, '\0') + std::string("\1\0\0\0x", 5);
        std::string headers;
        std::string descriptors = header;
        for (int i = 0; i < 300'000; ++i)
            headers += header;
        for (int i = 0; i < 2'000'000; ++i)
            descriptors += "PK\7\10";
        QElapsedTimer timer;
        timer.start();
        QVERIFY(opened(headers));
        QVERIFY(opened(descriptors));
        QVERIFY2(timer.elapsed() < 20'000, qPrintable(QString::number(timer.elapsed())));
    }

    void membersBeyondTheLimitAreLeftOut()
    {
        Limits limits;
        limits.archiveEntries = 2;
        const auto archive = ZipArchive::open(fileOf(membersOf(torchArchive())), limits);
        QVERIFY(archive);
        QCOMPARE((*archive)->entries().size(), std::size_t{2});
    }
};

QTEST_GUILESS_MAIN(ZipRecoveryTest)
#include "zip_recovery_test.moc"
