// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/plane_selector.h"

#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QDoubleSpinBox>
#include <QtWidgets/QSlider>
#include <QtWidgets/QToolButton>

using namespace waypoint;

/// Which plane of a tensor is looked at, and what stays when another tensor comes.
class PlaneSelectorTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<PlaneSelector> m_selector;

    template<typename Widget>
    [[nodiscard]] Widget *named(const QString &name) const
    {
        for (Widget *widget : m_selector->findChildren<Widget *>())
            if (widget->accessibleName() == name)
                return widget;
        return nullptr;
    }

    void chooseRows(int dim)
    {
        auto *rows = named<QComboBox>(QStringLiteral("Dimension of the rows"));
        rows->setCurrentIndex(dim);
        Q_EMIT rows->activated(dim);
    }

private Q_SLOTS:
    void init() { m_selector = std::make_unique<PlaneSelector>(); }

    void theLastTwoDimensionsComeFirst()
    {
        m_selector->setShape({64, 3, 5, 7});
        QCOMPARE(m_selector->description(), QStringLiteral("5×7 (dims 2, 3) of 64×3×5×7"));
        QCOMPARE(m_selector->plane().fixed, (std::vector<std::int64_t>{0, 0, 0, 0}));
    }

    void thereIsNothingToChooseBelowTwoDimensions()
    {
        m_selector->setShape({});
        QVERIFY(!m_selector->hasChoice());
        m_selector->setShape({10});
        QVERIFY(!m_selector->hasChoice());
        QVERIFY(m_selector->isHidden());
        m_selector->setShape({10, 2});
        QVERIFY(m_selector->hasChoice());
        QVERIFY(m_selector->findChildren<QSlider *>().isEmpty());
    }

    void aSliderMovesItsDimension()
    {
        m_selector->setShape({64, 3, 5, 7});
        QSignalSpy changes(m_selector.get(), &PlaneSelector::planeChanged);
        named<QSlider>(QStringLiteral("dim 0"))->setValue(63);
        QCOMPARE(changes.count(), 1);
        QCOMPARE(m_selector->plane().fixed[0], 63);
        QCOMPARE(named<QDoubleSpinBox>(QStringLiteral("dim 0"))->value(), 63.0);
        named<QDoubleSpinBox>(QStringLiteral("dim 1"))->setValue(2);
        QCOMPARE(m_selector->plane().fixed[1], 2);
    }

    void rowsAndColumnsChangePlacesRatherThanBecomeTheSame()
    {
        m_selector->setShape({4, 5, 6});
        chooseRows(2);
        QCOMPARE(m_selector->plane().rowDim, std::optional<std::size_t>(2));
        QCOMPARE(m_selector->plane().columnDim, std::optional<std::size_t>(1));
        chooseRows(0);
        QCOMPARE(m_selector->description(), QStringLiteral("4×5 (dims 0, 1) of 4×5×6"));
        QVERIFY(named<QSlider>(QStringLiteral("dim 2")));
    }

    void swappingTurnsAMatrix()
    {
        m_selector->setShape({4, 5});
        QTest::mouseClick(named<QToolButton>(QStringLiteral("Swap rows and columns")), Qt::LeftButton);
        QCOMPARE(m_selector->description(), QStringLiteral("5×4 (dims 1, 0) of 4×5"));
    }

    void theChoiceStaysForTensorsWithAsManyDimensions()
    {
        m_selector->setShape({64, 3, 5, 7});
        chooseRows(1);
        named<QSlider>(QStringLiteral("dim 0"))->setValue(40);
        m_selector->setShape({16, 64, 3, 3});
        QCOMPARE(m_selector->description(), QStringLiteral("64×3 (dims 1, 3) of 16×64×3×3"));
        QCOMPARE(m_selector->plane().fixed[0], 15);
        m_selector->setShape({8, 8, 8});
        QCOMPARE(m_selector->description(), QStringLiteral("8×8 (dims 1, 2) of 8×8×8"));
    }

    void aPlaneShownFromOutsideIsNotSaidBack()
    {
        m_selector->setShape({4, 5, 6});
        QSignalSpy changes(m_selector.get(), &PlaneSelector::planeChanged);
        PlaneWindow plane = m_selector->plane();
        plane.fixed = {3, 0, 0};
        m_selector->setPlane(plane);
        QCOMPARE(named<QSlider>(QStringLiteral("dim 0"))->value(), 3);
        QCOMPARE(changes.count(), 0);
    }

    void dimensionsBeyond32BitsReachTheirEnd()
    {
        m_selector->setShape({5'000'000'000, 2, 2});
        auto *slider = named<QSlider>(QStringLiteral("dim 0"));
        slider->setValue(slider->maximum());
        QCOMPARE(m_selector->plane().fixed[0], 4'999'999'999);
        named<QDoubleSpinBox>(QStringLiteral("dim 0"))->setValue(4'000'000'001.0);
        QCOMPARE(m_selector->plane().fixed[0], 4'000'000'001);
    }

    void dozensOfDimensionsDoNotPushTheViewAway()
    {
        m_selector->setShape(SmallDims(std::vector<std::int64_t>(40, 2)));
        m_selector->resize(400, 100);
        m_selector->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_selector.get()));
        QVERIFY2(m_selector->height() < 150, qPrintable(QString::number(m_selector->height())));
    }
};

QTEST_MAIN(PlaneSelectorTest)
#include "plane_selector_test.moc"
