// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN  // moc of Qt 6.4 stumbles over concepts in the standard library
#include "core/checkpoint/export/export_plan.h"
#include "core/checkpoint/export/export_storages.h"
#include "core/checkpoint/export/view_overlap.h"
#include "core/checkpoint/reader.h"
#include "tests/support/tree_builder.h"
#endif

#include <QDir>
#include <QTemporaryDir>
#include <QtTest>

#include <atomic>
#include <cstring>

using namespace waypoint;
using namespace waypoint::test;

namespace {

/// Bytes of which each is its position; asks for a stop once so many were read, and counts how often it was opened.
class StoppingSource final : public StorageSource
{
public:
    StoppingSource(std::uint64_t bytes, std::uint64_t stopsAfter) : m_bytes(bytes), m_left(stopsAfter) {}

    Result<FilePtr> open(std::uint64_t) const override
    {
        ++opened;
        return FilePtr(std::make_shared<File>(*this));
    }

    mutable std::stop_source stop;
    mutable std::atomic<int> opened = 0;

private:
    class File final : public RandomAccessFile
    {
    public:
        explicit File(const StoppingSource &source) : m_source(source) {}

        [[nodiscard]] ByteCount size() const override { return {m_source.m_bytes}; }
        [[nodiscard]] const std::string &name() const override { return m_name; }
        Result<std::size_t> readAt(ByteOffset at, std::span<std::byte> into) const override
        {
            if (at.value >= m_source.m_bytes)
                return std::size_t{0};
            into = into.first(std::min<std::uint64_t>(into.size(), m_source.m_bytes - at.value));
            for (std::size_t i = 0; i < into.size(); ++i)
                into[i] = static_cast<std::byte>((at.value + i) * 7 % 251 % 60);  // finite floats of any size
            const std::uint64_t left = m_source.m_left;
            m_source.m_left = left - std::min<std::uint64_t>(left, into.size());
            if (m_source.m_left == 0)
                m_source.stop.request_stop();
            return into.size();
        }

    private:
        const StoppingSource &m_source;
        std::string m_name = "source";
    };

    std::uint64_t m_bytes;
    mutable std::atomic<std::uint64_t> m_left;
};

/// A float32 tensor over bytes of a source.
Any tensorOf(const std::shared_ptr<const StorageSource> &source, std::int64_t elements, std::int64_t offset = 0,
             std::int64_t step = 1)
{
    const auto shared = std::make_shared<StorageIndex>(kNoStorage);
    return Any::Make([=](ValueTree &tree) {
        Storage storage;
        storage.key = "0";
        storage.device = "cuda:0";
        storage.dtype = DType::Float32;
        storage.present = true;
        storage.bytes = {static_cast<std::uint64_t>(4 * (offset + elements * step))};
        storage.source = source;
        TensorValue value;
        value.ref.dtype = DType::Float32;
        value.ref.shape = SmallDims{elements};
        value.ref.strides = SmallDims{step};
        value.ref.offset = offset;
        value.ref.storage = tree.addStorage(std::move(storage));
        return tree.addTensor(std::move(value));
    });
}

constexpr std::int64_t kMany = 1'500'000;  // elements: several blocks of whatever size
constexpr std::uint64_t kNever = ~std::uint64_t(0);

CheckpointPtr twoTensors(const std::shared_ptr<const StorageSource> &source)
{
    return built(dict({{"a.weight", tensorOf(source, kMany)}, {"b.weight", tensorOf(source, kMany / 2, 5, 2)}}));
}

TensorRef view(std::int64_t offset, SmallDims shape, SmallDims strides)
{
    TensorRef ref;
    ref.dtype = DType::Float32;
    ref.offset = offset;
    ref.shape = std::move(shape);
    ref.strides = std::move(strides);
    return ref;
}

QStringList filesIn(const QTemporaryDir &folder)
{
    return QDir(folder.path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
}

}  // namespace

class ExportPlanTest final : public QObject
{
    Q_OBJECT

private:
    static std::filesystem::path in(const QTemporaryDir &folder, const char *name)
    {
        return std::filesystem::path(folder.path().toStdString()) / name;
    }

private Q_SLOTS:
    void formatsHaveOneNameEach()
    {
        for (const ExportFormat format : {ExportFormat::TorchZip, ExportFormat::TorchLegacy, ExportFormat::Safetensors,
                                          ExportFormat::Npz, ExportFormat::Npy, ExportFormat::LibTorch})
            QCOMPARE(exportFormatFromName(exportFormatName(format)), std::optional(format));
        QVERIFY(!exportFormatFromName("onnx"));
        QCOMPARE(exportFormatOf("a/Model.SafeTensors"), ExportFormat::Safetensors);
        QCOMPARE(exportFormatOf("model.safetensors.index.json"), ExportFormat::Safetensors);
        QCOMPARE(exportFormatOf("x.npz"), ExportFormat::Npz);
        QCOMPARE(exportFormatOf("x.pt"), ExportFormat::TorchZip);
        QCOMPARE(exportFormatOf("x"), ExportFormat::TorchZip);
    }

    void planningManyTensorsReadsNone()
    {
        const auto source = std::make_shared<StoppingSource>(64, kNever);
        std::vector<Pair> pairs;
        constexpr int kTensors = 100'000;
        for (int i = 0; i < kTensors; ++i)
            pairs.emplace_back("layer" + std::to_string(i) + ".weight", tensorOf(source, 16));
        const CheckpointPtr checkpoint = built(dict(pairs));
        for (const ExportFormat format : {ExportFormat::TorchZip, ExportFormat::Safetensors}) {
            ExportOptions options;
            options.format = format;
            options.dtype = DType::Float16;
            const auto plan = planExport(checkpoint, options);
            QVERIFY(plan);
            QCOMPARE((*plan)->tensors.size(), std::size_t(kTensors));
            QCOMPARE((*plan)->tensors[7].name, std::string("layer7.weight"));
            QCOMPARE((*plan)->tensors[7].bytes, ByteCount{32});
        }
        QCOMPARE(source->opened.load(), 0);
    }

    void whoStopsAnExportFindsNothingLeftOfIt_data()
    {
        QTest::addColumn<int>("format");
        QTest::addColumn<bool>("converted");
        QTest::addColumn<bool>("sharded");
        for (const ExportFormat format : {ExportFormat::TorchZip, ExportFormat::TorchLegacy, ExportFormat::Safetensors,
                                          ExportFormat::Npz, ExportFormat::LibTorch})
            for (const bool converted : {false, true})
                QTest::addRow("%s%s", std::string(exportFormatName(format)).c_str(), converted ? " converted" : "")
                    << static_cast<int>(format) << converted << false;
        QTest::addRow("shards") << static_cast<int>(ExportFormat::Safetensors) << false << true;
        QTest::addRow("shards of torch") << static_cast<int>(ExportFormat::TorchZip) << true << true;
    }

    void whoStopsAnExportFindsNothingLeftOfIt()
    {
        QFETCH(int, format);
        QFETCH(bool, converted);
        QFETCH(bool, sharded);
        QTemporaryDir folder;
        const auto source = std::make_shared<StoppingSource>(4 * (kMany + 5), 5'000'000);
        ExportOptions options;
        options.format = static_cast<ExportFormat>(format);
        options.shardBytes = sharded ? 4'000'000 : 0;
        if (converted)
            options.dtype = DType::Float16;
        const auto plan = planExport(twoTensors(source), options);
        QVERIFY(plan);
        const auto written =
            writeExport(**plan, in(folder, sharded ? "model.safetensors" : "out.pth"), source->stop.get_token());
        QVERIFY(!written);
        QCOMPARE(written.error().code, ErrorCode::Cancelled);
        QCOMPARE(filesIn(folder), QStringList());
        QVERIFY(source->opened > 0);
    }

    void checkingAConversionCanBeStopped()
    {
        const auto source = std::make_shared<StoppingSource>(4 * (kMany + 5), 5'000'000);
        ExportOptions options;
        options.dtype = DType::Float16;
        const auto plan = planExport(twoTensors(source), options);
        QVERIFY(plan);
        const auto loss = checkConversion(**plan, source->stop.get_token());
        QVERIFY(!loss);
        QCOMPARE(loss.error().code, ErrorCode::Cancelled);
    }

    void lossesAreCountedOnceHoweverOftenAPlanIsWritten()
    {
        QTemporaryDir folder;
        const auto source = std::make_shared<StoppingSource>(4 * (kMany + 5), kNever);
        ExportOptions options;
        options.dtype = DType::Float16;
        for (const ExportFormat format :
             {ExportFormat::TorchZip, ExportFormat::TorchLegacy, ExportFormat::Safetensors, ExportFormat::Npz}) {
            options.format = format;
            const auto plan = planExport(twoTensors(source), options);
            QVERIFY(plan);
            const auto before = checkConversion(**plan, {});
            QVERIFY(before);
            QVERIFY(before->overflowed + before->vanished > 0);
            for (int i = 0; i < 2; ++i) {
                const auto written = writeExport(**plan, in(folder, "out.pth"), {});
                QVERIFY(written);
                QCOMPARE(written->loss.overflowed, before->overflowed);
                QCOMPARE(written->loss.vanished, before->vanished);
                QCOMPARE(written->loss.tensors, before->tensors);
            }
        }
    }

    void progressEndsAtItsTotal()
    {
        QTemporaryDir folder;
        const auto source = std::make_shared<StoppingSource>(4 * (kMany + 5), kNever);
        for (const ExportFormat format : {ExportFormat::TorchZip, ExportFormat::TorchLegacy, ExportFormat::Safetensors,
                                          ExportFormat::Npz, ExportFormat::LibTorch}) {
            ExportOptions options;
            options.format = format;
            const auto plan = planExport(twoTensors(source), options);
            QVERIFY(plan);
            Progress progress;
            const auto written = writeExport(**plan, in(folder, "epoch_0009.pth"), {}, &progress);
            QVERIFY(written);
            QCOMPARE(progress.done.load(), progress.total.load());
            QCOMPARE(progress.done.load(), 2 * written->bytes.value);
        }
    }

    void aStorageSeenAsSeveralTypesStaysOne()
    {
        const auto source = std::make_shared<StoppingSource>(4000, kNever);
        const auto checkpoint = std::make_shared<Checkpoint>();
        ValueTree &tree = checkpoint->values;
        Storage storage;
        storage.dtype = DType::UInt8;
        storage.present = true;
        storage.bytes = {4000};
        storage.source = source;
        const StorageIndex shared = tree.addStorage(storage);
        std::vector<ValueId> pairs;
        const auto add = [&](const char *name, DType dtype, std::int64_t offset, std::int64_t count) {
            TensorValue value;
            value.ref = view(offset, SmallDims{count}, SmallDims{1});
            value.ref.dtype = dtype;
            value.ref.storage = shared;
            pairs.push_back(tree.addStr(name));
            pairs.push_back(tree.addTensor(value));
        };
        add("bytes", DType::UInt8, 403, 100);    // bytes 403 to 503
        add("doubles", DType::Float64, 51, 20);  // bytes 408 to 568
        checkpoint->root = tree.addContainer(ValueKind::Dict, pairs);
        checkpoint->entries = EntryTree(tree, checkpoint->root, Limits());
        const auto plan = planExport(checkpoint, {});
        QVERIFY(plan);
        const TensorRef &bytes = (*plan)->values.tensor((*plan)->tensors[0].value).ref;
        const TensorRef &doubles = (*plan)->values.tensor((*plan)->tensors[1].value).ref;
        QCOMPARE(bytes.storage, doubles.storage);
        QCOMPARE(8 * doubles.offset - bytes.offset, std::int64_t(5));
        const Storage &made = (*plan)->values.storages()[bytes.storage];
        QVERIFY(made.bytes.value < 200);
        std::array<std::byte, 1> first{};
        QVERIFY((*made.source->open(made.record))->readAt({static_cast<std::uint64_t>(bytes.offset)}, first));
        QCOMPARE(std::to_integer<int>(first[0]), 403 * 7 % 251 % 60);
    }

    void aViewThatLeavesItsStorageIsNamed()
    {
        const auto source = std::make_shared<StoppingSource>(64, kNever);
        const auto checkpoint = std::shared_ptr<Checkpoint>(built(dict({{"bad.weight", tensorOf(source, 16)}})));
        checkpoint->values.tensor(checkpoint->entries[1].value).ref.offset = 1;
        const auto plan = planExport(checkpoint, {});
        QVERIFY(!plan);
        QCOMPARE(plan.error().code, ErrorCode::Corrupt);
        QVERIFY(plan.error().detail.find("'bad.weight'") != std::string::npos);
    }

    void aModuleThatContainsItselfComesToAnEnd()
    {
        const auto source = std::make_shared<StoppingSource>(64, kNever);
        const auto checkpoint = std::shared_ptr<Checkpoint>(built(object(
            "__main__.Net",
            {{"_parameters", dict({{"w", tensorOf(source, 16)}})}, {"_buffers", dict({})}, {"_modules", dict({})}})));
        const Value root(checkpoint->values, checkpoint->root);
        const ValueId self = root.id();
        checkpoint->values.append(root["_modules"].id(), std::array{checkpoint->values.addStr("me"), self});
        const auto plan = planExport(checkpoint, {});
        QVERIFY(plan);
        QVERIFY((*plan)->tensors.size() > 1);
        QCOMPARE((*plan)->tensors[1].name, std::string("me.w"));
    }

    void viewsAreKnownToBeApartOnlyWhereTheySurelyAre_data()
    {
        QTest::addColumn<QList<qint64>>("a");  // offset, then shape and stride of each dimension
        QTest::addColumn<QList<qint64>>("b");
        QTest::addColumn<bool>("mayOverlap");
        using View = QList<qint64>;
        QTest::addRow("columns") << View{0, 9, 100, 10, 1} << View{10, 9, 100, 10, 1} << false;
        QTest::addRow("columns that overlap") << View{0, 9, 100, 11, 1} << View{10, 9, 100, 10, 1} << true;
        QTest::addRow("every third") << View{0, 9, 3} << View{1, 9, 3} << false;
        QTest::addRow("the same thirds") << View{0, 9, 3} << View{6, 9, 3} << true;
        QTest::addRow("a column and a row across it") << View{5, 9, 100} << View{300, 100, 1} << true;
        QTest::addRow("a column and the end of a row") << View{5, 9, 100} << View{306, 94, 1} << false;
        QTest::addRow("strides that do not divide") << View{0, 9, 6} << View{1, 9, 4} << true;
        QTest::addRow("rows longer than their stride") << View{0, 9, 10, 20, 1} << View{15, 9, 10} << true;
        QTest::addRow("an expanded element") << View{3, 50, 0} << View{3, 1, 1} << true;
    }

    void viewsAreKnownToBeApartOnlyWhereTheySurelyAre()
    {
        QFETCH(QList<qint64>, a);
        QFETCH(QList<qint64>, b);
        QFETCH(bool, mayOverlap);
        const auto viewOf = [](const QList<qint64> &numbers) {
            std::vector<std::int64_t> shape;
            std::vector<std::int64_t> strides;
            for (qsizetype i = 1; i + 1 < numbers.size(); i += 2) {
                shape.push_back(numbers[i]);
                strides.push_back(numbers[i + 1]);
            }
            return view(numbers[0], SmallDims(std::span<const std::int64_t>(shape)),
                        SmallDims(std::span<const std::int64_t>(strides)));
        };
        QCOMPARE(waypoint::mayOverlap(viewOf(a), viewOf(b)), mayOverlap);
        QCOMPARE(waypoint::mayOverlap(viewOf(b), viewOf(a)), mayOverlap);
    }
};

QTEST_GUILESS_MAIN(ExportPlanTest)
#include "export_plan_test.moc"
