// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/train/run_options.h"

#include <charconv>
#include <limits>
#include <type_traits>

namespace waypoint {

namespace {

/// Values of an option that takes K=V, repeated.
struct PairList
{
    std::string option;
    const std::vector<std::string> &pairs;
    Arguments RunConfig::*member;
};

/// Where a 0 would be taken for the default.
std::string aboveZero(const std::string &text)
{
    double value = 0;
    const char *end = text.data() + text.size();
    const auto [rest, problem] = std::from_chars(text.data(), end, value);
    return problem == std::errc() && rest == end && value > 0 ? "" : text + " is not a number above 0";
}

/// CLI11 lets numbers wrap that do not fit, and would take 010 for 8.
template<typename Number>
std::string wholeNumber(const std::string &text)
{
    Number value = 0;
    const char *end = text.data() + text.size();
    const auto [rest, problem] = std::from_chars(text.data(), end, value);
    const bool octal = text.size() > 1 && text.front() == '0';
    if (problem == std::errc() && rest == end && !octal)
        return "";
    using Limits = std::numeric_limits<Number>;
    const std::string range = Limits::is_signed ? " up to " : " from 0 to ";
    return text + " is not a whole number" + range + std::to_string(Limits::max());
}

/// Key by key: those that are not given stay.
Override setAll(const std::string &option, Arguments arguments, Arguments RunConfig::*member)
{
    return {option, [arguments = std::move(arguments), member](RunConfig &to) {
                for (const auto &[key, text] : arguments.items())
                    (to.*member).set(key, text);
            }};
}

}  // namespace

template<typename T>
CLI::Option *RunOptions::add(CLI::App &app, const std::string &name, T RunConfig::*member, const std::string &help)
{
    CLI::Option *option = app.add_option("--" + name, m_config.*member, help);
    if constexpr (std::is_integral_v<T>)
        option->check(wholeNumber<T>);
    m_known.push_back({option, {name, [this, member](RunConfig &to) { to.*member = m_config.*member; }}});
    return option;
}

void RunOptions::addData(CLI::App &app)
{
    add(app, "model", &RunConfig::model,
        "NAME|script:FILE.pt|module:FILE.pth: iris, cifar-net, lenet2[:CLASSES], vgg16, resnet18, resnet34, resnet50, "
        "mlp:4-16-3; by default one that suits the data");
    add(app, "data", &RunConfig::data,
        "SPEC: iris | digits | csv:FILE (header, last column = class label) | mnist:DIR | cifar10:DIR | folder:DIR (a "
        "folder per "
        "class) | tensors:FILE (a saved dict with x and y) | synthetic:classes=10,shape=3x32x32,count=512,seed=3")
        ->capture_default_str();
    add(app, "val", &RunConfig::val, "SPEC of the samples to validate on; by default what the data holds out itself");
    add(app, "device", &RunConfig::device, "cpu | cuda:0 | UUID, as `waypoint-train devices` lists them")
        ->capture_default_str();
    add(app, "batch-size", &RunConfig::batchSize, "Samples in a batch; by default one that suits the data")
        ->check(aboveZero);
    add(app, "seed", &RunConfig::seed, "Decides initial weights, order, augmentations, dropout, what is held out")
        ->capture_default_str();
    add(app, "loss", &RunConfig::loss, "cross-entropy | mse | bce | auto (by the targets)")->capture_default_str();
    add(app, "threads", &RunConfig::threads, "Threads of LibTorch; 0 measures which number is fastest")
        ->capture_default_str();
    add(app, "loaders", &RunConfig::loaders, "Threads that read data; 0 chooses")->capture_default_str();
    add(app, "section", &RunConfig::section, "PATH of the model in a file that has several");
}

void RunOptions::addLearning(CLI::App &app)
{
    add(app, "epochs", &RunConfig::epochs,
        "Epochs in all, 0 to N-1; by default a number that suits the data, on resume of a checkpoint of Python as many "
        "more")
        ->check(aboveZero);
    CLI::Option *order = app.add_flag("--no-shuffle", m_noShuffle, "Take samples in the order of the data");
    m_known.push_back({order, {"no-shuffle", [this](RunConfig &to) { to.shuffle = !m_noShuffle; }}});
    add(app, "optimizer", &RunConfig::optimizer,
        "sgd | adam | adamw | rmsprop | adagrad | adadelta | adamax | nadam | radam | lbfgs; by default adam");
    add(app, "lr", &RunConfig::lr, "Learning rate; by default PyTorch's for the optimizer, or one that suits the data")
        ->check(aboveZero);
    app.add_option(
           "--optimizer-arg", m_optimizerPairs,
           "K=V with PyTorch's names: momentum=0.9, nesterov=true, betas=0.9,0.95, weight_decay=1e-4; repeat for more")
        ->allow_extra_args(false);
    add(app, "scheduler", &RunConfig::scheduler,
        "none | step | multistep | constant | linear | exponential | polynomial | cosine | cosinerestarts | cyclic | "
        "onecycle | "
        "plateau | swa")
        ->capture_default_str();
    app.add_option("--scheduler-arg", m_schedulerPairs,
                   "K=V with PyTorch's names: milestones=10,20, T_max=60, gamma=0.1; warmup=N goes before any; "
                   "interval=step|epoch")
        ->allow_extra_args(false);
    add(app, "clip-grad", &RunConfig::clipGrad, "Largest norm of all gradients together; 0: not clipped")
        ->capture_default_str();
    add(app, "accumulate", &RunConfig::accumulate, "Batches to an optimizer step")->capture_default_str();
    add(app, "label-smoothing", &RunConfig::labelSmoothing, "As torch.nn.CrossEntropyLoss has it")
        ->capture_default_str();
    add(app, "ema", &RunConfig::ema, "Decay of averaged weights, such as 0.999; 0: none")->capture_default_str();
    add(app, "early-stop", &RunConfig::earlyStop,
        "Stop after N epochs in which the monitored metric was not the best; 0: never")
        ->capture_default_str();
    const auto flag = [&](const std::string &name, bool RunConfig::*member, const std::string &help) {
        CLI::Option *option = app.add_flag("--" + name, m_config.*member, help);
        m_known.push_back({option, {name, [this, member](RunConfig &to) { to.*member = m_config.*member; }}});
    };
    flag("amp", &RunConfig::amp, "Mixed precision, on CUDA devices");
    flag("no-decay", &RunConfig::noDecay, "No weight decay on biases and norms: a param group of their own");
}

void RunOptions::addCheckpoints(CLI::App &app)
{
    add(app, "init", &RunConfig::init, "FILE with weights for a new run to begin with");
    CLI::Option *partial = app.add_flag("--non-strict", m_partial, "Take the weights that fit, list the others");
    m_known.push_back({partial, {"non-strict", [this](RunConfig &to) { to.strict = !m_partial; }}});
    add(app, "checkpoint-every", &RunConfig::checkpointEvery, "Epochs between checkpoints; 0: only at the end")
        ->capture_default_str();
    add(app, "checkpoint-steps", &RunConfig::checkpointSteps, "Steps between further ones, as last.pth; 0: none")
        ->capture_default_str();
    add(app, "checkpoint-minutes", &RunConfig::checkpointMinutes, "Minutes between further ones, as last.pth; 0: none")
        ->capture_default_str();
    add(app, "keep-last", &RunConfig::keepLast, "Epochs whose files are kept; 0: all")->capture_default_str();
    add(app, "monitor", &RunConfig::monitor,
        "Metric that decides what is best: loss/val, accuracy/val, loss/epoch, ...; by default accuracy/val where "
        "there is one");
    add(app, "log-every", &RunConfig::logEvery, "Steps between lines of metrics; 0 chooses")->capture_default_str();
}

void RunOptions::addTo(CLI::App &app, bool resume)
{
    m_resume = resume;
    if (resume) {
        app.add_option("CHECKPOINT", m_checkpoint,
                       "Checkpoint of Waypoint or of Python, or a run folder for its newest")
            ->required();
        app.add_option("--out", m_out, "Run folder; by default the one that CHECKPOINT lies in");
        add(app, "optimizer-section", &RunConfig::optimizerSection, "PATH of the optimizer in a file that has several");
        app.add_option("--epoch-is", m_epochIs, "What `epoch` in somebody else's checkpoint counts; by default deduced")
            ->check(CLI::IsMember({"finished", "next"}));
        app.add_option(
               "--next-epoch", m_nextEpoch,
               "Go on at the start of epoch N, counted from 0, whatever the file says; its schedule stays as it is")
            ->check(wholeNumber<std::int64_t>);
    } else {
        app.add_option("--out", m_out, "Run folder, made where it is not there")->required();
    }
    app.add_option("--stop-after", m_stopAfter,
                   "Stop, as if asked to, once N epochs have been done; not kept for a resume")
        ->check(wholeNumber<std::int64_t>)
        ->check(aboveZero);
    addData(app);
    addLearning(app);
    addCheckpoints(app);
}

void RunOptions::addEvaluationTo(CLI::App &app)
{
    m_resume = true;
    app.add_option("CHECKPOINT", m_checkpoint, "Checkpoint of Waypoint or of Python")->required();
    addData(app);
}

Result<RunRequest> RunOptions::request() const
{
    RunRequest request;
    request.resume = m_resume;
    request.out = m_out;
    request.checkpoint = m_checkpoint;
    if (!m_epochIs.empty())
        request.epochIs = m_epochIs == "next" ? EpochMeaning::Next : EpochMeaning::Finished;
    request.nextEpoch = m_nextEpoch;
    request.stopAfter = m_stopAfter;
    for (const Known &known : m_known)
        if (known.option->count() > 0)
            request.overrides.push_back(known.change);
    for (const auto &[option, pairs, member] :
         {PairList{"optimizer-arg", m_optimizerPairs, &RunConfig::optimizerArgs},
          PairList{"scheduler-arg", m_schedulerPairs, &RunConfig::schedulerArgs}}) {
        auto parsed = Arguments::parse(pairs);
        if (!parsed) {
            Error error = parsed.error();
            error.detail = "--" + option + ": " + error.detail;
            return error;
        }
        if (!parsed->empty())
            request.overrides.push_back(setAll(option, std::move(*parsed), member));
    }
    return request;
}

}  // namespace waypoint
