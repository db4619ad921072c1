// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/details_pane.h"

#include "core/base/describe_error.h"
#include "core/checkpoint/module_text.h"
#include "core/pickle/value_bytes.h"
#include "core/pickle/value_text.h"
#include "ui/models/text.h"
#include "ui/views/curve_preview.h"
#include "ui/views/fact_grid.h"
#include "ui/views/fact_sheet.h"
#include "ui/views/param_groups_table.h"
#include "ui/views/schedule_pane.h"
#include "ui/views/tensor_pane.h"

#include <QtGui/QFontDatabase>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTabBar>
#include <QtWidgets/QTableWidget>
#include <QtWidgets/QVBoxLayout>

namespace waypoint {

namespace {

constexpr ByteCount kMostStoredText{16U << 20};
constexpr TextLimits kBodyLimits{.characters = 200'000, .items = 2'000, .depth = 12};

QString kindText(Value value)
{
    switch (value.kind()) {
    case ValueKind::None:
        return DetailsPane::tr("None");
    case ValueKind::Bool:
        return DetailsPane::tr("bool");
    case ValueKind::Int:
    case ValueKind::BigInt:
        return DetailsPane::tr("int");
    case ValueKind::Float:
        return DetailsPane::tr("float");
    case ValueKind::Complex:
        return DetailsPane::tr("complex");
    case ValueKind::Str:
        return DetailsPane::tr("str");
    case ValueKind::Bytes:
        return DetailsPane::tr("bytes");
    case ValueKind::List:
        return DetailsPane::tr("list");
    case ValueKind::Tuple:
        return DetailsPane::tr("tuple");
    case ValueKind::Dict:
        return DetailsPane::tr("dict");
    case ValueKind::Set:
        return DetailsPane::tr("set");
    case ValueKind::Tensor:
        return value.tensor().ref.parameter ? DetailsPane::tr("Parameter") : DetailsPane::tr("tensor");
    case ValueKind::Storage:
        return DetailsPane::tr("storage");
    case ValueKind::Array:
        return DetailsPane::tr("NumPy array");
    case ValueKind::Object:
        return DetailsPane::tr("object");
    case ValueKind::Global:
        return DetailsPane::tr("class or function");
    case ValueKind::Persistent:
        return DetailsPane::tr("persistent id");
    }
    return {};
}

// "float32 · 6×3×5×5 · 1.80 KB": what the rest of the pane needs no words for.
QString tensorLine(Value value)
{
    QStringList parts;
    if (value.is(ValueKind::Array)) {
        const ArrayValue &array = value.tree().array(value.id());
        parts = {kindText(value), text::fromUtf8(array.dtype), text::shape(array.shape)};
        if (array.data.isValid() && value.tree().byteLength(array.data).value > 0)
            parts << text::bytes(value.tree().byteLength(array.data));
        return parts.join(QStringLiteral(" · "));
    }
    const TensorRef &ref = value.tensor().ref;
    parts = {text::fromUtf8(dtypeName(ref.dtype)), text::shape(ref.shape)};
    if (ref.parameter)
        parts.prepend(kindText(value));
    parts << (ref.layout == TensorLayout::Strided ? text::bytes(ref.byteCount())
                                                  : text::fromUtf8(layoutName(ref.layout)));
    return parts.join(QStringLiteral(" · "));
}

QString readStoredText(const CheckpointPtr &checkpoint, ValueId id)
{
    const Result<std::string> bytes = firstBytesOf(checkpoint->values, id, kMostStoredText);
    if (!bytes)
        return text::fromUtf8(describe(bytes.error()));
    const QByteArray content = QByteArray::fromStdString(*bytes);
    return checkpoint->values.kind(id) == ValueKind::Str ? QString::fromUtf8(content)
                                                         : QString::fromLatin1(content.toHex(' '));
}

}  // namespace

DetailsPane::DetailsPane(QWidget *parent)
    : QWidget(parent),
      m_reading(this),
      m_path(plainLabel({}, this)),
      m_kind(plainLabel({}, this)),
      m_facts(new FactSheet(this)),
      m_bodyHeading(paneHeading({}, this)),
      m_body(new QStackedWidget(this)),
      m_empty(new QWidget(this)),
      m_text(new QPlainTextEdit(this)),
      m_groups(new QTableWidget(this)),
      m_tensor(new TensorPane(this)),
      m_schedule(new SchedulePane(this)),
      m_sides(new QTabBar(this)),
      m_curves(new CurvePreview(this))
{
    QFont bold = m_path->font();
    bold.setPointSizeF(bold.pointSizeF() * 1.15);
    bold.setWeight(QFont::DemiBold);
    m_path->setFont(bold);
    m_kind->setForegroundRole(QPalette::PlaceholderText);
    m_text->setReadOnly(true);
    m_text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_text->setLineWrapMode(QPlainTextEdit::WidgetWidth);
    m_groups->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_groups->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 8);
    m_groups->verticalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_groups->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    for (QWidget *page : std::initializer_list<QWidget *>{m_empty, m_text, m_groups, m_tensor, m_schedule})
        m_body->addWidget(page);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(12, 10, 12, 10);
    column->setSpacing(6);
    for (QWidget *part : std::initializer_list<QWidget *>{m_path, m_kind, m_facts, m_curves, m_bodyHeading, m_sides})
        column->addWidget(part);
    column->setStretchFactor(m_curves, 4);
    column->addWidget(m_body, 1);
    m_sides->addTab(tr("Param groups"));
    m_sides->addTab(tr("Learning rate"));
    m_sides->setDrawBase(false);
    m_sides->setExpanding(false);
    connect(m_sides, &QTabBar::currentChanged, this, &DetailsPane::chooseSide);
    connect(m_facts, &FactSheet::entryActivated, this, &DetailsPane::entryActivated);
    connect(m_tensor, &TensorPane::entryActivated, this, &DetailsPane::entryActivated);
    clear();
}

void DetailsPane::clear()
{
    m_reading.cancel();
    m_checkpoint.reset();
    m_path->clear();
    m_kind->setText(tr("Select an entry of the tree to see it whole."));
    m_facts->clear();
    m_bodyHeading->hide();
    showPage(m_empty);
    m_curves->clear();
    m_schedule->clear();
    m_sides->hide();
}

void DetailsPane::setEntry(CheckpointPtr checkpoint, EntryId entry)
{
    clear();
    m_checkpoint = std::move(checkpoint);
    m_entry = entry;
    const Value value = m_checkpoint->entries.value(entry);
    QStringList path;
    for (const std::string &part : m_checkpoint->entries.path(entry))
        path << text::fromUtf8(part);
    // A zero-width space after each arrow lets a long path wrap there.
    m_path->setText(path.join(QStringLiteral(" ▸ \u200B")));
    if (value.is(ValueKind::Tensor) || value.is(ValueKind::Array)) {
        showTensor(value);
        return;
    }
    const QString className = text::fromUtf8(value.className());
    m_kind->setText(className.isEmpty() ? kindText(value) : tr("%1 · %2").arg(kindText(value), className));
    m_facts->setEntry(m_checkpoint, m_entry);
    m_facts->show();
    showBody();
}

void DetailsPane::showPage(QWidget *page)
{
    // The stack is no taller than the page it shows asks for.
    for (int i = 0; i < m_body->count(); ++i) {
        QWidget *one = m_body->widget(i);
        one->setSizePolicy(QSizePolicy::Expanding, one == page ? QSizePolicy::Expanding : QSizePolicy::Ignored);
    }
    m_body->setCurrentWidget(page);
}

QString DetailsPane::bodyText() const { return m_body->currentWidget() == m_text ? m_text->toPlainText() : QString(); }

const QTableWidget *DetailsPane::groupsTable() const
{
    return m_body->currentWidget() == m_groups ? m_groups : nullptr;
}

void DetailsPane::showTensor(Value value)
{
    m_kind->setText(tensorLine(value));
    m_facts->hide();
    m_tensor->setEntry(m_checkpoint, m_entry);
    showPage(m_tensor);
}

void DetailsPane::showBody()
{
    const Value value = m_checkpoint->entries.value(m_entry);
    const Section *section = sectionAt(*m_checkpoint, m_entry);
    const Value groups = value["param_groups"];
    if (section && section->role == Role::Scheduler) {
        showSchedule();
    } else if (isParamGroups(value)) {
        const EntryId parent = m_checkpoint->entries[m_entry].parent;
        showGroups(value, parent == kNoEntry ? nullptr : sectionAt(*m_checkpoint, parent));
    } else if (section && section->role == Role::Optimizer && isParamGroups(groups)) {
        showGroups(groups, section);
        if (SchedulePane::hasSchedule(*m_checkpoint, m_entry))
            showSides();
    } else if (isModule(value)) {
        showText(tr("print(model)"), text::fromUtf8(moduleText(value)));
    } else if (value.is(ValueKind::Str) || value.is(ValueKind::Bytes)) {
        if (value.tree().externalBytes(value.id()))
            showStoredText();
        else
            showText(tr("Value"), value.is(ValueKind::Str) ? text::fromUtf8(value.text())
                                                           : text::fromUtf8(pythonText(value, kBodyLimits)));
    } else if (!value.is(ValueKind::Storage)) {
        showText(tr("Value"), text::fromUtf8(pythonText(value, kBodyLimits)));
        if (m_checkpoint->entries[m_entry].childCount > 0)
            m_curves->setEntry(m_checkpoint, m_entry);
    }
}

void DetailsPane::showSchedule()
{
    m_schedule->setEntry(m_checkpoint, m_entry);
    showPage(m_schedule);
}

void DetailsPane::showSides()
{
    m_bodyHeading->hide();
    m_sides->show();
    chooseSide(m_sides->currentIndex());
}

void DetailsPane::chooseSide(int side)
{
    if (!m_checkpoint || m_sides->isHidden())
        return;
    if (side == 0)
        showPage(m_groups);
    else
        showSchedule();
}

void DetailsPane::showText(const QString &heading, const QString &text)
{
    m_bodyHeading->setText(heading);
    m_bodyHeading->show();
    m_text->setPlainText(text);
    showPage(m_text);
}

void DetailsPane::showStoredText()
{
    const ValueId id = m_checkpoint->entries.value(m_entry).id();
    showText(tr("Value"), tr("Reading %1…").arg(text::bytes(m_checkpoint->values.byteLength(id))));
    m_reading.start(
        [checkpoint = m_checkpoint, id](std::stop_token, Progress &) { return readStoredText(checkpoint, id); },
        [this](const QString &text) { m_text->setPlainText(text); });
}

void DetailsPane::showGroups(Value groups, const Section *optimizer)
{
    fillParamGroups(m_groups, groups,
                    optimizer ? std::span<const std::string>(optimizer->parameters) : std::span<const std::string>());
    m_bodyHeading->setText(tr("Param groups"));
    m_bodyHeading->show();
    showPage(m_groups);
}

}  // namespace waypoint
