// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#ifndef Q_MOC_RUN
#include "core/schedule/lr_schedule.h"
#endif

using namespace waypoint;

/// What makeLrSchedule refuses and fills in; that it starts as torch does is in schedules_test.
class MakeScheduleTest final : public QObject
{
    Q_OBJECT

private:
    static Result<LrSchedulePtr> make(std::string_view name, const Arguments &arguments)
    {
        return makeLrSchedule(name, arguments, {{.lr = 0.1, .momentum = 0.9}}, 20);
    }

    static std::string refusal(std::string_view name, const Arguments &arguments)
    {
        const auto made = make(name, arguments);
        if (made)
            return "accepted";
        return made.error().code == ErrorCode::BadArgument ? made.error().detail : "another error";
    }

private Q_SLOTS:
    void noneIsNoSchedule()
    {
        const auto made = make("none", {});
        QVERIFY(made && *made == nullptr);
        QVERIFY(refusal("none", {{"gamma", "1"}}).starts_with("none has no setting 'gamma'"));
    }

    void anUnknownNameListsTheKnownOnes()
    {
        const std::string text = refusal("cosinus", {});
        QVERIFY(text.find("'cosinus'") != std::string::npos && text.find("cosine, ") != std::string::npos);
    }

    void whatDoesNotFitIsNamed()
    {
        QCOMPARE(refusal("step", {{"step_size", "3"}, {"gama", "1"}}),
                 std::string("StepLR has no setting 'gama'; it takes step_size, gamma"));
        QCOMPARE(refusal("step", {}), std::string("StepLR: step_size is missing, expected a value: it has no default"));
        QCOMPARE(refusal("step", {{"step_size", "0"}}),
                 std::string("StepLR: step_size is 0, expected a positive number of steps"));
        QCOMPARE(refusal("linear", {{"start_factor", "1.5"}}),
                 std::string("LinearLR: start_factor is 1.5, expected more than 0, at most 1"));
        QCOMPARE(refusal("cosine", {{"T_max", "long"}}), std::string("T_max=long: expected a whole number"));
        QCOMPARE(refusal("plateau", {{"mode", "best"}}),
                 std::string("ReduceLROnPlateau: mode is best, expected min or max"));
        QCOMPARE(refusal("onecycle", {{"max_lr", "0.1,0.2"}}),
                 std::string("OneCycleLR: max_lr is 0.1,0.2, expected one number, or one for each param group"));
        QCOMPARE(refusal("onecycle", {{"epochs", "9000000000000000000"}, {"steps_per_epoch", "9000000000"}}),
                 std::string("OneCycleLR: epochs is 9000000000000000000, expected fewer"));
        QVERIFY(refusal("plateau", {{"warmup", "3"}}).starts_with("warmup does not go with ReduceLROnPlateau"));
        QVERIFY(refusal("cosine", {{"warmup", "-3"}}).starts_with("warmup=-3"));
    }

    void cyclingTheMomentumNeedsOne()
    {
        const std::vector<ScheduledGroup> groups{{.lr = 0.1}};
        const auto refused = makeLrSchedule("onecycle", {}, groups, 20);
        QVERIFY(!refused && refused.error().detail.find("cycle_momentum=false") != std::string::npos);
        QVERIFY(makeLrSchedule("onecycle", {{"cycle_momentum", "false"}}, groups, 20));
    }

    void aMissingTotalIsTheLengthOfTheRun()
    {
        const auto cosine = make("cosine", {});
        QVERIFY((*cosine)->rates(21)[20]->front() < 1e-12);
        const auto warmed = make("cosine", {{"warmup", "5"}});
        QCOMPARE((*warmed)->className(), std::string_view("SequentialLR"));
        const auto rates = (*warmed)->rates(21);
        QCOMPARE(rates[0]->front(), 0.1 * (1.0 / 3));
        QCOMPARE(rates[5]->front(), 0.1);
        QVERIFY(rates[20]->front() < 1e-12);
        QVERIFY((*make("onecycle", {}))->rates(30)[20].has_value());
        QVERIFY(!(*make("onecycle", {}))->rates(30)[21].has_value());
    }

    void warmupAloneIsALinearRise()
    {
        const auto made = make("none", {{"warmup", "4"}, {"warmup_start", "0.5"}});
        QVERIFY(made && *made);
        QCOMPARE((*made)->className(), std::string_view("LinearLR"));
        QCOMPARE((*made)->groups().front().lr, 0.05);
        QCOMPARE((*made)->rates(9)[8]->front(), 0.1);
    }

    void theGroupsSayWhatPythonWillLookFor()
    {
        const auto made = make("onecycle", {{"max_lr", "0.5"}});
        const ScheduledGroup &group = (*made)->groups().front();
        QCOMPARE(group.initialLr, 0.02);
        QCOMPARE(group.lr, 0.02);
        QCOMPARE(group.momentum, 0.95);
        QCOMPARE(group.extras.at("max_lr"), 0.5);
        QCOMPARE(group.extras.at("min_lr"), 0.02 / 1e4);
        QCOMPARE(group.extras.at("base_momentum"), 0.85);
        QCOMPARE((*make("step", {{"step_size", "3"}}))->groups().front().initialLr, 0.1);
        QVERIFY(!(*make("plateau", {}))->groups().front().initialLr);
    }

    void oneCycleAndCyclicStepWithEveryBatch()
    {
        QVERIFY(stepsPerBatch("onecycle") && stepsPerBatch("CyclicLR"));
        QVERIFY(!stepsPerBatch("cosine") && !stepsPerBatch("StepLR") && !stepsPerBatch("none"));
    }
};

QTEST_GUILESS_MAIN(MakeScheduleTest)
#include "make_schedule_test.moc"
