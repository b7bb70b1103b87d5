"""The state of a stage, as a digest: the same for the same, another for anything that differs."""

import enum
import functools
import itertools
import operator
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
import sympy
from manim import Circle, Dot, Group, Square, ValueTracker

from scenes.stage.state import UnreadableStateError, state_digest

X = sympy.Symbol("x")


class Plain:
    """Something with attributes."""

    def __init__(self, **attributes):
        self.__dict__.update(attributes)

    def method(self):
        return self


class Slotted:
    __slots__ = ("__hidden", "name")

    def __init__(self, name, hidden=0):
        self.name, self.__hidden = name, hidden


class Colour(enum.Enum):
    RED, BLUE = range(2)


def following(tracker, factor=1.0):
    """A dot that follows a tracker."""
    return Dot().add_updater(lambda dot: dot.set_x(factor * tracker.get_value()))


def one(number):
    return lambda: number + 1


def other(number):
    return lambda: number + 2


TOGETHER = [1, 2]

DIFFERENT = {
    "numbers": (1, 2),
    "a number and its text": (1, "1"),
    "whole and not": (1, 1.0),
    "signs of zero": (0.0, -0.0),
    "true and one": (True, 1),
    "texts": ("a", "b"),
    "lists": ([1, 2], [2, 1]),
    "a list and a tuple": ([1, 2], (1, 2)),
    "nesting": ([[1], 2], [[1, 2]]),
    "empty": ([], {}),
    "dictionaries": ({"a": 1}, {"a": 2}),
    "sets": ({1, 2}, {1, 3}),
    "arrays": (np.array([1.0, 2.0]), np.array([1.0, 2.5])),
    "shapes": (np.zeros((2, 3)), np.zeros((3, 2))),
    "kinds of numbers": (np.zeros(2), np.zeros(2, np.float32)),
    "arrays of objects": (np.array([1, "a"], object), np.array([1, "b"], object)),
    "attributes": (Plain(a=1), Plain(a=2)),
    "classes": (Plain(name=1), Slotted(1)),
    "slots": (Slotted(1), Slotted(2)),
    "hidden slots": (Slotted(1, 2), Slotted(1, 3)),
    "members": (Colour.RED, Colour.BLUE),
    "functions": (one, other),
    "what a function does": (one(1), other(1)),
    "what a function closes over": (one(1), one(2)),
    "defaults": (lambda x=1: x, lambda x=2: x),
    "whose method it is": (Plain(a=1).method, Plain(a=2).method),
    "partials": (functools.partial(one, 1), functools.partial(one, 2)),
    "expressions": (X**2, X**3),
    "paths": (Path("a"), Path("b")),
    "generators of random numbers": (np.random.default_rng(1), np.random.default_rng(2)),
    "mobjects": (Circle(), Square()),
    "places": (Dot(), Dot().shift([1e-7, 0, 0])),
    "small numbers": (np.array([1e-20, 2e-20]), np.array([1e-20, 3e-20])),
    "colours": (Dot(color="#FF0000"), Dot(color="#FF0001")),
    "members of a group": (Group(Dot()), Group(Dot(), Dot())),
    "trackers": (ValueTracker(1), ValueTracker(2)),
    "what an updater follows": (following(ValueTracker(1)), following(ValueTracker(2))),
    "how an updater follows": (following(ValueTracker(1)), following(ValueTracker(1), 2.0)),
    "one thing and two alike": ([TOGETHER, TOGETHER], [TOGETHER, [1, 2]]),
    "what C has made": (operator.itemgetter("a"), operator.itemgetter("b")),
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_what_differs_has_another_digest(name):
    first, second = DIFFERENT[name]
    assert state_digest([first]) != state_digest([second])
    assert state_digest([first]) == state_digest([first])
    assert state_digest([Plain(deep=[{"in": first}])]) != state_digest(
        [Plain(deep=[{"in": second}])]
    )


def scene():
    """Something of every kind, made anew."""
    tracker = ValueTracker(0.3)
    dot = following(tracker)
    whole = Plain(
        dot=dot, group=Group(dot, Square()), tracker=tracker, field=X**2 + 1, names={"b", "a", "c"}
    )
    whole.itself = whole
    dot.add_updater(lambda mobject: mobject.set_y(whole.tracker.get_value()))
    return whole


def test_what_is_made_alike_has_the_same_digest_though_it_refers_to_itself():
    assert state_digest([scene()]) == state_digest([scene()])


def test_rounding_errors_say_nothing():
    there, by_way = (np.array([0.1, 0.7, -3.0, 0.0, 0.3, 2.0]) for _ in range(2))
    for step in np.linspace(0.1, 0.9, 17):
        by_way = by_way + step - step
    assert not np.array_equal(there, by_way)
    assert state_digest([there]) == state_digest([by_way])


def test_the_order_in_which_attributes_came_says_nothing():
    assert state_digest([Plain(a=1, b=2)]) == state_digest([Plain(b=2, a=1)])


def test_what_is_known_is_told_of_by_its_class_alone():
    first, second = Plain(a=1), Plain(a=2)
    assert state_digest([[first]], known=[first]) == state_digest([[second]], known=[second])


def test_what_is_made_while_walking_is_not_taken_for_what_is_gone():
    made = [Plain(a=number) for number in range(100)]
    assert len({state_digest([[each, each.method, one(each)]]) for each in made}) == 100


@pytest.mark.parametrize("thing", [threading.Lock(), (number for number in ()), sys.stderr])
def test_what_cannot_be_read_is_refused(thing):
    with pytest.raises(UnreadableStateError):
        state_digest([Plain(deep=[thing])])


def test_what_c_has_made_is_told_of_as_it_is_pickled():
    assert state_digest([itertools.count(1)]) != state_digest([itertools.count(2)])


def test_another_process_finds_the_same(root):
    """Neither places in memory nor the order of a set's members may count."""
    code = "import test_state, scenes.stage.state as s; print(s.state_digest([test_state.scene()]))"
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=Path(__file__).parent,
            env={"PYTHONPATH": str(root), "PYTHONHASHSEED": seed, "PATH": ""},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1
