// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Before the rest: moc 6.4 stumbles over <compare> as the first header of a file.
#include <QTest>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include "core/run/run_config.h"

#include <clocale>
#include <cmath>
#include <limits>

using namespace waypoint;

namespace {

/// No field has its default, and the numbers are not short ones.
RunConfig unusualConfig()
{
    return {.model = "mlp:4-16-3",
            .data = "csv:/data/größe \"1\".csv",
            .val = "synthetic:classes=10,shape=3x32x32,count=512,seed=3",
            .device = "cuda:1",
            .epochs = 50,
            .batchSize = 32,
            .shuffle = false,
            .seed = 18'446'744'073'709'551'615u,
            .optimizer = "adam",
            .lr = 0.1 + 0.2,
            .optimizerArgs = {{"betas", "0.9,0.95"}, {"eps", "1e-8"}, {"amsgrad", "true"}},
            .noDecay = true,
            .scheduler = "multistep",
            .schedulerArgs = {{"milestones", "10,20"}, {"gamma", "0.10"}},
            .loss = "mse",
            .labelSmoothing = 1.0 / 3,
            .clipGrad = 5e-324,
            .accumulate = 4,
            .amp = true,
            .ema = 0.999,
            .init = "weights.pth",
            .strict = false,
            .section = "net/model",
            .optimizerSection = "optimizerA",
            .checkpointEvery = 2,
            .checkpointSteps = 100,
            .checkpointMinutes = 0.5,
            .keepLast = 3,
            .monitor = "loss/val",
            .earlyStop = 7,
            .threads = 2,
            .loaders = 1,
            .logEvery = 25};
}

RunEnvironment someEnvironment()
{
    return {"1.13.1", "0.1.0", 2, 1, "OpenBLAS 0.3.21 pthread", true, "Some processor", "somewhere"};
}

/// What is wrong with run.json's config when it holds this.
QString problemWith(const std::string &config)
{
    const auto run = parseRunJson(R"({"waypoint": 1, "config": {)" + config + "}}");
    if (run)
        return "nothing";
    return run.error().code == ErrorCode::Corrupt ? QString::fromStdString(run.error().detail) : "another code";
}

QJsonObject configIn(const std::string &text)
{
    return QJsonDocument::fromJson(QByteArray::fromStdString(text)).object()["config"].toObject();
}

}  // namespace

class RunConfigTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyFieldComesBack()
    {
        const auto run =
            parseRunJson(runJson(unusualConfig(), someEnvironment(), {"waypoint-train", "start", "--lr=0.3"}));
        QVERIFY(run);
        QVERIFY(run->config == unusualConfig());
        QVERIFY(run->environment == someEnvironment());
        QCOMPARE(run->command, (std::vector<std::string>{"waypoint-train", "start", "--lr=0.3"}));
    }

    void defaultsAreWrittenOutAndComeBack()
    {
        const auto text = runJson({}, {});
        const auto config = configIn(text);
        QCOMPARE(config["data"].toString(), QString("iris"));
        QCOMPARE(config["checkpoint_every"].toInt(), 1);
        QCOMPARE(config["strict"].toBool(), true);
        QCOMPARE(config.size(), configIn(runJson(unusualConfig(), {})).size());
        const auto run = parseRunJson(text);
        QVERIFY(run);
        QVERIFY(run->config == RunConfig{});
    }

    void numbersThatJsonLacksComeBack()
    {
        RunConfig config{.lr = std::numeric_limits<double>::infinity(),
                         .ema = std::numeric_limits<double>::quiet_NaN()};
        const auto run = parseRunJson(runJson(config, {}));
        QVERIFY(run);
        QCOMPARE(run->config.lr, config.lr);
        QVERIFY(std::isnan(run->config.ema));
    }

    void settingsAreWrittenAsWhatTheyAre()
    {
        const RunConfig config{.optimizerArgs = {{"lr", "1e-3"},
                                                 {"betas", "0.9,0.999"},
                                                 {"nesterov", "true"},
                                                 {"steps", "10"},
                                                 {"mode", "max"},
                                                 {"flags", "true,false"}}};
        const auto settings = configIn(runJson(config, {}))["optimizer_args"].toObject();
        QCOMPARE(settings["lr"], QJsonValue(0.001));
        QCOMPARE(settings["betas"], QJsonValue(QJsonArray{0.9, 0.999}));
        QCOMPARE(settings["nesterov"], QJsonValue(true));
        QCOMPARE(settings["steps"], QJsonValue(10));
        QCOMPARE(settings["mode"], QJsonValue("max"));
        QCOMPARE(settings["flags"], QJsonValue(QJsonArray{true, false}));
    }

    void aSettingComesBackAsItWasTyped_data()
    {
        QTest::addColumn<QString>("text");
        for (const char *text : {"1e-3",   "0.001", "1E+2",     "-0",      "-0.0",
                                 "007",    "+5",    ".5",       "1.",      "1_000",
                                 "inf",    "NaN",   "Infinity", "1e999",   "123456789012345678901234567890",
                                 "0.1000", "true",  "True",     "null",    "",
                                 " ",      "10,20", "10, 20",   "[10,20]", "(0.9, 0.95)",
                                 "10,",    ",",     "a,b",      "1,a",     "\"1\"",
                                 "{}",     "größe", "\\",       "a=b"})
            QTest::newRow(text) << text;
    }

    void aSettingComesBackAsItWasTyped()
    {
        QFETCH(QString, text);
        const RunConfig config{.schedulerArgs = {{"key", text.toStdString()}}};
        const auto json = runJson(config, {});
        QVERIFY(!configIn(json).isEmpty());
        const auto run = parseRunJson(json);
        QVERIFY(run);
        QCOMPARE(run->config.schedulerArgs.text("key", "missing"), text.toStdString());
    }

    void unknownKeysAreIgnoredAndMissingOnesKeepTheirDefault()
    {
        const auto run = parseRunJson(R"({"later": [{}], "config": {"epochs": 3, "new_thing": {"a": null}, "lr": 1}})");
        QVERIFY(run);
        QVERIFY(run->config == (RunConfig{.epochs = 3, .lr = 1}));
    }

    void aKeyThatDoesNotFitIsNamed()
    {
        QCOMPARE(problemWith(R"("batch_size": "32")"), "run.json: config: 'batch_size' should be a whole number");
        QCOMPARE(problemWith(R"("batch_size": 3.5)"), "run.json: config: 'batch_size' should be a whole number");
        QCOMPARE(problemWith(R"("epochs": 18446744073709551615)"),
                 "run.json: config: 'epochs' should be a whole number");
        QCOMPARE(problemWith(R"("seed": -1)"),
                 "run.json: config: 'seed' should be a whole number that is not negative");
        QCOMPARE(problemWith(R"("lr": "fast")"), "run.json: config: 'lr' should be a number");
        QCOMPARE(problemWith(R"("shuffle": 1)"), "run.json: config: 'shuffle' should be true or false");
        QCOMPARE(problemWith(R"("model": null)"), "run.json: config: 'model' should be text");
        QCOMPARE(problemWith(R"("optimizer_args": [])"), "run.json: config: 'optimizer_args' should be an object");
        QVERIFY(problemWith(R"("scheduler_args": {"T_max": null})").contains("'scheduler_args.T_max'"));
        QVERIFY(problemWith(R"("scheduler_args": {"T_max": [[1]]})").contains("'scheduler_args.T_max'"));
    }

    void whatIsNoRunJsonIsRefused()
    {
        for (const char *text : {"", "{", "[]", "3", "{\"config\": 3}", "{\"config\": {\"lr\": 1e999}}", "\xff"}) {
            const auto run = parseRunJson(text);
            QVERIFY2(!run, text);
            QCOMPARE(run.error().code, ErrorCode::Corrupt);
            QVERIFY(run.error().detail.starts_with("run.json"));
        }
        QCOMPARE(parseRunJson(R"({"waypoint": 2})").error().code, ErrorCode::Unsupported);
    }

    void nestingThatAFileDecidesDoesNoHarm()
    {
        QVERIFY(parseRunJson("{\"x\":" + std::string(1'000'000, '[') + std::string(1'000'000, ']') + "}"));
        QVERIFY(!parseRunJson("{\"x\":" + std::string(1'000'000, '[')));
    }

    void aLocaleWithDecimalCommasChangesNothing()
    {
        const std::string before = std::setlocale(LC_ALL, nullptr);
        if (!std::setlocale(LC_ALL, "de_DE.UTF-8"))
            QSKIP("no such locale is installed");
        const auto run = parseRunJson(runJson(unusualConfig(), {}));
        std::setlocale(LC_ALL, before.c_str());
        QVERIFY(run);
        QVERIFY(run->config == unusualConfig());
    }
};

QTEST_GUILESS_MAIN(RunConfigTest)
#include "run_config_test.moc"
