// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/reader.h"
#include "core/checkpoint/torch_writer.h"
#include "tests/core/schedule/state_dicts.h"
#include "ui/views/details_pane.h"
#include "ui/views/notice_bar.h"
#include "ui/views/schedule_pane.h"

#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QMimeData>
#include <QtCore/QTemporaryDir>
#include <QtCore/QUrl>
#include <QtGui/QDropEvent>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QSpinBox>
#include <QtWidgets/QTabBar>
#include <QtWidgets/QTableWidget>
#include <QtWidgets/QToolButton>

#include <cmath>
#include <map>
#include <memory>

using namespace waypoint;

namespace {

/// WAYPOINT_SCHEDULES in the environment names a folder that another PyTorch wrote.
QString folder() { return qEnvironmentVariable("WAYPOINT_SCHEDULES", QStringLiteral(WAYPOINT_SCHEDULES)); }

CheckpointPtr opened(const QString &file) { return openCheckpoint((folder() + u'/' + file).toStdString()).checkpoint; }

EntryId firstOf(const Checkpoint &checkpoint, Role role)
{
    for (const Section &section : checkpoint.sections)
        if (section.role == role)
            return section.entry;
    return kNoEntry;
}

/// What is drawn of a param group: x -> y, past and future together.
std::map<double, double> drawn(const SchedulePane &pane, std::size_t group)
{
    std::map<double, double> points;
    for (const ScheduleCurve &curve : pane.stories().front().curves)
        for (const PlotLine &line : pane.lines())
            if (line.name == curve.name && std::ranges::find(curve.groups, group) != curve.groups.end())
                for (std::size_t i = 0; i < line.x.size(); ++i)
                    if (!std::isnan(line.y[i]))
                        points[line.x[i]] = line.y[i];
    return points;
}

/// All that is readable, in one text.
QString wordsOf(const QWidget &pane)
{
    QStringList texts;
    for (const QLabel *label : pane.findChildren<QLabel *>())
        if (label->isVisibleTo(&pane))
            texts << label->text();
    return texts.join(QLatin1Char('\n'));
}

bool near(double a, double b) { return std::abs(a - b) <= 1e-12 * std::max(std::abs(a), std::abs(b)); }

}  // namespace

/// The schedules of files that the real PyTorch wrote, drawn, against the rates it had.
class SchedulePaneTest final : public QObject
{
    Q_OBJECT

private:
    QJsonObject m_oracle;
    std::unique_ptr<SchedulePane> m_pane;

    void show(const QString &file, Role role = Role::Scheduler)
    {
        const CheckpointPtr checkpoint = opened(file);
        QVERIFY2(checkpoint, qPrintable(file));
        const EntryId entry = firstOf(*checkpoint, role);
        QVERIFY(SchedulePane::hasSchedule(*checkpoint, entry));
        m_pane->setEntry(checkpoint, entry);
        QTRY_VERIFY(!m_pane->isReading());
        QVERIFY(!m_pane->stories().empty());
    }

    std::optional<PlotMark> mark(PlotMark::Kind kind) const
    {
        for (const PlotMark &mark : m_pane->marks())
            if (mark.kind == kind)
                return mark;
        return std::nullopt;
    }

    void addFiles(const char *list)
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QJsonObject>("oracle");
        for (const QJsonValue one : m_oracle[QLatin1String(list)].toArray())
            for (const QJsonValue file : one[QLatin1String("files")].toArray()) {
                const QString name = file[QLatin1String("file")].toString();
                QTest::newRow(qPrintable(name)) << name << one.toObject();
            }
    }

private Q_SLOTS:
    void initTestCase()
    {
        QFile file(folder() + QStringLiteral("/schedules.json"));
        QVERIFY2(file.open(QIODevice::ReadOnly), "run the make_schedules test first: ctest does");
        m_oracle = QJsonDocument::fromJson(file.readAll()).object();
        QVERIFY(m_oracle[QLatin1String("cases")].toArray().size() > 40);
    }

    void init()
    {
        m_pane = std::make_unique<SchedulePane>();
        m_pane->resize(700, 600);
        m_pane->show();
    }

    void theLinesAreTheRatesOfPyTorch_data() { addFiles("cases"); }
    void theLinesAreTheRatesOfPyTorch()
    {
        QFETCH(QString, file);
        QFETCH(QJsonObject, oracle);
        show(file);
        const QJsonArray rates = oracle[QLatin1String("lrs")].toArray();
        const auto now = static_cast<qsizetype>(m_pane->stories().front().lastEpoch.value_or(-1));
        const qsizetype knownFrom =
            oracle[QLatin1String("known")].toBool() ? oracle[QLatin1String("known_from")].toInt() : rates.size();
        for (qsizetype group = 0; group < rates[0].toArray().size(); ++group) {
            const auto points = drawn(*m_pane, static_cast<std::size_t>(group));
            for (qsizetype k = 0; k < rates.size(); ++k) {
                const auto point = points.find(static_cast<double>(k));
                QCOMPARE(point != points.end(), k == now || k >= knownFrom);
                if (point != points.end())
                    QVERIFY2(near(point->second, rates[k][group].toDouble()),
                             qPrintable(QStringLiteral("group %1 at %2").arg(group).arg(k)));
            }
        }
        QCOMPARE(mark(PlotMark::Kind::Now)->x, static_cast<double>(now));
        QVERIFY(!mark(PlotMark::Kind::Problem));
    }

    void whatThePlotExportsAreTheRatesOfPyTorch()
    {
        show(QStringLiteral("multistep.13.pth"));
        QTemporaryDir place;
        const QString path = place.filePath(QStringLiteral("rates.csv"));
        QCOMPARE(m_pane->plot()->exportTo(path), QString());
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QList<QByteArray> rows = file.readAll().split('\n');
        QJsonArray rates;
        for (const QJsonValue one : m_oracle[QLatin1String("cases")].toArray())
            if (one[QLatin1String("name")].toString() == QLatin1String("multistep"))
                rates = one[QLatin1String("lrs")].toArray();
        for (qsizetype k = 0; k < rates.size(); ++k) {
            const QList<QByteArray> cells = rows[k + 1].trimmed().split(',');  // Epoch, then past and future of each
            QCOMPARE(cells.size(), 5);
            QCOMPARE(cells[0].toInt(), k);
            for (qsizetype group = 0; group < 2; ++group)
                for (const QByteArray &cell : cells.mid(1 + 2 * group, 2))
                    if (!cell.isEmpty())
                        QVERIFY(near(cell.toDouble(), rates[k][group].toDouble()));
        }
    }

    void groupsAreCalledByTheirNamesAndThoseAlikeShareALine()
    {
        ValueTree tree;
        const auto dict = [&] { return test::StateDict(tree); };
        const auto group = [&](const char *name, double lr, int parameter) {
            return dict()
                .set("name", name)
                .set("lr", lr)
                .set("initial_lr", lr)
                .set("momentum", 0.0)
                .set("weight_decay", 0.0)
                .set("dampening", 0.0)
                .set("nesterov", false)
                .list("params", {tree.addInt(parameter)})
                .id();
        };
        const auto optimizer =
            dict()
                .set("state", dict())
                .list("param_groups", {group("backbone", 0.01, 0), group("head", 0.1, 1), group("neck", 0.01, 2)});
        const auto scheduler = dict()
                                   .set("step_size", 50)
                                   .set("gamma", 0.5)
                                   .set("last_epoch", 3)
                                   .set("_step_count", 4)
                                   .set("base_lrs", {0.01, 0.1, 0.01});
        const auto root = dict().set("optimizer", optimizer).set("lr_schedule", scheduler);
        QTemporaryDir place;
        const std::string path = place.filePath(QStringLiteral("named.pth")).toStdString();
        QVERIFY(writeTorchFile(path, tree, root.id()));
        const CheckpointPtr checkpoint = openCheckpoint(path).checkpoint;
        m_pane->setEntry(checkpoint, firstOf(*checkpoint, Role::Scheduler));
        QTRY_VERIFY(!m_pane->isReading());
        QStringList names;
        for (const ScheduleCurve &curve : m_pane->stories().front().curves)
            names << curve.name;
        QCOMPARE(names,
                 (QStringList{QStringLiteral("groups 0, 2 (backbone, neck)"), QStringLiteral("group 1 (head)")}));
    }

    void whatIsToComeIsDashed()
    {
        show(QStringLiteral("multistep.13.pth"));
        for (const PlotLine &line : m_pane->lines())
            QCOMPARE(line.style == PlotLine::Style::Dashed, line.x.front() == 13);
        QCOMPARE(m_pane->lines()[0].name, m_pane->lines()[1].name);
        QCOMPARE(m_pane->lines()[0].colour, m_pane->lines()[1].colour);
    }

    void aRateOffTheCurveIsADotAndASentence_data() { addFiles("edited"); }
    void aRateOffTheCurveIsADotAndASentence()
    {
        QFETCH(QString, file);
        QFETCH(QJsonObject, oracle);
        show(file);
        const double rate = oracle[QLatin1String("lrs")][8][0].toDouble();
        const auto problem = mark(PlotMark::Kind::Problem);
        QVERIFY(problem);
        QCOMPARE(problem->x, 8.0);
        QCOMPARE(problem->y, std::optional(rate));
        const QString words = wordsOf(*m_pane);
        QVERIFY2(words.contains(QLatin1String("Group 0 has lr ")), qPrintable(words));
        QVERIFY2(words.contains(QLatin1String("optimizer.param_groups[0][\"lr\"] = ")), qPrintable(words));
    }

    void whatCannotBeKnownSaysWhyAndTheRateItHas_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("reason");
        QTest::newRow("lambda") << QStringLiteral("lambda.5.pth") << QStringLiteral("training script");
        QTest::newRow("multiplicative") << QStringLiteral("multiplicative.5.pth") << QStringLiteral("training script");
        QTest::newRow("plateau") << QStringLiteral("plateau.5.pth") << QStringLiteral("metric");
    }
    void whatCannotBeKnownSaysWhyAndTheRateItHas()
    {
        QFETCH(QString, file);
        QFETCH(QString, reason);
        show(file);
        QVERIFY(!m_pane->stories().front().hasCurve());
        QVERIFY(!m_pane->plot()->isVisibleTo(m_pane.get()));
        const QString words = wordsOf(*m_pane);
        QVERIFY2(words.contains(reason), qPrintable(words));
        QVERIFY2(words.contains(QLatin1String(", lr group 0: ")), qPrintable(words));
    }

    void fewMilestonesAreLinesAndManyAreDotsOnTheCurve()
    {
        show(QStringLiteral("multistep.13.pth"));
        QCOMPARE(mark(PlotMark::Kind::Milestone)->x, 6.0);
        QCOMPARE(mark(PlotMark::Kind::Milestone)->y, std::optional<double>());
        QCOMPARE(mark(PlotMark::Kind::Milestone)->label, QStringLiteral("× 0.1"));
        show(QStringLiteral("step_3_half.13.pth"));
        QCOMPARE(mark(PlotMark::Kind::Milestone)->x, 3.0);
        QCOMPARE(mark(PlotMark::Kind::Milestone)->y, std::optional(0.05));
        QVERIFY(mark(PlotMark::Kind::Milestone)->label.isEmpty());
    }

    void batchesAreCountedAsSteps()
    {
        show(QStringLiteral("onecycle.13.pth"));
        QCOMPARE(m_pane->plot()->text().x.label, QStringLiteral("Step"));
        show(QStringLiteral("cosine.13.pth"));
        QCOMPARE(m_pane->plot()->text().x.label, QStringLiteral("Epoch"));
        QCOMPARE(m_pane->plot()->text().y.label, QStringLiteral("Learning rate"));
    }

    void asManyEpochsAsAskedForAreDrawn()
    {
        show(QStringLiteral("cosine.13.pth"));
        m_pane->findChild<QSpinBox *>()->setValue(30);
        QTRY_COMPARE(m_pane->stories().front().curves.front().rates.size(), std::size_t{30});
        m_pane->findChild<QSpinBox *>()->setValue(0);
        QTRY_VERIFY(m_pane->stories().front().curves.front().rates.size() > 40);
    }

    void anOptimizerShowsTheSchedulesThatSetItsRates()
    {
        show(QStringLiteral("two_named.pth"), Role::Optimizer);
        QCOMPARE(m_pane->stories().size(), std::size_t{1});
        const CheckpointPtr without = opened(QStringLiteral("no_scheduler.pth"));
        QVERIFY(!SchedulePane::hasSchedule(*without, firstOf(*without, Role::Optimizer)));
    }

    void filesAreLaidOverAndTakenAway()
    {
        show(QStringLiteral("step.13.pth"));
        const std::size_t own = m_pane->lines().size();
        m_pane->addOverlays({folder() + QStringLiteral("/cosine.20.pth"), folder() + QStringLiteral("/cosine.20.pth")});
        QTRY_VERIFY(!m_pane->isReading());
        const auto lines = m_pane->lines();
        QCOMPARE(lines.size(), 2 * own);
        QVERIFY(lines.back().name.startsWith(QStringLiteral("cosine.20.pth · CosineAnnealingLR")));
        QVERIFY(lines.back().colour != lines.front().colour);
        for (auto *button : m_pane->findChildren<QToolButton *>())
            if (button->accessibleName() == QLatin1String("Take cosine.20.pth away"))
                button->click();
        QCOMPARE(m_pane->lines().size(), own);
    }

    void aFileThatCannotBeLaidOverSaysWhyInItsPlace()
    {
        QTemporaryDir place;
        QFile broken(place.filePath(QStringLiteral("broken.pth")));
        QVERIFY(broken.open(QIODevice::WriteOnly));
        broken.write("nothing of ours");
        broken.close();
        show(QStringLiteral("step.13.pth"));
        const std::size_t own = m_pane->lines().size();
        m_pane->addOverlays({broken.fileName(), folder() + QStringLiteral("/no_scheduler.pth")});
        QTRY_VERIFY(!m_pane->isReading());
        const QString words = wordsOf(*m_pane);
        QVERIFY2(words.contains(QStringLiteral("broken.pth · ")), qPrintable(words));
        QVERIFY2(words.contains(QStringLiteral("no_scheduler.pth · There is no learning-rate scheduler")),
                 qPrintable(words));
        QCOMPARE(m_pane->lines().size(), own);
    }

    void aDroppedFileIsLaidOver()
    {
        show(QStringLiteral("step.13.pth"));
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(folder() + QStringLiteral("/multistep.20.pth"))});
        QDragEnterEvent enter(QPoint(50, 50), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(m_pane.get(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop(QPointF(50, 50), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(m_pane.get(), &drop);
        QTRY_VERIFY(!m_pane->isReading());
        QVERIFY(m_pane->lines().back().name.startsWith(QLatin1String("multistep.20.pth")));
    }

    void theDetailsOfASchedulerAndItsOptimizerShowIt()
    {
        const CheckpointPtr checkpoint = opened(QStringLiteral("step.13.pth"));
        DetailsPane details;
        details.resize(500, 800);
        details.show();
        auto *pane = details.findChild<SchedulePane *>();
        QVERIFY(pane && !pane->isVisible());
        details.setEntry(checkpoint, firstOf(*checkpoint, Role::Scheduler));
        QVERIFY(pane->isVisible());
        details.setEntry(checkpoint, firstOf(*checkpoint, Role::Optimizer));
        QVERIFY(!pane->isVisible() && details.groupsTable() && details.groupsTable()->isVisible());
        auto *sides = details.findChild<QTabBar *>(QString(), Qt::FindDirectChildrenOnly);
        QVERIFY(sides->isVisible());
        sides->setCurrentIndex(1);
        QVERIFY(pane->isVisible());
        QTRY_VERIFY(!pane->isReading());
        QCOMPARE(pane->stories().size(), std::size_t{1});
        details.setEntry(checkpoint, checkpoint->entries.find("scheduler/gamma"));
        QVERIFY(!pane->isVisible() && !sides->isVisible());
        QCOMPARE(details.bodyText(), QStringLiteral("0.1"));
    }
};

QTEST_MAIN(SchedulePaneTest)
#include "schedule_pane_test.moc"
