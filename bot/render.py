"""Messages in words: what is stored in the outbox becomes a content in the reader's language."""

from collections.abc import Callable

from domain.language import Language
from domain.message import Button, Choice, Content, Feedback, Message, Notice, Reselect, ShowCard
from domain.programme import Card, LessonText, Programme
from domain.question import Question
from domain.text import Text, join, marked
from domain.texts import Texts

Version = Callable[[int], Programme]


def render(message: Message, version: Version, texts: Texts, language: Language) -> Content:
    """The content of a message; `version` gives the programme of a version's id."""
    if isinstance(message, Notice):
        return _notice(message, texts, language)
    lesson = version(message.version).lessons[message.lesson].text(language)
    if isinstance(message, Feedback):
        return _feedback(message, lesson, texts, language)
    return _card(message, lesson, version(message.version), texts, language)


def _notice(notice: Notice, texts: Texts, language: Language) -> Content:
    lines = (Text(texts.say(language, line.text, **line.params)) for line in notice.lines)
    buttons = tuple(_button(choice, texts, language) for choice in notice.choices)
    return Content(join(*lines), buttons=buttons, hint=texts.say(language, "hint.one"))


def _button(choice: Choice, texts: Texts, language: Language) -> Button:
    return Button(choice.label if choice.literal else texts.say(language, choice.label), choice.data)


def _card(
    shown: ShowCard | Reselect, lesson: LessonText, programme: Programme, texts: Texts, language: Language
) -> Content:
    card = lesson.cards[shown.card]
    heading = Text()
    if isinstance(shown, ShowCard) and shown.heading:
        place = {"number": shown.lesson + 1, "of": len(programme.lessons), "minutes": lesson.minutes}
        heading = marked(texts.say(language, "study.heading", title=lesson.title, **place), "bold")
    if card.question is None:
        key = "study.next" if shown.card + 1 < len(lesson.cards) else "study.finish"
        button = Button(texts.say(language, key), f"{shown.step}:next")
        text, hint = join(heading, card.text), texts.say(language, "hint.one")
        return Content(text, card.picture, (button,), hint=hint)
    return _question(shown, heading, card, card.question, texts, language)


def _question(
    shown: ShowCard | Reselect,
    heading: Text,
    card: Card,
    question: Question,
    texts: Texts,
    language: Language,
) -> Content:
    many = question.kind == "multiple"
    prompt = marked(question.prompt.plain, "bold") if not question.prompt.entities else question.prompt
    return Content(
        text=join(heading, card.text, prompt),
        picture=card.picture,
        buttons=tuple(
            Button(option.text.plain, f"{shown.step}:{index}")
            for index, option in enumerate(question.options)
        ),
        pick="many" if many else "one",
        selected=shown.selected if isinstance(shown, Reselect) else (),
        submit=Button(texts.say(language, "study.submit"), f"{shown.step}:ok") if many else None,
        hint=texts.say(language, "hint.many" if many else "hint.one"),
    )


def _feedback(feedback: Feedback, lesson: LessonText, texts: Texts, language: Language) -> Content:
    question = lesson.cards[feedback.card].question
    assert question is not None, "feedback is about a question"
    verdict = {True: "study.right", False: "study.wrong", None: "study.thanks"}[feedback.correct]
    button = Button(texts.say(language, "study.next"), f"{feedback.step}:next")
    return Content(
        text=join(
            marked(texts.say(language, verdict), "bold"), *_explained(feedback, question, texts, language)
        ),
        buttons=(button,) if feedback.step else (),
        hint=texts.say(language, "hint.one"),
    )


def _explained(feedback: Feedback, question: Question, texts: Texts, language: Language) -> list[Text]:
    """The explanation of what was chosen, and of what should have been."""
    chosen = [question.options[index] for index in feedback.chosen]
    missed = [option for option in question.options if option.correct and option not in chosen]
    if question.kind != "multiple":
        told = [option.explanation for option in chosen]
        answers = missed if feedback.correct is False else []
        told += [
            Text(texts.say(language, "study.right_answer", option=option.text.plain)) for option in answers
        ]
        return told
    own = [join(marked(option.text.plain, "bold"), option.explanation, separator="\n") for option in chosen]
    right = (join(marked(option.text.plain, "bold"), option.explanation, separator="\n") for option in missed)
    also = marked(texts.say(language, "study.also_right"), "italic") if missed else Text()
    return [*own, also, *right]
