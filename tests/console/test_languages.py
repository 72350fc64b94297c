"""The console's catalogues: complete in four languages, with the same parameters, and nothing in them unused."""

import ast
import re
from itertools import chain
from pathlib import Path

import pytest
from babel.messages import pofile
from babel.messages.catalog import Catalog, Message

from console.pages.privacy import KEPT_FOR
from console.sorting import sort_key
from domain.language import LANGUAGES, Language

CONSOLE = Path(__file__).parents[2] / "console"
# The same word in two languages, or a pattern without words.
ALIKE = {
    "console.column.programme",
    "console.column.organisation",
    "console.column.state",
    "console.person.schedule",
    "console.person.programmes",
    "console.channel.telegram",
    "console.channel.terminal",
    "console.time.date",
    "console.message.messenger.matrix",
    "console.message.messenger.telegram",
    "console.message.messenger.terminal",
    "console.unit.minutes",
    "console.unit.seconds",
    "console.role.administrator",
    "console.announcement.send.title",
    "console.announcement.do.send",
    "console.calendar.webinar",
    "console.webinar.minutes_of",
}
PUT_TOGETHER = (
    "account.",
    "adopting.done.",
    "announced.group.",
    "announcement.do.",
    "announcement.done.",
    "announcement.figure.",
    "announcement.file.",
    "announcement.reason.",
    "announcement.reasons.",
    "announcement.why.",
    "announcement.wrong.",
    "announcements.state.",
    "answers.done.",
    "assigning.wrong.",
    "assignment.",
    "audience.",
    "audit.",
    "calendar.",
    "campaign.",
    "catalogue.sector.",
    "certificate.",
    "channel.",
    "behind.",
    "closing.",
    "column.",
    "composing.without.",
    "composing.wrong.",
    "corrections.done.",
    "enclosing.alt",
    "enclosing.label",
    "enclosing.wrong.",
    "counted.",
    "day.",
    "editor.done.",
    "editor.picture.",
    "error.",
    "figures.",
    "finding.",
    "invitations.",
    "joined.",
    "lesson.open.",
    "link.done.",
    "lessons.done.",
    "message.",
    "nav.",
    "notice.done.",
    "organisations.done.",
    "organisations.level.",
    "organisations.problem.",
    "original.",
    "own.done.",
    "own.erased.",
    "own.wrong.",
    "people.slow.",
    "privacy.",
    "sharing.done.",
    "sharing.reach.",
    "translating.into.",
    "people.file.",
    "people.kept.",
    "people.kind.",
    "people.problem.",
    "people.refused.",
    "people.what.",
    "people.word.",
    "programme.learnt.",
    "rights.done.",
    "groups.kind.",
    *(f"topic.{each}." for each in ("do", "state", "wrong")),
    "webhooks.delivery.",
    "webhooks.do.",
    "webhooks.done.",
    "webhooks.topic.",
    "webhooks.why.",
    "webhooks.wrong.",
    *(f"presence.{each}." for each in ("column", "fate", "file", "how", "what", "why")),
    "role.",
    "share.",
    "unit.",
    "sign_in.",
    "state.",
    "tokens.",
    "time.",
    "timeline.",
    *(
        f"webinar.{each}."
        for each in ("column", "done", "every", "seen_by", "stands", "state", "there", "wrong")
    ),
    "webinars.",
    *(
        f"{each}."
        for each in ("trainers.column", "leads.state", "leads.why", "feedback.mean", "recording.wrong")
    ),
)


def catalogue(language: Language) -> Catalog:
    with (CONSOLE / "locales" / f"{language}.po").open(encoding="utf-8") as file:
        return pofile.read_po(file, locale=language)


def messages(language: Language) -> dict[str, Message]:
    found = [message for message in catalogue(language) if message.id]
    return {message.id if isinstance(message.id, str) else message.id[0]: message for message in found}


def forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def parameters(sentence: str) -> set[str]:
    return set(re.findall(r"{(\w*)}", sentence))


def test_all_languages_have_the_same_keys() -> None:
    english = set(messages("en"))
    odd = {language: set(messages(language)) ^ english for language in LANGUAGES}
    assert odd == {language: set() for language in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_there_with_its_parameters(language: Language) -> None:
    english = {key: set.union(*map(parameters, forms(message))) for key, message in messages("en").items()}
    count = catalogue(language).num_plurals
    for key, message in messages(language).items():
        written = forms(message)
        assert (key, [each for each in written if not each.strip()]) == (key, [])
        assert (key, [parameters(each) for each in written]) == (key, [english[key]] * len(written))
        assert (key, len(written)) == (key, count if isinstance(message.id, tuple) else 1)
        assert (key, {each.count("*") for each in written} <= {0, 2}) == (key, True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_certificates_are_called_the_same_wherever_they_were_seen(language: Language) -> None:
    said = messages(language)
    [word], [through] = (forms(said[f"console.audit.list.{each}certificates"]) for each in ("", "api_"))
    assert through.startswith(f"{word}, ")


def test_an_organisation_has_one_name_in_norwegian() -> None:
    other = {
        key for key, message in messages("nb").items() if "virksomhet" in " ".join(forms(message)).casefold()
    }
    assert other == {"console.privacy.basis.text"}  # public bodies, whoever uses Zinute


@pytest.mark.parametrize("language", ["lt", "pl", "nb"])
def test_nothing_is_left_in_english(language: Language) -> None:
    english = messages("en")
    same = {key for key, message in messages(language).items() if forms(message) == forms(english[key])}
    assert same - ALIKE == set()


def test_plural_forms_are_those_of_the_language() -> None:
    said = {
        language: [catalogue(language).plural_expr, catalogue(language).num_plurals] for language in LANGUAGES
    }
    assert [said[language][1] for language in LANGUAGES] == [3, 3, 2, 2]


def test_what_pages_say_is_in_the_catalogues_and_nothing_else() -> None:
    """A key that is put together (`state.` and a state) counts as used by its beginning."""
    keys = {key.removeprefix("console.") for key in messages("en")}
    used = set[str]()
    for path in CONSOLE.glob("templates/*.html"):
        used |= set(re.findall(r"\b(?:say|strong)\([\"']([\w.]+)[\"']", path.read_text(encoding="utf-8")))
    said = set(used)
    for path in CONSOLE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                used.add(node.value)
    assert {key for key in said if not key.endswith(".")} - keys == set()
    assert {key for key in keys if key not in used and not key.startswith(PUT_TOGETHER)} == set()


def test_what_pages_count_has_the_forms_of_its_number_and_nothing_else_is_counted() -> None:
    """`n` chooses between the forms of a sentence: where there are none, a page shows the sentence's key."""
    plural = {
        key.removeprefix("console.") for key, each in messages("en").items() if isinstance(each.id, tuple)
    }
    call = re.compile(r"\b(?:say|strong)\(\"([\w.]*\w)\"((?:[^()]|\([^()]*\))*)\)")
    found = [
        each for path in CONSOLE.glob("templates/*.html") for each in call.findall(path.read_text("utf-8"))
    ]
    assert {key for key, values in found if bool(re.search(r"\bn=", values)) != (key in plural)} == set()


def test_the_page_of_privacy_has_words_for_all_that_is_kept_and_for_how_long() -> None:
    """They are put together, so a new period of the registry would be shown by its name in the code."""
    purposes = {f"console.privacy.{what}.{purpose}" for purpose in KEPT_FOR for what in ("purpose", "kept")}
    periods = {f"console.privacy.period.{each}" for each in chain.from_iterable(KEPT_FOR.values())}
    said = {key for key in messages("en") if key.startswith("console.privacy.period.")}
    assert [purposes - set(messages("en")), periods ^ said] == [set(), set()]


@pytest.mark.parametrize(
    ("language", "ordered"),
    [
        ("lt", "Azuolė Ąžuolas Cezaris Čepaitis Ylius Ilona Įna Jonas Sara Šarūnas Zita Žana"),
        ("pl", "Anna Ąbramek Celina Ćwik Lena Łucja Zofia Źrebak Żaneta"),
        ("nb", "Anders Zakarias Ærlig Østby Øyvind Åse Aasen"),
        ("en", "Ana Łucja Lukas Šarūnas Zoe"),
    ],
)
def test_names_are_in_the_order_of_the_language(language: Language, ordered: str) -> None:
    names = sorted(ordered.split())
    assert sorted(names, key=lambda name: sort_key(language, name)) == ordered.split()
