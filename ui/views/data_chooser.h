// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>
#include <QtWidgets/QWidget>

#include <memory>

namespace waypoint {

struct DataLook;

/// Chooses a SPEC of samples: kind, file or folder (chosen, typed or dropped), options; looks at it in the background.
class DataChooser final : public QWidget
{
    Q_OBJECT

public:
    /// `optional`: "as the data has it" (an empty SPEC) is a choice, as for --val.
    explicit DataChooser(bool optional = false, QWidget *parent = nullptr);
    ~DataChooser() override;

    [[nodiscard]] QString spec() const;
    void setSpec(const QString &spec);
    /// Why it cannot be used, as a sentence; empty where it can, or where it is being looked at.
    [[nodiscard]] QString problem() const;
    [[nodiscard]] bool isLooking() const;
    /// What is in it; null where it cannot be read, or not yet.
    [[nodiscard]] std::shared_ptr<const DataLook> look() const;

Q_SIGNALS:
    void specChanged();
    /// look() or problem() is another.
    void lookChanged();

private:
    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

}  // namespace waypoint
