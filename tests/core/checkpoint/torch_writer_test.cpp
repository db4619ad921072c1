// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/describe_error.h"
#include "core/checkpoint/reader.h"
#include "core/checkpoint/torch_writer.h"
#include "core/io/atomic_file.h"
#include "core/io/zip_archive.h"
#include "tests/support/child_process.h"
#include "tests/support/fault_file.h"
#include "tests/support/memory_storage.h"

#include <QDir>
#include <QFile>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

#include <array>
#include <csignal>
#include <cstring>
#include <ctime>

#include <sys/resource.h>

using namespace waypoint;
using namespace waypoint::test;
namespace fs = std::filesystem;

namespace {

FilePtr floats(std::size_t count, float first)
{
    std::vector<std::byte> bytes(count * sizeof(float));
    for (std::size_t i = 0; i < count; ++i) {
        const float value = first + static_cast<float>(i);
        std::memcpy(bytes.data() + i * sizeof value, &value, sizeof value);
    }
    return memoryFile("floats", std::move(bytes));
}

/// {'epoch': 9, 'weight': a float32 tensor over the whole of `file`}
struct Small
{
    ValueTree tree;
    ValueId root;

    explicit Small(const FilePtr &file, int epoch = 9)
    {
        TensorValue tensor;
        tensor.ref.dtype = DType::Float32;
        tensor.ref.storage = tree.addStorage(storageOf(file));
        tensor.ref.shape = SmallDims{static_cast<std::int64_t>(file->size().value / sizeof(float))};
        tensor.ref.strides = SmallDims{1};
        const std::array pairs{tree.addStr("epoch"), tree.addInt(epoch), tree.addStr("weight"), tree.addTensor(tensor)};
        root = tree.addContainer(ValueKind::Dict, pairs);
    }

    [[nodiscard]] Result<void> writeTo(const fs::path &path, const TorchWriteOptions &options = {}) const
    {
        return writeTorchFile(path, tree, root, options);
    }
};

QString textOf(const Result<void> &result)
{
    return result ? QStringLiteral("done") : QString::fromStdString(describe(result.error()));
}

std::int64_t epochOf(const fs::path &path)
{
    const Opened opened = openCheckpoint(path);
    return opened.checkpoint ? Value(opened.checkpoint->values, opened.checkpoint->root)["epoch"].integer().value_or(-1)
                             : -2;
}

/// SIGKILL for this process when so many nanoseconds have passed, whatever it does then.
bool killMeAfter(long nanoseconds)
{
    sigevent event{};
    event.sigev_notify = SIGEV_SIGNAL;
    event.sigev_signo = SIGKILL;
    timer_t timer{};
    const itimerspec when{{0, 0}, {0, nanoseconds}};
    return ::timer_create(CLOCK_MONOTONIC, &event, &timer) == 0 && ::timer_settime(timer, 0, &when, nullptr) == 0;
}

QStringList membersOf(const fs::path &path)
{
    QStringList names;
    const auto file = openFile(path);
    const auto archive = file ? ZipArchive::open(*file, {}) : Result<std::shared_ptr<const ZipArchive>>(file.error());
    if (archive)
        for (const ZipEntry &entry : (*archive)->entries())
            names << QString::fromStdString(entry.name);
    return names;
}

}  // namespace

class TorchWriterTest final : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_temporary;
    fs::path m_folder;

    QStringList names() const
    {
        return QDir(QString::fromStdString(m_folder.string()))
            .entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
    }

private Q_SLOTS:
    void init()
    {
        m_folder = fs::path(m_temporary.path().toStdString()) / QTest::currentTestFunction();
        fs::create_directory(m_folder);
    }

    void theFileIsLaidOutLikeTorchSaves()
    {
        const fs::path path = m_folder / "epoch_0009.pth";
        QCOMPARE(textOf(Small(floats(5, 0)).writeTo(path)), "done");
        QCOMPARE(membersOf(path), (QStringList{"epoch_0009/data.pkl", "epoch_0009/byteorder", "epoch_0009/data/0",
                                               "epoch_0009/version", "epoch_0009/.data/serialization_id"}));
        QCOMPARE(epochOf(path), std::int64_t(9));
        QCOMPARE(textOf(verifyTorchFile(path)), "done");
    }

    void theSizeIsKnownBeforehand()
    {
        const Small small(floats(300'000, 0));
        const fs::path path = m_folder / "epoch_0009.pth";
        QVERIFY(small.writeTo(path));
        QCOMPARE(torchFileBytes(small.tree, small.root).value, fs::file_size(path));
    }

    void equalValuesGiveEqualFiles()
    {
        const auto write = [this](const char *folder) {
            fs::create_directory(m_folder / folder);
            const fs::path path = m_folder / folder / "a.pth";
            QFile file(QString::fromStdString(path.string()));
            const bool done = Small(floats(1000, 0)).writeTo(path) && file.open(QIODevice::ReadOnly);
            return done ? file.readAll() : QByteArray(folder);
        };
        QVERIFY(write("one") == write("other"));
    }

    void oddNamesBecomePlainFolders_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("folder");
        QTest::newRow("two dots") << "epoch=3-loss=0.25.ckpt"
                                  << "epoch=3-loss=0.25";
        QTest::newRow("umlaut") << QString::fromUtf8("mod\xc3\xa8le.pth") << "mod__le";
        QTest::newRow("hidden") << ".pth"
                                << ".pth";
        QTest::newRow("none") << "last"
                              << "last";
    }

    void oddNamesBecomePlainFolders()
    {
        QFETCH(QString, name);
        QFETCH(QString, folder);
        const fs::path path = m_folder / name.toStdString();
        QVERIFY(Small(floats(1, 0)).writeTo(path));
        QCOMPARE(membersOf(path).value(0), folder + "/data.pkl");
    }

    void aDeviceTagCanBeSet()
    {
        Small small(floats(3, 0));
        small.tree.storage(0).device = "cuda:1";
        const auto deviceIn = [](const fs::path &path) {
            const Opened opened = openCheckpoint(path);
            return opened.checkpoint ? opened.checkpoint->values.storages()[0].device : std::string();
        };
        QVERIFY(small.writeTo(m_folder / "own"));
        QVERIFY(small.writeTo(m_folder / "cpu", {.device = "cpu"}));
        QCOMPARE(deviceIn(m_folder / "own"), std::string("cuda:1"));
        QCOMPARE(deviceIn(m_folder / "cpu"), std::string("cpu"));
    }

    // --- what goes wrong keeps the old file ---

    void aSourceThatLacksBytesKeepsTheOldFile()
    {
        const fs::path path = m_folder / "a.pth";
        QVERIFY(Small(floats(10, 0), 1).writeTo(path));
        const auto shrunk = std::make_shared<FaultFile>(floats(1'000'000, 0));
        shrunk->endsAt = ByteOffset{2'500'000};
        const Result<void> written = Small(shrunk, 2).writeTo(path);
        QVERIFY(!written);
        QCOMPARE(written.error().code, ErrorCode::Truncated);
        QCOMPARE(written.error().detail, std::string("of storage '0' there are 2500000 of 4000000 bytes"));
        const auto broken = std::make_shared<FaultFile>(floats(1'000'000, 0));
        broken->failsAt = ByteOffset{3'000'000};
        QCOMPARE(Small(broken, 2).writeTo(path).error().code, ErrorCode::ReadFailed);
        Small absent(floats(10, 0), 2);
        absent.tree.storage(0).source = nullptr;
        QCOMPARE(absent.writeTo(path).error().code, ErrorCode::Truncated);
        QCOMPARE(epochOf(path), std::int64_t(1));
        QCOMPARE(names(), QStringList{"a.pth"});
    }

    void stoppingKeepsTheOldFile()
    {
        const fs::path path = m_folder / "a.pth";
        QVERIFY(Small(floats(10, 0), 1).writeTo(path));
        std::stop_source stop;
        stop.request_stop();
        const Small small(floats(1'000'000, 0), 2);
        const Result<void> written = writeTorchFile(path, small.tree, small.root, {}, stop.get_token());
        QVERIFY(!written);
        QCOMPARE(written.error().code, ErrorCode::Cancelled);
        QCOMPARE(epochOf(path), std::int64_t(1));
        QCOMPARE(names(), QStringList{"a.pth"});
    }

    void theSizeLimitOfAProcessKeepsTheOldFile()
    {
        const fs::path path = m_folder / "a.pth";
        QVERIFY(Small(floats(10, 0), 1).writeTo(path));
        const int status = inChild([&path] {
            const rlimit limit{1 << 20, 1 << 20};
            ::setrlimit(RLIMIT_FSIZE, &limit);
            const Result<void> written = Small(floats(1'000'000, 0), 2).writeTo(path);
            return !written && written.error().code == ErrorCode::WriteFailed ? 0 : 1;
        });
        QCOMPARE(status, 0);
        QCOMPARE(epochOf(path), std::int64_t(1));
        QCOMPARE(names(), QStringList{"a.pth"});
    }

    void everyFlippedByteOfTheContentIsFound()
    {
        const fs::path path = m_folder / "a.pth";
        QVERIFY(Small(floats(50, 0)).writeTo(path));
        QFile file(QString::fromStdString(path.string()));
        QVERIFY(file.open(QIODevice::ReadWrite));
        const QByteArray sound = file.readAll();
        const QByteArray one("\x00\x00\x80\x3f", 4);  // the float 1
        for (const QByteArray &part : {QByteArray("weight"), one, QByteArray("little")}) {
            const auto at = sound.indexOf(part);
            QVERIFY(at > 0);
            file.seek(at);
            file.write(QByteArray(1, char(sound[at] ^ 1)));
            file.flush();
            const Result<void> verified = verifyTorchFile(path);
            QVERIFY2(!verified, part.constData());
            QCOMPARE(verified.error().code, ErrorCode::Corrupt);
            QCOMPARE(verified.error().file, path.string());
            file.seek(at);
            file.write(sound.mid(at, 1));
            file.flush();
        }
        QVERIFY(verifyTorchFile(path));
        for (const qint64 size : {sound.size() - 1, sound.size() / 2, qint64(100)}) {
            QVERIFY(file.resize(size));
            QVERIFY(!verifyTorchFile(path));
        }
    }

    void aFileThatIsNoTorchFileIsNotVerified()
    {
        QVERIFY(!verifyTorchFile(m_folder / "missing.pth"));
        QVERIFY(replaceFile(m_folder / "text.pth", "not a checkpoint"));
        QVERIFY(!verifyTorchFile(m_folder / "text.pth"));
    }

    /// Twenty processes write one checkpoint after another and are killed at a random moment.
    void aKilledProcessNeverLeavesAFileThatCannotBeRead()
    {
        const fs::path path = m_folder / "last.pth";
        QVERIFY(Small(floats(100'000, 0), 0).writeTo(path));
        const FilePtr weights = floats(100'000, 0);
        for (int round = 0; round < 20; ++round) {
            const long life = QRandomGenerator::global()->bounded(1, 20'000'000);
            const int status = inChild([&] {
                if (!killMeAfter(life))
                    return 1;
                for (int epoch = 1; true; ++epoch)
                    if (!Small(weights, epoch).writeTo(path, {.verify = false}))
                        return 1;
            });
            QCOMPARE(status, -SIGKILL);
            QCOMPARE(textOf(verifyTorchFile(path)), "done");
            QVERIFY(epochOf(path) >= 0);
        }
        QVERIFY(Small(weights, 1).writeTo(path));
        QCOMPARE(names(), QStringList{"last.pth"});
    }
};

QTEST_GUILESS_MAIN(TorchWriterTest)
#include "torch_writer_test.moc"
