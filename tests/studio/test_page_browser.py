"""The lecture page in a real browser: Chromium, headless, without a network."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from incremental import run, write_film
from PIL import Image
from selenium.webdriver import ActionChains, Chrome, ChromeOptions, Keys
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select, WebDriverWait
from test_page import HOSTILE, hostile, record_in

from studio.index import index_page
from studio.page import write_page

PATIENCE = 20.0
"""Seconds that a page has for what a person would not wait a second for, on a busy machine."""

BEATS = {"first": (20, 1.0), "second": (60, 1.6), "third": (110, 1.2)}

CONTROLS = ("position", "before", "play", "next", "step", "captions", "speed", "full")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the film one."""
    place = tmp_path_factory.mktemp("browser")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        write_film("one", BEATS)
        status, _, err = run("build", "one.py", "--lang", "en,zh")
        assert status == 0, err
    return place / "renders" / "one"


@pytest.fixture(scope="module")
def browser() -> Iterator[Chrome]:
    """Debian's Chromium where it is installed, else what Selenium finds."""
    options = ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for argument in (
        "--headless=new",
        "--no-sandbox",  # which root, as in a container, cannot have
        "--disable-dev-shm-usage",
        "--window-size=1280,800",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        "--autoplay-policy=no-user-gesture-required",
        "--disable-features=Translate,OptimizationHints,MediaRouter",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = Chrome(options=options, service=Service(shutil.which("chromedriver")))
    driver.set_script_timeout(PATIENCE)
    yield driver
    driver.quit()


class Shown:
    """A page in the browser."""

    def __init__(self, driver: Chrome):
        self.driver = driver

    def open(self, file: Path, search: str = "", width: int = 1280, height: int = 800) -> Shown:
        """Go to a file, in a window of this size, and wait until the video can be seen."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        self.driver.get(file.as_uri() + search)
        self.driver.get_log("browser")
        return self.ready()

    def ready(self) -> Shown:
        self.until(lambda: self("return !document.getElementById('video') || video.readyState > 1"))
        self("window.video?.addEventListener('play', () => { window.played = true; })")
        return self

    def __call__(self, script: str, *arguments: object) -> Any:
        return self.driver.execute_script(script, *arguments)

    def until(self, holds: Callable[[], object]) -> None:
        """Wait until something holds."""
        WebDriverWait(self.driver, PATIENCE, 0.02).until(lambda _: holds())

    def by(self, name: str) -> WebElement:
        return self.driver.find_element(By.ID, name)

    def press(self, *keys: str) -> None:
        """Press keys, wherever the focus is."""
        ActionChains(self.driver).send_keys(*keys).perform()

    @property
    def time(self) -> float:
        return float(self("return video.currentTime"))

    @property
    def paused(self) -> bool:
        return bool(self("return video.paused"))

    def until_paused(self) -> None:
        self.until(lambda: self("return video.paused && !video.seeking"))

    def until_plays(self) -> None:
        """Wait until it has begun to play, however soon it stopped again."""
        self.until(lambda: self("return window.played"))
        self("window.played = false")

    @property
    def current(self) -> str:
        """The title of the chapter that is marked."""
        (chapter,) = self.driver.find_elements(By.CSS_SELECTOR, "[aria-current]")
        return chapter.find_element(By.CLASS_NAME, "title").text.lower()

    def frame_nearest(self, among: np.ndarray) -> int:
        """Which of some frames it is that one sees: these have each a light of their own."""
        picture = Image.open(io.BytesIO(self.by("video").screenshot_as_png)).convert("L")
        seen = np.asarray(picture, float)
        middle = seen[seen.shape[0] // 2, seen.shape[1] // 2]
        return int(np.argmin(np.abs(among - middle)))


@pytest.fixture
def page(browser: Chrome) -> Iterator[Shown]:
    """A browser in which nothing outside the page was asked for, and nothing went wrong."""
    yield Shown(browser)
    said = [entry["message"] for entry in browser.get_log("browser")]
    assert not said


@pytest.fixture(scope="module")
def lights(built: Path) -> np.ndarray:
    """The light of every frame of the film, (frames,), as it is decoded."""
    with av.open(str(built / "one.mp4")) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    return np.array([frame[32, 48].mean() for frame in frames])


@pytest.fixture(scope="module")
def beats(built: Path) -> list[dict[str, Any]]:
    return list(record_in(built)["beats"])


RATE = 10
"""Frames a second of the film."""


# Playing


def test_it_plays_from_a_file_and_asks_for_nothing_else(page: Shown, built: Path) -> None:
    page.open(built / "index.html")
    assert page.paused
    page.by("play").click()
    page.until(lambda: page.time > 0.3)
    assert page.by("play").accessible_name == "Pause"
    page.by("video").click()
    page.until_paused()
    assert page.by("play").accessible_name == "Play"
    asked = page("return performance.getEntriesByType('resource').map(entry => entry.name)")
    assert {Path(name).name for name in asked} <= {"one.mp4", "poster.png"}
    assert page("return [video.loop, video.videoWidth, video.controls]") == [False, 96, False]


def test_the_end_is_the_end(page: Shown, built: Path) -> None:
    page.open(built / "index.html")
    page("video.currentTime = 3.6")
    page.press(Keys.SPACE)
    page.until(lambda: page("return video.ended"))
    assert page.paused
    page.press(Keys.SPACE)  # once more, from the beginning
    page.until(lambda: not page.paused and 0 < page.time < 3)


def test_a_single_file_plays_anywhere_and_can_be_searched(
    page: Shown, built: Path, lights: np.ndarray, tmp_path: Path
) -> None:
    shutil.copy(built / "single.html", tmp_path / "alone.html")
    page.open(tmp_path / "alone.html")
    assert page("return video.src").startswith("blob:")
    assert not page(
        "return performance.getEntriesByType('resource')"
        ".map(e => e.name)"
        ".filter(name => !/^(data|blob):/.test(name))"
    )
    for frame in (25, 3, 30):
        page(f"video.currentTime = {(frame + 0.5) / RATE}")
        page.until(lambda: page("return !video.seeking"))
        page.until(lambda frame=frame: page.frame_nearest(lights) == frame)
    page.press(Keys.SPACE)
    page.until(lambda: page.time > 3.2)


@pytest.mark.parametrize("how", ["index.html?embed", "index.html", "srcdoc"])
def test_in_a_frame_there_are_player_and_controls_alone(
    page: Shown, built: Path, tmp_path: Path, how: str
) -> None:
    shutil.copytree(built, tmp_path / "renders")
    frame = f'src="renders/{how}"'
    if how == "srcdoc":
        from html import escape

        frame = f'srcdoc="{escape((built / "single.html").read_text(encoding="utf-8"))}"'
    outer = tmp_path / "lecture.html"
    outer.write_text(
        f'<!doctype html><meta charset="utf-8"><iframe {frame} width="800" height="600"></iframe>',
        encoding="utf-8",
    )
    page.open(outer)
    page.driver.switch_to.frame(0)
    page.ready()
    try:
        for name in ("header", "nav", ".keys", ".about"):
            shown = page.driver.find_elements(By.CSS_SELECTOR, name)
            assert not any(element.is_displayed() for element in shown), name
        for name in ("video", *CONTROLS[1:-1]):
            assert page.by(name).is_displayed(), name
        assert page("return document.documentElement.scrollHeight <= innerHeight")
        page.by("play").click()
        page.until(lambda: page.time > 0.2)
        page.press(Keys.SPACE)
        page.until_paused()
    finally:
        page.driver.switch_to.default_content()


# Step by step


def test_step_mode_stops_at_the_last_frame_of_each_beat(
    page: Shown, built: Path, beats: list[dict[str, Any]], lights: np.ndarray
) -> None:
    page.open(built / "index.html", "?step")
    assert page.by("step").get_attribute("aria-pressed") == "true"
    ways: list[Callable[[], None]] = [
        lambda: page.press(Keys.SPACE),
        lambda: page.by("video").click(),
        lambda: page.press(Keys.ARROW_RIGHT),
    ]
    for number, (beat, go_on) in enumerate(zip(beats, ways, strict=True)):
        go_on()
        page.until(lambda beat=beat: page.time > beat["ends"] - 1.5 / RATE and page.paused)
        page.until_paused()
        assert beat["ends"] - 1 / RATE <= page.time < beat["ends"]
        last = round(beat["ends"] * RATE) - 1
        page.until(lambda last=last: page.frame_nearest(lights) == last)
        assert page.current == beat["name"]
        assert f"chapter {number + 1} of 3: {beat['name']}" in page.by("status").text
    assert page.by("status").text.startswith("The end")
    page.press(Keys.ARROW_RIGHT)  # no further
    page.press(Keys.PAGE_DOWN)
    assert page.paused
    assert page.current == "third"


def test_step_mode_goes_back_to_the_beat_before(
    page: Shown, built: Path, beats: list[dict[str, Any]], lights: np.ndarray
) -> None:
    page.open(built / "index.html", "?step")
    page("video.currentTime = 3")
    page.until(lambda: page.frame_nearest(lights) == 3 * RATE)
    for key, beat in ((Keys.ARROW_LEFT, 1), (Keys.PAGE_UP, 0)):
        page.press(key)
        page.until_paused()
        last = round(beats[beat]["ends"] * RATE) - 1
        page.until(lambda last=last: page.frame_nearest(lights) == last)
    page.press(Keys.ARROW_LEFT)
    page.until(lambda: page.time == 0)
    page.press(Keys.PAGE_DOWN)  # a clicker's
    page.until_plays()
    page.press(Keys.PAGE_DOWN)  # enough of it: its last picture
    page.until_paused()
    page.until(lambda: page.frame_nearest(lights) == round(beats[0]["ends"] * RATE) - 1)


@pytest.mark.parametrize("speed", ["0.5", "2"])
def test_step_mode_stops_there_at_any_speed(
    page: Shown, built: Path, beats: list[dict[str, Any]], speed: str
) -> None:
    page.open(built / "index.html", f"?step&speed={speed}")
    page("video.currentTime = 0.6")
    page.press(Keys.SPACE)
    page.until_plays()
    page.until_paused()
    assert beats[0]["ends"] - 1 / RATE <= page.time < beats[0]["ends"]


def test_step_mode_is_a_switch_and_a_jump_does_not_confuse_it(
    page: Shown, built: Path, beats: list[dict[str, Any]]
) -> None:
    page.open(built / "index.html")
    page.by("step").click()
    assert page.by("step").get_attribute("aria-pressed") == "true"
    page.press(Keys.SPACE)  # the switch was clicked, yet this is the player's
    page.until_plays()
    page.driver.find_elements(By.CSS_SELECTOR, "#chapters button")[2].click()
    page.until(lambda: page.paused and page.time > 3)
    assert beats[2]["ends"] - 1 / RATE <= page.time < beats[2]["ends"]
    page.by("step").click()
    assert page.by("step").get_attribute("aria-pressed") == "false"
    page("video.currentTime = 0.8")
    page.press(Keys.SPACE)
    page.until(lambda: page.time > beats[0]["ends"] + 0.2)
    assert not page.paused
    page.press(Keys.SPACE)


# Chapters, captions, speed


def test_chapters_are_marked_and_can_be_chosen(
    page: Shown, built: Path, beats: list[dict[str, Any]]
) -> None:
    page.open(built / "index.html")
    assert page.current == "first"
    chapters = page.driver.find_elements(By.CSS_SELECTOR, "#chapters button")
    assert [chapter.text.split("\n")[-1] for chapter in chapters] == [
        f"See {name}." for name in BEATS
    ]
    chapters[1].click()
    page.until(lambda: page.current == "second" and page.time > beats[1]["begins"])
    page.press(Keys.SPACE)
    page.until_paused()
    page.press(Keys.ARROW_RIGHT)
    page.until(lambda: page.current == "third" and page.time == beats[2]["begins"])
    page.press(Keys.ARROW_LEFT)
    page.until(lambda: page.current == "second" and page.time == beats[1]["begins"])
    page.open(built / "index.html", "#third")
    page.until(lambda: page.time == beats[2]["begins"])
    assert page.paused


def test_captions_stand_below_in_the_language_that_is_chosen(
    page: Shown, built: Path, beats: list[dict[str, Any]]
) -> None:
    page.open(built / "index.html")
    caption = page.by("caption")
    assert not caption.is_displayed()
    cues = page("return [...video.textTracks].map(t => [t.language, t.kind, t.mode])")
    assert cues == [["en", "captions", "disabled"], ["zh", "captions", "disabled"]]
    choice = Select(page.by("captions"))
    choice.select_by_value("zh")
    assert (caption.text, caption.get_attribute("lang")) == ("看。", "zh")
    cues = page("return [...video.textTracks[1].cues].map(c => [c.startTime, c.endTime, c.text])")
    assert cues == [[beat["begins"], beat["ends"], "看。"] for beat in beats]
    choice.select_by_value("en")
    assert (caption.text, caption.get_attribute("lang")) == ("See first.", "en")
    page("video.currentTime = 2")
    page.until(lambda: caption.text == "See second.")
    choice.select_by_value("")
    assert not caption.is_displayed()
    page.by("video").click()  # which gives the player the keys
    page.press("c")
    assert caption.text == "See second."
    page.open(built / "zh" / "index.html", "?captions=en")
    assert page.by("caption").text == "See first."


def test_the_speed_can_be_chosen(page: Shown, built: Path) -> None:
    page.open(built / "index.html")
    choice = Select(page.by("speed"))
    values = [option.get_attribute("value") for option in choice.options]
    assert values == ["0.5", "0.75", "1", "1.25", "1.5", "2"]
    for value in values:
        choice.select_by_value(value)
        assert page("return video.playbackRate") == float(value)
    page.open(built / "index.html", "?speed=1.5")
    assert page("return video.playbackRate") == 1.5
    assert Select(page.by("speed")).first_selected_option.text == "1.5×"
    page.open(built / "index.html", "?speed=99")
    assert page("return video.playbackRate") == 1


def test_the_slider_moves_the_film(page: Shown, built: Path) -> None:
    page.open(built / "index.html")
    slider = page.by("position")
    where = slider.size["width"]
    ActionChains(page.driver).move_to_element(slider).move_by_offset(int(0.25 * where), 0).perform()
    assert page.by("bubble").text.endswith("third")
    ActionChains(page.driver).click().perform()
    page.until(lambda: abs(page.time - 0.75 * 3.8) < 0.1)
    assert page.current == "third"
    assert slider.get_attribute("aria-valuetext") == "0:02 of 0:03: third"


# Without a mouse, with a reader, on a phone


def test_all_of_it_is_done_with_keys(page: Shown, built: Path) -> None:
    page.open(built / "index.html")
    reached: list[str] = []
    for _ in range(40):
        page.press(Keys.TAB)
        here = page.driver.switch_to.active_element
        name = here.get_attribute("id") or here.get_attribute("data-beat")
        name = name or here.get_attribute("href") or here.get_attribute("data-copies") or "body"
        if name in reached:
            break
        reached.append(name)
        if name != "body":
            seen = page("return getComputedStyle(arguments[0]).outlineStyle", here)
            assert seen != "none", name
    assert reached[: len(CONTROLS) + 3] == [*CONTROLS, "0", "1", "2"]
    page.open(built / "index.html")
    page.press("s", "c")  # letters are the player's alone
    assert page.by("step").get_attribute("aria-pressed") == "false"
    page.press(*[Keys.TAB] * 5, Keys.SPACE)  # the switch keeps what it does with this key
    assert page.by("step").get_attribute("aria-pressed") == "true"
    assert page.paused
    page.press("s")
    assert page.by("step").get_attribute("aria-pressed") == "false"
    page.press(Keys.ARROW_RIGHT)
    page.until(lambda: page.current == "second")
    page.press(Keys.TAB, "c", "x", "z")  # a list of choices keeps its letters
    assert not page.by("caption").text.startswith("See")
    page.by("position").send_keys(Keys.ARROW_RIGHT)
    page.until(lambda: page.current == "third")


@pytest.mark.parametrize("name", ["index.html", "zh/index.html", "single.html", "../index.html"])
def test_everything_has_a_name_for_a_screen_reader(page: Shown, built: Path, name: str) -> None:
    page.open((built / name).resolve())
    page.driver.execute_cdp_cmd("Accessibility.enable", {})
    nodes = page.driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    page.driver.execute_cdp_cmd("Accessibility.disable", {})
    told = [
        (node["role"]["value"], node.get("name", {}).get("value", ""))
        for node in nodes
        if not node["ignored"]
    ]
    named = {"button", "slider", "combobox", "link", "textbox", "Video", "navigation", "region"}
    named |= {"heading", "image"}
    for role, words in told:
        assert role not in named or words.strip(), role
    roles = [role for role, _ in told]
    if name == "../index.html":
        assert roles.count("link") == 3
        return
    assert roles.count("slider") == 1
    assert roles.count("combobox") == 2
    assert ("main", "") in told
    assert "navigation" in roles


@pytest.mark.parametrize(
    "name", ["index.html", "index.html?embed", "zh/index.html", "single.html", "../index.html"]
)
def test_a_phone_shows_all_of_it_without_moving_it_sideways(
    page: Shown, built: Path, name: str
) -> None:
    name, _, search = name.partition("?")
    page.open((built / name).resolve(), search and f"?{search}", width=360, height=740)
    assert page("return [innerWidth, document.documentElement.scrollWidth]") == [360, 360]
    outside = page(
        "return [...document.querySelectorAll('button, select, input, video, a, textarea, h1')]"
        ".filter(e => e.checkVisibility()).map(e => [e.id, e.getBoundingClientRect()])"
        ".filter(([, box]) => box.left < 0 || box.right > 360 || box.height < 16)"
        ".map(([id, box]) => id)"
    )
    assert outside == []
    if page.driver.find_elements(By.ID, "controls"):
        small = page(
            "return [...document.querySelectorAll('#controls :is(button, select)')]"
            ".filter(e => e.offsetHeight < 40 || e.offsetWidth < 40).map(e => e.id)"
        )
        assert small == []


def test_who_wants_no_motion_gets_none(page: Shown, built: Path) -> None:
    still = {"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]}
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", still)
    try:
        page.open(built / ".." / "index.html")
        moves = page(
            "return [...document.querySelectorAll('*')]"
            ".map(e => getComputedStyle(e).transitionProperty).filter(p => p !== 'none' "
            "&& p !== 'all').length"
        )
        assert moves == 0
    finally:
        page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


# Copying


def test_what_is_to_be_copied_is_copied_or_stands_selected(page: Shown, built: Path) -> None:
    page.open(built / "index.html")
    for copied in (True, False):
        page(
            "window.got = null;"
            "Object.defineProperty(navigator, 'clipboard', {configurable: true, value: {"
            "writeText: async text => { if (!arguments[0]) throw new Error(); window.got = text; }"
            "}});"
            "document.execCommand = () => false;",
            copied,
        )
        button = page.driver.find_element(By.CSS_SELECTOR, "[data-copies=text-1]")
        text = page.by("text-1")
        button.click()
        words = "Copied" if copied else "Selected: copy it with Ctrl+C"
        page.until(lambda words=words, button=button: button.text == words)
        value = text.get_attribute("value")
        assert value.startswith('<iframe src="renders/one/index.html?embed"')
        if copied:
            assert page("return window.got") == value
        else:
            assert page.driver.switch_to.active_element == text
            chosen = page("return [arguments[0].selectionStart, arguments[0].selectionEnd]", text)
            assert chosen == [0, len(value)]


# Whatever a teacher writes


def test_nothing_that_a_text_says_runs(page: Shown, built: Path, tmp_path: Path) -> None:
    folder = tmp_path / "one"
    shutil.copytree(built, folder)
    fields = record_in(built)
    write_page(folder, hostile(fields), "renders/one")
    for name in ("index.html", "single.html"):
        page.open(folder / name, "?captions=zh")
        assert page("return document.title").lower().startswith(HOSTILE)
        assert page.by("caption").text == " ".join(HOSTILE.split())
        assert page("return document.images.length") == 0
        assert page("return document.scripts.length") == 3
        cue = page("return video.textTracks[1].cues[0].getCueAsHTML().textContent")
        assert cue == HOSTILE
        page.by("play").click()
        page.until(lambda: page.time > 0.1)
    (tmp_path / "all.html").write_text(index_page({"one": hostile(fields)}), encoding="utf-8")
    page.open(tmp_path / "all.html")
    assert page("return document.scripts.length") == 0
    assert page("return document.images.length") == 1
    # An alert that had come up would have failed each of these steps.


@pytest.mark.parametrize("name", ["index.html", "single.html", "../index.html"])
def test_the_page_cannot_reach_outside_or_run_what_is_put_into_it(
    browser: Chrome, built: Path, name: str
) -> None:
    page = Shown(browser).open((built / name).resolve())
    for tries in (
        "const i = new Image(); i.src = 'https://example.org/x.png';",
        "fetch('https://example.org/').catch(() => {});",
        "const s = document.createElement('script'); s.append('window.ran = 1');"
        " document.body.append(s);",
        "const l = document.createElement('link'); l.rel = 'stylesheet';"
        " l.href = 'https://example.org/x.css'; document.head.append(l);",
        "const v = document.createElement('video'); v.src = 'https://example.org/x.mp4';",
        "document.body.setAttribute('onclick', 'window.ran = 1'); document.body.click();",
        "document.body.insertAdjacentHTML('beforeend', '<b>x</b>');",
    ):
        broken = page.driver.execute_async_script(
            "const done = arguments[0];"
            "document.addEventListener('securitypolicyviolation', e => done(e.effectiveDirective),"
            f" {{once: true}}); try {{ {tries} }} catch {{}}"
        )
        assert broken, tries
    assert page("return window.ran") is None
    browser.get_log("browser")


def test_a_video_that_is_missing_is_told(browser: Chrome, built: Path, tmp_path: Path) -> None:
    shutil.copy(built / "index.html", tmp_path / "index.html")
    browser.get((tmp_path / "index.html").as_uri())
    page = Shown(browser)
    page.until(lambda: page.by("trouble").is_displayed())
    assert "same folder" in page.by("trouble").text
    browser.get_log("browser")


def test_without_scripts_the_video_still_plays(browser: Chrome, built: Path) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.get((built / "index.html").as_uri())
        assert browser.find_element(By.ID, "video").get_attribute("controls")
        assert not browser.find_element(By.ID, "controls").is_displayed()
        assert browser.find_element(By.TAG_NAME, "nav").is_displayed()
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_the_words_of_the_script_are_all_there(built: Path) -> None:
    text = (built / "index.html").read_text(encoding="utf-8")
    _, _, rest = text.partition('id="film">')
    told = json.loads(rest.partition("</script>")[0])
    used = set()
    for piece in rest.split("film.words.")[1:]:
        used.add(piece[: next(i for i, c in enumerate(piece) if not (c.isalpha() or c == "_"))])
    assert used == set(told["words"])
