// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/views/plot_layer.h"

namespace waypoint {

/// Vertical lines with a word at the top, and dots. Where dots crowd, those that come first among the marks are drawn.
class PlotMarksLayer final : public PlotLayer
{
    Q_OBJECT

public:
    explicit PlotMarksLayer(PlotCanvas &canvas) : PlotLayer(canvas, QStringLiteral("main")) {}

    /// The mark whose line, dot or word is there.
    [[nodiscard]] std::optional<std::size_t> markAt(const QPointF &at) const;

    /// Of the words at the top; the top of the data without any.
    [[nodiscard]] double wordsBottom() const;

protected:
    void draw(QCPPainter *painter) override;

private:
    struct Word
    {
        std::size_t mark = 0;
        QRectF box;
        QString text;
    };

    [[nodiscard]] std::vector<Word> words(const std::vector<bool> &shown) const;
    /// Which marks have room.
    [[nodiscard]] std::vector<bool> sparse() const;
    [[nodiscard]] std::optional<QPointF> place(const PlotMark &mark) const;
    void drawLine(QCPPainter &painter, const PlotMark &mark) const;
    void drawDot(QCPPainter &painter, const PlotMark &mark) const;

    std::vector<Word> m_words;  // as last drawn
};

}  // namespace waypoint
