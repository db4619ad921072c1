// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/data_look.h"

#include <QtWidgets/QWidget>

#include <memory>

namespace waypoint {

/// Samples as pictures or as rows of numbers, and a bar for each class.
class DataPreview final : public QWidget
{
    Q_OBJECT

public:
    explicit DataPreview(QWidget *parent = nullptr);
    ~DataPreview() override;

    /// Null: `text` says why there is nothing.
    void setLook(std::shared_ptr<const DataLook> look, const QString &text = {});

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

}  // namespace waypoint
