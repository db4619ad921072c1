// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window.h"
#include "ui/theme.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QSettings>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>
#include <QtWidgets/QMainWindow>

#include <chrono>

using namespace waypoint;

namespace {

/// Takes the time of a window's first paint.
class FirstPaint final : public QObject
{
public:
    explicit FirstPaint(QObject *window) : QObject(window) { window->installEventFilter(this); }

    [[nodiscard]] bool seen() const { return m_seen; }

    bool eventFilter(QObject *, QEvent *event) override
    {
        m_seen = m_seen || event->type() == QEvent::Paint;
        return false;
    }

private:
    bool m_seen = false;
};

class StartupTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void windowPaintsSoonAfterAnEmptyOneWould()
    {
        const QTemporaryDir folder;
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, folder.path());
        QCoreApplication::setOrganizationName(QStringLiteral("Waypoint"));
        QCoreApplication::setApplicationName(QStringLiteral("WaypointTest"));
        // The first window of a process pays for fonts and the like; nobody's window is to blame for that.
        timeToPaint([] { return std::make_unique<QMainWindow>(); });
        const auto empty = timeToPaint([] { return std::make_unique<QMainWindow>(); });
        const auto full = timeToPaint([this] {
            m_theme = std::make_unique<Theme>();
            return std::make_unique<MainWindow>(*m_theme);
        });
        qInfo("first paint: an empty window %lld ms, Waypoint %lld ms", static_cast<long long>(empty.count()),
              static_cast<long long>(full.count()));
        // The aim is 150 ms on an idle machine; a busy one with sanitizers gets three times that.
        QVERIFY(full - empty < std::chrono::milliseconds(450));
    }

private:
    template<typename Make>
    std::chrono::milliseconds timeToPaint(Make make)
    {
        QElapsedTimer clock;
        clock.start();
        const auto window = make();
        const auto *paint = new FirstPaint(window.get());
        window->show();
        const bool painted = QTest::qWaitFor([&] { return paint->seen(); });
        const std::chrono::milliseconds took(clock.elapsed());
        return painted ? took : std::chrono::milliseconds(60'000);
    }

    std::unique_ptr<Theme> m_theme;
};

}  // namespace

QTEST_MAIN(StartupTest)
#include "startup_test.moc"
