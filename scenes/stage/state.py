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
        self._todo.append(things)
        while self._todo:
            self._tell(self._todo.pop())
        return self._hash.hexdigest()

    def _write(self, *words: Any) -> None:
        for word in words:
            data = word if isinstance(word, bytes) else str(word).encode("utf-8", "surrogatepass")
            self._hash.update(len(data).to_bytes(8, "big"))
            self._hash.update(data)

    def _then(self, kind: str, parts: Iterable[Any], *words: Any) -> None:
        """Write what a thing is, and tell of its parts next, in their order."""
        parts = list(parts)
        self._write(kind, len(parts), *words)
        self._todo.extend(reversed(parts))

    def _tell(self, thing: Any) -> None:
        kind = type(thing)
        if kind in PLAIN:
            self._write(kind.__name__, repr(thing))
            return
        if isinstance(thing, (type, types.ModuleType)):
            self._write(kind.__name__, _name(thing))
            return
        if id(thing) in self._known:
            self._write("known", self._known[id(thing)])
            return
        if id(thing) in self._met:
            self._write("met", self._met[id(thing)])
            return
        self._met[id(thing)] = len(self._met)
        self._kept.append(thing)
        self._tell_new(thing, kind)

    def _tell_new(self, thing: Any, kind: type) -> None:
        if isinstance(thing, np.ndarray):
            self._tell_array(thing)
        elif isinstance(thing, np.generic):
            self._write("number", thing.dtype.str, thing.tobytes())
        elif isinstance(thing, enum.Enum):
            self._write("member", _name(kind), thing.name)
        elif isinstance(thing, sympy.Basic):
            self._write("expression", _written(thing))
        elif isinstance(thing, (set, frozenset)):
            self._write(_name(kind), *sorted(_Walk().through([part]) for part in thing))
        elif isinstance(thing, types.FunctionType):
            self._then("function", _inside(thing), _name(thing), _code(thing.__code__))
        elif isinstance(thing, Dispatcher):
            self._write("compiled", _name(thing.py_func))
        elif isinstance(thing, types.MethodType):
            self._then("method", [thing.__self__, thing.__func__])
        elif isinstance(thing, types.CellType):
            self._then("cell", [] if _is_empty(thing) else [thing.cell_contents])
        elif isinstance(thing, functools.partial):
            self._then("partial", [thing.func, thing.args, thing.keywords])
        elif isinstance(thing, (functools._lru_cache_wrapper, np.ufunc)):
            self._write("function", getattr(thing, "__qualname__", thing.__name__))
        elif isinstance(thing, CALLABLE):
            self._then("built in", [getattr(thing, "__self__", None)], thing.__qualname__)
        elif isinstance(thing, np.random.Generator):
            self._then("generator", [thing.bit_generator.state])
        elif isinstance(thing, (np.dtype, PurePath)):
            self._write(_name(kind), str(thing))
        elif isinstance(thing, ReferenceType):
            self._then("reference", [thing()])
        else:
            self._tell_object(thing, kind)

    def _tell_array(self, array: np.ndarray) -> None:
        if array.dtype.hasobject:
            self._then("array", array.ravel().tolist(), array.shape)
        else:
            self._write("array", array.dtype.str, array.shape, array.tobytes())

    def _tell_object(self, thing: Any, kind: type) -> None:
        """Tell of an object of a class of Python's: what it contains, and its attributes."""
        parts: list[Any] = []
        if isinstance(thing, dict):
            parts += [part for item in thing.items() for part in item]
        elif isinstance(thing, (list, tuple)):
            parts += thing
        elif not _is_of_python(kind):
            try:
                self._then(_name(kind), thing.__reduce_ex__(4))
            except TypeError as error:
                raise UnreadableStateError(f"a {_name(kind)} on the stage") from error
            return
        contents = len(parts)
        for name, value in sorted(_attributes(thing).items()):
            if name != ADDRESS:
                parts += [name, value]
        self._then(_name(kind), parts, contents)


@functools.cache
def _is_of_python(kind: type) -> bool:
    """Whether all that objects of a class hold is in their attributes."""
    source = getattr(sys.modules.get(kind.__module__), "__file__", None) or ""
    slots = sum(len(_slots(base)) for base in kind.__mro__)
    explained = object.__basicsize__ + tuple.__itemsize__ * (slots + 2)  # a dict, weak references
    return source.endswith(".py") and kind.__basicsize__ <= explained


def _attributes(thing: Any) -> dict[str, Any]:
    """Return an object's attributes by name."""
    slots = [name for base in type(thing).__mro__ for name in _slots(base) if hasattr(thing, name)]
    return {**getattr(thing, "__dict__", {}), **{name: getattr(thing, name) for name in slots}}


@functools.cache
def _slots(kind: type) -> tuple[str, ...]:
    names = vars(kind).get("__slots__", ())
    names = (names,) if isinstance(names, str) else tuple(names)
    return tuple(
        f"_{kind.__name__.lstrip('_')}{name}" if name.startswith("__") else name
        for name in names
        if name not in ("__dict__", "__weakref__")
    )


def _name(thing: Any) -> str:
    module = getattr(thing, "__module__", None) or ""
    return f"{module}.{getattr(thing, '__qualname__', None) or thing.__name__}"


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
