"""The form of a launch campaign: what it starts with, and what a coordinator has made of it."""

from collections.abc import Mapping

from starlette.datastructures import FormData

from actions.launch import Planned
from console.lists import number
from console.site import Site
from domain.campaigning import LAST, NAMES, STEPS, TEXTS, USUAL, WAYS, Step, Text, Way
from domain.fitting import MOST_TEXT
from domain.language import LANGUAGES, Language


def usual(site: Site, place: int, way: Way) -> Planned:
    """What a campaign starts with: the ready texts in each language, and the usual days."""
    texts = {text: {each: _ready(site, text, each) for each in LANGUAGES} for text in TEXTS}
    return Planned(place, frozenset(), None, way, texts, USUAL)


def _ready(site: Site, text: Text, language: Language) -> str:
    """With the names that something will stand for still in it."""
    return site.say(language, f"campaign.ready.{text}", **{name: f"{{{name}}}" for name in NAMES[text]})


def planned_of(form: FormData) -> Planned:
    """What a form says; a step without a day is left out."""
    texts = {text: _words(form, text) for text in TEXTS}
    way: Way = next((each for each in WAYS if each == form.get("way")), "hand")
    return Planned(
        number(str(form.get("place", ""))),
        frozenset(number(str(each)) for each in form.getlist("organisation")),
        number(str(form.get("programme", ""))) or None,
        way,
        texts,
        _days(form),
    )


def _words(form: FormData, text: Text) -> Mapping[Language, str]:
    said = {
        each: str(form.get(f"{text}-{each}", "")).replace("\r\n", "\n").strip()[: 2 * MOST_TEXT]
        for each in LANGUAGES
    }
    return {language: words for language, words in said.items() if words}


def _days(form: FormData) -> dict[Step, int]:
    """More than a campaign may last is kept, and said."""
    written = {step: str(form.get(f"day-{step}", "")).strip() for step in STEPS}
    return {step: min(number(day), LAST + 1) for step, day in written.items() if day}
