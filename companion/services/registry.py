"""All services, each built once from what it needs; the only place where they are wired together."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from argon2 import PasswordHasher

from companion.jobs.queue import Handlers, HueyQueue, Queue
from companion.lti.guard import AddressGuard
from companion.lti.http import HttpKeySetFetcher, clock_apart
from companion.lti.keysets import KeySetFetcher
from companion.mail.smtp import Security, Smtp
from companion.mentoring.engagement import Mover
from companion.services.access import AccessService
from companion.services.agreements import AgreementService
from companion.services.ask_passing import PASS_ON, AskPassingService
from companion.services.asked_people import AskedPeople
from companion.services.asks import AskService
from companion.services.attention import AttentionService
from companion.services.audit import AuditService
from companion.services.calendar_feed import CalendarFeedService
from companion.services.choosing import ChoosingService
from companion.services.commitments import CommitmentService
from companion.services.concerns import ConcernService
from companion.services.conduct import ConductService
from companion.services.connection import ClientFactory, Connection
from companion.services.engagements import EngagementService
from companion.services.feedback_words import FeedbackWordService
from companion.services.finding import FindingService
from companion.services.home import HomeService
from companion.services.job_log import JobLog
from companion.services.leaving import leave_all, leave_gone
from companion.services.lessons import LessonService
from companion.services.lifecycle import BEGIN, EXTEND, LEAVE, LifecycleService
from companion.services.look import LookService
from companion.services.lti import LtiService
from companion.services.lti_admin import LtiAdminService
from companion.services.lti_connectors import LtiConnectors
from companion.services.lti_deep_linking import LtiDeepLinkingService
from companion.services.lti_registration import LtiRegistrationService
from companion.services.lti_roster import LtiRosterService
from companion.services.lti_scores import KIND as SCORE
from companion.services.lti_scores import LtiScoreService
from companion.services.lti_teaching import LtiTeachingService
from companion.services.matching import MatchingService
from companion.services.meeting_places import EVENTS, GROUPS, MeetingPlaceService
from companion.services.mentoring import MentoringService
from companion.services.messages import MAIL, MESSAGE, Messenger
from companion.services.metrics import MetricsService
from companion.services.nudges import NudgeService
from companion.services.offered_lessons import OfferedLessonService
from companion.services.outbox import OutboxService
from companion.services.own_data import OPT_OUT, OwnDataService
from companion.services.persons import PersonService
from companion.services.placements import PlacementService
from companion.services.programmes import ProgrammeService
from companion.services.prompts import PromptService
from companion.services.remedies import Remedies
from companion.services.reporting import ReportingService
from companion.services.retention import RetentionService
from companion.services.review import ReviewService
from companion.services.review_changes import ReviewChanges
from companion.services.reviewed_run import FrozenPeople
from companion.services.roster_reading import PlatformRosters
from companion.services.said import SaidService
from companion.services.second_factor import SecondFactorService
from companion.services.sign_ins import SignInService
from companion.services.sites import SiteService
from companion.services.staff import StaffService
from companion.services.sync import SyncService
from companion.services.taking_back import TakingBackService
from companion.services.telling import TellingDeeds
from companion.services.thanks import ThanksService
from companion.services.upkeep import UpkeepService
from companion.services.watch import WatchService
from companion.services.ways_in import WaysInService
from companion.services.what_if import WhatIfService
from companion.store import Cipher, Database, Texts
from config import MailSettings, Settings
from lms_client import MoodleClient


def utc_now() -> datetime:
    """The clock of the outside world."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Services:
    """What the web and the commands are given."""

    db: Database
    queue: Queue
    clock: Callable[[], datetime]
    sites: SiteService
    sync: SyncService
    programmes: ProgrammeService
    finding: FindingService
    matching: MatchingService
    engagements: EngagementService
    mentoring: MentoringService
    asks: AskService
    ask_passing: AskPassingService
    thanks: ThanksService
    lessons: LessonService
    offered_lessons: OfferedLessonService
    nudges: NudgeService
    own_data: OwnDataService
    prompts: PromptService
    placements: PlacementService
    outbox: OutboxService
    meeting_places: MeetingPlaceService
    messenger: Messenger
    mail: Smtp | None
    calendar_feed: CalendarFeedService
    jobs: JobLog
    metrics: MetricsService
    clock_apart: Callable[[str], timedelta | None]
    lti: LtiService
    lti_registration: LtiRegistrationService
    lti_deep_linking: LtiDeepLinkingService
    lti_roster: LtiRosterService
    lti_teaching: LtiTeachingService
    lti_admin: LtiAdminService
    staff: StaffService
    sign_ins: SignInService
    second_factor: SecondFactorService
    ways_in: WaysInService
    access: AccessService
    audit: AuditService
    look: LookService
    persons: PersonService
    upkeep: UpkeepService
    lifecycle: LifecycleService
    taking_back: TakingBackService
    agreements: AgreementService
    conduct: ConductService
    commitments: CommitmentService
    feedback_words: FeedbackWordService
    concerns: ConcernService
    home: HomeService
    watch: WatchService
    attention: AttentionService
    reporting: ReportingService
    review: ReviewService
    review_changes: ReviewChanges
    retention: RetentionService
    what_if: WhatIfService
    choosing: ChoosingService
    said: SaidService


def build_services(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = utc_now,
    new_client: ClientFactory = MoodleClient.connect,
    fetch_keys: KeySetFetcher | None = None,
    queue: Queue | None = None,
    hasher: PasswordHasher | None = None,
) -> Services:
    """Wire everything; the arguments beside the settings are what tests put their own in for."""
    db = Database(settings.database_url)
    secrets = Cipher(settings.encryption_key)
    texts = Texts(Cipher(settings.text_key))
    connection = Connection(db, secrets, new_client)
    lti = LtiService(
        db,
        secrets=secrets,
        clock=clock,
        base_url=settings.base_url,
        fetch=fetch_keys or HttpKeySetFetcher(),
    )
    staff = StaffService(db, clock=clock, hasher=hasher or PasswordHasher())
    sign_ins = SignInService(db, clock=clock)
    connectors = LtiConnectors(db, keys=lti.keys, clock=clock)
    scores = LtiScoreService(db, connectors=connectors, clock=clock)
    reading = partial(PlatformRosters, db, connectors)
    rosters = LtiRosterService(db, connectors=connectors, clock=clock)
    messenger = Messenger(Cipher(settings.text_key), secrets, clock, settings.base_url)
    mail = _mail(settings.mail)
    jobs = JobLog(db, clock=clock)
    places = MeetingPlaceService(db, clock=clock)
    telling = TellingDeeds(db, messenger=messenger, mail=mail, clock=clock)
    matching = MatchingService(db, clock=clock, texts=Cipher(settings.text_key))
    reviewed = FrozenPeople(matching.jobs)
    lifecycle = LifecycleService(db, messenger=messenger, clock=clock)
    mentoring = MentoringService(db, texts=texts, clock=clock, note_score=scores.note)
    nudges = NudgeService(db, clock=clock, messages=messenger)
    remedies = Remedies(db, messenger=messenger, nudges=nudges, clock=clock)
    watch = WatchService(db, clock=clock)
    asked = AskedPeople(texts=texts, messages=messenger)
    ask_passing = AskPassingService(db, people=asked, clock=clock)
    own_data = OwnDataService(
        db,
        texts=texts,
        clock=clock,
        leave_all=lambda session, person_id, now: leave_all(session, messenger, person_id, Mover.MEMBER, now),
    )
    work = OutboxService(
        db,
        connection=connection,
        clock=clock,
        lms_deeds={GROUPS: places.groups, EVENTS: places.events, MESSAGE: telling.through_moodle},
        deeds={
            SCORE: scores.tell,
            MAIL: telling.by_mail,
            LEAVE: lifecycle.leave_now,
            BEGIN: lifecycle.begin_now,
            EXTEND: lifecycle.extend_now,
            PASS_ON: ask_passing.pass_on_now,
            OPT_OUT: own_data.opt_out_now,
        },
    )
    services = Services(
        db=db,
        queue=queue or HueyQueue(settings.database_url, settings.data_dir),
        clock=clock,
        sites=SiteService(db, connection=connection, rosters=reading, secrets=secrets, clock=clock),
        sync=SyncService(
            db,
            connection=connection,
            rosters=reading,
            clock=clock,
            leave_gone=lambda session, site_id, now: leave_gone(session, messenger, site_id, now),
            requests=settings.moodle_requests,
        ),
        programmes=ProgrammeService(db, connection=connection, clock=clock),
        finding=FindingService(db, clock=clock),
        matching=matching,
        engagements=EngagementService(db),
        asks=AskService(db, texts=texts, clock=clock, people=asked),
        ask_passing=ask_passing,
        thanks=ThanksService(db, texts=texts, clock=clock),
        lessons=LessonService(db, texts=texts, clock=clock),
        offered_lessons=OfferedLessonService(db, texts=texts, clock=clock),
        nudges=nudges,
        own_data=own_data,
        prompts=PromptService(db, clock=clock),
        mentoring=mentoring,
        placements=PlacementService(db, connection=connection, clock=clock),
        outbox=work,
        meeting_places=places,
        calendar_feed=CalendarFeedService(db, clock=clock, base_url=settings.base_url),
        jobs=jobs,
        metrics=MetricsService(db, jobs=jobs, clock=clock),
        clock_apart=clock_apart,
        messenger=messenger,
        mail=mail,
        lti=lti,
        lti_registration=LtiRegistrationService(
            db,
            lti=lti,
            clock=clock,
            base_url=settings.base_url,
            guard=AddressGuard(private=settings.allow_private_lms, loopback=settings.on_loopback),
        ),
        lti_deep_linking=LtiDeepLinkingService(db, keys=lti.keys, secrets=secrets, clock=clock),
        lti_roster=rosters,
        lti_teaching=LtiTeachingService(db, rosters=rosters, connection=connection, clock=clock),
        lti_admin=LtiAdminService(db, staff=staff, clock=clock),
        staff=staff,
        sign_ins=sign_ins,
        second_factor=SecondFactorService(db, secrets=secrets, clock=clock),
        ways_in=WaysInService(db, accounts=staff, messenger=messenger, mails=mail is not None, clock=clock),
        access=AccessService(db),
        audit=AuditService(db, clock=clock),
        look=LookService(db, clock=clock),
        persons=PersonService(db, clock=clock),
        upkeep=UpkeepService(lti=lti, sign_ins=sign_ins, lifecycle=lifecycle, outbox=work, matching=matching),
        lifecycle=lifecycle,
        taking_back=TakingBackService(db, clock=clock),
        conduct=ConductService(db, clock=clock),
        agreements=AgreementService(db, texts=texts, clock=clock),
        commitments=CommitmentService(db, texts=texts, clock=clock),
        feedback_words=FeedbackWordService(db, texts=texts, messenger=messenger, clock=clock),
        concerns=ConcernService(db, texts=texts, clock=clock),
        home=HomeService(db, texts=texts, clock=clock, mentoring=mentoring),
        watch=watch,
        attention=AttentionService(db, clock=clock, remedies=remedies.all(), look=watch.look),
        retention=RetentionService(db, clock=clock),
        reporting=ReportingService(db, clock=clock),
        what_if=WhatIfService(db),
        said=SaidService(db, clock=clock, texts=texts),
        choosing=ChoosingService(db, clock=clock, texts=Cipher(settings.text_key)),
        review=ReviewService(db, people=reviewed),
        review_changes=ReviewChanges(db, people=reviewed, clock=clock),
    )
    if isinstance(services.queue, HueyQueue):
        services.queue.bind({name: jobs.watched(name, job) for name, job in _jobs(services).items()})
    return services


def _mail(given: MailSettings | None) -> Smtp | None:
    if given is None:
        return None
    return Smtp(given.host, given.port, Security(given.security), given.sender, given.user, given.password)


def _jobs(services: Services) -> Handlers:
    return {
        "asks": services.ask_passing.tick,
        "nudges": services.nudges.run,
        "match": services.matching.work,
        "next-best": services.choosing.next_best,
        "outbox": services.outbox.work,
        "meeting-places": services.meeting_places.look,
        "meeting-places-all": services.meeting_places.look_everywhere,
        "place": services.placements.work,
        "purge": services.own_data.purge,
        "refresh": services.sync.refresh,
        "remove": services.sync.remove,
        "reports": services.reporting.run,
        "sync": services.sync.run,
        "upkeep": services.upkeep.run,
        "watch": services.watch.run,
    }
