// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QElapsedTimer>
#include <QTest>

#ifndef Q_MOC_RUN
#include "core/schedule/lr_schedule.h"
#include "tests/core/schedule/state_dicts.h"
#endif

#include <cmath>
#include <limits>

using namespace waypoint;
using test::StateDict;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::string complaint(const Result<LrSchedulePtr> &result) { return result ? std::string() : result.error().detail; }

double rateAt(const LrSchedule &schedule, std::int64_t step)
{
    const auto rates = schedule.rates(step + 1);
    return rates.back() ? rates.back()->front() : kNan;
}

}  // namespace

/// What the real PyTorch never writes, and what old versions and other trainers do; schedules_test has the rest.
class LrScheduleTest final : public QObject
{
    Q_OBJECT

private:
    ValueTree m_tree;

    StateDict dict() { return StateDict(m_tree); }
    Result<LrSchedulePtr> read(const StateDict &state) { return readLrSchedule(state.value(), {}); }
    StateDict stepLr(std::int64_t lastEpoch = 3)
    {
        return dict().set("step_size", 2).set("gamma", 0.5).base(lastEpoch);
    }

private Q_SLOTS:
    void withoutParamGroupsTheStateItselfSaysTheRate()
    {
        auto state = stepLr(3).set("_last_lr", {0.05});
        const auto schedule = read(state);
        QVERIFY(schedule);
        QCOMPARE((*schedule)->className(), std::string_view("StepLR"));
        QCOMPARE((*schedule)->groups().front().lr, 0.05);
        QVERIFY((*schedule)->step());
        QCOMPARE((*schedule)->lastEpoch(), 4);
        QCOMPARE((*schedule)->groups().front().lr, 0.025);
    }

    void settingsThatDivideByZeroAreNamed()
    {
        const std::vector<std::pair<StateDict, std::string>> states{
            {dict().set("step_size", 0).set("gamma", 0.1).base(3), "StepLR: its step_size is 0"},
            {dict().set("T_max", 0).set("eta_min", 0.0).base(3), "CosineAnnealingLR: its T_max is 0"},
            {dict().set("T_0", 0).set("T_i", 0).set("T_mult", 1).set("T_cur", 0).base(3),
             "CosineAnnealingWarmRestarts: its T_0 is 0"},
            {dict().set("max_lrs", {0.1}).set("total_size", 0.0).set("step_ratio", 0.5).base(3),
             "CyclicLR: its total_size is 0"},
        };
        for (const auto &[state, expected] : states) {
            const auto schedule = read(state);
            QVERIFY(!schedule);
            QVERIFY2(complaint(schedule).starts_with(expected), complaint(schedule).c_str());
        }
    }

    void missingAndImpossibleNumbersAreNamed()
    {
        QCOMPARE(complaint(read(dict().set("step_size", 2).base(1))),
                 std::string("StepLR: its state has no number 'gamma'"));
        QVERIFY(complaint(read(stepLr(std::int64_t{1} << 60))).starts_with("StepLR: its last_epoch is 1.15"));
        QVERIFY(
            complaint(read(dict().set("step_size", kNan).set("gamma", 0.5).base(1))).starts_with("StepLR: its step"));
        QCOMPARE(complaint(read(dict().set("milestones", "soon").set("gamma", 0.1).base(1))),
                 std::string("MultiStepLR: its milestones are no list"));
    }

    void ratesThatAreNoNumbersAreUnknown()
    {
        const auto schedule = read(dict().set("gamma", kNan).base(2).set("_last_lr", {0.1}));
        QVERIFY(schedule);
        const auto rates = (*schedule)->rates(5);
        QVERIFY(rates[0] && !rates[1] && rates[2] && !rates[3]);
        const auto step = (*schedule)->step();
        QVERIFY(!step);
        QCOMPARE(step.error().code, ErrorCode::BadArgument);
        QCOMPARE((*schedule)->lastEpoch(), 2);
        QCOMPARE((*schedule)->groups().front().lr, 0.1);
    }

    void settingsWithoutSenseNeitherCrashNorHang()
    {
        const auto restarts = [&](double first, double now, double growth) {
            return dict().set("T_0", first).set("T_i", now).set("T_mult", growth).set("T_cur", 1e300).base(7);
        };
        const std::vector<StateDict> states{
            restarts(-3, -3, -1),
            restarts(1e-300, 0, 0),
            restarts(1, 1, 1e300),
            dict().set("step_size", -7).set("gamma", -2.0).base(7),
            dict().set("step_size", 0.1).set("gamma", 1e300).base(7),
            dict().set("start_factor", 0.0).set("end_factor", 0.0).set("total_iters", 0).base(7),
            dict().set("factor", 0.0).set("total_iters", -5).base(7),
            dict().set("power", -1.0).set("total_iters", 0).base(7),
            dict().set("T_max", -1e-300).set("eta_min", 1e300).base(7),
            dict().set("max_lrs", {1e308}).set("total_size", -1e-300).set("step_ratio", 1.0).base(7),
            dict().set("gamma", 0.5).base(-5),
        };
        for (const StateDict &state : states) {
            const auto schedule = read(state);
            QVERIFY2(schedule, complaint(schedule).c_str());
            QCOMPARE((*schedule)->rates(200).size(), std::size_t{200});
            for (int i = 0; i < 50 && (*schedule)->step(); ++i) {
            }
        }
    }

    void milestonesInABillionStepsCostNothing()
    {
        ValueTree &tree = m_tree;
        const std::vector<ValueId> counts{tree.addInt(1'000'000'000), tree.addInt(1), tree.addInt(3), tree.addInt(2)};
        const auto schedule =
            read(dict().set("milestones", tree.addContainer(ValueKind::Dict, counts)).set("gamma", 0.5).base(0));
        QVERIFY(schedule);
        QCOMPARE(rateAt(**schedule, 4), 0.025);
        QCOMPARE(rateAt(**schedule, 2), 0.1);
    }

    void aMillionRatesTakeNoTime()
    {
        const auto schedule = read(dict().set("T_max", 1000).set("eta_min", 0.0).base(500'000));
        QVERIFY(schedule);
        QElapsedTimer timer;
        timer.start();
        QCOMPARE((*schedule)->rates(1'000'000).size(), std::size_t{1'000'000});
        QVERIFY2(timer.elapsed() < 10'000, "generous: a tenth of a second where it is not measured under load");
    }

    void whatOnePastCannotTellIsNotComparedStepByStep()
    {
        auto state = stepLr(std::int64_t{1} << 50).set("_last_lr", {0.05});
        const auto group = dict().set("lr", 0.05);
        const std::vector<Value> groups{group.value()};
        const auto schedule = readLrSchedule(state.value(), groups);
        QVERIFY(schedule);
        QVERIFY(rateMismatches(**schedule, groups).empty());
        const auto other = dict().set("lr", 0.04);
        QCOMPARE(rateMismatches(**schedule, {other.value()}), (std::vector<RateMismatch>{{0, 0.04, 0.05}}));
    }

    void schedulersOfOthersAreRefusedByName()
    {
        const std::vector<std::pair<StateDict, std::string>> states{
            {dict().set("base_lrs", {0.1}).set("last_epoch", 3), "LRMultiplier"},
            {dict()
                 .set("param_name", "lr")
                 .set("by_epoch", true)
                 .set("begin", 0)
                 .set("base_values", {0.1})
                 .set("T_max", 9)
                 .set("last_step", 3),
             "CosineAnnealingLR"},
            {dict().set("param_group_field", "lr").set("t_in_epochs", true).set("t_initial", 9).set("cycle_decay", 0.1),
             "CosineLRScheduler"},
        };
        for (const auto &[state, name] : states) {
            const auto schedule = read(state);
            QVERIFY(!schedule);
            QCOMPARE(schedule.error().code, ErrorCode::Unsupported);
            QVERIFY2(complaint(schedule).starts_with(name + " is not of torch.optim.lr_scheduler"),
                     complaint(schedule).c_str());
        }
        QVERIFY(!read(dict().set("epoch", 3)));
    }

    void schedulersWithinSchedulersAreCheckedAndBounded()
    {
        const auto parts = [&](int count) {
            std::vector<ValueId> items;
            for (int i = 0; i < count; ++i)
                items.push_back(stepLr().id());
            return items;
        };
        auto wrong = dict().set("last_epoch", 3).set("_milestones", {2.0, 4.0}).list("_schedulers", parts(2));
        QCOMPARE(complaint(read(wrong)), std::string("SequentialLR: 2 milestones do not separate 2 schedulers"));
        QCOMPARE(complaint(read(dict().list("_schedulers", {}))),
                 std::string("ChainedScheduler: it has no schedulers"));
        StateDict nested = stepLr();
        for (int i = 0; i < 200; ++i)
            nested = dict().list("_schedulers", {nested.id(), nested.id(), nested.id()});
        const auto schedule = read(nested);
        QVERIFY(!schedule);
        QCOMPARE(schedule.error().code, ErrorCode::TooLarge);
        auto unsorted = dict().set("last_epoch", 3).set("_milestones", {9.0, 2.0, kNan}).list("_schedulers", parts(4));
        const auto odd = read(unsorted);
        QVERIFY(odd);
        QCOMPARE((*odd)->rates(50).size(), std::size_t{50});
    }

    void oneCycleNeedsItsParamGroups()
    {
        auto phase = dict().set("end_step", 9).set("start_lr", "initial_lr").set("end_lr", "max_lr");
        auto state = dict().set("total_steps", 10).list("_schedule_phases", {phase.id()}).base(3);
        QVERIFY(complaint(read(state)).find("param_groups") != std::string::npos);
        const auto group = dict().set("lr", 0.02).set("initial_lr", 0.01).set("max_lr", 0.1);
        QVERIFY(readLrSchedule(state.value(), {group.value()}));
        const auto bare = dict().set("lr", 0.02).set("initial_lr", 0.01);
        QCOMPARE(complaint(readLrSchedule(state.value(), {bare.value()})),
                 std::string("OneCycleLR: the optimizer's param_groups have no max_lr for it"));
    }

    /// Up to PyTorch 1.6 a OneCycleLR had lengths in place of phases; up to 2.3 its function as a bound method.
    void oldOneCyclesAreTheSameCurve()
    {
        ValueTree &tree = m_tree;
        const std::vector<ValueId> arguments{tree.addNone(), tree.addStr("_annealing_linear")};
        const ValueId bound = tree.addObject({.callable = tree.addGlobal("__builtin__", "getattr"),
                                              .args = tree.addContainer(ValueKind::Tuple, arguments)});
        const auto state = dict()
                               .set("total_steps", 12)
                               .set("step_size_up", 5.0)
                               .set("step_size_down", 6.0)
                               .set("anneal_func", bound)
                               .set("cycle_momentum", false)
                               .base(2, 0.0);
        const auto group = dict().set("lr", 0.04).set("initial_lr", 0.0).set("max_lr", 0.1).set("min_lr", 0.04);
        const auto schedule = readLrSchedule(state.value(), {group.value()});
        QVERIFY2(schedule, complaint(schedule).c_str());
        QCOMPARE(rateAt(**schedule, 2), 0.04);
        QCOMPARE(rateAt(**schedule, 5), 0.1);
        QCOMPARE(rateAt(**schedule, 8), 0.07);
        ValueTree written;
        const Value again(written, (*schedule)->writeStateDict(written));
        QCOMPARE(again["_anneal_func_type"].text(), std::string_view("linear"));
        QVERIFY(!again.contains("anneal_func"));
    }

    void keysNobodyKnowsAreKept()
    {
        auto state = stepLr().set("verbose", false).set("my_note", "keep me").set("_is_initial", false);
        const auto schedule = read(state);
        QVERIFY(schedule && (*schedule)->step());
        ValueTree tree;
        const Value written(tree, (*schedule)->writeStateDict(tree));
        QCOMPARE(written["my_note"].text(), std::string_view("keep me"));
        QCOMPARE(written["last_epoch"].integer(), 4);
        QCOMPARE(written["_step_count"].integer(), 5);
        QVERIFY(written["step_size"].is(ValueKind::Int));
        QCOMPARE(written["_last_lr"].at(0).number(), (*schedule)->groups().front().lr);
    }

    void aPlateauAsksForItsMetric()
    {
        const auto schedule = makeLrSchedule("plateau", {{"patience", "0"}}, {{.lr = 0.1}}, 10);
        QVERIFY(schedule && (*schedule)->needsMetric());
        QCOMPARE((*schedule)->step().error().code, ErrorCode::BadArgument);
        QVERIFY((*schedule)->step(1.0) && (*schedule)->step(kNan));
        QCOMPARE((*schedule)->groups().front().lr, 0.1 * 0.1);
    }
};

QTEST_GUILESS_MAIN(LrScheduleTest)
#include "lr_schedule_test.moc"
