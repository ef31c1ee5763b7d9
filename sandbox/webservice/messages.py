"""Messages: refusals come per message, an unknown recipient fails them all; whoever sent one may read it."""

import re
from html import unescape
from typing import Any

from sandbox.errors import ServiceError, moodle_error
from sandbox.records import Message
from sandbox.site import Site
from sandbox.webservice.params import INT, TEXT, Many, Struct, Value
from sandbox.webservice.registry import function

_REFUSED = "You can't message this user due to their message preferences. Try adding them as a contact."


@function(
    "core_message_send_instant_messages",
    writes=True,
    messages=Many(
        Struct(
            {
                "touserid": INT,
                "text": TEXT,
                "textformat": Value(int, default=0),
                "clientmsgid": Value(str, default=None),
            }
        )
    ),
)
def send_instant_messages(site: Site, messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if any(message["touserid"] not in site.world.people for message in messages):
        raise moodle_error("formatnotsupported", "webservice/formatnotsupported")
    return [_send(site, message) for message in messages]


def _send(site: Site, given: dict[str, Any]) -> dict[str, Any]:
    world = site.world
    reply = {"clientmsgid": given["clientmsgid"]} if given["clientmsgid"] is not None else {}
    if not world.people[given["touserid"]].takes_messages:
        return reply | {"msgid": -1, "errormessage": _REFUSED, "candeletemessagesforallusers": False}
    message = Message(
        world.next_id("messages"), world.service_user, given["touserid"], given["text"], site.epoch()
    )
    world.messages[message.id] = message
    return reply | {
        "msgid": message.id,
        "text": f"<p>{message.text}</p>",
        "timecreated": message.timecreated,
        "conversationid": message.recipient,
        "useridfrom": message.sender,
        "candeletemessagesforallusers": True,
    }


@function(
    "core_message_get_messages",
    useridto=INT,
    useridfrom=Value(int, default=0),
    type=Value(str, default="both"),
    read=Value(int, default=1),
    newestfirst=Value(bool, default=True),
    limitfrom=Value(int, default=0),
    limitnum=Value(int, default=0),
)
def get_messages(
    site: Site, useridto: int, useridfrom: int, limitfrom: int, limitnum: int, **_as_cairn_asks: Any
) -> dict[str, Any]:
    """The newest first, read or not: what Cairn asks for."""
    world = site.world
    if useridto not in world.people or useridfrom not in world.people:
        raise ServiceError("dml_missing_record_exception", "invaliduser", "Invalid user")
    if world.service_user not in (useridto, useridfrom):
        raise moodle_error("accessdenied", "Access denied")
    found = [row for row in world.messages.values() if (row.sender, row.recipient) == (useridfrom, useridto)]
    newest = sorted(found, key=lambda row: -row.id)[limitfrom:]
    return {"messages": [_told(site, row) for row in newest[: limitnum or None]], "warnings": []}


def _told(site: Site, message: Message) -> dict[str, Any]:
    people = site.world.people
    return {
        "id": message.id,
        "useridfrom": message.sender,
        "useridto": message.recipient,
        "subject": f"New message from {people[message.sender].fullname}",
        "text": message.text,
        "fullmessage": unescape(re.sub("<[^>]*>", "", message.text)),
        "fullmessageformat": 1,
        "fullmessagehtml": message.text,
        "smallmessage": message.text,
        "notification": 0,
        "contexturl": "",
        "contexturlname": "",
        "timecreated": message.timecreated,
        "timeread": None,
        "usertofullname": people[message.recipient].fullname,
        "userfromfullname": people[message.sender].fullname,
        "customdata": "{}",
    }
