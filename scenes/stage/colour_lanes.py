"""Colours, their four parts at once (see `vectors`)."""

from __future__ import annotations

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from scenes.stage.samples import TINT_RED
from scenes.stage.vectors import (
    BYTE,
    COLOUR,
    F32,
    I32,
    I64,
    clamped,
    constant,
    loaded,
    packed,
    pointer,
    repeated,
    row_of_planes,
    unpacked,
    with_lane,
)


def _opaque(builder, colour):
    return with_lane(builder, colour, 3, ir.Constant(F32, 1.0))


@intrinsic
def ramp_colour(typing, ramps, index, light):
    """Return colour number `index` of the ramps (n, 4), lit."""
    result = COLOUR(ramps, types.uint64, types.float32)

    def write(context, builder, signature, arguments):
        ramps, index, light = arguments
        at = builder.mul(index, ir.Constant(I64, 4))
        colour = loaded(builder, pointer(context, builder, signature.args[0], ramps, at), 4)
        colour = builder.fmul(colour, repeated(builder, light, 4))
        return packed(builder, _opaque(builder, colour))

    return result, write


@intrinsic
def tint_colour(typing, planes, number, more):
    """Return a triangle's tint with `more` added to red, green and blue."""
    result = COLOUR(planes, types.uint64, types.float32)

    def write(context, builder, signature, arguments):
        planes, number, more = arguments
        four = row_of_planes(context, builder, signature.args[0], planes, number)
        colour = builder.fadd(four(TINT_RED), repeated(builder, more, 4))
        return packed(builder, _opaque(builder, colour))

    return result, write


@intrinsic
def inked(typing, colour, inks, index, ink, share):
    """Return a colour with a share `ink` of the ink (n, 4) number `index`, times `share`."""
    result = COLOUR(COLOUR, inks, types.uint64, types.float32, types.float32)

    def write(context, builder, signature, arguments):
        colour, inks, index, ink, share = arguments
        colour = unpacked(builder, colour)
        at = builder.mul(index, ir.Constant(I64, 4))
        line = loaded(builder, pointer(context, builder, signature.args[1], inks, at), 4)
        more = builder.fmul(builder.fsub(line, colour), repeated(builder, ink, 4))
        nothing, all_of_it = constant(F32, [0.0] * 4), constant(F32, [1.0] * 4)
        colour = clamped(builder, builder.fadd(colour, more), nothing, all_of_it)
        return packed(builder, builder.fmul(colour, repeated(builder, share, 4)))

    return result, write


@intrinsic
def word(typing, colour, threshold):
    """Return a colour as the four bytes of a pixel in one number.

    Red, green and blue are rounded down after the dither's threshold was added, alpha to the
    nearest.
    """
    result = types.uint32(COLOUR, types.float32)

    def write(context, builder, signature, arguments):
        colour, threshold = arguments
        rounding = repeated(builder, threshold, 4)
        rounding = with_lane(builder, rounding, 3, ir.Constant(F32, 0.5))
        highest = constant(F32, [255.0] * 4)
        colour = builder.fadd(builder.fmul(unpacked(builder, colour), highest), rounding)
        colour = clamped(builder, colour, constant(F32, [0.0] * 4), highest)
        whole = builder.fptosi(colour, ir.VectorType(I32, 4))
        return builder.bitcast(builder.trunc(whole, ir.VectorType(BYTE, 4)), I32)

    return result, write
