// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pickle/global_use.h"

#include <QTest>

using namespace waypoint;

class GlobalUseTest : public QObject
{
    Q_OBJECT

    static void expectAll(const QStringList &names, Safety safety)
    {
        for (const QString &name : names) {
            const GlobalUse use = judgeGlobal(name.toStdString());
            QVERIFY2(use.safety == safety,
                     qPrintable(name + " is " + QString::fromUtf8(safetyName(use.safety).data())));
            QCOMPARE(use.name, name.toStdString());
            QCOMPARE(use.reason.empty(), safety != Safety::Dangerous);
        }
    }

private Q_SLOTS:
    void namesThatOnlyRunningWouldTellAreDangerous()
    {
        expectAll({"<computed>.system", "os.<computed>", "<a name of 70000 bytes>", "_codecs.decode"},
                  Safety::Dangerous);
        expectAll({"_codecs.encode"}, Safety::Safe);
    }

    void namesThatRunThingsAreDangerous()
    {
        expectAll({"os.system",
                   "posix.system",
                   "nt.system",
                   "subprocess.Popen",
                   "builtins.eval",
                   "builtins.exec",
                   "__builtin__.eval",
                   "__builtin__.apply",
                   "__builtin__.globals",
                   "__builtin__.getattr",
                   "builtins.__import__",
                   "builtins.open",
                   "builtins.getattr",
                   "sys.modules",
                   "sys.exit",
                   "runpy._run_code",
                   "importlib.import_module",
                   "imp.load_source",
                   "pty.spawn",
                   "shutil.rmtree",
                   "socket.socket",
                   "ctypes.CDLL",
                   "pickle.loads",
                   "_pickle.loads",
                   "cPickle.loads",
                   "dill._dill._create_function",
                   "marshal.loads",
                   "types.CodeType",
                   "types.FunctionType",
                   "cloudpickle.cloudpickle._make_function",
                   "cloudpickle.cloudpickle.subimport",
                   "operator.attrgetter",
                   "operator.methodcaller",
                   "_operator.itemgetter",
                   "webbrowser.open",
                   "http.client.HTTPSConnection",
                   "httplib.HTTPSConnection",
                   "urllib.request.urlopen",
                   "urllib2.urlopen",
                   "requests.api.get",
                   "aiohttp.ClientSession",
                   "asyncio.run",
                   "multiprocessing.Process",
                   "timeit.timeit",
                   "cProfile.run",
                   "profile.Profile.run",
                   "pdb.run",
                   "bdb.Bdb.run",
                   "doctest.debug_script",
                   "trace.Trace.run",
                   "pip.main",
                   "pydoc.pipepager",
                   "pydoc.locate",
                   "distutils.file_util.write_file",
                   "ensurepip._run_pip",
                   "venv.create",
                   "idlelib.run.Executive.runcode",
                   "uuid._get_command_stdout",
                   "platform.popen",
                   "commands.getoutput",
                   "logging.config.fileConfig",
                   "sqlite3.connect",
                   "tempfile.mktemp",
                   "numpy.testing._private.utils.runstring",
                   "numpy.f2py.crackfortran.getlincoef",
                   "numpy.load",
                   "torch.load",
                   "torch.serialization.load",
                   "torch.hub.load",
                   "torch.jit.load",
                   "torch.utils.cpp_extension.load",
                   "torch.fx.graph_module.reduce_graph_module",
                   "torch._dynamo.guards.GuardBuilder.get",
                   "torch._inductor.codecache.compile_file",
                   "torch.fx.experimental.symbolic_shapes.ShapeEnv.evaluate_guards_expression",
                   "torch.jit.unsupported_tensor_ops.execWrapper",
                   "torch.utils._config_module.ConfigModule.load_config",
                   "torch.utils.bottleneck.__main__.run_cprofile",
                   "torch.utils.collect_env.run",
                   "torch.utils.data.datapipes.utils.decoder.basichandlers",
                   "torch.distributed.rpc.rpc_sync",
                   "pandas.read_pickle",
                   "pandas.eval",
                   "joblib.load",
                   "yaml.unsafe_load",
                   "code.InteractiveInterpreter.runcode",
                   "lib2to3.pgen2.grammar.Grammar.loads",
                   "itertools.imap",
                   "functools.reduce",
                   "__builtin__.reduce"},
                  Safety::Dangerous);
    }

    void attributesThatLeadOutOfAModuleAreDangerous()
    {
        expectAll({"torch.serialization.os.system", "transformers.utils.subprocess.run", "mylib.f.__globals__",
                   "builtins.object.__subclasses__", "collections.OrderedDict.__init__.__globals__",
                   "pathlib.Path.unlink", "logging.os", "ray.cloudpickle.cloudpickle._make_function",
                   "__builtins__.eval", "os", "a.sys.modules"},
                  Safety::Dangerous);
    }

    void wholeModulesAreDangerousBecauseTheirFunctionsCanBeReplaced()
    {
        expectAll({"torch._utils", "torch.nn", "numpy.core.multiarray", "torch.serialization"}, Safety::Dangerous);
        QCOMPARE(judgeGlobal("torch._utils").reason,
                 std::string("Is a whole module, whose functions the file could replace by others."));
    }

    void dataIsSafe()
    {
        expectAll({"collections.OrderedDict",
                   "collections.defaultdict",
                   "builtins.set",
                   "__builtin__.set",
                   "__builtin__.long",
                   "__builtin__.unicode",
                   "copy_reg._reconstructor",
                   "copyreg._reconstructor",
                   "__builtin__.object",
                   "_codecs.encode",
                   "datetime.datetime",
                   "decimal.Decimal",
                   "pathlib.PosixPath",
                   "argparse.Namespace",
                   "types.SimpleNamespace",
                   "uuid.UUID",
                   "signal.Signals",
                   "builtins.ValueError",
                   "exceptions.ValueError",
                   "numpy.core.multiarray._reconstruct",
                   "numpy._core.multiarray.scalar",
                   "numpy.dtype",
                   "numpy.ndarray",
                   "numpy.float64",
                   "torch._utils._rebuild_tensor_v2",
                   "torch._utils._rebuild_parameter",
                   "torch._utils._rebuild_sparse_csr_tensor",
                   "torch.storage._load_from_bytes",
                   "torch.FloatStorage",
                   "torch.cuda.HalfStorage",
                   "torch.Size",
                   "torch.bfloat16",
                   "torch.device",
                   "torch.float8_e4m3fn",
                   "torch.nn.parameter.Parameter",
                   "torch.nn.modules.linear.Linear",
                   "torch.nn.modules.container.Sequential",
                   "torch.nn.functional.relu",
                   "torch.optim.adam.Adam",
                   "torch.optim.lr_scheduler.MultiStepLR",
                   "torch.autograd.variable.Variable",
                   "torch.nn.backends.thnn._get_thnn_function_backend",
                   "torch.jit._pickle.build_intlist",
                   "torch.distributed.checkpoint.metadata.Metadata"},
                  Safety::Safe);
    }

    void otherPeoplesClassesAreUnknown()
    {
        expectAll({"__main__.Net",
                   "model.RNN",
                   "transformers.training_args.TrainingArguments",
                   "omegaconf.dictconfig.DictConfig",
                   "ultralytics.nn.tasks.ClassificationModel",
                   "torchvision.transforms.transforms.Compose",
                   "functools.partial",
                   "builtins.print",
                   "builtins.type",
                   "logging.getLogger",
                   "numpy.random.seed",
                   "__torch__.torch.nn.modules.conv.___torch_mangle_1.Conv1d",
                   "torch.nn.modules.linear.Linear.forward",
                   "code.model.Net",
                   "profile.Person",
                   "mylib.io.Reader",
                   "mylib.eval",
                   "osprey.system",
                   "syst.em",
                   "joblib.numpy_pickle.NumpyArrayWrapper",
                   "torch._dynamo.eval_frame.OptimizedModule",
                   "",
                   ".",
                   "...",
                   "nodots"},
                  Safety::Unknown);
    }

    void weightsOnlyFollowsPyTorch_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("accepted");
        const auto row = [](const char *name, bool accepted) { QTest::newRow(name) << name << accepted; };
        row("collections.OrderedDict", true);
        row("collections.Counter", true);
        row("collections.defaultdict", false);
        row("torch._utils._rebuild_tensor_v2", true);
        row("torch._utils._rebuild_sparse_csr_tensor", false);
        row("torch._utils._rebuild_nested_tensor", false);
        row("torch._tensor._rebuild_from_type_v2", true);
        row("torch.nn.parameter.Parameter", true);
        row("torch.nn.Parameter", false);
        row("torch.FloatStorage", true);
        row("torch.cuda.FloatStorage", true);
        row("torch.storage.UntypedStorage", true);
        row("torch.storage._load_from_bytes", false);
        row("torch.float8_e5m2", true);
        row("torch.uint3", true);
        row("torch.int64", true);
        row("torch.FloatTensor", true);
        row("torch.Size", true);
        row("torch.device", true);
        row("torch.per_channel_affine", true);
        row("torch.serialization._get_layout", true);
        row("torch.strided", false);
        row("_codecs.encode", true);
        row("builtins.set", true);
        row("__builtin__.set", true);
        row("builtins.bytearray", true);
        row("builtins.complex", true);
        row("builtins.frozenset", false);
        row("builtins.dict", false);
        row("numpy.core.multiarray._reconstruct", false);
        row("numpy.dtype", false);
        row("torch.nn.modules.linear.Linear", false);
        row("torch.distributed.tensor.DTensor", false);  // needs an import that torch.load does not make
        row("os.system", false);
        row("argparse.Namespace", false);
    }
    void weightsOnlyFollowsPyTorch()
    {
        QFETCH(QString, name);
        QFETCH(bool, accepted);
        QCOMPARE(judgeGlobal(name.toStdString()).weightsOnly, accepted);
    }

    void reasonsSayWhatCouldHappen()
    {
        QCOMPARE(judgeGlobal("os.system").reason, std::string("Could run commands on this computer."));
        QCOMPARE(judgeGlobal("requests.api.get").reason,
                 std::string("Could contact other computers over the network."));
        QCOMPARE(judgeGlobal("builtins.eval").reason, std::string("Could run any Python code."));
    }

    void longNamesAreJudgedQuickly()
    {
        std::string dots;
        for (int i = 0; i < 20'000; ++i)
            dots += "a.";
        QVERIFY(judgeGlobal(dots).safety == Safety::Unknown);
        QVERIFY(judgeGlobal(dots + "os.system").safety == Safety::Dangerous);
    }
};

QTEST_GUILESS_MAIN(GlobalUseTest)
#include "global_use_test.moc"
