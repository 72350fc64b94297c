"""Statements: what is told of what happened, and what is not."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from domain.programme import Exam
from domain.statement import VERBS, Occasion, Teller, pseudonym, statement
from tests.domain.make import programme

TELLER = Teller("https://learn.example", b"k" * 32)
AT = datetime(2026, 11, 23, 7, 30, 1, 5000, tzinfo=UTC)
TAUGHT = programme("ts", "t")


def told(what: str, **details: Any) -> dict[str, Any] | None:
    return statement(TELLER, Occasion(7, 3, what, details, AT), TAUGHT)


def test_it_names_nobody_and_is_the_same_whenever_it_is_made() -> None:
    first, again = told("enrolled", version=1), told("enrolled", version=1)
    assert first is not None
    assert first == again
    assert UUID(first["id"]).version == 5
    assert first["actor"]["account"] == {
        "homePage": "https://learn.example",
        "name": pseudonym(TELLER.key, 3),
    }
    assert first["timestamp"] == "2026-11-23T07:30:01.005Z"
    assert (first["verb"]["id"], first["verb"]["display"]) == (VERBS["enrolled"], {"en": "registered"})
    assert first["object"]["id"] == f"https://learn.example/catalogue/{TAUGHT.slug}"


def test_a_pseudonym_is_that_of_a_key_and_a_person() -> None:
    assert len({pseudonym(key, who) for key in (b"a", b"b") for who in (1, 2)}) == 4
    assert len(pseudonym(b"a", 1)) == 32


@pytest.mark.parametrize(
    ("correct", "result"), [(True, {"success": True}), (False, {"success": False}), (None, None)]
)
def test_of_an_answer_it_says_only_whether_it_was_right(correct: bool | None, result: object) -> None:
    found = told("answered", lesson=0, card=1, question="q1", chosen="secret", correct=correct)
    assert found is not None
    where = f"https://learn.example/lesson/{TAUGHT.slug}/{TAUGHT.lessons[0].slug}"
    assert (found["object"]["id"], found.get("result")) == (f"{where}#q1", result)
    above = found["context"]["contextActivities"]
    assert [each["id"] for each in above["parent"]] == [where]
    assert [each["id"] for each in above["grouping"]] == [f"https://learn.example/catalogue/{TAUGHT.slug}"]
    assert "secret" not in str(found)


@pytest.mark.parametrize(
    ("right", "graded", "score"),
    [
        (2, 3, {"scaled": 0.6667, "raw": 2, "min": 0, "max": 3}),
        (0, 0, None),
        (None, None, None),
        (4, 3, None),
    ],
)
def test_what_is_done_has_a_score_where_something_is_graded(
    right: int | None, graded: int | None, score: object
) -> None:
    for what, details in (("lesson_done", {"lesson": 1}), ("programme_done", {})):
        found = told(what, **details, right=right, graded=graded)
        assert found is not None
        assert found["verb"]["id"] == "http://adlnet.gov/expapi/verbs/completed"
        assert found["result"].get("completion") is True
        assert found["result"].get("score") == score


@pytest.mark.parametrize(("passed", "verb"), [(True, "passed"), (False, "failed")])
def test_a_test_is_passed_or_failed(passed: bool, verb: str) -> None:
    found = told("test_done", lesson=0, percent=55, passed=passed)
    assert found is not None
    assert found["verb"]["id"] == f"http://adlnet.gov/expapi/verbs/{verb}"
    assert found["result"] == {"completion": True, "success": passed, "score": {"scaled": 0.55}}


def test_a_certificate_is_earned_without_its_number() -> None:
    found = told("certified", number="2026-000001")
    assert found is not None
    assert found["object"]["id"].endswith("#certificate")
    assert found["verb"]["id"] == VERBS["certified"]
    assert "2026-000001" not in str(found)


@pytest.mark.parametrize("where", [None, -1, 2, "0"])
def test_where_there_is_no_lesson_there_is_nothing_to_tell(where: object) -> None:
    assert told("lesson_done", lesson=where) is None


@pytest.mark.parametrize(("exam", "kind"), [(None, "lesson"), (Exam(50), "assessment")])
def test_a_test_is_an_assessment(exam: Exam | None, kind: str) -> None:
    text = replace(TAUGHT.lessons[0].texts[0], exam=exam)
    taught = replace(TAUGHT, lessons=(replace(TAUGHT.lessons[0], texts=(text,)),))
    found = statement(TELLER, Occasion(1, 1, "lesson_done", {"lesson": 0}, AT), taught)
    assert found is not None
    assert found["object"]["definition"]["type"] == f"http://adlnet.gov/expapi/activities/{kind}"
