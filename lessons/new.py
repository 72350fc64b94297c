"""A lesson to begin with: files in four languages that are correct from the first minute."""

from pathlib import Path
from typing import Final

from domain.language import LANGUAGES, Language
from lessons.names import PROGRAMME, is_slug, printable, slug_of

# What a lesson's author finds: title, what to write, a question, an option that is wrong, one that is right.
_WORDS: Final[dict[Language, tuple[str, str, str, str, str, str, str]]] = {
    "lt": (
        "Nauja pamoka",
        "Parašykite čia vieną mintį: kas atsitiko, ką daryti ir kodėl. Iki 1 200 ženklų visoje pamokoje.",
        "**Šiandien:** vienas veiksmas, kurį žmogus gali atlikti iškart.",
        "Ko klausiate, kad žmogus pritaikytų tai, ką perskaitė?",
        "Atsakymas, kurį žmonės dažnai pasirenka",
        "Kodėl jis netinka.",
        "Teisingas atsakymas",
    ),
    "pl": (
        "Nowa lekcja",
        "Napisz tu jedną myśl: co się dzieje, co zrobić i dlaczego. Do 1200 znaków w całej lekcji.",
        "**Dziś:** jedna rzecz, którą można zrobić od razu.",
        "O co pytasz, żeby ktoś zastosował to, co przeczytał?",
        "Odpowiedź, którą ludzie często wybierają",
        "Dlaczego nie pasuje.",
        "Poprawna odpowiedź",
    ),
    "nb": (
        "Ny leksjon",
        "Skriv én tanke her: hva som skjer, hva man gjør, og hvorfor. Inntil 1200 tegn i hele leksjonen.",
        "**I dag:** én ting man kan gjøre med en gang.",
        "Hva spør du om, slik at folk bruker det de har lest?",
        "Et svar som mange velger",
        "Hvorfor det ikke stemmer.",
        "Det riktige svaret",
    ),
    "en": (
        "New lesson",
        "Write one idea here: what happens, what to do, and why. Up to 1,200 characters in the whole lesson.",
        "**Today:** one thing that can be done at once.",
        "What do you ask so that people use what they have read?",
        "An answer that people often choose",
        "Why it does not fit.",
        "The right answer",
    ),
}
_WHY: Final[dict[Language, str]] = {
    "lt": "Taip: kodėl jis teisingas.",
    "pl": "Tak: dlaczego jest poprawna.",
    "nb": "Ja: hvorfor det er riktig.",
    "en": "Yes: why it is right.",
}
_ABOUT: Final[dict[Language, tuple[str, str]]] = {
    "lt": ("Nauja programa", "Kam ši programa ir ką žmogus mokės ją baigęs."),
    "pl": ("Nowy program", "Dla kogo jest ten program i co się będzie umieć po jego ukończeniu."),
    "nb": ("Nytt program", "Hvem programmet er for, og hva man kan når man har fullført det."),
    "en": ("New programme", "Who this programme is for, and what people can do when they have finished it."),
}


class Occupied(Exception):
    """The lesson cannot be begun there; the message is one sentence with what to do."""


def begin(place: Path, title: str) -> list[Path]:
    """Write the files of the lesson `PROGRAMME/LESSON`, and the programme's own if it has none; their paths.

    Occupied, before anything is written, when a name cannot be used or one of the lesson's files is there.
    """
    folder, slug = place.parent, place.name
    for name in (folder.absolute().name, slug):
        if not is_slug(name) or name == PROGRAMME:
            raise Occupied(
                f"'{printable(name)}' cannot be a name here: use {_better(name)} (a-z, 0-9 and -)."
            )
    lesson = {folder / f"{slug}.{each}.md": _lesson(each, title, slug) for each in LANGUAGES}
    there = [path for path in lesson if path.exists()]
    if there:
        raise Occupied(f"{there[0]} is there already: choose another name for the new lesson.")
    if not any(folder.glob(f"{PROGRAMME}.*md")):
        lesson |= {folder / f"{PROGRAMME}.{each}.md": _programme(each) for each in LANGUAGES}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in lesson.items():
            path.write_bytes(text.encode())
    except OSError as error:
        raise Occupied(f"{folder} cannot be written ({error.strerror}): choose another folder.") from error
    return sorted(lesson)


def _better(name: str) -> str:
    slug = slug_of(name)
    return f"{slug}-1" if slug == PROGRAMME else slug


def _lesson(language: Language, title: str, slug: str) -> str:
    named, idea, today, question, wrong, why_not, right = _WORDS[language]
    return f"""---
title: {_quoted(title or named)}
minutes: 3
---

{idea}

{today}

---

## {question} {{#{slug}}}

- [ ] {wrong}
  > {why_not}
- [x] {right}
  > {_WHY[language]}
"""


def _programme(language: Language) -> str:
    title, about = _ABOUT[language]
    return f"---\ntitle: {_quoted(title)}\n---\n\n{about}\n"


def _quoted(title: str) -> str:
    """As a double-quoted string of YAML, on one line."""
    inside = " ".join(title.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{inside}"'
