"""What doing without a web-service token would change for a site, told before it is done."""

from collections.abc import Collection
from dataclasses import dataclass

from companion.models.lms import Site
from companion.store import Session, lms, meeting_places, placements, programmes


@dataclass(frozen=True, slots=True)
class WithoutToken:
    """The connected site, where people were read from the rosters of a platform from now on.

    Attributes:
        issuer: address of the platform, and of the site that is then connected.
        site: the one connected now; None where there is none yet.
        programmes: how many it has.
        unread: names of the courses whose people are read, and of which no roster is known yet.
        widgets: how many stood in its courses when last placed.
        groups: how many Cairn made there.
    """

    issuer: str
    site: Site | None
    programmes: int = 0
    unread: tuple[str, ...] = ()
    widgets: int = 0
    groups: int = 0

    @property
    def same(self) -> bool:
        """Whether it is the site that is connected now."""
        return self.site is not None and self.site.base_url == self.issuer

    @property
    def forgets(self) -> bool:
        """Whether a token goes: that of another site stays with it."""
        return self.same and self.site is not None and self.site.token_encrypted is not None


def without_token(session: Session, issuer: str, rostered: Collection[int]) -> WithoutToken:
    """Count it; `rostered` are the courses whose roster can be asked for, by the LMS's ids."""
    site = lms.site(session)
    if site is None:
        return WithoutToken(issuer, None)
    followed = lms.followed_courses(session, site.id)
    return WithoutToken(
        issuer,
        site,
        programmes=len(programmes.all_of(session, site.id)),
        unread=tuple(course.full_name for course in followed if course.lms_id not in rostered),
        widgets=placements.number(session, site.id),
        groups=meeting_places.number_of_groups(session, site.id),
    )
