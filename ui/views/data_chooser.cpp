// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/data_chooser.h"

#include "ui/jobs/job.h"
#include "ui/models/data_choice.h"
#include "ui/models/data_look.h"
#include "ui/models/data_text.h"
#include "ui/views/data_options.h"
#include "ui/views/path_drop.h"
#include "ui/views/path_field.h"
#include "ui/views/spec_line.h"
#include "ui/views/state_line.h"
#include "ui/views/wheel_guard.h"

#include <QtCore/QFileInfo>
#include <QtCore/QSignalBlocker>
#include <QtCore/QTimer>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <chrono>
#include <optional>

namespace waypoint {

namespace {

using namespace std::chrono_literals;

constexpr auto kTypingPause = 300ms;

/// What looking gave, and where it failed what the data is instead.
struct Looked
{
    Result<DataLook> look;
    QString otherKind;
};

using LookAnswer = std::shared_ptr<const Looked>;

/// The kind that a file or folder is rather than the one that was chosen; empty where that is not certain.
QString otherKind(const QString &spec, const std::stop_token &stop)
{
    static const QStringList certain{QStringLiteral("mnist"), QStringLiteral("cifar10"), QStringLiteral("csv")};
    const auto choice = dataChoice(spec);
    if (!choice || choice->path.isEmpty() || !QFileInfo::exists(choice->path))
        return {};
    const DataChoice guess = guessData(choice->path, stop);
    return guess.kind != choice->kind && guess.path == choice->path && certain.contains(guess.kind) ? guess.kind
                                                                                                    : QString();
}

LookAnswer lookNow(const QString &spec, const std::stop_token &stop)
{
    auto look = lookAtData(spec.toStdString(), {}, 0, stop);
    QString other = look ? QString() : otherKind(spec, stop);
    return std::make_shared<const Looked>(Looked{std::move(look), std::move(other)});
}

}  // namespace

struct DataChooser::Parts
{
    Parts(DataChooser *chooser, bool isOptional);

    void createFields();
    void connectFields();
    /// Fields and SPEC line follow `spec`.
    void show();
    void showKind(const DataKind &kind);
    [[nodiscard]] const DataKind *shownKind() const;
    void kindChosen();
    void fieldEdited(bool settled);
    void specTyped(const QString &text);
    void change(const QString &to, bool settled);
    void lookSoon(bool settled);
    void startLook();
    void take(const LookAnswer &answer);
    void finish(std::shared_ptr<const DataLook> found, const QString &why);

    DataChooser *owner;
    bool optional;
    std::vector<DataKind> kinds = dataKinds();
    QString spec;
    QString problem;
    std::shared_ptr<const DataLook> look;
    QComboBox *kind = new QComboBox;
    PathField *path = new PathField;
    StateLine *state = new StateLine;
    QToolButton *unfold = new QToolButton;
    QWidget *folded = new QWidget;
    DataOptions *options = new DataOptions;
    SpecLine *line = new SpecLine;
    QTimer settle;
    Job<LookAnswer> looking;
    Job<DataChoice> guessing;
};

DataChooser::Parts::Parts(DataChooser *chooser, bool isOptional)
    : owner(chooser), optional(isOptional), looking(chooser), guessing(chooser)
{
    settle.setSingleShot(true);
    createFields();
    connectFields();
}

void DataChooser::Parts::createFields()
{
    if (optional)
        kind->addItem(tr("What the training data holds out"), QString());
    for (const DataKind &one : kinds) {
        kind->addItem(one.title, one.name);
        kind->setItemData(kind->count() - 1, one.help, Qt::ToolTipRole);
    }
    kind->setPlaceholderText(tr("Something else"));
    kind->setAccessibleName(optional ? tr("Data to validate on") : tr("Data"));
    guardWheel(kind);
    unfold->setText(tr("Options"));
    unfold->setCheckable(true);
    unfold->setAutoRaise(true);
    unfold->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    unfold->setArrowType(Qt::RightArrow);
    unfold->setToolTip(tr("How the samples are read, and the SPEC as the command line takes it"));
    auto *inner = new QVBoxLayout(folded);
    inner->setContentsMargins(0, 0, 0, 0);
    inner->addWidget(options);
    inner->addWidget(line);
    folded->hide();
    auto *column = new QVBoxLayout(owner);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    for (QWidget *part : std::initializer_list<QWidget *>{kind, path, state, unfold, folded})
        column->addWidget(part);
    owner->setFocusProxy(kind);
    const auto *drop = new PathDrop(owner, tr("Drop to use this data"));
    connect(drop, &PathDrop::dropped, owner, &DataChooser::setPath);
}

void DataChooser::Parts::connectFields()
{
    connect(kind, &QComboBox::activated, owner, [this] { kindChosen(); });
    connect(path, &PathField::edited, owner, [this](bool settled) { fieldEdited(settled); });
    connect(options, &DataOptions::edited, owner, [this](bool settled) { fieldEdited(settled); });
    connect(line, &SpecLine::edited, owner, [this](const QString &text) { specTyped(text); });
    connect(unfold, &QToolButton::toggled, owner, [this](bool open) {
        unfold->setArrowType(open ? Qt::DownArrow : Qt::RightArrow);
        folded->setVisible(open);
    });
    connect(&settle, &QTimer::timeout, owner, [this] { startLook(); });
}

const DataKind *DataChooser::Parts::shownKind() const
{
    const auto found = std::ranges::find(kinds, kind->currentData().toString(), &DataKind::name);
    return kind->currentIndex() < 0 || found == kinds.end() ? nullptr : &*found;
}

void DataChooser::Parts::showKind(const DataKind &one)
{
    const bool takesPath = one.path != DataKind::Path::None;
    path->setVisible(takesPath);
    if (takesPath) {
        const bool folder = one.path == DataKind::Path::Folder;
        path->setKind(folder ? PathField::Kind::Folder : PathField::Kind::File, one.name, one.filter);
        path->setPlaceholder(folder ? tr("Choose or drop a folder") : tr("Choose or drop a file"));
    }
    kind->setToolTip(one.help);
    options->setKind(one, !optional);
}

void DataChooser::Parts::show()
{
    line->setSpec(spec);
    const auto choice = dataChoice(spec);
    const QSignalBlocker quiet(kind);
    const int index = choice || (optional && spec.isEmpty()) ? kind->findData(choice ? choice->kind : QString()) : -1;
    const bool another = index != kind->currentIndex();
    kind->setCurrentIndex(index);
    const DataKind *shown = shownKind();
    if (shown && another)
        showKind(*shown);
    if (!shown)
        path->hide();
    options->setVisible(shown);
    unfold->setVisible(!optional || !spec.isEmpty());
    folded->setVisible(unfold->isChecked() && !unfold->isHidden());
    // What no kind can show is there to be read in the line.
    if (index < 0)
        unfold->setChecked(true);
    if (!choice)
        return;
    path->setPath(choice->path);
    options->setValues(choice->options);
}

void DataChooser::Parts::kindChosen()
{
    const DataChoice fresh{kind->currentData().toString(), {}, {}};
    const auto present = dataChoice(spec);
    if (fresh.kind == (present ? present->kind : QString()) && (present || spec.isEmpty()))
        return;
    // Each kind remembers its own paths; another kind's says nothing about it.
    kind->setCurrentIndex(-1);
    change(fresh.kind.isEmpty() ? QString() : fresh.spec(), true);
}

void DataChooser::Parts::fieldEdited(bool settled)
{
    const DataKind *shown = shownKind();
    if (!shown)
        return;
    const bool takesPath = shown->path != DataKind::Path::None;
    const DataChoice choice{shown->name, takesPath ? path->path() : QString(), options->values()};
    const QString why = choiceProblem(choice, *shown);
    guessing.cancel();
    spec = choice.spec();
    line->setSpec(spec);
    Q_EMIT owner->specChanged();
    if (why.isEmpty())
        return lookSoon(settled);
    settle.stop();
    looking.cancel();
    finish(nullptr, why);
}

void DataChooser::Parts::specTyped(const QString &text) { change(text, false); }

void DataChooser::Parts::change(const QString &to, bool settled)
{
    guessing.cancel();
    const bool another = to != spec;
    spec = to;
    show();
    if (another)
        Q_EMIT owner->specChanged();
    lookSoon(settled);
}

void DataChooser::Parts::lookSoon(bool settled)
{
    looking.cancel();
    look.reset();
    problem.clear();
    const auto choice = dataChoice(spec);
    const DataKind *shown = shownKind();
    const QString why = choice && shown ? choiceProblem(*choice, *shown) : QString();
    if (!why.isEmpty() || (optional && spec.isEmpty())) {
        settle.stop();
        return finish(nullptr, why);
    }
    settle.start(settled ? 0ms : kTypingPause);
    state->setQuiet(tr("Looking at the data…"));
    Q_EMIT owner->lookChanged();
}

void DataChooser::Parts::startLook()
{
    // All of what is only validated on stands for it, whatever it would hold out to be trained on.
    const QString looked = optional ? spec + QStringLiteral(",holdout=0") : spec;
    looking.start([looked](const std::stop_token &stop, Progress &) { return lookNow(looked, stop); },
                  [this](const LookAnswer &answer) { take(answer); });
}

void DataChooser::Parts::take(const LookAnswer &answer)
{
    const int other = answer->otherKind.isEmpty() ? -1 : kind->findData(answer->otherKind);
    if (other >= 0)
        return finish(nullptr, tr("This looks like something else. Choose “%1” for it.").arg(kind->itemText(other)));
    if (!answer->look)
        return finish(nullptr, dataProblem(answer->look.error()));
    if (!path->isHidden())
        path->remember();
    finish({answer, &*answer->look}, {});
}

void DataChooser::Parts::finish(std::shared_ptr<const DataLook> found, const QString &why)
{
    look = std::move(found);
    problem = why;
    if (!why.isEmpty())
        state->setProblem(why);
    else
        state->setQuiet(!look ? QString() : optional ? validationSummary(*look) : dataSummary(*look));
    Q_EMIT owner->lookChanged();
}

DataChooser::DataChooser(bool optional, QWidget *parent)
    : QWidget(parent), m_parts(std::make_unique<Parts>(this, optional))
{
    m_parts->kind->setCurrentIndex(-1);
    setSpec(optional ? QString() : QStringLiteral("iris"));
}

DataChooser::~DataChooser() = default;

QString DataChooser::spec() const { return m_parts->spec; }

void DataChooser::setSpec(const QString &spec)
{
    // It is being looked at, or has been.
    if (spec == m_parts->spec && m_parts->kind->currentIndex() >= 0)
        return;
    m_parts->change(spec, true);
}

QString DataChooser::problem() const { return m_parts->problem; }
std::shared_ptr<const DataLook> DataChooser::look() const { return m_parts->look; }
void DataChooser::refresh() { m_parts->lookSoon(true); }

bool DataChooser::isLooking() const
{
    return m_parts->settle.isActive() || m_parts->looking.isRunning() || m_parts->guessing.isRunning();
}

void DataChooser::setPath(const QString &path)
{
    m_parts->guessing.start([path](const std::stop_token &stop, Progress &) { return guessData(path, stop); },
                            [this](const DataChoice &guess) {
                                m_parts->kind->setCurrentIndex(-1);
                                m_parts->change(guess.spec(), true);
                            });
}

}  // namespace waypoint
