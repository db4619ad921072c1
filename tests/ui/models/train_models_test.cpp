// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/train_folder.h"
#include "ui/models/train_outlook.h"
#include "ui/models/train_presets.h"
#include "ui/models/train_run_file.h"
#include "ui/models/train_settings.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QSettings>
#include <QtCore/QTemporaryDir>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace waypoint;

namespace {

using Kind = TrainSetting::Kind;

TrainerPlan cifarPlan()
{
    TrainerPlan plan;
    plan.model = "cifar-net";
    plan.parameters = 62006;
    plan.trainSamples = 50000;
    plan.fileBytes = 24'000'000;
    plan.config.epochs = 50;
    plan.config.batchSize = 64;
    return plan;
}

RunConfig keeping(std::int64_t epochs, std::int64_t every, std::int64_t last)
{
    RunConfig config;
    config.epochs = epochs;
    config.checkpointEvery = every;
    config.keepLast = last;
    return config;
}

void write(const QString &path, const QByteArray &text)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(text), text.size());
}

}  // namespace

class TrainModelsTest final : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;

    [[nodiscard]] QString path(const QString &name) const { return m_folder->filePath(name); }
    [[nodiscard]] FolderQuestion question(const QString &folder = {}) const
    {
        return {.folder = folder, .base = m_folder->path(), .stem = QStringLiteral("iris"), .taken = {}};
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QCoreApplication::setOrganizationName(QStringLiteral("Waypoint"));
        QCoreApplication::setApplicationName(QStringLiteral("TrainModelsTest"));
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, path(QStringLiteral("config")));
    }

    void aSettingSaysWhyATextIsNoValue_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("problem");
        const auto row = [](const char *text, Kind kind, const char *problem) {
            QTest::newRow(text) << static_cast<int>(kind) << QString::fromUtf8(text) << QString::fromUtf8(problem);
        };
        row("", Kind::Number, "");
        row(" 0.5 ", Kind::Number, "");
        row("1e-3", Kind::Number, "");
        row("0", Kind::Number, "");
        row("-0.1", Kind::Number, "must be 0 or more");
        row("1", Kind::Number, "must be below 1");
        row("nan", Kind::Number, "must be a finite number");
        row("much", Kind::Number, "must be a number, such as 0.01 or 1e-3");
        row("0,25", Kind::Number, "is written with a point: 0.25");
        row("0.9,0.99", Kind::Pair, "");
        row("0.9, 0.99", Kind::Pair, "");
        row("0.9,1", Kind::Pair, "must be below 1");
        row("0.9", Kind::Pair, "takes two numbers, such as 0.9,0.999");
        row("0.0", Kind::Integer, "must be a whole number");
    }
    void aSettingSaysWhyATextIsNoValue()
    {
        QFETCH(int, kind);
        QFETCH(QString, text);
        const TrainSetting setting{.name = "x",
                                   .kind = static_cast<Kind>(kind),
                                   .fallback = "0.9,0.999",
                                   .least = 0,
                                   .most = 1,
                                   .belowMost = true};
        QTEST(settingProblem(setting, text), "problem");
    }

    void numbersAreReadBackAsTheyWere()
    {
        for (const double number : {0.1, 1e-3, 5e-324, 1.7976931348623157e308, 1.0 / 3}) {
            double read = 0;
            QVERIFY(readSetting(settingText(number), read));
            QCOMPARE(settingText(read), settingText(number));
            QVERIFY(read == number);
        }
        std::uint64_t seed = 0;
        QVERIFY(readSetting(settingText(std::uint64_t{18446744073709551615u}), seed));
        QCOMPARE(seed, std::uint64_t{18446744073709551615u});
    }

    void aRunIsSummedUpInOneLine()
    {
        QCOMPARE(outlookText(cifarPlan()),
                 QStringLiteral("cifar-net, 62,006 parameters, on 50,000 samples; 50 epochs of 782 batches; about "
                                "1.20 GB of checkpoints"));
        QCOMPARE(sizeText(cifarPlan()), QStringLiteral("50 checkpoints of about 24.0 MB, 1.20 GB in all"));
        TrainerPlan small = cifarPlan();
        small.config.epochs = 1;
        small.config.batchSize = 50000;
        small.fileBytes = 0;
        QCOMPARE(outlookText(small),
                 QStringLiteral("cifar-net, 62,006 parameters, on 50,000 samples; 1 epoch of 1 batch"));
    }

    void keptCheckpointsAreThoseThatStay()
    {
        QCOMPARE(keptCheckpoints(keeping(50, 1, 0)), 50);
        QCOMPARE(keptCheckpoints(keeping(50, 20, 0)), 3);  // after 20, 40 and the last
        QCOMPARE(keptCheckpoints(keeping(50, 0, 0)), 1);
        QCOMPARE(keptCheckpoints(keeping(50, 1, 5)), 6);  // and the best
        QCOMPARE(keptCheckpoints(keeping(3, 1, 5)), 3);
        RunConfig bySteps = keeping(50, 1, 0);
        bySteps.checkpointSteps = 100;
        QCOMPARE(keptCheckpoints(bySteps), 51);
    }

    void whatIsForAShellIsLeftOutOfReasons_data()
    {
        QTest::addColumn<QString>("error");
        QTest::addColumn<QString>("text");
        QTest::newRow("option") << QStringLiteral(
            "This setting does not fit (--amp is for CUDA devices; on a CPU half precision is slower than single). "
            "Leave --amp out, or choose a device: waypoint-train devices.")
                                << QStringLiteral(
                                       "Amp is for CUDA devices; on a CPU half precision is slower than single.");
        QTest::newRow("help") << QStringLiteral("This setting does not fit (SGD: nesterov needs momentum above 0 and "
                                                "dampening 0). See --help for what it can be.")
                              << QStringLiteral("SGD: nesterov needs momentum above 0 and dampening 0.");
        QTest::newRow("advice") << QStringLiteral("This setting does not fit (there is no model 'foo'). Models: iris, "
                                                  "mlp:4-16-3.")
                                << QStringLiteral("There is no model 'foo'. Models: iris, mlp:4-16-3.");
        QTest::newRow("file") << QStringLiteral("There is no such file or folder: '/a (b)/--x'. Check the path.")
                              << QStringLiteral("There is no such file or folder: '/a (b)/--x'. Check the path.");
        QTest::newRow("none") << QString() << QString();
    }
    void whatIsForAShellIsLeftOutOfReasons()
    {
        QFETCH(QString, error);
        TrainerPlan plan;
        plan.error = error.toStdString();
        QTEST(planErrorText(plan), "text");
    }

    void theFirstFreeFolderIsFound()
    {
        QCOMPARE(lookAtFolder(question()).folder, path(QStringLiteral("iris-1")));
        QVERIFY(QDir().mkdir(path(QStringLiteral("iris-1"))));
        FolderQuestion next = question();
        next.taken = {path(QStringLiteral("iris-2"))};
        const FolderLook look = lookAtFolder(next);
        QCOMPARE(look.folder, path(QStringLiteral("iris-3")));
        QCOMPARE(look.problem, QString());
        QVERIFY(look.freeBytes.value_or(0) > 0);
    }

    void aFolderWithARunIsNoPlaceForAnother()
    {
        const QString folder = path(QStringLiteral("mine"));
        QVERIFY(QDir().mkdir(folder));
        QCOMPARE(lookAtFolder(question(folder)).problem, QString());
        write(folder + QStringLiteral("/run.json"), "{}");
        QVERIFY(lookAtFolder(question(folder)).holdsRun);
        QCOMPARE(lookAtFolder(question(folder)).problem, QStringLiteral("This folder already holds a run."));
        const QString file = path(QStringLiteral("file"));
        write(file, "x");
        QCOMPARE(lookAtFolder(question(file + QStringLiteral("/run"))).problem,
                 QStringLiteral("%1 is a file, not a folder.").arg(file));
        QVERIFY(!lookAtFolder(question(QStringLiteral("relative"))).problem.isEmpty());
    }

    void runsAreCalledAfterModelOrData()
    {
        const auto stem = [](const char *model, const char *data) {
            RunConfig config;
            config.model = model;
            config.data = data;
            return runStem(config);
        };
        QCOMPARE(stem("", "iris"), QStringLiteral("iris"));
        QCOMPARE(stem("", "csv:/data/my flowers.csv,holdout=0.2"), QStringLiteral("my-flowers"));
        QCOMPARE(stem("", "folder:/data/photos/"), QStringLiteral("photos"));
        QCOMPARE(stem("", "cifar10:/data/cifar-10-batches-bin"), QStringLiteral("cifar10"));
        QCOMPARE(stem("", "synthetic:classes=10,shape=3x32x32"), QStringLiteral("synthetic"));
        QCOMPARE(stem("resnet18", "cifar10:/data"), QStringLiteral("resnet18"));
        QCOMPARE(stem("script:/models/net.pt", "iris"), QStringLiteral("net"));
        QCOMPARE(numberlessStem(QStringLiteral("trial-7")), QStringLiteral("trial"));
        QCOMPARE(numberlessStem(QStringLiteral("trial")), QStringLiteral("trial"));
    }

    void presetsAndTheLastSetupSurvive()
    {
        RunConfig config;
        config.optimizer = "sgd";
        config.optimizerArgs = {{"betas", "0.8,0.9"}, {"momentum", "0.9"}};
        config.lr = 1.0 / 3;
        const QString name = QStringLiteral("a/b & c = d");
        {
            TrainPresets presets;
            QVERIFY(!presets.last());
            presets.save(name, RunConfig{});
            QSignalSpy changed(&presets, &TrainPresets::changed);
            presets.save(name, config);
            presets.save(QStringLiteral("Another"), RunConfig{});
            QCOMPARE(changed.size(), 2);
            presets.setLast(config);
        }
        TrainPresets presets;
        QCOMPARE(presets.names(), QStringList({name, QStringLiteral("Another")}));
        QVERIFY(presets.preset(name) == config);
        QVERIFY(presets.last() == config);
        presets.remove(name);
        QCOMPARE(presets.names(), QStringList({QStringLiteral("Another")}));
        QVERIFY(!presets.preset(name));
    }

    void aRunFileIsReadOrSaysInOneSentenceThatItIsNone()
    {
        RunConfig config;
        config.epochs = 7;
        write(path(QStringLiteral("run.json")), QByteArray::fromStdString(runJson(config, {})));
        QVERIFY(readRunFile(path(QStringLiteral("run.json"))).config == config);
        QVERIFY(readRunFile(m_folder->path()).config == config);
        write(path(QStringLiteral("other.json")), R"({"name": "something"})");
        QCOMPARE(readRunFile(path(QStringLiteral("other.json"))).problem,
                 QStringLiteral("other.json is no run.json: it has no \"config\"."));
        write(path(QStringLiteral("picture.png")), "\x89PNG\r\n\x1a\n");
        const RunFileAnswer picture = readRunFile(path(QStringLiteral("picture.png")));
        QVERIFY(!picture.config);
        QVERIFY2(picture.problem.startsWith(QStringLiteral("picture.png is no run.json")), qPrintable(picture.problem));
        QCOMPARE(readRunFile(path(QStringLiteral("nowhere.json"))).problem,
                 QStringLiteral("There is no nowhere.json."));
    }
};

QTEST_GUILESS_MAIN(TrainModelsTest)
#include "train_models_test.moc"
