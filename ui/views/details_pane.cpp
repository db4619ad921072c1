// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/details_pane.h"

#include "core/base/describe_error.h"
#include "core/checkpoint/module_text.h"
#include "core/pickle/value_bytes.h"
#include "core/pickle/value_text.h"
#include "ui/models/colors.h"
#include "ui/models/text.h"
#include "ui/views/bar_list.h"
#include "ui/views/fact_grid.h"
#include "ui/views/param_groups_table.h"

#include <QtCore/QRegularExpression>
#include <QtGui/QFontDatabase>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTableWidget>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace waypoint {

namespace {

constexpr std::size_t kMostSharing = 12;
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

QString roleText(Role role)
{
    const QString name = text::fromUtf8(roleName(role));
    return name.left(1).toUpper() + name.mid(1);
}

QString cutText(EntryTree::Cut cut)
{
    switch (cut) {
    case EntryTree::Cut::No:
        return {};
    case EntryTree::Cut::ContainsItself:
        return DetailsPane::tr("This value contains itself; it is unfolded above.");
    case EntryTree::Cut::ShownElsewhere:
        return DetailsPane::tr("The same object is unfolded elsewhere in the tree.");
    case EntryTree::Cut::TooDeep:
        return DetailsPane::tr("Nested too deep to be unfolded.");
    case EntryTree::Cut::TooMany:
        return DetailsPane::tr("Too many entries to unfold them all.");
    }
    return {};
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
      m_facts(new FactGrid(this)),
      m_sharedHeading(paneHeading(tr("Shares its storage with"), this)),
      m_shared(new BarList(this)),
      m_bodyHeading(paneHeading({}, this)),
      m_body(new QStackedWidget(this)),
      m_empty(new QWidget(this)),
      m_text(new QPlainTextEdit(this)),
      m_groups(new QTableWidget(this))
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
    for (QWidget *page : {m_empty, static_cast<QWidget *>(m_text), static_cast<QWidget *>(m_groups)})
        m_body->addWidget(page);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(12, 10, 12, 10);
    column->setSpacing(6);
    for (QWidget *part : {static_cast<QWidget *>(m_path), static_cast<QWidget *>(m_kind),
                          static_cast<QWidget *>(m_facts), static_cast<QWidget *>(m_sharedHeading),
                          static_cast<QWidget *>(m_shared), static_cast<QWidget *>(m_bodyHeading)})
        column->addWidget(part);
    column->addWidget(m_body, 1);
    connect(m_shared, &BarList::activated, this, &DetailsPane::entryActivated);
    clear();
}

void DetailsPane::clear()
{
    m_reading.cancel();
    m_checkpoint.reset();
    m_path->clear();
    m_kind->setText(tr("Select an entry of the tree to see it whole."));
    m_facts->clear();
    m_shared->setRows({});
    m_sharedHeading->hide();
    m_bodyHeading->hide();
    m_body->setCurrentWidget(m_empty);
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
    const QString className = text::fromUtf8(value.className());
    m_kind->setText(className.isEmpty() ? kindText(value) : tr("%1 · %2").arg(kindText(value), className));
    showFacts();
    showBody();
}

QString DetailsPane::bodyText() const { return m_body->currentWidget() == m_text ? m_text->toPlainText() : QString(); }

const QTableWidget *DetailsPane::groupsTable() const
{
    return m_body->currentWidget() == m_groups ? m_groups : nullptr;
}

const Section *DetailsPane::sectionAt(EntryId entry) const
{
    const auto &sections = m_checkpoint->sections;
    const auto found = std::ranges::find(sections, entry, &Section::entry);
    return found == sections.end() ? nullptr : &*found;
}

void DetailsPane::showFacts()
{
    const Value value = m_checkpoint->entries.value(m_entry);
    if (const Section *section = sectionAt(m_entry))
        showSectionFacts(*section);
    if (value.is(ValueKind::Tensor))
        showTensorFacts(value.tensor());
    else if (value.is(ValueKind::Array))
        showArrayFacts(value.tree().array(value.id()));
    else if (value.is(ValueKind::Storage))
        showSharing(value.tree().storageIndex(value.id()));
    else if (value.is(ValueKind::Str) || value.is(ValueKind::Bytes))
        m_facts->add(tr("Length"), text::exactBytes(value.tree().byteLength(value.id())));
    else if (const std::uint32_t rows = m_checkpoint->entries[m_entry].childCount; rows > 0)
        m_facts->add(tr("Entries"), text::count(rows));
    m_facts->add(tr("Note"), cutText(m_checkpoint->entries.cut(m_entry)));
    for (const Warning &warning : m_checkpoint->warnings)
        if (warning.entry == m_entry)
            m_facts->add(tr("Warning"), text::fromUtf8(warning.text));
}

void DetailsPane::showSectionFacts(const Section &section)
{
    const QString certainty = section.certainty == Certainty::Likely ? tr(" (likely)") : QString();
    m_facts->add(tr("Is"), roleText(section.role) + (section.className.empty() ? QString() : QStringLiteral(" · "))
                               + text::fromUtf8(section.className) + certainty);
    QStringList partners;
    for (const EntryId partner : section.pairsWith)
        partners << text::fromUtf8(m_checkpoint->entries.pathText(partner));
    if (!section.pairsWith.empty())
        partners.replaceInStrings(QRegularExpression(QStringLiteral("^$")), tr("the whole file"));
    m_facts->add(tr("Belongs to"), partners.join(QStringLiteral(", ")));
    m_facts->add(tr("Note"), text::fromUtf8(section.note));
}

void DetailsPane::showTensorFacts(const TensorValue &tensor)
{
    const TensorRef &ref = tensor.ref;
    m_facts->add(tr("dtype"), text::fromUtf8(dtypeName(ref.dtype)));
    m_facts->add(tr("Shape"), ref.shape.empty() ? tr("scalar (0 dimensions)") : text::shape(ref.shape),
                 text::pythonShape(ref.shape));
    if (const auto count = ref.elementCount())
        m_facts->add(tr("Elements"), text::integer(*count));
    if (ref.layout != TensorLayout::Strided)
        m_facts->add(tr("Layout"), text::fromUtf8(layoutName(ref.layout)));
    else
        m_facts->add(tr("Size"), text::bytes(ref.byteCount()), text::exactBytes(ref.byteCount()));
    if (ref.layout == TensorLayout::Strided && !ref.isContiguous())
        m_facts->add(tr("Strides"), tr("%1 (a view, not contiguous)").arg(text::pythonShape(ref.strides)));
    if (ref.requiresGrad)
        m_facts->add(tr("requires_grad"), tr("True"));
    if (tensor.quantized)
        m_facts->add(tr("Quantised"), tensor.quantizer.perChannel
                                          ? tr("per channel, axis %1").arg(tensor.quantizer.axis)
                                          : tr("scale %1, zero point %2")
                                                .arg(text::exactNumber(tensor.quantizer.scale))
                                                .arg(tensor.quantizer.zeroPoint));
    if (ref.storage != kNoStorage)
        showStorageFacts(ref);
}

void DetailsPane::showStorageFacts(const TensorRef &ref)
{
    const Storage &storage = m_checkpoint->values.storages()[ref.storage];
    m_facts->add(tr("Saved on"), text::fromUtf8(storage.device));
    const QString place = storage.key.empty()
                              ? text::bytes(storage.bytes)
                              : tr("%1 · %2").arg(text::fromUtf8(storage.key), text::bytes(storage.bytes));
    m_facts->add(tr("Storage"), place, text::exactBytes(storage.bytes));
    if (ref.offset != 0)
        m_facts->add(tr("Starts at"), tr("element %1 of its storage").arg(text::integer(ref.offset)));
    if (storage.bigEndian)
        m_facts->add(tr("Byte order"), tr("big endian"));
    if (!storage.present)
        m_facts->add(tr("Missing"), tr("the bytes of this tensor are not in the file"));
    showSharing(ref.storage);
}

void DetailsPane::showSharing(StorageIndex storage)
{
    std::vector<BarRow> rows;
    const EntryTree &entries = m_checkpoint->entries;
    std::size_t more = 0;
    for (EntryId id = 0; id < entries.size(); ++id) {
        const Value value = entries.value(id);
        if (id == m_entry || !value.is(ValueKind::Tensor) || value.tensor().ref.storage != storage)
            continue;
        if (rows.size() == kMostSharing) {
            ++more;
            continue;
        }
        rows.push_back({.name = text::fromUtf8(entries.pathText(id)),
                        .value = text::shape(value.tensor().ref.shape),
                        .share = 0,
                        .colour = {},
                        .link = id,
                        .toolTip = {}});
    }
    if (more > 0)
        rows.push_back({.name = tr("%1 more").arg(text::count(more)),
                        .value = {},
                        .share = 0,
                        .colour = {},
                        .link = {},
                        .toolTip = {}});
    m_sharedHeading->setVisible(!rows.empty());
    m_shared->setRows(std::move(rows));
}

void DetailsPane::showArrayFacts(const ArrayValue &array)
{
    m_facts->add(tr("dtype"), text::fromUtf8(array.dtype));
    m_facts->add(tr("Shape"), array.shape.empty() ? tr("scalar (0 dimensions)") : text::shape(array.shape),
                 text::pythonShape(array.shape));
    if (array.data.isValid())
        m_facts->add(tr("Size"), text::bytes(m_checkpoint->values.byteLength(array.data)));
    if (array.fortranOrder)
        m_facts->add(tr("Order"), tr("Fortran (column-major)"));
    if (array.bigEndian)
        m_facts->add(tr("Byte order"), tr("big endian"));
}

void DetailsPane::showBody()
{
    const Value value = m_checkpoint->entries.value(m_entry);
    const Section *section = sectionAt(m_entry);
    const Value groups = value["param_groups"];
    if (isParamGroups(value)) {
        const EntryId parent = m_checkpoint->entries[m_entry].parent;
        showGroups(value, parent == kNoEntry ? nullptr : sectionAt(parent));
    } else if (section && section->role == Role::Optimizer && isParamGroups(groups)) {
        showGroups(groups, section);
    } else if (isModule(value)) {
        showText(tr("print(model)"), text::fromUtf8(moduleText(value)));
    } else if (value.is(ValueKind::Str) || value.is(ValueKind::Bytes)) {
        if (value.tree().externalBytes(value.id()))
            showStoredText();
        else
            showText(tr("Value"), value.is(ValueKind::Str) ? text::fromUtf8(value.text())
                                                           : text::fromUtf8(pythonText(value, kBodyLimits)));
    } else if (!value.is(ValueKind::Tensor) && !value.is(ValueKind::Storage)) {
        showText(tr("Value"), text::fromUtf8(pythonText(value, kBodyLimits)));
    }
}

void DetailsPane::showText(const QString &heading, const QString &text)
{
    m_bodyHeading->setText(heading);
    m_bodyHeading->show();
    m_text->setPlainText(text);
    m_body->setCurrentWidget(m_text);
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
    m_body->setCurrentWidget(m_groups);
}

}  // namespace waypoint
