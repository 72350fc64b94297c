"""Programmes: lessons of cards, each in several languages; immutable once published."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal, TypeVar

from domain.language import Language
from domain.question import Question, QuestionKind
from domain.text import Text

T = TypeVar("T")
FALLBACK: tuple[Language, ...] = ("lt", "en", "pl", "nb")

Order = Literal["fixed", "free"]
Code = Literal["", "email"]
DESCRIPTION = "programme"  # in place of a lesson's slug


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture by the SHA-256 (hex) of its bytes; the bytes live in the store."""

    digest: str
    name: str
    alt: str
    width: int
    height: int
    media_type: str = "image/png"


@dataclass(frozen=True, slots=True)
class Card:
    """One message of a lesson: a text, a picture, or a question (with the text before it).

    `leads_to` is the index of the card that follows it, where that is not the next one.
    """

    text: Text = Text()
    picture: Picture | None = None
    question: Question | None = None
    leads_to: int | None = None

    @property
    def shape(self) -> "CardShape":
        """What its translations must share."""
        asked = self.question
        if asked is None:
            return CardShape(self.leads_to)
        places = {place: number for number, place in enumerate(asked.places)}
        return CardShape(
            self.leads_to,
            asked.id,
            asked.kind,
            asked.right,
            tuple(option.leads_to for option in asked.options),
            tuple(places[target] for target in asked.targets),
            tuple((number.value, number.tolerance) for number in asked.numbers),
            asked.shuffled,
            asked.about,
            asked.pictured,
        )


@dataclass(frozen=True, slots=True)
class CardShape:
    """What a card shares with its translations: where it leads, and its question without the words.

    `ways`: where each option leads (so there are as many). `places`: which right side each row of a matching has.
    `numbers`: value and tolerance. `pictured`: the options are pictures.
    """

    leads_to: int | None = None
    id: str = ""
    kind: QuestionKind | None = None
    right: tuple[int, ...] = ()
    ways: tuple[int | None, ...] = ()
    places: tuple[int, ...] = ()
    numbers: tuple[tuple[Decimal, Decimal], ...] = ()
    shuffled: bool = False
    about: str = ""
    pictured: bool = False


@dataclass(frozen=True, slots=True)
class Exam:
    """What makes a lesson a test: nothing is explained before its end, and it can be failed.

    `passing` is the percentage to reach, `minutes` the time (0: no limit), `attempts` how many there are (0: any
    number), `wait_days` how long to wait between two. `code`: by which way a code comes that has to be typed first.
    """

    passing: int
    minutes: int = 0
    attempts: int = 0
    wait_days: int = 0
    code: Code = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """What the translations of a lesson share."""

    cards: tuple[CardShape, ...]
    draw: int = 0
    exam: Exam | None = None


@dataclass(frozen=True, slots=True)
class LessonText:
    """A lesson in one language. `minutes` is what its author says that it takes.

    `draw`: so many of its questions are asked of each learner; 0: all of them.
    """

    language: Language
    title: str
    minutes: int
    cards: tuple[Card, ...]
    draw: int = 0
    exam: Exam | None = None

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions in the order of the cards."""
        return tuple(card.question for card in self.cards if card.question)

    @property
    def shape(self) -> Shape:
        """What translations must share."""
        return Shape(tuple(card.shape for card in self.cards), self.draw, self.exam)


@dataclass(frozen=True, slots=True)
class Lesson:
    """One idea, in one to four languages. `slug` is the name of its files."""

    slug: str
    texts: tuple[LessonText, ...]

    def text(self, language: Language) -> LessonText:
        """The lesson in `language`, else in the first language of FALLBACK that it has."""
        return _pick({text.language: text for text in self.texts}, language)


@dataclass(frozen=True, slots=True)
class ProgrammeText:
    """Title and description of a programme in one language; `audience` says who it is for, in a few words."""

    language: Language
    title: str
    description: str
    audience: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """How a programme is taken, and what it is worth; the same in all its languages.

    `order`: lessons come one after another, or as the learner chooses. `after` are the slugs of programmes that have
    to be finished before. `passing` is the percentage of graded first answers in lessons that has to be right for a
    certificate (0: any); where there is a final test, that alone decides. `skip`: so many
    questions of each lesson are asked before the first one, and a lesson is skipped when they are answered right
    (0: none). `valid_months`: a certificate is given, and is valid so long (0: for ever; None: there is none).
    `replaces_minutes` in a classroom and `travel_minutes` of travel are what it saves each learner. `owner` made it,
    `licence` says what may be done with it. `jobs` and `sectors` are those it is meant for, in small letters.
    """

    order: Order = "fixed"
    after: tuple[str, ...] = ()
    passing: int = 0
    skip: int = 0
    valid_months: int | None = None
    replaces_minutes: int = 0
    travel_minutes: int = 0
    owner: str = ""
    licence: str = ""
    jobs: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Programme:
    """Lessons in their order. `slug` is the name of its folder."""

    slug: str
    texts: tuple[ProgrammeText, ...]
    lessons: tuple[Lesson, ...]
    rules: Rules = Rules()

    def text(self, language: Language) -> ProgrammeText:
        """Title and description in `language`, else in the first language of FALLBACK that it has."""
        return _pick({text.language: text for text in self.texts}, language)

    @property
    def final_test(self) -> Exam | None:
        """The test that ends it: its last lesson, or in free order, where tests come last, the last that is one."""
        last = self.final_lesson
        return None if last is None else self.lessons[last].texts[0].exam

    @property
    def final_lesson(self) -> int | None:
        """Where that test is among the lessons."""
        exams = [number for number, lesson in enumerate(self.lessons) if lesson.texts[0].exam]
        ends = exams[-1:] if self.rules.order == "free" else [len(self.lessons) - 1]
        return ends[0] if ends and ends[0] in exams else None

    def minutes(self, language: Language) -> int:
        """Minutes of all lessons together, as their authors say."""
        return sum(lesson.text(language).minutes for lesson in self.lessons)


def _pick(texts: Mapping[Language, T], language: Language) -> T:
    return next(texts[each] for each in (language, *FALLBACK) if each in texts)


def keep_last_good(
    new: Programme, old: Programme | None, broken: Iterable[tuple[str, Language]]
) -> Programme:
    """`new` with what `old` had in place of each broken (lesson slug or DESCRIPTION, language).

    A broken text that has no earlier version is left out; an earlier text that no longer has the questions of its
    lesson is left out too, so that the languages of a lesson always agree. The order is that of the slugs. The rules
    stay what they were when a description is broken, because it may be the one that states them.
    """
    if old is None:
        return new
    kept, texts = {lesson.slug: lesson for lesson in new.lessons}, list(new.texts)
    rules, before = new.rules, {lesson.slug: lesson for lesson in old.lessons}
    for slug, language in broken:
        if slug == DESCRIPTION:
            texts += [text for text in old.texts if text.language == language]
            rules = old.rules
        elif slug in before:
            kept[slug] = _with_earlier(kept.get(slug, Lesson(slug, ())), before[slug], language)
    lessons = (kept[slug] for slug in sorted(kept))
    served = tuple(lesson for lesson in lessons if lesson.texts)
    return replace(new, texts=tuple(texts), lessons=served, rules=rules)


def _with_earlier(lesson: Lesson, before: Lesson, language: Language) -> Lesson:
    earlier = (text for text in before.texts if text.language == language)
    fits = (text for text in earlier if not lesson.texts or text.shape == lesson.texts[0].shape)
    return replace(lesson, texts=(*lesson.texts, *fits))
