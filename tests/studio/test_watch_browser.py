"""The page of a watch in Chromium: it keeps its place, and goes to what was edited."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from incremental import BEATS, film_text, start, write_film
from watching import PATIENCE, Watching, error_of, is_full, watching

pytest.importorskip("selenium")

from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.ui import WebDriverWait


@pytest.fixture
def watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watching]:
    monkeypatch.chdir(tmp_path)
    write_film("one")
    with watching(start("watch", "one.py")) as watch:
        watch.until(is_full)
        yield watch


@pytest.fixture
def page(watch: Watching) -> Iterator[Chrome]:
    options = ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = Chrome(options=options, service=Service(shutil.which("chromedriver")))
    driver.get(f"http://127.0.0.1:{watch.port}/")
    yield driver
    driver.quit()


def until(page: Chrome, condition: str) -> Any:
    return WebDriverWait(page, PATIENCE).until(
        lambda driver: driver.execute_script(f"return {condition}")
    )


SHOWN = "loading === null && front.readyState >= 2 && !front.seeking"


def test_the_page_keeps_its_place_and_goes_to_what_was_edited(
    watch: Watching, page: Chrome
) -> None:
    until(page, f"{SHOWN} && place.beat === 'first'")
    page.execute_script("go(1, 1.2)")
    until(page, f"{SHOWN} && Math.abs(front.currentTime - 1.2) < 0.1")
    url = page.execute_script("return front.dataset.url")

    # The beat that is on the screen is edited: another clip, the same second, still paused.
    Path("one.py").write_text(film_text("one", {**BEATS, "second": (7, 2.0)}), encoding="utf-8")
    until(page, f"{SHOWN} && front.dataset.url !== '{url}' && place.beat === 'second'")
    assert page.execute_script("return front.currentTime") == pytest.approx(1.2, abs=0.1)
    assert page.execute_script("return front.paused")

    # The page is loaded again, as a browser does it.
    watch.until(is_full)
    page.refresh()
    until(page, f"{SHOWN} && place.beat === 'second'")
    assert page.execute_script("return front.currentTime") == pytest.approx(1.2, abs=0.1)

    # Another beat is edited.
    beats = {**BEATS, "second": (7, 2.0), "third": (9, 1.0)}
    Path("one.py").write_text(film_text("one", beats), encoding="utf-8")
    until(page, f"{SHOWN} && place.beat === 'third'")

    # What is broken is told as text, whatever it says.
    hostile = film_text("one", beats) + "\nraise <b onclick=alert(1)>"
    Path("one.py").write_text(hostile, encoding="utf-8")
    watch.until(error_of)
    until(page, "!document.querySelector('#error').hidden")
    assert page.execute_script("return document.querySelectorAll('#error b').length") == 0
    assert page.execute_script("return Boolean(front.dataset.url)")
    assert page.get_log("browser") == []
