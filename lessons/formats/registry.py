"""Where each format is, and which one a file has."""

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Final

from lessons.formats.bank import Format, Unreadable
from lessons.formats.source import begins
from lessons.names import printable


@dataclass(frozen=True, slots=True)
class Place:
    """The module that has FORMAT, and the endings of names that no other format has."""

    module: str
    endings: tuple[str, ...]


# In the order in which they are tried on a file whose name does not tell.
FORMATS: Final[dict[str, Place]] = {
    "xml": Place("lessons.formats.moodle_xml", (".xml",)),
    "csv": Place("lessons.formats.table", (".csv", ".tsv")),
    "aiken": Place("lessons.formats.aiken", (".aiken",)),
    "gift": Place("lessons.formats.gift", (".gift",)),
}
_LATER: Final = {".xlsx": "XLSX", ".xls": "XLS", ".ods": "ODS", ".pptx": "PowerPoint", ".ppt": "PowerPoint"}
_ZIP: Final = b"PK\x03\x04"


def load(name: str) -> Format:
    """The format of this name, imported now and not before. Unreadable when there is none."""
    if name not in FORMATS:
        raise Unreadable(f"There is no format '{printable(name)}': use {_listed(list(FORMATS))}.")
    found: Format = import_module(FORMATS[name].module).FORMAT
    return found


def writable() -> list[str]:
    """The names of the formats to which lessons can be exported."""
    return [name for name in FORMATS if load(name).write]


def format_of(path: Path, data: bytes) -> Format:
    """The format by the ending of the file's name, else by what the file begins with. Unreadable when neither tells."""
    ending = path.suffix.casefold()
    if ending in _LATER or data.startswith(_ZIP):
        kind = _LATER.get(ending, "Compressed")
        raise Unreadable(
            f"{kind} files are not read yet: save the questions as CSV, with the columns of the template."
        )
    for name, place in FORMATS.items():
        if ending in place.endings:
            return load(name)
    text = begins(data)
    for name in FORMATS:
        if (known := load(name)).recognises(text):
            return known
    names = _listed([load(name).name for name in FORMATS])
    raise Unreadable(f"{printable(path.name)} does not look like {names}: say which it is with --format.")


def _listed(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"
