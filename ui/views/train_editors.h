// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/train_settings.h"
#include "ui/views/train_field.h"

#include <QtCore/QString>

#include <string>
#include <utility>
#include <vector>

class QLineEdit;

/// Fields of a training's form for the kinds of settings there are.
namespace waypoint {

/// A line for a setting of its own text; its value is read with settingText() and readSetting().
[[nodiscard]] TrainField *lineField(const TrainSetting &setting, const QString &label);

/// The same for a number of the configuration; an empty line is the default.
template<typename T>
[[nodiscard]] TrainField *numberField(const TrainSetting &setting, const QString &label, T RunConfig::*member);
extern template TrainField *numberField(const TrainSetting &, const QString &, double RunConfig::*);
extern template TrainField *numberField(const TrainSetting &, const QString &, std::int64_t RunConfig::*);
extern template TrainField *numberField(const TrainSetting &, const QString &, std::uint64_t RunConfig::*);

[[nodiscard]] TrainField *flagField(const QString &option, const QString &label, const QString &help,
                                    bool RunConfig::*member);

/// A name of a list, first the one that stands for nothing chosen: {text, value}. `editable`: others can be typed.
[[nodiscard]] TrainField *choiceField(const QString &option, const QString &label, const QString &help,
                                      const std::vector<std::pair<QString, QString>> &choices,
                                      std::string RunConfig::*member, bool editable = false);

/// A line of text.
[[nodiscard]] TrainField *textField(const QString &option, const QString &label, const QString &help,
                                    std::string RunConfig::*member);

/// The path of a file, typed, chosen or dropped.
[[nodiscard]] TrainField *fileField(const QString &option, const QString &label, const QString &help,
                                    const QString &dialogTitle, std::string RunConfig::*member);

/// The line of a field that has one.
[[nodiscard]] QLineEdit *lineOf(const TrainField &field);

}  // namespace waypoint
