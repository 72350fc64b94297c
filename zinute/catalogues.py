"""Load the sentences of the chat, certificates and console: the .po files are the source and are read as they are."""

import io
from collections.abc import Iterable
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from babel.messages import mofile, pofile
from babel.messages.catalog import Catalog

from domain.language import LANGUAGES, Language
from domain.texts import Texts
from zinute.config import ROOT

FOLDERS = tuple(ROOT / room / "locales" for room in ("bot", "certificates", "console"))


def load(folders: Iterable[Path] = FOLDERS) -> Texts:
    """All catalogues of these folders, those of one language together."""
    places = tuple(folders)
    return Texts({language: _catalogue(language, places) for language in LANGUAGES})


def _catalogue(language: Language, folders: Iterable[Path]) -> NullTranslations:
    whole = Catalog(locale=language)
    for folder in folders:
        with (folder / f"{language}.po").open(encoding="utf-8") as file:
            for message in pofile.read_po(file, locale=language):
                if message.id:
                    whole.add(message.id, message.string)
    compiled = io.BytesIO()
    mofile.write_mo(compiled, whole)
    compiled.seek(0)
    return GNUTranslations(compiled)
