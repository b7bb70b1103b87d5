"""Several numbers in one instruction: what numba's Python cannot say by itself.

Each public function is a numba intrinsic: it writes vector instructions of LLVM, which become
those of the processor at hand (SSE, AVX, NEON). Only compiled loops can call them, with
C-contiguous arrays; no index is checked. A *colour* is four float32 numbers: red, green, blue and
alpha, 0 to 1, multiplied by alpha.
"""

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
    PLANE_TERMS,
    SAMPLE_X,
    SAMPLE_Y,
    SAMPLES,
    TINT_RED,
    VALUE,
)

_F32, _F64 = ir.FloatType(), ir.DoubleType()
_BIT, _BYTE, _I32, _I64 = ir.IntType(1), ir.IntType(8), ir.IntType(32), ir.IntType(64)
_COLOUR = types.UniTuple(types.float32, 4)
_LANE_X = [lane // SAMPLES + SAMPLE_X[lane % SAMPLES] for lane in range(LANES)]
_LANE_Y = [SAMPLE_Y[lane % SAMPLES] for lane in range(LANES)]
_PIXELS = LANES // SAMPLES
_NARROW = 24  # pixels


def _constant(kind, numbers):
    """Return a vector of constants."""
    return ir.Constant(ir.VectorType(kind, len(numbers)), [ir.Constant(kind, n) for n in numbers])


def _repeated(builder, number, size):
    """Return a vector with the same number in every lane."""
    one = ir.Constant(ir.VectorType(number.type, size), ir.Undefined)
    one = builder.insert_element(one, number, ir.Constant(_I32, 0))
    return builder.shuffle_vector(one, one, _constant(_I32, [0] * size))


def _lane(builder, vector, lane):
    return builder.extract_element(vector, ir.Constant(_I32, lane))


def _with_lane(builder, vector, lane, number):
    return builder.insert_element(vector, number, ir.Constant(_I32, lane))


def _pointer(context, builder, kind, array, index):
    """Return a pointer to an array's element, counted along the memory."""
    data = context.make_array(kind)(context, builder, array).data
    return builder.gep(data, [index])


def _loaded(builder, pointer, size):
    """Return a vector from memory; the address need only be that of a number."""
    kind = ir.VectorType(pointer.type.pointee, size)
    return builder.load(builder.bitcast(pointer, kind.as_pointer()), align=4)


def _stored(builder, vector, pointer):
    builder.store(vector, builder.bitcast(pointer, vector.type.as_pointer()), align=4)


def _function(builder, name, result, *arguments):
    """Return an intrinsic of LLVM."""
    return cgutils.get_or_insert_function(builder.module, ir.FunctionType(result, arguments), name)


def _clamped(builder, vector, low, high):
    """Return a vector between two vectors; what is no number becomes low."""
    vector = builder.select(builder.fcmp_ordered(">", vector, low), vector, low)
    return builder.select(builder.fcmp_ordered("<", vector, high), vector, high)


def _packed(builder, vector):
    """Return a vector as numba's tuple."""
    return cgutils.pack_array(builder, [_lane(builder, vector, k) for k in range(4)])


def _unpacked(builder, numbers):
    """Return numba's tuple as a vector."""
    vector = ir.Constant(ir.VectorType(_F32, 4), ir.Undefined)
    for k in range(4):
        vector = _with_lane(builder, vector, k, builder.extract_value(numbers, k))
    return vector


def _crossings(builder, row, edge):
    """Return where an edge (x, y, slope) crosses the sub-rows of a row, seen from each sample.

    A sample at pixel x lies to the right of the edge where x is at least this. The same edge
    gives the same numbers in both triangles that share it: neither gap nor overlap.
    """
    x, y, slope = (_repeated(builder, number, SAMPLES) for number in edge)
    below = _repeated(builder, builder.sitofp(row, _F64), SAMPLES)
    below = builder.fsub(builder.fadd(below, _constant(_F64, SAMPLE_Y)), y)
    at = builder.fadd(x, builder.fmul(below, slope))
    at = builder.fsub(at, _constant(_F64, SAMPLE_X))
    return builder.fptrunc(at, ir.VectorType(_F32, SAMPLES))


@intrinsic
def fill_row(
    typing, depth, owner, start, row, left, low, high, begin, turn, end,
    long, upper, lower, long_is_left, w, wx, wy, number,
):  # fmt: skip
    """Draw a row of pixels of a triangle; return whether any sample was won.

    `start` is the first sample of the row's first pixel, `left`. Pixels `low` to `high` are
    looked at, of the sub-rows those from `begin` to `end`. The edges are (x, y, slope), float64:
    the long one, and the upper and the lower one that meet at sub-row `turn`. Depth is w at the
    corner of pixel 0 of the row and changes by wx, wy for a pixel.
    """
    edge = types.UniTuple(types.float64, 3)
    size = types.int64
    result = types.boolean(
        depth, owner, size, size, size, size, size, size, size, size,
        edge, edge, edge, types.boolean, types.float32, types.float32, types.float32, types.int32,
    )  # fmt: skip

    def write(context, builder, signature, arguments):
        (depth, owner, start, row, left, low, high, begin, turn, end,
         long, upper, lower, long_is_left, w, wx, wy, number) = arguments  # fmt: skip

        def whole(integer, lanes=SAMPLES):
            return _repeated(builder, builder.trunc(integer, _I32), lanes)

        def real(integer, lanes):
            return _repeated(builder, builder.sitofp(integer, _F32), lanes)

        # Between which pixels each sub-row lies inside the triangle.
        long, upper, lower = (
            _crossings(builder, row, [builder.extract_value(edge, k) for k in range(3)])
            for edge in (long, upper, lower)
        )
        sub_row = builder.add(
            whole(builder.mul(row, ir.Constant(_I64, SAMPLES))), _constant(_I32, range(SAMPLES))
        )
        short = builder.select(builder.icmp_signed("<", sub_row, whole(turn)), upper, lower)
        first = builder.select(long_is_left, long, short)
        last = builder.select(long_is_left, short, long)
        lowest, highest = real(low, SAMPLES), real(high, SAMPLES)
        first, last = (_clamped(builder, edge, lowest, highest) for edge in (first, last))
        inside = builder.and_(
            builder.icmp_signed(">=", sub_row, whole(begin)),
            builder.icmp_signed("<", sub_row, whole(end)),
        )
        first = builder.select(inside, first, highest)
        last = builder.select(inside, last, lowest)

        # The pixels of the row, in groups that end with the last of them: a group may begin
        # before the row, but does not reach past the end of the arrays. In a narrow triangle all
        # rows are taken for as long as the longest, which spares the processor a guess.
        four = ir.VectorType(_F32, SAMPLES)
        least = _function(builder, "llvm.vector.reduce.fmin.v4f32", _F32, four)
        most = _function(builder, "llvm.vector.reduce.fmax.v4f32", _F32, four)
        up = _function(builder, "llvm.ceil.f32", _F32, _F32)
        wide = builder.icmp_signed(">", builder.sub(high, low), ir.Constant(_I64, _NARROW))
        unmeasured = builder.basic_block
        with builder.if_then(wide):
            from_x = builder.call(least, [first], fastmath=("nnan",))
            to_x = builder.call(most, [last], fastmath=("nnan",))
            from_x = builder.fptosi(builder.call(up, [from_x]), _I64)
            to_x = builder.fptosi(builder.call(up, [to_x]), _I64)
            measured = builder.basic_block
        begin_x, end_x = builder.phi(_I64), builder.phi(_I64)
        for phi, taken, found in ((begin_x, low, from_x), (end_x, high, to_x)):
            phi.add_incoming(taken, unmeasured)
            phi.add_incoming(found, measured)
        groups = builder.add(builder.sub(end_x, begin_x), ir.Constant(_I64, _PIXELS - 1))
        groups = builder.ashr(groups, ir.Constant(_I64, _PIXELS.bit_length() - 1))
        begin_x = builder.sub(end_x, builder.mul(groups, ir.Constant(_I64, _PIXELS)))
        at = builder.sub(begin_x, left)
        at = builder.add(start, builder.mul(at, ir.Constant(_I64, SAMPLES)))
        early = builder.icmp_signed("<", at, ir.Constant(_I64, 0))
        skipped = builder.sdiv(at, ir.Constant(_I64, SAMPLES))
        begin_x = builder.select(early, builder.sub(begin_x, skipped), begin_x)
        at = builder.select(early, ir.Constant(_I64, 0), at)

        cycle = _constant(_I32, [lane % SAMPLES for lane in range(LANES)])
        first = builder.shuffle_vector(first, first, cycle)
        last = builder.shuffle_vector(last, last, cycle)
        pixel = builder.fadd(
            real(begin_x, LANES), _constant(_F32, [lane // SAMPLES for lane in range(LANES)])
        )
        slope_x, slope_y = _repeated(builder, wx, LANES), _repeated(builder, wy, LANES)
        w = builder.fadd(w, builder.fmul(wx, builder.sitofp(begin_x, _F32)))
        near = builder.fadd(
            builder.fmul(slope_x, _constant(_F32, _LANE_X)),
            builder.fmul(slope_y, _constant(_F32, _LANE_Y)),
        )
        near = builder.fadd(_repeated(builder, w, LANES), near)
        step = builder.fmul(slope_x, _constant(_F32, [_PIXELS] * LANES))
        numbers = _repeated(builder, number, LANES)

        before = builder.basic_block
        check = builder.append_basic_block("check")
        group = builder.append_basic_block("group")
        after = builder.append_basic_block("after")
        builder.branch(check)
        builder.position_at_end(check)
        initial = (groups, at, pixel, near, ir.Constant(_BIT, 0))
        now = [builder.phi(value.type) for value in initial]
        left_over, at, pixel, near, won = now
        more = builder.icmp_signed(">", left_over, ir.Constant(_I64, 0))
        builder.cbranch(more, group, after)

        builder.position_at_end(group)
        depth_at = _pointer(context, builder, signature.args[0], depth, at)
        owner_at = _pointer(context, builder, signature.args[1], owner, at)
        old_depth = _loaded(builder, depth_at, LANES)
        old_owner = _loaded(builder, owner_at, LANES)
        wins = builder.and_(
            builder.fcmp_ordered(">=", pixel, first), builder.fcmp_ordered("<", pixel, last)
        )
        wins = builder.and_(wins, builder.fcmp_ordered(">", near, old_depth))
        _stored(builder, builder.select(wins, near, old_depth), depth_at)
        _stored(builder, builder.select(wins, numbers, old_owner), owner_at)
        bits = ir.IntType(LANES)
        some = builder.icmp_unsigned("!=", builder.bitcast(wins, bits), ir.Constant(bits, 0))
        following = (
            builder.sub(left_over, ir.Constant(_I64, 1)),
            builder.add(at, ir.Constant(_I64, LANES)),
            builder.fadd(pixel, _constant(_F32, [_PIXELS] * LANES)),
            builder.fadd(near, step),
            builder.or_(won, some),
        )
        for value, old, new in zip(now, initial, following, strict=True):
            value.add_incoming(old, before)
            value.add_incoming(new, builder.basic_block)
        builder.branch(check)
        builder.position_at_end(after)
        return won

    return result, write


@intrinsic
def covered(typing, depth, at):
    """Return the set of samples of the pixel at sample `at` where there is something."""
    result = types.int64(depth, types.uint64)

    def write(context, builder, signature, arguments):
        pixel = _pointer(context, builder, signature.args[0], *arguments)
        there = builder.fcmp_ordered(">", _loaded(builder, pixel, 4), _constant(_F32, [0.0] * 4))
        return builder.zext(builder.bitcast(there, ir.IntType(4)), _I64)

    return result, write


@intrinsic
def has_border(typing, owner, at):
    """Return whether the samples of the pixel at sample `at` are of more than one triangle."""
    result = types.boolean(owner, types.uint64)

    def write(context, builder, signature, arguments):
        owners = _loaded(builder, _pointer(context, builder, signature.args[0], *arguments), 4)
        first = _repeated(builder, _lane(builder, owners, 0), 4)
        apart = builder.bitcast(builder.icmp_signed("!=", owners, first), ir.IntType(4))
        return builder.icmp_unsigned("!=", apart, ir.Constant(ir.IntType(4), 0))

    return result, write


def _row_of_planes(context, builder, kind, planes, number):
    """Return a function that loads four columns of a triangle's row, from a given one on."""
    row = builder.mul(number, ir.Constant(_I64, PLANE_TERMS))

    def four(column):
        at = builder.add(row, ir.Constant(_I64, column))
        return _loaded(builder, _pointer(context, builder, kind, planes, at), 4)

    return four


def _at(builder, base, across, down, x, y):
    """Return depth, value times depth and light times depth at a place on the screen."""
    dx = builder.fsub(x, _lane(builder, base, CORNER_X - DEPTH))
    dy = builder.fsub(y, _lane(builder, across, CORNER_Y - DEPTH_X))
    moved = builder.fmul(across, _repeated(builder, dx, 4))
    moved = builder.fadd(moved, builder.fmul(down, _repeated(builder, dy, 4)))
    return builder.fadd(base, moved)


@intrinsic
def plane_at(typing, planes, number, x, y):
    """Return depth, value times depth, light times depth of a triangle's plane at (x, y)."""
    result = types.UniTuple(types.float32, 3)(planes, types.uint64, types.float32, types.float32)

    def write(context, builder, signature, arguments):
        planes, number, x, y = arguments
        four = _row_of_planes(context, builder, signature.args[0], planes, number)
        found = _at(builder, four(DEPTH), four(DEPTH_X), four(DEPTH_Y), x, y)
        return cgutils.pack_array(builder, [_lane(builder, found, k) for k in range(3)])

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
            four = _row_of_planes(context, builder, signature.args[0], planes, number)
            down = four(DEPTH_Y)
            found.append(_at(builder, four(DEPTH), four(DEPTH_X), down, x, y))
            meshes.append(_lane(builder, down, MESH - DEPTH_Y))
            tints.append(four(TINT_RED))
        w_one, w_two = (_repeated(builder, _lane(builder, each, 0), 4) for each in found)
        # Value and light, times both depths.
        apart = builder.fsub(builder.fmul(found[0], w_two), builder.fmul(found[1], w_one))
        scales = _with_lane(builder, _constant(_F32, [1.0] * 4), VALUE - DEPTH, scale)
        absolute = _function(builder, "llvm.fabs.v4f32", apart.type, apart.type)
        apart = builder.call(absolute, [builder.fmul(apart, scales)])
        limit = builder.fmul(_repeated(builder, same, 4), builder.fmul(w_one, w_two))
        alike = builder.fcmp_ordered("<", apart, limit)
        tinted = builder.fcmp_unordered("==", *tints)
        bits = builder.bitcast(builder.and_(alike, tinted), ir.IntType(4))
        bits = builder.and_(bits, ir.Constant(ir.IntType(4), 0b0111))  # the fourth lane is idle
        alike = builder.icmp_unsigned("==", bits, ir.Constant(ir.IntType(4), 0b0111))
        alike = builder.and_(alike, builder.fcmp_ordered("==", *meshes))
        return builder.zext(alike, _I64)

    return result, write


def _opaque(builder, colour):
    return _with_lane(builder, colour, 3, ir.Constant(_F32, 1.0))


@intrinsic
def ramp_colour(typing, ramps, index, light):
    """Return colour number `index` of the ramps (n, 4), lit."""
    result = _COLOUR(ramps, types.uint64, types.float32)

    def write(context, builder, signature, arguments):
        ramps, index, light = arguments
        at = builder.mul(index, ir.Constant(_I64, 4))
        colour = _loaded(builder, _pointer(context, builder, signature.args[0], ramps, at), 4)
        colour = builder.fmul(colour, _repeated(builder, light, 4))
        return _packed(builder, _opaque(builder, colour))

    return result, write


@intrinsic
def tint_colour(typing, planes, number, more):
    """Return a triangle's tint with `more` added to red, green and blue."""
    result = _COLOUR(planes, types.uint64, types.float32)

    def write(context, builder, signature, arguments):
        planes, number, more = arguments
        four = _row_of_planes(context, builder, signature.args[0], planes, number)
        colour = builder.fadd(four(TINT_RED), _repeated(builder, more, 4))
        return _packed(builder, _opaque(builder, colour))

    return result, write


@intrinsic
def inked(typing, colour, inks, index, ink, share):
    """Return a colour with a share `ink` of the ink (n, 4) number `index`, times `share`."""
    result = _COLOUR(_COLOUR, inks, types.uint64, types.float32, types.float32)

    def write(context, builder, signature, arguments):
        colour, inks, index, ink, share = arguments
        colour = _unpacked(builder, colour)
        at = builder.mul(index, ir.Constant(_I64, 4))
        line = _loaded(builder, _pointer(context, builder, signature.args[1], inks, at), 4)
        more = builder.fmul(builder.fsub(line, colour), _repeated(builder, ink, 4))
        nothing, all_of_it = _constant(_F32, [0.0] * 4), _constant(_F32, [1.0] * 4)
        colour = _clamped(builder, builder.fadd(colour, more), nothing, all_of_it)
        return _packed(builder, builder.fmul(colour, _repeated(builder, share, 4)))

    return result, write


@intrinsic
def word(typing, colour, threshold):
    """Return a colour as the four bytes of a pixel in one number.

    Red, green and blue are rounded down after the dither's threshold was added, alpha to the
    nearest.
    """
    result = types.uint32(_COLOUR, types.float32)

    def write(context, builder, signature, arguments):
        colour, threshold = arguments
        rounding = _repeated(builder, threshold, 4)
        rounding = _with_lane(builder, rounding, 3, ir.Constant(_F32, 0.5))
        highest = _constant(_F32, [255.0] * 4)
        colour = builder.fadd(builder.fmul(_unpacked(builder, colour), highest), rounding)
        colour = _clamped(builder, colour, _constant(_F32, [0.0] * 4), highest)
        whole = builder.fptosi(colour, ir.VectorType(_I32, 4))
        return builder.bitcast(builder.trunc(whole, ir.VectorType(_BYTE, 4)), _I32)

    return result, write
