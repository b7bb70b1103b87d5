"""A film that is watched: what is shown of each beat, what is known of it, what is to be drawn."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from identity.seal import is_whole
from studio.join import join
from studio.live import Process
from studio.reasons import State
from studio.screen import Clip
from studio.version import CACHE, Version

CLIPS = CACHE / "watch"
"""Where clips of previews are joined."""

Names = tuple[str, ...]
"""What the segments of a beat are called: equal names, equal pictures."""

ELSEWHERE = "elsewhere"
"""The digest of a beat that the film's file only inherits."""


@dataclass
class Stand:
    """A process that waits before a beat, and the digest of what it finds there.

    It holds where all beats before it are what they were for it.
    """

    process: Process
    holds: bool = True


@dataclass
class Beat:
    """What is known of a beat.

    `names` are those of its segments as the film is now, `built` those of the film that was built;
    `digest` is that of the code for which they hold, `texts` what it says, as it is translated.
    `is_drawn` is set while a process draws it, or was told to.
    """

    title: str
    names: Names | None = None
    built: Names | None = None
    digest: str | None = None
    found: str | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    clip: Clip | None = None
    full: Clip | None = None
    quality: str = ""
    stand: Stand | None = None
    is_drawn: bool = False
    drawer: Process | None = None


@dataclass(eq=False)
class Reel:
    """A film that is watched, as it is shown; `number` is that of the save that it follows."""

    file: Path
    version: Version | None = None
    preview: Version | None = None
    number: int = -1
    beats: dict[str, Beat] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    code: frozenset[str] = frozenset()
    walker: Process | None = None
    waits: bool = False
    needs_stage: bool = False
    to_draw: list[str] = field(default_factory=list)
    error: dict[str, str] | None = None
    work: str = ""
    current: bool = False
    walked_to: str = ""
    given_up: bool = False
    drafted: bool = False

    @property
    def name(self) -> str:
        """The film's name."""
        return self.file.stem

    @property
    def is_busy(self) -> bool:
        """Whether something of it is being found out or drawn at preview quality."""
        drawing = any(beat.is_drawn for beat in self.beats.values())
        return self.waits or self.walker is not None or bool(self.to_draw) or drawing

    def start_for(self, beat: str) -> str | None:
        """Return the last beat up to this one before which a process stands that holds."""
        best = None
        for name, each in self.beats.items():
            if each.stand is not None and each.stand.holds:
                best = name
            if name == beat:
                return best
        return None

    def set_beats(self, titles: Mapping[str, str]) -> None:
        """Take over which beats there are, in their order; what is known of them stays."""
        for name in self.beats.keys() - titles.keys():
            self._dismiss(self.beats[name])
        self.beats = {name: self.beats.get(name, Beat(title)) for name, title in titles.items()}
        for name, title in titles.items():
            self.beats[name].title = title

    def dismiss(self) -> None:
        """Send away all processes of the film."""
        self.stop()
        for beat in self.beats.values():
            self._dismiss(beat)

    def stop(self) -> None:
        """Stop what is being drawn and found out; those that stand by stay."""
        for process in [self.walker, *(beat.drawer for beat in self.beats.values())]:
            if process is not None:
                process.end()
        for beat in self.beats.values():
            beat.drawer, beat.is_drawn = None, False
        self.walker, self.waits, self.needs_stage = None, False, False
        self.to_draw.clear()

    def forget(self) -> None:
        """Send away those that stand by: their film is another one."""
        for beat in self.beats.values():
            self._dismiss(beat)
            beat.digest = beat.found = None

    def doubt_after(self, start: str) -> None:
        """Note that it is not known whether processes after a beat still hold."""
        after = False
        for name, beat in self.beats.items():
            if after and beat.stand is not None:
                beat.stand.holds = False
            after = after or name == start

    def trust_from(self, start: str) -> None:
        """Note that from a beat on all is as it was found."""
        on = False
        for name, beat in self.beats.items():
            on = on or name == start
            if on and beat.stand is not None:
                beat.stand.holds = True

    def take_stand(self, name: str, process: Process) -> None:
        """Take over a process that now stands before a beat."""
        beat = self.beats.setdefault(name, Beat(name))
        self._dismiss(beat)
        beat.stand = Stand(process)

    def _dismiss(self, beat: Beat) -> None:
        if beat.stand is not None:
            beat.stand.process.end()
            beat.stand = None

    # What is shown

    def show_built(self, state: State) -> None:
        """Show the clips of the film that was built, as far as they are what it was built as.

        Where it is up to date they are what is asked for, else what there was before.
        """
        if state.record is None:
            return
        current = not state.reasons
        fields = state.record.fields
        if current:
            language = fields["language"]
            self.set_beats({beat["name"]: beat["title"][language] for beat in fields["beats"]})
        elif not self.beats:
            self.set_beats({beat["name"]: beat["title"]["en"] for beat in fields["beats"]})
        for said in fields["beats"]:
            beat = self.beats.get(said["name"])
            if beat is None or (beat.clip is not None and not current):
                continue
            file = state.version.folder / said["clip"]
            if file.is_file():
                key = fields["outputs"][said["clip"]]["sha256"]
                beat.clip = Clip(file, key, said["ends"] - said["begins"])
                beat.quality = "full" if current else "old"
                beat.full = beat.clip if current else None

    def must_be_drawn(self, name: str, names: Names) -> bool:
        """Take in what a beat's segments are called now; return whether it must be drawn.

        Where they are there already, they are shown.

        Raises:
            OSError: they cannot be joined or written.
        """
        beat = self.beats[name]
        beat.names = names
        if self.current:  # the film that was built is the film as it is
            beat.built = names
        if beat.built == names and beat.full is not None:
            beat.clip, beat.quality = beat.full, "full"
        elif self._has(names):
            self.show_preview(name, names)
        else:
            beat.quality = beat.quality and "old"
            return True
        return False

    def show_draft(self, state: State) -> None:
        """Show the clips of a draft; a beat whose clip is what it was when it was built is full."""
        if state.record is None:
            return
        fields = state.record.fields
        language = fields["language"]
        self.set_beats({beat["name"]: beat["title"][language] for beat in fields["beats"]})
        for said in fields["beats"]:
            beat = self.beats[said["name"]]
            key = fields["outputs"][said["clip"]]["sha256"]
            beat.names = (key,)
            if beat.built == beat.names and beat.full is not None:
                beat.clip, beat.quality = beat.full, "full"
            else:
                file = state.version.folder / said["clip"]
                beat.clip = Clip(file, key, said["ends"] - said["begins"])
                beat.quality = "preview"

    def _has(self, names: Names) -> bool:
        """Whether all segments of these names are there."""
        assert self.preview is not None
        return all(is_whole(self.preview.segments / name) for name in names)

    def show_preview(self, name: str, names: Names) -> None:
        """Join a beat's segments and show them.

        Raises:
            OSError: they cannot be joined or written.
        """
        assert self.preview is not None
        beat = self.beats[name]
        beat.names = names
        key = self._key(names)
        file = CLIPS / f"{key}.mp4"
        rate = Fraction(self.preview.picture.frame_rate)
        CLIPS.mkdir(parents=True, exist_ok=True)
        unfinished = CLIPS / f".unfinished-{os.getpid()}.mp4"
        frames = join([self.preview.segments / each for each in names], unfinished, rate)
        os.replace(unfinished, file)
        beat.clip = Clip(file, key, round(float(frames / rate), 6))
        beat.quality = "preview"

    def _key(self, names: Names) -> str:
        assert self.preview is not None
        return hashlib.sha256(
            json.dumps([self.preview.picture.folder, *names]).encode()
        ).hexdigest()

    def told(self) -> dict[str, Any]:
        """Return what the page is told of the film."""
        return {
            "name": self.name,
            "work": self.work,
            "error": self.error,
            "beats": [
                {
                    "name": name,
                    "title": beat.title,
                    "url": beat.clip.url if beat.clip else None,
                    "seconds": beat.clip.seconds if beat.clip else 0.0,
                    "quality": beat.quality,
                    "drawing": beat.is_drawn or name in self.to_draw,
                }
                for name, beat in self.beats.items()
            ],
        }
