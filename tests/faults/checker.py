"""The judge: compares what was intended with what happened, and names every broken promise. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final

from tests.faults.evidence import TERMINAL, Copy, Evidence, Issued, Message

IN_FLIGHT: Final = 8  # C: the most messages that one death may leave in doubt


@dataclass(slots=True)
class Verdict:
    """What was found. Each list has a sentence for each broken promise; IN_FLIGHT `duplicates` a kill are allowed."""

    lost: list[str] = field(default_factory=list)
    answers_twice: list[str] = field(default_factory=list)
    effects_twice: list[str] = field(default_factory=list)
    third_copies: list[str] = field(default_factory=list)
    announcements_twice: list[str] = field(default_factory=list)
    unexplained: list[str] = field(default_factory=list)
    duplicates: int = 0
    per_kill: Counter[int] = field(default_factory=Counter)
    ambiguous: int = 0
    unknown: int = 0
    expired: int = 0
    sent: int = 0
    handled: int = 0

    @property
    def max_duplicates_per_kill(self) -> int:
        """The most duplicates that one death made."""
        return max(self.per_kill.values(), default=0)

    @property
    def broken(self) -> list[str]:
        """Every broken promise; empty when all is well."""
        lists = {
            "lost": self.lost,
            "answer twice": self.answers_twice,
            "effect twice": self.effects_twice,
            "third copy": self.third_copies,
            "announcement twice": self.announcements_twice,
            "unexplained": self.unexplained,
        }
        found = [f"{name}: {what}" for name, each in lists.items() for what in each]
        worst = self.max_duplicates_per_kill
        return found + ([f"{worst} duplicates after one kill"] if worst > IN_FLIGHT else [])


def judge(evidence: Evidence) -> Verdict:
    """All promises of faults.md, P1, on one store and its ledger."""
    verdict = Verdict()
    verdict.unexplained += [] if evidence.integrity == "ok" else [f"integrity_check: {evidence.integrity}"]
    _judge_updates(evidence, verdict)
    _judge_steps(evidence, verdict)
    _judge_messages(evidence, verdict)
    _judge_copies(evidence, verdict)
    _judge_intended(evidence, verdict)
    return verdict


def _judge_updates(evidence: Evidence, verdict: Verdict) -> None:
    """Each issued update is in the inbox once, done, with one reply intended."""
    by_origin = defaultdict(list)
    for update in evidence.updates:
        by_origin[update.origin].append(update)
    replies = Counter(
        message.key.split(":")[1] for message in evidence.messages if message.key.startswith("update:")
    )
    for issued in evidence.issued:
        found = by_origin[issued.origin]
        if not found or any(update.state != "done" for update in found):
            verdict.lost.append(f"update {issued} is {[update.state for update in found] or 'not there'}")
            continue
        said = sum(replies[str(update.id)] for update in found)
        if said == 0:
            verdict.lost.append(f"update {issued} has no reply")
        if said > 1 or len(found) > 1:
            verdict.effects_twice.append(f"update {issued}: {len(found)} times in, {said} replies")
        verdict.handled += 1


def _judge_steps(evidence: Evidence, verdict: Verdict) -> None:
    """Each card is asked once, each question answered once and with what was chosen, each press moves on once."""
    places = Counter((step.enrolment, step.lesson, step.card, step.question) for step in evidence.steps)
    _more_than_once(places, "the step of", verdict.effects_twice)
    answered = Counter((each.enrolment, each.lesson, each.card) for each in evidence.answers)
    _more_than_once(answered, "the answer at", verdict.answers_twice)
    _more_than_once(
        Counter(answer.step for answer in evidence.answers), "the answer to", verdict.answers_twice
    )
    _more_than_once(evidence.activities, "the activity of the answer at", verdict.answers_twice)
    known = {step.key: step for step in evidence.steps}
    chosen = {answer.step: answer.chosen for answer in evidence.answers}
    for key, presses in _by_step(evidence.issued).items():
        step, wanted = known.get(key), _chosen(presses)
        if step is None or (wanted is not None and not step.closed):
            verdict.lost.append(f"a press on step {key} did not close it")
        elif wanted and key not in chosen:
            verdict.lost.append(f"the answer {wanted!r} to step {key} is not recorded")
        elif wanted and chosen[key] != wanted:
            verdict.effects_twice.append(f"step {key}: {wanted!r} was chosen, {chosen[key]!r} is recorded")


def _by_step(issued: Iterable[Issued]) -> dict[str, list[Issued]]:
    presses = defaultdict(list)
    for each in issued:
        if each.step:
            presses[each.step].append(each)
    return presses


def _chosen(presses: list[Issued]) -> str | None:
    """The answer that these presses on one step are, as it is stored: "" when they only go on, None for none yet."""
    choices = [press.choice for press in presses]
    if not presses[0].many:
        return "" if choices[0] == "next" else choices[0]
    if "ok" not in choices:
        return None
    ticks = Counter(choices[: choices.index("ok")])
    return ",".join(sorted(tick for tick, times in ticks.items() if times % 2))


def _more_than_once(counted: Mapping[Any, int], what: str, into: list[str]) -> None:
    into += [f"{what} {place} is there {times} times" for place, times in counted.items() if times > 1]


def _judge_messages(evidence: Evidence, verdict: Verdict) -> None:
    """Each message ended; what was sent is in the ledger; what is late or dropped has a reason that was foreseen."""
    there = {(copy.chat, str(copy.message)) for copy in evidence.copies}
    foreseen = ("sent", "unknown", "expired") if evidence.late_allowed else ("sent", "unknown")
    for message in evidence.messages:
        verdict.sent += message.state == "sent"
        verdict.unknown += message.state == "unknown"
        verdict.expired += message.state == "expired"
        verdict.ambiguous += sum(attempt.doubtful for attempt in message.attempts)
        if message.state not in TERMINAL:
            verdict.lost.append(f"message {message} is not at its end")
        elif message.state not in foreseen or (message.state == "expired" and not message.reason):
            verdict.lost.append(f"message {message} ended so: {message.reason or 'no reason'}")
        elif message.state == "sent" and not message.edits and (message.chat, message.sent_as) not in there:
            verdict.lost.append(f"message {message} is not in the ledger")


@dataclass(slots=True)
class _Group:
    """Messages of one chat that look the same, and the copies of them that the messenger took."""

    messages: list[Message] = field(default_factory=list)
    copies: list[Copy] = field(default_factory=list)

    @property
    def over(self) -> int:
        """Copies beyond what these messages may have."""
        return len(self.copies) - sum(message.copies_allowed for message in self.messages)


def _judge_copies(evidence: Evidence, verdict: Verdict) -> None:
    """No copy that nobody intended, none that no doubt explains, never a third, never a second announcement."""
    groups, strangers = _grouped(evidence)
    verdict.unexplained += [f"nobody intended this: {copy}" for copy in strangers]
    for group in groups:
        extra = len(group.copies) - len(group.messages)
        if extra <= 0:
            continue
        verdict.duplicates += extra
        told = f"{len(group.copies)} copies of {', '.join(map(str, group.messages))}"
        if any(message.kind == "announcement" for message in group.messages):
            verdict.announcements_twice.append(told)
        elif group.over > 0 and len(group.copies) > 2 * len(group.messages):
            verdict.third_copies.append(told)
        elif group.over > 0:
            verdict.unexplained.append(f"no doubt explains {told}")
        _blame(evidence.kills, group, extra, verdict)


def _blame(kills: tuple[float, ...], group: _Group, extra: int, verdict: Verdict) -> None:
    """Each duplicate is due to the first death after the start of a doubtful attempt."""
    doubts = sorted(
        attempt.started_at for message in group.messages for attempt in message.attempts if attempt.doubtful
    )
    for started_at in doubts[:extra]:
        blamed = next((number for number, at in enumerate(kills) if at >= started_at), None)
        if blamed is None:
            verdict.unexplained.append(
                f"no death explains the copies of {', '.join(map(str, group.messages))}"
            )
        else:
            verdict.per_kill[blamed] += 1


def _grouped(evidence: Evidence) -> tuple[list[_Group], list[Copy]]:
    """Copies with the messages that they are copies of, and copies that nobody intended.

    The messenger's number tells whose copy it is; where the store does not know the number, the same content in the
    same chat does; what is left belongs to messages in the chat that may have arrived and whose numbers nobody knows.
    """
    claimed = {
        (message.chat, message.sent_as): message
        for message in evidence.messages
        if message.sent_as and not message.edits
    }
    groups: dict[tuple[int, str], _Group] = defaultdict(_Group)
    for copy in evidence.copies:
        if (copy.chat, str(copy.message)) in claimed:
            group = groups[copy.chat, copy.content]
            group.messages.append(claimed[copy.chat, str(copy.message)])
    strangers: list[Copy] = []
    doubted = _doubted(evidence)
    for copy in evidence.copies:
        place = (copy.chat, copy.content)
        if (place not in groups or groups[place].over >= 0) and (
            message := _whose(copy, doubted.get(copy.chat, []))
        ):
            doubted[copy.chat].remove(message)
            groups[place].messages.append(message)
        if place in groups:
            groups[place].copies.append(copy)
        else:
            strangers.append(copy)
    return list(groups.values()), strangers


def _doubted(evidence: Evidence) -> dict[int, list[Message]]:
    """By chat: messages that may have arrived under a number that the store does not know."""
    found = defaultdict(list)
    for message in evidence.messages:
        if not message.sent_as and not message.edits and any(each.doubtful for each in message.attempts):
            found[message.chat].append(message)
    return found


def _whose(copy: Copy, candidates: list[Message]) -> Message | None:
    """The first of the candidates that this may be a copy of, by its words if the store has them, and by its time."""
    for message in candidates:
        begun = any(each.doubtful and each.started_at <= copy.at for each in message.attempts)
        if begun and message.text in ("", copy.text):
            return message
    return None


def _judge_intended(evidence: Evidence, verdict: Verdict) -> None:
    """What the harness arranged is a message to each of them, once."""
    intended = evidence.intended
    reminders = Counter(message.chat for message in evidence.messages if message.kind == "reminder")
    again = Counter(message.chat for message in evidence.messages if message.key.startswith("review:"))
    told = Counter(message.chat for message in evidence.messages if message.announcement is not None)
    wanted = Counter(chain.from_iterable(intended.announcements.values()))
    shown = {(step.enrolment, step.lesson) for step in evidence.steps if step.card == 0}
    verdict.lost += [f"nobody reminds {chat}" for chat in sorted(intended.reminders) if not reminders[chat]]
    verdict.lost += [f"nobody asks {chat} again" for chat in sorted(intended.reviews) if not again[chat]]
    _more_than_once(again, "the question of", verdict.effects_twice)
    verdict.lost += [f"lesson {lesson} is not shown" for lesson in sorted(intended.lessons - shown)]
    _more_than_once(
        Counter({chat: reminders[chat] for chat in intended.reminders}),
        "the reminder of",
        verdict.effects_twice,
    )
    for chat, times in wanted.items():
        if told[chat] < times:
            verdict.lost.append(f"{chat} was to be told {times} announcements, and is told {told[chat]}")
        elif told[chat] > times:
            verdict.announcements_twice.append(f"{chat} has {told[chat]} rows for {times} announcements")
