// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/element_search.h"
#include "ui/models/tensor_copy.h"
#include "ui/views/tensor_view.h"
#include "ui/views/value_tools.h"

#include <QtCore/QPointer>

#include <filesystem>

class QFileDialog;

namespace waypoint {

class GoToLine;
class TaskLine;
class ValueGrid;

/// A tensor's values as a table: a plane of it, or the whole of it wrapped where it has one dimension. Finds NaN,
/// infinities and zeros anywhere in the tensor, copies what is selected, saves everything as .npy.
class ValueTable final : public TensorView
{
    Q_OBJECT

public:
    explicit ValueTable(QWidget *parent = nullptr);

    void setTensor(ShownTensorPtr tensor) override;
    void setStats(const TensorStats &stats) override;
    void setPlane(const PlaneWindow &plane) override;
    [[nodiscard]] bool usesPlane() const override { return true; }

    [[nodiscard]] ValueGrid &grid() const { return *m_grid; }
    [[nodiscard]] GoToLine &goToLine() const { return *m_goTo; }
    /// What a cell shows; empty while it has not been read.
    [[nodiscard]] QString cellText(std::int64_t row, std::int64_t column) const;
    /// What came of the last search, copy or saving.
    [[nodiscard]] QString message() const;

    /// Shows an element, in another plane too. Requires: a position of the tensor.
    void goTo(std::int64_t position);
    void find(Wanted wanted, bool backwards);
    void copy(CopyFormat format);
    void saveAs(const std::filesystem::path &path);

Q_SIGNALS:
    /// The element to be shown lies in this plane; the table shows it already.
    void planeWanted(const waypoint::PlaneWindow &plane);

protected:
    void hideEvent(QHideEvent *event) override;

private:
    void createActions();
    void connectTools();
    void rebuild(bool keepPlace);
    [[nodiscard]] std::int64_t columnsToWrapAt() const;
    void refit();
    void applyFormat();
    void applyTint();
    void chooseFile();
    [[nodiscard]] NumericTensorPtr numbers() const;
    [[nodiscard]] bool hasElements() const;

    ShownTensorPtr m_tensor;
    std::optional<TensorStats> m_stats;
    PlaneWindow m_plane;
    ElementSearch m_search;
    Job<std::shared_ptr<const Result<QString>>> m_copying;
    Job<std::shared_ptr<const Result<void>>> m_saving;
    Wanted m_wanted = Wanted::Nan;
    QPointer<QFileDialog> m_dialog;

    ValueTools *m_tools;
    GoToLine *m_goTo;
    ValueGrid *m_grid;
    TaskLine *m_task;
};

}  // namespace waypoint
