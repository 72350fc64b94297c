"""What a copy of a person's data says, on paper and on a page."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from certificates import writing
from domain.message import Day
from domain.report import Elsewhere, Report, Word
from domain.texts import Texts

_SEES: Final[Mapping[Word, str]] = {
    "asked": "pdf.own_further.asked",
    "agreed": "pdf.own_further.agreed",
    "declined": "pdf.own_further.declined",
}
_CHANNELS: Final[Mapping[str, str]] = {
    "web": "pdf.own_channel.web",
    "telegram": "pdf.own_channel.telegram",
    "email": "pdf.own_channel.email",
}
Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Told:
    """`facts` are sentences, `parts` have a heading each and pairs of lines below it, or `nothing`."""

    title: str
    author: str
    about: str
    facts: list[str]
    parts: list[tuple[str, Pairs]]
    nothing: str


def told(report: Report, texts: Texts) -> Told:
    """The words, in the language of the report."""
    say, plain = partial(texts.say, report.language), writing.plain
    about = "pdf.own_about" if report.everything else "pdf.own_about_seen"
    words = {"organisation": plain(report.organisation), "contact": plain(report.contact)}
    return Told(
        title=say("pdf.own_title"),
        author=plain(report.organisation),
        about=say(about, date=Day(report.made_at.date()), **words),
        facts=[plain(line) for line in _facts(report, say)],
        parts=list(_parts(report, texts, say)),
        nothing=say("pdf.own_nothing"),
    )


def _parts(report: Report, texts: Texts, say: Callable[..., str]) -> Iterator[tuple[str, Pairs]]:
    plain = writing.plain
    if report.further:
        yield say("pdf.own_further"), [_further(each, say) for each in report.further]
    yield say("pdf.own_studies"), [_study(texts, report, *each) for each in report.studies]
    yield say("pdf.own_certificates"), [_certificate(*each) for each in report.certificates]
    yield say("pdf.own_written"), [(plain(each.under), plain(each.words)) for each in report.written]
    if report.tables:
        yield say("pdf.own_rows"), [(name, str(count)) for name, count in report.tables]


def _facts(report: Report, say: Callable[..., str]) -> Iterator[str]:
    yield say("pdf.own_who", name=report.name, email=report.email, organisation=report.organisation)
    if report.job:
        yield say("pdf.own_job", job=report.job)
    if report.tags:
        yield say("pdf.own_tags", tags=report.tags)
    if report.joined:
        yield say("pdf.own_joined", date=Day(report.joined))
    if report.notice:
        yield say("pdf.own_notice", version=report.notice[0], date=Day(report.notice[1]))
    yield say("pdf.own_lessons", hour=report.hour, days=report.days)
    if report.leave:
        yield say("pdf.own_leave", first=Day(report.leave[0]), last=Day(report.leave[1]))
    for channel, key in report.addresses:
        named = say(_CHANNELS[channel]) if channel in _CHANNELS else channel
        yield say("pdf.own_address", channel=named, key=key)


def _further(one: Elsewhere, say: Callable[..., str]) -> tuple[str, str]:
    """What an organisation says of the person's work there, and what it sees of them."""
    between = f"{one.hired_on} – {one.left_on}".strip() if one.hired_on or one.left_on else ""
    said = ", ".join(each for each in (one.job, one.number, between, one.tags) if each)
    sees = say(_SEES[one.word])
    return writing.plain(one.organisation), writing.plain(f"{said}. {sees}" if said else sees)


def _study(  # noqa: PLR0917 (a row of the report)
    texts: Texts, report: Report, title: str, done: int, of: int, right: int, graded: int
) -> tuple[str, str]:
    counts = {"done": done, "of": of, "right": right, "graded": graded}
    return writing.plain(title), texts.say(report.language, "pdf.own_study", **counts)


def _certificate(number: str, title: str, on: object) -> tuple[str, str]:
    return writing.plain(number), f"{writing.plain(title)}, {on}"
