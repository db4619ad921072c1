// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Before the rest: moc 6.4 stumbles over <compare> as the first header of a file.
#include <QtTest>

#include "app/train/devices_command.h"

using namespace waypoint;

namespace {

std::vector<DeviceInfo> threeDevices()
{
    return {
        {.name = "cpu",
         .model = "AMD EPYC 7B13",
         .totalBytes = 25'200'000'000,
         .freeBytes = 22'900'000'000,
         .usable = true},
        {.name = "cuda:0",
         .model = "NVIDIA H100",
         .uuid = "GPU-8c0b",
         .pciBus = "0000:3b:00.0",
         .totalBytes = 85'900'000'000,
         .freeBytes = 84'000'000'000,
         .utilisation = 0.12,
         .usable = true},
        {.name = "GPU-8c9f", .model = "NVIDIA T4", .uuid = "GPU-8c9f", .reason = "hidden by CUDA_VISIBLE_DEVICES=0"}};
}

ComputeFacts facts() { return {.libtorch = "2.15.0", .cuda = "13.2", .blas = "MKL 2024.2", .onednn = true}; }

}  // namespace

class DevicesCommandTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void textHasAParagraphPerDevice()
    {
        QCOMPARE(QString::fromStdString(devicesText(threeDevices(), facts())),
                 QString("cpu       AMD EPYC 7B13\n"
                         "          22.9 GB of 25.2 GB free\n"
                         "cuda:0    NVIDIA H100\n"
                         "          84.0 GB of 85.9 GB free, 12 % busy, GPU-8c0b, 0000:3b:00.0\n"
                         "GPU-8c9f  NVIDIA T4\n"
                         "          not usable: hidden by CUDA_VISIBLE_DEVICES=0\n"
                         "\n"
                         "LibTorch 2.15.0 with CUDA 13.2, BLAS MKL 2024.2, oneDNN on\n"));
    }

    void textSaysOnceWhyThereIsNoGpu()
    {
        ComputeFacts without = facts();
        without.noGpu = "NVIDIA's driver is not installed";
        std::vector<DeviceInfo> devices = threeDevices();
        devices.resize(1);
        QVERIFY(devicesText(devices, without).ends_with("\nNo GPU: NVIDIA's driver is not installed\n"));
        without.noGpu = threeDevices()[2].reason;
        QCOMPARE(QString::fromStdString(devicesText(threeDevices(), without)).count("hidden by"), 1);
    }

    void aSlowBlasIsPointedOut()
    {
        ComputeFacts slow = facts();
        slow.blas = "libblas.so.3.11.0";
        QVERIFY(QString::fromStdString(devicesText(threeDevices(), slow)).contains("install libopenblas0-pthread"));
    }

    void jsonHasEveryKeyAndNullWhereNothingIsKnown()
    {
        const QByteArray json = QByteArray::fromStdString(devicesJson(threeDevices(), facts()));
        const QJsonObject document = QJsonDocument::fromJson(json).object();
        const QJsonArray devices = document["devices"].toArray();
        QCOMPARE(devices.size(), 3);
        QCOMPARE(devices[1].toObject(), QJsonObject({{"name", "cuda:0"},
                                                     {"type", "cuda"},
                                                     {"index", 0},
                                                     {"model", "NVIDIA H100"},
                                                     {"uuid", "GPU-8c0b"},
                                                     {"pci_bus", "0000:3b:00.0"},
                                                     {"total_bytes", qint64(85'900'000'000)},
                                                     {"free_bytes", qint64(84'000'000'000)},
                                                     {"utilisation", 0.12},
                                                     {"usable", true},
                                                     {"reason", QJsonValue()}}));
        const QJsonObject hidden = devices[2].toObject();
        QVERIFY(hidden["index"].isNull() && hidden["total_bytes"].isNull() && hidden["utilisation"].isNull());
        QCOMPARE(hidden["usable"], QJsonValue(false));
        QCOMPARE(hidden["reason"], QJsonValue("hidden by CUDA_VISIBLE_DEVICES=0"));
        QCOMPARE(document["libtorch"].toObject(), QJsonObject({{"version", "2.15.0"}, {"cuda", "13.2"}}));
    }
};

QTEST_GUILESS_MAIN(DevicesCommandTest)
#include "devices_command_test.moc"
