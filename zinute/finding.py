"""What the doctor finds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `mend` says what to do about what is not well."""

    name: str
    well: bool
    says: str
    mend: str = ""
