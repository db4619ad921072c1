// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/reader.h"
#include "tests/support/memory_storage.h"
#include "tests/ui/sample_checkpoint.h"
#include "ui/views/details_pane.h"
#include "ui/views/plane_selector.h"
#include "ui/views/tensor_pane.h"
#include "ui/views/value_grid.h"
#include "ui/views/value_table.h"

#include <QtCore/QSettings>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

using namespace waypoint;
using namespace waypoint::test;

/// A selected tensor, from the file to the numbers on the screen.
class TensorPaneTest : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    CheckpointPtr m_checkpoint;

    [[nodiscard]] EntryId entry(const char *path) const { return m_checkpoint->entries.find(path); }

    // A safetensors file made by hand: what the bytes mean is written in its header.
    CheckpointPtr written(const QString &name, const QByteArray &header, const QByteArray &data)
    {
        QFile file(m_folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly))
            return nullptr;
        const quint64 length = qToLittleEndian(static_cast<quint64>(header.size()));
        file.write(reinterpret_cast<const char *>(&length), sizeof length);
        file.write(header);
        file.write(data);
        file.close();
        return openCheckpoint(file.fileName().toStdString()).checkpoint;
    }

    void showIn(TensorPane &pane)
    {
        pane.resize(600, 600);
        pane.show();
        QVERIFY(QTest::qWaitForWindowExposed(&pane));
    }

private Q_SLOTS:
    void initTestCase()
    {
        QCoreApplication::setOrganizationName(QStringLiteral("Waypoint"));
        QCoreApplication::setApplicationName(QStringLiteral("WaypointTest"));
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_folder.filePath(QStringLiteral("config")));
        QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
        const std::array<float, 6> values{0.5F, -1.25F, 0, 3, 1e6F, -0.0625F};
        const std::array<std::int32_t, 3> numbers{7, -8, 9};
        QByteArray data(reinterpret_cast<const char *>(values.data()), sizeof values);
        data.append(reinterpret_cast<const char *>(numbers.data()), sizeof numbers);
        m_checkpoint = written(QStringLiteral("two.safetensors"),
                               R"({"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},)"
                               R"("b":{"dtype":"I32","shape":[3],"data_offsets":[24,36]}})",
                               data);
        QVERIFY(m_checkpoint);
    }

    void init() { QSettings().clear(); }

    void valuesAreThoseOfTheFile()
    {
        TensorPane pane;
        pane.setEntry(m_checkpoint, entry("a"));
        showIn(pane);
        QTRY_COMPARE(pane.values().cellText(0, 1), QStringLiteral("-1.25"));
        QCOMPARE(pane.values().cellText(1, 1), QStringLiteral("1,000,000"));
        QCOMPARE(pane.values().cellText(1, 2), QStringLiteral("-0.0625"));
        QVERIFY(pane.problem().isEmpty());
    }

    void statisticsStandBelow()
    {
        TensorPane pane;
        pane.setEntry(m_checkpoint, entry("b"));
        showIn(pane);
        QTRY_VERIFY2(pane.statsText().contains(QLatin1String("-8")), qPrintable(pane.statsText()));
        QVERIFY(pane.statsText().contains(QLatin1String("2.667")));  // (7 - 8 + 9) / 3
    }

    void statisticsSayWhatTheyAreOf()
    {
        // 3+4i and 0 as complex64: complex numbers have no order, so the figures are of their magnitudes.
        const std::array<float, 4> values{3, 4, 0, 0};
        const CheckpointPtr odd = written(QStringLiteral("odd.safetensors"),
                                          R"({"c":{"dtype":"C64","shape":[2],"data_offsets":[0,16]},)"
                                          R"("none":{"dtype":"F32","shape":[0,3],"data_offsets":[16,16]}})",
                                          QByteArray(reinterpret_cast<const char *>(values.data()), sizeof values));
        QVERIFY(odd);
        TensorPane pane;
        pane.setEntry(odd, odd->entries.find("c"));
        showIn(pane);
        QTRY_VERIFY2(pane.statsText().contains(QStringLiteral("max&nbsp;5")), qPrintable(pane.statsText()));
        QVERIFY(pane.statsText().startsWith(QStringLiteral("magnitudes")));
        pane.setEntry(odd, odd->entries.find("none"));
        QTRY_COMPARE(pane.statsText(), QStringLiteral("No elements"));
    }

    void statisticsFromOutsideAreTakenForTheTensorShownOnly()
    {
        TensorPane pane;
        pane.expectStats();
        pane.setEntry(m_checkpoint, entry("a"));
        TensorStats stats;
        stats.count = 6;
        stats.nan = 4321;
        pane.setStats(entry("b"), stats);
        showIn(pane);
        QTRY_COMPARE(pane.values().cellText(0, 0), QStringLiteral("0.5"));
        QVERIFY(!pane.statsText().contains(QLatin1String("4,321")));
        pane.setStats(entry("a"), stats);
        QVERIFY(pane.statsText().contains(QLatin1String("4,321")));
    }

    void theWayOfLookingStaysFromTensorToTensorAndAcrossStarts()
    {
        {
            TensorPane pane;
            pane.setEntry(m_checkpoint, entry("a"));
            QTRY_VERIFY(pane.ways().contains(QStringLiteral("values")));
            QCOMPARE(pane.currentWay(), QStringLiteral("values"));
            pane.chooseWay(QStringLiteral("details"));
            pane.setEntry(m_checkpoint, entry("b"));
            QTRY_VERIFY(pane.ways().contains(QStringLiteral("values")));
            QCOMPARE(pane.currentWay(), QStringLiteral("details"));
        }
        TensorPane next;
        next.setEntry(m_checkpoint, entry("a"));
        QTRY_COMPARE(next.currentWay(), QStringLiteral("details"));
    }

    void onlyWaysThatMakeSenseAreOffered()
    {
        const CheckpointPtr checkpoint = written(QStringLiteral("shapes.safetensors"),
                                                 R"({"conv":{"dtype":"F32","shape":[2,1,3,3],"data_offsets":[0,72]},)"
                                                 R"("scalar":{"dtype":"F32","shape":[],"data_offsets":[72,76]}})",
                                                 QByteArray(76, '\0'));
        QVERIFY(checkpoint);
        TensorPane pane;
        pane.setEntry(checkpoint, checkpoint->entries.find("conv"));
        QTRY_VERIFY(pane.ways().contains(QStringLiteral("filters")));
        QVERIFY(pane.ways().contains(QStringLiteral("map")));
        pane.chooseWay(QStringLiteral("filters"));
        pane.setEntry(checkpoint, checkpoint->entries.find("scalar"));
        QTRY_COMPARE(pane.ways(), (QStringList{QStringLiteral("values"), QStringLiteral("details")}));
        QCOMPARE(pane.currentWay(), QStringLiteral("values"));
        pane.setEntry(checkpoint, checkpoint->entries.find("conv"));
        QTRY_COMPARE(pane.currentWay(), QStringLiteral("filters"));
    }

    void aTensorWithoutBytesSaysWhy()
    {
        const CheckpointPtr bare = trainingCheckpoint();
        TensorPane pane;
        pane.setEntry(bare, bare->entries.find("net/fc.0.weight"));
        showIn(pane);
        QTRY_VERIFY2(pane.problem().contains(QLatin1String("does not hold")), qPrintable(pane.problem()));
        QCOMPARE(pane.ways(), QStringList{QStringLiteral("details")});
        pane.setEntry(m_checkpoint, entry("b"));
        QTRY_VERIFY(pane.problem().isEmpty());
        QTRY_COMPARE(pane.values().cellText(0, 0), QStringLiteral("7"));
    }

    void aNanInAnotherPlaneMovesThePlaneSelector()
    {
        std::array<float, 24> values{};
        values[17] = std::numeric_limits<float>::quiet_NaN();
        const CheckpointPtr checkpoint =
            written(QStringLiteral("nan.safetensors"), R"({"w":{"dtype":"F32","shape":[2,3,4],"data_offsets":[0,96]}})",
                    QByteArray(reinterpret_cast<const char *>(values.data()), sizeof values));
        QVERIFY(checkpoint);
        TensorPane pane;
        pane.setEntry(checkpoint, checkpoint->entries.find("w"));
        showIn(pane);
        QTRY_COMPARE(pane.values().cellText(0, 0), QStringLiteral("0"));
        pane.values().find(Wanted::Nan, false);
        QTRY_COMPARE(pane.planeSelector().plane().fixed[0], 1);
        QTRY_COMPARE(pane.values().cellText(1, 1), QStringLiteral("NaN"));
        QCOMPARE(pane.values().grid().current(), (Cell{1, 1}));
    }

    void arrowsThroughManyTensorsEndAtTheLast()
    {
        TensorPane pane;
        showIn(pane);
        for (int turn = 0; turn < 200; ++turn)
            pane.setEntry(m_checkpoint, entry(turn % 2 ? "a" : "b"));
        QTRY_COMPARE(pane.values().cellText(0, 0), QStringLiteral("0.5"));
    }

    void theDetailsOfTheTensorAreATabAway()
    {
        DetailsPane pane;
        pane.resize(500, 600);
        pane.setEntry(m_checkpoint, entry("a"));
        pane.show();
        QTRY_COMPARE(pane.tensorPane().values().cellText(0, 0), QStringLiteral("0.5"));
        QVERIFY2(pane.tensorPane().height() > 400, "the facts push the numbers off the window");
    }
};

QTEST_MAIN(TensorPaneTest)
#include "tensor_pane_test.moc"
