// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGui/QColor>
#include <QtWidgets/QWidget>

#include <cstdint>
#include <optional>
#include <vector>

namespace waypoint {

/// A row of a BarList.
struct BarRow
{
    QString name;
    QString value;                      ///< right-aligned: "411 MB · 74 %"
    double share = 0;                   ///< length of the bar, 0 to 1; none is drawn for 0
    QColor colour;                      ///< dot and bar; invalid: the highlight colour
    std::optional<std::uint32_t> link;  ///< what activated() reports; none: the row is no link
    QString toolTip;
};

/// A short list of names with a value and a bar each: what takes the space, what a file holds.
/// Rows with a link answer to the mouse and to the keyboard (arrows, Enter).
class BarList final : public QWidget
{
    Q_OBJECT

public:
    explicit BarList(QWidget *parent = nullptr);

    void setRows(std::vector<BarRow> rows);
    [[nodiscard]] const std::vector<BarRow> &rows() const { return m_rows; }

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void activated(std::uint32_t link);

protected:
    void paintEvent(QPaintEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    bool event(QEvent *event) override;

private:
    [[nodiscard]] int rowHeight() const;
    [[nodiscard]] int rowAt(QPoint position) const;
    [[nodiscard]] bool isLink(int row) const;
    void setCurrent(int row);
    void paintRow(QPainter &painter, int row) const;

    std::vector<BarRow> m_rows;
    int m_current = -1;
};

}  // namespace waypoint
