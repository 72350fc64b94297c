"""A request to the fake server, read as Telegram reads it and validated by aiogram's typed methods."""

import json
from typing import Any, get_args

from aiogram.methods.base import TelegramMethod
from aiohttp import BodyPartReader, web
from pydantic import ValidationError

from tests.fakes.limits import bad


class Upload(bytes):
    """A file that came along, and what it is called."""

    name = ""


async def read_parameters(request: web.Request) -> tuple[dict[str, Any], dict[str, Upload]]:
    """Parameters and uploaded files: from the address, a form, parts, or JSON."""
    parameters: dict[str, Any] = dict(request.query)
    files: dict[str, Upload] = {}
    if request.content_type == "application/json":
        body = await request.text()
        parameters |= json.loads(body) if body else {}
    elif request.content_type == "multipart/form-data":
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader) and part.name:
                await _read_part(part, part.name, parameters, files)
    else:
        parameters |= {name: str(value) for name, value in (await request.post()).items()}
    return parameters, files


async def _read_part(
    part: BodyPartReader, name: str, parameters: dict[str, Any], files: dict[str, Upload]
) -> None:
    if part.filename is None:
        parameters[name] = await part.text()
        return
    files[name] = Upload(await part.read())
    files[name].name = part.filename
    parameters.setdefault(name, f"attach://{name}")


def typed(kind: type[TelegramMethod[Any]], parameters: dict[str, Any], files: dict[str, Upload]) -> Any:
    """The parameters as aiogram's method; refuses unknown ones, wrong types, and markup for entities."""
    if parameters.get("parse_mode"):
        raise bad("parse_mode is not known here: send entities")
    fields = kind.model_fields
    unknown = set(parameters) - set(fields) - set(files)
    if unknown:
        raise bad(f"unknown parameters {sorted(unknown)}")
    values = {
        name: value if _is_text(fields[name].annotation) else _decoded(name, value)
        for name, value in parameters.items()
        if name in fields
    }
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise bad(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error


def _is_text(annotation: Any) -> bool:
    return annotation is str or str in get_args(annotation)


def _decoded(name: str, value: Any) -> Any:
    """Forms carry lists and objects as JSON."""
    if not isinstance(value, str) or not value.startswith(("[", "{")):
        return value
    try:
        return json.loads(value)
    except ValueError as error:
        raise bad(f"can't parse {name} JSON object") from error
