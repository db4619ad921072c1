// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/curve_board.h"

#include <QtTest/QTest>

#include <cmath>
#include <limits>
#include <numeric>

using namespace waypoint;

namespace {

using Values = std::vector<double>;

Values counted(std::size_t count)
{
    Values values(count);
    std::iota(values.begin(), values.end(), 1.0);
    return values;
}

Curve overSteps(const std::string &name, const Values &y)
{
    const Values steps = counted(y.size());
    return {.name = name, .axis = CurveAxis::Step, .x = steps, .y = y, .step = steps, .epoch = {}, .time = {}};
}

Curve overEpochs(const std::string &name, const Values &y)
{
    const Values epochs = counted(y.size());
    return {.name = name, .axis = CurveAxis::Epoch, .x = epochs, .y = y, .step = {}, .epoch = epochs, .time = {}};
}

RunCurves runOf(std::vector<Curve> curves)
{
    RunCurves run;
    run.curves = std::move(curves);
    return run;
}

BoardRun named(const QString &title, int colour, RunCurves run)
{
    return {title, colour, std::make_shared<const RunCurves>(std::move(run))};
}

CurveBoard boardOf(RunCurves run, const BoardOptions &options = {})
{
    return buildBoard({named(QStringLiteral("run"), 0, std::move(run))}, options);
}

QStringList titlesOf(const CurveBoard &board)
{
    QStringList titles;
    for (const BoardPlot &plot : board.plots)
        titles << plot.title;
    return titles;
}

QStringList namesOf(const BoardPlot &plot)
{
    QStringList names;
    for (const BoardLine &line : plot.lines)
        names << line.name;
    return names;
}

}  // namespace

class CurveBoardTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void curvesOfOneKindShareAPlotAndLearningRatesComeLast()
    {
        const CurveBoard board =
            boardOf(runOf({overSteps("lr", {1, 1}), overSteps("train/grad_norm", {2, 2}), overSteps("loss/val", {3, 3}),
                           overSteps("accuracy/val", {0.5, 0.6}), overSteps("loss/train", {3, 2})}));
        QCOMPARE(titlesOf(board), QStringList({"Loss", "Accuracy", "grad_norm", "Learning rate"}));
        QCOMPARE(namesOf(board.plots[0]), QStringList({"loss/val", "loss/train"}));
        QCOMPARE(board.curves, 5u);
        QCOMPARE(board.points, 10u);
    }

    void percentagesAreNotDrawnOverFractions()
    {
        const CurveBoard board =
            boardOf(runOf({overSteps("accuracy/train", {0.2, 0.9}), overSteps("accuracy/top1", {20, 90})}));
        QCOMPARE(titlesOf(board), QStringList({"Accuracy", "Accuracy (%)"}));
    }

    void colourIsTheCurveInOneRun()
    {
        const CurveBoard board = boardOf(runOf(
            {overSteps("loss/train", {3, 2}), overSteps("loss/val", {3, 3}), overSteps("accuracy/val", {0.1, 0.2})}));
        QCOMPARE(board.plots[0].lines[0].colour, 0);
        QCOMPARE(board.plots[0].lines[1].colour, 1);
        // Validation keeps its colour where there is no training beside it.
        QCOMPARE(board.plots[1].lines[0].colour, 1);
        QCOMPARE(board.plots[0].lines[0].name, QStringLiteral("loss/train"));
    }

    void colourIsTheRunInSeveral()
    {
        const std::vector<Curve> curves{overSteps("loss/train", {3, 2}), overSteps("loss/epoch", {3, 2}),
                                        overSteps("loss/val", {3, 3})};
        const CurveBoard board = buildBoard(
            {named(QStringLiteral("a"), 0, runOf(curves)), named(QStringLiteral("b"), 4, runOf(curves))}, {});
        QCOMPARE(board.plots.size(), 1u);
        const std::vector<BoardLine> &lines = board.plots[0].lines;
        QCOMPARE(namesOf(board.plots[0]), QStringList({"a · loss/train", "a · loss/epoch", "a · loss/val",
                                                       "b · loss/train", "b · loss/epoch", "b · loss/val"}));
        QCOMPARE(lines[0].colour, 0);
        QCOMPARE(lines[5].colour, 4);
        QVERIFY(lines[0].style == BoardLine::Style::Solid && lines[2].style == BoardLine::Style::Dashed);
        // Two training curves of one run differ in shade.
        QVERIFY(lines[0].shade != lines[1].shade);
    }

    void axisIsTheOneMostCurvesHave()
    {
        const CurveBoard board = boardOf(
            runOf({overEpochs("loss/train", {3, 2}), overEpochs("loss/val", {3, 3}), overSteps("lr", {0.1, 0.1})}));
        QVERIFY(board.x == CurveX::Epoch);
        QVERIFY(board.available == std::vector<CurveX>({CurveX::Step, CurveX::Epoch}));
        QCOMPARE(board.leftOut, QStringList({"lr"}));
    }

    void axisThatNoCurveHasIsNotTaken()
    {
        const CurveBoard board = boardOf(runOf({overEpochs("loss", {3, 2})}), {.x = CurveX::WallTime});
        QVERIFY(board.x == CurveX::Epoch);
        QVERIFY(board.leftOut.isEmpty());
    }

    void batchesLeadUpToTheNumberOfTheirEpoch()
    {
        Curve curve = overSteps("loss/train", {8, 7, 6, 5, 4, 3});
        curve.epoch = {0, 0, 0, 0, 1, 1};
        const CurveBoard board = boardOf(runOf({curve}), {.x = CurveX::Epoch});
        // Four batches to an epoch: of the second one two are done.
        QCOMPARE(board.plots[0].lines[0].x, Values({-0.75, -0.5, -0.25, 0, 0.25, 0.5}));
    }

    void firstBatchOfAnEpochDoesNotCountAsAllOfIt()
    {
        Curve curve = overSteps("loss/train", {8, 7, 6, 5, 4});
        curve.epoch = {0, 0, 0, 0, 1};
        const CurveBoard board = boardOf(runOf({curve}), {.x = CurveX::Epoch});
        QCOMPARE(board.plots[0].lines[0].x.back(), 0.25);
    }

    void onePointAnEpochLiesAtItsNumber()
    {
        Curve curve = overSteps("loss/val", {3, 2, 1});
        curve.epoch = {0, 1, 2};
        const CurveBoard board = boardOf(runOf({curve}), {.x = CurveX::Epoch});
        QCOMPARE(board.plots[0].lines[0].x, Values({0, 1, 2}));
    }

    void extentIsThatOfAllLines()
    {
        const CurveBoard board = boardOf(runOf({overSteps("loss", {1, 2, 3}), overSteps("lr", {1, 1, 1, 1, 1})}));
        QCOMPARE(board.extent, std::optional(std::pair(1.0, 5.0)));
    }

    void plotOfOneQuantityIsNamedAfterIt()
    {
        const CurveBoard board =
            boardOf(runOf({overSteps("time/data", {1}), overSteps("system/cpu", {1}), overSteps("system/memory", {1}),
                           overSteps("train/grad_norm", {1}), overSteps("val/grad_norm", {1})}));
        QCOMPARE(titlesOf(board), QStringList({"time/data", "system", "grad_norm"}));
    }

    void timeSinceStartCountsFromTheRunsFirstPointInAUnitThatSuits()
    {
        Curve train = overSteps("loss/train", {3, 2, 1});
        train.time = {1'700'000'000, 1'700'003'600, 1'700'007'200};
        Curve val = overSteps("loss/val", {3});
        val.time = {1'700'003'600};
        const CurveBoard board = boardOf(runOf({train, val}), {.x = CurveX::RelativeTime});
        QCOMPARE(board.unit.name, QStringLiteral("min"));
        QCOMPARE(board.plots[0].lines[0].x, Values({0, 60, 120}));
        QCOMPARE(board.plots[0].lines[1].x, Values({60}));
    }

    void pointsWithoutTheirXAreLeftOutAndTheOthersRise()
    {
        Curve curve = overSteps("loss", {1, 2, 3, 4});
        curve.time = {300, std::numeric_limits<double>::quiet_NaN(), 100, 200};
        const CurveBoard board = boardOf(runOf({curve}), {.x = CurveX::WallTime});
        QCOMPARE(board.plots[0].lines[0].x, Values({100, 200, 300}));
        QCOMPARE(board.plots[0].lines[0].y, Values({3, 4, 1}));
    }

    void smoothingKeepsTheRawLineBehind()
    {
        const Values y{1, 3, 2, 4};
        const CurveBoard board = boardOf(runOf({overSteps("loss", y)}), {.smoothing = 0.5});
        const std::vector<BoardLine> &lines = board.plots[0].lines;
        QCOMPARE(lines.size(), 2u);
        QVERIFY(lines[0].style == BoardLine::Style::Faint && lines[1].style == BoardLine::Style::Solid);
        QCOMPARE(lines[0].name, lines[1].name);
        QCOMPARE(lines[0].y, y);
        // Weighted means: (0.5 * 1 + 3) / 1.5, (0.25 * 1 + 0.5 * 3 + 2) / 1.75, ...
        QCOMPARE(lines[1].y[1], 3.5 / 1.5);
        QCOMPARE(lines[1].y[2], 3.75 / 1.75);
    }

    void learningRatesAreNeverSmoothed()
    {
        const CurveBoard board = boardOf(runOf({overSteps("lr", {0.1, 0.1, 0.01, 0.01})}), {.smoothing = 0.9});
        QCOMPARE(board.plots[0].lines.size(), 1u);
        QVERIFY(board.plots[0].lines[0].steps);
        QCOMPARE(board.plots[0].lines[0].y, Values({0.1, 0.1, 0.01, 0.01}));
    }

    void filterKeepsNamesWithAllItsWords()
    {
        const CurveBoard board =
            boardOf(runOf({overSteps("loss/train", {1}), overSteps("loss/val", {1}), overSteps("accuracy/val", {1})}),
                    {.filter = QStringLiteral("VAL loss")});
        QCOMPARE(titlesOf(board), QStringList({"Loss"}));
        QCOMPARE(namesOf(board.plots[0]), QStringList({"loss/val"}));
    }

    void checkpointsLieOnTheValidationCurve()
    {
        Curve train = overSteps("loss/train", {9, 8, 7, 6});
        train.epoch = {0, 0, 1, 1};
        Curve val = overSteps("loss/val", {5, 4});
        val.x = val.step = {2, 4};
        val.epoch = {0, 1};
        RunCurves run = runOf({train, val});
        run.marks.push_back({.file = "/run/epoch_1.pth", .epoch = 1});
        run.marks.push_back({.file = "/run/step_3.pth", .step = 3});
        run.marks.push_back({.file = "/run/unknown.pth"});
        const CurveBoard board = boardOf(run, {.x = CurveX::Step});
        const std::vector<BoardMark> &marks = board.plots[0].marks;
        QCOMPARE(marks.size(), 2u);
        QCOMPARE(marks[0].x, 4.0);
        QCOMPARE(marks[0].y, 4.0);
        QVERIFY(marks[0].toolTip.contains(QLatin1String("epoch_1.pth")));
        QCOMPARE(marks[1].x, 3.0);
        QCOMPARE(marks[1].y, 4.5);
        QCOMPARE(marks[1].lineId, QStringLiteral("run · loss/val"));
    }

    void bestAndNewestCheckpointsComeFirst()
    {
        Curve val = overSteps("loss/val", {5, 4, 3, 2, 1});
        val.epoch = {0, 1, 2, 3, 4};
        RunCurves run = runOf({val});
        run.marks.push_back({.file = "/run/best.pth", .epoch = 2});
        for (int epoch = 0; epoch < 5; ++epoch)
            run.marks.push_back({.file = "/run/epoch_" + std::to_string(epoch) + ".pth", .epoch = double(epoch)});
        const CurveBoard board = boardOf(run, {.x = CurveX::Epoch});
        QStringList order;
        for (const BoardMark &mark : board.plots[0].marks)
            order << QString::fromStdString(mark.file.stem().string());
        const QString expected = QStringLiteral("best epoch_4 epoch_3 epoch_2 epoch_1 epoch_0");
        QCOMPARE(order.join(QLatin1Char(' ')), expected);
    }

    void tooManyPlotsAreCountedInsteadOfDrawn()
    {
        std::vector<Curve> curves;
        for (int i = 0; i < 100; ++i)
            curves.push_back(overSteps("layer" + std::to_string(i) + "/norm", {1, 2}));
        curves.push_back(overSteps("loss", {1, 2}));
        const CurveBoard board = boardOf(runOf(curves));
        QCOMPARE(board.plots.front().title, QStringLiteral("Loss"));
        QVERIFY(board.surplusPlots > 0);
        QCOMPARE(board.plots.size() - 1 + board.surplusPlots, 100u);
    }

    void noRunsMakeAnEmptyBoard()
    {
        const CurveBoard board = buildBoard({}, {});
        QVERIFY(board.plots.empty() && board.available.empty());
    }
};

QTEST_GUILESS_MAIN(CurveBoardTest)
#include "curve_board_test.moc"
