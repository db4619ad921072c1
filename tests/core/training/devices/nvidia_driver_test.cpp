// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Before the rest: moc 6.4 stumbles over <compare> as the first header of a file.
#include <QtTest>

#include "core/training/devices/nvidia_driver.h"

using namespace waypoint;

class NvidiaDriverTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cleanup() { qunsetenv("FAKE_NVML_STATUS"); }

    void tellsEveryGpuWithItsMemoryAndUse()
    {
        const NvidiaDriver driver = askNvidiaDriver(FAKE_NVML);
        QCOMPARE(driver.problem, std::string());
        QCOMPARE(driver.version, std::string("535.183.01"));
        QCOMPARE(driver.cuda, 12020);
        QCOMPARE(driver.gpus.size(), std::size_t(2));
        const DriverGpu &gpu = driver.gpus[0];
        QCOMPARE(gpu.model, std::string("NVIDIA H100 80GB HBM3"));
        QCOMPARE(gpu.uuid, std::string("GPU-8c0b1d2e-0000-1111-2222-333344445555"));
        QCOMPARE(gpu.pciBus, std::string("0000:3b:00.0"));
        QCOMPARE(gpu.totalBytes, std::optional<std::int64_t>(85899345920));
        QCOMPARE(gpu.freeBytes, std::optional<std::int64_t>(85000000000));
        QCOMPARE(gpu.utilisation, std::optional<double>(0.12));
    }

    void leavesOutWhatTheDriverDoesNotTell()
    {
        const NvidiaDriver driver = askNvidiaDriver(FAKE_NVML);
        QCOMPARE(driver.gpus.size(), std::size_t(2));
        QCOMPARE(driver.gpus[1].pciBus, std::string("0001:5e:00.0"));
        QVERIFY(!driver.gpus[1].totalBytes);
        QVERIFY(!driver.gpus[1].freeBytes);
        QVERIFY(!driver.gpus[1].utilisation);
    }

    void aMissingDriverIsSaidToBeMissing()
    {
        const NvidiaDriver driver = askNvidiaDriver("libnvidia-ml-that-is-not-there.so.1");
        QVERIFY(driver.gpus.empty());
        QCOMPARE(driver.problem,
                 std::string("NVIDIA's driver is not installed (libnvidia-ml-that-is-not-there.so.1 is missing): "
                             "install it where there is a GPU"));
    }

    void saysWhatToDoWhenTheDriverRefuses_data()
    {
        QTest::addColumn<QByteArray>("status");
        QTest::addColumn<QString>("advice");
        QTest::newRow("no permission") << QByteArray("4") << "ask for permission";
        QTest::newRow("not loaded") << QByteArray("9") << "modprobe nvidia";
        QTest::newRow("updated under a running one") << QByteArray("18") << "restart the machine";
        QTest::newRow("anything else") << QByteArray("999") << "NVML error 999";
    }

    void saysWhatToDoWhenTheDriverRefuses()
    {
        QFETCH(QByteArray, status);
        QFETCH(QString, advice);
        qputenv("FAKE_NVML_STATUS", status);
        const NvidiaDriver driver = askNvidiaDriver(FAKE_NVML);
        QVERIFY(driver.gpus.empty());
        QVERIFY2(QString::fromStdString(driver.problem).contains(advice), driver.problem.c_str());
    }
};

QTEST_GUILESS_MAIN(NvidiaDriverTest)
#include "nvidia_driver_test.moc"
