"""What the people of the simulation say: sentences to choose from, invented, in turn."""

NOTES = (
    "We talked through my first week; the glossary helped.",
    "I shadowed a call and took notes we went over.",
    "The second list made sense once we drew it.",
    "I did it alone for the first time. It held.",
    "Short week, but we wrote twice.",
    "We looked at my draft together, line by line.",
)
QUESTIONS = (
    "The price list here has other figures than the shop. Which ones hold?",
    "Who looks at a first change here before it is merged?",
    "What do you say when a customer asks for something we do not do?",
)
ANSWER = (
    "I had the same question. Ask the owner of the page: whoever is named at its end knows what holds today."
)
MORE = "In which country?"
COMMITMENTS = (
    ("Read the price list and write down three questions", "The three questions"),
    ("Lead the first five minutes of a call", "You tell me how it went"),
    ("Send my notes to the team", "They are in the folder"),
)
THANKS = ("For the first hello", "For staying on the line", "For reading my draft twice")
WENT_WRONG = (
    "I waited a week before I asked. I would ask on the first day.",
    "I took notes on everything and read none of them. Three lines a day were enough.",
)
WENT_RIGHT = (
    "A fixed quarter of an hour on Tuesdays did more than long meetings.",
    "We said at the start how we like feedback. That made the hard part easy.",
)
ABOUT = "How I run the first minutes of a call"
HELPS = "You let people finish."
WISH = "Say sooner where you are heading."
CARD = {"reach": "By message, best before noon", "away": "Fridays", "likes": "Straight, with an example"}
