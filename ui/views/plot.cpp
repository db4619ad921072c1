// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/plot.h"

namespace waypoint {

struct Plot::Parts
{
    PlotText text;
};

Plot::Plot(QWidget *parent) : QWidget(parent), m_parts(std::make_unique<Parts>()) {}
Plot::~Plot() = default;
void Plot::setText(const PlotText &text) { m_parts->text = text; }
const PlotText &Plot::text() const { return m_parts->text; }

}  // namespace waypoint
