"""Ways in that work once, by mail where there is a server: invitations, and ways to a new password."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Final, TypeVar

from companion.errors import ConflictError, InputError, NotFoundError
from companion.lti import binding
from companion.models.staff import Administrator, Invitation, PasswordReset, StaffRole
from companion.services.messages import Messenger
from companion.services.staff import StaffService, check_address
from companion.store import Database, Session, access, audit, staff
from companion.store.audit import Actor, Subject
from companion.store.slices import Slice

INVITATION_LIFETIME: Final = timedelta(days=7)
RESET_LIFETIME: Final = timedelta(hours=1)
BY_ADDRESS: Final = Slice("email")
SPENT: Final = "This way in was used, or its time is over. Ask for another one."


@dataclass(frozen=True, slots=True)
class Way:
    """A way in as its maker sees it.

    Attributes:
        url: shown once, for who hands it on by hand.
        mailed: whether it is on its way by e-mail.
    """

    email: str
    url: str = field(repr=False)
    expires_at: datetime
    mailed: bool


class WaysInService:
    """Makes ways in and lets people come by them. Only the hash of each is stored."""

    def __init__(
        self,
        db: Database,
        *,
        accounts: StaffService,
        messenger: Messenger,
        mails: bool,
        clock: Callable[[], datetime],
        random: Callable[[int], str] = token_urlsafe,
    ) -> None:
        """Args: mails: whether there is a mail server."""
        self._db = db
        self._accounts = accounts
        self._messenger = messenger
        self._mails = mails
        self._clock = clock
        self._random = random

    @property
    def mails(self) -> bool:
        """Whether ways in are sent by e-mail; else whoever makes one hands it on."""
        return self._mails

    def invite(self, email: str, role: StaffRole, programmes: Mapping[int, bool]) -> Way:
        """Invite somebody to make an account with this role; an earlier invitation to the address works no more.

        Args: programmes: those it will be named a coordinator of, each with whether it hears their concerns.
        Raises:
            InputError: no e-mail address, or a coordinator of nothing.
            ConflictError: the address has an account.
        """
        email, token, now = email.strip().lower(), self._random(32), self._clock()
        check_address(email)
        check_programmes(role, programmes)
        with self._db.begin() as session:
            if staff.by_email(session, email) is not None:
                raise ConflictError(f"There is already an account for {email}.")
            row = Invitation(
                token_hash=binding.digest(token),
                email=email,
                role=role,
                programmes=sorted(programmes.items()),
                invited_by=audit.actor().name,
                created_at=now,
                expires_at=now + INVITATION_LIFETIME,
            )
            staff.add_invitation(session, row)
            audit.note(
                session, "invitation.make", Subject("invitation", row.id), {"role": role.value}, at=now
            )
            return self._way(
                session,
                email,
                f"/account/invitation/{token}",
                row.expires_at,
                "You are invited to the admin of Cairn",
                f"{row.invited_by} invites you to the admin of Cairn as {_an(role)}. Choose a password within 7 days.",
                "Make your account",
            )

    def invitations(self, wanted: Slice = BY_ADDRESS) -> tuple[Sequence[Invitation], int]:
        """A slice of the invitations that nobody used yet, some of which may have expired, and how many there are."""
        with self._db.read() as session:
            return staff.open_invitations(session, wanted)

    def withdraw(self, invitation_id: int) -> str:
        """Take an invitation back; gives its address. Raises NotFoundError where there is none that is unused."""
        with self._db.begin() as session:
            email = staff.withdraw(session, invitation_id)
            if email is None:
                raise NotFoundError("There is no such invitation. It may have been used.")
            audit.note(session, "invitation.withdraw", Subject("invitation", invitation_id), at=self._clock())
        return email

    def invited(self, token: str) -> Invitation:
        """The invitation of a token; raises NotFoundError where it was used, is over, or never was."""
        with self._db.read() as session:
            return _there(staff.invitation(session, binding.digest(token), self._clock()))

    def accept(self, token: str, name: str, password: str) -> Administrator:
        """Make the account that somebody was invited to.

        Raises:
            NotFoundError: the invitation was used, is over, or never was.
            InputError: the name or the password cannot be used.
            ConflictError: the address has an account by now.
        """
        now = self._clock()
        with self._db.begin() as session:
            row = _there(staff.invitation(session, binding.digest(token), now, lock=True))
            row.used_at = now
            # One of the programmes may be gone by now.
            known = {
                int(number): bool(hears)
                for number, hears in row.programmes
                if access.programme_of(session, "programme_id", int(number)) is not None
            }
            return self._accounts.add(
                session, row.email, name, password, row.role, known, by=Actor(row.email)
            )

    def ask_reset(self, email: str) -> None:
        """Send somebody a way to a new password, if there is such an account; whether there is, is not told."""
        with self._db.begin() as session:
            account = staff.by_email(session, email)
            if account is not None and account.active and self._mails:
                self._reset(session, account, by=Actor("sign-in page"))

    def make_reset(self, administrator_id: int) -> Way:
        """A way to a new password for somebody else's account; raises NotFoundError."""
        with self._db.begin() as session:
            account = staff.get(session, administrator_id)
            if account is None or not account.active:
                raise NotFoundError("There is no such account in use.")
            return self._reset(session, account)

    def resetting(self, token: str) -> None:
        """Raises NotFoundError where this is no way to a new password, or none any more."""
        with self._db.read() as session:
            _there(staff.reset(session, binding.digest(token), self._clock()))

    def reset(self, token: str, password: str) -> None:
        """Take a new password; signs the account out everywhere and lifts a lock. The second factor stays.

        Raises:
            NotFoundError: the way was used, is over, or never was.
            InputError: the password cannot be used.
        """
        now = self._clock()
        with self._db.begin() as session:
            row = _there(staff.reset(session, binding.digest(token), now, lock=True))
            row.used_at = now
            account = _there(staff.get(session, row.administrator_id, lock=True))
            self._accounts.set_password(account, password)
            account.failed_sign_ins, account.locked_until = 0, None
            staff.end_sessions(session, account.id)
            audit.note(
                session,
                "password.reset",
                Subject("administrator", account.id),
                at=now,
                by=Actor(account.email, account.id),
            )

    def try_mail(self, address: str) -> None:
        """Write somebody a letter that says nothing but that letters arrive."""
        now = self._clock()
        with self._db.begin() as session:
            self._messenger.queue_mail(
                session,
                address,
                f"mail-try:{self._random(16)}",
                "Letters from Cairn arrive",
                "Somebody asked in the settings of Cairn whether letters arrive. This one did.",
            )
            audit.note(session, "mail.try", at=now)

    def _reset(self, session: Session, account: Administrator, by: Actor | None = None) -> Way:
        token, now = self._random(32), self._clock()
        row = PasswordReset(
            token_hash=binding.digest(token),
            administrator_id=account.id,
            expires_at=now + RESET_LIFETIME,
        )
        staff.add_reset(session, row)
        audit.note(session, "password.way_made", Subject("administrator", account.id), at=now, by=by)
        return self._way(
            session,
            account.email,
            f"/account/reset/{token}",
            row.expires_at,
            "A new password for Cairn",
            "Somebody asked for a new password of your account. If it was not you, do nothing: the old one stays.",
            "Choose a new password",
        )

    def _way(
        self,
        session: Session,
        email: str,
        path: str,
        expires_at: datetime,
        subject: str,
        text: str,
        link: str,
    ) -> Way:
        url = f"{self._messenger.base_url}{path}"
        if self._mails:
            key = f"way:{binding.digest(path)}"
            self._messenger.queue_mail(session, email, key, subject, text, link=url, link_text=link)
        return Way(email, url, expires_at, self._mails)


def check_programmes(role: StaffRole, programmes: Mapping[int, bool]) -> None:
    """Raises InputError where a role and the programmes named for it do not go together."""
    if role is StaffRole.COORDINATOR and not programmes:
        sentence = "Choose at least one programme to coordinate."
        raise InputError(sentence, {"programmes": sentence})
    if role is StaffRole.AUDITOR and programmes:
        sentence = "An auditor coordinates nothing. Choose no programme, or another role."
        raise InputError(sentence, {"programmes": sentence})


def _an(role: StaffRole) -> str:
    return f"{'a' if role is StaffRole.COORDINATOR else 'an'} {role.value}"


Found = TypeVar("Found")


def _there(found: Found | None) -> Found:
    if found is None:
        raise NotFoundError(SPENT)
    return found
