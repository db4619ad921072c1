// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QStringList>
#include <QtWidgets/QWidget>

class QComboBox;
class QPushButton;

namespace waypoint {

/// A path, typed, chosen in a dialog or taken from those that were used lately. What is dropped goes to the widget
/// around it.
class PathField final : public QWidget
{
    Q_OBJECT

public:
    enum class Kind { File, Folder };

    explicit PathField(QWidget *parent = nullptr);

    /// `group`: those who share a list of recent paths. `filter` is for the dialog.
    void setKind(Kind kind, const QString &group, const QString &filter = {});
    void setPlaceholder(const QString &text);
    [[nodiscard]] QString path() const;
    void setPath(const QString &path);
    /// More paths to choose from, below those that were used lately.
    void setSuggestions(const QStringList &paths);
    /// Puts the path first among the recent ones.
    void remember();

Q_SIGNALS:
    /// By a person, not by setPath(). `settled`: it was chosen, and is not being typed.
    void edited(bool settled);
    /// Enter after typing.
    void entered();

private:
    void textEdited(const QString &text);
    void browse();
    void choose(const QString &path);
    [[nodiscard]] QString settingsKey() const;

    QComboBox *m_combo;
    QPushButton *m_browse;
    Kind m_kind = Kind::File;
    QString m_group;
    QString m_filter;
    QStringList m_suggestions;
};

}  // namespace waypoint
