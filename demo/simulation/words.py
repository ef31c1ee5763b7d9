"""What the people of the simulation say: sentences to choose from, invented, in turn."""

NOTES = (
    "We talked through my first week; the glossary helped.",
    "I shadowed a call and took notes we went over.",
    "The second list made sense once we drew it.",
    "I did it alone for the first time. It held.",
    "Short week, but we wrote twice.",
    "We looked at my draft together, line by line.",
)
ANSWERS = {
    "The list here has other figures than the shop. Which ones hold?": (
        "The shop. The list is last year's; tell whoever keeps it.",
        "I had the same question. Ask the owner of the page: whoever is named at its end knows what holds today.",
    ),
    "Whom do you ask when this page and a colleague say different things?": (
        "Whoever is named at the end of the page, and I tell the colleague what I heard.",
        "I ask in the team's channel. Somebody has always been there before.",
    ),
    "How long did this section take you? I seem to be slower than its plan.": (
        "It took me twice as long as they say, and nobody minded. Skip the appendix.",
        "Two mornings. The second half goes faster than the first.",
    ),
    "Which of these tools do you really open every day?": (
        "Two of them. I can show you which on Thursday.",
        "The first and the last. The others you will need once a month.",
    ),
    "Is the quiz at the end worth preparing for?": (
        "Not really: it asks what you did in the exercises.",
        "Look at the third section again, the rest comes by itself.",
    ),
}
"""By question, what two who were asked answer."""
QUESTIONS = tuple(ANSWERS)
MORE = ("In which country?", "Which part of it do you mean?")
HELPED = ("It saved my first offer", "Now I know whom to ask", "That took a weight off me")
COMMITMENTS = (
    ("Read the list and write down three questions", "The three questions"),
    ("Lead the first five minutes of a call", "You tell me how it went"),
    ("Send my notes to the team", "They are in the folder"),
    ("Finish the second section", "Its quiz is done"),
    ("Ask two colleagues how they begin their day", "I tell you what surprised me"),
)
"""Of learners: what, and how both will know."""
PROMISES = (
    ("Introduce you to whoever keeps the list", "You have had coffee together"),
    ("Look for my own notes of the first month", "You have them"),
    ("Let you sit in on my next call", "You were there"),
)
"""Of advisers."""
THANKS = (
    "For the first hello",
    "For staying on the line",
    "For reading my draft twice",
    "For your plain words",
)
WENT_WRONG = (
    "I read the whole course before I talked to anybody. Half of it made sense only afterwards.",
    "I said yes to every meeting in my first week. Keep two mornings free.",
    "I asked in the large channel and got five answers. One person who was here before was enough.",
    "I hid that I was lost in the tools. It took ten minutes to learn once I said so.",
    "I waited a week before I asked. I would ask on the first day.",
    "I took notes on everything and read none of them. Three lines a day were enough.",
)
WENT_RIGHT = (
    "Sitting in on two calls before the first of my own took the fear out of it.",
    "We wrote down the three questions of the week. Most answered themselves by Friday.",
    "One small thing finished in the first week did more for me than a large plan.",
    "I asked for feedback on one thing only, and got an answer I could use.",
    "A fixed quarter of an hour on Tuesdays did more than long meetings.",
    "We said at the start how we like feedback. That made the hard part easy.",
)
ABOUT = "How I run the first minutes of a call"
HELPS = "You let people finish."
WISH = "Say sooner where you are heading."
TOPICS = "First offers, price lists"
"""What somebody offers to help with who was a newcomer not long ago."""
CARD = {"reach": "By message, best before noon", "away": "Fridays", "likes": "Straight, with an example"}
