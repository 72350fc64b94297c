"""Certificates as documents, one after another, each of another person: pages and badges."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import count
from time import perf_counter

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.badge import badge
from certificates.issuer import Issuer
from certificates.pdf import pdf
from domain.certificate import Certificate
from domain.language import LANGUAGES
from tests.bench.child import obey
from zinute import catalogues

PLACE = "https://mokymai.example/certificates"
MODEL = Certificate(
    code="",
    number="2026-000123",
    name="Žydrūnė Ąžuolaitė-Šiaučiūnienė",
    organisation="Gluosnių savivaldybės viešoji biblioteka",
    programme="Asmens duomenų apsauga bibliotekoje",
    language="lt",
    minutes=90,
    issued_on=date(2026, 11, 23),
    expires_on=date(2027, 11, 23),
)


async def main() -> None:
    """The seconds that each of so many took."""
    texts, numbers = catalogues.load(), count(1)
    key, issuer = Ed25519PrivateKey.generate(), Issuer("https://mokymai.example", "Gluosnių mokymai")

    def page(one: Certificate) -> None:
        pdf(one, address=f"{PLACE}/{one.code}", texts=texts, signatory="Rūta Žemaitė, direktorė")

    def proof(one: Certificate) -> None:
        badge(one, issuer, key, address=f"{PLACE}/{one.code}", zone="Europe/Vilnius", texts=texts)

    async def timed(make: Callable[[Certificate], None], items: int) -> list[float]:
        took = []
        for number in (next(numbers) for _ in range(items)):
            one = replace(
                MODEL,
                code=f"{number:022}",
                name=f"{MODEL.name} {number}",
                language=LANGUAGES[number % len(LANGUAGES)],
            )
            began = perf_counter()
            await asyncio.to_thread(make, one)  # as a service does it
            took.append(perf_counter() - began)
        return took

    async def pages(items: int) -> list[float]:
        return await timed(page, items)

    async def badges(items: int) -> list[float]:
        return await timed(proof, items)

    await obey({"pdf": pages, "badge": badges})


if __name__ == "__main__":
    asyncio.run(main())
