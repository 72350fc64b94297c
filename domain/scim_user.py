"""What a directory says of somebody in the words of SCIM (RFC 7643 and 7644), read as what a roster says."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from domain.language import language_of
from domain.roster_cells import bare

CORE: Final = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE: Final = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
OWN: Final = "urn:ietf:params:scim:schemas:extension:zinute:2.0:User"
PATCH: Final = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
MOST: Final = 255  # characters of what a directory calls somebody
# "" takes a word back; what is not there is not said. "active" is a bool. "formatted" and "display" are whole names.
Words = dict[str, str | bool]
Why = Literal["invalidSyntax", "invalidPath", "invalidValue", "noTarget", "mutability"]
_WORDS: Final[Mapping[tuple[str, str], str]] = {
    (CORE, "username"): "user_name",
    (CORE, "externalid"): "external_id",
    (CORE, "active"): "active",
    (CORE, "displayname"): "display",
    (CORE, "name.formatted"): "formatted",
    (CORE, "name.givenname"): "given",
    (CORE, "name.familyname"): "family",
    **dict.fromkeys(((CORE, "emails"), (CORE, "emails.value")), "email"),
    (CORE, "title"): "job",
    (CORE, "preferredlanguage"): "language",
    (ENTERPRISE, "employeenumber"): "number",
    (ENTERPRISE, "department"): "unit",
    (OWN, "hiredon"): "hired_on",
}
_OUTER: Final = frozenset({(CORE, "name"), *((urn, "") for urn in (CORE, ENTERPRISE, OWN))})
_PATH: Final = re.compile(r"([a-z$][\w$-]*)(?:\[([^\[\]]*)\])?(?:\.([a-z$][\w$-]*))?", re.ASCII)
_OURS: Final = re.compile(r'\s*(?:type\s+eq\s+"work"|primary\s+eq\s+"?true"?)\s*')
_STAYS: Final = frozenset({"active", "language"})  # without one there is the usual one: nothing is taken back
_NEEDED: Final = frozenset({"user_name", "email", "family"})
_NEVER: Final = frozenset({"id", "meta"})
_KEPT_NAMES: Final = frozenset({"user_name", "external_id"})


class NotUnderstood(Exception):
    """It cannot be done; `why` is the word of RFC 7644 (3.12) for it, and the message a sentence."""

    def __init__(self, why: Why, told: str) -> None:
        super().__init__(told)
        self.why: Final[Why] = why


def read(document: Mapping[str, Any]) -> Words:
    """What a user resource says; attributes that are none of ours say nothing."""
    words = Words()
    for name, value in document.items():
        words |= _said(name, value, strict=False)
    return words


def patched(body: Mapping[str, Any]) -> Words:
    """What the operations of a PATCH say together, of which the later ones win."""
    operations = {name.lower(): value for name, value in body.items()}.get("operations")
    if not isinstance(operations, list) or not operations:
        raise NotUnderstood("invalidSyntax", "Send “Operations”, a list with one at least.")
    words = Words()
    for each in operations:
        if not isinstance(each, dict):
            raise NotUnderstood("invalidSyntax", "Each of the Operations is an object.")
        words |= _operation({name.lower(): value for name, value in each.items()})
    return words


def _operation(operation: Mapping[str, Any]) -> Words:
    name, path, value = str(operation.get("op")).lower(), operation.get("path"), operation.get("value")
    if name not in ("add", "replace", "remove"):
        raise NotUnderstood("invalidSyntax", "An operation is one of add, replace and remove.")
    if path is not None and not isinstance(path, str):
        raise NotUnderstood("invalidPath", "The path is no string.")
    if name == "remove":
        return _taken_back(path)
    if path:
        return _said(path, value, strict=True)
    if not isinstance(value, dict):
        raise NotUnderstood("invalidValue", "Without a path, the value is an object of attributes.")
    return read(value)


def _taken_back(path: str | None) -> Words:
    if not path:
        raise NotUnderstood("noTarget", "What is to be removed? Send a path.")
    urn, attribute, picked = _parsed(path, strict=True)
    if not picked:
        return {}
    found = {word for (over, name), word in _WORDS.items() if over == urn and _under(name, attribute)}
    if urn == CORE and found & _NEEDED:
        raise NotUnderstood("mutability", f"“{path[:60]}” cannot be removed: a person has one.")
    return dict.fromkeys(found - _STAYS, "")


def _under(name: str, attribute: str) -> bool:
    return not attribute or name == attribute or name.startswith(f"{attribute}.")


def _said(path: str, value: Any, *, strict: bool) -> Words:
    """What a value says that is at this path; `strict`: what is no path is told, and what nobody may change."""
    urn, attribute, picked = _parsed(path, strict=strict)
    if strict and urn == CORE and attribute in _NEVER:
        raise NotUnderstood("mutability", f"“{attribute}” is ours to say.")
    if not picked:
        return {}
    if (urn, attribute) in _OUTER:
        return _inside(urn, attribute, value)
    word = _WORDS.get((urn, attribute))
    return {} if word is None else _word(word, path, value)


def _inside(urn: str, attribute: str, value: Any) -> Words:
    words = Words()
    if value is None:
        return words
    if not isinstance(value, dict):
        raise NotUnderstood("invalidValue", f"“{attribute or urn}” is an object of attributes.")
    for name, inner in value.items():
        words |= _said(f"{urn}:{attribute}.{name}" if attribute else f"{urn}:{name}", inner, strict=False)
    return words


def _parsed(path: str, *, strict: bool) -> tuple[str, str, bool]:
    """The schema of a path, its attribute without case, and whether it picks what is kept."""
    low, urn = path.lower(), CORE
    for each in (CORE, ENTERPRISE, OWN):
        if low == each.lower():
            return each, "", True
        if low.startswith(f"{each.lower()}:"):
            low, urn = low[len(each) + 1 :], each
            break
    if low.startswith("urn:"):
        return low, "", False
    found = _PATH.fullmatch(low)
    if not found:
        if strict:
            raise NotUnderstood("invalidPath", f"“{path[:60]}” is no path.")
        return urn, "", False
    attribute, condition, inner = found.groups()
    ours = condition is None or (attribute == "emails" and _OURS.fullmatch(condition) is not None)
    return urn, f"{attribute}.{inner}" if inner else attribute, ours


def _word(word: str, path: str, value: Any) -> Words:
    if word == "active":
        return _active(path, value)
    if word == "email" and not isinstance(value, str):
        return _email(path, value)
    text = _text(path, value)
    if word == "language":
        tags = (each.partition(";")[0] for each in text.split(","))
        known = next((language for tag in tags if (language := language_of(tag))), None)
        return {"language": known} if known else {}
    if not text and word in _NEEDED - {"family"}:
        return {}
    if word in _KEPT_NAMES and (len(text) > MOST or not str(value or "").isprintable()):
        told = f"“{path[:60]}” has {MOST} characters at most, all of them visible."
        raise NotUnderstood("invalidValue", told)
    return {word: text}


def _active(path: str, value: Any) -> Words:
    """Entra ID sends strings."""
    if value is None:
        return {}
    known = {"true": True, "false": False}.get(str(value).lower())
    if known is None:
        raise NotUnderstood("invalidValue", f"“{path[:60]}” is true or false.")
    return {"active": known}


def _text(path: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise NotUnderstood("invalidValue", f"“{path[:60]}” is a string.")
    return bare(str(value))


def _email(path: str, value: Any) -> Words:
    """The primary one of several addresses, else the one for work, else the first."""
    several: Sequence[Any] = value if isinstance(value, list) else [value] if value is not None else []
    entries = [
        {str(name).lower(): inner for name, inner in each.items()}
        for each in several
        if isinstance(each, dict)
    ]
    if len(entries) != len(several):
        raise NotUnderstood("invalidValue", f"“{path[:60]}” is a list of objects with a value.")
    ranked = sorted(
        entries, key=lambda each: (str(each.get("primary")).lower() != "true", each.get("type") != "work")
    )
    text = _text(path, ranked[0].get("value")) if ranked else ""
    return {"email": text} if text else {}


def parts(name: str, given: str | None) -> tuple[str, str]:
    """A name as its given and its family part. `given` is what a directory said of it (None: nothing)."""
    if given is not None and f"{name} ".startswith(f"{given} ".lstrip()):
        return given, name[len(given) :].strip()
    first, _, last = name.rpartition(" ")
    return first, last


def named(said: Words, name: str, given: str | None) -> tuple[str, str | None]:
    """The whole name with what is said, and its given part as `parts` wants it; `name` is "" of somebody new.

    The parts win over a whole name, which counts only as long as a directory never sent parts.
    """
    if not {"given", "family"}.isdisjoint(said):
        first, last = parts(name, given)
        first, last = str(said.get("given", first)), str(said.get("family", last))
        whole = f"{first} {last}".strip()
        return (whole, first) if whole else (name, given)
    whole = str(said.get("formatted") or said.get("display") or "")
    return (whole, None) if whole and given is None else (name, given)
