"""However a walk ends, the film shows it and says why, and keeps its layout."""

import numpy as np
import pytest
from layout import Audit
from reading import family, is_visible
from walking import walk

from scenes.descent import Descent

LEVEL = {"the_way_down", "the_rule", "the_first_step", "step_by_step"}
AT_ONCE = {"the_first_step", "step_by_step"}
NO_TANGENT = LEVEL | {"all_the_way_round", "the_steepest"}

# name: f, start, rate, steps; the beats that are left out, the last sentence's key words, where
# the walk ends (worked out by hand) and whether the walker is still there
OUTCOMES = {
    "a plain": ("3", (1, 1), 0.1, 10, LEVEL, "no slope shows a way down", (1, 1), True),
    "a saddle": ("x^2 - y^2", (0, 0), 0.1, 10, LEVEL, "a saddle", (0, 0), True),
    "a summit": ("-x^2 - y^2", (0, 0), 0.1, 10, LEVEL, "a maximum", (0, 0), True),
    "a minimum": ("x^2 + y^2", (0, 0), 0.1, 10, LEVEL, "a minimum", (0, 0), True),
    "a kink": ("|x| + y^2", (0, 1), 0.1, 10, NO_TANGENT, "no gradient", (0, 1), True),
    "onto a kink": ("|x| + y^2", (1, 1), 0.25, 9, set(), "no gradient", (0, 1 / 16), True),
    "onto a saddle": ("x^2 - y^2", (1.5, 0), 0.5, 9, {"step_by_step"}, "a saddle", (0, 0), True),
    "out at once": ("x^2 + y^2", (1.5, 1), 2, 10, AT_ONCE, "too big", (-2, -4 / 3), False),
    "out at last": ("x^2 + y^2", (1, 0.5), 1.25, 9, {"step_by_step"}, "too big", (2, 1), False),
    "down and out": ("-x", (0, 1), 0.75, 10, set(), "a wider range", (2, 1), False),
    "onto nothing": ("sqrt(x) + y^2", (1, 1), 0.4, 9, set(), "not defined", None, False),
    "a tiny bowl": ("1e-9*(x^2 + y^2)", (1, 0.5), 5e8, 9, {"step_by_step"}, "toward", (0, 0), True),
    "to and fro": ("x^2 + y^2", (1, 0.5), 1.0, 9, set(), "to and fro", (-1, -0.5), True),
    "about a kink": ("|x| + |y|", (1, 1.5), 0.3, 9, set(), "a kink without", None, True),
    "on its way": ("x^2 + y^2", (1, 1), 0.01, 9, set(), "Still $f$ falls", None, True),
    "climbing": ("cos(x) + 1.3y^2", (0, 0.1), 0.9, 4, set(), "too big here", None, True),
}
SAMPLE = (
    "a tiny bowl",
    "to and fro",
    "on its way",
    "a saddle",
    "a kink",
    "out at last",
    "onto nothing",
)


class Last:
    """Keeps what is shown at the end of each beat: the walker, and every read-out's truth."""

    def __init__(self):
        self.beats = []

    def __call__(self, film):
        self.beats.append(film.beat_name)
        shown = {id(mobject) for mobject in family(film.mobjects) if is_visible(mobject)}
        self.walker = id(film.walker.dot) in shown
        self.readouts = [
            row.readout.shown
            for row in (getattr(film, "iterate", None), getattr(film, "height", None))
            if row is not None and any(id(glyph) in shown for glyph in row.readout.submobjects)
        ]


def told(name, folder):
    text, start, rate, steps, left_out, words, end, stays = OUTCOMES[name]
    lesson = f'[all]\nf = "{text}"\nstart = {list(start)}\nrate = {rate}\nsteps = {steps}\n'
    last, audit = Last(), Audit()
    film = walk(Descent, lesson, folder, last, audit)
    whole = [key for key, value in vars(Descent).items() if getattr(value, "is_beat", False)]
    assert last.beats == [beat for beat in whole if beat not in left_out]
    assert words in film.sentence
    assert last.walker is stays
    assert (len(last.readouts) > 0) is stays
    if end is not None:
        assert np.allclose(film.where(), end, atol=1e-6)
    assert not audit.violations, audit.report()


@pytest.mark.parametrize("name", SAMPLE)
def test_the_film_shows_how_a_walk_ends(name, tmp_path):
    told(name, tmp_path)


@pytest.mark.audit
@pytest.mark.parametrize("name", sorted(set(OUTCOMES) - set(SAMPLE)))
def test_the_film_shows_how_every_walk_ends(name, tmp_path):
    told(name, tmp_path)
