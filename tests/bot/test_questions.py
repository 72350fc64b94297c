"""Questions of every kind in words: what is asked, how far it is answered, and what is said of the answer."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.render import render
from bot.voice import Voice
from bot.words import Words
from domain.choosing import VARIETIES, pieces, variety
from domain.fitting import Capabilities, fit
from domain.grading import Given, is_right
from domain.language import LANGUAGES, Language
from domain.message import Button, Content, Feedback, ShowCard
from domain.offers import offers
from domain.programme import Card, LessonText, Programme
from domain.question import Number, Option, Question
from domain.text import Entity, Text
from storage import programmes
from storage.claiming import Claimed
from storage.codec import dump_message
from storage.database import Connection, Database
from storage.outbox import To
from tests.actions.talk import texts
from tests.domain.make import KINDS, programme, question

ORDER, PAIRS, GROUPS, NUMBER, TEXT, OPEN, SINGLE, MULTIPLE = range(8)
TAUGHT = programme("rcgnwfsmo", languages=LANGUAGES)
PHONE = Capabilities(
    buttons=True, label=20, pictures=True, hidden=True, many=False, edits=True, idempotent=False
)
PAGE = replace(PHONE, label=300, many=True)
TERMINAL = replace(PHONE, buttons=False)
PLACES = {"lt": "", "pl": " (pl)", "nb": " (nb)", "en": " (en)"}
WORDS: dict[Language, dict[str, str]] = {
    "lt": {
        "order": "Išdėstykite teisinga tvarka: pirmiausia pasirinkite tai, kas turi būti pirma.",
        "number": "Parašykite skaičių (°C).",
        "text": "Parašykite atsakymą.",
        "open": "Atsakykite savo žodžiais. "
        "Atsakymą gali perskaityti ir jums parašyti jūsų organizacijos koordinatorius.",
        "again": "Pradėti iš naujo",
        "partly": "Iš dalies teisingai: 83\u00a0%.",
        "wrong": "Ne visai.",
        "right is": "Teisingas atsakymas:",
        "degrees": "Teisingas atsakymas: 37,5 ± 0,5 °C",
        "read": "Ačiū, atsakymas įrašytas.",
    },
    "pl": {
        "order": "Ułóż we właściwej kolejności: najpierw wybierz to, co powinno być pierwsze.",
        "number": "Podaj liczbę (°C).",
        "text": "Napisz odpowiedź.",
        "open": "Odpowiedz własnymi słowami. "
        "Koordynator z Twojej instytucji może przeczytać odpowiedź i do Ciebie napisać.",
        "again": "Zacznij od nowa",
        "partly": "Częściowo dobrze: 83%.",
        "wrong": "Nie do końca.",
        "right is": "Poprawna odpowiedź:",
        "degrees": "Poprawna odpowiedź: 37,5 ± 0,5 °C",
        "read": "Dziękujemy, odpowiedź została zapisana.",
    },
    "nb": {
        "order": "Sett dem i riktig rekkefølge: Velg først det som skal stå først.",
        "number": "Skriv et tall (°C).",
        "text": "Skriv svaret.",
        "open": "Svar med egne ord. En koordinator i virksomheten din kan lese svaret og skrive til deg.",
        "again": "Begynn på nytt",
        "partly": "Delvis riktig: 83\u00a0%.",
        "wrong": "Ikke helt.",
        "right is": "Riktig svar:",
        "degrees": "Riktig svar: 37,5 ± 0,5 °C",
        "read": "Takk, svaret er lagret.",
    },
    "en": {
        "order": "Put them in the right order: choose what comes first, then the next.",
        "number": "Write a number (°C).",
        "text": "Write your answer.",
        "open": "Answer in your own words. A coordinator of your organisation can read the answer and write to you.",
        "again": "Start again",
        "partly": "Partly right: 83%.",
        "wrong": "Not quite.",
        "right is": "The right answer:",
        "degrees": "The right answer: 37.5 ± 0.5 °C",
        "read": "Thank you, your answer is recorded.",
    },
}


def shown(
    message: ShowCard | Feedback, language: Language = "lt", taught: Programme = TAUGHT, which: int = 0
) -> Content:
    return render(message, {1: taught}.__getitem__, Voice(texts(), language), which)


def of(*questions: Question) -> Programme:
    """A programme of these questions."""
    text = LessonText("lt", "Paukščiai", 3, tuple(Card(question=each) for each in questions))
    taught = programme("t")
    return replace(taught, lessons=(replace(taught.lessons[0], texts=(text,)),))


def birds(language: Language, *numbers: int) -> list[str]:
    names = ("Žąsis", "Antis", "Gulbė", "Strazdas")
    return [f"{names[number]}{PLACES[language]}" for number in numbers]


def paragraphs(content: Content) -> list[str]:
    return content.text.plain.split("\n\n")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_order_says_what_to_do_and_how_far_it_is_done(language: Language) -> None:
    words = WORDS[language]
    fresh = shown(ShowCard(1, 0, ORDER, "s"), language)
    assert paragraphs(fresh) == ["Kuris?", words["order"]]
    marks = (Entity("bold", 0, 6), Entity("italic", 8, len(words["order"])))
    assert (fresh.text.entities, fresh.pick, fresh.more, fresh.submit) == (marks, "one", (), None)
    assert [each.data for each in fresh.buttons] == ["s:0.0", "s:0.1", "s:0.2", "s:0.3"]
    begun = shown(ShowCard(1, 0, ORDER, "s", selected=(2, 0)), language)
    second, first = birds(language, 0, 2)
    assert paragraphs(begun) == ["Kuris?", words["order"], f"1. {first}\n2. {second}"]
    left = birds(language, 1, 3)
    assert begun.buttons == (Button(left[0], "s:2.1"), Button(left[1], "s:2.3"))
    assert (begun.more, begun.selected) == ((Button(words["again"], "s:again"),), ())
    assert begun.hint == fresh.hint != shown(ShowCard(1, 0, SINGLE, "s"), language).hint


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("card", [ORDER, PAIRS, GROUPS])
def test_what_is_whole_waits_for_its_button(language: Language, card: int) -> None:
    shown_card = ShowCard(1, 0, card, "s", selected=(2, 0, 3, 1) if card != GROUPS else (0, 0, 1, 1))
    content, single = shown(shown_card, language), shown(ShowCard(1, 0, SINGLE, "s"), language)
    submit = shown(ShowCard(1, 0, MULTIPLE, "s"), language).submit
    assert submit
    both = (Button(submit.label, "s:ok"), Button(WORDS[language]["again"], "s:again"))
    assert (content.buttons, content.more, content.submit) == ((), both, None)
    assert (content.pick, content.hint) == ("none", single.hint)
    assert "?" not in content.text.plain.removeprefix("Kuris?")
    asked = TAUGHT.lessons[0].texts[0].cards[card].question
    assert offers(shown_card, asked) == ("s:ok", "s:again")
    for can in (PHONE, PAGE):
        assert fit(content, can).buttons == both
    assert fit(content, TERMINAL).text.plain.endswith(
        f"1. {both[0].label}\n2. {both[1].label}\n\n{single.hint}"
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("card", "chosen", "rows", "presses"),
    [
        (PAIRS, (), ["Žąsis → ?", "Antis\nGulbė\nStrazdas"], ["0.0", "0.1", "0.2", "0.3"]),
        (PAIRS, (3,), ["Žąsis → Miškas", "Antis → ?", "Gulbė\nStrazdas"], ["1.0", "1.1", "1.2"]),
        (PAIRS, (3, 1, 0), ["Žąsis → Miškas\nAntis → Upė\nGulbė → Pieva", "Strazdas → ?"], ["3.2"]),
        (GROUPS, (0, 0), ["Žąsis → Vanduo\nAntis → Vanduo", "Gulbė → ?", "Strazdas"], ["2.0", "2.1"]),
    ],
)
def test_a_match_asks_for_one_row_after_another(
    language: Language, card: int, chosen: tuple[int, ...], rows: list[str], presses: list[str]
) -> None:
    content = shown(ShowCard(1, 0, card, "s", selected=chosen), language)
    said = [re.sub(r"(\w)( →|\n|$)", rf"\1{PLACES[language]}\2", row) for row in rows]
    assert paragraphs(content) == ["Kuris?", *said]
    [_, asked] = [each for each in content.text.entities if each.kind == "bold"]
    before, _, _ = content.text.plain.partition("?\n\n")
    bold = content.text.plain[asked.offset : asked.offset + asked.length]
    assert (before, bold) == ("Kuris", next(row for row in said if row.endswith("→ ?")))
    assert [each.data for each in content.buttons] == [f"s:{press}" for press in presses]
    names = pieces(question("cg"[card - PAIRS], language=language))
    assert [each.label for each in content.buttons] == [names[int(press[2:])] for press in presses]
    again = (Button(WORDS[language]["again"], "s:again"),) if chosen else ()
    assert (content.more, content.pick, content.selected) == (again, "one", ())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("card", "kind"), [(NUMBER, "number"), (TEXT, "text"), (OPEN, "open")])
def test_what_is_answered_in_words_says_so_and_has_no_buttons(
    language: Language, card: int, kind: str
) -> None:
    content = shown(ShowCard(1, 0, card, "s"), language)
    task = WORDS[language][kind]
    marks = (Entity("bold", 0, 6), Entity("italic", 8, len(task)))
    assert content == Content(Text(f"Kuris?\n\n{task}", marks), hint=content.hint)
    for can in (PHONE, PAGE, TERMINAL):
        assert fit(content, can) == content


def test_a_number_without_a_unit_is_asked_for_without_one() -> None:
    plain = of(Question("n", "number", Text("Kiek?"), numbers=(Number(Decimal(3)),)))
    said = [shown(ShowCard(1, 0, 0, "s"), language, plain).text.plain for language in LANGUAGES]
    tasks = ("Parašykite skaičių.", "Podaj liczbę.", "Skriv et tall.", "Write a number.")
    assert said == [f"Kiek?\n\n{task}" for task in tasks]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_half_right_says_how_much_and_what_was_right(language: Language) -> None:
    words, row = WORDS[language], PLACES[language]
    content = shown(Feedback(1, 0, ORDER, (1, 0, 2, 3), False, worth=5 / 6), language)
    lines = "\n".join(f"{number}. {name}" for number, name in enumerate(birds(language, 0, 1, 2, 3), 1))
    assert paragraphs(content) == [words["partly"], f"{words['right is']}\n{lines}", "Štai kodėl."]
    start = len(words["partly"])
    assert content.text.entities == (
        Entity("bold", 0, start),
        Entity("italic", start + 2, len(words["right is"])),
    )
    wrong = shown(Feedback(1, 0, GROUPS, (1, 1, 1, 0), False, worth=0), language)
    pairs = [("Žąsis", "Vanduo"), ("Antis", "Vanduo"), ("Gulbė", "Vanduo"), ("Strazdas", "Miškas")]
    rows = "\n".join(f"{left}{row} → {right}{row}" for left, right in pairs)
    assert paragraphs(wrong) == [words["wrong"], f"{words['right is']}\n{rows}", "Štai kodėl."]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("card", "correct", "key", "told"),
    [(NUMBER, False, "wrong", "degrees"), (TEXT, False, "wrong", "right is"), (OPEN, None, "read", "")],
)
def test_what_is_said_of_words(
    language: Language, card: int, correct: bool | None, key: str, told: str
) -> None:
    words = WORDS[language]
    content = shown(Feedback(1, 0, card, (), correct, "s", worth=None if correct is None else 0), language)
    right = words[told] + (f" Gervė{PLACES[language]}" if card == TEXT else "") if told else ""
    assert paragraphs(content) == [part for part in (words[key], right, "Štai kodėl.") if part]


@pytest.mark.parametrize("card", [ORDER, PAIRS, GROUPS, NUMBER, TEXT])
def test_who_is_right_is_told_why_and_nothing_else(card: int) -> None:
    content = shown(Feedback(1, 0, card, (), correct=True, step="s", worth=1), "en")
    assert (paragraphs(content), content.buttons) == (["Right.", "Štai kodėl."], (Button("Next", "s:next"),))


def test_part_of_several_choices_is_worth_a_share_too() -> None:
    content = shown(Feedback(1, 0, MULTIPLE, (0,), correct=False, worth=0.5), "en")
    assert paragraphs(content) == [
        "Partly right: 50%.",
        "Žąsis (en)\nŽąsis (en)!",
        "Also right:",
        "Gulbė (en)\nGulbė (en)!",
    ]


def test_no_share_looks_like_all_or_nothing() -> None:
    """Of as many pieces as a question may have."""
    for pairs in range(1, 66):
        said = shown(Feedback(1, 0, ORDER, (), correct=False, worth=pairs / 66), "en").text.plain
        [share] = re.findall(r"(\d+)%", said)
        assert 0 < int(share) < 100


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (Number(Decimal("37.5"), Decimal("0.5"), "°C"), ["37,5 ± 0,5 °C"] * 3 + ["37.5 ± 0.5 °C"]),
        (Number(Decimal("1234.50")), ["1234,5", "1234,5", "1234,5", "1234.5"]),
        (Number(Decimal(2018)), ["2018"] * 4),
        (Number(Decimal(-3), Decimal(1)), ["-3 ± 1"] * 4),
        (Number(Decimal("0.001"), unit="mg"), ["0,001 mg", "0,001 mg", "0,001 mg", "0.001 mg"]),
        (Number(Decimal("0.12345678901"), unit="%"), ["0,12345678901 %"] * 3 + ["0.12345678901 %"]),
    ],
    ids=str,
)  # fmt: skip
def test_a_number_is_written_as_the_language_does(number: Number, told: list[str]) -> None:
    taught = of(Question("n", "number", Text("Kiek?"), numbers=(number,)))
    said = [shown(Feedback(1, 0, 0, (), correct=False, worth=0), each, taught) for each in LANGUAGES]
    assert [content.text.plain.partition(": ")[2] for content in said] == told


@given(
    st.decimals(-(10**15), 10**15, allow_nan=False, places=4),
    st.sampled_from(LANGUAGES),
    st.sampled_from(["", "mg", "%"]),
)
def test_what_is_told_as_right_would_have_been_right(value: Decimal, language: Language, unit: str) -> None:
    asked = Question("n", "number", Text("Kiek?"), numbers=(Number(value, unit=unit),))
    content = shown(Feedback(1, 0, 0, (), correct=False, worth=0), language, of(asked))
    told = content.text.plain.partition(": ")[2]
    assert is_right(asked, Given(words=told)) is True


LONG = tuple(
    Option(Text(f"{name}, apie kurią čia parašyta daugiau"), number == 1)
    for number, name in enumerate("ŽAGS")
)


@pytest.mark.parametrize("kind", ["single", "multiple", "order", "match"])
@pytest.mark.parametrize("which", range(VARIETIES))
@pytest.mark.parametrize("chosen", [(), (2,)])
def test_letters_on_buttons_are_those_in_the_text(kind: str, which: int, chosen: tuple[int, ...]) -> None:
    asked = Question(
        "l", KINDS[kind[0] if kind != "order" else "r"] if kind != "match" else "match", Text("?"), LONG
    )
    if kind == "match":
        asked = replace(asked, targets=tuple(option.text for option in LONG))
    chosen = chosen if kind != "single" else ()
    fitted = fit(shown(ShowCard(1, 0, 0, "s", selected=chosen), "lt", of(asked), which), PHONE)
    listed = dict(re.findall(r"^([A-L])\. (.*)$", fitted.text.plain, re.MULTILINE))
    names = pieces(asked)
    lettered = [each for each in fitted.buttons if each.label.lstrip("☐☑ ") in listed]
    assert len(lettered) == len(listed) == (3 if chosen and kind in ("order", "match") else 4)
    for button in lettered:
        index = int(re.split(r"[:.]", button.data)[-1])
        assert listed[button.label.lstrip("☐☑ ")] == names[index]
        assert button.label.startswith("☑") == (kind == "multiple" and index in chosen)
    plain = [each.data for each in fitted.buttons if each not in lettered]
    assert plain == {"multiple": ["s:ok"], "single": []}.get(kind, ["s:again"] if chosen else [])


def some_of(kind: str, order: tuple[int, ...], size: int) -> tuple[int, ...]:
    """So much of an answer that may be chosen before it is whole."""
    match kind:
        case "m":
            return tuple(sorted(order[:size]))
        case "r":
            return order[: min(size, 2)]
        case "c":
            return order[: min(size, 3)]
        case "g":
            return tuple(each % 2 for each in order[: min(size, 3)])
    return ()


@settings(deadline=None)
@given(
    st.sampled_from(sorted(KINDS)),
    st.sampled_from(list(permutations(range(4)))),
    st.integers(0, 4),
    st.sampled_from(LANGUAGES),
    st.text("abcdefgh", min_size=1, max_size=4),
)
def test_a_number_stands_for_what_is_written_beside_it(
    kind: str, order: tuple[int, ...], size: int, language: Language, step: str
) -> None:
    """Where there are no buttons; and where there are, they are in the same order."""
    chosen = some_of(kind, order, size)
    taught, card = (
        programme(kind, languages=LANGUAGES, shuffled=True),
        ShowCard(1, 0, 0, step, selected=chosen),
    )
    asked = taught.lessons[0].text(language).cards[0].question
    assert asked is not None
    content = shown(card, language, taught, variety(step))
    offered = offers(card, taught.lessons[0].texts[0].cards[0].question)
    listed = re.findall(r"^(\d+)\. (.*)$", fit(content, TERMINAL).text.plain, re.MULTILINE)
    listed = listed[len(chosen) :] if kind == "r" else listed
    assert [number for number, _ in listed] == [str(number) for number in range(1, len(offered) + 1)]
    again = WORDS[language]["again"]
    for (_, label), press in zip(listed, offered, strict=True):
        choice = press.removeprefix(f"{step}:")
        assert label == (again if choice == "again" else pieces(asked)[int(choice.rpartition(".")[2])])
    for can in (PHONE, PAGE):
        fitted = fit(content, can)
        shown_ = (*fitted.buttons, *fitted.more)
        assert tuple(each.data for each in shown_ if each.data != f"{step}:ok") == offered


def claimed(card: ShowCard, language: Language, channel: str) -> Claimed:
    """A card that is about to be sent."""
    moment = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    to = To(1, channel)
    return Claimed(
        1, "k", 1, 0, to, "ana", language, "reply", dump_message(card), card.step, False, "",
        moment, moment, None, True, True,
    )  # fmt: skip


async def test_what_is_sent_is_in_the_order_of_what_is_offered(sqlite: Database) -> None:
    """Also where a card is made once for many: each sees one of the orders, with the keys of their own step."""
    taught, words = programme("srgmn", languages=LANGUAGES, shuffled=True), Words(texts())

    def looked_at(tx: Connection) -> None:
        version = programmes.publish(tx, taught, datetime(2026, 11, 23, 8, 0, tzinfo=UTC))
        assert version is not None
        seen = set()
        for number in range(60):
            for place, chosen in (
                (0, ()),
                (1, ()),
                (1, (2,)),
                (2, ()),
                (2, (1,)),
                (3, ()),
                (3, (1, 2)),
                (4, ()),
            ):
                card = ShowCard(version, 0, place, f"step{number}", selected=chosen)
                asked = taught.lessons[0].texts[0].cards[place].question
                content = words.content(tx, claimed(card, LANGUAGES[number % 4], "telegram"), PHONE)
                presses = tuple(each.data for each in content.buttons if not each.data.endswith(":ok"))
                assert presses == offers(card, asked)
                seen.add((place, tuple(each.partition(":")[2] for each in presses)))
        assert len([place for place, _ in seen if place == 0]) > VARIETIES // 2

    await sqlite.write(looked_at)
