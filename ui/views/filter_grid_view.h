// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/jobs/job.h"
#include "ui/views/filter_grid.h"
#include "ui/views/tensor_view.h"

#include <QtCore/QTimer>

#include <optional>

class QCheckBox;
class QComboBox;
class QSlider;
class QSpinBox;
class QStackedWidget;

namespace waypoint {

class ColorBar;
class ColorControls;
class EmptyState;

/// Convolution weights as a grid of small pictures, one for each filter or kernel. Reads what is seen; small tensors
/// whole.
class FilterGridView final : public TensorView
{
    Q_OBJECT

public:
    explicit FilterGridView(QWidget *parent = nullptr);

    void setTensor(ShownTensorPtr tensor) override;
    void setStats(const TensorStats &stats) override;

    [[nodiscard]] FilterGrid &grid() const { return *m_grid; }
    [[nodiscard]] QComboBox &tilesBox() const { return *m_tiles; }
    [[nodiscard]] QCheckBox &sharedBox() const { return *m_shared; }
    /// What is shown, once it is there.
    [[nodiscard]] FilterNumbersPtr numbers() const { return m_numbers; }
    [[nodiscard]] bool showsFilters() const;
    [[nodiscard]] QString emptyText() const { return m_emptyText; }
    /// What was said last by statusChanged().
    [[nodiscard]] const QString &status() const { return m_status; }

protected:
    void showEvent(QShowEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    using Read = Result<FilterNumbersPtr>;
    using Ends = Result<std::optional<std::pair<double, double>>>;

    void createParts();
    void saveSettings() const;
    void restoreSettings();
    void showEmpty(const QString &title, const QString &explanation);
    void offerTiles();
    void tilesChosen();
    void applySettings();
    void readWhatIsMissing();
    void readEnds();
    void take(Read read);
    void takeEnds(double low, double high);
    void describeHovered();
    void say(const QString &status);
    [[nodiscard]] FilterRange wantedRange() const;
    [[nodiscard]] QString placeText(const FilterPlace &place) const;

    QStackedWidget *m_stack = nullptr;
    EmptyState *m_empty = nullptr;
    FilterGrid *m_grid = nullptr;
    ColorBar *m_bar = nullptr;
    ColorControls *m_colours = nullptr;
    QComboBox *m_tiles = nullptr;
    QSpinBox *m_channel = nullptr;
    QWidget *m_channelControl = nullptr;
    QSpinBox *m_depth = nullptr;
    QWidget *m_depthControl = nullptr;
    QCheckBox *m_shared = nullptr;
    QSlider *m_size = nullptr;

    ShownTensorPtr m_tensor;
    FilterShape m_shape;
    std::optional<FilterTiles> m_chosenTiles;  ///< by the person; kept where the tensor can be shown so
    FilterNumbersPtr m_numbers;
    std::optional<FilterRange> m_asked;
    std::optional<NumberRange> m_ends;
    QString m_emptyText;
    QString m_status;
    Job<Read> m_job{this};
    Job<Ends> m_endsJob{this};
    QTimer m_soon;  ///< gathers what changes in one turn of the event loop
    QTimer m_slow;  ///< says that it takes a while
};

}  // namespace waypoint
