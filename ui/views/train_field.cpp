// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/train_field.h"

#include "ui/models/colors.h"
#include "ui/views/fact_grid.h"
#include "ui/views/quiet_label.h"

#include <QtCore/QEvent>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>

#include <utility>

namespace waypoint {

namespace {

/// A sign that is none of colour.
QString withSign(const QString &problem) { return QStringLiteral("⚠ ") + problem; }

/// The control within an editor that is made of several.
QWidget *controlOf(QWidget *editor)
{
    QWidget *control = editor;
    while (control->focusProxy())
        control = control->focusProxy();
    return control;
}

}  // namespace

TrainField::TrainField(const QString &option, const QString &label, QWidget *editor, const QString &help, Place place,
                       QWidget *parent)
    : QWidget(parent),
      m_option(option),
      m_label(new QLabel(label)),
      m_editor(editor),
      m_problem(plainLabel({}, this)),
      m_note(new QuietLabel)
{
    setObjectName(QStringLiteral("train-") + option);
    createRow(place, help);
    applyColor();
    setNote({});
    showProblem();
}

void TrainField::createRow(Place place, const QString &help)
{
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(2);
    const bool beside = place == Place::Beside;
    const int column = beside ? 1 : 0;
    const int row = beside ? 0 : 1;
    grid->addWidget(m_label, 0, 0, beside ? Qt::AlignVCenter : Qt::Alignment());
    grid->addWidget(m_editor, row, column);
    grid->addWidget(m_problem, row + 1, column);
    grid->addWidget(m_note, row + 2, column);
    grid->setColumnStretch(column, 1);
    if (beside)
        m_label->setFixedWidth(kTrainLabelWidth);
    else
        m_label->setVisible(!m_label->text().isEmpty());
    m_note->setWordWrap(true);
    m_label->setToolTip(help);
    QWidget *control = controlOf(m_editor);
    m_label->setBuddy(control);
    setFocusProxy(control);
    if (control->accessibleName().isEmpty())
        control->setAccessibleName(name());
    if (m_editor->toolTip().isEmpty())
        m_editor->setToolTip(help);
    control->setAccessibleDescription(help);
}

QString TrainField::name() const
{
    const auto *box = qobject_cast<const QCheckBox *>(m_editor);
    const QString text = m_label->text().isEmpty() && box ? box->text() : m_label->text();
    return QString(text).remove(QLatin1Char('&'));
}

QWidget *TrainField::focusTarget() const { return controlOf(m_editor); }

void TrainField::bind(std::function<void(const RunConfig &)> fill, std::function<void(RunConfig &)> read)
{
    m_fill = std::move(fill);
    m_read = std::move(read);
}

void TrainField::fill(const RunConfig &config) const
{
    if (m_fill)
        m_fill(config);
}

void TrainField::read(RunConfig &config) const
{
    if (m_read)
        m_read(config);
}

void TrainField::setCheck(std::function<QString()> check)
{
    m_check = std::move(check);
    valueChanged();
}

void TrainField::valueChanged()
{
    m_own = m_check ? m_check() : QString();
    m_told.clear();  // it was said of another value
    showProblem();
    Q_EMIT changed();
}

void TrainField::setToldProblem(const QString &problem)
{
    if (std::exchange(m_told, problem) != problem)
        showProblem();
}

void TrainField::setShowsProblem(bool shows)
{
    m_showsProblem = shows;
    showProblem();
}

void TrainField::showProblem()
{
    const bool shown = !problem().isEmpty() && (m_showsProblem || m_own.isEmpty());
    m_problem->setText(shown ? withSign(problem()) : QString());
    m_problem->setVisible(shown);
    Q_EMIT problemChanged();
}

void TrainField::setNote(const QString &note)
{
    m_note->setText(note);
    m_note->setVisible(!note.isEmpty());
}

QString TrainField::note() const { return m_note->text(); }

void TrainField::setPlaceholder(const QString &text)
{
    if (auto *line = qobject_cast<QLineEdit *>(focusTarget()))
        line->setPlaceholderText(text);
    if (auto *box = qobject_cast<QComboBox *>(m_editor); box && box->count() > 0) {
        const QSignalBlocker quiet(box);  // another name of the same choice
        box->setItemText(0, text);
    }
}

void TrainField::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange)
        applyColor();
    QWidget::changeEvent(event);
}

void TrainField::applyColor()
{
    QPalette inked = palette();
    inked.setColor(QPalette::WindowText, colors::noticeAccent(colors::Notice::Danger, palette()));
    m_problem->setPalette(inked);
}

}  // namespace waypoint
