"""Why an answer is right or not: what is told after it."""

from decimal import Decimal
from functools import partial
from typing import Final

from babel.numbers import format_decimal

from bot.voice import Voice
from domain.choosing import pieces
from domain.message import Feedback
from domain.question import Number, Question
from domain.text import Text, join, marked, shortened

MOST_PROMPT: Final = 80  # so that it fits beside the longest explanation


def explained(feedback: Feedback, question: Question, voice: Voice) -> list[Text]:
    """The explanation of what was answered, and of what should have been."""
    match question.kind:
        case "multiple":
            told = _several(feedback, question, voice)
        case "single" | "opinion":
            told = _one(feedback, question, voice)
        case _:
            told = [] if feedback.correct is not False else [_solution(question, voice)]
    return [*told, question.explanation]


def solved(question: Question, voice: Voice) -> list[Text]:
    """The question, what is right, and why."""
    right = question.right
    told = [_named(question, index) for index in right] if right else [_solution(question, voice)]
    prompt = shortened(question.prompt.plain, MOST_PROMPT)
    return [marked(prompt, "bold"), *told, question.explanation]


def _one(feedback: Feedback, question: Question, voice: Voice) -> list[Text]:
    answers = _missed(feedback, question) if feedback.correct is False else []
    right = [Text(voice.say("study.right_answer", option=question.names[index])) for index in answers]
    return [*(question.options[index].explanation for index in feedback.chosen), *right]


def _several(feedback: Feedback, question: Question, voice: Voice) -> list[Text]:
    missed = _missed(feedback, question)
    found = any(question.options[index].correct for index in feedback.chosen)
    heading = voice.say("study.also_right" if found else "study.right_answers")
    also = marked(heading if missed else "", "italic")
    named = partial(_named, question)
    return [*map(named, feedback.chosen), also, *map(named, missed)]


def _missed(feedback: Feedback, question: Question) -> list[int]:
    return [index for index in question.right if index not in feedback.chosen]


def _named(question: Question, index: int) -> Text:
    name = marked(question.names[index], "bold")
    return join(name, question.options[index].explanation, separator="\n")


def _solution(question: Question, voice: Voice) -> Text:
    """The right answer of a question in which nothing is marked as right."""
    match question.kind:
        case "order":
            lines = [f"{number}. {piece}" for number, piece in enumerate(pieces(question), 1)]
        case "match":
            rows = zip(question.options, question.targets, strict=True)
            lines = [f"{option.text.plain} → {target.plain}" for option, target in rows]
        case "number":
            return Text(voice.say("study.right_answer", option=_number(question.numbers[0], voice)))
        case _:
            return Text(voice.say("study.right_answer", option=question.accepted[0]))
    return join(marked(voice.say("study.right_is"), "italic"), Text("\n".join(lines)), separator="\n")


def _number(number: Number, voice: Voice) -> str:
    value, tolerance = (_written(each, voice) for each in (number.value, number.tolerance))
    return (
        f"{value} ± {tolerance} {number.unit}".strip()
        if number.tolerance
        else f"{value} {number.unit}".strip()
    )


def _written(number: Decimal, voice: Voice) -> str:
    """Thousands stand together: 1,234 is read in two ways, and 2,018 is no year."""
    return format_decimal(number, locale=voice.language, decimal_quantization=False, group_separator=False)
