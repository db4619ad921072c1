// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/jobs/rationed_job.h"
#include "ui/models/compare_order.h"
#include "ui/models/compare_scan.h"
#include "ui/models/compare_summary.h"

#include <QtWidgets/QWidget>

class QAbstractButton;
class QLabel;
class QSplitter;
class QStackedWidget;
class QTabBar;

namespace waypoint {

class CompareFilterBar;
class CompareLayersPlot;
class CompareTable;
class CompareTensorPane;
class CompareValuesTable;
class EmptyState;
class NoticeBar;
class QuietLabel;

/// Two checkpoints side by side, once they are matched: what changed in a sentence, the tables of tensors and values,
/// the layers as bars, the selected tensor. Compares the numbers in the background meanwhile.
class ComparePane final : public QWidget
{
    Q_OBJECT

public:
    explicit ComparePane(QWidget *parent = nullptr);
    ~ComparePane() override;

    /// Null shows nothing and stops what is going on.
    void setComparison(const ComparisonPtr &comparison);
    [[nodiscard]] CompareScan &scan() { return m_scan; }
    [[nodiscard]] CompareTable &table() const { return *m_table; }
    [[nodiscard]] CompareValuesTable &values() const { return *m_values; }
    [[nodiscard]] CompareFilterBar &filterBar() const { return *m_filter; }
    [[nodiscard]] CompareLayersPlot &layers() const { return *m_layers; }
    [[nodiscard]] CompareTensorPane &tensorPane() const { return *m_tensor; }
    [[nodiscard]] QTabBar &tabs() const { return *m_tabs; }
    [[nodiscard]] const CompareSummary &summary() const { return m_summary; }

    [[nodiscard]] QByteArray saveLayout() const;
    void restoreLayout(const QByteArray &layout);

Q_SIGNALS:
    /// Another sentence, or other counts.
    void summaryChanged();
    /// An entry of the file of side A or B, as a path within.
    void inspectRequested(int side, const QString &entry);
    void exportRequested(int side);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    /// What one look over all numbers gives.
    struct Look
    {
        ComparisonPtr of;
        CompareOrderPtr order;
        CompareTallyPtr tally;
    };

    QWidget *createHead();
    QWidget *createTables();
    QWidget *createRightSide();
    void connectParts();
    [[nodiscard]] CompareQuery query() const;
    [[nodiscard]] Job<Look>::Work looking() const;
    void take(const Look &look);
    void showSummary();
    void showNotes();
    void inspectCurrent(int side);
    void showTables(const Look &look);
    void clearTables();
    void showCurrent();
    void offerTensor();
    void showLayer(std::size_t layer);

    CompareScan m_scan;
    CompareSummary m_summary;
    CompareTallyPtr m_tally;
    std::optional<std::size_t> m_goal;  ///< to be selected once the filter is gone
    bool m_hasOffered = false;          ///< a tensor was selected before the person chose one
    bool m_isFresh = false;             ///< nothing of this comparison was shown yet

    NoticeBar *m_notes;
    QLabel *m_headline;
    QuietLabel *m_details;
    QTabBar *m_tabs;
    CompareFilterBar *m_filter;
    CompareTable *m_table;
    CompareValuesTable *m_values;
    EmptyState *m_none;
    QAbstractButton *m_showAll = nullptr;
    QStackedWidget *m_tables;
    CompareLayersPlot *m_layers;
    CompareTensorPane *m_tensor;
    QSplitter *m_rightSplitter;
    QSplitter *m_splitter;
    RationedJob<Look> m_looking;
};

}  // namespace waypoint
