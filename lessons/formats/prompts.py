"""What is asked where a bank has only a statement, and the two words for true and false, in four languages."""

from dataclasses import replace
from typing import Final

from domain.language import Language
from domain.programme import Card
from domain.question import Option, Question
from domain.text import Text
from lessons.formats.bank import Kind, NotTaken
from lessons.formats.texts import parted
from lessons.visible import visible

BLANK: Final = "_____"
TRUE_FALSE: Final[dict[Language, tuple[str, str]]] = {
    "lt": ("Tiesa", "Netiesa"),
    "pl": ("Prawda", "Fałsz"),
    "nb": ("Sant", "Usant"),
    "en": ("True", "False"),
}
_PROMPTS: Final[dict[str, dict[Language, str]]] = {
    "single": {
        "lt": "Kuris atsakymas teisingas?",
        "pl": "Która odpowiedź jest poprawna?",
        "nb": "Hvilket svar er riktig?",
        "en": "Which answer is right?",
    },
    "multiple": {
        "lt": "Kurie atsakymai teisingi?",
        "pl": "Które odpowiedzi są poprawne?",
        "nb": "Hvilke svar er riktige?",
        "en": "Which answers are right?",
    },
    "truefalse": {
        "lt": "Ar tai tiesa?",
        "pl": "Czy to prawda?",
        "nb": "Er dette sant?",
        "en": "Is this true?",
    },
    "opinion": {
        "lt": "Ką manote?",
        "pl": "Co o tym sądzisz?",
        "nb": "Hva mener du?",
        "en": "What do you think?",
    },
    "order": {
        "lt": "Kokia tvarka teisinga?",
        "pl": "Jaka kolejność jest właściwa?",
        "nb": "Hva er riktig rekkefølge?",
        "en": "What is the right order?",
    },
    "match": {
        "lt": "Kas su kuo siejasi?",
        "pl": "Co do czego pasuje?",
        "nb": "Hva hører sammen?",
        "en": "What belongs together?",
    },
    "number": {
        "lt": "Koks tai skaičius?",
        "pl": "Jaka to liczba?",
        "nb": "Hvilket tall er det?",
        "en": "Which number is it?",
    },
    "short": {
        "lt": "Koks atsakymas?",
        "pl": "Jaka jest odpowiedź?",
        "nb": "Hva er svaret?",
        "en": "What is the answer?",
    },
    "open": {
        "lt": "Ką atsakytumėte?",
        "pl": "Co odpowiesz?",
        "nb": "Hva svarer du?",
        "en": "What do you answer?",
    },
    "blank": {
        "lt": "Kas praleista?",
        "pl": "Czego brakuje?",
        "nb": "Hva mangler?",
        "en": "What is missing?",
    },
    "places": {
        "lt": "Kas pažymėta kiekvienu numeriu?",
        "pl": "Co oznaczono poszczególnymi numerami?",
        "nb": "Hva hører til hvert nummer?",
        "en": "What belongs to each number?",
    },
}
_MISSING: Final[dict[Language, str]] = {
    "lt": "Kas praleista vietoje ({})?",
    "pl": "Czego brakuje w miejscu ({})?",
    "nb": "Hva mangler i ({})?",
    "en": "What is missing in ({})?",
}
# What is said of a picture with one number in it, and with several.
_NUMBERED: Final[dict[Language, tuple[str, str]]] = {
    "lt": (
        "Paveikslėlis, kuriame pažymėtas numeris 1",
        "Paveikslėlis, kuriame pažymėti numeriai nuo 1 iki {}",
    ),
    "pl": ("Obrazek z zaznaczonym numerem 1", "Obrazek z zaznaczonymi numerami od 1 do {}"),
    "nb": ("Bilde med nummer 1 tegnet inn", "Bilde med numrene 1 til {} tegnet inn"),
    "en": ("A picture with the number 1 in it", "A picture with the numbers 1 to {} in it"),
}


def blank(number: int = 0) -> str:
    """What stands in a text in place of a gap; 0: it is the only one."""
    return f"({number}) {BLANK}" if number else BLANK


def missing_in(number: int, language: Language) -> Text:
    """The question about one of several gaps."""
    return Text(_MISSING[language].format(number))


def numbers_in(count: int, language: Language) -> str:
    """What is said of a picture in which so many places have numbers."""
    one, several = _NUMBERED[language]
    return several.format(count) if count > 1 else one


def for_places(language: Language) -> str:
    """The question that is put below a statement about numbers in a picture."""
    return _PROMPTS["places"][language]


def prompt_for(said: Text, kind: Kind, language: Language) -> str:
    """The question that is put below a statement of this kind."""
    blank = BLANK in said.plain and kind in ("single", "short", "number")
    return _PROMPTS["blank" if blank else kind][language]


def is_ours(prompt: Text) -> bool:
    """Whether a prompt was put below a statement, so that it tells nothing of the question."""
    return any(prompt.plain == said for each in _PROMPTS.values() for said in each.values())


def asked(said: Text, question: Question, kind: Kind, language: Language, *, ours: str = "") -> Card:
    """The card that asks `question`: with the question in which `said` ends, else with one of ours below it."""
    if not visible(said.plain):
        raise NotTaken("It has no text of a question.")
    parts = parted(said)
    if parts:
        return Card(parts[0], question=replace(question, prompt=parts[1]))
    return Card(said, question=replace(question, prompt=Text(ours or prompt_for(said, kind, language))))


def said_by(card: Card, kind: Kind, language: Language) -> tuple[Text, Text]:
    """The way back: the text above, and the prompt, empty where `asked` would make the same of the text alone."""
    assert card.question
    ours = Text(prompt_for(card.text, kind, language))
    again = card.question.prompt == ours and visible(card.text.plain) and not parted(card.text)
    return card.text, Text() if again else card.question.prompt


def true_or_false(*, right: bool, said: tuple[Text, Text], language: Language) -> tuple[Option, Option]:
    """The two options; `said` explains the true one and the false one."""
    true, false = TRUE_FALSE[language]
    return Option(Text(true), right, said[0]), Option(Text(false), not right, said[1])


def is_true_or_false(question: Question, language: Language) -> bool:
    """Whether a question has those two options, and nothing that tells it from one that asks for true or false."""
    texts = tuple(option.text for option in question.options)
    return (
        question.kind == "single"
        and not question.shuffled
        and texts == tuple(map(Text, TRUE_FALSE[language]))
    )
