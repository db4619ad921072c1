// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/checkpoint/export/model_builder.h"
#include "tests/support/fault_file.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace waypoint;
using namespace waypoint::test;
namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kHundred = 25;  ///< elements of float32 in 100 bytes

/// Seven tensors of 100, 40, 100, 100, 20, 400 and 40 bytes; the third is tied to the sixth.
Model smallModel()
{
    Model model;
    model.add("a", DType::Float32, {kHundred}, 1);
    model.add("b", DType::Float32, {10}, 2);
    const StorageIndex shared = model.store(someBytes(400, 3), DType::Float32);
    model.add("c", shared, DType::Float32, {kHundred});
    model.add("d", DType::Float32, {kHundred}, 4);
    model.add("e", DType::Float32, {5}, 5);
    model.add("f", shared, DType::Float32, {4, kHundred});
    model.add("g", DType::Float32, {10}, 6);
    return model;
}

QStringList namesOf(const std::vector<Shard> &shards)
{
    QStringList lines;
    for (const Shard &shard : shards) {
        QStringList names;
        for (const NamedTensor &tensor : shard)
            names << QString::fromStdString(tensor.name);
        lines << names.join(u' ');
    }
    return lines;
}

QString errorOf(const Result<std::vector<fs::path>> &written)
{
    return written ? QStringLiteral("done") : QString::fromStdString(describe(written.error()));
}

}  // namespace

class ShardsTest final : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_temporary;
    fs::path m_folder;

    /// Every file of the folder with its content.
    std::vector<std::pair<QString, QByteArray>> files() const
    {
        std::vector<std::pair<QString, QByteArray>> all;
        const QDir folder(QString::fromStdString(m_folder.string()));
        for (const QString &name : folder.entryList(QDir::Files | QDir::Hidden, QDir::Name)) {
            QFile file(folder.filePath(name));
            all.emplace_back(name, file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("unreadable"));
        }
        return all;
    }

    Result<std::vector<fs::path>> write(Model &model, bool safetensors = true, const TensorFileOptions &options = {},
                                        const std::stop_token &stop = {})
    {
        return writeShards(m_folder, model.tree, shardsOf(model.tree, model.tensors, {150}), safetensors, options,
                           stop);
    }

private Q_SLOTS:
    void init()
    {
        m_folder = fs::path(m_temporary.path().toStdString()) / QTest::currentTestFunction()
                   / (QTest::currentDataTag() ? QTest::currentDataTag() : "only");
        fs::create_directories(m_folder);
    }

    void shardsAreFilledInOrderAndKeepTiedTensorsTogether()
    {
        const Model model = smallModel();
        const auto shards = [&model](std::uint64_t most) {
            return namesOf(shardsOf(model.tree, model.tensors, {most}));
        };
        QCOMPARE(shards(10'000), QStringList{"a b c d e f g"});
        QCOMPARE(shards(150), (QStringList{"a b", "c f", "d e", "g"}));
        QCOMPARE(shards(1), (QStringList{"a", "b", "c f", "d", "e", "g"}));
        QCOMPARE(namesOf(shardsOf(model.tree, {}, {100})), QStringList());
    }

    void theIndexLeadsToEveryTensor_data()
    {
        QTest::addColumn<bool>("safetensors");
        QTest::addColumn<QString>("index");
        QTest::newRow("safetensors") << true << "model.safetensors.index.json";
        QTest::newRow("torch") << false << "pytorch_model.bin.index.json";
    }
    void theIndexLeadsToEveryTensor()
    {
        QFETCH(bool, safetensors);
        QFETCH(QString, index);
        Model model = smallModel();
        Progress progress;
        const auto written = write(model, safetensors, {.device = {}, .progress = &progress});
        QCOMPARE(errorOf(written), "done");
        QCOMPARE(QString::fromStdString(written->back().filename().string()), index);
        QCOMPARE(written->size(), std::size_t{5});
        QCOMPARE(files().size(), std::size_t{5});
        std::uint64_t bytes = 0;
        for (const fs::path &path : *written)
            bytes += fs::file_size(path);
        QCOMPARE(progress.done.load(), 2 * bytes);
        QCOMPARE(progress.total.load(), 2 * bytes);
        QStringList found = tensorsIn(written->back());
        found.sort();
        QCOMPARE(found, tensorsOf(model));
        QCOMPARE(tensorsIn(m_folder).size(), tensorsOf(model).size());
    }

    void namesFollowThePathThatIsGiven()
    {
        Model model = smallModel();
        const std::vector<Shard> shards = shardsOf(model.tree, model.tensors, {150});
        const auto first = [&](const fs::path &path) {
            const auto written = writeShards(path, model.tree, shards, true, {});
            return written ? QString::fromStdString(fs::relative(written->front(), m_folder).string())
                           : errorOf(written);
        };
        QCOMPARE(first(m_folder / "net.safetensors.index.json"), "net-00001-of-00004.safetensors");
        QCOMPARE(first(m_folder / "one.safetensors"), "one-00001-of-00004.safetensors");
        QCOMPARE(first(m_folder / "new"), "new/model-00001-of-00004.safetensors");
        QVERIFY(first(m_folder / "none" / "new").contains("its folder does not exist"));
    }

    // --- all or none ---

    void aSourceThatCannotBeReadLeavesWhatWasThere()
    {
        Model old = smallModel();
        QCOMPARE(errorOf(write(old)), "done");
        const auto before = files();
        Model model = smallModel();
        const auto broken = std::make_shared<FaultFile>(someBytes(40));
        broken->failsAt = ByteOffset{20};
        model.add("z", model.store(broken, DType::Float32), DType::Float32, {10});
        const auto written = write(model);
        QVERIFY(!written);
        QCOMPARE(written.error().code, ErrorCode::ReadFailed);
        QVERIFY(files() == before);
    }

    void aFolderInTheWayLeavesWhatWasThere()
    {
        Model old = smallModel();
        QCOMPARE(errorOf(write(old)), "done");
        const fs::path third = m_folder / "model-00003-of-00004.safetensors";
        fs::remove(third);
        fs::create_directory(third);
        const auto before = files();
        Model model;
        for (const char *name : {"a", "b", "c", "d"})
            model.add(name, DType::Float32, {kHundred}, 9);
        const auto written = write(model);
        QVERIFY(!written);
        QCOMPARE(written.error().code, ErrorCode::WriteFailed);
        QVERIFY(files() == before);
        QVERIFY(fs::is_directory(third));
    }

    void stoppingLeavesNothing()
    {
        Model model = smallModel();
        std::stop_source stop;
        stop.request_stop();
        const fs::path folder = m_folder / "new";
        const auto written =
            writeShards(folder, model.tree, shardsOf(model.tree, model.tensors, {150}), true, {}, stop.get_token());
        QVERIFY(!written);
        QCOMPARE(written.error().code, ErrorCode::Cancelled);
        QVERIFY(!fs::exists(folder));
        QVERIFY(files().empty());
    }
};

QTEST_GUILESS_MAIN(ShardsTest)
#include "shards_test.moc"
