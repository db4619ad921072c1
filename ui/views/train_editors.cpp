// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/train_editors.h"

#include "ui/models/text.h"
#include "ui/views/train_path_edit.h"

#include <QtGui/QWheelEvent>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLineEdit>

namespace waypoint {

namespace {

QLineEdit *plainLine()
{
    auto *line = new QLineEdit;
    line->setClearButtonEnabled(false);
    return line;
}

/// Lets the wheel scroll the form instead of changing what is below it.
class QuietComboBox final : public QComboBox
{
public:
    using QComboBox::QComboBox;

protected:
    void wheelEvent(QWheelEvent *event) override { event->ignore(); }
};

QComboBox *comboBox(const std::vector<std::pair<QString, QString>> &choices, bool editable)
{
    auto *box = new QuietComboBox;
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(10);
    box->setFocusPolicy(Qt::StrongFocus);
    box->setEditable(editable);
    box->setInsertPolicy(QComboBox::NoInsert);
    for (const auto &[text, value] : choices)
        box->addItem(text, value);
    return box;
}

QString chosen(const QComboBox &box)
{
    const int row = box.isEditable() ? box.findText(box.currentText()) : box.currentIndex();
    return row >= 0 ? box.itemData(row).toString() : box.currentText().trimmed();
}

void choose(QComboBox &box, const QString &value)
{
    int row = box.findData(value);
    if (row < 0 && !box.isEditable()) {
        // Of a run.json, and nothing this form knows: kept as it is, and waypoint-train says what it thinks of it.
        box.addItem(value, value);
        row = box.count() - 1;
    }
    if (row >= 0)
        box.setCurrentIndex(row);
    else
        box.setEditText(value);
}

}  // namespace

TrainField *lineField(const TrainSetting &setting, const QString &label)
{
    auto *line = plainLine();
    line->setPlaceholderText(setting.fallbackText());
    auto *field = new TrainField(QLatin1String(setting.name), label, line, setting.helpText());
    field->setCheck([setting, line] { return settingProblem(setting, line->text()); });
    QObject::connect(line, &QLineEdit::textChanged, field, &TrainField::valueChanged);
    return field;
}

template<typename T>
TrainField *numberField(const TrainSetting &setting, const QString &label, T RunConfig::*member)
{
    TrainField *field = lineField(setting, label);
    QLineEdit *line = lineOf(*field);
    field->bind(
        [line, member](const RunConfig &from) {
            line->setText(from.*member == RunConfig{}.*member ? QString() : settingText(from.*member));
        },
        [line, member, setting](RunConfig &to) {
            to.*member = RunConfig{}.*member;
            if (settingProblem(setting, line->text()).isEmpty())
                readSetting(line->text(), to.*member);
        });
    return field;
}
template TrainField *numberField(const TrainSetting &, const QString &, double RunConfig::*);
template TrainField *numberField(const TrainSetting &, const QString &, std::int64_t RunConfig::*);
template TrainField *numberField(const TrainSetting &, const QString &, std::uint64_t RunConfig::*);

TrainField *flagField(const QString &option, const QString &label, const QString &help, bool RunConfig::*member)
{
    auto *box = new QCheckBox(label);
    auto *field = new TrainField(option, {}, box, help);
    field->bind([box, member](const RunConfig &from) { box->setChecked(from.*member); },
                [box, member](RunConfig &to) { to.*member = box->isChecked(); });
    QObject::connect(box, &QCheckBox::toggled, field, &TrainField::valueChanged);
    return field;
}

TrainField *choiceField(const QString &option, const QString &label, const QString &help,
                        const std::vector<std::pair<QString, QString>> &choices, std::string RunConfig::*member,
                        bool editable)
{
    QComboBox *box = comboBox(choices, editable);
    auto *field = new TrainField(option, label, box, help);
    field->bind([box, member](const RunConfig &from) { choose(*box, text::fromUtf8(from.*member)); },
                [box, member](RunConfig &to) { to.*member = chosen(*box).toStdString(); });
    QObject::connect(box, &QComboBox::currentIndexChanged, field, &TrainField::valueChanged);
    if (editable)
        QObject::connect(box, &QComboBox::editTextChanged, field, &TrainField::valueChanged);
    return field;
}

TrainField *textField(const QString &option, const QString &label, const QString &help, std::string RunConfig::*member)
{
    auto *line = plainLine();
    auto *field = new TrainField(option, label, line, help);
    field->bind([line, member](const RunConfig &from) { line->setText(text::fromUtf8(from.*member)); },
                [line, member](RunConfig &to) { to.*member = line->text().trimmed().toStdString(); });
    QObject::connect(line, &QLineEdit::textChanged, field, &TrainField::valueChanged);
    return field;
}

TrainField *fileField(const QString &option, const QString &label, const QString &help, const QString &dialogTitle,
                      std::string RunConfig::*member)
{
    auto *path = new TrainPathEdit(TrainPathEdit::Kind::File, dialogTitle);
    auto *field = new TrainField(option, label, path, help);
    field->bind([path, member](const RunConfig &from) { path->setPath(text::fromUtf8(from.*member)); },
                [path, member](RunConfig &to) { to.*member = path->path().toStdString(); });
    QObject::connect(path, &TrainPathEdit::pathChanged, field, &TrainField::valueChanged);
    return field;
}

QLineEdit *lineOf(const TrainField &field) { return qobject_cast<QLineEdit *>(field.focusTarget()); }

}  // namespace waypoint
