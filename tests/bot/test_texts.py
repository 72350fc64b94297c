"""The sentences of the chat: each that is said exists, complete, in all four languages, and none is left over."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import get_args

import pytest
from babel.messages import pofile
from babel.messages.catalog import Catalog

from domain.at_announcement import DOINGS
from domain.audit import WHAT
from domain.checking_in import Came, Stays
from domain.facts import StudyState
from domain.hook import TOPICS, TRIAL
from domain.language import LANGUAGES, Language
from domain.leading import Led
from domain.lesson_list import LessonState
from domain.pausing import REASONS
from domain.seating import ACTIVE
from domain.settings import DAYS
from domain.signing import Change
from tests.actions.talk import texts

ROOT = Path(__file__).parents[2]
SAID_BY = (
    "domain",
    "actions",
    "bot/render.py",
    "bot/announced.py",
    "bot/posted.py",
    "bot/explain.py",
    "bot/inbound.py",
)
SAYS = {"notice", "Line", "Choice", "say"}
STATES = get_args(StudyState)
# Ids that are put together: where a literal gap stands for each of these words.
FAMILIES: dict[str, tuple[str, ...]] = {
    "progress.{}": STATES,
    "progress.{}_unscored": STATES,
    "programmes.{}": ("open", *STATES),
    "lessons.{}": get_args(LessonState),
    "pause.because.{}": REASONS,
    "changed.{}": get_args(Change),
    "webinars.{}_line": ("open", "cancelled", *ACTIVE),
    "leading.{}": get_args(Led),
    "leading.rated{}": ("", "_more", "_less"),
    "registered.{}": ("waiting", "asked", "left", "not_there", "lapsed"),
    "mydata.{}": ("pdf", "json", "correct", "stop", "erase"),
    "programmes.{}_short": ("open", *STATES),
    "announce.{}_button": DOINGS,
    "announce.fault.{}": (
        *("empty", "language", "long", "link", "audience", "group", "late"),
        *("alt", "label", "answers", "question"),
    ),
    "announce.state.{}": ("draft", "asked", "due", "sending", "paused", "cancelled", "done"),
    "announce.{}": ("tested", "undone", "late", "approved", "refused"),
    "approval.{}": ("subject", "wanted", "then"),
    "here.{}": (*get_args(Came), *get_args(Stays)),
    "menu.{}": (
        *("continue", "progress", "programmes", "webinars", "certificates", "settings", "help"),
        *("language", "hour", "days", "pause"),
    ),
}
AN_ID = re.compile(r"[a-z]+\.[a-z_]+")
OF_CHANNELS = ("web.", "command.", "terminal.", "telegram.")
GAP = re.compile(r"\{(\w*)\}")


def catalogue(language: Language) -> Catalog:
    path = ROOT / "bot" / "locales" / f"{language}.po"
    with path.open("rb") as file:
        return pofile.read_po(file, locale=language, abort_invalid=True)


@cache
def forms(language: Language) -> dict[str, tuple[str, ...]]:
    """Sentences by their ids: as one says it of one, of two, of five where that differs."""
    return {_first(each.id): _all(each.string) for each in catalogue(language) if each.id}


def _first(said: object) -> str:
    return _all(said)[0]


def _all(said: object) -> tuple[str, ...]:
    return tuple(map(str, said)) if isinstance(said, tuple | list) else (str(said),)


def ids(language: Language) -> dict[str, str]:
    """Sentences by their ids, where there are several forms the first."""
    return {each: found[0] for each, found in forms(language).items()}


def sources() -> Iterator[tuple[Path, ast.Module]]:
    for place in SAID_BY:
        path = ROOT / place
        for file in sorted(path.glob("*.py")) if path.is_dir() else [path]:
            if file.name.startswith("scim_"):
                continue  # its words have points too
            yield file, ast.parse(file.read_text(encoding="utf-8"))


def said() -> set[str]:
    """Every id that is said: whole ones anywhere in the code, and the families."""
    found = set(DAYS.values())
    for _, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and AN_ID.fullmatch(node.value):
                found.add(node.value)
    for pattern, words in FAMILIES.items():
        found |= {pattern.format(word) for word in words}
    # Deeds in the audit log, and what webhooks tell, have names like these; three are sentences too.
    both = {"certificate.issued", "certificate.revoked", "announcement.withdrawn"}
    return found - ({*WHAT, *TOPICS, TRIAL} - both)


def named_alike(tree: ast.Module) -> set[str]:
    """What a module takes from the rules of an audience: a line of such a rule says nothing to anybody."""
    taken = [
        each for each in tree.body if isinstance(each, ast.ImportFrom) and each.module == "domain.audience"
    ]
    return {name.asname or name.name for each in taken for name in each.names}


def first_arguments() -> Iterator[tuple[str, ast.expr]]:
    for path, tree in sources():
        says = SAYS - named_alike(tree)
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            literal = any(each.arg == "literal" for each in node.keywords)
            if name in says and not literal:
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node.args[0]


def test_every_sentence_exists_in_every_language_and_none_is_left_over() -> None:
    for language in LANGUAGES:
        there = {each for each in ids(language) if not each.startswith(OF_CHANNELS)}
        assert (sorted(said() - there), sorted(there - said())) == ([], [])


def test_families_of_ids_are_the_ones_that_are_known_here() -> None:
    """An id that is put together in the code has its family above, so that the test before sees it."""
    patterns = set()
    for _, argument in first_arguments():
        if isinstance(argument, ast.JoinedStr):
            parts = (each.value if isinstance(each, ast.Constant) else "{}" for each in argument.values)
            patterns.add("".join(map(str, parts)))
    assert patterns == set(FAMILIES)


def test_no_sentence_is_written_where_it_is_said() -> None:
    """What is said is an id: a constant one, a choice of constants, a family, or a name that stands for one."""
    names = (ast.Constant, ast.JoinedStr, ast.IfExp, ast.Name, ast.Attribute)
    written = [
        (place, ast.unparse(each))
        for place, each in first_arguments()
        if not isinstance(each, names)
        or (isinstance(each, ast.Constant) and not AN_ID.fullmatch(str(each.value)))
    ]
    assert written == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogues_have_the_same_ids_the_same_gaps_and_no_empty_sentence(language: Language) -> None:
    reference, here = ids("en"), ids(language)
    assert list(here) == list(reference)
    gaps = {(key, *sorted(GAP.findall(each))) for key, all_ in forms(language).items() for each in all_}
    assert gaps == {(key, *sorted(GAP.findall(each))) for key, each in reference.items()}
    written = [(key, each) for key, all_ in forms(language).items() for each in all_]
    assert [key for key, each in written if not each.strip() or each != each.strip()] == []
    assert [each.id for each in catalogue(language) if each.fuzzy and each.id] == []


def test_sentences_of_different_languages_differ() -> None:
    """None is the same everywhere, unless it is a gap and nothing else: somebody's own words."""
    worded = [key for key, each in ids("en").items() if not GAP.fullmatch(each)]
    alike = {key for key in worded if len({ids(language)[key] for language in LANGUAGES}) == 1}
    assert alike == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_can_be_said(language: Language) -> None:
    for key, (sentence, *others) in forms(language).items():
        gaps = dict.fromkeys(GAP.findall(sentence), "Šarūnė {x}")
        if others:
            said = {n: texts().say(language, key, **{**gaps, "n": n}) for n in (1, 2, 5)}
            assert set(said.values()) <= {
                form.replace("{n}", str(n)) for form in (sentence, *others) for n in said
            }
            assert len(set(said.values())) == 3
            continue
        told = texts().say(language, key, **gaps)
        assert told == GAP.sub("Šarūnė {x}", sentence)
