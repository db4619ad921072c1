// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/readers.h"
#include "core/pickle/value_text.h"
#include "tests/core/checkpoint/torch_pickle.h"
#include "tests/support/zip_builder.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace waypoint;
using namespace waypoint::test;

namespace {

/// A small torch zip that holds `value`.
std::string torchFile(const std::string &value)
{
    ZipBuilder zip;
    zip.add(torchMember("archive/data.pkl", pickle(value)));
    zip.add(torchMember("archive/data/0", std::string(8, '\0')));
    zip.add(torchMember("archive/version", "3\n"));
    return zip.build();
}

std::string weights() { return torchFile(dict({{"fc.weight", tensor("FloatStorage", "0", 2)}})); }

/// A folder on disk that a test fills.
class Folder
{
public:
    void add(const QString &name, const std::string &content) const
    {
        const QString path = m_folder.filePath(name);
        QDir().mkpath(QFileInfo(path).path());
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(content.data(), static_cast<qint64>(content.size())) < 0)
            qFatal("cannot write %s", qPrintable(path));
    }

    [[nodiscard]] Opened open(const QString &name = {}) const
    {
        return openCheckpoint(m_folder.filePath(name).toStdString());
    }

private:
    QTemporaryDir m_folder;
};

QString textOf(const Opened &opened)
{
    if (opened.error)
        return "error: " + QString::fromStdString(opened.error->detail);
    return QString::fromStdString(pythonText(opened.checkpoint->entries.value(kRootEntry)));
}

QStringList warningsOf(const Opened &opened)
{
    QStringList out;
    for (const Warning &warning : opened.checkpoint->warnings)
        out << QString::fromStdString(warning.text);
    return out;
}

QString factOf(const Opened &opened, std::string_view name)
{
    for (const auto &[key, value] : opened.checkpoint->container)
        if (key == name)
            return QString::fromStdString(value);
    return {};
}

Opened openedFile(const std::string &content)
{
    const Folder folder;
    folder.add("file", content);
    return folder.open("file");
}

}  // namespace

class ArchiveReaderTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aZipOfCheckpointsHasItsMembersAsKeys();
    void aMemberThatFailsIsAWarning();
    void aZipInWhichAllMembersFailIsTheFirstError();
    void namesInMembersAreToldWithTheMember();
    void otherZipsAreNamed_data();
    void otherZipsAreNamed();
    void aTorchFileWithoutItsPickleIsToldSo();
    void overlappingMembersEndTheReading();
    void aZipWithinAZipIsReadAndNoDeeper();
    void aFolderHasItsFilesAsKeys();
    void checkpointsOneLevelDownAreFound();
    void shardsAreShownByTheirIndexAlone();
    void vocabulariesAreLeftOut();
    void aFolderWithoutCheckpointsIsNone();
    void filesAreNotReadAsFolders();
};

void ArchiveReaderTest::aZipOfCheckpointsHasItsMembersAsKeys()
{
    ZipBuilder zip;
    zip.stored("data", R"({"n_envs": 16})");
    zip.stored("policy.pth", weights());
    zip.add({.name = "variables.pth", .data = torchFile("}"), .deflate = true});
    zip.stored("_stable_baselines3_version", "2.0.0\n");
    zip.stored("system_info.txt", "OS: Linux\nPython: 3.11\n");
    const Opened opened = openedFile(zip.build());
    QCOMPARE(textOf(opened), QString("{'data': {'n_envs': 16}, 'policy.pth': {'fc.weight': tensor(float32, 2)}, "
                                     "'variables.pth': {}}"));
    QCOMPARE(opened.checkpoint->format, Format::Archive);
    QCOMPARE(factOf(opened, "_stable_baselines3_version"), QString("2.0.0"));
    QCOMPARE(factOf(opened, "other members"), QString("system_info.txt"));
    QCOMPARE(warningsOf(opened), QStringList());
    QCOMPARE(opened.checkpoint->fileBytes.value, zip.build().size());
    const Storage &storage = opened.checkpoint->values.storages().at(0);
    QVERIFY(storage.present);
    QCOMPARE(contentOf(*storage.source->open(storage.record)), std::string(8, '\0'));
    // The place in the member is not one of the file.
    QVERIFY(!storage.source->place(storage.record));
}

void ArchiveReaderTest::aMemberThatFailsIsAWarning()
{
    ZipBuilder zip;
    zip.stored("good.pth", weights());
    zip.stored("bad.pth", weights().substr(0, 90));
    const Opened opened = openedFile(zip.build());
    QCOMPARE(textOf(opened), QString("{'good.pth': {'fc.weight': tensor(float32, 2)}}"));
    const QStringList warnings = warningsOf(opened);
    QVERIFY(std::any_of(warnings.begin(), warnings.end(),
                        [](const QString &text) { return text.startsWith("bad.pth could not be read: "); }));
}

void ArchiveReaderTest::aZipInWhichAllMembersFailIsTheFirstError()
{
    const Opened opened = openedFile(ZipBuilder().stored("bad.pth", weights().substr(0, 90)).build());
    QVERIFY(textOf(opened).startsWith("error: bad.pth: "));
}

void ArchiveReaderTest::namesInMembersAreToldWithTheMember()
{
    ZipBuilder zip;
    zip.stored("policy.pth", torchFile(call("os", "system", {text("id")})));
    const Opened opened = openedFile(zip.build());
    QCOMPARE(opened.globals.size(), std::size_t{1});
    QCOMPARE(opened.globals[0].name, std::string("os.system"));
    QCOMPARE(opened.globals[0].member, std::string("policy.pth: archive/data.pkl"));
}

void ArchiveReaderTest::otherZipsAreNamed_data()
{
    QTest::addColumn<QString>("member");
    QTest::addColumn<QString>("word");
    QTest::newRow("npz") << "arr_0.npy"
                         << "NumPy .npz";
    QTest::newRow("office") << "[Content_Types].xml"
                            << "Office";
    QTest::newRow("jar") << "META-INF/MANIFEST.MF"
                         << "Java";
    QTest::newRow("keras") << "model.weights.h5"
                           << "Keras";
    QTest::newRow("pt2") << "model/archive_format"
                         << "torch.export";
    QTest::newRow("package") << "pkg/.data/extern_modules"
                             << "torch.package";
    QTest::newRow("TorchScript 1.0") << "net/model.json"
                                     << "TorchScript archive of PyTorch 1.0";
    QTest::newRow("anything") << "readme.txt"
                              << "none of its members is a checkpoint";
}

void ArchiveReaderTest::otherZipsAreNamed()
{
    QFETCH(QString, member);
    QFETCH(QString, word);
    const Opened opened = openedFile(ZipBuilder().stored(member.toStdString(), "content\n").build());
    QVERIFY2(textOf(opened).contains(word), qPrintable(textOf(opened)));
    QVERIFY(opened.error->code == ErrorCode::NotACheckpoint || opened.error->code == ErrorCode::Unsupported);
}

void ArchiveReaderTest::aTorchFileWithoutItsPickleIsToldSo()
{
    ZipBuilder zip;
    zip.stored("net/data/0", std::string(400, '\1')).stored("net/data/1", std::string(400, '\2'));
    zip.stored("net/data.pkl", pickle("}"));
    const std::string whole = zip.build();
    const Opened cut = openedFile(whole.substr(0, zip.place(2)));
    QVERIFY(cut.error.has_value());
    QCOMPARE(cut.error->code, ErrorCode::Truncated);
    QCOMPARE(cut.error->at, std::optional(ByteOffset{zip.place(2)}));
    const Opened without = openedFile(ZipBuilder().stored("net/data/0", "1234").build());
    QCOMPARE(without.error->code, ErrorCode::Corrupt);
}

void ArchiveReaderTest::overlappingMembersEndTheReading()
{
    ZipBuilder zip;
    zip.stored("a.pth", weights());
    for (int i = 0; i < 50; ++i)
        zip.add({.name = "a.pth", .data = "", .compressed = weights().size(), .size = weights().size(), .place = 0});
    const Opened opened = openedFile(zip.build());
    QVERIFY(warningsOf(opened).join(' ').contains("more memory than is allowed"));
    QVERIFY(opened.checkpoint->values.tensors().size() < 10);
}

void ArchiveReaderTest::aZipWithinAZipIsReadAndNoDeeper()
{
    const std::string inner = ZipBuilder().stored("policy.pth", weights()).build();
    const Opened once = openedFile(ZipBuilder().stored("model.zip", inner).build());
    QCOMPARE(textOf(once), QString("{'model.zip': {'policy.pth': {'fc.weight': tensor(float32, 2)}}}"));
    const std::string middle = ZipBuilder().stored("inner.zip", inner).build();
    const Opened twice = openedFile(ZipBuilder().stored("outer.zip", middle).build());
    QVERIFY(twice.error.has_value());
}

void ArchiveReaderTest::aFolderHasItsFilesAsKeys()
{
    const Folder folder;
    folder.add("model.pt", weights());
    folder.add("optimizer.pt", torchFile(dict({{"lr", real(0.5)}})));
    folder.add("trainer_state.json", R"({"epoch": 3})");
    folder.add("events.out.tfevents.1", "binary");
    folder.add("logs.npz", ZipBuilder().stored("loss.npy", "x").build());
    const Opened opened = folder.open();
    QCOMPARE(textOf(opened), QString("{'model.pt': {'fc.weight': tensor(float32, 2)}, 'optimizer.pt': {'lr': 0.5}, "
                                     "'trainer_state.json': {'epoch': 3}}"));
    QCOMPARE(warningsOf(opened), QStringList());
    QVERIFY(factOf(opened, "other members").contains("logs.npz"));
    QVERIFY(opened.checkpoint->fileBytes.value > weights().size());
}

void ArchiveReaderTest::checkpointsOneLevelDownAreFound()
{
    const Folder folder;
    folder.add("hparams.yaml", "lr: 0.1\nlayers: 3\n");
    folder.add("checkpoints/epoch=1.ckpt", weights());
    folder.add("elsewhere/epoch=2.ckpt", weights());
    QCOMPARE(textOf(folder.open()), QString("{'checkpoints/epoch=1.ckpt': {'fc.weight': tensor(float32, 2)}}"));
}

void ArchiveReaderTest::shardsAreShownByTheirIndexAlone()
{
    const Folder folder;
    folder.add("pytorch_model-00001-of-00001.bin", weights());
    folder.add("pytorch_model.bin.index.json",
               R"({"metadata": {}, "weight_map": {"fc.weight": "pytorch_model-00001-of-00001.bin"}})");
    folder.add("optimizer.pt", torchFile(dict({{"lr", real(0.5)}})));
    QCOMPARE(textOf(folder.open()), QString("{'optimizer.pt': {'lr': 0.5}, 'pytorch_model.bin.index.json': "
                                            "{'fc.weight': tensor(float32, 2)}}"));
}

void ArchiveReaderTest::vocabulariesAreLeftOut()
{
    const Folder folder;
    folder.add("model.pt", weights());
    folder.add("config.json", R"({"layers": 2})");
    folder.add("tokenizer.json", R"({"model": {"vocab": {"a": 0}}})");
    QCOMPARE(textOf(folder.open()),
             QString("{'config.json': {'layers': 2}, 'model.pt': {'fc.weight': tensor(float32, 2)}}"));
}

void ArchiveReaderTest::aFolderWithoutCheckpointsIsNone()
{
    const Folder folder;
    folder.add("notes.txt", "nothing here\n");
    folder.add("config.json", "{}");
    const Opened opened = folder.open();
    QVERIFY(opened.error.has_value());
    QCOMPARE(opened.error->code, ErrorCode::NotACheckpoint);
}

void ArchiveReaderTest::filesAreNotReadAsFolders()
{
    const Folder folder;
    folder.add("model.pt", weights());
    const Opened opened = folder.open("model.pt");
    QCOMPARE(textOf(opened), QString("{'fc.weight': tensor(float32, 2)}"));
    QCOMPARE(opened.checkpoint->format, Format::TorchZip);
    QVERIFY(folder.open("absent.pt").error->code == ErrorCode::NotFound);
}

QTEST_GUILESS_MAIN(ArchiveReaderTest)
#include "archive_reader_test.moc"
