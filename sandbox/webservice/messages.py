"""core_message_send_instant_messages: refusals come per message, an unknown recipient fails them all."""

from typing import Any

from sandbox.errors import moodle_error
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
