"""Many reads in one request, through Moodle's function for its mobile app, which stops at the first error.

Its answer is then shorter than the request: the failed call is noted and what comes after it is sent again.
"""

import json
from collections.abc import Callable, Iterator, Sequence

from lms_client.calling import Call, checked
from lms_client.errors import FunctionUnavailable, LmsError, MalformedReply, SiteError
from lms_client.functions import READS, Function
from lms_client.loading import load_all, member
from lms_client.paging import chunks
from lms_client.params import Params
from lms_client.replies import BatchAnswer, BatchAnswerSchema

Request = tuple[str, Params]


Needless = Callable[[Params], bool]
"""Whether what was answered so far tells that a request need not be sent; its answer is UNASKED then."""
UNASKED = object()


def all_needed(_params: Params) -> bool:
    """Nothing is needless."""
    return False


def call_each(call: Call, requests: Sequence[Request], needless: Needless = all_needed) -> Iterator[object]:
    """The answer or the error of each request, in order, one call for each.

    Raises what concerns them all: SiteError, FunctionUnavailable.
    """
    for function, params in requests:
        if needless(params):
            yield UNASKED
            continue
        try:
            answer = call(function, params)
        except (SiteError, FunctionUnavailable):
            raise
        except LmsError as error:
            answer = error
        yield answer


def call_many(
    call: Call, requests: Sequence[Request], size: int, needless: Needless = all_needed
) -> Iterator[object]:
    """As `call_each`, with up to `size` reads in a request.

    Raises ValueError for a function that is not a read: what was sent again might then be done twice.
    """
    if any(function not in READS for function, _ in requests):
        raise ValueError("Only reads go into a batch.")
    return (answer for chunk in chunks(requests, size) for answer in _batch(call, chunk, needless))


def _batch(call: Call, requests: Sequence[Request], needless: Needless) -> Iterator[object]:
    while requests:
        if needless(requests[0][1]):
            yield UNASKED
            requests = requests[1:]
            continue
        calls = [{"function": function, "arguments": json.dumps(params)} for function, params in requests]
        body = member(Function.BATCH, call(Function.BATCH, {"requests": calls}), "responses")
        answers = load_all(Function.BATCH, BatchAnswerSchema, body)
        if not 0 < len(answers) <= len(requests):
            raise MalformedReply(Function.BATCH, "responses, of which there are too few or too many")
        yield from call_each(_replaying(answers), requests[: len(answers)])
        requests = requests[len(answers) :]


def _replaying(answers: Sequence[BatchAnswer]) -> Call:
    """Answers calls, in order, with what a batch holds for each."""
    left = iter(answers)

    def answer(function: str, _: Params) -> object:
        kept = next(left)
        content = kept.exception if kept.error else kept.data
        body = _json(function, content or "null")
        if kept.error:
            body = {"exception": "", **body} if isinstance(body, dict) else {"exception": ""}
        return checked(function, body)

    return answer


def _json(function: str, content: str) -> object:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        pass
    raise MalformedReply(function, "the whole of it, which is not complete JSON")
