// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pickle/global_tables.h"

#include "core/pickle/word_set.h"

namespace waypoint {

namespace {

// Each list: names separated by spaces.

constexpr std::string_view kWeightsOnly =
    "_codecs.encode builtins.bytearray builtins.complex builtins.set collections.Counter collections.OrderedDict "
    "torch.BFloat16Storage torch.BFloat16Tensor torch.BoolStorage torch.BoolTensor torch.ByteStorage "
    "torch.ByteTensor torch.CharStorage torch.CharTensor torch.ComplexDoubleStorage torch.ComplexFloatStorage "
    "torch.DoubleStorage torch.DoubleTensor torch.FloatStorage torch.FloatTensor torch.HalfStorage "
    "torch.HalfTensor torch.IntStorage torch.IntTensor torch.LongStorage torch.LongTensor torch.QInt32Storage "
    "torch.QInt8Storage torch.QUInt2x4Storage torch.QUInt4x2Storage torch.QUInt8Storage torch.ShortStorage "
    "torch.ShortTensor torch.Size torch.Tensor torch._tensor._rebuild_from_type_v2 "
    "torch._utils._rebuild_device_tensor_from_cpu_tensor torch._utils._rebuild_device_tensor_from_numpy "
    "torch._utils._rebuild_meta_tensor_no_storage torch._utils._rebuild_parameter "
    "torch._utils._rebuild_parameter_with_state torch._utils._rebuild_qtensor torch._utils._rebuild_sparse_tensor "
    "torch._utils._rebuild_tensor torch._utils._rebuild_tensor_v2 torch._utils._rebuild_tensor_v3 "
    "torch._utils._rebuild_wrapper_subclass torch.bfloat16 torch.bits16 torch.bits1x8 torch.bits2x4 torch.bits4x2 "
    "torch.bits8 torch.bool torch.complex128 torch.complex32 torch.complex64 torch.cuda.BFloat16Storage "
    "torch.cuda.BFloat16Tensor torch.cuda.BoolStorage torch.cuda.BoolTensor torch.cuda.ByteStorage "
    "torch.cuda.ByteTensor torch.cuda.CharStorage torch.cuda.CharTensor torch.cuda.ComplexDoubleStorage "
    "torch.cuda.ComplexFloatStorage torch.cuda.DoubleStorage torch.cuda.DoubleTensor torch.cuda.FloatStorage "
    "torch.cuda.FloatTensor torch.cuda.HalfStorage torch.cuda.HalfTensor torch.cuda.IntStorage "
    "torch.cuda.IntTensor torch.cuda.LongStorage torch.cuda.LongTensor torch.cuda.ShortStorage "
    "torch.cuda.ShortTensor torch.cuda.sparse.BFloat16Tensor torch.cuda.sparse.ByteTensor "
    "torch.cuda.sparse.CharTensor torch.cuda.sparse.DoubleTensor torch.cuda.sparse.FloatTensor "
    "torch.cuda.sparse.HalfTensor torch.cuda.sparse.IntTensor torch.cuda.sparse.LongTensor "
    "torch.cuda.sparse.ShortTensor torch.device torch.float16 torch.float32 torch.float4_e2m1fn_x2 torch.float64 "
    "torch.float8_e4m3fn torch.float8_e4m3fnuz torch.float8_e5m2 torch.float8_e5m2fnuz torch.float8_e8m0fnu "
    "torch.int1 torch.int16 torch.int2 torch.int3 torch.int32 torch.int4 torch.int5 torch.int6 torch.int64 "
    "torch.int7 torch.int8 torch.nn.parameter.Parameter torch.per_channel_affine "
    "torch.per_channel_affine_float_qparams torch.per_channel_symmetric torch.per_tensor_affine "
    "torch.per_tensor_symmetric torch.qint32 torch.qint8 torch.quint2x4 torch.quint4x2 torch.quint8 "
    "torch.serialization._get_layout torch.sparse.BFloat16Tensor torch.sparse.ByteTensor torch.sparse.CharTensor "
    "torch.sparse.DoubleTensor torch.sparse.FloatTensor torch.sparse.HalfTensor torch.sparse.IntTensor "
    "torch.sparse.LongTensor torch.sparse.ShortTensor torch.storage.TypedStorage torch.storage.UntypedStorage "
    "torch.uint1 torch.uint16 torch.uint2 torch.uint3 torch.uint32 torch.uint4 torch.uint5 torch.uint6 "
    "torch.uint64 torch.uint7 torch.uint8";

constexpr std::string_view kData =
    "_io.BytesIO _io.StringIO argparse.Namespace array._array_reconstructor array.array builtins.Ellipsis "
    "builtins.NotImplemented builtins.bool builtins.bytes builtins.dict builtins.float builtins.frozenset "
    "builtins.int builtins.list builtins.object builtins.range builtins.slice builtins.str builtins.tuple "
    "codecs.encode collections.ChainMap collections.UserDict collections.UserList collections.UserString "
    "collections.defaultdict collections.deque copyreg.__newobj__ copyreg.__newobj_ex__ copyreg._reconstructor "
    "datetime.date datetime.datetime datetime.time datetime.timedelta datetime.timezone datetime.timezone.utc "
    "decimal.Decimal enum.Enum enum.Flag enum.IntEnum enum.IntFlag enum.StrEnum fractions.Fraction io.BytesIO "
    "io.StringIO numpy._core._internal._convert_to_stringdtype_kwargs numpy._core.multiarray._reconstruct "
    "numpy._core.multiarray.scalar numpy._core.numeric._frombuffer numpy._core.records.recarray numpy.bool "
    "numpy.bool_ numpy.bytes_ numpy.clongdouble numpy.complex128 numpy.complex256 numpy.complex64 "
    "numpy.core.multiarray._reconstruct numpy.core.multiarray.scalar numpy.core.numeric._frombuffer "
    "numpy.core.records.recarray numpy.core.records.record numpy.datetime64 numpy.dtype numpy.float128 "
    "numpy.float16 numpy.float32 numpy.float64 numpy.int16 numpy.int32 numpy.int64 numpy.int8 numpy.intc "
    "numpy.longdouble numpy.longlong numpy.ma.MaskedArray numpy.ma.core.MaskedArray numpy.ma.core._mareconstruct "
    "numpy.matrix numpy.matrixlib.defmatrix.matrix numpy.ndarray numpy.object_ numpy.random.__RandomState_ctor "
    "numpy.random._mt19937.MT19937 numpy.random._pcg64.PCG64 numpy.random._philox.Philox "
    "numpy.random._pickle.__bit_generator_ctor numpy.random._pickle.__generator_ctor "
    "numpy.random._pickle.__randomstate_ctor numpy.random._sfc64.SFC64 numpy.random.bit_generator.SeedSequence "
    "numpy.random.bit_generator.__pyx_unpickle_SeedSequence numpy.random.mtrand.RandomState numpy.recarray "
    "numpy.record numpy.str_ numpy.timedelta64 numpy.uint16 numpy.uint32 numpy.uint64 numpy.uint8 numpy.uintc "
    "numpy.ulonglong numpy.void os.stat_result os.terminal_size pathlib.Path pathlib.PosixPath pathlib.PurePath "
    "pathlib.PurePosixPath pathlib.PureWindowsPath pathlib.WindowsPath pathlib._local.Path "
    "pathlib._local.PosixPath pathlib._local.PurePosixPath pathlib._local.PureWindowsPath "
    "pathlib._local.WindowsPath random.Random re.RegexFlag re._compile signal.Signals sys.version_info "
    "time.struct_time torch.Generator torch._C.Generator torch._mkldnn torch._tensor._rebuild_from_type "
    "torch._utils._rebuild_device_tensor torch._utils._rebuild_functional_tensor torch._utils._rebuild_mlc_tensor "
    "torch._utils._rebuild_nested_tensor torch._utils._rebuild_ort_tensor "
    "torch._utils._rebuild_sparse_compressed_tensor torch._utils._rebuild_sparse_csr_tensor "
    "torch._utils._rebuild_xla_tensor torch.amp.grad_scaler.GradScaler torch.amp.grad_scaler.OptState "
    "torch.amp.grad_scaler._refresh_per_optimizer_state torch.autograd.Variable torch.autograd.variable.Variable "
    "torch.channels_last torch.channels_last_3d torch.contiguous_format torch.cuda.amp.grad_scaler.GradScaler "
    "torch.cuda.amp.grad_scaler.OptState torch.cuda.amp.grad_scaler._refresh_per_optimizer_state "
    "torch.distributed._shard.metadata.ShardMetadata torch.distributed._shard.sharded_tensor.api.ShardedTensor "
    "torch.distributed._shard.sharded_tensor.metadata.TensorProperties "
    "torch.distributed._shard.sharded_tensor.shard.Shard torch.distributed._tensor.api.DTensor "
    "torch.distributed._tensor.placement_types.DTensorSpec torch.distributed._tensor.placement_types.Replicate "
    "torch.distributed._tensor.placement_types.Shard torch.distributed._tensor.placement_types.TensorMeta "
    "torch.distributed.checkpoint.filesystem._StorageInfo torch.distributed.checkpoint.filesystem._StoragePrefix "
    "torch.distributed.checkpoint.metadata.BytesStorageMetadata "
    "torch.distributed.checkpoint.metadata.ChunkStorageMetadata torch.distributed.checkpoint.metadata.Metadata "
    "torch.distributed.checkpoint.metadata.MetadataIndex torch.distributed.checkpoint.metadata.StorageMeta "
    "torch.distributed.checkpoint.metadata.TensorProperties "
    "torch.distributed.checkpoint.metadata.TensorStorageMetadata "
    "torch.distributed.checkpoint.metadata._MEM_FORMAT_ENCODING torch.distributed.device_mesh.DeviceMesh "
    "torch.distributed.remote_device._remote_device torch.distributed.tensor.DTensor "
    "torch.distributed.tensor._api.DTensor torch.distributed.tensor._dtensor_spec.DTensorSpec "
    "torch.distributed.tensor._dtensor_spec.TensorMeta torch.distributed.tensor.api.DTensor "
    "torch.distributed.tensor.placement_types.Partial torch.distributed.tensor.placement_types.Replicate "
    "torch.distributed.tensor.placement_types.Shard torch.dtype torch.finfo torch.iinfo torch.jagged "
    "torch.jit._pickle.build_boollist torch.jit._pickle.build_doublelist torch.jit._pickle.build_intlist "
    "torch.jit._pickle.build_tensor_from_id torch.jit._pickle.build_tensorlist torch.jit._pickle.restore_type_tag "
    "torch.layout torch.legacy_contiguous_format torch.memory_format torch.nn.Module torch.nn.Parameter "
    "torch.nn.backends.thnn._get_thnn_function_backend torch.nn.parameter.Buffer "
    "torch.nn.parameter.UninitializedBuffer torch.nn.parameter.UninitializedParameter torch.preserve_format "
    "torch.qscheme torch.sparse_bsc torch.sparse_bsr torch.sparse_coo torch.sparse_csc torch.sparse_csr "
    "torch.storage._TypedStorage torch.storage._UntypedStorage torch.storage._load_from_bytes torch.strided "
    "torch.tensor._rebuild_from_type torch.torch_version.TorchVersion torch.utils.hooks.BackwardHook "
    "torch.utils.hooks.RemovableHandle torch.utils.hooks._WrappedHook types.EllipsisType types.MappingProxyType "
    "types.NoneType types.SimpleNamespace uuid.SafeUUID uuid.UUID zoneinfo.ZoneInfo zoneinfo.ZoneInfo._unpickle";

constexpr std::string_view kInertModules =
    "torch.ao.nn.intrinsic.modules.fused torch.ao.nn.quantized.dynamic.modules.linear "
    "torch.ao.nn.quantized.dynamic.modules.rnn torch.ao.nn.quantized.modules torch.ao.nn.quantized.modules.conv "
    "torch.ao.nn.quantized.modules.linear torch.ao.nn.quantized.modules.utils torch.ao.quantization.fake_quantize "
    "torch.ao.quantization.observer torch.ao.quantization.qconfig torch.ao.quantization.stubs "
    "torch.distributions.bernoulli torch.distributions.beta torch.distributions.categorical "
    "torch.distributions.constraints torch.distributions.distribution torch.distributions.gamma "
    "torch.distributions.independent torch.distributions.multivariate_normal torch.distributions.normal "
    "torch.distributions.transforms torch.distributions.uniform torch.nn torch.nn.functional torch.nn.intrinsic "
    "torch.nn.intrinsic.modules.fused torch.nn.modules torch.nn.modules.activation torch.nn.modules.adaptive "
    "torch.nn.modules.batchnorm torch.nn.modules.channelshuffle torch.nn.modules.container torch.nn.modules.conv "
    "torch.nn.modules.distance torch.nn.modules.dropout torch.nn.modules.flatten torch.nn.modules.fold "
    "torch.nn.modules.instancenorm torch.nn.modules.lazy torch.nn.modules.linear torch.nn.modules.loss "
    "torch.nn.modules.module torch.nn.modules.normalization torch.nn.modules.padding "
    "torch.nn.modules.pixelshuffle torch.nn.modules.pooling torch.nn.modules.rnn torch.nn.modules.sparse "
    "torch.nn.modules.transformer torch.nn.modules.upsampling torch.nn.modules.utils "
    "torch.nn.parallel.data_parallel torch.nn.parallel.distributed torch.nn.parameter torch.nn.qat.modules "
    "torch.nn.quantized torch.nn.quantized.dynamic.modules.linear torch.nn.quantized.modules "
    "torch.nn.quantized.modules.conv torch.nn.quantized.modules.linear torch.nn.utils.parametrizations "
    "torch.nn.utils.parametrize torch.nn.utils.prune torch.nn.utils.rnn torch.nn.utils.spectral_norm "
    "torch.nn.utils.weight_norm torch.optim torch.optim._multi_tensor torch.optim.adadelta torch.optim.adagrad "
    "torch.optim.adam torch.optim.adamax torch.optim.adamw torch.optim.asgd torch.optim.lbfgs "
    "torch.optim.lr_scheduler torch.optim.nadam torch.optim.optimizer torch.optim.radam torch.optim.rmsprop "
    "torch.optim.rprop torch.optim.sgd torch.optim.sparse_adam torch.optim.swa_utils "
    "torch.quantization.fake_quantize torch.quantization.observer torch.quantization.qconfig "
    "torch.quantization.stubs";

constexpr std::string_view kModules =
    "collections.abc numpy._core numpy._core.multiarray numpy._core.numeric numpy.compat numpy.core "
    "numpy.core.multiarray numpy.core.numeric numpy.fft numpy.lib numpy.linalg numpy.ma numpy.polynomial "
    "numpy.random os.path torch torch._C torch._C._nn torch._VF torch._decomp torch._jit_internal "
    "torch._linalg_utils torch._logging torch._lowrank torch._meta_registrations torch._namedtensor_internals "
    "torch._prims torch._refs torch._six torch._storage_docs torch._subclasses torch._tensor torch._tensor_str "
    "torch._utils torch._vmap_internals torch._weights_only_unpickler torch.accelerator torch.amp torch.ao "
    "torch.autograd torch.autograd.function torch.autograd.variable torch.backends torch.backends.cudnn torch.cpu "
    "torch.cuda torch.cuda.amp torch.distributed torch.distributed.checkpoint torch.distributions torch.export "
    "torch.fft torch.func torch.functional torch.futures torch.fx torch.jit torch.jit._pickle torch.library "
    "torch.linalg torch.masked torch.mps torch.mtia torch.multiprocessing torch.nested torch.nn "
    "torch.nn.functional torch.nn.init torch.nn.modules torch.nn.parallel torch.nn.parameter torch.nn.utils "
    "torch.onnx torch.optim torch.optim.lr_scheduler torch.optim.optimizer torch.overrides torch.profiler "
    "torch.quantization torch.random torch.serialization torch.signal torch.sparse torch.special torch.storage "
    "torch.types torch.utils torch.utils.data torch.utils.hooks torch.version torch.xpu xml.dom xml.etree "
    "xml.etree.ElementTree";

}  // namespace

bool isKnownModule(std::string_view name)
{
    static const WordSet words(kModules);
    return words.contains(name);
}

bool isKnownData(std::string_view name)
{
    static const WordSet words(kData);
    return isWeightsOnly(name) || words.contains(name);
}

bool isInertModule(std::string_view module)
{
    static const WordSet words(kInertModules);
    return words.contains(module);
}

bool isWeightsOnly(std::string_view name)
{
    static const WordSet words(kWeightsOnly);
    return words.contains(name);
}

}  // namespace waypoint
