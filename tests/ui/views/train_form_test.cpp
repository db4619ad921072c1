// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/train_command.h"
#include "tests/ui/data_files.h"
#include "tests/ui/sample_checkpoint.h"
#include "ui/models/run_center.h"
#include "ui/models/train_presets.h"
#include "ui/models/trainer_info.h"
#include "ui/views/data_chooser.h"
#include "ui/views/model_chooser.h"
#include "ui/views/train_field.h"
#include "ui/views/train_folder_box.h"
#include "ui/views/train_form.h"
#include "ui/views/train_preset_bar.h"
#include "ui/views/train_schedule_box.h"
#include "ui/views/train_section.h"
#include "ui/views/train_start_bar.h"
#include "ui/views/train_text_view.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QMimeData>
#include <QtCore/QSettings>
#include <QtCore/QTemporaryDir>
#include <QtGui/QClipboard>
#include <QtGui/QDropEvent>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QToolButton>

#include <memory>

using namespace waypoint;

namespace {

constexpr int kPatience = 30'000;  ///< milliseconds: the machine may be busy

/// Every field of a form with another value than it begins with.
RunConfig fullConfig()
{
    RunConfig config;
    config.model = "mlp:4-16-3";
    config.data = "digits";
    config.val = "iris";
    config.device = "cpu";
    config.epochs = 12;
    config.batchSize = 8;
    config.shuffle = false;
    config.seed = 18446744073709551615u;
    config.optimizer = "adamw";
    config.lr = 1.0 / 3;
    config.optimizerArgs = {{"betas", "0.8,0.95"}, {"weight_decay", "0.1"}, {"amsgrad", "true"}};
    config.noDecay = true;
    config.scheduler = "multistep";
    config.schedulerArgs = {{"milestones", "4,8"}, {"gamma", "0.5"}, {"warmup", "2"}};
    config.loss = "mse";
    config.labelSmoothing = 0.1;
    config.clipGrad = 2.5;
    config.accumulate = 4;
    config.amp = true;
    config.ema = 0.99;
    config.init = "/somewhere/weights.pth";
    config.strict = false;
    config.section = "net/state_dict";
    config.checkpointEvery = 0;
    config.checkpointSteps = 100;
    config.checkpointMinutes = 2.5;
    config.keepLast = 3;
    config.monitor = "loss/train";
    config.earlyStop = 5;
    config.threads = 2;
    config.loaders = 1;
    config.logEvery = 7;
    return config;
}

void write(const QString &path, const QByteArray &text)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(text), text.size());
}

}  // namespace

/// The form of a new run as somebody who fills it in uses it. A stand-in for waypoint-train answers that it is Iris,
/// whatever it is asked.
class TrainFormTest final : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_home;
    std::unique_ptr<RunCenter> m_runs;
    std::unique_ptr<TrainerInfo> m_info;
    std::unique_ptr<TrainForm> m_form;

    [[nodiscard]] QString path(const QString &name) const { return m_home->filePath(name); }

    void openForm()
    {
        m_form.reset();
        m_runs = std::make_unique<RunCenter>();
        m_info = std::make_unique<TrainerInfo>();
        m_form = std::make_unique<TrainForm>(*m_runs, *m_info);
        m_form->resize(380, 760);
        m_form->show();
    }

    /// From now on each plan ends with this error.
    void failPlans(const QByteArray &error, const QByteArray &option) const
    {
        const QString script = path(QStringLiteral("failing-train"));
        write(script, "#!/bin/sh\n'" + qgetenv("WAYPOINT_MISBEHAVING_TRAINER") + "' \"$@\" | sed 's|\"error\":null|"
                          + "\"error\":\"" + error + "\"|; s|\"error_option\":null|\"error_option\":\"" + option
                          + "\"|'\n");
        QVERIFY(QFile::setPermissions(script, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
        qputenv("WAYPOINT_TRAINER", script.toUtf8());
    }

    TrainField *field(const char *option) const
    {
        return m_form->findChild<TrainField *>(QStringLiteral("train-") + QString::fromUtf8(option));
    }
    QLineEdit *line(const char *option) const { return qobject_cast<QLineEdit *>(field(option)->focusTarget()); }
    void choose(const char *option, const QString &text) const
    {
        auto *box = qobject_cast<QComboBox *>(field(option)->focusTarget());
        QVERIFY(box && box->findText(text) >= 0);
        box->setCurrentText(text);
    }
    TrainSection *section(const char *key) const
    {
        return m_form->findChild<TrainSection *>(QStringLiteral("train-section-") + QString::fromUtf8(key));
    }
    QPushButton *startButton() const { return m_form->findChild<QPushButton *>(QStringLiteral("train-start")); }
    QString outlook() const { return m_form->findChild<TrainStartBar *>()->text(); }
    QMenu *presetMenu() const
    {
        QMenu *menu = m_form->findChild<TrainPresetBar *>()->presetMenu();
        Q_EMIT menu->aboutToShow();
        return menu;
    }
    static QAction *action(const QMenu *menu, const QString &text)
    {
        for (QAction *one : menu->actions())
            if (QString(one->text()).remove(QLatin1Char('&')) == text)
                return one;
        return nullptr;
    }
    /// The reason a person sees in a field.
    static QString shownReason(const QWidget *field)
    {
        for (const QLabel *label : field->findChildren<QLabel *>())
            if (label->isVisible() && label->text().startsWith(QStringLiteral("⚠")))
                return label->text().mid(2);
        return {};
    }

private Q_SLOTS:
    void init()
    {
        m_home = std::make_unique<QTemporaryDir>();
        QCoreApplication::setOrganizationName(QStringLiteral("Waypoint"));
        QCoreApplication::setApplicationName(QStringLiteral("TrainFormTest"));
        qputenv("HOME", m_home->path().toUtf8());
        qunsetenv("WAYPOINT_RUNS");  // where runs go is held here
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, path(QStringLiteral("config")));
        qputenv("WAYPOINT_TRAINER", qgetenv("WAYPOINT_MISBEHAVING_TRAINER"));
        qunsetenv("WAYPOINT_MISBEHAVE");
        openForm();
    }

    void cleanup()
    {
        const QStringList waiting = m_runs->waiting();
        for (const QString &run : waiting)
            m_runs->cancelWaiting(run);
        const QStringList active = m_runs->active();
        for (const QString &run : active)
            m_runs->kill(run);
        QTRY_VERIFY_WITH_TIMEOUT(m_runs->active().isEmpty(), kPatience);
        m_form.reset();
    }

    void untouchedItIsIrisAndReadyOncePlanned()
    {
        QCOMPARE(m_form->config(), RunConfig{});
        QTRY_VERIFY_WITH_TIMEOUT(m_form->isReady(), kPatience);
        QCOMPARE(m_form->runFolder(), path(QStringLiteral("Waypoint/runs/iris-1")));
        QCOMPARE(line("epochs")->placeholderText(), QStringLiteral("60 (by the data)"));
        QCOMPARE(line("batch-size")->placeholderText(), QStringLiteral("16 (by the data)"));
        QCOMPARE(line("lr")->placeholderText(), QStringLiteral("0.02 (by the data)"));
        QCOMPARE(outlook(), QStringLiteral("iris, 67 parameters, on 120 samples; 60 epochs of 8 batches; about 720 KB "
                                           "of checkpoints"));
        QVERIFY(startButton()->isEnabled());
        QCOMPARE(startButton()->text(), QStringLiteral("&Start"));
        QCOMPARE(m_form->problem(), QString());
    }

    void everyFieldIsFilledInAndReadBack()
    {
        m_form->setConfig(fullConfig());
        QCOMPARE(runJson(m_form->config(), {}), runJson(fullConfig(), {}));
        m_form->setConfig({});
        QCOMPARE(runJson(m_form->config(), {}), runJson(RunConfig{}, {}));
    }

    void weightsDroppedOnTheModelAreBegunWith()
    {
        const QString weights = path(QStringLiteral("weights.safetensors"));
        QVERIFY(test::writeSafetensors(weights, {"fc.weight", "fc.bias"}));
        auto *model = m_form->findChild<ModelChooser *>();
        QVERIFY(test::drop(*model, weights));
        QTRY_COMPARE(QString::fromStdString(m_form->config().init), weights);
        QCOMPARE(m_form->config().model, std::string());
        QTRY_VERIFY(line("init")->isVisible());
    }

    void whatIsTypedReachesTheConfigurationAndTheCommand()
    {
        line("epochs")->setText(QStringLiteral("12"));
        line("lr")->setText(QStringLiteral("1e-2"));
        choose("optimizer", QStringLiteral("SGD"));
        line("momentum")->setText(QStringLiteral("0.9"));
        qobject_cast<QCheckBox *>(field("nesterov")->editor())->setChecked(true);
        line("keep-last")->setText(QStringLiteral("3"));
        RunConfig expected;
        expected.epochs = 12;
        expected.lr = 0.01;
        expected.optimizer = "sgd";
        expected.optimizerArgs = {{"momentum", "0.9"}, {"nesterov", "true"}};
        expected.keepLast = 3;
        QVERIFY(m_form->config() == expected);
        QTRY_VERIFY_WITH_TIMEOUT(m_form->isReady(), kPatience);

        const QMenu *more = m_form->findChild<TrainPresetBar *>()->moreMenu();
        action(more, QStringLiteral("Copy Command Line"))->trigger();
        // The program of this window: it may not be on the PATH.
        QVERIFY(QGuiApplication::clipboard()->text().startsWith(qEnvironmentVariable("WAYPOINT_TRAINER")));
        const QString command = QGuiApplication::clipboard()->text();
        QCOMPARE(command.mid(command.indexOf(QLatin1Char(' ')) + 1),
                 QStringLiteral("start --out %1 --epochs 12 --optimizer sgd --lr 0.01 --optimizer-arg "
                                "momentum=0.9 --optimizer-arg nesterov=true --keep-last 3")
                     .arg(m_form->runFolder()));
        action(more, QStringLiteral("Copy run.json"))->trigger();
        const auto copied = parseRunJson(QGuiApplication::clipboard()->text().toStdString());
        QVERIFY(copied && copied->config == expected);
    }

    void aValueThatDoesNotFitSaysSoBesideItsField()
    {
        QTRY_VERIFY_WITH_TIMEOUT(m_form->isReady(), kPatience);
        line("lr")->setText(QStringLiteral("0,1"));
        QCOMPARE(shownReason(field("lr")), QStringLiteral("is written with a point: 0.1"));
        QVERIFY(!m_form->isReady());
        QVERIFY(!startButton()->isEnabled());
        QCOMPARE(outlook(), QStringLiteral("Learning rate: is written with a point: 0.1"));
        QCOMPARE(m_form->problem(), outlook());
        line("lr")->setText(QStringLiteral("0"));
        QCOMPARE(shownReason(field("lr")), QStringLiteral("must be above 0"));
        line("lr")->clear();
        QCOMPARE(shownReason(field("lr")), QString());
        QTRY_VERIFY_WITH_TIMEOUT(m_form->isReady(), kPatience);
    }

    void aFoldedSectionOpensWhereSomethingInItDoesNotFit()
    {
        QVERIFY(!section("optimizer")->isOpen());
        RunConfig config;
        config.optimizerArgs = {{"betas", "0.9,1"}};
        m_form->setConfig(config);
        QVERIFY(section("optimizer")->isOpen());
        QCOMPARE(shownReason(field("betas")), QStringLiteral("must be below 1"));
        QCOMPARE(m_form->problem(), QStringLiteral("betas: must be below 1"));
    }

    void foldedSectionsStaySoAcrossRestarts()
    {
        QVERIFY(!section("safety")->isOpen());
        section("safety")->setOpen(true);
        openForm();
        QVERIFY(section("safety")->isOpen());
        QVERIFY(!section("more")->isOpen());
    }

    void whatWaypointTrainSaysStandsAtTheFieldItNames_data()
    {
        QTest::addColumn<QByteArray>("option");
        QTest::addColumn<QByteArray>("place");
        const auto row = [](const char *option, const char *place) {
            QTest::newRow(option) << QByteArray(option) << QByteArray(place);
        };
        row("lr", "lr");
        row("batch_size", "batch-size");
        row("optimizer_arg", "betas");
        row("scheduler_arg", "scheduler");
        row("init", "init");
        row("monitor", "monitor");
        row("shuffle", "shuffle");
    }
    void whatWaypointTrainSaysStandsAtTheFieldItNames()
    {
        QFETCH(QByteArray, option);
        QFETCH(QByteArray, place);
        failPlans("This setting does not fit (betas is too odd). See --help for what it can be.", option);
        openForm();
        QTRY_VERIFY_WITH_TIMEOUT(!m_form->problem().isEmpty(), kPatience);
        const auto *shown = m_form->findChild<QWidget *>(QStringLiteral("train-") + QString::fromUtf8(place));
        QVERIFY(shown);
        QCOMPARE(shownReason(shown), QStringLiteral("Betas is too odd."));
        QVERIFY2(outlook().endsWith(QStringLiteral("Betas is too odd.")), qPrintable(outlook()));
        QVERIFY(!m_form->isReady());
    }

    void whatWaypointTrainSaysOfNoFieldStandsAtTheBottom()
    {
        failPlans("Nobody knows why", "");
        openForm();
        QTRY_COMPARE_WITH_TIMEOUT(outlook(), QStringLiteral("Nobody knows why"), kPatience);
        QVERIFY(!startButton()->isEnabled());
    }

    void withoutWaypointTrainItSaysWhy()
    {
        qputenv("WAYPOINT_TRAINER", "/nowhere/waypoint-train");
        openForm();
        QTRY_VERIFY_WITH_TIMEOUT(!m_form->problem().isEmpty(), kPatience);
        QVERIFY(!m_form->isReady());
        QCOMPARE(outlook(), m_form->problem());
        qputenv("WAYPOINT_TRAINER", qgetenv("WAYPOINT_MISBEHAVING_TRAINER"));
        auto *again = m_form->findChild<QToolButton *>(QStringLiteral("train-try-again"));
        QVERIFY(again && again->isVisible());
        again->click();
        QTRY_VERIFY_WITH_TIMEOUT(m_form->isReady() && m_info->devices(), kPatience);
        QVERIFY(again->isHidden());
    }

    void aFolderWithARunOffersANewOne()
    {
        QTRY_VERIFY_WITH_TIMEOUT(m_form->isReady(), kPatience);
        const QString mine = path(QStringLiteral("place/mine"));
        QVERIFY(QDir().mkpath(mine));
        write(mine + QStringLiteral("/run.json"), "{}");
        m_form->setRunFolder(mine);
        QTRY_COMPARE_WITH_TIMEOUT(shownReason(field("out")), QStringLiteral("This folder already holds a run."),
                                  kPatience);
        QVERIFY(!m_form->isReady());
        for (auto *button : m_form->findChildren<QPushButton *>())
            if (button->isVisible() && button->text() == QStringLiteral("Use a &New One"))
                button->click();
        QTRY_COMPARE_WITH_TIMEOUT(m_form->runFolder(), path(QStringLiteral("place/mine-1")), kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(m_form->isReady(), kPatience);
        QCOMPARE(shownReason(field("out")), QString());
    }

    void itStartsTheRunAndNamesTheNextFolder()
    {
        QTRY_VERIFY_WITH_TIMEOUT(m_form->isReady(), kPatience);
        QSignalSpy started(m_form.get(), &TrainForm::started);
        const QString first = m_form->runFolder();
        QTest::keyClick(line("epochs"), Qt::Key_Return);
        QCOMPARE(started.size(), 1);
        QCOMPARE(started.front().front().toString(), first);
        QTRY_VERIFY_WITH_TIMEOUT(m_runs->folders().contains(first), kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(m_form->runFolder(), path(QStringLiteral("Waypoint/runs/iris-2")), kPatience);
    }

    void onABusyDeviceItWaitsUnlessToldOtherwise()
    {
        QTRY_VERIFY_WITH_TIMEOUT(m_form->isReady(), kPatience);
        m_form->start();
        QTRY_COMPARE_WITH_TIMEOUT(startButton()->text(), QStringLiteral("&Start in the Queue"), kPatience);
        QVERIFY2(field("device")->note().contains(QStringLiteral("Waits for")), qPrintable(field("device")->note()));
        QCheckBox *anyway = nullptr;
        for (auto *box : m_form->findChildren<QCheckBox *>())
            if (box->text() == QStringLiteral("Start now an&yway"))
                anyway = box;
        QVERIFY(anyway && !anyway->isHidden());
        anyway->setChecked(true);
        QCOMPARE(startButton()->text(), QStringLiteral("&Start"));
        anyway->setChecked(false);
        QTRY_VERIFY_WITH_TIMEOUT(m_form->isReady(), kPatience);
        const QString second = m_form->runFolder();
        m_form->start();
        QTRY_VERIFY_WITH_TIMEOUT(m_runs->waiting().contains(second), kPatience);
    }

    void theLastSetupIsThereAgain()
    {
        const RunConfig config = fullConfig();
        m_form->setConfig(config);
        openForm();
        QVERIFY(m_form->config() == config);
        action(m_form->findChild<TrainPresetBar *>()->moreMenu(), QStringLiteral("Reset to Defaults"))->trigger();
        QVERIFY(m_form->config() == RunConfig{});
    }

    void presetsAreSavedChosenAndDeleted()
    {
        const QString name = QStringLiteral("Fast & loose");
        line("epochs")->setText(QStringLiteral("3"));
        Q_EMIT m_form->findChild<TrainPresetBar *>()->saveRequested(name);
        openForm();
        action(presetMenu(), QStringLiteral("Handwritten digits"))->trigger();
        QCOMPARE(m_form->config().data, std::string("digits"));
        QCOMPARE(m_form->config().epochs, 0);
        QAction *own = action(presetMenu(), QStringLiteral("Fast  loose"));  // without mnemonics
        QVERIFY(own);
        own->trigger();
        QCOMPARE(m_form->config().epochs, 3);
        QCOMPARE(m_form->config().data, std::string("iris"));
        TrainPresets().remove(name);
        QVERIFY(!action(presetMenu(), QStringLiteral("Fast  loose")));
    }

    void aDroppedRunFileFillsItIn()
    {
        write(path(QStringLiteral("run.json")), QByteArray::fromStdString(runJson(fullConfig(), {})));
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(path(QStringLiteral("run.json")))});
        QDragEnterEvent enter(QPoint(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(m_form.get(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop(QPointF(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(m_form.get(), &drop);
        QTRY_VERIFY_WITH_TIMEOUT(m_form->config() == fullConfig(), kPatience);

        write(path(QStringLiteral("notes.json")), "[1, 2]");
        m_form->loadRunFile(path(QStringLiteral("notes.json")));
        const auto says = [this] {
            for (const QLabel *label : m_form->findChildren<QLabel *>())
                if (label->isVisible() && label->text().startsWith(QStringLiteral("notes.json is no run.json")))
                    return true;
            return false;
        };
        QTRY_VERIFY_WITH_TIMEOUT(says(), kPatience);
        QVERIFY(m_form->config() == fullConfig());
    }

    void theScheduleIsDrawnForTheRateAndEpochsThatAreSet()
    {
        RunConfig config;
        config.scheduler = "step";
        config.schedulerArgs = {{"step_size", "4"}};
        config.lr = 0.5;
        config.epochs = 12;
        m_form->setConfig(config);
        const auto *box = m_form->findChild<TrainScheduleBox *>();
        QTRY_VERIFY_WITH_TIMEOUT(!box->isDrawing(), kPatience);
        QVERIFY(box->plot()->isVisibleTo(box));
        QVERIFY2(box->plot()->visibleY().second >= 0.5 && box->plot()->visibleY().second < 0.6, "begins with lr");
        m_form->setConfig({});
        QVERIFY(!box->plot()->isVisibleTo(box));
    }

    void commandAndRunFileCanBeRead()
    {
        TrainTextView view;
        view.setRun(fullConfig(), QStringLiteral("/runs/one"));
        QStringList texts;
        for (const auto *edit : view.findChildren<QPlainTextEdit *>())
            texts << edit->toPlainText();
        QCOMPARE(texts.size(), 2);
        QVERIFY(texts[0].contains(QStringLiteral(" start --out /runs/one ")));
        QVERIFY(parseRunJson(texts[1].toStdString())->config == fullConfig());
    }
};

QTEST_MAIN(TrainFormTest)
#include "train_form_test.moc"
