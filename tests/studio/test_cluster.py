"""A Dask cluster draws films: what its workers need travels, what they draw comes back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from incremental import BEATS, HERE, contents, run, write_film

distributed = pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a cluster of two processes that work in a folder of their own."""
    here = Path.cwd()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(HERE))  # the worker of the tests, and nothing of ours
        os.chdir(tmp_path_factory.mktemp("cluster"))
        try:
            with distributed.LocalCluster(
                n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
            ) as cluster:
                yield cluster.scheduler_address
        finally:
            os.chdir(here)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.audit
def test_a_cluster_gives_what_this_machine_gives(scheduler: str, place: Path) -> None:
    Path("lesson.toml").write_text('theme = "light"\n[one]\nf = "x^2"\n', encoding="utf-8")
    write_film("one")
    write_film("two", {**BEATS, "fourth": (10, 1.0)})
    status, out, err = run("build", "one.py", "two.py", "--scheduler", scheduler)
    assert status == 0, err
    assert out.count("segments drawn") == 2
    away = contents(Path("renders"))
    Path("renders").rename("away")
    assert run("build", "one.py", "two.py")[0] == 0
    assert away == contents(Path("renders"))


@pytest.mark.audit
def test_a_cluster_draws_only_what_is_not_at_home(scheduler: str, place: Path) -> None:
    write_film("one")
    assert run("build", "one.py")[0] == 0
    write_film("one", {**BEATS, "second": (1, 1.0)})
    status, out, err = run("build", "one.py", "--scheduler", scheduler)
    assert status == 0, err
    assert out.startswith("renders/one/one.mp4  (2 of 6 segments drawn, ")
    assert run("build", "one.py")[1] == "renders/one/one.mp4  (up to date)\n"


@pytest.mark.audit
def test_a_refusal_and_a_break_come_back_from_a_cluster(scheduler: str, place: Path) -> None:
    write_film("one", more='    asked = "do break at second always"\n')
    write_film("two")
    status, out, err = run("build", "one.py", "two.py", "--scheduler", scheduler)
    assert status == 1
    assert "RuntimeError: out of chalk" in err
    assert out.startswith("renders/two/two.mp4")
    status, _, err = run("build", "two.py", "--set", "f=refuse", "--scheduler", scheduler)
    assert (status, err) == (2, "steepest: --set f: it is refused.\n")


def test_a_scheduler_that_is_not_there_is_told_in_a_sentence(place: Path) -> None:
    write_film("one")
    status, out, err = run("build", "one.py", "--scheduler", "tcp://127.0.0.1:9")
    assert (status, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert err.startswith(
        "steepest: --scheduler tcp://127.0.0.1:9: no Dask scheduler answers there"
    )
