"""Users and patches of SCIM, read as words of a roster."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.language import LANGUAGES
from domain.roster_cells import bare
from domain.scim_user import (
    CORE,
    ENTERPRISE,
    MOST,
    OWN,
    NotUnderstood,
    Words,
    named,
    parts,
    patched,
    read,
)
from tests.domain.strategies import calm

KNOWN = {
    *("user_name", "external_id", "active", "display", "formatted", "given", "family", "email", "job"),
    *("language", "number", "unit", "hired_on"),
}
# An attribute by its path, and the word that it is.
PATHS: Mapping[str, str] = {
    "userName": "user_name",
    "externalId": "external_id",
    "displayName": "display",
    "name.formatted": "formatted",
    "name.givenName": "given",
    f"{CORE}:name.familyName": "family",
    "emails.value": "email",
    'emails[type eq "work"].value': "email",
    "emails[primary eq true].value": "email",
    "title": "job",
    f"{ENTERPRISE}:employeeNumber": "number",
    f"{ENTERPRISE}:department": "unit",
    f"{OWN}:hiredOn": "hired_on",
}
plain = st.text(st.characters(codec="latin-1", exclude_categories=["C", "Z"]), min_size=1, max_size=9)
names = st.sampled_from(
    [
        "schemas",
        "name",
        "active",
        "emails",
        "value",
        "op",
        "path",
        "Operations",
        "x",
        "a b",
        CORE,
        ENTERPRISE,
        *PATHS,
    ]
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | names,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(names | st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)
objects = st.dictionaries(names, anything, max_size=5)


def one(op: str, path: str | None = None, value: Any = None) -> Words:
    return patched({"Operations": [{"op": op, "path": path, "value": value}]})


def why(op: str, path: str | None = None, value: Any = None) -> str:
    with pytest.raises(NotUnderstood) as told:
        one(op, path, value)
    assert str(told.value).endswith(".")
    return told.value.why


@calm
@given(objects)
def test_whatever_is_sent_says_words_or_is_told(document: dict[str, Any]) -> None:
    for each in (read, patched):
        with suppress(NotUnderstood):
            words = each(document)
            assert set(words) <= KNOWN
            assert {type(value) for name, value in words.items() if name != "active"} <= {str}
            assert type(words.get("active", True)) is bool


OPERATIONS = st.fixed_dictionaries({"op": st.sampled_from(["add", "Replace", "remove"]), "value": anything})
AT = st.fixed_dictionaries({"op": st.just("Add"), "path": names | st.text(max_size=9), "value": anything})


@calm
@given(st.lists(OPERATIONS | AT, max_size=3))
def test_whatever_operation_is_sent_says_words_or_is_told(operations: list[dict[str, Any]]) -> None:
    with suppress(NotUnderstood):
        assert set(patched({"Operations": operations})) <= KNOWN


@calm
@given(st.dictionaries(st.sampled_from(sorted(PATHS)), plain))
def test_a_patch_says_what_a_document_says_by_path_and_without_in_any_case(said: dict[str, str]) -> None:
    words = {PATHS[path]: value for path, value in said.items()}
    assert read(said) == one("replace", None, said) == words if said else True
    for case in (str, str.upper, str.lower):
        operations = [{"op": "Replace", "path": case(path), "value": value} for path, value in said.items()]
        assert not said or patched({"operations": operations}) == words


@calm
@given(st.lists(plain, max_size=3).map(" ".join), st.lists(plain, min_size=1, max_size=3).map(" ".join))
def test_a_name_comes_back_in_its_parts(given_: str, family: str) -> None:
    given_, family = bare(given_), bare(family)
    name, kept = named({"given": given_, "family": family}, "", None)
    assert (parts(name, kept), name) == ((given_, family), f"{given_} {family}".strip())
    other, still = named({"family": "Bergman"}, name, kept)
    assert parts(other, still) == (given_, "Bergman")


def test_parts_of_a_name_that_no_directory_said() -> None:
    assert parts("Ona Marija Onaitė", None) == ("Ona Marija", "Onaitė")
    assert parts("Madonna", None) == ("", "Madonna")
    assert parts("Ona Onaitė", "Jan") == ("Ona", "Onaitė")  # a coordinator has written another name since
    assert named({"family": "Kita"}, "Ona Onaitė", None) == ("Ona Kita", "Ona")


def test_a_whole_name_counts_where_parts_were_never_sent() -> None:
    assert named({"formatted": "Ona Onaitė", "display": "O."}, "", None) == ("Ona Onaitė", None)
    assert named({"display": "Ona Onaitė"}, "O.", None) == ("Ona Onaitė", None)
    assert named({"display": "Onaitė, Ona (VLN)"}, "Ona Onaitė", "Ona") == ("Ona Onaitė", "Ona")
    assert named({"given": "", "family": ""}, "Ona Onaitė", "Ona") == ("Ona Onaitė", "Ona")
    assert named({}, "Ona Onaitė", None) == ("Ona Onaitė", None)


def test_one_of_several_addresses_is_taken() -> None:
    home, work = {"value": "h@a.lt", "type": "home"}, {"value": "w@a.lt", "type": "work"}
    for sent, taken in (
        ([home, work], "w@a.lt"),
        ([work, home | {"Primary": "True"}], "h@a.lt"),
        ([home], "h@a.lt"),
        (work, "w@a.lt"),
        ("s@a.lt", "s@a.lt"),
    ):
        assert read({"emails": sent}) == {"email": taken}
    nothing: tuple[Any, ...] = ([], None, [{}], [{"value": None}], "")
    for none in nothing:
        assert read({"emails": none}) == {}
    assert one("add", 'emails[type eq "home"].value', "h@a.lt") == {}
    assert one("add", 'emails[type eq "work"]', {"value": "w@a.lt"}) == {"email": "w@a.lt"}
    assert one("remove", 'emails[type eq "home"]') == {}


def test_true_and_false_come_as_strings_too() -> None:
    for sent in (False, "False", "false", "FALSE"):
        assert one("Replace", "active", sent) == one("replace", None, {"active": sent}) == {"active": False}
    assert read({"active": None}) == {}
    assert why("replace", "active", "no") == "invalidValue"


def test_a_language_is_one_of_ours_or_is_not_said() -> None:
    for each in LANGUAGES:
        assert read({"preferredLanguage": each}) == {"language": each}
    assert read({"preferredLanguage": "da, nb-NO;q=0.8, en;q=0.7"}) == {"language": "nb"}
    assert read({"preferredLanguage": "de-DE"}) == read({"preferredLanguage": ""}) == {}


def test_what_is_empty_takes_back_but_for_what_a_person_has() -> None:
    assert read({"title": None, ENTERPRISE: {"department": ""}}) == {"job": "", "unit": ""}
    assert read({"userName": " ", "name": None, ENTERPRISE: None}) == {}
    assert one("remove", "title") == {"job": ""}
    assert one("remove", ENTERPRISE) == {"number": "", "unit": ""}
    assert one("remove", "name.givenName") == {"given": ""}
    assert one("remove", "active") == one("remove", "preferredLanguage") == one("remove", "nickName") == {}
    for path in ("userName", "name", "name.familyName", "emails", 'emails[type eq "work"].value', CORE):
        assert why("remove", path) == "mutability"
    assert why("remove") == why("remove", "") == "noTarget"


def test_what_is_none_of_ours_is_ignored_and_what_is_no_path_is_told() -> None:
    ignored = {"phoneNumbers": 5, "urn:x:y": {"a": 1}, "a b": 1, "id": "7", "meta": {}, "$ref": None}
    assert read(ignored | {"name": {"middleName": "X", "name": {"givenName": "Y"}}}) == {}
    for path in (
        'phoneNumbers[type eq "work"].value',
        "urn:x:y:z",
        "roles",
        "addresses",
        f"{ENTERPRISE}:manager",
    ):
        assert one("add", path, {"a": "b"}) == {}
    for path in ("a b", "emails[", "emails[type]x", ".value", "x..y", "1", "emails[[]]"):
        assert why("add", path, "x") == why("remove", path) == "invalidPath"
    assert why("replace", "id", "1") == why("add", "meta", {}) == "mutability"


def test_what_cannot_be_done_is_told() -> None:
    lists: list[Any] = [[], {}, [1], [{}]]
    bodies: list[dict[str, Any]] = [{}, *({"Operations": each} for each in lists)]
    for body in bodies:
        with pytest.raises(NotUnderstood) as told:
            patched(body)
        assert told.value.why == "invalidSyntax"
    assert why("move", "title", "x") == "invalidSyntax"
    assert why("add", None, "x") == why("add", "", ["x"]) == "invalidValue"
    assert why("replace", "userName", "a\x00b") == why("replace", "externalId", "\ud800") == "invalidValue"
    assert why("replace", "title", True) == why("replace", "name", "Ona") == why("replace", "emails", [5])
    assert why("replace", "externalId", "x" * (MOST + 1)) == "invalidValue"
    with pytest.raises(NotUnderstood) as told:
        patched({"Operations": [{"op": "add", "path": 5, "value": "x"}]})
    assert told.value.why == "invalidPath"
    assert one("replace", f"{ENTERPRISE}:employeeNumber", 42) == {"number": "42"}
