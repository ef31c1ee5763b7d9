"""The personal calendar address, got and stopped from within the course page."""

from tests.functional.launcher import Launcher, Widget


def calendar(someone: Launcher) -> Widget:
    """The page with the address, within a launch of theirs."""
    opened = someone.open()
    address = f"{opened.address.rpartition('/')[0]}/calendar"
    return Widget(opened.client, address, opened.client.get(address))


def shown(widget: Widget) -> str | None:
    field = widget.html.select_one("#address")
    return str(field["value"]) if field else None


def status(widget: Widget, address: str) -> int:
    return widget.client.get(address.removeprefix("http://127.0.0.1:8080")).status_code


def test_an_address_is_shown_once_and_works_until_it_is_stopped(learner: Launcher, adviser: Launcher) -> None:
    page = calendar(learner)
    assert shown(page) is None
    first = shown(page.send())
    assert first is not None
    assert status(page, first) == 200
    assert shown(page.reload()) is None
    assert "You have an address since" in page.words
    assert "You have an address since" not in calendar(adviser).words
    second = shown(page.send())
    assert second is not None
    assert (status(page, first), status(page, second)) == (404, 200)
    stop = Widget(page.client, f"{page.address}/stop", page.response)
    stop.send()
    assert status(page, second) == 404
    assert "Get an address" in page.reload().words


def test_a_form_without_its_token_makes_no_address(learner: Launcher) -> None:
    page = calendar(learner)
    assert page.client.post(page.address).status_code == 400
    assert "Get an address" in page.reload().words
