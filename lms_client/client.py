"""The client: one short method for each need, over any transport."""

from typing import Self

from lms_client.calendar import Calendar
from lms_client.groupings import Groupings
from lms_client.reading import Reading
from lms_client.transport import TIMEOUTS, USER_AGENT, RequestsTransport, Timeouts
from lms_client.writing import Writing


class MoodleClient(Reading, Writing, Groupings, Calendar):
    """A Moodle site, read and written through its web services."""

    @classmethod
    def connect(
        cls,
        base_url: str,
        token: str,
        *,
        timeouts: Timeouts = TIMEOUTS,
        user_agent: str = USER_AGENT,
    ) -> Self:
        """A client that sends over HTTP(S) to the site at this address; nothing is sent yet.

        Raises ValueError for an address or a token that can't be one.
        """
        return cls(RequestsTransport(base_url, token, timeouts=timeouts, user_agent=user_agent))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._transport!r})"
