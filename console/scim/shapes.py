"""What SCIM answers: people, lists and errors as its documents."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from http import HTTPStatus
from typing import Any, Final

from starlette.responses import Response

from console.api.problems import Problem
from domain.scim_user import CORE, ENTERPRISE, OWN, parts
from storage.provisioned import Member

HERE: Final = "/scim/v2"
USERS: Final = "/Users"
MEDIA_TYPE: Final = "application/scim+json"
Document = dict[str, Any]
_MESSAGE: Final = "urn:ietf:params:scim:api:messages:2.0:"
# Of the codes of a problem these are words of RFC 7644 (3.12) too.
_TYPES: Final = frozenset(
    {
        *("invalidFilter", "invalidPath", "invalidSyntax", "invalidValue"),
        *("mutability", "noTarget", "tooMany", "uniqueness"),
    }
)


def person(member: Member, today: date, address: str) -> Document:
    """A user; what the roster does not say is not there."""
    given, family = parts(member.name, member.mark.given)
    document: Document = {
        "schemas": [CORE],
        "id": str(member.id),
        "externalId": member.mark.external_id,
        "userName": member.user_name,
        "name": _there({"givenName": given, "familyName": family}),
        "displayName": member.name,
        "emails": [{"value": member.email, "type": "work", "primary": True}],
        "active": member.active(today),
        "title": member.job,
        "preferredLanguage": member.language,
        ENTERPRISE: _there({"employeeNumber": member.number, "department": member.unit}),
        OWN: _there({"hiredOn": member.hired_on}),
    }
    document["schemas"] += [each for each in (ENTERPRISE, OWN) if document[each]]
    place = f"{address}{HERE}{USERS}/{member.id}"
    meta = {"resourceType": "User", "location": place, "version": version(document)}
    return _there(document) | {"meta": meta}


def version(document: Mapping[str, Any]) -> str:
    """The ETag of a user as they stand."""
    digest = hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
    return f'W/"{digest[:20]}"'


def listed(found: Sequence[Document], total: int, start: int = 1) -> Document:
    """A part of a list."""
    return {
        "schemas": [f"{_MESSAGE}ListResponse"],
        "totalResults": total,
        "startIndex": start,
        "itemsPerPage": len(found),
        "Resources": list(found),
    }


def narrowed(document: Document, wanted: Collection[str], unwanted: Collection[str]) -> Document:
    """The document with these attributes alone, or without those (RFC 7644, 3.9); its id is always there."""
    if wanted:
        names = {"emails" if each.lower().startswith("emails.") else each.lower() for each in wanted}
        return _only(document, names | {"id", "schemas"}, "")
    return _without(document, {each.lower() for each in unwanted} - {"id", "schemas"}, "")


def _only(document: Document, names: Collection[str], above: str) -> Document:
    found: Document = {}
    for name, value in document.items():
        mine = _names(name, above)
        if mine & set(names):
            found[name] = value
        elif isinstance(value, dict) and (inner := _only(value, names, name)):
            found[name] = inner
    return found


def _without(document: Document, names: Collection[str], above: str) -> Document:
    kept = {name: value for name, value in document.items() if not _names(name, above) & set(names)}
    return {
        name: _without(value, names, name) if isinstance(value, dict) else value
        for name, value in kept.items()
    }


def _names(name: str, above: str) -> set[str]:
    """How an attribute may be written."""
    low = (f"{above}{':' if above.startswith('urn:') else '.'}" if above else "").lower() + name.lower()
    return {low} if above.startswith("urn:") or name.startswith("urn:") else {low, f"{CORE}:{low}".lower()}


def answered(
    document: Mapping[str, Any],
    status: int = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A document as an answer."""
    return Response(json.dumps(document, ensure_ascii=False), status, headers=headers, media_type=MEDIA_TYPE)


def refused(problem: Problem) -> Response:
    """A problem as an error of SCIM."""
    document = {
        "schemas": [f"{_MESSAGE}Error"],
        "status": str(problem.status.value),
        "detail": problem.told.detail,
    }
    kind = {"scimType": problem.told.code} if problem.told.code in _TYPES else {}
    return answered(document | kind, problem.status, problem.headers)


def _there(values: Mapping[str, Any]) -> Document:
    return {name: value for name, value in values.items() if value not in ("", {})}
