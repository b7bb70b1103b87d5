"""What comes and goes does so as a whole, and without a flash."""

from manim import Group, Square, tempconfig

from scenes.stage import Film, Vanish, beat


class Leaving(Film):
    """Two squares; one of them has left when both are to vanish."""

    def cast(self):
        self.left, self.gone = Square(), Square()
        self.pair = Group(self.left, self.gone)

    @beat
    def leaves(self):
        self.say("Both leave.")
        self.add(self.pair)
        self.remove(self.gone)
        self.wait(0.5)
        self.play(Vanish(self.pair), run_time=1)


def test_what_has_left_does_not_come_back_to_vanish():
    seen = []
    size = {"pixel_width": 64, "pixel_height": 36, "frame_rate": 8}
    with tempconfig({**size, "dry_run": True, "progress_bar": "none"}):
        film = Leaving()

        def note(scene, *_):
            if scene.left in scene.get_mobject_family_members():
                shown = scene.get_mobject_family_members()
                seen.append([m.get_stroke_opacity() * (m in shown) for m in scene.pair])

        film.renderer.render = note
        film.render()
    left, gone = zip(*seen, strict=True)
    assert left[0] == 1
    assert 0 < min(left) < 0.2
    assert max(gone) == 0
    # Both are whole again, and off the picture.
    assert [member.get_stroke_opacity() for member in film.pair] == [1, 1]
    assert not film.shown(film.pair)
