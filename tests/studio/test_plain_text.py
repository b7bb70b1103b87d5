"""Captions as plain text: what a film shows is told, whatever formula stands in it."""

from __future__ import annotations

import re

import pytest

from studio.errors import WorkerCrashedError
from studio.plain_text import plain_texts
from studio.texts import translations


@pytest.mark.parametrize(
    ("markup", "said"),
    [
        ("A step is $-eta nabla f$: go.", "A step is −η ∇f: go."),
        ("一步走 $-eta nabla f$。", "一步走 −η ∇f。"),
        ("$x_0^2 + y^(-3)$", "x₀² + y⁻³"),
        ("$e^(-x^2)$", "e^(−x²)"),
        ("$10^Q_(x > 0)$", "10_(x > 0)^Q"),
        ("$frac(x + 1, 2)$", "(x + 1)/2"),
        ("$frac(partial f, partial x)$", "(∂f)/(∂x)"),
        ("$sqrt(x) + root(3, x y)$", "√x + ³√(x y)"),
        ("$abs(x) <= floor(y)$", "|x| ≤ ⌊y⌋"),
        ("$f'(x) dot 90 degree$", "f′(x) ⋅ 90°"),
        ('$cases(x &"if" x > 0, -x &"else")$', "{x if x > 0; −x else}"),
        ("$vec(1, 2) mat(1, 2; 3, 4)$", "(1, 2) (1, 2; 3, 4)"),
        ('$op("arsinh") x + italic("rate")$', "arsinh x + rate"),
        ("*Bold*, _stressed_ -- \\$5 \\#1", "Bold, stressed – $5 #1"),
        ("two   spaces~and\na line", "two spaces and a line"),
        ("a < b & c > d {braces}", "a < b & c > d {braces}"),
        ("", ""),
    ],
)
def test_markup_is_told_in_words_and_unicode(markup: str, said: str) -> None:
    assert plain_texts([markup]) == [said]


def filled(text: str) -> str:
    """A caption with a formula in each of its gaps, set as maths where the gap is not in maths."""
    formula = "frac(partial f, partial x_0) + sqrt(x^2 + 1)"
    gap = re.compile(r"\{\w+\}")
    return "$".join(
        gap.sub(formula if number % 2 else f"${formula}$", piece)
        for number, piece in enumerate(text.split("$"))
    )


def test_every_caption_of_the_films_is_told_without_markup() -> None:
    catalogue = translations("zh")
    texts = [*catalogue, *catalogue.values()]
    markup = [filled(text) for text in texts]
    said = plain_texts(markup)
    assert len(said) == len(texts) > 300
    for text, words in zip(markup, said, strict=True):
        assert words, text
        assert not re.search(r"[$\\]|nabla|\beta\b|theta|lambda|frac|sqrt|#", words), (text, words)


def test_what_is_no_markup_is_told_in_a_sentence() -> None:
    with pytest.raises(WorkerCrashedError, match="caption"):
        plain_texts(["fine", "$x_"])
