// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/zip_archive.h"
#include "core/io/zip_records.h"
#include "core/io/zip_writer.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace waypoint;

namespace {

using Archive = std::shared_ptr<const ZipArchive>;

Archive opened(const std::filesystem::path &path)
{
    const auto file = openFile(path);
    const auto archive = file ? ZipArchive::open(*file, {}) : Result<Archive>(file.error());
    return archive ? *archive : nullptr;
}

std::string contentOf(const ZipArchive &archive, std::string_view name)
{
    const auto entry = archive.find(name);
    const auto member = entry ? archive.openMember(*entry) : Result<FilePtr>(Error{ErrorCode::NotFound});
    const auto bytes = member ? readRange(**member, {{}, (*member)->size()}) : Result<std::vector<std::byte>>(Error{});
    if (!member || !bytes || !archive.checkCrc(*entry, {}))
        return "(unreadable)";
    return {reinterpret_cast<const char *>(bytes->data()), bytes->size()};
}

QByteArray bytesOf(const std::filesystem::path &path)
{
    QFile file(QString::fromStdString(path.string()));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

}  // namespace

class ZipWriterTest final : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;

    std::filesystem::path path(const char *name) const
    {
        return std::filesystem::path(m_folder.path().toStdString()) / name;
    }

    static bool writeThree(const std::filesystem::path &to)
    {
        auto file = AtomicFile::create(to);
        if (!file)
            return false;
        ZipWriter zip(*file);
        const std::string piece(1000, 'p');
        bool done = zip.add("a/data.pkl", "pickle") && zip.begin("a/data/0", {2000});
        for (int i = 0; i < 2; ++i)
            done = done && zip.write(std::as_bytes(std::span(piece)));
        return done && zip.end() && zip.add("a/empty", "") && zip.finish() && file->commit();
    }

private Q_SLOTS:
    void membersReadBackAsTheyWereWritten()
    {
        QVERIFY(writeThree(path("three.zip")));
        const Archive archive = opened(path("three.zip"));
        QVERIFY(archive);
        QCOMPARE(archive->entries().size(), 3u);
        QVERIFY(archive->warnings().empty());
        QCOMPARE(contentOf(*archive, "a/data.pkl"), std::string("pickle"));
        QCOMPARE(contentOf(*archive, "a/data/0"), std::string(2000, 'p'));
        QCOMPARE(contentOf(*archive, "a/empty"), std::string());
    }

    void dataBeginsAtMultiplesOf64()
    {
        QVERIFY(writeThree(path("aligned.zip")));
        const Archive archive = opened(path("aligned.zip"));
        QVERIFY(archive);
        for (std::size_t i = 0; i < 3; ++i) {
            const auto range = archive->dataRange(i);
            QVERIFY(range);
            QCOMPARE(range->start.value % 64, 0u);
        }
    }

    void equalContentsGiveEqualFiles()
    {
        QVERIFY(writeThree(path("one.zip")) && writeThree(path("other.zip")));
        QVERIFY(!bytesOf(path("one.zip")).isEmpty());
        QVERIFY(bytesOf(path("one.zip")) == bytesOf(path("other.zip")));
    }

    void moreMembersThanSixteenBitsCountAreAllThere()
    {
        constexpr int kCount = 70'000;
        auto file = AtomicFile::create(path("many.zip"));
        QVERIFY(file);
        ZipWriter zip(*file);
        for (int i = 0; i < kCount; ++i)
            QVERIFY(zip.add("data/" + std::to_string(i), std::to_string(i)));
        QVERIFY(zip.finish() && file->commit());
        const Archive archive = opened(path("many.zip"));
        QVERIFY(archive && archive->warnings().empty());
        QCOMPARE(archive->entries().size(), std::size_t(kCount));
        for (const int i : {0, 65'534, 65'535, 65'536, kCount - 1})
            QCOMPARE(contentOf(*archive, "data/" + std::to_string(i)), std::to_string(i));
    }

    /// A member of 5 GiB that takes no space on the disk: the records are the writer's own, the bytes between a hole.
    void sizesAndPlacesBeyondFourGigabytesAreRead()
    {
        constexpr std::uint64_t kBig = 5ull << 30;
        const zip::StoredMember big{"a/data/0", 0, {kBig}, {0}};
        const std::string head = zip::localHeader(big);
        const zip::StoredMember last{"a/version", 0, {3}, {head.size() + kBig}};
        const std::string lastHead = zip::localHeader(last);
        QFile file(QString::fromStdString(path("huge.zip").string()));
        QVERIFY(file.open(QIODevice::WriteOnly));
        const auto put = [&file](const std::string &bytes) { file.write(bytes.data(), qint64(bytes.size())); };
        put(head);
        if (!file.resize(qint64(head.size() + kBig)))
            QSKIP("this file system cannot hold a file of 5 GiB");
        file.seek(file.size());
        put(lastHead + "3\n!");
        const std::uint64_t directory = head.size() + kBig + lastHead.size() + 3;
        const std::string central = zip::centralHeader(big) + zip::centralHeader(last);
        put(central + zip::directoryEnd(2, {directory}, {central.size()}));
        file.close();
        const Archive archive = opened(path("huge.zip"));
        QVERIFY(archive && archive->warnings().empty());
        QCOMPARE(archive->entries().size(), 2u);
        QCOMPARE(archive->entries()[0].size.value, kBig);
        QCOMPARE(archive->entries()[1].localHeader.value, last.header.value);
        const auto range = archive->dataRange(1);
        QVERIFY(range);
        QCOMPARE(range->start.value, head.size() + kBig + lastHead.size());
        QCOMPARE(range->start.value % 64, 0u);
        QCOMPARE(archive->dataRange(0)->length.value, kBig);
    }

    void aNameThatNoZipCanHoldIsAnError()
    {
        auto file = AtomicFile::create(path("name.zip"));
        QVERIFY(file);
        ZipWriter zip(*file);
        const Result<void> added = zip.add(std::string(70'000, 'n'), "");
        QVERIFY(!added);
        QCOMPARE(added.error().code, ErrorCode::Unsupported);
    }
};

QTEST_GUILESS_MAIN(ZipWriterTest)
#include "zip_writer_test.moc"
