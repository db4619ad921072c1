// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/model_file.h"

#include "core/base/describe_error.h"
#include "core/checkpoint/model_parameters.h"
#include "core/checkpoint/reader.h"
#include "core/checkpoint/summary.h"
#include "ui/models/text.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QFileInfo>

#include <algorithm>

namespace waypoint {

namespace {

QString tr(const char *text) { return QCoreApplication::translate("ModelFile", text); }

ModelFile problemFile(const QString &problem) { return {ModelFile::Kind::Nothing, {}, 0, problem}; }

ModelFile pickledModule(const Value &module)
{
    return {ModelFile::Kind::Module, text::fromUtf8(module.className()), parameterCount(module), {}};
}

/// As the trainer finds it: the root, or the only module that lies in the file.
ModelFile modelIn(const Checkpoint &checkpoint)
{
    const Value root(checkpoint.values, checkpoint.root);
    const auto elements = summarize(checkpoint).modelElements;
    if (checkpoint.format == Format::TorchScript)
        return {ModelFile::Kind::Script, text::fromUtf8(root.className()), elements, {}};
    if (isPickledModule(root))
        return pickledModule(root);
    std::vector<Value> modules;
    for (const Section &section : checkpoint.sections)
        if (const Value value = checkpoint.entries.value(section.entry); isPickledModule(value))
            modules.push_back(value);
    if (modules.size() == 1)
        return pickledModule(modules.front());
    return {ModelFile::Kind::Weights, {}, elements, {}};
}

}  // namespace

ModelFile lookAtModelFile(const QString &path, const std::stop_token &stop)
{
    const QFileInfo info(path);
    if (!info.exists())
        return problemFile(tr("There is no such file. Choose another one, or drop one here."));
    if (info.isDir())
        return problemFile(tr("This is a folder. A model is in a single file."));
    OpenOptions options;
    options.stop = stop;
    const Opened opened = openCheckpoint(text::toPath(path), options);
    if (!opened.checkpoint)
        return problemFile(opened.error ? text::fromUtf8(describe(*opened.error)) : tr("It cannot be read."));
    return modelIn(*opened.checkpoint);
}

QString modelFileSummary(const ModelFile &file)
{
    // "__torch__.models.Net" is the class models.Net, made into TorchScript.
    QString name = file.className;
    if (name.startsWith(QLatin1String("__torch__.")))
        name = name.mid(10);
    const QString count = tr("%1 parameters").arg(text::count(file.parameters));
    return name.isEmpty() ? count : name + QStringLiteral(" · ") + count;
}

QString modelFileProblem(const ModelFile &file, ModelFile::Kind wanted)
{
    if (file.kind == wanted)
        return {};
    switch (file.kind) {
    case ModelFile::Kind::Nothing:
        return file.problem;
    case ModelFile::Kind::Weights:
        return tr("This file holds weights without a model. Choose the model by name and give the file as weights to "
                  "start from.");
    case ModelFile::Kind::Script:
        return tr("This is a TorchScript file. Choose “TorchScript file” for it.");
    case ModelFile::Kind::Module:
        return tr("This is a whole module that torch.save wrote. Choose “Whole-module file” for it.");
    }
    return {};
}

}  // namespace waypoint
