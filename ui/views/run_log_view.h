// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QStringList>
#include <QtCore/QTimer>
#include <QtWidgets/QWidget>

#include <memory>

class QLabel;
class QPlainTextEdit;

namespace waypoint {

class LogFeed;

/// The end of a run's trainer.log while it grows. Stays at its end unless the person scrolled up.
class RunLogView final : public QWidget
{
    Q_OBJECT

public:
    explicit RunLogView(QWidget *parent = nullptr);
    ~RunLogView() override;

    /// Empty: none.
    void setFile(const QString &path);
    [[nodiscard]] QPlainTextEdit &text() const { return *m_text; }

protected:
    void hideEvent(QHideEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    QWidget *createTools();
    void take(const QStringList &lines, bool anew);
    /// A few lines at a time: thousands of them would hold up the window.
    void appendSome();
    void appendLines(const QStringList &lines);
    void showState();
    void openFile();

    QString m_path;
    std::unique_ptr<LogFeed> m_feed;
    QStringList m_waiting;
    QTimer m_append;
    QPlainTextEdit *m_text;
    QLabel *m_state;
};

}  // namespace waypoint
