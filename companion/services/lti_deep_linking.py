"""Deep linking: a teacher picks widgets for a course, and the answer goes back to the platform once."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from companion.errors import ConflictError, InputError
from companion.lti import deep_linking
from companion.lti.deep_linking import Answer
from companion.services.lti_keys import LtiKeys
from companion.store import Cipher, Database, lti_deep_linking
from companion.store import lti as store
from companion.store.lti import LaunchView
from companion.widgets import WIDGETS

ANSWERED: Final = (
    "This choice was sent already, or took longer than an hour. Close this window and choose again."
)
CHOOSE: Final = "Choose a widget."


class LtiDeepLinkingService:
    """Answers deep linking launches."""

    def __init__(
        self, db: Database, *, keys: LtiKeys, secrets: Cipher, clock: Callable[[], datetime]
    ) -> None:
        """Args: secrets: decrypts what a launch left to be answered."""
        self._db = db
        self._keys = keys
        self._secrets = secrets
        self._clock = clock

    def check_waiting(self, launch: LaunchView) -> None:
        """Raises ConflictError where the launch picks nothing, or was answered."""
        with self._db.read() as session:
            if lti_deep_linking.waiting(session, launch.id) is None:
                raise ConflictError(ANSWERED)

    def answer(self, launch: LaunchView, name: str, titles: Mapping[str, str]) -> Answer:
        """The signed answer with the widget of this name; a launch is answered once.

        Args:
            titles: what the activity is called, by name of the widget.

        Raises:
            InputError: there is no such widget.
            ConflictError: the launch picks nothing, or was answered.
        """
        widget = next((one for one in WIDGETS if one.name == name), None)
        if widget is None:
            raise InputError(CHOOSE, {"widget": CHOOSE})
        signer = self._keys.current()
        with self._db.begin() as session:
            sealed = lti_deep_linking.take(session, launch.id)
            if sealed is None:
                raise ConflictError(ANSWERED)
            [platform] = store.platforms(session, platform_id=launch.platform_id)
        asked = json.loads(self._secrets.decrypt(sealed))
        return deep_linking.answer(
            widget.name,
            titles[widget.name],
            platform,
            deployment_id=asked["deployment_id"],
            return_url=asked["return_url"],
            data=asked["data"],
            signer=signer,
            now=self._clock(),
        )
