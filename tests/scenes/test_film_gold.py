"""One picture of each film, by which a change to what it shows is seen.

After a change that is meant, look at the pictures that a failure names, then accept them all with
`python -m pytest tests/scenes/test_film_gold.py --update-gold` and commit what it wrote.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from likeness import accept, check
from walking import walk

from scenes.stage.stills import film_in
from studio.catalogue import films

FILMS = films()
GOLD = Path(__file__).with_name("gold")
CHANGED = Path(__file__).parents[2] / "renders" / ".gold"
TESTS = "tests/scenes/test_film_gold.py"
MOST_BYTES = 700_000

BEATS = {
    "autodiff": "the_fan_out",
    "classification": "the_loss",
    "convexity": "where_you_start",
    "curvature": "the_contraction",
    "derivative": "the_rate_of_change",
    "descent": "step_by_step",
    "descent_1d": "step_by_step",
    "directional": "all_the_way_round",
    "gradient": "across_the_contour",
    "hill": "the_gradient",
    "learning_rate": "the_ranking",
    "optimizers": "the_ranking",
    "partials": "rates_of_change",
    "recap": "up_and_down",
    "regression": "the_code",
    "stochastic": "a_mini_batch",
    "tangent_plane": "how_fast",
    "vanishing": "with_sigmoid",
    "why_steepest": "the_chain_rule",
}
"""The beat whose last picture is kept of each film."""


def still_of(film: type, beat: str, folder: Path) -> np.ndarray:
    """Return the last picture of a beat, (h, w, 4)."""
    found = []

    def look(film: Any) -> None:
        if film.beat_name == beat:
            film.renderer.update_frame(film)
            found.append(film.renderer.get_frame().copy())

    walk(film, "", folder, look)
    return found[0]


@pytest.mark.parametrize("name", FILMS)
def test_a_film_looks_as_it_did(name, tmp_path, request):
    new = still_of(film_in(FILMS[name]), BEATS[name], tmp_path)
    if request.config.getoption("--update-gold"):
        accept(name, new, GOLD)
    check(name, new, GOLD, CHANGED, TESTS)


def test_the_gold_is_that_of_the_films_and_small():
    files = sorted(GOLD.glob("*"))
    assert [file.stem for file in files] == sorted(FILMS)
    assert sum(file.stat().st_size for file in files) < MOST_BYTES
