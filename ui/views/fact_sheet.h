// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"

#include <QtWidgets/QWidget>

class QLabel;

namespace waypoint {

class BarList;
class FactGrid;

/// What there is to know about an entry besides its value: what it is part of, type, layout, storage, who shares it.
class FactSheet final : public QWidget
{
    Q_OBJECT

public:
    explicit FactSheet(QWidget *parent = nullptr);

    void setEntry(CheckpointPtr checkpoint, EntryId entry);
    void clear();

Q_SIGNALS:
    void entryActivated(waypoint::EntryId entry);

private:
    void showFacts();
    void showTensorFacts(const TensorValue &tensor);
    void showStorageFacts(const TensorRef &ref);
    void showSharing(StorageIndex storage);
    void showArrayFacts(const ArrayValue &array);
    void showSectionFacts(const Section &section);

    CheckpointPtr m_checkpoint;
    EntryId m_entry = kRootEntry;
    FactGrid *m_facts;
    QLabel *m_sharedHeading;
    BarList *m_shared;
};

/// The part of the checkpoint that begins at an entry, or null.
[[nodiscard]] const Section *sectionAt(const Checkpoint &checkpoint, EntryId entry);

}  // namespace waypoint
