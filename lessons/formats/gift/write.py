"""Lessons written as GIFT, each a category."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from domain.language import Language
from domain.programme import Card, LessonText
from domain.question import Number, Question
from domain.text import Text, join
from lessons.formats.bank import NotTaken
from lessons.formats.prompts import is_true_or_false, said_by
from lessons.formats.texts import Markup, comes_back_plain
from lessons.write_text import paragraphs

_ESCAPED: Final = str.maketrans({sign: f"\\{sign}" for sign in ":#={}~\\"} | {"\n": r"\n"})


def write(lessons: Sequence[LessonText], language: Language) -> bytes:
    """The file. NotTaken when a card has a question that GIFT does not have."""
    return "\n".join(line for lesson in lessons for line in _lesson(lesson, language)).encode()


def _lesson(lesson: LessonText, language: Language) -> Iterator[str]:
    yield f"$CATEGORY: {_escaped(lesson.title.replace('/', '//'))}\n"
    for card in lesson.cards:
        yield f"{_card(card, language)}\n"


def _card(card: Card, language: Language) -> str:
    if not card.question:
        return _first(card.text)[0]
    kind = "truefalse" if is_true_or_false(card.question, language) else card.question.kind
    text, prompt = said_by(card, "short" if kind == "text" else kind, language)
    said, markup = _first(join(text, prompt))
    return f"::{_escaped(card.question.id)}::{said}{{{_answers(card.question, markup, language)}}}"


def _answers(asked: Question, markup: Markup, language: Language) -> str:
    if is_true_or_false(asked, language):
        return _true_or_false(asked, markup)
    rows = list(_rows(asked, markup))
    begin = "#" if asked.kind == "number" else ""
    general = f"####{_text(asked.explanation, markup)}" if asked.explanation else ""
    return "\n".join([begin, *rows, general]).rstrip("\n") + ("\n" if rows else "")


def _rows(asked: Question, markup: Markup) -> Iterator[str]:
    match asked.kind:
        case "single" | "multiple":
            yield from _options(asked, markup)
        case "match":
            for option, target in zip(asked.options, asked.targets, strict=True):
                yield f"={_left(option.text, markup)} -> {_escaped(target.plain)}"
        case "number":
            yield from map(_number, asked.numbers)
        case "text":
            yield from map(_words, asked.accepted)
        case "order" | "opinion":
            raise NotTaken("GIFT has no questions of this kind.")


def _options(asked: Question, markup: Markup) -> Iterator[str]:
    right = len(asked.right)
    share = format(Decimal(100) / right, ".5f").rstrip("0").rstrip(".") if right else ""
    for option in asked.options:
        if asked.kind == "single":
            mark = "=" if option.correct else "~"
        else:
            mark = f"~%{share}%" if option.correct else f"~%-{share}%"
        comment = f"#{_text(option.explanation, markup)}" if option.explanation else ""
        yield f"{mark}{_text(option.text, markup)}{comment}"


def _number(number: Number) -> str:
    return f"=%100%{number.value:f}:{number.tolerance:f}"


def _words(accepted: str) -> str:
    if "->" in accepted:
        raise NotTaken("An answer has -> in it, which GIFT takes for a pair.")
    return f"=%100%[plain]{_escaped(accepted.replace('*', chr(92) + '*'))}"


def _true_or_false(asked: Question, markup: Markup) -> str:
    (right,) = asked.right
    wrong_said, right_said = (_text(asked.options[place].explanation, markup) for place in (1 - right, right))
    comments = f"#{wrong_said}#{right_said}" if right_said else f"#{wrong_said}" if wrong_said else ""
    return ("TRUE" if right == 0 else "FALSE") + comments


def _first(text: Text) -> tuple[str, Markup]:
    """A question's text, and the markup that its answers have too unless they say otherwise."""
    markup = _markup(text)
    return f"[{markup}]{_escaped(_source(text, markup))}", markup


def _text(text: Text, inherited: Markup) -> str:
    markup = _markup(text)
    source = _source(text, markup)
    told = source and (markup != inherited or source.startswith(("[", "%")))
    return (f"[{markup}]" if told else "") + _escaped(source)


def _markup(text: Text) -> Markup:
    return "plain" if comes_back_plain(text) else "markdown"


def _left(text: Text, markup: Markup) -> str:
    r"""A left side: an arrow in it can be written only in Markdown, as -\>."""
    if "->" not in text.plain:
        return _text(text, markup)
    return f"[markdown]{_escaped(paragraphs(text).replace('->', '-' + chr(92) + '>'))}"


def _source(text: Text, markup: Markup) -> str:
    return paragraphs(text) if markup == "markdown" else text.plain


def _escaped(source: str) -> str:
    return source.translate(_ESCAPED)
