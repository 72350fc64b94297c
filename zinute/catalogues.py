"""Load the sentences of the chat, certificates and console: the .po files are the source and are read as they are."""

import io
from functools import cache
from gettext import GNUTranslations, NullTranslations

from babel.messages import mofile, pofile
from babel.messages.catalog import Catalog

from domain.language import LANGUAGES, Language
from domain.texts import Texts
from zinute.config import ROOT

FOLDERS = tuple(ROOT / room / "locales" for room in ("bot", "certificates", "console"))


@cache
def load() -> Texts:
    """All catalogues, those of one language together; read once in a process."""
    return Texts({language: _catalogue(language) for language in LANGUAGES})


def _catalogue(language: Language) -> NullTranslations:
    whole = Catalog(locale=language)
    for folder in FOLDERS:
        with (folder / f"{language}.po").open(encoding="utf-8") as file:
            for message in pofile.read_po(file, locale=language):
                if message.id:
                    whole.add(message.id, message.string)
    compiled = io.BytesIO()
    mofile.write_mo(compiled, whole)
    compiled.seek(0)
    return GNUTranslations(compiled)
