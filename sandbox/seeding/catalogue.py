"""The invented courses: sections with a line each, and what stands in them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SectionPlan:
    """A section of a course to make: its activities are (kind, name)."""

    name: str
    summary: str
    activities: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class CoursePlan:
    """A course to make. Departments in `required_for` take it; `has_criteria` says whether it can be completed."""

    shortname: str
    fullname: str
    summary: str
    sections: tuple[SectionPlan, ...]
    required_for: tuple[str, ...] = ()
    has_criteria: bool = True


SALES, ENGINEERING, CARE = "Sales", "Engineering", "Customer care"
ANNOUNCEMENTS = ("forum", "Announcements")

COURSES = (
    CoursePlan(
        "ONB-SALES",
        "Sales onboarding",
        "Your first ninety days in sales: the customers, the conversations and the tools.",
        (
            SectionPlan("General", "", (ANNOUNCEMENTS, ("page", "How this course works"))),
            SectionPlan(
                "Know our customers",
                "Who buys from us, what keeps them awake, and how we learn it from them.",
                (
                    ("page", "Six customers in their own words"),
                    ("quiz", "Match the need to the customer"),
                    ("forum", "What surprised you?"),
                ),
            ),
            SectionPlan(
                "Your first conversations",
                "Listen before you pitch. Sit in on two calls, then lead one.",
                (("page", "Discovery questions that work"), ("assign", "Notes from a call you sat in on")),
            ),
            SectionPlan(
                "Pipeline and tools",
                "Keep the pipeline honest, so that others can plan with it.",
                (("page", "The pipeline in ten minutes"), ("quiz", "Stages and next steps")),
            ),
            SectionPlan(
                "Closing with care",
                "Terms, approvals and a handover that customer care will thank you for.",
                (("page", "Discounts and who approves them"), ("quiz", "Before you send the offer")),
            ),
        ),
        (SALES,),
    ),
    CoursePlan(
        "ONB-ENG",
        "Engineering onboarding",
        "From a working laptop to a change in production, with people to ask on the way.",
        (
            SectionPlan("General", "", (ANNOUNCEMENTS, ("page", "Week by week"))),
            SectionPlan(
                "Set up and look around",
                "Accounts, the build, and a tour of the services.",
                (("page", "Set up your machine"), ("page", "A map of our services"), ("forum", "Setup help")),
            ),
            SectionPlan(
                "Your first change",
                "Small, reviewed and shipped. The point is the path, not the change.",
                (("page", "Pick a first issue"), ("assign", "Your first merged change")),
            ),
            SectionPlan(
                "Reviews and testing",
                "What we look for, how we say it, and which tests we trust.",
                (("page", "Giving a review people can use"), ("quiz", "Would you merge this?")),
            ),
            SectionPlan(
                "On call",
                "Shadow two shifts before you carry the pager.",
                (("page", "What happens when the pager rings"), ("quiz", "Severity and first steps")),
            ),
        ),
        (ENGINEERING,),
    ),
    CoursePlan(
        "ONB-CARE",
        "Customer care onboarding",
        "Answer with patience, know the product, and know when to ask.",
        (
            SectionPlan("General", "", (ANNOUNCEMENTS, ("page", "Your first two weeks"))),
            SectionPlan(
                "The product for our customers",
                "The ten things people call about.",
                (("page", "Ten common questions"), ("quiz", "Find the answer in the help pages")),
            ),
            SectionPlan(
                "Listening and tone",
                "Say what you understood before you say what to do.",
                (
                    ("page", "Three replies, one customer"),
                    ("assign", "Rewrite a reply"),
                    ("forum", "Tricky replies"),
                ),
            ),
            SectionPlan(
                "De-escalation",
                "Staying calm is a skill, and it is learned with others.",
                (("page", "When a call gets loud"), ("quiz", "What would you say next?")),
            ),
            SectionPlan(
                "Handing over well",
                "A handover without a question back.",
                (("page", "A handover on one page"), ("quiz", "What is missing here?")),
            ),
        ),
        (CARE,),
    ),
    CoursePlan(
        "DP-101",
        "Data protection basics",
        "What counts as personal data, and what to do with it and without it.",
        (
            SectionPlan("General", "", (("page", "Why this matters to you"),)),
            SectionPlan(
                "Personal data",
                "More of it than one thinks.",
                (("page", "Is it personal data?"), ("quiz", "Spot the personal data")),
            ),
            SectionPlan(
                "Sharing and storing",
                "Who may see what, and for how long.",
                (("page", "Before you share a file"), ("quiz", "Share, ask or delete?")),
            ),
            SectionPlan(
                "When something goes wrong",
                "Tell us early. Nobody is blamed for reporting.",
                (("page", "Report within the hour"), ("quiz", "Final check")),
            ),
        ),
    ),
    CoursePlan(
        "WELCOME",
        "Welcome to Acme",
        "Who we are, how we work, and where to find things.",
        (
            SectionPlan("General", "", (ANNOUNCEMENTS,)),
            SectionPlan(
                "Who we are",
                "Our story, and the people you will meet.",
                (("page", "Acme in five stories"), ("forum", "Say hello")),
            ),
            SectionPlan(
                "How we work",
                "Across time zones, mostly in writing.",
                (("page", "Meetings, messages and quiet hours"), ("page", "Asking for help")),
            ),
            SectionPlan(
                "Practical things",
                "Pay, leave, travel and the coffee machine.",
                (("page", "Where to find things"), ("page", "Your first month, day by day")),
            ),
        ),
        (SALES, ENGINEERING, CARE),
        has_criteria=False,
    ),
    CoursePlan(
        "LEAD-1",
        "People leaders essentials",
        "For people who have just begun to lead others.",
        (
            SectionPlan("General", "", (ANNOUNCEMENTS,)),
            SectionPlan(
                "One-to-ones",
                "An hour that belongs to the other person.",
                (("page", "Questions for a first one-to-one"), ("forum", "What worked for you?")),
            ),
            SectionPlan(
                "Feedback",
                "Specific, soon, and in both directions.",
                (("page", "Feedback that can be used"), ("assign", "Ask for feedback yourself")),
            ),
            SectionPlan(
                "Welcoming somebody new",
                "The first day, week and month, from the other side.",
                (("page", "A plan for the first month"), ("quiz", "What would you prepare?")),
            ),
        ),
        has_criteria=False,
    ),
)
