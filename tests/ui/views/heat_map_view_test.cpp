// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/tensor/numeric_tensors.h"
#include "tests/support/fault_file.h"
#include "ui/views/color_controls.h"
#include "ui/views/heat_map_canvas.h"
#include "ui/views/heat_map_view.h"
#include "ui/views/plot_colors.h"

#include <QtCore/QSettings>
#include <QtCore/QTemporaryDir>
#include <QtGui/QMouseEvent>
#include <QtGui/QWheelEvent>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>

#include <limits>

using namespace waypoint;
using namespace waypoint::test;

namespace {

constexpr auto kNan = std::numeric_limits<float>::quiet_NaN();

class HeatMapViewTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void knownNumbersHaveKnownColours();
    void numbersOfOneSignAreViridis();
    void endsCanBeGivenByHand();
    void anOutlierDoesNotHideTheRest();
    void hoveringTellsIndexAndNumber();
    void hoveringABlockTellsTheElementItself();
    void theChosenPlaneIsShown();
    void zoomingReadsThePartInFull();
    void theZoomStaysForTheSameShapeOnly();
    void aRectangleIsZoomedInto();
    void keysMoveAndZoom();
    void aLargerWindowGetsAFinerPicture();
    void darkWindowsHaveADarkZero();
    void aVectorIsAStrip();
    void nothingIsReadWhileHidden();
    void whatCannotBeReadIsSaid();
    void emptyStatesSayWhatBelongsThere();
    void settingsAreKeptForTheNextFile();

private:
    QTemporaryDir m_folder;

    static ShownTensorPtr shown(NumericTensor numbers)
    {
        auto tensor = std::make_shared<ShownTensor>();
        tensor->numbers = std::move(numbers);
        tensor->name = QStringLiteral("net/conv1.weight");
        return tensor;
    }

    HeatMapCanvas &canvas() const { return m_view->canvas(); }
    QPoint centreOf(const PlaneCell &cell) const
    {
        return canvas()
            .viewport()
            .pixelsOf({static_cast<double>(cell.column), static_cast<double>(cell.row), 1, 1})
            .center()
            .toPoint();
    }
    void show(NumericTensor numbers)
    {
        m_view->setTensor(shown(std::move(numbers)));
        QTRY_VERIFY(m_view->wholePicture());
    }
    void turnWheel(QPoint at, int notches)
    {
        QWheelEvent event(at, canvas().mapToGlobal(at), {}, {0, 120 * notches}, {}, {}, Qt::NoScrollPhase, false);
        QApplication::sendEvent(&canvas(), &event);
    }
    QColor paintedAt(const PlaneCell &cell) const
    {
        return canvas().grab().toImage().pixelColor(centreOf(cell) + QPoint(4, 9));
    }

    std::unique_ptr<HeatMapView> m_view;
};

void HeatMapViewTest::init()
{
    QCoreApplication::setOrganizationName(QStringLiteral("Waypoint"));
    QCoreApplication::setApplicationName(QStringLiteral("WaypointTest"));
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_folder.path());
    QSettings().clear();
    m_view = std::make_unique<HeatMapView>();
    m_view->resize(800, 600);
    m_view->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
}

void HeatMapViewTest::cleanup() { m_view.reset(); }

void HeatMapViewTest::knownNumbersHaveKnownColours()
{
    show(tensorOf<float>(DType::Float32, {-2, 0, 1, kNan}, {2, 2}));
    // From -2 to 2, as the larger size wants it.
    QCOMPARE(canvas().colourOf({0, 0}).rgb(), colors::diverging(0, false));
    QCOMPARE(canvas().colourOf({1, 1}).rgb(), ColorScale::kOdd);
    const auto near = [](QRgb a, QRgb b) {
        return std::abs(qRed(a) - qRed(b)) + std::abs(qGreen(a) - qGreen(b)) + std::abs(qBlue(a) - qBlue(b)) < 6;
    };
    QVERIFY(near(canvas().colourOf({0, 1}).rgb(), colors::diverging(0.5, false)));
    QVERIFY(near(canvas().colourOf({1, 0}).rgb(), colors::diverging(0.75, false)));
    // As painted, too: cells are large and sharp to their borders.
    QVERIFY(near(paintedAt({0, 0}).rgb(), colors::diverging(0, false)));
    QCOMPARE(paintedAt({1, 1}).rgb(), ColorScale::kOdd);
}

void HeatMapViewTest::numbersOfOneSignAreViridis()
{
    show(tensorOf<std::uint8_t>(DType::UInt8, {10, 20, 30, 40}, {2, 2}));
    QCOMPARE(canvas().colourOf({0, 0}).rgb(), colors::viridis(0));
    QCOMPARE(canvas().colourOf({1, 1}).rgb(), colors::viridis(1));
}

void HeatMapViewTest::endsCanBeGivenByHand()
{
    show(tensorOf<float>(DType::Float32, {1, 2, 3, 4}, {2, 2}));
    m_view->colourControls().setSettings(
        {.map = ColorSettings::Map::Viridis, .range = ColorSettings::Range::Fixed, .low = 2, .high = 3});
    QCOMPARE(canvas().colourOf({0, 0}).rgb(), colors::viridis(0));
    QCOMPARE(canvas().colourOf({0, 1}).rgb(), colors::viridis(0));
    QCOMPARE(canvas().colourOf({1, 0}).rgb(), colors::viridis(1));
}

void HeatMapViewTest::settingsAreKeptForTheNextFile()
{
    m_view->colourControls().setSettings(
        {.map = ColorSettings::Map::Viridis, .range = ColorSettings::Range::All, .low = 0, .high = 1});
    const HeatMapView next;
    QCOMPARE(next.colourControls().settings().map, ColorSettings::Map::Viridis);
    QCOMPARE(next.colourControls().settings().range, ColorSettings::Range::All);
    // Ends given by hand fit one tensor only.
    m_view->colourControls().setSettings(
        {.map = ColorSettings::Map::Diverging, .range = ColorSettings::Range::Fixed, .low = 2, .high = 3});
    const HeatMapView last;
    QCOMPARE(last.colourControls().settings().map, ColorSettings::Map::Diverging);
    QCOMPARE(last.colourControls().settings().range, ColorSettings::Range::All);
}

void HeatMapViewTest::anOutlierDoesNotHideTheRest()
{
    std::vector<float> numbers(100 * 100);
    for (std::size_t i = 0; i < numbers.size(); ++i)
        numbers[i] = i % 2 == 0 ? -1.0F : 1.0F;
    numbers[5050] = 1e6F;
    show(tensorOf(DType::Float32, numbers, {100, 100}));
    QCOMPARE(canvas().colourOf({0, 0}).rgb(), colors::diverging(0, false));
    m_view->colourControls().setSettings({.range = ColorSettings::Range::All});
    QVERIFY(canvas().colourOf({0, 0}).rgb() != colors::diverging(0, false));
    QCOMPARE(canvas().colourOf({50, 50}).rgb(), colors::diverging(1, false));
}

void HeatMapViewTest::hoveringTellsIndexAndNumber()
{
    show(tensorOf<float>(DType::Float32, {0.5F, 0.1F, -2, 1e-8F, 5, 6}, {2, 3}));
    QSignalSpy said(m_view.get(), &TensorView::statusChanged);
    QTest::mouseMove(&canvas(), centreOf({0, 1}));
    QTRY_COMPARE(m_view->status(), QStringLiteral("[0, 1] = 0.1"));
    QTest::mouseMove(&canvas(), centreOf({1, 0}));
    QTRY_COMPARE(m_view->status(), QStringLiteral("[1, 0] = 1e-08"));
    QVERIFY(said.size() >= 2);
}

void HeatMapViewTest::hoveringABlockTellsTheElementItself()
{
    std::vector<std::int32_t> numbers(3000 * 4000);
    for (std::size_t i = 0; i < numbers.size(); ++i)
        numbers[i] = static_cast<std::int32_t>(i);
    show(tensorOf(DType::Int32, numbers, {3000, 4000}));
    QVERIFY(!m_view->wholePicture()->isExact());
    QTest::mouseMove(&canvas(), canvas().viewport().area().center().toPoint());
    const auto cell = canvas().hoveredCell();
    QVERIFY(cell);
    const auto start =
        QStringLiteral("[%1, %2] = %3   ·   ").arg(cell->row).arg(cell->column).arg(cell->row * 4000 + cell->column);
    QTRY_VERIFY2(m_view->status().startsWith(start), qPrintable(m_view->status()));
    QVERIFY(m_view->status().contains(QStringLiteral("mean")));
}

void HeatMapViewTest::theChosenPlaneIsShown()
{
    std::vector<float> numbers(2 * 3 * 4);
    for (std::size_t i = 0; i < numbers.size(); ++i)
        numbers[i] = static_cast<float>(i);
    show(tensorOf(DType::Float32, numbers, {2, 3, 4}));
    QCOMPARE(m_view->wholePicture()->image.width, 4);
    QCOMPARE(m_view->wholePicture()->image.height, 3);
    PlaneWindow plane;
    plane.fixed = {0, 2, 0};
    plane.rowDim = 2;
    plane.columnDim = 0;
    m_view->setPlane(plane);
    QTRY_VERIFY(m_view->wholePicture());
    // Element [a, 2, c] is 12a + 8 + c.
    QCOMPARE(m_view->wholePicture()->image.mean, (std::vector<float>{8, 20, 9, 21, 10, 22, 11, 23}));
    QTest::mouseMove(&canvas(), centreOf({3, 1}));
    QTRY_COMPARE(m_view->status(), QStringLiteral("[1, 2, 3] = 23"));
}

void HeatMapViewTest::zoomingReadsThePartInFull()
{
    constexpr std::size_t kColumns = 4000;
    std::vector<float> numbers(3000 * kColumns, -1.0F);
    for (std::size_t column = 0; column < kColumns; ++column)
        numbers[1500 * kColumns + column] = 3.0F;
    show(tensorOf(DType::Float32, numbers, {3000, kColumns}));
    QVERIFY(m_view->wholePicture()->image.rowsPerPixel > 1);
    turnWheel(centreOf({1500, 2000}), 40);
    QTRY_VERIFY(m_view->partPicture() && m_view->partPicture()->isExact());
    QVERIFY(canvas().viewport().visibleCells().contains(PlaneCell{1500, 2000}));
    QTRY_VERIFY(m_view->partPicture()->cells.contains(canvas().viewport().visibleCells()));
    // One row of its own colour; before, it was mixed with its neighbours.
    QCOMPARE(canvas().colourOf({1500, 2000}).rgb(), colors::diverging(1, false));
    QVERIFY(canvas().colourOf({1501, 2000}) == canvas().colourOf({1499, 2000}));
    QTest::mouseMove(&canvas(), centreOf({1500, 2000}));
    QTRY_COMPARE(m_view->status(), QStringLiteral("[1500, 2000] = 3"));
}

void HeatMapViewTest::theZoomStaysForTheSameShapeOnly()
{
    const std::vector<float> numbers(200 * 300, 1.0F);
    show(tensorOf(DType::Float32, numbers, {200, 300}));
    turnWheel(centreOf({100, 100}), 5);
    const QRectF seen = canvas().viewport().visible();
    QVERIFY(seen.width() < 300);
    show(tensorOf(DType::Float32, numbers, {200, 300}));
    QCOMPARE(canvas().viewport().visible(), seen);
    show(tensorOf(DType::Float32, numbers, {300, 200}));
    QVERIFY(canvas().viewport().isWhole());
}

void HeatMapViewTest::aRectangleIsZoomedInto()
{
    show(tensorOf(DType::Float32, std::vector<float>(200 * 300), {200, 300}));
    const QPoint from = centreOf({50, 60});
    const QPoint to = centreOf({99, 119});
    QTest::mousePress(&canvas(), Qt::LeftButton, {}, from);
    QTest::mouseMove(&canvas(), to);
    QTest::mouseRelease(&canvas(), Qt::LeftButton, {}, to);
    const auto cells = canvas().viewport().visibleCells();
    QVERIFY(std::abs(cells.firstRow - 50) <= 1 && std::abs(cells.firstColumn - 60) <= 1);
    QVERIFY(std::abs(cells.rows - 50) <= 1 && std::abs(cells.columns - 60) <= 1);
    // QTest::mouseDClick() leaves its button down for the windows to come.
    QMouseEvent twice(QEvent::MouseButtonDblClick, from, canvas().mapToGlobal(from), Qt::LeftButton, Qt::LeftButton,
                      {});
    QApplication::sendEvent(&canvas(), &twice);
    QVERIFY(canvas().viewport().isWhole());
}

void HeatMapViewTest::keysMoveAndZoom()
{
    show(tensorOf(DType::Float32, std::vector<float>(200 * 300), {200, 300}));
    canvas().setFocus();
    QTest::keyClick(&canvas(), Qt::Key_Plus);
    const QRectF zoomed = canvas().viewport().visible();
    QVERIFY(zoomed.width() < 300 && zoomed.left() > 0);
    QTest::keyClick(&canvas(), Qt::Key_Right);
    QVERIFY(canvas().viewport().visible().left() > zoomed.left());
    QTest::keyClick(&canvas(), Qt::Key_Home);
    QVERIFY(canvas().viewport().isWhole());
}

void HeatMapViewTest::aLargerWindowGetsAFinerPicture()
{
    m_view->resize(400, 300);
    show(tensorOf(DType::Float32, std::vector<float>(2000 * 2000), {2000, 2000}));
    const auto before = m_view->wholePicture()->image.width;
    m_view->resize(1200, 900);
    QTRY_VERIFY(m_view->wholePicture()->image.width >= 2 * before);
}

void HeatMapViewTest::darkWindowsHaveADarkZero()
{
    show(tensorOf<float>(DType::Float32, {-1, 0, 1}, {1, 3}));
    QVERIFY(canvas().colourOf({0, 1}).lightness() > 200);
    QPalette dark = m_view->palette();
    dark.setColor(QPalette::Window, QColor(0x202124));
    dark.setColor(QPalette::WindowText, QColor(0xe8e8e8));
    m_view->setPalette(dark);
    QTRY_VERIFY(canvas().colourOf({0, 1}).lightness() < 60);
}

void HeatMapViewTest::aVectorIsAStrip()
{
    std::vector<float> numbers(500);
    numbers[499] = 7;
    show(tensorOf(DType::Float32, numbers, {500}));
    QCOMPARE(canvas().viewport().rows(), 1);
    QCOMPARE(canvas().viewport().columns(), 500);
    QVERIFY(canvas().viewport().area().height() < 200);
    QTest::mouseMove(&canvas(), centreOf({0, 499}));
    QTRY_COMPARE(m_view->status(), QStringLiteral("[499] = 7"));
}

void HeatMapViewTest::nothingIsReadWhileHidden()
{
    m_view->hide();
    const auto disk = std::make_shared<FaultFile>(memoryFile("zeros", std::vector<std::byte>(400)));
    m_view->setTensor(shown(tensorOn(disk, DType::Float32, {10, 10})));
    QApplication::processEvents();
    QCOMPARE(disk->reads(), std::uint64_t{0});
    m_view->show();
    QTRY_VERIFY(m_view->wholePicture());
    QVERIFY(disk->reads() > 0);
}

void HeatMapViewTest::whatCannotBeReadIsSaid()
{
    const auto disk = std::make_shared<FaultFile>(memoryFile("zeros", std::vector<std::byte>(400)));
    disk->failsAt = ByteOffset{100};
    m_view->setTensor(shown(tensorOn(disk, DType::Float32, {10, 10})));
    QTRY_VERIFY2(canvas().message().contains(QStringLiteral("Input/output error")), qPrintable(canvas().message()));
    // The next tensor is none the worse for it.
    show(tensorOf<float>(DType::Float32, {1, 2}, {1, 2}));
    QCOMPARE(canvas().message(), QString());
}

void HeatMapViewTest::emptyStatesSayWhatBelongsThere()
{
    m_view->setTensor(nullptr);
    QVERIFY(canvas().message().contains(QStringLiteral("tensor")));
    m_view->setTensor(shown(tensorOf<float>(DType::Float32, {}, {0, 3})));
    QVERIFY(canvas().message().contains(QStringLiteral("no elements")));
    QVERIFY(!canvas().accessibleName().isEmpty() && !canvas().toolTip().isEmpty());
}

}  // namespace

QTEST_MAIN(HeatMapViewTest)
#include "heat_map_view_test.moc"
