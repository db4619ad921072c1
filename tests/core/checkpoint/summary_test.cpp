// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/summary.h"

#include <QTest>

#include <chrono>
#include <limits>

using namespace waypoint;

namespace {

/// A checkpoint that is built by hand: add values, then root().
struct Built
{
    Checkpoint checkpoint;
    ValueTree &tree = checkpoint.values;

    StorageIndex storage(std::uint64_t bytes, const char *device = "cpu", bool present = true)
    {
        return tree.addStorage({.device = device, .present = present, .bytes = {bytes}});
    }
    ValueId tensor(StorageIndex storage, SmallDims shape, DType dtype = DType::Float32, std::int64_t offset = 0)
    {
        SmallDims strides = contiguousStrides(shape);
        return tree.addTensor(
            {.ref = {.dtype = dtype, .storage = storage, .offset = offset, .shape = shape, .strides = strides}});
    }
    ValueId dict(const std::vector<std::pair<std::string_view, ValueId>> &pairs)
    {
        std::vector<ValueId> flat;
        for (const auto &[key, value] : pairs)
            flat.insert(flat.end(), {tree.addStr(key), value});
        return tree.addContainer(ValueKind::Dict, flat);
    }
    Summary summary(ValueId root, const std::vector<std::pair<std::string_view, Role>> &sections = {})
    {
        checkpoint.root = root;
        checkpoint.entries = EntryTree(tree, root, {});
        for (const auto &[path, role] : sections)
            checkpoint.sections.push_back({.entry = checkpoint.entries.find(path), .role = role});
        return summarize(checkpoint);
    }
    QStringList paths(const std::vector<EntryId> &entries) const
    {
        QStringList found;
        for (const EntryId id : entries)
            found << QString::fromStdString(checkpoint.entries.pathText(id));
        return found;
    }
};

QString shown(const std::vector<Summary::Group> &groups)
{
    QStringList rows;
    for (const Summary::Group &group : groups)
        rows << QString("%1: %2 tensors, %3 elements, %4 bytes")
                    .arg(QString::fromStdString(group.name))
                    .arg(group.tensors)
                    .arg(group.elements)
                    .arg(group.bytes.value);
    return rows.join("; ");
}

}  // namespace

class SummaryTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tensorsAreCountedByDtypeAndDevice()
    {
        Built b;
        const Summary summary = b.summary(b.dict({{"a", b.tensor(b.storage(24), {2, 3})},
                                                  {"b", b.tensor(b.storage(8, "cuda:0"), {2})},
                                                  {"n", b.tensor(b.storage(8), {}, DType::Int64)}}));
        QCOMPARE(summary.tensors, 3u);
        QCOMPARE(summary.elements, 9u);
        QCOMPARE(summary.storageBytes.value, 40u);
        QCOMPARE(shown(summary.byDtype),
                 QString("float32: 2 tensors, 8 elements, 32 bytes; int64: 1 tensors, 1 elements, 8 bytes"));
        QCOMPARE(shown(summary.byDevice),
                 QString("cpu: 2 tensors, 7 elements, 32 bytes; cuda:0: 1 tensors, 2 elements, 8 bytes"));
        QCOMPARE(summary.wastedBytes.value, 0u);
        QVERIFY(summary.shared.empty());
    }

    void tiedWeightsCountOnceAndAreNamed()
    {
        Built b;
        const StorageIndex tied = b.storage(16);
        const Summary summary = b.summary(b.dict({{"encoder", b.dict({{"weight", b.tensor(tied, {4})}})},
                                                  {"decoder", b.dict({{"weight", b.tensor(tied, {4})}})},
                                                  {"other", b.tensor(b.storage(4), {1})}}),
                                          {{"", Role::Model}});
        QCOMPARE(summary.tensors, 2u);
        QCOMPARE(summary.elements, 5u);
        QCOMPARE(summary.modelElements, 5u);
        QCOMPARE(summary.parts.size(), std::size_t(1));
        QCOMPARE(summary.parts[0].elements, 5u);
        QCOMPARE(summary.shared.size(), std::size_t(1));
        QCOMPARE(b.paths(summary.shared[0].entries), QStringList({"encoder/weight", "decoder/weight"}));
    }

    void viewsOfABiggerStorageWasteWhatNobodyLooksAt()
    {
        Built b;
        const StorageIndex big = b.storage(4000);
        const Summary summary = b.summary(b.dict({{"head", b.tensor(big, {10})},
                                                  {"overlap", b.tensor(big, {10}, DType::Float32, 5)},
                                                  {"tail", b.tensor(big, {100}, DType::Float32, 900)}}));
        QCOMPARE(summary.tensors, 3u);
        QCOMPARE(summary.wastedBytes.value, 4000u - 60u - 400u);
        QCOMPARE(summary.wasteful.size(), std::size_t(1));
        QCOMPARE(b.checkpoint.entries.pathText(summary.wasteful[0].entry), std::string("head"));
    }

    void sectionsAreWeighed()
    {
        Built b;
        const ValueId model =
            b.dict({{"weight", b.tensor(b.storage(40), {10})}, {"steps", b.tensor(b.storage(8), {}, DType::Int64)}});
        const ValueId optimizer = b.dict({{"exp_avg", b.tensor(b.storage(40), {10})}});
        const Summary summary = b.summary(b.dict({{"model", model}, {"optimizer", optimizer}}),
                                          {{"model", Role::Model}, {"optimizer", Role::Optimizer}});
        QCOMPARE(summary.parts.size(), std::size_t(2));
        QCOMPARE(summary.parts[0].bytes.value, 48u);
        QCOMPARE(summary.parts[1].tensors, 1u);
        QCOMPARE(summary.modelElements, 11u);
        QCOMPARE(shown(summary.modelByDtype),
                 QString("float32: 1 tensors, 10 elements, 40 bytes; int64: 1 tensors, 1 elements, 8 bytes"));
    }

    void missingStoragesAreCounted()
    {
        Built b;
        const Summary summary = b.summary(b.dict(
            {{"a", b.tensor(b.storage(24, "cpu", false), {6})}, {"empty", b.tensor(b.storage(0, "cpu", false), {0})}}));
        QCOMPARE(summary.missingStorages, 1u);
        QCOMPARE(summary.missingBytes.value, 24u);
    }

    void tensorsWithoutAStorageAreOnMeta()
    {
        Built b;
        const ValueId meta = b.tensor(kNoStorage, {3});
        const ValueId parts = b.dict({{"values", b.tensor(b.storage(8), {2})}});
        const ValueId sparse =
            b.tree.addTensor({.ref = {.layout = TensorLayout::SparseCoo, .shape = {100}}, .parts = parts});
        const Summary summary = b.summary(b.dict({{"m", meta}, {"again", meta}, {"s", sparse}}));
        QCOMPARE(summary.tensors, 2u);
        QCOMPARE(shown(summary.byDevice),
                 QString("meta: 1 tensors, 3 elements, 12 bytes; cpu: 1 tensors, 2 elements, 8 bytes"));
    }

    void theTenLargestEntriesComeFirst()
    {
        Built b;
        std::vector<ValueId> flat;
        for (int i = 1; i <= 12; ++i)
            flat.insert(flat.end(),
                        {b.tree.addStr("t" + std::to_string(i)), b.tensor(b.storage(std::uint64_t(i) * 4), {i})});
        flat.insert(flat.end(), {b.tree.addStr("text"), b.tree.addStr(std::string(46, 'x'))});
        const Summary summary = b.summary(b.tree.addContainer(ValueKind::Dict, flat));
        QCOMPARE(summary.largest.size(), std::size_t(10));
        QCOMPARE(b.checkpoint.entries.pathText(summary.largest[0].entry), std::string("t12"));
        QCOMPARE(b.checkpoint.entries.pathText(summary.largest[1].entry), std::string("text"));
        QCOMPARE(summary.largest[9].bytes.value, 16u);
    }

    void absurdSizesDoNotOverflow()
    {
        Built b;
        const std::int64_t huge = std::int64_t(1) << 62;
        const std::uint64_t all = std::numeric_limits<std::uint64_t>::max();
        const ValueId first = b.tensor(b.storage(all), {huge}, DType::UInt8);
        const ValueId second = b.tensor(b.storage(all), {huge}, DType::UInt8, huge);
        const Summary summary = b.summary(
            b.dict({{"a", first}, {"b", second}, {"c", b.tensor(b.storage(8), {huge, huge}, DType::Float64)}}));
        QCOMPARE(summary.storageBytes.value, all);
        QCOMPARE(summary.elements, std::uint64_t(1) << 63);
    }

    void hundredThousandTensorsTakeLittleTime()
    {
        Built b;
        std::vector<ValueId> flat;
        for (int i = 0; i < 100'000; ++i)
            flat.insert(flat.end(), {b.tree.addStr("w" + std::to_string(i)), b.tensor(b.storage(64), {4, 4})});
        const ValueId root = b.tree.addContainer(ValueKind::Dict, flat);
        b.checkpoint.entries = EntryTree(b.tree, root, {});
        b.checkpoint.sections.push_back({.role = Role::Model});
        const auto start = std::chrono::steady_clock::now();
        const Summary summary = summarize(b.checkpoint);
        const auto spent = std::chrono::steady_clock::now() - start;
        QCOMPARE(summary.modelElements, 1'600'000u);
        QVERIFY2(spent < std::chrono::milliseconds(600), "counting 100,000 tensors takes too long");
    }

    void manyViewsOfOneStorageTakeLittleTime()
    {
        Built b;
        const StorageIndex shared = b.storage(400'000);
        std::vector<ValueId> items;
        for (int i = 0; i < 100'000; ++i)
            items.push_back(b.tensor(shared, {1}, DType::Float32, i));
        const Summary summary = b.summary(b.tree.addContainer(ValueKind::List, items));
        QCOMPARE(summary.tensors, 100'000u);
        QCOMPARE(summary.wastedBytes.value, 0u);
    }
};

QTEST_GUILESS_MAIN(SummaryTest)
#include "summary_test.moc"
