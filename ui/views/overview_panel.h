// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/summary.h"
#include "ui/jobs/job.h"

#include <QtWidgets/QScrollArea>

#include <memory>

class QLabel;

namespace waypoint {

class BarList;
class FactGrid;
struct BarRow;

/// What a file is made of: what it holds by role, its container, parameters and bytes by dtype and device, shared and
/// wasted storage, the largest entries. Every row that stands for an entry leads there.
class OverviewPanel final : public QScrollArea
{
    Q_OBJECT

public:
    explicit OverviewPanel(QWidget *parent = nullptr);

    void setCheckpoint(CheckpointPtr checkpoint);
    /// What a file that is one module (or one value) says of itself: print(model); empty for others.
    [[nodiscard]] QString rootText() const;
    /// Whether the counts have arrived, for tests.
    [[nodiscard]] bool isComplete() const { return m_complete; }

Q_SIGNALS:
    void entryActivated(waypoint::EntryId entry);

protected:
    void changeEvent(QEvent *event) override;

private:
    struct Block
    {
        QLabel *heading = nullptr;
        BarList *list = nullptr;
    };

    Block addBlock(const QString &heading);
    void setBlock(const Block &block, std::vector<BarRow> rows);
    void showContainer();
    /// What the background work found: the counts, and the text of a file that is one module or one value.
    struct Findings
    {
        Summary summary;
        QString heading;
        QString text;
    };
    [[nodiscard]] static Findings findOut(const Checkpoint &checkpoint);

    void showSummary(const Summary &summary);
    void showHoldings(const Summary &summary);
    void showGroups(const Summary &summary);
    void showStorage(const Summary &summary);
    [[nodiscard]] BarRow entryRow(EntryId entry) const;

    CheckpointPtr m_checkpoint;
    Job<std::shared_ptr<const Findings>> m_counting;
    std::shared_ptr<const Findings> m_findings;
    bool m_complete = false;

    Block m_holdings;
    Block m_dtypes;
    Block m_devices;
    Block m_largest;
    Block m_shared;
    Block m_wasteful;
    QLabel *m_textHeading = nullptr;
    QLabel *m_text = nullptr;
    QLabel *m_storageHeading = nullptr;
    FactGrid *m_storage = nullptr;
    QLabel *m_containerHeading = nullptr;
    FactGrid *m_container = nullptr;
};

}  // namespace waypoint
