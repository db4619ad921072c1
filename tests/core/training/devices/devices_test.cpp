// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Before the rest: moc 6.4 stumbles over <compare> as the first header of a file.
#include <QtTest>

#include "core/training/devices/devices.h"
#include "core/training/devices/libtorch_cuda.h"
#include "core/training/devices/processor.h"

#include <algorithm>

using namespace waypoint;

/// On whatever machine this runs, with or without a GPU.
class DevicesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theProcessorComesFirstAndIsUsable()
    {
        const std::vector<DeviceInfo> devices = listDevices();
        QVERIFY(!devices.empty());
        QCOMPARE(devices[0].name, std::string("cpu"));
        QVERIFY(!devices[0].model.empty());
        QVERIFY(devices[0].usable);
        QVERIFY(devices[0].totalBytes && devices[0].freeBytes);
        QVERIFY(*devices[0].freeBytes > 0);
        QVERIFY(*devices[0].freeBytes <= *devices[0].totalBytes);
    }

    void whatCannotBeUsedHasAReason()
    {
        for (const DeviceInfo &device : listDevices())
            QVERIFY2(device.usable == device.reason.empty(), device.name.c_str());
    }

    void thereIsAReasonExactlyWhereNoGpuIsUsable()
    {
        const std::vector<DeviceInfo> devices = listDevices();
        const bool usable = std::ranges::any_of(
            devices, [](const DeviceInfo &device) { return device.usable && device.name != "cpu"; });
        QVERIFY2(usable == whyNoGpuHere().empty(), whyNoGpuHere().c_str());
    }

    void everyUsableDeviceComputes()
    {
        for (const DeviceInfo &device : listDevices()) {
            if (!device.usable)
                continue;
            const Result<> tried = tryDevice(device.name);
            QVERIFY2(bool(tried), tried ? "" : tried.error().detail.c_str());
        }
    }

    void aDeviceThatIsNotThereIsAnError()
    {
        const Result<std::string> device = resolveDevice("cuda:99");
        QVERIFY(!device);
        QCOMPARE(device.error().code, ErrorCode::NoDevice);
        QVERIFY2(QString::fromStdString(device.error().detail).contains("cpu"), device.error().detail.c_str());
    }

    void cpuResolvesToItself()
    {
        const Result<std::string> device = resolveDevice("cpu");
        QVERIFY(bool(device));
        QCOMPARE(*device, std::string("cpu"));
    }

    /// CUDA's half of LibTorch registers itself when it is loaded; nothing refers to it by name, and a linker may leave
    /// it out.
    void theCudaHalfOfLibTorchIsLoadedWhereItIsInstalled()
    {
        QCOMPARE(askLibTorchForCuda().built, bool(LIBTORCH_HAS_CUDA));
        QCOMPARE(askLibTorchForCuda().cuda > 0, bool(LIBTORCH_HAS_CUDA));
    }

    void theEnvironmentNamesTheDevicesModel()
    {
        const RunEnvironment environment = describeEnvironment("cpu");
        QCOMPARE(environment.device, listDevices()[0].model);
        QCOMPARE(environment.waypoint, std::string(WAYPOINT_VERSION));
        QVERIFY(!environment.host.empty());
    }
};

QTEST_GUILESS_MAIN(DevicesTest)
#include "devices_test.moc"
