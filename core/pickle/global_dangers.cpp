// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pickle/global_tables.h"

#include "core/pickle/word_set.h"

#include <unordered_map>

namespace waypoint {

namespace {

// Each list: names of modules, classes and functions, separated by spaces. Everything below a name counts with it.

constexpr std::string_view kCode =
    "IPython _pytest atexit bdb builtins.__build_class__ builtins.apply builtins.breakpoint builtins.compile "
    "builtins.eval builtins.exec builtins.execfile builtins.filter builtins.help builtins.input builtins.map "
    "builtins.raw_input builtins.reduce cProfile cloudpickle code.InteractiveConsole code.InteractiveInterpreter "
    "code.compile_command code.interact codeop compileall copyreg.add_extension copyreg.pickle dill doctest "
    "functools.reduce hydra._internal hydra.utils.call hydra.utils.instantiate idlelib ipykernel jinja2 "
    "keras.layers.Lambda keras.layers.core.Lambda keras.src.layers.core.lambda_layer keras.src.utils.python_utils "
    "keras.utils.func_load lib2to3.pgen2 logging.config mako marshal new.classobj new.code new.function "
    "new.instancemethod nose numba.core.registry numba.core.serialize numexpr numpy.ctypeslib numpy.distutils "
    "numpy.f2py numpy.testing pandas.DataFrame.eval pandas.DataFrame.query pandas.core.computation "
    "pandas.core.frame.DataFrame.eval pandas.core.frame.DataFrame.query pandas.eval pdb profile.Profile "
    "profile.run profile.runctx py_compile pytest rlcompleter runpy sched.scheduler site sympy.core.sympify "
    "sympy.lambdify sympy.parsing sympy.sympify sympy.utilities.autowrap sympy.utilities.lambdify test.support "
    "timeit torch._dynamo.debug_utils torch._dynamo.guards torch._dynamo.optimize torch._dynamo.repro "
    "torch._functorch torch._guards torch._inductor torch._sources torch.compile torch.compiler "
    "torch.cuda.jiterator torch.fx._symbolic_trace torch.fx.experimental torch.fx.graph_module "
    "torch.jit.CompilationUnit torch.jit._recursive torch.jit._script torch.jit.frontend torch.jit.script "
    "torch.jit.unsupported_tensor_ops torch.testing torch.utils._config_module torch.utils.bottleneck "
    "torch.utils.collect_env torch.utils.cpp_extension torch.utils.data.datapipes.utils torch.utils.hipify "
    "torch.utils.model_dump trace.Trace types.CodeType types.FunctionType types.LambdaType types.MethodType "
    "types.new_class types.prepare_class types.resolve_bases weakref.finalize yaml.constructor yaml.full_load "
    "yaml.load yaml.load_all yaml.unsafe_load yaml.unsafe_load_all";

constexpr std::string_view kCommands =
    "_aix_support _bootsubprocess _msi _osx_support _posixsubprocess _pyrepl _winapi _winreg cgitb "
    "commands.getoutput commands.getstatus commands.getstatusoutput curses distutils docker ensurepip envoy "
    "invoke lib2to3 msilib nt os pexpect pip pipes platform._syscmd_file platform._syscmd_uname "
    "platform._syscmd_ver platform.popen plumbum popen2 posix psutil pty ptyprocess pydoc sarge setuptools "
    "subprocess tkinter torch.distributed.argparse_util torch.distributed.elastic torch.distributed.launch "
    "torch.distributed.launcher torch.distributed.run torch.utils._cpp_extension_versioner uuid._find_mac "
    "uuid._get_command_stdout uuid._popen venv virtualenv webbrowser wheel winreg zipapp";

constexpr std::string_view kNetwork =
    "MySQLdb _socket _ssl aiohttp asynchat asyncore asyncssh azure boto boto3 botocore cgi cherrypy datasets.load "
    "datasets.load_dataset django fastapi flask ftplib gdown google.cloud gunicorn http httplib httplib2 httpx "
    "huggingface_hub._snapshot_download huggingface_hub.file_download huggingface_hub.hf_api "
    "huggingface_hub.hf_hub_download huggingface_hub.snapshot_download huggingface_hub.utils._http imaplib kafka "
    "logging.handlers nntplib paramiko playwright poplib psycopg2 pycurl pymongo pymysql redis requests scrapy "
    "selenium smtpd smtplib socket socketserver ssl starlette telnetlib torch._C._distributed_rpc "
    "torch.distributed.autograd torch.distributed.rendezvous torch.distributed.rpc torch.hub "
    "torch.utils.model_zoo torchvision._internally_replaced_utils torchvision.datasets.utils tornado "
    "transformers.utils.hub twisted urllib urllib2 urllib3 uvicorn websocket websockets werkzeug wget wsgiref "
    "xmlrpc xmlrpclib zmq";

constexpr std::string_view kFiles =
    "_io.FileIO _io.open _io.open_code _pyio _sqlite3 aifc builtins.file builtins.open bz2 codecs.open "
    "configparser.ConfigParser.read dbm fcntl filecmp fileinput fsspec.core fsspec.open glob gzip h5py.File "
    "imghdr io.FileIO io.open io.open_code linecache logging.FileHandler lzma mailbox mmap netrc numpy.DataSource "
    "numpy._core.multiarray.fromfile numpy._core.records.fromfile numpy.core.multiarray.fromfile "
    "numpy.core.records.fromfile numpy.fromfile numpy.genfromtxt numpy.lib._datasource numpy.lib.format "
    "numpy.loadtxt numpy.save numpy.savetxt numpy.savez numpy.savez_compressed pathlib.Path pathlib.PosixPath "
    "pathlib.WindowsPath pathlib._local plistlib.load safetensors.torch.save_file shelve shutil smart_open sndhdr "
    "sqlite3 sunau tarfile tempfile tokenize.open torch._C.PyTorchFileReader torch._C.PyTorchFileWriter "
    "torch.from_file torch.jit.save torch.save torch.serialization.save wave zipfile zipimport";

constexpr std::string_view kReach =
    "_frozen_importlib _frozen_importlib_external _imp _operator.attrgetter _operator.itemgetter "
    "_operator.methodcaller builtins.__import__ builtins.delattr builtins.getattr builtins.globals "
    "builtins.locals builtins.reload builtins.setattr builtins.vars gc hydra.utils.get_class "
    "hydra.utils.get_method hydra.utils.get_object imp importlib inspect.getattr_static inspect.getmembers "
    "mmengine.utils.import_modules_from_strings modulefinder operator.attrgetter operator.itemgetter "
    "operator.methodcaller pkg_resources pkgutil sys torch.distributed.nn.jit torch.package types.ModuleType "
    "typing.get_type_hints unittest.mock";

constexpr std::string_view kNative =
    "Cython _cffi_backend _ctypes cffi ctypes cupy.RawKernel cupy.RawModule cupy._core.raw cython llvmlite "
    "pyximport torch._C._load_library torch._ops._Ops.load_library torch.classes.load_library "
    "torch.ops.load_library triton";

constexpr std::string_view kProcess =
    "_asyncio _interpreters _multiprocessing _signal _testcapi _testinternalcapi _thread _xxsubinterpreters "
    "asyncio billiard celery concurrent dummy_threading execnet faulthandler loky multiprocessing ray.remote "
    "signal threading.Thread threading.Timer threading._start_new_thread threading.setprofile threading.settrace "
    "torch.multiprocessing.spawn torch.multiprocessing.start_processes";

constexpr std::string_view kUnpickle =
    "_pickle fastai.basic_train.load_learner fastai.learner.load_learner hickle joblib._parallel_backends "
    "joblib.executor joblib.externals joblib.load joblib.memory joblib.numpy_pickle.NumpyUnpickler "
    "joblib.numpy_pickle._unpickle joblib.numpy_pickle.load joblib.numpy_pickle_compat.load_compatibility "
    "joblib.parallel jsonpickle klepto networkx.read_gpickle numpy.core.multiarray._load_from_pickle "
    "numpy.lib._npyio_impl numpy.lib.npyio numpy.load numpy.loads pandas.compat.pickle_compat pandas.io.common "
    "pandas.io.pickle pandas.io.sql pandas.read_pickle pickle pickle5 sklearn.externals.joblib "
    "statsmodels.iolib.smpickle tensorflow.io torch.distributed._pickle "
    "torch.distributed.distributed_c10d._object_to_tensor torch.distributed.distributed_c10d._tensor_to_object "
    "torch.jit._serialization torch.jit.load torch.load torch.multiprocessing.reductions.ForkingPickler "
    "torch.serialization._legacy_load torch.serialization._legacy_load_with_pickle torch.serialization._load "
    "torch.serialization.load";

// Modules that other modules import: reached through any of these names, they are what they are.
constexpr std::string_view kDangerousInside =
    "__builtin__ __builtins__ _dill _pickle builtins cloudpickle ctypes dill importlib marshal nt os pickle posix "
    "pty runpy shutil socket subprocess sys";

constexpr std::string_view kReachingAttributes =
    "__base__ __bases__ __builtins__ __class__ __closure__ __code__ __defaults__ __delattr__ __dict__ __func__ "
    "__getattr__ __getattribute__ __globals__ __import__ __kwdefaults__ __loader__ __mro__ __reduce__ "
    "__reduce_ex__ __self__ __setattr__ __spec__ __subclasses__ __wrapped__ cr_frame f_builtins f_globals "
    "f_locals func_code func_globals gi_frame im_func im_self tb_frame";

std::unordered_map<std::string_view, Harm> dangers()
{
    std::unordered_map<std::string_view, Harm> all;
    const auto add = [&](std::string_view words, Harm harm) {
        for (const std::string_view word : WordSet(words))
            all.emplace(word, harm);
    };
    add(kCode, Harm::Code);
    add(kCommands, Harm::Commands);
    add(kNetwork, Harm::Network);
    add(kFiles, Harm::Files);
    add(kReach, Harm::Reach);
    add(kNative, Harm::Native);
    add(kProcess, Harm::Process);
    add(kUnpickle, Harm::Unpickle);
    add("_codecs.decode codecs.decode", Harm::Hidden);
    return all;
}

}  // namespace

std::string_view harmSentence(Harm harm)
{
    switch (harm) {
    case Harm::None:
        break;
    case Harm::Code:
        return "Could run any Python code.";
    case Harm::Commands:
        return "Could run commands on this computer.";
    case Harm::Network:
        return "Could contact other computers over the network.";
    case Harm::Files:
        return "Could read, change or delete files.";
    case Harm::Reach:
        return "Could get hold of any function by its name, and so run any code.";
    case Harm::Native:
        return "Could run machine code.";
    case Harm::Process:
        return "Could start or stop processes and threads.";
    case Harm::Unpickle:
        return "Could load another pickle, which can run any code.";
    case Harm::Overwrite:
        return "Is a whole module, whose functions the file could replace by others.";
    case Harm::Hidden:
        return "Hides which function it names until it is loaded, and so could run any code.";
    }
    return {};
}

Harm harmOfPrefix(std::string_view name)
{
    static const auto all = dangers();
    const auto found = all.find(name);
    return found == all.end() ? Harm::None : found->second;
}

bool isDangerousInside(std::string_view part)
{
    static const WordSet words(kDangerousInside);
    return words.contains(part);
}

bool isReachingAttribute(std::string_view part)
{
    static const WordSet words(kReachingAttributes);
    return words.contains(part);
}

}  // namespace waypoint
