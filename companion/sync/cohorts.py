"""The cohorts of the LMS and who is in them."""

from companion.store import staging
from companion.sync.progress import Progress
from companion.sync.stage import END, Stage
from lms_client import LmsError, MoodleClient, SiteError

UNREAD = "unread"
"""The place of the phase where cohorts could not be read, so that what is stored of them stays."""


def read_cohorts(client: MoodleClient, stage: Stage, progress: Progress) -> None:
    """Read all cohorts and their members. Raises SiteError."""
    if stage.place("cohorts") is not None:
        return
    progress.phase("cohorts")
    try:
        cohorts = client.cohorts()
        members = client.cohort_members([cohort.id for cohort in cohorts])
    except SiteError:
        raise
    except LmsError as problem:
        with stage.keeping() as (session, reading):
            staging.note_problem(reading, f"Cohorts were left as they were: {problem}", complete=True)
            staging.note(session, reading, cohorts=UNREAD)
        return
    known = {cohort.id: cohort.name[:254] for cohort in cohorts}
    pairs = ((cohort, person) for cohort in known for person in dict.fromkeys(members.get(cohort, ())))
    with stage.keeping() as (session, reading):
        staging.add_cohorts(session, stage.site_id, list(known.items()), pairs)
        staging.note(session, reading, cohorts=END)
