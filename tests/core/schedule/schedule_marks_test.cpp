// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN
#include "core/schedule/lr_schedule.h"
#include "core/schedule/schedule_marks.h"
#include "tests/core/schedule/state_dicts.h"
#endif

#include <QTest>

#include <algorithm>
#include <cmath>

using namespace waypoint;

namespace {

using Kind = ScheduleMark::Kind;

/// A new schedule: its rates, which are held against PyTorch's elsewhere, and its marks.
struct Made
{
    std::vector<double> rates;
    std::vector<ScheduleMark> marks;

    Made(const char *name, const Arguments &arguments, std::int64_t count = 61)
    {
        const auto made = makeLrSchedule(name, arguments, {{.lr = 0.1, .momentum = 0.9}}, count - 1);
        if (!made)
            qFatal("%s", made.error().detail.c_str());
        for (const auto &rate : (*made)->rates(count))
            rates.push_back(rate ? rate->front() : std::nan(""));
        ValueTree tree;
        const ValueId root = (*made)->writeStateDict(tree);
        marks = scheduleMarks(Value(tree, root), count - 1);
    }

    [[nodiscard]] std::vector<double> steps(Kind kind) const
    {
        std::vector<double> found;
        for (const ScheduleMark &mark : marks)
            if (mark.kind == kind)
                found.push_back(mark.step);
        return found;
    }

    /// Steps at which `holds(before, now)` for the rates.
    template<typename Holds>
    [[nodiscard]] std::vector<double> where(Holds holds) const
    {
        std::vector<double> found;
        for (std::size_t k = 1; k < rates.size(); ++k)
            if (holds(rates[k - 1], rates[k]))
                found.push_back(static_cast<double>(k));
        return found;
    }
};

bool falls(double before, double now) { return now < before; }
bool rises(double before, double now) { return now > before; }
bool changes(double before, double now) { return now != before; }

}  // namespace

/// Marks lie where the rates say that something happens.
class ScheduleMarksTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void milestonesAreWhereTheRateDrops()
    {
        const Made step("step", {{"step_size", "7"}});
        QCOMPARE(step.steps(Kind::Milestone), step.where(falls));
        const Made multi("multistep", {{"milestones", "30,6,21"}, {"gamma", "0.5"}});
        QCOMPARE(multi.steps(Kind::Milestone), multi.where(falls));
        QCOMPARE(multi.marks.front().text, std::string("× 0.5"));
    }

    void aMilestoneNamedTwiceDropsTwice()
    {
        const Made multi("multistep", {{"milestones", "6,6"}, {"gamma", "0.5"}});
        QCOMPARE(multi.marks.size(), std::size_t{1});
        QCOMPARE(multi.marks.front().text, std::string("× 0.25"));
        QCOMPARE(multi.rates[6] / multi.rates[5], 0.25);
    }

    void restartsAreWhereACosineJumpsUp()
    {
        const Made same("cosinerestarts", {{"T_0", "8"}});
        QCOMPARE(same.steps(Kind::Restart), same.where(rises));
        const Made growing("cosinerestarts", {{"T_0", "5"}, {"T_mult", "2"}});
        QCOMPARE(growing.steps(Kind::Restart), growing.where(rises));
        QCOMPARE(growing.marks.size(), std::size_t{3});
    }

    void cyclesEndAtTheLowestRate()
    {
        const Made cyclic("cyclic", {{"base_lr", "0.01"}, {"max_lr", "0.5"}, {"step_size_up", "6"}});
        const auto ends = cyclic.steps(Kind::CycleEnd);
        QCOMPARE(ends.size(), std::size_t{5});
        for (const double end : ends)
            QVERIFY(qFuzzyCompare(cyclic.rates[static_cast<std::size_t>(end)], 0.01));
    }

    void aCosineEndsAtItsLeastAndIsBackAtTheTopAfterwards()
    {
        const Made cosine("cosine", {{"T_max", "20"}, {"eta_min", "0.001"}});
        const auto least = std::min_element(cosine.rates.begin(), cosine.rates.begin() + 40) - cosine.rates.begin();
        QCOMPARE(cosine.steps(Kind::End), std::vector<double>{static_cast<double>(least)});
        QCOMPARE(cosine.steps(Kind::CycleEnd), std::vector<double>{40});
        QVERIFY(std::abs(cosine.rates[40] - 0.1) < 1e-12);
    }

    void oneCycleMarksItsHighestRateAndItsEnd()
    {
        const Made cycle("onecycle", {{"total_steps", "50"}, {"max_lr", "0.3"}, {"pct_start", "0.3"}});
        const auto highest = std::max_element(cycle.rates.begin(), cycle.rates.begin() + 50) - cycle.rates.begin();
        QCOMPARE(cycle.steps(Kind::WarmupEnd), std::vector<double>{static_cast<double>(highest)});
        QCOMPARE(cycle.steps(Kind::End), std::vector<double>{49});
        QVERIFY(std::isnan(cycle.rates[51]));
    }

    void theEndOfALineIsWhereTheRateChangesLast_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("setting");
        QTest::addColumn<bool>("raises");
        QTest::newRow("linear") << QStringLiteral("linear") << QStringLiteral("total_iters=9") << true;
        QTest::newRow("linear down") << QStringLiteral("linear") << QStringLiteral("end_factor=0.1") << true;
        QTest::newRow("constant") << QStringLiteral("constant") << QStringLiteral("total_iters=11") << true;
        QTest::newRow("polynomial") << QStringLiteral("polynomial") << QStringLiteral("total_iters=30") << false;
        QTest::newRow("swa") << QStringLiteral("swa") << QStringLiteral("swa_lr=0.05") << false;
    }
    void theEndOfALineIsWhereTheRateChangesLast()
    {
        QFETCH(QString, name);
        QFETCH(QString, setting);
        QFETCH(bool, raises);
        const std::vector<std::string> pairs{setting.toStdString()};
        Arguments arguments = *Arguments::parse(pairs);
        if (setting.startsWith(QLatin1String("end_factor"))) {
            arguments.set("start_factor", "1");
            raises = false;
        }
        const Made made(name.toUtf8().constData(), arguments);
        QCOMPARE(made.marks.size(), std::size_t{1});
        QCOMPARE(made.marks.front().kind, raises ? Kind::WarmupEnd : Kind::End);
        QCOMPARE(made.marks.front().step, made.where(changes).back());
    }

    void aWarmupEndsWhereTheNextScheduleTakesOverAndItsMilestonesCountFromThere()
    {
        const Made made("multistep", {{"warmup", "5"}, {"milestones", "10,20"}});
        QCOMPARE(made.steps(Kind::WarmupEnd), std::vector<double>{5});
        QCOMPARE(made.marks.front().text, std::string("MultiStepLR takes over"));
        QCOMPARE(made.steps(Kind::Milestone), made.where(falls));
        QCOMPARE(made.steps(Kind::Milestone), (std::vector<double>{15, 25}));
    }

    void whatRepeatsAtEveryStepIsNotMarked()
    {
        QCOMPARE(Made("step", {{"step_size", "1"}}, 100'000).marks.size(), std::size_t{0});
        QCOMPARE(Made("step", {{"step_size", "1000"}}, 100'000).marks.size(), std::size_t{99});
    }

    void numbersOfABrokenFileEndNowhere()
    {
        for (const double period : {0.0, -3.0, std::nan(""), 1e-300, HUGE_VAL}) {
            ValueTree tree;
            test::StateDict state(tree);
            state.set("T_0", period).set("T_mult", 1.0).set("T_i", 5).set("T_cur", 0).base(4);
            QVERIFY(scheduleMarks(state.value(), 1'000'000).empty());
        }
    }
};

QTEST_GUILESS_MAIN(ScheduleMarksTest)
#include "schedule_marks_test.moc"
