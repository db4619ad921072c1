// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/resume_choice.h"
#include "ui/models/resume_plan.h"

#include <QtCore/QSettings>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

using namespace waypoint;

namespace {

class ResumePlanTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanup();
    void whatIsRestoredIsSaidInPyTorchsWords();
    void whatIsNotInTheFileBeginsAnewAndContradictionsStandOut();
    void aPositionWithinAnEpochNamesItsBatches();
    void theHeadlineSaysWhereItGoesOn();
    void theHeadlineSaysThatNothingIsLeft();
    void adviceToTypeOptionsIsLeftOut_data();
    void adviceToTypeOptionsIsLeftOut();
    void aProblemStandsAtTheOptionItConcerns();
    void theNewestOfOurOwnRunsIsClear();
    void whateverCouldBeAnsweredDifferentlyIsAsked_data();
    void whateverCouldBeAnsweredDifferentlyIsAsked();
    void somebodyElsesFileIsClearWithoutWhatOnlyOursHave();
    void ourOwnGoesOnInItsPlaceAndOthersInAFolderOfTheirOwn();
    void anEarlierCheckpointIsSuggestedAFolderOfItsOwn();
    void onlyWhatWasChosenIsNamed();
    void anEpochThatWasTypedOutranksWhatTheFileMeans();
    void aNewRunFromOurWeightsKeepsTheSettingsAndNotTheOptimizer();
    void aNewRunFromForeignWeightsWaitsForItsData();
    void modelAndDataAreRememberedForTheFolder();

private:
    QTemporaryDir m_folder;
};

TrainerPlan lenetPlan()
{
    TrainerPlan plan;
    plan.action = "continue";
    plan.model = "resnet18";
    plan.modelSection = "model_state_dict";
    plan.parameters = 11'181'642;
    plan.modelRestored = plan.modelWanted = 32;
    plan.optimizer = "Adam";
    plan.optimizerSection = "optimizer_state_dict";
    plan.optimizerRestored = plan.optimizerWanted = 32;
    plan.scheduler = "MultiStepLR";
    plan.schedulerSection = "lr_scheduler_state_dict";
    plan.schedulerEpoch = 50;
    plan.schedulerInterval = "epoch";
    plan.fileEpoch = 49;
    plan.epochIs = "finished";
    plan.nextEpoch = 50;
    plan.step = 5000;
    plan.lr = {1e-5};
    plan.rng = true;
    plan.best = true;
    plan.device = "cpu";
    plan.trainSamples = 120;
    plan.config.epochs = 100;
    plan.config.data = "iris";
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
    return file;
}

ResumeFile foreignFile()
{
    ResumeFile file;
    file.asked = file.path = QStringLiteral("/downloads/ckpt_best_50.pth");
    file.freeFolder = QStringLiteral("/downloads/ckpt_best_50-run");
    file.epoch = 50;
    return file;
}

/// "✓ Model ...", "○ ...", "! ..."
QStringList spelled(const std::vector<ResumeLine> &lines)
{
    static const QStringList kSigns{QStringLiteral("✓"), QStringLiteral("○"), QStringLiteral("!"), QStringLiteral("·")};
    QStringList texts;
    for (const ResumeLine &line : lines)
        texts << kSigns[static_cast<int>(line.sign)] + QLatin1Char(' ') + line.text;
    return texts;
}

QString words(const std::vector<std::string> &arguments) { return toQt(arguments).join(QLatin1Char(' ')); }

void ResumePlanTest::initTestCase()
{
    QLocale::setDefault(QLocale::c());
    QCoreApplication::setOrganizationName(QStringLiteral("Waypoint"));
    QCoreApplication::setApplicationName(QStringLiteral("WaypointTest"));
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_folder.path());
}

void ResumePlanTest::cleanup() { QSettings().clear(); }

void ResumePlanTest::whatIsRestoredIsSaidInPyTorchsWords()
{
    const QStringList lines = spelled(resumeLines(lenetPlan(), ownFile()));
    QCOMPARE(lines.value(0), QStringLiteral("✓ Model resnet18: 32/32 tensors, 11181642 parameters"));
    QCOMPARE(lines.value(1), QStringLiteral("✓ Optimizer Adam with 32 states"));
    QCOMPARE(lines.value(2), QStringLiteral("✓ Schedule MultiStepLR at epoch 50"));
    QCOMPARE(lines.value(3),
             QStringLiteral("✓ Goes on at epoch 50 of 100, after 5000 steps, with learning rate 1e-05"));
    QCOMPARE(lines.value(4), QStringLiteral("✓ Random generator of the CPU"));
    QCOMPARE(lines.size(), 6);
}

void ResumePlanTest::whatIsNotInTheFileBeginsAnewAndContradictionsStandOut()
{
    TrainerPlan plan = lenetPlan();
    plan.rng = plan.best = false;
    plan.modelRestored = 30;
    plan.missing = {"There is no generator state in the file: dropout begins from seed 0."};
    plan.conflicts = {"The learning rate 0.1 of group 0 contradicts the schedule, which says 1e-05; the file's rate is "
                      "kept."};
    ResumeFile file = ownFile();
    file.passedOver << QStringLiteral("last.pth cannot be read at byte 100.");
    const QStringList lines = spelled(resumeLines(plan, file));
    QCOMPARE(lines.first(), QStringLiteral("! Model resnet18: 30/32 tensors, 11181642 parameters"));
    QVERIFY(lines.contains(QStringLiteral("○ ") + QLatin1String(plan.missing[0].c_str())));
    QVERIFY(lines.contains(QStringLiteral("! ") + QLatin1String(plan.conflicts[0].c_str())));
    QVERIFY(lines.contains(QStringLiteral("! last.pth cannot be read at byte 100.")));
}

void ResumePlanTest::aPositionWithinAnEpochNamesItsBatches()
{
    TrainerPlan plan = lenetPlan();
    plan.batch = 12;
    plan.lr = {0.1, 0.01, 0.1};
    QVERIFY(
        spelled(resumeLines(plan, ownFile()))
            .contains(QStringLiteral("✓ Goes on at epoch 50 of 100, after 12 of its batches, after 5000 steps, with "
                                     "learning rate 0.1 and 0.01")));
}

void ResumePlanTest::theHeadlineSaysWhereItGoesOn()
{
    QCOMPARE(resumeHeadline(lenetPlan(), ownFile()),
             QStringLiteral("lenet-run/checkpoints/epoch_0049.pth goes on at epoch 50 of 100"));
    QCOMPARE(resumeHeadline(std::nullopt, foreignFile()), QStringLiteral("ckpt_best_50.pth"));
    QCOMPARE(restoredSentence(lenetPlan(), ownFile()),
             QStringLiteral("Model, optimizer, schedule and random generator restored from epoch_0049.pth: goes on at "
                            "epoch 50 of 100."));
}

void ResumePlanTest::theHeadlineSaysThatNothingIsLeft()
{
    TrainerPlan plan = lenetPlan();
    plan.nextEpoch = 100;
    plan.done = "All 100 epochs are done already; --epochs N goes on.";
    QCOMPARE(resumeHeadline(plan, ownFile()),
             QStringLiteral("lenet-run/checkpoints/epoch_0049.pth has nothing left to do"));
    QCOMPARE(problemOf(plan),
             (ResumeProblem{QStringLiteral("epochs"), QStringLiteral("All 100 epochs are done. Set more to go on.")}));
}

void ResumePlanTest::adviceToTypeOptionsIsLeftOut_data()
{
    QTest::addColumn<QString>("said");
    QTest::addColumn<QString>("shown");
    QTest::newRow("advice behind")
        << "There is no schedule in the file: the learning rate stays. --scheduler makes one."
        << "There is no schedule in the file: the learning rate stays.";
    QTest::newRow("half a sentence") << "The file has averaged weights; --ema DECAY continues them."
                                     << "The file has averaged weights.";
    QTest::newRow("wrapped") << "This setting does not fit (the checkpoint does not say which data it was trained on). "
                                "Name it with --data; the SPECs are listed by `waypoint-train resume --help`."
                             << "The checkpoint does not say which data it was trained on.";
    QTest::newRow("code")
        << "This setting does not fit in '/x (1).pth' (no model (of ours) fits). Make a TorchScript file of "
           "it in Python: scripted = torch.jit.script(model); scripted.save(\"m.pt\"). Then name it."
        << "No model (of ours) fits. Then name it.";
    QTest::newRow("about an option") << "--device changes what the checkpoint's run was set to."
                                     << "The setting device changes what the checkpoint's run was set to.";
    QTest::newRow("no option") << "Best metric and early stopping begin anew."
                               << "Best metric and early stopping begin anew.";
}

void ResumePlanTest::adviceToTypeOptionsIsLeftOut()
{
    QFETCH(QString, said);
    QFETCH(QString, shown);
    QCOMPARE(withoutOptions(said.toStdString()), shown);
}

void ResumePlanTest::aProblemStandsAtTheOptionItConcerns()
{
    TrainerPlan plan;
    QVERIFY(!problemOf(plan));
    plan.error =
        "This setting does not fit (the folder holds another run with checkpoints already). Choose another --out.";
    QCOMPARE(problemOf(plan)->field, QStringLiteral("out"));
    plan.errorOption = "device";
    plan.error = "There is no device cuda:0.";
    QCOMPARE(problemOf(plan), (ResumeProblem{QStringLiteral("device"), QStringLiteral("There is no device cuda:0.")}));
}

void ResumePlanTest::theNewestOfOurOwnRunsIsClear() { QVERIFY(isClear(lenetPlan(), ownFile())); }

using Spoil = void (*)(TrainerPlan &, ResumeFile &);

void ResumePlanTest::whateverCouldBeAnsweredDifferentlyIsAsked_data()
{
    QTest::addColumn<Spoil>("spoil");
    const auto row = [](const char *name, Spoil spoil) { QTest::newRow(name) << spoil; };
    row("error", [](TrainerPlan &plan, ResumeFile &) { plan.error = "no"; });
    row("nothing left", [](TrainerPlan &plan, ResumeFile &) { plan.done = "all done"; });
    row("a conflict", [](TrainerPlan &plan, ResumeFile &) { plan.conflicts = {"LibTorch was another."}; });
    row("something missing", [](TrainerPlan &plan, ResumeFile &) { plan.missing = {"There is no generator state."}; });
    row("weights only", [](TrainerPlan &plan, ResumeFile &) { plan.action = "new run from weights"; });
    row("a tensor missing", [](TrainerPlan &plan, ResumeFile &) { plan.modelRestored = 31; });
    row("a tensor too many", [](TrainerPlan &plan, ResumeFile &) { plan.unexpectedKeys = {"head.weight"}; });
    row("some states", [](TrainerPlan &plan, ResumeFile &) { plan.optimizerRestored = 3; });
    row("a doubtful epoch", [](TrainerPlan &plan, ResumeFile &) { plan.epochCertain = false; });
    row("running", [](TrainerPlan &, ResumeFile &file) { file.isAlive = true; });
    row("not the newest", [](TrainerPlan &, ResumeFile &file) { file.leftBehind << QStringLiteral("last.pth"); });
    row("the newest is damaged",
        [](TrainerPlan &, ResumeFile &file) { file.passedOver << QStringLiteral("last.pth"); });
}

void ResumePlanTest::whateverCouldBeAnsweredDifferentlyIsAsked()
{
    QFETCH(Spoil, spoil);
    TrainerPlan plan = lenetPlan();
    ResumeFile file = ownFile();
    spoil(plan, file);
    QVERIFY(!isClear(plan, file));
}

void ResumePlanTest::somebodyElsesFileIsClearWithoutWhatOnlyOursHave()
{
    TrainerPlan plan = lenetPlan();
    plan.rng = plan.best = false;
    plan.missing = {"Best metric and early stopping begin anew.", "There is no generator state in the file."};
    ResumeFile file = foreignFile();
    QVERIFY(isClear(plan, file));
    file.lostSchedule = true;
    QVERIFY(!isClear(plan, file));
    file.lostSchedule = false;
    plan.fileEpoch.reset();
    QVERIFY(!isClear(plan, file));
}

void ResumePlanTest::ourOwnGoesOnInItsPlaceAndOthersInAFolderOfTheirOwn()
{
    QCOMPARE(resumeFolder(ownFile(), firstInput(ownFile())), QStringLiteral("/runs/lenet-run"));
    QCOMPARE(words(resumeArguments(ownFile(), firstInput(ownFile()))),
             QStringLiteral("resume /runs/lenet-run/checkpoints/epoch_0049.pth --out /runs/lenet-run"));
    QCOMPARE(resumeFolder(foreignFile(), firstInput(foreignFile())), QStringLiteral("/downloads/ckpt_best_50-run"));
}

void ResumePlanTest::anEarlierCheckpointIsSuggestedAFolderOfItsOwn()
{
    ResumeFile file = ownFile();
    file.leftBehind << QStringLiteral("last.pth");
    QCOMPARE(resumeFolder(file, firstInput(file)), QStringLiteral("/runs/lenet-run-2"));
}

void ResumePlanTest::onlyWhatWasChosenIsNamed()
{
    ResumeInput input = firstInput(foreignFile());
    input.data = QStringLiteral("cifar10:/data");
    input.device = QStringLiteral("cuda:0");
    input.epochs = 60;
    input.strict = false;
    input.epochIs = QStringLiteral("next");
    input.section = QStringLiteral("netG");
    QCOMPARE(
        words(resumeArguments(foreignFile(), input)),
        QStringLiteral("resume /downloads/ckpt_best_50.pth --out /downloads/ckpt_best_50-run --epoch-is next --data "
                       "cifar10:/data --device cuda:0 --epochs 60 --section netG --non-strict"));
}

void ResumePlanTest::anEpochThatWasTypedOutranksWhatTheFileMeans()
{
    ResumeInput input = firstInput(foreignFile());
    input.epochIs = QStringLiteral("next");
    input.nextEpoch = 12;
    const QString command = words(resumeArguments(foreignFile(), input));
    QVERIFY2(command.contains(QStringLiteral("--next-epoch 12")), qPrintable(command));
    QVERIFY2(!command.contains(QStringLiteral("--epoch-is")), qPrintable(command));
}

void ResumePlanTest::aNewRunFromOurWeightsKeepsTheSettingsAndNotTheOptimizer()
{
    ResumeFile file = ownFile();
    file.config->model = "resnet18";
    file.config->data = "folder:/photos";
    file.config->lr = 0.1;
    const QString command = words(newRunArguments(file, firstInput(file), lenetPlan()));
    QVERIFY2(command.startsWith(QStringLiteral("start --out /runs/lenet-run-2 ")), qPrintable(command));
    for (const char *part : {"--init /runs/lenet-run/checkpoints/epoch_0049.pth", "--model resnet18",
                             "--data folder:/photos", "--lr 0.1", "--epochs 100"})
        QVERIFY2(command.contains(QLatin1String(part)), qPrintable(command));
}

void ResumePlanTest::aNewRunFromForeignWeightsWaitsForItsData()
{
    ResumeInput input = firstInput(foreignFile());
    QVERIFY(newRunArguments(foreignFile(), input, std::nullopt).empty());
    input.data = QStringLiteral("digits");
    TrainerPlan plan;
    plan.model = "lenet2";
    const QString command = words(newRunArguments(foreignFile(), input, plan));
    QVERIFY2(command.contains(QStringLiteral("--model lenet2 --data digits")), qPrintable(command));
}

void ResumePlanTest::modelAndDataAreRememberedForTheFolder()
{
    ResumeInput chosen = firstInput(foreignFile());
    QVERIFY(chosen.data.isEmpty());
    chosen.data = QStringLiteral("digits");
    chosen.model = QStringLiteral("script:/m.pt");
    chosen.batchSize = 32;
    rememberChoice(foreignFile(), chosen);
    ResumeFile neighbour = foreignFile();
    neighbour.path = QStringLiteral("/downloads/ckpt_60.pth");
    QCOMPARE(firstInput(neighbour).data, chosen.data);
    QCOMPARE(firstInput(neighbour).model, chosen.model);
    QCOMPARE(firstInput(neighbour).batchSize, 32);
    ResumeFile elsewhere = foreignFile();
    elsewhere.path = QStringLiteral("/other/ckpt_60.pth");
    QCOMPARE(firstInput(elsewhere).data, QString());
    ResumeFile own = ownFile();
    own.path = QStringLiteral("/downloads/epoch_0001.pth");
    QCOMPARE(firstInput(own).data, QString());
}

}  // namespace

QTEST_GUILESS_MAIN(ResumePlanTest)
#include "resume_plan_test.moc"
