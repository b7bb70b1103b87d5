"""The films' pictures keep their margins and zones, and every text on them can be read."""

import numpy as np
import pytest
from layout import Audit, _crosses, contrast
from manim import ManimColor
from oracle import BOWL, CASES
from walking import walk

from scenes.descent import Descent
from scenes.stage.theme import Zone

SHOWN = [case for case in CASES if case.name not in ("shifted", "well", "ramp")]


def audited(case, folder, lesson_text):
    audit = Audit()
    film = walk(Descent, lesson_text, folder, audit)
    assert audit.beats == list(film.beats)
    assert not audit.violations, audit.report()


def test_descent_keeps_its_layout(tmp_path):
    audited(BOWL, tmp_path, "")


@pytest.mark.audit
@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("case", SHOWN, ids=lambda case: case.name)
def test_descent_keeps_its_layout_everywhere(case, language, theme, tmp_path):
    audited(case, tmp_path, case.lesson(language, theme))


# The audit itself


@pytest.mark.parametrize(
    ("points", "struck"),
    [
        ([(-3, 0), (3, 0)], True),  # right through
        ([(-3, 2), (3, 2)], False),  # past it
        ([(0, 0), (0.1, 0.1)], True),  # inside
        ([(-3, -1), (-1, 3)], False),  # past a corner
        ([(0, -5), (0, 5)], True),  # upright
        ([(-5, 1.04), (5, 1.04)], True),  # its width touches
    ],
)
def test_a_line_through_a_box_is_seen(points, struck):
    box = Zone(-1, 1, -1, 1)
    assert _crosses(box, np.array(points, float), 0.05) is struck


def test_contrast_is_that_of_the_standard():
    white, grey = ManimColor("#FFFFFF"), ManimColor("#767676")
    assert contrast(white, grey) == pytest.approx(4.54, abs=0.005)  # the standard's own example
    assert contrast(grey, white) == contrast(white, grey)
