"""What the descriptions of programmes must agree on: the same rules in every language, and no ring of prerequisites."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from domain.problem import Problem
from domain.programme import Programme, Rules
from lessons.parse import Told
from lessons.rules import Findings, shown
from lessons.rules_head import Stated, rules_of


def rules(files: list[Told]) -> Rules:
    """What the good descriptions of a programme state together."""
    return rules_of({key: each for key, (each, _) in _first(files).items()})


def refuse_different(files: list[Told]) -> list[Told]:
    """A programme's descriptions; one that states another rule than an earlier one gets an error and no text."""
    first, result = _first(files), []
    for file in files:
        found = Findings(file.origin.file)
        for key, each in file.stated.items():
            agreed, where = first.get(key, (each, found.file))
            if each.value != agreed.value:
                wanted = f'Write "{key}: {shown(agreed.words)}" as in {where}, line {agreed.line}'
                found.add(each.line, "programme-differs", f"{wanted}, or say it in only one of them.")
        result.append(_with(file, found))
    return result


def refuse_waiting(
    files: list[Told], slug: str, waits: Mapping[str, tuple[str, ...]], known: Collection[str]
) -> list[Told]:
    """The descriptions of the programme `slug`; one that waits for what never comes gets an error and no text.

    `waits` are the programmes that come before each one, `known` are all that there can be (none: nobody knows).
    """
    result = []
    for file in files:
        found = Findings(file.origin.file)
        after = file.stated.get("after")
        for each in after.value if after else ():
            if problem := _never(each, slug, waits, known):
                found.add(after.line if after else 1, "after", problem)
        result.append(_with(file, found))
    return result


def advise_marks(files: list[Told], programme: Programme) -> list[Problem]:
    """What is said where a pass mark stands beside a final test, which alone decides on the certificate."""
    stated, found = _first(files).get("pass"), list[Problem]()
    if stated and programme.final_test:
        each, file = stated
        advice = Findings(file)
        advice.add(
            each.line,
            "two-marks",
            f"Remove pass from here, because the final test alone ({programme.final_test.passing} %) decides on the "
            "certificate.",
        )
        found += advice.problems
    return found


def _never(wanted: str, slug: str, waits: Mapping[str, tuple[str, ...]], known: Collection[str]) -> str:
    """Why a programme that has to be finished before this one cannot be; "" when it can."""
    if wanted == slug:
        return f"Remove {slug} from after, because a programme cannot come before itself."
    if known and wanted not in known:
        return f"There is no programme {shown(wanted)} beside this one, so correct its name or remove it from after."
    if slug in _before(wanted, waits):
        return f"Remove {wanted} from after, because {wanted} waits for {slug} to be finished."
    return ""


def _before(slug: str, waits: Mapping[str, tuple[str, ...]]) -> set[str]:
    """All that comes before a programme, at any distance."""
    seen, left = set[str](), [slug]
    while left:
        left += [each for each in waits.get(left.pop(), ()) if each not in seen]
        seen |= {*left}
    return seen


def _first(files: list[Told]) -> dict[str, tuple[Stated, str]]:
    """The first of the good files to state each rule, and its name."""
    first: dict[str, tuple[Stated, str]] = {}
    for file in files:
        for key, each in file.stated.items() if file.text else ():
            first.setdefault(key, (each, file.origin.file))
    return first


def _with(file: Told, found: Findings) -> Told:
    if not found.problems:
        return file
    return replace(file, text=None, problems=file.problems + tuple(found.problems))
