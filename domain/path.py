"""The way through a lesson: which card follows another, for this learner."""

from hashlib import sha256

from domain.programme import LessonText


def following(lesson: LessonText, card: int, chosen: tuple[int, ...], enrolment: int) -> int:
    """The card after this one (-1: the first), when these options were chosen there; `len(cards)` is the end."""
    target = _leads(lesson, card, chosen) if card >= 0 else None
    first, end = card + 1 if target is None else target, len(lesson.cards)
    if not lesson.draw or lesson.exam:  # what a test asks is drawn anew in each sitting
        return min(first, end)
    asked = _drawn(lesson, enrolment)
    return next((each for each in range(first, end) if _id(lesson, each) in asked), end)


def _leads(lesson: LessonText, card: int, chosen: tuple[int, ...]) -> int | None:
    here = lesson.cards[card]
    if here.question and here.question.kind in ("single", "opinion") and chosen:
        option = here.question.options[chosen[0]]
        if option.leads_to is not None:
            return option.leads_to
    return here.leads_to


def _drawn(lesson: LessonText, enrolment: int) -> frozenset[str]:
    """The questions that this learner is asked ("" stands for cards without one)."""
    ids = [question.id for question in lesson.questions]
    seed = f"{enrolment}:{':'.join(ids)}"
    drawn = sorted(ids, key=lambda id_: sha256(f"{seed}:{id_}".encode()).digest())[: lesson.draw]
    return frozenset(("", *drawn))


def _id(lesson: LessonText, card: int) -> str:
    question = lesson.cards[card].question
    return question.id if question else ""
