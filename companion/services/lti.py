"""LTI for the web layer: logins, launches, platforms and our keys, each method with its own transactions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Final

from companion.lti import addresses, binding, login
from companion.lti.claims import LaunchClaims
from companion.lti.errors import LtiError, NotTeacherError, StateUnknownError, UnknownPlatformError
from companion.lti.keysets import KeySetFetcher, KeySets
from companion.lti.launch import LaunchAttempt, signed, verify
from companion.lti.registration import Registration
from companion.services.lti_keeping import LaunchKeeper
from companion.services.lti_keys import LtiKeys
from companion.services.lti_platforms import PlatformsAtHand
from companion.store import Cipher, Database, lti_launches
from companion.store import lti as store
from companion.store.lti import LaunchView, PendingLogin, PlatformView
from companion.store.lti_launches import NewLaunch

LOGIN_PATH: Final = "/lti/login"
LAUNCH_PATH: Final = "/lti/launch"
JWKS_PATH: Final = "/lti/jwks"
LINKS_LISTED: Final = timedelta(days=7)
"""How long a registration address that has expired is still listed, with what became of it."""


@dataclass(frozen=True)
class LoginRedirect:
    """The answer to a login initiation: go to `url`, and keep the cookie for `max_age` seconds."""

    url: str = field(repr=False)
    cookie_name: str
    cookie_value: str = field(repr=False)
    max_age: int


@dataclass(frozen=True)
class ToolAddresses:
    """What a platform is told about us, in the words of Moodle's tool form."""

    tool_url: str
    login_url: str
    redirect_url: str
    jwks_url: str


@dataclass(frozen=True)
class LaunchResult:
    """A launch that passed; the cookie `spent_cookie` can go."""

    launch_id: str = field(repr=False)
    widget: str
    spent_cookie: str
    expires_at: datetime


class LtiService:
    """The tool's side of LTI 1.3."""

    def __init__(
        self,
        db: Database,
        *,
        secrets: Cipher,
        clock: Callable[[], datetime],
        base_url: str,
        fetch: KeySetFetcher,
        random: Callable[[int], str] = token_urlsafe,
    ) -> None:
        """Args: secrets: encrypts our private keys. random: gives URL-safe text of so many random bytes."""
        self._db = db
        self._secrets = secrets
        self._clock = clock
        self._base_url = base_url.rstrip("/")
        self._keys = KeySets(fetch, clock)
        self._at_hand = PlatformsAtHand(db, clock)
        self._random = random
        self._keeper = LaunchKeeper(db, secrets=secrets, clock=clock, random=random)
        self.keys = LtiKeys(db, secrets=secrets, clock=clock)

    def begin_login(self, form: Mapping[str, str]) -> LoginRedirect:
        """Answer a login that a platform initiates; raises LtiError."""
        fields = login.read(form, self._base_url)
        platform = self._at_hand.choose(fields)
        begun = login.begin(fields, platform, self._base_url + LAUNCH_PATH, self._random)
        pending = PendingLogin(
            platform_id=platform.id,
            nonce_hash=binding.digest(begun.nonce),
            browser_hash=binding.digest(begun.browser),
            target_link_uri=fields["target_link_uri"],
            expires_at=self._clock() + login.LIFETIME,
        )
        with self._db.statements() as connection:
            lti_launches.add_login(connection, binding.digest(begun.state), pending)
        return LoginRedirect(
            begun.url, self._cookie_name(begun.state), begun.browser, int(login.LIFETIME.total_seconds())
        )

    def finish_launch(self, form: Mapping[str, str], cookies: Mapping[str, str]) -> LaunchResult:
        """Verify a launch and keep it for 8 hours.

        The state is spent whether or not the launch passes: a message refused once can never pass later.
        Raises LtiError.
        """
        state = binding.state_of(form)
        pending = self._spend(state)
        attempt = LaunchAttempt(form, cookies, pending, self._at_hand.by_id(pending.platform_id))
        try:
            kept = self._verified(attempt)
        except LtiError:
            platform = self._at_hand.anew(pending.platform_id)
            if platform == attempt.platform:
                raise
            kept = self._verified(replace(attempt, platform=platform))
        return LaunchResult(kept.id, kept.widget, self._cookie_name(state), kept.expires_at)

    def opened(self, claims: LaunchClaims) -> tuple[int | None, str]:
        """What a launch opens: the course, where it was read from the LMS, and the widget."""
        if claims.context_id is None:
            return None, claims.opens
        with self._db.statements() as connection:
            return lti_launches.find_course(connection, claims.issuer, claims.context_id), claims.opens

    def course_page(self, form: Mapping[str, str]) -> str | None:
        """The course page that a launch message came from, to begin again there; None unless a platform signed it."""
        with self._db.read() as session:
            platforms = store.platforms(session)
        claims = signed(form.get("id_token", ""), platforms, self._keys)
        if claims is None or not (claims.context_id or "").isdecimal():
            return None
        return f"{claims.issuer}/course/view.php?id={claims.context_id}"

    def _spend(self, state: str) -> PendingLogin:
        with self._db.statements() as connection:
            pending = lti_launches.consume_login(connection, binding.digest(state))
        if pending is None:
            raise StateUnknownError
        return pending

    def _verified(self, attempt: LaunchAttempt) -> NewLaunch:
        claims = verify(attempt, keys=self._keys, now=self._clock(), base_url=self._base_url)
        if claims.asks_for_content and not claims.teacher:
            raise NotTeacherError
        return self._keeper.keep(attempt.platform, claims)

    def _cookie_name(self, state: str) -> str:
        return binding.cookie_name(state, secure=self._base_url.startswith("https:"))

    def launch(self, launch_id: str) -> LaunchView | None:
        """The launch, while it has not expired and its platform is enabled."""
        with self._db.statements() as connection:
            return lti_launches.launch(connection, launch_id, self._clock())

    def register_platform(
        self,
        issuer: str,
        client_id: str,
        deployment_ids: Sequence[str],
        auth_url: str,
        token_url: str,
        jwks_url: str,
    ) -> int:
        """Create or update a registration by hand, enabled at once.

        Returns:
            The platform's id.

        Raises:
            InvalidPlatformError: with a sentence for the administrator.
        """
        Registration(issuer, client_id, deployment_ids, auth_url, token_url, jwks_url).check()
        with self._db.begin() as session:
            return store.save_platform(
                session,
                issuer=issuer,
                client_id=client_id,
                deployment_ids=deployment_ids,
                auth_url=auth_url,
                token_url=token_url,
                jwks_url=jwks_url,
                enabled=True,
                now=self._clock(),
            )

    def platforms(self) -> list[PlatformView]:
        """All registrations, oldest first."""
        with self._db.read() as session:
            return store.platforms(session)

    def set_enabled(self, platform_id: int, enabled: bool) -> None:
        """Enable or disable a registration; raises UnknownPlatformError."""
        with self._db.begin() as session:
            if not store.set_enabled(session, platform_id, enabled):
                raise UnknownPlatformError

    def set_scores(self, platform_id: int, scores: bool) -> None:
        """Tell check-ins done to a platform's gradebook, or no longer; raises UnknownPlatformError."""
        with self._db.begin() as session:
            if not store.set_scores(session, platform_id, scores):
                raise UnknownPlatformError

    def refuse_waiting(self, platform_id: int) -> None:
        """Forget a registration that waits to be enabled; raises UnknownPlatformError where none such waits."""
        with self._db.begin() as session:
            if not store.remove_waiting(session, platform_id):
                raise UnknownPlatformError

    def tool_addresses(self) -> ToolAddresses:
        """Our addresses, to be entered in the platform; launches are posted to the tool's own address."""
        launch = self._base_url + LAUNCH_PATH
        return ToolAddresses(launch, self._base_url + LOGIN_PATH, launch, self._base_url + JWKS_PATH)

    def frame_ancestors(self) -> tuple[str, ...]:
        """The origins of the enabled platforms, whose pages may show ours in a frame."""
        origins = {addresses.origin(one.issuer) for one in self.platforms() if one.enabled}
        return tuple(sorted(one for one in origins if one))

    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """Our public keys as a JWK set."""
        return self.keys.jwks()

    def ensure_key(self) -> None:
        """Make the first key pair, unless there is one."""
        self.keys.ensure()

    def rotate_key(self) -> None:
        """Sign with a new key pair from now on; the one before stays published for 7 days."""
        self.keys.rotate()

    def purge(self) -> int:
        """Delete expired logins, launches and registration addresses; how many there were."""
        now = self._clock()
        with self._db.begin() as session:
            return store.purge(session, now, links_before=now - LINKS_LISTED)
