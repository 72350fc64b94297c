"""Questions over versions: the same name with the same right answers is one question, also when its words change."""

from dataclasses import replace

from domain.item_analysis import Tally
from domain.programme import Programme
from domain.question import Option, Question
from domain.question_history import Texts, as_now, code_of, codes, same, texts
from domain.recall import edition
from domain.text import Text
from tests.domain.make import programme, question

OLD = programme("tsm", "s")


def changed(asked: Question, lesson: int = 0, card: int = 1) -> Programme:
    taught = OLD.lessons[lesson]
    cards = list(taught.texts[0].cards)
    cards[card] = replace(cards[card], question=asked)
    new = replace(taught, texts=(replace(taught.texts[0], cards=tuple(cards)),))
    return replace(OLD, lessons=(*OLD.lessons[:lesson], new, *OLD.lessons[lesson + 1 :]))


def test_a_question_keeps_its_number_where_it_stands_elsewhere() -> None:
    newest = edition(2, replace(OLD, lessons=OLD.lessons[::-1]))
    coded = codes(newest, [newest, edition(1, OLD)])
    assert coded[2, 0, 0] == coded[1, 1, 0] == code_of((0, 0)) == 0
    assert coded[2, 1, 1] == coded[1, 0, 1] == code_of((1, 1))


def test_other_right_answers_make_another_question_and_the_old_ones_one_again() -> None:
    wrong, right, *more = question("s", "01-1").options
    turned = (replace(wrong, correct=True), replace(right, correct=False), *more)
    other = changed(replace(question("s", "01-1"), options=turned))
    coded = codes(edition(4, OLD), [edition(1, OLD), edition(2, other), edition(3, other)])
    assert coded[4, 0, 1] == coded[1, 0, 1] != coded[2, 0, 1] == coded[3, 0, 1]


def test_without_a_common_language_nothing_is_the_same() -> None:
    mine = texts(edition(1, OLD), (0, 1))
    assert same(mine, mine)
    assert not same(mine, {"en": mine["lt"]})


def test_what_was_chosen_is_told_by_the_options_as_they_are_now() -> None:
    asked = question("s", "01-1")
    first, second, third, _ = asked.options
    now: Texts = {"lt": replace(asked, options=(second, first, Option(Text("Varna")), third))}
    before: Texts = {"lt": asked}
    tally = Tally((0,), 0.0, 5, 5, 0.0, 0.0)
    assert as_now(tally, before, now) == replace(tally, chosen=(1,), absent=frozenset({2}))
    gone = as_now(replace(tally, chosen=(3,)), before, now)
    assert (gone.chosen, gone.gone, gone.absent) == ((), True, frozenset({2}))
    number: Texts = {"lt": question("n", "x")}
    assert as_now(tally, number, number) == tally
