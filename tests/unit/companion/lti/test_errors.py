"""Every error says what to do."""

import pytest

from companion.lti import errors
from companion.lti.errors import LtiError, MissingParameterError

KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, LtiError) and "code" in vars(kind) and kind is not LtiError
]
TOLD = (MissingParameterError, errors.InvalidPlatformError, errors.RegistrationFailedError)
"""Those whose sentence, or a part of it, comes from where they are raised."""


def test_the_codes_are_distinct() -> None:
    assert len({kind.code for kind in KINDS}) == len(KINDS) == 27


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_an_error_has_a_status_and_a_sentence(kind: type[LtiError]) -> None:
    error = kind("nonce") if kind in TOLD else kind()
    assert error.http_status in {400, 401, 403}
    assert str(error) == error.sentence
    assert kind in TOLD[1:] or error.sentence.endswith(".")
