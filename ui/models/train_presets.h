// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/run/run_config.h"

#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtCore/QStringList>

#include <optional>
#include <vector>

namespace waypoint {

/// A setup that comes with the program.
struct BuiltInPreset
{
    QString name;
    QString help;
    RunConfig config;
    QString ask;  ///< option that the person fills in; empty: complete
};
[[nodiscard]] std::vector<BuiltInPreset> builtInPresets();

/// The person's own setups by name, and the last one used: run.json as text in the settings of the program, so that
/// they outlive versions. Window's thread.
class TrainPresets final : public QObject
{
    Q_OBJECT

public:
    explicit TrainPresets(QObject *parent = nullptr);

    [[nodiscard]] QStringList names() const;
    /// Nothing where there is none of that name, or where a newer version wrote it.
    [[nodiscard]] std::optional<RunConfig> preset(const QString &name) const;
    /// Replaces one of the same name.
    void save(const QString &name, const RunConfig &config);
    void remove(const QString &name);

    [[nodiscard]] std::optional<RunConfig> last() const;
    void setLast(const RunConfig &config);

Q_SIGNALS:
    void changed();
};

}  // namespace waypoint
