"""A content as a mail: plain text, the same as HTML, the picture between them, and a file behind them."""

import hashlib
import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from html import escape
from typing import Final

from bot.plain import written
from domain.hypertext import hypertext
from domain.message import Content
from domain.programme import Picture
from domain.text import Text, shortened

MOST_SUBJECT: Final = 120
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_PAGE: Final = (
    '<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head>\n'
    '<body style="font-family: sans-serif; font-size: 16px; line-height: 1.5; max-width: 38em">\n{}\n'
    "</body></html>\n"
)
_PICTURE: Final = '<p><img src="cid:picture" alt="{}" style="max-width: 100%; height: auto"></p>\n'
_LINK: Final = '<p><a href="{}">{}</a></p>'


def mail(
    content: Content, sender: Address, to: str, key: str, *, picture: bytes = b"", file: bytes = b""
) -> EmailMessage:
    """The mail of a content; `picture` are the bytes of its picture, `file` those of its file.

    Two mails of one key have one Message-ID (RFC 5322, 3.6.4), so that programmes may take the second for the copy that
    it is. Raises ValueError for what no mail can carry.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = Address(addr_spec=to)
    message["Subject"] = subject(content)
    message["Date"] = formatdate()
    message["Message-ID"] = message_id(sender, to, key)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence is to be answered to us
    message["X-Auto-Response-Suppress"] = "All"  # the same for Exchange (MS-OXCMAIL, 2.2.3.2.14)
    message.set_content(_plain(content), cte="quoted-printable")
    message.add_alternative(_html(content), subtype="html", cte="quoted-printable")
    if content.picture:
        _, html = message.iter_parts()
        assert isinstance(html, EmailMessage), "an EmailMessage is made of EmailMessages"
        _attach(html, content.picture, picture)
    if content.paper:
        message.add_attachment(file, "application", "pdf", filename=content.paper.name)
    return message


def subject(content: Content) -> str:
    """The first line of a content that says something."""
    lines = (_shown(line).strip() for line in content.text.plain.split("\n"))
    return shortened(next(filter(None, lines), "Zinute"), MOST_SUBJECT)


def message_id(sender: Address, to: str, key: str) -> str:
    """The same for every try to send the same message to the same address."""
    digest = hashlib.sha256(f"{sender.addr_spec}\n{to}\n{key}".encode("utf-8", "replace")).hexdigest()
    return f"<{digest[:40]}@{sender.domain}>"


def _attach(html: EmailMessage, picture: Picture, data: bytes) -> None:
    kind, _, subtype = picture.media_type.partition("/")
    html.add_related(data, kind, subtype, cid="<picture>", filename=f"picture.{subtype}")


def _plain(content: Content) -> str:
    picture = f"[{content.picture.alt}]" if content.picture and content.picture.alt else ""
    links = "\n".join(f"{button.label}: {button.url}" for button in content.buttons)
    return _shown("\n\n".join(filter(None, (picture, written(content.text, styled=False), links))))


def _html(content: Content) -> str:
    shown = hypertext(Text(_shown(content.text.plain), content.text.entities)).replace("\n", "<br>\n")
    picture = _PICTURE.format(escape(_shown(content.picture.alt))) if content.picture else ""
    links = (_LINK.format(escape(button.url), escape(_shown(button.label))) for button in content.buttons)
    return _PAGE.format("\n".join((f"{picture}<p>{shown}</p>", *links)))


def _shown(plain: str) -> str:
    """Without characters that are none; lengths stay, so that entities keep their places."""
    whole = plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _CONTROL.sub(" ", whole)
