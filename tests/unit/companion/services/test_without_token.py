"""What doing without a token would change, in figures of the site as it is."""

from companion.store import lms, lti_contexts
from companion.store.lti_contexts import Offer
from tests.begun import Begun


def test_what_stands_in_moodle_and_the_courses_without_a_roster_are_told(begun_on: Begun) -> None:
    services, url = begun_on.services, begun_on.lms.url
    (platform,) = services.lti.platforms()
    with services.db.begin() as session:
        opened, *others = lms.followed_courses(session, services.sites.current().id)
        offer = Offer(f"{url}/roster", None)
        context = str(opened.lms_id)
        lti_contexts.note(session, platform.id, context, opened.id, offer, begun_on.clock())

    change = services.sites.without_token(f"{url}/")

    assert change.forgets
    assert change.programmes == 1
    assert set(change.unread) == {course.full_name for course in others}
    assert change.widgets == len(services.placements.standing([begun_on.programme_id]))
    lines = services.engagements.of_programme(begun_on.programme_id)
    assert change.groups == sum(line.engagement.lms_group_id is not None for line in lines) > 0

    services.sites.connect_without_token(url)
    assert not services.sites.without_token(url).forgets
