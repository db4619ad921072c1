// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/checkpoint/export/model_builder.h"
#include "tests/support/child_process.h"
#include "tests/support/fault_file.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <array>
#include <functional>

#include <sys/resource.h>

using namespace waypoint;
using namespace waypoint::test;
namespace fs = std::filesystem;

namespace {

/// Every kind of writer under one signature.
using Write =
    std::function<Result<void>(const fs::path &, Model &, const TensorFileOptions &, const std::stop_token &)>;

Result<void> asLegacy(const fs::path &path, Model &model, const TensorFileOptions &options = {},
                      const std::stop_token &stop = {})
{
    return writeLegacyTorchFile(path, model.tree, model.root(), options, stop);
}

Result<void> asSafetensors(const fs::path &path, Model &model, const TensorFileOptions &options = {},
                           const std::stop_token &stop = {})
{
    const std::array<std::pair<std::string, std::string>, 1> metadata{{{"format", "pt"}}};
    return writeSafetensors(path, model.tree, model.tensors, metadata, options, stop);
}

Result<void> asNpz(const fs::path &path, Model &model, const TensorFileOptions &options = {},
                   const std::stop_token &stop = {})
{
    return writeNpz(path, model.tree, model.tensors, options, stop);
}

Result<void> asLibTorch(const fs::path &path, Model &model, const TensorFileOptions &options = {},
                        const std::stop_token &stop = {})
{
    return writeLibTorchArchive(path, model.tree, model.tensors, options, stop);
}

QByteArray contentOf(const fs::path &path)
{
    QFile file(QString::fromStdString(path.string()));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("unreadable");
}

}  // namespace

Q_DECLARE_METATYPE(Write)

class TensorFilesTest final : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_temporary;
    fs::path m_folder;

    QStringList names() const
    {
        return QDir(QString::fromStdString(m_folder.string()))
            .entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
    }

    static void everyFormat()
    {
        QTest::addColumn<Write>("write");
        QTest::newRow("legacy") << Write(asLegacy);
        QTest::newRow("safetensors") << Write(asSafetensors);
        QTest::newRow("npz") << Write(asNpz);
        QTest::newRow("libtorch") << Write(asLibTorch);
    }

private Q_SLOTS:
    void init()
    {
        m_folder = fs::path(m_temporary.path().toStdString()) / QTest::currentTestFunction()
                   / (QTest::currentDataTag() ? QTest::currentDataTag() : "only");
        fs::create_directories(m_folder);
    }

    void whatIsWrittenIsReadBack_data()
    {
        QTest::addColumn<Write>("write");
        QTest::newRow("legacy") << Write(asLegacy);
        QTest::newRow("safetensors") << Write(asSafetensors);
    }
    void whatIsWrittenIsReadBack()
    {
        QFETCH(Write, write);
        Model model;
        model.add("conv1.weight", DType::Float32, {6, 3, 5, 5});
        model.add("conv1.bias", DType::Float16, {6}, 2);
        model.add("bn.num_batches_tracked", DType::Int64, {});
        model.add("mask", DType::UInt8, {3}, 3);
        model.add("empty", DType::Float32, {0, 4});
        model.add("half", DType::BFloat16, {5}, 4);
        model.add("large", DType::Float32, {700, 1000}, 5);
        const StorageIndex storage = model.store(someBytes(24, 6), DType::Float32);
        model.add("matrix", storage, DType::Float32, {2, 3});
        model.add("transposed", storage, DType::Float32, {3, 2}, {1, 3});
        const fs::path path = m_folder / "a";
        QCOMPARE(textOf(write(path, model, {}, {})), "done");
        QCOMPARE(tensorsIn(path), tensorsOf(model));
        QCOMPARE(names(), QStringList{"a"});
    }

    void progressCountsTheFileTwice_data() { everyFormat(); }
    void progressCountsTheFileTwice()
    {
        QFETCH(Write, write);
        Model model;
        model.add("weight", DType::Float32, {1000, 1000});
        model.add("bias", DType::Float32, {3});
        Progress progress;
        const fs::path path = m_folder / "a";
        QCOMPARE(textOf(write(path, model, {.device = {}, .progress = &progress}, {})), "done");
        QCOMPARE(progress.total.load(), 2 * fs::file_size(path));
        QCOMPARE(progress.done.load(), progress.total.load());
    }

    // --- what goes wrong keeps the old file ---

    void aSourceThatCannotBeReadKeepsTheOldFile_data() { everyFormat(); }
    void aSourceThatCannotBeReadKeepsTheOldFile()
    {
        QFETCH(Write, write);
        const fs::path path = m_folder / "a";
        Model old;
        old.add("old", DType::Float32, {2});
        QVERIFY(write(path, old, {}, {}));
        const QByteArray before = contentOf(path);
        const auto shrunk = std::make_shared<FaultFile>(someBytes(4'000'000));
        shrunk->endsAt = ByteOffset{2'500'000};
        Model model;
        model.add("w", model.store(shrunk, DType::Float32), DType::Float32, {1'000'000});
        QCOMPARE(write(path, model, {}, {}).error().code, ErrorCode::Truncated);
        const auto broken = std::make_shared<FaultFile>(someBytes(4'000'000));
        broken->failsAt = ByteOffset{3'000'000};
        Model other;
        other.add("w", other.store(broken, DType::Float32), DType::Float32, {1'000'000});
        QCOMPARE(write(path, other, {}, {}).error().code, ErrorCode::ReadFailed);
        QVERIFY(contentOf(path) == before);
        QCOMPARE(names(), QStringList{"a"});
    }

    void stoppingLeavesNothing_data() { everyFormat(); }
    void stoppingLeavesNothing()
    {
        QFETCH(Write, write);
        Model model;
        model.add("w", DType::Float32, {1'000'000});
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(write(m_folder / "a", model, {}, stop.get_token()).error().code, ErrorCode::Cancelled);
        QCOMPARE(names(), QStringList());
    }

    void theSizeLimitOfAProcessIsAnError_data() { everyFormat(); }
    void theSizeLimitOfAProcessIsAnError()
    {
        QFETCH(Write, write);
        const int status = inChild([&] {
            const rlimit limit{1 << 20, 1 << 20};
            ::setrlimit(RLIMIT_FSIZE, &limit);
            Model model;
            model.add("w", DType::Float32, {1'000'000});
            const Result<void> written = write(m_folder / "a", model, {}, {});
            return !written && written.error().code == ErrorCode::WriteFailed ? 0 : 1;
        });
        QCOMPARE(status, 0);
        QCOMPARE(names(), QStringList());
    }

    // --- what a format cannot hold ---

    void typesThatAFormatLacksAreRefusedByName()
    {
        Model model;
        model.add("scale", DType::Float8E4M3FN, {4});
        QCOMPARE(textOf(asSafetensors(m_folder / "a", model)), "done");
        const Result<void> legacy = asLegacy(m_folder / "b", model);
        QVERIFY(!legacy);
        QCOMPARE(legacy.error().code, ErrorCode::Unsupported);
        QCOMPARE(legacy.error().detail,
                 std::string("'scale': the format has no elements of type float8_e4m3fn; the zip "
                             "format of torch.save has"));
        Model complex;
        complex.add("z", DType::ComplexDouble, {4});
        QCOMPARE(textOf(asLegacy(m_folder / "b", complex)), "done");
        const Result<void> safetensors = asSafetensors(m_folder / "c", complex);
        QVERIFY(!safetensors);
        QCOMPARE(safetensors.error().code, ErrorCode::Unsupported);
        QCOMPARE(safetensors.error().detail, std::string("tensor 'z': safetensors has no elements of type complex128"));
        QCOMPARE(names(), (QStringList{"a", "b"}));
    }

    void namesThatNoModuleCanHaveAreRefused()
    {
        const auto refused = [this](const std::vector<std::string> &wanted) {
            Model model;
            for (const std::string &name : wanted)
                model.add(name, DType::Float32, {1});
            const Result<void> written = asLibTorch(m_folder / "a", model);
            return written ? QStringLiteral("done") : QString::fromStdString(written.error().detail);
        };
        QCOMPARE(refused({"a..b"}), "tensor 'a..b' cannot be part of a module: a part of its name is empty");
        QCOMPARE(refused({"a."}), "tensor 'a.' cannot be part of a module: a part of its name is empty");
        QCOMPARE(refused({"a", "a.b"}), "tensor 'a.b' cannot be part of a module: 'a' is a tensor, too");
        QCOMPARE(refused({"a.b", "a"}),
                 "tensor 'a' cannot be part of a module: others are named as if it were a module");
        QCOMPARE(refused({"0.weight", "in.class", "x y.\xc3\xa9"}), "done");
    }

    void aStorageOfSeveralTypesIsNoLegacyFile()
    {
        Model model;
        const StorageIndex storage = model.store(someBytes(16), DType::Float32);
        model.add("floats", storage, DType::Float32, {4});
        model.add("bits", storage, DType::Int32, {4});
        const Result<void> legacy = asLegacy(m_folder / "a", model);
        QVERIFY(!legacy);
        QCOMPARE(legacy.error().code, ErrorCode::Unsupported);
        QCOMPARE(names(), QStringList());
    }

    void namesThatNoDictCouldHoldAreRefused()
    {
        const auto refused = [this](const std::vector<std::string> &wanted) {
            Model model;
            for (const std::string &name : wanted)
                model.add(name, DType::Float32, {1});
            const Result<void> written = asSafetensors(m_folder / "a", model);
            return written ? QStringLiteral("done") : QString::fromStdString(written.error().detail);
        };
        QCOMPARE(refused({"w", "w"}), "two tensors would be called 'w'");
        QCOMPARE(refused({""}), "a tensor has no name");
        QCOMPARE(refused({"__metadata__"}), "tensor '__metadata__': safetensors keeps this name for itself");
        QCOMPARE(refused({"\xff"}), "the name '\\xff' is no text that the format could hold");
        QCOMPARE(refused({"quote\"s and \n \xc3\xa9"}), "done");
    }

    void sizesAreKnownBeforehand()
    {
        Model model;
        model.add("weight", DType::Float32, {100, 30});
        model.add("flag", DType::Bool, {7});
        const ValueId root = model.root();
        QVERIFY(writeLegacyTorchFile(m_folder / "a", model.tree, root, {}));
        QCOMPARE(legacyTorchFileBytes(model.tree, root).value, fs::file_size(m_folder / "a"));
        QVERIFY(writeSafetensors(m_folder / "b", model.tree, model.tensors, {}, {}));
        QCOMPARE(safetensorsBytes(model.tree, model.tensors, {}).value, fs::file_size(m_folder / "b"));
        QVERIFY(writeLibTorchArchive(m_folder / "model", model.tree, model.tensors, {}));
        QCOMPARE(libTorchArchiveBytes(model.tree, model.tensors).value, fs::file_size(m_folder / "model"));
        QVERIFY(writeNpz(m_folder / "c", model.tree, model.tensors, {}));
        QCOMPARE(npzBytes(model.tree, model.tensors).value, fs::file_size(m_folder / "c"));
    }
};

QTEST_GUILESS_MAIN(TensorFilesTest)
#include "tensor_files_test.moc"
