// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Before the rest: moc 6.4 stumbles over <compare> as the first header of a file.
#include <QtTest>

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>

#include "core/base/describe_error.h"
#include "core/run/run_folder.h"
#include "core/run/surroundings.h"
#include "core/run/train_command.h"
#include "core/run/trainer_answers.h"
#include "core/run/trainer_process.h"

#include <csignal>
#include <functional>

using namespace waypoint;

namespace {

QStringList asList(const std::vector<std::string> &words)
{
    QStringList list;
    for (const auto &word : words)
        list << QString::fromStdString(word);
    return list;
}

/// What waypoint-train prints; empty where it cannot be run.
std::string answerOf(const std::vector<std::string> &arguments)
{
    QProcess trainer;
    trainer.start(qEnvironmentVariable("WAYPOINT_TRAIN"), asList(arguments));
    trainer.closeWriteChannel();
    if (!trainer.waitForFinished(120'000))
        return {};
    return trainer.readAllStandardOutput().toStdString();
}

Result<TrainerPlan> planOf(std::vector<std::string> command)
{
    command.insert(command.begin(), "plan");
    command.push_back("--json");
    return parsePlan(answerOf(command));
}

QString configText(const RunConfig &config) { return QString::fromStdString(runJson(config, {})); }

}  // namespace

Q_DECLARE_METATYPE(std::function<void(waypoint::RunConfig &)>)

/// The window's half of the talk with waypoint-train, held against the program itself.
class RealTrainerTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(!qEnvironmentVariableIsEmpty("WAYPOINT_TRAIN"));
        QFile table(QString::fromStdString(csv()));
        QVERIFY(table.open(QIODevice::WriteOnly));
        table.write("a,b,kind\n");
        for (int i = 0; i < 40; ++i)
            table.write(QString("%1,%2,%3\n").arg(i).arg(40 - i).arg(i % 2 ? "odd" : "even").toUtf8());
    }

    void whatAConfigurationIsSaidWithGivesItBack_data()
    {
        QTest::addColumn<std::function<void(RunConfig &)>>("change");
        const auto row = [](const char *name, std::function<void(RunConfig &)> change) {
            QTest::newRow(name) << std::move(change);
        };
        row("nothing", [](RunConfig &) {});
        row("every number", [](RunConfig &config) {
            config.epochs = 7;
            config.batchSize = 9;
            config.seed = 18446744073709551615u;
            config.lr = 0.1 + 0.2;
            config.clipGrad = 1e-7;
            config.accumulate = 3;
            config.labelSmoothing = 1.0 / 3;
            config.ema = 0.999;
            config.checkpointEvery = 0;
            config.checkpointSteps = 5;
            config.checkpointMinutes = 0.25;
            config.keepLast = 4;
            config.earlyStop = 6;
            config.threads = 1;
            config.loaders = 2;
            config.logEvery = 11;
        });
        row("every flag", [](RunConfig &config) {
            config.shuffle = false;
            config.noDecay = true;
            config.strict = false;
        });
        row("Adam", [](RunConfig &config) {
            config.optimizer = "adamw";
            config.optimizerArgs = {{"betas", "0.8,0.95"}, {"amsgrad", "true"}, {"eps", "1e-6"}};
        });
        row("SGD with a schedule", [](RunConfig &config) {
            config.optimizer = "sgd";
            config.lr = 0.5;
            config.optimizerArgs = {{"momentum", "0.9"}, {"nesterov", "true"}};
            config.scheduler = "multistep";
            config.schedulerArgs = {{"milestones", "3,5"}, {"gamma", "0.25"}, {"warmup", "2"}};
        });
        row("a rate that changes with each step", [](RunConfig &config) {
            config.scheduler = "onecycle";
            config.schedulerArgs = {{"max_lr", "0.1"}, {"interval", "step"}};
        });
        row("data with a name that a shell would not like", [this](RunConfig &config) {
            config.data = "csv:" + csv();
            config.model = "mlp:2-5-2";
            config.val = "csv:" + csv();
        });
        row("made-up pictures", [](RunConfig &config) {
            config.data = "synthetic:classes=4,shape=3x32x32,count=16,seed=3";
            config.model = "lenet2:4";
            config.monitor = "loss/epoch";
            config.loss = "cross-entropy";
        });
    }

    void whatAConfigurationIsSaidWithGivesItBack()
    {
        QFETCH(const std::function<void(RunConfig &)>, change);
        RunConfig wanted;
        change(wanted);
        const auto first = planOf(startCommand(wanted, out()));
        QVERIFY2(first, first ? "" : describe(first.error()).c_str());
        QCOMPARE(QString::fromStdString(first->error), QString());
        // What was wanted is there, each by itself...
        RunConfig changed = first->config;
        change(changed);
        QCOMPARE(configText(changed), configText(first->config));
        // ... and what came of it, every default written out, is said and understood again.
        const auto second = planOf(startCommand(first->config, out()));
        QVERIFY(second);
        QCOMPARE(configText(second->config), configText(first->config));
        QVERIFY(second->config == first->config);
    }

    void everythingItIsAskedIsUnderstood()
    {
        const auto devices = parseDevices(answerOf({"devices", "--json"}));
        QVERIFY2(devices, devices ? "" : describe(devices.error()).c_str());
        QCOMPARE(devices->version, std::string(WAYPOINT_VERSION));
        QVERIFY(!devices->libtorch.empty());
        QCOMPARE(devices->devices.at(0).name, std::string("cpu"));
        QVERIFY(devices->devices[0].usable && devices->devices[0].freeBytes.value_or(0) > 0);
        const auto models = parseModels(answerOf({"models", "--json"}));
        QVERIFY(models && !models->empty());
        QCOMPARE(models->front().name, std::string("iris"));
        QCOMPARE(models->front().parameters, 67);
        const auto plan = planOf({"start", "--out", out(), "--lr", "-3"});
        QVERIFY(plan);
        QCOMPARE(plan->errorOption, std::string("lr"));
        QVERIFY(QString::fromStdString(plan->error).contains("-3"));
    }

    void aRunIsStartedResumedAndMeasured()
    {
        const std::filesystem::path folder = path("run's folder");
        RunConfig config;
        config.epochs = 4;
        auto command = startCommand(config, folder);
        command.insert(command.end(), {"--stop-after", "1"});
        auto process = launch(command, folder);
        QVERIFY2(process, process ? "" : describe(process.error()).c_str());
        QTRY_VERIFY_WITH_TIMEOUT(process->exit(), 60'000);
        QVERIFY((process->exit() == TrainerExit{.signalled = false, .code = 0}));
        const auto view = viewRun(folder);
        QVERIFY(view);
        QCOMPARE(view->status.state, RunState::Stopped);
        QVERIFY(view->status.memoryBytes > 10'000'000);

        const ResumeChoice choice{.checkpoint = folder, .out = {}, .epochIs = {}, .nextEpoch = 2, .options = {}};
        const auto plan = planOf(resumeCommand(choice));
        QVERIFY2(plan, plan ? "" : describe(plan.error()).c_str());
        QCOMPARE(plan->nextEpoch, 2);
        QCOMPARE(plan->epochIs, std::string("given"));
        QCOMPARE(plan->modelRestored, plan->modelWanted);
        QVERIFY(plan->fileBytes > 5'000);
        auto resumed = launch(resumeCommand(choice), folder);
        QVERIFY(resumed);
        QTRY_VERIFY_WITH_TIMEOUT(resumed->exit(), 60'000);
        QCOMPARE(viewRun(folder)->status.state, RunState::Finished);

        const auto measured =
            parseEvaluation(answerOf({"evaluate", RunPaths(folder).last().string(), "--data", "iris", "--json"}));
        QVERIFY2(measured, measured ? "" : describe(measured.error()).c_str());
        QCOMPARE(measured->samples, 30);
        QCOMPARE(measured->classes.size(), 3u);
        QCOMPARE(measured->confusion.size(), 3u);
        QVERIFY(measured->accuracy && *measured->accuracy > 0);
    }

    void theLastWordsOfAnAbortAreInItsLog()
    {
        const std::filesystem::path folder = path("aborted");
        RunConfig config;
        config.model = "mlp:4-800-800-3";
        config.epochs = 100'000;
        auto process = launch(startCommand(config, folder), folder);
        QVERIFY(process);
        QTRY_VERIFY_WITH_TIMEOUT(viewRun(folder) && viewRun(folder)->status.state == RunState::Running, 60'000);
        ::kill(static_cast<pid_t>(process->pid()), SIGKILL);
        QTRY_VERIFY(process->exit());
        QVERIFY((process->exit() == TrainerExit{.signalled = true, .code = SIGKILL}));
        QVERIFY(viewRun(folder)->crashed);
        // A second one is refused in a line of the same log.
        auto refused = launch({"start", "--out", folder.string(), "--model", "nonsense"}, folder);
        QVERIFY(refused);
        QTRY_VERIFY_WITH_TIMEOUT(refused->exit(), 60'000);
        const auto log = readText(RunPaths(folder).log());
        QVERIFY(log);
        QVERIFY(QString::fromStdString(*log).trimmed().section('\n', -1).startsWith("waypoint-train: "));
    }

private:
    std::string path(const char *name) const { return (m_folder.path() + '/' + name).toStdString(); }
    std::string csv() const { return path("it's größe \"1\" $HOME.csv"); }
    std::string out() const { return path("never made"); }
    static Result<TrainerProcess> launch(const std::vector<std::string> &command, const std::filesystem::path &folder)
    {
        return TrainerProcess::launch(qEnvironmentVariable("WAYPOINT_TRAIN").toStdString(), command,
                                      RunPaths(folder).log());
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(RealTrainerTest)
#include "real_trainer_test.moc"
