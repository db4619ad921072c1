// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/run_log_view.h"

#include "ui/models/colors.h"
#include "ui/models/log_feed.h"
#include "ui/views/quiet_label.h"

#include <QtCore/QEvent>
#include <QtCore/QRegularExpression>
#include <QtCore/QUrl>
#include <QtGui/QClipboard>
#include <QtGui/QDesktopServices>
#include <QtGui/QFontDatabase>
#include <QtGui/QGuiApplication>
#include <QtGui/QSyntaxHighlighter>
#include <QtGui/QTextDocument>
#include <QtGui/QTextDocumentFragment>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace waypoint {

namespace {

constexpr int kMostLines = 5000;
constexpr qsizetype kLinesAtOnce = 250;

/// Lines that say what went wrong, in the colour of danger.
class TroubleHighlighter final : public QSyntaxHighlighter
{
public:
    using QSyntaxHighlighter::QSyntaxHighlighter;

protected:
    void highlightBlock(const QString &line) override
    {
        static const QRegularExpression trouble(
            QStringLiteral("\\b(error|fatal|failed|exception|traceback|terminate called|aborted|segmentation fault|"
                           "out of memory|no space left|killed|cannot)\\b"),
            QRegularExpression::CaseInsensitiveOption);
        if (!trouble.match(line).hasMatch())
            return;
        const QPalette palette = QGuiApplication::palette();
        QTextCharFormat format;
        format.setForeground(colors::noticeAccent(colors::Notice::Danger, palette));
        setFormat(0, static_cast<int>(line.size()), format);
    }
};

}  // namespace

RunLogView::RunLogView(QWidget *parent) : QWidget(parent), m_text(new QPlainTextEdit), m_state(new QuietLabel)
{
    m_text->setReadOnly(true);
    m_text->setUndoRedoEnabled(false);
    m_text->setMaximumBlockCount(kMostLines);
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_text->setFrameShape(QFrame::NoFrame);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_text->setObjectName(QStringLiteral("runLog"));
    m_text->setAccessibleName(tr("Log of the run"));
    m_text->setPlaceholderText(tr("What the trainer prints appears here."));
    new TroubleHighlighter(m_text->document());
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_text, 1);
    layout->addWidget(createTools());
    m_append.setSingleShot(true);
    connect(&m_append, &QTimer::timeout, this, &RunLogView::appendSome);
    showState();
}

RunLogView::~RunLogView() = default;

QWidget *RunLogView::createTools()
{
    auto *copy = new QPushButton(tr("Copy"));
    copy->setToolTip(tr("Copies all lines in view, or the selected text"));
    auto *open = new QPushButton(tr("Open the File"));
    open->setToolTip(tr("Opens trainer.log with the desktop's program for text"));
    connect(copy, &QPushButton::clicked, this, [this] {
        const QString selected = m_text->textCursor().selection().toPlainText();
        QGuiApplication::clipboard()->setText(selected.isEmpty() ? m_text->toPlainText() : selected);
    });
    connect(open, &QPushButton::clicked, this, &RunLogView::openFile);
    auto *tools = new QWidget;
    auto *layout = new QHBoxLayout(tools);
    layout->setContentsMargins(10, 4, 8, 4);
    layout->addWidget(m_state, 1);
    layout->addWidget(copy);
    layout->addWidget(open);
    return tools;
}

void RunLogView::setFile(const QString &path)
{
    if (path == m_path)
        return;
    m_path = path;
    m_feed.reset();
    m_waiting.clear();
    m_text->clear();
    showState();
    if (path.isEmpty())
        return;
    m_feed = std::make_unique<LogFeed>(path, kMostLines);
    connect(m_feed.get(), &LogFeed::arrived, this, &RunLogView::take);
    m_feed->setFollowing(isVisible());
}

void RunLogView::hideEvent(QHideEvent *event)
{
    if (m_feed)
        m_feed->setFollowing(false);
    QWidget::hideEvent(event);
}

void RunLogView::showEvent(QShowEvent *event)
{
    if (m_feed)
        m_feed->setFollowing(true);
    QWidget::showEvent(event);
}

void RunLogView::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange)
        if (auto *highlighter = m_text->document()->findChild<QSyntaxHighlighter *>())
            highlighter->rehighlight();
    QWidget::changeEvent(event);
}

void RunLogView::take(const QStringList &lines, bool anew)
{
    if (anew) {
        m_waiting.clear();
        m_text->clear();
    }
    m_waiting << lines;
    if (m_waiting.size() > kMostLines)
        m_waiting.remove(0, m_waiting.size() - kMostLines);
    if (!m_append.isActive())
        appendSome();
}

void RunLogView::appendSome()
{
    const QStringList some = m_waiting.mid(0, kLinesAtOnce);
    m_waiting.remove(0, some.size());
    if (!some.isEmpty())
        appendLines(some);
    showState();
    if (!m_waiting.isEmpty())
        m_append.start(0);
}

void RunLogView::appendLines(const QStringList &lines)
{
    QScrollBar *bar = m_text->verticalScrollBar();
    const bool followsEnd = bar->value() >= bar->maximum();
    const int place = bar->value();
    const int before = m_text->blockCount();
    // Its own cursor: what is selected stays so.
    QTextCursor end(m_text->document());
    end.movePosition(QTextCursor::End);
    if (!m_text->document()->isEmpty())
        end.insertBlock();
    end.insertText(lines.join(QLatin1Char('\n')));
    if (followsEnd) {
        bar->setValue(bar->maximum());
        return;
    }
    // Lines that fell off at the top must not push on what is being read.
    const int added = static_cast<int>(lines.size());
    const int fell = std::max(0, before + added - m_text->blockCount());
    bar->setValue(std::max(0, place - fell));
}

void RunLogView::showState()
{
    const int lines = m_text->document()->isEmpty() ? 0 : m_text->blockCount();
    if (lines >= kMostLines)
        m_state->setText(tr("The last %1 lines").arg(kMostLines));
    else if (lines == 1)
        m_state->setText(tr("1 line"));
    else
        m_state->setText(lines == 0 ? QString() : tr("%1 lines").arg(lines));
}

void RunLogView::openFile() { QDesktopServices::openUrl(QUrl::fromLocalFile(m_path)); }

}  // namespace waypoint
