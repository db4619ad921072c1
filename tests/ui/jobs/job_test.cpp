// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/job.h"

#include <QtCore/QThread>
#include <QtTest/QTest>

#include <atomic>
#include <memory>
#include <thread>

using namespace waypoint;

namespace {

/// Works until it is asked to stop; then tells.
int workUntilStopped(const std::stop_token &stop, const std::shared_ptr<std::atomic<bool>> &ended)
{
    while (!stop.stop_requested())
        std::this_thread::yield();
    ended->store(true);
    return -1;
}

}  // namespace

class JobTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void resultArrivesOnTheReceiversThread()
    {
        QObject receiver;
        Job<QThread *> job(&receiver);
        QThread *worker = nullptr;
        QThread *delivery = nullptr;
        job.start([](std::stop_token, Progress &) { return QThread::currentThread(); },
                  [&](QThread *thread) {
                      worker = thread;
                      delivery = QThread::currentThread();
                  });
        QVERIFY(job.isRunning());
        QTRY_VERIFY(worker);
        QVERIFY(worker != QThread::currentThread());
        QCOMPARE(delivery, QThread::currentThread());
        QVERIFY(!job.isRunning());
    }

    void newerRequestSupersedesTheOlder()
    {
        QObject receiver;
        Job<int> job(&receiver);
        QList<int> results;
        const auto ended = std::make_shared<std::atomic<bool>>(false);
        job.start([ended](std::stop_token stop, Progress &) { return workUntilStopped(stop, ended); },
                  [&](int result) { results << result; });
        job.start([](std::stop_token, Progress &) { return 2; }, [&](int result) { results << result; });
        QTRY_COMPARE(results, QList<int>{2});
        QTRY_VERIFY(ended->load());
        QCoreApplication::processEvents();
        QCOMPARE(results, QList<int>{2});
    }

    void cancelStopsTheWorkerAndDropsItsResult()
    {
        QObject receiver;
        Job<int> job(&receiver);
        bool delivered = false;
        const auto ended = std::make_shared<std::atomic<bool>>(false);
        job.start([ended](std::stop_token stop, Progress &) { return workUntilStopped(stop, ended); },
                  [&](int) { delivered = true; });
        job.cancel();
        QVERIFY(!job.isRunning());
        QTRY_VERIFY(ended->load());
        QCoreApplication::processEvents();
        QVERIFY(!delivered);
    }

    void ownerMayBeDestroyedWhileTheWorkerRuns()
    {
        struct Owner : QObject
        {
            Job<int> job{this};
        };
        bool delivered = false;
        const auto ended = std::make_shared<std::atomic<bool>>(false);
        auto owner = std::make_unique<Owner>();
        owner->job.start([ended](std::stop_token stop, Progress &) { return workUntilStopped(stop, ended); },
                         [&](int) { delivered = true; });
        owner.reset();
        QTRY_VERIFY(ended->load());
        QCoreApplication::processEvents();
        QVERIFY(!delivered);
    }

    void resultThatIsReadyWhenTheOwnerGoesIsDropped()
    {
        auto receiver = std::make_unique<QObject>();
        auto job = std::make_unique<Job<int>>(receiver.get());
        bool delivered = false;
        const auto ready = std::make_shared<std::atomic<bool>>(false);
        job->start(
            [ready](std::stop_token, Progress &) {
                ready->store(true);
                return 1;
            },
            [&](int) { delivered = true; });
        // Without the event loop, nothing can be delivered yet.
        while (!ready->load())
            std::this_thread::yield();
        job.reset();
        receiver.reset();
        QCoreApplication::processEvents();
        QVERIFY(!delivered);
    }

    void mayStartAnewFromItsOwnResult()
    {
        QObject receiver;
        Job<int> job(&receiver);
        int last = 0;
        std::function<void(int)> again = [&](int result) {
            last = result;
            if (result < 5)
                job.start([result](std::stop_token, Progress &) { return result + 1; }, again);
        };
        job.start([](std::stop_token, Progress &) { return 1; }, again);
        QTRY_COMPARE(last, 5);
        QVERIFY(!job.isRunning());
    }

    void mayBeDestroyedByItsOwnResult()
    {
        QObject receiver;
        auto job = std::make_unique<Job<int>>(&receiver);
        job->start([](std::stop_token, Progress &) { return 1; }, [&](int) { job.reset(); });
        QTRY_VERIFY(!job);
    }

    void progressCanBeSampledWhileTheWorkerRuns()
    {
        QObject receiver;
        Job<int> job(&receiver);
        QVERIFY(!job.progress());
        job.start(
            [](std::stop_token stop, Progress &progress) {
                progress.total = 10;
                progress.done = 4;
                while (!stop.stop_requested())
                    std::this_thread::yield();
                return 0;
            },
            [](int) {});
        QTRY_COMPARE(job.progress()->done.load(), 4u);
        QCOMPARE(job.progress()->total.load(), 10u);
    }

    void deliversWhatCanOnlyBeMoved()
    {
        QObject receiver;
        Job<std::unique_ptr<int>> job(&receiver);
        int value = 0;
        job.start([](std::stop_token, Progress &) { return std::make_unique<int>(7); },
                  [&](std::unique_ptr<int> result) { value = *result; });
        QTRY_COMPARE(value, 7);
    }
};

QTEST_GUILESS_MAIN(JobTest)
#include "job_test.moc"
