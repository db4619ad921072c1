// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "network_file.h"

#include <QTemporaryDir>
#include <QTest>

#include <functional>

using namespace waypoint;

namespace {

QString text(std::string_view view) { return QString::fromUtf8(view.data(), static_cast<qsizetype>(view.size())); }

std::string specOf(const char *name) { return std::string("script:") + WAYPOINT_NETWORKS + '/' + name; }

QString refusal(const char *name)
{
    const auto model = makeModel({.spec = specOf(name), .sampleShape = {4}});
    return model ? QStringLiteral("none") : text(model.error().detail);
}

/// Everything a run goes on from: tensors and the generator.
struct Moment
{
    std::vector<at::Tensor> tensors;
    at::Tensor generator;
};

at::Generator cpuGenerator() { return at::detail::getDefaultCPUGenerator(); }

Moment momentOf(const Model &model)
{
    Moment moment;
    for (const ModelTensor &entry : model.tensors())
        moment.tensors.push_back(entry.tensor.detach().clone());
    moment.generator = cpuGenerator().get_state();
    return moment;
}

void goBack(const Model &model, const Moment &moment)
{
    at::NoGradGuard noGrad;
    const auto tensors = model.tensors();
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        at::Tensor tensor = tensors[i].tensor;
        tensor.copy_(moment.tensors[i]);
    }
    cpuGenerator().set_state(moment.generator);
}

void step(Model &model, const at::Tensor &batch, const at::Tensor &target)
{
    model.setTraining(true);
    at::cross_entropy_loss(model.forward(batch), target).backward();
    at::NoGradGuard noGrad;
    for (const ModelTensor &entry : model.tensors()) {
        at::Tensor tensor = entry.tensor;
        if (!entry.parameter || !tensor.grad().defined())
            continue;
        tensor.sub_(tensor.grad(), 0.1);
        tensor.mutable_grad().reset();
    }
}

}  // namespace

class ScriptModelTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { at::set_num_threads(1); }

    void namesOrderAndOutputAreThoseOfPython()
    {
        const NetworkFile known("scripted_known.pth");
        const ModelPtr model = made({.spec = specOf("scripted.pt"), .sampleShape = {1, 8, 8}, .outputs = 5});
        QStringList names;
        QStringList parameters;
        for (const ModelTensor &entry : model->tensors()) {
            names << text(entry.name);
            if (entry.parameter)
                parameters << text(entry.name);
        }
        QStringList expectedNames;
        QStringList expectedParameters;
        for (std::size_t i = 0; i < known.root()["names"].count(); ++i)
            expectedNames << text(known.root()["names"].at(i).text());
        for (std::size_t i = 0; i < known.root()["parameters"].count(); ++i)
            expectedParameters << text(known.root()["parameters"].at(i).text());
        QCOMPARE(names, expectedNames);
        QCOMPARE(parameters, expectedParameters);
        QCOMPARE(difference(outputOf(*model, known.tensor("input")), known.tensor("output"), 1e-5), QString());
        QCOMPARE(model->outputs(), 5);
        QCOMPARE(model->note(), std::string());
    }

    void whatTookNoGradientTakesNone()
    {
        for (const ModelTensor &entry : made({.spec = specOf("scripted.pt")})->tensors())
            if (entry.parameter)
                QCOMPARE(entry.tensor.requires_grad(), entry.name != "conv.bias");
    }

    void normsAreToldApart()
    {
        QStringList norms;
        for (const ModelTensor &entry : made({.spec = specOf("scripted.pt")})->tensors())
            if (entry.norm && entry.parameter)
                norms << text(entry.name);
        QCOMPARE(norms, QStringList({"norm.weight", "norm.bias"}));
    }

    void resumedTrainingGoesOnToTheBit_data()
    {
        QTest::addColumn<QString>("file");
        for (const char *file : {"scripted.pt", "traced_train.pt", "traced_eval.pt"})
            QTest::newRow(file) << QString(file);
    }

    void resumedTrainingGoesOnToTheBit()
    {
        QFETCH(QString, file);
        const NetworkFile known("scripted_known.pth");
        const at::Tensor batch = known.tensor("input");
        const at::Tensor target = known.tensor("target");
        const ModelPtr through = made({.spec = specOf(qPrintable(file))});
        torch::manual_seed(5);
        step(*through, batch, target);
        const Moment saved = momentOf(*through);
        for (int i = 0; i < 5; ++i)
            step(*through, batch, target);
        const ModelPtr resumed = made({.spec = specOf(qPrintable(file)), .sampleShape = {1, 8, 8}});
        goBack(*resumed, saved);
        for (int i = 0; i < 5; ++i)
            step(*resumed, batch, target);
        const Moment a = momentOf(*through);
        const Moment b = momentOf(*resumed);
        for (std::size_t i = 0; i < a.tensors.size(); ++i)
            QVERIFY2(at::equal(a.tensors[i], b.tensors[i]), through->tensors()[i].name.c_str());
        QVERIFY(at::equal(a.generator, b.generator));
        QVERIFY(!at::equal(a.tensors[0], saved.tensors[0]));
    }

    void tryingAModelLeavesItAndTheGeneratorAlone()
    {
        const ModelPtr untouched = made({.spec = specOf("traced_train.pt")});
        const Moment before = momentOf(*untouched);
        const ModelPtr tried = made({.spec = specOf("traced_train.pt"), .sampleShape = {1, 8, 8}});
        const Moment after = momentOf(*tried);
        for (std::size_t i = 0; i < before.tensors.size(); ++i)
            QVERIFY(at::equal(before.tensors[i], after.tensors[i]));
        QVERIFY(at::equal(before.generator, after.generator));
    }

    void tracedModulesSayThatTheyKeepTheirMode()
    {
        QCOMPARE(
            text(made({.spec = specOf("traced_eval.pt")})->note()),
            QString(
                "This module was traced in evaluation mode and keeps it: dropout never drops, BatchNorm never updates "
                "its statistics."));
        QCOMPARE(
            text(made({.spec = specOf("traced_train.pt")})->note()),
            QString(
                "This module was traced in training mode and keeps it: dropout drops in evaluation too, BatchNorm uses "
                "the batch's statistics in evaluation too."));
        QCOMPARE(made({.spec = specOf("traced_plain.pt")})->note(), std::string());
    }

    void wholeNumbersGoIntoAnEmbedding()
    {
        QCOMPARE(made({.spec = specOf("script_words.pt"), .sampleShape = {3}})->outputs(), 2);
    }

    void whatCannotBeTrainedIsRefusedWithTheReason_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("reason");
        QTest::newRow("frozen")
            << "frozen.pt"
            << "the TorchScript module is frozen: its weights have become constants, which cannot be trained";
        QTest::newRow("nothing to train") << "no_parameters.pt"
                                          << "the TorchScript module has no parameters, so there is nothing to train";
        QTest::newRow("two tensors") << "pair.pt"
                                     << "the module gives a Tuple where one tensor is needed";
        QTest::newRow("two inputs") << "two_inputs.pt"
                                    << "the module's forward() takes 2 arguments where one tensor is given";
        QTest::newRow("a state_dict") << "plain_weights.pth"
                                      << "not a TorchScript module";
        QTest::newRow("missing") << "nowhere.pt"
                                 << "there is no such file";
    }

    void whatCannotBeTrainedIsRefusedWithTheReason()
    {
        QFETCH(QString, file);
        QFETCH(QString, reason);
        const QString detail = refusal(qPrintable(file));
        QVERIFY2(detail.contains(reason), qPrintable(detail));
        QVERIFY(!detail.contains('\n'));
    }

    void weightsOfAScriptedModuleGoIntoIt()
    {
        const NetworkFile file("scripted.pt");
        const ModelPtr model = made({.spec = specOf("scripted.pt")});
        QCOMPARE(text(compareWeights(model->tensors(), file.root()).text()),
                 QString("<All keys matched successfully>"));
    }
};

QTEST_GUILESS_MAIN(ScriptModelTest)
#include "script_model_test.moc"
