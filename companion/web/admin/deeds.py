"""What the entries of the audit log are called on its page."""

from collections.abc import Mapping
from typing import Final

ACTIONS: Final[Mapping[str, str]] = {
    "sign_in": "Signed in",
    "account.create": "Made an account",
    "account.lock": "Locked an account after wrong passwords",
    "account.sign_out": "Ended sessions",
    "account.change": "Changed what an account is for",
    "account.close": "Closed an account",
    "account.open": "Opened an account again",
    "invitation.make": "Invited somebody",
    "invitation.withdraw": "Withdrew an invitation",
    "look.change": "Changed the name or the colour",
    "look.logo": "Changed the logo",
    "mail.try": "Tried the mail server",
    "password.change": "Changed the own password",
    "password.reset": "Chose a new password",
    "password.way_made": "Made a way to a new password",
    "second_factor.recover": "Signed in with a recovery code",
    "second_factor.remove": "Removed a second factor",
    "second_factor.require": "Changed whether everybody needs a second factor",
    "second_factor.set": "Set up a second factor",
    "attention_take": "Did something about an engagement at risk",
    "audit.export": "Exported the audit log",
    "outbox_again": "Tried given-up work again",
    "outbox_again_all": "Tried all given-up work again",
    "outbox_drop": "Dropped given-up work",
    "platforms_address": "Made an address for a platform to register at",
    "platforms_disable": "Disabled a platform",
    "platforms_enable": "Enabled a platform",
    "platforms_keys": "Changed the key that Cairn signs with",
    "platforms_no_scores": "Stopped telling check-ins to a gradebook",
    "platforms_refuse": "Refused a platform",
    "platforms_register": "Registered a platform",
    "platforms_scores": "Told check-ins to a gradebook",
    "platforms_unlink": "Unlinked an account from a platform",
    "programmes_change": "Changed the rules of a programme",
    "programmes_create": "Made a programme",
    "programmes_lift": "Took a pin or a ban back",
    "programmes_place": "Asked for the placement of widgets",
    "programmes_propose": "Had pairs proposed",
    "programmes_run_approve": "Approved a proposal",
    "programmes_run_approve_some": "Approved some pairs of a proposal",
    "programmes_run_discard": "Discarded a proposal",
    "programmes_run_give": "Gave a learner another adviser in a proposal",
    "programmes_run_instruct": "Pinned or forbade a pair",
    "programmes_run_stop": "Stopped a matching",
    "programmes_run_swap": "Swapped two advisers in a proposal",
    "programmes_run_take_apart": "Took a proposed pair apart",
    "programmes_what_if_ask": "Tried other rules",
    "programmes_what_if_keep": "Kept rules that were tried",
    "report.export": "Exported a report",
    "reports_raise": "Raised the thresholds of reports",
    "sync.ask": "Asked for a sync",
}


def told(action: str) -> str:
    """An action in words; one that has none yet by its name."""
    return ACTIONS.get(action) or action.replace("_", " ").replace(".", ": ").capitalize()
