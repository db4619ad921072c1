// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Times what a person waits for in the window, without a screen.
//
// usage: window_bench FOLDER [CASE]...   cases: startup tabs rows scan table plot growing
//
// FOLDER holds vgg16.pth and many100k.pth, as inspect_bench.py leaves them. A turn is the time between two beats of the
// window's event loop; only its CPU time tells something on a machine that is busy. Startup is measured well only as
// the first case of a process.
#include "tests/ui/journeys/journey.h"
#include "ui/jobs/stall_watch.h"
#include "ui/models/text.h"
#include "ui/pages/curves_page.h"
#include "ui/views/curve_plot_area.h"
#include "ui/views/details_pane.h"
#include "ui/views/plot.h"
#include "ui/views/tensor_pane.h"
#include "ui/views/value_grid.h"
#include "ui/views/value_table.h"

#include <QtCore/QElapsedTimer>
#include <QtWidgets/QApplication>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QTabWidget>

#include <unistd.h>

#include <array>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <functional>
#include <thread>

using namespace waypoint;
using waypoint::test::Journey;

namespace {

using Path = std::filesystem::path;

constexpr qint64 kScrollTime = 2'000;    // ms
constexpr qint64 kGrowingTime = 10'000;  // ms
constexpr qint64 kPatience = 60'000;     // ms

double cpuSeconds(clockid_t clock)
{
    timespec now{};
    clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double residentMib()
{
    std::ifstream file("/proc/self/statm");
    double all = 0;
    double resident = 0;
    file >> all >> resident;
    return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
}

double ms(const QElapsedTimer &clock) { return static_cast<double>(clock.nsecsElapsed()) * 1e-6; }

double ms(std::chrono::microseconds time) { return static_cast<double>(time.count()) * 1e-3; }

/// Runs the event loop, turn by turn, until something is so; looks every few milliseconds.
template<typename IsSo>
bool runUntil(IsSo isSo)
{
    const StallWatch beat;
    QElapsedTimer clock;
    clock.start();
    while (!isSo()) {
        if (clock.elapsed() > kPatience) {
            std::printf("  nothing came within %lld s\n", static_cast<long long>(kPatience / 1000));
            return false;
        }
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    }
    return true;
}

void runFor(qint64 time, const std::function<void()> &eachTurn = {})
{
    const StallWatch beat;
    QElapsedTimer clock;
    clock.start();
    while (clock.elapsed() < time) {
        if (eachTurn)
            eachTurn();
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    }
}

void printTurns(const char *what, const StallWatch &watch)
{
    std::printf("  %-38s longest turn %.1f ms, %.1f ms of it on the CPU\n", what, ms(watch.longestTurn()),
                ms(watch.longestCpuTurn()));
}

/// Takes note of a widget's first paint.
class FirstPaint final : public QObject
{
public:
    explicit FirstPaint(QObject &widget) { widget.installEventFilter(this); }
    [[nodiscard]] bool seen() const { return m_seen; }
    bool eventFilter(QObject *, QEvent *event) override
    {
        m_seen = m_seen || event->type() == QEvent::Paint;
        return false;
    }

private:
    bool m_seen = false;
};

/// Opens a file and waits until it is shown.
bool open(Journey &journey, const QString &path)
{
    journey.window->openPaths({path});
    return runUntil([&] { return journey.isShown(); });
}

void startup(const Path &)
{
    QElapsedTimer clock;
    clock.start();
    const double before = cpuSeconds(CLOCK_PROCESS_CPUTIME_ID);
    Journey journey;
    const FirstPaint paint(*journey.window);
    runUntil([&] { return paint.seen(); });
    const double all = cpuSeconds(CLOCK_PROCESS_CPUTIME_ID);
    std::printf("  window made and painted                %.1f ms, CPU %.1f ms\n", ms(clock), (all - before) * 1e3);
    std::printf("  from the start of the process          CPU %.1f ms, resident %.1f MiB\n", all * 1e3, residentMib());
}

void tabs(const Path &)
{
    constexpr int kFiles = 20;
    Journey journey;
    QStringList paths;
    for (int i = 0; i < kFiles; ++i)
        paths << journey.safetensors(QStringLiteral("net%1.safetensors").arg(i), {"fc.weight", "fc.bias"});
    runFor(300);
    StallWatch watch;
    QElapsedTimer clock;
    clock.start();
    const double memory = residentMib();
    const double cpu = cpuSeconds(CLOCK_THREAD_CPUTIME_ID);
    journey.window->openPaths(paths);
    const auto isShown = [&](int tab) {
        const auto *page = dynamic_cast<const InspectPage *>(journey.window->tabs().widget(tab));
        return page && page->state() == InspectPage::State::Shown;
    };
    runUntil([&] {
        int shown = 0;
        for (int tab = 0; tab < journey.window->tabs().count(); ++tab)
            shown += isShown(tab) ? 1 : 0;
        return shown == kFiles;
    });
    std::printf("  %d files opened                        %.1f ms, CPU of the window's thread %.1f ms, %.1f MiB more\n",
                kFiles, ms(clock), (cpuSeconds(CLOCK_THREAD_CPUTIME_ID) - cpu) * 1e3, residentMib() - memory);
    printTurns("meanwhile", watch);
}

/// Of the rows in view that have statistics: how many are known, and how many there are.
std::pair<int, int> filledRows(const Journey &journey)
{
    const StatsScan &scan = journey.page()->scan();
    std::pair<int, int> rows(0, 0);
    for (const EntryId entry : journey.tree().entriesInView()) {
        if (!scan.stats() || scan.stats()->pieceOf(entry) == EntryStats::kNoPiece)
            continue;
        rows.first += scan.known(entry) ? 1 : 0;
        ++rows.second;
    }
    return rows;
}

void rows(const Path &folder)
{
    Journey journey;
    const FirstPaint paint(*journey.window);
    runUntil([&] { return paint.seen(); });
    const StallWatch watch;
    if (!open(journey, text::fromPath(folder / "vgg16.pth")))
        return;
    QElapsedTimer clock;
    clock.start();
    const auto until = [&](const char *what, auto isSo) {
        runUntil(isSo);
        const auto [filled, all] = filledRows(journey);
        std::printf("  VGG16: %-32s%.1f ms after the file was shown (%d of %d rows in view)\n", what, ms(clock), filled,
                    all);
    };
    until("first row filled", [&] { return filledRows(journey).first > 0; });
    until("three in four rows in view", [&] {
        const auto [filled, all] = filledRows(journey);
        return all > 0 && 4 * filled >= 3 * all;
    });
    until("whole file", [&] { return journey.page()->scan().state() == StatsScan::State::Finished; });
    printTurns("meanwhile", watch);
}

void scan(const Path &folder)
{
    Journey journey;
    runFor(300);
    StallWatch watch;
    if (!open(journey, text::fromPath(folder / "many100k.pth")))
        return;
    runFor(20);
    printTurns("100,000 tensors: until shown", watch);
    watch.restart();
    QElapsedTimer clock;
    clock.start();
    runUntil([&] { return journey.page()->scan().state() == StatsScan::State::Finished; });
    std::printf("  100,000 tensors: scanned               %.1f ms\n", ms(clock));
    runFor(100);
    printTurns("meanwhile", watch);
}

/// A safetensors file of one matrix of 10^9 zeros that takes no room on the disk.
bool writeBillion(const QString &path)
{
    constexpr qint64 kBytes = 4'000'000'000;
    const std::string header = R"({"w":{"dtype":"F32","shape":[31250,32000],"data_offsets":[0,4000000000]}})";
    const quint64 length = qToLittleEndian(static_cast<quint64>(header.size()));
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(reinterpret_cast<const char *>(&length), sizeof length) > 0
           && file.write(header.data(), static_cast<qint64>(header.size())) > 0
           && file.resize(kBytes + static_cast<qint64>(sizeof length + header.size()));
}

void table(const Path &)
{
    Journey journey;
    const QString path = journey.path(QStringLiteral("billion.safetensors"));
    if (!writeBillion(path) || !open(journey, path))
        return;
    runFor(300);
    StallWatch watch;
    QElapsedTimer clock;
    clock.start();
    journey.tree().setCurrentIndex(journey.tree().entryModel().indexOf(journey.entry("w")));
    const ValueTable &values = journey.page()->details().tensorPane().values();
    runUntil([&] { return !values.cellText(0, 0).isEmpty(); });
    std::printf("  10^9 elements: first cells             %.1f ms\n", ms(clock));
    runFor(50);
    printTurns("until then", watch);
    watch.restart();
    QScrollBar *bar = values.grid().verticalScrollBar();
    int pages = 0;
    runFor(kScrollTime, [&] {
        bar->triggerAction(QAbstractSlider::SliderPageStepAdd);
        ++pages;
    });
    std::printf("  10^9 elements: scrolled                %d pages in %lld s\n", pages,
                static_cast<long long>(kScrollTime / 1000));
    printTurns("meanwhile", watch);
}

PlotLine noisyLine(int number)
{
    constexpr std::size_t kPoints = 1'000'000;
    PlotLine line;
    line.name = QStringLiteral("loss %1").arg(number);
    line.colour = QColor::fromHsv(number * 60, 200, 180);
    std::uint32_t noise = 1u + static_cast<std::uint32_t>(number);
    for (std::size_t i = 0; i < kPoints; ++i) {
        noise = noise * 1664525u + 1013904223u;
        line.x.push_back(static_cast<double>(i));
        line.y.push_back(number + 3 * std::exp(-static_cast<double>(i) / 2e5) + noise / 4294967296.0);
    }
    return line;
}

void panned(int lines)
{
    constexpr double kSeen = 300'000;
    Plot plot;
    plot.resize(1200, 700);
    plot.setText({QStringLiteral("Loss"), {QStringLiteral("Step")}, {QStringLiteral("Loss")}, {}});
    plot.show();
    runFor(300);
    std::vector<PlotLine> data;
    for (int i = 0; i < lines; ++i)
        data.push_back(noisyLine(i));
    StallWatch watch;
    plot.setLines(std::move(data));
    runFor(200);
    printTurns(lines == 1 ? "1 line of 10^6 points: shown" : "5 lines of 10^6 points: shown", watch);
    watch.restart();
    int moves = 0;
    runFor(kScrollTime, [&] {
        const double low = std::fmod(moves++ * 5'000.0, 1e6 - kSeen);
        plot.setVisibleX(low, low + kSeen);
    });
    runFor(20);
    printTurns("panned", watch);
}

void plot(const Path &)
{
    panned(1);
    panned(5);
}

void appendLines(std::ofstream &file, int first, int count)
{
    std::array<char, 200> line{};
    for (int step = first; step < first + count; ++step) {
        const int size =
            std::snprintf(line.data(), line.size(),
                          "{\"step\":%d,\"epoch\":%d,\"time\":%.2f,\"loss/train\":%.6f,\"lr\":%.6f,"
                          "\"accuracy/train\":%.4f}\n",
                          step, step / 1000, 1.7e9 + step * 0.005, 3.0 / (1 + step * 1e-4) + step % 7 * 0.1,
                          0.1 / (1 + step / 1000), 1 - 1 / (2 + step * 1e-4));
        file.write(line.data(), size);
    }
    file.flush();
}

void growingFrom(int lines, int runs)
{
    const QTemporaryDir folder;
    std::vector<std::ofstream> files;
    QStringList paths;
    for (int run = 0; run < runs; ++run) {
        paths << folder.filePath(QStringLiteral("run%1").arg(run));
        QDir().mkpath(paths.back());
        appendLines(files.emplace_back((paths.back() + QStringLiteral("/metrics.jsonl")).toStdString()), 0, lines);
    }
    CurvesPage page;
    page.resize(1300, 850);
    page.show();
    int boards = 0;
    QObject::connect(&page, &CurvesPage::statusChanged, &page, [&] { ++boards; });
    StallWatch watch;
    QElapsedTimer clock;
    clock.start();
    page.addSources(paths);
    runUntil([&] { return !page.plotArea().plots().empty(); });
    std::printf("  %d x %d lines: curves shown         %.1f ms\n", runs, lines, ms(clock));
    runFor(500);
    printTurns("until then", watch);

    std::atomic<bool> ends = false;
    std::thread trainer([&] {
        // 200 lines a second.
        for (int at = lines; !ends; at += 10) {
            for (std::ofstream &file : files)
                appendLines(file, at, 10);
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
    });
    watch.restart();
    boards = 0;
    clock.start();
    const double all = cpuSeconds(CLOCK_PROCESS_CPUTIME_ID);
    const double own = cpuSeconds(CLOCK_THREAD_CPUTIME_ID);
    runFor(kGrowingTime);
    const double seconds = ms(clock) / 1000;
    std::printf(
        "  and 200 more a second                  %d boards in %.0f s, %.0f %% of a core, of it %.0f %% the window\n",
        boards, seconds, (cpuSeconds(CLOCK_PROCESS_CPUTIME_ID) - all) / seconds * 100,
        (cpuSeconds(CLOCK_THREAD_CPUTIME_ID) - own) / seconds * 100);
    printTurns("meanwhile", watch);
    ends = true;
    trainer.join();
}

void growing(const Path &)
{
    // Settings of its own.
    const Journey journey;
    growingFrom(100'000, 1);
    growingFrom(1'000'000, 1);
    growingFrom(1'000'000, 3);
}

struct Case
{
    const char *name;
    void (*run)(const Path &folder);
};

constexpr std::array<Case, 7> kCases{{{"startup", startup},
                                      {"tabs", tabs},
                                      {"rows", rows},
                                      {"scan", scan},
                                      {"table", table},
                                      {"plot", plot},
                                      {"growing", growing}}};

}  // namespace

int main(int argc, char *argv[])
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    const QApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() < 2) {
        std::puts("usage: window_bench FOLDER [startup|tabs|rows|scan|table|plot|growing]...");
        return 2;
    }
    for (const Case &each : kCases) {
        const QString name = QString::fromLatin1(each.name);
        if (arguments.size() > 2 && !arguments.mid(2).contains(name))
            continue;
        std::array<double, 3> load{};
        getloadavg(load.data(), 1);
        std::printf("%s (load %.1f)\n", each.name, load[0]);
        each.run(text::toPath(arguments.at(1)));
        std::fflush(stdout);
    }
    return 0;
}
