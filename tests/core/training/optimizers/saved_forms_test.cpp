// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later

// States that other versions of PyTorch wrote, that lack something or hold more than Waypoint knows; gradients,
// scalers, averages.
#include "core/checkpoint/reader.h"
#include "core/training/optimizers/grad_scaler.h"
#include "core/training/optimizers/gradient_clipping.h"
#include "core/training/optimizers/weight_average.h"
#include "core/training/tensors/tensor_reading.h"

#include <QTest>

#include <cmath>
#include <filesystem>
#include <limits>

using namespace waypoint;

namespace {

const std::vector<std::string> kNames{"0.weight", "0.bias", "2.weight", "2.bias"};

CheckpointPtr opened(const std::string &name)
{
    const Opened result = openCheckpoint(std::filesystem::path(WAYPOINT_OPTIMIZERS) / (name + ".pt"));
    if (!result.checkpoint)
        qFatal("%s: %s", name.c_str(), result.error->detail.c_str());
    return result.checkpoint;
}

Value rootOf(const CheckpointPtr &checkpoint) { return {checkpoint->values, checkpoint->root}; }

std::vector<at::Tensor> tensorsOf(Value list)
{
    std::vector<at::Tensor> tensors;
    for (std::size_t i = 0; i < list.count(); ++i)
        tensors.push_back(*readTensor(list.at(i)));
    return tensors;
}

OptimizerPtr made(std::string_view name, const std::vector<at::Tensor> &parameters, const Arguments &arguments = {})
{
    for (const at::Tensor &parameter : parameters)
        parameter.set_requires_grad(true);
    auto result = makeOptimizer(name, {{kNames, parameters}}, 0.1, arguments);
    if (!result)
        qFatal("%s", result.error().detail.c_str());
    return std::move(*result);
}

std::shared_ptr<SnapshotBuffer> buffer() { return std::make_shared<SnapshotBuffer>(); }

/// Goes on as the run in `file` did, and gives the parameters.
std::vector<at::Tensor> continued(Value file, Optimizer &optimizer)
{
    const std::vector<at::Tensor> &parameters = optimizer.group(0).parameters;
    const Value gradients = file["gradients"];
    for (std::size_t i = 0; i < gradients.count(); ++i) {
        const auto step = tensorsOf(gradients.at(i));
        for (std::size_t p = 0; p < parameters.size(); ++p)
            parameters[p].mutable_grad() = step[p];
        optimizer.step();
    }
    return parameters;
}

double gapBetween(const std::vector<at::Tensor> &a, const std::vector<at::Tensor> &b)
{
    double gap = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        gap = std::max(gap, (a[i].detach() - b[i].detach()).abs().max().item<double>());
    return gap;
}

}  // namespace

class SavedFormsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void statesOfOldVersionsGoOnTheSame_data();
    void statesOfOldVersionsGoOnTheSame();
    void parametersAreFoundByName();
    void unknownKeysAreWrittenBack();
    void whatIsMissingStartsFreshAndIsNamed();
    void aBufferOfNoneIsNoBuffer();
    void aWholePickledOptimizerLoads();
    void otherFormsAreRefusedWithTheirName();
    void clipsGradientsAsPythonDoes_data();
    void clipsGradientsAsPythonDoes();
    void theScaleGrowsAndFallsAsTheGradientsAllow();
    void averagesFollowTheWeightsAndChangePlaces();
};

void SavedFormsTest::statesOfOldVersionsGoOnTheSame_data()
{
    QTest::addColumn<QString>("optimizer");
    QTest::addColumn<QString>("form");
    QTest::addColumn<QString>("run");
    QTest::newRow("counters as ints") << "adam"
                                      << "form_old_adam"
                                      << "adam_amsgrad";
    QTest::newRow("RMSprop's counters as ints") << "rmsprop"
                                                << "form_old_rmsprop"
                                                << "rmsprop_centered";
    QTest::newRow("a tensor as learning rate") << "adam"
                                               << "form_unknown_keys"
                                               << "adam";
}

void SavedFormsTest::statesOfOldVersionsGoOnTheSame()
{
    QFETCH(QString, optimizer);
    QFETCH(QString, form);
    QFETCH(QString, run);
    const CheckpointPtr file = opened(form.toStdString());
    const CheckpointPtr after = opened(run.toStdString() + ".after");
    const OptimizerPtr taken = made(optimizer.toStdString(), tensorsOf(rootOf(file)["parameters"]));
    const auto report = taken->loadStateDict(rootOf(file)["optimizer"], {});
    QVERIFY2(report, report ? "" : report.error().detail.c_str());
    QCOMPARE(report->steps, 5.0);
    const double gap = gapBetween(continued(rootOf(file), *taken), tensorsOf(rootOf(after)["parameters"]));
    QVERIFY2(gap <= 2e-5, qPrintable(QString::number(gap)));
}

void SavedFormsTest::parametersAreFoundByName()
{
    const CheckpointPtr file = opened("form_other_order");
    const OptimizerPtr adam = made("adam", tensorsOf(rootOf(file)["parameters"]));
    const auto report = adam->loadStateDict(rootOf(file)["optimizer"], {"2.weight", "0.weight", "2.bias", "0.bias"});
    QVERIFY2(report, report ? "" : report.error().detail.c_str());
    const auto after = tensorsOf(rootOf(opened("adam.after"))["parameters"]);
    QVERIFY(gapBetween(continued(rootOf(file), *adam), after) <= 2e-5);
    // By order alone the shapes contradict.
    QVERIFY(!made("adam", tensorsOf(rootOf(file)["parameters"]))->loadStateDict(rootOf(file)["optimizer"], {}));
}

void SavedFormsTest::unknownKeysAreWrittenBack()
{
    OptimizerPtr adam;
    {
        const CheckpointPtr file = opened("form_unknown_keys");
        adam = made("adam", tensorsOf(rootOf(file)["parameters"]));
        QVERIFY(adam->loadStateDict(rootOf(file)["optimizer"], {}));
    }
    Snapshot snapshot(buffer());
    const Value written(snapshot.tree(), adam->writeStateDict(snapshot));
    const Value group = written["param_groups"].at(0);
    QCOMPARE(group["initial_lr"].number(), std::optional(0.5));
    QCOMPARE(group["layers"].at(1)["b"].integer(), std::optional<std::int64_t>(1));
    QVERIFY(std::fabs(*group["lr"].number() - 0.02) < 1e-8);
    const Value history = written["state"].at(1)["history"];
    QCOMPARE(history.at(1).kind(), ValueKind::None);
    QVERIFY(readTensor(history.at(0))->equal(at::arange(3)));
}

void SavedFormsTest::whatIsMissingStartsFreshAndIsNamed()
{
    const CheckpointPtr file = opened("form_partial");
    const OptimizerPtr adam = made("adam", tensorsOf(rootOf(file)["parameters"]));
    const auto report = adam->loadStateDict(rootOf(file)["optimizer"], {});
    QVERIFY2(report, report ? "" : report.error().detail.c_str());
    QCOMPARE(report->restored, std::size_t(3));
    QCOMPARE(report->parameters, std::size_t(4));
    const std::vector<std::string> notes(report->notes.end() - 2, report->notes.end());
    QCOMPARE(notes, (std::vector<std::string>{"exp_avg_sq of 2.weight is missing and starts fresh",
                                              "The state of 2.bias is missing and starts fresh"}));
}

void SavedFormsTest::aBufferOfNoneIsNoBuffer()
{
    const CheckpointPtr file = opened("form_no_buffer");
    const OptimizerPtr sgd = made("sgd", tensorsOf(rootOf(file)["parameters"]), {{"momentum", "0.9"}});
    const auto report = sgd->loadStateDict(rootOf(file)["optimizer"], {});
    QVERIFY2(report, report ? "" : report.error().detail.c_str());
    QCOMPARE(report->restored, std::size_t(4));
    QCOMPARE(sgd->momentum(0), std::optional(0.0));
    const auto after = tensorsOf(rootOf(opened("sgd.after"))["parameters"]);
    QVERIFY(gapBetween(continued(rootOf(file), *sgd), after) <= 2e-5);
}

void SavedFormsTest::aWholePickledOptimizerLoads()
{
    const CheckpointPtr file = opened("form_pickled");
    const auto saved = savedOptimizer(rootOf(file), {});
    QVERIFY2(saved, saved ? "" : saved.error().detail.c_str());
    QCOMPARE(saved->className, std::string("Adam"));
    QVERIFY(saved->certain);
    const OptimizerPtr adam = made("adam", tensorsOf(rootOf(opened("adam"))["parameters"]));
    const auto report = adam->loadStateDict(rootOf(file), {});
    QVERIFY2(report, report ? "" : report.error().detail.c_str());
    QCOMPARE(report->restored, std::size_t(4));
    QCOMPARE(report->steps, 1.0);
}

void SavedFormsTest::otherFormsAreRefusedWithTheirName()
{
    const OptimizerPtr adam = made("adam", {at::ones({2})});
    const CheckpointPtr fastai = opened("form_fastai");
    const auto report = adam->loadStateDict(rootOf(fastai), {});
    QVERIFY(!report);
    QCOMPARE(report.error().detail,
             std::string("The file holds fastai's optimizer; only torch.optim's own state_dict can be continued"));
    const auto nothing = adam->loadStateDict({}, {});
    QVERIFY(!nothing);
    QCOMPARE(nothing.error().detail, std::string("This is no optimizer's state: it lacks state and param_groups"));
}

void SavedFormsTest::clipsGradientsAsPythonDoes_data()
{
    QTest::addColumn<QString>("name");
    for (const char *name : {"above", "below", "largest"})
        QTest::newRow(name) << QString("clip_") + name;
}

void SavedFormsTest::clipsGradientsAsPythonDoes()
{
    QFETCH(QString, name);
    const CheckpointPtr file = opened(name.toStdString());
    const auto gradients = tensorsOf(rootOf(file)["before"]);
    std::vector<at::Tensor> parameters;
    for (const at::Tensor &gradient : gradients) {
        parameters.push_back(at::zeros_like(gradient).set_requires_grad(true));
        parameters.back().mutable_grad() = gradient;
    }
    parameters.push_back(at::ones({3}));  // without a gradient
    const double norm = clipGradientNorm(parameters, *rootOf(file)["limit"].number(), *rootOf(file)["kind"].number());
    QVERIFY(std::fabs(norm - *rootOf(file)["norm"].number()) <= 1e-6 * norm);
    QVERIFY(gapBetween(gradients, tensorsOf(rootOf(file)["after"])) <= 1e-7);
}

void SavedFormsTest::theScaleGrowsAndFallsAsTheGradientsAllow()
{
    const at::Tensor weight = at::ones({2}).set_requires_grad(true);
    const OptimizerPtr sgd = made("sgd", {weight});
    ValueTree tree;
    const auto number = [&](double value) { return tree.addFloat(value); };
    const ValueId saved[] = {
        tree.addStr("scale"),           number(8),     tree.addStr("growth_factor"),   number(4),
        tree.addStr("backoff_factor"),  number(0.25),  tree.addStr("growth_interval"), tree.addInt(2),
        tree.addStr("_growth_tracker"), tree.addInt(0)};
    GradScaler scaler;
    QVERIFY(scaler.loadStateDict(Value(tree, tree.addContainer(ValueKind::Dict, saved))));

    QCOMPARE(scaler.scaled(at::ones({})).item<double>(), 8.0);
    weight.mutable_grad() = at::full({2}, 8.0);
    QVERIFY(scaler.step(*sgd));
    QVERIFY(weight.detach().allclose(at::full({2}, 0.9)));
    weight.mutable_grad() = at::full({2}, std::numeric_limits<float>::infinity());
    QVERIFY(!scaler.step(*sgd));
    QVERIFY(weight.detach().allclose(at::full({2}, 0.9)));
    QCOMPARE(scaler.scale(), 2.0);
    for (int i = 0; i < 2; ++i) {
        weight.mutable_grad() = at::zeros({2});
        QVERIFY(scaler.step(*sgd));
    }
    QCOMPARE(scaler.scale(), 8.0);

    Snapshot snapshot(buffer());
    GradScaler second;
    QVERIFY(second.loadStateDict(Value(snapshot.tree(), scaler.writeStateDict(snapshot))));
    QCOMPARE(second.scale(), 8.0);
    const Value empty(tree, tree.addContainer(ValueKind::Dict));
    const auto refused = second.loadStateDict(empty);
    QVERIFY(!refused);
    QCOMPARE(refused.error().detail, std::string("The scaler's state is empty: it was off when the file was saved"));
}

void SavedFormsTest::averagesFollowTheWeightsAndChangePlaces()
{
    const at::Tensor weight = at::zeros({2}).set_requires_grad(true);
    const at::Tensor counter = at::zeros({}, at::kLong);
    WeightAverage average({{"fc.weight", weight}}, {{"bn.num_batches_tracked", counter}}, 0.75);
    {
        const at::NoGradGuard noGrad;
        weight.fill_(4);
        counter.fill_(7);
    }
    average.update();
    average.exchange();
    QVERIFY(weight.detach().equal(at::ones({2})));
    average.exchange();
    QVERIFY(weight.detach().equal(at::full({2}, 4.0)));

    Snapshot snapshot(buffer());
    const Value saved(snapshot.tree(), average.writeStateDict(snapshot));
    QCOMPARE(saved.className(), std::string_view("collections.OrderedDict"));
    QVERIFY(readTensor(saved["fc.weight"])->equal(at::ones({2})));
    QCOMPARE(readTensor(saved["bn.num_batches_tracked"])->item<std::int64_t>(), std::int64_t(7));
    WeightAverage second({{"fc.weight", weight}}, {}, 0.75);
    QVERIFY(second.loadStateDict(saved));
    second.exchange();
    QVERIFY(weight.detach().equal(at::ones({2})));
    WeightAverage other({{"fc.bias", weight}}, {}, 0.75);
    const auto refused = other.loadStateDict(saved);
    QVERIFY(!refused);
    QCOMPARE(refused.error().detail, std::string("The averaged weights in the file lack fc.bias"));
}

QTEST_GUILESS_MAIN(SavedFormsTest)
#include "saved_forms_test.moc"
