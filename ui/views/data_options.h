// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/data_choice.h"

#include <QtWidgets/QWidget>

#include <vector>

class QCheckBox;
class QFormLayout;
class QLineEdit;

namespace waypoint {

/// The options of a kind of SPEC, a field each. What is left empty is as the field's placeholder says.
class DataOptions final : public QWidget
{
    Q_OBJECT

public:
    explicit DataOptions(QWidget *parent = nullptr);

    /// `withHoldOut`: false for data that is all to validate on.
    void setKind(const DataKind &kind, bool withHoldOut);
    /// Of those that are not as they are anyway; unknown ones are kept as they were given.
    [[nodiscard]] QMap<QString, QString> values() const;
    void setValues(const QMap<QString, QString> &values);

Q_SIGNALS:
    /// By a person, not by setValues(). `settled`: it is not being typed.
    void edited(bool settled);

private:
    struct Field
    {
        DataOption option;
        QLineEdit *line = nullptr;
        QCheckBox *box = nullptr;
    };

    void addField(const DataOption &option);

    QFormLayout *m_form;
    std::vector<Field> m_fields;
    QMap<QString, QString> m_others;  ///< that have no field
};

}  // namespace waypoint
