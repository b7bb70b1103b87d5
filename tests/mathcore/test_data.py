"""Points are read as they are written, and a bad file is told by name, line, rule and remedy."""

import os

import numpy as np
import pytest

from mathcore.data import BUILT_IN, FEWEST, LARGEST_FILE, MOST, DataError, load_data, read_csv

PLAIN = "0,1\n1,3\n2,5\n"


def file_of(folder, text, name="points.csv"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return path


# What is read


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        "x,y\n" + PLAIN,
        "hours, marks\r\n0, 1\r\n1, 3\r\n2, 5\r\n",
        "0;1\n1;3\n2;5",
        "0\t1\n1\t3\n2\t5\n",
        "\n0,1\n\n1,3\n2,5\n\n\n",
        '"0","1"\n"1","3"\n"2","5"\n',
        "﻿x,y\n" + PLAIN,
        " 0 , 1.0 \n1e0,+3\n2,0.5e1\n",
        "时间,成绩\n" + PLAIN,
    ],
)
def test_points_are_read_however_they_are_written(text, tmp_path):
    data = read_csv(file_of(tmp_path, text), columns=2)
    assert data.points.tolist() == [[0, 1], [1, 3], [2, 5]]
    assert data.classes is None
    assert data.name == "points.csv"


@pytest.mark.parametrize(
    ("names", "classes", "called"),
    [
        (["0", "1", "1"], [0, 1, 1], ("0", "1")),
        (["1", "0", "1"], [1, 0, 1], ("0", "1")),
        (["1", "-1", "1"], [1, 0, 1], ("-1", "1")),
        (["10", "9", "9"], [1, 0, 0], ("9", "10")),
        (["dog", "cat", "dog"], [1, 0, 1], ("cat", "dog")),
        (["好", "坏", "坏"], [1, 0, 0], ("坏", "好")),
    ],
)
def test_classes_are_read_in_their_order(names, classes, called, tmp_path):
    text = "x,y,class\n" + "".join(f"{i},{i * i},{name}\n" for i, name in enumerate(names))
    data = read_csv(file_of(tmp_path, text), columns=3)
    assert data.classes.tolist() == classes
    assert data.class_names == tuple(called)
    assert data.of_class(1).tolist() == [[i, i * i] for i, one in enumerate(classes) if one]


# What is refused


@pytest.mark.parametrize(
    ("text", "columns", "told"),
    [
        ("", 2, "there are no points in it. Write one a line: x, y."),
        ("\n\n  \n", 2, "there are no points in it"),
        ("x,y\n", 2, "there are no points in it"),
        ("0,1\n1,two\n2,5\n", 2, "line 2: 'two' is no number. Write one such as 1.5 or -2."),
        ("0,1\n1,\n2,5\n", 2, "line 2: '' is no number"),
        ("x,y\n0,1\n1,3_0\n2,5\n", 2, "line 3: '3_0' is no number"),
        ("0;1,5\n1;3\n2;5\n", 2, "line 1: '1,5' is no number. Write it with a point"),
        ("0,1\n1,nan\n2,5\n", 2, "line 2: 'nan': a number must lie between"),
        ("0,1\n1,-inf\n2,5\n", 2, "line 2: '-inf': a number must lie between"),
        ("0,1\n1,1e400\n2,5\n", 2, "line 2: '1e400': a number must lie between"),
        ("0,1\n1,1e13\n2,5\n", 2, "line 2: '1e13': a number must lie between"),
        ("0\n1\n2\n", 2, "line 1: it has 1 column; each line has 2: x, y"),
        ("0,1\n1,3,0\n2,5\n", 2, "line 2: it has 3 columns; each line has 2: x, y"),
        (PLAIN, 3, "line 1: it has 2 columns; each line has 3: x, y, class"),
        ("0,1\n2,5\n", 2, f"it has 2 points; a film shows from {FEWEST} to {MOST}. Add some."),
        ("1,1\n1,3\n1,5\n", 2, "all x are equal (1), so that a line's slope cannot be told"),
        ("1e9,1\n1e9,3\n1000000000.1,5\n", 2, "all x are equal"),
        ("0,1,a\n1,1,b\n2,1,a\n", 3, "all y are equal (1), so that a boundary cannot be told"),
        ("0,1,a\n1,2,a\n2,1,a\n", 3, "all points have the class 'a'; there have to be two"),
        ("0,1,a\n1,2,b\n2,1,c\n", 3, "line 3: 'c' is a third class besides 'a' and 'b'"),
        ("0,1,a\n1,2,\n2,1,b\n", 3, "line 2: the class is empty"),
        (b"0,1\n1,\xff\n", 2, "line 2: a file of points is UTF-8 text; byte 6 is not. Save it as"),
        ('0,1\n1,"3\n2,5\n', 2, "it cannot be read as CSV"),
        ("0,1\n" * (MOST + 1), 2, f"it has {MOST + 1} points; a film shows from {FEWEST} to"),
        ("0,1\n" * LARGEST_FILE, 2, f"a file of points is at most {LARGEST_FILE:,} bytes long"),
    ],
)
def test_a_bad_file_is_told_with_line_rule_and_remedy(text, columns, told, tmp_path):
    path = file_of(tmp_path, text)
    with pytest.raises(DataError) as refused:
        read_csv(path, columns)
    assert str(refused.value).startswith(str(path))
    assert told in str(refused.value)


def test_what_is_no_file_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"none.csv: there is no such file. Name a CSV file that"):
        read_csv(tmp_path / "none.csv", 2)
    with pytest.raises(DataError, match="this is no file"):
        read_csv(tmp_path, 2)
    with pytest.raises(DataError, match="cannot be read"):
        read_csv(tmp_path / ("a" * 300 + ".csv"), 2)
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(DataError, match="this is no file"):
        read_csv(tmp_path / "pipe.csv", 2)


@pytest.mark.parametrize("seed", range(40))
def test_any_bytes_are_points_or_one_error(seed, tmp_path):
    rng = np.random.default_rng(seed)
    words = [b"1", b"2.5", b",", b";", b"\n", b'"', b"-", b"e", b"nan", b"\0", b"\xfe", b"x", b"\r"]
    text = b"".join(words[i] for i in rng.integers(0, len(words), 60))
    for columns in (2, 3):
        path = file_of(tmp_path, text)
        try:
            assert np.isfinite(read_csv(path, columns).points).all()
        except DataError as refused:
            told = str(refused)
            is_named = path.name in told
        else:
            is_named = True
        assert is_named


# By name


def test_a_set_is_found_by_name_and_a_path_from_its_folder(tmp_path):
    assert load_data("clouds", columns=3) is BUILT_IN["clouds"]
    file_of(tmp_path, PLAIN)
    assert len(load_data("points.csv", columns=2, folder=tmp_path)) == 3
    assert len(load_data(str(tmp_path / "points.csv"), columns=2)) == 3


@pytest.mark.parametrize(
    ("text", "columns", "told"),
    [
        ("lines", 2, 'Did you mean "line"?'),
        ("zzz", 3, "There are: clouds, mixed."),
        ("clouds", 2, "this set has the columns x, y, class, and x, y are needed"),
        ("line", 3, "Those with them: clouds, mixed."),
    ],
)
def test_a_wrong_name_is_told_the_right_ones(text, columns, told):
    with pytest.raises(DataError) as refused:
        load_data(text, columns)
    assert told in str(refused.value)


@pytest.mark.parametrize("data", BUILT_IN.values(), ids=lambda data: data.name)
def test_the_sets_that_have_a_name_are_sound(data):
    assert FEWEST <= len(data) <= MOST
    assert np.ptp(data.x) > 1
    assert np.ptp(data.y) > 1
    assert np.array_equal(np.round(data.points, 2), data.points)
    if data.classes is not None:
        assert data.classes.sum() == len(data) / 2
