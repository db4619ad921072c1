// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "network_file.h"

#include <QFile>
#include <QTest>

using namespace waypoint;

namespace {

QString text(std::string_view view) { return QString::fromUtf8(view.data(), static_cast<qsizetype>(view.size())); }

std::string fileOf(const std::string &name) { return std::string(WAYPOINT_NETWORKS) + '/' + name; }

QStringList namesIn(Value list)
{
    QStringList names;
    for (std::size_t i = 0; i < list.count(); ++i)
        names << text(list.at(i).text());
    return names;
}

QStringList namesOf(const Model &model, bool parametersOnly = false)
{
    QStringList names;
    for (const ModelTensor &entry : model.tensors())
        if (entry.parameter || !parametersOnly)
            names << text(entry.name);
    return names;
}

at::Tensor tensorOf(const Model &model, std::string_view name)
{
    for (const ModelTensor &entry : model.tensors())
        if (entry.name == name)
            return entry.tensor;
    return {};
}

Error refusal(const std::string &name)
{
    const auto model = makeModel({.spec = "module:" + fileOf("refused_" + name + ".pth")});
    return model ? Error{.detail = "none"} : model.error();
}

}  // namespace

class PickledModelTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aModuleIsRebuiltWithItsWeights_data()
    {
        QTest::addColumn<QString>("name");
        for (const char *name : {"classifier", "paddings", "upwards", "activations", "lines", "volumes", "untracked",
                                 "cifar_class", "wrapped", "tied", "shared", "half_frozen", "words"})
            QTest::newRow(name) << QString(name);
    }

    void aModuleIsRebuiltWithItsWeights()
    {
        QFETCH(QString, name);
        const NetworkFile known("module_" + name.toStdString() + "_known.pth");
        const ModelPtr model = made({.spec = "module:" + fileOf("module_" + name.toStdString() + ".pth")});
        QStringList names = namesIn(known.root()["names"]);
        names.replaceInStrings("module.", "");  // DataParallel's own
        QCOMPARE(namesOf(*model), names);
        QCOMPARE(difference(outputOf(*model, known.tensor("input")), known.tensor("output"), 1e-5), QString());
    }

    void itsParametersAreThoseOfPython_data()
    {
        QTest::addColumn<QString>("name");
        for (const char *name : {"classifier", "lines", "tied", "shared"})
            QTest::newRow(name) << QString(name);
    }

    void itsParametersAreThoseOfPython()
    {
        QFETCH(QString, name);
        const NetworkFile known("module_" + name.toStdString() + "_known.pth");
        const ModelPtr model = made({.spec = "module:" + fileOf("module_" + name.toStdString() + ".pth")});
        QCOMPARE(namesOf(*model, true), namesIn(known.root()["parameters"]));
    }

    void tiedWeightsStayTied()
    {
        const ModelPtr model = made({.spec = "module:" + fileOf("module_tied.pth")});
        at::NoGradGuard noGrad;
        tensorOf(*model, "0.weight").fill_(3);
        QCOMPARE(tensorOf(*model, "2.weight").max().item<double>(), 3.0);
    }

    void whatTookNoGradientTakesNone()
    {
        const ModelPtr model = made({.spec = "module:" + fileOf("module_half_frozen.pth")});
        QVERIFY(!tensorOf(*model, "0.weight").requires_grad());
        QVERIFY(tensorOf(*model, "0.bias").requires_grad());
    }

    void runningStatisticsMoveAsInPython()
    {
        const NetworkFile known("module_statistics_known.pth");
        const ModelPtr model = made({.spec = "module:" + fileOf("module_statistics.pth")});
        model->setTraining(true);
        for (const at::Tensor &batch : known.tensor("batches").unbind(0))
            model->forward(batch);
        for (const ModelTensor &entry : model->tensors())
            QCOMPARE(difference(entry.tensor, *readTensor(known.root()["after"][entry.name]), 1e-6), QString());
    }

    void rebuildingLeavesTheGeneratorAlone()
    {
        torch::manual_seed(3);
        const at::Tensor expected = at::rand({4});
        torch::manual_seed(3);
        made({.spec = "module:" + fileOf("module_classifier.pth"), .sampleShape = {3, 16, 16}});
        QVERIFY(at::equal(at::rand({4}), expected));
    }

    void aModuleInsideACheckpointIsFound()
    {
        QCOMPARE(namesOf(*made({.spec = "module:" + fileOf("module_in_dict.pth")})),
                 QStringList({"0.weight", "0.bias", "2.weight", "2.bias"}));
    }

    void aClassOfSomebodysOwnIsTakenForTheModelItFits()
    {
        const ModelPtr model = made({.spec = "module:" + fileOf("module_cifar_class.pth")});
        QCOMPARE(
            text(model->note()),
            QString("The class registered_networks.CifarNet has the names and shapes of cifar-net:6, and is taken to "
                    "compute the same."));
        QCOMPARE(model->outputs(), 6);
    }

    void samplesThatDoNotFitAreRefusedBeforeTraining()
    {
        const auto model = makeModel({.spec = "module:" + fileOf("module_classifier.pth"), .sampleShape = {1, 8, 8}});
        QVERIFY(!model);
        QCOMPARE(model.error().code, ErrorCode::BadArgument);
        QVERIFY2(model.error().detail.find("does not take samples of 1x8x8") != std::string::npos,
                 model.error().detail.c_str());
    }

    void whatCannotBeRebuiltIsNamed_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("detail");
        QTest::newRow("own class") << "odd"
                                   << "what a whole_modules.Odd computes is Python code, and not in the file";
        QTest::newRow("own class inside")
            << "odd_inside"
            << "layer 1: what a whole_modules.Odd computes is Python code, and not in the file";
        QTest::newRow("own Sequential") << "own_sequential"
                                        << "what a whole_modules.Norms computes is Python code, and not in the file";
        QTest::newRow("hook") << "hook"
                              << "layer 0: torch.nn.modules.linear.Linear has hooks, which are Python code";
        QTest::newRow("attribute") << "attribute"
                                   << "layer 0: Linear with temperature=2.0 cannot be rebuilt";
        QTest::newRow("indices") << "indices"
                                 << "layer 0: MaxPool2d with return_indices=True cannot be rebuilt";
        QTest::newRow("norm") << "max_norm"
                              << "layer 0: Embedding with max_norm=1.0 cannot be rebuilt";
        QTest::newRow("lstm") << "lstm"
                              << "LSTM cannot be rebuilt";
    }

    void whatCannotBeRebuiltIsNamed()
    {
        QFETCH(QString, name);
        QFETCH(QString, detail);
        const Error error = refusal(name.toStdString());
        QCOMPARE(text(error.detail), detail);
        QVERIFY(text(error.advice).contains("scripted = torch.jit.script(model); scripted.save(\"model.pt\")"));
        QVERIFY(text(error.file).endsWith(".pth"));
    }

    void weightsAloneAreNoModule()
    {
        const auto model = makeModel({.spec = "module:" + fileOf("plain_weights.pth")});
        QVERIFY(!model);
        QCOMPARE(text(model.error().detail), QString("no whole module in this file"));
    }
};

QTEST_GUILESS_MAIN(PickledModelTest)
#include "pickled_model_test.moc"
