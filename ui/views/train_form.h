// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/run/run_config.h"

#include <QtCore/QString>
#include <QtWidgets/QWidget>

#include <memory>

namespace waypoint {

class DataChooser;
class RunCenter;
class TrainPlanner;
class TrainerInfo;

/// A new run, set up: everything that decides it, with the reason beside each field that does not fit. With nothing
/// touched it trains Iris. Remembers the last one; keeps presets by name.
class TrainForm final : public QWidget
{
    Q_OBJECT

public:
    /// Requires: both outlive it.
    TrainForm(RunCenter &runs, TrainerInfo &info, QWidget *parent = nullptr);
    ~TrainForm() override;

    [[nodiscard]] RunConfig config() const;
    /// Fills in every field.
    void setConfig(const RunConfig &config);
    [[nodiscard]] QString runFolder() const;
    /// Empty: the first free one.
    void setRunFolder(const QString &folder);
    /// Fills it in from a run.json, or from that of a run folder, in the background; says so where it is none.
    void loadRunFile(const QString &path);

    /// What waypoint-train says of the present settings.
    [[nodiscard]] const TrainPlanner &planner() const;
    [[nodiscard]] DataChooser &data() const;
    /// Can be started. While false, problem() says what is in the way, or it is still being checked.
    [[nodiscard]] bool isReady() const;
    [[nodiscard]] QString problem() const;

    /// Starts it as the button does, where it is ready; the next run gets a folder of its own.
    void start();

Q_SIGNALS:
    void changed();
    /// It was handed to the run center.
    void started(const QString &folder);

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    void createBars();
    void connectParts();
    void settingsChanged();
    void ask();
    void refresh();
    void showOutlook();
    void choosePreset(const RunConfig &config, const QString &ask);
    void reset();
    void chooseRunFile();
    void showText();

    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

}  // namespace waypoint
