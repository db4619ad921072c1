// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/data_files.h"
#include "ui/models/data_look.h"
#include "ui/views/bar_list.h"
#include "ui/views/data_preview.h"
#include "ui/views/empty_state.h"
#include "ui/views/sample_grid.h"
#include "ui/views/sample_table.h"

#include <QtTest/QTest>
#include <QtWidgets/QLabel>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QScrollBar>

#include <memory>

using namespace waypoint;
using namespace waypoint::test;

class DataPreviewTest final : public QObject
{
    Q_OBJECT

private:
    DataFiles m_files;
    std::unique_ptr<DataPreview> m_preview;

    void show(const QString &spec)
    {
        auto look = lookAtData(spec.toStdString(), {}, 0);
        QVERIFY(look);
        m_preview->setLook(std::make_shared<const DataLook>(*std::move(look)));
    }

    SampleGrid *grid() const { return m_preview->findChild<SampleGrid *>(); }
    SampleTable *table() const { return m_preview->findChild<SampleTable *>(); }
    BarList *bars() const { return m_preview->findChild<BarList *>(); }

    QString texts() const
    {
        QStringList all;
        for (const auto *label : m_preview->findChildren<QLabel *>())
            if (label->isVisible())
                all << label->text();
        return all.join(QLatin1Char('\n'));
    }

private Q_SLOTS:
    void init()
    {
        m_preview = std::make_unique<DataPreview>();
        m_preview->resize(600, 500);
        m_preview->show();
    }

    void whileThereIsNothingItSaysWhatBelongsHere()
    {
        QVERIFY(texts().contains(QLatin1String("Samples of the chosen data appear here")));
        m_preview->setLook({}, QStringLiteral("The disk is gone."));
        QVERIFY(texts().contains(QLatin1String("The disk is gone.")));
        show(QStringLiteral("iris"));
        QVERIFY(!texts().contains(QLatin1String("The disk is gone.")));
    }

    void flowersAreRowsUnderTheNamesOfTheirMeasures()
    {
        show(QStringLiteral("iris"));
        QVERIFY(table()->isVisible());
        QVERIFY(!grid()->isVisible());
        QCOMPARE(table()->horizontalHeaderItem(0)->text(), QStringLiteral("species"));
        QCOMPARE(table()->horizontalHeaderItem(1)->text(), QStringLiteral("sepal_length"));
        QCOMPARE(table()->item(0, 0)->text(), QStringLiteral("setosa"));
        // All of a row is to be seen without a bar.
        QVERIFY(!table()->horizontalScrollBar()->isVisible());
        QCOMPARE(bars()->rows().size(), std::size_t{3});
        QCOMPARE(bars()->rows()[1].value, QStringLiteral("40"));
        QVERIFY(texts().contains(QLatin1String("3 classes of 40 samples")));
    }

    void digitsAreEnlargedByWholePixels()
    {
        show(QStringLiteral("digits"));
        QVERIFY(grid()->isVisible());
        QVERIFY(!table()->isVisible());
        QCOMPARE(grid()->cells().front().picture.size(), QSize(8, 8));
        QCOMPARE(grid()->cells().front().text, QStringLiteral("0"));
        // Pixels of one picture pixel are all alike.
        const QImage shown = grid()->grab().toImage();
        const QImage picture = grid()->cells().front().picture;
        for (int y = 0; y < 8; ++y)
            for (int x = 0; x < 8; ++x)
                for (const int inside : {2, 4, 6})
                    QCOMPARE(shown.pixelColor(9 * x + inside, 9 * y + inside), picture.pixelColor(x, y));
    }

    void classesThatDifferAreSeenToDiffer()
    {
        show("folder:" + m_files.pets(QStringLiteral("pets")));
        QCOMPARE(bars()->rows()[0].name, QStringLiteral("cats"));
        QCOMPARE(bars()->rows()[0].share, 1.0);
        QCOMPARE(bars()->rows()[1].share, 0.5);
        QVERIFY(texts().contains(QLatin1String("2 classes of 1 to 2 samples")));
        QVERIFY(bars()->rows()[1].toolTip.contains(QLatin1String("33.3 %")));
    }

    void valuesToPredictStandFirstAndHaveNoClasses()
    {
        show("tensors:" + m_files.valueTensors(QStringLiteral("t.safetensors")));
        QCOMPARE(table()->item(0, 0)->text(), QStringLiteral("0.5"));
        QCOMPARE(table()->item(1, 3)->text(), QStringLiteral("6"));
        QVERIFY(!bars()->isVisible());
        QVERIFY(texts().contains(QLatin1String("A sample is 3 numbers, here from 1 to 6")));
    }

    void wideRowsEndWithHowManyMoreThereAre()
    {
        show(QStringLiteral("synthetic:classes=2,count=4,shape=500"));
        QCOMPARE(table()->columnCount(), 52);
        QCOMPARE(table()->horizontalHeaderItem(51)->text(), QStringLiteral("450 more"));
        QVERIFY(table()->horizontalScrollBar()->maximum() > 0);
    }

    void manyClassesScroll()
    {
        show(QStringLiteral("synthetic:classes=1000,count=2000,shape=1x4x4"));
        const auto *scroll = m_preview->findChild<QScrollArea *>();
        QTRY_VERIFY(scroll->verticalScrollBar()->maximum() > 1000);
        QCOMPARE(bars()->rows().back().name, QStringLiteral("… and 700 more"));
        scroll->verticalScrollBar()->setValue(500);
        show(QStringLiteral("iris"));
        QCOMPARE(scroll->verticalScrollBar()->value(), 0);
    }

    void whatIsCutIsNotCounted()
    {
        show(QStringLiteral("synthetic:classes=3,count=1000000000,shape=1x4x4"));
        QVERIFY(texts().contains(QLatin1String("this is the first part")));
        QCOMPARE(bars()->rows()[0].value, QString());
        QVERIFY(texts().contains(QLatin1String("3 classes")));
    }

    void whereItIsNarrowClassesStandBelow()
    {
        show(QStringLiteral("digits"));
        const auto below = [this] {
            return bars()->mapTo(m_preview.get(), QPoint()).y() > grid()->mapTo(m_preview.get(), QPoint()).y() + 200;
        };
        QTRY_VERIFY(!below());
        m_preview->resize(360, 500);
        QTRY_VERIFY(below());
    }
};

QTEST_MAIN(DataPreviewTest)
#include "data_preview_test.moc"
