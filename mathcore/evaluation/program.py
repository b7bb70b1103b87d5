"""A program of array operations: compiled from sympy trees, run on arrays of points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import sympy
from sympy.logic.boolalg import BooleanFalse, BooleanTrue

from mathcore.evaluation.arithmetic import ARITHMETIC, constant_value, power_operation
from mathcore.evaluation.elementary import ELEMENTARY
from mathcore.evaluation.numeric_form import Parts
from mathcore.evaluation.operation import Operation
from mathcore.evaluation.pieces import CHOICE, PIECES
from mathcore.evaluation.soft import SOFT

FloatArray: TypeAlias = npt.NDArray[np.float64]
BoolArray: TypeAlias = npt.NDArray[np.bool_]

_OPERATIONS: dict[Any, Operation] = {**ARITHMETIC, **ELEMENTARY, **SOFT, **PIECES}
_NO_JUMP: Any = None


@dataclass(frozen=True)
class _Instruction:
    """One operation, where its result and arguments stand, and which are needed no more."""

    slot: int
    operation: Operation
    arguments: tuple[int, ...]
    last_used: tuple[int, ...]


class Program:
    """Numeric evaluation of several expressions of the same variables.

    Raises ValueError when an expression contains something that has no real numeric meaning here.
    """

    def __init__(
        self,
        expressions: Sequence[sympy.Basic],
        variables: Sequence[sympy.Symbol],
        parts: Parts | None = None,
    ):
        """Compile `expressions`, functions of `variables` and of the symbols of `parts`."""
        self._dimension = len(variables)
        self._slots: dict[sympy.Basic, int] = {v: i for i, v in enumerate(variables)}
        self._size = len(variables)
        self._constants: list[tuple[int, float]] = []
        self._steps: list[tuple[int, Operation, tuple[int, ...]]] = []
        for symbol, part in _needed(expressions, parts or {}):
            self._slots[symbol] = self._slot(part)
        self._results = tuple(self._slot(e) for e in expressions)
        self._instructions = self._with_last_uses()
        self.can_jump = any(op.jumps_at is not None for _, op, _ in self._steps)

    def run(
        self, points: FloatArray, *, watch_jumps: bool = False
    ) -> list[tuple[FloatArray, BoolArray | None]]:
        """Value of every expression at points (..., n), and where it jumps: pairs of (...) arrays.

        The second of a pair is None where it jumps nowhere, and without `watch_jumps`.
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
            for instruction in self._instructions:
                slot = instruction.slot
                arguments = [values[a] for a in instruction.arguments]
                if watching:
                    marks = [jumps[a] for a in instruction.arguments]
                    jumps[slot] = instruction.operation.jumps(arguments, marks)
                values[slot] = instruction.operation.compute(*arguments)
                for spent in instruction.last_used:
                    values[spent] = jumps[spent] = None
        return [
            (_spread(values[s], shape), None if jumps[s] is None else _spread_mask(jumps[s], shape))
            for s in self._results
        ]

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
        slot = self._new_slot(expression)
        self._steps.append((slot, operation, slots))
        return slot

    def _new_constant(self, expression: sympy.Basic, number: float) -> int:
        slot = self._new_slot(expression)
        self._constants.append((slot, number))
        return slot

    def _new_slot(self, expression: sympy.Basic) -> int:
        slot = self._slots[expression] = self._size
        self._size += 1
        return slot

    def _with_last_uses(self) -> tuple[_Instruction, ...]:
        """Let every intermediate array go as soon as nothing needs it: large grids stay small."""
        computed = {slot for slot, _, _ in self._steps}
        kept = set(self._results)
        instructions: list[_Instruction] = []
        for slot, operation, arguments in reversed(self._steps):
            spent = tuple(a for a in dict.fromkeys(arguments) if a in computed and a not in kept)
            kept.update(spent)
            instructions.append(_Instruction(slot, operation, arguments, spent))
        return tuple(reversed(instructions))


def _needed(
    expressions: Sequence[sympy.Basic], parts: Parts
) -> list[tuple[sympy.Symbol, sympy.Expr]]:
    """Return the parts that `expressions` are made of, in the order in which they stand."""
    found: set[sympy.Basic] = set()
    waiting = list(expressions)
    while waiting:
        new = (waiting.pop().free_symbols & parts.keys()) - found
        found |= new
        waiting += [parts[symbol] for symbol in new]
    return [(symbol, part) for symbol, part in parts.items() if symbol in found]


def _operation_for(expression: sympy.Basic) -> tuple[Operation, tuple[sympy.Basic, ...]]:
    if isinstance(expression, sympy.Symbol):
        raise ValueError(f"{expression}: not among the variables of this function")
    if isinstance(expression, sympy.Pow):
        return power_operation(expression)
    if isinstance(expression, sympy.Piecewise):
        if len(expression.args) == 2 and expression.args[1][1] == sympy.true:
            (value, condition), (other, _) = expression.args
            return CHOICE, (condition, value, other)
        branches = [part for value, condition in expression.args for part in (condition, value)]
        return _OPERATIONS[sympy.Piecewise], tuple(branches)
    operation = _OPERATIONS.get(expression.func)
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
    array[...] = mask
    return array
