"""Film: a Manim scene with knobs, beats, captions and segments that are never stale."""

from __future__ import annotations

import dataclasses
import hashlib
import inspect
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from manim import Animation, ManimColor, Mobject, Scene, VMobject, config
from manim.constants import RendererType
from manim.utils.family import extract_mobject_family_members
from tqdm import tqdm

from identity.digest import Digest
from scenes.stage.appear import Appear, Vanish, exchange
from scenes.stage.captions import caption, reading_time, translations
from scenes.stage.errors import FilmError
from scenes.stage.film_camera import FilmCamera
from scenes.stage.film_identity import code_identity, machine_identity
from scenes.stage.formula import Typesetter
from scenes.stage.knobs import Knob, shown
from scenes.stage.lesson import (
    chosen_language,
    chosen_theme,
    current_lesson,
    knobs_of_films,
    typed_settings,
)
from scenes.stage.progress import Progress
from scenes.stage.renderer import FilmRenderer, ended_by_sigterm, sweep
from scenes.stage.state import UnreadableStateError, state_digest
from scenes.stage.theme import QUICK, REST, STEADY, THEMES

FILMS = Path(__file__).resolve().parents[1]
"""The folder of the films."""


OWN = "after_beat", "before_beat", "chosen", "drawn", "files", "theme", "typeset"
"""What any film works with while it is drawn; none may keep something else under these names."""


def beat(method: Callable[[Any], None]) -> Callable[[Any], None]:
    """Mark a method of a film as one of its beats; they run in the order they are written."""
    method.is_beat = True  # type: ignore[attr-defined]
    return method


class Film(Scene):
    """A scene made of beats, each with one caption, each ending on a still that can stand alone.

    A film declares `knob`s, makes its things in `cast`, and tells its story in `@beat` methods.
    What a user got wrong ends in one sentence on standard error and exit status 2.
    """

    def __init__(self, renderer: Any = None, skip_animations: bool = False, **kwargs: Any):
        with self._refusals():
            if config.renderer == RendererType.OPENGL:
                raise FilmError(
                    "--renderer=opengl: the films bring a depth camera of their own, which draws "
                    "through Manim's Cairo renderer. Leave the option out."
                )
            self._read_lesson()
        super().__init__(
            renderer=FilmRenderer(FilmCamera, skip_animations),
            camera_class=FilmCamera,
            skip_animations=skip_animations,
            **kwargs,
        )
        with self._refusals():
            self._check_output()
            self.typeset = Typesetter(self.theme, self.language)
        if ManimColor(config.background_color) == ManimColor("#000000"):  # Manim's own default
            self.camera.background_color = ManimColor(self.theme.background)
        self.camera.ambient = self.theme.ambient
        self.words = self.typeset.words
        self.formula = self.typeset.formula
        self.beats = tuple(self.beat_names())
        self.beat_name = ""
        self.sentence = ""
        self.said: tuple[str, dict[str, str]] = "", {}
        self.texts: dict[str, str] = {}
        self.before_beat: list[Callable[[Film], None]] = []
        self.after_beat: list[Callable[[Film], None]] = []
        self.clock = 0.0
        self.drawn: frozenset[str] | None = None
        self._caption: VMobject | None = None
        self._since, self._caption_due, self._plays = 0.0, 0.0, 0
        self._updated: list[Mobject] | None = None
        self._asks_for_dt: dict[Callable[..., Any], bool] = {}
        self.cause, self.beat_digests = self.identity(type(self))
        self.found = ""
        self._history = Digest(self.cause)
        self.renderer.on_frame = self._progress.frame
        self._set_up = frozenset(vars(self))

    # What a film says about itself

    @classmethod
    def film_name(cls) -> str:
        """Return the film's name: the stem of its file."""
        return Path(inspect.getfile(cls)).stem

    @classmethod
    def knobs(cls) -> dict[str, Knob]:
        """Return the film's knobs by name, those of its base films first."""
        return {
            name: value
            for base in reversed(cls.__mro__)
            for name, value in vars(base).items()
            if isinstance(value, Knob)
        }

    @classmethod
    def beat_names(cls) -> dict[str, None]:
        """Return the names of the film's beats in their order, those of its base films first."""
        return {
            name: None
            for base in reversed(cls.__mro__)
            for name, value in vars(base).items()
            if getattr(value, "is_beat", False)
        }

    def cast(self) -> None:
        """Make what the film shows. Runs before the first beat; nothing is on screen yet."""

    def leave_out(self, *beats: str) -> None:
        """Tell the film without some of its beats; `cast` may ask for it.

        Raises ValueError where there is no such beat.
        """
        known = self.beat_names()
        for name in beats:
            if name not in known:
                raise ValueError(f"{name!r} is no beat of this film: {', '.join(known)}")
        self.beats = tuple(name for name in self.beats if name not in beats)

    # What a beat uses

    def tr(self, english: str) -> str:
        """Return a text in the film's language."""
        text = self.texts[english] = translations(self.language).get(english, english)
        self._history.feed(text)
        return text

    def say(self, english: str, **parts: str) -> None:
        """Show the beat's caption, in the film's language, in place of the last one.

        Args:
            english: one sentence of Typst markup; `{name}` stands for a part.
            parts: what to put in, after the translation.
        """
        self.sentence = self.tr(english).format(**parts) if parts else self.tr(english)
        self.said = english, parts
        self._history.feed(self.sentence)
        line = caption(self.sentence, self.typeset)
        changes = [Appear(line)] if self._caption is None else exchange([self._caption], line)
        self._caption = line
        self._caption_due = self._since + QUICK + reading_time(self.sentence, self.language)
        self.play(*changes, run_time=QUICK)

    def play(self, *args: Any, **kwargs: Any) -> None:
        """Play animations, as in Manim."""
        super().play(*args, **kwargs)
        self._updated = None
        self._asks_for_dt.clear()
        self._plays += 1
        self._since += self.duration
        self.clock += self.duration

    def shown(self, *things: Mobject) -> list[Mobject]:
        """Return those of some things that are on the picture, or of which a part still is."""
        there = {id(mobject) for mobject in self.get_mobject_family_members()}
        return [thing for thing in things if {id(part) for part in thing.get_family()} & there]

    def vanish(self, *things: Mobject) -> list[Animation]:
        """Return the animation that takes off those of some things that are on the picture."""
        there = self.shown(*things)
        return [Vanish(*there)] if there else []

    def bring_back(self, *things: Mobject) -> list[Animation]:
        """Return the animation that brings on those of some things that are not on the picture."""
        there = self.shown(*things)
        gone = [thing for thing in things if thing not in there]
        return [Appear(*gone)] if gone else []

    def take_off(self, *things: Mobject) -> None:
        """Take those of some things off that are on the picture."""
        gone = self.vanish(*things)
        if gone:
            self.play(*gone)

    def grow(self, arrow: Any, *others: Animation, run_time: float = STEADY) -> None:
        """Bring on an arrow, or several to one scale, and let it grow while others are played."""
        self.add(arrow)
        self.play(arrow.grown.animate.set_value(1), *others, run_time=run_time)

    def add_mobjects_from_animations(self, animations: Any) -> None:
        """Add what is animated, as Manim does; what has left does not come back to vanish."""
        there = {id(mobject) for mobject in self.get_mobject_family_members()}
        for animation in _leaves(animations):
            if isinstance(animation, Vanish):
                animation.look_for(there)
        super().add_mobjects_from_animations(animations)

    def update_mobjects(self, dt: float) -> None:
        """Call the updaters; during a play only mobjects that have some are visited."""
        if self._updated is None:
            super().update_mobjects(dt)
        else:
            for mobject in self._updated:
                if not mobject.updating_suspended:
                    for updater in mobject.updaters:
                        updater(mobject, dt) if self._takes_dt(updater) else updater(mobject)

    def _takes_dt(self, updater: Callable[..., Any]) -> bool:
        """Whether an updater asks for the time since its last call, as Manim tells it."""
        known = self._asks_for_dt.get(updater)
        if known is None:
            known = self._asks_for_dt[updater] = "dt" in inspect.signature(updater).parameters
        return known

    @contextmanager
    def blaming(self, knob: str) -> Iterator[None]:
        """Turn a ValueError inside into a refusal of the value of this knob."""
        try:
            yield
        except ValueError as error:
            origin = self._origins.get(knob, "")
            raise FilmError(f"{origin}{knob} = {shown(getattr(self, knob))}: {error}") from error

    # Running

    def construct(self) -> None:
        """Run the beats, each a section of the video; only those `drawn`, where that is said."""
        own = {name: getattr(self, name) for name in OWN}
        self.cast()
        self._check_is_kept(own, "cast")
        for name in self.beats:
            self.beat_name = name
            # Times within a beat are its own: sums of other beats would round them otherwise.
            self._since, self._caption_due, self._plays = 0.0, 0.0, 0
            self.found = self._found()
            self.begin_history()
            self.next_section(
                name, skip_animations=self.drawn is not None and name not in self.drawn
            )
            self._progress.beat(name, len(self.beats))
            for listener in self.before_beat:
                listener(self)
            getattr(self, name)()
            self._check_is_kept(own, name)
            self.wait(max(REST, self._caption_due - self._since), frozen_frame=True)
            for listener in self.after_beat:
                listener(self)

    def _check_is_kept(self, own: dict[str, Any], where: str) -> None:
        for name, thing in own.items():
            if getattr(self, name) is not thing:
                raise FilmError(
                    f"{self.film_name()}: {where} writes over self.{name}, which every film needs. "
                    "Give what you keep there another name."
                )

    def begin_history(self) -> None:
        """Begin what the names of a beat's segments follow from: its code, and what it finds."""
        self._history = Digest(self.cause, self.beat_digests[self.beat_name], self.found)

    def _found(self) -> str:
        """Return the digest of what a beat finds: all that can be seen of the beats before it."""
        if config.disable_caching or not self.renderer.file_writer.output_spec.is_video:
            return ""  # nothing is named by it
        camera = self.camera
        things = [
            {name: thing for name, thing in vars(self).items() if name not in self._set_up},
            {name: getattr(self, name) for name in self.knobs()},
            [self.mobjects, self.foreground_mobjects, self._caption],
            camera.get_value_trackers(),
            [camera.frame_center, camera.principal_point, camera.light_direction],
        ]
        try:
            return state_digest(things, known=[self, self.renderer, camera])
        except UnreadableStateError:
            return self._history.value()  # whatever an earlier beat did counts as seen

    def render(self, preview: bool = False) -> bool:
        """Render the film and say where it is."""
        self._keep_viewer_honest()
        with self._refusals(), self._progress, ended_by_sigterm():
            rerun = super().render(preview)
        path = getattr(self.renderer.file_writer, "final_file_path", None)
        if path is not None:
            self._progress.done(path, self.renderer)
        return rerun

    def get_time_progression(
        self,
        run_time: float,
        description: str,
        n_iterations: int | None = None,
        override_skip_animations: bool = False,
    ) -> tqdm[float]:
        """Return the times of a play's frames, without a bar: the film has one for all of them."""
        if self.renderer.skip_animations and not override_skip_animations:
            return tqdm([run_time], disable=True)
        return tqdm(np.arange(0, run_time, 1 / config.frame_rate), disable=True)

    def segment_key(self) -> str:
        """Return the name of the current play's segment: equal keys have equal frames."""
        return Digest(self._history.value(), self._plays).value()

    def get_moving_and_static_mobjects(
        self, animations: Any
    ) -> tuple[list[Mobject], list[Mobject]]:
        """Split what is shown into what may change during a play and what rests.

        Of what may change, the heads are returned: their families may change too. What rests is
        returned member by member.

        Unlike Manim's split this does not depend on the order of the mobjects: flat ones do not
        overlap on these stages, and space is one picture: if one thing in it moves, all of it does.
        """
        as_added = extract_mobject_family_members(self.mobjects)  # names come after their arrows
        self._updated = [mobject for mobject in as_added if mobject.updaters]
        if self.renderer.skip_animations:
            return [], []  # nothing of it is drawn
        families = extract_mobject_family_members(self.mobjects, use_z_index=True)
        animated = {
            id(member)
            for animation in _leaves(animations)
            for member in animation.mobject.get_family()
        }
        live = {
            id(member)
            for mobject in families
            if mobject.updaters or id(mobject) in animated
            for member in mobject.get_family()
        }
        in_space = self.camera.is_in_space
        turning = self._camera_moves(animations)
        space_moves = turning or any(id(mob) in live and in_space(mob) for mob in families)
        if space_moves and self.camera.background_opacity < 1:
            return _heads(families), []  # layers are laid over opaque pictures only

        def moves(mobject: Mobject) -> bool:
            if in_space(mobject):
                return space_moves
            director = getattr(mobject, "director", None)
            if director is not None and (turning or any(id(way) in live for way in director.ways)):
                return True
            return id(mobject) in live

        moving = _heads([mobject for mobject in families if moves(mobject)])
        resting = [mobject for mobject in families if not moves(mobject) and mobject.has_points()]
        return moving, resting

    def _camera_moves(self, animations: Any) -> bool:
        trackers = self.camera.get_value_trackers()
        return any(animation.mobject in trackers for animation in _leaves(animations))

    def __deepcopy__(self, memo: Any) -> Film:
        """Return the film itself: animations copy mobjects, and those may hold on to their film."""
        return self

    # Setting up

    def _read_lesson(self) -> None:
        names = tuple(
            Path(inspect.getfile(base)).stem
            for base in reversed(type(self).__mro__)
            if issubclass(base, Film) and base is not Film
        )
        knobs = self.knobs()
        own = {self.film_name(): frozenset(knobs)}
        film_knobs = cache(lambda: knobs_of_films(FILMS) | own)
        lesson = current_lesson(film_knobs)
        typed = typed_settings(film_knobs).read_for(names, knobs)
        self.language = chosen_language(lesson)
        self.theme = THEMES[chosen_theme(lesson)]
        settings = {
            name: (where, value)
            for name, (where, value) in lesson.settings_for(names).items()
            if not where.endswith(", [all]") or self.takes(name, value)
        } | typed
        self._origins = {name: f"{where}: " for name, (where, _) in settings.items()}
        beside = Path(inspect.getfile(type(self))).parent
        self._folders = {
            name: Path() if name in typed else lesson.folder if name in settings else beside
            for name in knobs
        }
        self.chosen: dict[str, Any] = {}
        for name, declared in knobs.items():
            if name in settings:
                where, value = settings[name]
            else:
                where, value = "", getattr(type(self), name)
                value = declared.default if isinstance(value, Knob) else value
            try:
                self.chosen[name] = declared.checked(name, value)
                setattr(self, name, self.chosen[name])
            except FilmError as error:
                remedy = f" For this film alone, set it in [{self.film_name()}]."
                alone = remedy if where.endswith(", [all]") else ""
                raise FilmError(f"{self._origins.get(name, '')}{error}{alone}") from None
        files = [name for name, declared in knobs.items() if declared.file]
        named = {name: self._folders[name] / getattr(self, name) for name in files}
        self.files = {name: _digest(path) for name, path in named.items() if path.is_file()}
        self._progress = Progress(self.film_name())

    def folder_of(self, knob: str) -> Path:
        """Return where a relative path in a knob begins: where its value was written.

        That is the folder of the lesson, the working directory for what was typed, or the folder
        of the film.
        """
        return self._folders[knob]

    def takes(self, name: str, value: Any) -> bool:
        """Whether a value that a lesson gives to all films is meant for this one too."""
        return True

    def identity(self, film: type[Film]) -> tuple[str, dict[str, str]]:
        """Return the digest of what all beats depend on, and one for each beat's code.

        Args:
            film: this film's class, or the same one as it was edited.
        """
        code, beats = code_identity(film, tuple(film.beat_names()))
        camera = self.camera
        cause = Digest(
            machine_identity(),
            code,
            self.chosen,
            self.files,
            [self.language, self.theme.name, self.typeset.fonts, self.random_seed],
            [camera.pixel_width, camera.pixel_height, camera.frame_rate],
            [camera.background_color.to_hex(), camera.background_opacity],
            [str(self.session_spec.video_encoder)],
        )
        return cause.value(), beats

    def _check_output(self) -> None:
        plan = self.output_plan
        folders = {
            plan.segment_cache_dir,
            config.get_dir("tex_dir"),
            plan.sections_dir,
            plan.image_sequence_dir,
        }
        if plan.primary_artifact is not None and plan.image_sequence_dir is None:
            folders.add(plan.primary_artifact.parent)
        for folder in sorted(folder for folder in folders if folder is not None):
            try:
                folder.mkdir(parents=True, exist_ok=True)
                with tempfile.TemporaryFile(dir=folder):
                    pass
                sweep(folder)
            except OSError as error:
                raise FilmError(
                    f"{folder}: the films are written there, but it cannot be written to "
                    f"({error.strerror}). Make it writable, or name another with --media_dir."
                ) from error

    def _keep_viewer_honest(self) -> None:
        """Do not let Manim call a viewer that is not there: it would die after the work is done."""
        if platform.system() != "Linux" or config.preview_command:
            return
        display = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
        presentation = self.session_spec.presentation
        wanted = presentation.open_after_render or presentation.show_in_file_browser
        if wanted and not (display and shutil.which("xdg-open")):
            self.session_spec = dataclasses.replace(
                self.session_spec,
                presentation=dataclasses.replace(
                    presentation, open_after_render=False, show_in_file_browser=False
                ),
            )
            self._progress.note = "No viewer on this machine; the file is here: "

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        try:
            yield
        except FilmError as error:
            self.refuse(str(error))
        except OSError as error:
            if error.errno is None:
                raise
            self.refuse(
                f"{error.filename or 'output'}: it cannot be written or read ({error.strerror})."
            )

    @staticmethod
    def refuse(message: str) -> NoReturn:
        """End with a sentence that says what the user got wrong."""
        print(f"steepest: {message}", file=sys.stderr)
        raise SystemExit(2)


def _digest(path: Path) -> str:
    """Return the digest of what is in a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _heads(mobjects: list[Mobject]) -> list[Mobject]:
    """Return those of the mobjects that are in no other one's family, in the same order."""
    below = {
        id(member)
        for mobject in mobjects
        for child in mobject.submobjects
        for member in child.get_family()
    }
    return [mobject for mobject in mobjects if id(mobject) not in below]


def _leaves(animations: Any) -> Iterator[Any]:
    """Yield animations and, for groups, the animations inside."""
    for animation in animations:
        yield animation
        yield from _leaves(getattr(animation, "animations", ()))
