"""Points to learn from: built in, or read from a CSV file of a user's own.

A file has a point a line: two columns x, y for a line through points, or three columns x, y, class
for two classes. A first line of names is passed over.
"""

from __future__ import annotations

import csv
import difflib
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

FloatArray: TypeAlias = npt.NDArray[np.float64]

LARGEST_FILE = 100_000
"""Bytes; a page of points has a few thousand."""

FEWEST, MOST = 3, 300
"""Points that a set has."""

LARGEST_NUMBER = 1e12
"""Numbers beyond it leave no digits for what lies between them."""

_FINEST = 1e-9
"""Numbers no farther apart than this share of their size count as equal."""

_SEPARATORS = ";\t,"
"""What may stand between columns; the first that a file has: a comma may be a decimal one."""

_COLUMNS = {2: "x, y", 3: "x, y, class"}


class DataError(ValueError):
    """A set of points that cannot be used; the message names file, line, rule and remedy."""


@dataclass(frozen=True, eq=False)
class Data:
    """Points x (k,) and y (k,), and where there are classes, `classes` (k,) of 0 and 1.

    `class_names` are what the classes 0 and 1 are called. `name` is what the set is called: its
    own, or that of its file.
    """

    name: str
    x: FloatArray
    y: FloatArray
    classes: FloatArray | None = None
    class_names: tuple[str, str] = ("0", "1")

    def __len__(self) -> int:
        """Return the number k of points."""
        return len(self.x)

    @property
    def points(self) -> FloatArray:
        """The points as pairs (k, 2)."""
        return np.stack([self.x, self.y], axis=-1)

    def of_class(self, number: int) -> FloatArray:
        """Return the points (j, 2) of the class 0 or 1."""
        if self.classes is None:
            raise ValueError(f"{self.name}: these points have no classes")
        return np.asarray(self.points[self.classes == number])


def load_data(text: str, columns: int, folder: Path | None = None) -> Data:
    """Return the points that a text names: a built-in set, or a CSV file.

    Args:
        text: the name of a set, or the path of a file; what ends in `.csv` is a path.
        columns: 2 for x, y; 3 for x, y, class.
        folder: where a relative path begins; the working directory where left out.

    Raises DataError as `read_csv` does, and where a name is that of no set, with the nearest.

    >>> len(load_data("line", columns=2))
    12
    """
    path = Path(text)
    if path.suffix.lower() == ".csv" or "/" in text or "\\" in text:
        return read_csv((folder or Path()) / path, columns)
    data = BUILT_IN.get(text)
    fitting = [name for name, one in BUILT_IN.items() if (one.classes is not None) == (columns > 2)]
    if data is None:
        near = difflib.get_close_matches(text, fitting, n=1)
        hint = f'Did you mean "{near[0]}"?' if near else f"There are: {', '.join(fitting)}."
        raise DataError(
            f"no set of points has this name. {hint} A file of your own ends in .csv, "
            f"with the columns {_COLUMNS[columns]}."
        )
    if text not in fitting:
        has = 3 if data.classes is not None else 2
        raise DataError(
            f"this set has the columns {_COLUMNS[has]}, and {_COLUMNS[columns]} are needed. "
            f"Those with them: {', '.join(fitting)}."
        )
    return data


def read_csv(path: Path, columns: int) -> Data:
    """Return the points of a CSV file: UTF-8, with commas, semicolons or tabs between columns.

    The first line may name the columns. Of three columns the last names the class, a text or a
    number; there are two of them, and the one that comes first in order is class 0.

    Raises DataError where the file is missing, too large, not UTF-8 or empty; a line has another
    number of columns, or no number where one belongs; a number is nan, infinite or beyond 10¹²;
    there are too few or too many points; all x are equal; or there are not two classes.
    """
    rows = _rows(path, _text_of(path))
    for line, row in rows:
        if len(row) != columns:
            raise DataError(
                f"{path}, line {line}: it has {_counted(len(row), 'column')}; each line has "
                f"{columns}: {_COLUMNS[columns]}, with commas between them."
            )
    if rows and all(_number(cell) is None for cell in rows[0][1][:2]):
        rows = rows[1:]  # names
    if not rows:
        raise DataError(
            f"{path}: there are no points in it. Write one a line: {_COLUMNS[columns]}."
        )
    pairs = np.array([[_coordinate(path, line, cell) for cell in row[:2]] for line, row in rows])
    if not FEWEST <= len(pairs) <= MOST:
        remedy = "Add some." if len(pairs) < FEWEST else "Keep a sample of them."
        raise DataError(
            f"{path}: it has {_counted(len(pairs), 'point')}; a film shows from {FEWEST} to "
            f"{MOST}. {remedy}"
        )
    x, y = pairs.T
    _check_spread(path, x, y, columns)
    if columns == 2:
        return _made(path.name, x, y)
    return _with_classes(path, x, y, [(line, row[2]) for line, row in rows])


def _made(name: str, x: FloatArray, y: FloatArray) -> Data:
    return Data(name, np.ascontiguousarray(x), np.ascontiguousarray(y))


def _with_classes(
    path: Path, x: FloatArray, y: FloatArray, cells: Sequence[tuple[int, str]]
) -> Data:
    known: list[str] = []
    for line, cell in cells:
        name = cell.strip()
        if not name:
            raise DataError(f"{path}, line {line}: the class is empty. Name it, such as 0 or 1.")
        known += [name] if name not in known else []
        if len(known) > 2:
            raise DataError(
                f"{path}, line {line}: {_shown(name)} is a third class besides "
                f"{_shown(known[0])} and {_shown(known[1])}; there are two. Leave the others out."
            )
    if len(known) < 2:
        raise DataError(
            f"{path}: all points have the class {_shown(known[0])}; there have to be two classes. "
            "Add points of another one."
        )
    first, second = sorted(known, key=_in_order)
    classes = np.array([float(cell.strip() == second) for _, cell in cells])
    return replace(_made(path.name, x, y), classes=classes, class_names=(first, second))


def _in_order(name: str) -> tuple[bool, float, str]:
    """Return what classes are sorted by: numbers by their size, before words."""
    number = _number(name)
    return number is None, 0.0 if number is None else number, name


def _check_spread(path: Path, x: FloatArray, y: FloatArray, columns: int) -> None:
    needed = {"x": x} if columns == 2 else {"x": x, "y": y}
    for name, numbers in needed.items():
        if np.ptp(numbers) <= _FINEST * np.abs(numbers).max():
            what = "a line's slope" if columns == 2 else "a boundary"
            raise DataError(
                f"{path}: all {name} are equal ({numbers[0]:g}), so that {what} cannot be told. "
                f"Give points with different {name}."
            )


def _coordinate(path: Path, line: int, cell: str) -> float:
    number = _number(cell)
    if number is None:
        comma = "," in cell and _number(cell.replace(",", ".")) is not None
        remedy = "Write it with a point, such as 1.5." if comma else "Write one such as 1.5 or -2."
        raise DataError(f"{path}, line {line}: {_shown(cell)} is no number. {remedy}")
    if not math.isfinite(number) or abs(number) > LARGEST_NUMBER:
        raise DataError(
            f"{path}, line {line}: {_shown(cell)}: a number must lie between -10^12 and 10^12. "
            "Leave the line out, or use another unit."
        )
    return number


def _number(cell: str) -> float | None:
    """Return the number that a cell writes; None where it writes none."""
    try:
        return None if "_" in cell else float(cell)
    except ValueError:
        return None


def _rows(path: Path, text: str) -> list[tuple[int, list[str]]]:
    """Return the lines that are not blank, each with its number and its cells."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = next((one for one in _SEPARATORS if one in first), ",")
    reader = csv.reader(io.StringIO(text), delimiter=separator, strict=True, skipinitialspace=True)
    rows = []
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append((reader.line_num, row))
    except csv.Error as error:
        raise DataError(
            f"{path}, line {reader.line_num}: it cannot be read as CSV ({error}). "
            "Write numbers with commas between them, without quotes."
        ) from None
    return rows


def _text_of(path: Path) -> str:
    try:
        if not path.exists():
            raise DataError(
                f"{path}: there is no such file. Name a CSV file that exists, "
                f"or a built-in set: {', '.join(BUILT_IN)}."
            )
        if not path.is_file():  # a pipe would be waited for
            raise DataError(f"{path}: this is no file. Points stand in a CSV file.")
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        if isinstance(error, DataError):
            raise
        reason = error.strerror if isinstance(error, OSError) else error
        raise DataError(
            f"{path}: it cannot be read ({reason}). Points stand in a CSV file."
        ) from None
    if len(data) > LARGEST_FILE:
        raise DataError(
            f"{path}: a file of points is at most {LARGEST_FILE:,} bytes long. "
            "Keep a sample of them."
        )
    try:
        return data.decode("utf-8-sig")  # Windows editors put a mark first
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DataError(
            f"{path}, line {line}: a file of points is UTF-8 text; byte {error.start} is not. "
            "Save it as UTF-8."
        ) from None


def _shown(cell: str, longest: int = 30) -> str:
    text = repr(cell.strip())
    return text if len(text) <= longest else text[:longest] + "…"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" + ("" if count == 1 else "s")


# Built in


def _along_line(name: str, count: int, noise: float, seed: int) -> Data:
    """Return points about the line y = 1.2 x + 0.8, x evenly from -1 to 2."""
    rng = np.random.default_rng(seed)
    x = np.round(np.linspace(-1.0, 2.0, count), 2)
    return _made(name, x, np.round(1.2 * x + 0.8 + noise * rng.standard_normal(count), 2))


def _with_outlier() -> Data:
    """Return the points of "line", the last but one of them 4 below its place."""
    line = _along_line("outlier", 12, 0.35, 7)
    y = line.y.copy()
    y[-2] = round(y[-2] - 4.0, 2)
    return _made("outlier", line.x, y)


def _two_clouds(name: str, count: int, apart: float, seed: int) -> Data:
    """Return two normal clouds of points, their middles at ∓apart·(1, 0.6), deviation 1."""
    rng = np.random.default_rng(seed)
    middle = apart * np.array([1.0, 0.6])
    classes = np.repeat([0.0, 1.0], count // 2)
    points = np.round((2 * classes[:, None] - 1) * middle + rng.standard_normal((count, 2)), 2)
    return replace(_made(name, *points.T), classes=classes)


BUILT_IN = {
    data.name: data
    for data in (
        _along_line("line", 12, 0.35, 7),
        _along_line("noisy", 40, 0.9, 3),
        _with_outlier(),
        _two_clouds("clouds", 40, 1.0, 5),
        _two_clouds("mixed", 60, 0.5, 11),
    )
}
"""The sets that have a name; all are made by generators with a fixed seed, to two decimals."""
