// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#ifndef Q_MOC_RUN
#include "core/checkpoint/torch_writer.h"
#include "tests/core/schedule/state_dicts.h"
#endif

#include <limits>

using namespace waypoint;
using test::StateDict;

namespace {

struct Run
{
    int status = -1;
    QByteArray out;
    QByteArray err;

    [[nodiscard]] QJsonArray schedulers() const
    {
        return QJsonDocument::fromJson(out).object()[QStringLiteral("schedulers")].toArray();
    }
};

QByteArray compact(const QJsonValue &value) { return QJsonDocument(value.toArray()).toJson(QJsonDocument::Compact); }

}  // namespace

/// `waypoint-inspect schedule` as a shell sees it.
class ScheduleCommandTest final : public QObject
{
    Q_OBJECT

private:
    ValueTree m_tree;
    QTemporaryDir m_folder;

    StateDict dict() { return StateDict(m_tree); }

    StateDict optimizer(double lr, double initialLr = 0.5)
    {
        const auto group = dict()
                               .set("lr", lr)
                               .set("initial_lr", initialLr)
                               .set("momentum", 0.0)
                               .set("weight_decay", 0.0)
                               .set("dampening", 0.0)
                               .set("nesterov", false)
                               .list("params", {m_tree.addInt(0)});
        return dict().set("state", dict()).list("param_groups", {group.id()});
    }

    StateDict stepLr(double last)
    {
        return dict().set("step_size", 2).set("gamma", 0.5).base(3, 0.5).set("_last_lr", {last});
    }

    Run run(const StateDict &root, const QStringList &options)
    {
        const QString file = m_folder.filePath(QStringLiteral("file.pth"));
        if (const auto done = writeTorchFile(file.toStdString(), m_tree, root.id()); !done)
            qFatal("%s", done.error().detail.c_str());
        QProcess program;
        program.start(QStringLiteral(WAYPOINT_INSPECT), QStringList{QStringLiteral("schedule"), file} + options);
        if (!program.waitForFinished())
            qFatal("%s does not end", WAYPOINT_INSPECT);
        return {program.exitCode(), program.readAllStandardOutput(), program.readAllStandardError()};
    }

private Q_SLOTS:
    void theDocumentHasARateForEachStep()
    {
        const auto root = dict().set("optimizer", optimizer(0.25)).set("lr_schedule", stepLr(0.25));
        const Run result = run(root, {QStringLiteral("--json"), QStringLiteral("--epochs"), QStringLiteral("5")});
        QCOMPARE(result.status, 0);
        QCOMPARE(result.err, QByteArray());
        const QJsonObject scheduler = result.schedulers().at(0).toObject();
        QCOMPARE(compact(scheduler[QStringLiteral("path")]), QByteArray(R"(["lr_schedule"])"));
        QCOMPARE(scheduler[QStringLiteral("class")].toString(), QStringLiteral("StepLR"));
        QCOMPARE(scheduler[QStringLiteral("last_epoch")].toInt(), 3);
        QCOMPARE(compact(scheduler[QStringLiteral("lrs")]), QByteArray("[[0.5],[0.5],[0.25],[0.25],[0.125]]"));
        QCOMPARE(compact(scheduler[QStringLiteral("mismatch")]), QByteArray("[]"));
    }

    void theDocumentTellsWhatHappensWhenAndToWhichGroups()
    {
        const auto root = dict().set("optimizer", optimizer(0.25)).set("lr_schedule", stepLr(0.25));
        const Run result = run(root, {QStringLiteral("--json"), QStringLiteral("--epochs"), QStringLiteral("4")});
        const QJsonObject scheduler = result.schedulers().at(0).toObject();
        QCOMPARE(compact(scheduler[QStringLiteral("marks")]),
                 QByteArray(R"([{"kind":"milestone","step":2,"text":"× 0.5"}])"));
        QCOMPARE(compact(scheduler[QStringLiteral("groups")]), QByteArray(R"([{"lr":0.25}])"));
        QCOMPARE(scheduler[QStringLiteral("stepped")].toString(), QStringLiteral("per epoch"));
    }

    void aScheduleFarAheadOfTheEpochCountsBatches()
    {
        const auto stepped = [&](std::int64_t epoch, std::int64_t lastEpoch) {
            const auto root = dict()
                                  .set("epoch", epoch)
                                  .set("optimizer", optimizer(0.5))
                                  .set("lr_schedule", dict().set("gamma", 1.0).base(lastEpoch, 0.5));
            const auto scheduler = run(root, {QStringLiteral("--json")}).schedulers().at(0).toObject();
            return scheduler[QStringLiteral("stepped")].toString();
        };
        QCOMPARE(stepped(3, 1200), QStringLiteral("per batch"));
        QCOMPARE(stepped(49, 50), QStringLiteral("per epoch"));
        QCOMPARE(stepped(50, 41), QStringLiteral("per epoch"));
        QCOMPARE(stepped(std::numeric_limits<std::int64_t>::max(), 3), QStringLiteral("per epoch"));
    }

    void aRateThatContradictsTheScheduleIsReported()
    {
        const auto root = dict().set("optimizer", optimizer(0.5)).set("lr_schedule", stepLr(0.25));
        const QJsonObject scheduler = run(root, {QStringLiteral("--json")}).schedulers().at(0).toObject();
        QCOMPARE(compact(scheduler[QStringLiteral("mismatch")]),
                 QByteArray(R"([{"expected":0.25,"group":0,"lr":0.5}])"));
        const Run text = run(root, {});
        QVERIFY2(text.out.contains("group 0 is 0.5 in the file, and the schedule says 0.25"), text.out.constData());
    }

    void peopleReadWhereItStandsAndWhatComesNext()
    {
        const auto root = dict().set("optimizer", optimizer(0.25)).set("lr_schedule", stepLr(0.25));
        const Run result = run(root, {});
        QVERIFY2(result.out.contains("StepLR: step_size 2, gamma 0.5; epoch 3, lr 0.25; next change at 4 -> 0.125\n"),
                 result.out.constData());
    }

    void withoutANumberTheWholeScheduleIsShown()
    {
        const auto rates = [&](const StateDict &state) {
            const auto root = dict().set("optimizer", optimizer(0.5)).set("lr_schedule", state);
            const auto scheduler = run(root, {QStringLiteral("--json")}).schedulers().at(0).toObject();
            return scheduler[QStringLiteral("lrs")].toArray().size();
        };
        QCOMPARE(rates(stepLr(0.25)), 100);
        QCOMPARE(rates(dict().set("T_max", 300).set("eta_min", 0.0).base(3, 0.5)), 301);
        QCOMPARE(rates(dict().set("gamma", 1.0).base(400, 0.5)), 801);
        QCOMPARE(rates(dict().set("T_max", 1'000'000'000).set("eta_min", 0.0).base(3, 0.5)), 100'000);
        QCOMPARE(rates(dict().set("gamma", 1.0).base(150'000, 0.5)), 150'001);
    }

    void whatCannotBeKnownIsNullAndSaysWhy()
    {
        const auto lambda = dict().list("lr_lambdas", {m_tree.addNone()}).base(2, 0.5).set("_last_lr", {0.25});
        const auto broken = dict().set("step_size", 0).set("gamma", 0.5).base(2, 0.5).set("_last_lr", {0.25});
        for (const StateDict &state : {lambda, broken}) {
            const auto root = dict().set("optimizer", optimizer(0.25)).set("lr_schedule", state);
            const Run result = run(root, {QStringLiteral("--json"), QStringLiteral("--epochs"), QStringLiteral("4")});
            QCOMPARE(result.status, 0);
            const QJsonObject scheduler = result.schedulers().at(0).toObject();
            QCOMPARE(compact(scheduler[QStringLiteral("lrs")]), QByteArray("[null,null,[0.25],null]"));
            QVERIFY(!scheduler[QStringLiteral("note")].toString().isEmpty());
        }
    }

    void schedulersThatTakeTurnsAreNoMismatch()
    {
        const auto warmup = dict()
                                .set("start_factor", 0.1)
                                .set("end_factor", 1.0)
                                .set("total_iters", 4)
                                .base(3, 0.5)
                                .set("_last_lr", {0.4});
        const auto root = dict()
                              .set("optimizer", optimizer(0.25))
                              .set("warmup_scheduler", warmup)
                              .set("main_scheduler", stepLr(0.25));
        const QJsonArray schedulers = run(root, {QStringLiteral("--json")}).schedulers();
        QCOMPARE(schedulers.size(), 2);
        for (const QJsonValue &scheduler : schedulers)
            QCOMPARE(compact(scheduler[QStringLiteral("mismatch")]), QByteArray("[]"));
    }

    void aFileWithoutSchedulerIsNoFailure()
    {
        const auto root = dict().set("optimizer", optimizer(0.25));
        const Run json = run(root, {QStringLiteral("--json")});
        QCOMPARE(json.status, 0);
        QCOMPARE(QJsonDocument::fromJson(json.out).object(),
                 (QJsonObject{{QStringLiteral("schedulers"), QJsonArray()}}));
        const Run text = run(root, {});
        QCOMPARE(text.status, 0);
        QVERIFY(text.out.contains("There is no learning-rate scheduler in this file."));
        QVERIFY(text.out.contains("began with a learning rate of 0.5 and has 0.25 now"));
        QVERIFY(!run(dict().set("optimizer", optimizer(0.5)), {}).out.contains("There was one"));
    }

    void wrongNumbersOfEpochsAreStatusOne()
    {
        for (const char *epochs : {"0", "-3", "many", "2000000"}) {
            const Run result =
                run(dict().set("optimizer", optimizer(0.5)), {QStringLiteral("--epochs"), QString::fromUtf8(epochs)});
            QCOMPARE(result.status, 1);
            QCOMPARE(result.out, QByteArray());
        }
    }
};

QTEST_GUILESS_MAIN(ScheduleCommandTest)
#include "schedule_command_test.moc"
