"""Searching: the words of a text, or of what somebody looks for, as stems that their other forms share."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from domain.grading import without_marks
from domain.language import Language
from domain.programme import Card, Programme
from domain.question import Question
from domain.stop_words import STOP_WORDS

MOST_QUERY: Final = 200  # characters of what is looked for that are read
MOST_WORDS: Final = 8
MOST_LETTERS: Final = 40  # of a word
LEAST_BEGINNING: Final = 3
TELLING: Final = 6
_KNOWN: Final = 1 << 16
_CALLED: Final[dict[Language, str]] = {
    "lt": "lithuanian",
    "pl": "polish",
    "nb": "norwegian",
    "en": "english",
}
_WORD: Final = re.compile(r"[^\W_]+")
# Ends of stems (without marks) between which forms of one word change, and which the stemmers leave: duomenys and
# duomenų, žodis and žodžiai, biblioteka and bibliotece.
_KIN: Final[dict[Language, tuple[tuple[re.Pattern[str], str], ...]]] = {
    "lt": ((re.compile("(?<=[^aeiouy])en$"), ""), (re.compile("dz$"), "d"), (re.compile("c$"), "t")),
    "pl": ((re.compile("(?<!c)c$"), "k"), (re.compile("dz$"), "g"), (re.compile("rz$"), "r")),
    "nb": (),
    "en": (),
}


@dataclass(frozen=True, slots=True)
class Word:
    """A word that is looked for: any of these stems, or a stem that begins so."""

    stems: tuple[str, ...]
    begins: str = ""

    def fits(self, written: str, language: Language) -> bool:
        """Whether a word of a text is a form of this one."""
        stems = stems_of(written.casefold()[:MOST_LETTERS], language)
        return any(each in self.stems or (self.begins and each.startswith(self.begins)) for each in stems)


@dataclass(frozen=True, slots=True)
class Entry:
    """A card as it is found: stems of its lesson's title, and its own, in one language."""

    lesson: int
    card: int
    language: Language
    title: tuple[str, ...]
    stems: tuple[str, ...]


def words_of(query: str, language: Language) -> tuple[Word, ...]:
    """What is looked for, the first MOST_WORDS different words; none when nothing in it can be looked for.

    The last one may not be whole yet.
    """
    spelled = list(dict.fromkeys(_told(query[:MOST_QUERY], language)))[:MOST_WORDS]
    words = [Word(stems_of(each, language)) for each in spelled]
    if spelled and len(begun := without_marks(spelled[-1])) >= LEAST_BEGINNING:
        words[-1] = Word(words[-1].stems, begun)
    return tuple(words)


def stems_in(text: str, language: Language) -> tuple[str, ...]:
    """All stems of a text in their order."""
    return tuple(stem for word in _told(text, language) for stem in stems_of(word, language))


@lru_cache(maxsize=_KNOWN)
def stems_of(word: str, language: Language) -> tuple[str, ...]:
    """The stems by which a word in small letters is found, without marks; the first is the word's own.

    The others are the stem that it has when it is typed without marks, and those of its kin. A number is its own.
    """
    if not word.isalpha():
        return (without_marks(word),)
    stem = _stemmer(language)
    stems = [without_marks(stem(word)), without_marks(stem(without_marks(word)))]
    kin = [found.sub(instead, each) for each in stems for found, instead in _KIN[language]]
    return tuple(dict.fromkeys((*stems, *(each for each in kin if len(each) > 1))))


def forget() -> None:
    """Let go of the stems that are remembered, after much was read."""
    stems_of.cache_clear()


def entries(programme: Programme) -> Iterator[Entry]:
    """Every card by which a programme is found; none of a test, so that its questions stay unknown.

    The first card is found by the programme's title too.
    """
    for number, lesson in enumerate(programme.lessons):
        for text in lesson.texts:
            if text.exam:
                continue
            language, title = text.language, stems_in(text.title, text.language)
            for place, card in enumerate(text.cards):
                named = "" if number or place else programme.text(language).title
                yield Entry(number, place, language, title, stems_in(f"{told(card)} {named}", language))


def told(card: Card) -> str:
    """Everything that a card says, explanations too; not what would be typed as an answer."""
    asked = card.question
    alt = card.picture.alt if card.picture else ""
    return "\n".join((card.text.plain, alt, *(_asked(asked) if asked else ())))


def telling(title: str, texts: Iterable[str], language: Language) -> tuple[Word, ...]:
    """What a text is about: the words of its title, then those that it repeats most."""
    counted = Counter(stems_of(word, language) for text in texts for word in _told(text, language))
    often = [stems for stems, times in counted.most_common(TELLING) if times > 1]
    named = [stems_of(word, language) for word in _told(title, language)][:MOST_WORDS]
    return tuple(Word(stems) for stems in dict.fromkeys((*named, *often)))


def _asked(question: Question) -> tuple[str, ...]:
    said = (question.prompt, question.explanation, *question.places)
    options = (each for option in question.options for each in (option.text, option.explanation))
    return tuple(each.plain for each in (*said, *options))


def _told(text: str, language: Language) -> Iterator[str]:
    """The words that say something, in small letters; a letter alone says nothing, a digit does."""
    for found in _WORD.finditer(unicodedata.normalize("NFC", text).casefold()):
        word = found[0][:MOST_LETTERS]
        if (len(word) > 1 or word.isdigit()) and without_marks(word) not in STOP_WORDS[language]:
            yield word


def _stemmer(language: Language) -> Callable[[str], str]:
    """A new stemmer, as it keeps what it works on.

    Written in C where PyStemmer is installed; the same in Python needs all of the library's 36 languages in memory.
    """
    import snowballstemmer

    stem: Callable[[str], str] = snowballstemmer.stemmer(_CALLED[language]).stemWord
    return stem
