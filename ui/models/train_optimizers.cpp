// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/train_settings.h"

#include <QtCore/QtGlobal>

#include <algorithm>

namespace waypoint {

namespace {

using Kind = TrainSetting::Kind;

// The window has no LibTorch to ask: these are torch.optim's own arguments and defaults once more. A test holds them
// against waypoint-train.

TrainSetting atLeastZero(const char *name, const char *fallback, const char *help)
{
    return {.name = name, .fallback = fallback, .help = help, .least = 0};
}

TrainSetting flag(const char *name, const char *help)
{
    return {.name = name, .kind = Kind::Flag, .fallback = "false", .help = help};
}

TrainSetting count(const char *name, const char *fallback, const char *help)
{
    return {.name = name, .kind = Kind::Integer, .fallback = fallback, .help = help, .least = 1, .most = 1e9};
}

TrainSetting decay(const char *fallback)
{
    return atLeastZero("weight_decay", fallback,
                       QT_TRANSLATE_NOOP("training", "Pulls weights towards zero at each step, against overfitting."));
}

TrainSetting betas()
{
    return {.name = "betas",
            .kind = Kind::Pair,
            .fallback = "0.9,0.999",
            .help = QT_TRANSLATE_NOOP("training", "How slowly the averages of the gradient and of its square move."),
            .least = 0,
            .most = 1,
            .belowMost = true};
}

TrainSetting eps(const char *fallback)
{
    return atLeastZero("eps", fallback, QT_TRANSLATE_NOOP("training", "Keeps the division from being one by zero."));
}

TrainSetting momentum()
{
    return atLeastZero("momentum", "0",
                       QT_TRANSLATE_NOOP("training", "How much of the last step's direction is kept; 0.9 is usual."));
}

TrainSetting share(const char *name, const char *fallback, const char *help)
{
    return {.name = name, .fallback = fallback, .help = help, .least = 0, .most = 1};
}

TrainSetting maximize()
{
    return flag("maximize", QT_TRANSLATE_NOOP("training", "Makes the loss larger instead of smaller."));
}

TrainSetting amsgrad()
{
    return flag("amsgrad", QT_TRANSLATE_NOOP("training", "Divides by the largest average of squares there has been."));
}

TrainSetting decoupled()
{
    return flag("decoupled_weight_decay",
                QT_TRANSLATE_NOOP("training", "Weight decay as AdamW has it, apart from the gradient."));
}

TrainOptimizer lbfgs()
{
    return {.name = "lbfgs",
            .className = "LBFGS",
            .lr = "1",
            .help = QT_TRANSLATE_NOOP("training", "A quasi-Newton method, for small problems and large batches."),
            .arguments = {count("max_iter", "20", QT_TRANSLATE_NOOP("training", "Iterations in a step.")),
                          count("max_eval", "25", QT_TRANSLATE_NOOP("training", "Evaluations of the loss in a step.")),
                          atLeastZero("tolerance_grad", "1e-07",
                                      QT_TRANSLATE_NOOP("training", "A step ends where no gradient is larger.")),
                          atLeastZero("tolerance_change", "1e-09",
                                      QT_TRANSLATE_NOOP("training", "A step ends where nothing changes by more.")),
                          count("history_size", "100",
                                QT_TRANSLATE_NOOP("training", "Updates that the curvature is estimated from.")),
                          {.name = "line_search_fn",
                           .kind = Kind::Choice,
                           .fallback = "none",
                           .help = QT_TRANSLATE_NOOP("training", "Searches along the step for a good length."),
                           .choices = {"none", "strong_wolfe"}},
                          maximize()}};
}

std::vector<TrainOptimizer> adaptive()
{
    return {{"adam",
             "Adam",
             "0.001",
             QT_TRANSLATE_NOOP("training", "Adapts the step of each weight; learns most things well untouched."),
             {betas(), eps("1e-08"), decay("0"), amsgrad(), maximize()}},
            {"adamw",
             "AdamW",
             "0.001",
             QT_TRANSLATE_NOOP("training", "Adam with weight decay apart from the gradient: usual for transformers."),
             {betas(), eps("1e-08"), decay("0.01"), amsgrad(), maximize()}},
            {"nadam",
             "NAdam",
             "0.002",
             QT_TRANSLATE_NOOP("training", "Adam with Nesterov momentum."),
             {betas(), eps("1e-08"), decay("0"),
              atLeastZero("momentum_decay", "0.004",
                          QT_TRANSLATE_NOOP("training", "How fast the momentum's share changes.")),
              decoupled(), maximize()}},
            {"radam",
             "RAdam",
             "0.001",
             QT_TRANSLATE_NOOP("training", "Adam that begins carefully, without a warm-up."),
             {betas(), eps("1e-08"), decay("0"), decoupled(), maximize()}},
            {"adamax",
             "Adamax",
             "0.002",
             QT_TRANSLATE_NOOP("training", "Adam by the largest gradient instead of its square."),
             {betas(), eps("1e-08"), decay("0"), maximize()}}};
}

std::vector<TrainOptimizer> classic()
{
    return {
        {"sgd",
         "SGD",
         "0.001",
         QT_TRANSLATE_NOOP("training", "Plain gradient steps, best with momentum and a schedule: usual for images."),
         {momentum(),
          {.name = "dampening",
           .fallback = "0",
           .help = QT_TRANSLATE_NOOP("training", "Weakens the gradient's part in the momentum.")},
          decay("0"),
          flag("nesterov", QT_TRANSLATE_NOOP("training", "Looks ahead along the momentum; needs momentum above 0.")),
          maximize()}},
        {"rmsprop",
         "RMSprop",
         "0.01",
         QT_TRANSLATE_NOOP("training", "Divides by an average of the gradient's size."),
         {share("alpha", "0.99", QT_TRANSLATE_NOOP("training", "How slowly that average moves.")), eps("1e-08"),
          decay("0"), momentum(),
          flag("centered", QT_TRANSLATE_NOOP("training", "Divides by the spread of the gradient instead.")),
          maximize()}},
        {"adagrad",
         "Adagrad",
         "0.01",
         QT_TRANSLATE_NOOP("training", "Steps that shrink with all gradients so far: for sparse data."),
         {atLeastZero("lr_decay", "0", QT_TRANSLATE_NOOP("training", "Shrinks the rate with each step.")), decay("0"),
          atLeastZero("initial_accumulator_value", "0",
                      QT_TRANSLATE_NOOP("training", "What the sum of squares begins with.")),
          eps("1e-10"), maximize()}},
        {"adadelta",
         "Adadelta",
         "1",
         QT_TRANSLATE_NOOP("training", "Adagrad over recent steps only; hardly needs a learning rate."),
         {share("rho", "0.9", QT_TRANSLATE_NOOP("training", "How slowly the averages move.")), eps("1e-06"), decay("0"),
          maximize()}}};
}

}  // namespace

std::span<const TrainOptimizer> trainOptimizers()
{
    static const std::vector<TrainOptimizer> kAll = [] {
        std::vector<TrainOptimizer> all = classic();
        for (TrainOptimizer &one : adaptive())
            all.push_back(std::move(one));
        // Those that most people use, first.
        std::ranges::stable_partition(all, [](const TrainOptimizer &one) {
            const std::string_view name = one.name;
            return name == "sgd" || name == "adam" || name == "adamw";
        });
        all.push_back(lbfgs());
        return all;
    }();
    return kAll;
}

const TrainOptimizer *findTrainOptimizer(std::string_view name)
{
    const auto all = trainOptimizers();
    const auto found =
        std::ranges::find_if(all, [&](const TrainOptimizer &one) { return name == one.name || name == one.className; });
    return found == all.end() ? nullptr : &*found;
}

}  // namespace waypoint
