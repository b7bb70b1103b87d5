"""A row of a triangle's samples, sixteen at once (see `vectors`)."""

from __future__ import annotations

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from scenes.stage.samples import LANES, SAMPLE_X, SAMPLE_Y, SAMPLES
from scenes.stage.vectors import (
    BIT,
    F32,
    F64,
    I32,
    I64,
    clamped,
    constant,
    function,
    loaded,
    pointer,
    repeated,
    stored,
)

_LANE_X = [lane // SAMPLES + SAMPLE_X[lane % SAMPLES] for lane in range(LANES)]
_LANE_Y = [SAMPLE_Y[lane % SAMPLES] for lane in range(LANES)]
_PIXELS = LANES // SAMPLES
_NARROW = 24  # pixels


def _crossings(builder, row, edge):
    """Return where an edge (x, y, slope) crosses the sub-rows of a row, seen from each sample.

    A sample at pixel x lies to the right of the edge where x is at least this. The same edge
    gives the same numbers in both triangles that share it: neither gap nor overlap.
    """
    x, y, slope = (repeated(builder, number, SAMPLES) for number in edge)
    below = repeated(builder, builder.sitofp(row, F64), SAMPLES)
    below = builder.fsub(builder.fadd(below, constant(F64, SAMPLE_Y)), y)
    at = builder.fadd(x, builder.fmul(below, slope))
    at = builder.fsub(at, constant(F64, SAMPLE_X))
    return builder.fptrunc(at, ir.VectorType(F32, SAMPLES))


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
            return repeated(builder, builder.trunc(integer, I32), lanes)

        def real(integer, lanes):
            return repeated(builder, builder.sitofp(integer, F32), lanes)

        # Between which pixels each sub-row lies inside the triangle.
        long, upper, lower = (
            _crossings(builder, row, [builder.extract_value(edge, k) for k in range(3)])
            for edge in (long, upper, lower)
        )
        sub_row = builder.add(
            whole(builder.mul(row, ir.Constant(I64, SAMPLES))), constant(I32, range(SAMPLES))
        )
        short = builder.select(builder.icmp_signed("<", sub_row, whole(turn)), upper, lower)
        first = builder.select(long_is_left, long, short)
        last = builder.select(long_is_left, short, long)
        lowest, highest = real(low, SAMPLES), real(high, SAMPLES)
        first, last = (clamped(builder, edge, lowest, highest) for edge in (first, last))
        inside = builder.and_(
            builder.icmp_signed(">=", sub_row, whole(begin)),
            builder.icmp_signed("<", sub_row, whole(end)),
        )
        first = builder.select(inside, first, highest)
        last = builder.select(inside, last, lowest)

        # The pixels of the row, in groups that end with the last of them: a group may begin
        # before the row, but does not reach past the end of the arrays. In a narrow triangle all
        # rows are taken for as long as the longest, which spares the processor a guess.
        four = ir.VectorType(F32, SAMPLES)
        least = function(builder, "llvm.vector.reduce.fmin.v4f32", F32, four)
        most = function(builder, "llvm.vector.reduce.fmax.v4f32", F32, four)
        up = function(builder, "llvm.ceil.f32", F32, F32)
        wide = builder.icmp_signed(">", builder.sub(high, low), ir.Constant(I64, _NARROW))
        unmeasured = builder.basic_block
        with builder.if_then(wide):
            from_x = builder.call(least, [first], fastmath=("nnan",))
            to_x = builder.call(most, [last], fastmath=("nnan",))
            from_x = builder.fptosi(builder.call(up, [from_x]), I64)
            to_x = builder.fptosi(builder.call(up, [to_x]), I64)
            measured = builder.basic_block
        begin_x, end_x = builder.phi(I64), builder.phi(I64)
        for phi, taken, found in ((begin_x, low, from_x), (end_x, high, to_x)):
            phi.add_incoming(taken, unmeasured)
            phi.add_incoming(found, measured)
        groups = builder.add(builder.sub(end_x, begin_x), ir.Constant(I64, _PIXELS - 1))
        groups = builder.ashr(groups, ir.Constant(I64, _PIXELS.bit_length() - 1))
        begin_x = builder.sub(end_x, builder.mul(groups, ir.Constant(I64, _PIXELS)))
        at = builder.sub(begin_x, left)
        at = builder.add(start, builder.mul(at, ir.Constant(I64, SAMPLES)))
        early = builder.icmp_signed("<", at, ir.Constant(I64, 0))
        skipped = builder.sdiv(at, ir.Constant(I64, SAMPLES))
        begin_x = builder.select(early, builder.sub(begin_x, skipped), begin_x)
        at = builder.select(early, ir.Constant(I64, 0), at)

        cycle = constant(I32, [lane % SAMPLES for lane in range(LANES)])
        first = builder.shuffle_vector(first, first, cycle)
        last = builder.shuffle_vector(last, last, cycle)
        pixel = builder.fadd(
            real(begin_x, LANES), constant(F32, [lane // SAMPLES for lane in range(LANES)])
        )
        slope_x, slope_y = repeated(builder, wx, LANES), repeated(builder, wy, LANES)
        w = builder.fadd(w, builder.fmul(wx, builder.sitofp(begin_x, F32)))
        near = builder.fadd(
            builder.fmul(slope_x, constant(F32, _LANE_X)),
            builder.fmul(slope_y, constant(F32, _LANE_Y)),
        )
        near = builder.fadd(repeated(builder, w, LANES), near)
        step = builder.fmul(slope_x, constant(F32, [_PIXELS] * LANES))
        numbers = repeated(builder, number, LANES)

        before = builder.basic_block
        check = builder.append_basic_block("check")
        group = builder.append_basic_block("group")
        after = builder.append_basic_block("after")
        builder.branch(check)
        builder.position_at_end(check)
        initial = (groups, at, pixel, near, ir.Constant(BIT, 0))
        now = [builder.phi(value.type) for value in initial]
        left_over, at, pixel, near, won = now
        more = builder.icmp_signed(">", left_over, ir.Constant(I64, 0))
        builder.cbranch(more, group, after)

        builder.position_at_end(group)
        depth_at = pointer(context, builder, signature.args[0], depth, at)
        owner_at = pointer(context, builder, signature.args[1], owner, at)
        old_depth = loaded(builder, depth_at, LANES)
        old_owner = loaded(builder, owner_at, LANES)
        wins = builder.and_(
            builder.fcmp_ordered(">=", pixel, first), builder.fcmp_ordered("<", pixel, last)
        )
        wins = builder.and_(wins, builder.fcmp_ordered(">", near, old_depth))
        stored(builder, builder.select(wins, near, old_depth), depth_at)
        stored(builder, builder.select(wins, numbers, old_owner), owner_at)
        bits = ir.IntType(LANES)
        some = builder.icmp_unsigned("!=", builder.bitcast(wins, bits), ir.Constant(bits, 0))
        following = (
            builder.sub(left_over, ir.Constant(I64, 1)),
            builder.add(at, ir.Constant(I64, LANES)),
            builder.fadd(pixel, constant(F32, [_PIXELS] * LANES)),
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
