// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/checkpoint/stream_bytes.h"
#include "tests/support/tar_builder.h"

#include <QTest>

using namespace waypoint;
using namespace waypoint::test;

namespace {

struct Parts
{
    std::string storages;
    std::string tensors;
    std::string object;
};

std::string storageEntry(int key, int count)
{
    return pickle(tuple({number(key), text("cpu"), global("torch", "FloatStorage")})) + legacyData(count);
}

std::string tensorEntry(int key, int storage, std::initializer_list<int> sizes, std::initializer_list<int> strides,
                        int offset)
{
    std::string out = pickle(tuple({number(key), number(storage), global("torch", "FloatTensor")}));
    out += little(sizes.size(), 4) + little(1, 4);
    for (const int size : sizes)
        out += little(static_cast<std::uint64_t>(size));
    for (const int stride : strides)
        out += little(static_cast<std::uint64_t>(stride));
    return out + little(static_cast<std::uint64_t>(offset));
}

std::string tensorId(int key) { return text(std::to_string(key)) + "Q"; }

/// Two tensors: 'w' of a storage of its own, 'v' of a view of the same storage.
Parts parts()
{
    return {pickle(number(1)) + storageEntry(10, 6)
                + pickle(list({tuple({number(11), number(10), number(2), number(4)})})),
            pickle(number(2)) + tensorEntry(1, 10, {2, 3}, {3, 1}, 0) + tensorEntry(2, 11, {2}, {1}, 1),
            pickle(dict({{"w", tensorId(1)}, {"v", tensorId(2)}, {"s", tensorId(10)}}))};
}

std::string archive(const Parts &content)
{
    TarBuilder tar;
    tar.add("sys_info", pickle(dict({{"protocol_version", number(1000)}, {"little_endian", flag(true)}})));
    tar.add("pickle", content.object).add("tensors", content.tensors).add("storages", content.storages);
    return tar.build();
}

}  // namespace

class TarReaderTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tensorsLookAtTheirStorages();
    void classesWithSourceStayClasses();
    void membersThatAreMissingAreNamed();
    void aTarOfOtherFilesIsNoCheckpoint();
    void cutStoragesOpenWithAWarning();
    void everyPrefixIsAnErrorOrAWarning();
    void nonsenseInTheMembersIsAnError_data();
    void nonsenseInTheMembersIsAnError();
};

void TarReaderTest::tensorsLookAtTheirStorages()
{
    const ReadBack read(archive(parts()));
    QVERIFY2(read.root, read.detail().c_str());
    QCOMPARE(read.checkpoint.format, Format::TorchTar);
    QVERIFY(read.value()["w"].is(ValueKind::Tensor));
    const TensorRef &whole = read.value()["w"].tensor().ref;
    QCOMPARE(whole.shape, (SmallDims{2, 3}));
    QCOMPARE(whole.strides, (SmallDims{3, 1}));
    QCOMPARE(floatsOf(read.storageOf("w")), (std::vector<float>{1, 2, 3, 4, 5, 6}));
    const TensorRef &view = read.value()["v"].tensor().ref;
    QCOMPARE(view.storage, whole.storage);
    QCOMPARE(view.offset, std::int64_t(3));
    QCOMPARE(read.value()["s"].kind(), ValueKind::Storage);
    QCOMPARE(read.warnings(), QStringList());
}

void TarReaderTest::classesWithSourceStayClasses()
{
    Parts content = parts();
    const std::string type = tuple({global("model", "RNN"), text("/src/model.py"), text("class RNN: pass")}) + "Q";
    content.object = pickle(build(type + ")\x81", dict({{"hidden", number(128)}})));
    const ReadBack read(archive(content));
    QCOMPARE(std::string(read.value().className()), std::string("model.RNN"));
    QCOMPARE(read.value()["hidden"].integer(), std::optional<std::int64_t>(128));
}

void TarReaderTest::membersThatAreMissingAreNamed()
{
    TarBuilder tar;
    tar.add("sys_info", "x").add("pickle", "x").add("storages", "x");
    const ReadBack read(tar.build());
    QCOMPARE(read.text(), QString("error: tar: the member 'tensors' is missing; PyTorch before 0.1.10 wrote sys_info, "
                                  "pickle, tensors and storages"));
    QCOMPARE(read.root.error().code, ErrorCode::Corrupt);
}

void TarReaderTest::aTarOfOtherFilesIsNoCheckpoint()
{
    TarBuilder tar;
    tar.add("model.pth", "x").add("readme.md", "x");
    const ReadBack read(tar.build());
    QCOMPARE(read.text(),
             QString("error: it is a tar archive without PyTorch's members; it holds 'model.pth', 'readme.md'"));
    QCOMPARE(read.root.error().code, ErrorCode::NotACheckpoint);
}

void TarReaderTest::cutStoragesOpenWithAWarning()
{
    Parts content = parts();
    content.storages.resize(content.storages.size() - 40);
    const ReadBack read(archive(content));
    QVERIFY2(read.root, read.detail().c_str());
    QVERIFY(!read.storageOf("w").present);
    QVERIFY(!read.warnings().isEmpty());
}

void TarReaderTest::everyPrefixIsAnErrorOrAWarning()
{
    const std::string whole = archive(parts());
    const std::size_t end = whole.size() - 1024;
    for (std::size_t length = 1; length < end; length += 3) {
        const ReadBack read(whole.substr(0, length));
        const bool lost = read.root && read.warnings().isEmpty();
        // The last block of a member is filled up with zeros, which may be missing.
        QVERIFY2(!lost || length > end - 512, std::to_string(length).c_str());
    }
}

void TarReaderTest::nonsenseInTheMembersIsAnError_data()
{
    QTest::addColumn<QByteArray>("storages");
    QTest::addColumn<QByteArray>("tensors");
    const auto row = [](const char *name, const std::string &storages, const std::string &tensors) {
        QTest::newRow(name) << QByteArray::fromStdString(storages) << QByteArray::fromStdString(tensors);
    };
    const Parts good = parts();
    row("no count", pickle(text("x")), good.tensors);
    row("negative count", pickle(number(-1)), good.tensors);
    row("negative elements",
        pickle(number(1)) + pickle(tuple({number(1), text("cpu"), global("torch", "FloatStorage")})) + little(~0ull),
        good.tensors);
    row("no storage class", pickle(number(1)) + pickle(tuple({number(1), text("cpu"), text("x")})) + legacyData(1),
        good.tensors);
    row("view of nothing",
        pickle(number(1)) + storageEntry(10, 1) + pickle(list({tuple({number(11), number(99), number(0), number(1)})})),
        good.tensors);
    row("too many dimensions", good.storages,
        pickle(number(1)) + pickle(tuple({number(1), number(10), global("torch", "FloatTensor")}))
            + little(0xffffffffu, 4) + little(1, 4) + std::string(64, '\0'));
    row("tensors cut", good.storages, good.tensors.substr(0, good.tensors.size() - 4));
}

void TarReaderTest::nonsenseInTheMembersIsAnError()
{
    QFETCH(QByteArray, storages);
    QFETCH(QByteArray, tensors);
    Parts content = parts();
    content.storages = storages.toStdString();
    content.tensors = tensors.toStdString();
    QVERIFY(!ReadBack(archive(content)).root);
}

QTEST_GUILESS_MAIN(TarReaderTest)
#include "tar_reader_test.moc"
