// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/compare_files.h"

#include <QtWidgets/QWidget>

class QComboBox;
class QLabel;

namespace waypoint {

class ElidedLabel;
class PathField;

/// One side of a comparison: which file, which part of it, and what that is. Files can be dropped here.
class CompareSideBox final : public QWidget
{
    Q_OBJECT

public:
    explicit CompareSideBox(CompareFiles::Side side, QWidget *parent = nullptr);

    /// What there is to choose from, and what is chosen.
    void showFiles(const CompareFiles &files);
    [[nodiscard]] PathField &field() const { return *m_path; }
    [[nodiscard]] QComboBox &sections() const { return *m_sections; }

Q_SIGNALS:
    void pathChosen(const QString &path);
    void sectionChosen(const QString &path);

protected:
    void changeEvent(QEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    void showSections(const CompareFile *file, const QString &chosen);
    void paintSign();

    CompareFiles::Side m_side;
    QLabel *m_sign;
    PathField *m_path;
    QComboBox *m_sections;
    ElidedLabel *m_what;
};

}  // namespace waypoint
