"""The way to the LMS: the stored site with its token, and a client for it."""

from collections.abc import Callable
from dataclasses import dataclass

from companion.errors import NotReadyError
from companion.models.lms import Site
from companion.store import Cipher, Database, UnreadableError, lms
from lms_client import MoodleClient

ClientFactory = Callable[[str, str], MoodleClient]
"""Takes the address and the token of a site."""


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
        """A client for the connected site; raises NotReadyError where there is none, or its token cannot be read."""
        site = self.site()
        try:
            token = self.secrets.decrypt(site.token_encrypted)
        except UnreadableError as problem:
            raise NotReadyError(str(problem)) from problem
        return self.new_client(site.base_url, token)
