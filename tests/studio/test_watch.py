"""Watching: after a save the edited beat is shown, previews first; errors are told; all ends."""

from __future__ import annotations

import io
import signal
import socket
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import av
import pytest
from incremental import (
    BEATS,
    film_text,
    group_is_gone,
    run,
    start,
    wait_until,
    write_and_build,
    write_film,
)
from sampling import sampled
from watching import (
    State,
    Watching,
    beats_of,
    error_of,
    is_full,
    is_gone,
    qualities,
    watching,
)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with the film one."""
    monkeypatch.chdir(tmp_path)
    write_film("one")
    return tmp_path


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Watching, State]]:
    """A watch of the film one, all of it built: its folder, and what it tells then."""
    folder = tmp_path_factory.mktemp("watch")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        write_film("one")
        process = start("watch", "one.py")
    with watching(process) as watch:
        yield folder, watch, watch.until(is_full)


@pytest.fixture
def one(
    shared: tuple[Path, Watching, State], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Watching]:
    """That watch, brought back to where it began."""
    folder, watch, began = shared
    monkeypatch.chdir(folder)
    yield watch
    lesson, film = Path("lesson.toml"), Path("one.py")
    began_text = film_text("one", BEATS)
    moved = lesson.exists() or film.read_text(encoding="utf-8") != began_text
    lesson.unlink(missing_ok=True)
    for left in Path().glob("one.*[!y]"):
        left.unlink()
    film.write_text(began_text, encoding="utf-8")
    if moved:  # all that the tests write shows something else
        watch.until(lambda state: is_full(state) and state["films"] == began["films"])
    watch.seen[:] = [began]


@pytest.fixture
def own(place: Path) -> Iterator[Watching]:
    """A watch of the film one, all of it built, that a test may end."""
    write_and_build("one")
    with watching(start("watch", "one.py")) as watch:
        watch.until(is_full)
        yield watch


def save(name: str, beats: dict[str, tuple[int, float]], more: str = "") -> None:
    Path(f"{name}.py").write_text(film_text(name, beats, more), encoding="utf-8")


def edit(name: str, *changes: tuple[str, str]) -> None:
    path = Path(f"{name}.py")
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def pid_in(name: str) -> int:
    wait_until(lambda: Path(name).exists() and Path(name).read_text())
    return int(Path(name).read_text())


def size_of(video: bytes) -> tuple[int, int]:
    with av.open(io.BytesIO(video)) as container:
        stream = container.streams.video[0]
        assert sum(1 for _ in container.decode(video=0)) == stream.frames
        return stream.width, stream.height


# What a save brings


def test_a_film_that_was_never_built_is_previewed_then_built(place: Path) -> None:
    with watching(start("watch", "one.py")) as watch:
        watch.until(lambda state: "preview" in qualities(state))
        state = watch.until(is_full)
        assert list(beats_of(state)) == ["first", "second", "third"]
        assert watch.said(lambda line: "renders" in line).startswith("renders/one/one.mp4  (6 of 6")
    assert run("build", "one.py")[1] == "renders/one/one.mp4  (up to date)\n"


def test_what_was_built_before_is_shown_as_it_is(place: Path) -> None:
    write_and_build("one")
    with watching(start("watch", "one.py")) as watch:
        first = watch.until(lambda state: state["films"][0]["beats"])
        assert is_full(first)
        url = beats_of(first)["second"]["url"]
        assert size_of(watch.get(url)[2]) == (96, 64)
        assert watch.get(url)[2] == Path("renders/one/clips/02_second.mp4").read_bytes()


def test_an_edited_beat_is_shown_as_a_preview_then_as_it_is_asked_for(one: Watching) -> None:
    before = one.seen[-1]
    save("one", {**BEATS, "second": (7, 2.0)})
    state = one.until(lambda state: beats_of(state)["second"]["quality"] == "preview")
    url = beats_of(state)["second"]["url"]
    assert size_of(one.get(url)[2]) == (48, 32)
    assert beats_of(state)["first"] == beats_of(before)["first"]
    assert (state["jump"]["film"], state["jump"]["beats"]) == ("one", ["second"])
    line = one.said(lambda line: "is shown" in line)
    assert line.startswith("one: second is shown, ")
    after = one.until(is_full)
    changed = [name for name in BEATS if beats_of(after)[name] != beats_of(before)[name]]
    assert changed == ["second"]
    assert size_of(one.get(beats_of(after)["second"]["url"])[2]) == (96, 64)
    drawn = {
        name for state in one.seen for name, beat in beats_of(state).items() if beat["drawing"]
    }
    assert "second" in drawn


def test_only_what_was_edited_is_previewed(one: Watching) -> None:
    one.seen.clear()
    save("one", {**BEATS, "first": (7, 1.0)})
    one.until(lambda state: beats_of(state)["first"]["quality"] == "preview")
    one.until(is_full)
    assert {beats_of(state)["third"]["quality"] for state in one.seen} == {"full"}


def test_an_edit_that_is_taken_back_brings_the_built_film_back_at_once(one: Watching) -> None:
    before = beats_of(one.seen[-1])
    edit("one", HANGS)
    pid_in("one.hang")
    save("one", BEATS)
    state = one.until(is_full)
    assert beats_of(state) == before


def test_a_comment_changes_nothing(one: Watching) -> None:
    number = one.seen[-1]["jump"]
    path = Path("one.py")
    path.write_text(path.read_text(encoding="utf-8") + "# a remark\n", encoding="utf-8")
    save_again = path.read_text(encoding="utf-8").replace("90", "91")
    path.write_text(save_again, encoding="utf-8")
    state = one.until(lambda state: state["jump"] != number)
    assert state["jump"]["beats"] == ["second"]


def test_beats_that_come_go_and_move_are_followed(one: Watching) -> None:
    beats = {"third": BEATS["third"], "new": (9, 1.0), "first": BEATS["first"]}
    save("one", beats)
    state = one.until(lambda state: is_full(state) and len(beats_of(state)) == 3)
    while list(beats_of(state)) != list(beats):
        state = one.until(is_full)
    save("one", {name: beats[name] for name in ("first", "third", "new")})
    one.until(lambda state: is_full(state) and list(beats_of(state)) == ["first", "third", "new"])


def test_a_lesson_that_appears_is_followed(one: Watching) -> None:
    Path("lesson.toml").write_text('theme = "light"\n', encoding="utf-8")
    one.until(lambda state: set(qualities(state)) == {"preview"})
    state = one.until(is_full)
    assert state["theme"] == "light"
    assert state["jump"]["beats"] == []  # all of it: the page stays where it is


SECOND = 'self.draw("second", 90, 2.0)'
HANGS = SECOND, 'self.draw("second", 91, 2.0), "preview hang at second always"'
HANGS_FULL = SECOND, 'self.draw("second", 91, 2.0), "do hang at second always"'


def test_a_newer_save_ends_the_preview_of_an_older(one: Watching) -> None:
    edit("one", HANGS)
    older = pid_in("one.hang")
    assert not is_gone(older)
    save("one", {**BEATS, "second": (8, 2.0)})
    one.until(lambda state: beats_of(state)["second"]["quality"] == "preview")
    one.until(is_full)
    wait_until(lambda: is_gone(older))
    assert run("build", "one.py")[1] == "renders/one/one.mp4  (up to date)\n"


def test_a_newer_save_ends_the_build_of_an_older(one: Watching) -> None:
    edit("one", HANGS_FULL)
    older = pid_in("one.hang")
    assert not is_gone(older)
    save("one", {**BEATS, "second": (8, 2.0)})
    one.until(is_full)
    wait_until(lambda: is_gone(older))
    assert run("build", "one.py")[1] == "renders/one/one.mp4  (up to date)\n"


def test_where_no_process_may_be_forked_a_draft_is_built_first(place: Path) -> None:
    with watching(start("watch", "one.py", NO_FORK="1")) as watch:
        watch.until(lambda state: set(qualities(state)) == {"preview"})
        before = beats_of(watch.until(is_full))
        save("one", {**BEATS, "second": (7, 2.0)})
        state = watch.until(lambda state: "preview" in qualities(state))
        assert qualities(state) == ["full", "preview", "full"]
        assert size_of(watch.get(beats_of(state)["second"]["url"])[2]) == (48, 32)
        after = beats_of(watch.until(is_full))
        assert [name for name in BEATS if after[name] != before[name]] == ["second"]
        edit("one", ("def second(self)", "def second(self"))
        watch.until(error_of)
        assert watch.interrupt() == 130


# What goes wrong


def test_a_broken_film_is_told_and_watching_goes_on(one: Watching) -> None:
    before = beats_of(one.seen[-1])
    path = Path("one.py")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("def second(self):", "def second(self:"), encoding="utf-8")
    state = one.until(error_of)
    assert "one.py" in error_of(state)
    assert "line" in error_of(state)
    assert {name: beat["url"] for name, beat in beats_of(state).items()} == {
        name: beat["url"] for name, beat in before.items()
    }
    assert one.said(lambda line: "steepest: one: " in line, err=True)
    path.write_text(text.replace("90", "92"), encoding="utf-8")
    one.until(lambda state: not error_of(state) and is_full(state))


@pytest.mark.parametrize("what", ["preview", "do"])
def test_a_film_that_breaks_while_it_is_drawn_is_told(one: Watching, what: str) -> None:
    edit("one", (SECOND, f'self.draw("second", 91, 2.0), "{what} break at second always"'))
    state = one.until(error_of)
    assert "RuntimeError: out of chalk" in error_of(state)
    one.said(lambda line: "out of chalk" in line, err=True)
    save("one", {**BEATS, "second": (7, 2.0)})
    one.until(lambda state: not error_of(state) and is_full(state))


def test_a_film_whose_process_is_killed_is_told(one: Watching) -> None:
    edit("one", (SECOND, HANGS[1].replace("hang", "die")))
    state = one.until(error_of)
    assert "was killed" in error_of(state)
    save("one", {**BEATS, "second": (8, 2.0)})
    one.until(lambda state: not error_of(state) and is_full(state))


def test_a_refusal_is_told_in_the_films_words(place: Path) -> None:
    with watching(start("watch", "one.py", "--set", "f=refuse")) as watch:
        state = watch.until(error_of)
        assert state["films"][0]["error"]["what"] == "f = 'refuse': it is refused."


def test_a_lesson_that_is_none_is_told_in_the_films_words(one: Watching) -> None:
    Path("lesson.toml").write_text("theme = \n", encoding="utf-8")
    state = one.until(error_of)
    assert "lesson.toml" in error_of(state)
    Path("lesson.toml").unlink()
    one.until(lambda state: not error_of(state) and is_full(state))


def test_a_film_that_is_gone_is_told_until_it_is_back(one: Watching) -> None:
    text = Path("one.py").read_text(encoding="utf-8")
    Path("one.py").unlink()
    one.until(error_of)
    Path("one.py").write_text(text, encoding="utf-8")
    one.until(lambda state: not error_of(state) and is_full(state))


# Several films


def test_the_film_that_was_saved_is_built_first(place: Path) -> None:
    for name in ("two", "three"):
        write_film(name)
    run("build", "one.py", "two.py", "three.py")
    with watching(start("watch", "one.py", "two.py", "three.py")) as watch:
        watch.until(is_full)
        save("three", {**BEATS, "first": (3, 1.0)})
        state = watch.until(lambda state: state["jump"])
        assert state["jump"]["film"] == "three"
        watch.until(lambda state: beats_of(state, 2)["first"]["quality"] == "preview")
        watch.until(is_full)
        assert watch.said(lambda line: "drawn" in line).startswith("renders/three/three.mp4")


# The end


@pytest.mark.parametrize(
    ("number", "drawing"),
    sampled(list(product([signal.SIGINT, signal.SIGTERM], ["preview", "full"])), 1),
)
def test_nothing_is_left_when_it_ends(own: Watching, number: signal.Signals, drawing: str) -> None:
    edit("one", HANGS if drawing == "preview" else HANGS_FULL)
    pid_in("one.hang")
    own.process.send_signal(number)
    assert own.process.wait(60) == (130 if number == signal.SIGINT else 143)
    wait_until(lambda: group_is_gone(own.process.pid))
    assert "Traceback" not in str(own.rest())


def test_nothing_is_left_when_it_is_killed(own: Watching) -> None:
    edit("one", HANGS)
    pid_in("one.hang")
    own.process.kill()
    wait_until(lambda: group_is_gone(own.process.pid))


# What is served


def test_a_port_that_is_taken_is_told(place: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        status, out, err = run("watch", "one.py", "--port", str(port))
    assert (status, out) == (2, "")
    assert err.startswith(f"steepest: --port {port}: the page cannot be served there (")
    assert len(err.splitlines()) == 1


def test_without_a_port_the_next_free_one_is_taken(one: Watching) -> None:
    with watching(start("watch", "one.py")) as other:
        assert other.port != one.port


def test_two_languages_are_refused(place: Path) -> None:
    status, _, err = run("watch", "one.py", "--lang", "en,zh")
    assert status == 2
    assert "watch shows one language" in err


def test_only_this_machine_is_served(one: Watching) -> None:
    others = [
        address[4][0]
        for address in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
        if not str(address[4][0]).startswith("127.")
    ]
    for address in ["127.0.0.2", *map(str, others)]:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((address, one.port), timeout=5)


@pytest.mark.parametrize("path", ["/", "/events", "/watch.js", "/clip/" + 64 * "0" + ".mp4"])
def test_another_sites_name_is_refused(one: Watching, path: str) -> None:
    for host in ("evil.example", f"evil.example:{one.port}", "127.0.0.1", ""):
        assert one.get(path, Host=host)[0] == 403
    for host in (f"127.0.0.1:{one.port}", f"localhost:{one.port}"):
        assert one.get("/", Host=host)[0] == 200


@pytest.mark.parametrize(
    "path",
    [
        "/../one.py",
        "/one.py",
        "/clip/../../one.py",
        "/clip/%2e%2e/%2e%2e/one.py",
        "/clip/",
        "/renders/one/film.json",
        "//etc/passwd",
        "/watch.js/../screen.py",
        "/clip/" + 64 * "f" + ".mp4",
        "/?x=1",
    ],
)
def test_no_other_file_is_served(one: Watching, path: str) -> None:
    assert one.get(path)[0] == 404


def test_a_clip_is_served_in_ranges(one: Watching) -> None:
    url = beats_of(one.seen[-1])["first"]["url"]
    status, headers, whole = one.get(url)
    assert (status, headers["Accept-Ranges"], len(whole)) == (
        200,
        "bytes",
        int(headers["Content-Length"]),
    )
    status, headers, part = one.get(url, Range="bytes=10-19")
    assert (status, headers["Content-Range"], part) == (
        206,
        f"bytes 10-19/{len(whole)}",
        whole[10:20],
    )
    assert one.get(url, Range="bytes=-7")[2] == whole[-7:]
    assert one.get(url, Range=f"bytes={len(whole)}-")[0] == 416
    assert one.get(url, Range="bytes=9-3")[2] == whole
    assert one.get(url, method="HEAD")[2] == b""


def test_what_the_page_says_is_taken_from_the_page_alone(one: Watching) -> None:
    said = '{"film": "one", "beat": "third"}'
    kind = "application/json"
    assert one.get("/place", "POST", said, Content_Type=kind)[0] == 204
    assert one.get("/place", "POST", said, Content_Type="text/plain")[0] == 404
    assert (
        one.get("/place", "POST", said, Content_Type=kind, Origin="http://evil.example")[0] == 403
    )
    assert one.get("/place", "POST", said, Content_Type=kind, Host="evil.example")[0] == 403
    assert one.get("/place", "POST", 2000 * "x", Content_Type=kind)[0] == 413
    assert one.get("/place", "POST", "[" * 900, Content_Type=kind)[0] == 400
    assert one.get("/place", "POST", '{"film": 3, "beat": {}}', Content_Type=kind)[0] == 204
    save("one", {**BEATS, "second": (7, 2.0)})
    one.until(lambda state: beats_of(state)["second"]["quality"] == "preview")


def test_the_page_asks_for_nothing_from_elsewhere(one: Watching) -> None:
    status, headers, page = one.get("/")
    assert status == 200
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    for path in ("/", "/watch.js", "/watch.css"):
        text = one.get(path)[2].decode()
        assert "://" not in text
    assert b"<script>" not in page
