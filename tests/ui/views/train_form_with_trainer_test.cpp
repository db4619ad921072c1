// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/trainer_answers.h"
#include "ui/models/run_center.h"
#include "ui/models/train_settings.h"
#include "ui/models/trainer_info.h"
#include "ui/views/train_field.h"
#include "ui/views/train_form.h"

#include <QtCore/QProcess>
#include <QtCore/QSettings>
#include <QtCore/QTemporaryDir>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace waypoint;

namespace {

constexpr int kPatience = 60'000;  ///< milliseconds: LibTorch may have to be read from the disk first

}  // namespace

/// What the form knows and says, held against the real waypoint-train.
class TrainFormWithTrainerTest final : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_home;

    static TrainerPlan plan(const QStringList &options)
    {
        QProcess process;
        process.start(qEnvironmentVariable("WAYPOINT_TRAIN"),
                      QStringList{QStringLiteral("plan"), QStringLiteral("start"), QStringLiteral("--out"),
                                  QStringLiteral("/nowhere/run"), QStringLiteral("--json")}
                          + options);
        if (!process.waitForFinished(kPatience))
            return {};
        const auto read = parsePlan(process.readAllStandardOutput().toStdString());
        return read ? *read : TrainerPlan{};
    }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(qEnvironmentVariableIsSet("WAYPOINT_TRAIN"), "the program to be held against");
        QCoreApplication::setOrganizationName(QStringLiteral("Waypoint"));
        QCoreApplication::setApplicationName(QStringLiteral("TrainFormWithTrainerTest"));
        qputenv("HOME", m_home.path().toUtf8());
        qputenv("WAYPOINT_TRAINER", qgetenv("WAYPOINT_TRAIN"));
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_home.filePath(QStringLiteral("config")));
    }

    void everyOptimizerHasItsArgumentsAndRate_data()
    {
        QTest::addColumn<QString>("name");
        for (const TrainOptimizer &one : trainOptimizers())
            QTest::newRow(one.name) << QString::fromUtf8(one.name);
    }
    void everyOptimizerHasItsArgumentsAndRate()
    {
        QFETCH(QString, name);
        const TrainOptimizer &optimizer = *findTrainOptimizer(name.toStdString());
        QStringList options{QStringLiteral("--optimizer"), name};
        QStringList names;
        for (const TrainSetting &setting : optimizer.arguments) {
            names << QString::fromUtf8(setting.name);
            options << QStringLiteral("--optimizer-arg")
                    << QStringLiteral("%1=%2").arg(QLatin1String(setting.name), QLatin1String(setting.fallback));
        }
        const TrainerPlan taken = plan(options);
        QCOMPARE(taken.error, std::string());
        QCOMPARE(taken.optimizer, std::string(optimizer.className));
        QCOMPARE(taken.config.lr, QString::fromUtf8(optimizer.lr).toDouble());
        // It lists what it takes where it is asked for something else.
        const TrainerPlan refused =
            plan({QStringLiteral("--optimizer"), name, QStringLiteral("--optimizer-arg"), QStringLiteral("?=1")});
        const QString reason = QString::fromStdString(refused.error);
        const qsizetype from = reason.indexOf(QStringLiteral("it takes ")) + 9;
        QStringList known = reason.mid(from, reason.indexOf(QLatin1Char(')'), from) - from).split(QStringLiteral(", "));
        names.sort();
        known.sort();
        QCOMPARE(names, known);
    }

    void untouchedItTrainsIrisToTheEnd()
    {
        RunCenter runs;
        TrainerInfo info;
        TrainForm form(runs, info);
        form.resize(380, 760);
        form.show();
        QTRY_VERIFY2_WITH_TIMEOUT(form.isReady(), qPrintable(form.problem()), kPatience);
        QSignalSpy started(&form, &TrainForm::started);
        form.start();
        QCOMPARE(started.size(), 1);
        const QString folder = started.front().front().toString();
        QTRY_COMPARE_WITH_TIMEOUT(runs.story(folder).condition, RunCondition::Finished, kPatience);
        QCOMPARE(runs.snapshot(folder)->view.description.config.epochs, 60);
    }

    void itsErrorsFindTheirFields_data()
    {
        QTest::addColumn<QString>("option");
        QTest::addColumn<RunConfig>("config");
        const auto row = [](const char *option, auto change) {
            RunConfig config;
            change(config);
            QTest::newRow(option) << QString::fromUtf8(option) << config;
        };
        row("amp", [](RunConfig &config) { config.amp = true; });
        row("monitor", [](RunConfig &config) { config.monitor = "mood"; });
        row("init", [](RunConfig &config) { config.init = "/nowhere/weights.pth"; });
        row("label-smoothing", [](RunConfig &config) {
            config.loss = "mse";
            config.labelSmoothing = 0.1;
        });
        row("momentum", [](RunConfig &config) {
            config.optimizer = "sgd";
            config.optimizerArgs = {{"nesterov", "true"}};
        });
    }
    void itsErrorsFindTheirFields()
    {
        QFETCH(QString, option);
        QFETCH(RunConfig, config);
        RunCenter runs;
        TrainerInfo info;
        TrainForm form(runs, info);
        form.setConfig(config);
        form.show();
        const auto *field = form.findChild<TrainField *>(QStringLiteral("train-") + option);
        QVERIFY(field);
        QTRY_VERIFY2_WITH_TIMEOUT(!field->problem().isEmpty(), qPrintable(form.problem()), kPatience);
        QVERIFY(field->isVisibleTo(&form));
        QVERIFY(!form.isReady());
        QVERIFY2(!field->problem().contains(QStringLiteral("waypoint-train")), qPrintable(field->problem()));
    }
};

QTEST_MAIN(TrainFormWithTrainerTest)
#include "train_form_with_trainer_test.moc"
