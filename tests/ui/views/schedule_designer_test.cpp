// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/notice_bar.h"
#include "ui/views/schedule_designer.h"
#include "ui/views/schedule_field.h"
#include "ui/views/schedule_form.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QProcess>
#include <QtGui/QClipboard>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>

#include <cmath>
#include <memory>

using namespace waypoint;

namespace {

struct Case
{
    const char *name;
    Arguments arguments;
};

/// Every class as the form offers it, and with what changes its curve.
std::vector<Case> cases()
{
    std::vector<Case> all;
    for (const ScheduleClass &one : scheduleClasses())
        all.push_back({one.name.data(), {}});
    const std::vector<Case> more{
        {"none", {{"warmup", "7"}}},
        {"step", {{"step_size", "4"}, {"gamma", "0.5"}}},
        {"multistep", {{"milestones", "[10, 20,30]"}, {"gamma", "0.3"}}},
        {"multistep", {{"milestones", "5"}, {"warmup", "3"}, {"warmup_start", "0.01"}}},
        {"cosine", {{"T_max", "8"}, {"eta_min", "1e-3"}}},
        {"cosine", {{"warmup", "5"}}},
        {"cosinerestarts", {{"T_0", "6"}, {"T_mult", "2"}, {"warmup", "4"}}},
        {"linear", {{"start_factor", "1"}, {"end_factor", "0"}, {"total_iters", "20"}}},
        {"polynomial", {{"power", "2"}, {"warmup", "5"}}},
        {"onecycle", {{"max_lr", "0.5"}, {"three_phase", "true"}, {"anneal_strategy", "linear"}, {"div_factor", "10"}}},
        {"onecycle", {{"total_steps", "60"}, {"pct_start", "0.1"}, {"cycle_momentum", "false"}}},
        {"cyclic", {{"base_lr", "0.001"}, {"max_lr", "0.1"}, {"step_size_up", "6"}, {"mode", "triangular2"}}},
        {"cyclic",
         {{"max_lr", "1"}, {"step_size_up", "5"}, {"step_size_down", "9"}, {"mode", "exp_range"}, {"gamma", "0.98"}}},
        {"swa", {{"swa_lr", "0.02"}, {"anneal_epochs", "12"}, {"anneal_strategy", "linear"}}},
    };
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

constexpr double kRate = 0.1;
constexpr int kEpochs = 40;

}  // namespace

/// The designer as somebody who chooses a schedule uses it. What it says and draws is held against PyTorch.
class ScheduleDesignerTest final : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<ScheduleDesigner> m_designer;

    QLineEdit *editor(const char *field) const
    {
        ScheduleField *found = m_designer->form()->field(QString::fromUtf8(field));
        return found ? found->findChild<QLineEdit *>() : nullptr;
    }

    QPushButton *button(const QString &text) const
    {
        for (auto *one : m_designer->findChildren<QPushButton *>())
            if (one->text() == text)
                return one;
        return nullptr;
    }

    QString shownNotes() const
    {
        QStringList texts;
        for (const auto *bar : m_designer->findChildren<NoticeBar *>())
            if (!bar->isHidden())
                texts << bar->findChild<QLabel *>()->text();
        return texts.join(QLatin1Char('\n'));
    }

    void drawn() { QTRY_VERIFY(!m_designer->isReading()); }

private Q_SLOTS:
    void init()
    {
        m_designer = std::make_unique<ScheduleDesigner>();
        m_designer->setLearningRate(kRate);
        m_designer->setEpochs(kEpochs);
        m_designer->setStepsPerEpoch(3);
        m_designer->show();
        QTRY_VERIFY(!m_designer->isReading());
    }

    void theCodeOfEachClassRunsInPyTorchAndGivesTheCurve()
    {
        QJsonArray asked;
        std::vector<std::vector<PlotLine>> curves;
        for (const Case &one : cases()) {
            m_designer->setSchedule(QString::fromUtf8(one.name), one.arguments);
            QVERIFY2(m_designer->isValid(), one.name);
            drawn();
            curves.push_back(m_designer->lines());
            const QJsonValue steps = curves.back().empty() ? 3 : qint64(curves.back().front().y.size());
            asked << QJsonObject{{QStringLiteral("code"), m_designer->pythonCode()},
                                 {QStringLiteral("lr"), kRate},
                                 {QStringLiteral("steps"), steps}};
        }
        QProcess python;
        python.start(QStringLiteral(WAYPOINT_TORCH_PYTHON),
                     {QStringLiteral("-B"), QStringLiteral(WAYPOINT_SCHEDULE_RATES)});
        python.write(QJsonDocument(asked).toJson());
        python.closeWriteChannel();
        QVERIFY(python.waitForFinished(120'000));
        QVERIFY2(python.exitCode() == 0, python.readAllStandardError().constData());
        const QJsonArray answered = QJsonDocument::fromJson(python.readAllStandardOutput()).array();
        QCOMPARE(answered.size(), asked.size());
        for (qsizetype i = 0; i < asked.size(); ++i) {
            const QJsonArray rates = answered[i].toArray();
            const QByteArray code = asked[i].toObject()[QStringLiteral("code")].toString().toUtf8();
            const auto &lines = curves[static_cast<std::size_t>(i)];
            QCOMPARE(lines.empty(), code.contains("ReduceLROnPlateau"));
            for (qsizetype k = 0; k < rates.size() && !lines.empty(); ++k) {
                const double ours = lines.front().y[static_cast<std::size_t>(k)];
                const double theirs = rates[k].toDouble();
                QVERIFY2(std::abs(ours - theirs) <= 1e-12 * std::max(std::abs(ours), std::abs(theirs)),
                         qPrintable(QStringLiteral("%1at %2: %3, PyTorch has %4")
                                        .arg(QString::fromUtf8(code))
                                        .arg(k)
                                        .arg(ours, 0, 'g', 17)
                                        .arg(theirs, 0, 'g', 17)));
            }
        }
    }

    void theCodeReadsAsPeopleWriteIt()
    {
        m_designer->setSchedule(QStringLiteral("MultiStepLR"), {{"milestones", "10,20"}, {"gamma", "0.2"}});
        QVERIFY(m_designer->pythonCode().contains(
            QStringLiteral("torch.optim.lr_scheduler.MultiStepLR(optimizer, milestones=[10, 20], gamma=0.2)")));
        m_designer->setSchedule(QStringLiteral("cosine"), {{"warmup", "5"}});
        QVERIFY(m_designer->pythonCode().contains(
            QStringLiteral("SequentialLR(optimizer, [warmup, main], milestones=[5])")));
        QVERIFY(m_designer->pythonCode().contains(QStringLiteral("CosineAnnealingLR(optimizer, T_max=35)")));
    }

    void whatATrainPageAsksForIsWhatWasSet()
    {
        const Arguments chosen{{"milestones", "12,24"}, {"gamma", "0.5"}, {"warmup", "2"}};
        m_designer->setSchedule(QStringLiteral("multistep"), chosen);
        QCOMPARE(m_designer->schedulerName(), QStringLiteral("multistep"));
        QCOMPARE(m_designer->arguments().items(), chosen.items());
        QCOMPARE(m_designer->trainOptions(),
                 QStringLiteral("--scheduler multistep --scheduler-arg gamma=0.5 --scheduler-arg milestones=12,24 "
                                "--scheduler-arg warmup=2"));
        const auto made = makeLrSchedule(m_designer->schedulerName().toStdString(), m_designer->arguments(),
                                         {{.lr = kRate}}, kEpochs);
        QVERIFY(made);
    }

    void aFieldThatDoesNotFitSaysWhyBesideIt_data()
    {
        QTest::addColumn<QString>("scheduler");
        QTest::addColumn<QByteArray>("field");
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("reason");
        const auto add = [](const char *scheduler, const char *field, const char *typed, const char *reason) {
            QTest::addRow("%s of %s: '%s'", field, scheduler, typed)
                << QString::fromUtf8(scheduler) << QByteArray(field) << QString::fromUtf8(typed)
                << QString::fromUtf8(reason);
        };
        add("multistep", "milestones", "", "needs a value");
        add("multistep", "milestones", "10,x", "whole numbers separated by commas");
        add("multistep", "milestones", "10,-3", "at least 1");
        add("step", "step_size", "2.5", "whole number");
        add("step", "step_size", "0", "at least 1");
        add("step", "gamma", "abc", "expected a number");
        add("step", "gamma", "nan", "finite");
        add("linear", "start_factor", "0", "above 0");
        add("linear", "end_factor", "1.5", "at most 1");
        add("onecycle", "pct_start", "2", "at most 1");
        add("plateau", "factor", "1", "less than 1");
        add("cosine", "lr", "", "needs a value");
    }
    void aFieldThatDoesNotFitSaysWhyBesideIt()
    {
        QFETCH(QString, scheduler);
        QFETCH(QByteArray, field);
        QFETCH(QString, typed);
        QFETCH(QString, reason);
        m_designer->setSchedule(scheduler, {});
        QVERIFY(m_designer->isValid());
        const QSignalSpy changed(m_designer.get(), &ScheduleDesigner::changed);
        QLineEdit *line = editor(field.constData());
        QVERIFY(line);
        line->setText(typed);
        QVERIFY(!m_designer->isValid());
        QVERIFY(!changed.isEmpty());
        const QString shown = m_designer->form()->field(QString::fromUtf8(field))->problem();
        QVERIFY2(shown.contains(reason), qPrintable(shown));
        QVERIFY(m_designer->pythonCode().isEmpty());
        QVERIFY(!button(QStringLiteral("Copy PyTorch Code"))->isEnabled());
        m_designer->setSchedule(scheduler, {});
        line = editor(field.constData());
        if (field == "lr")
            line->setText(QStringLiteral("0.1"));
        QVERIFY(m_designer->isValid());
    }

    void theCurveFollowsWhatIsTyped()
    {
        m_designer->setSchedule(QStringLiteral("step"), {{"step_size", "10"}});
        drawn();
        QCOMPARE(m_designer->lines().front().y[9], 0.1);
        editor("step_size")->setText(QStringLiteral("5"));
        drawn();
        QVERIFY(m_designer->lines().front().y[9] < 0.011);
        editor("step_size")->setText(QStringLiteral("5x"));
        QVERIFY(m_designer->lines().front().y[9] < 0.011);
    }

    void keptCurvesStayBesideTheNewOne()
    {
        m_designer->setSchedule(QStringLiteral("step"), {});
        drawn();
        button(QStringLiteral("Keep This Curve"))->click();
        m_designer->setSchedule(QStringLiteral("cosine"), {});
        drawn();
        const auto lines = m_designer->lines();
        QCOMPARE(lines.size(), std::size_t{2});
        QVERIFY(lines[0].name.startsWith(QLatin1String("CosineAnnealingLR")));
        QVERIFY(lines[1].name.contains(QLatin1String("StepLR")));
        QVERIFY(lines[0].colour != lines[1].colour);
        button(QStringLiteral("Forget Kept Curves"))->click();
        QCOMPARE(m_designer->lines().size(), std::size_t{1});
    }

    void curvesOfOneClassAreToldApartByTheirSettings()
    {
        m_designer->setSchedule(QStringLiteral("step"), {{"step_size", "5"}});
        drawn();
        m_designer->keepCurve();
        m_designer->setSchedule(QStringLiteral("step"), {{"step_size", "9"}});
        drawn();
        QCOMPARE(m_designer->lines()[0].name, QStringLiteral("StepLR step_size=9"));
        QCOMPARE(m_designer->lines()[1].name, QStringLiteral("kept: StepLR step_size=5"));
    }

    void noFieldIsCutOff()
    {
        for (const ScheduleClass &one : scheduleClasses()) {
            m_designer->setSchedule(QString::fromUtf8(one.name), {});
            const QWidget *room = m_designer->form()->parentWidget();
            QVERIFY(m_designer->form()->minimumSizeHint().width() <= room->width());
        }
    }

    void batchesAreDrawnAsPartsOfEpochsBesideEpochs()
    {
        m_designer->setSchedule(QStringLiteral("onecycle"), {});
        drawn();
        QCOMPARE(m_designer->lines().front().x.back(), 3.0 * kEpochs - 1);
        QCOMPARE(m_designer->plot()->text().x.label, QStringLiteral("Step"));
        m_designer->keepCurve();
        m_designer->setSchedule(QStringLiteral("cosine"), {});
        drawn();
        QCOMPARE(m_designer->plot()->text().x.label, QStringLiteral("Epoch"));
        QCOMPARE(m_designer->lines()[1].x.back(), kEpochs - 1.0 / 3);
    }

    void aPlateauSaysWhyItHasNoCurve()
    {
        m_designer->setSchedule(QStringLiteral("plateau"), {{"patience", "7"}, {"factor", "0.5"}});
        drawn();
        QVERIFY(m_designer->isValid());
        QVERIFY(m_designer->lines().empty());
        QVERIFY2(shownNotes().contains(QLatin1String("more than 7 epochs")), qPrintable(shownNotes()));
        QVERIFY(!button(QStringLiteral("Keep This Curve"))->isEnabled());
    }

    void theButtonsCopyWhatTheySay()
    {
        m_designer->setSchedule(QStringLiteral("exponential"), {{"gamma", "0.9"}});
        button(QStringLiteral("Copy PyTorch Code"))->click();
        QCOMPARE(QApplication::clipboard()->text(), m_designer->pythonCode());
        button(QStringLiteral("Copy waypoint-train Options"))->click();
        QCOMPARE(QApplication::clipboard()->text(),
                 QStringLiteral("--scheduler exponential --scheduler-arg gamma=0.9"));
    }

    void aSecondCallRaisesTheSameWindow()
    {
        QWidget owner;
        showScheduleDesigner(&owner);
        showScheduleDesigner(&owner);
        const auto designers = owner.findChildren<ScheduleDesigner *>();
        QCOMPARE(designers.size(), 1);
        QVERIFY(designers.front()->isWindow() && designers.front()->isVisible());
        QCOMPARE(designers.front()->windowModality(), Qt::NonModal);
    }
};

QTEST_MAIN(ScheduleDesignerTest)
#include "schedule_designer_test.moc"
