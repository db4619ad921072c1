// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/fact_sheet.h"

#include "ui/models/text.h"
#include "ui/views/bar_list.h"
#include "ui/views/fact_grid.h"

#include <QtCore/QRegularExpression>
#include <QtWidgets/QLabel>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace waypoint {

namespace {

constexpr std::size_t kMostSharing = 12;

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
        return FactSheet::tr("This value contains itself; it is unfolded above.");
    case EntryTree::Cut::ShownElsewhere:
        return FactSheet::tr("The same object is unfolded elsewhere in the tree.");
    case EntryTree::Cut::TooDeep:
        return FactSheet::tr("Nested too deep to be unfolded.");
    case EntryTree::Cut::TooMany:
        return FactSheet::tr("Too many entries to unfold them all.");
    }
    return {};
}

}  // namespace

const Section *sectionAt(const Checkpoint &checkpoint, EntryId entry)
{
    const auto found = std::ranges::find(checkpoint.sections, entry, &Section::entry);
    return found == checkpoint.sections.end() ? nullptr : &*found;
}

FactSheet::FactSheet(QWidget *parent)
    : QWidget(parent),
      m_facts(new FactGrid(this)),
      m_sharedHeading(paneHeading(tr("Shares its storage with"), this)),
      m_shared(new BarList(this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    column->addWidget(m_facts);
    column->addWidget(m_sharedHeading);
    column->addWidget(m_shared);
    connect(m_shared, &BarList::activated, this, &FactSheet::entryActivated);
    clear();
}

void FactSheet::clear()
{
    m_checkpoint.reset();
    m_facts->clear();
    m_shared->setRows({});
    m_sharedHeading->hide();
}

void FactSheet::setEntry(CheckpointPtr checkpoint, EntryId entry)
{
    clear();
    m_checkpoint = std::move(checkpoint);
    m_entry = entry;
    showFacts();
}

void FactSheet::showFacts()
{
    const Value value = m_checkpoint->entries.value(m_entry);
    if (const Section *section = sectionAt(*m_checkpoint, m_entry))
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

void FactSheet::showSectionFacts(const Section &section)
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

void FactSheet::showTensorFacts(const TensorValue &tensor)
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

void FactSheet::showStorageFacts(const TensorRef &ref)
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

void FactSheet::showSharing(StorageIndex storage)
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

void FactSheet::showArrayFacts(const ArrayValue &array)
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

}  // namespace waypoint
