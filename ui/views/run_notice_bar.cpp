// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/run_notice_bar.h"

#include "ui/views/flow_layout.h"

#include <QtCore/QEvent>
#include <QtGui/QClipboard>
#include <QtGui/QFontDatabase>
#include <QtGui/QGuiApplication>
#include <QtGui/QPainter>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace waypoint {

namespace {

constexpr int kMostWords = 6;  // lines in sight; the others scroll
constexpr int kStripe = 4;

}  // namespace

RunNoticeBar::RunNoticeBar(QWidget *parent)
    : QFrame(parent),
      m_sentence(new QLabel),
      m_more(new QLabel),
      m_words(new QWidget),
      m_lastWords(new QPlainTextEdit),
      m_copy(new QToolButton),
      m_buttons(new QWidget),
      m_flow(new FlowLayout(6, m_buttons))
{
    for (QLabel *label : {m_sentence, m_more}) {
        label->setWordWrap(true);
        label->setTextFormat(Qt::PlainText);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    QFont strong = m_sentence->font();
    strong.setWeight(QFont::DemiBold);
    m_sentence->setFont(strong);
    m_sentence->setObjectName(QStringLiteral("runNotice"));
    m_more->setObjectName(QStringLiteral("runAdvice"));
    m_lastWords->setReadOnly(true);
    m_lastWords->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_lastWords->setObjectName(QStringLiteral("runLastWords"));
    m_lastWords->setAccessibleName(tr("The last words of the trainer"));
    m_copy->setText(tr("Copy"));
    m_copy->setToolTip(tr("Copies the last words of the trainer"));
    connect(m_copy, &QToolButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(m_lastWords->toPlainText()); });
    auto *words = new QHBoxLayout(m_words);
    words->setContentsMargins(0, 0, 0, 0);
    words->addWidget(m_lastWords, 1);
    words->addWidget(m_copy, 0, Qt::AlignTop);
    m_flow->setContentsMargins(0, 2, 0, 0);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(14, 8, 10, 8);
    layout->setSpacing(5);
    for (QWidget *part : std::initializer_list<QWidget *>{m_sentence, m_more, m_words, m_buttons})
        layout->addWidget(part);
    applyColors();
    setNotice({}, {});
}

void RunNoticeBar::setNotice(const RunNotice &notice, const QString &lastWords)
{
    showLastWords(notice.showsLastWords ? lastWords : QString());
    setVisible(!notice.isEmpty());
    if (notice == m_notice)
        return;
    const bool isOther = notice.offers != m_notice.offers;
    m_notice = notice;
    m_sentence->setText(notice.sentence);
    m_more->setText(notice.more);
    m_more->setVisible(!notice.more.isEmpty());
    if (isOther)
        showOffers();
    applyColors();
    update();
}

void RunNoticeBar::showLastWords(const QString &words)
{
    m_words->setVisible(!words.isEmpty());
    if (m_lastWords->toPlainText() == words)
        return;
    m_lastWords->setPlainText(words);
    const int lines = std::clamp(m_lastWords->blockCount(), 2, kMostWords);
    m_lastWords->setFixedHeight(lines * m_lastWords->fontMetrics().lineSpacing() + 12);
    m_lastWords->verticalScrollBar()->setValue(m_lastWords->verticalScrollBar()->maximum());
}

void RunNoticeBar::showOffers()
{
    for (QPushButton *old : m_buttons->findChildren<QPushButton *>()) {
        old->hide();
        old->deleteLater();
        m_flow->removeWidget(old);
    }
    bool isFirst = true;
    for (const RunOffer &offer : m_notice.offers) {
        auto *button = new QPushButton(offer.name);
        button->setEnabled(offer.whyNot.isEmpty());
        button->setToolTip(offer.whyNot.isEmpty() ? offer.toolTip : offer.whyNot);
        button->setDefault(isFirst && button->isEnabled());
        button->setAutoDefault(true);
        if (offer.action == RunAction::Resume && isFirst)
            button->setMinimumSize(button->sizeHint() + QSize(30, 8));
        connect(button, &QPushButton::clicked, this, [this, action = offer.action] { Q_EMIT actionRequested(action); });
        m_flow->addWidget(button);
        isFirst = false;
    }
    m_buttons->setVisible(!m_notice.offers.empty());
}

void RunNoticeBar::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange)
        applyColors();
    QFrame::changeEvent(event);
}

void RunNoticeBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), colors::noticeBackground(m_notice.tone, palette()));
    painter.fillRect(QRect(0, 0, kStripe, height()), colors::noticeAccent(m_notice.tone, palette()));
}

void RunNoticeBar::applyColors()
{
    // The labels' palette, not this one's: buttons inside keep the look of buttons.
    for (QLabel *label : {m_sentence, m_more}) {
        QPalette inked = palette();
        inked.setColor(QPalette::WindowText, colors::noticeText(m_notice.tone, palette()));
        label->setPalette(inked);
    }
}

}  // namespace waypoint
