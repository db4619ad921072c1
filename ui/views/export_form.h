// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/export_choice.h"

#include <QtWidgets/QWidget>

#include <vector>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QLineEdit;

namespace waypoint {

class StateLine;

/// What to export and as what: which part, which tensors, format, device, type of numbers, names. The format is
/// remembered from sheet to sheet.
class ExportForm final : public QWidget
{
    Q_OBJECT

public:
    /// `chosen`: entries selected where the export was asked for.
    ExportForm(CheckpointPtr checkpoint, const std::vector<EntryId> &chosen, QWidget *parent = nullptr);

    [[nodiscard]] ExportOptions options() const;
    /// The chosen part in the name of a file; empty for the obvious one.
    [[nodiscard]] QString partName() const { return part().name; }
    /// What a conversion loses, under the choice of the type; empty for nothing.
    void setLoss(const QString &sentence);
    void remember() const;

Q_SIGNALS:
    void changed();

private:
    void createWhat(QFormLayout &rows, const std::vector<EntryId> &chosen);
    void createHow(QFormLayout &rows);
    void createNames(QFormLayout &rows);
    void createShards(QFormLayout &rows);
    void restore();
    void tell();
    [[nodiscard]] ExportFormat format() const;
    [[nodiscard]] const ExportPart &part() const;

    CheckpointPtr m_checkpoint;
    std::vector<ExportPart> m_parts;
    QComboBox *m_part;
    QLineEdit *m_match;
    QComboBox *m_format;
    StateLine *m_purpose;
    QComboBox *m_device;
    QComboBox *m_type;
    StateLine *m_loss;
    QComboBox *m_strip;
    QLineEdit *m_add;
    QCheckBox *m_compact;
    QCheckBox *m_sharded;
    QDoubleSpinBox *m_shardSize;
};

}  // namespace waypoint
