"""The films' pictures keep their margins and zones, and every text on them can be read."""

import numpy as np
import pytest
from layout import Audit, _crosses, contrast
from manim import LEFT, RIGHT, UP, ManimColor
from manim.animation.animation import prepare_animation
from oracle import BOWL, CASES
from reading import family, source_of, texts
from walking import walk

from scenes.descent import Descent
from scenes.stage import Readout
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


class Spoiler:
    """Spoils the picture of one beat in several ways, one at a time, and lists what is not seen."""

    def __init__(self, beat):
        self.beat, self.unseen = beat, []

    def __call__(self, film):
        if film.beat_name != self.beat:
            return
        words = {source_of(text): text for text in texts(film)}
        formula = next(t for source, t in words.items() if source.startswith("f(x, y)"))
        caption = next(t for t in words.values() if t.typst_code.endswith(film.sentence))
        readout, other = [m for m in family(film.mobjects) if isinstance(m, Readout)][:2]
        dot = film.camera.project_points(film.walker.dot.points[:1])[0]
        said_at = film.said_at
        self.spoil(film, "leaves the frame", formula, lambda m: m.shift(20 * RIGHT))
        self.spoil(film, "leaves the board", formula, lambda m: m.shift(0.7 * LEFT))
        self.spoil(film, "stands on the read-out", other, lambda m: m.move_to(readout))
        self.spoil(film, "stands on a ink dot", formula, lambda m: m.move_to(dot * (1, 1, 0)))
        self.spoil(film, "to the frame's height", formula, lambda m: m.scale(0.4))
        self.spoil(film, "has a contrast of", formula, lambda m: m.set_color("#333333"))
        self.spoil(film, "leaves the caption's strip", caption, lambda m: m.shift(UP))
        self.spoil(film, "leaves the stage", film.walker.plumb, lambda m: m.shift(4 * RIGHT))
        film.said_at = film.clock - 1.5
        self.spoil(film, "characters a second", caption, lambda m: m)
        film.said_at = said_at
        shown = film.mobjects
        film.mobjects = [caption]
        self.spoil(film, "of the picture differs", caption, lambda m: m)
        film.mobjects = shown

    def spoil(self, film, sign, mobject, change):
        """Change a thing, look whether the audit says so, and change it back."""
        mobject.save_state()
        change(mobject)
        audit = Audit()
        audit(film)
        if not any(sign in violation for violation in audit.violations):
            self.unseen.append(sign)
        mobject.restore()


def test_the_audit_sees_what_is_spoiled(tmp_path):
    spoiler = Spoiler("the_walker")
    walk(Descent, "", tmp_path, spoiler)
    assert spoiler.unseen == []


def test_the_axes_labels_move_while_the_camera_turns(tmp_path):
    seen = []

    def look(film):
        if film.beat_name == "the_hill":
            film.renderer.skip_animations = False
            turn = [prepare_animation(each) for each in film.turn_view(phi=40, theta=-20)]
            moving, resting = film.get_moving_and_static_mobjects(turn)
            labels = {id(part) for label, *_ in film.director.labels for part in label.get_family()}
            seen.append(labels & {id(part) for part in family(moving)})
            assert not labels & {id(part) for part in resting}

    walk(Descent, "", tmp_path, look)
    assert seen[0]
