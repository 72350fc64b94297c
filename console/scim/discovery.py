"""What SCIM says of itself: what is supported, which resources there are, and of which attributes they are."""

from typing import Any, Final

from console.scim.shapes import HERE, USERS, Document
from domain.language import LANGUAGES
from domain.scim_user import CORE, ENTERPRISE, OWN

MOST: Final = 200  # of a part of a list
_SCHEMAS: Final = "urn:ietf:params:scim:schemas:core:2.0:"
_NO: Final = {"supported": False}


def provider(address: str) -> Document:
    """What is supported (RFC 7643, 5)."""
    return {
        "schemas": [f"{_SCHEMAS}ServiceProviderConfig"],
        "documentationUri": "https://www.rfc-editor.org/rfc/rfc7644",
        "patch": {"supported": True},
        "bulk": {"supported": False, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": True, "maxResults": MOST},
        "changePassword": _NO,
        "sort": _NO,
        "etag": {"supported": True},
        "authenticationSchemes": [
            {
                "type": "oauthbearertoken",
                "name": "A token of the console",
                "description": "A token with the scope “provisioning”, in the header Authorization.",
                "specUri": "https://www.rfc-editor.org/rfc/rfc6750",
                "primary": True,
            }
        ],
        "meta": _meta(address, "ServiceProviderConfig", "ServiceProviderConfig"),
    }


def resource_types(address: str) -> list[Document]:
    """The one kind of resource: users. Units are no groups: nobody is in two of them."""
    return [
        {
            "schemas": [f"{_SCHEMAS}ResourceType"],
            "id": "User",
            "name": "User",
            "description": "Somebody on the roster",
            "endpoint": USERS,
            "schema": CORE,
            "schemaExtensions": [{"schema": each, "required": False} for each in (ENTERPRISE, OWN)],
            "meta": _meta(address, "ResourceType", "ResourceTypes/User"),
        }
    ]


def schemas(address: str) -> list[Document]:
    """The attributes that are kept; all others are ignored."""
    known = ((CORE, "User", _USER), (ENTERPRISE, "Enterprise User", _ENTERPRISE), (OWN, "Zinute User", _OWN))
    return [
        {
            "schemas": [f"{_SCHEMAS}Schema"],
            "id": urn,
            "name": name,
            "description": name,
            "attributes": list(attributes),
            "meta": _meta(address, "Schema", f"Schemas/{urn}"),
        }
        for urn, name, attributes in known
    ]


def _meta(address: str, kind: str, path: str) -> Document:
    return {"resourceType": kind, "location": f"{address}{HERE}/{path}"}


def _attribute(name: str, description: str, **more: Any) -> Document:
    """An attribute of a schema (RFC 7643, 7): a string that may be changed, unless `more` says otherwise."""
    usual = {
        "name": name,
        "type": "string",
        "multiValued": False,
        "description": description,
        "required": False,
        "caseExact": False,
        "mutability": "readWrite",
        "returned": "default",
        "uniqueness": "none",
    }
    found = usual | more
    if found["type"] != "string":
        del found["caseExact"]
    return found


_USER: Final = (
    _attribute(
        "userName", "By which the directory finds them: its sign-in name", required=True, uniqueness="server"
    ),
    _attribute("externalId", "The directory's own id", caseExact=True),
    _attribute(
        "name",
        "Their name; kept as one, the given name first",
        type="complex",
        required=True,
        subAttributes=[
            _attribute("givenName", "First names"),
            _attribute("familyName", "Surname", required=True),
        ],
    ),
    _attribute("displayName", "The whole name; taken where there is no other", mutability="readOnly"),
    _attribute(
        "emails",
        "Their address for work; one is kept: the primary, else the one for work, else the first",
        type="complex",
        required=True,
        multiValued=True,
        subAttributes=[
            _attribute("value", "The address", required=True, uniqueness="server"),
            _attribute("type", "What it is for", canonicalValues=["work"]),
            _attribute("primary", "Whether it is the main one", type="boolean"),
        ],
    ),
    _attribute("active", "Whether they work there: with false they have left today", type="boolean"),
    _attribute("title", "What they work as"),
    _attribute("preferredLanguage", "What they learn in", canonicalValues=list(LANGUAGES)),
)
_ENTERPRISE: Final = (
    _attribute("employeeNumber", "Their personnel number", caseExact=True),
    _attribute("department", "The name of a unit of the organisation; any other moves nobody"),
)
_OWN: Final = (_attribute("hiredOn", "Since when they work there: 2026-01-31"),)
