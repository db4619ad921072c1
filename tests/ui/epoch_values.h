// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/ui/sample_checkpoint.h"
#include "ui/models/epoch_run.h"

#include <QtCore/QDir>

#include <cmath>
#include <string>
#include <vector>

/// Runs of several checkpoints, made on the spot: as values, and as files.
namespace waypoint::test {

inline EpochTensor parameter(const std::string &name, std::size_t files)
{
    return {name, true, std::vector<EntryId>(files, kRootEntry)};
}

/// Moments of a tensor whose length grows by `rate` from file to file.
inline TensorSeries learning(std::size_t files, double rate)
{
    TensorSeries series;
    const auto change = [](double from, double to) {
        TensorDifference difference{.count = 10, .changed = from == to ? 0 : 10};
        difference.l2 = difference.maxAbs = std::abs(to - from);
        difference.normA = from;
        difference.normB = to;
        return difference;
    };
    double norm = 2;
    for (std::size_t file = 0; file < files; ++file) {
        const double before = norm;
        SeriesPoint point;
        point.stats.count = 10;
        if (file > 0) {
            norm *= 1 + rate;
            point.fromPrevious = change(before, norm);
            point.fromFirst = change(2, norm);
        }
        point.stats.min = point.stats.max = point.stats.mean = point.stats.l2 = norm;
        point.stats.std = 0.1;
        series.push_back(point);
    }
    return series;
}

inline TensorSeries frozen(std::size_t files) { return learning(files, 0); }

/// Epochs 0, 1, ... with these parameters, then these buffers; no tensor has data.
inline EpochRunPtr runOf(const std::vector<std::string> &parameters, std::size_t files, const QString &title = {},
                         const std::vector<std::string> &buffers = {})
{
    auto run = std::make_shared<EpochRun>();
    auto series = std::make_shared<EpochSeries>();
    run->title = title;
    for (std::size_t file = 0; file < files; ++file) {
        auto checkpoint = std::make_shared<Checkpoint>();
        checkpoint->path = "run/epoch_" + std::to_string(file) + ".pth";
        series->files.push_back({checkpoint, kRootEntry, "epoch " + std::to_string(file), static_cast<double>(file)});
        run->files.entries.push_back({.file = series->files.back()});
    }
    for (const std::string &name : parameters)
        series->tensors.push_back(parameter(name, files));
    for (const std::string &name : buffers) {
        series->tensors.push_back(parameter(name, files));
        series->tensors.back().isParameter = false;
    }
    run->series = series;
    return run;
}

inline EpochTrackPtr track(const EpochRun &run, std::size_t tensor, const TensorSeries &series)
{
    return trackOf(run.series->tensors[tensor], series, {});
}

/// epoch_0.safetensors, epoch_1.safetensors, ...: fc.weight changes, conv.weight and fc.bias do not.
inline void writeRun(const QString &folder, int files)
{
    for (int file = 0; file < files; ++file) {
        const std::string header = R"({"conv.weight":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},)"
                                   R"("fc.weight":{"dtype":"F32","shape":[2,2],"data_offsets":[16,32]},)"
                                   R"("fc.bias":{"dtype":"F32","shape":[2],"data_offsets":[32,40]}})";
        std::vector<float> numbers(10, 1.0F);
        for (std::size_t i = 4; i < 8; ++i)
            numbers[i] = 1.0F + 0.25F * static_cast<float>(file);
        QFile made(QDir(folder).filePath(QStringLiteral("epoch_%1.safetensors").arg(file)));
        if (!made.open(QIODevice::WriteOnly))
            qFatal("cannot write");
        const quint64 length = qToLittleEndian(static_cast<quint64>(header.size()));
        made.write(reinterpret_cast<const char *>(&length), sizeof length);
        made.write(header.data(), static_cast<qint64>(header.size()));
        for (const float number : numbers) {
            const float little = qToLittleEndian(number);
            made.write(reinterpret_cast<const char *>(&little), sizeof little);
        }
    }
}

}  // namespace waypoint::test
