// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Before the rest: moc 6.4 stumbles over <compare> as the first header of a file.
#include <QtTest>

#include "core/training/devices/gpu_list.h"

using namespace waypoint;

namespace {

/// Three GPUs, a LibTorch with CUDA 12.4 that sees all of them, and a driver that serves it.
GpuSources threeGpus()
{
    GpuSources sources;
    sources.driver.version = "550.54.14";
    sources.driver.cuda = 12040;
    sources.driver.gpus = {{.model = "H100",
                            .uuid = "GPU-aa11",
                            .pciBus = "0000:3b:00.0",
                            .totalBytes = 80,
                            .freeBytes = 70,
                            .utilisation = 0.5},
                           {.model = "A100", .uuid = "GPU-bb22", .pciBus = "0000:5e:00.0"},
                           {.model = "T4", .uuid = "GPU-bb33", .pciBus = "0000:af:00.0"}};
    sources.libtorch = {.built = true, .cuda = 12040, .pciBuses = {"0000:3b:00.0", "0000:5e:00.0", "0000:af:00.0"}};
    return sources;
}

/// "cuda:0 H100", "GPU-bb22 A100 -": what there is and whether it can be used.
QStringList shortList(const std::vector<DeviceInfo> &devices)
{
    QStringList lines;
    for (const DeviceInfo &device : devices)
        lines << QString::fromStdString(device.name + ' ' + device.model + (device.usable ? "" : " -"));
    return lines;
}

QString text(const std::string &value) { return QString::fromStdString(value); }

DeviceInfo cpu()
{
    DeviceInfo info;
    info.name = "cpu";
    info.model = "EPYC";
    info.usable = true;
    return info;
}

Result<std::string> choose(const std::string &wanted, const GpuSources &sources)
{
    std::vector<DeviceInfo> devices = listGpus(sources);
    devices.insert(devices.begin(), cpu());
    return chooseDevice(wanted, devices, whyNoGpu(sources));
}

}  // namespace

class GpuListTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void numbersAreLibTorchsAndFactsTheDrivers()
    {
        GpuSources sources = threeGpus();
        std::swap(sources.libtorch.pciBuses[0], sources.libtorch.pciBuses[2]);  // CUDA counts the fastest first
        const std::vector<DeviceInfo> devices = listGpus(sources);
        QCOMPARE(shortList(devices), QStringList({"cuda:0 T4", "cuda:1 A100", "cuda:2 H100"}));
        QCOMPARE(text(devices[2].uuid), QString("GPU-aa11"));
        QCOMPARE(devices[2].totalBytes, std::optional<std::int64_t>(80));
        QCOMPARE(devices[2].freeBytes, std::optional<std::int64_t>(70));
        QCOMPARE(devices[2].utilisation, std::optional<double>(0.5));
    }

    void hiddenOnesAreListedWithTheReason()
    {
        GpuSources sources = threeGpus();
        sources.visible = "2,0";
        sources.libtorch.pciBuses = {"0000:af:00.0", "0000:3b:00.0"};
        const std::vector<DeviceInfo> devices = listGpus(sources);
        QCOMPARE(shortList(devices), QStringList({"cuda:0 T4", "cuda:1 H100", "GPU-bb22 A100 -"}));
        QCOMPARE(text(devices[2].reason),
                 QString("hidden by CUDA_VISIBLE_DEVICES=2,0: add it there, or unset the variable"));
    }

    void withoutPciAddressesTheVisibleOrderDecides()
    {
        GpuSources sources = threeGpus();
        sources.visible = "GPU-bb3,0";
        sources.libtorch.pciBuses = {"", ""};
        QCOMPARE(shortList(listGpus(sources)), QStringList({"cuda:0 T4", "cuda:1 H100", "GPU-bb22 A100 -"}));
    }

    void withoutADriverLibraryTheyHaveNumbersOnly()
    {
        GpuSources sources = threeGpus();
        sources.driver = {};
        QCOMPARE(shortList(listGpus(sources)), QStringList({"cuda:0 GPU", "cuda:1 GPU", "cuda:2 GPU"}));
    }

    void aLibTorchWithoutCudaNamesWhatItWouldSee()
    {
        GpuSources sources = threeGpus();
        sources.libtorch = {};
        sources.visible = "1";
        const std::vector<DeviceInfo> devices = listGpus(sources);
        QCOMPARE(shortList(devices), QStringList({"cuda:0 A100 -", "GPU-aa11 H100 -", "GPU-bb33 T4 -"}));
        QVERIFY2(text(devices[0].reason).contains("tools/setup --torch=pip"), devices[0].reason.c_str());
    }

    void visibleGpusFollowCudasRules_data()
    {
        QTest::addColumn<QString>("variable");
        QTest::addColumn<QList<int>>("order");
        QTest::newRow("indices") << "2,0" << QList<int>{2, 0};
        QTest::newRow("spaces") << " 1 , 2" << QList<int>{1, 2};
        QTest::newRow("whole UUID") << "GPU-bb22" << QList<int>{1};
        QTest::newRow("beginning of a UUID") << "GPU-a" << QList<int>{0};
        QTest::newRow("beginning of two") << "GPU-bb" << QList<int>{};
        QTest::newRow("empty") << "" << QList<int>{};
        QTest::newRow("ends at -1") << "0,-1,2" << QList<int>{0};
        QTest::newRow("ends where there is none") << "1,7,2" << QList<int>{1};
        QTest::newRow("one twice") << "1,1" << QList<int>{};
    }

    void visibleGpusFollowCudasRules()
    {
        QFETCH(QString, variable);
        QFETCH(QList<int>, order);
        QList<int> visible;
        for (const std::size_t i : visibleGpus(threeGpus().driver.gpus, variable.toStdString()))
            visible << int(i);
        QCOMPARE(visible, order);
    }

    void allAreVisibleWithoutTheVariable()
    {
        QCOMPARE(visibleGpus(threeGpus().driver.gpus, std::nullopt).size(), std::size_t(3));
    }

    void saysWhyThereIsNoGpu()
    {
        GpuSources sources = threeGpus();
        QCOMPARE(text(whyNoGpu(sources)), QString());
        sources.libtorch.pciBuses.clear();
        sources.libtorch.problem = "CUDA initialization: no kernel";
        QCOMPARE(text(whyNoGpu(sources)), QString("LibTorch says: CUDA initialization: no kernel"));
        sources.visible = "";
        QCOMPARE(text(whyNoGpu(sources)), QString("CUDA_VISIBLE_DEVICES= hides all GPUs: unset it"));
        sources.libtorch.cuda = 13020;
        QCOMPARE(
            text(whyNoGpu(sources)),
            QString(
                "NVIDIA's driver 550.54.14 serves CUDA up to 12.4 and this LibTorch needs 13.2: update the driver"));
        sources.driver.gpus.clear();
        QCOMPARE(text(whyNoGpu(sources)), QString("NVIDIA's driver finds no GPU"));
        sources.driver.problem = "NVIDIA's driver is not installed";
        QCOMPARE(text(whyNoGpu(sources)), QString("NVIDIA's driver is not installed"));
    }

    void anOlderMinorVersionOfCudaIsNoReason()
    {
        GpuSources sources = threeGpus();
        sources.driver.cuda = 12020;
        sources.libtorch.pciBuses.clear();
        QVERIFY2(!text(whyNoGpu(sources)).contains("update"), whyNoGpu(sources).c_str());
    }

    void choosesByNameNumberAndUuid_data()
    {
        QTest::addColumn<QString>("wanted");
        QTest::addColumn<QString>("chosen");
        QTest::newRow("cpu") << "cpu"
                             << "cpu";
        QTest::newRow("cuda is the first") << "cuda"
                                           << "cuda:0";
        QTest::newRow("number") << "cuda:2"
                                << "cuda:2";
        QTest::newRow("UUID") << "GPU-bb33"
                              << "cuda:2";
        QTest::newRow("beginning") << "GPU-aa"
                                   << "cuda:0";
        QTest::newRow("beginning behind GPU-") << "bb2"
                                               << "cuda:1";
    }

    void choosesByNameNumberAndUuid()
    {
        QFETCH(QString, wanted);
        QFETCH(QString, chosen);
        const Result<std::string> device = choose(wanted.toStdString(), threeGpus());
        QVERIFY(bool(device));
        QCOMPARE(text(*device), chosen);
    }

    void aMissingDeviceIsAnErrorThatNamesThoseThereAre()
    {
        const Result<std::string> device = choose("cuda:3", threeGpus());
        QVERIFY(!device);
        QCOMPARE(device.error().code, ErrorCode::NoDevice);
        QCOMPARE(text(device.error().detail),
                 QString("no device 'cuda:3' here; there are cpu (EPYC), cuda:0 (H100, GPU-aa11), "
                         "cuda:1 (A100, GPU-bb22), cuda:2 (T4, GPU-bb33)"));
    }

    void aMachineWithoutGpuSaysWhyThereIsNoCuda()
    {
        const Result<std::string> device = choose("cuda:0", GpuSources{});
        QVERIFY(!device);
        QCOMPARE(
            text(device.error().detail),
            QString(
                "no device 'cuda:0' here: no NVIDIA GPU was found, and this waypoint-train was built with a LibTorch "
                "without CUDA: "
                "run tools/setup --torch=pip, which builds one with it in build/release-cuda; there is cpu (EPYC)"));
    }

    void anUnusableDeviceIsAnErrorWithItsReason()
    {
        GpuSources sources = threeGpus();
        sources.visible = "0";
        sources.libtorch.pciBuses.resize(1);
        const Result<std::string> device = choose("GPU-bb3", sources);
        QVERIFY(!device);
        QCOMPARE(device.error().code, ErrorCode::NoDevice);
        QCOMPARE(text(device.error().detail),
                 QString("GPU-bb33 (T4): hidden by CUDA_VISIBLE_DEVICES=0: add it there, or unset the variable"));
    }

    void theBeginningOfTwoUuidsIsAnError()
    {
        const Result<std::string> device = choose("GPU-bb", threeGpus());
        QVERIFY(!device);
        QCOMPARE(text(device.error().detail),
                 QString("'GPU-bb' begins the UUID of 2 devices: cuda:1 (A100, GPU-bb22) and cuda:2 (T4, GPU-bb33)"));
    }
};

QTEST_GUILESS_MAIN(GpuListTest)
#include "gpu_list_test.moc"
