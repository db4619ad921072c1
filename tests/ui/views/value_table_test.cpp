// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/shown_tensors.h"
#include "ui/jobs/stall_watch.h"
#include "ui/views/go_to_line.h"
#include "ui/views/value_grid.h"
#include "ui/views/value_table.h"

#include <QtCore/QProcess>
#include <QtCore/QSettings>
#include <QtCore/QTemporaryDir>
#include <QtGui/QClipboard>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMenu>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QToolButton>

#include <array>
#include <cmath>
#include <limits>

using namespace waypoint;
using namespace waypoint::test;

namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
// The aim is 50 ms; sanitizers and busy machines need room. CPU time, because only that is the window's own doing.
constexpr std::chrono::milliseconds kBudget(400);

}  // namespace

/// A tensor's values as a person sees, finds and copies them.
class ValueTableTest : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    std::unique_ptr<ValueTable> m_table;

    void show(const ShownTensorPtr &tensor)
    {
        m_table->setTensor(tensor);
        m_table->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_table.get()));
    }

    [[nodiscard]] QString copied(CopyFormat format)
    {
        QGuiApplication::clipboard()->clear();
        m_table->copy(format);
        (void)QTest::qWaitFor([] { return !QGuiApplication::clipboard()->text().isEmpty(); });
        return QGuiApplication::clipboard()->text();
    }

    [[nodiscard]] PlaneWindow plane(std::size_t rows, std::size_t columns, std::vector<std::int64_t> fixed) const
    {
        PlaneWindow window;
        window.rowDim = rows;
        window.columnDim = columns;
        window.fixed = std::move(fixed);
        return window;
    }

private Q_SLOTS:
    void initTestCase()
    {
        QCoreApplication::setOrganizationName(QStringLiteral("Waypoint"));
        QCoreApplication::setApplicationName(QStringLiteral("WaypointTest"));
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_folder.filePath(QStringLiteral("config")));
        QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    }

    void init()
    {
        QSettings().clear();
        m_table = std::make_unique<ValueTable>();
        m_table->resize(700, 400);
    }

    void cleanup() { m_table.reset(); }

    void cellsShowTheElementsOfThePlane()
    {
        show(shownTensor(countingUp(2 * 3 * 4), DType::Float32, {2, 3, 4}));
        m_table->setPlane(plane(1, 2, {1, 0, 0}));
        QTRY_COMPARE(m_table->cellText(0, 0), QStringLiteral("12"));
        QCOMPARE(m_table->cellText(2, 3), QStringLiteral("23"));
        QCOMPARE(m_table->grid().grid().rows(), 3);
        QCOMPARE(m_table->grid().grid().columns(), 4);
        m_table->setPlane(plane(2, 0, {0, 1, 0}));
        QTRY_COMPARE(m_table->cellText(3, 1), QStringLiteral("19"));
    }

    void longTensorsAreWrapped()
    {
        show(shownTensor(countingUp(23), DType::Float32, {23}));
        QTRY_COMPARE(m_table->cellText(0, 0), QStringLiteral("0"));
        const TensorGrid &grid = m_table->grid().grid();
        QVERIFY(grid.columns() > 1 && grid.columns() < 23);
        const std::int64_t last = (grid.rows() - 1) * grid.columns();
        QCOMPARE(m_table->cellText(grid.rows() - 1, 0), QString::number(last));
        QVERIFY(!grid.holds({grid.rows() - 1, 23 - last}));
    }

    void rowsHaveTheWidthThatWasChosenAndKeepIt()
    {
        show(shownTensor(countingUp(23), DType::Float32, {23}));
        auto *wrap = m_table->findChild<QToolButton *>(QStringLiteral("wrapAt"));
        QTRY_VERIFY(wrap->isVisible());
        const QList<QAction *> choices = wrap->menu()->actions();
        QVERIFY(choices.front()->isChecked());
        const auto four = std::ranges::find_if(
            choices, [](const QAction *action) { return action->text().startsWith(QStringLiteral("4 ")); });
        (*four)->trigger();
        QCOMPARE(m_table->grid().grid().columns(), 4);
        QTRY_COMPARE(m_table->cellText(5, 2), QStringLiteral("22"));

        ValueTable next;
        next.setTensor(shownTensor(countingUp(23), DType::Float32, {23}));
        QCOMPARE(next.grid().grid().columns(), 4);
        choices.front()->trigger();
        QVERIFY(m_table->grid().grid().columns() > 4);
    }

    void aScalarIsOneCell()
    {
        show(shownTensor(std::vector<std::int64_t>{9007199254740993}, DType::Int64, {}));
        m_table->grid().setFormat({.style = NumberFormat::Style::Full});
        QTRY_COMPARE(m_table->cellText(0, 0), QStringLiteral("9007199254740993"));
        QCOMPARE(m_table->grid().grid().all(), (CellRect{0, 0, 1, 1}));
    }

    void anEmptyTensorHasNoCells()
    {
        show(shownTensor(std::vector<float>{}, DType::Float32, {0, 3}));
        QVERIFY(m_table->grid().grid().isEmpty());
        QTest::keyClick(&m_table->grid(), Qt::Key_Down);
        m_table->find(Wanted::Nan, false);
        m_table->copy(CopyFormat::Text);
    }

    void formatsWriteTheSameNumberDifferently()
    {
        show(shownTensor(std::vector<float>{0.1F, -1234.5678F}, DType::Float32, {2}));
        QTRY_COMPARE(m_table->cellText(0, 0), QStringLiteral("0.1"));
        ValueGrid &grid = m_table->grid();
        grid.setFormat({.style = NumberFormat::Style::Fixed, .digits = 2});
        QCOMPARE(m_table->cellText(0, 1), QStringLiteral("-1,234.57"));
        grid.setFormat({.style = NumberFormat::Style::Scientific, .digits = 2});
        QCOMPARE(m_table->cellText(0, 1), QStringLiteral("-1.23e+03"));
        grid.setFormat({.style = NumberFormat::Style::Full});
        QCOMPARE(m_table->cellText(0, 1), QStringLiteral("-1234.5677"));  // repr(np.float32(-1234.5678))
    }

    void wholeNumbersShowTheirBits()
    {
        show(shownTensor(std::vector<std::int16_t>{-2, 255}, DType::Int16, {2}));
        m_table->grid().setFormat({.style = NumberFormat::Style::Hexadecimal});
        QTRY_COMPARE(m_table->cellText(0, 0), QStringLiteral("0xfffe"));
        QCOMPARE(m_table->cellText(0, 1), QStringLiteral("0x00ff"));
    }

    void keysAndMouseSelectARectangle()
    {
        show(shownTensor(countingUp(100), DType::Float32, {10, 10}));
        ValueGrid &grid = m_table->grid();
        QTest::keyClick(&grid, Qt::Key_Down);
        QTest::keyClick(&grid, Qt::Key_Right);
        QTest::keyClick(&grid, Qt::Key_Down, Qt::ShiftModifier);
        QTest::keyClick(&grid, Qt::Key_Right, Qt::ShiftModifier);
        QTest::keyClick(&grid, Qt::Key_Right, Qt::ShiftModifier);
        QCOMPARE(grid.selection(), (CellRect{1, 1, 2, 3}));
        QTest::keyClick(&grid, Qt::Key_End, Qt::ControlModifier);
        QCOMPARE(grid.current(), (Cell{9, 9}));
        QTest::keyClick(&grid, Qt::Key_A, Qt::ControlModifier);
        QCOMPARE(grid.selection(), (CellRect{0, 0, 10, 10}));
    }

    void copyGivesTextCsvAndALiteral()
    {
        show(shownTensor(std::vector<float>{0.1F, kNan, -INFINITY, 3, 4, 5}, DType::Float32, {2, 3}));
        m_table->grid().selectAll();
        QCOMPARE(copied(CopyFormat::Text), QStringLiteral("0.1\tnan\t-inf\n3\t4\t5\n"));
        QCOMPARE(copied(CopyFormat::Csv), QStringLiteral("0.1,nan,-inf\n3,4,5\n"));
        QCOMPARE(copied(CopyFormat::NumPy), QStringLiteral("np.array([[0.1, np.nan, -np.inf],\n"
                                                           "          [3, 4, 5]], dtype=np.float32)"));
        m_table->grid().select({1, 1, 1, 2});
        QCOMPARE(copied(CopyFormat::NumPy), QStringLiteral("np.array([[4, 5]], dtype=np.float32)"));
    }

    void aCopiedLiteralOfALongTensorHasOneDimension()
    {
        show(shownTensor(std::vector<std::int32_t>{7, -8, 9}, DType::Int32, {3}));
        m_table->grid().selectAll();
        QCOMPARE(copied(CopyFormat::NumPy), QStringLiteral("np.array([7, -8, 9], dtype=np.int32)"));
    }

    void tooMuchToCopyIsSaid()
    {
        const FilePtr zeros = fileOfZeros(m_folder.filePath(QStringLiteral("copied")), 4LL * 2'000'000);
        QVERIFY(zeros);
        show(shownTensor(zeros, DType::Float32, {1000, 2000}));
        m_table->grid().selectAll();
        m_table->copy(CopyFormat::Text);
        QTRY_VERIFY2(m_table->message().contains(QLatin1String("at most")), qPrintable(m_table->message()));
    }

    void goToShowsTheElementWhateverPlaneItIsIn()
    {
        show(shownTensor(countingUp(2 * 200 * 4), DType::Float32, {2, 200, 4}));
        QSignalSpy planes(m_table.get(), &ValueTable::planeWanted);
        QVERIFY(m_table->goToLine().go(QStringLiteral("[1, -1, 2]")));
        QCOMPARE(planes.count(), 1);
        QCOMPARE(m_table->grid().current(), (Cell{199, 2}));
        QTRY_COMPARE(m_table->cellText(199, 2), QStringLiteral("1,598"));
        QVERIFY(m_table->grid().visibleCells().contains({199, 2}));
        QVERIFY(m_table->goToLine().go(QStringLiteral("5")));
        QTRY_COMPARE(m_table->cellText(1, 1), QStringLiteral("5"));
    }

    void goToSaysWhatIsWrong()
    {
        show(shownTensor(countingUp(24), DType::Float32, {2, 3, 4}));
        GoToLine &line = m_table->goToLine();
        QVERIFY(!line.go(QStringLiteral("0, 3, 0")));
        QVERIFY2(line.problem().contains(QLatin1String("dimension 1")), qPrintable(line.problem()));
        QVERIFY(!line.go(QStringLiteral("1, 2")));
        QVERIFY2(line.problem().contains(QLatin1String("3 dimensions")), qPrintable(line.problem()));
        QVERIFY(!line.go(QStringLiteral("24")));
        QVERIFY2(line.problem().contains(QLatin1String("23")), qPrintable(line.problem()));
        QVERIFY(!line.go(QStringLiteral("first")));
        QVERIFY(!line.problem().isEmpty());
    }

    void findGoesFromNanToNanAcrossPlanesAndAround()
    {
        std::vector<float> values = countingUp(3 * 4 * 5);
        values[7] = kNan;
        values[48] = kNan;
        show(shownTensor(values, DType::Float32, {3, 4, 5}));
        const auto at = [&] { return m_table->grid().grid().position(m_table->grid().current()); };
        m_table->find(Wanted::Nan, false);
        QTRY_COMPARE(at(), 7);
        m_table->find(Wanted::Nan, false);
        QTRY_COMPARE(at(), 48);
        QTRY_COMPARE(m_table->cellText(1, 3), QStringLiteral("NaN"));
        m_table->find(Wanted::Nan, false);
        QTRY_COMPARE(at(), 7);
        m_table->find(Wanted::Nan, true);
        QTRY_COMPARE(at(), 48);
    }

    void findSaysWhenThereIsNothing()
    {
        show(shownTensor(countingUp(50), DType::Float32, {5, 10}));
        m_table->find(Wanted::Nan, false);
        QTRY_COMPARE(m_table->message(), QStringLiteral("No NaN in this tensor."));
    }

    void savesAsNumPySavesAndSaysSo()
    {
        show(shownTensor(countingUp(6), DType::Float32, {2, 3}));
        const QString path = m_folder.filePath(QStringLiteral("saved.npy"));
        m_table->saveAs(path.toStdString());
        QTRY_COMPARE(m_table->message(), QStringLiteral("Saved as saved.npy."));
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray content = file.readAll();
        QVERIFY(content.startsWith("\x93NUMPY"));
        float last = 0;
        std::memcpy(&last, content.constData() + content.size() - 4, 4);
        QCOMPARE(last, 5.0F);
    }

    // Values of every kind, NaN and infinities among them, as raw elements.
    void numPyReadsTheSameFromACopyAndFromAFile_data()
    {
        QTest::addColumn<int>("dtype");
        QTest::addColumn<QByteArray>("elements");
        const auto row = [](const char *name, DType dtype, const auto &values) {
            QTest::newRow(name) << static_cast<int>(dtype)
                                << QByteArray(reinterpret_cast<const char *>(values.data()),
                                              static_cast<qsizetype>(values.size() * sizeof values[0]));
        };
        using Doubles = std::array<double, 6>;
        row("float32", DType::Float32, std::array<float, 6>{0.1F, kNan, -INFINITY, 1e-45F, 3.4e38F, -0.0F});
        row("float64", DType::Float64, Doubles{0.1, kNan, INFINITY, 5e-324, 1.7976931348623157e308, -1.0 / 3});
        row("float16", DType::Float16, std::array<std::uint16_t, 6>{0x2e66, 0x7e00, 0xfc00, 0x0001, 0x7bff, 0x8000});
        row("bfloat16", DType::BFloat16, std::array<std::uint16_t, 6>{0x3dcd, 0x7fc0, 0xff80, 0x0001, 0x7f7f, 0});
        row("int64", DType::Int64, std::array<std::int64_t, 6>{INT64_MIN, INT64_MAX, 9007199254740993, 0, -1, 7});
        row("uint64", DType::UInt64, std::array<std::uint64_t, 6>{UINT64_MAX, 1, 2, 3, 4, 5});
        row("bool", DType::Bool, std::array<std::uint8_t, 6>{1, 0, 0, 1, 1, 0});
        row("complex64", DType::ComplexFloat,
            std::array<float, 12>{1, -2, 0.1F, 0, kNan, 1, INFINITY, -0.0F, 0, -INFINITY, 3, 4});
    }

    void numPyReadsTheSameFromACopyAndFromAFile()
    {
        QFETCH(int, dtype);
        QFETCH(QByteArray, elements);
        show(shownTensor(std::vector<char>(elements.begin(), elements.end()), static_cast<DType>(dtype), {2, 3}));
        m_table->grid().selectAll();
        const QString saved = m_folder.filePath(QStringLiteral("oracle.npy"));
        const QString literal = copied(CopyFormat::NumPy);
        m_table->saveAs(saved.toStdString());
        QTRY_COMPARE(m_table->message(), QStringLiteral("Saved as oracle.npy."));
        QProcess python;
        python.start(QStringLiteral("/usr/bin/python3"),
                     {QStringLiteral("-c"),
                      QStringLiteral("import sys, numpy as np\n"
                                     "a, b = np.load(sys.argv[1]), eval(sys.argv[2])\n"
                                     "assert (a.dtype, a.shape) == (b.dtype, b.shape), (a.dtype, b.dtype)\n"
                                     "np.testing.assert_array_equal(a, b)\n"),
                      saved, literal});
        QVERIFY(python.waitForFinished(60'000));
        QVERIFY2(python.exitCode() == 0, (literal.toUtf8() + python.readAllStandardError()).constData());
    }

    void savingThatFailsSaysWhy()
    {
        show(shownTensor(countingUp(6), DType::Float32, {2, 3}));
        m_table->saveAs(m_folder.filePath(QStringLiteral("no/such/folder/x.npy")).toStdString());
        QTRY_VERIFY(!m_table->message().isEmpty() && !m_table->message().startsWith(QLatin1String("Sav")));
    }

    void aStorageThatEndsEarlySaysSo()
    {
        const std::vector<float> half = countingUp(10'000);
        ShownTensor shown = *shownTensor(half, DType::Float32, {200, 100});
        show(std::make_shared<const ShownTensor>(shown));
        QTRY_COMPARE(m_table->cellText(0, 5), QStringLiteral("5"));
        m_table->grid().goTo({199, 0});
        QTRY_VERIFY2(m_table->message().contains(QLatin1String("ends")), qPrintable(m_table->message()));
        QVERIFY(m_table->cellText(199, 0).isEmpty());
    }

    void aBillionElementsOpenAtOnceAndScroll()
    {
        constexpr std::int64_t kElements = 1'000'000'000;
        const FilePtr zeros = fileOfZeros(m_folder.filePath(QStringLiteral("billion")), 4 * kElements);
        QVERIFY(zeros);
        StallWatch watch;
        show(shownTensor(zeros, DType::Float32, {kElements, 1}));
        QTRY_COMPARE(m_table->cellText(0, 0), QStringLiteral("0"));
        QScrollBar *bar = m_table->grid().verticalScrollBar();
        for (int step = 1; step <= 50; ++step) {
            bar->setValue(static_cast<int>(static_cast<qint64>(bar->maximum()) * step / 50));
            QCoreApplication::processEvents();
        }
        QTRY_COMPARE(m_table->cellText(kElements - 1, 0), QStringLiteral("0"));
        QTest::keyClick(&m_table->grid(), Qt::Key_Home, Qt::ControlModifier);
        QTest::keyClick(&m_table->grid(), Qt::Key_End, Qt::ControlModifier);
        QTest::keyClick(&m_table->grid(), Qt::Key_Up);
        QCOMPARE(m_table->grid().current().row, kElements - 2);
        QTRY_COMPARE(m_table->cellText(kElements - 2, 0), QStringLiteral("0"));
        // The watch sees a turn when the next one begins.
        QSignalSpy read(&m_table->grid(), &ValueGrid::readOutChanged);
        QTest::keyClick(&m_table->grid(), Qt::Key_Home, Qt::ControlModifier);
        QTRY_VERIFY(!read.isEmpty());
        QTRY_VERIFY(watch.longestCpuTurn().count() > 0);
        qInfo("longest turn %lld ms, %lld ms of it on the CPU",
              static_cast<long long>(watch.longestTurn().count() / 1000),
              static_cast<long long>(watch.longestCpuTurn().count() / 1000));
        QVERIFY(watch.longestCpuTurn() < kBudget);
    }

    void rowsBeyond32BitsAreReachedExactly()
    {
        constexpr std::int64_t kRows = 5'000'000'000;
        const FilePtr zeros = fileOfZeros(m_folder.filePath(QStringLiteral("bytes")), kRows);
        QVERIFY(zeros);
        show(shownTensor(zeros, DType::UInt8, {kRows, 1}));
        ValueGrid &grid = m_table->grid();
        grid.goTo({kRows - 1, 0});
        QTRY_COMPARE(m_table->cellText(kRows - 1, 0), QStringLiteral("0"));
        QCOMPARE(grid.verticalScrollBar()->value(), grid.verticalScrollBar()->maximum());
        grid.goTo({3'000'000'000, 0});
        const CellRect before = grid.visibleCells();
        grid.verticalScrollBar()->triggerAction(QAbstractSlider::SliderSingleStepAdd);
        QCOMPARE(grid.visibleCells().row, before.row + 1);
        QTest::keyClick(&grid, Qt::Key_PageDown);
        QTest::keyClick(&grid, Qt::Key_PageUp);
        QCOMPARE(grid.current().row, 3'000'000'000);
    }
};

QTEST_MAIN(ValueTableTest)
#include "value_table_test.moc"
