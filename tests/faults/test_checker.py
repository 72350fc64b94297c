"""The judge of the fault runs finds what it is there for: each broken promise, made by hand, is named."""

from dataclasses import replace
from typing import Any

import pytest

from tests.faults.checker import Verdict, judge
from tests.faults.evidence import Answer, Attempt, Copy, Evidence, Intended, Issued, Message, Step, Update

SENT = Attempt(10.0, "sent")
NOBODY_KNOWS = Attempt(9.0, "")
KILL = 9.5
REPLY = Message(1, "update:1:1", 7, "reply", "sent", 9.0, "100", attempts=(SENT,))
TOLD = Message(
    2,
    "announcement:1:7",
    7,
    "announcement",
    "sent",
    9.0,
    "101",
    announcement=1,
    text="Hear",
    attempts=(SENT,),
)
FIRST, HEAR = Copy(10.1, 7, 100, "Right", "Right [next]"), Copy(10.2, 7, 101, "Hear", "Hear")
ALL_WELL = Evidence(
    messages=(REPLY, TOLD),
    copies=(FIRST, HEAR),
    updates=(Update(1, "press-1", "done"),),
    steps=(
        Step("k", 3, 0, 1, question=True, closed=True),
        Step("l", 3, 0, 1, question=False, closed=True),
        Step("n", 3, 0, 2, question=False, closed=False),
    ),
    answers=(Answer("k", 3, 0, 1, "2"),),
    activities={(3, 0, 1): 1},
    issued=(Issued(8.0, 7, "press-1", "k:2"),),
    intended=Intended(announcements={"Hear": frozenset({7})}),
    kills=(KILL,),
)


def after(**changes: Any) -> Verdict:
    """The verdict on a round in which all was well but for these changes."""
    return judge(replace(ALL_WELL, **changes))


def in_doubt(message: Message, **changes: Any) -> Message:
    """The message, sent once more after a death."""
    return replace(message, attempts=(NOBODY_KNOWS, SENT), **changes)


def test_all_is_well() -> None:
    verdict = judge(ALL_WELL)
    assert verdict.broken == []
    assert (verdict.sent, verdict.handled, verdict.duplicates, verdict.ambiguous) == (2, 1, 0, 0)


def test_one_more_copy_after_a_death_is_counted_and_blamed() -> None:
    verdict = after(messages=(in_doubt(REPLY), TOLD), copies=(replace(FIRST, message=99), FIRST, HEAR))
    assert verdict.broken == []
    assert (verdict.duplicates, verdict.max_duplicates_per_kill, verdict.ambiguous) == (1, 1, 1)


def test_an_announcement_that_nobody_is_sure_of_stays_unknown() -> None:
    unknown = replace(TOLD, state="unknown", sent_as="", attempts=(NOBODY_KNOWS,))
    for copies in ((FIRST, HEAR), (FIRST,)):
        verdict = after(messages=(REPLY, unknown), copies=copies)
        assert (verdict.broken, verdict.unknown, verdict.duplicates) == ([], 1, 0)


MORE = replace(REPLY, id=3, key="update:1:2", sent_as="102")
AGAIN = replace(TOLD, id=3, key="announcement:2:7", sent_as="102")
ASKED = replace(TOLD, id=4, key="review:7:1", kind="lesson", announcement=None, sent_as="103")
ASKED_THEM = replace(HEAR, message=103, content="One")
TWO = (replace(FIRST, message=99), FIRST, HEAR)
THREE = (replace(FIRST, message=98), *TWO)
HEARD_TWICE = (FIRST, replace(HEAR, message=99), HEAR)
NOT_SENT = {
    f"a message ends as {state}": {
        "messages": (replace(REPLY, state=state, sent_as="", attempts=()), TOLD),
        "copies": (HEAR,),
    }
    for state in ("ready", "sending", "waiting", "failed", "dropped", "expired", "held")
}
BROKEN: dict[str, dict[str, dict[str, Any]]] = {
    "lost": {
        **NOT_SENT,
        "an update is not there": {"updates": ()},
        "an update waits for ever": {"updates": (Update(1, "press-1", "new"),)},
        "an update is set aside": {"updates": (Update(1, "press-1", "quarantined"),)},
        "an update has no reply": {"messages": (TOLD,), "copies": (HEAR,)},
        "an answer is not recorded": {"answers": ()},
        "a press left no trace": {"steps": ()},
        "a step stays open": {"steps": (replace(ALL_WELL.steps[0], closed=False),)},
        "a message is said to be sent": {"copies": (HEAR,)},
        "somebody is not told": {"messages": (REPLY,), "copies": (FIRST,)},
        "somebody is not reminded": {"intended": Intended(reminders=frozenset({7}))},
        "somebody is not asked again": {"intended": Intended(reviews=frozenset({7}))},
        "a lesson is not shown": {"intended": Intended(lessons=frozenset({(4, 0)}))},
    },
    "answers_twice": {
        "a question is answered twice": {"answers": (*ALL_WELL.answers, Answer("m", 3, 0, 1, "2"))},
        "a step is answered twice": {"answers": (*ALL_WELL.answers, Answer("k", 3, 0, 2, "2"))},
        "an answer is noted twice": {"activities": {(3, 0, 1): 2}},
    },
    "effects_twice": {
        "another answer is recorded": {"answers": (Answer("k", 3, 0, 1, "1"),)},
        "a card is asked twice": {"steps": (*ALL_WELL.steps, replace(ALL_WELL.steps[2], key="o"))},
        "an update is in twice": {"updates": (*ALL_WELL.updates, Update(2, "press-1", "done"))},
        "an update has two replies": {
            "messages": (REPLY, MORE, TOLD),
            "copies": (FIRST, replace(FIRST, message=102, content="More"), HEAR),
        },
        "somebody is asked again twice": {
            "messages": (*ALL_WELL.messages, ASKED, replace(ASKED, id=5, key="review:7:2", sent_as="104")),
            "copies": (*ALL_WELL.copies, ASKED_THEM, replace(ASKED_THEM, message=104, content="Two")),
        },
    },
    "third_copies": {
        "a third copy": {"messages": (in_doubt(REPLY), TOLD), "copies": THREE},
        "a third copy after two deaths": {
            "messages": (replace(REPLY, attempts=(NOBODY_KNOWS, NOBODY_KNOWS, SENT)), TOLD),
            "copies": THREE,
        },
    },
    "announcements_twice": {
        "an announcement twice": {"copies": HEARD_TWICE},
        "one twice after a death": {"messages": (REPLY, in_doubt(TOLD)), "copies": HEARD_TWICE},
        "an unknown one twice": {
            "messages": (REPLY, in_doubt(TOLD, state="unknown", sent_as="")),
            "copies": HEARD_TWICE,
        },
        "one in two rows": {
            "messages": (REPLY, TOLD, AGAIN),
            "copies": (*ALL_WELL.copies, replace(HEAR, message=102)),
        },
    },
    "unexplained": {
        "a second copy without a doubt": {"copies": TWO},
        "a second copy without a death": {"messages": (in_doubt(REPLY), TOLD), "copies": TWO, "kills": ()},
        "a message of nobody's": {"copies": (*ALL_WELL.copies, Copy(11.0, 8, 103, "Boo", "Boo"))},
        "a broken file": {"integrity": "row 7 missing from index"},
    },
}


@pytest.mark.parametrize(
    ("promise", "changes"),
    [
        pytest.param(promise, changes, id=name)
        for promise, cases in BROKEN.items()
        for name, changes in cases.items()
    ],
)
def test_a_broken_promise_is_named(promise: str, changes: dict[str, Any]) -> None:
    verdict = after(**changes)
    assert getattr(verdict, promise) != []
    assert verdict.broken != []


def test_ticks_of_a_multiple_choice_count_once_each() -> None:
    presses = [
        Issued(8.0, 7, f"press-{number}", f"k:{choice}", many=True)
        for number, choice in enumerate(("2", "0", "ok"))
    ]
    rows = [replace(REPLY, id=number, key=f"update:{number}:1", edits=True) for number in range(10, 13)]
    changes: dict[str, Any] = {
        "issued": tuple(presses),
        "updates": tuple(Update(10 + number, press.origin, "done") for number, press in enumerate(presses)),
        "messages": (*rows, REPLY, TOLD),
    }
    assert after(**changes, answers=(Answer("k", 3, 0, 1, "0,2"),)).broken == []
    assert after(**changes, answers=(Answer("k", 3, 0, 1, "0"),)).effects_twice != []
    assert after(**changes, answers=()).lost != []


def test_more_than_eight_duplicates_after_one_death_break_the_promise() -> None:
    messages = tuple(in_doubt(REPLY, id=chat, key=f"update:{chat}:1", chat=chat) for chat in range(9))
    copies = [replace(FIRST, chat=chat, message=number) for chat in range(9) for number in (99, 100)]
    verdict = judge(Evidence(messages=messages, copies=tuple(copies), kills=(KILL,)))
    assert verdict.broken == ["9 duplicates after one kill"]
    assert judge(Evidence(messages=messages[:8], copies=tuple(copies[:16]), kills=(KILL,))).broken == []
