// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/tensor_stats.h"

#include <QtWidgets/QLabel>

#include <optional>

namespace waypoint {

/// A tensor's statistics on one line (more where it is narrow): "min −0.21 · max 0.34 · …". All digits are in the tool
/// tip, NaN and infinities in the colours of danger and warning.
class StatsLine final : public QLabel
{
    Q_OBJECT

public:
    explicit StatsLine(QWidget *parent = nullptr);

    /// Requires: `stats` are of the absolute values where `ofMagnitudes` (complex numbers have no order).
    void setStats(const TensorStats &stats, bool ofMagnitudes = false);
    /// They are being worked out.
    void setPending();
    /// They cannot be had.
    void setProblem(const QString &sentence);
    void clearStats();

    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void changeEvent(QEvent *event) override;

private:
    void showStats();

    std::optional<TensorStats> m_stats;
    bool m_ofMagnitudes = false;
};

}  // namespace waypoint
