"""What somebody says for the matching, in the course page: kept, changed, and never shown to anybody else."""

import pytest
import sqlalchemy as sa

from companion.models.engagement import Engagement, EngagementState
from companion.models.programme import Programme
from companion.models.said import PersonWish, Said
from companion.services.engagements import EngagementLine
from tests.begun import Begun
from tests.functional.launcher import Launcher, Widget


@pytest.fixture
def installation(begun: Begun) -> Begun:
    """On SQLite alone: what is stored is tested on both by test_asks.py and test_choosing.py of the services."""
    return begun


def opened(person: Launcher, page: str = "about-me") -> Widget:
    """A page of the widget, from the launch of another one of the same course."""
    widget = person.open()
    widget.address = widget.address.rsplit("/", 1)[0] + f"/{page}"
    return widget.reload()


def sent(widget: Widget, action: str, **values: str) -> Widget:
    """Fill in one of the forms on the page, by what it does, and send it."""
    form = next(f for f in widget.html.select("form[action]") if str(f["action"]).endswith(action))
    hidden = {str(i["name"]): str(i.get("value", "")) for i in form.select("input[type=hidden]")}
    widget.response = widget.client.post(
        str(form["action"]), data={**hidden, **values}, follow_redirects=True
    )
    return widget


def value(widget: Widget, name: str) -> str:
    field = widget.html.select_one(f'#{name}, [name="{name}"][checked]')
    assert field is not None
    return str(field["value"])


def errors(widget: Widget) -> set[str]:
    return {str(each["id"]).removesuffix("-error") for each in widget.html.select(".error")}


def names(line: EngagementLine) -> list[str]:
    """Of the adviser and of the learner."""
    return [member.full_name for member in sorted(line.members, key=lambda member: member.side.value)]


def test_it_is_kept_encrypted_and_comes_back_filled_in(learner: Launcher, installation: Begun) -> None:
    said = {"topics_wanted": "Pricing,  Law ", "topics_offered": "chess", "pace": "2", "capacity": "1"}
    widget = sent(opened(learner), "/about-me", **said)
    assert "Kept. It counts from the next matching on." in widget.words
    shown = [value(widget, name) for name in said]
    assert shown == ["law, pricing", "chess", "2", "1"]
    with installation.services.db.read() as session:
        (row,) = session.scalars(sa.select(Said))
        assert b"pricing" not in (row.words_encrypted or b"")


def test_what_cannot_be_used_is_said_and_nothing_is_lost(learner: Launcher, installation: Begun) -> None:
    many = ", ".join(map(str, range(30)))
    widget = sent(opened(learner), "/about-me", topics_wanted=many, capacity="9", paused_until="2020-01-01")
    assert widget.response.status_code == 422
    assert errors(widget) == {"topics_wanted", "capacity", "paused_until"}
    assert value(widget, "topics_wanted") == many
    with installation.services.db.read() as session:
        assert session.scalars(sa.select(Said)).all() == []


def test_a_wish_is_kept_by_name_and_taken_back(
    learner: Launcher, line: EngagementLine, installation: Begun
) -> None:
    adviser, myself = names(line)
    widget = sent(opened(learner), "/wish", name=adviser.upper(), kind="please_not")
    assert f"Please not: {adviser}" in widget.words
    for name in ("Nobody Of This Name", myself):
        assert errors(sent(widget, "/wish", name=name, kind="please")) == {"name"}
    assert adviser not in sent(widget, "/unwish").words
    with installation.services.db.read() as session:
        assert session.scalars(sa.select(PersonWish)).all() == []


def test_the_attack_another_person_reads_nothing_of_it(
    learner: Launcher, adviser: Launcher, line: EngagementLine
) -> None:
    sent(opened(learner), "/about-me", topics_wanted="zanzibar")
    sent(opened(learner), "/wish", name=names(line)[0], kind="please_not")
    theirs = opened(adviser)
    assert "zanzibar" not in theirs.words
    assert "Please not:" not in theirs.words


def test_a_learner_leaves_the_choice_and_it_is_settled(
    installation: Begun, line: EngagementLine, learner: Launcher
) -> None:
    with installation.services.db.begin() as session:
        session.execute(sa.update(Programme).values(matching={"consent": "chosen"}))
        session.execute(sa.update(Engagement).values(state=EngagementState.CLOSED))
    widget = opened(learner, "adviser")
    offered = [heading.get_text() for heading in widget.html.select(".offers h2")]
    assert 1 <= len(offered) <= 3
    form = widget.html.select('form[action$="/adviser"]')[-1]
    hidden = {str(i["name"]): str(i["value"]) for i in form.select("input[type=hidden]")}
    assert "adviser" not in hidden
    widget.response = widget.client.post(str(form["action"]), data=hidden, follow_redirects=True)
    assert "It is settled." in widget.words
    again = opened(learner, "adviser")
    assert "There is nothing to choose for you here at the moment." in again.words
    widget.response = widget.client.post(str(form["action"]), data=hidden, follow_redirects=True)
    assert "There is nothing to choose for you here." in widget.words
