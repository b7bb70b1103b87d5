"""From a sympy expression to Typst maths, written as a careful mathematician writes it.

The strings are the inside of a Typst formula: `$ … $` is put around them by whoever shows them.
"""

from mathcore.typeset.marks import coloured
from mathcore.typeset.numbers import typeset_number
from mathcore.typeset.printer import typeset
from mathcore.typeset.rows import typeset_column, typeset_vector

__all__ = ["coloured", "typeset", "typeset_column", "typeset_number", "typeset_vector"]
