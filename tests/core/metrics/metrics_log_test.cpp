// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Before the rest: moc 6.4 stumbles over <compare> as the first header of a file.
#include <QTest>

#include <QFile>
#include <QTemporaryDir>

#include "core/metrics/metrics_log.h"

#include <atomic>
#include <bit>
#include <cmath>
#include <csignal>
#include <limits>
#include <thread>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace waypoint;

namespace {

constexpr auto kNan = std::numeric_limits<double>::quiet_NaN();
constexpr auto kInfinity = std::numeric_limits<double>::infinity();

MetricsLine line(std::int64_t step, double loss)
{
    return {.step = step,
            .epoch = step / 10,
            .time = 1'700'000'000.25 + static_cast<double>(step),
            .values = {{"loss/train", loss}}};
}

std::vector<std::int64_t> steps(const std::vector<MetricsLine> &lines)
{
    std::vector<std::int64_t> result;
    for (const auto &each : lines)
        result.push_back(each.step);
    return result;
}

class Folder
{
public:
    std::filesystem::path file() const { return m_folder.filePath("metrics.jsonl").toStdString(); }

    QByteArray text() const
    {
        QFile file(m_folder.filePath("metrics.jsonl"));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    bool append(const QByteArray &text) const
    {
        QFile file(m_folder.filePath("metrics.jsonl"));
        return file.open(QIODevice::Append) && file.write(text) == text.size();
    }

private:
    QTemporaryDir m_folder;
};

}  // namespace

class MetricsLogTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aLineNamesStepEpochAndTimeFirst()
    {
        const MetricsLine each{
            .step = 40, .epoch = 3, .time = 1'700'000'000.5, .values = {{"lr", 0.1}, {"accuracy/val", 1}}};
        QCOMPARE(metricsJson(each),
                 std::string(R"({"step":40,"epoch":3,"time":1700000000.5,"lr":0.1,"accuracy/val":1.0})"));
    }

    void numbersComeBackBitForBit()
    {
        const Folder folder;
        MetricsLine each{.step = 1, .epoch = 0, .time = 1'699'999'999.1234567};
        for (const double number :
             {0.1 + 0.2, 5e-324, 1.7976931348623157e308, -0.0, 1e-5, 123456789012345680.0, 1.0 / 3})
            each.values.emplace_back("value " + std::to_string(each.values.size()), number);
        auto log = MetricsLog::open(folder.file());
        QVERIFY(log && log->append(each));
        const auto lines = readMetrics(folder.file());
        QVERIFY(lines);
        QCOMPARE(lines->size(), 1u);
        QCOMPARE(lines->front().time, each.time);
        for (std::size_t i = 0; i < each.values.size(); ++i) {
            QCOMPARE(lines->front().values[i].first, each.values[i].first);
            QCOMPARE(std::bit_cast<std::uint64_t>(lines->front().values[i].second),
                     std::bit_cast<std::uint64_t>(each.values[i].second));
        }
    }

    void nanAndInfinitiesAreWordsAndComeBack()
    {
        const Folder folder;
        auto log = MetricsLog::open(folder.file());
        QVERIFY(log);
        QVERIFY(log->append({.step = 1, .values = {{"a", kNan}, {"b", kInfinity}, {"c", -kInfinity}}}));
        QCOMPARE(folder.text(), QByteArray(R"({"step":1,"epoch":0,"time":0.0,"a":"NaN","b":"Infinity","c":"-Infinity"})"
                                           "\n"));
        const auto lines = readMetrics(folder.file());
        QVERIFY(lines);
        QVERIFY(std::isnan(lines->front().values[0].second));
        QCOMPARE(lines->front().values[1].second, kInfinity);
        QCOMPARE(lines->front().values[2].second, -kInfinity);
    }

    void namesOfAnyTextComeBack()
    {
        const Folder folder;
        auto log = MetricsLog::open(folder.file());
        const MetricsLine each{.step = 1, .values = {{"größe \"x\"\n", 1.5}}};
        QVERIFY(log && log->append(each));
        const auto lines = readMetrics(folder.file());
        QVERIFY(lines);
        QCOMPARE(lines->front(), each);
    }

    void aSecondRunAddsToTheFirst()
    {
        const Folder folder;
        for (const std::int64_t step : {1, 2, 3}) {
            auto log = MetricsLog::open(folder.file());
            QVERIFY(log && log->append(line(step, 0.5)) && log->flush());
        }
        const auto lines = readMetrics(folder.file());
        QVERIFY(lines);
        QCOMPARE(*lines, (std::vector{line(1, 0.5), line(2, 0.5), line(3, 0.5)}));
    }

    void twoResumesFromEarlierStepsLeaveNoZigzag()
    {
        const Folder folder;
        auto log = MetricsLog::open(folder.file());
        QVERIFY(log);
        const auto train = [&log](std::int64_t from, std::int64_t to, double loss) {
            for (auto step = from; step <= to; step += 10)
                if (!log->append(line(step, loss)))
                    return false;
            return true;
        };
        QVERIFY(train(10, 50, 1) && log->appendResumed(30) && train(40, 60, 2) && log->appendResumed(20)
                && train(30, 40, 3));
        const auto lines = readMetrics(folder.file());
        QVERIFY(lines);
        QCOMPARE(*lines, (std::vector{line(10, 1), line(20, 1), line(30, 3), line(40, 3)}));
    }

    void aResumeFromTheLatestStepCutsNothing()
    {
        const Folder folder;
        auto log = MetricsLog::open(folder.file());
        QVERIFY(log && log->append(line(10, 1)) && log->appendResumed(10) && log->append(line(20, 1)));
        const auto lines = readMetrics(folder.file());
        QVERIFY(lines);
        QCOMPARE(steps(*lines), (std::vector<std::int64_t>{10, 20}));
    }

    void aHalfLineOfACrashIsPassedOverAndTheNextLineCounts()
    {
        const Folder folder;
        {
            auto log = MetricsLog::open(folder.file());
            QVERIFY(log && log->append(line(10, 1)));
        }
        QVERIFY(folder.append("{\"step\":20,\"epoch\":2,\"ti"));
        const auto before = readMetrics(folder.file());
        QVERIFY(before);
        QCOMPARE(steps(*before), (std::vector<std::int64_t>{10}));
        auto log = MetricsLog::open(folder.file());
        QVERIFY(log && log->append(line(30, 1)));
        const auto after = readMetrics(folder.file());
        QVERIFY(after);
        QCOMPARE(*after, (std::vector{line(10, 1), line(30, 1)}));
    }

    void linesOfOtherProgramsAreNoObstacle()
    {
        const Folder folder;
        QVERIFY(folder.append("# started by hand\n\n[1,2]\n{\"note\":\"x\"}\n{\"step\":\"7\"}\n"
                              "{\"step\": 5, \"loss/train\": 2, \"tag\": \"a\", \"list\": [1]}\r\n"));
        const auto lines = readMetrics(folder.file());
        QVERIFY(lines);
        QCOMPARE(*lines, (std::vector{MetricsLine{.step = 5, .values = {{"loss/train", 2.0}}}}));
    }

    void aMissingLogOrFolderIsNamed()
    {
        const Folder folder;
        QCOMPARE(readMetrics(folder.file()).error().code, ErrorCode::NotFound);
        const auto log = MetricsLog::open(folder.file() / "x");
        QVERIFY(!log);
        QCOMPARE(log.error().code, ErrorCode::WriteFailed);
        QCOMPARE(log.error().file, (folder.file() / "x").string());
    }

    void aReaderSeesOnlyWholeLinesWhileTheyAreWritten()
    {
        const Folder folder;
        auto log = MetricsLog::open(folder.file());
        QVERIFY(log);
        std::atomic<bool> written = true;
        std::atomic<bool> done = false;
        std::thread writer([&] {
            for (std::int64_t step = 0; step < 3000; ++step)
                if (!log->append(line(step, 1.0 / 3)))
                    written = false;
            done = true;
        });
        bool inOrder = true;
        std::size_t most = 0;
        int looks = 0;
        for (bool last = false; !last; ++looks) {
            last = done;
            const auto lines = readMetrics(folder.file());
            inOrder = inOrder && lines && lines->size() >= most;
            for (std::size_t i = 0; inOrder && i < lines->size(); ++i)
                inOrder = (*lines)[i] == line(static_cast<std::int64_t>(i), 1.0 / 3);
            most = lines ? lines->size() : 0;
        }
        writer.join();
        QVERIFY(written);
        QVERIFY(inOrder);
        QVERIFY(looks > 1);
        QCOMPARE(most, 3000u);
    }

    void aFullDiskIsAnErrorThatNamesTheReason()
    {
        auto log = MetricsLog::open("/dev/full");
        QVERIFY(log);
        const auto result = log->append(line(1, 1));
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::WriteFailed);
        QVERIFY(QString::fromStdString(result.error().detail).contains("full"));
    }

    void atTheSizeLimitTheLineIsMissingAndTheProcessLives()
    {
        const Folder folder;
        const auto child = ::fork();
        if (child == 0)
            ::_exit(writeToTheSizeLimit(folder.file()));
        int status = 0;
        QCOMPARE(::waitpid(child, &status, 0), child);
        QVERIFY(!WIFSIGNALED(status));
        QCOMPARE(WEXITSTATUS(status), 0);
        QVERIFY(folder.text().endsWith('\n'));
        const auto lines = readMetrics(folder.file());
        QVERIFY(lines);
        QCOMPARE(steps(*lines), (std::vector<std::int64_t>{0, 1, 2, 3, 99}));
    }

private:
    /// 0 where the fifth line fails twice and, with room again, one more can be written.
    static int writeToTheSizeLimit(const std::filesystem::path &file)
    {
        std::signal(SIGXFSZ, SIG_DFL);
        auto log = MetricsLog::open(file);
        const auto length = metricsJson(line(0, 1)).size() + 1;
        rlimit limit{length * 4 + 20, RLIM_INFINITY};
        if (!log || ::setrlimit(RLIMIT_FSIZE, &limit) != 0)
            return 1;
        for (std::int64_t step = 0; step < 4; ++step)
            if (!log->append(line(step, 1)))
                return 2;
        if (log->append(line(4, 1)) || log->append(line(5, 1)))
            return 3;
        limit.rlim_cur = RLIM_INFINITY;
        return ::setrlimit(RLIMIT_FSIZE, &limit) == 0 && log->append(line(99, 1)) ? 0 : 4;
    }
};

QTEST_GUILESS_MAIN(MetricsLogTest)
#include "metrics_log_test.moc"
