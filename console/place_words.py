"""The settings of a place as people read and write them: made of the fields that there are, each by its type."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import time
from types import NoneType
from typing import Any, Final, Literal, get_args, get_origin, get_type_hints

from babel import Locale
from babel.lists import format_list
from starlette.datastructures import FormData

from console.moments import span
from console.prose import clean
from console.site import Site, language_name
from domain import tree
from domain.catalogue import SECTORS
from domain.days_off import Span, split
from domain.language import Language, language_of
from domain.messengers import MESSENGERS
from domain.organisation import HOME
from domain.settings import hour_of
from domain.tree import Own, Place

LONGEST: Final = 200  # characters
OF_DAYS: Final = 1_200  # of all days off of a place
DIGITS: Final = 9
Kind = Literal["words", "list", "days", "number", "time", "choice", "several"]
_KINDS: Final[Mapping[Any, Kind]] = {str: "words", int: "number", time: "time", tuple: "list"}
# Words of which there are some only.
_CHOSEN: Final[Mapping[str, tuple[str, ...]]] = {"country": tuple(HOME), "messengers": tuple(MESSENGERS)}
# Words of which some have a name in each language; others can be set by the command and the API.
_NAMED: Final[Mapping[str, tuple[str, ...]]] = {"sector": SECTORS}


class Unfit(Exception):
    """What was written for a setting cannot be read: why, and a value for the sentence."""

    def __init__(self, about: str, code: str, value: str = "") -> None:
        super().__init__(code)
        self.about, self.code, self.value = about, code, value


@dataclass(frozen=True, slots=True)
class Setting:
    """A field of Own, and how it is written; `choices` where there are some only, or some with a name."""

    name: str
    kind: Kind
    choices: tuple[str, ...] = ()

    @property
    def longest(self) -> int:
        """How many characters can be written."""
        return OF_DAYS if self.kind == "days" else LONGEST

    def written(self, value: Any) -> str:
        """A value as it stands in the form."""
        if isinstance(value, time):
            return f"{value:%H:%M}"
        return "" if value is None else ", ".join(value) if isinstance(value, tuple) else str(value)

    def read(self, form: FormData) -> Any:
        """What the form says; None for nothing, so that it holds as above."""
        if self.kind == "several":
            sent = form.getlist(self.name)
            return tuple(each for each in self.choices if each in sent) or None
        line = line_of(form, self.name, self.longest)
        return self._value(line) if line else None

    def _value(self, line: str) -> Any:
        if self.kind == "choice":
            if line not in self.choices:
                raise Unfit(self.name, "other")
            return line
        if self.kind == "number":
            if not (line.isascii() and line.isdecimal() and len(line) <= DIGITS):
                raise Unfit(self.name, "number")
            return int(line)
        if self.kind == "time":
            if (hour := hour_of(line)) is None:
                raise Unfit(self.name, "time")
            return hour
        if self.kind == "days":
            return split(line)
        return (
            line if self.kind == "words" else tuple(line.lower().replace(",", " ").replace("@", "").split())
        )


def line_of(form: FormData, name: str, longest: int = LONGEST) -> str:
    """A text of the form on one line; raises Unfit when it is too long."""
    sent = form.get(name)
    line = " ".join(clean(sent).split()) if isinstance(sent, str) else ""
    if len(line) > longest:
        raise Unfit(name, "long", str(longest))
    return line


def _setting(name: str, type_: Any) -> Setting:
    [of] = [each for each in get_args(type_) if each is not NoneType]
    inner = get_args(of)
    if get_origin(of) is Literal:
        return Setting(name, "choice", inner)
    if get_origin(of) is tuple and get_origin(inner[0]) is Literal:
        return Setting(name, "several", get_args(inner[0]))
    if inner and inner[0] is Span:
        return Setting(name, "days")
    known, kind = _CHOSEN.get(name, ()), _KINDS[get_origin(of) or of]
    if not known:
        return Setting(name, kind, _NAMED.get(name, ()))
    return Setting(name, "several" if kind == "list" else "choice", known)


def sector_name(site: Site, language: Language, sector: str) -> str:
    """What a sector is called, in the reader's language where it has a name."""
    word = sector.casefold()
    return site.say(language, f"catalogue.sector.{word.replace(' ', '_')}") if word in SECTORS else sector


def settings_of(own: type) -> tuple[Setting, ...]:
    """The fields of such a class, each with its type or None."""
    return tuple(_setting(name, kind) for name, kind in get_type_hints(own).items())


SETTINGS: Final = settings_of(Own)


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """Says what is set at places, and where what holds there comes from."""

    site: Site
    language: Language
    places: Mapping[int, Place]

    def named(self, name: str) -> str:
        """What a setting is called, as a label."""
        called = self._say(f"audit.setting.{name}")
        return called[:1].upper() + called[1:]

    def level(self, level: str) -> str:
        """What a level of the tree is called."""
        return self._say(f"organisations.level.{level}")

    def word(self, setting: Setting, value: Any) -> str:
        """A value as people read it; a dash for none."""
        if isinstance(value, tuple) and value:
            return format_list([self._each(setting, each) for each in value], locale=self.language)
        if value == () and setting.kind == "several":
            return self._say("organisations.any")
        if value == 0 and setting.name == "approver_above":
            return self._say("organisations.not_needed")
        if value in (None, "", ()):
            return "–"
        return self.choice(setting, value) if setting.choices else setting.written(value)

    def offered(self, setting: Setting, written: str) -> tuple[str, ...]:
        """What can be chosen; what is set already too, where words without a name are possible."""
        other = (
            setting.kind == "words"
            and written
            and not any(self.same(each, written) for each in setting.choices)
        )
        return (*setting.choices, written) if other else setting.choices

    def same(self, choice: str, written: str) -> bool:
        """Whether a word that can be chosen is the one that is set: in whatever letters, as they are compared."""
        return choice.casefold() == written.casefold()

    def _each(self, setting: Setting, value: str) -> str:
        return span(self.language, Span(value)) if setting.kind == "days" else self.choice(setting, value)

    def choice(self, setting: Setting, value: str) -> str:
        """One of several words."""
        if setting.name == "country":
            return str(Locale.parse(self.language).territories.get(value, value))
        if setting.name == "messengers":
            return self._say(f"message.messenger.{value}")
        if setting.name == "sector":
            return sector_name(self.site, self.language, value)
        spoken = language_of(value) if value in setting.choices else None
        return language_name(self.language, spoken) if spoken else value

    def own(self, place: Place) -> list[str]:
        """What is set at a place, in short."""
        found = ((each, getattr(place.own, each.name)) for each in SETTINGS)
        return [
            f"{self.named(each.name)}: {self.word(each, value)}" for each, value in found if value is not None
        ]

    def above(self, place: Place, setting: Setting) -> str:
        """What holds where nothing is set there, and how to write something else."""
        bare = tree.changed(self.places, place.id, replace(place.own, **{setting.name: None}))
        held = tree.at(bare, place.id, setting.name)
        holds = self.word(setting, held)
        if setting.kind == "days":
            how = self._say("organisations.days_off")
            return f"{self._say('organisations.besides', value=holds)} {how}" if held else how
        told = self._say("organisations.above", value=holds)
        return f"{told} {self._say('organisations.list')}" if setting.kind == "list" else told

    def held(self, place: Place, setting: Setting) -> str:
        """What holds at a place."""
        return self.word(setting, tree.at(self.places, place.id, setting.name))

    def whence(self, place: Place, setting: Setting) -> str:
        """Where that is set."""
        sayer = tree.sayer(self.places, place.id, setting.name)
        if sayer is None:
            return self._say("organisations.nowhere")
        if sayer.id != place.id:
            return self._say("organisations.from", name=sayer.name)
        own = getattr(place.own, setting.name)
        if own is None:
            return self._say("organisations.by_country")
        more = own != tree.at(self.places, place.id, setting.name)
        return self._say("organisations.here_and_above" if more else "organisations.here")

    def problem(self, code: str, value: str) -> str:
        """What is wrong, in a sentence that says what to do."""
        if code == "looser_messengers":
            [setting] = [each for each in SETTINGS if each.name == "messengers"]
            value = self.word(setting, tuple(value.split(", ")))
        return self._say(f"organisations.problem.{code}", value=value)

    def _say(self, key: str, **params: str) -> str:
        return self.site.say(self.language, key, **params)
