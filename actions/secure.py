"""What a person proves themselves with, from passwords to accounts elsewhere; each change is kept and told."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pyotp

from actions.sign_in import Arrival, finish
from actions.tell_person import changed
from domain.signing import Change, plain_code, recovery_code, secret_of, time_step
from storage import api_tokens, ceremonies, passkeys, passwords, providers, second_factors, sessions
from storage.database import Connection
from storage.passkeys import Passkey
from storage.providers import Provider

MOST_PASSKEYS: Final = 20


@dataclass(frozen=True, slots=True)
class Owner:
    """Who changes how they sign in, and when. `mails`: mail can be sent, and tells them.

    What ends their other sessions lets this `session` go on with the `new_session` token.
    """

    person: int
    now: datetime
    mails: bool
    session: str = ""
    new_session: str = ""


def set_password(tx: Connection, owner: Owner, hashed: str) -> None:
    """This is the person's password now; their other sessions are over."""
    passwords.put(tx, owner.person, hashed, owner.now)
    _others_over(tx, owner)
    _tell(tx, owner, "password")


def add_authenticator(
    tx: Connection, owner: Owner, ceremony: str, typed: str, randoms: Sequence[bytes], *, key: bytes
) -> list[str]:
    """The person's app shows the right code: it is their second factor now, with these new recovery codes, to be shown
    once; other sessions are over. Else nothing changes, and there are none.

    Its seed is the one that was shown in this ceremony.
    """
    person, now = owner.person, owner.now
    begun = ceremonies.look(tx, "adding", ceremony, now)
    if begun is None or begun.person != person:
        return []
    step = step_of(secret_of(key, begun.data["seed"]), typed, now)
    if step is None:
        return []
    ceremonies.take(tx, "adding", ceremony, now)
    second_factors.put(tx, person, begun.data["seed"], step, now)
    _tell(tx, owner, "authenticator")
    return _new_codes(tx, owner, randoms)


def give_codes(tx: Connection, owner: Owner, randoms: Sequence[bytes]) -> list[str]:
    """New recovery codes, to be shown once; the old ones are worth nothing, and other sessions are over.

    None for whoever has no authenticator.
    """
    if second_factors.seed(tx, owner.person) is None:
        return []
    _tell(tx, owner, "codes")
    return _new_codes(tx, owner, randoms)


def remove_authenticator(tx: Connection, owner: Owner) -> None:
    """The authenticator and the recovery codes are worth nothing any more; other sessions are over."""
    had = second_factors.seed(tx, owner.person) is not None
    second_factors.forget(tx, owner.person)
    sessions.end_all(tx, owner.person, but=owner.session)
    if had:
        _tell(tx, owner, "no_authenticator")


def add_passkey(tx: Connection, owner: Owner, new: Passkey) -> bool:
    """The person has this passkey from now on; False when they have too many, or somebody has it already."""
    if len(passkeys.of_person(tx, owner.person)) >= MOST_PASSKEYS or passkeys.get(tx, new.id):
        return False
    passkeys.add(tx, new)
    _tell(tx, owner, "passkey")
    return True


def remove_passkey(tx: Connection, owner: Owner, which: str) -> None:
    """The person does not have this passkey any more."""
    if passkeys.remove(tx, owner.person, which):
        _tell(tx, owner, "no_passkey")


def link_account(tx: Connection, owner: Owner, provider: Provider, subject: str) -> bool:
    """The account at the provider is the person's; False when it cannot be."""
    had = providers.whose(tx, provider, subject) == owner.person
    done = providers.link(tx, provider, subject, owner.person, owner.now)
    if done and not had:
        _tell(tx, owner, "account")
    return done


def unlink_account(tx: Connection, owner: Owner, provider: Provider) -> None:
    """The person's account at the provider does not sign in any more."""
    if providers.unlink(tx, owner.person, provider.issuer):
        _tell(tx, owner, "no_account")


def take_second(tx: Connection, owner: Owner, typed: str, *, key: bytes) -> bool:
    """Whether this is a code of the person's authenticator or a recovery code; it works once."""
    seed, code = second_factors.seed(tx, owner.person), plain_code(typed)
    if seed is None:
        return False
    step = step_of(secret_of(key, seed), code, owner.now)
    if step is not None:
        return second_factors.spend_step(tx, owner.person, step)
    spent = second_factors.spend_code(tx, owner.person, code)
    if spent:
        _tell(tx, owner, "code")
    return spent


def finish_with(
    tx: Connection, ceremony: str, typed: str, arrival: Arrival, *, key: bytes, mails: bool
) -> bool:
    """Sign in whoever began with this ceremony, if what they typed is their second factor."""
    begun = ceremonies.look(tx, "second", ceremony, arrival.now)
    if begun is None or begun.person is None:
        return False
    owner = Owner(begun.person, arrival.now, mails)
    return take_second(tx, owner, typed, key=key) and finish(tx, ceremony, arrival)


def step_of(secret: str, typed: str, now: datetime) -> int | None:
    """The time step that this is the code of: the present one, or one beside it; None for no code of theirs."""
    code, shown = typed.replace(" ", ""), pyotp.TOTP(secret)
    if not (len(code) == 6 and code.isascii() and code.isdecimal()):
        return None
    here = time_step(now)
    around = (here, here - 1, here + 1)
    return next((step for step in around if hmac.compare_digest(shown.generate_otp(step), code)), None)


def start_anew(tx: Connection, owner: Owner) -> None:
    """An operator forgets all that the person proves themselves with, and ends what they are signed in with."""
    person = owner.person
    for noun in (passwords, second_factors, passkeys):
        noun.forget(tx, person)
    providers.unlink(tx, person)
    ceremonies.end_all(tx, person)
    sessions.end_all(tx, person)
    api_tokens.revoke_of(tx, person, owner.now)
    changed(tx, person, "anew", owner.now, mails=owner.mails, operator=True)


def _new_codes(tx: Connection, owner: Owner, randoms: Sequence[bytes]) -> list[str]:
    codes = [recovery_code(each) for each in randoms]
    second_factors.put_codes(tx, owner.person, [plain_code(each) for each in codes])
    _others_over(tx, owner, strong=True)
    return codes


def _tell(tx: Connection, owner: Owner, what: Change) -> None:
    changed(tx, owner.person, what, owner.now, mails=owner.mails)


def _others_over(tx: Connection, owner: Owner, *, strong: bool = False) -> None:
    sessions.renew(tx, owner.session, owner.new_session, owner.now, strong=strong)
    sessions.end_all(tx, owner.person, but=owner.new_session)
    ceremonies.end_all(tx, owner.person)
