// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/safety_note.h"

#include "ui/models/text.h"

#include <QtCore/QEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLabel>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QTreeWidget>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace waypoint {

namespace {

constexpr std::size_t kNamesInSentence = 3;
constexpr int kVisibleRows = 7;

QString verdictText(Safety safety)
{
    switch (safety) {
    case Safety::Safe:
        return SafetyNote::tr("data");
    case Safety::Unknown:
        return SafetyNote::tr("not known");
    case Safety::Dangerous:
        return SafetyNote::tr("could run code");
    }
    return {};
}

// "os.system, builtins.eval and 2 more"
QString namesText(const std::vector<GlobalUse> &globals, bool (*wanted)(const GlobalUse &))
{
    QStringList names;
    std::size_t left = 0;
    for (const GlobalUse &global : globals) {
        if (!wanted(global))
            continue;
        if (static_cast<std::size_t>(names.size()) < kNamesInSentence)
            names << text::elided(text::fromUtf8(global.name), 60);
        else
            ++left;
    }
    const QString listed = names.join(QStringLiteral(", "));
    return left == 0 ? listed : SafetyNote::tr("%1 and %2 more").arg(listed).arg(left);
}

bool isDangerous(const GlobalUse &global) { return global.safety == Safety::Dangerous; }
bool isRefused(const GlobalUse &global) { return !global.weightsOnly; }

Safety worstOf(const std::vector<GlobalUse> &globals)
{
    Safety worst = Safety::Safe;
    for (const GlobalUse &global : globals)
        worst = std::max(worst, global.safety);
    return worst;
}

}  // namespace

QString safetySentence(const std::vector<GlobalUse> &globals)
{
    if (std::ranges::any_of(globals, isDangerous))
        return SafetyNote::tr("This file could run code when Python loads it: it names %1. "
                              "Do not load it with torch.load or pickle. Waypoint ran nothing.")
            .arg(namesText(globals, isDangerous));
    if (std::ranges::any_of(globals, isRefused))
        return SafetyNote::tr("torch.load(weights_only=True) refuses this file, because of %1. "
                              "Waypoint needs none of it and ran nothing.")
            .arg(namesText(globals, isRefused));
    return SafetyNote::tr("torch.load(weights_only=True) accepts every name in this file. Waypoint ran nothing.");
}

SafetyNote::SafetyNote(QWidget *parent)
    : QFrame(parent), m_sentence(new QLabel(this)), m_toggle(new QToolButton(this)), m_list(new QTreeWidget(this))
{
    setObjectName(QStringLiteral("safetyNote"));
    m_sentence->setTextFormat(Qt::PlainText);
    m_sentence->setWordWrap(true);
    m_sentence->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_toggle->setText(tr("Names"));
    m_toggle->setToolTip(tr("Every class and function that the file names, and what each could do"));
    m_toggle->setCheckable(true);
    m_toggle->setAutoRaise(true);
    m_toggle->setArrowType(Qt::RightArrow);
    m_toggle->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);

    m_list->setHeaderLabels({tr("Name"), tr("Verdict"), tr("weights_only"), tr("What it could do")});
    m_list->setRootIsDecorated(false);
    m_list->setAlternatingRowColors(true);
    m_list->setUniformRowHeights(true);
    m_list->setVisible(false);

    auto *line = new QHBoxLayout;
    line->addWidget(m_sentence, 1);
    line->addWidget(m_toggle, 0, Qt::AlignTop);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(14, 6, 8, 6);
    column->addLayout(line);
    column->addWidget(m_list);

    connect(m_toggle, &QToolButton::toggled, this, [this](bool open) {
        m_list->setVisible(open);
        m_toggle->setArrowType(open ? Qt::DownArrow : Qt::RightArrow);
    });
    setVisible(false);
}

void SafetyNote::setGlobals(const std::vector<GlobalUse> &globals)
{
    m_worst = worstOf(globals);
    m_refused = std::ranges::any_of(globals, isRefused);
    m_sentence->setText(safetySentence(globals));
    fillList(globals);
    applyColours();
    // A file that could do harm says so unasked; the rest unfolds on demand.
    m_toggle->setChecked(m_worst == Safety::Dangerous);
    setVisible(!globals.empty());
}

QString SafetyNote::sentence() const { return m_sentence->text(); }

void SafetyNote::fillList(const std::vector<GlobalUse> &globals)
{
    std::vector<GlobalUse> sorted = globals;
    std::ranges::stable_sort(sorted, std::greater<>(), &GlobalUse::safety);
    QList<QTreeWidgetItem *> items;
    for (const GlobalUse &global : sorted) {
        const QString place = global.member.empty() ? QString() : tr(" (in %1)").arg(text::fromUtf8(global.member));
        auto *item = new QTreeWidgetItem({text::fromUtf8(global.name), verdictText(global.safety),
                                          global.weightsOnly ? tr("accepts") : tr("refuses"),
                                          text::fromUtf8(global.reason) + place});
        item->setToolTip(0, text::fromUtf8(global.name).toHtmlEscaped());
        item->setToolTip(3, text::fromUtf8(global.reason).toHtmlEscaped());
        if (global.safety == Safety::Dangerous)
            item->setForeground(1, colors::noticeAccent(colors::Notice::Danger, palette()));
        items << item;
    }
    m_list->clear();
    m_list->addTopLevelItems(items);
    for (int column = 0; column < 3; ++column)
        m_list->resizeColumnToContents(column);
    const int rows = std::clamp(static_cast<int>(items.size()), 1, kVisibleRows);
    m_list->setFixedHeight(rows * m_list->sizeHintForRow(0) + m_list->header()->sizeHint().height()
                           + 2 * m_list->frameWidth());
}

colors::Notice SafetyNote::notice() const
{
    if (m_worst == Safety::Dangerous)
        return colors::Notice::Danger;
    return m_refused ? colors::Notice::Information : colors::Notice::Good;
}

void SafetyNote::applyColours()
{
    QPalette own = palette();
    own.setColor(QPalette::WindowText, colors::noticeText(notice(), palette()));
    own.setColor(QPalette::ButtonText, colors::noticeText(notice(), palette()));
    m_sentence->setPalette(own);
    m_toggle->setPalette(own);
    update();
}

// Not by a style sheet: widgets with one miss changes of the theme.
void SafetyNote::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), colors::noticeBackground(notice(), palette()));
    painter.fillRect(QRect(0, 0, 4, height()), colors::noticeAccent(notice(), palette()));
}

void SafetyNote::changeEvent(QEvent *event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        applyColours();
}

}  // namespace waypoint
