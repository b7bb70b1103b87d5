"""How long a function takes from text to frame: `python -m benchmarks.framing`.

Per function the milliseconds of one core for reading it, for checking its gradient and for choosing
what is shown of it; and the whole beside that of the bowl, taken by turns with it. Of five runs the
middle one.
"""

from __future__ import annotations

import time
from itertools import pairwise
from statistics import median

from sympy.core.cache import clear_cache

from mathcore import ScalarField, check_gradient, frame

BOWL = "x^2 + y^2"

FUNCTIONS = {
    "bowl": BOWL,
    "waves": "sin(x) cos(y)",
    "kinks": "|x| + |y| + max(x, y)",
    "himmelblau": "(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
    "a product of 54 factors": "".join(f"(x-{k / 10})(y+{k / 7:.3f})" for k in range(1, 28)),
    "a tower": "x^" * 20 + "y",
    "a maximum of 39": "max(" + ",".join(f"{k}x-{k % 5}y+{k % 3}" for k in range(1, 40)) + ")",
    "39 waves": "+".join(f"sin({k}x+{k * k % 7}y)" for k in range(1, 40)),
}

RUNS = 5


def stages(text: str) -> list[float]:
    """Return seconds of this thread for reading, checking and framing a function."""
    clear_cache()  # of what SymPy has done before
    moments = [time.thread_time()]
    field = ScalarField.parse(text, ["x", "y"])
    field.value_and_gradient([[0.3, 0.4]])  # the derivatives are found when they are asked for
    moments.append(time.thread_time())
    check_gradient(field, (-5, 5), (-5, 5))
    moments.append(time.thread_time())
    frame(field)
    moments.append(time.thread_time())
    return [after - before for before, after in pairwise(moments)]


def main() -> None:
    """Print the table."""
    stages(BOWL)  # the first call builds the grammar
    print(f"{'function':26}{'read':>8}{'check':>8}{'frame':>8}  ms{'x bowl':>9}")
    for name, text in FUNCTIONS.items():
        runs = [(stages(text), sum(stages(BOWL))) for _ in range(RUNS)]
        columns = [1000 * median(taken[n] for taken, _ in runs) for n in range(3)]
        ratio = median(sum(taken) / bowl for taken, bowl in runs)
        print(f"{name:26}" + "".join(f"{value:8.0f}" for value in columns) + f"{ratio:13.1f}")


if __name__ == "__main__":
    main()
