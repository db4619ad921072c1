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
    /// Any SPEC, also one that is none; it stays as it is until somebody edits it.
    void setSpec(const QString &spec);
    /// Takes a file or a folder for what it most likely is, as if it were dropped. Found out in the background.
    void setPath(const QString &path);
    /// Why it cannot be used, as a sentence; empty where it can, or where it is being looked at.
    [[nodiscard]] QString problem() const;
    [[nodiscard]] bool isLooking() const;
    /// What is in it; null where it cannot be read, or not yet. Of data to validate on: what it has for that, or else
    /// all of it, is what counts.
    [[nodiscard]] std::shared_ptr<const DataLook> look() const;
    /// Looks again: files may be others.
    void refresh();

Q_SIGNALS:
    void specChanged();
    /// look() or problem() is another.
    void lookChanged();

private:
    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

}  // namespace waypoint
