// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "network_file.h"

#include <QTest>

using namespace waypoint;

namespace {

const char *const kAllMatched = "<All keys matched successfully>";

QString textOf(const WeightsReport &report) { return QString::fromStdString(report.text()); }

QStringList specs(const std::vector<ModelRequest> &requests)
{
    QStringList list;
    for (const ModelRequest &request : requests)
        list << QString::fromStdString(request.spec);
    return list;
}

/// The largest difference between a model's weights and those of a plain state_dict.
double distance(const Model &model, Value stateDict)
{
    double most = 0;
    for (const ModelTensor &entry : model.tensors())
        most = std::max(most, (entry.tensor - *readTensor(stateDict[entry.name])).abs().max().item<double>());
    return most;
}

}  // namespace

class WeightsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void namesAreMatchedHoweverTheyAreWrapped_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("prefix");
        QTest::newRow("plain") << "plain"
                               << "";
        QTest::newRow("DataParallel") << "data_parallel"
                                      << "module.";
        QTest::newRow("torch.compile") << "compiled"
                                       << "_orig_mod.";
        QTest::newRow("Lightning") << "lightning"
                                   << "model.";
        QTest::newRow("both") << "both"
                              << "module._orig_mod.";
        QTest::newRow("somebody's own") << "own"
                                        << "network.backbone.";
        QTest::newRow("AveragedModel") << "averaged"
                                       << "module.";
        QTest::newRow("dicts in dicts") << "nested"
                                        << "";
        QTest::newRow("half precision") << "half"
                                        << "";
    }

    void namesAreMatchedHoweverTheyAreWrapped()
    {
        QFETCH(QString, file);
        QFETCH(QString, prefix);
        const NetworkFile saved(file.toStdString() + "_weights.pth");
        const ModelPtr model = made({.spec = "cifar-net", .outputs = 7});
        const auto report = loadWeights(model->tensors(), saved.root());
        QVERIFY(report);
        QCOMPARE(textOf(*report), QString(kAllMatched));
        QCOMPARE(QString::fromStdString(report->strippedPrefix), prefix);
        QCOMPARE(report->loaded, std::size_t{10});
        QCOMPARE(report->wanted, std::size_t{10});
        const NetworkFile plain("plain_weights.pth");
        QVERIFY(distance(*model, plain.root()) <= (file == "half" ? 1e-3 : 0.0));
        QCOMPARE(model->tensors().front().tensor.scalar_type(), at::kFloat);
    }

    void whatDoesNotFitIsListedAndSkipped()
    {
        const NetworkFile saved("plain_weights.pth");
        const ModelPtr model = made({.spec = "cifar-net:100"});
        const at::Tensor before = model->tensors()[8].tensor.detach().clone();
        const auto report = loadWeights(model->tensors(), saved.root());
        QVERIFY(report);
        QCOMPARE(textOf(*report), QString("Skipped fc3.weight: 7x84 in the file, 100x84 in the model, "
                                          "fc3.bias: 7 in the file, 100 in the model"));
        QVERIFY(at::equal(model->tensors()[8].tensor, before));
        QCOMPARE(report->loaded, std::size_t{8});
        QCOMPARE(textOf(compareWeights(model->tensors(), saved.root())), textOf(*report));
    }

    void namesOfAnotherNetworkAreMissingAndUnexpected()
    {
        const NetworkFile saved("iris_weights.pth");
        const ModelPtr model = made({.spec = "mlp:4-8"});
        QCOMPARE(
            textOf(compareWeights(made({.spec = "cifar-net"})->tensors(), saved.root())),
            QString(
                "Missing key(s): conv1.weight, conv1.bias, conv2.weight, conv2.bias, fc1.weight, fc1.bias, fc2.weight, "
                "fc2.bias, fc3.weight, fc3.bias; unexpected key(s): fc.0.weight, fc.0.bias, fc.2.weight, fc.2.bias"));
        const WeightsReport part = compareWeights(model->tensors(), saved.root());
        QCOMPARE(textOf(part), QString("Unexpected key(s): fc.2.weight, fc.2.bias"));
        QCOMPARE(part.strippedPrefix, std::string("fc."));
    }

    void countersThatOldFilesLackAreNoDefect()
    {
        const NetworkFile saved("old_resnet_weights.pth");
        const ModelPtr model = made({.spec = "resnet18:5"});
        QCOMPARE(textOf(compareWeights(model->tensors(), saved.root())), QString(kAllMatched));
    }

    void theModelOfAFileIsFound_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("spec");
        QTest::newRow("cifar-net") << "plain"
                                   << "cifar-net:7";
        QTest::newRow("DataParallel") << "data_parallel"
                                      << "cifar-net:7";
        QTest::newRow("torch.compile") << "compiled"
                                       << "cifar-net:7";
        QTest::newRow("Lightning") << "lightning"
                                   << "cifar-net:7";
        QTest::newRow("average") << "averaged"
                                 << "cifar-net:7";
        QTest::newRow("lenet2") << "lenet2"
                                << "lenet2:100";
        QTest::newRow("iris") << "iris"
                              << "iris";
        QTest::newRow("mlp") << "mlp"
                             << "mlp:4-16-3";
        QTest::newRow("resnet of old") << "old_resnet"
                                       << "resnet18:5";
    }

    void theModelOfAFileIsFound()
    {
        QFETCH(QString, file);
        QFETCH(QString, spec);
        const NetworkFile saved(file.toStdString() + "_weights.pth");
        QCOMPARE(specs(modelsThatFit(saved.root())), QStringList(spec));
    }
};

QTEST_GUILESS_MAIN(WeightsTest)
#include "weights_test.moc"
