// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/overview_panel.h"

#include "core/checkpoint/module_text.h"
#include "core/pickle/value_text.h"
#include "ui/models/colors.h"
#include "ui/models/text.h"
#include "ui/views/bar_list.h"
#include "ui/views/fact_grid.h"

#include <QtCore/QEvent>
#include <QtGui/QFontDatabase>
#include <QtWidgets/QLabel>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace waypoint {

namespace {

constexpr std::size_t kMostShared = 8;
constexpr std::size_t kMostHoldings = 60;
constexpr std::size_t kLongestValue = 2'000;
constexpr qsizetype kLongestModule = 100'000;

double shareOf(ByteCount part, ByteCount whole)
{
    return whole.value == 0 ? 0 : static_cast<double>(part.value) / static_cast<double>(whole.value);
}

QString parametersText(std::uint64_t elements)
{
    return elements == 1 ? OverviewPanel::tr("1 parameter")
                         : OverviewPanel::tr("%1 parameters").arg(text::count(elements));
}

QString elementsText(std::uint64_t elements)
{
    return elements == 1 ? OverviewPanel::tr("1 element") : OverviewPanel::tr("%1 elements").arg(text::count(elements));
}

QString roleTitle(Role role)
{
    const QString name = role == Role::Rng   ? OverviewPanel::tr("random state")
                         : role == Role::Ema ? OverviewPanel::tr("EMA")
                                             : text::fromUtf8(roleName(role));
    return name.left(1).toUpper() + name.mid(1);
}

// The path as a person would say it: a module's own dicts are left out, "features/0/weight".
QString shortPath(const std::vector<std::string> &path)
{
    QStringList parts;
    for (const std::string &part : path)
        if (part != "_modules" && part != "_parameters" && part != "_buffers")
            parts << text::fromUtf8(part);
    return parts.join(QLatin1Char('/'));
}

std::vector<BarRow> groupRows(const std::vector<Summary::Group> &groups)
{
    ByteCount whole;
    for (const Summary::Group &group : groups)
        whole.value += group.bytes.value;
    std::vector<BarRow> rows;
    for (const Summary::Group &group : groups)
        rows.push_back(
            {.name = text::fromUtf8(group.name),
             .value = OverviewPanel::tr("%1 · %2").arg(elementsText(group.elements), text::bytes(group.bytes)),
             .share = shareOf(group.bytes, whole),
             .colour = {},
             .link = {},
             .toolTip = text::exactBytes(group.bytes)});
    return rows;
}

}  // namespace

OverviewPanel::OverviewPanel(QWidget *parent) : QScrollArea(parent), m_counting(this)
{
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *content = new QWidget(this);
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(12, 4, 12, 12);
    column->setSpacing(4);
    setWidget(content);

    m_holdings = addBlock(tr("What it holds"));
    m_textHeading = paneHeading({}, content);
    m_text = new QLabel(content);
    m_text->setTextFormat(Qt::PlainText);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    // A long line of a module must not force the window wide.
    m_text->setWordWrap(true);
    QSizePolicy policy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    m_text->setSizePolicy(policy);
    column->addWidget(m_textHeading);
    column->addWidget(m_text);
    m_dtypes = addBlock(tr("By dtype"));
    m_devices = addBlock(tr("By device, as saved"));
    m_largest = addBlock(tr("Largest entries"));
    m_shared = addBlock(tr("Shared storage: tied weights and views"));
    m_wasteful = addBlock(tr("Storage that no tensor uses"));
    m_storageHeading = paneHeading(tr("Storage"), content);
    m_storage = new FactGrid(content);
    m_containerHeading = paneHeading(tr("Container"), content);
    m_container = new FactGrid(content);
    for (QWidget *part : {static_cast<QWidget *>(m_storageHeading), static_cast<QWidget *>(m_storage),
                          static_cast<QWidget *>(m_containerHeading), static_cast<QWidget *>(m_container)})
        column->addWidget(part);
    column->addStretch(1);
}

OverviewPanel::Block OverviewPanel::addBlock(const QString &heading)
{
    const Block block{paneHeading(heading, widget()), new BarList(widget())};
    widget()->layout()->addWidget(block.heading);
    widget()->layout()->addWidget(block.list);
    connect(block.list, &BarList::activated, this, &OverviewPanel::entryActivated);
    setBlock(block, {});
    return block;
}

void OverviewPanel::setBlock(const Block &block, std::vector<BarRow> rows)
{
    block.heading->setVisible(!rows.empty());
    block.list->setRows(std::move(rows));
}

void OverviewPanel::setCheckpoint(CheckpointPtr checkpoint)
{
    m_checkpoint = std::move(checkpoint);
    m_complete = false;
    m_findings.reset();
    for (const Block &block : {m_holdings, m_dtypes, m_devices, m_largest, m_shared, m_wasteful})
        setBlock(block, {});
    m_storage->clear();
    m_container->clear();
    m_text->hide();
    m_textHeading->hide();
    m_storageHeading->hide();
    m_containerHeading->setVisible(m_checkpoint != nullptr);
    if (!m_checkpoint) {
        m_counting.cancel();
        return;
    }
    showContainer();
    m_counting.start(
        [checkpoint = m_checkpoint](std::stop_token, Progress &) {
            return std::make_shared<const Findings>(findOut(*checkpoint));
        },
        [this](const std::shared_ptr<const Findings> &findings) {
            m_textHeading->setText(findings->heading);
            m_textHeading->setVisible(!findings->text.isEmpty());
            m_text->setText(findings->text);
            m_text->setVisible(!findings->text.isEmpty());
            m_findings = findings;
            showSummary(findings->summary);
        });
}

OverviewPanel::Findings OverviewPanel::findOut(const Checkpoint &checkpoint)
{
    Findings findings{summarize(checkpoint), {}, {}};
    const Value root = checkpoint.entries.value(kRootEntry);
    if (isModule(root)) {
        findings.heading = tr("print(model)");
        findings.text = text::fromUtf8(moduleText(root));
    } else if (checkpoint.entries[kRootEntry].childCount == 0 && !root.is(ValueKind::Tensor)) {
        findings.heading = tr("Value");
        findings.text = text::fromUtf8(pythonText(root, {.characters = kLongestValue, .items = 500, .depth = 6}));
    }
    if (findings.text.size() > kLongestModule)
        findings.text = findings.text.left(kLongestModule) + QStringLiteral("…");
    return findings;
}

QString OverviewPanel::rootText() const { return m_text->isHidden() ? QString() : m_text->text(); }

void OverviewPanel::changeEvent(QEvent *event)
{
    QScrollArea::changeEvent(event);
    // The rows carry the colours of roles, which are others on dark.
    if (event->type() == QEvent::PaletteChange && m_findings)
        showHoldings(m_findings->summary);
}

void OverviewPanel::showContainer()
{
    m_container->add(tr("Format"), text::fromUtf8(formatName(m_checkpoint->format)));
    m_container->add(tr("Layout"), text::fromUtf8(m_checkpoint->layout));
    m_container->add(tr("File size"), text::bytes(m_checkpoint->fileBytes), text::exactBytes(m_checkpoint->fileBytes));
    m_container->add(tr("Entries"), text::count(m_checkpoint->entries.size()));
    for (const auto &[name, value] : m_checkpoint->container) {
        const QString title = text::fromUtf8(name);
        m_container->add(title.left(1).toUpper() + title.mid(1), text::fromUtf8(value));
    }
}

void OverviewPanel::showSummary(const Summary &summary)
{
    showHoldings(summary);
    showGroups(summary);
    showStorage(summary);
    std::vector<BarRow> largest;
    for (const Summary::Weight &weight : summary.largest) {
        BarRow row = entryRow(weight.entry);
        row.value = text::bytes(weight.bytes);
        row.share = shareOf(weight.bytes, summary.largest.front().bytes);
        row.toolTip += QLatin1Char('\n') + text::exactBytes(weight.bytes);
        largest.push_back(std::move(row));
    }
    setBlock(m_largest, std::move(largest));
    m_complete = true;
}

BarRow OverviewPanel::entryRow(EntryId entry) const
{
    const std::vector<std::string> path = m_checkpoint->entries.path(entry);
    return {.name = path.empty() ? tr("the whole file") : shortPath(path),
            .value = {},
            .share = 0,
            .colour = {},
            .link = entry,
            .toolTip = text::fromUtf8(m_checkpoint->entries.pathText(entry))};
}

void OverviewPanel::showHoldings(const Summary &summary)
{
    std::vector<BarRow> rows;
    for (std::size_t s = 0; s < std::min(m_checkpoint->sections.size(), kMostHoldings); ++s) {
        const Section &section = m_checkpoint->sections[s];
        BarRow row = entryRow(section.entry);
        if (!section.note.empty())
            row.toolTip += QLatin1Char('\n') + text::fromUtf8(section.note);
        row.name = section.entry == kRootEntry ? roleTitle(section.role)
                                               : tr("%1 · %2").arg(roleTitle(section.role), row.name);
        row.colour = colors::role(section.role, palette());
        const auto part = std::ranges::find(summary.parts, s, &Summary::Part::section);
        QStringList facts;
        if (!section.className.empty())
            facts << text::fromUtf8(section.className).section(QLatin1Char('.'), -1)
                         + (section.certainty == Certainty::Likely ? tr(" (likely)") : QString());
        const bool weights = section.role == Role::Model || section.role == Role::Module || section.role == Role::Ema;
        if (part != summary.parts.end())
            facts << (weights ? parametersText(part->elements) : text::bytes(part->bytes));
        else if (m_checkpoint->entries[section.entry].childCount == 0)
            facts << text::fromUtf8(cellText(m_checkpoint->entries.value(section.entry), 40));
        row.value = facts.join(QStringLiteral(" · "));
        rows.push_back(std::move(row));
    }
    setBlock(m_holdings, std::move(rows));
}

void OverviewPanel::showGroups(const Summary &summary)
{
    setBlock(m_dtypes, groupRows(summary.byDtype));
    setBlock(m_devices, groupRows(summary.byDevice));
}

void OverviewPanel::showStorage(const Summary &summary)
{
    m_storageHeading->setVisible(summary.tensors > 0);
    if (summary.tensors > 0) {
        m_storage->add(tr("Tensors"), text::count(summary.tensors));
        m_storage->add(tr("Elements"), text::count(summary.elements));
        m_storage->add(tr("Stored"), text::bytes(summary.storageBytes), text::exactBytes(summary.storageBytes));
        if (summary.wastedBytes.value > 0)
            m_storage->add(tr("Unused"), tr("%1 that no tensor looks at").arg(text::bytes(summary.wastedBytes)),
                           text::exactBytes(summary.wastedBytes));
        if (summary.missingStorages > 0)
            m_storage->add(tr("Missing"),
                           tr("%1 in %2 storages are not in the file")
                               .arg(text::bytes(summary.missingBytes), text::count(summary.missingStorages)));
    }
    std::vector<BarRow> shared;
    for (const Summary::Shared &group : summary.shared) {
        BarRow row = entryRow(group.entries.front());
        row.value = tr("%1 entries").arg(text::count(group.entries.size()));
        row.link = shared.size() < kMostShared ? row.link : std::nullopt;
        if (shared.size() == kMostShared) {
            row.name = tr("%1 more").arg(text::count(summary.shared.size() - kMostShared));
            row.value.clear();
            shared.push_back(std::move(row));
            break;
        }
        shared.push_back(std::move(row));
    }
    setBlock(m_shared, std::move(shared));
    std::vector<BarRow> wasteful;
    for (const Summary::Weight &weight : summary.wasteful) {
        BarRow row = entryRow(weight.entry);
        row.value = text::bytes(weight.bytes);
        wasteful.push_back(std::move(row));
    }
    setBlock(m_wasteful, std::move(wasteful));
}

}  // namespace waypoint
