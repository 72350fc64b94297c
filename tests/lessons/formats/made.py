"""Cards of every kind with anything in them, as a lesson can have them."""

from dataclasses import replace

from hypothesis import strategies as st

from domain.language import Language
from domain.programme import Card
from domain.question import Number, Option, Question, kind_of
from domain.text import Entity, EntityKind, Text, units
from lessons.formats.bank import Entry, NotTaken
from lessons.formats.prompts import TRUE_FALSE, prompt_for
from lessons.formats.settled import settled
from tests.lessons.formats.samples import PIECES

SIGNS = [
    *PIECES["gift"],
    *PIECES["csv"],
    "'=",
    "a",
    "Ar tai tiesa?",
    "• a\n• b",
    "\n  1. c",
    "_____",
    "(1) _____",
    "What is missing in (2)?",
    " ",
    "ž",
]


@st.composite
def marked(draw: st.DrawFn, words: st.SearchStrategy[str]) -> Text:
    """A text that may have one mark over a part of it."""
    plain = draw(words)
    kind: EntityKind = draw(st.sampled_from(["bold", "italic", "code", "hidden", "strike"]))
    start = draw(st.integers(0, max(0, len(plain) - 1)))
    covered = units(plain[start : draw(st.integers(start, len(plain)))])
    entity = Entity(kind, units(plain[:start]), covered)
    return Text(plain, (entity,) if covered and draw(st.booleans()) else ())


WORDS = st.lists(st.sampled_from(SIGNS) | st.text(max_size=3), min_size=1, max_size=6).map("".join)
TEXTS = marked(WORDS)
LINES = marked(WORDS.map(lambda text: " ".join(text.split())))
NOTHING = st.just(Text())


@st.composite
def questions(draw: st.DrawFn, language: Language) -> Question:
    """A question of any kind, as it may be meant; not all of them can be in a lesson."""
    kind = draw(st.sampled_from(["choice", "truth", "opinion", "order", "match", "number", "text", "open"]))
    prompt = draw(LINES.map(lambda text: replace(text, plain=f"{text.plain}?")))
    asked = Question("who", "open", prompt, explanation=draw(NOTHING | TEXTS))
    texts = draw(st.lists(LINES, min_size=2, max_size=4))
    match kind:
        case "truth":
            right = draw(st.booleans())
            said = draw(st.tuples(NOTHING | TEXTS, NOTHING | TEXTS))
            true, false = TRUE_FALSE[language]
            truth = (Option(Text(true), right, said[0]), Option(Text(false), not right, said[1]))
            return Question("who", "single", prompt, truth, shuffled=draw(st.booleans()))
        case "choice":
            options = tuple(Option(text, draw(st.booleans()), draw(NOTHING | TEXTS)) for text in texts)
            return Question("who", kind_of(options), prompt, options, shuffled=draw(st.booleans()))
        case "opinion":
            options = tuple(Option(text, False, draw(NOTHING | TEXTS)) for text in texts)
            return Question("who", "opinion", prompt, options, shuffled=False)
        case "order":
            return replace(asked, kind="order", options=tuple(map(Option, texts)), shuffled=True)
        case "match":
            lefts, rights = tuple(map(Option, texts)), tuple(reversed(texts))
            return replace(asked, kind="match", options=lefts, targets=rights, shuffled=True)
        case "number":
            decimals = st.decimals(-(10**6), 10**6, places=3)
            unit = draw(st.sampled_from(["", "mg", "km/h", "%"]))
            numbers = draw(
                st.lists(
                    st.builds(Number, decimals, decimals.map(abs), st.just(unit)), min_size=1, max_size=3
                )
            )
            return replace(asked, kind="number", numbers=tuple(numbers))
        case "text":
            accepted = tuple(text.plain for text in texts)
            return replace(asked, kind="text", accepted=accepted, forgiving=draw(st.booleans()))
    return asked


@st.composite
def cards(draw: st.DrawFn, language: Language) -> Card | None:
    """A card as a lesson has it, or None where no lesson can."""
    text = draw(NOTHING | TEXTS)
    asked = draw(st.none() | questions(language))
    if asked and text and draw(st.booleans()):
        kind = "short" if asked.kind == "text" else asked.kind
        asked = replace(asked, prompt=Text(prompt_for(text, kind, language)))
    try:
        card = settled(Entry(1, "open", Card(text, question=asked)), language).card
    except NotTaken:
        return None
    return replace(card, question=replace(card.question, id="who")) if card.question else card
