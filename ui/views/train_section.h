// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QWidget>

class QToolButton;
class QVBoxLayout;

namespace waypoint {

class ElidedLabel;

/// A group of settings under a heading, which may be folded. Stays folded or open across restarts.
class TrainSection final : public QWidget
{
    Q_OBJECT

public:
    enum class Kind { Open, Folding };

    /// `key`: its name in the settings of the program.
    TrainSection(const QString &key, const QString &title, Kind kind, QWidget *parent = nullptr);

    void add(QWidget *row);
    [[nodiscard]] bool isOpen() const;
    /// As the person does it: kept.
    void setOpen(bool open);
    /// So that something in it is seen; not kept.
    void reveal();
    /// Stands beside the heading while it is folded: what is set within.
    void setSummary(const QString &summary);
    void setTitle(const QString &title);

private:
    void show(bool open);
    [[nodiscard]] QString settingsKey() const;

    QString m_key;
    QToolButton *m_heading;
    ElidedLabel *m_summary;
    QWidget *m_body;
    QVBoxLayout *m_rows;
    bool m_folds;
    bool m_isOpen = true;
};

}  // namespace waypoint
