"""From a sympy tree to numpy: a list of array operations, run in order.

The tree is walked once and every distinct sub-expression becomes one operation, so nothing is
computed twice and no source code is generated. Each operation is strict about its real domain:
a logarithm of zero, a division by zero or an even root of a negative number gives nan at that
point, and nan spreads to whatever is computed from it. Overflow gives ±inf.

Operations that jump (sign, floor, a branch of a piecewise function) can also report *where* they
jump. A derivative formula means nothing there, unless the jump is multiplied by zero: the slope
of x·|x| at 0 is 0, the slope of |x| at 0 does not exist.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import sympy
from sympy.logic.boolalg import BooleanFalse, BooleanTrue

from mathcore.operations import OPERATIONS, Operation, constant_value, power_operation

FloatArray: TypeAlias = npt.NDArray[np.float64]
BoolArray: TypeAlias = npt.NDArray[np.bool_]

_NO_JUMP: Any = None


@dataclass(frozen=True)
class _Instruction:
    """One operation, where its arguments stand, and which of them are needed no more."""

    operation: Operation
    arguments: tuple[int, ...]
    last_used: tuple[int, ...]


class Program:
    """Numeric evaluation of several expressions of the same variables.

    Raises ValueError when an expression contains something that has no real numeric meaning here.
    """

    def __init__(self, expressions: Sequence[sympy.Basic], variables: Sequence[sympy.Symbol]):
        """Compile `expressions`, functions of `variables`."""
        self._dimension = len(variables)
        self._slots: dict[sympy.Basic, int] = {v: i for i, v in enumerate(variables)}
        self._constants: list[tuple[int, float]] = []
        self._steps: list[tuple[int, Operation, tuple[int, ...]]] = []
        self._results = tuple(self._slot(e) for e in expressions)
        self._size = len(self._slots)
        self._instructions = self._with_last_uses()
        self.can_jump = any(op.jumps_at is not None for _, op, _ in self._steps)

    def run(
        self, points: FloatArray, *, watch_jumps: bool = False
    ) -> list[tuple[FloatArray, BoolArray]]:
        """Value of every expression at points (..., n), and where it jumps: pairs of (...) arrays.

        Without `watch_jumps` the second array of each pair is False everywhere.
        """
        shape = points.shape[:-1]
        values: list[Any] = [None] * self._size
        jumps: list[Any] = [_NO_JUMP] * self._size
        for i in range(self._dimension):
            values[i] = points[..., i]
        for slot, number in self._constants:
            values[slot] = number
        watching = watch_jumps and self.can_jump
        with np.errstate(all="ignore"):
            for (slot, _, _), instruction in zip(self._steps, self._instructions, strict=True):
                arguments = [values[a] for a in instruction.arguments]
                if watching:
                    marks = [jumps[a] for a in instruction.arguments]
                    jumps[slot] = instruction.operation.jumps(arguments, marks)
                values[slot] = instruction.operation.compute(*arguments)
                for spent in instruction.last_used:
                    values[spent] = jumps[spent] = None
        return [(_spread(values[s], shape), _spread_mask(jumps[s], shape)) for s in self._results]

    def _slot(self, expression: sympy.Basic) -> int:
        """Index of the value of `expression`, compiled on first sight (children first)."""
        known = self._slots.get(expression)
        if known is not None:
            return known
        if isinstance(expression, BooleanTrue | BooleanFalse):
            return self._new_constant(expression, float(bool(expression)))
        if not expression.free_symbols:
            return self._new_constant(expression, constant_value(expression))
        operation, arguments = _operation_for(expression)
        slots = tuple(self._slot(a) for a in arguments)
        slot = self._slots[expression] = len(self._slots)
        self._steps.append((slot, operation, slots))
        return slot

    def _new_constant(self, expression: sympy.Basic, number: float) -> int:
        slot = self._slots[expression] = len(self._slots)
        self._constants.append((slot, number))
        return slot

    def _with_last_uses(self) -> tuple[_Instruction, ...]:
        """Let every intermediate array go as soon as nothing needs it: large grids stay small."""
        computed = {slot for slot, _, _ in self._steps}
        kept = set(self._results)
        instructions: list[_Instruction] = []
        for _, operation, arguments in reversed(self._steps):
            spent = tuple(a for a in dict.fromkeys(arguments) if a in computed and a not in kept)
            kept.update(spent)
            instructions.append(_Instruction(operation, arguments, spent))
        return tuple(reversed(instructions))


def _operation_for(expression: sympy.Basic) -> tuple[Operation, tuple[sympy.Basic, ...]]:
    if isinstance(expression, sympy.Symbol):
        raise ValueError(f"{expression}: not among the variables of this function")
    if isinstance(expression, sympy.Pow):
        return power_operation(expression)
    if isinstance(expression, sympy.Piecewise):
        branches = [part for value, condition in expression.args for part in (condition, value)]
        return OPERATIONS[sympy.Piecewise], tuple(branches)
    operation = OPERATIONS.get(expression.func)
    if operation is None:
        name = getattr(expression.func, "__name__", str(expression.func))
        raise ValueError(f"{name}: no numeric form of this function is known; use another function")
    return operation, tuple(expression.args)


def _spread(value: Any, shape: tuple[int, ...]) -> FloatArray:
    array: FloatArray = np.empty(shape, dtype=np.float64)
    array[...] = value
    return array


def _spread_mask(mask: Any, shape: tuple[int, ...]) -> BoolArray:
    array: BoolArray = np.empty(shape, dtype=np.bool_)
    array[...] = False if mask is None else mask
    return array
