// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QMap>
#include <QtCore/QString>
#include <QtCore/QStringList>

#include <optional>
#include <stop_token>
#include <vector>

namespace waypoint {

/// An option of a SPEC, as a form offers it.
struct DataOption
{
    enum class Type { Text, Flag };

    QString key;
    QString label;
    QString help;
    QString fallback;  ///< what it is where nothing is given; of a Flag "true" or "false"
    Type type = Type::Text;
};

/// A kind of SPEC.
struct DataKind
{
    enum class Path { None, File, Folder };

    QString name;   ///< as in the SPEC: "csv"
    QString title;  ///< "CSV file"
    QString help;   ///< what it is, in a sentence
    Path path = Path::None;
    QString filter = {};  ///< of a dialog that chooses the file
    std::vector<DataOption> options = {};
};

/// In the order in which they are offered.
[[nodiscard]] std::vector<DataKind> dataKinds();

/// A SPEC taken apart, as a form shows it.
struct DataChoice
{
    QString kind;
    QString path;
    QMap<QString, QString> options;

    [[nodiscard]] QString spec() const;
    bool operator==(const DataChoice &) const = default;
};

/// Nothing where it is no SPEC of a kind there is.
[[nodiscard]] std::optional<DataChoice> dataChoice(const QString &spec);
/// Why the choice cannot be written as a SPEC, as a sentence; empty where it can.
[[nodiscard]] QString choiceProblem(const DataChoice &choice, const DataKind &kind);

/// What a file or folder most likely is, by its name and what lies in it. Any thread.
[[nodiscard]] DataChoice guessData(const QString &path, const std::stop_token &stop = {});

}  // namespace waypoint
