// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/data_options.h"

#include <QtCore/QSignalBlocker>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>

#include <algorithm>

namespace waypoint {

namespace {

QString flagText(bool flag) { return flag ? QStringLiteral("true") : QStringLiteral("false"); }

/// As Arguments read one.
bool isOn(const QString &text)
{
    return text == QLatin1String("true") || text == QLatin1String("True") || text == QLatin1String("1");
}

}  // namespace

DataOptions::DataOptions(QWidget *parent) : QWidget(parent), m_form(new QFormLayout(this))
{
    m_form->setContentsMargins(0, 0, 0, 0);
    m_form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
}

void DataOptions::setKind(const DataKind &kind, bool withHoldOut)
{
    while (m_form->rowCount() > 0)
        m_form->removeRow(0);
    m_fields.clear();
    m_others.clear();
    for (const DataOption &option : kind.options)
        if (withHoldOut || option.key != QLatin1String("holdout"))
            addField(option);
}

void DataOptions::addField(const DataOption &option)
{
    Field field{option};
    QWidget *editor = nullptr;
    if (option.type == DataOption::Type::Flag) {
        editor = field.box = new QCheckBox(option.label);
        field.box->setChecked(isOn(option.fallback));
        m_form->addRow(editor);
        connect(field.box, &QCheckBox::toggled, this, [this] { Q_EMIT edited(true); });
    } else {
        editor = field.line = new QLineEdit;
        field.line->setPlaceholderText(option.fallback);
        m_form->addRow(option.label, field.line);
        connect(field.line, &QLineEdit::textEdited, this, [this] { Q_EMIT edited(false); });
        m_form->labelForField(field.line)->setToolTip(option.help);
    }
    editor->setObjectName(option.key);
    editor->setToolTip(option.help);
    editor->setAccessibleName(option.label);
    editor->setAccessibleDescription(option.help);
    m_fields.push_back(field);
}

QMap<QString, QString> DataOptions::values() const
{
    QMap<QString, QString> values = m_others;
    for (const Field &field : m_fields) {
        const QString value = field.box ? flagText(field.box->isChecked()) : field.line->text().trimmed();
        const bool isDefault = field.box ? value == field.option.fallback : value.isEmpty();
        if (!isDefault)
            values.insert(field.option.key, value);
    }
    return values;
}

void DataOptions::setValues(const QMap<QString, QString> &values)
{
    m_others = values;
    for (const Field &field : m_fields) {
        const QString value = m_others.take(field.option.key);
        if (field.box) {
            const QSignalBlocker quiet(field.box);
            field.box->setChecked(isOn(value.isEmpty() ? field.option.fallback : value));
        } else if (field.line->text().trimmed() != value) {
            field.line->setText(value);
        }
    }
}

}  // namespace waypoint
