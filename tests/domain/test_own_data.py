"""Where a copy of somebody's data is fetched, and under which code it goes as a file."""

from typing import Literal

import pytest

from domain.correction import Filed, Wish
from domain.message import CopyKind, Place, Secret
from domain.own_data import filed, own_file, own_kind, own_page


@pytest.mark.parametrize("kind", ["pdf", "json"])
def test_a_copy_has_a_page_and_a_file_of_its_kind(kind: CopyKind) -> None:
    page, file = own_page("seed", kind), own_file("seed", kind)
    assert page == Place("/mydata/seed.", Secret("seed", "link"), f".{kind}")
    assert (file, own_kind(kind)) == (f"seed.{kind}", kind)


def test_there_is_no_copy_of_another_kind() -> None:
    assert own_kind("exe") is None


@pytest.mark.parametrize(
    ("became", "text"),
    [("asked", "asked"), ("same", "asked_same"), ("unfit", "asked_unfit"), ("many", "asked_many")],
)
def test_what_became_of_a_wish_is_said(became: Literal["asked", "same", "unfit", "many"], text: str) -> None:
    said = filed(Wish("name", "Ona Onaitė"), Filed(became, "Library"))
    assert [each.text for each in said.lines] == [f"mydata.{text}"]
