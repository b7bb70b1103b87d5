"""What a film has on its stage between two beats, as a digest.

A beat's pictures follow from its code and from what it finds: the mobjects, their updaters, the
film's own attributes, the camera. Where all that is the same, so are the pictures, whatever an
edit did to the beats before. The walk goes through everything that can be reached, functions with
what they close over included; what it cannot read is refused, never passed over.
"""

from __future__ import annotations

import enum
import functools
import hashlib
import math
import sys
import types
from collections.abc import Iterable
from functools import lru_cache
from pathlib import PurePath
from typing import Any
from weakref import ReferenceType

import numpy as np
import sympy
from numba.core.dispatcher import Dispatcher

PLAIN = (type(None), bool, int, float, complex, str, bytes, range, slice, type(Ellipsis))
CALLABLE = (types.BuiltinFunctionType, types.MethodWrapperType, types.MethodDescriptorType)


ADDRESS = "original_id"
"""The attribute in which Manim's copies keep where in memory their original was."""


DIGITS = 9
"""Digits of an array's largest number that count, and as many places of the others."""


class UnreadableStateError(Exception):
    """Something on the stage is of a kind whose contents cannot be read."""


def state_digest(things: Iterable[Any], known: Iterable[Any] = ()) -> str:
    """Return the digest of some things and all that can be reached from them.

    Args:
        things: in an order of their own.
        known: objects that are told of by their class alone, such as the film itself.

    Raises:
        UnreadableStateError: something is of a kind whose contents cannot be read.
    """
    return _Walk(known).through(list(things))


class _Walk:
    """One walk; each object is told of once, then by the number under which it was met."""

    def __init__(self, known: Iterable[Any] = ()):
        self._hash = hashlib.blake2b(digest_size=20)
        self._known = {id(thing): type(thing).__qualname__ for thing in known}
        self._met: dict[int, int] = {}
        self._kept: list[Any] = []  # an object that were gone would leave its id to another
        self._todo: list[Any] = []

    def through(self, things: list[Any]) -> str:
        """Tell of things and all that is in them, and return the digest."""
        self._write("things", len(things), parts=things)
        while self._todo:
            thing = self._todo.pop()
            self._tell(thing, type(thing))
        return self._hash.hexdigest()

    def _write(self, *words: Any, parts: Iterable[Any] = ()) -> None:
        """Write words, and each of some parts: what it is, or that it is told of later."""
        told = [_encoded(word) for word in words]
        told += map(self._leaf, parts)
        self._hash.update(b"".join([b"%d:" % len(word) + word for word in told]))

    def _leaf(self, thing: Any) -> bytes:
        kind = type(thing)
        if kind in PLAIN:
            return _encoded(f"{kind.__name__} {thing!r}")
        key = id(thing)
        if key in self._known:
            return _encoded(f"known {self._known[key]}")
        if key in self._met:
            return b"met %d" % self._met[key]
        if isinstance(thing, np.generic):
            return _encoded(f"number {thing.dtype.str} ") + thing.tobytes()
        if isinstance(thing, (type, types.ModuleType)):
            return _encoded(f"{kind.__name__} {_name(thing)}")
        self._met[key] = len(self._met)
        self._kept.append(thing)
        if isinstance(thing, np.ndarray) and not thing.dtype.hasobject:
            return _encoded(f"array {thing.dtype.str} {thing.shape} ") + _rounded(thing).tobytes()
        self._todo.append(thing)
        return b"new"

    def _tell(self, thing: Any, kind: type) -> None:
        """Write what a thing is that has just been met."""
        if isinstance(thing, np.ndarray):
            self._write("array", thing.shape, parts=thing.ravel().tolist())
        elif isinstance(thing, enum.Enum):
            self._write("member", _name(kind), thing.name)
        elif isinstance(thing, sympy.Basic):
            self._write("expression", _written(thing))
        elif isinstance(thing, (set, frozenset)):
            self._write(_name(kind), *sorted(_Walk().through([part]) for part in thing))
        elif isinstance(thing, types.FunctionType):
            self._write("function", _name(thing), _code(thing.__code__), parts=_inside(thing))
        elif isinstance(thing, Dispatcher):
            self._write("compiled", _name(thing.py_func))
        elif isinstance(thing, types.MethodType):
            self._write("method", parts=[thing.__self__, thing.__func__])
        elif isinstance(thing, types.CellType):
            self._write("cell", parts=[] if _is_empty(thing) else [thing.cell_contents])
        elif isinstance(thing, functools.partial):
            self._write("partial", parts=[thing.func, thing.args, thing.keywords])
        elif isinstance(thing, (functools._lru_cache_wrapper, np.ufunc)):
            self._write("function", getattr(thing, "__qualname__", thing.__name__))
        elif isinstance(thing, CALLABLE):
            owner = getattr(thing, "__self__", None)
            self._write("built in", thing.__qualname__, parts=[owner])
        elif isinstance(thing, np.random.Generator):
            self._write("generator", parts=[thing.bit_generator.state])
        elif isinstance(thing, np.dtype):
            self._write("kind", thing.str)
        elif isinstance(thing, PurePath):  # in what folder a text was set says nothing
            self._write("file", thing.name)
        elif isinstance(thing, ReferenceType):
            self._write("reference", parts=[thing()])
        else:
            self._tell_object(thing, kind)

    def _tell_object(self, thing: Any, kind: type) -> None:
        """Tell of an object of a class of Python's: what it contains, and its attributes."""
        parts: list[Any] = []
        if isinstance(thing, dict):
            parts += [part for item in thing.items() for part in item]
        elif isinstance(thing, (list, tuple)):
            parts += thing
        elif not _is_of_python(kind):
            try:
                self._write(_name(kind), parts=thing.__reduce_ex__(4))
            except TypeError as error:
                raise UnreadableStateError(f"a {_name(kind)} on the stage") from error
            return
        contents = len(parts)
        for name, value in sorted(_attributes(thing).items()):
            if name != ADDRESS:
                parts += [name, value]
        self._write(_name(kind), contents, len(parts), parts=parts)


def _encoded(word: Any) -> bytes:
    return str(word).encode("utf-8", "surrogatepass")


def _rounded(array: np.ndarray) -> np.ndarray:
    """Return an array without its last digits.

    A name that went somewhere frame by frame stands a rounding error beside one that was put there.
    """
    if array.dtype != np.float64 or array.size <= 4:  # a colour, not places
        return array
    largest = float(np.abs(array).max(initial=0.0, where=np.isfinite(array)))
    if not largest:
        return array + 0.0  # without a sign
    return np.round(array, DIGITS - math.floor(math.log10(largest))) + 0.0


@functools.cache
def _is_of_python(kind: type) -> bool:
    """Whether all that objects of a class hold is in their attributes."""
    source = getattr(sys.modules.get(kind.__module__), "__file__", None) or ""
    room = tuple.__itemsize__ * (len(_all_slots(kind)) + 2)  # a dict, weak references
    explained = object.__basicsize__ + room
    return source.endswith(".py") and kind.__basicsize__ <= explained


def _attributes(thing: Any) -> dict[str, Any]:
    """Return an object's attributes by name."""
    slots = [name for name in _all_slots(type(thing)) if hasattr(thing, name)]
    return {**getattr(thing, "__dict__", {}), **{name: getattr(thing, name) for name in slots}}


@functools.cache
def _all_slots(kind: type) -> list[str]:
    return [name for base in kind.__mro__ for name in _slots(base)]


@functools.cache
def _slots(kind: type) -> tuple[str, ...]:
    names = vars(kind).get("__slots__", ())
    names = (names,) if isinstance(names, str) else tuple(names)
    return tuple(
        f"_{kind.__name__.lstrip('_')}{name}" if name.startswith("__") else name
        for name in names
        if name not in ("__dict__", "__weakref__")
    )


@lru_cache(maxsize=10_000)
def _name(thing: Any) -> str:
    module = getattr(thing, "__module__", None) or ""
    # Manim calls a film's module by the path of its file: where it lies says nothing.
    return f"{module.rpartition('.')[2]}.{getattr(thing, '__qualname__', None) or thing.__name__}"


def _inside(function: types.FunctionType) -> list[Any]:
    """Return what a function keeps: its defaults, what it closes over, its attributes."""
    return [
        function.__defaults__,
        function.__kwdefaults__,
        function.__closure__,
        {name: value for name, value in vars(function).items() if name != "__wrapped__"},
    ]


def _is_empty(cell: types.CellType) -> bool:
    try:
        cell.cell_contents  # noqa: B018
    except ValueError:
        return True
    return False


@lru_cache(maxsize=10_000)
def _code(code: types.CodeType) -> str:
    """Return the digest of a function's code, wherever in its file it stands."""
    parts = [code.co_code, code.co_names, code.co_varnames, code.co_freevars, code.co_argcount]
    return hashlib.blake2b(repr([parts, *map(_constant, code.co_consts)]).encode()).hexdigest()


def _constant(value: Any) -> Any:
    if isinstance(value, types.CodeType):
        return _code(value)
    return sorted(map(repr, value)) if isinstance(value, frozenset) else value


@lru_cache(maxsize=10_000)
def _written(expression: sympy.Basic) -> str:
    return sympy.srepr(expression)
