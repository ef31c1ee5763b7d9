"""What can go wrong by the user's doing or the world's: each error is one sentence that says what to do.

CompanionError
├── NotFoundError      there is no such thing, or not for this person
├── ConflictError      somebody was faster, or it was already done
├── InputError         a form or an argument cannot be used; names the fields
├── NotReadyError      something must be set up first
└── LmsError           the LMS could not do it
"""

from collections.abc import Mapping


class CompanionError(Exception):
    """Base; `str()` is a sentence for the person who caused it."""


class NotFoundError(CompanionError):
    """There is no such thing, or not for this person; the two are told alike."""


class ConflictError(CompanionError):
    """It was already done, or somebody else was faster."""


class InputError(CompanionError):
    """Input that cannot be used."""

    def __init__(self, message: str, fields: Mapping[str, str] | None = None) -> None:
        """Args: fields: sentence by name of the form field it stands beside."""
        super().__init__(message)
        self.fields = dict(fields or {})


class NotReadyError(CompanionError):
    """Something must be set up first; the message says what."""


class LmsError(CompanionError):
    """The LMS refused or could not be reached."""
