"""Messages in words: what is stored in the outbox becomes a content in the reader's language."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from bot.explain import explained, solved
from bot.posted import posted
from bot.voice import Voice
from domain.certificate import file_of, name_of, page_of
from domain.choosing import AGAIN, OK, again, choices, left, pieces, ready
from domain.message import (
    Button,
    Choice,
    Content,
    Excerpt,
    Feedback,
    Issued,
    Line,
    Notice,
    OwnData,
    Paper,
    Place,
    Posted,
    ShowCard,
)
from domain.own_data import own_file, own_page
from domain.programme import LessonText, Programme
from domain.question import Question
from domain.reading import text_of
from domain.reviewing import ENOUGH, KNOWN
from domain.text import Text, join, marked

Version = Callable[[int], Programme]
Spoken = Notice | ShowCard | Feedback | Excerpt | Issued | OwnData | Posted


def render(message: Spoken, version: Version, voice: Voice, which: int = 0) -> Content:
    """The content of a message. `version` gives the programme of a version's id, `which` the order of options."""
    if isinstance(message, Notice):
        return _notice(message, voice)
    if isinstance(message, Issued):
        return _issued(message, voice)
    if isinstance(message, OwnData):
        return _own_data(message, voice)
    lesson = version(message.version).lessons[message.lesson].text(voice.language)
    if isinstance(message, Posted):
        return posted(message, lesson, voice)
    if isinstance(message, Feedback):
        return _feedback(message, lesson, voice)
    if isinstance(message, Excerpt):
        return _excerpt(message, lesson, voice)
    return _card(message, lesson, version(message.version), voice, which)


def _notice(notice: Notice, voice: Voice) -> Content:
    lines = (_line(line, voice) for line in notice.lines)
    shown = (choice for choice in notice.choices if not choice.url or voice.address is not None)
    buttons = tuple(_button(choice, voice) for choice in shown)
    return Content(join(*lines), buttons=buttons, hint=voice.say("hint.one"), reader=notice.reader)


def _issued(issued: Issued, voice: Voice) -> Content:
    said = Text(voice.say("certificate.file", title=issued.title, number=issued.number))
    page, link = Text(), None
    if voice.address:
        page = Text(voice.say("certificate.page", link=Place(page_of(issued.code))))
    if voice.address is not None:
        link = Button(voice.say("certificate.fetch"), "", f"{voice.address}{file_of(issued.code)}")
    return Content(join(said, page), paper=Paper(issued.code, f"{name_of(issued.number)}.pdf", link))


def _own_data(copy: OwnData, voice: Voice) -> Content:
    link = None
    if voice.address is not None:
        page = voice.texts.path_of(own_page(copy.seed, copy.kind))
        link = Button(voice.say("mydata.fetch"), "", f"{voice.address}{page}")
    paper = Paper(own_file(copy.seed, copy.kind), f"zinute.{copy.kind}", link)
    return Content(Text(voice.say("mydata.file")), paper=paper)


def _line(line: Line, voice: Voice) -> Text:
    """A sentence; in place of one with a link for others that there is no address for them, or what else to do."""
    if not voice.leads(line.params.values()):
        if line.text == "webinar.link":
            return Text(voice.say("webinar.no_address", contact=line.params["contact"]))
        return Text(voice.say("find.no_address"))
    return Text(voice.say(line.text, **line.params))


def _button(choice: Choice, voice: Voice) -> Button:
    label = choice.label if choice.literal else voice.say(choice.label)
    page = f"{voice.address}{voice.texts.path_of(Place(choice.url, choice.secret))}" if choice.url else ""
    return Button(label, choice.data, page)


def _excerpt(excerpt: Excerpt, lesson: LessonText, voice: Voice) -> Content:
    card = lesson.cards[excerpt.card]
    heading = marked(voice.say("find.heading", title=lesson.title), "bold")
    buttons = tuple(_button(choice, voice) for choice in excerpt.choices)
    return Content(join(heading, text_of(card)), card.picture, buttons, hint=voice.say("hint.one"))


def _card(shown: ShowCard, lesson: LessonText, programme: Programme, voice: Voice, which: int) -> Content:
    card = lesson.cards[shown.card]
    heading = _place(shown, voice)
    if shown.purpose == "review":
        title = programme.text(voice.language).title
        heading = marked(voice.say("review.heading", title=title), "italic")
    elif shown.heading:
        place = {"number": shown.lesson + 1, "of": len(programme.lessons), "minutes": lesson.minutes}
        heading = marked(voice.say("study.heading", title=lesson.title, **place), "bold")
    before = join(heading, card.text)
    if card.question:
        asked = _question(shown, before, card.question, voice, which)
        if shown.purpose == "review":
            ways = *asked.more, *_ways_out(shown, voice)
            asked = replace(asked, more=ways, written=card.question.written)
        return replace(asked, picture=card.picture)
    last = shown.last or shown.card + 1 == len(lesson.cards)
    button = Button(voice.say("study.finish" if last else "study.next"), f"{shown.step}:next")
    return Content(before, card.picture, (button,), hint=voice.say("hint.one"))


def _place(shown: ShowCard, voice: Voice) -> Text:
    """In a test: which question this is, and that the answer before it is kept."""
    if not shown.of:
        return Text()
    key = "test.kept" if shown.number > 1 else "test.place"
    return marked(voice.say(key, number=shown.number, of=shown.of), "italic")


def _question(shown: ShowCard, before: Text, question: Question, voice: Voice, which: int) -> Content:
    many, chosen = question.kind == "multiple", shown.selected
    names, indexes = pieces(question), left(question, chosen, which)
    presses = zip(indexes, choices(question, chosen, which), strict=True)
    whole = ready(question, chosen)
    ok = Button(voice.say("study.submit"), f"{shown.step}:{OK}")
    anew = Button(voice.say("study.again"), f"{shown.step}:{AGAIN}")
    hint = "hint.one" if whole else _HINTS.get(question.kind, "hint.one")
    return Content(
        text=join(before, _prompt(question), *_so_far(question, chosen, voice)),
        buttons=tuple(Button(names[index], f"{shown.step}:{choice}") for index, choice in presses),
        pick="many" if many else "none" if question.written or whole else "one",
        selected=tuple(place for place, index in enumerate(indexes) if index in chosen) if many else (),
        submit=ok if many else None,
        more=(*((ok,) if whole else ()), *((anew,) if again(question, chosen) else ())),
        hint=voice.say(hint),
        pictured=question.pictured,
    )


def _ways_out(shown: ShowCard, voice: Voice) -> tuple[Button, ...]:
    """Who is asked again need not answer."""
    ways = ("review.i_know", f"{shown.step}:{KNOWN}"), ("review.stop", f"{shown.step}:{ENOUGH}")
    return tuple(Button(voice.say(label), press) for label, press in ways)


def _prompt(question: Question) -> Text:
    return question.prompt if question.prompt.entities else marked(question.prompt.plain, "bold")


_HINTS: Final = {"multiple": "hint.many", "order": "hint.order", "match": "hint.match"}
_TASKS: Final = {"order": "study.task_order", "text": "study.task_text", "open": "study.task_open"}


def _so_far(question: Question, chosen: tuple[int, ...], voice: Voice) -> list[Text]:
    """What is to be done where that is not plain from the buttons, and how far it is done."""
    match question.kind:
        case "match":
            return _matched(question, chosen)
        case "number":
            return [marked(_number_task(question, voice), "italic")]
        case "order" | "text" | "open":
            task, names = _TASKS[question.kind], pieces(question)
            done = [f"{number}. {names[index]}" for number, index in enumerate(chosen, 1)]
            return [marked(voice.say(task), "italic"), Text("\n".join(done))]
    return []


def _number_task(question: Question, voice: Voice) -> str:
    unit = question.numbers[0].unit
    return voice.say("study.task_unit", unit=unit) if unit else voice.say("study.task_number")


def _matched(question: Question, chosen: tuple[int, ...]) -> list[Text]:
    """The rows that are matched, the one that is asked for, and the others."""
    rows = [option.text.plain for option in question.options]
    done = [f"{row} → {question.places[place].plain}" for row, place in zip(rows, chosen, strict=False)]
    asked = [f"{row} → ?" for row in rows[len(chosen) : len(chosen) + 1]]
    return [Text("\n".join(done)), marked("".join(asked), "bold"), Text("\n".join(rows[len(chosen) + 1 :]))]


def _feedback(feedback: Feedback, lesson: LessonText, voice: Voice) -> Content:
    question = lesson.cards[feedback.card].question
    assert question is not None, "feedback is about a question"
    if feedback.solved:
        return Content(join(*solved(question, voice)))
    button = Button(voice.say("study.next"), f"{feedback.step}:next")
    return Content(
        text=join(marked(_verdict(feedback, voice), "bold"), *explained(feedback, question, voice)),
        buttons=(button,) if feedback.step else (),
        hint=voice.say("hint.one"),
    )


def _verdict(feedback: Feedback, voice: Voice) -> str:
    if feedback.worth is not None and 0 < feedback.worth < 1:
        return voice.say("study.partly", share=round(feedback.worth * 100))
    verdict = {True: "study.right", False: "study.wrong", None: "study.thanks"}[feedback.correct]
    return voice.say(verdict)
