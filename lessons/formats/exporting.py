"""A programme's folder in, a question bank out, and in sentences what the bank cannot hold."""

from dataclasses import dataclass, replace
from pathlib import Path

from domain.language import OWN_NAMES, Language
from domain.programme import Card, LessonText
from lessons.formats.bank import Format, NotTaken, Unreadable
from lessons.formats.registry import listed, load, writable
from lessons.formats.settled import settled, unmarked
from lessons.formats.texts import short
from lessons.library import LibraryError, read_library
from lessons.names import printable


@dataclass(frozen=True, slots=True)
class Exported:
    """A file's bytes, and what of the lessons is not in it."""

    data: bytes
    lost: tuple[str, ...]


def export(folder: Path, name: str, language: Language) -> Exported:
    """The lessons of a programme in one language, in the format `name`. Unreadable when there are none."""
    form = load(name)
    if not form.write:
        raise Unreadable(f"Lessons are not exported to {form.name}: use {listed(writable())}.")
    lost, kept = list[str](), list[LessonText]()
    for lesson in _lessons(folder, language, lost):
        cards = tuple(
            card
            for place, each in enumerate(lesson.cards, 1)
            for card in _kept(each, lesson, place, form, lost)
        )
        kept.append(replace(lesson, cards=cards))
    return Exported(form.write(kept, language), tuple(lost))


def _lessons(folder: Path, language: Language, lost: list[str]) -> list[LessonText]:
    try:
        library = read_library(folder)
    except LibraryError as error:
        raise Unreadable(str(error)) from error
    if len(library.drafts) != 1:
        raise Unreadable(
            f"{printable(str(folder))} has {len(library.drafts)} programmes: name the folder of one."
        )
    lost += [
        f"{each.file}: it has an error, so it is left out."
        for each in library.problems
        if each.severity == "error"
    ]
    lessons = library.drafts[0].programme.lessons
    texts = [(each.slug, text) for each in lessons for text in each.texts if text.language == language]
    missing = sorted({each.slug for each in lessons} - {slug for slug, _ in texts})
    if not texts:
        raise Unreadable(f"The programme has no lesson in {OWN_NAMES[language]}: choose another with --lang.")
    lost += [f"{slug}: it is not written in {OWN_NAMES[language]}, so it is left out." for slug in missing]
    return [text for _, text in texts]


def _kept(card: Card, lesson: LessonText, place: int, form: Format, lost: list[str]) -> list[Card]:
    """The card as far as the format has it: it is written, read again, and compared."""
    where = f"{short(lesson.title)}, card {place}"
    shown = _in_words(card)
    if shown.question != card.question:
        lost.append(f"{where}: its options are pictures, and only what is said of them is kept.")
    elif card.picture:
        lost.append(f"{where}: the picture {printable(card.picture.name)} is left out.")
    plain = _without_ways(shown)
    if plain != shown:
        lost.append(f"{where}: it leads to other cards, and that is left out.")
    if not plain.text and not plain.question:
        return []
    carried, reason = _carried(plain, lesson, form)
    if reason:
        lost.append(f"{where}: {reason}")
    return [plain] if carried else []


def _in_words(card: Card) -> Card:
    """The card without its picture; options that are pictures become what is said of them."""
    asked = card.question
    if asked and asked.pictured:
        options = tuple(replace(option, picture="") for option in asked.options)
        asked = replace(asked, options=options, shuffled=asked.kind != "opinion")
    return replace(card, picture=None, question=asked)


def _without_ways(card: Card) -> Card:
    if not card.question:
        return replace(card, leads_to=None)
    options = tuple(replace(option, leads_to=None) for option in card.question.options)
    return replace(card, leads_to=None, question=replace(card.question, options=options))


def _carried(card: Card, lesson: LessonText, form: Format) -> tuple[bool, str]:
    """Whether the format has the card at all, and what would be another after an import ("": nothing)."""
    assert form.write
    try:
        bank = form.read(form.write([replace(lesson, cards=(card,))], lesson.language), lesson.language)
        entries = [settled(entry, lesson.language) for entry in bank.entries]
    except NotTaken as refusal:
        return False, f"it is left out. {refusal}"
    if len(entries) != 1:
        reason = bank.refused[0].reason if bank.refused else "It cannot be read again."
        return False, f"it is left out. {reason}"
    again = _renamed(entries[0].card, entries[0].name)
    if again == card:
        return True, ""
    if unmarked(again) == unmarked(card):
        return True, "its bold letters, links or the like are left out."
    return True, f"{_what_differs(card, again)} is left out."


def _renamed(card: Card, name: str) -> Card:
    return replace(card, question=replace(card.question, id=name)) if card.question else card


def _what_differs(card: Card, again: Card) -> str:
    before, after = card.question, again.question
    if not before or not after:
        return "something of it"
    if replace(before, shuffled=after.shuffled) == after:
        return "that its options keep their order (.fixed)"
    if replace(before, forgiving=after.forgiving) == after:
        return "that small typing errors do not count (.forgiving)"
    if replace(before, numbers=after.numbers) == after:
        return "the unit of its numbers"
    return "something of its texts"
