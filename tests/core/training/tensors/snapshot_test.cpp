// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/reader.h"
#include "core/checkpoint/torch_writer.h"
#include "core/training/tensors/snapshot.h"
#include "core/training/tensors/tensor_reading.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace waypoint;

namespace {

using Items = std::vector<std::pair<std::string, ValueId>>;

/// What a file has under a key, as a tensor.
at::Tensor readBack(const std::filesystem::path &path, const char *key)
{
    const Opened opened = openCheckpoint(path);
    if (!opened.checkpoint)
        return {};
    auto tensor = readTensor(Value(opened.checkpoint->values, opened.checkpoint->root)[key]);
    return tensor ? *tensor : at::Tensor();
}

}  // namespace

class SnapshotTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aSnapshotKeepsWhatTheTensorWasWhenItWasTaken()
    {
        QTemporaryDir folder;
        const std::filesystem::path path = folder.filePath("a.pth").toStdString();
        at::Tensor weights = at::arange(6, at::kFloat).reshape({2, 3});
        Snapshot snapshot(std::make_shared<SnapshotBuffer>());
        const ValueId root = snapshot.addDict(Items{{"w", snapshot.addTensor(weights)}});
        weights.zero_();
        QVERIFY(writeTorchFile(path, snapshot.tree(), root));
        QVERIFY(at::equal(readBack(path, "w"), at::arange(6, at::kFloat).reshape({2, 3})));
    }

    void everyDtypeAndLayoutComesBackAsItWas_data()
    {
        QTest::addColumn<int>("type");
        for (const auto type : {at::kBool, at::kByte, at::kShort, at::kLong, at::kHalf, at::kBFloat16, at::kFloat,
                                at::kDouble, at::kComplexFloat})
            QTest::newRow(c10::toString(type)) << static_cast<int>(type);
    }

    void everyDtypeAndLayoutComesBackAsItWas()
    {
        QFETCH(int, type);
        QTemporaryDir folder;
        const std::filesystem::path path = folder.filePath("a.pth").toStdString();
        const at::Tensor plain = at::arange(24).reshape({4, 6}).to(static_cast<at::ScalarType>(type));
        Snapshot snapshot(std::make_shared<SnapshotBuffer>());
        const ValueId root = snapshot.addDict(Items{{"plain", snapshot.addTensor(plain)},
                                                    {"turned", snapshot.addTensor(plain.t())},
                                                    {"part", snapshot.addTensor(plain.slice(1, 1, 6, 2))},
                                                    {"none", snapshot.addTensor(plain.slice(0, 0, 0))}});
        QVERIFY(writeTorchFile(path, snapshot.tree(), root));
        QVERIFY(at::equal(readBack(path, "plain"), plain));
        QVERIFY(at::equal(readBack(path, "turned"), plain.t()));
        QVERIFY(at::equal(readBack(path, "part"), plain.slice(1, 1, 6, 2)));
        QCOMPARE(readBack(path, "none").sizes().vec(), (std::vector<std::int64_t>{0, 6}));
    }

    void tiedWeightsShareAStorageAndOthersDoNot()
    {
        const at::Tensor weights = at::rand({8});
        Snapshot snapshot(std::make_shared<SnapshotBuffer>());
        const ValueId first = snapshot.addTensor(weights);
        const ValueId again = snapshot.addTensor(weights);
        const ValueId copy = snapshot.addTensor(weights.clone());
        const auto storage = [&](ValueId id) { return snapshot.tree().tensor(id).ref.storage; };
        QCOMPARE(storage(again), storage(first));
        QVERIFY(storage(copy) != storage(first));
    }

    void aTemporaryAtTheSameAddressIsNotTakenForTheOneBefore()
    {
        Snapshot snapshot(std::make_shared<SnapshotBuffer>());
        std::set<StorageIndex> storages;
        for (int i = 0; i < 20; ++i)
            storages.insert(snapshot.tree().tensor(snapshot.addTensor(at::full({16}, i))).ref.storage);
        QCOMPARE(storages.size(), std::size_t(20));
    }

    void memoryIsUsedAgain()
    {
        const auto buffer = std::make_shared<SnapshotBuffer>();
        const at::Tensor large = at::rand({1 << 20});
        for (int i = 0; i < 5; ++i) {
            Snapshot snapshot(buffer);
            snapshot.addTensor(large);
            snapshot.addTensor(large.clone());
        }
        QVERIFY(buffer->capacity() < std::size_t(40) << 20);
    }

    void messagesOfLibTorchAreOneLine()
    {
        const auto result = guarded([]() -> Result<at::Tensor> { return at::rand({2, 3}).matmul(at::rand({2, 3})); });
        QVERIFY(!result);
        QVERIFY(result.error().code == ErrorCode::TrainingFailed);
        QVERIFY(QString::fromStdString(result.error().detail).contains("2x3"));
        QVERIFY(!QString::fromStdString(result.error().detail).contains('\n'));
    }

    void memoryThatIsNotThereIsCalledSo()
    {
        const auto result = guarded([]() -> Result<at::Tensor> { return at::empty({std::int64_t(1) << 55}); });
        QVERIFY(!result);
        QVERIFY(QString::fromStdString(result.error().detail).startsWith("out of memory"));
    }
};

QTEST_GUILESS_MAIN(SnapshotTest)
#include "snapshot_test.moc"
