"""A crowd of walks at once, on the hill and on the map, and the basins from which they come."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from manim import Group, ValueTracker, VMobject

from mathcore.basins import Basins
from scenes.stage.actors import ON_MAP
from scenes.stage.landscape import Landscape
from scenes.stage.relief import relief
from scenes.stage.space import Mesh, SpaceDot, in_space
from scenes.stage.theme import Theme

TRACK = 48
"""Stretches of which each trail is made."""

NODES = 101
"""Starts along each side of the map from which basins are found; borders are found between them."""

HALVINGS = 12
"""How often an edge between two starts is halved to find a border: finer than the eye sees."""


def strokes(lines: np.ndarray) -> np.ndarray:
    """Return polylines (k, m, 3) as Manim's curves (4 k (m - 1), 3)."""
    start, end = lines[:, :-1, None], lines[:, 1:, None]
    return (start + np.linspace(0, 1, 4)[:, None] * (end - start)).reshape(-1, 3)


class Crowd(Group):
    """Walks side by side: a dot for each and the trail behind it, in the colour of the walk.

    `done` says how many steps they have walked; 2.5 is half-way along the third. The trails of the
    first colour lie on the others.

    Args:
        paths: points (steps + 1, m, 2) of m walks.
        colors: a hex colour for each walk; that of a path where left out.
        on_hill: whether they are seen on the hill too, not on the map alone.
        width: of the trails on the hill, in stroke units.
    """

    def __init__(
        self,
        land: Landscape,
        theme: Theme,
        paths: np.ndarray,
        colors: Sequence[str] = (),
        *,
        on_hill: bool = True,
        width: float = 4.0,
    ):
        self.paths, self.done = paths, ValueTracker(0)
        self.progress = self.done.get_value
        last = len(paths) - 1
        self._times = last * np.linspace(0, 1, TRACK + 1) ** 2  # the first steps are the longest
        shades = np.array(colors or [theme.path] * paths.shape[1])
        self.trails, self.dots = Group(), Group()
        placings = [(land.ground, 0.75)] + [(land.surface, 1.0)] * on_hill
        for placed, share in placings:
            for shade in reversed(dict.fromkeys(shades.tolist())):
                chosen = np.flatnonzero(shades == shade)
                trail = in_space(VMobject(stroke_color=shade, stroke_width=share * width))
                trail.ghost_opacity = 0.5 if placed == land.surface else ON_MAP
                trail.add_updater(
                    lambda line, placed=placed, chosen=chosen: line.set(
                        points=strokes(placed(self.walked(chosen)))
                    ),
                    call_updater=True,
                )
                self.trails.add(trail)
                for number in chosen:
                    self.dots.add(self._dot(theme, shade, placed, int(number), share))
        super().__init__(self.trails, self.dots)

    def position(self, progress: float | np.ndarray) -> np.ndarray:
        """Return where the walks are (..., m, 2) after so many steps (...)."""
        last = len(self.paths) - 1
        done = np.clip(np.asarray(progress, dtype=float), 0, last)
        step = np.minimum(done.astype(int), max(last - 1, 0))
        ahead = self.paths[np.minimum(step + 1, last)]
        share = (done - step)[..., None, None]
        return self.paths[step] + share * (ahead - self.paths[step])

    def walked(self, chosen: np.ndarray) -> np.ndarray:
        """Return the trails (k, TRACK + 1, 2) of some walks so far."""
        times = np.minimum(self._times, self.progress())
        return self.position(times)[:, chosen].swapaxes(0, 1)

    def _dot(
        self,
        theme: Theme,
        color: str,
        placed: Callable[[np.ndarray], np.ndarray],
        number: int,
        share: float,
    ) -> SpaceDot:
        def place() -> np.ndarray:
            return placed(self.position(self.progress())[number])

        style = {"ring_width": 1.8, "ring_color": theme.background, "z_index": 2}
        dot = SpaceDot(place(), 6.5 * share, color=color, **style)
        return dot.add_updater(lambda mobject: mobject.move_to(place()))


class BasinMap(Group):
    """The map, coloured by the valley that gradient descent leads to, and the borders between.

    Starts from which a walk leaves the picture or comes to no valley are not coloured.

    Args:
        colors: a hex colour for each valley.
    """

    def __init__(self, land: Landscape, theme: Theme, valleys: Basins, colors: Sequence[str]):
        def number(points: np.ndarray) -> np.ndarray:
            found = valleys.valley_of(points)
            return np.where(found >= 0, found, np.nan)

        grid = (np.linspace(*ends, NODES) for ends in land.ranges)
        self.relief = relief(number, *grid, halvings=HALVINGS)
        places = land.ground(self.relief.points)
        places[:, 2] += 0.004
        count = len(valleys.bottoms)
        self.areas = Mesh(
            places,
            self.relief.faces,
            np.nan_to_num(self.relief.values),
            ramp=list(colors)[:count] or [theme.quiet],
            value_range=(0, max(count - 1, 1)),
            opacity=0.5,
            lit=False,
        )
        rims = places[self.relief.rims]
        rims[..., 2] += 0.004
        self.borders = in_space(VMobject(stroke_color=theme.ink, stroke_width=2.5))
        self.borders.points = strokes(rims)
        super().__init__(self.areas, self.borders)
