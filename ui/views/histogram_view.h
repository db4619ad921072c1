// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/histogram.h"
#include "ui/jobs/job.h"
#include "ui/views/tensor_view.h"

#include <QtCore/QTimer>

class QCheckBox;
class QComboBox;

namespace waypoint {

class Plot;
class QuietLabel;

/// How a tensor's numbers are spread. Read in the background, once it is seen; the settings stay from tensor to tensor
/// and from session to session.
class HistogramView final : public TensorView
{
    Q_OBJECT

public:
    explicit HistogramView(QWidget *parent = nullptr);
    ~HistogramView() override;

    void setTensor(ShownTensorPtr tensor) override;
    void setStats(const TensorStats &stats) override;

    [[nodiscard]] const Plot &plot() const { return *m_plot; }
    /// The numbers that no bar can hold, in words; empty for none.
    [[nodiscard]] QString remark() const;

protected:
    void changeEvent(QEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    void createControls();
    void loadSettings();
    void saveSettings() const;
    [[nodiscard]] HistogramRequest request() const;
    void readAnew();
    void readIfSeen();
    void take(Result<Histogram> histogram);
    void showNothing(const QString &why);
    void showHistogram();
    void showMarks();
    void showRemark();

    ShownTensorPtr m_tensor;
    std::optional<TensorStats> m_stats;
    std::optional<Histogram> m_histogram;
    bool m_isStale = false;
    Job<Result<Histogram>> m_job;
    QTimer m_patience;  // the old bars stay until reading takes longer than a blink
    Plot *m_plot;
    QComboBox *m_scale;
    QComboBox *m_bins;
    QCheckBox *m_logCounts;
    QuietLabel *m_remark;
};

}  // namespace waypoint
