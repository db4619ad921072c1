// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/run/run_defaults.h"

#include <QtTest>

using namespace waypoint;

namespace {

Datasets open(const std::string &spec)
{
    auto data = openDatasets(spec, {}, 0);
    return data ? std::move(*data) : Datasets();
}

}  // namespace

class RunDefaultsTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everythingLeftOpenIsFilledIn()
    {
        const auto config = withDefaults({}, open("iris"));
        QVERIFY(config);
        QCOMPARE(config->model, std::string("iris"));
        QCOMPARE(config->loss, std::string("cross-entropy"));
        QCOMPARE(config->monitor, std::string("accuracy/val"));
        QVERIFY(config->epochs > 0 && config->batchSize > 0 && config->logEvery > 0 && config->lr > 0);
        QVERIFY(!config->optimizer.empty());
    }

    void theModelSuitsTheData_data()
    {
        QTest::addColumn<QString>("spec");
        QTest::addColumn<QString>("model");
        QTest::newRow("digits") << "digits"
                                << "mlp:64-64-10";
        QTest::newRow("small images") << "synthetic:classes=7,shape=3x32x32,count=20,seed=1"
                                      << "cifar-net";
        QTest::newRow("large images") << "synthetic:classes=7,shape=3x64x64,count=20,seed=1"
                                      << "resnet18";
        QTest::newRow("rows of numbers") << "synthetic:classes=7,shape=12,count=20,seed=1"
                                         << "mlp:12-64-7";
    }

    void theModelSuitsTheData()
    {
        QFETCH(QString, spec);
        const auto config = withDefaults({}, open(spec.toStdString()));
        QVERIFY(config);
        QTEST(QString::fromStdString(config->model), "model");
    }

    void whatWasAskedForStays()
    {
        RunConfig asked;
        asked.model = "mlp:4-5-3";
        asked.epochs = 7;
        asked.batchSize = 30;
        asked.optimizer = "sgd";
        const auto config = withDefaults(asked, open("iris"));
        QVERIFY(config);
        QCOMPARE(config->model, std::string("mlp:4-5-3"));
        QCOMPARE(config->epochs, 7);
        QCOMPARE(config->batchSize, 30);
        QCOMPARE(config->lr, 0.0);  // the optimizer's own default, not Iris' rate for another one
    }

    void pathsAreNamedFromTheRoot()
    {
        RunConfig asked;
        asked.model = "script:net.pt";
        asked.data = "folder:photos,size=64";
        asked.val = "csv:/data/val.csv";
        asked.init = "old.pth";
        const RunConfig config = withAbsolutePaths(asked, "/home/me");
        QCOMPARE(config.model, std::string("script:/home/me/net.pt"));
        QCOMPARE(config.data, std::string("folder:/home/me/photos,size=64"));
        QCOMPARE(config.val, std::string("csv:/data/val.csv"));
        QCOMPARE(config.init, std::string("/home/me/old.pth"));
    }

    void namesThatAreNoPathsStay()
    {
        RunConfig asked;
        asked.model = "lenet2:7";
        asked.data = "synthetic:classes=10,shape=3x32x32,count=512,seed=3";
        QCOMPARE(withAbsolutePaths(asked, "/home/me"), asked);
    }

    void numbersThatMakeNoSenseAreNamed_data()
    {
        QTest::addColumn<RunConfig>("config");
        QTest::addColumn<QString>("option");
        const auto row = [](const char *option, auto member, auto value) {
            RunConfig config;
            config.*member = value;
            QTest::newRow(option) << config << QString(option);
        };
        row("--epochs", &RunConfig::epochs, -1);
        row("--batch-size", &RunConfig::batchSize, -4);
        row("--accumulate", &RunConfig::accumulate, 0);
        row("--lr", &RunConfig::lr, -0.1);
        row("--label-smoothing", &RunConfig::labelSmoothing, 1.0);
        row("--ema", &RunConfig::ema, 1.5);
        row("--keep-last", &RunConfig::keepLast, -1);
        row("--loss", &RunConfig::loss, "hinge");
    }

    void numbersThatMakeNoSenseAreNamed()
    {
        QFETCH(RunConfig, config);
        QFETCH(QString, option);
        const auto checked = withDefaults(config, open("iris"));
        QVERIFY(!checked);
        QVERIFY(checked.error().code == ErrorCode::BadArgument);
        QVERIFY(QString::fromStdString(checked.error().detail).contains(option));
    }
};

QTEST_GUILESS_MAIN(RunDefaultsTest)
#include "run_defaults_test.moc"
