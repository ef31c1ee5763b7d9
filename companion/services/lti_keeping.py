"""Keeping a verified launch, and what it tells that was not known."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from companion.lti.claims import DeepLinkingSettings, LaunchClaims
from companion.lti.errors import PlatformDisabledError
from companion.store import Cipher, Database, Session, lti_contexts, lti_deep_linking, lti_launches
from companion.store.lti import PlatformView
from companion.store.lti_contexts import Offer
from companion.store.lti_launches import Known, NewLaunch

LAUNCH_LIFETIME: Final = timedelta(hours=8)
CHOICE_LIFETIME: Final = timedelta(hours=1)
"""How long somebody may take to pick what to put into a course."""


class LaunchKeeper:
    """Keeps launches: one statement to look, one to write, and a transaction only where there is news."""

    def __init__(
        self,
        db: Database,
        *,
        secrets: Cipher,
        clock: Callable[[], datetime],
        random: Callable[[int], str],
    ) -> None:
        """Args: secrets: encrypts where deep linking is answered. random: gives URL-safe text of random bytes."""
        self._db = db
        self._secrets = secrets
        self._clock = clock
        self._random = random

    def keep(self, platform: PlatformView, claims: LaunchClaims) -> NewLaunch:
        """Keep the launch; together with what it tells that was not known, which is little after the first time.

        Raises PlatformDisabledError where the platform is no longer what the claims were verified by.
        """
        with self._db.statements() as connection:
            known = lti_launches.known(
                connection,
                platform.id,
                claims.issuer,
                claims.subject,
                deployment_id=claims.deployment_id,
                context_id=claims.context_id,
                resource_link_id=claims.resource_link_id,
            )
            if known.jwks_url != platform.jwks_url:
                raise PlatformDisabledError
            launch = self._launch(platform.id, claims, known)
            news = [*self._news(launch, claims, known)]
            if not news:
                lti_launches.add_launch(connection, launch)
        if news:
            with self._db.begin() as session:
                lti_launches.add_launch(session, launch)
                for keep in news:
                    keep(session)
        return launch

    def _launch(self, platform_id: int, claims: LaunchClaims, known: Known) -> NewLaunch:
        now = self._clock()
        return NewLaunch(
            id=self._random(32),
            platform_id=platform_id,
            subject=claims.subject,
            person_id=known.person_id,
            course_id=known.course_id,
            resource_link_id="" if claims.asks_for_content else claims.resource_link_id,
            widget=claims.opens,
            teacher=claims.teacher,
            lms_admin=claims.lms_admin,
            locale=claims.locale,
            section=claims.section,
            created_at=now,
            expires_at=now + (CHOICE_LIFETIME if claims.asks_for_content else LAUNCH_LIFETIME),
        )

    def _news(
        self, launch: NewLaunch, claims: LaunchClaims, known: Known
    ) -> Iterator[Callable[[Session], None]]:
        """What has to be kept beside the launch."""
        platform_id, told = launch.platform_id, claims.services
        if known.person_id is not None and not known.identified:
            yield partial(
                lti_launches.identify,
                issuer=claims.issuer,
                subject=claims.subject,
                person_id=known.person_id,
            )
        offer = Offer(told.memberships_url, told.lineitems_url)
        place = (known.course_id, offer.memberships_url, offer.lineitems_url)
        if claims.context_id and offer != Offer(None, None) and place != known.context:
            yield partial(
                lti_contexts.note,
                platform_id=platform_id,
                context_id=claims.context_id,
                course_id=known.course_id,
                offer=offer,
                now=launch.created_at,
            )
        if told.lineitem_url and claims.resource_link_id and told.lineitem_url != known.line_item:
            yield partial(
                lti_contexts.keep_line_item,
                platform_id=platform_id,
                resource_link_id=claims.resource_link_id,
                url=told.lineitem_url,
            )
        if claims.asks_for_content and claims.deep_linking:
            sealed = self._sealed(claims.deep_linking, claims.deployment_id)
            yield partial(lti_deep_linking.add, launch_id=launch.id, settings_encrypted=sealed)

    def _sealed(self, asked: DeepLinkingSettings, deployment_id: str) -> bytes:
        return self._secrets.encrypt(json.dumps({**vars(asked), "deployment_id": deployment_id}))
