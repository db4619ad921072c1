// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/jobs/job.h"
#include "ui/views/heat_map_picture.h"
#include "ui/views/tensor_view.h"

#include <QtCore/QTimer>

#include <optional>

class QComboBox;
class QPushButton;

namespace waypoint {

class ColorBar;
class ColorControls;
class HeatMapCanvas;

/// A plane of a tensor as colours. The whole plane is read once, in blocks that fit the screen; what is zoomed into is
/// read again, in full. A 1-D tensor is a strip.
class HeatMapView final : public TensorView
{
    Q_OBJECT

public:
    /// `settingsGroup`: views of one group share the person's choices; `colours` is what they begin with.
    explicit HeatMapView(QWidget *parent = nullptr, const QString &settingsGroup = QStringLiteral("map"),
                         ColorSettings::Map colours = ColorSettings::Map::Automatic);

    void setTensor(ShownTensorPtr tensor) override;
    void setPlane(const PlaneWindow &plane) override;
    [[nodiscard]] bool usesPlane() const override { return true; }

    [[nodiscard]] HeatMapCanvas &canvas() const { return *m_canvas; }
    [[nodiscard]] ColorControls &colourControls() const { return *m_colours; }
    /// What is shown, once it is there.
    [[nodiscard]] HeatMapPicturePtr wholePicture() const { return m_whole; }
    [[nodiscard]] HeatMapPicturePtr partPicture() const { return m_part; }
    /// What was said last by statusChanged().
    [[nodiscard]] const QString &status() const { return m_status; }

protected:
    void showEvent(QShowEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    using Read = Result<HeatMapPicturePtr>;

    void createParts();
    void saveSettings() const;
    void restoreSettings();
    /// The plane to show: the pane's choice where it suits the tensor, else its last two dimensions.
    [[nodiscard]] PlaneWindow suitablePlane() const;
    [[nodiscard]] QString dimensionName(const std::optional<std::size_t> &dim) const;
    void tensorChanged();
    void forgetPictures();
    void readWhatIsMissing();
    void readWhole();
    void readPart();
    [[nodiscard]] HeatMapRequest requestFor(const CellRange &cells) const;
    void takeWhole(Read read);
    void takePart(Read read);
    void clearCanvas();
    void sayThatItTakesAWhile();
    void applyColours();
    void describeHovered();
    void readHovered(const PlaneCell &cell);
    void say(const QString &status);
    [[nodiscard]] QString cellText(const PlaneCell &cell, const Element &element) const;
    [[nodiscard]] QString blockText(const HeatMapPicture &picture, const PlaneCell &cell) const;
    [[nodiscard]] bool isWholeTooCoarse() const;

    HeatMapCanvas *m_canvas = nullptr;
    ColorBar *m_bar = nullptr;
    ColorControls *m_colours = nullptr;
    QComboBox *m_blocks = nullptr;
    QWidget *m_blocksControl = nullptr;
    QPushButton *m_all = nullptr;

    QString m_settingsGroup;
    ShownTensorPtr m_tensor;
    std::optional<PlaneWindow> m_chosenPlane;
    PlaneWindow m_plane;
    HeatMapPicturePtr m_whole;
    HeatMapPicturePtr m_part;
    bool m_wholeIsCurrent = false;
    HeatMapRequest m_wholeAsked;
    CellRange m_partAsked;
    QString m_status;
    Job<Read> m_wholeJob{this};
    Job<Read> m_partJob{this};
    Job<Result<std::vector<Element>>> m_hoverJob{this};
    QTimer m_soon;  ///< gathers what changes in one turn of the event loop
    QTimer m_slow;  ///< says that it takes a while
};

}  // namespace waypoint
