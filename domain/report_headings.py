"""The headings of reports of meetings, of three platforms and in four languages."""

import re
from collections.abc import Sequence
from typing import Final

from domain.roster_cells import folded

_HEADINGS: Final = {
    "name": "name/full name/participant/participant name/user name/username/display name/"
    "vardas/vardas ir pavardė/vardas pavardė/visas vardas/dalyvis/dalyvio vardas/"
    "imię i nazwisko/pełna nazwa/nazwa/uczestnik/nazwa uczestnika/navn/fullt navn/deltaker/deltakernavn",
    "email": "email/user email/email address/user email address/el paštas/el pašto adresas/naudotojo el paštas/"
    "vartotojo el paštas/adres e mail/e mail/email użytkownika/adres e mail użytkownika/"
    "e post/e postadresse/bruker e post/brukerens e postadresse",
    "registered": "registration email/registracijos el paštas/adres e mail rejestracji/e post for registrering",
    "upn": "participant id upn/participant id/identyfikator uczestnika upn/identyfikator uczestnika/"
    "deltaker id upn/deltaker id/dalyvio id upn/dalyvio id/dalyvio identifikatorius",
    "key": "external id/ext id/registrant id/customer key",
    "begins": "join time/join/joined/first join/first join time/time joined/prisijungimo laikas/prisijungė/"
    "pirmas prisijungimas/pirmasis prisijungimas/czas dołączenia/godzina dołączenia/pierwsze dołączenie/dołączono/"
    "dołączenie/tidspunkt for deltakelse/ble med/først ble med/første gang ble med/første pålogging/delta/"
    "påloggingstidspunkt",
    "ends": "leave time/leave/left/last leave/last leave time/time left/išėjimo laikas/išėjo/atsijungimo laikas/"
    "paskutinis išėjimas/paskutinis atsijungimas/czas opuszczenia/godzina opuszczenia/czas wyjścia/ostatnie wyjście/"
    "ostatnie opuszczenie/opuszczono/opuszczenie/tidspunkt for å forlate/forlot/sist forlot/siste avlogging/venstre/"
    "avloggingstidspunkt",
    "lasted": "duration/duration minutes/in meeting duration/total duration minutes/total duration/trukmė/"
    "trukmė minutėmis/bendra trukmė/trukmė susitikime/dalyvavimo trukmė/czas trwania/czas trwania minuty/"
    "łączny czas trwania/czas udziału w spotkaniu/varighet/varighet minutter/total varighet/varighet i møte/"
    "varighet i møtet",
    "action": "user action/naudotojo veiksmas/akcja użytkownika/brukerhandling",
    "at": "timestamp/laiko žyma/sygnatura czasowa/tidsstempel",
}
_COLUMNS: Final = {folded(each): name for name, all_ in _HEADINGS.items() for each in all_.split("/")}
_BRACKETS: Final = re.compile(r"[(\[].*?[)\]]")


def column_of(heading: str) -> str:
    """The name of the column with this heading; "" when it is none of ours."""
    return _COLUMNS.get(folded(heading)) or _COLUMNS.get(folded(_BRACKETS.sub(" ", heading)), "")


def is_header(cells: Sequence[str]) -> bool:
    """Whether these are the headings of people with the times at which they were there."""
    known = {column_of(cell) for cell in cells}
    timed = "begins" in known or "lasted" in known or {"action", "at"} <= known
    return "name" in known and timed
