// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/tensor_window.h"
#include "ui/models/number_format.h"

#include <QtWidgets/QWidget>

class QActionGroup;
class QComboBox;
class QToolButton;

namespace waypoint {

/// The line of tools above a table of values: how numbers are written, where a long tensor wraps, what to look for.
/// The settings are kept across starts.
class ValueTools final : public QWidget
{
    Q_OBJECT

public:
    explicit ValueTools(QWidget *parent = nullptr);

    /// Offers only what makes sense for a tensor.
    void setTensor(const NumericTensor &tensor);

    [[nodiscard]] NumberFormat format() const { return m_format; }
    void setFormat(const NumberFormat &format);
    [[nodiscard]] bool isTinted() const { return m_isTinted; }
    /// Columns of a tensor with one dimension; 0: as many as fit.
    [[nodiscard]] int wrapAt() const;
    [[nodiscard]] Wanted wanted() const;
    /// Puts buttons at the end of the line.
    void addActions(QAction *goTo, QAction *previous, QAction *next, const QList<QAction *> &copies, QAction *save);

Q_SIGNALS:
    void formatChanged();
    void tintChanged();
    void wrapChanged();

private:
    void createFormatMenu();
    void createWrapMenu();
    QAction *addWrap(const QString &text, int columns);
    void addFormat(const QString &text, const NumberFormat &format);
    void showFormat();
    [[nodiscard]] QToolButton *newButton(QAction *action);

    NumberFormat m_format;
    bool m_isTinted = false;
    QToolButton *m_formatButton;
    QActionGroup *m_formats;
    QToolButton *m_wrap;
    QActionGroup *m_wraps;
    QComboBox *m_wanted;
};

}  // namespace waypoint
