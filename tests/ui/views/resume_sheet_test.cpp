// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/run_center.h"
#include "ui/models/trainer_info.h"
#include "ui/theme.h"
#include "ui/views/data_chooser.h"
#include "ui/views/device_chooser.h"
#include "ui/views/model_chooser.h"
#include "ui/views/resume_fields.h"
#include "ui/views/resume_lines.h"
#include "ui/views/resume_sheet.h"

#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QSettings>
#include <QtCore/QTemporaryDir>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QRadioButton>
#include <QtWidgets/QSpinBox>
#include <QtWidgets/QToolButton>

using namespace waypoint;

namespace {

// What a person sees of plans that were written down before.
class ResumeSheetTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void whatIsRestoredAndWhereItGoesOnIsSaid();
    void continuingHandsOverTheRun();
    void aNewRunFromTheWeightsIsAnotherButton();
    void weightsAloneCannotBeContinued();
    void anotherEpochIsPlannedAnewAndCanBeTakenBack();
    void twoMeaningsOfEpochAreAChoice();
    void aPlansProblemStandsAtItsField();
    void aProblemOfNoFieldIsOneRedLine();
    void dataThatIsNotKnownIsAskedFor();
    void whatDoesNotFitCanBeLeftOut();
    void severalModelsAreAChoice();
    void aRunAtWorkCanBeShownInstead();
    void whatIsLeftBehindIsSaid();
    void aTrainerThatMisbehavesIsSaidAndAskedAgain_data();
    void aTrainerThatMisbehavesIsSaidAndAskedAgain();
    void picturesInBothThemesAndASmallWindow();

private:
    [[nodiscard]] QString path(const QString &name) const { return m_folder->filePath(name); }
    void answer(const QJsonObject &plan) const;
    void open(const ResumeFile &file);
    /// Arguments of the last resume that was planned.
    [[nodiscard]] QString planned() const;
    [[nodiscard]] QPushButton *button(const char *name) const
    {
        return m_sheet->findChild<QPushButton *>(QLatin1String(name));
    }
    template<typename Widget>
    [[nodiscard]] Widget *find(const char *name) const
    {
        return m_sheet->findChild<Widget *>(QLatin1String(name));
    }
    [[nodiscard]] QStringList problems() const;
    [[nodiscard]] QStringList barTexts() const;
    [[nodiscard]] QStringList visibleTexts() const;

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<RunCenter> m_runs;
    std::unique_ptr<TrainerInfo> m_info;
    std::unique_ptr<QWidget> m_window;
    std::unique_ptr<ResumeSheet> m_sheet;
};

QJsonObject lenetPlan()
{
    const char *const json = R"({"action":"continue","checkpoint":"epoch_0049.pth","out":"lenet-run",
"model":{"name":"cifar-net","section":"model_state_dict","parameters":62006,"restored":10,"wanted":10,
"missing":[],"unexpected":[],"mismatched":[]},
"optimizer":{"class":"SGD","section":"optimizer_state_dict","restored":10,"wanted":10},
"scheduler":{"class":"MultiStepLR","section":"lr_scheduler_state_dict","last_epoch":50,"interval":"epoch"},
"epoch":{"in_file":49,"is":"finished","certain":true,"why":"the scheduler has done 50 steps","next":50,"batch":0},
"step":5000,"lr":[1e-05],"rng":true,"device_rng":false,"ema":false,"scaler":false,"best":true,"done":"",
"restored":[],"missing":[],"conflicts":[],"device":"cpu",
"data":{"train":512,"val":128,"classes":["cat","dog"]},
"config":{"model":"cifar-net","data":"synthetic:classes=2","epochs":100,"batch_size":64,"device":"cpu"},
"file_bytes":248000,"error":null,"error_option":null})";
    return QJsonDocument::fromJson(json).object();
}

/// An object within an object changed.
QJsonObject with(QJsonObject plan, const QString &part, const QString &key, const QJsonValue &value)
{
    QJsonObject inner = plan[part].toObject();
    inner[key] = value;
    plan[part] = inner;
    return plan;
}

QJsonObject failing(const QString &error, const QString &option)
{
    QJsonObject plan = lenetPlan();
    plan[QStringLiteral("error")] = error;
    plan[QStringLiteral("error_option")] = option;
    return plan;
}

ResumeFile ownFile()
{
    ResumeFile file;
    file.asked = file.path = QStringLiteral("/runs/lenet-run/checkpoints/epoch_0049.pth");
    file.runFolder = QStringLiteral("/runs/lenet-run");
    file.freeFolder = QStringLiteral("/runs/lenet-run-2");
    file.isOwn = true;
    file.epoch = 49;
    file.config = RunConfig{};
    file.config->epochs = 100;
    file.models = {{.path = QStringLiteral("model_state_dict"), .className = {}, .models = {}}};
    file.optimizers = {{.path = QStringLiteral("optimizer_state_dict"),
                        .className = QStringLiteral("SGD"),
                        .models = {QStringLiteral("model_state_dict")}}};
    return file;
}

ResumeFile foreignFile()
{
    ResumeFile file = ownFile();
    file.asked = file.path = QStringLiteral("/downloads/ckpt_best_50.pth");
    file.freeFolder = QStringLiteral("/downloads/ckpt_best_50-run");
    file.runFolder.clear();
    file.isOwn = false;
    file.config.reset();
    file.scheduler = QStringLiteral("MultiStepLR");
    file.takesPictures = true;
    return file;
}

void ResumeSheetTest::initTestCase()
{
    QLocale::setDefault(QLocale::c());
    QCoreApplication::setOrganizationName(QStringLiteral("Waypoint"));
    QCoreApplication::setApplicationName(QStringLiteral("WaypointTest"));
}

/// A trainer that answers with what lies in a file, and writes down what it was asked.
void ResumeSheetTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, path(QStringLiteral("config")));
    QFile script(path(QStringLiteral("trainer")));
    QVERIFY(script.open(QIODevice::WriteOnly));
    script.write("#!/bin/sh\ncd \"$(dirname \"$0\")\"\n"
                 "[ \"$1\" = plan ] || exit 0\n"
                 "echo \"$@\" >> asked.$2\n"
                 "cat plan.json\n");
    script.close();
    script.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner);
    qputenv("WAYPOINT_TRAINER", script.fileName().toUtf8());
    m_runs = std::make_unique<RunCenter>();
    m_info = std::make_unique<TrainerInfo>();
    m_window = std::make_unique<QWidget>();
    m_window->resize(1024, 700);
    answer(lenetPlan());
}

void ResumeSheetTest::cleanup()
{
    m_sheet.reset();
    m_window.reset();
    m_info.reset();
    m_runs.reset();
}

void ResumeSheetTest::answer(const QJsonObject &plan) const
{
    QFile file(path(QStringLiteral("plan.json")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QJsonDocument(plan).toJson());
}

void ResumeSheetTest::open(const ResumeFile &file)
{
    m_sheet = std::make_unique<ResumeSheet>(*m_runs, *m_info, m_window.get());
    m_sheet->setFile(file);
    m_sheet->open();
    QTRY_VERIFY(!m_sheet->isPlanning());
}

QString ResumeSheetTest::planned() const
{
    QFile file(path(QStringLiteral("asked.resume")));
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll().trimmed().split('\n').last()) : QString();
}

QStringList ResumeSheetTest::problems() const
{
    QStringList texts;
    for (const QLabel *label : m_sheet->findChildren<QLabel *>(QStringLiteral("problem")))
        if (label->isVisible())
            texts << label->text();
    return texts;
}

QStringList ResumeSheetTest::barTexts() const
{
    QStringList texts;
    for (const char *bar : {"activeBar", "faultBar", "leftBar"})
        for (const QLabel *label : find<QWidget>(bar)->findChildren<QLabel *>())
            if (label->isVisible())
                texts << label->text();
    return texts;
}

QStringList ResumeSheetTest::visibleTexts() const
{
    QStringList texts;
    for (const QLabel *label : m_sheet->findChildren<QLabel *>())
        if (label->isVisible())
            texts << label->text();
    return texts;
}

void ResumeSheetTest::whatIsRestoredAndWhereItGoesOnIsSaid()
{
    open(ownFile());
    QCOMPARE(m_sheet->headline(), QStringLiteral("lenet-run/checkpoints/epoch_0049.pth goes on at epoch 50 of 100"));
    QCOMPARE(m_sheet->lines().lines().size(), 6U);
    QCOMPARE(m_sheet->lines().lines().front().text, QStringLiteral("Model cifar-net: 10/10 tensors, 62006 parameters"));
    QCOMPARE(find<QSpinBox>("nextEpoch")->value(), 50);
    QCOMPARE(find<QSpinBox>("epochs")->value(), 100);
    QCOMPARE(find<QSpinBox>("batchSize")->value(), 64);
    QVERIFY(button("continueRun")->isEnabled());
    QCOMPARE(m_sheet->status(), QStringLiteral("Continues in /runs/lenet-run."));
}

void ResumeSheetTest::continuingHandsOverTheRun()
{
    open(ownFile());
    QSignalSpy ready(m_sheet.get(), &ResumeSheet::orderReady);
    button("continueRun")->click();
    QCOMPARE(ready.size(), 1);
    const auto order = ready[0][0].value<TrainingOrder>();
    QCOMPARE(order.folder, QStringLiteral("/runs/lenet-run"));
    QCOMPARE(order.device, QStringLiteral("cpu"));
    QCOMPARE(toQt(order.arguments).join(QLatin1Char(' ')),
             QStringLiteral("resume /runs/lenet-run/checkpoints/epoch_0049.pth --out /runs/lenet-run"));
    QVERIFY(ready[0][1].toString().startsWith(QStringLiteral("Model, optimizer, schedule and random generator")));
    QVERIFY(!m_sheet->isVisible());
}

void ResumeSheetTest::aNewRunFromTheWeightsIsAnotherButton()
{
    open(ownFile());
    QTRY_VERIFY(button("newRun")->isEnabled());
    QSignalSpy ready(m_sheet.get(), &ResumeSheet::orderReady);
    button("newRun")->click();
    const auto order = ready[0][0].value<TrainingOrder>();
    QCOMPARE(order.folder, QStringLiteral("/runs/lenet-run-2"));
    const QString command = toQt(order.arguments).join(QLatin1Char(' '));
    QVERIFY2(command.startsWith(QStringLiteral("start --out /runs/lenet-run-2")), qPrintable(command));
    QVERIFY2(command.contains(QStringLiteral("--init /runs/lenet-run/checkpoints/epoch_0049.pth")),
             qPrintable(command));
}

void ResumeSheetTest::weightsAloneCannotBeContinued()
{
    QJsonObject plan = lenetPlan();
    plan[QStringLiteral("action")] = QStringLiteral("new run from weights");
    answer(plan);
    open(foreignFile());
    QCOMPARE(m_sheet->headline(), QStringLiteral("ckpt_best_50.pth holds weights only"));
    QVERIFY(!button("continueRun")->isEnabled());
    QVERIFY2(button("continueRun")->toolTip().contains(QStringLiteral("no optimizer")),
             qPrintable(button("continueRun")->toolTip()));
    QTRY_VERIFY(button("newRun")->isEnabled());
}

void ResumeSheetTest::anotherEpochIsPlannedAnewAndCanBeTakenBack()
{
    open(ownFile());
    find<QSpinBox>("nextEpoch")->setValue(12);
    QVERIFY(m_sheet->isPlanning());
    QVERIFY(!button("continueRun")->isEnabled());
    QTRY_VERIFY2(planned().contains(QStringLiteral("--next-epoch 12")), qPrintable(planned()));
    QTRY_VERIFY(button("continueRun")->isEnabled());
    QCOMPARE(find<QSpinBox>("nextEpoch")->value(), 12);
    find<QToolButton>("epochOfFile")->click();
    QTRY_VERIFY2(!planned().contains(QStringLiteral("--next-epoch")), qPrintable(planned()));
    QTRY_COMPARE(find<QSpinBox>("nextEpoch")->value(), 50);
}

void ResumeSheetTest::twoMeaningsOfEpochAreAChoice()
{
    QJsonObject plan = with(lenetPlan(), QStringLiteral("epoch"), QStringLiteral("certain"), false);
    plan = with(plan, QStringLiteral("epoch"), QStringLiteral("why"),
                QStringLiteral("most scripts save the epoch they have finished; --epoch-is next says otherwise"));
    answer(plan);
    open(foreignFile());
    QVERIFY(find<QWidget>("epochMeanings")->isVisible());
    QVERIFY(find<QRadioButton>("epochFinished")->isChecked());
    QVERIFY(find<QRadioButton>("epochFinished")->text().contains(QStringLiteral("49")));
    find<QRadioButton>("epochNext")->click();
    QTRY_VERIFY2(planned().contains(QStringLiteral("--epoch-is next")), qPrintable(planned()));
    QTRY_VERIFY(!m_sheet->isPlanning());
    QVERIFY(find<QWidget>("epochMeanings")->isVisible());
}

void ResumeSheetTest::aPlansProblemStandsAtItsField()
{
    answer(failing(QStringLiteral("There is no device cuda:0. Choose another --device."), QStringLiteral("device")));
    open(ownFile());
    QCOMPARE(problems(), QStringList{QStringLiteral("There is no device cuda:0.")});
    QCOMPARE(barTexts(), QStringList());
    QVERIFY(!button("continueRun")->isEnabled());
    QCOMPARE(m_sheet->status(), QStringLiteral("There is no device cuda:0."));
}

void ResumeSheetTest::aProblemOfNoFieldIsOneRedLine()
{
    answer(failing(QStringLiteral("The file ends too early. Copy it again."), {}));
    open(ownFile());
    QCOMPARE(problems(), QStringList());
    QVERIFY(barTexts().contains(QStringLiteral("The file ends too early. Copy it again.")));
}

void ResumeSheetTest::dataThatIsNotKnownIsAskedFor()
{
    QJsonObject plan =
        failing(QStringLiteral("This setting does not fit (the checkpoint does not say which data it was "
                               "trained on). Name it with --data."),
                QStringLiteral("data"));
    plan = with(plan, QStringLiteral("model"), QStringLiteral("wanted"), 0);
    answer(plan);
    open(foreignFile());
    QCOMPARE(m_sheet->headline(), QStringLiteral("ckpt_best_50.pth goes on once its data is chosen"));
    QCOMPARE(problems(), QStringList());
    QVERIFY(visibleTexts().contains(QStringLiteral("The checkpoint does not say which data it was trained on.")));
    QVERIFY(m_sheet->fields().data().isVisible());
    QCOMPARE(m_sheet->lines().lines().front(),
             (ResumeLine{ResumeSign::Held, QStringLiteral("Model: model_state_dict")}));
    QVERIFY(!button("newRun")->isEnabled());
}

void ResumeSheetTest::whatDoesNotFitCanBeLeftOut()
{
    QJsonObject plan =
        failing(QStringLiteral("1 tensor of the model is of another shape."), QStringLiteral("non-strict"));
    plan = with(plan, QStringLiteral("model"), QStringLiteral("mismatched"),
                QJsonArray{QStringLiteral("fc3.weight: 10x84 in the file, 100x84 in the model")});
    answer(plan);
    open(ownFile());
    auto *strict = find<QCheckBox>("strict");
    QVERIFY(strict->isVisible());
    QCOMPARE(problems(), QStringList{QStringLiteral("1 tensor of the model is of another shape.")});
    QVERIFY(visibleTexts().contains(
        QStringLiteral("Of another shape: fc3.weight: 10x84 in the file, 100x84 in the model")));
    strict->click();
    QTRY_VERIFY2(planned().contains(QStringLiteral("--non-strict")), qPrintable(planned()));
}

void ResumeSheetTest::severalModelsAreAChoice()
{
    ResumeFile gan = foreignFile();
    gan.models = {{.path = QStringLiteral("netG"), .className = {}, .models = {}},
                  {.path = QStringLiteral("netD"), .className = {}, .models = {}}};
    gan.optimizers = {
        {.path = QStringLiteral("optG"), .className = QStringLiteral("Adam"), .models = {QStringLiteral("netG")}},
        {.path = QStringLiteral("optD"), .className = QStringLiteral("Adam"), .models = {QStringLiteral("netD")}}};
    QJsonObject plan = failing(QStringLiteral("The file has several models: netG, netD. Choose one with --section."),
                               QStringLiteral("section"));
    answer(with(plan, QStringLiteral("model"), QStringLiteral("wanted"), 0));
    open(gan);
    auto *section = find<QComboBox>("section");
    QVERIFY(section->isVisible());
    QCOMPARE(section->currentIndex(), -1);
    QCOMPARE(problems(), QStringList{QStringLiteral("The file has several models: netG, netD.")});
    answer(lenetPlan());
    section->setCurrentIndex(1);
    QTRY_VERIFY2(planned().contains(QStringLiteral("--section netD")), qPrintable(planned()));
    QTRY_VERIFY(button("continueRun")->isEnabled());

    m_sheet->setFile(gan, QStringLiteral("optG"));
    QCOMPARE(section->currentText(), QStringLiteral("netG"));
    QTRY_VERIFY2(planned().contains(QStringLiteral("--section netG --optimizer-section optG")), qPrintable(planned()));
}

void ResumeSheetTest::aRunAtWorkCanBeShownInstead()
{
    ResumeFile file = ownFile();
    file.isAlive = true;
    open(file);
    QVERIFY(barTexts().contains(QStringLiteral("The run lenet-run is running. It can be resumed once it is over.")));
    QVERIFY(!button("continueRun")->isEnabled());
    QCOMPARE(planned(), QString());
    QSignalSpy shownRun(m_sheet.get(), &ResumeSheet::runRequested);
    button("showRun")->click();
    QCOMPARE(shownRun.size(), 1);
    QCOMPARE(shownRun[0][0].toString(), QStringLiteral("/runs/lenet-run"));
    QVERIFY(!m_sheet->isVisible());
}

void ResumeSheetTest::whatIsLeftBehindIsSaid()
{
    ResumeFile file = ownFile();
    file.leftBehind = {QStringLiteral("epoch_0050.pth"), QStringLiteral("last.pth")};
    open(file);
    QVERIFY(barTexts().first().startsWith(QStringLiteral("epoch_0049.pth is not the newest of its run.")));
    QCOMPARE(m_sheet->status(), QStringLiteral("Continues in /runs/lenet-run-2."));
    find<QRadioButton>("inPlace")->click();
    QTRY_VERIFY(button("continueRun")->isEnabled());
    QCOMPARE(m_sheet->status(), QStringLiteral("Continues in /runs/lenet-run."));
}

void ResumeSheetTest::aTrainerThatMisbehavesIsSaidAndAskedAgain_data()
{
    QTest::addColumn<QByteArray>("mode");
    for (const char *mode : {"garbage", "half", "abort", "segv", "exit3", "silent", "other-keys"})
        QTest::newRow(mode) << QByteArray(mode);
}

void ResumeSheetTest::aTrainerThatMisbehavesIsSaidAndAskedAgain()
{
    QFETCH(QByteArray, mode);
    const QByteArray good = qgetenv("WAYPOINT_TRAINER");
    QFile word(path(QStringLiteral("mode")));
    QVERIFY(word.open(QIODevice::WriteOnly));
    word.write(mode);
    word.close();
    qputenv("WAYPOINT_MISBEHAVE_FILE", word.fileName().toUtf8());
    qputenv("WAYPOINT_TRAINER", qgetenv("WAYPOINT_MISBEHAVING_TRAINER"));
    open(ownFile());
    QVERIFY(!barTexts().isEmpty());
    QVERIFY2(!barTexts().first().isEmpty(), mode.constData());
    QVERIFY(!button("continueRun")->isEnabled());
    QVERIFY(!button("newRun")->isEnabled());

    QVERIFY(word.open(QIODevice::WriteOnly | QIODevice::Truncate));
    word.write("fine");
    word.close();
    button("tryAgain")->click();
    QTRY_COMPARE(barTexts(), QStringList());
    qunsetenv("WAYPOINT_MISBEHAVE_FILE");
    qputenv("WAYPOINT_TRAINER", good);
}

void ResumeSheetTest::picturesInBothThemesAndASmallWindow()
{
    const QString folder = qEnvironmentVariable("WAYPOINT_PICTURES");
    Theme theme;
    QJsonObject plan = with(lenetPlan(), QStringLiteral("epoch"), QStringLiteral("certain"), false);
    plan = with(plan, QStringLiteral("epoch"), QStringLiteral("why"),
                QStringLiteral("most scripts save the epoch they have finished; --epoch-is next says otherwise"));
    plan[QStringLiteral("missing")] =
        QJsonArray{QStringLiteral("Best metric and early stopping begin anew."),
                   QStringLiteral("There is no generator state in the file: dropout begins from seed 0.")};
    plan[QStringLiteral("conflicts")] = QJsonArray{QStringLiteral(
        "The learning rate 0.1 of group 0 contradicts the schedule, which says 1e-05; the file's rate is kept.")};
    answer(plan);
    ResumeFile file = ownFile();
    file.leftBehind = {QStringLiteral("epoch_0050.pth"), QStringLiteral("last.pth")};
    for (const auto &[mode, name] : {std::pair(Theme::Mode::Light, "light"), std::pair(Theme::Mode::Dark, "dark")})
        for (const QSize size : {QSize(760, 640), QSize(480, 420)}) {
            theme.setMode(mode);
            m_window->resize(size);
            open(file);
            QTest::qWait(50);
            QVERIFY(m_sheet->width() <= size.width());
            QVERIFY(m_sheet->height() <= size.height());
            QVERIFY(!m_sheet->findChild<QPushButton *>(QStringLiteral("continueRun"))->visibleRegion().isEmpty());
            if (!folder.isEmpty())
                m_sheet->grab().save(
                    QStringLiteral("%1/resume-%2-%3.png").arg(folder, QLatin1String(name)).arg(size.width()));
        }
}

}  // namespace

QTEST_MAIN(ResumeSheetTest)
#include "resume_sheet_test.moc"
