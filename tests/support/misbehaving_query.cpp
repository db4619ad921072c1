// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/misbehaving_query.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>
#include <thread>

#include <poll.h>
#include <sys/resource.h>
#include <unistd.h>

namespace waypoint::test {

namespace {

using std::chrono::milliseconds;
using Words = std::span<char *>;

bool has(Words words, std::string_view word)
{
    return std::ranges::any_of(words, [word](const char *each) { return word == each; });
}

std::string valueOf(Words words, std::string_view option)
{
    const auto at = std::ranges::find_if(words, [option](const char *each) { return option == each; });
    return at == words.end() || at + 1 == words.end() ? std::string() : *(at + 1);
}

void say(const std::string &text)
{
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

std::string devicesAnswer(const std::string &version, long freeBytes)
{
    return R"({"version":")" + version + R"(","devices":[{"name":"cpu","type":"cpu","index":null,)"
           + R"("model":"A processor","uuid":null,"pci_bus":null,"total_bytes":25276514304,"free_bytes":)"
           + std::to_string(freeBytes) + R"(,"utilisation":null,"usable":true,"reason":null},)"
           + R"({"name":"cuda:0","type":"cuda","index":0,"model":"A GPU","uuid":"GPU-1","pci_bus":"0000:01:00.0",)"
           + R"("total_bytes":85899345920,"free_bytes":80530636800,"utilisation":0.25,"usable":true,"reason":null}],)"
           + R"("libtorch":{"version":"1.13.0","cuda":"11.7"},"blas":"OpenBLAS","onednn":true,"no_gpu":null})" + "\n";
}

const char kModels[] = R"({"models":[
{"name":"iris","description":"Two linear layers.","sample":"4","outputs":3,"parameters":67},
{"name":"cifar-net","description":"The small network of the tutorial.","sample":"3x32x32","outputs":10,"parameters":62006}]}
)";

const char kPlanTail[] = R"(,
"model":{"name":"iris","section":"","parameters":67,"restored":0,"wanted":0,"missing":[],"unexpected":[],"mismatched":[]},
"optimizer":{"class":"Adam","section":"","restored":0,"wanted":4},
"scheduler":{"class":"","section":"","last_epoch":null,"interval":""},
"epoch":{"in_file":null,"is":"","certain":true,"why":"","next":0,"batch":0},"step":0,"lr":[0.02],
"rng":false,"device_rng":false,"ema":false,"scaler":false,"best":false,"done":"",
"restored":[],"missing":[],"conflicts":[],"device":"cpu",
"data":{"train":120,"val":30,"classes":["setosa","versicolor","virginica"]},
"config":{"model":"iris","data":"iris","epochs":60,"batch_size":16,"optimizer":"adam","lr":0.02},
"file_bytes":12000,"error":null,"error_option":null}
)";

const char kEvaluation[] = R"({"checkpoint":"last.pth","model":"iris","data":"iris","part":"held out","samples":30,
"loss":0.125,"loss_name":"cross-entropy","accuracy":0.9,"classes":[],"confusion":[]}
)";

std::string planAnswer(Words words)
{
    const bool resumes = has(words, "resume");
    return std::string("{\"action\":")
           + (resumes ? R"("continue","checkpoint":"last.pth")" : R"("start","checkpoint":"")") + ",\"out\":\""
           + valueOf(words, "--out") + '"' + kPlanTail;
}

std::string answer(Words words, const std::string &mode)
{
    const std::string version = mode == "other-version" ? "9.9.9" : WAYPOINT_VERSION;
    const std::string command = words.size() > 1 ? words[1] : "";
    if (command == "--version")
        return "waypoint-train " + version + '\n';
    if (mode == "other-keys" || (mode == "other-version" && command == "plan"))
        return "{\"answer\":42}\n";
    if (command == "devices")
        return devicesAnswer(version, 20000000000);
    if (command == "models")
        return kModels;
    return command == "plan" ? planAnswer(words) : kEvaluation;
}

/// Until standard input closes, as the program itself does.
bool isWanted(milliseconds pause)
{
    pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    char byte = 0;
    return ::poll(&input, 1, static_cast<int>(pause.count())) == 0 || ::read(STDIN_FILENO, &byte, 1) == 1;
}

void sayInHalves(const std::string &line)
{
    say(line.substr(0, line.size() / 2));
    std::this_thread::sleep_for(milliseconds(20));
    say(line.substr(line.size() / 2));
}

int watch(const std::string &mode)
{
    const std::string version = mode == "other-version" ? "9.9.9" : WAYPOINT_VERSION;
    long freeBytes = 20000000000;
    do {
        const std::string line = mode == "other-keys" ? "{\"answer\":42}\n" : devicesAnswer(version, --freeBytes);
        if (mode != "half-lines") {
            say(line);
            continue;
        }
        sayInHalves(line);
        say(std::string(3 << 20, 'x') + '\n');
    } while (isWanted(milliseconds(50)));
    return 0;
}

int refuse(const char *why, int status)
{
    std::fprintf(stderr, "waypoint-train: %s\n", why);
    return status;
}

[[noreturn]] void crash(int signal)
{
    const rlimit none{};
    ::setrlimit(RLIMIT_CORE, &none);
    std::fputs("terminate called after throwing an instance of 'std::logic_error'\n", stderr);
    std::signal(signal, SIG_DFL);
    std::raise(signal);
    std::_Exit(1);
}

[[noreturn]] void hang()
{
    std::signal(SIGTERM, SIG_IGN);
    for (;;)
        ::pause();
}

int flood()
{
    const std::string much(1 << 16, ' ');
    while (std::fwrite(much.data(), 1, much.size(), stdout) == much.size()) {
    }
    return 1;
}

int giveAnswer(Words words, const std::string &mode)
{
    if (!has(words, "--watch")) {
        say(answer(words, mode));
        return 0;
    }
    if (mode == "no-watch")
        return refuse("The following argument was not expected: --watch; see waypoint-train --help", 1);
    return watch(mode);
}

int giveHalf(Words words)
{
    const std::string whole = answer(words, "fine");
    say(whole.substr(0, whole.size() / 2));
    return 0;
}

}  // namespace

int misbehaveAsQuery(int argc, char **argv, const std::string &mode)
{
    const Words words(argv, static_cast<std::size_t>(argc));
    if (mode == "garbage") {
        say("\x7f"
            "ELF what is this\n");
        return 0;
    }
    if (mode == "half")
        return giveHalf(words);
    if (mode == "hang")
        hang();
    if (mode == "slow")
        std::this_thread::sleep_for(std::chrono::seconds(1));
    if (mode == "abort" || mode == "segv")
        crash(mode == "abort" ? SIGABRT : SIGSEGV);
    if (mode == "exit3")
        return refuse("there is no device cuda:7; choose one that `waypoint-train devices` lists", 3);
    if (mode == "silent")
        return 0;
    return mode == "flood" ? flood() : giveAnswer(words, mode);
}

}  // namespace waypoint::test
