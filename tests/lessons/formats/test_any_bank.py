"""Whatever a file holds: it is read or refused with a reason, and what is read makes a folder without errors."""

import re
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.language import LANGUAGES, Language
from lessons.check import check
from lessons.formats.bank import Bank, NotTaken, Unreadable
from lessons.formats.folder import write_folder
from lessons.formats.grouped import files_of, lessons_of
from lessons.formats.registry import load
from lessons.formats.settled import settled
from lessons.write import description
from tests.lessons.formats.samples import PIECES, SAMPLES

MANY = 1_000_000
NAMES = sorted(SAMPLES)


@st.composite
def mutated(draw: st.DrawFn, name: str) -> str:
    """The sample with a few stretches of it cut out, repeated or replaced."""
    text = SAMPLES[name]
    pieces = st.sampled_from(PIECES[name])
    for _ in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 30)))
        text = text[:start] + draw(pieces | st.just(text[start:end] * 2) | st.text(max_size=3)) + text[end:]
    return text


@st.composite
def filled(draw: st.DrawFn) -> str:
    """Moodle XML that is well-formed, with anything in its fields."""
    said = st.lists(st.sampled_from(PIECES["xml"] + PIECES["gift"]) | st.text(max_size=4), max_size=8).map(
        "".join
    )

    def field(_: re.Match[str]) -> str:
        form = draw(st.sampled_from(["html", "plain_text", "markdown", "moodle_auto_format"]))
        return f' format="{form}"><text>{escape(settled_xml(draw(said)))}</text>'

    return re.sub('( format="[a-z_]+")?><text>[^<]*</text>', field, SAMPLES["xml"])


def settled_xml(text: str) -> str:
    """Without the signs that no XML can have."""
    return "".join(
        each for each in text if each in "\t\n" or (each >= " " and not "\ud800" <= each <= "\udfff")
    ).translate({0xFFFE: "", 0xFFFF: ""})


def anything(name: str) -> st.SearchStrategy[bytes]:
    texts = st.lists(st.sampled_from(PIECES[name]) | st.text(max_size=4), max_size=40).map("".join)
    written = (mutated(name) | texts | (filled() if name == "xml" else texts)).map(
        lambda text: text.encode(errors="surrogatepass")
    )
    return written | st.binary(max_size=200)


def taken(name: str, data: bytes, language: Language) -> None:
    """Read it, and see that all it says and makes is in order."""
    try:
        bank = load(name).read(data, language)
    except Unreadable as reason:
        assert_sentence(str(reason))
        return
    lines = max(data.count(b"\n") + data.count(b"\r") + data.count(b"\x0b") + data.count(b"\x0c") + 1, 1)
    for told in (*bank.refused, *bank.notes):
        assert_sentence(told.reason)
        assert 1 <= told.line <= lines
    assert all(1 <= entry.line <= lines for entry in bank.entries)
    assert_folder(bank, language)


def assert_sentence(reason: str) -> None:
    assert reason.isprintable()
    assert reason[-1] in ".:"
    assert len(reason) < 400


def assert_folder(bank: Bank, language: Language) -> None:
    entries = []
    for entry in bank.entries:
        try:
            entries.append(settled(entry, language))
        except NotTaken as reason:
            assert_sentence(str(reason))
    if not entries:
        return
    files = files_of(lessons_of(entries, "A", language))
    with TemporaryDirectory() as near:
        folder = Path(near) / "a"
        write_folder({f"programme.{language}.md": description("A", "About.")} | files, folder)
        report = check(folder)
    assert (report.errors, report.lessons) == (0, len(files))


def try_examples(name: str, examples: int) -> None:
    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(anything(name), st.sampled_from(LANGUAGES))
    def run(data: bytes, language: Language) -> None:
        taken(name, data, language)

    run()


@pytest.mark.parametrize("name", NAMES)
def test_any_file(name: str) -> None:
    try_examples(name, 30)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", NAMES)
def test_many_files(name: str) -> None:
    try_examples(name, 5_000)


@pytest.mark.hours
@pytest.mark.timeout(24 * 3600)
@pytest.mark.parametrize("name", NAMES)
def test_a_million_files(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    examples, begin = MANY // len(NAMES), time.monotonic()
    try_examples(name, examples)
    took = (time.monotonic() - begin) * 10_000 / examples
    with capsys.disabled():
        print(f"\n{name}: {examples:,} files, {took:.0f} s for 10,000")


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_is_as_it_is_meant(name: str) -> None:
    bank = load(name).read(SAMPLES[name].encode(), "lt")
    assert [str(told) for told in bank.refused if name != "xml"] == []
    assert bank.entries
