// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/plane_selector.h"

#include "ui/models/plane_choice.h"
#include "ui/models/text.h"
#include "ui/views/flow_layout.h"

#include <QtCore/QScopedValueRollback>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QDoubleSpinBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QSlider>
#include <QtWidgets/QToolButton>

#include <algorithm>

namespace waypoint {

namespace {

constexpr int kSliderWidth = 64;
// Tensors with dozens of dimensions scroll rather than push the view away.
constexpr int kMostLines = 3;

}  // namespace

PlaneSelector::PlaneSelector(QWidget *parent)
    : QScrollArea(parent),
      m_content(new QWidget),
      m_rows(new QComboBox(m_content)),
      m_columns(new QComboBox(m_content)),
      m_swap(new QToolButton(m_content))
{
    setFrameShape(NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setWidget(m_content);
    viewport()->setAutoFillBackground(false);
    m_content->setAutoFillBackground(false);
    auto *line = new FlowLayout(8, m_content);
    line->setContentsMargins(0, 0, 0, 0);
    createPlaneTools();
    hide();
}

void PlaneSelector::setShape(const SmallDims &shape)
{
    m_shape = shape;
    m_plane = carriedOver(m_plane, shape);
    fillCombos();
    rebuildStands();
    setVisible(hasChoice());
    fitHeight();
}

void PlaneSelector::setPlane(const PlaneWindow &plane)
{
    const bool sameDims = plane.rowDim == m_plane.rowDim && plane.columnDim == m_plane.columnDim;
    m_plane = plane;
    if (!sameDims)
        rebuildStands();
    showPlane();
}

bool PlaneSelector::hasChoice() const
{
    return m_shape.size() > 1 && std::ranges::find(m_shape.dims(), 0) == m_shape.dims().end();
}

QString PlaneSelector::description() const
{
    if (!m_plane.rowDim || !m_plane.columnDim)
        return text::shape(m_shape);
    return tr("%1×%2 (dims %3, %4) of %5")
        .arg(m_shape[*m_plane.rowDim])
        .arg(m_shape[*m_plane.columnDim])
        .arg(*m_plane.rowDim)
        .arg(*m_plane.columnDim)
        .arg(text::shape(m_shape));
}

QSize PlaneSelector::sizeHint() const { return {200, m_rows->sizeHint().height()}; }

void PlaneSelector::resizeEvent(QResizeEvent *event)
{
    QScrollArea::resizeEvent(event);
    fitHeight();
}

void PlaneSelector::createPlaneTools()
{
    for (QComboBox *combo : {m_rows, m_columns})
        combo->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_rows->setAccessibleName(tr("Dimension of the rows"));
    m_columns->setAccessibleName(tr("Dimension of the columns"));
    m_swap->setText(QStringLiteral("⇄"));
    m_swap->setAutoRaise(true);
    m_swap->setToolTip(tr("Swap rows and columns"));
    m_swap->setAccessibleName(m_swap->toolTip());
    const auto group = [this](const QString &name, std::initializer_list<QWidget *> tools) {
        auto *widget = new QWidget(m_content);
        auto *line = new QHBoxLayout(widget);
        line->setContentsMargins(0, 0, 0, 0);
        line->setSpacing(4);
        line->addWidget(new QLabel(name, widget));
        for (QWidget *tool : tools)
            line->addWidget(tool);
        m_content->layout()->addWidget(widget);
    };
    group(tr("Rows"), {m_rows, m_swap});
    group(tr("Columns"), {m_columns});
    connect(m_rows, &QComboBox::activated, this,
            [this](int dim) { choose(withRows(m_plane, m_shape, static_cast<std::size_t>(dim))); });
    connect(m_columns, &QComboBox::activated, this,
            [this](int dim) { choose(withColumns(m_plane, m_shape, static_cast<std::size_t>(dim))); });
    connect(m_swap, &QToolButton::clicked, this, [this] {
        if (m_plane.columnDim)
            choose(withRows(m_plane, m_shape, *m_plane.columnDim));
    });
}

void PlaneSelector::fillCombos()
{
    for (QComboBox *combo : {m_rows, m_columns}) {
        combo->clear();
        for (std::size_t dim = 0; dim < m_shape.size(); ++dim)
            combo->addItem(tr("dim %1 (%2)").arg(dim).arg(m_shape[dim]));
    }
}

void PlaneSelector::rebuildStands()
{
    for (const Stand &stand : m_stands)
        delete stand.widget;
    m_stands.clear();
    for (std::size_t dim = 0; dim < m_shape.size(); ++dim)
        if (m_plane.rowDim != dim && m_plane.columnDim != dim && hasChoice())
            m_stands.push_back(newStand(dim));
    for (const Stand &stand : m_stands) {
        m_content->layout()->addWidget(stand.widget);
        stand.widget->show();
    }
    showPlane();
}

PlaneSelector::Stand PlaneSelector::newStand(std::size_t dim)
{
    Stand stand;
    stand.dim = dim;
    stand.scroll = LongScroll(m_shape[dim] - 1);
    stand.widget = new QWidget(m_content);
    auto *line = new QHBoxLayout(stand.widget);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(4);
    const QString name = tr("dim %1").arg(dim);
    line->addWidget(new QLabel(name, stand.widget));
    stand.slider = new QSlider(Qt::Horizontal, stand.widget);
    stand.slider->setFixedWidth(kSliderWidth);
    stand.slider->setRange(0, stand.scroll.maximum());
    stand.slider->setAccessibleName(name);
    stand.slider->setVisible(m_shape[dim] > 1);
    line->addWidget(stand.slider);
    stand.box = new QDoubleSpinBox(stand.widget);
    stand.box->setDecimals(0);
    stand.box->setRange(0, static_cast<double>(std::max<std::int64_t>(0, m_shape[dim] - 1)));
    stand.box->setAccessibleName(name);
    stand.box->setKeyboardTracking(false);
    line->addWidget(stand.box);
    line->addWidget(new QLabel(tr("of %1").arg(text::integer(m_shape[dim])), stand.widget));
    connect(stand.slider, &QSlider::valueChanged, stand.widget,
            [this, dim, scroll = stand.scroll](int value) { moveTo(dim, scroll.toPlace(value)); });
    connect(stand.box, &QDoubleSpinBox::valueChanged, stand.widget,
            [this, dim](double value) { moveTo(dim, static_cast<std::int64_t>(value)); });
    return stand;
}

void PlaneSelector::showPlane()
{
    const QScopedValueRollback showing(m_isShowing, true);
    m_rows->setCurrentIndex(m_plane.rowDim ? static_cast<int>(*m_plane.rowDim) : -1);
    m_columns->setCurrentIndex(m_plane.columnDim ? static_cast<int>(*m_plane.columnDim) : -1);
    for (const Stand &stand : m_stands) {
        const std::int64_t index = m_plane.fixed[stand.dim];
        stand.slider->setValue(stand.scroll.toBar(index));
        stand.box->setValue(static_cast<double>(index));
    }
    m_content->setToolTip(description());
}

void PlaneSelector::choose(const PlaneWindow &plane)
{
    setPlane(plane);
    fitHeight();
    Q_EMIT planeChanged(m_plane);
}

void PlaneSelector::moveTo(std::size_t dim, std::int64_t index)
{
    if (m_isShowing || m_plane.fixed[dim] == index)
        return;
    m_plane.fixed[dim] = index;
    showPlane();
    Q_EMIT planeChanged(m_plane);
}

void PlaneSelector::fitHeight()
{
    const int line = m_rows->sizeHint().height();
    const int wanted = m_content->layout()->heightForWidth(std::max(1, viewport()->width()));
    setFixedHeight(std::clamp(wanted, line, kMostLines * (line + 8)));
}

}  // namespace waypoint
