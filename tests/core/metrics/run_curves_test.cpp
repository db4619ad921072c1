// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Before the rest: moc 6.4 stumbles over <compare> as the first header of a file.
#include <QTest>

#ifndef Q_MOC_RUN  // moc 6.4 cannot read the standard library's <stop_token>
#include "core/metrics/curves.h"
#include "core/metrics/metrics_log.h"
#include "tests/support/curve_text.h"
#include "tests/support/growing_log.h"
#endif

#include <cmath>

using namespace waypoint;
using namespace waypoint::test;

namespace {

QByteArray line(int step, double loss)
{
    return QByteArray::fromStdString(
               metricsJson({.step = step, .epoch = step / 10, .time = 1.7e9 + step, .values = {{"loss/train", loss}}}))
           + '\n';
}

QByteArray resumed(int step) { return "{\"resumed_from_step\":" + QByteArray::number(step) + "}\n"; }

/// A line of evaluations.jsonl, with double for single quotes.
QByteArray measured(const char *checkpoint, int epoch, const char *data, double accuracy)
{
    return QString("{'step':%1,'epoch':%2,'time':1.7e9,'loss/eval':%3,'accuracy/eval':%4,'checkpoint':'%5',"
                   "'modified':1700000000000,'data':'%6','part':'all','samples':150}\n")
        .arg(epoch * 10 + 10)
        .arg(epoch)
        .arg(1 - accuracy)
        .arg(accuracy)
        .arg(checkpoint, data)
        .replace('\'', '"')
        .toUtf8();
}

QStringList texts(const Result<RunCurves> &run) { return run ? curveTexts(run->curves) : QStringList("error"); }
QStringList texts(const Result<RunCurvesPtr> &run) { return run ? curveTexts((*run)->curves) : QStringList("error"); }

}  // namespace

class RunCurvesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void eachValueOfALineIsAPointOfItsCurve()
    {
        const GrowingLog log("metrics.jsonl");
        const MetricsLine first{.step = 10, .epoch = 1, .time = 1.7e9, .values = {{"loss/train", 0.5}, {"lr", 0.1}}};
        const MetricsLine second{.step = 20, .epoch = 2, .time = 1.7e9 + 5, .values = {{"loss/train", 0.25}}};
        QVERIFY(log.append(QByteArray::fromStdString(metricsJson(first) + '\n' + metricsJson(second) + '\n')));
        const auto run = readCurves(log.file());
        QCOMPARE(texts(run), QStringList({"loss/train: 10=0.5 20=0.25", "lr: 10=0.1"}));
        const Curve &loss = run->curves.front();
        QVERIFY(loss.axis == CurveAxis::Step);
        QCOMPARE(loss.on(CurveAxis::Epoch), (std::vector<double>{1, 2}));
        QCOMPARE(loss.on(CurveAxis::Time), (std::vector<double>{1.7e9, 1.7e9 + 5}));
        QVERIFY(run->warnings.empty());
    }

    void folderOfOtherThingsIsToldForWhatItIs()
    {
        const GrowingLog log("npmrc");
        QVERIFY(log.append("cache=/tmp\n") && log.add("readme.txt", "nothing to draw"));
        const auto run = readCurves(log.folder());
        QVERIFY(!run);
        QCOMPARE(run.error().code, ErrorCode::Unsupported);
        QCOMPARE(run.error().detail, std::string("no log with curves and no checkpoint in this folder"));
        QVERIFY(run.error().file.empty());
    }

    void logThatEveryRunHasIsCalledByItsFolder()
    {
        const GrowingLog log("metrics.jsonl");
        QVERIFY(log.append(line(3, 1)));
        const auto run = readCurves(log.folder() / "metrics.jsonl");
        QVERIFY(run);
        QCOMPARE(run->title, log.folder().filename().string());
    }

    void aRunFolderShowsItsCheckpointsWhereTheyWereSaved()
    {
        const GrowingLog log("metrics.jsonl");
        QVERIFY(log.add("run.json", "{}") && log.add("checkpoints/epoch_0000.pth") && log.add("checkpoints/best.pth"));
        std::filesystem::create_hard_link(log.folder() / "checkpoints/epoch_0000.pth",
                                          log.folder() / "checkpoints/last.pth");
        QVERIFY(log.append(line(3, 1) + line(9, 2) + line(12, 3)));
        const auto run = readCurves(log.folder());
        QVERIFY(run);
        QCOMPARE(run->kind, std::string("Waypoint run"));
        QCOMPARE(run->title, log.folder().filename().string());
        QCOMPARE(run->marks.size(), 3u);
        QCOMPARE(run->marks[0].file.filename().string(), std::string("best.pth"));
        QVERIFY(std::isnan(run->marks[0].step));
        for (const std::size_t i : {1u, 2u}) {  // epoch_0000.pth and its second name
            QCOMPARE(run->marks[i].epoch, 0.0);
            QCOMPARE(run->marks[i].step, 9.0);
        }
    }

    void whatWasMeasuredOfCheckpointsJoinsTheCurvesOfTheirRun()
    {
        const GrowingLog log("metrics.jsonl");
        QVERIFY(log.add("run.json", "{}") && log.append(line(10, 1) + line(20, 2)));
        QVERIFY(log.add("evaluations.jsonl",
                        measured("epoch_0001.pth", 1, "iris", 0.75) + measured("epoch_0000.pth", 0, "iris", 0.5)));
        const QStringList expected{"loss/train: 10=1 20=2", "loss/eval: 10=0.5 20=0.25",
                                   "accuracy/eval: 10=0.5 20=0.75"};
        const auto run = readCurves(log.folder());
        QCOMPARE(texts(run), expected);
        QCOMPARE(run->kind, std::string("Waypoint run"));
        QCOMPARE(run->curves[2].on(CurveAxis::Epoch), (std::vector<double>{0, 1}));
        QVERIFY(run->curves[2].on(CurveAxis::Time).empty());  // when it was measured is not when it was trained
        QVERIFY(run->warnings.empty());
        QCOMPARE(texts(readCurves(log.folder() / "evaluations.jsonl")), expected.mid(1));
    }

    void whatIsMeasuredWhileARunIsFollowedComesUp()
    {
        const GrowingLog log("metrics.jsonl");
        QVERIFY(log.add("run.json", "{}") && log.append(line(10, 1)));
        CurveFollower follower(log.folder());
        QCOMPARE(texts(follower.read()), QStringList("loss/train: 10=1"));
        const auto once = measured("last.pth", 0, "iris", 0.5);
        QVERIFY(log.add("evaluations.jsonl", once));
        QCOMPARE(texts(follower.read()),
                 QStringList({"loss/train: 10=1", "loss/eval: 10=0.5", "accuracy/eval: 10=0.5"}));
        QVERIFY(log.add("evaluations.jsonl", once + measured("last.pth", 1, "iris", 0.75).left(40)));
        QCOMPARE(texts(follower.read()).at(2), QString("accuracy/eval: 10=0.5"));
        QVERIFY(log.add("evaluations.jsonl", once + measured("last.pth", 1, "iris", 0.75)));
        QCOMPARE(texts(follower.read()).at(2), QString("accuracy/eval: 10=0.5 20=0.75"));
        QVERIFY(log.append(line(20, 2)));
        QCOMPARE(texts(follower.read()).at(0), QString("loss/train: 10=1 20=2"));
        QVERIFY(std::filesystem::remove(log.folder() / "evaluations.jsonl"));
        QCOMPARE(texts(follower.read()), QStringList("loss/train: 10=1 20=2"));
    }

    void aCheckpointMeasuredAgainCountsOnceAndTheLatest()
    {
        const GrowingLog log("evaluations.jsonl");
        QVERIFY(log.append(measured("last.pth", 3, "iris", 0.5) + measured("epoch_0003.pth", 3, "iris", 0.25)
                           + measured("last.pth", 3, "iris", 0.875) + "nonsense\n"));
        const auto run = readCurves(log.file());
        QCOMPARE(texts(run), QStringList({"loss/eval: 40=0.125", "accuracy/eval: 40=0.875"}));
        QCOMPARE(run->warnings, std::vector<std::string>{"1 line is passed over: not a record of this log."});
    }

    void ofSeveralDataTheCurvesSayWhich()
    {
        const GrowingLog log("evaluations.jsonl");
        QVERIFY(log.append(measured("a.pth", 1, "iris", 0.5) + measured("a.pth", 1, "digits", 0.25)
                           + measured("b.pth", 2, "digits", 0.75)));
        QCOMPARE(texts(readCurves(log.file())),
                 QStringList({"loss/eval (digits): 20=0.75 30=0.25", "accuracy/eval (digits): 20=0.25 30=0.75",
                              "loss/eval (iris): 20=0.5", "accuracy/eval (iris): 20=0.5"}));
    }

    void aFolderOfCheckpointsIsJoinedWithWhatLiesBeside()
    {
        const GrowingLog log("evaluations.jsonl");
        QVERIFY(log.append(measured("model_epoch1_acc0.5.pth", 1, "iris", 0.25)));
        QVERIFY(log.add("model_epoch1_acc0.5.pth") && log.add("model_epoch2_acc0.75.pth"));
        const auto run = readCurves(log.folder());
        QVERIFY(run);
        QCOMPARE(run->kind, std::string("folder of checkpoints"));
        QCOMPARE(texts(run), QStringList({"acc: 1=0.5 2=0.75", "loss/eval: 20=0.75", "accuracy/eval: 20=0.25"}));
    }

    void checkpointsOfARunAreJoinedWithWhatTheRunKeeps()
    {
        const GrowingLog log("evaluations.jsonl");
        QVERIFY(log.append(measured("a_epoch1_acc0.5.pth", 1, "iris", 0.25)) && log.add("run.json", "{}"));
        QVERIFY(log.add("checkpoints/a_epoch1_acc0.5.pth"));
        QCOMPARE(texts(readCurves(log.folder() / "checkpoints")),
                 QStringList({"acc: 1=0.5", "loss/eval: 20=0.75", "accuracy/eval: 20=0.25"}));
    }

    void whatAResumedRunDidOverIsCut()
    {
        const GrowingLog log("metrics.jsonl");
        QVERIFY(log.append(line(1, 1) + line(2, 1) + line(3, 1) + resumed(1) + line(2, 5)));
        const auto run = readCurves(log.file());
        QCOMPARE(texts(run), QStringList("loss/train: 1=1 2=5"));
        QCOMPARE(run->warnings, std::vector<std::string>{"2 points that a resumed run did over are left out."});
    }

    void aGrowingRunIsFollowedLineByLine()
    {
        const GrowingLog log("metrics.jsonl");
        CurveFollower follower(log.folder());
        QVERIFY(!follower.read());
        QVERIFY(log.append(line(1, 1)));
        QCOMPARE(texts(follower.read()), QStringList("loss/train: 1=1"));
        const auto next = line(2, 0.5);
        QVERIFY(log.append(next.left(20)));
        QCOMPARE(texts(follower.read()), QStringList("loss/train: 1=1"));
        QVERIFY(log.append(next.mid(20) + line(3, 0.25)));
        QCOMPARE(texts(follower.read()), QStringList("loss/train: 1=1 2=0.5 3=0.25"));
        QVERIFY(log.append(resumed(2) + line(3, 7)));
        QCOMPARE(texts(follower.read()), QStringList("loss/train: 1=1 2=0.5 3=7"));
    }

    void withoutNewsTheAnswerIsTheSameObject()
    {
        const GrowingLog log("metrics.jsonl");
        QVERIFY(log.append(line(1, 1)));
        CurveFollower follower(log.file());
        const auto first = follower.read();
        const auto second = follower.read();
        QVERIFY(first && second);
        QCOMPARE(first->get(), second->get());
    }

    void aReplacedOrShortenedFileIsReadAnew_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("expected");
        QTest::newRow("shorter") << line(1, 4) << "loss/train: 1=4";
        QTest::newRow("as long") << line(1, 4) + line(2, 4) << "loss/train: 1=4 2=4";
        QTest::newRow("longer") << line(1, 4) + line(2, 4) + line(3, 4) << "loss/train: 1=4 2=4 3=4";
    }
    void aReplacedOrShortenedFileIsReadAnew()
    {
        QFETCH(QByteArray, content);
        QFETCH(QString, expected);
        const GrowingLog log("metrics.jsonl");
        QVERIFY(log.append(line(1, 1) + line(2, 1)));
        CurveFollower follower(log.file());
        QCOMPARE(texts(follower.read()), QStringList("loss/train: 1=1 2=1"));
        QVERIFY(log.replace(content));
        QCOMPARE(texts(follower.read()), QStringList(expected));
    }

    void aFileThatVanishesIsNamedAndFollowedAgainOnceItIsBack()
    {
        const GrowingLog log("metrics.jsonl");
        QVERIFY(log.append(line(1, 1)));
        CurveFollower follower(log.file());
        QVERIFY(follower.read());
        QVERIFY(QFile::remove(log.path()));
        QCOMPARE(follower.read().error().code, ErrorCode::NotFound);
        QVERIFY(log.append(line(5, 1)));
        QCOMPARE(texts(follower.read()), QStringList("loss/train: 5=1"));
    }

    void aNewCheckpointIsMarkedWithoutANewLine()
    {
        const GrowingLog log("metrics.jsonl");
        QVERIFY(log.add("run.json", "{}") && log.append(line(1, 1)));
        CurveFollower follower(log.folder());
        QVERIFY(follower.read());
        QVERIFY(log.add("checkpoints/epoch_0000.pth"));
        const auto run = follower.read();
        QVERIFY(run);
        QCOMPARE((*run)->marks.size(), 1u);
    }

    void anyBeginningOfALogGivesTheBeginningOfItsCurves()
    {
        const GrowingLog log("metrics.jsonl");
        const QByteArray whole =
            line(1, 1.25) + line(2, std::nan("")) + "{\"step\": 3, \"a b\": {\"c\": -1e-300}}\n" + line(4, 3.5);
        QVERIFY(log.replace(whole));
        const auto all = readCurves(log.file());
        QCOMPARE(texts(all), QStringList({"loss/train: 1=1.25 2=nan 4=3.5", "a b/c: 3=-1e-300"}));
        for (qsizetype length = 0; length < whole.size(); ++length) {
            QVERIFY(log.replace(whole.left(length)));
            if (const auto part = readCurves(log.file()))
                QVERIFY2(isBeginningOf(part->curves, all->curves), whole.left(length).constData());
        }
    }

    void aLastLineWithoutItsEndCountsWhereItIsWhole()
    {
        const GrowingLog log("log.jsonl");
        QVERIFY(log.append("{\"epoch\": 1, \"loss\": 2}\n{\"epoch\": 2, \"loss\": 1}"));
        CurveFollower follower(log.file());
        QCOMPARE(texts(follower.read()), QStringList("loss: 1=2 2=1"));
        QVERIFY(log.append("\n{\"epoch\": 3, \"loss\": 0}\n"));
        QCOMPARE(texts(follower.read()), QStringList("loss: 1=2 2=1 3=0"));
    }

    void aLineOfMillionsOfFieldsIsNoRecord()
    {
        QByteArray wide = "{\"step\": 2";
        for (int i = 0; i < 1'000'000; ++i)
            wide += ",\"" + QByteArray::number(i) + "\":1";
        const GrowingLog log("log.jsonl");
        QVERIFY(log.append("{\"step\": 1, \"loss\": 2}\n" + wide + "}\n{\"step\": 3, \"loss\": 1}\n"));
        const auto run = readCurves(log.file());
        QVERIFY(run);
        QCOMPARE(curveTexts(run->curves), QStringList("loss: 1=2 3=1"));
        QCOMPARE(run->warnings.size(), std::size_t{1});
    }

    void aFileWithoutCurvesSaysWhatWasLookedFor()
    {
        const GrowingLog log("notes.jsonl");
        QVERIFY(log.append("{\"note\": \"x\"}\n{\"note\": \"y\"}\n"));
        const auto run = readCurves(log.file());
        QVERIFY(!run);
        QCOMPARE(run.error().code, ErrorCode::Unsupported);
        QVERIFY(QString::fromStdString(run.error().detail).contains("a step, an epoch or an iteration"));
        QCOMPARE(readCurves(log.folder() / "missing").error().code, ErrorCode::NotFound);
    }

    void aStoppedReadIsCancelledAndGoesOnLater()
    {
        const GrowingLog log("metrics.jsonl");
        QVERIFY(log.append(line(1, 1)));
        std::stop_source stop;
        stop.request_stop();
        CurveFollower follower(log.file());
        QCOMPARE(follower.read(stop.get_token()).error().code, ErrorCode::Cancelled);
        QCOMPARE(texts(follower.read()), QStringList("loss/train: 1=1"));
    }

    void whatNamesTellOfTheKindOfACurve_data()
    {
        QTest::addColumn<int>("kind");
        const auto add = [](CurveKind kind, std::initializer_list<const char *> names) {
            for (const char *name : names)
                QTest::newRow(name) << static_cast<int>(kind);
        };
        add(CurveKind::Loss, {"loss", "loss/train", "val_loss", "train/box_loss", "NLL", "total_cost", "trainLoss",
                              "bce", "valloss", "loss_ce"});
        add(CurveKind::Accuracy, {"accuracy/val", "val_acc", "top1", "eval_top5", "F1", "metrics/mAP50-95(B)", "mIoU",
                                  "bbox/AP50", "recall", "test_acc1"});
        add(CurveKind::LearningRate, {"lr", "lr-Adam", "lr/pg0", "learning_rate", "train/lr", "LearningRate"});
        add(CurveKind::Other, {"epoch", "grad_norm", "time", "memory", "place", "color", "balance"});
    }
    void whatNamesTellOfTheKindOfACurve()
    {
        QFETCH(int, kind);
        QCOMPARE(static_cast<int>(curveKind(QTest::currentDataTag())), kind);
    }

    void logsAreKnownByNameAndFirstBytes()
    {
        const GrowingLog log("metrics.jsonl");
        QVERIFY(log.append(line(1, 1)) && log.add("a.csv", "epoch,loss\n1,2\n") && log.add("b.csv", "name,price\nx,1\n")
                && log.add("trainer_state.json", "{\n \"log_history\": []\n}") && log.add("c.pth", "epoch,loss\n")
                && log.add("events.out.tfevents.1.host", "no record at all") && log.add("d.jsonl", "\x80\x02}q"));
        const auto looks = [&](const char *name) { return looksLikeLog(log.folder() / name); };
        QVERIFY(looks("metrics.jsonl") && looks("a.csv") && looks("trainer_state.json"));
        QVERIFY(!looks("b.csv") && !looks("c.pth") && !looks("events.out.tfevents.1.host") && !looks("d.jsonl"));
        QVERIFY(!looks("missing.csv") && !looksLikeLog(log.folder()));
    }
};

QTEST_GUILESS_MAIN(RunCurvesTest)
#include "run_curves_test.moc"
