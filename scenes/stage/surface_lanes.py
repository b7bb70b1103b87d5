"""Questions about samples and triangles, answered for many at once (see `vectors`)."""

from __future__ import annotations

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from scenes.stage.samples import (
    CORNER_X,
    CORNER_Y,
    DEPTH,
    DEPTH_X,
    DEPTH_Y,
    LANES,
    MESH,
    SAMPLES,
    TILE,
    TINT_RED,
    VALUE,
)
from scenes.stage.vectors import (
    F32,
    I32,
    I64,
    constant,
    function,
    lane,
    loaded,
    pointer,
    repeated,
    row_of_planes,
    with_lane,
)


@intrinsic
def lowest_in_tile(typing, depth, start, row):
    """Return the lowest of the whole numbers in a whole tile.

    It begins at number `start`, and its rows are `row` numbers apart.
    """
    result = types.int32(depth, types.uint64, types.uint64)

    def write(context, builder, signature, arguments):
        depth, start, row = arguments
        lowest = constant(I32, [2**31 - 1] * LANES)
        for _ in range(TILE):
            for first in range(0, TILE * SAMPLES, LANES):
                at = builder.add(start, ir.Constant(I64, first))
                there = loaded(
                    builder, pointer(context, builder, signature.args[0], depth, at), LANES
                )
                lower = builder.icmp_signed("<", there, lowest)
                lowest = builder.select(lower, there, lowest)
            start = builder.add(start, row)
        lowest_lane = f"llvm.vector.reduce.smin.v{LANES}i32"
        return builder.call(function(builder, lowest_lane, I32, lowest.type), [lowest])

    return result, write


@intrinsic
def covered(typing, depth, at):
    """Return the set of samples of the pixel at sample `at` where there is something."""
    result = types.int64(depth, types.uint64)

    def write(context, builder, signature, arguments):
        pixel = pointer(context, builder, signature.args[0], *arguments)
        there = builder.fcmp_ordered(">", loaded(builder, pixel, 4), constant(F32, [0.0] * 4))
        return builder.zext(builder.bitcast(there, ir.IntType(4)), I64)

    return result, write


@intrinsic
def has_border(typing, owner, at):
    """Return whether the samples of the pixel at sample `at` are of more than one triangle."""
    result = types.boolean(owner, types.uint64)

    def write(context, builder, signature, arguments):
        owners = loaded(builder, pointer(context, builder, signature.args[0], *arguments), 4)
        first = repeated(builder, lane(builder, owners, 0), 4)
        apart = builder.bitcast(builder.icmp_signed("!=", owners, first), ir.IntType(4))
        return builder.icmp_unsigned("!=", apart, ir.Constant(ir.IntType(4), 0))

    return result, write


def _at(builder, base, across, down, x, y):
    """Return depth, value times depth and light times depth at a place on the screen."""
    dx = builder.fsub(x, lane(builder, base, CORNER_X - DEPTH))
    dy = builder.fsub(y, lane(builder, across, CORNER_Y - DEPTH_X))
    moved = builder.fmul(across, repeated(builder, dx, 4))
    moved = builder.fadd(moved, builder.fmul(down, repeated(builder, dy, 4)))
    return builder.fadd(base, moved)


@intrinsic
def plane_at(typing, planes, number, x, y):
    """Return depth, value times depth, light times depth of a triangle's plane at (x, y)."""
    result = types.UniTuple(types.float32, 3)(planes, types.uint64, types.float32, types.float32)

    def write(context, builder, signature, arguments):
        planes, number, x, y = arguments
        four = row_of_planes(context, builder, signature.args[0], planes, number)
        found = _at(builder, four(DEPTH), four(DEPTH_X), four(DEPTH_Y), x, y)
        return cgutils.pack_array(builder, [lane(builder, found, k) for k in range(3)])

    return result, write


@intrinsic
def carries_on(typing, planes, one, two, x, y, scale, same):
    """Return 1 where two triangles look like one surface at (x, y), else 0.

    They belong to one mesh and have the same tint, and their light and their value times `scale`
    differ by less than `same`.
    """
    number, real = types.uint64, types.float32
    result = types.int64(planes, number, number, real, real, real, real)

    def write(context, builder, signature, arguments):
        planes, one, two, x, y, scale, same = arguments
        found, meshes, tints = [], [], []
        for number in (one, two):
            four = row_of_planes(context, builder, signature.args[0], planes, number)
            down = four(DEPTH_Y)
            found.append(_at(builder, four(DEPTH), four(DEPTH_X), down, x, y))
            meshes.append(lane(builder, down, MESH - DEPTH_Y))
            tints.append(four(TINT_RED))
        w_one, w_two = (repeated(builder, lane(builder, each, 0), 4) for each in found)
        # Value and light, times both depths.
        apart = builder.fsub(builder.fmul(found[0], w_two), builder.fmul(found[1], w_one))
        scales = with_lane(builder, constant(F32, [1.0] * 4), VALUE - DEPTH, scale)
        absolute = function(builder, "llvm.fabs.v4f32", apart.type, apart.type)
        apart = builder.call(absolute, [builder.fmul(apart, scales)])
        limit = builder.fmul(repeated(builder, same, 4), builder.fmul(w_one, w_two))
        alike = builder.fcmp_ordered("<", apart, limit)
        tinted = builder.fcmp_unordered("==", *tints)
        bits = builder.bitcast(builder.and_(alike, tinted), ir.IntType(4))
        bits = builder.and_(bits, ir.Constant(ir.IntType(4), 0b0111))  # the fourth lane is idle
        alike = builder.icmp_unsigned("==", bits, ir.Constant(ir.IntType(4), 0b0111))
        alike = builder.and_(alike, builder.fcmp_ordered("==", *meshes))
        return builder.zext(alike, I64)

    return result, write
