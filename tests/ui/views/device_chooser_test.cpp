// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/device_chooser.h"
#include "ui/views/device_row.h"
#include "ui/views/state_line.h"

#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QLabel>
#include <QtWidgets/QRadioButton>

#include <memory>

using namespace waypoint;

namespace {

constexpr std::uint64_t kGiga = 1'000'000'000;

TrainerDevices oneCpu()
{
    TrainerDevices devices;
    devices.devices = {{.name = "cpu", .model = "Some Processor", .totalBytes = 16 * kGiga, .freeBytes = 4 * kGiga}};
    devices.noGpu = "no NVIDIA GPU was found";
    return devices;
}

TrainerDevices threeGpus()
{
    TrainerDevices devices = oneCpu();
    devices.noGpu.clear();
    devices.devices.push_back({.name = "cuda:0",
                               .model = "NVIDIA H100",
                               .uuid = "GPU-aaaa",
                               .totalBytes = 80 * kGiga,
                               .freeBytes = 60 * kGiga,
                               .utilisation = 0.25});
    devices.devices.push_back({.name = "cuda:1", .model = "NVIDIA H100", .uuid = "GPU-bbbb", .totalBytes = 80 * kGiga});
    devices.devices.push_back(
        {.name = "cuda:2", .model = "Quadro K2000", .uuid = "GPU-cccc", .usable = false, .reason = "it is too old"});
    return devices;
}

}  // namespace

class DeviceChooserTest final : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<DeviceChooser> m_chooser;

    DeviceRow *row(const char *name) const
    {
        for (auto *one : m_chooser->findChildren<DeviceRow *>())
            if (one->name() == QLatin1String(name))
                return one;
        return nullptr;
    }

    static QString textsOf(const QWidget &widget)
    {
        QStringList texts;
        for (const auto *label : widget.findChildren<QLabel *>())
            if (label->isVisibleTo(&widget))
                texts << label->text();
        return texts.join(QLatin1Char('|'));
    }

    QString state() const { return m_chooser->findChild<StateLine *>()->text(); }

    QStringList names() const
    {
        QStringList names;
        for (auto *one : m_chooser->findChildren<DeviceRow *>())
            names << one->name();
        names.sort();
        return names;
    }

private Q_SLOTS:
    void init()
    {
        m_chooser = std::make_unique<DeviceChooser>();
        m_chooser->resize(380, 300);
        m_chooser->show();
    }

    void beforeAnythingIsKnownThereIsTheCpu()
    {
        QCOMPARE(m_chooser->device(), QStringLiteral("cpu"));
        QCOMPARE(names(), QStringList{QStringLiteral("cpu")});
        QVERIFY(row("cpu")->button()->isChecked());
        QVERIFY(m_chooser->problem().isEmpty());
        QVERIFY(state().startsWith(QLatin1String("Looking")));
    }

    void whereNobodyTellsItDoesNotGoOnLooking()
    {
        m_chooser->setDevices({}, true);
        QVERIFY2(state().contains(QStringLiteral("not known")), qPrintable(state()));
        m_chooser->setDevices({}, false);
        QVERIFY2(state().contains(QStringLiteral("Looking")), qPrintable(state()));
    }

    void whereThereIsNoGpuItSaysWhatIsMissing()
    {
        m_chooser->setDevices(oneCpu());
        QCOMPARE(state(), QStringLiteral("No NVIDIA GPU was found"));
        QVERIFY(!m_chooser->findChild<StateLine *>()->isProblem());
        QVERIFY(textsOf(*row("cpu")).contains(QLatin1String("Some Processor|4.00 GB of 16.0 GB free")));
    }

    void eachDeviceSaysWhatItIsAndHowBusy()
    {
        m_chooser->setDevices(threeGpus());
        QCOMPARE(names(), (QStringList{"cpu", "cuda:0", "cuda:1", "cuda:2"}));
        QTRY_VERIFY(textsOf(*row("cuda:0")).contains(QStringLiteral("60.0 GB of 80.0 GB free · 25 % busy")));
        // Only what is known.
        QVERIFY(textsOf(*row("cuda:1")).endsWith(QLatin1String("|80.0 GB")));
        QCOMPARE(state(), QString());
    }

    void whoRunsThereIsNamed()
    {
        m_chooser->setDevices(threeGpus());
        m_chooser->setRuns({{QStringLiteral("cuda:0"), QStringLiteral("lenet-run")}});
        QTRY_VERIFY(textsOf(*row("cuda:0")).contains(QStringLiteral("lenet-run · 25 % busy · 60.0 GB free")));
        QVERIFY(row("cuda:0")->toolTip().contains(QLatin1String("60.0 GB of 80.0 GB free")));
        m_chooser->setRuns({});
        QVERIFY(!textsOf(*row("cuda:0")).contains(QLatin1String("lenet-run")));
    }

    void whatCannotBeUsedSaysWhyAndCannotBeChosen()
    {
        m_chooser->setDevices(threeGpus());
        QVERIFY(textsOf(*row("cuda:2")).contains(QLatin1String("It is too old.")));
        QTest::mouseClick(row("cuda:2"), Qt::LeftButton);
        QTest::mouseClick(row("cuda:2")->button(), Qt::LeftButton);
        QCOMPARE(m_chooser->device(), QStringLiteral("cpu"));
        m_chooser->setDevice(QStringLiteral("cuda:2"));
        QVERIFY(m_chooser->problem().contains(QLatin1String("cuda:2 cannot be used")));
    }

    void aClickAnywhereOnARowChoosesIt()
    {
        m_chooser->setDevices(threeGpus());
        QSignalSpy changed(m_chooser.get(), &DeviceChooser::deviceChanged);
        QTest::mouseClick(row("cuda:1"), Qt::LeftButton, Qt::NoModifier, QPoint(300, row("cuda:1")->height() - 4));
        QCOMPARE(m_chooser->device(), QStringLiteral("cuda:1"));
        QVERIFY(row("cuda:1")->button()->isChecked());
        QCOMPARE(changed.size(), 1);
        QTest::mouseClick(row("cuda:1")->button(), Qt::LeftButton);
        QCOMPARE(changed.size(), 1);
    }

    void arrowsGoFromDeviceToDevice()
    {
        m_chooser->setDevices(threeGpus());
        QTRY_VERIFY(row("cuda:2")->isVisible());
        row("cpu")->button()->setFocus();
        QTest::keyClick(row("cpu")->button(), Qt::Key_Down);
        QCOMPARE(m_chooser->device(), QStringLiteral("cuda:0"));
        QVERIFY(row("cuda:0")->button()->isChecked());
    }

    void newNumbersKeepTheChoiceTheFocusAndTheRows()
    {
        m_chooser->setDevices(threeGpus());
        m_chooser->setDevice(QStringLiteral("cuda:1"));
        QTRY_VERIFY(row("cuda:1")->isVisible());
        row("cuda:1")->button()->setFocus();
        QVERIFY(row("cuda:1")->button()->hasFocus());
        const DeviceRow *before = row("cuda:1");
        const QSize hint = m_chooser->sizeHint();
        QSignalSpy changed(m_chooser.get(), &DeviceChooser::deviceChanged);
        TrainerDevices later = threeGpus();
        later.devices[1].freeBytes = 123 * kGiga / 100;
        later.devices[1].utilisation = 1;
        m_chooser->setDevices(later);
        QCOMPARE(row("cuda:1"), before);
        QVERIFY(before->button()->hasFocus());
        QVERIFY(before->button()->isChecked());
        QVERIFY(changed.isEmpty());
        QCOMPARE(m_chooser->sizeHint().width(), hint.width());
        QTRY_VERIFY(textsOf(*row("cuda:0")).contains(QStringLiteral("1.23 GB of 80.0 GB free · 100 % busy")));
        // Nothing known for a moment: what was known stays.
        m_chooser->setDevices(std::nullopt);
        QCOMPARE(names().size(), 4);
    }

    void aDeviceThatGoesAwayIsStillTheChoiceAndAProblem()
    {
        m_chooser->setDevices(threeGpus());
        m_chooser->setDevice(QStringLiteral("cuda:1"));
        m_chooser->setDevices(oneCpu());
        QCOMPARE(m_chooser->device(), QStringLiteral("cuda:1"));
        QCOMPARE(names(), (QStringList{"cpu", "cuda:1"}));
        QCOMPARE(m_chooser->problem(), QStringLiteral("There is no cuda:1 on this machine. Choose another device."));
        QTest::mouseClick(row("cpu")->button(), Qt::LeftButton);
        QCOMPARE(m_chooser->device(), QStringLiteral("cpu"));
        QVERIFY(m_chooser->problem().isEmpty());
        QCOMPARE(names(), QStringList{QStringLiteral("cpu")});
    }

    void whatIsChosenBeforeItIsKnownIsNoProblemYet()
    {
        m_chooser->setDevice(QStringLiteral("cuda:0"));
        QVERIFY(m_chooser->problem().isEmpty());
        QVERIFY(row("cuda:0")->button()->isChecked());
        m_chooser->setDevices(threeGpus());
        QVERIFY(m_chooser->problem().isEmpty());
        QCOMPARE(names().size(), 4);
    }

    void aUuidIsTheDeviceThatHasIt()
    {
        m_chooser->setDevices(threeGpus());
        m_chooser->setDevice(QStringLiteral("GPU-bbbb"));
        QCOMPARE(m_chooser->device(), QStringLiteral("GPU-bbbb"));
        QVERIFY(row("cuda:1")->button()->isChecked());
        QVERIFY(m_chooser->problem().isEmpty());
    }
};

QTEST_MAIN(DeviceChooserTest)
#include "device_chooser_test.moc"
