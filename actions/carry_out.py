"""Carry out what the conversation decided: state changes and outbox rows, in the caller's transaction."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from actions import (
    announce_in_chat,
    attend,
    confirm,
    correct,
    employ,
    my_data,
    privacy_notice,
    tell_person,
    vote,
)
from actions.arrive import Door
from actions.begin_again import begin_again
from actions.certify import issue
from actions.keys import new_code
from domain import effect as to
from domain.at_announcement import Confirm, OfAnnouncement, Vote
from domain.at_the_door import AtTheDoor
from domain.at_webinar import OfWebinar
from domain.certifying import certified, issued
from domain.effect import Effect
from domain.facts import Step
from domain.mailbox import MAIL
from domain.message import Feedback, Kind, Message, OwnData, ShowCard
from domain.offers import offers
from domain.own_data import filed
from storage import (
    activity,
    addresses,
    answers,
    calendars,
    codes,
    doorsteps,
    enrolments,
    erasures,
    given,
    invitations,
    lesson_time,
    outbox,
    people,
    programmes,
    queueing,
    sittings,
    steps,
    studies,
)
from storage.addresses import Address
from storage.database import Connection
from storage.outbox import New, Passed

_OF_CARDS: Final = (ShowCard, Feedback)


class Raced(Exception):
    """Somebody else was first; load the facts again and decide anew."""


class WrittenBefore(Exception):
    """A message with this key is in the outbox already: nothing of this turn is kept."""


@dataclass(slots=True)
class Turn:
    """One turn of a talk: where it is held, who with, and what made it.

    `occurrence` is unique to what made it (an update, a lesson and when it was due), so that no message is written
    twice: WrittenBefore is raised for it.
    `enrolled` gives the effects that follow an enrolment, `passed` is what the gate said of what comes by time,
    `code` gives the secret of a new certificate; `code_key` makes the codes of mails (empty where none is sent),
    `door_key` those at the doors of sessions.
    `standing` are the person's steps that are open, where it is known, `house` is whose all that is said is, `givers`
    which organisation alone gave which programme, where it is known.
    """

    tx: Connection
    address: Address
    person: int | None
    occurrence: str
    kind: Kind
    now: datetime
    enrolled: Callable[[int], Iterable[Effect]]
    organisation: int | None = None
    passed: Passed | None = None
    code_key: bytes = field(default=b"", repr=False)
    door_key: bytes = field(default=b"", repr=False)
    code: Callable[[], str] = new_code
    standing: Sequence[Step] | None = None
    house: int | None = None
    givers: Mapping[int, int] | None = None
    said: int = field(default=0)
    done: list[Effect] = field(default_factory=list)

    def carry_out(self, effects: Iterable[Effect]) -> None:
        """Do all of it, in order."""
        for effect in effects:
            self.done.append(effect)
            if isinstance(effect, OfWebinar):
                self._do_of_webinar(effect)
            elif isinstance(effect, OfAnnouncement):
                self._do_of_announcement(effect)
            else:
                self._do(effect)

    def _do(self, effect: Effect) -> None:
        match effect:
            case to.Say(message, edits_step):
                self._say(message, edits_step)
            case to.OpenStep() | to.CloseStep() | to.Ask() | to.Select() | to.Record() | to.FinishLesson():
                self._do_step(effect)
            case to.BeginTest() | to.CountInTest() | to.EndTest() | to.SendCode() | to.CountWrong():
                self._do_test(effect)
            case to.Move() | to.Wait() | to.SetState() | to.Enrol() | to.Renew() | to.MoveOn() | to.Certify():
                self._do_study(effect)
            case to.Join() | to.SetLanguage() | to.Note() | to.Remember():  # remember.py does the last
                self._do_person(effect)
            case to.SetHour() | to.SetDays() | to.SetSnooze() | to.SetLeave() | to.SetReviews():
                self._do_rhythm(effect)
            case _ if isinstance(effect, AtTheDoor):
                self._do_at_the_door(effect)
            case _:
                self._do_own_data(effect)

    def _do_of_webinar(self, effect: OfWebinar) -> None:
        for told in attend.carry_out(self.tx, self._who(), effect, self.now, key=self.door_key):
            self._say(told, "")

    def _do_of_announcement(self, effect: OfAnnouncement) -> None:
        who, mails = people.get(self.tx, self._who()), bool(self.code_key)
        match effect:
            case Confirm(announcement):
                self._say(confirm.confirm(self.tx, who.id, announcement, self.now), "")
            case Vote(announcement, choice):
                self._say(vote.vote(self.tx, who, announcement, choice, self.now), "")
            case _:
                talk = announce_in_chat.Talk(who, self.address, self.occurrence, self.now, mails)
                for told in announce_in_chat.carry_out(self.tx, talk, effect):
                    self._say(told, "")

    def _say(self, message: Message, edits_step: str) -> None:
        self.said += 1
        tx, place = self.tx, self.address
        edits = outbox.newest_of_step(tx, place.id, edits_step) if edits_step else None
        to = outbox.To(place.id, place.channel, self.person, self._house(message))
        key = f"{self.occurrence}:{self.said}"
        new = New(to, message, key, self.kind, passed=self.passed, edits=edits)
        if outbox.add(tx, new, self.now) is None:
            raise WrittenBefore(key)
        offered = self._offers(message)
        if offered or isinstance(message, ShowCard):
            addresses.offer(tx, place.id, offered)

    def _house(self, message: Message) -> int | None:
        """Whose message it is: that of the organisation which alone gave what it is about. What may be about several
        is nobody's."""
        if self.person is None or self.organisation is None:
            return self.organisation
        if self.house is not None:
            return self.house
        if not self._given():
            return self.organisation
        if isinstance(message, _OF_CARDS):
            return self._giver(programmes.owner(self.tx, message.version) or 0)
        return None

    def _giver(self, programme: int) -> int | None:
        """Whose a message about this programme is."""
        return self._given().get(programme, self.organisation)

    def _given(self) -> Mapping[int, int]:
        """The places that alone gave the person something, by the programme."""
        if self.givers is None:
            found = given.givers(self.tx, [self._who()])
            self.givers = {programme: place for (_, programme), place in found.items()}
        return self.givers

    def _offers(self, message: Message) -> tuple[str, ...]:
        if not isinstance(message, _OF_CARDS):
            return offers(message, None)
        lesson = programmes.version(self.tx, message.version).lessons[message.lesson]
        return offers(message, lesson.texts[0].cards[message.card].question)

    def _do_step(self, effect: Effect) -> None:
        tx, now = self.tx, self.now
        match effect:
            case to.OpenStep(step):
                steps.put(tx, step, now, alone=self._alone(step))
            case to.CloseStep(key):
                if not steps.close(tx, key, now):
                    raise Raced
            case to.Ask(key):
                steps.ask(tx, key, now)
            case to.Select(key, selected):
                steps.tick(tx, key, selected)
            case to.Record():
                self._record(effect)
            case to.FinishLesson():
                self._finish_lesson(effect)

    def _alone(self, step: Step) -> bool:
        """Whether no other step of the enrolment is open for the same purpose; also False when it is not known."""
        if self.standing is None:
            return False
        closed = {each.key for each in self.done if isinstance(each, to.CloseStep)}
        opened = [each.step for each in self.done[:-1] if isinstance(each, to.OpenStep)]
        beside = (each for each in (*self.standing, *opened) if each.key not in closed)
        return not any((each.enrolment, each.purpose) == (step.enrolment, step.purpose) for each in beside)

    def _finish_lesson(self, done: to.FinishLesson) -> None:
        tx, lesson, skipped = self.tx, done.lesson, done.skipped
        version = enrolments.get(tx, done.enrolment).version
        studies.finish_lesson(tx, done.enrolment, lesson, self.now, skipped=skipped)
        lesson_time.count(tx, done.enrolment, programmes.version(tx, version).lessons[lesson], lesson)
        how = {"skipped": True} if skipped else {}
        counts = {"right": done.right, "graded": done.graded}
        self._note("lesson_done", version=version, lesson=lesson, **counts, **how)

    def _do_test(self, effect: Effect) -> None:
        match effect:
            case to.BeginTest(sitting):
                kept = sittings.begin(self.tx, sitting)
            case to.CountInTest(sitting) | to.EndTest(sitting):
                kept = sittings.keep(self.tx, sitting)
            case to.CountWrong(mailed):
                kept = codes.count_wrong(self.tx, mailed)
            case to.SendCode(mailed, address, message):
                codes.add(self.tx, self._who(), mailed)
                kept = self._mail(address, message, f"code:{mailed.seed}", self._house_of(mailed.step))
            case _:
                return
        if not kept:
            raise Raced

    def _house_of(self, key: str) -> int | None:
        """Whose a message about this step is."""
        step = steps.by_key(self.tx, key, self._who()) if self._given() else None
        return self._giver(enrolments.get(self.tx, step.enrolment).programme) if step else self.organisation

    def _mail(self, address: str, message: Message, key: str, house: int | None) -> bool:
        """To the roster's address, which is nobody's place to learn in: no lesson and no reminder goes there."""
        place = addresses.find_or_add(self.tx, MAIL, address, None, self.now)
        if not place.reachable:  # whoever asks for a code has it tried again
            addresses.reach(self.tx, place.id, reachable=True)
        to = outbox.To(place.id, MAIL, self.person, house)
        return outbox.add(self.tx, New(to, message, key, "code"), self.now) is not None

    def _record(self, record: to.Record) -> None:
        step = record.step
        if not answers.record(self.tx, record, self.now):
            raise Raced
        self._note(
            "answered",
            version=record.version,
            lesson=step.lesson,
            card=step.card,
            question=record.question,
            chosen=",".join(map(str, record.given.chosen)),
            correct=record.correct,
            **({} if step.purpose == "lesson" else {"purpose": step.purpose}),
        )

    def _do_study(self, effect: Effect) -> None:
        tx = self.tx
        match effect:
            case to.Move(enrolment, lesson, card):
                enrolments.move(tx, enrolment, lesson, card, self.now)
            case to.Wait(enrolment, until):
                enrolments.wait(tx, enrolment, until)
            case to.SetState(enrolment, state):
                enrolments.set_state(tx, enrolment, state)
            case to.Enrol(programme):
                self._enrol(programme)
            case to.Renew(enrolment, programme):
                self._renew(enrolment, programme)
            case to.MoveOn():
                self._move_on(effect)
            case to.Certify(enrolment, told):
                certificate = issue(tx, enrolment, code=self.code(), now=self.now)
                self._say(certified(told, certificate), "")
                self._say(issued(certificate), "")

    def _enrol(self, programme: int) -> None:
        version = programmes.newest(self.tx)[programme]
        new = enrolments.enrol(self.tx, person=self._who(), programme=programme, version=version, at=self.now)
        if new is not None:
            self.givers = None
            self._note("enrolled", version=version)
        self.carry_out(self.enrolled(programme))

    def _renew(self, enrolment: int, programme: int) -> None:
        begin_again(self.tx, enrolment, programme, self.now)
        self.carry_out(self.enrolled(programme))

    def _move_on(self, moved: to.MoveOn) -> None:
        tx, enrolment = self.tx, moved.enrolment
        before = programmes.version(tx, moved.old)
        if not enrolments.move_on(tx, enrolment, (moved.old, moved.new), moved.lesson, self.now):
            raise Raced
        lesson_time.count_old(tx, enrolment, before)
        studies.remap_lessons(tx, enrolment, moved.places)
        steps.leave(tx, enrolment, moved.old, self.now)
        self._note("moved_on", version=moved.new)

    def _do_person(self, effect: Effect) -> None:
        match effect:
            case to.Join(invitation, person):
                self._join(invitation, person)
            case to.SetLanguage(language):
                addresses.speak(self.tx, self.address.id, language)
                if self.person is not None:
                    people.set_language(self.tx, self.person, language)
            case to.Note(what, details):
                activity.note(self.tx, self._who(), what, self.now, **details)

    def _do_own_data(self, effect: Effect) -> None:
        match effect:
            case to.Work() | to.WorkHere():
                self._do_work(effect)
            case to.GiveCopy(kind):
                self._say(OwnData(erasures.link(self.tx, self._who(), self.now), kind), "")
            case to.AskErasure():
                my_data.erase(self.tx, self._who(), self.now)
            case to.AskCorrection(wish):
                self._say(filed(wish, correct.ask(self.tx, self._who(), wish, self.now)), "")
            case to.MakeCalendar(seed):
                calendars.make(self.tx, self._who(), seed, self.now)
            case to.EndCalendar():
                calendars.end(self.tx, self._who())
            case to.StopHere():
                queueing.drop_at(self.tx, self.address.id, self.now)
                addresses.unbind(self.tx, self.address.id, self._who())

    def _do_work(self, effect: to.Work | to.WorkHere) -> None:
        if isinstance(effect, to.WorkHere):
            employ.come(self.tx, self._who(), effect.organisation, self.now)
            return
        became = employ.answer(self.tx, self._who(), effect.employment, self.now, works=effect.works)
        self.givers = None
        self._say(employ.ANSWERED[became], "")

    def _do_rhythm(self, effect: Effect) -> None:
        match effect:
            case to.SetHour(hour):
                people.set_hour(self.tx, self._who(), hour)
            case to.SetDays(days):
                people.set_days(self.tx, self._who(), days)
            case to.SetSnooze(until):
                people.set_snooze(self.tx, self._who(), until)
            case to.SetLeave(first, last):
                people.set_leave(self.tx, self._who(), first, last)
            case to.SetReviews(on):
                people.set_reviews(self.tx, self._who(), on=on)

    def _do_at_the_door(self, effect: AtTheDoor) -> None:
        door = Door(self.tx, self.address, self.person, self.now, self.code_key, self.code)
        if not door.carry_out(effect):
            raise Raced

    def _join(self, invitation: int, person: int) -> None:
        tx, place, now = self.tx, self.address, self.now
        if not invitations.redeem(tx, invitation, place.id, now):
            raise Raced
        if self.person is None:
            addresses.bind(tx, place.id, person, now, invitation)
            doorsteps.leave(tx, place.id)
            privacy_notice.agree(tx, person, place.language, now)
            self.person = person
            self._note("joined", channel=place.channel)
            tell_person.joined(tx, person, place, now, mails=bool(self.code_key))

    def _note(self, what: activity.Happening, **details: str | int | bool | None) -> None:
        place = self.house or (None if self._given() else self.organisation)
        activity.note(self.tx, self._who(), what, self.now, place, **details)

    def _who(self) -> int:
        assert self.person is not None, "the conversation does this only for someone who joined"
        return self.person
