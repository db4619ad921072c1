// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/curve_options_bar.h"

#include "ui/views/flow_layout.h"

#include <QtCore/QLocale>
#include <QtCore/QSettings>
#include <QtCore/QSignalBlocker>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSlider>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <chrono>

namespace waypoint {

namespace {

constexpr std::chrono::milliseconds kSettle(150);
constexpr int kMostSmoothing = 99;

/// A control with its name before it, kept together where the line breaks.
QWidget *labelled(const QString &name, std::initializer_list<QWidget *> controls)
{
    auto *group = new QWidget;
    auto *layout = new QHBoxLayout(group);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    auto *label = new QLabel(name);
    label->setBuddy(*controls.begin());
    layout->addWidget(label);
    for (QWidget *control : controls)
        layout->addWidget(control);
    return group;
}

}  // namespace

CurveOptionsBar::CurveOptionsBar(QWidget *parent)
    : QWidget(parent),
      m_axis(new QComboBox),
      m_smoothing(new QSlider(Qt::Horizontal)),
      m_smoothingValue(new QLabel),
      m_logarithmic(new QCheckBox(tr("Log &y"))),
      m_filter(new QLineEdit),
      m_resetZoom(new QPushButton(tr("Reset Zoom"))),
      m_export(new QPushButton(tr("Export…")))
{
    createControls();
    const std::initializer_list<QWidget *> controls{labelled(tr("&Over"), {m_axis}),
                                                    labelled(tr("&Smoothing"), {m_smoothing, m_smoothingValue}),
                                                    m_logarithmic,
                                                    m_filter,
                                                    m_resetZoom,
                                                    m_export};
    auto *flow = new FlowLayout(8);
    for (QWidget *control : controls) {
        control->setFixedHeight(m_export->sizeHint().height());  // all of them on one line
        flow->addWidget(control);
    }
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 8, 8, 6);
    layout->addLayout(flow);
    connectControls();
    showSmoothing();
}

BoardOptions CurveOptionsBar::options() const
{
    return {m_wanted, m_smoothing->value() / 100.0, m_filter->text().trimmed()};
}

bool CurveOptionsBar::isLogarithmic() const { return m_logarithmic->isChecked(); }

void CurveOptionsBar::setAxes(const std::vector<CurveX> &available, CurveX shown)
{
    const QSignalBlocker quiet(m_axis);
    if (available != m_available) {
        m_available = available;
        m_axis->clear();
        for (const CurveX x : available)
            m_axis->addItem(curveXName(x));
    }
    const auto found = std::find(available.begin(), available.end(), shown);
    m_axis->setCurrentIndex(found == available.end() ? -1 : static_cast<int>(found - available.begin()));
    m_axis->setEnabled(available.size() > 1);
}

void CurveOptionsBar::setZoomed(bool zoomed) { m_resetZoom->setEnabled(zoomed); }

void CurveOptionsBar::setExportable(bool exportable) { m_export->setEnabled(exportable); }

void CurveOptionsBar::focusFilter()
{
    m_filter->setFocus(Qt::ShortcutFocusReason);
    m_filter->selectAll();
}

void CurveOptionsBar::save(QSettings &settings) const
{
    settings.setValue(QStringLiteral("axis"), m_wanted ? curveXKey(*m_wanted) : QString());
    settings.setValue(QStringLiteral("smoothing"), m_smoothing->value());
    settings.setValue(QStringLiteral("logarithmic"), m_logarithmic->isChecked());
}

void CurveOptionsBar::restore(const QSettings &settings)
{
    const QString axis = settings.value(QStringLiteral("axis")).toString();
    for (const CurveX x : kCurveXs)
        if (curveXKey(x) == axis)
            m_wanted = x;
    m_smoothing->setValue(settings.value(QStringLiteral("smoothing"), 0).toInt());
    m_logarithmic->setChecked(settings.value(QStringLiteral("logarithmic"), false).toBool());
}

void CurveOptionsBar::createControls()
{
    m_axis->setObjectName(QStringLiteral("curveAxis"));
    m_axis->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_axis->setToolTip(tr("What the curves are drawn over: what the shown runs tell"));
    m_smoothing->setObjectName(QStringLiteral("curveSmoothing"));
    m_smoothing->setRange(0, kMostSmoothing);
    m_smoothing->setPageStep(10);
    m_smoothing->setFixedWidth(70);
    m_smoothing->setToolTip(tr("Each point becomes a mean of those before it, whose weight falls by this factor from "
                               "one to the next. The values themselves are drawn pale behind."));
    m_smoothingValue->setFixedWidth(fontMetrics().horizontalAdvance(QStringLiteral("0.00")));
    m_logarithmic->setObjectName(QStringLiteral("curveLog"));
    m_logarithmic->setToolTip(tr("Logarithmic y axes; values of zero and below are left out"));
    m_filter->setObjectName(QStringLiteral("curveFilter"));
    m_filter->setPlaceholderText(tr("Filter names"));
    m_filter->setAccessibleName(tr("Filter names"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setFixedWidth(104);
    m_resetZoom->setObjectName(QStringLiteral("curveResetZoom"));
    m_resetZoom->setToolTip(tr("Shows all of every plot; so does a double click on it"));
    m_resetZoom->setEnabled(false);
    m_export->setObjectName(QStringLiteral("curveExport"));
    m_export->setEnabled(false);
    m_export->setToolTip(tr("Writes all plots, one file each, as PNG, SVG, PDF or CSV"));
    m_settle.setSingleShot(true);
    m_settle.setInterval(kSettle);
}

void CurveOptionsBar::connectControls()
{
    connect(m_axis, &QComboBox::currentIndexChanged, this, &CurveOptionsBar::chooseAxis);
    connect(m_smoothing, &QSlider::valueChanged, this, &CurveOptionsBar::showSmoothing);
    connect(m_smoothing, &QSlider::valueChanged, this, &CurveOptionsBar::optionsChanged);
    connect(m_logarithmic, &QCheckBox::toggled, this, &CurveOptionsBar::logarithmicChanged);
    connect(m_filter, &QLineEdit::textChanged, &m_settle, qOverload<>(&QTimer::start));
    connect(&m_settle, &QTimer::timeout, this, &CurveOptionsBar::optionsChanged);
    connect(m_resetZoom, &QPushButton::clicked, this, &CurveOptionsBar::zoomResetRequested);
    connect(m_export, &QPushButton::clicked, this, &CurveOptionsBar::exportRequested);
}

void CurveOptionsBar::chooseAxis(int row)
{
    if (row < 0 || static_cast<std::size_t>(row) >= m_available.size())
        return;
    m_wanted = m_available[static_cast<std::size_t>(row)];
    Q_EMIT optionsChanged();
}

void CurveOptionsBar::showSmoothing()
{
    m_smoothingValue->setText(QLocale().toString(m_smoothing->value() / 100.0, 'f', 2));
}

}  // namespace waypoint
