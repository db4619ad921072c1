// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/go_to_line.h"

#include "ui/models/colors.h"
#include "ui/models/tensor_place.h"

#include <QtGui/QKeyEvent>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>

namespace waypoint {

GoToLine::GoToLine(QWidget *parent) : QWidget(parent), m_text(new QLineEdit(this)), m_problem(new QLabel(this))
{
    m_text->setObjectName(QStringLiteral("goTo"));
    m_problem->setTextFormat(Qt::PlainText);
    m_problem->setWordWrap(true);
    auto *label = new QLabel(tr("Go to"), this);
    label->setBuddy(m_text);
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setVerticalSpacing(2);
    grid->addWidget(label, 0, 0);
    grid->addWidget(m_text, 0, 1);
    grid->addWidget(m_problem, 1, 1);
    grid->setColumnStretch(1, 1);
    connect(m_text, &QLineEdit::returnPressed, this, [this] { go(m_text->text()); });
    connect(m_text, &QLineEdit::textEdited, this, [this] { setProblem({}); });
    setProblem({});
    hide();
}

void GoToLine::setShape(const SmallDims &shape)
{
    m_shape = shape;
    const QString example = indexText(std::vector<std::int64_t>(shape.size(), 0));
    m_text->setPlaceholderText(shape.size() > 1 ? tr("an index such as %1, or a position").arg(example)
                                                : tr("a position"));
    m_text->setToolTip(tr("Negative numbers count from the end, as in Python."));
    setProblem({});
}

void GoToLine::open()
{
    show();
    m_text->selectAll();
    m_text->setFocus(Qt::ShortcutFocusReason);
}

bool GoToLine::go(const QString &text)
{
    if (m_text->text() != text)
        m_text->setText(text);
    const TensorPlace place = placeFromText(text, m_shape);
    setProblem(place.problem);
    if (!place.position)
        return false;
    Q_EMIT wanted(*place.position);
    close();
    return true;
}

QString GoToLine::problem() const { return m_problem->text(); }

void GoToLine::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape)
        close();
    else
        QWidget::keyPressEvent(event);
}

void GoToLine::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        setProblem(m_problem->text());
}

void GoToLine::close()
{
    const bool hadFocus = m_text->hasFocus();
    hide();
    if (hadFocus)
        Q_EMIT closed();
}

void GoToLine::setProblem(const QString &sentence)
{
    QPalette colored;
    colored.setColor(QPalette::WindowText, colors::noticeAccent(colors::Notice::Danger, palette()));
    m_problem->setPalette(colored);
    m_problem->setText(sentence);
    m_problem->setVisible(!sentence.isEmpty());
}

}  // namespace waypoint
