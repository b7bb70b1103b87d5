"""The cube root that is real on the whole line."""

from __future__ import annotations

from typing import Any

import sympy


class cbrt(sympy.Function):  # type: ignore[misc]  # noqa: N801  (sympy: lower-case functions)
    """The real cube root, defined for negative numbers too: ``cbrt(-8) = -2``.

    Its derivative is ``1 / (3 cbrt(x)^2)``; sympy's own ``x**(1/3)`` is complex below zero.
    """

    nargs = 1

    @classmethod
    def eval(cls, x: sympy.Expr) -> sympy.Expr | None:
        """Take the minus sign out, and the root when it is exact."""
        if x.could_extract_minus_sign():
            return -cls(-x)
        if x.is_Rational:
            root = sympy.Pow(x, sympy.Rational(1, 3))
            return root if root.is_Rational else None
        return None

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        """Return the derivative of the root by what stands under it."""
        return 1 / (3 * self**2)

    def _eval_is_extended_real(self) -> bool | None:
        real: bool | None = self.args[0].is_extended_real
        return real

    def _eval_evalf(self, prec: int) -> sympy.Expr | None:
        x = self.args[0]._evalf(prec)
        if not x.is_extended_real:
            return None
        return sympy.sign(x) * sympy.Pow(abs(x), sympy.Rational(1, 3))._evalf(prec)

    def _numpycode(self, printer: Any) -> str:
        return f"{printer._module_format('numpy.cbrt')}({printer._print(self.args[0])})"

    def _mpmathcode(self, printer: Any) -> str:
        root = printer._module_format("mpmath.cbrt")
        sign = printer._module_format("mpmath.sign")
        inner = printer._print(self.args[0])
        return f"({sign}({inner})*{root}(abs({inner})))"
