"""PlaneFilm: a film in which a tangent plane goes over a hill to where it is level."""

from __future__ import annotations

import numpy as np
from manim import Group, Mobject, VMobject

from mathcore.typeset import coloured
from scenes.stage.actors import Walker
from scenes.stage.appear import Appear, Vanish
from scenes.stage.journey import Journey
from scenes.stage.lay import Lay
from scenes.stage.lay_film import LayFilm
from scenes.stage.planes import MapPlane
from scenes.stage.readout import vector_text
from scenes.stage.theme import SLOW, STEADY


class PlaneFilm(LayFilm):
    """A film with a `walker` and the tangent `plane` at its point, which go from spot to spot."""

    def set_up_plane(self, lay: Lay) -> None:
        """Make the walker and the plane of a hill; there are none where there are no `spots`."""
        self.spots, self.pinned = lay.touching, Group()
        if self.spots:
            self.journey = Journey(self.spots[0])
            self.walker = Walker(self.land, self.theme, self.journey.where)
            self.plane = MapPlane(self.land, self.theme, self.journey.where)

    def plane_formula(self) -> VMobject:
        """Return convex ⇔ f(q) ≥ f(p) + ∇f(p) · (q - p), in the colours of the picture."""
        name, theme = self.land.name, self.theme
        value, slopes, step = (
            coloured(part, color)
            for part, color in (
                (f"{name}(p) +", theme.tangent),
                (f"nabla {name}", theme.gradient),
                ("(p) dot (q - p)", theme.tangent),
            )
        )
        ground = coloured(f"{name}(q)", theme.direction)
        return self.formula(f"& {self.convex_if()} {ground} \\ & quad >= {value} {slopes} {step}")

    def show_plane(self, *others: Mobject) -> None:
        """Bring on the plane, other things, and the rows with the gradient and the least gap."""
        where, plane = self.journey.where, self.plane

        self.rows = Group(
            self.row("p", lambda: vector_text(where(), scale=self.land.span), 0),
            self.gradient_row(where, 1),
            self.worded_row(
                self.tr("min ground − plane"), lambda: self.height_text(plane.least_gap()), 2
            ),
        )
        self.play(Appear(plane, *others, self.rows), run_time=STEADY)

    def come_to_rest(self, lay: Lay) -> None:
        """Let the plane go where it is level, and show that this is a minimum, and how deep it is.

        At a kink there is no tangent plane: it gives way to the level one that fits below.
        """
        goal = lay.level_place
        if lay.has_kink:
            place, *of_plane = self.rows
            self.play(Vanish(self.plane, *of_plane))
            self.rows = Group(place)
        self.play(self.journey.to(goal), run_time=SLOW)
        if lay.has_kink:
            self.plane = MapPlane(self.land, self.theme, lambda: goal, lambda: np.zeros(2))
            self.play(Appear(self.plane))
        depth, name = float(self.land.hill.value(goal)), f"{self.land.name}(p)"
        count = len(self.rows)
        self.rows.add(self.row(name, lambda: self.height_text(depth), count, "minimum"))
        self.pinned, _ = self.pin_minimum(goal, goal[None])
        self.play(Appear(self.pinned, self.rows[-1]))

    def say_what_level_means(self, lay: Lay) -> None:
        """Say what it means where a plane is level, or that none is."""
        goal = lay.level_place
        if goal is None:
            self.say("No plane here is level: this hill has no minimum in the picture.")
        elif lay.is_convex and lay.has_kink:
            self.say("At the kink a level plane fits below: local minimum is global minimum.")
        elif lay.is_convex:
            self.say(
                "Where $nabla f = 0$ the plane is level, and no ground is lower: a global minimum."
            )
        elif lay.has_lower_than(goal):
            self.say("Here it is level, yet other ground lies lower: only a local minimum.")
        else:
            self.say(
                "Here it is level, and no ground in view is lower. Not every level place is so."
            )
