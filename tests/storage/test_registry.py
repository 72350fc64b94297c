"""The record of what is kept: complete, and true of what an erasure does."""

import pytest

from storage.personal import PERIODS, PERSONAL, PURPOSES, Kept
from storage.registry import REGISTRY
from storage.schema import METADATA


def test_every_table_and_every_column_is_declared_once() -> None:
    declared = [(kept.table.name, column) for kept in REGISTRY for column in kept.columns]
    there = [(table.name, column.name) for table in METADATA.sorted_tables for column in table.columns]
    assert sorted(declared) == sorted(there)


def test_no_word_of_a_declaration_is_lost() -> None:
    """A column that is named in two classes would be in one of them only."""
    assert {kept.purpose for kept in REGISTRY} == set(PURPOSES)
    assert {kept.period for kept in REGISTRY} == set(PERIODS)


@pytest.mark.parametrize("kept", REGISTRY, ids=lambda kept: kept.table.name)
def test_what_is_personal_is_erased_or_stays_for_a_reason(kept: Kept) -> None:
    personal = {name for name, kind in kept.columns.items() if kind in PERSONAL}
    blank = set(kept.blank or {})
    many = {name for name, kind in kept.columns.items() if kind == "many"}
    assert bool(many) == bool(kept.among)
    personal -= many  # taken out of it, as tests/zinute/test_erased.py sees
    left = personal - blank if kept.mine is None or kept.blank is not None else set()
    assert left == kept.stays
    assert bool(kept.stays) == bool(kept.because)
    assert blank <= set(kept.columns)
