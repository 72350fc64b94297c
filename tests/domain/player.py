"""A learner without a messenger and a store: what the conversation decides is kept as plain data, and checked.

It does what the actions do with each effect, and refuses what must never be decided.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count

from domain import examining, own_data, reading, studying
from domain.at_the_door import TalkAbout
from domain.certificate import Certificate, expiry, number_of
from domain.certifying import certified
from domain.choosing import pieces
from domain.conversation import enrolled, respond
from domain.effect import (
    Ask,
    BeginTest,
    Certify,
    CloseStep,
    CountInTest,
    Effect,
    EndTest,
    Enrol,
    Find,
    FinishLesson,
    GiveCopy,
    Join,
    Move,
    MoveOn,
    Note,
    OpenStep,
    Read,
    Record,
    Remember,
    Renew,
    Say,
    Select,
    SetDays,
    SetHour,
    SetLanguage,
    SetLeave,
    SetReviews,
    SetSnooze,
    SetState,
    Share,
    ShowOwnData,
    Wait,
)
from domain.event import Event, Pressed, Said, StepPress, meaning_of
from domain.facts import Facts, Held, Shelf, Step, Study
from domain.grading import Given, is_right, number_in, score
from domain.message import Announcement, Issued, Message, Notice, OwnData, ShowCard
from domain.offers import by_number, offers
from domain.person import Person
from domain.question import Question
from domain.sitting import ENTRY, Sitting
from tests.domain.make import NOW, person


@dataclass
class Player:
    """Somebody who joined. `steps` and `answers` are in their order, `studies` with the one touched last at the end."""

    shelf: tuple[Shelf, ...]
    person: Person = field(default_factory=person)
    now: datetime = NOW
    studies: dict[int, Study] = field(default_factory=dict)
    steps: dict[str, Step] = field(default_factory=dict)
    answers: list[Record] = field(default_factory=list)
    done: list[FinishLesson] = field(default_factory=list)
    sittings: list[Sitting] = field(default_factory=list)
    said: list[Message] = field(default_factory=list)
    certificates: list[Held] = field(default_factory=list)
    offers: tuple[str, ...] = ()
    numbers: Iterable[int] = field(default_factory=lambda: count(1))

    def say(self, text: str) -> list[Effect]:
        """Write something."""
        return self.do(Said(text))

    def press(self, data: str) -> list[Effect]:
        """Press a button."""
        return self.do(Pressed(data))

    def do(self, event: Event) -> list[Effect]:
        """Do something in the messenger, and see to everything that follows; there is always an answer to it."""
        self.now += timedelta(seconds=5)
        event = by_number(event, self.offers)
        meaning, heard = meaning_of(event), len(self.said)
        pressed = self.steps.get(meaning.key) if isinstance(meaning, StepPress) else None
        effects = respond(self.facts(pressed), event, self.new_key)
        self.carry_out(effects)
        assert len(self.said) > heard, "silence"
        if pressed and any(says_recorded(message) for message in self.said[heard:]):
            assert pressed.key in {answer.step.key for answer in self.answers}, "not recorded at all"
        return effects

    def enrol(self, programme: int) -> None:
        """Take a programme."""
        self.carry_out([Enrol(programme)])

    def wait(self) -> bool:
        """Let time pass until a lesson comes by itself; whether one was on its way."""
        due = [study for study in self.studies.values() if study.due_at and study.state == "active"]
        if not due:
            return False
        next_ = min(due, key=lambda study: study.due_at or self.now)
        assert next_.due_at is not None
        self.now = max(self.now, next_.due_at)
        self.carry_out(studying.begin(self.facts(), self._counted(next_), self.new_key, "time"))
        return True

    def close_tests(self) -> None:
        """What the scheduler does when the time of tests is over."""
        for sitting in [each for each in self.sittings if not each.finished_at and each.over(self.now)]:
            study = self._counted(self.studies[sitting.enrolment])
            self.carry_out(examining.time_over(self.facts(), study))

    def facts(self, pressed: Step | None = None) -> Facts:
        """What the actions would load."""
        waiting = [step for step in reversed(self.steps.values()) if not step.closed]
        return Facts(
            self.now,
            self.person.language,
            self.person,
            studies=tuple(self._counted(study) for study in reversed(self.studies.values())),
            shelf=self.shelf,
            open=waiting[0] if waiting else None,
            pressed=pressed,
            waiting=tuple(waiting[1:]),
            certificates=tuple(self.certificates),
        )

    def new_key(self) -> str:
        """Keys that were never there before."""
        return f"step{next(iter(self.numbers))}"

    def question(self, step: Step) -> Question | None:
        """The question on a step's card."""
        return step.of(self.studies[step.enrolment], self.person.language).question

    def asks(self, kind: str) -> bool:
        """Whether a question of this kind is open, asked last."""
        waiting = self.facts().open
        question = self.question(waiting) if waiting and waiting.question else None
        return question is not None and question.kind == kind

    def carry_out(self, effects: Iterable[Effect]) -> None:
        """Keep what follows from each effect."""
        decided = list(effects)
        closed = {effect.key for effect in decided if isinstance(effect, CloseStep)}
        assert all(effect.step.key in closed for effect in decided if isinstance(effect, Record))
        for effect in decided:
            self._do(effect)

    def _do(self, effect: Effect) -> None:
        assert not isinstance(effect, MoveOn), "there is one version of everything here"
        match effect:
            case Say(message, edits_step):
                self._hear(message, edits_step)
            case OpenStep() | CloseStep() | Ask() | Select() | Record() | FinishLesson():
                self._do_step(effect)
            case BeginTest() | CountInTest() | EndTest():
                self._do_test(effect)
            case Move() | Wait() | SetState() | Enrol() | Renew() | Certify():
                self._do_study(effect)
            case SetLanguage() | SetHour() | SetDays() | SetSnooze() | SetLeave() | SetReviews():
                self._do_person(effect)
            case Find() | Read() | Share() | ShowOwnData() | GiveCopy():
                self._look(effect)
            case Note() | Remember() | TalkAbout() | Join():
                assert isinstance(effect, Note | Remember), f"{effect} for somebody who has joined"

    def _look(self, effect: Find | Read | Share | ShowOwnData | GiveCopy) -> None:
        """Nothing is ever found here, and hardly anything kept."""
        match effect:
            case Find():
                self.carry_out(reading.found(self.facts(), effect, ()))
            case ShowOwnData():
                self.carry_out(own_data.shown(self.person, "", {}, None))
            case GiveCopy(kind):
                self.said.append(OwnData("", kind))
            case _:
                self.carry_out(reading.gone())

    def _do_person(self, effect: Effect) -> None:
        match effect:
            case SetReviews(on):
                self.person = replace(self.person, reviews=on)
            case SetLanguage(language):
                self.person = replace(self.person, language=language)
            case SetHour(hour):
                self.person = replace(self.person, hour=hour)
            case SetDays(days):
                self.person = replace(self.person, days=days)
            case SetSnooze(until):
                assert until is None or until > self.now
                self.person = replace(self.person, snoozed_until=until)
            case SetLeave(first, last):
                assert (first is None) == (last is None)
                self.person = replace(self.person, leave_from=first, leave_until=last)

    def _hear(self, message: Message, edits_step: str) -> None:
        self.said.append(message)
        assert not edits_step or not self.steps[edits_step].closed
        assert not isinstance(message, Announcement | Issued | OwnData), (
            "no coordinator is here, and no store"
        )
        if isinstance(message, Notice):
            offered = offers(message, None)
        else:
            [study] = [each for each in self.studies.values() if each.version == message.version]
            card = study.text(self.person.language, message.lesson).cards[message.card]
            offered = offers(message, card.question)
            if isinstance(message, ShowCard):
                assert not self.steps[message.step].closed
        if offered or isinstance(
            message, ShowCard
        ):  # a notice without choices leaves those before it standing
            self.offers = offered

    def _do_step(self, effect: OpenStep | CloseStep | Ask | Select | Record | FinishLesson) -> None:
        match effect:
            case OpenStep(step):
                self._open(step)
            case CloseStep(key):
                assert not self.steps[key].closed, "closed twice"
                self.steps[key] = replace(self.steps[key], closed=True)
            case Ask(key):
                assert not self.steps[key].closed
                self.steps[key] = self.steps.pop(key)  # asked last
            case Select(key, selected):
                assert self.steps[key].question
                assert not self.steps[key].closed
                self.steps[key] = replace(self.steps[key], selected=selected)
            case Record():
                self._record(effect)
            case FinishLesson():
                assert (effect.enrolment, effect.lesson) not in {(e.enrolment, e.lesson) for e in self.done}
                self.done.append(effect)

    def _do_test(self, effect: BeginTest | CountInTest | EndTest) -> None:
        """At most one sitting of an enrolment runs; answers are added one by one, and none after its end."""
        now, running = effect.sitting, self.running(effect.sitting.enrolment)
        if isinstance(effect, BeginTest):
            assert running is None
            assert now.finished_at is None
            self.sittings.append(now)
            return
        assert running is not None
        assert (running.lesson, running.number, running.asked) == (now.lesson, now.number, now.asked)
        assert now.worths[: running.place] == running.worths
        assert now.place - running.place <= 1
        assert (now.finished_at is not None) == isinstance(effect, EndTest)
        self.sittings[self.sittings.index(running)] = now

    def running(self, enrolment: int) -> Sitting | None:
        """The sitting that is not over."""
        return next(
            (each for each in self.sittings if each.enrolment == enrolment and not each.finished_at), None
        )

    def _open(self, step: Step) -> None:
        assert step.key not in self.steps
        assert not step.question or self.question(step) is not None
        for key, other in self.steps.items():
            if (other.enrolment, other.purpose) == (step.enrolment, step.purpose):
                self.steps[key] = replace(other, closed=True)
        self.steps[step.key] = step

    def _record(self, record: Record) -> None:
        question = self.question(record.step)
        assert question is not None
        assert record.step.question
        assert record.question == question.id
        assert_answer(question, record.given)
        assert record.correct == is_right(question, record.given)
        assert record.worth == score(question, record.given)
        sat = self.running(record.step.enrolment) if record.step.purpose == "test" else None
        assert (sat is not None) == (record.step.purpose == "test")
        asked = {
            (each.step.enrolment, each.question) for each in self.answers if each.step.purpose == "lesson"
        }
        assert sat or (record.step.enrolment, record.question) not in asked, "answered twice"
        assert sat is None or sat.asked[sat.place] == (record.step.lesson, record.step.card)
        self.answers.append(record)

    def _certify(self, enrolment: int, told: Notice) -> None:
        study = self.studies[enrolment]
        counted, rules = self._counted(study), study.programme.rules
        assert rules.valid_months is not None
        tested = study.programme.final_test is not None
        assert tested or counted.right * 100 >= rules.passing * counted.graded
        number, today = number_of(2026, len(self.certificates) + 1), self.now.date()
        paper = Certificate(number, number, "", "", "", "lt", 0, today, expiry(today, rules.valid_months))
        self.certificates.insert(0, Held(enrolment, paper))
        self._hear(certified(told, paper), "")

    def _renew(self, enrolment: int, programme: int) -> None:
        """What was done in it before does not count."""
        study = self.studies[enrolment]
        assert study.state == "finished"
        self.studies[enrolment] = replace(study, state="active", lesson=0, card=-1)
        self.answers = [each for each in self.answers if each.step.enrolment != enrolment]
        self.done = [each for each in self.done if each.enrolment != enrolment]
        self.carry_out(enrolled(self.facts(), programme, self.new_key))

    def _do_study(self, effect: Move | Wait | SetState | Enrol | Renew | Certify) -> None:
        match effect:
            case Move(enrolment, lesson, card):
                study = self.studies.pop(enrolment)
                assert study.state != "finished"
                exam = study.programme.lessons[lesson].texts[0].exam
                entered = study.card == 0 and any(each.lesson == ENTRY for each in self.sittings)
                again = (exam or entered) and (lesson, card) == (study.lesson, -1)
                done = {each.lesson for each in self.done if each.enrolment == enrolment}
                chosen = study.programme.rules.order == "free" and lesson not in done
                assert again or chosen or (lesson, card) >= (study.lesson, study.card), "back again"
                assert -1 <= card < len(study.programme.lessons[lesson].texts[0].cards)
                moved = replace(study, lesson=lesson, card=card, state="active", due_at=None)
                self.studies[enrolment] = moved
            case Wait(enrolment, until):
                assert until is None or until > self.now
                self.studies[enrolment] = replace(self.studies[enrolment], due_at=until)
            case SetState(enrolment, state):
                self.studies[enrolment] = replace(self.studies[enrolment], state=state)
            case Enrol(programme):
                if programme not in {study.programme_id for study in self.studies.values()}:
                    taken = next(each for each in self.shelf if each.programme_id == programme)
                    number = len(self.studies) + 1
                    new = Study(number, programme, taken.version, taken.programme, "active", 0, -1)
                    self.studies[number] = new
                self.carry_out(enrolled(self.facts(), programme, self.new_key))
            case Renew(enrolment, programme):
                self._renew(enrolment, programme)
            case Certify(enrolment, told):
                self._certify(enrolment, told)

    def _counted(self, study: Study) -> Study:
        taught = [each for each in self.answers if each.step.purpose == "lesson"]
        mine = [each for each in taught if each.step.enrolment == study.enrolment]
        graded = [each for each in mine if each.correct is not None]
        here = [each for each in graded if each.step.lesson == study.lesson]
        return replace(
            study,
            done=sum(each.enrolment == study.enrolment for each in self.done),
            right=sum(bool(each.correct) for each in graded),
            graded=len(graded),
            lesson_right=sum(bool(each.correct) for each in here),
            lesson_graded=len(here),
            lessons_done=frozenset(each.lesson for each in self.done if each.enrolment == study.enrolment),
            sittings=tuple(each for each in self.sittings if each.enrolment == study.enrolment),
        )


def assert_answer(question: Question, given: Given) -> None:
    """Whether it is a whole answer, of what there is to choose from or in words."""
    chosen, count = given.chosen, len(pieces(question))
    assert (chosen == ()) == question.written
    assert (given.words != "") == question.written
    assert set(chosen) <= set(range(count))
    match question.kind:
        case "single" | "opinion":
            assert len(chosen) == 1
        case "multiple":
            assert chosen == tuple(sorted(set(chosen)))
        case "order":
            assert sorted(chosen) == list(range(count))
        case "match":
            assert len(chosen) == len(question.targets)
            assert count < len(question.targets) or len(set(chosen)) == count
        case "number":
            assert number_in(given.words)


def says_recorded(message: Message) -> bool:
    """Whether a message says that there is an answer already."""
    return isinstance(message, Notice) and message.lines[0].text == "study.recorded"
