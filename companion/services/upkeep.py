"""What must happen as time goes by: engagements move on, and what is spent or long done is forgotten."""

from companion.services.lifecycle import LifecycleService
from companion.services.lti import LtiService
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
    ) -> None:
        self._lti = lti
        self._sign_ins = sign_ins
        self._lifecycle = lifecycle
        self._outbox = outbox

    def run(self) -> int:
        """Move engagements on; gives how many were closed."""
        moved = self._lifecycle.turn()
        self._lti.purge()
        self._sign_ins.forget()
        self._outbox.forget()
        return moved["closed"]
