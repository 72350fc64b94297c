"""A question of a lesson as a group gets it, and its answer."""

from bot.explain import solved
from bot.voice import Voice
from domain.message import Button, Content, Place, Posted
from domain.programme import LessonText
from domain.reading import code, text_of
from domain.text import join, marked
from domain.topic import quiz


def posted(post: Posted, lesson: LessonText, voice: Voice) -> Content:
    """It with a way to the lesson, as a quiz where it fits one. Nobody answers in a group: else the answer is said to
    follow; where a messenger takes no quiz, it is hidden below."""
    card = lesson.cards[post.card]
    question = card.question
    assert question is not None, "what is posted asks"
    buttons = _ways(post, voice)
    if post.solved:
        heading = marked(voice.say("posted.answer"), "bold")
        return Content(join(heading, *solved(question, voice)), buttons=buttons)
    asked = quiz(card)
    follows = join(*solved(question, voice)).plain if asked else voice.say("posted.follows")
    below = marked(follows, "hidden" if asked else "italic")
    text = join(marked(voice.say("posted.heading"), "bold"), text_of(card), below)
    return Content(text, card.picture, buttons, quiz=asked)


def _ways(post: Posted, voice: Voice) -> tuple[Button, ...]:
    """To the lesson, and to learning: in each messenger that there is."""
    if not voice.address:
        return ()
    page = voice.texts.path_of(Place(f"/join/{code(post.version, post.lesson)}"))
    return (Button(voice.say("posted.more"), "", f"{voice.address}{page}"),)
