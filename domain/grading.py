"""What an answer is worth: from 0 to 1, or nothing where nobody can say (an opinion, what a person has to read)."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Final

from domain.question import Number, Question

UNGRADED: Final = frozenset({"opinion", "open"})  # kinds of which nobody can say at once what they are worth
MOST_WRITTEN: Final = 2_000  # characters of a written answer that are kept
_NUMBER: Final = re.compile(r"([+-]?(?:\d+(?:[.,]\d+)*|[.,]\d+))(.*)", re.DOTALL)
_APART: Final = re.compile(r"(?<=\d)[\s'’](?=\d)")  # between digits; \s is also a no-break space
_MINUSES: Final = str.maketrans("−–", "--")
_APOSTROPHES: Final = str.maketrans("‘’ʼ", "'''")
_ENDS: Final = " .,;:!?…\"'„“”«»"  # what may stand around an answer
_LONG: Final = 5, 10  # letters from which one, and two, typing errors are small


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody answered: options by their indexes, or words.

    In order: every option, the first first. In matching: for each row the index of a right side (`places`).
    """

    chosen: tuple[int, ...] = ()
    words: str = ""


def score(question: Question, given: Given) -> float | None:
    """How right an answer is. 1: entirely. Multiple choice: right ones less wrong ones, as a share of the right ones.

    Order: the share of pairs that stand in the right order. Matching: the share of rows. None: it has no score.
    """
    match question.kind:
        case "opinion" | "open":
            return None
        case "multiple":
            return _multiple(question, given.chosen)
        case "order":
            return _order(len(question.options), given.chosen)
        case "match":
            return _match(question, given.chosen)
        case "number":
            return float(any(_is_number(each, given.words) for each in question.numbers))
        case "text":
            return float(_is_accepted(question, given.words))
    return float(given.chosen == question.right)


def is_right(question: Question, given: Given) -> bool | None:
    """Whether it is entirely right; None where it has no score."""
    worth = score(question, given)
    return None if worth is None else worth == 1


def number_in(words: str) -> tuple[Decimal, str] | None:
    """A number as people write it ("1 234,5 mg", "1,234.5", "−3"), and what follows it; None when there is none."""
    found = _NUMBER.fullmatch(_APART.sub("", words.strip()).translate(_MINUSES))
    value = _value(found[1]) if found else None
    return None if found is None or value is None else (value, found[2].strip(_ENDS + "\t\n"))


def _value(written: str) -> Decimal | None:
    """What digits with points and commas are worth. Several of these part thousands; None for a date or a version."""
    marks, (whole, *rest) = re.findall("[.,]", written), re.split("[.,]", written)
    if len(marks) < 2:
        return Decimal(written.replace(",", "."))
    groups = rest if marks[-1] == marks[0] else rest[:-1]
    if len({*marks[: len(groups)]}) > 1 or any(len(group) != 3 for group in groups):
        return None
    return Decimal(".".join(["".join((whole, *groups)), *rest[len(groups) :]]))


def _multiple(question: Question, chosen: tuple[int, ...]) -> float:
    right, picked = set(question.right), set(chosen)
    return max(0, len(right & picked) - len(picked - right)) / len(right)


def _order(options: int, chosen: tuple[int, ...]) -> float:
    if sorted(chosen) != list(range(options)):
        return 0.0
    pairs = list(combinations(chosen, 2))
    return sum(first < second for first, second in pairs) / len(pairs)


def _match(question: Question, chosen: tuple[int, ...]) -> float:
    places = question.places
    if len(chosen) != len(question.targets):
        return 0.0
    hits = sum(places[place] == target for place, target in zip(chosen, question.targets, strict=True))
    return hits / len(question.targets)


def _is_number(right: Number, words: str) -> bool:
    found = number_in(words)
    if found is None:
        return False
    value, unit = found
    return abs(value - right.value) <= right.tolerance and _is_unit(right.unit, unit)


def _is_unit(right: str, said: str) -> bool:
    """Whether what follows a number is its unit, or nothing. Where none is asked, words are none ("14 days")."""
    if not right:
        return not any(character.isdigit() for character in said)
    return _unit(said) in ("", _unit(right))


def _unit(written: str) -> str:
    return "".join(unicodedata.normalize("NFKC", written).casefold().split())


def _is_accepted(question: Question, words: str) -> bool:
    said = plain(words)
    accepted = [plain(each) for each in question.accepted]
    if said in accepted:
        return True
    if not question.forgiving:
        return False
    bare = without_marks(said)
    return any(_close(bare, without_marks(each)) for each in accepted)


def plain(words: str) -> str:
    """Without what never counts: case, spaces around and doubled, punctuation at the ends."""
    text = unicodedata.normalize("NFC", words).casefold().translate(_APOSTROPHES)
    return " ".join(text.split()).strip(_ENDS)


def without_marks(words: str) -> str:
    """Letters without what stands above and below them: "ačiū" as "aciu", "łódź" as "lodz", "ørå" as "ora"."""
    apart = unicodedata.normalize("NFD", words.replace("ł", "l").replace("ø", "o").replace("æ", "ae"))
    return "".join(each for each in apart if not unicodedata.combining(each))


def _close(said: str, right: str) -> bool:
    """Whether what was said differs from what is right by no more than a small typing error.

    It is none in a digit, or where a word begins: "2019" is not "2018", "ulovlig" not "lovlig".
    """
    if said == right:
        return True
    allowed = sum(len(right) >= length for length in _LONG)
    same = _digits(said) == _digits(right) and _begins_alike(said.split(), right.split())
    return allowed > 0 and same and _distance(said, right, allowed) <= allowed


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _begins_alike(said: list[str], right: list[str]) -> bool:
    """Whether each word begins with the same letter; when one is written in two ("person vern"), the first."""
    pairs = list(zip(said, right, strict=False))
    return all(one[0] == other[0] for one, other in (pairs if len(said) == len(right) else pairs[:1]))


def _distance(one: str, other: str, most: int) -> int:
    """Letters to put in, leave out, change or swap (optimal string alignment); more than `most` is some such number."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before, last = list[int](), list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        now = [row]
        for column, against in enumerate(other, 1):
            costs = [last[column] + 1, now[-1] + 1, last[column - 1] + (letter != against)]
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == against:
                costs.append(before[column - 2] + 1)
            now.append(min(costs))
        before, last = last, now
    return last[-1]
