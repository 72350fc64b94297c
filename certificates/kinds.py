"""What differs between a certificate of a programme and one of attendance: their words, and what a badge calls them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from domain.certificate import Of


@dataclass(frozen=True, slots=True)
class Kind:
    """The ids of its sentences, and its achievement type (Open Badges 3.0, AchievementType)."""

    heading: str
    title: str
    completed: str
    length: str
    description: str
    criteria: str
    achievement: str


KINDS: Final[Mapping[Of, Kind]] = {
    "programme": Kind(
        "pdf.programme.heading",
        "pdf.programme.title",
        "pdf.programme.completed",
        "pdf.programme.length",
        "badge.programme.description",
        "badge.programme.criteria",
        "CertificateOfCompletion",
    ),
    "attendance": Kind(
        "pdf.attendance.heading",
        "pdf.attendance.title",
        "pdf.attendance.completed",
        "pdf.attendance.length",
        "badge.attendance.description",
        "badge.attendance.criteria",
        "Certificate",
    ),
}
