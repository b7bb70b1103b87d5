"""Films of a few lines that stand by as real ones do: `scenes.stage.standby` for tests.

They are drawn by `drawer`. What a beat finds is the beat before it, so that after an edit of one
all are as they were from the second after it on. What a film asks for with the word `preview` in
place of `do` is done here, and not where the film is built.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any

import drawer


def serve(wire: Any, connect: Any, fault: Any) -> None:
    wire.tell(ready=True, files=[])
    while (order := wire.hear()) is not None:
        if os.fork() == 0:
            wire.close()
            begin(connect(role="walk", number=order["number"]), connect, fault, order)


def begin(wire: Any, connect: Any, fault: Any, order: dict[str, Any]) -> None:
    wire.end_with_it()
    os.environ.update(order["settings"])
    film = Film(order, connect, fault)
    if "refuse" in os.environ.get("STEEPEST_SET", "") + film.text:
        wire.tell(refused="steepest: f = 'refuse': it is refused.")
        os._exit(0)
    titles = {name: name for name, _, _ in film.beats}
    wire.tell(beats=titles, texts={}, code=[str(film.file)])
    film.walk(wire, 0, {}, [])


class Film:
    def __init__(self, order: dict[str, Any], connect: Any, fault: Any):
        self.order, self.connect, self.fault = order, connect, fault
        self.file = Path(order["film"])
        self.number = order["number"]
        self.read()

    def read(self) -> None:
        self.text = self.file.read_text(encoding="utf-8")
        self.beats = drawer.BEAT.findall(self.text)

    def found(self, index: int) -> str:
        return json.dumps(self.beats[index - 1 : index])

    def walk(self, wire: Any, begin: int, known: dict[str, str], edited: list[str]) -> None:
        for index in range(begin, len(self.beats)):
            name = self.beats[index][0]
            later = {beat[0] for beat in self.beats[index:]}
            if known.get(name) == self.found(index) and not later & set(edited):
                wire.tell(same_from=name)
                os._exit(0)
            wire.tell(at=name, found=self.found(index))
            if index != begin or not known:
                self.leave_one_behind(wire, index)
            wire.tell(names=self.segments(index), texts={})
        wire.tell(done=True)
        os._exit(0)

    def leave_one_behind(self, wire: Any, index: int) -> None:
        if os.fork():
            return
        wire.close()
        name = self.beats[index][0]
        here = self.connect(role="stand-by", number=self.number, beat=name)
        while (order := here.hear()) is not None:
            if os.fork() == 0:
                here.close()
                self.number = order["number"]
                mine = self.connect(role=order["do"], number=self.number, beat=name)
                mine.end_with_it()
                self.read()
                if order["do"] == "walk":
                    self.walk(mine, index, {**order["known"], "": ""}, order["edited"])
                self.draw(mine, index)
        os._exit(0)

    def segments(self, index: int) -> list[str]:
        settings = {
            name: os.environ.get(f"STEEPEST_{name}", "") for name in ("LANG", "THEME", "SET")
        }
        picture = [self.order["picture"]["width"], self.order["picture"]["frame_rate"]]
        cause = json.dumps([*self.beats[index], settings, *picture, self.found(index)])
        key = hashlib.sha256(cause.encode()).hexdigest()
        return [f"{key}{half}.mp4" for half in range(2)]

    def draw(self, wire: Any, index: int) -> None:
        name, colour, seconds = self.beats[index]
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, for the rest of this process
        try:
            asked = self.text.replace("do ", "").replace("preview ", "do ")
            drawer.do(asked, name, self.file)
        except RuntimeError as error:
            wire.tell(broken=self.fault(error, self.file))
            os._exit(0)
        folder = Path(self.order["segments"])
        folder.mkdir(parents=True, exist_ok=True)
        names = self.segments(index)
        for half, segment in enumerate(names):
            if not drawer.whole(folder / segment):
                picture = self.order["picture"]
                drawer.draw(folder / segment, picture, int(colour), float(seconds) / 2, half)
        wire.tell(drawn=names)
        os._exit(0)
