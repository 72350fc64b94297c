"""A letter of invitation: what one person is told, with their code."""

from dataclasses import dataclass
from datetime import date

from domain.language import Language


@dataclass(frozen=True, slots=True)
class Letter:
    """What one person is told. `link` is whole and ends with the code, `code` is the same for a hand, typed at `page`.

    `programme` is what it begins ("" for nothing yet); the last day on which it is good is `ends`.
    """

    language: Language
    name: str
    email: str
    organisation: str
    contact: str
    programme: str
    link: str
    page: str
    code: str
    ends: date
