"""What must happen as time goes by: engagements move on, and what is spent or long done is forgotten."""

from companion.services.lifecycle import LifecycleService
from companion.services.lti import LtiService
from companion.services.matching import MatchingService
from companion.services.outbox import OutboxService
from companion.services.sign_ins import SignInService


class UpkeepService:
    """Does what the calendar asks for."""

    def __init__(
        self,
        *,
        lti: LtiService,
        sign_ins: SignInService,
        lifecycle: LifecycleService,
        outbox: OutboxService,
        matching: MatchingService,
    ) -> None:
        self._lti = lti
        self._sign_ins = sign_ins
        self._lifecycle = lifecycle
        self._outbox = outbox
        self._matching = matching

    def run(self) -> int:
        """Move engagements on; gives how many were closed."""
        moved = self._lifecycle.turn()
        self._lti.purge()
        self._sign_ins.forget()
        self._outbox.forget()
        self._matching.forget()
        return moved["closed"]
