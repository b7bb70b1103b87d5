"""Director: keeps the landscape in its zone, and names where they belong and out of the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from manim import Mobject, ValueTracker, VMobject

from scenes.stage.film_camera import FilmCamera
from scenes.stage.formula import half_size
from scenes.stage.theme import Zone

CLOSE, FADING = 0.1, 0.15
"""Manim units between a label and what it gives way to: where it is gone, where it fades.

They are close together, so that few labels are half there when things come to rest.
"""

ROOM = 0.25
"""Manim units that a name leaves between itself and a label, where it finds a place to do so."""

NEIGHBOURS = 0.01, 0.05
"""The same for an axis's number and the axis's name, which always stand side by side.

So it is for a label and a thin circle, which may go round close to it.
"""


SOON = 4.0
"""A thing is reckoned with in full from one part in so many of its opacity: dim ones count too."""


class Director(Mobject):
    """An unseen mobject that acts when the camera has turned, and only then.

    Args:
        camera: the film's camera.
        places: places in space (m, 3) that are to fit into the zone.
        zone: the zone of the frame.

    With `alone` at 1 the landscape has the whole frame's width and no labels; at 0 it keeps to its
    zone, with its labels.
    """

    def __init__(self, camera: FilmCamera, places: np.ndarray, zone: Zone):
        super().__init__()
        self.camera, self.places, self.zone = camera, places, zone
        self.alone = ValueTracker(0)
        self._framed: list[tuple[np.ndarray, np.ndarray]] = []
        self.labels: list[tuple[VMobject, np.ndarray, np.ndarray]] = []
        self.ways: dict[VMobject, tuple[float, float]] = {}
        self._inner: dict[VMobject, tuple[np.ndarray, float]] = {}
        self._states: list[_State] = []
        self._view: tuple[float, ...] = ()
        self.upright: Callable[[], float] = lambda: 1.0  # how much of all heights there is now
        self._close = _View(np.zeros((0, 3)), None, lambda: 0.0)
        self.add_updater(lambda director: director.direct(), call_updater=True)

    def make_room(self, places: np.ndarray) -> None:
        """Let further places in space (m, 3) fit into the zone too."""
        self.places = np.concatenate([self.places, places])
        self._view = ()
        self.direct()

    def look_at(
        self,
        places: np.ndarray,
        share: Callable[[], float],
        labels: Sequence[Mobject] = (),
        named: Sequence[tuple[np.ndarray, np.ndarray]] = (),
    ) -> None:
        """Fit other places in space (m, 3) into the zone as `share` goes to 1.

        Args:
            places: without them nothing is looked at.
            share: 0 to 1, now.
            labels: of all that are attached, those that are to fit into the zone too.
            named: places (3,) with the room (2, 2) that names take beyond, as `make_room_round`.
        """
        wanted = {id(label) for label in labels}
        attached = [(place, _beyond(*rest)) for place, *rest in self._attached(wanted)]
        beside = [*attached, *named]
        beyond = np.stack([room for _, room in beside]) if beside else None
        ends = [place[None] for place, _ in beside]
        self._close = _View(np.concatenate([places, *ends]), beyond, share)

    def attach(
        self,
        label: VMobject,
        place: np.ndarray,
        shift: np.ndarray | float = 0.0,
        *,
        framed: bool = False,
    ) -> None:
        """Keep a flat label at the image of a place in space (3,), shifted on the frame.

        A `framed` one is to fit into the zone.
        """
        if framed:
            self.make_room_round(place, _beyond(label, np.zeros(3) + shift))
        for member in label.get_family():
            member.director, member.spared = self, 1.0
        self.labels.append((label, place, np.zeros(3) + shift))
        self._states.append(_State(label.family_members_with_points()))
        self._put(*self.labels[-1])

    def keep_beyond(self, label: VMobject, inner: np.ndarray, least: float) -> None:
        """Keep an attached label so far on the frame, at least, from the image of a place (3,).

        It goes outward where the eye is so low that it would come too near.
        """
        self._inner[label] = inner, least
        self._view = ()

    def place_of(self, label: VMobject) -> np.ndarray:
        """Return the place in space (3,) to whose image an attached label keeps."""
        return next(place for one, place, _ in self.labels if one is label)

    def make_room_round(self, place: np.ndarray, beyond: np.ndarray) -> None:
        """Let what stands at a place in space (3,) fit into the zone too.

        `beyond` (2, 2) is how far it reaches beyond the place on the frame, to the left and down,
        then to the right and up.
        """
        self._framed.append((place, beyond))
        self._view = ()

    def give_way(self, *things: VMobject, distances: tuple[float, float] = (CLOSE, FADING)) -> None:
        """Let the labels fade where these names, arrows and lines come, while they are there.

        Args:
            things: names, arrows and lines.
            distances: Manim units from a label to them, where it is gone and where it fades.
        """
        self.ways.update(dict.fromkeys(things, distances))

    def direct(self) -> None:
        """Fit the picture and put the labels, if the camera has turned since the last time."""
        camera, alone, upright = self.camera, self.alone.get_value(), self.upright()
        near, share = self._close, self._close.share()
        view = (camera.get_phi(), camera.get_theta(), camera.get_gamma(), upright, alone, share)
        if view == self._view:
            return
        self._view = view
        if alone < 1:
            self._fit_with_labels()
        zone = self.zone
        if alone > 0:
            wide = Zone(zone.left, -zone.left, zone.bottom, zone.top)
            self._go(alone, self._sunk(self.places), wide)
        if share > 0:
            self._go(share, near.places, zone, near.beyond)
        for attached in self.labels:
            self._put(*attached)

    def _attached(self, wanted: set[int]) -> Iterator[tuple[np.ndarray, VMobject, np.ndarray]]:
        """Yield the place, the label and its shift of those labels that have these ids."""
        for label, place, shift in self.labels:
            if id(label) in wanted:
                yield place, label, shift

    def _go(
        self, share: float, places: np.ndarray, zone: Zone, beyond: np.ndarray | None = None
    ) -> None:
        """Go a share of the way from the view that there is to one that fits places in a zone."""
        camera = self.camera
        before = np.array([camera.get_zoom(), *camera.principal_point])
        camera.fit(places, zone, beyond)
        after = np.array([camera.get_zoom(), *camera.principal_point])
        zoom, *point = before + share * (after - before)
        camera.set_zoom(zoom)
        camera.principal_point = np.array(point)

    def _fit_with_labels(self) -> None:
        """Fit the landscape and the labels that belong to it into the zone."""
        if self._framed:
            places, beyond = map(np.stack, zip(*self._framed, strict=True))
            self.camera.fit(self._sunk(np.concatenate([self.places, places])), self.zone, beyond)
        else:
            self.camera.fit(self._sunk(self.places), self.zone)

    def _sunk(self, places: np.ndarray) -> np.ndarray:
        floor = self.places[:, 2].min()
        return places * (1, 1, self.upright()) + np.array([0, 0, (1 - self.upright()) * floor])

    def clear_the_way(self, shown: Iterable[Mobject]) -> None:
        """Fade the labels that are in the way of what is shown now, and bring back the others."""
        if not self.labels:
            return
        present = {id(mobject) for mobject in _members(shown)}
        for state, (label, _, _) in zip(self._states, self.labels, strict=True):
            state.note(id(label) in present)
        shares = np.ones(len(self.labels))
        boxes = self._boxes()
        for way, distances in self.ways.items():
            if id(way) in present:
                beside = _shares(*boxes, *self._reach(way), distances)
                beside[[label is way for label, _, _ in self.labels]] = 1.0
                shares = np.minimum(shares, beside)
        for state, (label, _, _), share in zip(
            self._states, self.labels, shares.round(9).tolist(), strict=True
        ):
            if share != state.share:
                state.share = share
                _fade(label, share)

    def gap(self, spot: np.ndarray, half: np.ndarray) -> float:
        """Return how far a box round a spot (2,), half its size (2,), is from the nearest label.

        Labels that have left the picture do not count; those that are still to come do.
        """
        places, halves = self._boxes()
        gaps = np.max(np.abs(places - spot) - half - halves, axis=1)
        gone = np.array([state.has_left for state in self._states], dtype=bool)
        return float(gaps.min(initial=np.inf, where=~gone))

    def _boxes(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the middles of all labels on the frame (k, 2), and half their sizes (k, 2)."""
        glyphs = (state.glyphs for state in self._states)
        boxes = [_box(label, own) for (label, _, _), own in zip(self.labels, glyphs, strict=True)]
        boxes = np.array(boxes).reshape(-1, 2, 2)
        return boxes.mean(axis=1), (boxes[:, 1] - boxes[:, 0]) / 2

    def _put(self, label: VMobject, place: np.ndarray, shift: np.ndarray) -> None:
        here = self.camera.project_point(place) * (1, 1, 0)
        if label in self._inner:
            inner, least = self._inner[label]
            foot = self.camera.project_point(inner) * (1, 1, 0)
            away = float(np.linalg.norm(here - foot))
            here = foot + max(1.0, least / max(away, 1e-6)) * (here - foot)
        label.move_to(here + shift)

    def _reach(self, way: VMobject) -> tuple[np.ndarray, np.ndarray, float]:
        """Return where a name or a line is (m, 2), half its size, and its opacity."""
        if self.camera.is_in_space(way):
            corners = way.points[[0, -1]] if len(way.points) <= 4 else way.points[::4]
            images = self.camera.project_points(corners)[:, :2]
            start, end = images[[0, -1]]
            along = images
            if len(images) == 2:
                along = start + np.linspace(0, 1, 25)[:, None] * (end - start)
            drawn = len(images) > 2 or np.hypot(*(end - start)) > 1e-6
            head = getattr(way, "head_width", 0.0)
            half = 0.005 * max(head, way.get_stroke_width())
            return along, np.full(2, half), min(SOON * way.get_stroke_opacity(), 1.0) * drawn
        glyphs = way.family_members_with_points()
        low, high = _box(way, glyphs)
        opacity = max(map(_own_opacity, glyphs))
        return (low + high)[None] / 2, (high - low) / 2, min(SOON * opacity, 1.0)


@dataclass(frozen=True)
class _View:
    """Places in space (m, 3) to look at, what is beyond the last of them, and for how much."""

    places: np.ndarray
    beyond: np.ndarray | None
    share: Callable[[], float]


@dataclass
class _State:
    """Whether a label has been on the picture, and is there no longer; what is left of it."""

    glyphs: list[VMobject]
    share: float = 1.0
    has_come: bool = False
    has_left: bool = False

    def note(self, there: bool) -> None:
        """Take notice of whether it is there now."""
        self.has_come = self.has_come or there
        self.has_left = self.has_come and not there


def _beyond(label: VMobject, shift: np.ndarray) -> np.ndarray:
    """Return how far a label reaches beyond its place (2, 2): to the left and down, then up."""
    half, aside = half_size(label), shift[:2]
    return np.stack([half - aside, half + aside])


def _members(mobjects: Iterable[Mobject]) -> Iterator[Mobject]:
    """Yield mobjects and the members of groups; what is inside a formula or a line is left out."""
    for mobject in mobjects:
        yield mobject
        if not isinstance(mobject, VMobject):
            yield from _members(mobject.submobjects)


def _fade(label: VMobject, share: float) -> None:
    """Leave a share of a label's opacity, and of its rim's where it has one."""
    for glyph in label.family_members_with_points():
        glyph.spared = share
        opacity = share * getattr(glyph, "come", 1.0)
        glyph.fill_rgbas = glyph.fill_rgbas * (1, 1, 1, 0) + (0, 0, 0, opacity)
        if glyph.background_stroke_width:
            rim = glyph.background_stroke_rgbas
            glyph.background_stroke_rgbas = rim * (1, 1, 1, 0) + (0, 0, 0, opacity)


def _own_opacity(glyph: VMobject) -> float:
    """Return a glyph's opacity, a label's as if nothing were in its way."""
    if hasattr(glyph, "spared"):
        return float(getattr(glyph, "come", 1.0))
    return float(glyph.get_fill_opacity())


_kept_boxes: WeakKeyDictionary[VMobject, tuple[list[bytes], np.ndarray]] = WeakKeyDictionary()


def _box(label: VMobject, glyphs: list[VMobject]) -> np.ndarray:
    """Return the lower left and upper right corner (2, 2) on the frame of a label of glyphs."""
    outlines = [glyph.points.tobytes() for glyph in glyphs]
    kept = _kept_boxes.get(label)
    if kept is None or kept[0] != outlines:
        points = np.concatenate([glyph.points for glyph in glyphs])[:, :2]
        kept = outlines, np.stack([points.min(axis=0), points.max(axis=0)])
        _kept_boxes[label] = kept
    return kept[1]


def _shares(
    middles: np.ndarray,
    halves: np.ndarray,
    places: np.ndarray,
    half: np.ndarray,
    opacity: float,
    distances: tuple[float, float],
) -> np.ndarray:
    """Return how much is left (k,) of labels beside boxes of half a size (2,) at places (m, 2)."""
    close, room = distances
    reach = halves + half
    gaps = np.max(np.abs(places - middles[:, None]) - reach[:, None], axis=2).min(axis=1)
    gaps = np.where(np.isnan(gaps), np.inf, gaps)  # a tangent where there is none
    return 1.0 - opacity * np.clip((room - gaps) / (room - close), 0.0, 1.0)
