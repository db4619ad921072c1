// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/salvage/salvage.h"

#include "core/checkpoint/reader.h"
#include "core/pickle/value_text.h"
#include "tests/core/checkpoint/torch_pickle.h"
#include "tests/support/zip_builder.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <filesystem>

using namespace waypoint;
using namespace waypoint::test;

namespace {

/// Bytes that are never zero and nowhere the same twice in a row.
std::string noise(std::size_t bytes, unsigned seed)
{
    std::string out(bytes, '\0');
    for (std::size_t i = 0; i < bytes; ++i)
        out[i] = static_cast<char>(1 + (i * 31 + i / 251 + seed * 7) % 255);
    return out;
}

std::string view(std::string_view key, std::int64_t whole, std::int64_t offset, std::int64_t count)
{
    return call("_rebuild_tensor_v2",
                {storage("FloatStorage", key, whole), number(offset), dims({count}), dims({1}), flag(false), hooks()});
}

constexpr std::int64_t kElements = 1000;
const std::string kFirst = noise(kElements * 4, 1);
const std::string kSecond = noise(kElements * 4, 2);

/// {"epoch": 3, "a": ..., "head": ..., "tail": ..., "list": [b]}: a in one storage, head and tail of a second.
const std::string kPickle = pickle(dict({{"epoch", number(3)},
                                         {"a", tensor("FloatStorage", "0", kElements)},
                                         {"head", view("1", kElements, 0, 400)},
                                         {"tail", view("1", kElements, 400, 600)},
                                         {"list", list({tensor("FloatStorage", "2", kElements)})}}));

ZipBuilder archive()
{
    ZipBuilder zip;
    zip.add(torchMember("m/data.pkl", kPickle));
    zip.add(torchMember("m/data/0", kFirst));
    zip.add(torchMember("m/data/1", kSecond));
    zip.add(torchMember("m/data/2", kFirst));
    zip.add(torchMember("m/version", "3\n"));
    return zip;
}

/// torch.save before 1.6: pickles, then for each storage its count and elements.
std::string legacyFile(const std::string &keys = list({text("0"), text("1"), text("2")}),
                       std::int64_t secondCount = kElements)
{
    std::string out = "\x80\x02\x8a\x0al\xfc\x9c\x46\xf9 j\xa8P\x19.";
    out += pickle(number(1001)) + pickle(dict({{"little_endian", flag(true)}})) + kPickle + pickle(keys);
    for (const auto &[count, data] :
         {std::pair(kElements, kFirst), std::pair(secondCount, kSecond), std::pair(kElements, kFirst)}) {
        appendNumber(out, static_cast<std::uint64_t>(count), 8);
        out += data;
    }
    return out;
}

/// A damaged file, what can be saved of it, and what the written one holds.
class Salvaging
{
public:
    explicit Salvaging(const std::string &content, const QString &name = "model.pth")
        : m_path(m_folder.filePath(name).toStdString())
    {
        QFile file(QString::fromStdString(m_path));
        if (!file.open(QIODevice::WriteOnly) || file.write(QByteArray::fromStdString(content)) < 0)
            qFatal("cannot write the damaged file");
        file.close();
        plan();
    }

    void plan()
    {
        Result<SalvagePlan> planned = planSalvage(m_path);
        if (!planned) {
            m_error = planned.error();
            return;
        }
        m_plan = *std::move(planned);
        const Result<void> written = writeSalvaged(m_plan, output());
        if (!written) {
            m_error = written.error();
            return;
        }
        m_opened = openCheckpoint(output());
        if (!m_opened.checkpoint)
            m_error = m_opened.error;
    }

    [[nodiscard]] std::string path() const { return m_path; }
    [[nodiscard]] std::string output() const { return m_folder.filePath("salvaged.pth").toStdString(); }
    [[nodiscard]] const SalvagePlan &planned() const { return m_plan; }
    [[nodiscard]] const std::optional<Error> &error() const { return m_error; }

    /// "path: reason" of everything that is lost.
    [[nodiscard]] QStringList lost() const
    {
        QStringList lines;
        for (const LostPart &part : m_plan.lost)
            lines << QString::fromStdString(part.path + ": " + part.reason);
        return lines;
    }
    /// Paths of the tensors in the written file whose bytes are what was saved once.
    [[nodiscard]] QStringList right() const
    {
        QStringList paths;
        if (!m_opened.checkpoint)
            return paths;
        const Checkpoint &checkpoint = *m_opened.checkpoint;
        for (EntryId id = 0; id < checkpoint.entries.size(); ++id)
            if (const Value value = checkpoint.entries.value(id); value.is(ValueKind::Tensor)) {
                const std::string path = checkpoint.entries.pathText(id);
                if (bytesOfTensor(value) == expected(path))
                    paths << QString::fromStdString(path);
                else
                    paths << QString::fromStdString(path) + " (wrong)";
            }
        return paths;
    }
    [[nodiscard]] QString text() const
    {
        return m_opened.checkpoint
                   ? QString::fromStdString(pythonText(Value(m_opened.checkpoint->values, m_opened.checkpoint->root)))
                   : QString();
    }

private:
    [[nodiscard]] std::string bytesOfTensor(Value value) const
    {
        const TensorRef &ref = value.tensor().ref;
        const Storage &storage = m_opened.checkpoint->values.storages()[ref.storage];
        const auto file = storage.source ? storage.source->open(storage.record) : Error{};
        const auto range = ref.storageRange();
        return file && range ? contentOf(*file).substr(range->start.value, range->length.value) : "?";
    }
    static std::string expected(const std::string &path)
    {
        if (path == "head")
            return kSecond.substr(0, 1600);
        if (path == "tail")
            return kSecond.substr(1600);
        return kFirst;
    }

    QTemporaryDir m_folder;
    std::string m_path;
    SalvagePlan m_plan;
    Opened m_opened;
    std::optional<Error> m_error;
};

std::string withZeros(std::string file, std::uint64_t from, std::uint64_t length)
{
    file.replace(from, length, std::string(length, '\0'));
    return file;
}

std::string withFlip(std::string file, std::uint64_t at)
{
    file[at] = static_cast<char>(file[at] ^ 0x10);
    return file;
}

const QStringList kAll{"a", "head", "tail", "list/0"};

}  // namespace

class SalvageTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aSoundFileLosesNothing()
    {
        const Salvaging made(archive().build());
        QCOMPARE(made.right(), kAll);
        QVERIFY(!made.planned().isDamaged);
        QCOMPARE(made.planned().checked, std::size_t{4});
        QCOMPARE(made.planned().otherValues, std::size_t{1});
        QCOMPARE(made.planned().bytes.value, std::uint64_t{12000});
    }

    void aCutStorageSavesWhatLooksAtItsBeginning()
    {
        const ZipBuilder zip = archive();
        const Salvaging made(zip.build().substr(0, zip.dataStart(2) + 2000));
        QCOMPARE(made.right(), QStringList({"a", "head"}));
        QCOMPARE(made.lost(), QStringList({"tail: its bytes end at 400 of 2,400: the file ends before its end",
                                           "list/0: its data is not in the file"}));
        QCOMPARE(made.planned().checked, std::size_t{1});
        QVERIFY(made.planned().isDamaged);
        QVERIFY2(made.text().contains("'list': [None]"), qPrintable(made.text()));
        QVERIFY2(made.text().contains("'epoch': 3"), qPrintable(made.text()));
    }

    void theLastTensorIsSavedWhereOnlyItsDescriptorIsCutOff()
    {
        const ZipBuilder zip = archive();
        const Salvaging made(zip.build().substr(0, zip.dataStart(3) + kFirst.size()));
        QCOMPARE(made.right(), kAll);
        QCOMPARE(made.planned().checked, std::size_t{3});
    }

    void aWrongChecksumLosesTheStorageAsAWhole()
    {
        const ZipBuilder zip = archive();
        const Salvaging made(withFlip(zip.build(), zip.dataStart(2) + 3999));
        QCOMPARE(made.right(), QStringList({"a", "list/0"}));
        QCOMPARE(made.lost(), QStringList({"head: its checksum is wrong", "tail: its checksum is wrong"}));
    }

    void zerosThatACrashLeftAtTheEndAreNoData()
    {
        const ZipBuilder zip = archive();
        const std::string whole = zip.build();
        const std::uint64_t from = zip.dataStart(2) + 1700;
        const Salvaging made(withZeros(whole, from, whole.size() - from));
        QCOMPARE(made.right(), QStringList({"a", "head"}));
        QVERIFY2(QString::fromStdString(made.planned().notes.back()).contains("no checksum")
                     && QString::fromStdString(made.planned().notes.at(made.planned().notes.size() - 2))
                            .contains("nothing but zeros"),
                 qPrintable(QString::fromStdString(made.planned().notes.back())));
    }

    void aHoleOfZerosIsFoundByTheChecksum()
    {
        const ZipBuilder zip = archive();
        const Salvaging made(withZeros(zip.build(), zip.dataStart(1) + 512, 1024));
        QCOMPARE(made.right(), QStringList({"head", "tail", "list/0"}));
    }

    void aHoleThatTakesTheEndOfAMemberIsNoDataOfIt()
    {
        // Without a directory nothing but the next header tells where the first storage ends.
        const ZipBuilder zip = archive();
        const std::uint64_t from = zip.dataStart(1) + 3000;
        const Salvaging made(withZeros(zip.build(), from, zip.place(2) - from).substr(0, zip.directoryStart()));
        QCOMPARE(made.right(), QStringList({"head", "tail", "list/0"}));
        QCOMPARE(made.lost(),
                 QStringList({"a: its bytes end at 3,000 of 4,000: from byte 3,000 on it is all zeros, as a "
                              "crash leaves them"}));
    }

    void oneDamagedByteOutsideOfTheDataLosesNothing_data()
    {
        QTest::addColumn<quint64>("at");
        const ZipBuilder zip = archive();
        // Local headers, padding and descriptors of all members, the directory and its end.
        for (std::size_t i = 0; i < 4; ++i)
            for (std::uint64_t at = zip.place(i); at < zip.dataStart(i); at += 5)
                QTest::addRow("header %zu, byte %llu", i, static_cast<unsigned long long>(at)) << quint64{at};
        for (std::uint64_t at = zip.dataStart(1) + kFirst.size(); at < zip.place(2); ++at)
            QTest::addRow("descriptor, byte %llu", static_cast<unsigned long long>(at)) << quint64{at};
        for (std::uint64_t at = zip.directoryStart(); at < zip.build().size(); at += 3)
            QTest::addRow("directory, byte %llu", static_cast<unsigned long long>(at)) << quint64{at};
    }

    void oneDamagedByteOutsideOfTheDataLosesNothing()
    {
        QFETCH(quint64, at);
        const Salvaging made(withFlip(archive().build(), at));
        QVERIFY2(!made.error(), qPrintable(QString::fromStdString(made.error().value_or(Error{}).detail)));
        QCOMPARE(made.right(), kAll);
        QCOMPARE(made.planned().checked, std::size_t{4});
    }

    void oneDamagedBitOfThePickleIsPutRight()
    {
        const ZipBuilder zip = archive();
        for (std::uint64_t at = zip.dataStart(0); at < zip.dataStart(0) + kPickle.size(); at += 37) {
            const Salvaging made(withFlip(zip.build(), at));
            QCOMPARE(made.right(), kAll);
            QVERIFY2(made.text().contains("'epoch': 3"), qPrintable(made.text()));
            QCOMPARE(made.planned().checked, std::size_t{4});
            QVERIFY(made.planned().isDamaged);
        }
    }

    void aDamagedPickleTellsWhatItBuiltAndThatItIsUncertain()
    {
        const ZipBuilder zip = archive();
        std::string whole = zip.build();
        // In the middle of the pickle, so that what follows has no sense: an opcode that does not exist.
        const std::size_t at = whole.find("tail") + 4;
        whole.replace(at, 2, "\xff\xff");
        const Salvaging made(whole);
        QCOMPARE(made.right(), QStringList({"a", "head"}));
        QCOMPARE(made.planned().checked, std::size_t{0});
        QVERIFY(made.planned().isDamaged);
    }

    void aModuleOfADamagedPickleBecomesADictOfItsTensors()
    {
        const std::string inner =
            build(call("my_layers", "Layer", {}),
                  dict({{"_parameters", dict({{"weight", tensor("FloatStorage", "0", kElements)}})},
                        {"_buffers", dict({})},
                        {"_modules", dict({})}}));
        const std::string net = build(call("my_net", "Net", {}), dict({{"training", flag(true)},
                                                                       {"_parameters", dict({})},
                                                                       {"_buffers", dict({})},
                                                                       {"_modules", dict({{"layer", inner}})}}));
        // Alone, and among other values.
        for (const std::string &values : {net, dict({{"epoch", number(3)}, {"net", net}})}) {
            ZipBuilder zip;
            zip.add(torchMember("m/data.pkl", pickle(values)));
            zip.add(torchMember("m/data/0", kFirst));
            std::string file = zip.build();
            const std::size_t at = file.find("training");
            file.replace(at, 2, "TR");  // more than one bit, so that the checksum cannot put it right
            const Salvaging made(file);
            QCOMPARE(made.planned().tensors, std::size_t{1});
            QCOMPARE(made.right(), QStringList{values == net ? "layer.weight" : "net/layer.weight"});
            QVERIFY(made.planned().isDamaged);
            QCOMPARE(made.lost(), QStringList());
            QCOMPARE(made.planned().otherValues, std::size_t(values == net ? 0 : 1));
        }
    }

    void ofTorchScriptOnlyTheTensorsCount()
    {
        ZipBuilder zip;
        const std::string state = dict({{"training", flag(true)}, {"w", tensor("FloatStorage", "0", kElements)}});
        zip.add(torchMember("m/data.pkl", pickle(build(call("__torch__", "Net", {}), state))));
        zip.add(torchMember("m/data/0", kFirst));
        zip.add(torchMember("m/constants.pkl", pickle(tuple({}))));
        const Salvaging made(zip.build());
        QCOMPARE(made.right(), QStringList{"w"});
        QCOMPARE(made.planned().tensors, std::size_t{1});
        QCOMPARE(made.planned().otherValues, std::size_t{0});
    }

    void whatIsLostWithItsObjectIsToldAndNotCounted()
    {
        // A call of something unknown whose argument is a tensor: neither can be kept.
        ZipBuilder zip;
        zip.add(torchMember(
            "m/data.pkl",
            pickle(dict({{"epoch", number(3)},
                         {"odd", call("my", "Odd", {tensor("FloatStorage", "0", kElements), text("name")})}}))));
        zip.add(torchMember("m/data/0", kFirst));
        std::string file = zip.build();
        file.replace(file.find("name"), 2, "NA");
        const Salvaging made(file);
        QCOMPARE(made.planned().tensors, std::size_t{0});
        QCOMPARE(made.planned().lost.size(), std::size_t{1});
        QCOMPARE(made.planned().otherValues, std::size_t{1});
        QCOMPARE(made.text(), QString("{'epoch': 3}"));
    }

    void aFileThatEndsInThePickleKeepsItsValues()
    {
        const std::string whole = archive().build();
        const Salvaging made(whole.substr(0, whole.find("head")));
        QCOMPARE(made.text(), QString("{'epoch': 3}"));
        QVERIFY(made.planned().namesLost);
        QCOMPARE(made.lost(), QStringList({"a: its data is not in the file"}));
    }

    void legacyFilesSaveWhatLiesBeforeTheCut_data()
    {
        QTest::addColumn<int>("fromEnd");
        QTest::addColumn<QStringList>("saved");
        QTest::newRow("whole") << 0 << kAll;
        QTest::newRow("one byte short") << 1 << QStringList({"a", "head", "tail"});
        QTest::newRow("in the second storage") << 4008 + 2000 << QStringList({"a", "head"});
        QTest::newRow("in the first storage") << 2 * 4008 + 1 << QStringList();
    }

    void legacyFilesSaveWhatLiesBeforeTheCut()
    {
        QFETCH(int, fromEnd);
        QFETCH(QStringList, saved);
        const std::string whole = legacyFile();
        const Salvaging made(whole.substr(0, whole.size() - static_cast<std::size_t>(fromEnd)));
        QCOMPARE(made.right(), saved);
        QCOMPARE(made.planned().lost.size(), static_cast<std::size_t>(kAll.size() - saved.size()));
        QCOMPARE(made.planned().isDamaged, fromEnd > 0);
        QCOMPARE(made.planned().checked, std::size_t{0});
    }

    void aLegacyCountThatIsWrongMisleadsNobody()
    {
        const Salvaging made(legacyFile(list({text("0"), text("1"), text("2")}), kElements + 4));
        QCOMPARE(made.right(), kAll);
        QVERIFY(made.planned().isDamaged);
    }

    void aLegacyListOfStoragesThatIsDamagedIsDoneWithout_data()
    {
        QTest::addColumn<QByteArray>("keys");
        QTest::newRow("other name") << QByteArray::fromStdString(list({text("0"), text("x"), text("2")}));
        QTest::newRow("no pickle") << QByteArray("\xff\xff\xff", 3);
    }

    void aLegacyListOfStoragesThatIsDamagedIsDoneWithout()
    {
        QFETCH(QByteArray, keys);
        const Salvaging made(legacyFile(keys.toStdString()));
        QCOMPARE(made.right(), kAll);
        QVERIFY(made.planned().isDamaged);
    }

    void aMissingShardIsToldByItsTensors()
    {
        QTemporaryDir folder;
        const std::filesystem::path path = folder.path().toStdString();
        QVERIFY(std::filesystem::create_directory(path / "model"));
        const auto write = [&](const char *name, const std::string &content) {
            QFile file(QString::fromStdString((path / "model" / name).string()));
            return file.open(QIODevice::WriteOnly) && file.write(QByteArray::fromStdString(content)) > 0;
        };
        QVERIFY(write("pytorch_model.bin.index.json", R"({"weight_map": {"a": "one.bin", "b": "two.bin"}})"));
        ZipBuilder zip;
        zip.add(torchMember("m/data.pkl", pickle(dict({{"a", tensor("FloatStorage", "0", kElements)}}))));
        zip.add(torchMember("m/data/0", kFirst));
        QVERIFY(write("one.bin", zip.build()));
        const auto plan = planSalvage(path / "model");
        QVERIFY(plan);
        QCOMPARE(plan->tensors, std::size_t{1});
        QCOMPARE(plan->lost.size(), std::size_t{1});
        QCOMPARE(plan->lost.front().path, std::string("b"));
        QCOMPARE(plan->lost.front().reason, std::string("the file 'two.bin', where it should be, was not opened"));
        const auto fromIndex = planSalvage(path / "model" / "pytorch_model.bin.index.json");
        QVERIFY(fromIndex);
        for (const SalvagePlan &planned : {*plan, *fromIndex}) {
            const auto onto = writeSalvaged(planned, path / "model" / "one.bin");
            QVERIFY(!onto && onto.error().code == ErrorCode::BadArgument);
        }
        QVERIFY(writeSalvaged(*plan, salvagedName(path / "model")));
        QVERIFY(std::filesystem::exists(path / "model.salvaged.pth"));
    }

    void theDamagedFileIsNeverWrittenOver()
    {
        const ZipBuilder zip = archive();
        const Salvaging made(zip.build().substr(0, zip.dataStart(2)));
        const std::filesystem::path link = made.path() + ".link";
        std::filesystem::create_symlink(made.path(), link);
        for (const std::filesystem::path &target : {std::filesystem::path(made.path()), link}) {
            const auto written = writeSalvaged(made.planned(), target);
            QVERIFY(!written);
            QCOMPARE(written.error().code, ErrorCode::BadArgument);
        }
        QCOMPARE(std::filesystem::file_size(made.path()), zip.dataStart(2));
    }

    void aFileWithNothingLeftIsAnError()
    {
        ZipBuilder zip;
        zip.add(torchMember("m/data.pkl", pickle(dict({{"a", tensor("FloatStorage", "0", kElements)}}))));
        zip.add(torchMember("m/data/0", kFirst));
        const Salvaging made(zip.build().substr(0, zip.dataStart(1) + 100));
        QVERIFY(made.error());
        QCOMPARE(made.error()->code, ErrorCode::Truncated);
        QVERIFY2(made.error()->detail.find("its bytes end at 100 of 4,000") != std::string::npos,
                 made.error()->detail.c_str());
        QVERIFY(!std::filesystem::exists(made.output()));
    }

    void stoppedItWritesNothing()
    {
        const Salvaging made(archive().build());
        std::stop_source stop;
        stop.request_stop();
        const auto plan = planSalvage(made.path(), stop.get_token());
        QVERIFY(!plan && plan.error().code == ErrorCode::Cancelled);
        const std::string target = made.output() + ".second";
        const auto written = writeSalvaged(made.planned(), target, stop.get_token());
        QVERIFY(!written && written.error().code == ErrorCode::Cancelled);
        QVERIFY(!std::filesystem::exists(target));
    }

    void theCopyHasANameOfItsOwn_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("copy");
        QTest::newRow("pth") << "model.pth"
                             << "model.salvaged.pth";
        QTest::newRow("ckpt") << "epoch=3-loss=0.5.ckpt"
                              << "epoch=3-loss=0.5.salvaged.ckpt";
        QTest::newRow("download") << "vgg16-397923af.pth.part"
                                  << "vgg16-397923af.salvaged.pth";
        QTest::newRow("safetensors") << "model.safetensors"
                                     << "model.salvaged.pth";
        QTest::newRow("index") << "model.safetensors.index.json"
                               << "model.salvaged.pth";
        QTest::newRow("tar") << "best.pth.tar"
                             << "best.salvaged.pth";
        QTest::newRow("nothing") << "weights"
                                 << "weights.salvaged.pth";
        QTest::newRow("folder") << "run/"
                                << "run.salvaged.pth";
    }

    void theCopyHasANameOfItsOwn()
    {
        QFETCH(QString, name);
        QFETCH(QString, copy);
        QTemporaryDir folder;
        const std::filesystem::path path = folder.path().toStdString();
        QCOMPARE(salvagedName(path / name.toStdString()), path / copy.toStdString());
        QFile there(QString::fromStdString((path / copy.toStdString()).string()));
        QVERIFY(there.open(QIODevice::WriteOnly));
        const auto second = salvagedName(path / name.toStdString());
        QVERIFY2(second.filename().string().find(".salvaged-2.") != std::string::npos, second.c_str());
    }
};

QTEST_GUILESS_MAIN(SalvageTest)
#include "salvage_test.moc"
