// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/compare_page.h"

#include "ui/views/compare_filter_bar.h"
#include "ui/views/compare_header.h"
#include "ui/views/compare_pane.h"
#include "ui/views/drop_overlay.h"
#include "ui/views/empty_state.h"
#include "ui/views/epochs_pane.h"
#include "ui/views/loading_pane.h"
#include "ui/views/notice_bar.h"
#include "ui/views/problem_pane.h"

#include <QtCore/QFileInfo>
#include <QtCore/QMimeData>
#include <QtCore/QSet>
#include <QtCore/QSettings>
#include <QtCore/QTimer>
#include <QtGui/QDragEnterEvent>
#include <QtWidgets/QButtonGroup>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

namespace waypoint {

namespace {

QString layoutKey() { return QStringLiteral("compare/layout"); }

QString fileName(const QString &path) { return QFileInfo(path).fileName(); }

}  // namespace

ComparePage::ComparePage(Opener opener, QWidget *parent)
    : QWidget(parent),
      m_opener(std::move(opener)),
      m_files(m_opener, this),
      m_header(new CompareHeader),
      m_changedBar(new NoticeBar(colors::Notice::Information)),
      m_warningBar(new NoticeBar(colors::Notice::Warning)),
      m_asking(new EmptyState),
      m_loading(new LoadingPane),
      m_problem(new ProblemPane),
      m_stopped(new EmptyState),
      m_pane(new ComparePane),
      m_stack(new QStackedWidget),
      m_two(createTwo()),
      m_ways(new QStackedWidget),
      m_dropOverlay(new DropOverlay(this, tr("Drop to compare")))
{
    setAcceptDrops(true);
    createBars();
    createAsking();
    m_ways->addWidget(m_two);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(createSwitch());
    layout->addWidget(m_ways, 1);
    connectParts();
    m_pane->restoreLayout(QSettings().value(layoutKey()).toByteArray());
    showFiles();
}

ComparePage::~ComparePage() = default;

QWidget *ComparePage::createSwitch()
{
    auto *bar = new QWidget;
    auto *layout = new QHBoxLayout(bar);
    layout->setContentsMargins(12, 8, 12, 4);
    layout->setSpacing(0);
    auto *group = new QButtonGroup(bar);
    const auto add = [&](const QString &text, const QString &name, const QString &tip) {
        auto *button = new QToolButton;
        button->setText(text);
        button->setObjectName(name);
        button->setToolTip(tip);
        button->setCheckable(true);
        button->setAutoRaise(true);  // only the one that is chosen has a frame, also in the dark
        group->addButton(button);
        layout->addWidget(button);
        return button;
    };
    m_toTwo = add(tr("Two Checkpoints"), QStringLiteral("compareTwo"), tr("What changed from one to the other"));
    m_toEpochs = add(tr("Epochs"), QStringLiteral("compareEpochs"), tr("What each layer did over many checkpoints"));
    m_toTwo->setChecked(true);
    layout->addStretch(1);
    connect(m_toTwo, &QAbstractButton::clicked, this, &ComparePage::showTwo);
    connect(m_toEpochs, &QAbstractButton::clicked, this, [this] { showEpochs({}); });
    return bar;
}

QWidget *ComparePage::createTwo()
{
    for (QWidget *part : std::initializer_list<QWidget *>{m_asking, m_loading, m_problem, m_stopped, m_pane})
        m_stack->addWidget(part);
    auto *two = new QWidget;
    auto *layout = new QVBoxLayout(two);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_header);
    layout->addWidget(m_changedBar);
    layout->addWidget(m_warningBar);
    layout->addWidget(m_stack, 1);
    return two;
}

void ComparePage::createBars()
{
    m_changedBar->setObjectName(QStringLiteral("compareChanged"));
    m_warningBar->setObjectName(QStringLiteral("compareWarning"));
    QAbstractButton *reload = m_changedBar->addButton(tr("Reload"));
    reload->setObjectName(QStringLiteral("compareReload"));
    connect(reload, &QAbstractButton::clicked, &m_files, &CompareFiles::reload);
    connect(m_changedBar->addButton(tr("Ignore")), &QAbstractButton::clicked, this,
            [this] { m_changedBar->setLines({}); });
}

void ComparePage::createAsking()
{
    m_asking->setObjectName(QStringLiteral("compareAsking"));
    connect(m_asking->addButton(tr("Choose Files…")), &QAbstractButton::clicked, this, &ComparePage::chooseFiles);
    connect(m_asking->addButton(tr("Choose a Folder of Checkpoints…")), &QAbstractButton::clicked, this,
            &ComparePage::chooseFolder);
    m_stopped->setText(tr("Reading was stopped"), tr("Nothing of the files is shown."));
    connect(m_stopped->addButton(tr("Read Again")), &QAbstractButton::clicked, &m_files, &CompareFiles::reload);
}

void ComparePage::connectParts()
{
    connect(&m_files, &CompareFiles::stateChanged, this, &ComparePage::showFiles);
    connect(&m_files, &CompareFiles::changedOnDisk, this, &ComparePage::showChange);
    connect(&m_files, &CompareFiles::foundPlainFolder, this, [this] {
        QStringList paths;
        for (const auto side : {CompareFiles::A, CompareFiles::B})
            if (!m_files.path(side).isEmpty())
                paths << m_files.path(side);
        m_files.setPaths({}, {});
        showEpochs(paths);
    });
    connect(m_header, &CompareHeader::pathChosen, this,
            [this](int side, const QString &path) { m_files.setPath(static_cast<CompareFiles::Side>(side), path); });
    connect(m_header, &CompareHeader::sectionChosen, this, [this](int side, const QString &section) {
        m_files.setSection(static_cast<CompareFiles::Side>(side), section);
    });
    connect(m_header, &CompareHeader::swapRequested, &m_files, &CompareFiles::swap);
    connect(m_loading, &LoadingPane::becameSlow, this, [this] { m_stack->setCurrentWidget(m_loading); });
    connect(m_loading, &LoadingPane::cancelRequested, &m_files, &CompareFiles::cancel);
    connect(m_problem, &ProblemPane::retryRequested, &m_files, &CompareFiles::reload);
    connect(m_problem, &ProblemPane::openOtherRequested, this, &ComparePage::replaceFailed);
    connect(m_problem, &ProblemPane::salvageRequested, this,
            [this] { Q_EMIT salvageRequested(m_files.path(m_failed)); });
    connect(m_pane, &ComparePane::summaryChanged, this, &ComparePage::statusChanged);
    connect(m_pane, &ComparePane::inspectRequested, this, [this](int side, const QString &entry) {
        Q_EMIT openEntryRequested(m_files.path(static_cast<CompareFiles::Side>(side)), entry);
    });
    connect(m_pane, &ComparePane::exportRequested, this,
            [this](int side) { Q_EMIT exportRequested(m_files.path(static_cast<CompareFiles::Side>(side))); });
}

void ComparePage::compare(const QStringList &paths)
{
    if (paths.isEmpty())
        return;
    if (paths.size() > 2) {
        showEpochs(paths);
        return;
    }
    showTwo();
    const QString a = m_files.path(CompareFiles::A);
    const bool asksForB = !a.isEmpty() && m_files.path(CompareFiles::B).isEmpty();
    if (paths.size() == 2)
        m_files.setPaths(paths[0], paths[1]);
    else if (asksForB && a != paths[0])
        m_files.setPaths(a, paths[0]);
    else
        m_files.setPaths(paths[0], {});
}

void ComparePage::compareSections(const QString &a, const QString &sectionA, const QString &b, const QString &sectionB)
{
    showTwo();
    m_files.setPlaces({a, b}, {sectionA, sectionB});
}

QString ComparePage::statusText() const
{
    if (isShowingEpochs())
        return m_epochs->statusText();
    switch (m_files.state()) {
    case CompareFiles::State::Asking:
        return {};
    case CompareFiles::State::Reading:
        return tr("Reading…");
    case CompareFiles::State::Failed:
        return tr("Could not be opened");
    case CompareFiles::State::Stopped:
        return tr("Reading was stopped");
    case CompareFiles::State::Ready:
        break;
    }
    return tr("%1 compared with %2")
        .arg(fileName(m_files.path(CompareFiles::A)), fileName(m_files.path(CompareFiles::B)));
}

void ComparePage::focusFilter()
{
    if (isShowingEpochs())
        m_epochs->focusFilter();
    else if (m_files.state() == CompareFiles::State::Ready)
        m_pane->filterBar().focusText();
}

bool ComparePage::isShowingEpochs() const { return m_epochs && m_ways->currentWidget() == m_epochs; }

EpochsPane &ComparePage::epochs()
{
    if (!m_epochs) {
        m_epochs = new EpochsPane(m_opener);
        m_ways->addWidget(m_epochs);
        connect(m_epochs, &EpochsPane::statusChanged, this, &ComparePage::statusChanged);
        connect(m_epochs, &EpochsPane::openFileRequested, this, &ComparePage::openFileRequested);
        connect(m_epochs, &EpochsPane::compareRequested, this, [this](const QString &a, const QString &b) {
            compare({a, b});
        });
    }
    return *m_epochs;
}

void ComparePage::showEpochs(const QStringList &paths)
{
    m_ways->setCurrentWidget(&epochs());
    m_toEpochs->setChecked(true);
    epochs().offerFolder(runFolder());
    if (!paths.isEmpty())
        epochs().setPaths(paths);
    Q_EMIT statusChanged();
}

void ComparePage::showTwo()
{
    m_ways->setCurrentWidget(m_two);
    m_toTwo->setChecked(true);
    Q_EMIT statusChanged();
}

void ComparePage::showFiles()
{
    m_header->showFiles(m_files);
    m_warningBar->setLines(m_files.problems().value(0), m_files.problems().mid(1));
    const CompareFiles::State state = m_files.state();
    if (state != CompareFiles::State::Reading)
        m_loading->end();
    // What is shown stays in view until reading takes long.
    if (state != CompareFiles::State::Ready && state != CompareFiles::State::Reading)
        m_pane->setComparison(nullptr);
    switch (state) {
    case CompareFiles::State::Asking:
        showAsking();
        break;
    case CompareFiles::State::Reading:
        m_changedBar->setLines({});
        m_loading->begin(tr("Reading what is compared"), [this] { return m_files.progress(); });
        break;
    case CompareFiles::State::Failed:
        showFailure();
        break;
    case CompareFiles::State::Stopped:
        m_stack->setCurrentWidget(m_stopped);
        break;
    case CompareFiles::State::Ready:
        m_pane->setComparison(m_files.comparison());
        m_stack->setCurrentWidget(m_pane);
        break;
    }
    // Parts that move before they were ever painted would take along what stood there.
    QTimer::singleShot(0, m_stack, qOverload<>(&QWidget::update));
    Q_EMIT statusChanged();
}

void ComparePage::showAsking()
{
    const QString a = m_files.path(CompareFiles::A);
    const QString present = a.isEmpty() ? m_files.path(CompareFiles::B) : a;
    if (present.isEmpty())
        m_asking->setText(tr("What changed between two checkpoints?"),
                          tr("Choose two files above, or drop them here. With more than two, or a folder of "
                             "checkpoints, every layer is followed over the epochs."));
    else
        m_asking->setText(tr("Compare %1 with which other checkpoint?").arg(fileName(present)),
                          tr("Choose it above, where files used lately are offered, or drop it here."));
    m_stack->setCurrentWidget(m_asking);
}

void ComparePage::showFailure()
{
    for (const auto side : {CompareFiles::A, CompareFiles::B}) {
        const CompareFilePtr &file = m_files.file(side);
        if (!file || file->opened.checkpoint)
            continue;
        const Error error = file->opened.error.value_or(
            Error{ErrorCode::Corrupt, tr("the file holds nothing").toStdString(), {}, {}, {}});
        m_problem->setProblem(error, file->path, file->opened.globals);
        m_failed = side;
        break;
    }
    m_stack->setCurrentWidget(m_problem);
}

void ComparePage::showChange(int side, bool exists)
{
    if (m_files.state() == CompareFiles::State::Failed && exists) {
        m_files.reload();
        return;
    }
    const QString name = fileName(m_files.path(static_cast<CompareFiles::Side>(side)));
    m_changedBar->setLines(exists ? tr("%1 changed on disk.").arg(name)
                                  : tr("%1 is gone from the disk. What is shown was read before.").arg(name));
}

void ComparePage::chooseFiles()
{
    auto *dialog = new QFileDialog(this, tr("Compare Checkpoints"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFiles);
    const QString a = m_files.path(CompareFiles::A);
    if (!a.isEmpty())
        dialog->setDirectory(QFileInfo(a).path());
    connect(dialog, &QFileDialog::filesSelected, this, &ComparePage::compare);
    dialog->open();
}

void ComparePage::replaceFailed()
{
    auto *dialog = new QFileDialog(this, tr("Choose Another Checkpoint"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setDirectory(QFileInfo(m_files.path(m_failed)).path());
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &path) { m_files.setPath(m_failed, path); });
    dialog->open();
}

void ComparePage::chooseFolder()
{
    auto *dialog = new QFileDialog(this, tr("Follow the Checkpoints of a Run"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    connect(dialog, &QFileDialog::filesSelected, this, &ComparePage::showEpochs);
    dialog->open();
}

/// Of what is compared, where all of it is in one folder; a run keeps its checkpoints in a folder within its own.
QString ComparePage::runFolder() const
{
    QSet<QString> folders;
    for (const auto side : {CompareFiles::A, CompareFiles::B}) {
        if (m_files.path(side).isEmpty())
            continue;
        QFileInfo folder(QFileInfo(m_files.path(side)).absolutePath());
        if (folder.fileName() == QLatin1String("checkpoints") || folder.fileName() == QLatin1String("weights"))
            folder.setFile(folder.absolutePath());
        folders.insert(folder.filePath());
    }
    return folders.size() == 1 ? *folders.begin() : QString();
}

void ComparePage::dragEnterEvent(QDragEnterEvent *event)
{
    if (localPaths(event->mimeData()).isEmpty())
        return;
    event->acceptProposedAction();
    m_dropOverlay->cover();
}

void ComparePage::dragLeaveEvent(QDragLeaveEvent *) { m_dropOverlay->hide(); }

void ComparePage::dropEvent(QDropEvent *event)
{
    m_dropOverlay->hide();
    event->acceptProposedAction();
    compare(localPaths(event->mimeData()));
}

void ComparePage::hideEvent(QHideEvent *event)
{
    QSettings().setValue(layoutKey(), m_pane->saveLayout());
    QWidget::hideEvent(event);
}

}  // namespace waypoint
