"""Previews: films that stand by are walked through after an edit, and stale beats are drawn.

What the processes do that this orders about, `scenes/stage/standby.py` says.
"""

from __future__ import annotations

import itertools
import queue
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from studio.catalogue import HOME
from studio.fingerprint import ROOMS
from studio.live import MODULE, Company, Process, Told
from studio.reel import ELSEWHERE, Reel

DIED = "the process that draws the film was killed; was there too little memory?"


class Rehearsals:
    """The films that stand by, and the processes that do it.

    Args:
        reels: the films, in the order in which they are served.
        news: where what processes tell is put.
        fail: is called with a film and what went wrong with it.
        shown: is called with a film and a beat that has come on the screen.
    """

    def __init__(
        self,
        reels: Sequence[Reel],
        news: queue.SimpleQueue[Any],
        fail: Callable[[Reel, Mapping[str, str]], None],
        shown: Callable[[Reel, str], None],
    ):
        self._reels, self._news, self._fail, self._shown = reels, news, fail, shown
        self._numbers = itertools.count()
        self._company: Company | None = None
        self._root: Process | None = None
        self._stage: Process | None = None
        self._stage_number = -1
        self._stage_files: frozenset[Path] = frozenset()
        self._stage_fault: dict[str, str] | None = None

    def close(self) -> None:
        """End all processes and wait until they are gone."""
        if self._company is not None:
            self._company.close()
        self._company = self._root = self._stage = None

    # After a save

    def take_save(self, changed: Iterable[Path]) -> None:
        """Send away the processes that have imported a file that has changed."""
        files = set(changed)
        python = any(file.suffix == ".py" for file in files)
        if any(file.suffix == ".cfg" or file.is_relative_to(HOME / "identity") for file in files):
            self.close()
        elif not (files & self._stage_files or (self._stage_fault is not None and python)):
            return
        if self._stage is not None:
            self._stage.end()
        self._stage, self._stage_number = None, -1
        self._stage_files, self._stage_fault = frozenset(), None
        for reel in self._reels:
            reel.forget()

    def begin(self, reel: Reel, edited: Sequence[str] | None) -> None:
        """Find out how a film is now, and draw what is stale.

        Args:
            reel: the film; nothing is at work for it.
            edited: the beats that alone were edited, in their order; None where more was.
        """
        start = reel.start_for(edited[0]) if edited else None
        stand = None if start is None else reel.beats[start].stand
        if edited is None or start is None or stand is None:
            return self._begin_anew(reel)
        for name in edited:
            reel.beats[name].digest = None
        reel.doubt_after(start)
        known = {name: beat.found for name, beat in reel.beats.items() if beat.stand and beat.found}
        reel.waits = True
        stand.process.order(do="walk", number=reel.number, known=known, edited=list(edited))
        if start == edited[0] and not reel.current:
            reel.to_draw.append(start)  # at once: it is as good as certain that it is stale
        return None

    def _begin_anew(self, reel: Reel) -> None:
        reel.forget()
        reel.waits = reel.needs_stage = True
        self._call_stage()

    def _call_stage(self) -> None:
        """Have a process that has imported the stage begin what waits for it."""
        waiting = [reel for reel in self._reels if reel.needs_stage]
        if not waiting:
            return
        if self._stage_fault is not None:
            for reel in waiting:
                reel.waits = reel.needs_stage = False
                self._fail(reel, self._stage_fault)
        elif self._company is None:
            sources = [file for room in ROOMS for file in (HOME / room).rglob("*.py")]
            self._company = Company(self._news, sources)
        elif self._stage is not None:
            for reel in waiting:
                reel.needs_stage = False
                self._stage.order(**_walk(reel))
        elif self._root is not None and self._stage_number < 0:
            self._stage_number = next(self._numbers)
            self._root.order(module=MODULE, number=self._stage_number)

    # What processes tell

    def take(self, told: Told) -> None:
        """Take in what a process has told."""
        process, said = told.process, told.said
        if process.role == "libraries":
            self._take_root(process, said)
        elif process.role == "stage":
            self._take_stage(process, said)
        else:
            reel = next((reel for reel in self._reels if reel.number == process.number), None)
            if process.role == "stand-by":
                self._take_stand(reel, process, said)
            elif reel is None:
                process.end()  # of an earlier save
            elif said is None:
                self._take_end(reel, process)
            elif not said:
                self._take_hello(reel, process)
            else:
                self._take_words(reel, process, said)

    def _take_root(self, process: Process, said: Mapping[str, Any] | None) -> None:
        if said is not None:
            self._root = process
            self._call_stage()
        elif process is self._root:
            self.close()
            self._fail_waiting({"what": DIED})

    def _take_stage(self, process: Process, said: Mapping[str, Any] | None) -> None:
        if process.number != self._stage_number:
            process.end()
        elif said is None:
            if process is self._stage:
                self._stage, self._stage_number = None, -1
                self._fail_waiting({"what": DIED})
        elif "broken" in said:
            self._stage, self._stage_fault = None, said["broken"]
            self._fail_waiting(said["broken"])
        elif "files" in said:
            self._stage_files = frozenset(map(Path, said["files"]))
        else:
            self._stage = process
            self._call_stage()

    def _fail_waiting(self, fault: Mapping[str, str]) -> None:
        for reel in self._reels:
            if reel.waits:
                reel.waits = reel.needs_stage = False
                self._fail(reel, fault)

    def _take_stand(
        self, reel: Reel | None, process: Process, said: Mapping[str, Any] | None
    ) -> None:
        if said is not None:
            if reel is None:
                process.end()
            else:
                reel.take_stand(process.beat, process)
            return
        for each in self._reels:
            beat = each.beats.get(process.beat)
            if beat is None or beat.stand is None or beat.stand.process is not process:
                continue
            beat.stand = None
            if each.waits or beat.is_drawn:  # it may have died with an order
                each.stop()
                self._begin_anew(each)

    def _take_hello(self, reel: Reel, process: Process) -> None:
        if process.role == "walk":
            reel.walker, reel.waits = process, False
        else:
            reel.beats[process.beat].drawer = process

    def _take_end(self, reel: Reel, process: Process) -> None:
        """Take in that a process has ended: well, where it was told before that it is done."""
        if process is reel.walker:
            reel.walker = None
            self._fail(reel, {"what": DIED})
        for beat in reel.beats.values():
            if process is beat.drawer:
                beat.drawer, beat.is_drawn = None, False
                self._fail(reel, {"what": DIED})

    def _take_words(self, reel: Reel, process: Process, said: dict[str, Any]) -> None:
        beat = reel.beats.get(process.beat)
        if "other_film" in said:
            reel.stop()
            self._begin_anew(reel)
        elif "refused" in said or "broken" in said:
            self._let_go(reel, process)
            refusal = {"what": said.get("refused", "").removeprefix("steepest: ")}
            self._fail(reel, said.get("broken", refusal))
        elif process.role == "walk":
            self._take_walk(reel, process, said)
        elif "drawn" in said and beat is not None:
            self._let_go(reel, process)
            self._show(reel, process.beat, tuple(said["drawn"]))

    def _let_go(self, reel: Reel, process: Process) -> None:
        if process is reel.walker:
            reel.walker = None
        for beat in reel.beats.values():
            if process is beat.drawer:
                beat.drawer, beat.is_drawn = None, False

    def _take_walk(self, reel: Reel, process: Process, said: dict[str, Any]) -> None:
        if "beats" in said:
            reel.set_beats(said["beats"])
            reel.texts, reel.code = said["texts"], frozenset(said["code"])
        elif "at" in said and said["at"] not in reel.beats:  # it has read a later save
            reel.stop()
            self._begin_anew(reel)
        elif "at" in said:
            reel.walked_to = said["at"]
            reel.beats[reel.walked_to].found = said["found"]
        elif "names" in said:
            name = reel.walked_to
            beat = reel.beats[name]
            beat.digest, beat.texts = reel.digests.get(name, ELSEWHERE), said["texts"]
            if not beat.is_drawn:
                self._take_names(reel, name, tuple(said["names"]))
        elif "same_from" in said:
            reel.trust_from(said["same_from"])
            self._let_go(reel, process)
        elif "done" in said:
            self._let_go(reel, process)

    def _take_names(self, reel: Reel, name: str, names: tuple[str, ...]) -> None:
        reel.to_draw = [other for other in reel.to_draw if other != name]
        before = reel.beats[name].clip
        try:
            if reel.must_be_drawn(name, names):
                reel.to_draw.append(name)
            elif reel.beats[name].clip != before:
                self._shown(reel, name)
        except (OSError, ValueError) as error:
            self._fail(reel, {"what": str(error)})

    def _show(self, reel: Reel, name: str, names: tuple[str, ...]) -> None:
        try:
            reel.show_preview(name, names)
        except (OSError, ValueError) as error:
            self._fail(reel, {"what": str(error)})
        else:
            self._shown(reel, name)

    # Drawing

    def give_out(self, most: int, first: str) -> None:
        """Have beats drawn that are stale.

        Args:
            most: how many at a time.
            first: the beat that goes first where it is stale, after those that were edited alone.
        """
        drawing = sum(beat.is_drawn for reel in self._reels for beat in reel.beats.values())
        for reel in self._reels:
            waiting = sorted(reel.to_draw, key=lambda name: name != first)
            for name in waiting:
                stand = reel.beats[name].stand
                if drawing >= most or stand is None or not stand.holds:
                    continue
                reel.to_draw.remove(name)
                reel.beats[name].is_drawn = True
                stand.process.order(do="draw", number=reel.number)
                drawing += 1


def _walk(reel: Reel) -> dict[str, Any]:
    assert reel.preview is not None
    version = reel.preview
    return {
        "number": reel.number,
        "film": str(version.file.resolve()),
        "settings": dict(version.settings),
        "segments": str(version.segments.resolve()),
        "picture": vars(version.picture),
    }
