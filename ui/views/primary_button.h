// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QPushButton>

namespace waypoint {

/// The one button of a place that a person most likely wants: in the colour of what is selected.
class PrimaryButton final : public QPushButton
{
    Q_OBJECT

public:
    explicit PrimaryButton(const QString &text, QWidget *parent = nullptr);

protected:
    void changeEvent(QEvent *event) override;

private:
    void applyColors();

    bool m_applying = false;
};

/// A triangle that points on, in the colour of the text of a primary button.
[[nodiscard]] QIcon goOnIcon();

}  // namespace waypoint
