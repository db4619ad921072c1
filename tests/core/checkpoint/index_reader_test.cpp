// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN  // moc 6.4 cannot read the standard library's <stop_token>
#include "core/checkpoint/beside.h"
#include "tests/core/checkpoint/stream_bytes.h"
#endif

#include <QTest>

using namespace waypoint;
using namespace waypoint::test;

namespace {

std::string safetensors(std::string_view name, int count)
{
    const std::string header = QString(R"({"%1":{"dtype":"F32","shape":[%2],"data_offsets":[0,%3]}})")
                                   .arg(QString::fromStdString(std::string(name)))
                                   .arg(count)
                                   .arg(count * 4)
                                   .toStdString();
    return little(header.size()) + header + floats(count);
}

std::string index(const char *map) { return std::string(R"({"metadata":{"total_size":20},"weight_map":)") + map + "}"; }

/// Two shards and their index.
void fill(const TestFolder &folder)
{
    folder.add("model-1.safetensors", safetensors("a", 2));
    folder.add("model-2.safetensors", safetensors("b", 3));
    folder.add("model.safetensors.index.json", index(R"({"b":"model-2.safetensors","a":"model-1.safetensors"})"));
}

}  // namespace

class IndexReaderTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tensorsOfAllShardsStandInTheOrderOfTheMap();
    void aFolderWithNothingElseOpensThroughItsIndex();
    void aFolderWithOtherCheckpointsIsNotJustAModel();
    void shardsOfTorchAreReadToo();
    void missingShardsAreWarnings();
    void namesThatLeaveTheFolderAreNotOpened();
    void linksOutOfTheFolderAreNotFollowed();
    void theHubsCacheIsFollowed();
    void tensorsThatTheMapForgetsAreWarnings();
    void anIndexWithoutAMapIsAnError();
    void indexesThatNameOneAnotherAreNotFollowed();
    void everyPrefixOfTheIndexIsAnError();
};

void IndexReaderTest::tensorsOfAllShardsStandInTheOrderOfTheMap()
{
    const TestFolder folder;
    fill(folder);
    const Opened opened = folder.open("model.safetensors.index.json");
    QCOMPARE(textOf(opened), QString("{'b': tensor(float32, 3), 'a': tensor(float32, 2)}"));
    QCOMPARE(opened.checkpoint->format, Format::SafetensorsIndex);
    QCOMPARE(warningsOf(opened), QStringList());
    QVERIFY(opened.checkpoint->fileBytes.value > 20);
}

void IndexReaderTest::aFolderWithNothingElseOpensThroughItsIndex()
{
    const TestFolder folder;
    fill(folder);
    folder.add("config.json", "{\"hidden_size\": 8}");
    folder.add("README.md", "# A model\n");
    QCOMPARE(textOf(folder.open()), QString("{'b': tensor(float32, 3), 'a': tensor(float32, 2)}"));
}

void IndexReaderTest::aFolderWithOtherCheckpointsIsNotJustAModel()
{
    const TestFolder folder;
    fill(folder);
    folder.add("scheduler.pt", pickle(dict({{"last_epoch", number(3)}})));
    const Opened opened = folder.open();
    QVERIFY(!opened.checkpoint || opened.checkpoint->format != Format::SafetensorsIndex);
}

void IndexReaderTest::shardsOfTorchAreReadToo()
{
    const TestFolder folder;
    folder.add("one.bin", legacyStream(dict({{"w", legacyTensor(legacyStorage("FloatStorage", "1", 2), 2)}}),
                                       {{"1", legacyData(2)}}));
    folder.add("pytorch_model.bin.index.json", index(R"({"w":"one.bin"})"));
    const Opened opened = folder.open("pytorch_model.bin.index.json");
    QCOMPARE(textOf(opened), QString("{'w': tensor(float32, 2)}"));
    QCOMPARE(opened.checkpoint->format, Format::TorchIndex);
}

void IndexReaderTest::missingShardsAreWarnings()
{
    const TestFolder folder;
    folder.add("model-1.safetensors", safetensors("a", 2));
    folder.add("i.index.json", index(R"({"a":"model-1.safetensors","b":"model-2.safetensors"})"));
    const Opened opened = folder.open("i.index.json");
    QCOMPARE(textOf(opened), QString("{'a': tensor(float32, 2)}"));
    QCOMPARE(warningsOf(opened),
             (QStringList{"The file 'model-2.safetensors' is missing or cannot be read; its tensors are not shown.",
                          "The tensor 'b' is not shown: the file 'model-2.safetensors', where it should be, was not "
                          "opened."}));
}

void IndexReaderTest::namesThatLeaveTheFolderAreNotOpened()
{
    const TestFolder folder;
    folder.add("secret.safetensors", safetensors("a", 2));
    folder.add("inner/i.index.json",
               index(R"({"a":"../secret.safetensors","b":"/etc/passwd","c":"..","d":"x/y","e":""})"));
    const Opened opened = folder.open("inner/i.index.json");
    QCOMPARE(textOf(opened), QString("{}"));
    QVERIFY(warningsOf(opened).contains(
        "The index names the file '../secret.safetensors', which is not in its folder; it was not opened."));
}

void IndexReaderTest::linksOutOfTheFolderAreNotFollowed()
{
    const TestFolder folder;
    folder.add("secret.safetensors", safetensors("a", 2));
    folder.add("inner/real.safetensors", safetensors("b", 2));
    std::filesystem::create_symlink("../secret.safetensors", folder.path("inner/out.safetensors"));
    std::filesystem::create_symlink("real.safetensors", folder.path("inner/in.safetensors"));
    QVERIFY(!fileBeside(folder.path("inner"), "out.safetensors"));
    QVERIFY(fileBeside(folder.path("inner"), "in.safetensors"));
    QVERIFY(fileBeside(folder.path("inner"), "real.safetensors"));
}

void IndexReaderTest::theHubsCacheIsFollowed()
{
    const TestFolder folder;
    folder.add("models--x/blobs/0123", safetensors("a", 2));
    folder.add("models--x/snapshots/abc/other", "x");
    std::filesystem::create_symlink("../../blobs/0123", folder.path("models--x/snapshots/abc/model.safetensors"));
    QVERIFY(fileBeside(folder.path("models--x/snapshots/abc"), "model.safetensors"));
}

void IndexReaderTest::tensorsThatTheMapForgetsAreWarnings()
{
    const TestFolder folder;
    fill(folder);
    folder.add("i.index.json", index(R"({"a":"model-1.safetensors","x":"model-2.safetensors"})"));
    const Opened opened = folder.open("i.index.json");
    QCOMPARE(warningsOf(opened),
             (QStringList{"The tensor 'x' is not shown: the file 'model-2.safetensors', where it should be, does not "
                          "have it.",
                          "The file 'model-2.safetensors' holds 1 entries that the index does not name; they are not "
                          "shown."}));
}

void IndexReaderTest::anIndexWithoutAMapIsAnError()
{
    const TestFolder folder;
    folder.add("i.index.json", R"({"weight_map": 5})");
    QCOMPARE(textOf(folder.open("i.index.json")),
             QString("error: the index has no \"weight_map\" that says which file has which tensor"));
}

void IndexReaderTest::indexesThatNameOneAnotherAreNotFollowed()
{
    const TestFolder folder;
    folder.add("a.index.json", index(R"({"x":"a.index.json","y":"b.index.json"})"));
    folder.add("b.index.json", index(R"({"x":"a.index.json","y":"b.index.json"})"));
    const Opened opened = folder.open("a.index.json");
    QCOMPARE(textOf(opened), QString("{}"));
    QVERIFY(warningsOf(opened).contains("The file 'b.index.json' is no file of tensors; it was not opened."));
}

void IndexReaderTest::everyPrefixOfTheIndexIsAnError()
{
    const TestFolder folder;
    fill(folder);
    const std::string whole = index(R"({"a":"model-1.safetensors"})");
    for (std::size_t length = 0; length < whole.size(); length += 5) {
        folder.add("cut.index.json", whole.substr(0, length));
        QVERIFY(folder.open("cut.index.json").error);
    }
}

QTEST_GUILESS_MAIN(IndexReaderTest)
#include "index_reader_test.moc"
