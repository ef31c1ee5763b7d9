"""Words of the admin for risks, remedies and what reports count."""

from companion.models.reporting import Dimension, Source
from companion.models.watch import Remedy, Risk

RISKS = {
    Risk.CONCERN: "A concern is open",
    Risk.NOT_GOOD: "Somebody said it does not fit",
    Risk.NO_FIRST_CONTACT: "No first contact",
    Risk.SILENCE: "Silent",
    Risk.UNANSWERED: "Proposal unanswered",
    Risk.OVER_CAPACITY: "More learners than seats",
}
REMEDIES = {
    Remedy.NUDGE: "Remind them",
    Remedy.CALL: "I will call them",
    Remedy.AGREE: "They agree to so many",
    Remedy.EXTEND: "Extend",
    Remedy.PROPOSE_NEXT: "Propose the next best",
    Remedy.REMATCH: "Match anew",
    Remedy.CLOSE: "Close",
}
REMEDIES_TAKEN = {
    Remedy.NUDGE: "Reminded",
    Remedy.CALL: "Taken on for a call",
    Remedy.AGREE: "Agreed to so many learners",
    Remedy.EXTEND: "Extended",
    Remedy.PROPOSE_NEXT: "Withdrawn, for the next best",
    Remedy.REMATCH: "Ended, to be matched anew",
    Remedy.CLOSE: "Closed",
}
REMEDY_EFFECTS = {
    Remedy.EXTEND: "They have two more weeks from the last day on. Both are told, so that it cannot be taken back; "
    "they can be closed sooner.",
    Remedy.PROPOSE_NEXT: "The proposal is withdrawn, and nobody is told so. The next best adviser is proposed within "
    "the hour; where there is none, the learner waits for the next match. This cannot be taken back.",
    Remedy.REMATCH: "Their engagement ends today, without fault and without a reason given. Both are told kindly, "
    "these two are never joined again, and the next match looks for others for each. This cannot be taken back.",
    Remedy.CLOSE: "Their engagement ends today. Both are thanked; nobody is looked for in their place unless they are "
    "still new. This cannot be taken back.",
}
"""What is said before it is done; what is not here is done at once."""
DIMENSIONS = {
    Dimension.COHORT: "Cohort",
    Dimension.COURSE: "Course",
    Dimension.DEPARTMENT: "Department",
    Dimension.LOCATION: "Location",
    Dimension.LANGUAGE: "Language",
    Dimension.HIRE_MONTH: "Month of hire",
}
SOURCES = {
    Source.CONTACT: "Contact",
    Source.FIRST_CONTACT: "Time to the first contact",
    Source.COMMITMENTS: "Commitments",
    Source.FIT: "Fit of the match",
    Source.TRUST: "Trust",
    Source.ASKS: "Asks",
    Source.ADVISING: "From learner to adviser",
}
HEADLINES = {
    Source.CONTACT: "of the contacts due took place",
    Source.FIRST_CONTACT: "were in touch within five days",
    Source.COMMITMENTS: "of the commitments that came due were kept",
    Source.FIT: "of the answers say that it fits",
    Source.TRUST: "mean answer, from 0 (not at all) to 100 (fully)",
    Source.ASKS: "of the asks were answered within a day",
    Source.ADVISING: "of those who finished went on to advise",
}
PART_WORDS = {
    Source.CONTACT: {"due": "Contacts due", "in_touch": "Took place"},
    Source.FIRST_CONTACT: {
        "day_2": "By day 2",
        "day_5": "Day 3 to 5",
        "day_9": "Day 6 to 9",
        "day_14": "Day 10 to 14",
        "later": "Later",
    },
    Source.COMMITMENTS: {"kept": "Kept", "late": "Late", "dropped": "Dropped"},
    Source.FIT: {"good": "It fits", "unsure": "Not sure", "not_good": "It does not fit"},
    Source.TRUST: {"1": "Not at all", "2": "A little", "3": "Partly", "4": "Mostly", "5": "Fully"},
    Source.ASKS: {
        "asked": "Asked",
        "hour_1": "Answered within an hour",
        "hour_24": "Within a day",
        "hour_72": "Within three days",
        "later": "Later",
    },
    Source.ADVISING: {"finished": "Finished as a learner", "advising": "Went on to advise"},
}
RISK_OPTIONS = [(risk.value, text) for risk, text in RISKS.items()]
DIMENSION_OPTIONS = [(dimension.value, text) for dimension, text in DIMENSIONS.items()]
