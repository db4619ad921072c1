// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/train_presets.h"

#include <QtWidgets/QWidget>

class QMenu;
class QToolButton;

namespace waypoint {

/// Above the form of a training: presets to choose, save and delete, and what else is done with all fields at once.
class TrainPresetBar final : public QWidget
{
    Q_OBJECT

public:
    /// Requires: `presets` outlives it.
    explicit TrainPresetBar(TrainPresets &presets, QWidget *parent = nullptr);

    [[nodiscard]] QMenu *presetMenu() const { return m_presetMenu; }
    [[nodiscard]] QMenu *moreMenu() const { return m_moreMenu; }
    [[nodiscard]] QToolButton *moreButton() const { return m_more; }

Q_SIGNALS:
    /// `ask`: option the person is to fill in.
    void chosen(const RunConfig &config, const QString &ask);
    void saveRequested(const QString &name);
    void resetRequested();
    void loadRequested();
    void copyCommandRequested();
    void copyJsonRequested();
    void showTextRequested();

private:
    void fillPresets();
    void askName();
    void createMore();

    TrainPresets &m_presets;
    QToolButton *m_button;
    QToolButton *m_more;
    QMenu *m_presetMenu;
    QMenu *m_moreMenu;
};

}  // namespace waypoint
