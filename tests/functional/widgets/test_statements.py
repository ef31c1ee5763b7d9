"""How much the database is asked on the way of a launch: what everybody's every visit costs stays bounded."""

from tests.begun import Begun
from tests.functional.launcher import Launcher
from tests.statements import COMMIT, asked

LOGIN = ("INSERT",)
"""The platform is at hand since the login before."""
LAUNCH = ("DELETE", "INSERT")
"""The state is spent, and the launch kept with what is known of whose it is."""


def verbs(statements: list[str]) -> tuple[str, ...]:
    return tuple(statement.split()[0] for statement in statements)


def test_a_launch_of_somebody_known_asks_three_times_and_keeps_no_transaction_open(
    learner: Launcher, installation: Begun
) -> None:
    learner.open()
    path, fields = learner.initiation()
    with asked(installation.services.db) as sent:
        login = learner.client.post(path, data=fields)
    assert verbs(sent) == LOGIN

    path, fields = learner.authorised(login.headers["Location"])
    with asked(installation.services.db) as sent:
        answer = learner.client.post(path, data=fields)
    assert answer.status_code == 303
    assert verbs(sent) == LAUNCH


def test_what_a_first_launch_tells_is_kept_in_one_transaction(learner: Launcher, installation: Begun) -> None:
    path, fields = learner.message()
    with asked(installation.services.db) as sent:
        assert learner.client.post(path, data=fields).status_code == 303
    assert verbs(sent)[:2] == LAUNCH[:2]
    assert sent[-1] == COMMIT
    assert sent.count(COMMIT) == 1
    assert len(sent) <= 8


def test_the_page_asks_no_more_where_there_is_more_to_show(learner: Launcher, installation: Begun) -> None:
    widget = learner.open()
    with asked(installation.services.db) as few:
        widget.reload()
    for number in range(4):
        widget.reload().send(mood="good", contact="call", note=f"Note {number}")
    widget.reload()  # what was flashed is gone
    with asked(installation.services.db) as more:
        widget.reload()
    assert "Note 3" in widget.words
    assert len(more) == len(few)


PAGE = 2
"""The launch with its engagements and their people, and what was said; no more for a second engagement."""
SENT = ("SELECT", "INSERT")
"""The launch with its engagements, and what was sent: a transaction of its own."""


def test_the_page_and_what_is_sent_from_it_ask_so_many_times_at_most(
    learner: Launcher, installation: Begun
) -> None:
    widget = learner.open()
    with asked(installation.services.db) as sent:
        widget.reload()
    assert len(sent) <= PAGE

    fields = {**widget.fields(), "mood": "good", "contact": "call", "note": "A line."}
    with asked(installation.services.db) as sent:
        assert widget.client.post(widget.address, data=fields).status_code == 303
    assert verbs(sent) == SENT
