"""The feedback widget over HTTP, from the launch on."""

from companion.models.engagement import Fit
from companion.services.engagements import EngagementLine
from tests.begun import Begun
from tests.functional.launcher import Launcher

SENT = {"fit": "not_good", "trust_score": "2"}


def test_the_coordinator_sees_the_fit_and_the_partner_does_not(
    learner: Launcher, adviser: Launcher, installation: Begun, line: EngagementLine
) -> None:
    widget = learner.open("feedback").send(**SENT)
    assert "Thank you" in widget.words
    assert "Last time you said: it does not fit." in widget.words
    lines = installation.services.engagements.of_programme(installation.programme_id)
    mine = next(one for one in lines if one.engagement.id == line.engagement.id)
    assert mine.activity.fits == (Fit.NOT_GOOD,)
    assert "does not fit." not in adviser.open("feedback").words


def test_one_trust_item_at_a_time_in_turn(learner: Launcher) -> None:
    widget = learner.open("feedback")
    asked = []
    for _ in range(6):
        asked.append(widget.fields()["trust_item"])
        widget.send(**SENT)
        widget.reload()
    assert asked == ["reliance", "disclosure", "integrity", "benevolence", "ability", "reliance"]


def test_an_answer_outside_the_scale_is_refused(learner: Launcher) -> None:
    widget = learner.open("feedback").send(fit="good", trust_score="6")
    assert widget.response.status_code == 422
    assert widget.html.select_one("#trust_score-error") is not None
    assert widget.html.select_one("input[value=good]").has_attr("checked")  # type: ignore[union-attr]
