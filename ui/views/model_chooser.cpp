// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/model_chooser.h"

#include "ui/jobs/job.h"
#include "ui/models/model_choice.h"
#include "ui/models/model_file.h"
#include "ui/models/text.h"
#include "ui/views/path_drop.h"
#include "ui/views/path_field.h"
#include "ui/views/state_line.h"
#include "ui/views/torchscript_help.h"
#include "ui/views/wheel_guard.h"

#include <QtCore/QMetaMethod>
#include <QtCore/QTimer>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <chrono>

namespace waypoint {

namespace {

using namespace std::chrono_literals;

constexpr auto kTypingPause = 300ms;

}  // namespace

struct ModelChooser::Parts
{
    explicit Parts(ModelChooser *chooser);

    void createFields();
    void connectFields();
    void fillKinds();
    /// Fields follow `choice`.
    void show();
    void showFileField();
    void kindChosen();
    void change(const ModelChoice &to, bool settled);
    void check(bool settled);
    void lookAtFile();
    void take(const ModelFile &file);
    void takeDropped(const QString &dropped, const ModelFile &file);
    void showState();
    [[nodiscard]] ModelFile::Kind wantedFile() const;
    [[nodiscard]] const TrainerModel *registered() const;

    ModelChooser *owner;
    std::vector<TrainerModel> models;
    ModelChoice choice;
    QString problem;
    QString summary;  ///< of the file
    QString automatic = tr("The one that suits the data");
    QComboBox *kind = new QComboBox;
    QLineEdit *sizes = new QLineEdit;
    QLineEdit *outputs = new QLineEdit;
    PathField *path = new PathField;
    StateLine *state = new StateLine;
    TorchScriptHelp *help = new TorchScriptHelp;
    QTimer settle;
    Job<ModelFile> looking;
    Job<ModelFile> dropping;
};

ModelChooser::Parts::Parts(ModelChooser *chooser) : owner(chooser), looking(chooser), dropping(chooser)
{
    settle.setSingleShot(true);
    createFields();
    connectFields();
    fillKinds();
    show();
}

void ModelChooser::Parts::createFields()
{
    kind->setAccessibleName(tr("Model"));
    guardWheel(kind);
    kind->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    kind->setMinimumContentsLength(12);
    sizes->setPlaceholderText(tr("Sizes of its layers, as in 4-16-3"));
    sizes->setToolTip(tr("From input to output: features, hidden layers, outputs"));
    sizes->setAccessibleName(tr("Sizes of the layers"));
    outputs->setPlaceholderText(tr("Outputs: as many as the data has classes"));
    outputs->setToolTip(tr("How many outputs the last layer has, where it is not as many as the data has classes"));
    outputs->setAccessibleName(tr("Outputs"));
    for (QLineEdit *line : {sizes, outputs})
        line->setAcceptDrops(false);
    auto *column = new QVBoxLayout(owner);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    for (QWidget *part : std::initializer_list<QWidget *>{kind, sizes, outputs, path, state, help})
        column->addWidget(part);
    owner->setFocusProxy(kind);
    const auto *drop = new PathDrop(owner, tr("Drop to use this model"));
    connect(drop, &PathDrop::dropped, owner, &ModelChooser::setFile);
}

void ModelChooser::Parts::connectFields()
{
    connect(kind, &QComboBox::activated, owner, [this] { kindChosen(); });
    for (QLineEdit *line : {sizes, outputs})
        connect(line, &QLineEdit::textEdited, owner, [this, line] {
            change({choice.kind, line->text().trimmed()}, true);
        });
    connect(path, &PathField::edited, owner, [this](bool settled) { change({choice.kind, path->path()}, settled); });
    connect(help, &TorchScriptHelp::fileDropped, owner, &ModelChooser::setFile);
    connect(&settle, &QTimer::timeout, owner, [this] { lookAtFile(); });
}

void ModelChooser::Parts::fillKinds()
{
    const QSignalBlocker quiet(kind);
    kind->clear();
    kind->addItem(automatic, QString());
    kind->insertSeparator(kind->count());
    for (const TrainerModel &model : models) {
        const QString name = text::fromUtf8(model.name);
        if (name.startsWith(QLatin1String("mlp")))
            continue;
        kind->addItem(tr("%1 · %2 parameters").arg(name, text::integer(model.parameters)), name);
        kind->setItemData(kind->count() - 1, modelDescription(model), Qt::ToolTipRole);
    }
    kind->addItem(tr("mlp · linear layers of sizes you name"), QStringLiteral("mlp"));
    kind->insertSeparator(kind->count());
    kind->addItem(tr("TorchScript file…"), QStringLiteral("script"));
    kind->addItem(tr("Whole-module file…"), QStringLiteral("module"));
}

const TrainerModel *ModelChooser::Parts::registered() const
{
    const auto found = std::ranges::find(models, choice.kind.toStdString(), &TrainerModel::name);
    return found == models.end() ? nullptr : &*found;
}

ModelFile::Kind ModelChooser::Parts::wantedFile() const
{
    return choice.kind == QLatin1String("script") ? ModelFile::Kind::Script : ModelFile::Kind::Module;
}

void ModelChooser::Parts::show()
{
    const QSignalBlocker quiet(kind);
    int index = kind->findData(choice.kind);
    // Not in the registry, or that is not known yet.
    if (index < 0) {
        kind->insertItem(2, choice.kind, choice.kind);
        index = 2;
    }
    kind->setCurrentIndex(index);
    const bool isMlp = choice.kind == QLatin1String("mlp");
    sizes->setVisible(isMlp);
    outputs->setVisible(!isMlp && !choice.isFile() && !choice.kind.isEmpty());
    for (QLineEdit *line : {sizes, outputs})
        if (line->text().trimmed() != choice.rest)
            line->setText(choice.isFile() ? QString() : choice.rest);
    showFileField();
}

void ModelChooser::Parts::showFileField()
{
    path->setVisible(choice.isFile());
    if (!choice.isFile())
        return;
    const bool script = wantedFile() == ModelFile::Kind::Script;
    path->setKind(PathField::Kind::File, script ? QStringLiteral("script") : QStringLiteral("module"),
                  script ? tr("TorchScript (*.pt *.pth *.ts *.torchscript *.jit);;All files (*)")
                         : tr("Saved modules (*.pt *.pth *.ckpt *.bin *.pkl);;All files (*)"));
    path->setPlaceholder(tr("Choose or drop a file"));
    path->setPath(choice.rest);
}

void ModelChooser::Parts::kindChosen()
{
    const QString chosen = kind->currentData().toString();
    if (chosen == choice.kind)
        return;
    change({chosen, {}}, true);
}

void ModelChooser::Parts::change(const ModelChoice &to, bool settled)
{
    const bool another = to.text() != choice.text() || to.kind != choice.kind;
    choice = to;
    dropping.cancel();
    show();
    check(settled);
    if (another)
        Q_EMIT owner->modelChanged();
}

void ModelChooser::Parts::check(bool settled)
{
    looking.cancel();
    settle.stop();
    summary.clear();
    problem = modelChoiceProblem(choice);
    const bool isNamed = !choice.kind.isEmpty() && !choice.isFile() && choice.kind != QLatin1String("mlp");
    if (isNamed && !models.empty() && !registered())
        problem = tr("There is no model called “%1”. Choose one of the list.").arg(choice.kind);
    if (problem.isEmpty() && choice.isFile())
        settle.start(settled ? 0ms : kTypingPause);
    showState();
    Q_EMIT owner->problemChanged();
}

void ModelChooser::Parts::lookAtFile()
{
    looking.start([file = choice.rest](const std::stop_token &stop, Progress &) { return lookAtModelFile(file, stop); },
                  [this](const ModelFile &file) { take(file); });
}

void ModelChooser::Parts::take(const ModelFile &file)
{
    problem = modelFileProblem(file, wantedFile());
    summary = modelFileSummary(file);
    if (problem.isEmpty())
        path->remember();
    showState();
    Q_EMIT owner->problemChanged();
}

void ModelChooser::Parts::takeDropped(const QString &dropped, const ModelFile &file)
{
    static const auto signal = QMetaMethod::fromSignal(&ModelChooser::weightsDropped);
    if (file.kind == ModelFile::Kind::Weights && owner->isSignalConnected(signal)) {
        showState();
        Q_EMIT owner->problemChanged();
        Q_EMIT owner->weightsDropped(dropped);
        return;
    }
    const bool module = file.kind == ModelFile::Kind::Module;
    change({module ? QStringLiteral("module") : QStringLiteral("script"), dropped}, true);
}

void ModelChooser::Parts::showState()
{
    // What helps where there is no file that would do.
    help->setVisible(choice.kind == QLatin1String("script") && !problem.isEmpty());
    if (!problem.isEmpty())
        return state->setProblem(problem);
    const TrainerModel *model = registered();
    if (choice.isFile())
        state->setQuiet(owner->isLooking() ? tr("Looking into the file…") : summary);
    else if (choice.kind == QLatin1String("mlp"))
        state->setQuiet(mlpDescription(choice.rest));
    else
        state->setQuiet(model ? modelDescription(*model) : QString());
}

ModelChooser::ModelChooser(QWidget *parent) : QWidget(parent), m_parts(std::make_unique<Parts>(this))
{
    m_parts->check(true);
}

ModelChooser::~ModelChooser() = default;

void ModelChooser::setModels(const std::vector<TrainerModel> &models)
{
    if (models == m_parts->models)
        return;
    m_parts->models = models;
    m_parts->fillKinds();
    m_parts->show();
    // A file that was looked into, or is being, is what it is.
    if (!m_parts->choice.isFile())
        m_parts->check(true);
}

QString ModelChooser::model() const { return m_parts->choice.text(); }

void ModelChooser::setModel(const QString &model)
{
    if (model != m_parts->choice.text())
        m_parts->change(modelChoice(model), true);
}

void ModelChooser::setAutomaticText(const QString &text)
{
    m_parts->automatic = text;
    m_parts->kind->setItemText(0, m_parts->automatic);
}

QString ModelChooser::problem() const { return m_parts->problem; }

bool ModelChooser::isLooking() const
{
    return m_parts->settle.isActive() || m_parts->looking.isRunning() || m_parts->dropping.isRunning();
}

void ModelChooser::setFile(const QString &path)
{
    m_parts->dropping.start([path](const std::stop_token &stop, Progress &) { return lookAtModelFile(path, stop); },
                            [this, path](const ModelFile &file) { m_parts->takeDropped(path, file); });
    Q_EMIT problemChanged();
}

}  // namespace waypoint
