// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/schedule_field.h"

#include "ui/models/colors.h"
#include "ui/models/text.h"
#include "ui/views/fact_grid.h"

#include <QtCore/QEvent>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QVBoxLayout>

namespace waypoint {

ScheduleField::ScheduleField(const ScheduleParameter &parameter, QWidget *parent)
    : QWidget(parent), m_parameter(parameter), m_problem(plainLabel({}, this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(1);
    createEditor();
    column->addWidget(m_problem);
    setToolTip(text::fromUtf8(parameter.help));
    setValue({});
    connect(this, &ScheduleField::changed, this, [this] { setProblem({}); });
    applyColor();
    setProblem({});
}

void ScheduleField::createEditor()
{
    QWidget *editor = nullptr;
    switch (m_parameter.type) {
    case ScheduleParameter::Type::Choice:
        editor = m_choices = new QComboBox;
        for (const std::string_view choice : m_parameter.choices)
            m_choices->addItem(text::fromUtf8(choice));
        connect(m_choices, &QComboBox::currentIndexChanged, this, &ScheduleField::changed);
        break;
    case ScheduleParameter::Type::Bool:
        editor = m_flag = new QCheckBox;
        connect(m_flag, &QCheckBox::toggled, this, &ScheduleField::changed);
        break;
    default:
        editor = m_line = new QLineEdit;
        connect(m_line, &QLineEdit::textChanged, this, &ScheduleField::changed);
    }
    editor->setAccessibleName(text::fromUtf8(m_parameter.name));
    editor->setAccessibleDescription(text::fromUtf8(m_parameter.help));
    setFocusProxy(editor);
    layout()->addWidget(editor);
}

QString ScheduleField::rawValue() const
{
    if (m_choices)
        return m_choices->currentText();
    if (m_flag)
        return m_flag->isChecked() ? QStringLiteral("true") : QStringLiteral("false");
    return m_line->text().trimmed();
}

QString ScheduleField::value() const
{
    const QString value = rawValue();
    const bool isDefault =
        m_parameter.missing == ScheduleParameter::Missing::Default && value == text::fromUtf8(m_parameter.fallback);
    return isDefault ? QString() : value;
}

void ScheduleField::setValue(const QString &value)
{
    const QString text = value.isEmpty() ? text::fromUtf8(m_parameter.fallback) : value;
    if (m_choices)
        m_choices->setCurrentText(text);
    else if (m_flag)
        m_flag->setChecked(text.compare(QLatin1String("true"), Qt::CaseInsensitive) == 0 || text == QLatin1String("1"));
    else
        m_line->setText(text);
}

void ScheduleField::setPlaceholder(const QString &text)
{
    if (m_line)
        m_line->setPlaceholderText(text);
}

QString ScheduleField::ownProblem() const
{
    return text::fromUtf8(parameterProblem(m_parameter, rawValue().toStdString()));
}

bool ScheduleField::isValid() const { return ownProblem().isEmpty(); }

void ScheduleField::setProblem(const QString &problem)
{
    const QString own = ownProblem();
    m_problem->setText(own.isEmpty() ? problem : own);
    m_problem->setVisible(!m_problem->text().isEmpty());
}

QString ScheduleField::problem() const { return m_problem->text(); }

void ScheduleField::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange)
        applyColor();
    QWidget::changeEvent(event);
}

void ScheduleField::applyColor()
{
    QPalette inked = palette();
    inked.setColor(QPalette::WindowText, colors::noticeAccent(colors::Notice::Danger, palette()));
    m_problem->setPalette(inked);
}

}  // namespace waypoint
