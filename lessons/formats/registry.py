"""Where each format is, and which one a file has."""

import codecs
from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePath
from typing import Final

from lessons.formats.bank import Format, Unreadable
from lessons.formats.source import ZIP, begins
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
    "xlsx": Place("lessons.formats.sheet", (".xlsx",)),
    "pptx": Place("lessons.formats.slides", (".pptx",)),
}
# Those that texts are saved in, and cp437, in which packed files name their parts.
_ENCODINGS: Final = ("utf-8", "utf-8-sig", "utf-16", "cp1257", "ascii", "latin-1", "cp437")
_PACKED: Final = ("xlsx", "pptx")
# What is often given instead, and what its program can save it as.
_SAVED_AS: Final = {
    **dict.fromkeys((".xls", ".xlsm", ".xlsb", ".xltx", ".xltm", ".ods"), "XLSX"),
    **dict.fromkeys((".ppt", ".pptm", ".ppsx", ".ppsm", ".pps", ".potx", ".odp"), "PPTX"),
}
_OLD: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # old Office files, and new ones with a password


def load(name: str) -> Format:
    """The format of this name, imported now and not before. Unreadable when there is none."""
    if name not in FORMATS:
        raise Unreadable(f"There is no format '{printable(name)}': use {listed(list(FORMATS))}.")
    found: Format = import_module(FORMATS[name].module).FORMAT
    return found


def writable() -> list[str]:
    """The names of the formats to which lessons can be exported."""
    return [name for name in FORMATS if load(name).write]


def prepare(form: str, name: str) -> None:
    """Import all that `make` will need for a file of this name, as far as its name and `form` tell."""
    for encoding in _ENCODINGS:
        codecs.lookup(encoding)
    ending = PurePath(name).suffix.casefold()
    for each, place in FORMATS.items():
        if each not in _PACKED or each == form or ending in place.endings:
            import_module(place.module)


def format_of(name: str, data: bytes) -> Format:
    """The format by the ending of the file's name, else by what the file begins with. Unreadable when neither tells."""
    ending = PurePath(name).suffix.casefold()
    refuse_other(name, data)
    for known, place in FORMATS.items():
        if ending in place.endings:
            return load(known)
    text = begins(data)
    texts = {known: load(known) for known in FORMATS if known not in _PACKED}
    for form in texts.values():
        if form.recognises(text):
            return form
    names = listed([form.name for form in texts.values()])
    raise Unreadable(f"{printable(name)} does not look like {names}: say which it is with --format.")


def refuse_other(name: str, data: bytes) -> None:
    """Unreadable for what is of another program, or not what its name says."""
    name, ending = printable(name), PurePath(name).suffix.casefold()
    if ending in _SAVED_AS:
        raise Unreadable(f"{name} is not read as it is: save it as {_SAVED_AS[ending]}.", "format")
    packed = any(ending in FORMATS[each].endings for each in _PACKED)
    if data.startswith(_OLD):
        raise Unreadable(
            f"{name} is an old Office file, or has a password: save it as XLSX or PPTX, without one.",
            "password",
        )
    if data.startswith(ZIP) and not packed:
        raise Unreadable(f"{name} is a packed file: give a table the ending .xlsx, slides .pptx.", "format")
    if packed and not data.startswith(ZIP):
        raise Unreadable(
            f"{name} is no {ending[1:].upper()} file, whatever its name says: save it once more.", "format"
        )


def listed(names: list[str]) -> str:
    """The names as a sentence has them."""
    return f"{', '.join(names[:-1])} or {names[-1]}"
