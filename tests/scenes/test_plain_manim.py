"""Plain Manim, as its users know it: each option on a film, judged by the pictures it gives."""

import itertools
import json

import numpy as np
import pytest
from manim import ManimColor
from PIL import Image
from sampling import sampled

from scenes.stage.theme import CAPTION, DARK, FRAME_HEIGHT, FRAME_WIDTH, SAFE, STAGE, Zone

FPS = 5
PLAYS = 9


def rendered(manim, film, media, *options, **more):
    run = manim(*options, "--media_dir", media, film, cwd=film.parent, **more)
    assert run.code == 0, run.err
    assert "Traceback" not in run.err
    return run


@pytest.fixture(scope="session")
def whole(manim, small, short_film, tmp_path_factory):
    """The short film, rendered once: its media folder."""
    media = tmp_path_factory.mktemp("whole")
    rendered(manim, short_film, media, *small, "--save_sections")
    return media


def video(media, suffix=".mp4", quality="108p5"):
    return media / "videos" / "short" / quality / f"Short{suffix}"


def still(media, folder="short"):
    (path,) = (media / "images" / folder).glob("*.png")
    return np.asarray(Image.open(path).convert("RGBA"))


def difference(a, b):
    return np.abs(a[..., :3].astype(int) - b[..., :3]).mean()


def segment_lengths(media, decoded):
    """Frames of each play's segment, in order."""
    folder = video(media).parent / "partial_movie_files" / "Short"
    lines = (folder / "partial_movie_file_list.txt").read_text().splitlines()
    names = [line.split("file:")[1].rstrip("'") for line in lines if "file:" in line]
    return [len(decoded(folder / name.rsplit("/", 1)[-1])) for name in names]


def contrast_box(picture):
    """The zone, in Manim units, of everything that is not background."""
    background = np.array(ManimColor(DARK.background).to_int_rgb())
    drawn = np.abs(picture[..., :3].astype(int) - background).max(axis=-1) > 40
    rows, columns = np.nonzero(drawn.any(axis=1))[0], np.nonzero(drawn.any(axis=0))[0]
    height, width = drawn.shape
    unit = max(FRAME_WIDTH / width, FRAME_HEIGHT / height)
    return Zone(
        (columns[0] - width / 2) * unit,
        (columns[-1] + 1 - width / 2) * unit,
        (height / 2 - rows[-1] - 1) * unit,
        (height / 2 - rows[0]) * unit,
    )


def pixels_of(zone, picture):
    """The part of a 16:9 picture that a zone covers."""
    height, width = picture.shape[:2]
    unit = height / FRAME_HEIGHT
    top, bottom = (int(height / 2 - y * unit) for y in (zone.top, zone.bottom))
    left, right = (int(width / 2 + x * unit) for x in (zone.left, zone.right))
    return picture[top:bottom, left:right]


def test_the_default_is_a_whole_video_of_the_asked_size(whole, decoded):
    frames = decoded(video(whole))
    assert frames.shape[1:] == (108, 192, 4)
    assert len(frames) == sum(segment_lengths(whole, decoded)) > 20
    assert len(segment_lengths(whole, decoded)) == PLAYS
    assert difference(frames[0], frames[-1]) > 3


def test_preview_without_a_viewer_says_in_one_line_where_the_video_is(
    manim, small, short_film, tmp_path, decoded
):
    run = rendered(manim, short_film, tmp_path, *small, "-p")
    (line,) = (line for line in run.out.splitlines() if str(video(tmp_path)) in line)
    assert "No viewer on this machine" in line
    assert len(decoded(video(tmp_path))) > 20


def test_the_last_frame_alone_is_the_last_frame_of_the_video(
    manim, small, short_film, whole, tmp_path, decoded
):
    run = rendered(manim, short_film, tmp_path, *small, "-s")
    assert not list(tmp_path.rglob("*.mp4"))
    assert difference(still(tmp_path), decoded(video(whole))[-1]) < 3
    assert ".png" in run.out


def test_a_range_of_plays_gives_just_their_frames(
    manim, small, short_film, whole, tmp_path, decoded
):
    rendered(manim, short_film, tmp_path, *small, "-n", "3,6")
    ends = np.cumsum([0, *segment_lengths(whole, decoded)])
    wanted = decoded(video(whole))[ends[3] : ends[7]]
    assert np.array_equal(decoded(video(tmp_path)), wanted)


@pytest.mark.parametrize("suffix", sampled([".webm", ".mov", "_ManimCE_v*.gif", ".png"], 1))
def test_every_format_shows_the_same_film(
    manim, small, short_film, whole, tmp_path, decoded, suffix
):
    rendered(manim, short_film, tmp_path, *small, "--format", suffix.rsplit(".", 1)[-1])
    wanted = decoded(video(whole))
    if suffix == ".png":  # as in Manim: a still
        assert difference(still(tmp_path), wanted[-1]) < 3
        return
    (path,) = video(tmp_path).parent.glob(f"Short{suffix}")
    frames = decoded(path)
    assert frames.shape == wanted.shape
    for frame, same in zip(frames, wanted, strict=True):
        assert difference(frame, same) < 4


def test_a_transparent_film_is_clear_around_the_hill_and_solid_on_it(
    manim, small, short_film, tmp_path, decoded
):
    size = ("-r", "480,270", "--fps", "5", "-v", "WARNING")
    rendered(manim, short_film, tmp_path, *size, "-t")
    alpha = decoded(video(tmp_path, ".mov", "270p5"))[-1, ..., 3]
    for corner in (alpha[:4, :4], alpha[:4, -4:], alpha[-4:, :4], alpha[-4:, -4:]):
        assert (corner == 0).all()
    stage = pixels_of(STAGE, alpha)
    assert (stage == 255).mean() > 0.2
    assert (pixels_of(CAPTION, alpha) > 100).sum() > 50
    assert (pixels_of(CAPTION, alpha) == 0).mean() > 0.5


def test_the_frame_rate_changes_how_often_and_not_how_long(
    manim, short_film, whole, tmp_path, decoded
):
    rendered(manim, short_film, tmp_path, "-r", "192,108", "--fps", "10", "-v", "WARNING")
    fast, slow = decoded(video(tmp_path, quality="108p10")), decoded(video(whole))
    assert abs(len(fast) / 10 - len(slow) / FPS) <= PLAYS / FPS
    assert len(fast) > 1.6 * len(slow)
    assert difference(fast[-1], slow[-1]) < 3


def test_sections_carry_the_names_of_the_beats_and_add_up_to_the_film(whole, decoded):
    folder = video(whole).parent / "sections"
    sections = json.loads((folder / "Short.json").read_text())
    assert [section["name"] for section in sections] == ["the_hill", "the_walker", "the_steps"]
    for section in sections:
        assert section["name"] in section["video"]
    parts = [decoded(folder / section["video"]) for section in sections]
    assert np.array_equal(np.concatenate(parts), decoded(video(whole)))


@pytest.mark.parametrize(
    ("letter", "size"), sampled([("l", (480, 854)), ("m", (720, 1280)), ("k", (2160, 3840))], 1)
)
def test_a_quality_letter_gives_its_size(manim, short_film, tmp_path, letter, size):
    rendered(manim, short_film, tmp_path, f"-q{letter}", "-s", "-v", "WARNING")
    assert still(tmp_path).shape[:2] == size


@pytest.mark.parametrize("size", sampled(["640,360", "400,400", "900,300"], 1))
def test_the_design_stays_wholly_inside_any_shape(manim, short_film, tmp_path, size):
    rendered(manim, short_film, tmp_path, "-r", size, "-s", "-v", "WARNING")
    picture = still(tmp_path)
    width, height = map(int, size.split(","))
    assert picture.shape[:2] == (height, width)
    box = contrast_box(picture)
    pixel = max(FRAME_WIDTH / width, FRAME_HEIGHT / height)
    assert SAFE.contains(box, slack=1.5 * pixel)
    # What is there reaches as far as on 16:9, so nothing was cut off to make it fit.
    assert box.bottom < CAPTION.bottom + 0.35
    assert box.top > 2.2
    assert box.left < STAGE.left + 1.5
    assert box.right > STAGE.right + 0.35


def test_a_run_from_another_folder_without_a_cache_gives_the_same_frames(
    manim, small, short_film, whole, tmp_path, decoded
):
    run = manim(*small, "--disable_caching", short_film, cwd=tmp_path)
    assert run.code == 0, run.err
    path = video(tmp_path / "media")
    assert str(path) in run.out
    assert np.array_equal(decoded(path), decoded(video(whole)))


def test_descent_lasts_a_minute_or_so_and_lands_where_the_project_says(
    manim, small, root, tmp_path, decoded
):
    film = root / "scenes" / "descent.py"
    run = manim(*small, "-p", "--save_sections", "--media_dir", tmp_path, film, cwd=root)
    assert run.code == 0, run.err
    path = tmp_path / "descent" / "108p5" / "Descent.mp4"
    assert str(path) in run.out
    frames = decoded(path)
    assert frames.shape[1:] == (108, 192, 4)
    assert 60 <= len(frames) / FPS <= 90
    sections = json.loads((path.parent / "sections" / "Descent.json").read_text())
    assert sum(int(section["nb_frames"]) for section in sections) == len(frames)
    assert sections[0]["name"] == "the_hill"
    assert len(sections) >= 8
    last = [decoded(path.parent / "sections" / section["video"])[-1] for section in sections]
    for before, after in itertools.pairwise(last):
        assert difference(before, after) > 0.1  # every beat ends on a picture of its own


def test_a_still_of_descent_lands_beside_its_videos(manim, small, root, tmp_path):
    film = root / "scenes" / "descent.py"
    run = manim(*small, "-s", "--media_dir", tmp_path, film, cwd=root)
    assert run.code == 0, run.err
    (path,) = (tmp_path / "descent").glob("*.png")
    picture = np.asarray(Image.open(path))
    assert picture.shape[:2] == (108, 192)
    assert SAFE.contains(contrast_box(picture), slack=0.1)


@pytest.mark.parametrize("scene", sampled(["Depth", "Stock"], 1))
def test_the_example_of_the_depth_camera_renders(manim, root, tmp_path, scene):
    example = root / "examples" / "depth_camera.py"
    run = manim("-r", "192,108", "-s", "--media_dir", tmp_path, example, scene, cwd=tmp_path)
    assert run.code == 0, run.err
    (path,) = tmp_path.rglob("*.png")
    with Image.open(path) as picture:
        assert picture.size == (192, 108)
        assert len(picture.convert("RGB").getcolors(100_000)) > 500
