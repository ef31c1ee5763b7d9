"""The way to the LMS: the stored site with its token, and a client for it."""

from collections.abc import Callable
from dataclasses import dataclass

from companion.errors import NotReadyError
from companion.models.lms import Site
from companion.store import Cipher, Database, UnreadableError, lms
from lms_client import FunctionUnavailable, MoodleClient, Params

ClientFactory = Callable[[str, str], MoodleClient]
"""Takes the address and the token of a site."""


class NoTokenError(FunctionUnavailable):
    """The site gave no token."""

    sentence = "{0.function} cannot be called: Moodle was connected without a web-service token."


class WithoutToken:
    """The transport where there is nothing to send with."""

    def call(self, function: str, _params: Params) -> object:
        """Raise NoTokenError."""
        raise NoTokenError(function)


@dataclass(frozen=True)
class Connection:
    """Gives the site we are connected to and a client for it."""

    db: Database
    secrets: Cipher
    new_client: ClientFactory

    def site(self) -> Site:
        """The connected site; raises NotReadyError where there is none yet."""
        with self.db.read() as session:
            found = lms.site(session)
        if found is None:
            raise NotReadyError("No Moodle is connected yet. Run: python -m companion connect --help")
        return found

    def client(self) -> MoodleClient:
        """A client for the connected site; where that gave no token, one that may call no function.

        Raises NotReadyError where there is no site, or its token cannot be read.
        """
        site = self.site()
        if site.token_encrypted is None:
            return MoodleClient(WithoutToken())
        try:
            token = self.secrets.decrypt(site.token_encrypted)
        except UnreadableError as problem:
            raise NotReadyError(str(problem)) from problem
        return self.new_client(site.base_url, token)
