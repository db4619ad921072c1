// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/color_controls.h"

#include "ui/views/labelled_control.h"

#include <QtCore/QSettings>
#include <QtGui/QDoubleValidator>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLineEdit>

namespace waypoint {

namespace {

QLineEdit *newEnd(const QString &name, const QString &toolTip)
{
    auto *edit = new QLineEdit;
    edit->setValidator(new QDoubleValidator(edit));
    edit->setAccessibleName(name);
    edit->setToolTip(toolTip);
    edit->setFixedWidth(edit->fontMetrics().horizontalAdvance(QStringLiteral("−0.0001234567")));
    edit->setVisible(false);
    return edit;
}

double numberIn(const QLineEdit &edit, double fallback)
{
    bool fine = false;
    const double number = edit.locale().toDouble(edit.text(), &fine);
    return fine ? number : fallback;
}

QString mapKey() { return QStringLiteral("colours"); }
QString rangeKey() { return QStringLiteral("scale"); }

}  // namespace

ColorControls::ColorControls(QWidget *parent)
    : QWidget(parent),
      m_map(new QComboBox),
      m_range(new QComboBox),
      m_low(newEnd(tr("Lower end of the scale"), tr("This number and smaller ones get the first colour"))),
      m_high(newEnd(tr("Upper end of the scale"), tr("This number and larger ones get the last colour")))
{
    using Map = ColorSettings::Map;
    using Range = ColorSettings::Range;
    m_map->setToolTip(tr("Automatic: blue and red around zero where there are negative and positive numbers, viridis "
                         "otherwise"));
    m_map->addItem(tr("Automatic"), static_cast<int>(Map::Automatic));
    m_map->addItem(tr("Around zero"), static_cast<int>(Map::Diverging));
    m_map->addItem(tr("Viridis"), static_cast<int>(Map::Viridis));
    m_range->setToolTip(tr("Which numbers the colours span. 99.9 % leaves out the outermost 0.1 %, which get the "
                           "colours of the ends."));
    m_range->addItem(tr("99.9 %"), static_cast<int>(Range::Most));
    m_range->addItem(tr("Min to max"), static_cast<int>(Range::All));
    m_range->addItem(tr("Fixed"), static_cast<int>(Range::Fixed));

    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    for (QWidget *part : {labelledControl(tr("&Colours:"), m_map), labelledControl(tr("Sc&ale:"), m_range),
                          static_cast<QWidget *>(m_low), static_cast<QWidget *>(m_high)})
        layout->addWidget(part);
    connect(m_map, &QComboBox::currentIndexChanged, this, &ColorControls::settingsChanged);
    connect(m_range, &QComboBox::currentIndexChanged, this, &ColorControls::rangeChosen);
    connect(m_low, &QLineEdit::editingFinished, this, &ColorControls::settingsChanged);
    connect(m_high, &QLineEdit::editingFinished, this, &ColorControls::settingsChanged);
}

ColorSettings ColorControls::settings() const
{
    return {.map = static_cast<ColorSettings::Map>(m_map->currentData().toInt()),
            .range = static_cast<ColorSettings::Range>(m_range->currentData().toInt()),
            .low = numberIn(*m_low, m_suggestedLow),
            .high = numberIn(*m_high, m_suggestedHigh)};
}

void ColorControls::setSettings(const ColorSettings &settings)
{
    m_low->setText(locale().toString(settings.low, 'g', 6));
    m_high->setText(locale().toString(settings.high, 'g', 6));
    m_map->setCurrentIndex(m_map->findData(static_cast<int>(settings.map)));
    m_range->setCurrentIndex(m_range->findData(static_cast<int>(settings.range)));
}

void ColorControls::save(QSettings &settings) const
{
    const ColorSettings now = this->settings();
    settings.setValue(mapKey(), static_cast<int>(now.map));
    if (now.range != ColorSettings::Range::Fixed)
        settings.setValue(rangeKey(), static_cast<int>(now.range));
}

void ColorControls::restore(const QSettings &settings)
{
    const auto choose = [](QComboBox &box, const QVariant &kept) {
        if (const int place = kept.isValid() ? box.findData(kept.toInt()) : -1; place >= 0)
            box.setCurrentIndex(place);
    };
    choose(*m_map, settings.value(mapKey()));
    choose(*m_range, settings.value(rangeKey()));
}

void ColorControls::suggestEnds(double low, double high)
{
    m_suggestedLow = low;
    m_suggestedHigh = high;
}

void ColorControls::rangeChosen()
{
    const bool fixed = settings().range == ColorSettings::Range::Fixed;
    if (fixed && m_low->text().isEmpty()) {
        m_low->setText(locale().toString(m_suggestedLow, 'g', 4));
        m_high->setText(locale().toString(m_suggestedHigh, 'g', 4));
    }
    m_low->setVisible(fixed);
    m_high->setVisible(fixed);
    Q_EMIT settingsChanged();
}

}  // namespace waypoint
