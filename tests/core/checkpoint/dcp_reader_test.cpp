// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN  // moc 6.4 cannot read the standard library's <stop_token>
#include "tests/core/checkpoint/stream_bytes.h"
#include "tests/support/zip_builder.h"
#endif

#include <QTest>

#include <algorithm>

using namespace waypoint;
using namespace waypoint::test;

namespace {

const char *const kModule = "torch.distributed.checkpoint.metadata";

std::string made(std::string_view module, std::string_view name, const std::string &state)
{
    return build(global(module, name) + ")\x81", state);
}

std::string size(std::initializer_list<std::int64_t> dims) { return call("torch", "Size", {test::dims(dims)}); }

std::string chunk(std::initializer_list<std::int64_t> offsets, std::initializer_list<std::int64_t> sizes)
{
    return made(kModule, "ChunkStorageMetadata", dict({{"offsets", size(offsets)}, {"sizes", size(sizes)}}));
}

std::string tensorMetadata(std::initializer_list<std::int64_t> dims, std::initializer_list<std::string> chunks)
{
    const std::string layout = call("torch.serialization", "_get_layout", {text("torch.strided")});
    const std::string properties = made(kModule, "TensorProperties",
                                        tuple({global("torch", "float32"), layout, flag(true),
                                               call(kModule, "_MEM_FORMAT_ENCODING", {number(0)}), flag(false)}));
    return made(kModule, "TensorStorageMetadata",
                dict({{"properties", properties}, {"size", size(dims)}, {"chunks", list(chunks)}}));
}

std::string bytesMetadata() { return global(kModule, "BytesStorageMetadata") + ")\x81"; }

/// An entry of storage_data: key and value.
std::string place(std::string_view name, const std::string &offset, std::string_view file, std::size_t at,
                  std::size_t length)
{
    return made(kModule, "MetadataIndex", dict({{"fqn", text(name)}, {"offset", offset}, {"index", none()}}))
           + made("torch.distributed.checkpoint.filesystem", "_StorageInfo",
                  dict({{"relative_path", text(file)},
                        {"offset", number(static_cast<std::int64_t>(at))},
                        {"length", number(static_cast<std::int64_t>(length))}}));
}

std::string metadata(const std::string &described, const std::string &planned, const std::string &places)
{
    return pickle(made(
        kModule, "Metadata",
        dict({{"state_dict_metadata", described}, {"planner_data", planned}, {"storage_data", "}(" + places + "u"}})));
}

std::string saved(const std::string &value, const std::string &data = {})
{
    ZipBuilder zip;
    zip.add(torchMember("archive/data.pkl", pickle(value)));
    if (!data.empty())
        zip.add(torchMember("archive/data/0", data));
    zip.add(torchMember("archive/version", "3\n"));
    return zip.build();
}

std::string savedTensor(std::initializer_list<std::int64_t> sizes, std::initializer_list<std::int64_t> strides,
                        int count)
{
    return saved(call("_rebuild_tensor_v2", {storage("FloatStorage", "0", count), number(0), dims(sizes), dims(strides),
                                             flag(false), hooks()}),
                 floats(count));
}

/// A 3x2 tensor in two blocks in two files, and a number, under nested keys.
void fill(const TestFolder &folder)
{
    const std::string upper = savedTensor({1, 2}, {2, 1}, 2);
    const std::string lower = savedTensor({2, 2}, {2, 1}, 4);
    const std::string step = saved(number(7));
    folder.add("__0_0.distcp", upper + step);
    folder.add("__1_0.distcp", lower);
    folder.add(".metadata",
               metadata(dict({{"model.w", tensorMetadata({3, 2}, {chunk({0, 0}, {1, 2}), chunk({1, 0}, {2, 2})})},
                              {"lists.0.step", bytesMetadata()}}),
                        dict({{"model.w", tuple({text("model"), text("w")})},
                              {"lists.0.step", tuple({text("lists"), number(0), text("step")})}}),
                        place("model.w", size({0, 0}), "__0_0.distcp", 0, upper.size())
                            + place("model.w", size({1, 0}), "__1_0.distcp", 0, lower.size())
                            + place("lists.0.step", none(), "__0_0.distcp", upper.size(), step.size())));
}

const Storage &storageOf(const Opened &opened, std::string_view path)
{
    const EntryTree &entries = opened.checkpoint->entries;
    return opened.checkpoint->values.storages()[entries.value(entries.find(path)).tensor().ref.storage];
}

}  // namespace

class DcpReaderTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void valuesGoBackUnderTheirNestedKeys();
    void blocksOfATensorBecomeOne();
    void theMetadataFileOpensTheFolder();
    void withoutAPlanNamesAreFlat();
    void aMissingFileIsAWarning();
    void filesOutsideOfTheFolderAreNotOpened();
    void blocksThatContradictTheMetadataAreWarnings();
    void dangerousNamesInsidePiecesAreSeen();
    void piecesThatShareBytesAreNotReadWithoutEnd();
    void everyPrefixOfTheMetadataIsAnError();
};

void DcpReaderTest::valuesGoBackUnderTheirNestedKeys()
{
    const TestFolder folder;
    fill(folder);
    const Opened opened = folder.open();
    QCOMPARE(textOf(opened), QString("{'model': {'w': tensor(float32, 3×2)}, 'lists': [{'step': 7}]}"));
    QCOMPARE(opened.checkpoint->format, Format::TorchDcp);
    QCOMPARE(warningsOf(opened), QStringList());
    QVERIFY(opened.checkpoint->entries.value(opened.checkpoint->entries.find("model/w")).tensor().ref.requiresGrad);
}

void DcpReaderTest::blocksOfATensorBecomeOne()
{
    const TestFolder folder;
    fill(folder);
    const Opened opened = folder.open();
    QVERIFY(storageOf(opened, "model/w").present);
    QCOMPARE(floatsOf(storageOf(opened, "model/w")), (std::vector<float>{1, 2, 1, 2, 3, 4}));
}

void DcpReaderTest::theMetadataFileOpensTheFolder()
{
    const TestFolder folder;
    fill(folder);
    const Opened opened = folder.open(".metadata");
    QCOMPARE(textOf(opened), QString("{'model': {'w': tensor(float32, 3×2)}, 'lists': [{'step': 7}]}"));
    QCOMPARE(opened.checkpoint->format, Format::TorchDcp);
}

void DcpReaderTest::withoutAPlanNamesAreFlat()
{
    const TestFolder folder;
    const std::string step = saved(number(7));
    folder.add("f", step);
    folder.add(".metadata", metadata(dict({{"train.step", bytesMetadata()}}), none(),
                                     place("train.step", none(), "f", 0, step.size())));
    QCOMPARE(textOf(folder.open()), QString("{'train.step': 7}"));
}

void DcpReaderTest::aMissingFileIsAWarning()
{
    const TestFolder folder;
    fill(folder);
    std::filesystem::remove(folder.path("__1_0.distcp"));
    const Opened opened = folder.open();
    QCOMPARE(textOf(opened), QString("{'model': {'w': tensor(float32, 3×2)}, 'lists': [{'step': 7}]}"));
    QVERIFY(!storageOf(opened, "model/w").present);
    QVERIFY(warningsOf(opened).contains("The file '__1_0.distcp' is missing or cannot be read; the values of what it "
                                        "holds are not shown."));
}

void DcpReaderTest::filesOutsideOfTheFolderAreNotOpened()
{
    const TestFolder folder;
    const std::string step = saved(number(7));
    folder.add("secret", step);
    folder.add("inner/.metadata",
               metadata(dict({{"step", bytesMetadata()}}), none(), place("step", none(), "../secret", 0, step.size())));
    const Opened opened = folder.open("inner");
    QCOMPARE(textOf(opened), QString("{}"));
    QCOMPARE(warningsOf(opened), QStringList("'step' has no values here: its file lies outside of the folder."));
}

void DcpReaderTest::blocksThatContradictTheMetadataAreWarnings()
{
    const TestFolder folder;
    const std::string piece = savedTensor({2}, {1}, 2);
    folder.add("f", piece);
    folder.add(".metadata",
               metadata(dict({{"w", tensorMetadata({4}, {chunk({0}, {4})})},
                              {"v", tensorMetadata({9}, {chunk({0}, {2})})},
                              {"u", tensorMetadata({2}, {chunk({0}, {2})})}}),
                        none(),
                        place("w", size({0}), "f", 0, piece.size()) + place("v", size({0}), "f", 0, piece.size())
                            + place("u", size({0}), "f", 0, piece.size() + 100)));
    const Opened opened = folder.open();
    QVERIFY2(opened.checkpoint, qPrintable(textOf(opened)));
    for (const char *name : {"w", "v", "u"})
        QVERIFY(!storageOf(opened, name).present);
    QVERIFY(warningsOf(opened).contains("'w' has no values here: a block of it is not what the metadata announces."));
    QVERIFY(warningsOf(opened).contains("'v' has no values here: its blocks do not fill it exactly."));
    QVERIFY(warningsOf(opened).contains("'u' has no values here: the file 'f' ends before it."));
}

void DcpReaderTest::dangerousNamesInsidePiecesAreSeen()
{
    const TestFolder folder;
    const std::string piece = saved(call("os", "system", {text("true")}));
    folder.add("f", piece);
    folder.add(".metadata", metadata(dict({{"x", bytesMetadata()}}), none(), place("x", none(), "f", 0, piece.size())));
    const Opened opened = folder.open();
    const bool seen = std::any_of(opened.globals.begin(), opened.globals.end(), [](const GlobalUse &use) {
        return use.name == "os.system" && use.member == "f" && use.safety == Safety::Dangerous;
    });
    QVERIFY(seen);
}

void DcpReaderTest::piecesThatShareBytesAreNotReadWithoutEnd()
{
    const TestFolder folder;
    const std::string piece = saved(text(std::string(400'000, 'x')));
    std::string described = "}(";
    std::string places;
    for (int i = 0; i < 100; ++i) {
        const std::string name = std::to_string(i);
        described += text(name) + bytesMetadata();
        places += place(name, none(), "f", 0, piece.size());
    }
    folder.add("f", piece);
    folder.add(".metadata", metadata(described + "u", none(), places));
    const Opened opened = folder.open();
    QVERIFY(warningsOf(opened).contains("'99' has no values here: too many pieces share the same bytes.")
            || warningsOf(opened).contains("In all, 96 of 100 entries have no values here."));
    QVERIFY(opened.checkpoint->entries.size() < 10);
}

void DcpReaderTest::everyPrefixOfTheMetadataIsAnError()
{
    const TestFolder folder;
    fill(folder);
    QFile file(QString::fromStdString(folder.path(".metadata").string()));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const std::string whole = file.readAll().toStdString();
    for (std::size_t length = 0; length < whole.size(); length += 11) {
        folder.add(".metadata", whole.substr(0, length));
        QVERIFY(folder.open(".metadata").error);
    }
}

QTEST_GUILESS_MAIN(DcpReaderTest)
#include "dcp_reader_test.moc"
