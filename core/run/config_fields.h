// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/run/run_config.h"

namespace waypoint {

/// Every field of a RunConfig under its key, in the order of run.json: one list for writing, reading and command lines.
template<typename Visit, typename Config>
void eachConfigField(Visit &visit, Config &config)
{
    visit("model", config.model);
    visit("data", config.data);
    visit("val", config.val);
    visit("device", config.device);
    visit("epochs", config.epochs);
    visit("batch_size", config.batchSize);
    visit("shuffle", config.shuffle);
    visit("seed", config.seed);
    visit("optimizer", config.optimizer);
    visit("lr", config.lr);
    visit("optimizer_args", config.optimizerArgs);
    visit("no_decay", config.noDecay);
    visit("scheduler", config.scheduler);
    visit("scheduler_args", config.schedulerArgs);
    visit("loss", config.loss);
    visit("label_smoothing", config.labelSmoothing);
    visit("clip_grad", config.clipGrad);
    visit("accumulate", config.accumulate);
    visit("amp", config.amp);
    visit("ema", config.ema);
    visit("init", config.init);
    visit("strict", config.strict);
    visit("section", config.section);
    visit("optimizer_section", config.optimizerSection);
    visit("checkpoint_every", config.checkpointEvery);
    visit("checkpoint_steps", config.checkpointSteps);
    visit("checkpoint_minutes", config.checkpointMinutes);
    visit("keep_last", config.keepLast);
    visit("monitor", config.monitor);
    visit("early_stop", config.earlyStop);
    visit("threads", config.threads);
    visit("loaders", config.loaders);
    visit("log_every", config.logEvery);
}

}  // namespace waypoint
