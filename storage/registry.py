"""What is kept of people, and what becomes of it: every column of every table has its place here.

It is the record of processing (docs/privacy.md is made of it), and exports and erasures go by it: a column that is not
declared fails a test, and one that is declared is exported and erased as it says.
"""

from typing import Final

from sqlalchemy import func, or_, select

from storage.announcements import ANNOUNCEMENT
from storage.api_requests import API_REQUEST
from storage.api_tokens import API_TOKEN
from storage.assignments import ASSIGNMENT
from storage.audit import AUDIT
from storage.buckets import BUCKET
from storage.campaigns import CAMPAIGN, CAMPAIGN_STEP
from storage.ceremonies import CEREMONY
from storage.certificates import CERTIFICATE, COUNT
from storage.closings import CLOSING
from storage.drafts import DRAFT
from storage.erasures import DATA_LINK, ERASURE
from storage.forgetting import FORGETTING
from storage.groups import GROUP
from storage.hooks import DELIVERY, HOOK
from storage.instance import INSTANCE
from storage.media import HANDLE, MEDIA
from storage.organisations import ORGANISATION
from storage.passkeys import PASSKEY
from storage.passwords import PASSWORD
from storage.personal import (
    SHIFTED,
    by_person,
    kept,
    nothing,
)
from storage.pictures import PICTURE
from storage.privacy_notices import PRIVACY_NOTICE
from storage.programmes import PROGRAMME, VERSION
from storage.providers import PROVIDED, PROVIDER
from storage.registry_learning import MESSAGES, STUDIES
from storage.registry_roster import ROSTER
from storage.registry_webinars import WEBINARS
from storage.search import SEARCH
from storage.second_factors import AUTHENTICATOR, RECOVERY_CODE
from storage.segments import SEGMENT
from storage.senders import GAP, SENDER
from storage.sessions import LINK, SESSION
from storage.sharing import ADOPTION, FORK
from storage.statements import RECORD_STORE
from storage.topics import POST, TOPIC

_PROOFS: Final = (
    kept(
        CERTIFICATE,
        "certificates",
        "certificate",
        by_person(CERTIFICATE),
        link="id enrolment_id registration_id person_id organisation_id version_id revoked_by",
        technical="sought announce_at",
        identifying="name",
        behaviour="begun_at number organisation programme language minutes issued_on expires_on revoked_on reason "
        "held_on place",
        key="code",
        blank={
            "name": "",
            "sought": CERTIFICATE.c.number,
            "reason": "",
            "announce_at": None,
            "begun_at": SHIFTED,
            "revoked_on": lambda now: func.coalesce(CERTIFICATE.c.revoked_on, now.date()),
        },
        stays="number organisation programme language minutes issued_on expires_on held_on place",
        because="the register has no gaps, and whoever checks the number learns that it was withdrawn",
    ),
    kept(
        SESSION,
        "coordinating",
        "session",
        by_person(SESSION),
        link="person_id",
        technical="strong",
        behaviour="created_at seen_at expires_at proven_at how agent",
        key="token_hash",
    ),
    kept(
        CEREMONY,
        "coordinating",
        "quarter",
        by_person(CEREMONY),
        technical="kind expires_at",
        link="person_id",
        key="token_hash data",
    ),
    kept(
        PASSWORD,
        "coordinating",
        "key",
        by_person(PASSWORD),
        link="person_id",
        behaviour="set_at",
        key="hash",
    ),
    kept(
        AUTHENTICATOR,
        "coordinating",
        "key",
        by_person(AUTHENTICATOR),
        technical="last_step",
        link="person_id",
        behaviour="added_at",
        key="seed",
    ),
    kept(RECOVERY_CODE, "coordinating", "key", by_person(RECOVERY_CODE), link="person_id", key="code_hash"),
    kept(
        PASSKEY,
        "coordinating",
        "key",
        by_person(PASSKEY),
        technical="signs",
        link="id person_id",
        content="name",
        behaviour="added_at used_at",
        key="public_key",
    ),
    kept(
        PROVIDED,
        "coordinating",
        "key",
        by_person(PROVIDED),
        link="person_id",
        identifying="issuer subject",
        behaviour="added_at",
    ),
    kept(
        API_TOKEN,
        "coordinating",
        "token",
        by_person(API_TOKEN),
        technical="scopes expires_at revoked_at used_at",
        link="id organisation_id person_id",
        content="name",
        behaviour="created_at",
        key="token_hash",
    ),
    kept(
        API_REQUEST,
        "coordinating",
        "day",
        lambda person: API_REQUEST.c.token_id.in_(
            select(API_TOKEN.c.id).where(API_TOKEN.c.person_id == person)
        ),
        technical="digest at",
        link="token_id key made",
    ),
    kept(
        HOOK,
        "coordinating",
        "always",
        by_person(HOOK),
        technical="address topics is_on failures failing_since rests_until failure old_until",
        link="id organisation_id person_id",
        behaviour="created_at",
        key="seed old_seed",
        blank={},
        stays="created_at",
        because="what an organisation tells its own systems is its own; whoever set it up has no name any more",
    ),
    kept(
        DELIVERY,
        "coordinating",
        "month",
        by_person(DELIVERY),
        technical="state due_at tries tried_at status why body",
        link="id hook_id person_id told_as",
        behaviour="topic made_at",
    ),
    kept(BUCKET, "coordinating", "day", link="key", technical="tries ends_at"),
    kept(
        LINK,
        "coordinating",
        "day",
        by_person(LINK),
        technical="how",
        link="person_id",
        behaviour="created_at expires_at used_at",
        key="token_hash browser_hash code_hash number",
    ),
    kept(
        DATA_LINK,
        "rights",
        "quarter",
        by_person(DATA_LINK),
        link="person_id",
        behaviour="expires_at",
        key="token_hash",
    ),
    kept(
        ERASURE,
        "rights",
        "always",
        by_person(ERASURE),
        link="person_id asked_by",
        behaviour="asked_at due_at done_at",
        key="marks",
        blank={},
        stays="asked_at due_at done_at",
        because="a restored backup would bring back what was erased",
    ),
    kept(
        CLOSING,
        "rights",
        "always",
        lambda person: or_(CLOSING.c.asked_by == person, CLOSING.c.confirmed_by == person),
        link="organisation_id asked_by confirmed_by",
        behaviour="asked_at ends_at confirmed_at done_at",
        key="marks",
        blank={},
        stays="asked_at ends_at confirmed_at done_at",
        because="a restored backup would bring back what was closed; whoever asked and confirmed has no name any more",
    ),
    kept(
        AUDIT,
        "coordinating",
        "audit",
        by_person(AUDIT),
        technical="seal",
        link="number person_id organisation_id about_id",
        behaviour="at what before after",
        blank={},
        stays="at what before after",
        because="each row is sealed with the one before; they have ids and no names",
    ),
    kept(
        DRAFT,
        "coordinating",
        "always",
        by_person(DRAFT),
        technical="source base",
        link="programme_id lesson language person_id",
        behaviour="saved_at",
        blank={},
        stays="saved_at",
        because="lessons are the organisation's; the author has no name any more",
    ),
    kept(
        PICTURE,
        "coordinating",
        "always",
        by_person(PICTURE),
        technical="digest width height media_type",
        link="programme_id name person_id",
        behaviour="added_at",
        blank={},
        stays="added_at",
        because="lessons are the organisation's; the author has no name any more",
    ),
    kept(
        VERSION,
        "coordinating",
        "always",
        by_person(VERSION),
        technical="digest content",
        link="id programme_id number person_id",
        behaviour="published_at",
        blank={},
        stays="published_at",
        because="lessons are the organisation's; the author has no name any more",
    ),
    kept(
        PRIVACY_NOTICE,
        "coordinating",
        "always",
        by_person(PRIVACY_NOTICE),
        technical="text",
        link="id organisation_id language version person_id",
        behaviour="published_at",
        blank={},
        stays="published_at",
        because="what an organisation tells its people is its own; whoever published it has no name any more",
    ),
    kept(
        ASSIGNMENT,
        "coordinating",
        "always",
        by_person(ASSIGNMENT),
        technical="job language unit hired_since starts_on due_on due_days only_new again after_how after_days pace "
        "ended_at look_at looked newest begun",
        link="id programme_id organisation_id person_id after_id",
        content="why",
        behaviour="created_at",
        blank={},
        stays="why created_at",
        because="what an organisation asks of its people is its own; whoever asked has no name any more",
    ),
    kept(
        ANNOUNCEMENT,
        "coordinating",
        "always",
        lambda person: or_(ANNOUNCEMENT.c.by_id == person, ANNOUNCEMENT.c.approved_by == person),
        technical="key texts mandatory state not_after audience enclosed confirms days own_hour why "
        "chase_days chase_times chase_at groups to_people revision withdrawn",
        link="id organisation_id by_id approved_by first_id",
        behaviour="created_at send_at begun_at revised_at",
        blank={},
        stays="created_at send_at begun_at revised_at",
        because="what an organisation tells its people is its own; who announced or approved it has no name any more",
    ),
    nothing(SEGMENT),
    kept(
        CAMPAIGN,
        "coordinating",
        "always",
        lambda person: CAMPAIGN.c.by_id == person,
        technical="way texts days state",
        link="id organisation_id by_id programme_id",
        behaviour="created_at started_at",
        blank={},
        stays="created_at started_at",
        because="what an organisation sets out to do is its own; whoever began it has no name any more",
    ),
    kept(
        GROUP,
        "coordinating",
        "always",
        lambda person: GROUP.c.made_by_id == person,
        technical="language title kind",
        link="id organisation_id made_by_id address_id",
        behaviour="made_at bound_at ended_at",
        key="code_hash",
        blank={},
        stays="made_at bound_at ended_at",
        because="a group is bound to the place and not to whoever bound it, who has no name any more",
    ),
    kept(
        TOPIC,
        "coordinating",
        "always",
        lambda person: TOPIC.c.made_by_id == person,
        technical="programmes weekday hour state next_day next_at",
        link="id group_id organisation_id made_by_id",
        behaviour="made_at",
        blank={},
        stays="made_at",
        because="what a group is asked is the place's; whoever set it has no name any more",
    ),
    kept(
        ORGANISATION,
        "roster",
        "always",
        technical="id name country zone language sector above_id level own opens closes cap keep messengers "
        "approver_above languages days_off closed_at",
        contact="contact",
        stays="contact",
        because="it is the organisation's public contact, which it sets itself",
    ),
)
REGISTRY: Final = (
    *ROSTER,
    *STUDIES,
    *MESSAGES,
    *_PROOFS,
    *WEBINARS,
    *map(
        nothing,
        (
            *(
                ADOPTION,
                CAMPAIGN_STEP,
                COUNT,
                FORGETTING,
                FORK,
                GAP,
                INSTANCE,
                MEDIA,
                HANDLE,
                POST,
                PROGRAMME,
                PROVIDER,
            ),
            *(RECORD_STORE, SEARCH, SENDER),
        ),
    ),
)
