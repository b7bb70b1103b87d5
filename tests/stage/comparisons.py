"""The depth camera's pictures of random scenes, compared with rays cast at formulas.

Each function draws `count` pictures and returns how far they agree, away from edges.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import random_lines as lines
import random_scenes as scenes
from pictures import camera_for, picture
from raycaster import NOWHERE, View, away_from_edges, blended, front, pixel_rays
from solids import all_hits
from tally import Tally
from things import COLOURS, Thing

FINE = 3
"""Rays along a pixel's side, by which edges are found; the middle one says what is expected."""

SHADES = 3
"""Shades out of 255 by which a blended colour may be off: every layer is rounded."""

CLOSE = 0.03
"""Shares of a line's colour that differ by less count as the same."""

GHOST = 0.3
LEFT = {"hide": 0.0, "ghost": GHOST, "show": 1.0}
"""The share of a line's colour that is left where it is hidden."""


def fronts(make: Callable[[np.random.Generator], scenes.Scene], count: int, name: str) -> Tally:
    """Compare which thing is in front at each pixel.

    A pixel counts as agreed if it shows exactly the colour of what the ray through its middle
    meets first. Background that both call background is not counted.
    """
    tally = Tally(name)
    for seed in range(count):
        looking, things = make(np.random.default_rng([seed, 5]))
        meshes = [one.mesh(COLOURS[i]) for i, one in enumerate(things)]
        drawn = picture(camera_for(looking), *meshes)
        rays = pixel_rays(looking, FINE)
        hits = all_hits([one.solid for one in things], looking.eye, rays.reshape(-1, 3))
        # How near to the eye things are cut off is the camera's own affair.
        number, nearly = (
            front(hits, share * looking.focal).reshape(rays.shape[:-1])
            for share in (scenes.NEAR, 3 * scenes.NEAR)
        )
        clear = away_from_edges(np.where(number == nearly, number, NOWHERE - 1))
        clear &= (number == nearly)[:, FINE // 2, :, FINE // 2]
        number = number[:, FINE // 2, :, FINE // 2]
        expected = np.where((number == NOWHERE)[..., None], 0, COLOURS[number])
        agreed = (np.abs(drawn - expected) <= 1).all(axis=-1)
        told = (number != NOWHERE) | (drawn > 0).any(axis=-1)
        tally.add(f"{name} {seed}", (agreed & clear & told).sum(), (clear & told).sum(), told.sum())
    return tally


def blends(make: Callable[[np.random.Generator], scenes.Sheets], count: int, name: str) -> Tally:
    """Compare the colour at each pixel with that of the sorted hits, blended by their opacities.

    An edge is wherever the order of the hits changes, so where two sheets cross as well.
    """
    tally = Tally(name)
    for seed in range(count):
        looking, things, opacities = make(np.random.default_rng([seed, 7]))
        meshes = [one.mesh(COLOURS[i], opacities[i]) for i, one in enumerate(things)]
        drawn = picture(camera_for(looking), *meshes)
        depths, of = depths_of_hits(looking, things)
        order = np.argsort(depths, axis=-1)
        sorted_ = np.where(np.isinf(np.take_along_axis(depths, order, -1)), NOWHERE, of[order])
        code = ((sorted_ + 1) * (len(things) + 1) ** np.arange(len(of))).sum(axis=-1)
        clear = away_from_edges(code)
        middle = depths[:, FINE // 2, :, FINE // 2].reshape(-1, len(of))
        colours = COLOURS[of].astype(float)
        expected = blended(middle, colours, opacities[of], np.zeros(3)).reshape(drawn.shape)
        agreed = (np.abs(drawn - expected) <= SHADES).all(axis=-1)
        told = np.isfinite(middle).any(axis=1).reshape(clear.shape)
        tally.add(f"{name} {seed}", (agreed & clear & told).sum(), (clear & told).sum(), told.sum())
    return tally


def depths_of_hits(looking: View, things: Sequence[Thing]) -> tuple[np.ndarray, np.ndarray]:
    """Return the depths (height, fine, width, fine, k) of all hits, and of what they are (k,)."""
    rays = pixel_rays(looking, FINE)
    hits = all_hits([one.solid for one in things], looking.eye, rays.reshape(-1, 3))
    of = np.repeat(np.arange(len(things)), [each.shape[1] for each in hits])
    return np.concatenate(hits, axis=1).reshape(*rays.shape[:-1], len(of)), of


def strokes(count: int) -> Mapping[str, Tally]:
    """Compare where six lines in each of `count` scenes are seen, for each way to be hidden.

    Two are straight and one is curved, through the air and through things; three lie on things.
    What is read off is the pixel under each of 240 places on the line; it counts as agreed if it
    has the share of the line's colour that it should.
    """
    found = {occlusion: Tally(occlusion) for occlusion in LEFT}
    for seed in range(count):
        rng = np.random.default_rng([seed, 6])
        looking, things = (scenes.strewn, scenes.crossing)[seed % 2](rng)
        looking, things = replace(looking, width=480, height=270), things[:6]
        camera = camera_for(looking)
        meshes = [one.mesh(COLOURS[i]) for i, one in enumerate(things)]
        tracks = [lines.straight(rng, looking), lines.straight(rng, looking)]
        tracks.append(lines.curved(rng, looking))
        tracks += [lines.along(rng, looking, things[i]) for i in rng.permutation(len(things))[:3]]
        without = picture(camera, *meshes)
        for number, track in enumerate(tracks):
            sure, gone = lines.certain(looking, things, track)
            here = lines.inside(looking, track)
            column, row = looking.seen_at(track.places[here])[:, :2].astype(int).T
            sure, gone = sure[here], gone[here]
            for occlusion, left in LEFT.items():
                stroke = track.stroke(occlusion, ghost_opacity=GHOST)
                drawn = picture(camera, *meshes, stroke)[row, column]
                off = np.abs(share(drawn, without[row, column]) - np.where(gone, left, 1.0))
                known = sure | (occlusion == "show")
                agreed = (off < CLOSE) & known
                name = f"scene {seed}, line {number}"
                found[occlusion].add(name, agreed.sum(), known.sum(), len(known))
    return found


def share(drawn: np.ndarray, without: np.ndarray) -> np.ndarray:
    """Return the share (n,) of white in colours (n, 3), given those without the line."""
    toward = 255.0 - without
    return ((drawn - without) * toward).sum(axis=1) / (toward * toward).sum(axis=1)


def strokes_among_sheets(count: int) -> Tally:
    """Compare the colours of three lines through the sheets of each of `count` scenes.

    Where it passes behind sheets, a line wears their colours, blended from front to back.
    """
    tally = Tally("lines among sheets")
    for seed in range(count):
        rng = np.random.default_rng([seed, 8])
        looking, things, opacities = scenes.stacked_sheets(rng)
        looking = replace(looking, width=480, height=270)
        camera = camera_for(looking)
        meshes = [one.mesh(COLOURS[i], opacities[i]) for i, one in enumerate(things)]
        for number in range(3):
            track = lines.straight(rng, looking, 1.5)
            here = lines.inside(looking, track)
            column, row, away = looking.seen_at(track.places[here]).T
            drawn = picture(camera, *meshes, track.stroke("hide"))
            drawn = drawn[row.astype(int), column.astype(int)]
            each = [lines.certain(looking, [one], track) for one in things]
            sure = np.all([sure for sure, _ in each], axis=0)[here]
            before = np.stack([gone for _, gone in each], axis=1)[here]
            rays = (track.places[here] - looking.eye) / away[:, None]
            hits = all_hits([one.solid for one in things], looking.eye, rays)
            depths = np.where(before, np.concatenate(hits, axis=1), np.inf)
            colours = COLOURS[: len(things)].astype(float)
            expected = blended(depths, colours, opacities, np.full(3, 255.0))
            agreed = (np.abs(drawn - expected) <= 2 * SHADES).all(axis=1)
            name = f"scene {seed}, line {number}"
            tally.add(name, (agreed & sure).sum(), sure.sum(), len(sure))
    return tally
