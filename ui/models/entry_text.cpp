// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/entry_text.h"

#include "core/pickle/value_text.h"
#include "ui/models/text.h"

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <iterator>

namespace waypoint::entry_text {

namespace {

QString tr(const char *sentence) { return QCoreApplication::translate("entries", sentence); }

QString withoutModule(std::string_view className)
{
    const std::size_t dot = className.rfind('.');
    return text::fromUtf8(dot == std::string_view::npos ? className : className.substr(dot + 1));
}

QString kindWord(Value value)
{
    switch (value.kind()) {
    case ValueKind::None:
        return QStringLiteral("None");
    case ValueKind::Bool:
        return QStringLiteral("bool");
    case ValueKind::Int:
    case ValueKind::BigInt:
        return QStringLiteral("int");
    case ValueKind::Float:
        return QStringLiteral("float");
    case ValueKind::Complex:
        return QStringLiteral("complex");
    case ValueKind::Str:
        return QStringLiteral("str");
    case ValueKind::Bytes:
        return QStringLiteral("bytes");
    case ValueKind::List:
        return QStringLiteral("list");
    case ValueKind::Tuple:
        return QStringLiteral("tuple");
    case ValueKind::Dict:
        return QStringLiteral("dict");
    case ValueKind::Set:
        return QStringLiteral("set");
    case ValueKind::Tensor:
        return value.tensor().ref.parameter ? QStringLiteral("Parameter") : QStringLiteral("Tensor");
    case ValueKind::Storage:
        return QStringLiteral("Storage");
    case ValueKind::Array:
        return QStringLiteral("ndarray");
    case ValueKind::Object:
        return QStringLiteral("object");
    case ValueKind::Global:
        return tr("class or function");
    case ValueKind::Persistent:
        return tr("persistent id");
    }
    return {};
}

const Section *sectionAt(const Checkpoint &checkpoint, const EntryFacts &facts, EntryId id)
{
    const Section *section = facts.sectionOf(checkpoint, id);
    return section && section->entry == id ? section : nullptr;
}

QString cutText(EntryTree::Cut cut)
{
    switch (cut) {
    case EntryTree::Cut::No:
        return {};
    case EntryTree::Cut::ContainsItself:
        return tr("contains itself");
    case EntryTree::Cut::ShownElsewhere:
        return tr("content is shown at another place");
    case EntryTree::Cut::TooDeep:
        return tr("nested too deep to show");
    case EntryTree::Cut::TooMany:
        return tr("too many rows, the rest is not shown");
    }
    return {};
}

bool isIdentifier(std::string_view name)
{
    const auto isLetter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
    };
    return !name.empty() && isLetter(name.front())
           && std::all_of(name.begin(), name.end(), [&](char c) { return isLetter(c) || (c >= '0' && c <= '9'); });
}

QString quoted(const QString &name)
{
    QString escaped = name;
    escaped.replace(QLatin1Char('\\'), QLatin1String("\\\\")).replace(QLatin1Char('\''), QLatin1String("\\'"));
    escaped.replace(QLatin1Char('\n'), QLatin1String("\\n"));
    return QLatin1Char('\'') + escaped + QLatin1Char('\'');
}

QString keyExpression(const EntryTree &entries, EntryId id)
{
    const Value key = entries.key(id);
    if (key.isValid() && !key.is(ValueKind::Str))
        return text::fromUtf8(pythonText(key));
    return quoted(text::fromUtf8(entries.label(id)));
}

/// What follows the parent's expression: "['net']", "[0]", ".lr".
QString pythonStep(const EntryTree &entries, EntryId id)
{
    const QString label = text::fromUtf8(entries.label(id));
    switch (entries.value(entries[id].parent).kind()) {
    case ValueKind::Dict:
        return QLatin1Char('[') + keyExpression(entries, id) + QLatin1Char(']');
    case ValueKind::Tensor:
        // The parts of a sparse tensor are methods in torch.
        if (label == QLatin1String("indices") || label == QLatin1String("values"))
            return QStringLiteral("._%1()").arg(label);
        break;
    default:
        break;
    }
    if (!entries.isNamed(id))
        return QLatin1Char('[') + label + QLatin1Char(']');
    if (isIdentifier(entries.label(id)))
        return QLatin1Char('.') + label;
    return QStringLiteral(".__dict__[%1]").arg(quoted(label));
}

}  // namespace

QString name(const Checkpoint &checkpoint, const EntryFacts &facts, EntryId id)
{
    if (id == kRootEntry)
        return text::fromPath(checkpoint.path.filename());
    const QString label = text::fromUtf8(checkpoint.entries.label(id));
    const std::string *parameter = facts.parameterName(id);
    return parameter ? label + QStringLiteral(" · ") + text::fromUtf8(*parameter) : label;
}

QString type(const Checkpoint &checkpoint, const EntryFacts &facts, EntryId id)
{
    const Value value = checkpoint.entries.value(id);
    if (const Section *section = sectionAt(checkpoint, facts, id); section && !section->className.empty())
        return withoutModule(section->className);
    if (!value.className().empty() && !value.is(ValueKind::Global))
        return withoutModule(value.className());
    return kindWord(value);
}

QString shape(Value value)
{
    if (value.is(ValueKind::Tensor))
        return text::shape(value.tensor().ref.shape);
    if (value.is(ValueKind::Array))
        return text::shape(value.tree().array(value.id()).shape);
    return {};
}

QString pythonShape(Value value)
{
    if (value.is(ValueKind::Tensor))
        return text::pythonShape(value.tensor().ref.shape);
    if (value.is(ValueKind::Array))
        return text::pythonShape(value.tree().array(value.id()).shape);
    return {};
}

QString dtype(Value value)
{
    if (value.is(ValueKind::Tensor))
        return text::fromUtf8(dtypeName(value.tensor().ref.dtype));
    if (value.is(ValueKind::Array))
        return text::fromUtf8(value.tree().array(value.id()).dtype);
    if (value.is(ValueKind::Storage))
        return text::fromUtf8(dtypeName(value.tree().storages()[value.tree().storageIndex(value.id())].dtype));
    return {};
}

QString device(Value value)
{
    StorageIndex storage = kNoStorage;
    if (value.is(ValueKind::Tensor))
        storage = value.tensor().ref.storage;
    else if (value.is(ValueKind::Storage))
        storage = value.tree().storageIndex(value.id());
    return storage == kNoStorage ? QString() : text::fromUtf8(value.tree().storages()[storage].device);
}

QString bytes(const EntryFacts &facts, EntryId id)
{
    if (facts.bytes[id] == 0 && facts.tensors[id] == 0)
        return {};
    return text::bytes({facts.bytes[id]});
}

QString value(const Checkpoint &checkpoint, EntryId id)
{
    const Value value = checkpoint.entries.value(id);
    const EntryTree::Cut cut = checkpoint.entries.cut(id);
    QString cell;
    switch (value.kind()) {
    case ValueKind::Tensor:
        break;
    case ValueKind::Int:
        cell = text::integer(value.integer().value_or(0));
        break;
    case ValueKind::Float:
        cell = text::number(value.number().value_or(0));
        break;
    default:
        cell = text::fromUtf8(cellText(value)).simplified();
    }
    if (cut == EntryTree::Cut::No)
        return cell;
    return cell.isEmpty() ? cutText(cut) : cell + QStringLiteral(" · ") + cutText(cut);
}

QString nameTip(const Checkpoint &checkpoint, const EntryFacts &facts, EntryId id)
{
    if (id == kRootEntry)
        return text::fromPath(checkpoint.path);
    QString tip = text::fromUtf8(checkpoint.entries.pathText(id));
    if (const std::string *parameter = facts.parameterName(id))
        tip += QLatin1Char('\n') + tr("state of parameter %1").arg(text::fromUtf8(*parameter));
    if (const Section *section = sectionAt(checkpoint, facts, id)) {
        tip += QLatin1Char('\n') + roleWord(section->role);
        if (section->certainty == Certainty::Likely)
            tip += tr(" (likely)");
        if (!section->note.empty())
            tip += QLatin1Char('\n') + text::fromUtf8(section->note);
    }
    return tip;
}

QString typeTip(const Checkpoint &checkpoint, const EntryFacts &facts, EntryId id)
{
    if (const Section *section = sectionAt(checkpoint, facts, id); section && !section->className.empty())
        return text::fromUtf8(section->className);
    return text::fromUtf8(checkpoint.entries.value(id).className());
}

QString shapeTip(Value value)
{
    if (!value.is(ValueKind::Tensor))
        return {};
    const auto elements = value.tensor().ref.elementCount();
    if (!elements)
        return {};
    const QString count = tr("%1 elements").arg(text::count(static_cast<std::uint64_t>(*elements)));
    return text::pythonShape(value.tensor().ref.shape) + QLatin1Char('\n') + count;
}

QString bytesTip(const Checkpoint &checkpoint, const EntryFacts &facts, EntryId id)
{
    if (facts.bytes[id] == 0 && facts.tensors[id] == 0)
        return {};
    const QString exact = text::exactBytes({facts.bytes[id]});
    if (checkpoint.entries[id].childCount == 0)
        return exact;
    return tr("%1 in %2 tensors below, shared ones counted each time").arg(exact, text::count(facts.tensors[id]));
}

QString valueTip(const Checkpoint &checkpoint, EntryId id)
{
    const Value value = checkpoint.entries.value(id);
    if (value.is(ValueKind::Tensor))
        return {};
    return text::fromUtf8(pythonText(value, {.characters = 600, .items = 20, .depth = 3}));
}

QString roleWord(Role role)
{
    switch (role) {
    case Role::Model:
        return tr("model");
    case Role::Optimizer:
        return tr("optimizer");
    case Role::Scheduler:
        return tr("scheduler");
    case Role::Epoch:
        return tr("epoch");
    case Role::Step:
        return tr("step");
    case Role::Loss:
        return tr("loss");
    case Role::Metric:
        return tr("metric");
    case Role::Rng:
        return tr("random state");
    case Role::Scaler:
        return tr("AMP scaler");
    case Role::Ema:
        return tr("EMA");
    case Role::Config:
        return tr("configuration");
    case Role::Module:
        return tr("whole module");
    case Role::Curve:
        return tr("curve");
    }
    return {};
}

QString pythonPath(const EntryTree &entries, EntryId id)
{
    std::vector<EntryId> steps;
    for (; id != kRootEntry; id = entries[id].parent)
        steps.push_back(id);
    QString expression = QStringLiteral("ckpt");
    for (auto step = steps.rbegin(); step != steps.rend(); ++step)
        expression += pythonStep(entries, *step);
    return expression;
}

}  // namespace waypoint::entry_text
