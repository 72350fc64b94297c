"""What a formula of a question bank comes to: numbers, signs and the functions that Moodle documents, nothing else."""

import math
import re
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

MOST_SIGNS: Final = 300
_DEEPEST: Final = 20
_WHOLE: Final = 2**53  # beyond it a float is no longer every whole number
_TOKEN: Final = re.compile(
    r"\s*(?:(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?)|\{(?P<name>[^{}]{1,100})\}"
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_]*)|(?P<sign>\*\*|<=|>=|==|!=|&&|\|\||[-+*/%(),?:<>!]))"
)
_END: Final = ("sign", "")


class UncountableError(Exception):
    """A formula that comes to no number, or that is none."""


def value_of(formula: str, values: Mapping[str, float]) -> float:
    """What the formula comes to, with a value for each {name}. UncountableError when that is no finite number."""
    if len(formula) > MOST_SIGNS:
        raise UncountableError
    try:
        found = _Reader(formula, values).whole()
    except (ArithmeticError, ValueError, TypeError, LookupError) as error:
        raise UncountableError from error
    if not math.isfinite(found):
        raise UncountableError
    return found


class _Reader:
    """Reads signs one after another, and counts at once. ValueError where they do not fit together."""

    def __init__(self, formula: str, values: Mapping[str, float]) -> None:
        self._values, self._depth = values, 0
        self._tokens, at = list[tuple[str, str]](), 0
        while at < len(formula.rstrip()):
            found = _TOKEN.match(formula, at)
            if not found:
                raise ValueError
            self._tokens.append((str(found.lastgroup), found[str(found.lastgroup)]))
            at = found.end()
        self._tokens.reverse()

    def whole(self) -> float:
        found = self._choice()
        if self._tokens:
            raise ValueError
        return found

    def _next(self) -> tuple[str, str]:
        return self._tokens[-1] if self._tokens else _END

    def _took(self, sign: str) -> bool:
        if self._next() != ("sign", sign):
            return False
        self._tokens.pop()
        return True

    def _must(self, sign: str) -> None:
        if not self._took(sign):
            raise ValueError

    def _choice(self) -> float:
        """`test ? one : other`, and all that binds closer."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ValueError
        found = self._joined(0)
        if self._took("?"):
            one = self._choice()
            self._must(":")
            other = self._choice()
            found = one if found else other
        self._depth -= 1
        return found

    def _joined(self, level: int) -> float:
        """What stands between signs of this level or a closer one, from left to right."""
        if level == len(_LEVELS):
            return self._signed()
        found = self._joined(level + 1)
        while self._next()[0] == "sign" and self._next()[1] in _LEVELS[level]:
            count = _LEVELS[level][self._tokens.pop()[1]]
            found = count(found, self._joined(level + 1))
        return found

    def _signed(self) -> float:
        turned = 1.0
        while self._next() in (("sign", "-"), ("sign", "+")):
            turned = -turned if self._tokens.pop()[1] == "-" else turned
        if self._took("!"):
            return turned * float(not self._signed())
        return turned * self._raised()

    def _raised(self) -> float:
        """A power binds closer than the sign before it, and from right to left."""
        found = self._single()
        if not self._took("**"):
            return found
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ValueError
        found = math.pow(found, self._signed())
        self._depth -= 1
        return found

    def _single(self) -> float:
        kind, said = self._tokens.pop()
        if kind == "number":
            return float(said)
        if kind == "name":
            return self._values[said]
        if kind == "word":
            return float(_FUNCTIONS[said.lower()](*self._arguments()))
        if said != "(":
            raise ValueError
        found = self._choice()
        self._must(")")
        return found

    def _arguments(self) -> list[float]:
        self._must("(")
        given = list[float]()
        while not self._took(")"):
            if given:
                self._must(",")
            given.append(self._choice())
        return given


def _rest(one: float, other: float) -> float:
    return math.fmod(math.trunc(one), math.trunc(other))


def _round(number: float, places: float = 0) -> float:
    if not abs(places) <= 15:
        raise ValueError
    return float(Decimal(repr(number)).quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_UP))


def _digits(number: float) -> str:
    """The digits of a whole number."""
    if number != int(number) or not 0 <= number <= _WHOLE:
        raise ValueError
    return str(int(number))


def _most(pick: Callable[[list[float]], float]) -> Callable[..., float]:
    def picked(first: float, second: float, *more: float) -> float:
        return pick([first, second, *more])

    return picked


_OF_MATH: Final = (
    "acos acosh asin asinh atan atan2 atanh ceil cos cosh exp expm1 "
    "floor fmod log10 log1p pow sin sinh sqrt tan tanh"
)
# What binds least comes first.
_LEVELS: Final[tuple[Mapping[str, Callable[[float, float], float]], ...]] = (
    {"||": lambda one, other: float(bool(one or other))},
    {"&&": lambda one, other: float(bool(one and other))},
    {"==": lambda one, other: float(one == other), "!=": lambda one, other: float(one != other)},
    {
        "<": lambda one, other: float(one < other),
        ">": lambda one, other: float(one > other),
        "<=": lambda one, other: float(one <= other),
        ">=": lambda one, other: float(one >= other),
    },
    {"+": lambda one, other: one + other, "-": lambda one, other: one - other},
    {"*": lambda one, other: one * other, "/": lambda one, other: one / other, "%": _rest},
)
_FUNCTIONS: Final[Mapping[str, Callable[..., float]]] = {
    **{name: getattr(math, name) for name in _OF_MATH.split()},
    "abs": abs,
    "bindec": lambda number: int(_digits(number), 2),
    "decbin": lambda number: int(f"{int(_digits(number)):b}"),
    "decoct": lambda number: int(f"{int(_digits(number)):o}"),
    "deg2rad": math.radians,
    "is_finite": math.isfinite,
    "is_infinite": math.isinf,
    "is_nan": math.isnan,
    "log": math.log,
    "max": _most(max),
    "min": _most(min),
    "octdec": lambda number: int(_digits(number), 8),
    "pi": lambda: math.pi,
    "rad2deg": math.degrees,
    "round": _round,
}
