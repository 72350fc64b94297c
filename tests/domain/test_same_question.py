"""What keeps the memory of a question that its author changed."""

from dataclasses import replace
from decimal import Decimal

import pytest

from domain.question import Number, Question
from domain.review import same_question
from domain.text import Text
from tests.domain.make import question


def changed(old: Question, **changes: object) -> Question:
    return replace(old, **changes)  # type: ignore[arg-type]


def with_option(old: Question, index: int, **changes: object) -> Question:
    options = list(old.options)
    options[index] = replace(options[index], **changes)  # type: ignore[arg-type]
    return replace(old, options=tuple(options))


SINGLE, MULTIPLE, ORDER, MATCH = (question(kind) for kind in "smrc")
NUMBER, WRITTEN, OPEN, OPINION = (question(kind) for kind in "nwfo")
KEPT = [
    (SINGLE, changed(SINGLE, prompt=Text("Kuris paukštis?"))),
    (SINGLE, changed(SINGLE, explanation=Text("Kitaip."), shuffled=True)),
    (SINGLE, changed(SINGLE, options=SINGLE.options[::-1])),
    (SINGLE, changed(SINGLE, options=SINGLE.options[1:])),
    (SINGLE, with_option(SINGLE, 0, text=Text("Gaigalas"))),
    (SINGLE, with_option(SINGLE, 1, text=Text(" antis. "))),
    (SINGLE, with_option(SINGLE, 1, explanation=Text("Nes plaukia."))),
    (MULTIPLE, changed(MULTIPLE, options=MULTIPLE.options[::-1])),
    (ORDER, changed(ORDER, prompt=Text("Nuo mažiausio"))),
    (MATCH, changed(MATCH, options=MATCH.options[::-1], targets=MATCH.targets[::-1])),
    (NUMBER, changed(NUMBER, numbers=(*NUMBER.numbers, Number(Decimal(38))))),
    (NUMBER, changed(NUMBER, numbers=(Number(Decimal("37.50"), Decimal("0.5"), "°C"),))),
    (WRITTEN, changed(WRITTEN, accepted=(*WRITTEN.accepted, "Grus grus"))),
    (WRITTEN, changed(WRITTEN, forgiving=False)),
    (OPEN, changed(OPEN, prompt=Text("Papasakokite."))),
    (OPINION, changed(OPINION, options=OPINION.options[1:])),
]
LOST = [
    (SINGLE, changed(SINGLE, id="duck")),
    (SINGLE, with_option(SINGLE, 1, text=Text("Gaigalas"))),
    (SINGLE, with_option(with_option(SINGLE, 1, correct=False), 2, correct=True)),
    (SINGLE, changed(with_option(SINGLE, 2, correct=True), kind="multiple")),
    (SINGLE, question("m")),
    (SINGLE, changed(WRITTEN, accepted=("Antis",))),
    (MULTIPLE, with_option(MULTIPLE, 1, correct=True)),
    (MULTIPLE, with_option(MULTIPLE, 0, correct=False)),
    (ORDER, changed(ORDER, options=ORDER.options[::-1])),
    (ORDER, changed(ORDER, options=ORDER.options[1:])),
    (MATCH, changed(MATCH, targets=MATCH.targets[::-1])),
    (NUMBER, changed(NUMBER, numbers=(Number(Decimal(38), Decimal("0.5"), "°C"),))),
    (NUMBER, changed(NUMBER, numbers=(Number(Decimal("37.5"), Decimal("0.5"), "°F"),))),
    (NUMBER, changed(NUMBER, numbers=(Number(Decimal("37.5"), Decimal("0.1"), "°C"),))),
    (WRITTEN, changed(WRITTEN, accepted=WRITTEN.accepted[1:])),
    (with_option(SINGLE, 1, text=Text("?")), with_option(SINGLE, 1, text=Text("!"))),
]


@pytest.mark.parametrize(("old", "new"), KEPT)
def test_a_question_keeps_its_memory_when_its_right_answers_did_not_change(
    old: Question, new: Question
) -> None:
    assert same_question(old, new)


@pytest.mark.parametrize(("old", "new"), LOST)
def test_a_question_loses_its_memory_when_they_did_or_it_is_another(old: Question, new: Question) -> None:
    assert not same_question(old, new)
