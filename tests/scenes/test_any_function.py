"""Whatever function is typed, its film is told to the end and keeps its layout."""

import random

import numpy as np
import pytest
from layout import Audit
from reading import family, is_visible
from walking import walk

from mathcore import GALLERY, field_over_plane
from scenes.descent import Descent
from scenes.stage import GradientArrow, HillFilm
from scenes.stage.space import Mesh

WRITTEN = """
3
2x - y
x^2
(x - 3)^2
sin t
w_1^2
log(x)
1/x
sqrt(x)
tan(x)
|x|
max(x, |x|)
x^4 + y^4
x^2 - y^2
-x^2 - y^2
|x| + |y|
1/x + y^2
1/(x y)
1/(x^2 + y^2)
sqrt(x) + y^2
sqrt(1 - x^2 - y^2)
x log(x) + y^2
tan(x) + y^2
floor(x) + y^2
sign(x) + y^2
cbrt(x) + y^2
exp(x^2 + y^2)
exp(-100(x^2 + y^2))
x^2/1000000 + y^2/3000000
1000000x^2 + 3000000y^2
(x - 1000)^2 + (y + 500)^2
cos(20x) + y^2
min((x - 1)^2 + y^2, (x + 1)^2 + y^2 + 0.3)
relu(x) + y^2
atan2(y, x)
u^2 + |v|
theta^2 + phi^2 + theta phi
x^400 + y^2
""".strip().splitlines()

FUNCTIONS = [*WRITTEN, *GALLERY]

SAMPLE = [*random.Random("any function").sample(FUNCTIONS, 3), "rosenbrock", "sin t"]


class OnTheHill:
    """Looks whether the walker stands on the surface and the arrows lie along the gradient."""

    def __init__(self, text):
        self.hill = field_over_plane(text)
        self.wrong = []
        self.looks = 0

    def __call__(self, film):
        shown = {id(mobject) for mobject in family(film.mobjects) if is_visible(mobject)}
        land, here = film.land, film.where()
        if id(film.walker.dot) in shown:
            self.looks += 1
            place = film.walker.dot.points.mean(axis=0)
            truth = land.place(here, float(self.hill.value(here)))
            if not np.abs(place - truth).max() < 1e-6:
                self.wrong.append(f"{film.beat_name}: the walker at {place}, the hill at {truth}")
        for arrow in (film.uphill, film.downhill):
            if isinstance(arrow, GradientArrow) and id(arrow.on_map) in shown:
                along = arrow.on_map.get_vector()[:2]
                slopes = self.differences(land, here) * np.sign(arrow.units)
                cross = along[0] * slopes[1] - along[1] * slopes[0]
                lengths = np.linalg.norm(along) * np.linalg.norm(slopes)
                if lengths > 1e-9 and not (abs(cross) < 1e-2 * lengths and along @ slopes > 0):
                    self.wrong.append(f"{film.beat_name}: the arrow {along}, the slopes {slopes}")
        for mesh in family(film.mobjects):
            if isinstance(mesh, Mesh) and not np.isfinite(mesh.points[mesh.faces]).all():
                self.wrong.append(f"{film.beat_name}: a triangle without a place")

    def differences(self, land, here):
        """Return the slopes at a point by central differences of the values."""
        step = 1e-5 * land.span
        ways = step * np.eye(2)
        return (self.hill.value(here + ways) - self.hill.value(here - ways)) / (2 * step)


def tell(text, language, folder):
    on_the_hill, audit = OnTheHill(text), Audit()
    lesson = f"language = \"{language}\"\n[all]\nf = '{text}'\n"
    film = walk(Descent, lesson, folder, on_the_hill, audit)
    assert film.sentence
    assert on_the_hill.looks
    assert not on_the_hill.wrong, "\n".join(on_the_hill.wrong)
    assert not audit.violations, audit.report()
    return film


@pytest.mark.parametrize("text", SAMPLE)
def test_any_function_makes_a_film(text, tmp_path):
    tell(text, "zh" if text == "sin t" else "en", tmp_path)


@pytest.mark.audit
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("text", FUNCTIONS)
def test_every_function_makes_a_film_in_both_languages(text, language, tmp_path):
    tell(text, language, tmp_path)


def test_a_gradient_that_does_not_fit_its_function_is_refused(tmp_path, monkeypatch, capsys):
    """A slip in a rule of differentiation, such as sin' = sin, never reaches a lecture."""
    honest = HillFilm._framed

    def wrongly(film, hill):
        framing = honest(film, hill)
        slopes = type(hill).value_and_gradient

        def tilted(field, points):
            values, gradients = slopes(field, points)
            return values, gradients * [1.0, 1.001]

        monkeypatch.setattr(type(hill), "value_and_gradient", tilted)
        return framing

    monkeypatch.setattr(HillFilm, "_framed", wrongly)
    with pytest.raises(SystemExit) as ended:
        walk(Descent, "", tmp_path)
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert "f = 'x^2 + y^2': " in said
    assert "the gradient is said to be" in said
