// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/curve_sources.h"

#include <QtWidgets/QWidget>

#include <vector>

class QScrollArea;
class QVBoxLayout;

namespace waypoint {

class CurveRunRow;

/// The runs on the page: shown or not, what they are, what is wrong with them; and the way to add more.
class CurveRunList final : public QWidget
{
    Q_OBJECT

public:
    explicit CurveRunList(QWidget *parent = nullptr);

    /// Rows that stay keep their place, focus included.
    void setSources(const std::vector<CurveSourceState> &sources);

Q_SIGNALS:
    void shownChanged(const QString &path, bool shown);
    void removeRequested(const QString &path);
    void retryRequested(const QString &path);
    void addFilesRequested();
    void addFolderRequested();

private:
    QWidget *createHead();
    CurveRunRow *addRow();

    QScrollArea *m_scroll;
    QVBoxLayout *m_rows;
    std::vector<CurveRunRow *> m_rowOf;
};

}  // namespace waypoint
