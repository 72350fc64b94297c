"""A person walks through programmes by whatever they press or write: nothing is lost, repeated or barred."""

from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.choosing import pieces
from domain.effect import Record
from domain.language import Language
from domain.message import Feedback, ShowCard
from domain.programme import LessonText, Order, Rules
from tests.domain import strategies as may_be
from tests.domain.make import programme, shelf
from tests.domain.player import Player

calm = settings(
    max_examples=80,
    stateful_step_count=25,
    deadline=None,
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow],
)
SPOKEN: tuple[Language, ...] = ("lt", "pl")
COMMANDS = st.sampled_from(
    [
        "/continue", "/menu", "/pause", "/resume", "/progress", "/programmes", "/certificates", "/renew safe",
        "/settings", "/help", "/start",
        "/start AbC", "/language pl", "/language", "/hour", "/hour 8", "/hour x", "/days", "/days 3 7", "/privacy",
        "/agree", "/decline", "/enrol safe", "/enrol gdpr", "/enrol no-such", "/nothing",
        "/snooze", "/snooze 3", "/snooze off", "/leave", "/leave 12-20 01-06", "/leave 24.11 30.11", "/leave off",
        "/lessons", "/lessons 6", "/lesson 1 0", "/lesson 1 1", "/lesson 1 2", "/lesson 2 0", "/lesson 9 9",
    ]
)  # fmt: skip
CHOICES = st.sampled_from(
    [
        "next",
        "ok",
        "0",
        "1",
        "3",
        "=0,2",
        "=1",
        "=9",
        "",
        "x",
        "again",
        "0.0",
        "1.2",
        "2.1",
        "=3,1,0,2",
        "=0,0,0,1",
    ]
)
WORDS = {"number": "37,5 °C", "text": "gerve", "open": "Savais žodžiais."}
LEADS_ON = ("/continue", "/resume", "/menu")


def finish(player: Player, *, by_number: bool) -> None:
    """Finish what was begun by what is offered alone: the way on where there is one, else the first choice."""
    for _ in range(300):
        if all(study.state == "finished" for study in player.studies.values()):
            return
        offered = player.offers
        if not offered:
            player.say(answer_in_words(player))
            continue
        steps = [data for data in offered if not data.startswith("/")]
        best = next((data for data in (*steps, *LEADS_ON) if data in offered), offered[0])
        if right := right_answer(player):
            player.press(right)
            continue
        if by_number and not best.startswith("/hour"):
            player.say(str(offered.index(best) + 1))
        else:
            player.press(best)
        last = player.said[-1]
        if isinstance(last, ShowCard) and last.selected and player.asks("multiple"):
            player.press(f"{last.step}:ok")
    raise AssertionError(f"no way to the end: {player.said[-3:]}")


def right_answer(player: Player) -> str:
    """The press that is entirely right, where a test asks something that is not answered in words."""
    waiting = player.facts().open
    if waiting is None or waiting.purpose != "test" or not waiting.question:
        return ""
    question = player.question(waiting)
    assert question is not None
    if question.written:
        return ""
    match question.kind:
        case "order":
            chosen: tuple[int, ...] = tuple(range(len(question.options)))
        case "match":
            chosen = tuple(question.places.index(target) for target in question.targets)
        case _:
            chosen = question.right
    return f"{waiting.key}:={','.join(map(str, chosen))}"


def answer_in_words(player: Player) -> str:
    """Where nothing is offered, words are asked for: those that are right in the learner's language."""
    [kind] = [each for each in WORDS if player.asks(each)]
    waiting = player.facts().open
    asked = player.question(waiting) if waiting else None
    return asked.accepted[0] if asked and asked.accepted else WORDS[kind]


class Walking(RuleBasedStateMachine):
    """Whatever somebody may do who has taken a programme."""

    player: Player

    @rule(which=st.integers(0, 11))
    def press_what_is_offered(self, which: int) -> None:
        """One of the buttons of the last message."""
        offers = self.player.offers
        self.player.press(offers[which % len(offers)] if offers else "nothing:0")

    @rule(which=st.integers(0, 11))
    def tap_twice(self, which: int) -> None:
        """The second tap on the same button changes nothing, but where it takes a tick away."""
        player, offers = self.player, self.player.offers
        if not offers or player.asks("multiple"):
            return
        player.press(offers[which % len(offers)])
        steps, answers = dict(player.steps), list(player.answers)
        player.press(offers[which % len(offers)])
        if not offers[which % len(offers)].startswith("/"):
            assert (player.steps, player.answers) == (steps, answers)

    @rule(which=st.integers(0, 50), choice=CHOICES)
    def press_what_was_offered_once(self, which: int, choice: str) -> None:
        """A button of any message so far."""
        keys = list(self.player.steps)
        if keys:  # none where lessons are chosen and none was yet
            self.player.press(f"{keys[-1 - which % len(keys)]}:{choice}")

    @rule(numbers=st.lists(st.integers(0, 6).map(str), min_size=1, max_size=3))
    def write_numbers(self, numbers: list[str]) -> None:
        """One of those in front of the choices, or several."""
        self.player.say(" ".join(numbers))

    @rule(command=COMMANDS)
    def command(self, command: str) -> None:
        """Something of the menu."""
        self.player.say(command)

    @rule(which=st.integers(0, 3), loud=st.booleans())
    def write_an_option(self, which: int, loud: bool) -> None:
        """The words of an option, when a question is open that has some."""
        waiting = self.player.facts().open
        question = self.player.question(waiting) if waiting else None
        texts = (pieces(question) if question else ()) or ("nothing",)
        text = texts[which % len(texts)]
        self.player.say(text.upper() if loud else text)

    @rule(text=st.sampled_from([*WORDS.values(), "-1", "apie 37", "\0", "x" * 2_001]))
    def write_an_answer(self, text: str) -> None:
        """What may be the answer to a question that is answered in words."""
        answered = len(self.player.answers)
        asked = [kind for kind in WORDS if self.player.asks(kind)]
        late = any(each.over(self.player.now + timedelta(seconds=5)) for each in self.player.sittings)
        self.player.say(text)
        if late:
            return
        if asked and text == WORDS[asked[0]]:
            assert len(self.player.answers) == answered + 1

    @rule(text=may_be.words)
    def write_anything(self, text: str) -> None:
        """Free text."""
        self.player.say(text)

    @rule()
    def wait(self) -> None:
        """For the next lesson."""
        self.player.wait()

    @rule(minutes=st.sampled_from([10, 31]))
    def let_time_pass(self, minutes: int) -> None:
        """So that a test may come to its end; nobody looks at the clock yet."""
        self.player.now += timedelta(minutes=minutes)

    @rule()
    def look_at_the_clock(self) -> None:
        """End the tests whose time is over, as the scheduler does."""
        self.player.close_tests()

    @invariant()
    def one_step_waits_where_the_learner_stands(self) -> None:
        """In each study that is not between two lessons, and none elsewhere."""
        waiting = [step for step in self.player.steps.values() if not step.closed]
        standing = [
            (study.enrolment, study.lesson, study.card)
            for study in self.player.studies.values()
            if study.card >= 0 and study.state != "finished"
        ]
        assert sorted(step.enrolment for step in waiting) == sorted(enrolment for enrolment, _, _ in standing)
        places = {(step.enrolment, step.lesson, step.card) for step in waiting if step.purpose == "lesson"}
        assert places <= {*standing}
        tested = {step.enrolment for step in waiting if step.purpose == "test" and step.question}
        assert tested == {each.enrolment for each in self.player.sittings if not each.finished_at}

    @invariant()
    def a_lesson_comes_only_to_those_who_wait_for_one(self) -> None:
        """What is due is a lesson that has not begun, of a study that is not paused."""
        for study in self.player.studies.values():
            assert study.due_at is None or (study.state, study.card) == ("active", -1)

    def teardown(self) -> None:
        """The programme can be finished from wherever they are, and every question on the way was answered once."""
        player = self.player
        finish(player, by_number=len(player.steps) % 2 == 0)
        for study in player.studies.values():
            mine = [each for each in player.answers if each.step.enrolment == study.enrolment]
            skipped = {
                each.lesson for each in player.done if each.enrolment == study.enrolment and each.skipped
            }
            for number, lesson in enumerate(study.programme.lessons):
                answers = [
                    each for each in mine if each.step.lesson == number and each.step.purpose == "lesson"
                ]
                if number in skipped or lesson.texts[0].exam:
                    assert answers == []
                else:
                    assert_on_the_way(lesson.texts[0], answers)
            sat = [each for each in player.sittings if each.enrolment == study.enrolment]
            tests = {number for number, each in enumerate(study.programme.lessons) if each.texts[0].exam}
            assert {each.lesson for each in sat if each.passed} == tests
            done = [each.lesson for each in player.done if each.enrolment == study.enrolment]
            assert sorted(done) == list(range(len(study.programme.lessons)))


def assert_on_the_way(lesson: LessonText, answers: list[Record]) -> None:
    """Exactly the questions that the answers lead to were answered; of those to be drawn, so many."""
    if lesson.draw:
        ids, places = [each.question for each in answers], [each.step.card for each in answers]
        assert places == sorted(set(places))
        assert set(ids) <= {each.id for each in lesson.questions}
        leads = any(each.leads_to for each in lesson.cards) or any(
            option.leads_to for each in lesson.questions for option in each.options
        )
        assert len(ids) <= lesson.draw if leads else len(ids) == lesson.draw
        return
    card, rest = 0, list(answers)
    while card < len(lesson.cards):
        here, target = lesson.cards[card], lesson.cards[card].leads_to
        if here.question:
            answer = rest.pop(0)
            assert answer.question == here.question.id
            if here.question.kind in ("single", "opinion"):
                target = here.question.options[answer.given.chosen[0]].leads_to or target
        card = target or card + 1
    assert rest == []


class Walk(Walking):
    """One programme."""

    @initialize(lessons=may_be.lessons, skip=st.integers(0, 2), order=may_be.orders)
    def begin(self, lessons: list[str], skip: int, order: Order) -> None:
        """Take it."""
        rules = Rules(order=order, skip=skip)
        self.player = Player((shelf(programme(*lessons, languages=SPOKEN, shuffled=True, rules=rules)),))
        self.player.enrol(5)


class WalkThroughTwo(Walking):
    """Two programmes, taken up in turn."""

    @initialize(first=may_be.lessons, second=may_be.lessons)
    def begin(self, first: list[str], second: list[str]) -> None:
        """Take both."""
        taught = (
            programme(*first, languages=SPOKEN, shuffled=True),
            programme(*second, slug="gdpr", languages=SPOKEN, shuffled=True),
        )
        self.player = Player((shelf(taught[0], 5), shelf(taught[1], 6)))
        self.player.enrol(5)
        self.player.enrol(6)

    @rule(slug=st.sampled_from(["safe", "gdpr"]))
    def turn_to(self, slug: str) -> None:
        """One of the two."""
        self.player.say(f"/enrol {slug}")


TestWalk = Walk.TestCase
TestWalk.settings = calm
TestWalkThroughTwo = WalkThroughTwo.TestCase
TestWalkThroughTwo.settings = calm


def beside_another(kinds: str) -> Player:
    """Somebody who began a programme and looks at the first card of it, with another programme on offer."""
    player = Player((shelf(programme(kinds), 5), shelf(programme("tt", slug="gdpr"), 6)))
    player.enrol(5)
    return player


def test_an_answer_counts_once_though_another_programme_came_between() -> None:
    player = beside_another("st")
    player.say("2")
    assert player.said[-1] == Feedback(11, 0, 0, (1,), True, "step2", worth=1)
    player.say("/enrol gdpr")
    player.say("/enrol safe")
    assert isinstance(player.said[-1], ShowCard)
    assert (player.said[-1].version, player.said[-1].card) == (11, 1)


def test_an_open_question_keeps_its_buttons_though_another_programme_came_between() -> None:
    player = beside_another("st")
    player.say("/enrol gdpr")
    player.say("/enrol safe")
    player.press("step1:1")
    assert [(answer.question, answer.given.chosen) for answer in player.answers] == [("01-0", (1,))]


def test_a_whole_programme_by_numbers_alone() -> None:
    player = Player((shelf(programme("ts", "mo")),))
    player.enrol(5)
    for numbers in ("1", "2", "1", "1 3", "1", "4"):
        player.say(numbers)
    assert [(answer.question, answer.given.chosen, answer.correct) for answer in player.answers] == [
        ("01-1", (1,), True),
        ("02-0", (0, 2), True),
        ("02-1", (3,), None),
    ]
    assert player.studies[1].state == "finished"
    assert player.offers == ("/programmes", "/progress")
