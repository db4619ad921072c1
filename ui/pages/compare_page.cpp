// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/compare_page.h"

namespace waypoint {

ComparePage::ComparePage(Opener, QWidget *parent) : QWidget(parent) {}
ComparePage::~ComparePage() = default;
void ComparePage::compare(const QStringList &) {}
void ComparePage::compareSections(const QString &, const QString &, const QString &, const QString &) {}
QString ComparePage::statusText() const { return {}; }
void ComparePage::focusFilter() {}

}  // namespace waypoint
