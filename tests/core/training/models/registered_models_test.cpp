// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "network_file.h"

#include "core/io/sha256.h"

#include <QTest>

using namespace waypoint;

namespace {

QString sha256(const at::Tensor &tensor)
{
    Sha256 hash;
    const at::Tensor elements = tensor.detach().contiguous();
    hash.update({static_cast<const std::byte *>(elements.data_ptr()), elements.nbytes()});
    return QString::fromStdString(hash.hexDigest());
}

QString text(std::string_view view) { return QString::fromUtf8(view.data(), static_cast<qsizetype>(view.size())); }

/// "conv1.weight 6x3x5x5 9f86d0..." a line.
QStringList linesOf(const Model &model)
{
    QStringList lines;
    for (const ModelTensor &entry : model.tensors()) {
        QStringList shape;
        for (const std::int64_t size : entry.tensor.sizes())
            shape << QString::number(size);
        lines << text(entry.name) + ' ' + shape.join('x') + ' ' + sha256(entry.tensor);
    }
    return lines;
}

QStringList linesOf(Value known)
{
    QStringList lines;
    for (std::size_t i = 0; i < known["names"].count(); ++i) {
        QStringList shape;
        for (std::size_t d = 0; d < known["shapes"].at(i).count(); ++d)
            shape << QString::number(*known["shapes"].at(i).at(d).integer());
        lines << text(known["names"].at(i).text()) + ' ' + shape.join('x') + ' ' + text(known["sha256"].at(i).text());
    }
    return lines;
}

QString errorOf(const ModelRequest &request)
{
    const auto model = makeModel(request);
    return model ? QStringLiteral("none") : QString::fromStdString(model.error().detail);
}

}  // namespace

class RegisteredModelsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { at::set_num_threads(1); }

    void aSeedGivesTheWeightsItGivesInPython_data()
    {
        QTest::addColumn<QString>("spec");
        for (const char *spec :
             {"iris", "cifar-net", "lenet2:100", "mlp:4-16-3", "vgg16", "resnet18", "resnet34", "resnet50"})
            QTest::newRow(spec) << QString(spec);
    }

    void aSeedGivesTheWeightsItGivesInPython()
    {
        QFETCH(QString, spec);
        const NetworkFile known(QString(spec).replace(':', '_').toStdString() + ".pth");
        torch::manual_seed(7);
        const ModelPtr model = made({.spec = spec.toStdString()});
        QCOMPARE(linesOf(*model), linesOf(known.root()));
        QCOMPARE(difference(at::rand({1}), known.tensor("next_draw"), 0), QString());
        QCOMPARE(difference(outputOf(*model, known.tensor("input")), known.tensor("output"), 1e-5), QString());
        QCOMPARE(model->spec(), spec.toStdString());
        QCOMPARE(model->outputs(), known.tensor("output").size(1));
    }

    void parametersStandInPythonsOrder()
    {
        const NetworkFile known("resnet18.pth");
        QStringList expected;
        QStringList parameters;
        for (std::size_t i = 0; i < known.root()["parameters"].count(); ++i)
            expected << text(known.root()["parameters"].at(i).text());
        for (const ModelTensor &entry : made({.spec = "resnet18"})->tensors())
            if (entry.parameter)
                parameters << text(entry.name);
        QCOMPARE(parameters, expected);
    }

    void normsAreToldApart()
    {
        QStringList norms;
        for (const ModelTensor &entry : made({.spec = "resnet18"})->tensors())
            if (entry.norm && entry.name.starts_with("layer1.0") && entry.parameter)
                norms << text(entry.name);
        QCOMPARE(norms,
                 QStringList({"layer1.0.bn1.weight", "layer1.0.bn1.bias", "layer1.0.bn2.weight", "layer1.0.bn2.bias"}));
    }

    void theDatasNumberOfClassesCounts()
    {
        const ModelPtr model = made({.spec = "cifar-net", .sampleShape = {3, 32, 32}, .outputs = 7});
        QCOMPARE(model->outputs(), 7);
        QCOMPARE(model->spec(), std::string("cifar-net:7"));
        QCOMPARE(made({.spec = model->spec()})->tensors().back().tensor.size(0), 7);
        QCOMPARE(made({.spec = "lenet2", .outputs = 0})->spec(), std::string("lenet2:10"));
    }

    void samplesOfAnotherShapeAreRefusedWithBothShapes()
    {
        QCOMPARE(errorOf({.spec = "cifar-net", .sampleShape = {1, 8, 8}}),
                 QString("model 'cifar-net' takes samples of 3x32x32, the data has 1x8x8"));
        QCOMPARE(errorOf({.spec = "vgg16", .sampleShape = {3, 16, 16}}),
                 QString("model 'vgg16' takes samples of 3xHxW, the data has 3x16x16"));
        QCOMPARE(errorOf({.spec = "iris", .sampleShape = {5}}),
                 QString("model 'iris' takes samples of 4, the data has 5"));
    }

    void iris_and_mlpFlattenTheirInput()
    {
        const ModelPtr model = made({.spec = "mlp:64-16-10", .sampleShape = {1, 8, 8}, .outputs = 10});
        QCOMPARE(model->forward(at::zeros({5, 1, 8, 8})).sizes().vec(), std::vector<std::int64_t>({5, 10}));
    }

    void whatThereIsNotIsSaid_data()
    {
        QTest::addColumn<QString>("spec");
        QTest::addColumn<QString>("error");
        QTest::newRow("unknown") << "alexnet"
                                 << "there is no model 'alexnet'";
        QTest::newRow("classes") << "lenet2:x"
                                 << "model 'lenet2:x': 'x' is no number of outputs";
        QTest::newRow("mlp") << "mlp"
                             << "model 'mlp': the sizes of its layers are missing";
        QTest::newRow("mlp ends") << "mlp:4-"
                                  << "model 'mlp:4-': the sizes of its layers are missing";
    }

    void whatThereIsNotIsSaid()
    {
        QFETCH(QString, spec);
        QFETCH(QString, error);
        QCOMPARE(errorOf({.spec = spec.toStdString()}), error);
        QVERIFY(!makeModel({.spec = spec.toStdString()}).error().advice.empty() || spec.contains(':'));
    }

    void tooFewOutputsForTheDataAreRefused()
    {
        QCOMPARE(errorOf({.spec = "lenet2:10", .outputs = 100}),
                 QString("model 'lenet2:10' has 10 outputs, the data needs 100"));
    }

    void dropoutDropsInTrainingOnly()
    {
        const ModelPtr model = made({.spec = "vgg16", .outputs = 3});
        const at::Tensor batch = at::rand({2, 3, 32, 32});
        at::NoGradGuard noGrad;
        model->setTraining(true);
        QVERIFY(!at::equal(model->forward(batch), model->forward(batch)));
        model->setTraining(false);
        QVERIFY(at::equal(model->forward(batch), model->forward(batch)));
    }

    void theListSaysHowManyParametersThereAre()
    {
        QStringList lines;
        for (const ModelDescription &model : registeredModels())
            lines << QStringLiteral("%1 %2 %3 %4")
                         .arg(text(model.name), text(model.sample))
                         .arg(model.outputs)
                         .arg(model.parameters);
        QStringList expected;
        for (const char *name :
             {"iris", "cifar-net", "lenet2", "vgg16", "resnet18", "resnet34", "resnet50", "mlp:4-16-3"}) {
            const ModelPtr model = made({.spec = name});
            std::int64_t parameters = 0;
            for (const ModelTensor &entry : model->tensors())
                parameters += entry.parameter ? entry.tensor.numel() : 0;
            expected << QStringLiteral("%1 %2").arg(model->outputs()).arg(parameters);
        }
        QCOMPARE(lines.size(), expected.size());
        for (qsizetype i = 0; i < lines.size(); ++i)
            QVERIFY2(lines[i].endsWith(expected[i]), qPrintable(lines[i] + " / " + expected[i]));
    }
};

QTEST_GUILESS_MAIN(RegisteredModelsTest)
#include "registered_models_test.moc"
