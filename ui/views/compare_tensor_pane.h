// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/jobs/job.h"
#include "ui/models/compare_scan.h"
#include "ui/views/tensor_view.h"

class QLabel;
class QStackedWidget;
class QTabBar;

namespace waypoint {

class CompareHistogram;
class ElidedLabel;
class HeatMapView;
class NoticeBar;
class PlaneSelector;
class QuietLabel;
class ValueTable;

/// One tensor in both checkpoints: its two histograms over each other, a map of the difference, the difference itself.
class CompareTensorPane final : public QWidget
{
    Q_OBJECT

public:
    explicit CompareTensorPane(QWidget *parent = nullptr);

    /// Null, or no tensor, shows nothing.
    void setTensor(const ComparisonPtr &comparison, std::optional<std::size_t> tensor);
    /// Numbers of the tensor that is shown came.
    void refresh();

    [[nodiscard]] CompareHistogram &histogram() const { return *m_histogram; }
    [[nodiscard]] HeatMapView &difference() const { return *m_map; }
    [[nodiscard]] QTabBar &tabs() const { return *m_tabs; }
    [[nodiscard]] QString factsText() const;

private:
    /// What both sides hold, and B - A.
    struct Read
    {
        std::optional<Result<NumericTensor>> a;
        std::optional<Result<NumericTensor>> b;
        std::optional<Result<NumericTensor>> difference;
    };
    using ReadPtr = std::shared_ptr<const Read>;

    void createParts();
    static ReadPtr read(const CompareContent &content, std::size_t tensor);
    void take(const ReadPtr &read);
    void showDifference(const ReadPtr &read);
    void showWay(int tab);

    ComparisonPtr m_comparison;
    std::optional<std::size_t> m_tensor;
    int m_chosen = 0;  ///< the tab a person chose, also while the tensor shown has none such
    bool m_isSwitching = false;
    Job<ReadPtr> m_reading;

    QLabel *m_name;
    QuietLabel *m_facts;
    NoticeBar *m_reason;
    QTabBar *m_tabs;
    PlaneSelector *m_plane;
    QStackedWidget *m_stack;
    CompareHistogram *m_histogram;
    HeatMapView *m_map;
    ValueTable *m_values;
    ElidedLabel *m_status;
};

}  // namespace waypoint
