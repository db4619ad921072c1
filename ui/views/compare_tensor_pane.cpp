// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/compare_tensor_pane.h"

#include "core/base/describe_error.h"
#include "core/checkpoint/numeric_tensors.h"
#include "ui/models/compare_text.h"
#include "ui/models/text.h"
#include "ui/views/compare_histogram.h"
#include "ui/views/heat_map_view.h"
#include "ui/views/notice_bar.h"
#include "ui/views/plane_selector.h"
#include "ui/views/quiet_label.h"
#include "ui/views/value_table.h"

#include <QtCore/QScopedValueRollback>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTabBar>
#include <QtWidgets/QVBoxLayout>

#include <array>
#include <span>

namespace waypoint {

namespace {

enum Way { Spread, Map, Numbers };

QString fileName(const DiffSide &side)
{
    const QString name = text::fromPath(side.checkpoint->path.filename());
    if (side.section == kRootEntry)
        return name;
    return QStringLiteral("%1 · %2").arg(name, text::fromUtf8(side.checkpoint->entries.pathText(side.section)));
}

/// The whole of a tensor in one plane: its first dimension down, all others across. Requires: contiguous.
ShownTensorPtr asMatrix(const ShownTensorPtr &tensor)
{
    const TensorRef &ref = tensor->numbers.ref;
    if (ref.shape.size() <= 2 || ref.elementCount().value_or(0) == 0)
        return tensor;
    auto matrix = std::make_shared<ShownTensor>(*tensor);
    const std::int64_t rows = ref.shape[0];
    const std::array<std::int64_t, 2> shape{rows, *ref.elementCount() / rows};
    matrix->numbers.ref.shape = SmallDims(std::span<const std::int64_t>(shape));
    matrix->numbers.ref.strides = contiguousStrides(matrix->numbers.ref.shape);
    return matrix;
}

ShownTensorPtr shown(const std::optional<Result<NumericTensor>> &read, const QString &name)
{
    if (!read || !*read)
        return nullptr;
    auto tensor = std::make_shared<ShownTensor>();
    tensor->numbers = **read;
    tensor->name = name;
    return tensor;
}

}  // namespace

CompareTensorPane::CompareTensorPane(QWidget *parent)
    : QWidget(parent),
      m_reading(this),
      m_name(new QLabel),
      m_facts(new QuietLabel),
      m_reason(new NoticeBar(colors::Notice::Information)),
      m_tabs(new QTabBar),
      m_plane(new PlaneSelector),
      m_stack(new QStackedWidget),
      m_histogram(new CompareHistogram),
      m_map(new HeatMapView(nullptr, QStringLiteral("differenceMap"), ColorSettings::Map::Diverging)),
      m_values(new ValueTable),
      m_status(new ElidedLabel)
{
    createParts();
    connect(m_tabs, &QTabBar::currentChanged, this, &CompareTensorPane::showWay);
    connect(m_plane, &PlaneSelector::planeChanged, m_values, &TensorView::setPlane);
    for (TensorView *view : std::initializer_list<TensorView *>{m_map, m_values}) {
        connect(view, &TensorView::statusChanged, this, [this, view](const QString &line) {
            if (m_stack->currentWidget() == view)
                m_status->setFullText(line);
        });
    }
    connect(m_values, &ValueTable::planeWanted, m_plane, [this](const PlaneWindow &plane) {
        m_plane->setPlane(plane);
        Q_EMIT m_plane->planeChanged(plane);
    });
    setTensor(nullptr, std::nullopt);
}

void CompareTensorPane::createParts()
{
    setObjectName(QStringLiteral("compareTensor"));
    m_tabs->setObjectName(QStringLiteral("compareWays"));
    m_tabs->setDocumentMode(true);
    m_tabs->setExpanding(false);
    m_tabs->addTab(tr("Histogram"));
    m_tabs->addTab(tr("Difference"));
    m_tabs->addTab(tr("Values"));
    m_tabs->setTabToolTip(Map, tr("B − A as colours around zero"));
    m_tabs->setTabToolTip(Numbers, tr("B − A as numbers"));
    QFont bold = m_name->font();
    bold.setBold(true);
    m_name->setFont(bold);
    m_name->setTextFormat(Qt::PlainText);
    m_name->setWordWrap(true);
    m_name->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_facts->setWordWrap(true);
    for (QWidget *way : std::initializer_list<QWidget *>{m_histogram, m_map, m_values})
        m_stack->addWidget(way);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 6, 8, 4);
    layout->setSpacing(4);
    for (QWidget *part : std::initializer_list<QWidget *>{m_name, m_facts, m_tabs, m_reason, m_plane})
        layout->addWidget(part);
    layout->addWidget(m_stack, 1);
    layout->addWidget(m_status);
}

void CompareTensorPane::setTensor(const ComparisonPtr &comparison, std::optional<std::size_t> tensor)
{
    if (comparison == m_comparison && tensor == m_tensor && tensor)
        return;
    m_comparison = comparison;
    m_tensor = comparison ? tensor : std::nullopt;
    m_reading.cancel();
    refresh();
    if (!m_tensor) {
        take(std::make_shared<const Read>());
        return;
    }
    // Scales of quantised tensors are read.
    m_reading.start([content = comparison->content, index = *m_tensor](const std::stop_token &,
                                                                       Progress &) { return read(*content, index); },
                    [this](const ReadPtr &read) { take(read); });
}

void CompareTensorPane::refresh()
{
    if (!m_tensor) {
        m_name->setText(tr("No tensor is selected"));
        m_facts->setText(tr("Select one in the table to see how its numbers moved."));
        return;
    }
    const CompareNumbers &numbers = *m_comparison->numbers;
    m_name->setText(compare_text::cell(numbers, *m_tensor, CompareColumn::Name));
    QStringList facts{compare_text::cell(numbers, *m_tensor, CompareColumn::Shape)};
    if (const TensorDifference *known = numbers.known(*m_tensor)) {
        facts << tr("relative change %1").arg(compare_text::percent(known->relative()))
              << tr("norm %1 → %2").arg(text::number(known->normA), text::number(known->normB))
              << tr("cosine %1").arg(text::number(known->cosine()))
              << (known->isSame() ? tr("every element is equal")
                                  : tr("%1 of the elements changed").arg(compare_text::percent(known->changedShare())));
    } else {
        facts << compare_text::tip(numbers, *m_tensor, CompareColumn::Status);
    }
    m_facts->setText(facts.join(QStringLiteral(" · ")));
}

QString CompareTensorPane::factsText() const { return m_facts->text(); }

CompareTensorPane::ReadPtr CompareTensorPane::read(const CompareContent &content, std::size_t tensor)
{
    const TensorDiff &sides = content.diff.tensors[tensor];
    auto read = std::make_shared<Read>();
    if (sides.a != kNoEntry)
        read->a = numericTensor(*content.diff.a.checkpoint, sides.a);
    if (sides.b != kNoEntry)
        read->b = numericTensor(*content.diff.b.checkpoint, sides.b);
    if (read->a && read->b && *read->a && *read->b)
        read->difference = differenceTensor(**read->a, **read->b);
    return read;
}

void CompareTensorPane::take(const ReadPtr &read)
{
    QString reason;
    for (const auto *side : {&read->a, &read->b})
        if (*side && !**side)
            reason = text::fromUtf8(describe((*side)->error()));
    m_reason->setLines(reason);
    const QString name = m_tensor ? text::fromUtf8(m_comparison->content->names[*m_tensor]) : QString();
    const QString nameA = m_comparison ? fileName(m_comparison->content->diff.a) : QString();
    const QString nameB = m_comparison ? fileName(m_comparison->content->diff.b) : QString();
    m_histogram->setTensors(shown(read->a, name), shown(read->b, name), nameA, nameB);
    showDifference(read);
}

void CompareTensorPane::showDifference(const ReadPtr &read)
{
    const QString name =
        m_tensor ? tr("%1, B − A").arg(text::fromUtf8(m_comparison->content->names[*m_tensor])) : QString();
    const ShownTensorPtr difference = shown(read->difference, name);
    QString why;
    if (read->a && read->b && !difference)
        why = read->difference ? text::fromUtf8(describe(read->difference->error())) : tr("A side cannot be read.");
    else if (m_tensor && !difference)
        why = tr("It is on one side only: there is no difference.");
    m_plane->setShape(difference ? difference->numbers.ref.shape : SmallDims());
    m_map->setTensor(difference ? asMatrix(difference) : nullptr);
    m_values->setTensor(difference);
    if (difference)
        m_values->setPlane(m_plane->plane());
    const QScopedValueRollback switching(m_isSwitching, true);
    m_tabs->setTabEnabled(Map, difference != nullptr);
    m_tabs->setTabEnabled(Numbers, difference != nullptr);
    m_tabs->setTabToolTip(Map, why.isEmpty() ? tr("B − A as colours around zero") : why);
    m_tabs->setTabToolTip(Numbers, why.isEmpty() ? tr("B − A as numbers") : why);
    m_tabs->setCurrentIndex(difference ? m_chosen : static_cast<int>(Spread));
    showWay(m_tabs->currentIndex());
}

void CompareTensorPane::showWay(int tab)
{
    if (!m_isSwitching)
        m_chosen = std::max(0, tab);
    m_stack->setCurrentIndex(std::max(0, tab));
    m_plane->setVisible(tab == Numbers && m_plane->hasChoice());
    m_status->setFullText({});
}

}  // namespace waypoint
