"""Families of mobjects, walked once a frame."""

from __future__ import annotations

from collections.abc import Iterable

from manim.mobject.mobject import Mobject


def members(mobjects: Iterable[Mobject]) -> list[Mobject]:
    """Return mobjects and all their submobjects, parents first, each at its last place.

    The same as Manim's `extract_mobject_family_members`, which takes ten times as long: it makes
    every mobject's family on its own and then drops what came twice.
    """
    found: dict[int, Mobject] = {}
    path: set[int] = set()

    def walk(mobject: Mobject) -> None:
        name = id(mobject)
        found.pop(name, None)
        found[name] = mobject
        if mobject.submobjects and name not in path:
            path.add(name)
            for child in mobject.submobjects:
                walk(child)
            path.remove(name)

    for mobject in mobjects:
        walk(mobject)
    return list(found.values())


def shown(mobjects: Iterable[Mobject]) -> list[Mobject]:
    """Return all members of mobjects' families that have points, in the order of their z_index."""
    drawn = [mobject for mobject in members(mobjects) if len(mobject.points)]
    return sorted(drawn, key=lambda mobject: mobject.z_index)


def heads(mobjects: list[Mobject]) -> list[Mobject]:
    """Return those of the mobjects that are in no other one's family, in the same order."""
    below = {id(child) for mobject in mobjects for child in members(mobject.submobjects)}
    return [mobject for mobject in mobjects if id(mobject) not in below]
