"""From a sympy tree to numpy: a list of array operations, run in order.

The tree is walked once and every distinct sub-expression becomes one operation, so nothing is
computed twice and no source code is generated. Each operation is strict about its real domain:
a logarithm of zero, a division by zero or an even root of a negative number gives nan at that
point, and nan spreads to whatever is computed from it. Overflow gives ±inf.

Operations that jump (sign, floor, a branch of a piecewise function) can also report *where* they
jump. A derivative formula means nothing there, unless the jump is multiplied by zero: the slope
of x·|x| at 0 is 0, the slope of |x| at 0 does not exist.
"""

from mathcore.evaluation.numeric_form import NumericForm, numeric_form
from mathcore.evaluation.program import Program

__all__ = ["NumericForm", "Program", "numeric_form"]
