// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/ui/journeys/journey.h"
#include "ui/pages/train_page.h"
#include "ui/training_desk.h"
#include "ui/views/library_pane.h"
#include "ui/views/run_pane.h"
#include "ui/views/train_form.h"

#include <QtCore/QDir>
#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMessageBox>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTreeView>

#include <csignal>

namespace waypoint::test {

/// The button below a widget that a person reads so and can press; null where there is none.
inline QAbstractButton *buttonNamed(const QWidget &within, const QString &name)
{
    for (QAbstractButton *button : within.findChildren<QAbstractButton *>())
        if (button->isVisible() && button->isEnabled() && button->text().remove(QLatin1Char('&')) == name)
            return button;
    return nullptr;
}

/// A window whose runs are those of the journey.
class TrainingJourney final : public Journey
{
public:
    TrainingJourney() { window->resize(1240, 780); }

    /// The keyboard reaches a window only once it is the active one.
    void newRun() const
    {
        window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window.get()));
        QTest::keyClick(window.get(), Qt::Key_N, Qt::ControlModifier);
        QTRY_VERIFY(form().isVisible());
    }

    [[nodiscard]] TrainPage &page() const { return window->training().page(); }
    [[nodiscard]] TrainForm &form() const { return page().form(); }
    [[nodiscard]] RunCenter &runs() const { return window->training().runs(); }
    /// The run that is shown.
    [[nodiscard]] QString run() const { return page().run().run(); }
    [[nodiscard]] RunStory story() const { return runs().story(run()); }
    [[nodiscard]] RunCondition condition() const { return story().condition; }
    [[nodiscard]] RunStatus status() const
    {
        const RunSnapshotPtr snapshot = runs().snapshot(run());
        return snapshot ? snapshot->view.status : RunStatus{};
    }

    [[nodiscard]] QAbstractButton *button(const QString &name) const { return buttonNamed(page().run(), name); }
    [[nodiscard]] QAbstractButton *start() const
    {
        return form().findChild<QAbstractButton *>(QStringLiteral("train-start"));
    }

    static void click(QWidget *widget)
    {
        QVERIFY(widget);
        QTRY_VERIFY(widget->isVisible() && widget->isEnabled());
        QTest::mouseClick(widget, Qt::LeftButton);
    }
    void press(const QString &name) const
    {
        QTRY_VERIFY2(button(name), qPrintable(name));
        click(button(name));
    }
    void clickNamed(const QString &name) const { click(page().run().findChild<QAbstractButton *>(name)); }

    void type(const QString &field, const QString &text) const
    {
        auto *row = form().findChild<QWidget *>(field);
        QVERIFY2(row, qPrintable(field));
        auto *line = row->findChild<QLineEdit *>();
        QVERIFY2(line, qPrintable(field));
        line->setFocus();
        line->selectAll();
        QTest::keyClicks(line, text);
        QTest::keyClick(line, Qt::Key_Tab);
    }

    /// One that nobody would wait for.
    void startLongRun() const
    {
        newRun();
        type(QStringLiteral("train-epochs"), QStringLiteral("1000000"));
        QTRY_VERIFY_WITH_TIMEOUT(form().isReady(), 60'000);
        click(start());
    }

    void openFromLibrary(const QString &folder) const
    {
        QTreeView &list = window->library().list();
        QModelIndex row;
        const auto find = [&] {
            const QModelIndexList found = list.model()->match(list.model()->index(0, 0), LibraryModel::PathRole, folder,
                                                              1, Qt::MatchExactly | Qt::MatchRecursive);
            row = found.value(0);
            return row.isValid();
        };
        QTRY_VERIFY(find());
        list.scrollTo(row);
        QTest::mouseClick(list.viewport(), Qt::LeftButton, {}, list.visualRect(row).center());
        QTRY_COMPARE(run(), folder);
    }

    /// A picture for people, where WAYPOINT_PICTURES names a folder.
    void keep(const QString &name) const { keepWindow(*window, name); }
    static void keepWindow(QWidget &shown, const QString &name)
    {
        const QString folder = qEnvironmentVariable("WAYPOINT_PICTURES");
        if (!folder.isEmpty())
            QVERIFY(QDir().mkpath(folder) && shown.grab().save(QStringLiteral("%1/%2.png").arg(folder, name)));
    }

    /// No run outlives its journey.
    void endRuns() const
    {
        for (const QFileInfo &run :
             QDir(path(QStringLiteral("runs"))).entryInfoList(QDir::Dirs | QDir::NoDotAndDotDot)) {
            const RunPaths paths(run.absoluteFilePath().toStdString());
            if (const auto view = viewRun(paths.folder); view && view->alive)
                ::kill(static_cast<pid_t>(view->status.pid), SIGKILL);
            QTRY_VERIFY(!RunLock::isHeld(paths));
        }
    }
};

}  // namespace waypoint::test
