// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/value_tools.h"

#include "ui/views/flow_layout.h"

#include <QtCore/QSettings>
#include <QtGui/QAction>
#include <QtGui/QActionGroup>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QMenu>
#include <QtWidgets/QToolButton>

#include <array>

namespace waypoint {

namespace {

// Pages of a table hold whole rows of a wrapped tensor, which is why these end.
constexpr std::array kWraps{2, 4, 8, 10, 16, 20, 32, 50, 64, 100, 128, 256, 500, 512, 1000};

QString styleKey() { return QStringLiteral("values/style"); }
QString digitsKey() { return QStringLiteral("values/digits"); }
QString tintKey() { return QStringLiteral("values/tint"); }
QString wrapKey() { return QStringLiteral("values/wrap"); }

NumberFormat storedFormat()
{
    const QSettings settings;
    NumberFormat format;
    const int style = settings.value(styleKey(), 0).toInt();
    if (style >= 0 && style <= static_cast<int>(NumberFormat::Style::Hexadecimal))
        format.style = static_cast<NumberFormat::Style>(style);
    format.digits = std::clamp(settings.value(digitsKey(), format.digits).toInt(), 0, 17);
    return format;
}

bool isWhole(const NumericTensor &tensor)
{
    const DType dtype = tensor.ref.dtype;
    return !isFloatingPoint(dtype) && !isComplex(dtype) && dtype != DType::Bool && tensor.quantization.scales.empty();
}

}  // namespace

ValueTools::ValueTools(QWidget *parent)
    : QWidget(parent),
      m_format(storedFormat()),
      m_isTinted(QSettings().value(tintKey(), false).toBool()),
      m_formatButton(new QToolButton(this)),
      m_formats(new QActionGroup(this)),
      m_wrap(new QToolButton(this)),
      m_wraps(new QActionGroup(this)),
      m_wanted(new QComboBox(this))
{
    auto *line = new FlowLayout(2, this);
    line->setContentsMargins(0, 0, 0, 0);
    createFormatMenu();
    line->addWidget(m_formatButton);
    createWrapMenu();
    m_wanted->addItem(tr("Find NaN"), static_cast<int>(Wanted::Nan));
    m_wanted->addItem(tr("Find Inf"), static_cast<int>(Wanted::Infinite));
    m_wanted->addItem(tr("Find zero"), static_cast<int>(Wanted::Zero));
    m_wanted->setToolTip(tr("What to look for"));
    m_wanted->setAccessibleName(m_wanted->toolTip());
}

void ValueTools::setTensor(const NumericTensor &tensor)
{
    m_wrap->setVisible(tensor.ref.shape.size() == 1);
    m_formats->actions().constLast()->setVisible(isWhole(tensor));
}

void ValueTools::setFormat(const NumberFormat &format)
{
    m_format = format;
    QSettings settings;
    settings.setValue(styleKey(), static_cast<int>(format.style));
    settings.setValue(digitsKey(), format.digits);
    showFormat();
    Q_EMIT formatChanged();
}

int ValueTools::wrapAt() const { return m_wraps->checkedAction()->data().toInt(); }

Wanted ValueTools::wanted() const { return static_cast<Wanted>(m_wanted->currentData().toInt()); }

void ValueTools::addActions(QAction *goTo, QAction *previous, QAction *next, const QList<QAction *> &copies,
                            QAction *save)
{
    auto *finding = new QWidget(this);
    auto *findingLine = new QHBoxLayout(finding);
    findingLine->setContentsMargins(0, 0, 0, 0);
    findingLine->setSpacing(0);
    findingLine->addWidget(m_wanted);
    layout()->addWidget(finding);
    const auto arrow = [&](QAction *action, Qt::ArrowType type) {
        QToolButton *button = newButton(action);
        button->setToolButtonStyle(Qt::ToolButtonIconOnly);
        button->setArrowType(type);
        findingLine->addWidget(button);
    };
    arrow(previous, Qt::UpArrow);
    arrow(next, Qt::DownArrow);
    layout()->addWidget(newButton(goTo));
    auto *copy = new QToolButton(this);
    copy->setText(tr("Copy"));
    copy->setToolTip(tr("Copy what is selected"));
    copy->setPopupMode(QToolButton::InstantPopup);
    copy->setAutoRaise(true);
    auto *menu = new QMenu(copy);
    menu->addActions(copies);
    copy->setMenu(menu);
    layout()->addWidget(copy);
    layout()->addWidget(newButton(save));
    layout()->addWidget(m_wrap);
}

void ValueTools::createFormatMenu()
{
    auto *menu = new QMenu(m_formatButton);
    m_formatButton->setMenu(menu);
    m_formatButton->setPopupMode(QToolButton::InstantPopup);
    m_formatButton->setAutoRaise(true);
    m_formatButton->setToolTip(tr("How numbers are written"));
    addFormat(tr("4 significant digits"), {});
    m_formats->actions().constFirst()->setIconText(tr("4 digits"));
    for (const int digits : {2, 4, 6, 8})
        addFormat(tr("%1 decimals").arg(digits), {.style = NumberFormat::Style::Fixed, .digits = digits});
    addFormat(tr("Scientific"), {.style = NumberFormat::Style::Scientific, .digits = 4});
    addFormat(tr("All digits"), {.style = NumberFormat::Style::Full});
    addFormat(tr("Hexadecimal bits"), {.style = NumberFormat::Style::Hexadecimal});
    menu->addActions(m_formats->actions());
    menu->addSeparator();
    QAction *tint = menu->addAction(tr("Colour by value"));
    tint->setCheckable(true);
    tint->setChecked(m_isTinted);
    tint->setToolTip(tr("Blue below zero, orange above"));
    connect(tint, &QAction::toggled, this, [this](bool on) {
        m_isTinted = on;
        QSettings().setValue(tintKey(), on);
        Q_EMIT tintChanged();
    });
    showFormat();
}

void ValueTools::createWrapMenu()
{
    auto *menu = new QMenu(m_wrap);
    m_wrap->setObjectName(QStringLiteral("wrapAt"));
    m_wrap->setText(tr("Wrap"));
    m_wrap->setMenu(menu);
    m_wrap->setPopupMode(QToolButton::InstantPopup);
    m_wrap->setAutoRaise(true);
    m_wrap->setToolTip(tr("How many numbers stand in a row"));
    const int chosen = QSettings().value(wrapKey(), 0).toInt();
    addWrap(tr("As many as fit"), 0)->setChecked(true);
    for (const int columns : kWraps)
        addWrap(tr("%1 in a row").arg(columns), columns)->setChecked(columns == chosen);
    menu->addActions(m_wraps->actions());
}

QAction *ValueTools::addWrap(const QString &text, int columns)
{
    auto *action = new QAction(text, m_wraps);
    action->setCheckable(true);
    action->setData(columns);
    connect(action, &QAction::triggered, this, [this, columns] {
        QSettings().setValue(wrapKey(), columns);
        Q_EMIT wrapChanged();
    });
    return action;
}

void ValueTools::addFormat(const QString &text, const NumberFormat &format)
{
    auto *action = new QAction(text, m_formats);
    action->setCheckable(true);
    action->setData(QVariantList{static_cast<int>(format.style), format.digits});
    connect(action, &QAction::triggered, this, [this, format] { setFormat(format); });
}

void ValueTools::showFormat()
{
    const QVariant wanted = QVariantList{static_cast<int>(m_format.style), m_format.digits};
    m_formatButton->setText(tr("Format"));
    for (QAction *action : m_formats->actions()) {
        action->setChecked(action->data() == wanted);
        if (action->isChecked())
            m_formatButton->setText(action->iconText());
    }
}

QToolButton *ValueTools::newButton(QAction *action)
{
    auto *button = new QToolButton(this);
    button->setDefaultAction(action);
    button->setAutoRaise(true);
    return button;
}

}  // namespace waypoint
