// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/python.h"
#include "tests/ui/journeys/journey.h"
#include "tests/ui/journeys/training_journey.h"
#include "ui/models/text.h"
#include "ui/views/data_chooser.h"
#include "ui/views/resume_fields.h"
#include "ui/views/resume_sheet.h"
#include "ui/views/spec_line.h"

#include <QtGui/QContextMenuEvent>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QMenu>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QSpinBox>
#include <QtWidgets/QToolButton>

#include <algorithm>

using namespace waypoint;
using namespace waypoint::test;

namespace {

constexpr int kTraining = 120'000;  ///< milliseconds a run may take on a busy machine

/// The CNN of PyTorch's CIFAR-10 tutorial, as its pages have it, and a file of it as people save one.
const QString kTutorial = QStringLiteral(R"PY(
import sys, torch, torch.nn as nn, torch.nn.functional as F
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.pool = nn.MaxPool2d(2, 2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)
    def forward(self, x):
        x = self.pool(F.relu(self.conv1(x)))
        x = self.pool(F.relu(self.conv2(x)))
        x = torch.flatten(x, 1)
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x)))))
def setup():
    torch.manual_seed(0)
    net = Net()
    optimizer = torch.optim.SGD(net.parameters(), lr=1e-3, momentum=0.9)
    return net, optimizer, torch.optim.lr_scheduler.MultiStepLR(optimizer, [20, 40, 55], 0.1)
)PY");

const QString kSave = kTutorial + QStringLiteral(R"PY(
net, optimizer, schedule = setup()
for epoch in range(51):
    optimizer.zero_grad()
    F.cross_entropy(net(torch.randn(4, 3, 32, 32)), torch.arange(4)).backward()
    optimizer.step()
    schedule.step()
torch.save(dict(net=net.state_dict(), optimizer=optimizer.state_dict(), epoch=epoch,
                lr_schedule=schedule.state_dict()), sys.argv[1])
)PY");

/// Python goes on with what Waypoint trained.
const QString kTakeBack = kTutorial + QStringLiteral(R"PY(
net, optimizer, schedule = setup()
last = torch.load(sys.argv[1])
print(net.load_state_dict(last['model_state_dict']))
optimizer.load_state_dict(last['optimizer_state_dict'])
schedule.load_state_dict(last['lr_scheduler_state_dict'])
first = torch.load(sys.argv[2])['net']
moved = sum(not torch.equal(first[name], value) for name, value in net.state_dict().items())
group = optimizer.param_groups[0]
print(last['epoch'], schedule.last_epoch, '%g' % group['lr'], group['momentum'], moved)
)PY");

/// Epoch and learning rate of each logged line that has one, without repetitions.
const QString kRates = QStringLiteral(R"PY(
import json, sys
seen = []
for line in open(sys.argv[1]):
    row = json.loads(line)
    rate = '%d: %g' % (row['epoch'], row['lr']) if 'lr' in row else None
    if rate and rate not in seen:
        seen.append(rate)
print(*seen, sep=', ')
)PY");

/// Epochs of the lines that a run has in common with another, and of its own.
const QString kTrainedAnew = QStringLiteral(R"PY(
import json, sys
own, other = (open(path).read().splitlines() for path in sys.argv[1:3])
print(*(sorted({json.loads(line)['epoch'] for line in own if (line in other) == same}) for same in (True, False)))
)PY");

}  // namespace

/// Resuming as a person does, in the whole window, with files that PyTorch wrote and the real waypoint-train.
class ResumeJourneyTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<TrainingJourney> m_journey;

    [[nodiscard]] ResumeSheet *sheet() const { return m_journey->window->training().resuming().sheet(); }
    [[nodiscard]] bool isSettled() const { return sheet() && sheet()->isVisible() && !sheet()->isPlanning(); }
    template<typename Widget>
    [[nodiscard]] Widget *part(const char *name) const
    {
        return sheet()->findChild<Widget *>(QLatin1String(name));
    }

    [[nodiscard]] InspectPage &inspect() const { return *m_journey->window->currentPage(); }
    void open(const QString &file) const
    {
        m_journey->window->openPaths({file});
        QTRY_VERIFY(m_journey->window->currentPage() && inspect().state() == InspectPage::State::Shown);
    }

    /// Opens a file and clicks Resume above its contents.
    void resumeFromHeader(const QString &file) const
    {
        open(file);
        TrainingJourney::click(inspect().findChild<QPushButton *>(QStringLiteral("resume")));
        QTRY_VERIFY_WITH_TIMEOUT(isSettled(), kTraining);
    }

    /// As a person fills it in: the kind from the list, or the SPEC as the command line takes it.
    void typeData(const QString &spec) const
    {
        DataChooser &data = sheet()->fields().data();
        sheet()->findChild<QScrollArea *>()->ensureWidgetVisible(&data);
        auto *line = data.findChild<SpecLine *>();
        QVERIFY(line);
        if (!line->isVisible())
            TrainingJourney::click(data.findChild<QToolButton *>());
        QTRY_VERIFY(line->isVisible());
        auto *edit = line->findChild<QLineEdit *>();
        edit->setFocus();
        edit->selectAll();
        QTest::keyClicks(edit, spec);
        QTest::keyClick(edit, Qt::Key_Tab);
        QTRY_COMPARE(data.spec(), spec);
    }

    void setEpochs(int epochs) const
    {
        auto *box = part<QSpinBox>("epochs");
        box->setFocus();
        box->selectAll();
        QTest::keyClicks(box, QString::number(epochs));
        QTest::keyClick(box, Qt::Key_Tab);
    }

    void pressContinue() const
    {
        auto *button = part<QPushButton>("continueRun");
        QTRY_VERIFY2_WITH_TIMEOUT(button->isEnabled(), qPrintable(sheet()->status()), kTraining);
        TrainingJourney::click(button);
        QTRY_COMPARE(m_journey->window->page(), MainWindow::Train);
        QCOMPARE(m_journey->page().side(), TrainPage::Live);
        QTRY_VERIFY(!sheet());
    }

    /// A run of Iris with a checkpoint of each epoch, stopped after some of them.
    [[nodiscard]] QString stoppedRun() const
    {
        const QString folder = m_journey->path(QStringLiteral("runs/iris"));
        QProcess trainer;
        trainer.start(qEnvironmentVariable("WAYPOINT_TRAIN"),
                      {QStringLiteral("start"), QStringLiteral("--out"), folder, QStringLiteral("--epochs"),
                       QStringLiteral("6"), QStringLiteral("--threads"), QStringLiteral("1"),
                       QStringLiteral("--stop-after"), QStringLiteral("4")});
        return trainer.waitForFinished(kTraining) && trainer.exitCode() == 0 ? folder : QString();
    }

private Q_SLOTS:
    void init() { m_journey = std::make_unique<TrainingJourney>(); }
    void cleanup()
    {
        m_journey->endRuns();
        m_journey.reset();
    }

    void theTutorialsCheckpointGoesOnFromPython_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }

    void theTutorialsCheckpointGoesOnFromPython()
    {
        QFETCH(bool, dark);
        TrainingJourney &j = *m_journey;
        const QString look = QString::fromLatin1(QTest::currentDataTag());
        j.theme->setMode(dark ? Theme::Mode::Dark : Theme::Mode::Light);
        const QString file = j.path(QStringLiteral("cifar_net.pth"));
        QCOMPARE(runPython(kSave, {file}), QString());

        resumeFromHeader(file);
        QVERIFY(!part<QPushButton>("continueRun")->isEnabled());
        j.keepWindow(*sheet(), QStringLiteral("resume-asks-") + look);
        typeData(QStringLiteral("synthetic:classes=10,shape=3x32x32,count=64"));
        QTRY_COMPARE_WITH_TIMEOUT(part<QSpinBox>("nextEpoch")->value(), 51, kTraining);
        setEpochs(57);
        QTRY_COMPARE_WITH_TIMEOUT(sheet()->headline(), QStringLiteral("cifar_net.pth goes on at epoch 51 of 57"),
                                  kTraining);
        QTRY_VERIFY(!sheet()->isPlanning());
        j.keepWindow(*sheet(), QStringLiteral("resume-ready-") + look);
        pressContinue();

        const QString run = j.path(QStringLiteral("cifar_net-run"));
        QCOMPARE(j.run(), run);
        QTRY_COMPARE_WITH_TIMEOUT(j.condition(), RunCondition::Finished, kTraining);
        QTRY_VERIFY(!j.story().headline.isEmpty());
        j.keep(QStringLiteral("resumed-run-") + look);
        // The milestone at epoch 55 is still to come, and comes.
        QCOMPARE(runPython(kRates, {run + QStringLiteral("/metrics.jsonl")}).trimmed(),
                 QStringLiteral("51: 1e-05, 52: 1e-05, 53: 1e-05, 54: 1e-05, 55: 1e-06, 56: 1e-06"));
        QCOMPARE(runPython(kTakeBack, {run + QStringLiteral("/checkpoints/last.pth"), file}).trimmed(),
                 QStringLiteral("<All keys matched successfully>\n56 57 1e-06 0.9 10"));
    }

    void anEarlierCheckpointGoesOnInAFolderOfItsOwn()
    {
        TrainingJourney &j = *m_journey;
        const QString run = stoppedRun();
        QVERIFY(!run.isEmpty());
        const QString last = run + QStringLiteral("/checkpoints/last.pth");
        const QString before = runPython(QStringLiteral("import sys, hashlib\n"
                                                        "print(hashlib.sha1(open(sys.argv[1], 'rb').read()).digest())"),
                                         {last});
        resumeFromHeader(run + QStringLiteral("/checkpoints/epoch_0001.pth"));
        QCOMPARE(sheet()->status(), QStringLiteral("Continues in %1-2.").arg(run));
        QVERIFY(part<QWidget>("leftBar")->isVisible());
        j.keepWindow(*sheet(), QStringLiteral("resume-earlier"));
        pressContinue();
        QCOMPARE(j.run(), run + QStringLiteral("-2"));
        QTRY_COMPARE_WITH_TIMEOUT(j.condition(), RunCondition::Finished, kTraining);
        // Its curves begin with what led to the checkpoint, and only epochs 2 to 5 are trained.
        const QString metrics = QStringLiteral("/metrics.jsonl");
        QCOMPARE(runPython(kTrainedAnew, {j.run() + metrics, run + metrics}).trimmed(),
                 QStringLiteral("[0, 1] [2, 3, 4, 5]"));
        // The run that it came from is as it was.
        QCOMPARE(runPython(QStringLiteral("import sys, hashlib\n"
                                          "print(hashlib.sha1(open(sys.argv[1], 'rb').read()).digest())"),
                           {last}),
                 before);
        const auto old = viewRun(text::toPath(run));
        QVERIFY(old);
        QCOMPARE(old->status.state, RunState::Stopped);
    }

    void theMenuOfTheTreeResumes()
    {
        TrainingJourney &j = *m_journey;
        const QString run = stoppedRun();
        QVERIFY(!run.isEmpty());
        open(run + QStringLiteral("/checkpoints/last.pth"));
        EntryView &tree = inspect().browser().tree();
        tree.selectEntry(inspect().checkpoint()->entries.find("model_state_dict"));
        QTRY_VERIFY(tree.currentIndex().isValid());
        const QPoint place = tree.visualRect(tree.currentIndex()).center();
        QContextMenuEvent asks(QContextMenuEvent::Mouse, place, tree.viewport()->mapToGlobal(place));
        QCoreApplication::sendEvent(tree.viewport(), &asks);
        auto *menu = tree.findChild<QMenu *>();
        QVERIFY(menu && menu->isVisible());
        const auto actions = menu->actions();
        const auto resume = std::ranges::find(actions, QStringLiteral("Resume Training from Here…"), &QAction::text);
        QVERIFY(resume != actions.end());
        j.keepWindow(*menu, QStringLiteral("resume-menu"));
        // By the keyboard: newer Qt takes no click so soon after the menu came.
        menu->setActiveAction(*resume);
        QTest::keyClick(menu, Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(isSettled(), kTraining);
        QCOMPARE(sheet()->headline(), QStringLiteral("iris/checkpoints/last.pth goes on at epoch 4 of 6"));
        pressContinue();
        QCOMPARE(j.run(), run);
        QTRY_COMPARE_WITH_TIMEOUT(j.condition(), RunCondition::Finished, kTraining);
        const auto view = viewRun(text::toPath(run));
        QVERIFY(view);
        QCOMPARE(view->status.epoch, std::int64_t(5));
    }
};

QTEST_MAIN(ResumeJourneyTest)
#include "resume_journey_with_trainer_test.moc"
