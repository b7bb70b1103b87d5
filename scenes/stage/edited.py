"""A film that is under way goes on with its beats as they were edited."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from scenes.stage.film import Film
from scenes.stage.stills import film_in


def take_over(film: Film, file: Path) -> bool:
    """Have a film go on with the code that its file holds now; return whether it can.

    It can where nothing but the bodies of beats was edited: then all that stands on the stage is
    what it would be, and the film's further segments have the names that they have in a film of
    that file. What a function remembers stays, its code is exchanged.

    Raises:
        FilmError: the file holds no film any more.
    """
    name = type(film).__module__
    module = sys.modules[name]
    edited = film_in(file)
    old, new = functions(module), functions(sys.modules[edited.__module__])
    sys.modules[name] = module
    cause, digests = film.identity(edited)
    if cause != film.cause or list(edited.beat_names()) != list(type(film).beat_names()):
        return False
    both = old.keys() & new.keys()
    if any(old[each].__code__.co_freevars != new[each].__code__.co_freevars for each in both):
        return False
    for each in both:
        old[each].__code__ = new[each].__code__
        old[each].__defaults__ = new[each].__defaults__
        old[each].__kwdefaults__ = new[each].__kwdefaults__
    film.beat_digests = digests
    film.begin_history()
    return True


def functions(module: ModuleType) -> dict[str, FunctionType]:
    """Return the functions of a module and the methods of its classes by their full names."""
    own = [
        value
        for value in vars(module).values()
        if getattr(value, "__module__", "") == module.__name__
    ]
    holders = [module, *filter(inspect.isclass, own)]
    return {
        function.__qualname__: function
        for holder in holders
        for value in vars(holder).values()
        for function in _functions_of(value)
        if function.__module__ == module.__name__
    }


def _functions_of(value: Any) -> Iterator[FunctionType]:
    if isinstance(value, FunctionType):
        yield value
    elif isinstance(value, (staticmethod, classmethod)):
        yield from _functions_of(value.__func__)
    elif isinstance(value, property):
        for function in (value.fget, value.fset, value.fdel):
            yield from _functions_of(function)
