// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN  // moc of Qt 6.4 stumbles over the standard library's headers
#include "core/base/describe_error.h"
#include "core/checkpoint/export/tensor_files.h"
#include "core/training/tensors/snapshot.h"
#include "core/training/torch_headers.h"
#endif

#include <QTemporaryDir>
#include <QTest>

using namespace waypoint;

namespace {

/// What a C++ program that uses LibTorch might have.
struct Net final : torch::nn::Module
{
    torch::nn::Conv2d conv1 = register_module("conv1", torch::nn::Conv2d(3, 4, 3));
    torch::nn::Sequential features = register_module(
        "features", torch::nn::Sequential(torch::nn::Linear(4, 5), torch::nn::BatchNorm1d(5), torch::nn::Linear(5, 2)));
    torch::Tensor scale = register_parameter("scale", torch::randn({3}));
    torch::Tensor steps = register_buffer("steps", torch::randint(100, {4}, torch::kLong));
    torch::Tensor half = register_buffer("half", torch::randn({7}).to(torch::kHalf));
};

using Named = torch::OrderedDict<std::string, torch::Tensor>;

/// Names of the tensors in `b` that differ from those in `a`.
QStringList differences(const Named &a, const Named &b)
{
    QStringList names;
    for (const auto &item : a)
        if (const auto *other = b.find(item.key()); !other || !torch::equal(item.value(), *other))
            names << QString::fromStdString(item.key());
    return names;
}

/// Every tensor of a module, as a state_dict names it.
std::vector<NamedTensor> added(Snapshot &snapshot, const torch::nn::Module &module)
{
    std::vector<NamedTensor> tensors;
    for (const auto &item : module.named_parameters())
        tensors.push_back({item.key(), snapshot.addTensor(item.value())});
    for (const auto &item : module.named_buffers())
        tensors.push_back({item.key(), snapshot.addTensor(item.value())});
    return tensors;
}

}  // namespace

class LibTorchArchiveTest final : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;

    /// The path of an archive of the module's tensors.
    std::string archiveOf(const torch::nn::Module &module)
    {
        const std::string path = m_folder.filePath(QStringLiteral("exported.pt")).toStdString();
        Snapshot snapshot(std::make_shared<SnapshotBuffer>());
        const std::vector<NamedTensor> tensors = added(snapshot, module);
        const Result<void> written = writeLibTorchArchive(path, snapshot.tree(), tensors, {});
        return written ? path : describe(written.error());
    }

private Q_SLOTS:
    void aModuleInCppTakesItsWeightsFromAnArchive()
    {
        torch::manual_seed(1);
        const auto saved = std::make_shared<Net>();
        torch::manual_seed(2);
        auto loaded = std::make_shared<Net>();
        QVERIFY(!differences(saved->named_parameters(), loaded->named_parameters()).isEmpty());
        try {
            torch::load(loaded, archiveOf(*saved));
        } catch (const c10::Error &error) {
            QFAIL(error.what_without_backtrace());
        }
        QCOMPARE(differences(saved->named_parameters(), loaded->named_parameters()), QStringList());
        QCOMPARE(differences(saved->named_buffers(), loaded->named_buffers()), QStringList());
        for (const auto &parameter : loaded->parameters())
            QVERIFY(parameter.requires_grad());
        loaded->eval();
        saved->eval();
        const torch::Tensor input = torch::randn({6, 4});
        QVERIFY(torch::equal(loaded->features->forward(input), saved->features->forward(input)));
    }

    void itIsAModuleForTorchScriptToo()
    {
        const auto saved = std::make_shared<Net>();
        torch::jit::Module module;
        try {
            module = torch::jit::load(archiveOf(*saved));
        } catch (const c10::Error &error) {
            QFAIL(error.what_without_backtrace());
        }
        Named tensors;
        for (const auto &item : module.named_parameters())
            tensors.insert(item.name, item.value);
        for (const auto &item : module.named_buffers())
            tensors.insert(item.name, item.value);
        QCOMPARE(differences(saved->named_parameters(), tensors), QStringList());
        QCOMPARE(differences(saved->named_buffers(), tensors), QStringList());
        QCOMPARE(tensors.size(), saved->named_parameters().size() + saved->named_buffers().size());
    }
};

QTEST_GUILESS_MAIN(LibTorchArchiveTest)
#include "libtorch_archive_test.moc"
