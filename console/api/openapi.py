"""The OpenAPI 3.1 document, made of the declarations by which requests are validated."""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from console.api.operation import Listed, Operation
from console.api.problems import MEDIA_TYPE, ProblemDetails
from domain.api_token import SCOPES

_JSON: Final = "application/json"
_REF: Final = "#/components/schemas/{model}"
_ABOUT: Final = (
    "People, programmes and what came of them, for one organisation and all under it. "
    "Every POST needs a header Idempotency-Key. Lists come in parts: follow `next`."
)
_PROBLEMS: Final[Mapping[str, str]] = {
    "400": "The request cannot be read: no JSON, no Idempotency-Key, a token in the address.",
    "401": "No token, or one that does not work.",
    "403": "The token does not have this scope.",
    "404": "There is no such thing that the token may see.",
    "409": "The same request is being carried out right now.",
    "413": "The body is larger than 64 kB.",
    "415": "The body is not said to be JSON.",
    "422": "A field cannot be so.",
    "429": "Too many requests: Retry-After says when to come again.",
}
_ID: Final = {
    "name": "id",
    "in": "path",
    "required": True,
    "schema": {"type": "integer", "minimum": 1, "maximum": 2**31 - 1},
}
_KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "New for each request. The same key with the same body is carried out once within 24 hours.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}
Schema = dict[str, Any]
_ASKED: Final[Schema] = {
    "description": "Somebody who learns at another organisation is asked in the chat; the id is 0.",
}


@lru_cache(maxsize=4)
def document(operations: Sequence[Operation], address: str) -> str:
    """The document as JSON; `address` is where the API stands."""
    schemas, known = _schemas(operations)
    paths: dict[str, Schema] = {}
    for each in operations:
        paths.setdefault(each.path, {})[each.method.lower()] = _operation(each, schemas)
    whole = {
        "openapi": "3.1.0",
        "info": {"title": "Zinute", "version": "1", "description": _ABOUT},
        "servers": [{"url": address}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {"schemas": known, "responses": _responses(), "securitySchemes": {"token": _TOKEN}},
    }
    return json.dumps(whole, ensure_ascii=False)


_TOKEN: Final = {
    "type": "http",
    "scheme": "bearer",
    "description": f"A token of the console (API), with some of the scopes {', '.join(SCOPES)}.",
}


def _schemas(operations: Iterable[Operation]) -> tuple[Mapping[type[BaseModel], Schema], Schema]:
    """Where the schema of each model is, and all of them by their names."""
    models: list[tuple[type[BaseModel], JsonSchemaMode]] = [(ProblemDetails, "serialization")]
    for each in operations:
        models.append((each.answer, "serialization"))
        models += [(each.body, "validation")] if each.body else []
    unique = list(dict.fromkeys(models))
    places, known = models_json_schema(unique, ref_template=_REF)
    return {model: places[model, mode] for model, mode in unique}, known["$defs"]


def _operation(each: Operation, schemas: Mapping[type[BaseModel], Schema]) -> Schema:
    problems = ["400", "401", "403", "422", "429"]
    problems += ["404"] if "{id}" in each.path else []
    problems += ["409"] if each.method == "POST" else []
    problems += ["413", "415"] if each.body else []
    found: Schema = {
        "operationId": each.name,
        "summary": each.summary,
        "description": f"Scope: `{each.scope}`.",
        "tags": [each.path.split("/")[1]],
        "responses": {
            str(each.status): _answer(each, schemas[each.answer]),
            **(
                {"202": {**_ASKED, "content": {_JSON: {"schema": schemas[each.answer]}}}} if each.asks else {}
            ),
            **{status: {"$ref": f"#/components/responses/{status}"} for status in sorted(problems)},
        },
    }
    if parameters := [*_parameters(each)]:
        found["parameters"] = parameters
    if each.body:
        found["requestBody"] = {"required": True, "content": {_JSON: {"schema": schemas[each.body]}}}
    return found


def _parameters(each: Operation) -> Iterable[Schema]:
    if "{id}" in each.path:
        yield _ID
    if each.method == "POST":
        yield _KEY
    asked = each.query.model_json_schema()
    for name, schema in asked.get("properties", {}).items():
        told = {"description": schema.pop("description")} if "description" in schema else {}
        told |= {"required": True} if name in asked.get("required", ()) else {}
        yield {"name": name, "in": "query", **told, "schema": _of_address(schema)}


def _of_address(schema: Schema) -> Schema:
    """An address has no null: what is left out is not there."""
    some = [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]
    plain = {name: value for name, value in schema.items() if name not in ("anyOf", "title")}
    return {**(some[0] if some else {}), **{k: v for k, v in plain.items() if v is not None}}


def _answer(each: Operation, schema: Schema) -> Schema:
    headers: Schema = {}
    if issubclass(each.answer, Listed):
        headers["Link"] = _header("The following part, with rel=next; absent at the end.")
    if each.makes:
        headers["Location"] = _header("Where the new thing is.")
    if each.method == "POST":
        headers["Idempotent-Replayed"] = _header("“true” when it had been done before.")
    told: Schema = {"description": each.summary, "content": {_JSON: {"schema": schema}}}
    return {**told, **({"headers": headers} if headers else {})}


def _responses() -> Schema:
    content = {MEDIA_TYPE: {"schema": {"$ref": _REF.format(model=ProblemDetails.__name__)}}}
    found: dict[str, Schema] = {
        status: {"description": told, "content": content} for status, told in _PROBLEMS.items()
    }
    found["401"]["headers"] = {"WWW-Authenticate": _header("How to say who asks.")}
    found["429"]["headers"] = {"Retry-After": _header("Seconds.", "integer")}
    return found


def _header(told: str, kind: str = "string") -> Schema:
    return {"description": told, "schema": {"type": kind}}
