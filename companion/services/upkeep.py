"""What must happen as time goes by: engagements begin, go on and close on their days, spent launches are forgotten."""

from companion.services.lifecycle import LifecycleService
from companion.services.lti import LtiService
from companion.services.sign_ins import SignInService


class UpkeepService:
    """Does what the calendar asks for."""

    def __init__(self, *, lti: LtiService, sign_ins: SignInService, lifecycle: LifecycleService) -> None:
        self._lti = lti
        self._sign_ins = sign_ins
        self._lifecycle = lifecycle

    def run(self) -> int:
        """Move engagements on; gives how many were closed."""
        moved = self._lifecycle.turn()
        self._lti.purge()
        self._sign_ins.forget()
        return moved["closed"]
