"""Messages in words: what is stored in the outbox becomes a content in the reader's language."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from domain.language import Language
from domain.message import Button, Choice, Content, Feedback, Notice, Param, ShowCard
from domain.programme import LessonText, Programme
from domain.question import Question
from domain.text import Text, join, marked
from domain.texts import Texts

Version = Callable[[int], Programme]


@dataclass(frozen=True, slots=True)
class Voice:
    """The catalogue in one language."""

    texts: Texts
    language: Language

    def say(self, key: str, /, **params: Param) -> str:
        """A sentence with its parameters in place."""
        return self.texts.say(self.language, key, **params)


def render(message: Notice | ShowCard | Feedback, version: Version, voice: Voice) -> Content:
    """The content of a message; `version` gives the programme of a version's id."""
    if isinstance(message, Notice):
        return _notice(message, voice)
    lesson = version(message.version).lessons[message.lesson].text(voice.language)
    if isinstance(message, Feedback):
        return _feedback(message, lesson, voice)
    return _card(message, lesson, version(message.version), voice)


def _notice(notice: Notice, voice: Voice) -> Content:
    lines = (Text(voice.say(line.text, **line.params)) for line in notice.lines)
    buttons = tuple(_button(choice, voice) for choice in notice.choices)
    return Content(join(*lines), buttons=buttons, hint=voice.say("hint.one"))


def _button(choice: Choice, voice: Voice) -> Button:
    return Button(choice.label if choice.literal else voice.say(choice.label), choice.data)


def _card(shown: ShowCard, lesson: LessonText, programme: Programme, voice: Voice) -> Content:
    card = lesson.cards[shown.card]
    heading = Text()
    if shown.heading:
        place = {"number": shown.lesson + 1, "of": len(programme.lessons), "minutes": lesson.minutes}
        heading = marked(voice.say("study.heading", title=lesson.title, **place), "bold")
    before = join(heading, card.text)
    if card.question:
        return replace(_question(shown, before, card.question, voice), picture=card.picture)
    last = shown.card + 1 == len(lesson.cards)
    button = Button(voice.say("study.finish" if last else "study.next"), f"{shown.step}:next")
    return Content(before, card.picture, (button,), hint=voice.say("hint.one"))


def _question(shown: ShowCard, before: Text, question: Question, voice: Voice) -> Content:
    many = question.kind == "multiple"
    prompt = marked(question.prompt.plain, "bold") if not question.prompt.entities else question.prompt
    return Content(
        text=join(before, prompt),
        buttons=tuple(
            Button(option.text.plain, f"{shown.step}:{index}")
            for index, option in enumerate(question.options)
        ),
        pick="many" if many else "one",
        selected=shown.selected,
        submit=Button(voice.say("study.submit"), f"{shown.step}:ok") if many else None,
        hint=voice.say("hint.many" if many else "hint.one"),
    )


def _feedback(feedback: Feedback, lesson: LessonText, voice: Voice) -> Content:
    question = lesson.cards[feedback.card].question
    assert question is not None, "feedback is about a question"
    verdict = {True: "study.right", False: "study.wrong", None: "study.thanks"}[feedback.correct]
    button = Button(voice.say("study.next"), f"{feedback.step}:next")
    return Content(
        text=join(marked(voice.say(verdict), "bold"), *_explained(feedback, question, voice)),
        buttons=(button,) if feedback.step else (),
        hint=voice.say("hint.one"),
    )


def _explained(feedback: Feedback, question: Question, voice: Voice) -> list[Text]:
    """The explanation of what was chosen, and of what should have been."""
    chosen = [question.options[index] for index in feedback.chosen]
    missed = [option for option in question.options if option.correct and option not in chosen]
    if question.kind != "multiple":
        told = [option.explanation for option in chosen]
        answers = missed if feedback.correct is False else []
        told += [Text(voice.say("study.right_answer", option=option.text.plain)) for option in answers]
        return told
    own = [join(marked(option.text.plain, "bold"), option.explanation, separator="\n") for option in chosen]
    right = (join(marked(option.text.plain, "bold"), option.explanation, separator="\n") for option in missed)
    found = any(option.correct for option in chosen)
    heading = voice.say("study.also_right" if found else "study.right_answers")
    also = marked(heading if missed else "", "italic")
    return [*own, also, *right]
