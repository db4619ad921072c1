// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/run_story.h"

#include <QtTest/QTest>

#include <csignal>

using namespace waypoint;

namespace {

constexpr std::int64_t kPid = 4711;

/// In epoch 12 of 50, with a checkpoint.
RunSnapshot runThat(RunState state)
{
    RunSnapshot run;
    run.folder = QStringLiteral("/runs/iris-1");
    run.exists = true;
    run.isHere = true;
    run.view.description.config.model = "iris";
    run.view.description.config.device = "cuda:0";
    run.view.status.state = state;
    run.view.status.pid = kPid;
    run.view.status.host = "here";
    run.view.status.heartbeat = 1'700'000'000;
    run.view.status.epoch = 12;
    run.view.status.epochs = 50;
    run.view.status.batch = 4;
    run.view.status.batches = 8;
    run.view.alive = !isFinal(state);
    run.freeBytes = 1'000'000'000;
    run.checkpoints = {{.path = "/runs/iris-1/checkpoints/epoch_0011.pth", .epoch = 11}};
    return run;
}

RunSnapshot crashed(const std::string &lastWords = {}, std::optional<TrainerExit> exit = {})
{
    RunSnapshot run = runThat(RunState::Running);
    run.view.alive = false;
    run.view.crashed = true;
    run.lastWords = "Epoch[012/050] Iteration[003/008] LR: 2.0e-02 Loss: 0.5292 Acc: 87.50%\n" + lastWords;
    run.exit = exit;
    return run;
}

RunSnapshot failed(const std::string &reason, const std::string &message)
{
    RunSnapshot run = runThat(RunState::Failed);
    run.view.status.reason = reason;
    run.view.status.message = message;
    return run;
}

/// Started here, and ended before it wrote a status.
RunSnapshot unheard(std::optional<TrainerExit> exit, const std::string &lastWords = {})
{
    RunSnapshot run;
    run.folder = QStringLiteral("/runs/iris-1");
    run.exists = true;
    run.isHere = true;
    run.error = Error{.code = ErrorCode::NotFound};
    run.statusError = Error{.code = ErrorCode::NotFound};
    run.view.crashed = true;
    run.launchedPid = kPid;
    run.exit = exit;
    run.lastWords = lastWords;
    return run;
}

constexpr TrainerExit signal(int number) { return {.signalled = true, .code = number}; }
constexpr TrainerExit status(int number) { return {.signalled = false, .code = number}; }

const char kCrashed[] = "Crashed";
const char kCrashedAt[] = "Crashed in epoch 12 of 50";
const char kFailed[] = "Failed";
const char kFailedAt[] = "Failed in epoch 12 of 50";
const char kResume[] = "Resume goes on from the last checkpoint.";
const char kOtherDevice[] = "Resume with a smaller batch size, or on another device.";
const char kAnew[] = "There is no checkpoint to go on from: start it again.";

void addColumns()
{
    QTest::addColumn<RunSnapshot>("run");
    QTest::addColumn<int>("condition");
    QTest::addColumn<QStringList>("sentences");  // state, headline, cause, advice
}

void row(const char *name, const RunSnapshot &run, RunCondition condition, const QStringList &sentences)
{
    QTest::newRow(name) << run << static_cast<int>(condition) << sentences;
}

void checkSentences()
{
    QFETCH(RunSnapshot, run);
    QFETCH(int, condition);
    QFETCH(QStringList, sentences);
    const RunStory story = tellRun(run);
    QCOMPARE(QStringList({story.state, story.headline, story.cause, story.advice}), sentences);
    QCOMPARE(static_cast<int>(story.condition), condition);
}

}  // namespace

class RunStoryTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void runAtWorkTellsWhereItStands_data()
    {
        addColumns();
        row("starting", runThat(RunState::Starting), RunCondition::Starting, {"Starting", "Getting ready", "", ""});
        row("running", runThat(RunState::Running), RunCondition::Running, {"Running", "Epoch 12 of 50", "", ""});
        row("paused", runThat(RunState::Paused), RunCondition::Paused, {"Paused", "Paused in epoch 12 of 50", "", ""});
        RunSnapshot run = runThat(RunState::Running);
        run.view.status.message = "last.pth could not be saved: No space left on device";
        row("running on a full disk", run, RunCondition::Running,
            {"Running", "Epoch 12 of 50", "last.pth could not be saved: No space left on device",
             "Free some space on its disk; the next checkpoint tries again."});
        run = unheard({});
        run.isLaunched = true;
        row("launched a moment ago", run, RunCondition::Starting, {"Starting", "Getting ready", "", ""});
        run = runThat(RunState::Finished);
        run.isLaunched = true;
        run.launchedPid = 1;
        row("launched where another has ended", run, RunCondition::Starting, {"Starting", "Getting ready", "", ""});
        run = runThat(RunState::Running);
        run.isQuiet = true;
        row("quiet here", run, RunCondition::NotResponding,
            {"Not responding", "Not responding in epoch 12 of 50",
             "Its process is there, but has given no sign of life for a while.",
             "Wait, or end its process; then resume from the last checkpoint."});
        run.isHere = false;
        row("quiet elsewhere", run, RunCondition::NotResponding,
            {"Not responding", "Not responding in epoch 12 of 50",
             "Its process is there, but has given no sign of life for a while.", "It runs on here: look there."});
        run.isDiskFull = true;
        row("quiet on a full disk", run, RunCondition::NotResponding,
            {"Not responding", "Not responding in epoch 12 of 50", "The disk is full, so it cannot say how it is.",
             "Free some space."});
    }
    void runAtWorkTellsWhereItStands() { checkSentences(); }

    void runThatIsOverTellsHowFarItCame_data()
    {
        addColumns();
        row("stopped", runThat(RunState::Stopped), RunCondition::Stopped,
            {"Stopped", "Stopped in epoch 12 of 50", "", "Resume goes on where it stopped."});
        RunSnapshot run = runThat(RunState::Finished);
        row("finished early", run, RunCondition::Finished, {"Finished", "Finished early, in epoch 12 of 50", "", ""});
        run.view.status.epoch = 49;
        row("finished", run, RunCondition::Finished, {"Finished", "All 50 epochs are done", "", ""});
    }
    void runThatIsOverTellsHowFarItCame() { checkSentences(); }

    void failureIsToldInItsOwnWords_data()
    {
        addColumns();
        row("nan",
            failed("nan", "Training cannot go on in '/runs/iris-1' (the loss is nan in epoch 12, at step 99). Resume "
                          "from an earlier checkpoint with a smaller --lr, or with --clip-grad 1."),
            RunCondition::Failed,
            {kFailed, kFailedAt, "The loss is NaN in epoch 12, at step 99.",
             "Resume from an earlier checkpoint with a smaller learning rate, or clip the gradients."});
        row("out of memory", failed("out_of_memory", "Training cannot go on (out of memory: CUDA out of memory)."),
            RunCondition::Failed, {kFailed, kFailedAt, "Out of memory on cuda:0.", kOtherDevice});
        RunSnapshot run = failed("out_of_memory", "Training cannot go on (out of memory: DefaultCPUAllocator).");
        run.view.description.config.device = "cpu";
        run.checkpoints.clear();
        row("out of memory on the cpu", run, RunCondition::Failed,
            {kFailed, kFailedAt, "Out of memory: the computer had no more to give.",
             "Start it again with a smaller batch size, or on another device."});
        row("device", failed("device", "This device cannot be used (no device 'cuda:7' here)."), RunCondition::Failed,
            {kFailed, kFailedAt, "This device cannot be used (no device 'cuda:7' here).",
             "Resume, here or on another device."});
        row("file", failed("file", "There is no such file or folder: '/data/x.csv'. Check the path."),
            RunCondition::Failed,
            {kFailed, kFailedAt, "There is no such file or folder: '/data/x.csv'. Check the path.",
             "Put that right, then resume."});
        row("full disk", failed("file", "It cannot be written: 'last.pth' (No space left on device)."),
            RunCondition::Failed,
            {kFailed, kFailedAt, "The disk is full: It cannot be written: 'last.pth' (No space left on device).",
             "Free some space, then resume."});
        row("arguments", failed("arguments", "This setting does not fit (lr: 'x')."), RunCondition::Failed,
            {kFailed, kFailedAt, "This setting does not fit (lr: 'x').", "Change the settings, then resume."});
        row("internal", failed("internal", "Training cannot go on (no kernel)."), RunCondition::Failed,
            {kFailed, kFailedAt, "Training cannot go on (no kernel).", kResume});
        row("failed silently", failed("", ""), RunCondition::Failed,
            {kFailed, kFailedAt, "It failed, and did not say why.", kResume});
    }
    void failureIsToldInItsOwnWords() { checkSentences(); }

    void crashIsExplainedByWhatIsKnown_data()
    {
        addColumns();
        row("killed", crashed("", signal(SIGKILL)), RunCondition::Crashed,
            {kCrashed, kCrashedAt,
             "It was killed (signal 9): mostly the system does that when memory runs out, or a person.", kResume});
        row("segmentation fault", crashed("", signal(SIGSEGV)), RunCondition::Crashed,
            {kCrashed, kCrashedAt, "It crashed inside LibTorch or a driver (signal 11).", kResume});
        row("abort", crashed("", signal(SIGABRT)), RunCondition::Crashed,
            {kCrashed, kCrashedAt, "It crashed inside LibTorch or a driver (signal 6).", kResume});
        row("abort with words",
            crashed("terminate called after throwing an instance of 'c10::Error'\n  what():  wrong shape\n",
                    signal(SIGABRT)),
            RunCondition::Crashed,
            {kCrashed, kCrashedAt, "It gave up on an error inside: what():  wrong shape", kResume});
        row("bad_alloc",
            crashed("terminate called after throwing an instance of 'std::bad_alloc'\n  what():  std::bad_alloc\n",
                    signal(SIGABRT)),
            RunCondition::Crashed, {kCrashed, kCrashedAt, "Out of memory on cuda:0.", kOtherDevice});
        row("assertion", crashed("trainer: loop.cpp:7: step(): Assertion `x > 0' failed.\n", signal(SIGABRT)),
            RunCondition::Crashed,
            {kCrashed, kCrashedAt, "A check inside it failed: trainer: loop.cpp:7: step(): Assertion `x > 0' failed.",
             kResume});
        row("hang-up", crashed("", signal(SIGHUP)), RunCondition::Crashed,
            {kCrashed, kCrashedAt, "It was ended from outside (signal 1).", kResume});
        row("illegal instruction", crashed("", signal(SIGILL)), RunCondition::Crashed,
            {kCrashed, kCrashedAt, "LibTorch used an instruction that this processor does not have (signal 4).",
             kResume});
        row("limit of file sizes", crashed("", signal(SIGXFSZ)), RunCondition::Crashed,
            {kCrashed, kCrashedAt, "It reached the limit that the system sets to the size of files (signal 25).",
             "Free some space, then resume."});
        row("status 3", crashed("", status(3)), RunCondition::Crashed,
            {kCrashed, kCrashedAt, "It ended with status 3 (the device) without a word.",
             "Resume, here or on another device."});
        row("status 77", crashed("", status(77)), RunCondition::Crashed,
            {kCrashed, kCrashedAt, "It ended with status 77 without a word.", kResume});
        row("silent death", crashed("", status(0)), RunCondition::Crashed,
            {kCrashed, kCrashedAt, "It ended with status 0, as if all were well, but without a last word.", kResume});
        row("no last word", crashed(), RunCondition::Crashed,
            {kCrashed, kCrashedAt, "It ended without a last word: it was killed, or it crashed.", kResume});
        row("cuda", crashed("CUDA error: device-side assert triggered\n"), RunCondition::Crashed,
            {kCrashed, kCrashedAt, "The GPU or its driver reported an error: CUDA error: device-side assert triggered",
             "Resume, here or on another device."});
        row("cuda out of memory", crashed("RuntimeError: CUDA out of memory. Tried to allocate 2 GiB\n"),
            RunCondition::Crashed, {kCrashed, kCrashedAt, "Out of memory on cuda:0.", kOtherDevice});
        row("words of full disk", crashed("write: No space left on device\n"), RunCondition::Crashed,
            {kCrashed, kCrashedAt, "The disk is full.", "Free some space, then resume."});
        row("quota", crashed("write: Disk quota exceeded\n"), RunCondition::Crashed,
            {kCrashed, kCrashedAt, "The disk quota is used up.", "Free some space, then resume."});
        row("permission", crashed("open /data/x: Permission denied\n"), RunCondition::Crashed,
            {kCrashed, kCrashedAt, "The system refused access: open /data/x: Permission denied",
             "Put that right, then resume."});
        RunSnapshot run = crashed();
        run.isDiskFull = true;
        row("disk full", run, RunCondition::Crashed,
            {kCrashed, kCrashedAt, "The disk is full.", "Free some space, then resume."});
        run = crashed();
        run.hasRebooted = true;
        row("restarted", run, RunCondition::Crashed,
            {kCrashed, kCrashedAt, "The computer was restarted, or lost its power, while it ran.", kResume});
        run = crashed("", signal(SIGKILL));
        run.isEnded = true;
        row("ended here", run, RunCondition::Crashed,
            {"Ended", "Ended in epoch 12 of 50", "It was ended from this window.", kResume});
        run = crashed();
        run.view.status.epoch = -1;
        run.checkpoints.clear();
        row("crashed early", run, RunCondition::Crashed,
            {"Crashed", "Crashed while it started", "It ended without a last word: it was killed, or it crashed.",
             kAnew});
    }
    void crashIsExplainedByWhatIsKnown() { checkSentences(); }

    void runThatNeverSpokeTellsWhy_data()
    {
        addColumns();
        RunSnapshot run = unheard({});
        run.launchError = Error{.code = ErrorCode::NotFound, .file = "/usr/bin/waypoint-train"};
        row("not installed", run, RunCondition::NeverStarted,
            {"Did not start", "Did not start",
             "waypoint-train cannot be started. There is no such file or folder: '/usr/bin/waypoint-train'. Check the "
             "path.",
             "Put that right, then start it again."});
        row("refused", unheard(status(1), "waypoint-train: --lr: abc is no number; see waypoint-train --help\n"),
            RunCondition::NeverStarted,
            {"Did not start", "Did not start", "--lr: abc is no number", "Change the settings, then start it again."});
        row("status 3 at once", unheard(status(3)), RunCondition::NeverStarted,
            {"Did not start", "Did not start", "It ended with status 3 (the device) before its first word.",
             "Start it again on another device."});
        row("library", unheard(status(127), "x: error while loading shared libraries: libtorch.so: cannot open\n"),
            RunCondition::NeverStarted,
            {"Did not start", "Did not start",
             "waypoint-train lacks a library: x: error while loading shared libraries: libtorch.so: cannot open",
             kAnew});
        run = unheard({}, "it said something\n");
        run.launchedPid = 0;
        row("long ago", run, RunCondition::NeverStarted,
            {"Did not start", "Did not start", "It ended before its first word.", kAnew});
        run.lastWords.clear();
        row("no run at all", run, RunCondition::NeverStarted,
            {"Did not start", "Did not start", "There is no run in this folder.", ""});
    }
    void runThatNeverSpokeTellsWhy() { checkSentences(); }

    void whatCannotBeReadIsToldApart_data()
    {
        addColumns();
        RunSnapshot run = runThat(RunState::Finished);
        run.statusError = Error{.code = ErrorCode::Corrupt};
        row("damaged status", run, RunCondition::Unreadable,
            {"Unreadable", "What it left behind cannot be read", "Its status.json is damaged.",
             "Its checkpoints may well be whole: resume from the last one."});
        run.statusError = Error{.code = ErrorCode::Truncated};
        row("half a status", run, RunCondition::Unreadable,
            {"Unreadable", "What it left behind cannot be read", "Its status.json breaks off in the middle.",
             "Its checkpoints may well be whole: resume from the last one."});
        run.statusError = Error{.code = ErrorCode::Corrupt};
        run.view.alive = true;
        row("damaged status at work", run, RunCondition::Unreadable,
            {"Unreadable", "Running, but what it says cannot be read", "Its status.json is damaged.", ""});
        run = runThat(RunState::Finished);
        run.error = Error{.code = ErrorCode::Corrupt};
        row("damaged run.json", run, RunCondition::Unreadable,
            {"Unreadable", "What it left behind cannot be read", "Its run.json is damaged.",
             "Its checkpoints may well be whole: resume from the last one."});
        run.error = Error{.code = ErrorCode::NoPermission};
        row("not allowed", run, RunCondition::Unreadable,
            {"Unreadable", "What it left behind cannot be read", "The system refuses access to the files of this run.",
             "Its checkpoints may well be whole: resume from the last one."});
        run.error = Error{.code = ErrorCode::Unsupported};
        row("newer", run, RunCondition::Unreadable,
            {"Unreadable", "Of a newer version", "A newer version of Waypoint has written this run.",
             "Open it with that version."});
        run = {};
        row("gone", run, RunCondition::Gone,
            {"Gone", "Its folder is no longer there",
             "The folder was removed or renamed, or its disk is not connected.", ""});
        run.isLaunched = true;
        run.launchedPid = kPid;
        run.isHeard = true;
        row("gone at work", run, RunCondition::Gone,
            {"Gone", "Its folder is no longer there",
             "The folder was removed while the run is at work: what it does is lost.", "End its process."});
    }
    void whatCannotBeReadIsToldApart() { checkSentences(); }

    void shareCountsTheBatchesOfTheEpoch()
    {
        QCOMPARE(tellRun(runThat(RunState::Running)).share, 12.5 / 50);
        RunSnapshot run = runThat(RunState::Running);
        run.view.status.epochs = 0;
        QCOMPARE(tellRun(run).share, -1.0);
        run.view.status.state = RunState::Finished;
        QCOMPARE(tellRun(run).share, 1.0);
    }

    void onlyARunThatNobodyWorksOnCanBeResumed()
    {
        QVERIFY(tellRun(crashed()).canResume);
        QVERIFY(!tellRun(crashed()).isActive);
        QVERIFY(!tellRun(runThat(RunState::Running)).canResume);
        QVERIFY(tellRun(runThat(RunState::Running)).isActive);
        RunSnapshot quiet = runThat(RunState::Running);
        quiet.isQuiet = true;
        QVERIFY(!tellRun(quiet).canResume);
        RunSnapshot bare = crashed();
        bare.checkpoints.clear();
        QVERIFY(!tellRun(bare).canResume);
        RunSnapshot begun = crashed();
        begun.isLaunched = true;
        QVERIFY(!tellRun(begun).canResume);
        RunSnapshot newer = crashed();
        newer.error = Error{.code = ErrorCode::Unsupported};
        QVERIFY(!tellRun(newer).canResume);
    }

    void wordsBeforeTheLastProgressExplainNothing()
    {
        RunSnapshot run = crashed();
        run.lastWords = "CUDA error: of an earlier life\nEpoch[012/050] Iteration[003/008] LR: 2.0e-02 Loss: 0.5\n";
        QCOMPARE(tellRun(run).cause, "It ended without a last word: it was killed, or it crashed.");
    }

    void garbageInTheLogIsShownSafely()
    {
        const RunStory story = tellRun(crashed("Permission denied \x01\xff\n"));
        QCOMPARE(story.cause, "The system refused access: Permission denied \\x01\\xff");
    }

    void titleNamesModelAndData_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("data");
        QTest::addColumn<QString>("title");
        QTest::newRow("same") << "iris"
                              << "iris"
                              << "iris";
        QTest::newRow("folder") << "resnet18"
                                << "folder:/data/photos/"
                                << "resnet18 on photos";
        QTest::newRow("files") << "script:/m/net.v2.pt"
                               << "csv:/d/table.csv"
                               << "net.v2 on table";
        QTest::newRow("synthetic") << "mlp:4-16-3"
                                   << "synthetic:classes=10,count=512"
                                   << "mlp:4-16-3 on synthetic";
        QTest::newRow("not known") << ""
                                   << "iris"
                                   << "iris-1";
        QTest::newRow("classes") << "resnet18:2"
                                 << "folder:/data/photos"
                                 << "resnet18 on photos";
    }
    void titleNamesModelAndData()
    {
        QFETCH(QString, model);
        QFETCH(QString, data);
        RunSnapshot run = runThat(RunState::Running);
        run.view.description.config.model = model.toStdString();
        run.view.description.config.data = data.toStdString();
        QTEST(runTitle(run), "title");
    }
};

QTEST_GUILESS_MAIN(RunStoryTest)
#include "run_story_test.moc"
