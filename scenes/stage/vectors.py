"""Vectors of numbers, the ways to put them together: for intrinsics that numba's Python lacks.

The functions write LLVM's vector instructions, which become those of the processor at hand (SSE,
AVX, NEON). The intrinsics made of them can be called by compiled loops only, with C-contiguous
arrays; no index is checked.
"""

from __future__ import annotations

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from scenes.stage.samples import PLANE_TERMS

F32, F64 = ir.FloatType(), ir.DoubleType()
BIT, BYTE, I32, I64 = ir.IntType(1), ir.IntType(8), ir.IntType(32), ir.IntType(64)
COLOUR = types.UniTuple(types.float32, 4)
"""Red, green, blue and alpha, 0 to 1, multiplied by alpha."""


def constant(kind, numbers):
    """Return a vector of constants."""
    return ir.Constant(ir.VectorType(kind, len(numbers)), [ir.Constant(kind, n) for n in numbers])


def repeated(builder, number, size):
    """Return a vector with the same number in every lane."""
    one = ir.Constant(ir.VectorType(number.type, size), ir.Undefined)
    one = builder.insert_element(one, number, ir.Constant(I32, 0))
    return builder.shuffle_vector(one, one, constant(I32, [0] * size))


def lane(builder, vector, lane):
    """Return the number in a lane."""
    return builder.extract_element(vector, ir.Constant(I32, lane))


def with_lane(builder, vector, lane, number):
    """Return a vector with another number in a lane."""
    return builder.insert_element(vector, number, ir.Constant(I32, lane))


def pointer(context, builder, kind, array, index):
    """Return a pointer to an array's element, counted along the memory."""
    data = context.make_array(kind)(context, builder, array).data
    return builder.gep(data, [index])


def loaded(builder, pointer, size):
    """Return a vector from memory; the address need only be that of a number."""
    kind = ir.VectorType(pointer.type.pointee, size)
    return builder.load(builder.bitcast(pointer, kind.as_pointer()), align=4)


def stored(builder, vector, pointer):
    """Write a vector into memory; the address need only be that of a number."""
    builder.store(vector, builder.bitcast(pointer, vector.type.as_pointer()), align=4)


@intrinsic
def prefetch(typing, array, index):
    """Have the processor fetch an array's element into its cache, ahead of its use."""

    def write(context, builder, signature, arguments):
        place = pointer(context, builder, signature.args[0], *arguments)
        place = builder.bitcast(place, BYTE.as_pointer())
        fetch = function(
            builder, "llvm.prefetch.p0i8", ir.VoidType(), BYTE.as_pointer(), I32, I32, I32
        )
        read, keep, data = (ir.Constant(I32, number) for number in (0, 3, 1))
        builder.call(fetch, [place, read, keep, data])
        return context.get_dummy_value()

    return types.void(array, types.uint64), write


def function(builder, name, result, *arguments):
    """Return an intrinsic of LLVM."""
    return cgutils.get_or_insert_function(builder.module, ir.FunctionType(result, arguments), name)


def clamped(builder, vector, low, high):
    """Return a vector between two vectors; what is no number becomes low."""
    vector = builder.select(builder.fcmp_ordered(">", vector, low), vector, low)
    return builder.select(builder.fcmp_ordered("<", vector, high), vector, high)


def packed(builder, vector):
    """Return a vector as numba's tuple."""
    return cgutils.pack_array(builder, [lane(builder, vector, k) for k in range(4)])


def unpacked(builder, numbers):
    """Return numba's tuple as a vector."""
    vector = ir.Constant(ir.VectorType(F32, 4), ir.Undefined)
    for k in range(4):
        vector = with_lane(builder, vector, k, builder.extract_value(numbers, k))
    return vector


def row_of_planes(context, builder, kind, planes, number):
    """Return a function that loads four columns of a triangle's row, from a given one on."""
    row = builder.mul(number, ir.Constant(I64, PLANE_TERMS))

    def four(column):
        at = builder.add(row, ir.Constant(I64, column))
        return loaded(builder, pointer(context, builder, kind, planes, at), 4)

    return four
