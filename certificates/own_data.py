"""A copy of a person's data on paper: PDF/UA-1 and PDF/A-2a, as certificates are."""

import json
from dataclasses import asdict
from datetime import UTC

from certificates.own_words import told
from certificates.pdf import typeset
from domain.report import Report
from domain.texts import Texts


def own_data(report: Report, texts: Texts) -> bytes:
    """The pages. Call it in a thread, as `pdf`."""
    on = report.made_at
    words = {"language": report.language, "issued": {"year": on.year, "month": on.month, "day": on.day}}
    return typeset(
        "own_data.typ",
        json.dumps(words | asdict(told(report, texts)), ensure_ascii=False),
        on.astimezone(UTC),
    )
