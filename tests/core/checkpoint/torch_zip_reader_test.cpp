// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/check_tensors.h"
#include "core/checkpoint/readers.h"
#include "core/pickle/value_text.h"
#include "tests/core/checkpoint/torch_pickle.h"
#include "tests/support/zip_builder.h"

#include <QTest>

#include <fmt/format.h>

#include <algorithm>

using namespace waypoint;
using namespace waypoint::test;

namespace {

const std::string kOneTensor = pickle(dict({{"w", tensor("FloatStorage", "0", 2)}}));
const std::string kTwoFloats("\0\0\x80?\0\0\0@", 8);

/// What one reading gave: a Checkpoint with entries, or an error.
class Opening
{
public:
    explicit Opening(const std::string &content, const CheckpointReader &reader = torchZipReader())
        : m_source(sourceOf(fileOf(content, "model.pth"), 0)),
          m_isRecognised(reader.recognises(m_source)),
          m_root(reader.read(m_source, {}, m_into))
    {
        if (!m_root)
            return;
        m_into.root = *m_root;
        m_into.entries = EntryTree(m_into.values, m_into.root, {});
        checkTensors(m_into);
    }

    [[nodiscard]] bool isRecognised() const { return m_isRecognised; }
    [[nodiscard]] const Checkpoint &checkpoint() const { return m_into; }
    [[nodiscard]] Value root() const { return m_root ? Value(m_into.values, *m_root) : Value(); }
    [[nodiscard]] QString text() const
    {
        return QString::fromStdString(m_root ? pythonText(root()) : "error: " + m_root.error().detail);
    }
    [[nodiscard]] std::optional<Error> error() const { return m_root ? std::nullopt : std::optional(m_root.error()); }
    [[nodiscard]] QStringList warnings() const
    {
        QStringList out;
        for (const Warning &warning : m_into.warnings)
            out << QString::fromStdString(warning.text);
        return out;
    }
    [[nodiscard]] QString fact(std::string_view name) const
    {
        for (const auto &[key, value] : m_into.container)
            if (key == name)
                return QString::fromStdString(value);
        return {};
    }
    [[nodiscard]] QStringList globals() const
    {
        QStringList out;
        for (const GlobalUse &use : m_into.globals)
            out << QString::fromStdString(use.member + ": " + use.name);
        return out;
    }
    /// Bytes of the storage behind the tensor 'w'.
    [[nodiscard]] std::string bytesOfW() const
    {
        const Storage &storage = m_into.values.storages()[root()["w"].tensor().ref.storage];
        const Result<FilePtr> file =
            storage.source ? storage.source->open(storage.record) : Error{ErrorCode::NotFound, "absent"};
        return file ? contentOf(*file) : file.error().detail;
    }

private:
    Checkpoint m_into;
    Source m_source;
    bool m_isRecognised;
    Result<ValueId> m_root;
};

ZipBuilder torchZip(const std::string &root = "archive/")
{
    ZipBuilder zip;
    zip.add(torchMember(root + "data.pkl", kOneTensor));
    zip.add(torchMember(root + "data/0", kTwoFloats));
    zip.add(torchMember(root + "version", "3\n"));
    return zip;
}

}  // namespace

class TorchZipReaderTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anyRootFolderIsRead_data();
    void anyRootFolderIsRead();
    void bytesBeforeAndAfterTheArchiveDoNotMatter();
    void packedRecordsAreRead();
    void otherFilesAreNotRecognised();
    void theDataPickleOfTheFirstFolderIsTheOneThatCounts();
    void withoutOneInTheFirstFolderTheShallowestCounts();
    void versionsAboveTheKnownOnesAreAWarning();
    void recordsTellWhichPyTorchWroteIt_data();
    void recordsTellWhichPyTorchWroteIt();
    void bigEndianFilesHaveBigEndianStorages();
    void aMissingStorageIsAWarning();
    void aShortStorageIsAWarning();
    void aViewThatLeavesItsStorageIsAWarning();
    void aWrongChecksumOfThePickleIsAnErrorThatKeepsItsNames();
    void aPickleThatCannotBeOpenedIsSearchedAllTheSame_data();
    void aPickleThatCannotBeOpenedIsSearchedAllTheSame();
    void filesSavedWithoutChecksumsAreRead();
    void aCutFileOpensWithWhatIsLeft();
    void aCutPickleIsATruncatedFile();
    void aBrokenPickleIsReportedAtItsByteOfTheFile();
    void hiddenPicklesAreSearchedForNames();
    void plainNumbersAreNoPickle();
    void constantsMakeItTorchScript();
    void placesAreThoseOfTheFile();
    void aPickleThatTheDirectoryDoesNotHaveIsAnError();
    void everyPrefixIsReadOrRefused();
};

void TorchZipReaderTest::anyRootFolderIsRead_data()
{
    QTest::addColumn<QString>("root");
    QTest::newRow("archive") << "archive/";
    QTest::newRow("renamed") << "my model v2/";
    QTest::newRow("none") << "";
    QTest::newRow("two deep") << "a/b/";
}

void TorchZipReaderTest::anyRootFolderIsRead()
{
    QFETCH(QString, root);
    const Opening opening(torchZip(root.toStdString()).build());
    QVERIFY(opening.isRecognised());
    QCOMPARE(opening.text(), QString("{'w': tensor(float32, 2)}"));
    QCOMPARE(opening.bytesOfW(), kTwoFloats);
    QCOMPARE(opening.warnings(), QStringList());
    QCOMPARE(opening.checkpoint().format, Format::TorchZip);
    QCOMPARE(opening.fact("root folder") + (root.isEmpty() ? "" : "/"), root);
}

void TorchZipReaderTest::bytesBeforeAndAfterTheArchiveDoNotMatter()
{
    ZipBuilder zip = torchZip();
    zip.lead = std::string(64, '\0') + "#!/bin/sh\n";
    const Opening opening(zip.build() + std::string(100, 'x'));
    QVERIFY(opening.isRecognised());
    QCOMPARE(opening.bytesOfW(), kTwoFloats);
}

void TorchZipReaderTest::packedRecordsAreRead()
{
    ZipBuilder zip;
    zip.add({.name = "m/data.pkl", .data = kOneTensor, .deflate = true});
    zip.add({.name = "m/data/0", .data = kTwoFloats, .deflate = true});
    zip.add({.name = "m/version", .data = "3\n", .deflate = true});
    const Opening opening(zip.build());
    QCOMPARE(opening.bytesOfW(), kTwoFloats);
    QCOMPARE(opening.fact("compressed members"), QString("3"));
    QCOMPARE(opening.fact("version record"), QString("3"));
}

void TorchZipReaderTest::otherFilesAreNotRecognised()
{
    const auto isRecognised = [](const std::string &content) {
        return torchZipReader().recognises(sourceOf(fileOf(content), 0));
    };
    QVERIFY(!isRecognised(""));
    QVERIFY(!isRecognised("PK"));
    QVERIFY(!isRecognised(kOneTensor));
    QVERIFY(!isRecognised(ZipBuilder().stored("a.npy", "x").build()));
    QVERIFY(!isRecognised(ZipBuilder().stored("notdata.pkl", "x").build()));
    // What a pickle or a safetensors file has at its end is not what torch.load reads.
    QVERIFY(!isRecognised("\x80\x02}." + torchZip().build()));
}

void TorchZipReaderTest::theDataPickleOfTheFirstFolderIsTheOneThatCounts()
{
    ZipBuilder zip;
    zip.add(torchMember("a/extra/data.pkl", pickle(text("deep"))));
    zip.add(torchMember("data.pkl", pickle(call("os", "system", {text("id")}))));
    zip.add(torchMember("a/data.pkl", pickle(text("right"))));
    const Opening opening(zip.build());
    QCOMPARE(opening.text(), QString("'right'"));
    QCOMPARE(opening.globals(), QStringList{"data.pkl: os.system"});
}

void TorchZipReaderTest::withoutOneInTheFirstFolderTheShallowestCounts()
{
    ZipBuilder zip;
    zip.stored("notes.txt", "hello");
    zip.add(torchMember("a/b/data.pkl", pickle(text("deep"))));
    zip.add(torchMember("c/data.pkl", pickle(text("right"))));
    QCOMPARE(Opening(zip.build()).text(), QString("'right'"));
}

void TorchZipReaderTest::versionsAboveTheKnownOnesAreAWarning()
{
    ZipBuilder zip;
    zip.add(torchMember("m/data.pkl", kOneTensor)).add(torchMember("m/data/0", kTwoFloats));
    zip.add(torchMember("m/version", "11\n"));
    const Opening opening(zip.build());
    QCOMPARE(opening.warnings(), QStringList{"The archive says it has version '11'; versions 1 to 10 are known."});
}

void TorchZipReaderTest::recordsTellWhichPyTorchWroteIt_data()
{
    QTest::addColumn<QStringList>("records");
    QTest::addColumn<QString>("version");
    QTest::newRow("old") << QStringList{"version=2"} << "1.4 or 1.5";
    QTest::newRow("1.13") << QStringList{"version=3"} << "1.6 to 2.0";
    QTest::newRow("2.4") << QStringList{"version=3", "byteorder=little", ".data/serialization_id=123"} << "2.1 to 2.6";
    QTest::newRow("2.9") << QStringList{"version=3", "byteorder=little", ".data/serialization_id=1",
                                        ".format_version=1", ".storage_alignment=64"}
                         << "2.7 or newer";
    QTest::newRow("nobody knows") << QStringList{} << "";
}

void TorchZipReaderTest::recordsTellWhichPyTorchWroteIt()
{
    QFETCH(QStringList, records);
    QFETCH(QString, version);
    ZipBuilder zip;
    zip.add(torchMember("m/data.pkl", kOneTensor)).add(torchMember("m/data/0", kTwoFloats));
    for (const QString &record : records)
        zip.add(torchMember("m/" + record.section('=', 0, 0).toStdString(), record.section('=', 1).toStdString()));
    const Opening opening(zip.build());
    QCOMPARE(opening.fact("written by PyTorch"), version);
}

void TorchZipReaderTest::bigEndianFilesHaveBigEndianStorages()
{
    const auto isBig = [](const std::string &order) {
        ZipBuilder zip = torchZip();
        zip.add(torchMember("archive/byteorder", order));
        return Opening(zip.build()).checkpoint().values.storages().at(0).bigEndian;
    };
    QVERIFY(isBig("big"));
    QVERIFY(!isBig("little"));
    QVERIFY(!isBig("middle"));
}

void TorchZipReaderTest::aMissingStorageIsAWarning()
{
    ZipBuilder zip;
    zip.add(torchMember("m/data.pkl", kOneTensor));
    const Opening opening(zip.build());
    QCOMPARE(opening.text(), QString("{'w': tensor(float32, 2)}"));
    QVERIFY(!opening.checkpoint().values.storages().at(0).present);
    QCOMPARE(opening.warnings(), QStringList{"'w' has no data here: storage '0' (8 bytes) is missing or cut short."});
    QCOMPARE(opening.checkpoint().warnings[0].entry, opening.checkpoint().entries.find("w"));
}

void TorchZipReaderTest::aShortStorageIsAWarning()
{
    ZipBuilder zip;
    zip.add(torchMember("m/data.pkl", kOneTensor));
    zip.add(torchMember("m/data/0", "1234567"));
    const Opening opening(zip.build());
    QVERIFY(!opening.checkpoint().values.storages().at(0).present);
    QCOMPARE(opening.warnings().size(), 1);
}

void TorchZipReaderTest::aViewThatLeavesItsStorageIsAWarning()
{
    const std::string wide = call(
        "_rebuild_tensor_v2", {storage("FloatStorage", "0", 2), number(1), dims({2}), dims({1}), flag(false), hooks()});
    ZipBuilder zip;
    zip.add(torchMember("m/data.pkl", pickle(dict({{"w", wide}}))));
    zip.add(torchMember("m/data/0", kTwoFloats));
    const Opening opening(zip.build());
    QCOMPARE(opening.warnings(),
             QStringList{"'w' reaches beyond its storage '0' of 8 bytes; its values cannot be shown."});
}

void TorchZipReaderTest::aWrongChecksumOfThePickleIsAnErrorThatKeepsItsNames()
{
    ZipBuilder zip;
    zip.add({.name = "data.pkl", .data = pickle(call("os", "system", {text("id")})), .crc = 0x12345678});
    const Opening opening(zip.build());
    QVERIFY(opening.isRecognised());
    QVERIFY(opening.error().has_value());
    QCOMPARE(opening.error()->code, ErrorCode::Corrupt);
    QVERIFY(opening.text().contains("12345678"));
    QCOMPARE(opening.globals(), QStringList{"data.pkl: os.system"});
    QCOMPARE(opening.checkpoint().globals[0].safety, Safety::Dangerous);
}

void TorchZipReaderTest::aPickleThatCannotBeOpenedIsSearchedAllTheSame_data()
{
    QTest::addColumn<bool>("password");
    QTest::newRow("password bit") << true;
    QTest::newRow("another name in the local header") << false;
}

void TorchZipReaderTest::aPickleThatCannotBeOpenedIsSearchedAllTheSame()
{
    QFETCH(bool, password);
    ZipMember member{.name = "m/data.pkl", .data = pickle(call("os", "system", {text("id")}))};
    member.flags = password ? 1 : 0;
    if (!password)
        member.localName = "m/DATA.pkl";
    ZipBuilder zip;
    zip.add(member);
    const Opening opening(zip.build());
    QVERIFY(opening.error().has_value());
    QCOMPARE(opening.error()->code, password ? ErrorCode::Encrypted : ErrorCode::Corrupt);
    QCOMPARE(opening.globals(), QStringList{"m/data.pkl: os.system"});
}

void TorchZipReaderTest::filesSavedWithoutChecksumsAreRead()
{
    ZipBuilder zip;
    zip.add({.name = "m/data.pkl", .data = kOneTensor, .crc = 0});
    zip.add({.name = "m/data/0", .data = kTwoFloats, .crc = 0});
    const Opening opening(zip.build());
    QCOMPARE(opening.text(), QString("{'w': tensor(float32, 2)}"));
    QCOMPARE(opening.warnings(), QStringList{"This file was saved without checksums, so damage cannot be told."});
}

void TorchZipReaderTest::aCutFileOpensWithWhatIsLeft()
{
    const ZipBuilder zip = torchZip();
    const std::string whole = zip.build();
    const Opening opening(whole.substr(0, zip.dataStart(1) + 4));
    QVERIFY(opening.isRecognised());
    QCOMPARE(opening.text(), QString("{'w': tensor(float32, 2)}"));
    QVERIFY(!opening.checkpoint().values.storages().at(0).present);
    QVERIFY(opening.warnings().size() >= 2);
}

void TorchZipReaderTest::aCutPickleIsATruncatedFile()
{
    const ZipBuilder zip = torchZip();
    const std::string whole = zip.build();
    const std::uint64_t end = zip.dataStart(0) + kOneTensor.size() - 3;
    const Opening opening(whole.substr(0, end));
    QVERIFY(opening.error().has_value());
    QCOMPARE(opening.error()->code, ErrorCode::Truncated);
    QCOMPARE(opening.error()->at, std::optional(ByteOffset{end}));
    QVERIFY(opening.text().contains("'archive/data.pkl'"));
    QVERIFY(opening.globals().contains("archive/data.pkl: torch._utils._rebuild_tensor_v2"));
}

void TorchZipReaderTest::aBrokenPickleIsReportedAtItsByteOfTheFile()
{
    ZipBuilder zip;
    zip.add(torchMember("m/data.pkl", std::string("\x80\x02") + "N\xff."));
    const Opening opening(zip.build());
    QVERIFY(opening.error().has_value());
    QCOMPARE(opening.error()->at, std::optional(ByteOffset{zip.dataStart(0) + 3}));
    QVERIFY(opening.text().startsWith("error: in 'm/data.pkl': "));
}

void TorchZipReaderTest::hiddenPicklesAreSearchedForNames()
{
    const std::string evil = pickle(call("posix", "system", {text("id")}));
    ZipBuilder zip = torchZip();
    zip.add({.name = "archive/extra/second.pkl", .data = evil, .deflate = true});
    zip.add(torchMember("archive/data/7", evil));
    zip.add(torchMember("archive/notes", "cbuiltins\neval\n(X\1\0\0\0."));
    const Opening opening(zip.build());
    const QStringList names = opening.globals();
    QVERIFY(names.contains("archive/extra/second.pkl: posix.system"));
    QVERIFY(names.contains("archive/data/7: posix.system"));
    QVERIFY(names.contains("archive/notes: builtins.eval"));
}

void TorchZipReaderTest::plainNumbersAreNoPickle()
{
    // A storage of numbers that happen to read like a pickle is read by nobody as one.
    const std::string numbers = pickle(call("posix", "system", {text("id")})) + std::string(64, '\0');
    const auto count = static_cast<std::int64_t>(numbers.size());
    ZipBuilder zip;
    zip.add(torchMember("m/data.pkl", pickle(dict({{"w", tensor("ByteStorage", "0", count)}}))));
    zip.add(torchMember("m/data/0", numbers));
    zip.add(torchMember("m/code/model.py", "class Net(Module):\n  def forward(self): pass\n"));
    const Opening opening(zip.build());
    QVERIFY(!opening.globals().join(' ').contains("posix.system"));
    QVERIFY(!opening.globals().join(' ').contains("model.py"));
}

void TorchZipReaderTest::constantsMakeItTorchScript()
{
    ZipBuilder zip = torchZip("net/");
    zip.add(torchMember("net/constants.pkl", pickle(tuple({number(1), number(2)}))));
    zip.add({.name = "net/code/__torch__.py", .data = "class Net(Module):\n", .deflate = true});
    const Opening opening(zip.build());
    QCOMPARE(opening.checkpoint().format, Format::TorchScript);
    QCOMPARE(opening.fact("constants"), QString("2"));
    QCOMPARE(opening.fact("written by PyTorch"), QString("before 2.1"));
}

void TorchZipReaderTest::placesAreThoseOfTheFile()
{
    ZipBuilder zip = torchZip();
    zip.lead = "lead";
    const Opening opening(zip.build());
    const Storage &storage = opening.checkpoint().values.storages().at(0);
    const std::optional<ByteRange> place = storage.source->place(storage.record);
    QVERIFY(place.has_value());
    QCOMPARE(place->start.value, zip.dataStart(1));
    QCOMPARE(place->length.value, std::uint64_t{8});
}

void TorchZipReaderTest::aPickleThatTheDirectoryDoesNotHaveIsAnError()
{
    ZipBuilder zip;
    zip.add({.name = "m/other.pkl", .data = kOneTensor, .localName = "m/data.pkl"});
    const Opening opening(zip.build());
    QVERIFY(opening.error().has_value());
    QCOMPARE(opening.error()->code, ErrorCode::Corrupt);
}

void TorchZipReaderTest::everyPrefixIsReadOrRefused()
{
    const ZipBuilder zip = torchZip();
    const std::string whole = zip.build();
    int opened = 0;
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const Opening opening(whole.substr(0, length));
        QVERIFY(opening.root().isValid() || !opening.error()->detail.empty());
        opened += opening.root().isValid() ? 1 : 0;
    }
    // From the end of data.pkl on, all names can be shown.
    QVERIFY(static_cast<std::uint64_t>(opened) >= whole.size() - zip.place(1));
}

QTEST_GUILESS_MAIN(TorchZipReaderTest)
#include "torch_zip_reader_test.moc"
