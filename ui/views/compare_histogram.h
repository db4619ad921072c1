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

/// How the numbers of two tensors are spread, one over the other, over the same bins. Read in the background, once it
/// is seen; the settings stay from tensor to tensor and from session to session.
class CompareHistogram final : public QWidget
{
    Q_OBJECT

public:
    explicit CompareHistogram(QWidget *parent = nullptr);
    ~CompareHistogram() override;

    /// Either may be null; names are those of the files.
    void setTensors(ShownTensorPtr a, ShownTensorPtr b, const QString &nameA, const QString &nameB);
    [[nodiscard]] const Plot &plot() const { return *m_plot; }

protected:
    void changeEvent(QEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    using Pair = std::pair<std::optional<Histogram>, std::optional<Histogram>>;

    void createControls();
    void loadSettings();
    void saveSettings() const;
    [[nodiscard]] HistogramRequest request() const;
    void readAnew();
    void readIfSeen();
    void take(Result<Pair> read);
    void showNothing(const QString &why);
    void draw();

    ShownTensorPtr m_a;
    ShownTensorPtr m_b;
    QString m_nameA;
    QString m_nameB;
    std::optional<Pair> m_histograms;
    bool m_isStale = false;
    Job<Result<Pair>> m_job;
    QTimer m_patience;  ///< the old bars stay until reading takes longer than a blink
    Plot *m_plot;
    QComboBox *m_scale;
    QComboBox *m_bins;
    QCheckBox *m_logCounts;
};

}  // namespace waypoint
