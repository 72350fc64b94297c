"""`zinute record`: the record of processing (GDPR, article 30), as the registry has it."""

from collections.abc import Iterator
from typing import get_args

from storage.personal import PERIODS, PERSONAL, PURPOSES, Class, Kept
from storage.registry import REGISTRY


def lines() -> Iterator[str]:
    """Markdown: for each purpose its legal basis and its tables, then every column of every table."""
    for purpose, (why, basis) in PURPOSES.items():
        yield f"### {why[0].upper()}{why[1:]}"
        yield ""
        yield f"Basis: {basis}."
        yield ""
        yield "| table | personal columns | how long | after an erasure |"
        yield "|---|---|---|---|"
        yield from (_row(kept) for kept in REGISTRY if kept.purpose == purpose)
        yield ""
    yield "### Every column"
    yield ""
    yield from (_columns(kept) for kept in REGISTRY)


def _row(kept: Kept) -> str:
    personal = [f"`{name}`" for name, kind in kept.columns.items() if kind in PERSONAL]
    return (
        f"| `{kept.table.name}` | {', '.join(personal) or 'none'} | {PERIODS[kept.period]} | {_left(kept)} |"
    )


def _left(kept: Kept) -> str:
    if kept.mine is None:
        return kept.because or "nothing changes"
    if kept.blank is None:
        return "the rows are gone"
    stays = ", ".join(f"`{name}`" for name in kept.columns if name in kept.stays)
    return f"{stays} stay{'s' if len(kept.stays) == 1 else ''}: {kept.because}"


def _columns(kept: Kept) -> str:
    told = (
        f"{kind} {', '.join(f'`{name}`' for name, each in kept.columns.items() if each == kind)}"
        for kind in get_args(Class)
        if kind in kept.columns.values()
    )
    return f"- `{kept.table.name}`: {'; '.join(told)}."
