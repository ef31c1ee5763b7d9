"""A roster, whole or not at all."""

from typing import Any, cast

import pytest

from companion.lti.connector import Connector, ServiceError, ServicePage
from companion.lti.roster import MOST_PAGES, PAGE, RosterMember, names, read

BARE = "https://lms.example.org/roster"
URL = f"{BARE}?limit={PAGE}"


def member(subject: str, role: str = "Learner", **more: Any) -> dict[str, Any]:
    return {"user_id": subject, "roles": [role], "status": "Active", **more}


class Pages:
    """A connector over pages by address."""

    def __init__(self, pages: dict[str, tuple[Any, str | None]]) -> None:
        self.pages = pages
        self.asked: list[str] = []

    def get(self, url: str, scopes: list[str], *, accept: str) -> ServicePage:
        self.asked.append(url)
        if url not in self.pages:
            raise ServiceError("gone", 500)
        return ServicePage(*self.pages[url])


def roster(pages: Pages) -> list[RosterMember]:
    return read(cast("Connector", pages), BARE).members


def test_all_pages_in_their_order_each_person_once() -> None:
    pages = Pages(
        {
            URL: ({"members": [member("1"), member("2")]}, f"{BARE}?from=2"),
            f"{BARE}?from=2": ({"members": [member("2"), member("3", "Instructor")]}, None),
        }
    )
    assert roster(pages) == [RosterMember("1", False), RosterMember("2", False), RosterMember("3", True)]


def test_who_is_not_active_is_not_on_it() -> None:
    rows = [member("1", status="Inactive"), member("2", status="Deleted"), member("3")]
    assert [m.subject for m in roster(Pages({URL: ({"members": rows}, None)}))] == ["3"]


def test_an_empty_roster_is_one() -> None:
    assert roster(Pages({URL: ({"members": []}, None)})) == []


@pytest.mark.parametrize(
    "role", ["Instructor", "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"]
)
def test_both_forms_of_a_role_are_known(role: str) -> None:
    assert roster(Pages({URL: ({"members": [member("1", role)]}, None)})) == [RosterMember("1", True)]


def test_a_missing_page_gives_nothing() -> None:
    """A part must never pass for the whole: somebody would be taken for gone."""
    with pytest.raises(ServiceError):
        roster(Pages({URL: ({"members": [member("1")]}, f"{BARE}?from=2")}))


@pytest.mark.parametrize(
    "following",
    [
        "https://evil.example/roster",
        "http://lms.example.org/roster",
        "https://lms.example.org:444/r",
        "?from=2",
    ],
)
def test_a_page_at_another_site_is_not_asked_for(following: str) -> None:
    pages = Pages({URL: ({"members": [member("1")]}, following), following: ({"members": []}, None)})
    with pytest.raises(ServiceError, match="another site"):
        roster(pages)
    assert pages.asked == [URL]


def test_a_roster_that_turns_in_a_circle_ends() -> None:
    pages = Pages({URL: ({"members": []}, f"{BARE}?a"), f"{BARE}?a": ({"members": []}, URL)})
    with pytest.raises(ServiceError, match="does not end"):
        roster(pages)


def test_a_roster_without_an_end_is_not_cut_short() -> None:
    pages = Pages({URL: ({"members": [member("0")]}, f"{BARE}?1")})
    for number in range(1, MOST_PAGES + 2):
        pages.pages[f"{BARE}?{number}"] = ({"members": [member(str(number))]}, f"{BARE}?{number + 1}")
    with pytest.raises(ServiceError, match="does not end"):
        roster(pages)
    assert len(pages.asked) == MOST_PAGES


@pytest.mark.parametrize(
    "body", [None, [], {}, {"members": None}, {"members": [{}]}, {"members": [{"user_id": 7}]}]
)
def test_what_is_no_roster_is_refused(body: Any) -> None:
    with pytest.raises(ServiceError, match="could not be read"):
        roster(Pages({URL: (body, None)}))


def test_nobody_is_printed() -> None:
    assert repr(RosterMember("77", False, "Nia", "n@example.com", "E1")) == "RosterMember(teaches=False)"


def test_what_a_platform_shares_of_people_and_their_course_is_told() -> None:
    told = {"name": "Nia Okafor", "email": "nia@example.com", "lis_person_sourcedid": "E1"}
    rows = [member("1", **told), member("2", email="", lis_person_sourcedid=None)]
    body = {"context": {"id": "4", "label": "ONB", "title": "Onboarding"}, "members": rows}
    found = read(cast("Connector", Pages({URL: (body, None)})), BARE)
    assert (found.label, found.title) == ("ONB", "Onboarding")
    assert found.members == [
        RosterMember("1", False, "Nia Okafor", "nia@example.com", "E1"),
        RosterMember("2", False),
    ]


def test_the_names_of_a_course_cost_one_member() -> None:
    pages = Pages({f"{BARE}?limit=1": ({"context": {"label": "ONB"}, "members": [member("1")]}, URL)})
    found = names(cast("Connector", pages), BARE)
    assert (found.label, found.title, len(pages.asked)) == ("ONB", "", 1)


def test_who_slips_from_page_to_page_meanwhile_is_met_the_second_time() -> None:
    """Somebody on the first page leaves while the second is fetched, so that the third person is on neither."""

    class Slipping(Pages):
        def get(self, url: str, scopes: list[str], *, accept: str) -> ServicePage:
            page = super().get(url, scopes, accept=accept)
            if url == URL:
                rows = [member("2"), member("3")]
                self.pages = {
                    URL: ({"members": rows}, f"{BARE}?from=2"),
                    f"{BARE}?from=2": ({"members": []}, None),
                }
            return page

    pages = Slipping({URL: ({"members": [member("1"), member("2")]}, f"{BARE}?from=2")})
    assert [each.subject for each in roster(pages)] == ["1", "2", "3"]
