// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/pickle/global_use.h"
#include "ui/models/colors.h"

#include <QtWidgets/QFrame>

#include <vector>

class QLabel;
class QToolButton;
class QTreeWidget;

namespace waypoint {

/// What a file's names mean for somebody who would load it with Python: whether weights_only accepts it, which names
/// stop it, which could run code. One line; the names unfold below it. Hidden where there are no names at all.
class SafetyNote final : public QFrame
{
    Q_OBJECT

public:
    explicit SafetyNote(QWidget *parent = nullptr);

    void setGlobals(const std::vector<GlobalUse> &globals);
    /// The sentence on show, for tests and screen readers.
    [[nodiscard]] QString sentence() const;

protected:
    void changeEvent(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void fillList(const std::vector<GlobalUse> &globals);
    [[nodiscard]] colors::Notice notice() const;
    void applyColours();

    QLabel *m_sentence;
    QToolButton *m_toggle;
    QTreeWidget *m_list;
    Safety m_worst = Safety::Safe;
    bool m_refused = false;  ///< weights_only does not accept it
};

/// The sentence for a set of names: what torch.load would do, what could run, and that nothing was run here.
[[nodiscard]] QString safetySentence(const std::vector<GlobalUse> &globals);

}  // namespace waypoint
