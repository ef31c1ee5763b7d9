"""Keeping a verified launch, and what it tells that was not known."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from companion.lti.claims import DeepLinkingSettings, LaunchClaims
from companion.lti.errors import PlatformDisabledError
from companion.store import (
    Cipher,
    Connection,
    Database,
    Session,
    lti_contexts,
    lti_deep_linking,
    lti_launches,
)
from companion.store.lti import PlatformView
from companion.store.lti_contexts import Offer
from companion.store.lti_launches import Known, NewLaunch, Told

LAUNCH_LIFETIME: Final = timedelta(hours=8)
CHOICE_LIFETIME: Final = timedelta(hours=1)
"""How long somebody may take to pick what to put into a course."""


class LaunchKeeper:
    """Keeps launches: one statement that looks and writes, and a transaction only where there is news."""

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
        """Keep the launch, then what it tells that was not known: little after the first time.

        Raises PlatformDisabledError where the platform is no longer what the claims were verified by.
        """
        launch = self._launch(platform.id, claims)
        if claims.asks_for_content and claims.deep_linking:
            sealed = self._sealed(claims.deep_linking, claims.deployment_id)
            with self._db.begin() as session:
                known = self._add(session, launch, platform, claims)
                lti_deep_linking.add(session, launch_id=launch.id, settings_encrypted=sealed)
        else:
            with self._db.statements() as connection:
                known = self._add(connection, launch, platform, claims)
        news = [*self._news(launch, claims, known)]
        if news:
            with self._db.begin() as session:
                for keep in news:
                    keep(session)
        return launch

    def _add(
        self,
        connection: Session | Connection,
        launch: NewLaunch,
        platform: PlatformView,
        claims: LaunchClaims,
    ) -> Known:
        told = Told(
            platform.jwks_url,
            claims.deployment_id,
            claims.issuer,
            claims.context_id,
            claims.services.memberships_url,
            claims.services.lineitems_url,
            claims.services.lineitem_url,
        )
        known = lti_launches.add_launch(connection, launch, told)
        if known is None:
            raise PlatformDisabledError
        return known

    def _launch(self, platform_id: int, claims: LaunchClaims) -> NewLaunch:
        now = self._clock()
        return NewLaunch(
            id=self._random(32),
            platform_id=platform_id,
            subject=claims.subject,
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
        """What has to be kept beside the launch. Were it lost, the next launch would tell it again."""
        platform_id, told = launch.platform_id, claims.services
        if known.person_id is not None and not known.identified:
            yield partial(
                lti_launches.identify,
                issuer=claims.issuer,
                subject=claims.subject,
                person_id=known.person_id,
            )
        offer = Offer(told.memberships_url, told.lineitems_url)
        if claims.context_id and offer != Offer(None, None) and not known.place:
            yield partial(
                lti_contexts.note,
                platform_id=platform_id,
                context_id=claims.context_id,
                course_id=known.course_id,
                offer=offer,
                now=launch.created_at,
            )
        if told.lineitem_url and launch.resource_link_id and not known.line_item:
            yield partial(
                lti_contexts.keep_line_item,
                platform_id=platform_id,
                resource_link_id=launch.resource_link_id,
                url=told.lineitem_url,
            )

    def _sealed(self, asked: DeepLinkingSettings, deployment_id: str) -> bytes:
        return self._secrets.encrypt(json.dumps({**vars(asked), "deployment_id": deployment_id}))
