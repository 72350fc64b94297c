"""The filters of SCIM that directories send (RFC 7644, 3.4.2.2): what is equal to what, all of it at once."""

import json
import re
from dataclasses import dataclass
from typing import Final

from domain.roster_cells import bare

MOST: Final = 1_000  # characters
MOST_TERMS: Final = 10
_WORK: Final = re.compile(r'\[\s*type\s+eq\s+"work"\s*\]', re.IGNORECASE)
_WORD: Final = re.compile(
    r"\s*(?:(?P<string>\"(?:[^\"\\]|\\.)*\")|(?P<word>[^\s\"()]+)|(?P<odd>\S))", re.DOTALL
)
_CORE: Final = "urn:ietf:params:scim:schemas:core:2.0:user:"
# What may be asked for, by how it may be written, without case.
_KNOWN: Final = {
    "id": "id",
    "username": "user_name",
    "externalid": "external_id",
    "active": "active",
    **dict.fromkeys(("emails", "emails.value"), "email"),
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:user:employeenumber": "number",
}


@dataclass(frozen=True, slots=True)
class Term:
    """`what` ("id", "user_name", "external_id", "email", "number" or "active") is equal to `value`."""

    what: str
    value: str | bool


class BadFilter(Exception):
    """No filter that is understood here; the message says what is wrong with it."""


def parse(text: str) -> tuple[Term, ...]:
    """The terms of a filter, all of which hold."""
    if len(text) > MOST:
        raise BadFilter(f"The filter has more than {MOST} characters.")
    words = _words(_WORK.sub("", text))
    terms = [words[at : at + 4] for at in range(0, len(words), 4)]
    if len(terms) > MOST_TERMS:
        raise BadFilter(f"The filter has more than {MOST_TERMS} terms.")
    joined = [each[3].casefold() for each in terms[:-1]]
    if not terms or len(terms[-1]) != 3 or set(joined) - {"and"}:
        raise BadFilter("Write “attribute eq value”, with “and” between several.")
    return tuple(map(_term, terms))


def _words(text: str) -> list[str]:
    words = list[str]()
    for each in _WORD.finditer(text):
        if each["odd"]:
            raise BadFilter(f"There is “{each['odd']}” where nothing like it is understood.")
        words.append(each["string"] or each["word"])
    return words


def _term(words: list[str]) -> Term:
    attribute, operator, value = words[:3]
    what = _KNOWN.get(attribute.casefold().removeprefix(_CORE))
    if what is None:
        raise BadFilter(f"Nobody can be found by “{attribute[:60]}”.")
    if operator.casefold() != "eq":
        raise BadFilter(f"The operator “{operator[:20]}” is not understood: use “eq”.")
    return Term(what, _value(what, value))


def _value(what: str, written: str) -> str | bool:
    """A string stands in quotation marks; Entra ID writes true and false as strings too."""
    if what == "active":
        known = {"true": True, "false": False}.get(written.strip('"').casefold())
        if known is None:
            raise BadFilter("“active” is true or false.")
        return known
    value = _string(written) if written.startswith('"') else ""
    if not value:
        raise BadFilter(f"“{written[:60]}” is no value: write a string in quotation marks.")
    return value


def _string(written: str) -> str:
    try:
        return bare(str(json.loads(written)))
    except ValueError as error:
        raise BadFilter(f"{written[:60]} is no string of JSON.") from error
