# SPDX-FileCopyrightText: The Waypoint authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes three moments of a model with tensors of every kind, and what PyTorch and NumPy say of their differences.

usage: difference_oracle.py FOLDER

FOLDER/moment0.pth to moment2.pth are state dicts; FOLDER/expected.json holds, by tensor, the difference of moments 0
and 1 ("difference"), what the series over all three should give ("series") and counts of histograms.
"""
import json
import math
import pathlib
import sys

import numpy
import torch

REAL = ("float32", "float64", "float16", "bfloat16", "float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz",
        "float8_e5m2fnuz")
INTEGER = ("int64", "int32", "int16", "int8", "uint8", "bool", "uint16", "uint32", "uint64")
COMPLEX = ("complex64", "complex128")


def in_json(value):
    if math.isnan(value):
        return "NaN"
    return value if math.isfinite(value) else "Infinity" if value > 0 else "-Infinity"


def moved(tensor, by, generator):
    """Some elements a little away from where they were."""
    step = torch.randn(tensor.shape, generator=generator, dtype=torch.float64) * by
    chosen = torch.rand(tensor.shape, generator=generator) < 0.6
    if tensor.is_complex():
        step = torch.complex(step, step.flip(0))
        return torch.where(chosen, tensor.to(torch.complex128) + step, tensor.to(torch.complex128)).to(tensor.dtype)
    return torch.where(chosen, tensor.double() + step, tensor.double()).to(tensor.dtype)


def with_odd_numbers(tensor, kinds):
    tensor = tensor.clone()
    tensor.view(-1)[torch.arange(len(kinds)) * 7 + 3] = torch.tensor(kinds, dtype=tensor.dtype)
    return tensor


def plain_moments(generator):
    base = torch.randn(40, 60, generator=generator, dtype=torch.float64) * 3
    for name in REAL:
        if hasattr(torch, name):
            start = base.to(getattr(torch, name))
            yield name, [start, moved(start, 0.1, generator), moved(start, 1, generator)]
    for name in INTEGER:
        if hasattr(torch, name):
            start = (base.abs() * 9).to(torch.int64).to(getattr(torch, name))
            yield name, [start, moved(start, 5, generator) if name != "bool" else ~start, start]
    for name in COMPLEX:
        start = torch.complex(base, base.flip(1)).to(getattr(torch, name))
        yield name, [start, moved(start, 0.1, generator), start]


def special_moments(generator):
    big = torch.randn(300_007, generator=generator)
    yield "several_blocks", [big, big + 1e-4 * torch.randn(300_007, generator=generator), big * 1.5]
    matrix = torch.randn(500, 400, generator=generator)
    yield "transposed", [matrix.t(), moved(matrix, 0.1, generator).t(), matrix.t().contiguous()]
    yield "sliced", [matrix[::3, 5:77], moved(matrix, 0.1, generator)[::3, 5:77], matrix[1::3, 5:77]]
    yield "expanded", [matrix[:1].expand(20, 400), matrix[:20], matrix[:1].expand(20, 400)]
    pictures = torch.randn(8, 3, 16, 16, generator=generator)
    channels_last = [moved(pictures, 0.1, generator).to(memory_format=torch.channels_last) for _ in range(2)]
    yield "channels_last", [pictures.to(memory_format=torch.channels_last), *channels_last]
    yield "scalar", [torch.tensor(3), torch.tensor(4), torch.tensor(2**60 + 1)]
    yield "empty", [torch.zeros(0, 3), torch.zeros(0, 3), torch.zeros(0, 3)]
    yield "zeros", [torch.zeros(7), torch.zeros(7), torch.ones(7)]
    yield "other_types", [matrix, matrix.half(), matrix.bfloat16().double()]
    yield "complex_and_real", [matrix[:9], torch.complex(matrix[:9], matrix[9:18]), matrix[:9]]
    yield "conjugated", [torch.complex(matrix[:9], matrix[9:18]), torch.complex(matrix[:9], matrix[9:18]).conj(), None]
    nan, inf = math.nan, math.inf
    yield "odd_numbers", [with_odd_numbers(matrix, [nan, nan, 1, inf, inf, -inf, 2]),
                          with_odd_numbers(matrix, [nan, 1, nan, inf, -inf, -inf, 2]),
                          with_odd_numbers(matrix, [0, nan, nan, 5, 5, 5, 5])]
    yield "became_infinite", [matrix, with_odd_numbers(matrix, [inf]), with_odd_numbers(matrix, [inf])]
    yield "missing_at_first", [None, matrix, matrix + 1]
    yield "reshaped", [matrix, matrix.view(400, 500), matrix * 2]


def quantized_moments(generator):
    matrix = torch.randn(30, 20, generator=generator)
    scales, points = torch.rand(30, generator=generator, dtype=torch.float64) + 0.01, torch.arange(30) - 9
    yield "qint8", [torch.quantize_per_tensor(matrix, scale, 3, torch.qint8) for scale in (0.05, 0.05, 0.07)]
    yield "quint8 and plain", [torch.quantize_per_tensor(matrix, 0.05, 128, torch.quint8), matrix, matrix]
    yield "per_channel", [torch.quantize_per_channel(matrix * m, scales, points, 0, torch.qint8) for m in (1, 2, 3)]
    last = torch.quantize_per_channel(matrix, scales[:20], points[:20], 1, torch.qint8)
    yield "per_last_channel", [last, torch.quantize_per_channel(matrix, scales[:20], points[:20], 1, torch.qint32), last]


def numbers(tensor):
    """As float64 or complex128: what stands behind quantised elements, without float32's rounding."""
    if not tensor.is_quantized:
        return tensor.to(torch.complex128).resolve_conj() if tensor.is_complex() else tensor.double()
    stored = tensor.int_repr().double()
    if tensor.qscheme() == torch.per_tensor_affine:
        return (stored - tensor.q_zero_point()) * tensor.q_scale()
    shape = [1] * tensor.dim()
    shape[tensor.q_per_channel_axis()] = -1
    return (stored - tensor.q_per_channel_zero_points().view(shape)) * tensor.q_per_channel_scales().view(shape)


def norm(x):
    return in_json(x.abs().square().sum().sqrt().item()) if x.numel() else 0


def difference(first, second):
    a, b = numbers(first).flatten(), numbers(second).flatten()
    if a.is_complex() or b.is_complex():
        a, b = a.to(torch.complex128), b.to(torch.complex128)
    same = (a == b) | (a.isnan() & b.isnan())
    out = a.isnan() | b.isnan() | (a.isinf() & b.isinf())
    exact = first.flatten() == second.flatten() if first.dtype == second.dtype == torch.int64 else same
    apart = torch.where(same, torch.zeros_like(a), b - a)[~out]
    a, b = a[~out], b[~out]
    return {"count": first.numel(), "changed": int((~exact).sum()), "nan": int(out.sum()), "l2": norm(apart),
            "max_abs": in_json(apart.abs().max().item()) if apart.numel() else 0, "norm_a": norm(a), "norm_b": norm(b),
            "dot": in_json((a * b.conj()).real.sum().item()) if a.numel() else 0}


def stats(tensor):
    x = numbers(tensor).abs() if tensor.is_complex() else numbers(tensor)
    return {"count": x.numel(), "zeros": int((x == 0).sum()), "nan": int(x.isnan().sum()), "l2": norm(x[~x.isnan()])}


def series(moments):
    """Nothing where a moment lacks the tensor in its first shape."""
    points, first, previous = [], None, None
    for tensor in moments:
        if tensor is None or (first is not None and tensor.shape != first.shape):
            points.append(None)
            continue
        point = {"stats": stats(tensor)}
        if first is not None:
            point.update(from_previous=difference(previous, tensor), from_first=difference(first, tensor))
        first, previous = tensor if first is None else first, tensor
        points.append(point)
    return points


def finite(tensor):
    x = numbers(tensor).flatten().numpy()
    return x[numpy.isfinite(x)]


def histograms(first, second):
    """Counts of both over the same 50 bins, and of their difference over its own."""
    a, b = finite(first), finite(second)
    edges = (min(a.min(), b.min()), max(a.max(), b.max()))
    apart = (numbers(second) - numbers(first)).flatten().numpy()
    apart = apart[numpy.isfinite(apart)]
    return {"a": numpy.histogram(a, 50, edges)[0].tolist(), "b": numpy.histogram(b, 50, edges)[0].tolist(),
            "difference": numpy.histogram(apart, 50)[0].tolist()}


def reloaded(file, path):
    """As PyTorch reads it again: 1.13 forgets that a tensor is conjugated."""
    torch.save(file, path)
    options = {} if torch.__version__.startswith("1.") else {"weights_only": False}
    return torch.load(path, **options)


def main():
    folder = pathlib.Path(sys.argv[1])
    generator = torch.Generator().manual_seed(11)
    files = [{}, {}, {}]
    for make in (plain_moments, special_moments, quantized_moments):
        for name, moments in make(generator):
            for file, tensor in zip(files, moments):
                if tensor is not None:
                    file[name] = tensor
    files = [reloaded(file, folder / f"moment{i}.pth") for i, file in enumerate(files)]
    expected = {}
    for name in files[1]:
        moments = [file.get(name) for file in files]
        expected[name] = {"series": series(moments)}
        first, second = moments[:2]
        if first is not None and first.shape == second.shape:
            expected[name]["difference"] = difference(first, second)
        if name in ("float32", "bfloat16", "transposed", "channels_last", "several_blocks"):
            expected[name]["histograms"] = histograms(first, second)
    (folder / "expected.json").write_text(json.dumps(expected))


if __name__ == "__main__":
    main()
