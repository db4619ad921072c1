// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/histogram_view.h"

#include "tests/core/tensor/numeric_tensors.h"
#include "ui/jobs/job_pool.h"
#include "ui/views/plot.h"

#include <QtCore/QSettings>
#include <QtCore/QTemporaryDir>
#include <QtCore/QThreadPool>
#include <QtTest/QTest>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>

#include <limits>

using namespace waypoint;

namespace {

// Settings go to a folder of their own.
class HistogramViewTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init() { QSettings().clear(); }
    void barsSpanTheNumbers();
    void nothingIsReadWhileHidden();
    void notFiniteNumbersAreNamed();
    void tensorWithoutFiniteNumbersSaysSo();
    void scaleAndCountsChangeTheAxes();
    void settingsStayFromViewToView();
    void noTensorSaysWhatBelongsThere();

private:
    QTemporaryDir m_home;
};

ShownTensorPtr tensor(const std::vector<float> &numbers)
{
    return std::make_shared<const ShownTensor>(ShownTensor{
        test::tensorOf(DType::Float32, numbers, {static_cast<std::int64_t>(numbers.size())}), "net/weight"});
}

QString words(const QWidget &view)
{
    QStringList words;
    for (const QLabel *label : view.findChildren<QLabel *>())
        if (label->isVisible())
            words << label->text();
    return words.join('|');
}

// What the read-out says of the bin at a number.
QString at(HistogramView &view, double x)
{
    auto *plot = view.findChild<Plot *>();
    plot->setCursor(x);
    return plot->readOut().value(0);
}

void HistogramViewTest::initTestCase()
{
    QVERIFY(m_home.isValid());
    QCoreApplication::setOrganizationName("waypoint-test");
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_home.path());
    QLocale::setDefault(QLocale::c());
}

void HistogramViewTest::barsSpanTheNumbers()
{
    HistogramView view;
    view.resize(600, 400);
    view.setTensor(tensor({0, 1, 1, 1, 2, 100}));
    view.show();
    // 100 bins of width 1: the last holds 100, the second the three ones.
    QTRY_COMPARE(at(view, 1.5), QStringLiteral("3 in 1 … 2"));
    QCOMPARE(at(view, 99.5), QStringLiteral("1 in 99 … 100"));
    QCOMPARE(at(view, 50.5), QStringLiteral("0 in 50 … 51"));
    QVERIFY(words(view).contains("net/weight"));
}

void HistogramViewTest::nothingIsReadWhileHidden()
{
    HistogramView view;
    view.resize(600, 400);
    view.setTensor(tensor({0, 10}));
    QCOMPARE(jobPool().activeThreadCount(), 0);
    QVERIFY(at(view, 5).isEmpty());
    view.show();
    QTRY_VERIFY(!at(view, 5).isEmpty());
    view.hide();
    view.setTensor(tensor({1000, 2000}));
    view.show();
    QTRY_VERIFY(at(view, 1500).startsWith("0 in"));
}

void HistogramViewTest::notFiniteNumbersAreNamed()
{
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const float infinity = std::numeric_limits<float>::infinity();
    HistogramView view;
    view.resize(600, 400);
    view.setTensor(tensor({0, nan, 1, nan, infinity}));
    view.show();
    QTRY_COMPARE(view.remark(), QStringLiteral("Not drawn: 3 NaN or infinite"));
    TensorStats stats;
    stats.nan = 2;
    stats.inf = 1;
    stats.mean = 0.5;
    view.setStats(stats);
    QCOMPARE(view.remark(), QStringLiteral("Not drawn: 2 NaN, 1 infinite"));
}

void HistogramViewTest::tensorWithoutFiniteNumbersSaysSo()
{
    HistogramView view;
    view.resize(600, 400);
    view.setTensor(tensor({std::numeric_limits<float>::quiet_NaN()}));
    view.show();
    QTRY_VERIFY(words(view).contains("Not one of its numbers is finite."));
    view.setTensor(tensor({}));
    QTRY_VERIFY(words(view).contains("This tensor has no elements."));
}

void HistogramViewTest::scaleAndCountsChangeTheAxes()
{
    HistogramView view;
    view.resize(600, 400);
    view.setTensor(tensor({-1000, -1, -0.001F, 0, 0.001F, 1, 1000}));
    view.show();
    QTRY_VERIFY(!at(view, 0).isEmpty());
    view.findChildren<QComboBox *>().first()->setCurrentIndex(1);
    QTRY_COMPARE(view.plot().text().x.numbers, PlotNumbers::SymmetricLog);
    QVERIFY(view.plot().text().x.linear > 0);
    QVERIFY(view.plot().visibleX().first <= -1000 && view.plot().visibleX().second >= 1000);
    view.findChild<QCheckBox *>()->click();
    QVERIFY(view.plot().text().y.logarithmic);
    QVERIFY(view.plot().visibleY().first > 0);
}

void HistogramViewTest::settingsStayFromViewToView()
{
    {
        HistogramView view;
        view.findChildren<QComboBox *>().at(1)->setCurrentIndex(0);
        view.findChild<QCheckBox *>()->click();
    }
    HistogramView view;
    view.resize(600, 400);
    QVERIFY(view.findChild<QCheckBox *>()->isChecked());
    view.setTensor(tensor({0, 20}));
    view.show();
    QTRY_COMPARE(at(view, 19.5), QStringLiteral("1 in 19 … 20"));  // 20 bins
}

void HistogramViewTest::noTensorSaysWhatBelongsThere()
{
    HistogramView view;
    view.resize(600, 400);
    view.show();
    QTRY_VERIFY(words(view).contains("Select a tensor"));
    view.setTensor(tensor({0, 1}));
    QTRY_VERIFY(!words(view).contains("Select a tensor"));
    view.setTensor(nullptr);
    QTRY_VERIFY(words(view).contains("Select a tensor"));
}

}  // namespace

QTEST_MAIN(HistogramViewTest)
#include "histogram_view_test.moc"
