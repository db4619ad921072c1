// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/optimizers/optimizer.h"

#include "core/checkpoint/reader.h"
#include "core/checkpoint/torch_writer.h"
#include "core/training/tensors/tensor_reading.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <deque>
#include <filesystem>

using namespace waypoint;

namespace {

constexpr std::size_t kTakenBeforePython =
    3;  ///< steps before the file that Python goes on from; CMakeLists.txt says it too

const std::vector<std::string> kNames{"0.weight", "0.bias", "2.weight", "2.bias"};

std::filesystem::path fileOf(const QString &name)
{
    return std::string(WAYPOINT_OPTIMIZERS) + "/" + name.toStdString();
}

CheckpointPtr opened(const std::filesystem::path &path)
{
    const Opened result = openCheckpoint(path);
    if (!result.checkpoint)
        qFatal("%s: %s", path.c_str(), result.error->detail.c_str());
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

double gapBetween(const std::vector<at::Tensor> &a, const std::vector<at::Tensor> &b)
{
    double gap = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        gap = std::max(gap, (a[i].detach() - b[i].detach()).abs().max().item<double>());
    return gap;
}

bool sameBits(const std::vector<at::Tensor> &a, const std::vector<at::Tensor> &b)
{
    for (std::size_t i = 0; i < a.size(); ++i)
        if (!a[i].detach().equal(b[i].detach()))
            return false;
    return a.size() == b.size();
}

/// A run that make_optimizers.py began.
class Run
{
public:
    explicit Run(const QString &name) : Run(name, tensorsOf(rootOf(opened(fileOf(name + ".pt")))["parameters"])) {}

    Run(const QString &name, std::vector<at::Tensor> parameters)
        : m_file(opened(fileOf(name + ".pt"))), m_parameters(std::move(parameters))
    {
        const Value root = rootOf(m_file);
        for (const at::Tensor &parameter : m_parameters)
            parameter.set_requires_grad(true);
        for (std::size_t i = 0; i < root["gradients"].count(); ++i)
            m_gradients.push_back(tensorsOf(root["gradients"].at(i)));
        m_inputs = *readTensor(root["inputs"]);
        m_targets = *readTensor(root["targets"]);
        const auto saved = savedOptimizer(root["optimizer"], {});
        if (!saved)
            qFatal("%s", saved.error().detail.c_str());
        auto made = makeOptimizer(saved->className, groups(*saved), saved->lr, saved->arguments);
        if (!made)
            qFatal("%s", made.error().detail.c_str());
        m_optimizer = std::move(*made);
    }

    [[nodiscard]] Value savedState() const { return rootOf(m_file)["optimizer"]; }
    [[nodiscard]] std::size_t stepCount() const { return m_gradients.size(); }
    [[nodiscard]] Optimizer &optimizer() { return *m_optimizer; }
    [[nodiscard]] const std::vector<at::Tensor> &parameters() const { return m_parameters; }

    void steps(std::size_t first, std::size_t last)
    {
        for (std::size_t i = first; i < last; ++i) {
            if (m_optimizer->needsClosure()) {
                m_optimizer->step([this] { return closure(); });
                continue;
            }
            for (std::size_t p = 0; p < m_parameters.size(); ++p)
                m_parameters[p].mutable_grad() = m_gradients[i][p].clone();
            m_optimizer->step();
        }
    }

    void write(const std::filesystem::path &path) const
    {
        Snapshot snapshot(std::make_shared<SnapshotBuffer>());
        std::vector<ValueId> values;
        for (const at::Tensor &parameter : m_parameters)
            values.push_back(snapshot.addTensor(parameter));
        const std::pair<std::string, ValueId> items[] = {
            {"parameters", snapshot.tree().addContainer(ValueKind::List, values)},
            {"optimizer", m_optimizer->writeStateDict(snapshot)}};
        const auto written = writeTorchFile(path, snapshot.tree(), snapshot.addDict(items));
        if (!written)
            qFatal("%s", written.error().detail.c_str());
    }

private:
    /// Parameters shared out over groups as in the file.
    [[nodiscard]] std::vector<ParameterGroup> groups(const SavedOptimizer &saved) const
    {
        if (saved.groups.size() == 1)
            return {{kNames, m_parameters}};
        return {{{kNames[0], kNames[2]}, {m_parameters[0], m_parameters[2]}},
                {{kNames[1], kNames[3]}, {m_parameters[1], m_parameters[3]}}};
    }

    double closure()
    {
        m_optimizer->zeroGrad();
        const at::Tensor hidden = at::tanh(at::linear(m_inputs, m_parameters[0], m_parameters[1]));
        const at::Tensor output = at::linear(hidden, m_parameters[2], m_parameters[3]);
        const at::Tensor loss = (output - m_targets).pow(2).mean();
        loss.backward();
        return loss.item<double>();
    }

    CheckpointPtr m_file;
    std::vector<at::Tensor> m_parameters;
    std::vector<std::vector<at::Tensor>> m_gradients;
    at::Tensor m_inputs;
    at::Tensor m_targets;
    OptimizerPtr m_optimizer;
};

void addRuns()
{
    QTest::addColumn<QString>("name");
    const QStringList files = QDir(WAYPOINT_OPTIMIZERS).entryList({"*.after.pt"}, QDir::Files, QDir::Name);
    for (const QString &file : files)
        QTest::newRow(qPrintable(file.chopped(9))) << file.chopped(9);
    QVERIFY2(files.size() >= 22, "make_optimizers.py has to run first");
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

std::vector<at::Tensor> parametersOfShapes()
{
    return {at::ones({4, 3}), at::ones({4}), at::ones({2, 4}), at::ones({2})};
}

QString refusal(Optimizer &optimizer, Value saved)
{
    const auto report = optimizer.loadStateDict(saved, {});
    return report ? QString("taken") : QString::fromStdString(report.error().detail);
}

QStringList keysOf(Value dict)
{
    QStringList keys;
    for (std::size_t i = 0; i < dict.count(); ++i)
        keys << QString::fromUtf8(dict.key(i).text().data(), static_cast<qsizetype>(dict.key(i).text().size()));
    return keys;
}

}  // namespace

class OptimizerTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void continuesWherePythonStopped_data() { addRuns(); }
    void continuesWherePythonStopped();
    void writesWhatPythonGoesOnFrom_data() { addRuns(); }
    void writesWhatPythonGoesOnFrom();
    void endsInTheSameBitsAfterAResume_data() { addRuns(); }
    void endsInTheSameBitsAfterAResume();
    void restoresEveryGroupsOwnSettings();
    void writesTheKeysOfPythonInTheirOrder();
    void anotherClassIsRefusedWithBothNames();
    void otherGroupsAndShapesAreRefused();
    void aRefusedFileChangesNothing();
    void largeParametersGoThroughInPiecesWithTheSameBits_data();
    void largeParametersGoThroughInPiecesWithTheSameBits();
    void refusesArgumentsThatDoNotFit_data();
    void refusesArgumentsThatDoNotFit();
};

void OptimizerTest::continuesWherePythonStopped()
{
    QFETCH(QString, name);
    Run run(name);
    const auto report = run.optimizer().loadStateDict(run.savedState(), {});
    QVERIFY2(report, report ? "" : report.error().detail.c_str());
    QCOMPARE(report->restored, run.parameters().size());
    run.steps(0, run.stepCount());
    const double gap =
        gapBetween(run.parameters(), tensorsOf(rootOf(opened(fileOf(name + ".after.pt")))["parameters"]));
    qInfo("largest difference from Python's run: %.3g", gap);
    QVERIFY2(gap <= 2e-5, qPrintable(QString::number(gap)));
}

void OptimizerTest::writesWhatPythonGoesOnFrom()
{
    QFETCH(QString, name);
    Run run(name);
    QVERIFY(run.optimizer().loadStateDict(run.savedState(), {}));
    run.steps(0, kTakenBeforePython);
    run.write(fileOf(name + ".waypoint.pt"));
    const CheckpointPtr file = opened(fileOf(name + ".waypoint.pt"));
    const auto saved = savedOptimizer(rootOf(file)["optimizer"], {});
    QVERIFY2(saved, saved ? "" : saved.error().detail.c_str());
    QCOMPARE(saved->className, std::string(run.optimizer().className()));
    QVERIFY2(saved->certain, saved->note.c_str());
}

void OptimizerTest::endsInTheSameBitsAfterAResume()
{
    QFETCH(QString, name);
    Run unbroken(name);
    unbroken.steps(0, unbroken.stepCount());

    QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath("saved.pt").toStdString();
    Run first(name);
    first.steps(0, 4);
    first.write(path);
    const CheckpointPtr file = opened(path);
    Run second(name, tensorsOf(rootOf(file)["parameters"]));
    QVERIFY(second.optimizer().loadStateDict(rootOf(file)["optimizer"], {}));
    second.steps(4, second.stepCount());
    QVERIFY(sameBits(second.parameters(), unbroken.parameters()));
}

void OptimizerTest::restoresEveryGroupsOwnSettings()
{
    Run run("two_groups_sgd");
    QVERIFY(run.optimizer().loadStateDict(run.savedState(), {}));
    QCOMPARE(run.optimizer().lr(0), 0.05);
    QCOMPARE(run.optimizer().momentum(0), std::optional(0.9));
    QCOMPARE(run.optimizer().lr(1), 0.1);
    QCOMPARE(run.optimizer().momentum(1), std::optional(0.5));
    const auto saved = savedOptimizer(run.savedState(), {});
    QCOMPARE(saved->groups.size(), std::size_t(2));
    QCOMPARE(saved->groups[1].ids, (std::vector<std::string>{"2", "3"}));
    QCOMPARE(saved->groups[1].lr, 0.1);
    QCOMPARE(saved->groups[1].arguments.text("momentum", ""), std::string("0.5"));
}

void OptimizerTest::writesTheKeysOfPythonInTheirOrder()
{
    const OptimizerPtr optimizer = made("adamw", parametersOfShapes(), {{"amsgrad", "true"}});
    optimizer->setExtra(0, "initial_lr", 0.5);
    for (const at::Tensor &parameter : optimizer->group(0).parameters)
        parameter.mutable_grad() = at::ones_like(parameter);
    optimizer->step();
    Snapshot snapshot(std::make_shared<SnapshotBuffer>());
    const Value written(snapshot.tree(), optimizer->writeStateDict(snapshot));
    QCOMPARE(keysOf(written), (QStringList{"state", "param_groups"}));
    QCOMPARE(keysOf(written["param_groups"].at(0)),
             (QStringList{"lr", "betas", "eps", "weight_decay", "amsgrad", "foreach", "maximize", "capturable",
                          "differentiable", "fused", "decoupled_weight_decay", "initial_lr", "params"}));
    QCOMPARE(keysOf(written["state"].at(0)), (QStringList{"step", "exp_avg", "exp_avg_sq", "max_exp_avg_sq"}));
    QCOMPARE(written["state"].key(3).integer(), std::optional<std::int64_t>(3));
    QCOMPARE(written["param_groups"].at(0)["betas"].kind(), ValueKind::Tuple);
    QCOMPARE(written["param_groups"].at(0)["fused"].kind(), ValueKind::None);
}

void OptimizerTest::anotherClassIsRefusedWithBothNames()
{
    const CheckpointPtr nadam = opened(fileOf("nadam.pt"));
    const OptimizerPtr adam = made("adam", parametersOfShapes());
    QCOMPARE(
        refusal(*adam, rootOf(nadam)["optimizer"]),
        QString("The file holds the state of NAdam, and the optimizer is Adam: their states mean different things"));
    const CheckpointPtr adamw = opened(fileOf("adamw.pt"));
    QCOMPARE(
        refusal(*adam, rootOf(adamw)["optimizer"]),
        QString("The file holds the state of AdamW, and the optimizer is Adam: their states mean different things"));
    // Before 2.7 the keys of Adam do not rule AdamW out: it may have come from an older file.
    const CheckpointPtr perhaps = opened(fileOf("adam.pt"));
    if (!rootOf(perhaps)["optimizer"]["param_groups"].at(0).contains("decoupled_weight_decay")) {
        const auto report = made("adamw", parametersOfShapes())->loadStateDict(rootOf(perhaps)["optimizer"], {});
        QVERIFY(report);
        QCOMPARE(report->notes,
                 (std::vector<std::string>{"The file's optimizer could be Adam or AdamW; it goes on as AdamW"}));
    }
}

void OptimizerTest::otherGroupsAndShapesAreRefused()
{
    const CheckpointPtr two = opened(fileOf("two_groups_sgd.pt"));
    const OptimizerPtr sgd = made("sgd", parametersOfShapes());
    QCOMPARE(refusal(*sgd, rootOf(two)["optimizer"]),
             QString("The file's SGD has 2 parameter groups, and the optimizer has 1"));
    const CheckpointPtr adam = opened(fileOf("adam.pt"));
    auto parameters = parametersOfShapes();
    parameters[2] = at::ones({2, 5});
    QCOMPARE(refusal(*made("adam", parameters), rootOf(adam)["optimizer"]),
             QString("exp_avg of 2.weight has the shape [2, 4] in the file, and the parameter has [2, 5]"));
    parameters.pop_back();
    QCOMPARE(refusal(*made("adam", parameters), rootOf(adam)["optimizer"]),
             QString("Group 0 of the file's Adam has 4 parameters, and the optimizer's has 3"));
}

void OptimizerTest::aRefusedFileChangesNothing()
{
    auto parameters = parametersOfShapes();
    parameters[3] = at::ones({3});
    const OptimizerPtr optimizer = made("adam", parameters);
    const CheckpointPtr adam = opened(fileOf("adam.pt"));
    QVERIFY(!optimizer->loadStateDict(rootOf(adam)["optimizer"], {}));
    Snapshot snapshot(std::make_shared<SnapshotBuffer>());
    const Value written(snapshot.tree(), optimizer->writeStateDict(snapshot));
    QCOMPARE(written["state"].count(), std::size_t(0));
    QCOMPARE(optimizer->lr(0), 0.1);
}

void OptimizerTest::largeParametersGoThroughInPiecesWithTheSameBits_data()
{
    QTest::addColumn<QString>("arguments");
    for (const std::string_view name : optimizerNames())
        if (name != "lbfgs")
            QTest::newRow(std::string(name).c_str()) << "";
    QTest::newRow("sgd nesterov") << "momentum=0.9 nesterov=true weight_decay=0.01";
    QTest::newRow("rmsprop centered") << "centered=true momentum=0.5";
    QTest::newRow("adam amsgrad") << "amsgrad=true weight_decay=0.01 maximize=true";
}

void OptimizerTest::largeParametersGoThroughInPiecesWithTheSameBits()
{
    QFETCH(QString, arguments);
    const QStringList pairs = arguments.split(' ', Qt::SkipEmptyParts);
    std::vector<std::string> texts;
    for (const QString &pair : pairs)
        texts.push_back(pair.toStdString());
    const std::string name = QString(QTest::currentDataTag()).section(' ', 0, 0).toStdString();
    const at::Tensor start = at::randn({512, 1021});
    // Laid out by columns, the same elements are no contiguous run and are computed at once.
    const at::Tensor rows = start.clone();
    const at::Tensor columns = start.t().contiguous().t();
    const OptimizerPtr inPieces = made(name, {rows}, *Arguments::parse(texts));
    const OptimizerPtr atOnce = made(name, {columns}, *Arguments::parse(texts));
    for (int i = 0; i < 8; ++i) {
        const at::Tensor gradient = at::randn({512, 1021});
        rows.mutable_grad() = gradient.clone();
        columns.mutable_grad() = gradient.t().contiguous().t();
        inPieces->step();
        atOnce->step();
    }
    QVERIFY(!rows.detach().equal(start));
    QVERIFY(rows.detach().equal(columns.detach()));
}

void OptimizerTest::refusesArgumentsThatDoNotFit_data()
{
    QTest::addColumn<QString>("arguments");
    QTest::addColumn<QString>("says");
    QTest::newRow("sgd beta") << "betas=0.9,0.99"
                              << "SGD";
    QTest::newRow("sgd nesterov") << "nesterov=true"
                                  << "nesterov needs momentum";
    QTest::newRow("adam betas") << "betas=0.9,1.5"
                                << "betas holds 1.5";
    QTest::newRow("adam one") << "betas=0.9"
                              << "two numbers";
    QTest::newRow("rmsprop alpha") << "alpha=much"
                                   << "alpha=much";
    QTest::newRow("lbfgs search") << "line_search_fn=golden"
                                  << "strong_wolfe";
    QTest::newRow("adam decay") << "weight_decay=-1"
                                << "weight_decay is -1";
    QTest::newRow("newton") << ""
                            << "There is no optimizer newton";
}

void OptimizerTest::refusesArgumentsThatDoNotFit()
{
    QFETCH(QString, arguments);
    QFETCH(QString, says);
    std::vector<std::string> texts;
    if (!arguments.isEmpty())
        texts.push_back(arguments.toStdString());
    const std::string name = QString(QTest::currentDataTag()).section(' ', 0, 0).toStdString();
    const auto result = makeOptimizer(name, {{kNames, parametersOfShapes()}}, 0, *Arguments::parse(texts));
    QVERIFY(!result);
    QVERIFY2(QString::fromStdString(result.error().detail).contains(says), result.error().detail.c_str());
}

QTEST_GUILESS_MAIN(OptimizerTest)
#include "optimizer_test.moc"
