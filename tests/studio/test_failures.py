"""Whatever happens to a build: no half of anything is seen, and the next build mends it all."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from incremental import (
    BEATS,
    clean,
    contents,
    film_text,
    frames_of,
    group_is_gone,
    run,
    start,
    wait_until,
    write_and_build,
    write_film,
)
from sampling import sampled

from studio.record import sealed

KILLS = 50
"""Random moments at which `make audit` kills a build."""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def wait_for(path: Path, process) -> None:
    """Wait until something is there, or fail with the process."""
    while not path.exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)


# Kills


def kill_at_random(place: Path, seed: int, count: int) -> None:
    """Edit, build, kill -9 at a random moment, look, build: as often as told."""
    chance = random.Random(seed)
    films = ["one.py", "two.py"]
    colours = {"one": dict(BEATS), "two": dict(BEATS)}
    for name, beats in colours.items():
        write_film(name, beats)
    began = time.monotonic()
    assert run("build", *films)[0] == 0
    whole = time.monotonic() - began
    for kill in range(count):
        for name, beats in colours.items():
            beat = chance.choice(list(beats))
            beats[beat] = (chance.randrange(200), chance.choice([0.5, 1.0, 3.0]))
            write_film(name, beats)
        earlier = {name: frames_of(Path(f"renders/{name}/{name}.mp4")) for name in colours}
        process = start("build", *films)
        time.sleep(chance.uniform(0, 1.2 * whole))
        victims = chance.choice(["main", "group"])
        if victims == "group":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.communicate()
        for name in colours:  # an earlier video or the new one, whole
            video = Path(f"renders/{name}/{name}.mp4")
            assert len(frames_of(video)) in {len(earlier[name]), frames_in(colours[name])}
        status, _, err = run("build", *films)
        assert status == 0, (kill, err)
        assert contents(Path("renders")) == contents(clean(*films)), (
            f"after kill {kill} of seed {seed}"
        )
        assert "2 up to date" in said_again(films)


def said_again(films: list[str]) -> str:
    """What a build says that has nothing to do."""
    status, out, _ = run("build", *films)
    assert status == 0
    return f"{out.count('(up to date)')} up to date"


def frames_in(beats: dict[str, tuple[int, float]]) -> int:
    """How many frames a film has."""
    return sum(2 * max(1, round(seconds / 2 * 10)) for _, seconds in beats.values())


def test_builds_killed_at_random_moments_are_mended_by_the_next(place: Path) -> None:
    kill_at_random(place, seed=1, count=3)


@pytest.mark.audit
@pytest.mark.parametrize("seed", range(10))
def test_fifty_builds_killed_at_random_moments_are_mended(place: Path, seed: int) -> None:
    kill_at_random(place, 100 + seed, KILLS // 10)


@pytest.mark.parametrize("number", sampled([signal.SIGINT, signal.SIGTERM], 1))
def test_an_interruption_leaves_no_process_and_keeps_what_is_finished(
    place: Path, number: signal.Signals
) -> None:
    write_and_build("one")
    before = contents(Path("renders/one"))
    write_film("one", {**BEATS, "second": (10, 1.0)}, '    asked = "do hang at second always"\n')
    write_film("two")
    process = start("build", "one.py", "two.py", "-j", "2")
    wait_for(place / "one.hang", process)
    assert process.stdout is not None
    assert process.stdout.readline().startswith("renders/two/two.mp4  (6 of 6 segments drawn")
    os.killpg(process.pid, number)  # as a terminal does
    out, err = process.communicate(timeout=60)
    assert process.returncode == (130 if number == signal.SIGINT else 143), err
    assert "Traceback" not in out + err
    wait_until(lambda: group_is_gone(process.pid))
    assert contents(Path("renders/one")) == before
    if number == signal.SIGINT:
        assert err.endswith("stopped; finished: two; earlier videos are as they were.\n")
    write_film("one", {**BEATS, "second": (10, 1.0)})
    assert run("build", "one.py", "two.py")[0] == 0
    assert contents(Path("renders")) == contents(clean("one.py", "two.py"))


def test_the_workers_of_a_killed_build_end_too(place: Path) -> None:
    write_film("one", more='    asked = "do hang at second always"\n')
    process = start("build", "one.py")
    wait_for(place / "one.hang", process)
    process.kill()
    process.communicate()
    wait_until(lambda: group_is_gone(process.pid))


@pytest.mark.parametrize("what", ["die", "kill_pool"])
def test_what_dies_while_it_draws_is_drawn_again(place: Path, what: str) -> None:
    write_film("one", more=f'    asked = "do {what} at second"\n')
    write_film("two")
    status, out, err = run("build", "one.py", "two.py", "-j", "2")
    assert status == 0, err
    assert (place / f"one.{what}").exists()
    assert out.count("segments drawn") == 2
    assert contents(Path("renders")) == contents(clean("one.py", "two.py"))


def test_a_worker_that_always_dies_is_told_in_a_sentence(place: Path) -> None:
    write_film("one", more='    asked = "do die at second always"\n')
    status, out, err = run("build", "one.py")
    assert (status, out) == (1, "")
    assert "one: the process that draws the film was killed; was there too little memory?" in err
    assert len(err.splitlines()) == 1
    assert not Path("renders/one").exists()


def test_a_film_that_breaks_leaves_the_others_and_its_earlier_video(place: Path) -> None:
    write_film("one")
    write_film("two")
    run("build", "one.py", "two.py")
    before = contents(Path("renders/one"))
    write_film("one", more='    asked = "do break at second always"\n')
    write_film("two", {**BEATS, "first": (1, 1.0)})
    status, out, err = run("build", "one.py", "two.py", "-j", "2")
    assert status == 1
    assert "RuntimeError: out of chalk" in err
    assert err.endswith("; broken: one.\n")
    assert out.startswith("renders/two/two.mp4  (2 of 6 segments drawn")
    assert contents(Path("renders/one")) == before


def test_a_refusal_is_told_in_the_films_words(place: Path) -> None:
    write_film("one")
    status, out, err = run("build", "one.py", "--set", "f=refuse")
    assert (status, out, err) == (2, "", "steepest: --set f: it is refused.\n")


# Disks


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system with little room."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("only root may mount a small disk")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.parametrize("room", sampled([0, 12, 32], 1))
def test_a_full_disk_is_told_in_a_sentence_and_loses_nothing(
    place: Path, small_disk: Path, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    film = write_film("one").resolve()
    monkeypatch.chdir(small_disk)
    assert run("build", str(film))[0] == 0
    before = contents(Path("renders"))
    film.write_text(film_text("one", {**BEATS, "second": (7, 4.0)}), encoding="utf-8")
    filler = small_disk / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    with filler.open("r+b") as file:
        file.truncate(max(0, filler.stat().st_size - 1024 * room))
    status, out, err = run("build", str(film))
    if status:
        assert out == ""
        assert "No space left on device" in err
        assert "Traceback" not in err
        assert len(frames_of(Path("renders/one/one.mp4"))) in (40, 60)
        as_before = contents(Path("renders")) == before
        assert as_before or "is not what was written" in run("why", str(film))[1]
    filler.unlink()
    assert run("build", str(film))[0] == 0
    monkeypatch.chdir(place)
    assert contents(small_disk / "renders") == contents(clean("one.py"))


@pytest.mark.parametrize("blocked", ["renders", "renders/.cache", "renders/one"])
def test_a_folder_that_cannot_be_written_is_told_in_a_sentence(place: Path, blocked: str) -> None:
    write_film("one")
    Path(blocked).parent.mkdir(parents=True, exist_ok=True)
    Path(blocked).write_text("a file where a folder should be")
    status, out, err = run("build", "one.py")
    assert (status, out) == (2, "")
    assert len(err.splitlines()) == 1, err
    assert err.startswith(f"steepest: {blocked}")
    assert "it cannot be written" in err
    Path(blocked).unlink()
    assert run("build", "one.py")[0] == 0


def test_a_read_only_disk_is_told_in_a_sentence_and_loses_nothing(
    place: Path, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = write_film("one").resolve()
    monkeypatch.chdir(small_disk)
    assert run("build", str(film))[0] == 0
    before = contents(Path("renders"))
    film.write_text(film_text("one", {**BEATS, "second": (7, 4.0)}), encoding="utf-8")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    status, out, err = run("build", str(film))
    assert (status, out) == (2, "")
    assert len(err.splitlines()) == 1, err
    assert err.startswith("steepest: renders")
    assert "it cannot be written" in err
    assert contents(Path("renders")) == before
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    assert run("build", str(film))[0] == 0
    monkeypatch.chdir(place)
    assert contents(small_disk / "renders") == contents(clean("one.py"))


# What is found damaged


def segments() -> list[Path]:
    return sorted(Path("renders/.cache/segments/one/64p10").glob("*.mp4"))


@pytest.mark.parametrize("how", sampled(["cut", "changed", "emptied", "gone", "unsealed"], 2))
def test_a_damaged_segment_is_drawn_again(place: Path, how: str) -> None:
    write_and_build("one")
    segment = segments()[2]
    data = segment.read_bytes()
    if how == "gone":
        segment.unlink()
    elif how == "unsealed":
        segment.with_suffix(".sha256").unlink()
    else:
        middle = len(data) // 2
        changed = data[:middle] + bytes([data[middle] ^ 255]) + data[middle + 1 :]
        segment.write_bytes({"cut": data[:-9], "emptied": b"", "changed": changed}[how])
    Path("renders/one/one.mp4").unlink()
    status, out, err = run("build", "one.py")
    assert status == 0, err
    assert out.startswith("renders/one/one.mp4  (1 of 6 segments drawn, ")
    assert out.endswith(": one.mp4 is missing)\n")
    assert contents(Path("renders")) == contents(clean("one.py"))


@pytest.mark.parametrize(
    ("name", "how"),
    sampled(
        [
            ("one.mp4", "gone"),
            ("one.mp4", "cut"),
            ("one.mp4", "changed"),
            ("clips/02_second.mp4", "changed"),
            ("stills/01_first.png", "cut"),
            ("poster.png", "gone"),
            ("film.json", "gone"),
            ("film.json", "cut"),
            ("film.json", "changed"),
        ],
        3,
    ),
)
def test_a_damaged_output_is_made_again(place: Path, name: str, how: str) -> None:
    write_and_build("one")
    output = Path("renders/one") / name
    data = output.read_bytes()
    if how == "gone":
        output.unlink()
    else:
        middle = len(data) // 2
        changed = data[:middle] + bytes([data[middle] ^ 255]) + data[middle + 1 :]
        output.write_bytes(data[:middle] if how == "cut" else changed)
    said = run("why", "one.py")[1]
    if name == "film.json":
        wanted = "not built yet" if how == "gone" else "film.json cannot be read"
    else:
        wanted = f"{name} is {'missing' if how == 'gone' else 'not what was written'}"
    assert said == f"one: {wanted}.\n"
    status, out, err = run("build", "one.py")
    assert status == 0, err
    assert "(0 of 6 segments drawn, " in out
    assert contents(Path("renders")) == contents(clean("one.py"))


def test_a_record_of_another_format_is_built_anew(place: Path) -> None:
    write_and_build("one")
    path = Path("renders/one/film.json")
    path.write_text(json.dumps({"schema": "steepest-film-0", "film": "one"}))
    said = run("why", "one.py")[1]
    assert said == "one: film.json has the format steepest-film-0, this is steepest-film-2.\n"
    assert run("build", "one.py")[0] == 0
    assert contents(Path("renders")) == contents(clean("one.py"))


def test_a_record_in_which_anything_was_changed_is_not_believed(place: Path) -> None:
    write_and_build("one")
    path = Path("renders/one/film.json")
    path.write_text(path.read_text(encoding="utf-8").replace("See first.", "See third."))
    assert run("why", "one.py")[1] == "one: film.json is not what was written.\n"
    assert run("build", "one.py")[0] == 0
    assert contents(Path("renders")) == contents(clean("one.py"))


def test_a_record_with_a_field_less_is_built_anew(place: Path) -> None:
    write_and_build("one")
    path = Path("renders/one/film.json")
    whole = json.loads(path.read_text())
    for field in whole["inputs"]:
        if field in ("encoder", "fonts", "knobs", "language", "theme"):
            continue  # told twice, or told to readers alone
        less = {**whole, "inputs": {**whole["inputs"]}}
        del less["inputs"][field]
        path.write_text(json.dumps(sealed(less)))
        assert run("why", "one.py")[1] == "one: film.json cannot be read.\n", field


def test_files_of_an_earlier_film_are_taken_away(place: Path) -> None:
    write_and_build("one")
    write_film("one", {"first": BEATS["first"], "last": (3, 1.0)})
    assert run("build", "one.py")[0] == 0
    assert sorted(path.name for path in Path("renders/one/clips").iterdir()) == [
        "01_first.mp4",
        "02_last.mp4",
    ]
    assert contents(Path("renders")) == contents(clean("one.py"))


# Two at once, and edits meanwhile


def test_two_builds_at_once_draw_each_film_once(place: Path) -> None:
    write_film("one", {**BEATS, "second": (90, 20.0)})
    write_film("two")
    both = [start("build", "one.py", "two.py") for _ in range(2)]
    ends = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0]
    out = "".join(out for out, _ in ends)
    assert (
        sum(int(line.split("(")[1].split()[0]) for line in out.splitlines() if "drawn" in line)
        == 12
    )
    assert contents(Path("renders")) == contents(clean("one.py", "two.py"))


def test_one_build_waits_for_the_other_and_says_so(place: Path) -> None:
    from filelock import FileLock

    write_film("one")
    Path("renders/.cache").mkdir(parents=True)
    with FileLock("renders/.cache/build.lock"):
        process = start("build", "one.py")
        assert process.stderr is not None
        said = process.stderr.readline()
        assert said == "steepest: another build is at work in renders/; waiting for it.\n"
        assert process.poll() is None
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "segments drawn" in out


def test_a_film_that_is_edited_while_it_is_drawn_shows_what_the_record_says(place: Path) -> None:
    write_film("one", more='    asked = "do edit at second"\n')
    status, _, err = run("build", "one.py")
    assert status == 0, err
    assert (place / "one.py").read_text().endswith("x = 1\n")
    assert said_again(["one.py"]) == "1 up to date"
    assert contents(Path("renders")) == contents(clean("one.py"))


def test_the_fake_worker_is_not_what_the_command_uses() -> None:
    from studio import part

    assert part.WORKER == "scenes.stage.render"
