// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/run_folder.h"
#include "tests/support/python.h"
#include "ui/models/run_center.h"
#include "ui/models/text.h"
#include "ui/models/trainer_info.h"
#include "ui/pages/resume_flow.h"
#include "ui/views/data_chooser.h"
#include "ui/views/model_chooser.h"
#include "ui/views/resume_fields.h"
#include "ui/views/resume_lines.h"
#include "ui/views/resume_sheet.h"

#include <QtCore/QDir>
#include <QtCore/QPointer>
#include <QtCore/QProcess>
#include <QtCore/QSettings>
#include <QtCore/QTemporaryDir>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSpinBox>

#include <algorithm>

using namespace waypoint;

namespace {

constexpr int kPatience = 30'000;

// Checkpoints of waypoint-train and of PyTorch, resumed by waypoint-train itself.
class ResumeFlowTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void theNewestOfARunGoesOnAtOnce();
    void aRunFolderStandsForItsNewest();
    void whoAsksSeesTheSheetInAnyCase();
    void anEarlierCheckpointAsksWhere();
    void aDamagedNewestIsPassedOverAndNamed();
    void aDamagedFileNamesAWholeOneOfItsRun();
    void aFinishedRunAsksForMoreEpochs();
    void aCopyElsewhereGoesOnInAFolderOfItsOwn();
    void aFileThatIsNoCheckpointSaysSo();
    void theTutorialsCheckpointGoesOnAtEpoch51WithItsRate();
    void theNextOneOfTheFolderIsOneClick();
    void aModelNobodyKnowsCanComeAsTorchScript();

private:
    [[nodiscard]] QString path(const QString &name) const { return m_folder->filePath(name); }
    /// A run of Iris that has stopped after so many of so many epochs.
    QString irisRun(int done, int epochs) const;
    void runTrainer(const QStringList &arguments) const;
    [[nodiscard]] QPushButton *button(const char *name) const
    {
        return m_flow->sheet()->findChild<QPushButton *>(QLatin1String(name));
    }
    [[nodiscard]] bool isSettled() const { return m_flow->sheet() && !m_flow->sheet()->isPlanning(); }
    void continueTutorial(const QString &file);
    /// Keeps what the sheet looks like, where somebody wants to see it.
    void picture(const char *name) const;

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<RunCenter> m_runs;
    std::unique_ptr<TrainerInfo> m_info;
    std::unique_ptr<QWidget> m_window;
    ResumeFlow *m_flow = nullptr;
    std::unique_ptr<QSignalSpy> m_started;
};

// The CNN of PyTorch's CIFAR-10 tutorial after 51 epochs, as a script of a person saves it.
const char *const kTutorial = R"(
import sys, torch
from torch import nn
class Net(nn.Module):
    def __init__(self, head):
        super().__init__()
        self.conv1, self.pool, self.conv2 = nn.Conv2d(3, 6, 5), nn.MaxPool2d(2, 2), nn.Conv2d(6, 16, 5)
        self.fc1, self.fc2, self.fc3 = nn.Linear(16 * 5 * 5, 120), nn.Linear(120, 84), nn.Linear(84, 10)
        self.head = head
    def forward(self, x):
        x = self.pool(torch.relu(self.conv1(x)))
        x = self.pool(torch.relu(self.conv2(x)))
        x = torch.flatten(x, 1)
        return self.head(self.fc3(torch.relu(self.fc2(torch.relu(self.fc1(x))))))
torch.manual_seed(0)
net = Net(nn.Linear(10, 10) if len(sys.argv) > 2 else nn.Identity())
optimizer = torch.optim.SGD(net.parameters(), lr=1e-3, momentum=0.9)
schedule = torch.optim.lr_scheduler.MultiStepLR(optimizer, [20, 40, 55], 0.1)
for epoch in range(51):
    optimizer.zero_grad()
    net(torch.randn(4, 3, 32, 32)).square().mean().backward()
    optimizer.step()
    schedule.step()
torch.save({'net': net.state_dict(), 'optimizer': optimizer.state_dict(), 'epoch': 50,
            'lr_schedule': schedule.state_dict()}, sys.argv[1])
if len(sys.argv) > 2:
    torch.jit.trace(net, torch.zeros(1, 3, 32, 32)).save(sys.argv[2])
)";

const char *const kPictures = "synthetic:classes=10,shape=3x32x32,count=64";

void ResumeFlowTest::initTestCase()
{
    QLocale::setDefault(QLocale::c());
    QCoreApplication::setOrganizationName(QStringLiteral("Waypoint"));
    QCoreApplication::setApplicationName(QStringLiteral("WaypointTest"));
    qputenv("WAYPOINT_TRAINER", qgetenv("WAYPOINT_TRAIN"));
    qRegisterMetaType<TrainingOrder>();
}

void ResumeFlowTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, path(QStringLiteral("config")));
    QSettings().clear();
    m_runs = std::make_unique<RunCenter>();
    m_info = std::make_unique<TrainerInfo>();
    m_window = std::make_unique<QWidget>();
    m_window->resize(1024, 700);
    m_window->show();
    m_flow = new ResumeFlow(*m_runs, *m_info, m_window.get());
    m_started = std::make_unique<QSignalSpy>(m_flow, &ResumeFlow::started);
}

void ResumeFlowTest::cleanup()
{
    m_started.reset();
    m_window.reset();
    m_info.reset();
    m_runs.reset();
    m_folder.reset();
}

void ResumeFlowTest::runTrainer(const QStringList &arguments) const
{
    QProcess trainer;
    trainer.start(qEnvironmentVariable("WAYPOINT_TRAIN"), arguments);
    QVERIFY(trainer.waitForFinished(kPatience));
    QVERIFY2(trainer.exitCode() == 0, trainer.readAllStandardError().constData());
}

QString ResumeFlowTest::irisRun(int done, int epochs) const
{
    const QString folder = path(QStringLiteral("iris-run"));
    const auto count = [](int number) { return QString::number(number); };
    runTrainer({QStringLiteral("start"), QStringLiteral("--out"), folder, QStringLiteral("--epochs"), count(epochs),
                QStringLiteral("--threads"), QStringLiteral("1"), QStringLiteral("--stop-after"), count(done)});
    return folder;
}

/// What a trainer says of a run that has come to its end.
RunStatus endOf(const QString &folder)
{
    const auto view = viewRun(text::toPath(folder));
    return view && !view->alive ? view->status : RunStatus{};
}

void ResumeFlowTest::theNewestOfARunGoesOnAtOnce()
{
    const QString folder = irisRun(2, 5);
    m_flow->resume(folder + QStringLiteral("/checkpoints/last.pth"));
    QVERIFY(m_flow->isBusy());
    QTRY_COMPARE_WITH_TIMEOUT(m_started->size(), 1, kPatience);
    QVERIFY(!m_flow->sheet());
    QVERIFY(!m_flow->isBusy());
    QCOMPARE(m_started->at(0)[0].toString(), folder);
    QCOMPARE(m_started->at(0)[1].toString(),
             QStringLiteral("Model, optimizer and random generator restored from last.pth: goes on at epoch 2 of 5."));
    QTRY_COMPARE_WITH_TIMEOUT(endOf(folder).state, RunState::Finished, kPatience);
}

void ResumeFlowTest::aRunFolderStandsForItsNewest()
{
    const QString folder = irisRun(2, 5);
    m_flow->resume(folder);
    QTRY_COMPARE_WITH_TIMEOUT(m_started->size(), 1, kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(endOf(folder).state, RunState::Finished, kPatience);
}

void ResumeFlowTest::whoAsksSeesTheSheetInAnyCase()
{
    const QString folder = irisRun(2, 5);
    m_flow->resume(folder, true);
    QTRY_VERIFY_WITH_TIMEOUT(isSettled(), kPatience);
    QCOMPARE(m_flow->sheet()->headline(), QStringLiteral("iris-run/checkpoints/last.pth goes on at epoch 2 of 5"));
    QCOMPARE(m_started->size(), 0);
    m_flow->sheet()->reject();
    QTRY_VERIFY(!m_flow->sheet());
}

void ResumeFlowTest::anEarlierCheckpointAsksWhere()
{
    const QString folder = irisRun(3, 5);
    m_flow->resume(folder + QStringLiteral("/checkpoints/epoch_0000.pth"));
    QTRY_VERIFY_WITH_TIMEOUT(isSettled(), kPatience);
    QCOMPARE(m_flow->sheet()->status(), QStringLiteral("Continues in %1-2.").arg(folder));
    QTRY_VERIFY_WITH_TIMEOUT(button("continueRun")->isEnabled(), kPatience);
    button("continueRun")->click();
    QCOMPARE(m_started->size(), 1);
    QTRY_COMPARE_WITH_TIMEOUT(endOf(folder + QStringLiteral("-2")).state, RunState::Finished, kPatience);
    QCOMPARE(endOf(folder).state, RunState::Stopped);
}

void ResumeFlowTest::aDamagedNewestIsPassedOverAndNamed()
{
    const QString folder = irisRun(3, 5);
    // A file of its own: it is another name of the newest epoch's else.
    const QString name = folder + QStringLiteral("/checkpoints/last.pth");
    QFile last(name);
    QVERIFY(last.open(QIODevice::ReadOnly));
    const QByteArray half = last.read(last.size() / 2);
    QVERIFY(last.remove());
    QFile damaged(name);
    QVERIFY(damaged.open(QIODevice::WriteOnly));
    damaged.write(half);
    damaged.close();
    m_flow->resume(folder);
    QTRY_VERIFY_WITH_TIMEOUT(isSettled(), kPatience);
    QVERIFY(m_flow->sheet()->headline().startsWith(QStringLiteral("iris-run/checkpoints/epoch_0002.pth goes on")));
    const auto &lines = m_flow->sheet()->lines().lines();
    QVERIFY(std::ranges::any_of(lines, [](const ResumeLine &line) {
        return line.sign == ResumeSign::Conflict && line.text.startsWith(QLatin1String("last.pth cannot be read"));
    }));
}

void ResumeFlowTest::aDamagedFileNamesAWholeOneOfItsRun()
{
    const QString run = irisRun(3, 6);
    QFile damaged(run + QStringLiteral("/checkpoints/epoch_0001.pth"));
    QVERIFY(damaged.exists() && damaged.resize(damaged.size() / 2));
    m_flow->resume(damaged.fileName(), true);
    QTRY_VERIFY_WITH_TIMEOUT(isSettled(), kPatience);
    const QPointer<ResumeSheet> first = m_flow->sheet();
    QVERIFY(first->findChild<QWidget *>(QStringLiteral("wholeBar"))->isVisible());
    first->findChild<QAbstractButton *>(QStringLiteral("resumeWhole"))->click();
    QTRY_VERIFY_WITH_TIMEOUT(isSettled(), kPatience);
    QTRY_VERIFY(!first);
    QVERIFY2(m_flow->sheet()->headline().contains(QStringLiteral("last.pth")), qPrintable(m_flow->sheet()->headline()));
    QVERIFY(m_flow->sheet()->findChild<QWidget *>(QStringLiteral("wholeBar"))->isHidden());
}

void ResumeFlowTest::aFinishedRunAsksForMoreEpochs()
{
    const QString folder = path(QStringLiteral("iris-run"));
    runTrainer({QStringLiteral("start"), QStringLiteral("--out"), folder, QStringLiteral("--epochs"),
                QStringLiteral("3"), QStringLiteral("--threads"), QStringLiteral("1")});
    m_flow->resume(folder);
    QTRY_VERIFY_WITH_TIMEOUT(isSettled(), kPatience);
    QVERIFY(!button("continueRun")->isEnabled());
    QCOMPARE(m_flow->sheet()->status(), QStringLiteral("All 3 epochs are done. Set more to go on."));
    m_flow->sheet()->findChild<QSpinBox *>(QStringLiteral("epochs"))->setValue(4);
    QTRY_VERIFY_WITH_TIMEOUT(button("continueRun")->isEnabled(), kPatience);
    button("continueRun")->click();
    QTRY_COMPARE_WITH_TIMEOUT(endOf(folder).epochs, 4, kPatience);
}

void ResumeFlowTest::aCopyElsewhereGoesOnInAFolderOfItsOwn()
{
    const QString folder = irisRun(2, 5);
    QVERIFY(QDir().mkpath(path(QStringLiteral("kept"))));
    const QString copy = path(QStringLiteral("kept/good.pth"));
    QVERIFY(QFile::copy(folder + QStringLiteral("/checkpoints/last.pth"), copy));
    m_flow->resume(copy);
    QTRY_COMPARE_WITH_TIMEOUT(m_started->size(), 1, kPatience);
    QCOMPARE(m_started->at(0)[0].toString(), path(QStringLiteral("kept/good-run")));
    QTRY_COMPARE_WITH_TIMEOUT(endOf(path(QStringLiteral("kept/good-run"))).state, RunState::Finished, kPatience);
}

void ResumeFlowTest::aFileThatIsNoCheckpointSaysSo()
{
    QFile file(path(QStringLiteral("notes.pth")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("These are notes.");
    file.close();
    m_flow->resume(file.fileName());
    QTRY_VERIFY_WITH_TIMEOUT(isSettled(), kPatience);
    QVERIFY(!button("continueRun")->isEnabled());
    QVERIFY(!button("newRun")->isEnabled());
    const auto labels = m_flow->sheet()->findChild<QWidget *>(QStringLiteral("faultBar"))->findChildren<QLabel *>();
    QVERIFY(std::ranges::any_of(labels,
                                [](const QLabel *label) { return label->isVisible() && !label->text().isEmpty(); }));
}

void ResumeFlowTest::picture(const char *name) const
{
    const QString folder = qEnvironmentVariable("WAYPOINT_PICTURES");
    if (folder.isEmpty())
        return;
    QTest::qWait(300);
    m_flow->sheet()->grab().save(QStringLiteral("%1/resume-%2.png").arg(folder, QLatin1String(name)));
}

/// Opens the sheet, chooses the data, and continues to epoch 53.
void ResumeFlowTest::continueTutorial(const QString &file)
{
    m_flow->resume(file);
    QTRY_VERIFY_WITH_TIMEOUT(isSettled(), kPatience);
    QVERIFY(!button("continueRun")->isEnabled());
    QVERIFY(m_flow->sheet()->fields().data().isVisible());
    picture("data");
    m_flow->sheet()->fields().data().setSpec(QLatin1String(kPictures));
    QTRY_COMPARE_WITH_TIMEOUT(m_flow->sheet()->findChild<QSpinBox *>(QStringLiteral("nextEpoch"))->value(), 51,
                              kPatience);
    m_flow->sheet()->findChild<QSpinBox *>(QStringLiteral("epochs"))->setValue(53);
    QTRY_VERIFY_WITH_TIMEOUT(button("continueRun")->isEnabled(), kPatience);
    QCOMPARE(m_flow->sheet()->headline(), QStringLiteral("ckpt_best_50.pth goes on at epoch 51 of 53"));
    picture("ready");
    button("continueRun")->click();
    QCOMPARE(m_started->size(), 1);
}

/// The rates and epochs of a run's log, as Python's json reads them.
QString ratesOf(const QString &folder)
{
    return test::runPython(QStringLiteral("import json, sys\n"
                                          "for line in open(sys.argv[1]):\n"
                                          "    row = json.loads(line)\n"
                                          "    if 'lr' in row: print(row['epoch'], row['lr'])\n"),
                           {folder + QStringLiteral("/metrics.jsonl")});
}

void ResumeFlowTest::theTutorialsCheckpointGoesOnAtEpoch51WithItsRate()
{
    const QString file = path(QStringLiteral("ckpt_best_50.pth"));
    QCOMPARE(test::runPython(QLatin1String(kTutorial), {file}), QString());
    continueTutorial(file);
    const QString folder = path(QStringLiteral("ckpt_best_50-run"));
    QCOMPARE(m_started->at(0)[0].toString(), folder);
    QTRY_COMPARE_WITH_TIMEOUT(endOf(folder).state, RunState::Finished, kPatience);
    const QStringList rates = ratesOf(folder).trimmed().split(QLatin1Char('\n'));
    QVERIFY(!rates.isEmpty());
    QCOMPARE(rates.first(), QStringLiteral("51 1e-05"));
    QCOMPARE(rates.last(), QStringLiteral("52 1e-05"));
    // The schedule steps on from where it stood, as PyTorch says.
    QCOMPARE(test::runPython(QStringLiteral("import sys, torch\n"
                                            "last = torch.load(sys.argv[1])\n"
                                            "print(last['epoch'], last['lr_scheduler_state_dict']['last_epoch'])"),
                             {folder + QStringLiteral("/checkpoints/last.pth")})
                 .trimmed(),
             QStringLiteral("52 53"));
}

void ResumeFlowTest::theNextOneOfTheFolderIsOneClick()
{
    const QString file = path(QStringLiteral("ckpt_best_50.pth"));
    QCOMPARE(test::runPython(QLatin1String(kTutorial), {file}), QString());
    continueTutorial(file);
    QTRY_VERIFY(!m_flow->sheet());
    const QString next = path(QStringLiteral("ckpt_again.pth"));
    QVERIFY(QFile::copy(file, next));
    m_flow->resume(next);
    QTRY_COMPARE_WITH_TIMEOUT(m_started->size(), 2, kPatience);
    QVERIFY(!m_flow->sheet());
    QCOMPARE(m_started->at(1)[0].toString(), path(QStringLiteral("ckpt_again-run")));
    QVERIFY(m_started->at(1)[1].toString().contains(QStringLiteral("goes on at epoch 51 of 61")));
}

void ResumeFlowTest::aModelNobodyKnowsCanComeAsTorchScript()
{
    const QString file = path(QStringLiteral("other.pth"));
    const QString script = path(QStringLiteral("model.pt"));
    QCOMPARE(test::runPython(QLatin1String(kTutorial), {file, script}), QString());
    m_flow->resume(file);
    QTRY_VERIFY_WITH_TIMEOUT(isSettled(), kPatience);
    auto *help = m_flow->sheet()->findChild<QWidget *>(QStringLiteral("torchScriptHelp"));
    QVERIFY(help->isVisible());
    picture("no-model");
    m_flow->sheet()->fields().model().setFile(script);
    QTRY_VERIFY_WITH_TIMEOUT(m_flow->sheet()->fields().data().isVisible(), kPatience);
    QVERIFY(!help->isVisible());
    m_flow->sheet()->fields().data().setSpec(QLatin1String(kPictures));
    QTRY_VERIFY_WITH_TIMEOUT(button("continueRun")->isEnabled(), kPatience);
    QCOMPARE(m_flow->sheet()->findChild<QSpinBox *>(QStringLiteral("nextEpoch"))->value(), 51);
}

}  // namespace

QTEST_MAIN(ResumeFlowTest)
#include "resume_flow_with_trainer_test.moc"
