"""Director: keeps the landscape in its zone and names at their places as the camera turns."""

from __future__ import annotations

import numpy as np
from manim import Mobject, VMobject

from scenes.stage.film_camera import FilmCamera
from scenes.stage.theme import Zone


class Director(Mobject):
    """An unseen mobject that acts when the camera has turned, and only then.

    Args:
        camera: the film's camera.
        places: places in space (m, 3) that are to fit into the zone.
        zone: the zone of the frame.
    """

    def __init__(self, camera: FilmCamera, places: np.ndarray, zone: Zone):
        super().__init__()
        self.camera, self.places, self.zone = camera, places, zone
        self.labels: list[tuple[VMobject, np.ndarray, np.ndarray]] = []
        self._view: tuple[float, ...] = ()
        self.add_updater(lambda director: director.direct(), call_updater=True)

    def attach(
        self,
        label: VMobject,
        place: np.ndarray,
        shift: np.ndarray | float = 0.0,
        *,
        framed: bool = False,
    ) -> None:
        """Keep a flat label at the image of a place in space (3,), shifted on the frame.

        A `framed` one counts among the places that fit into the zone.
        """
        if framed:
            self.places = np.concatenate([self.places, [place]])
            self._view = ()
        for member in label.get_family():
            member.turns_with_camera = True
        self.labels.append((label, place, np.zeros(3) + shift))
        self._put(*self.labels[-1])

    def direct(self) -> None:
        """Fit the picture and put the labels, if the camera has turned since the last time."""
        view = (self.camera.get_phi(), self.camera.get_theta(), self.camera.get_gamma())
        if view == self._view:
            return
        self._view = view
        self.camera.fit(self.places, self.zone)
        for attached in self.labels:
            self._put(*attached)

    def _put(self, label: VMobject, place: np.ndarray, shift: np.ndarray) -> None:
        label.move_to(self.camera.project_point(place) * (1, 1, 0) + shift)
