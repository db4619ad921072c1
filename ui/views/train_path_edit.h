// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QWidget>

class QLineEdit;

namespace waypoint {

/// A path: typed, dropped, or chosen in a dialog.
class TrainPathEdit final : public QWidget
{
    Q_OBJECT

public:
    enum class Kind { File, Folder };

    TrainPathEdit(Kind kind, const QString &dialogTitle, QWidget *parent = nullptr);

    [[nodiscard]] QString path() const;
    /// Shown with ~ for the home folder.
    void setPath(const QString &path);
    [[nodiscard]] QLineEdit *line() const { return m_line; }

Q_SIGNALS:
    /// The path is another.
    void pathChanged();
    /// A person typed or chose it.
    void pathEdited();

protected:
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    void choose();
    void take(const QString &path);

    Kind m_kind;
    QString m_dialogTitle;
    QLineEdit *m_line;
};

}  // namespace waypoint
