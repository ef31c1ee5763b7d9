"""What is kept of a concern: no more than its author shares; pure."""

from companion.models.concern import ConcernTopic, Share

CONCERN_LIMIT = 1000
"""Characters: enough to say what happened."""


def kept(
    share: Share, topic: ConcernTopic | None, text: str | None
) -> tuple[ConcernTopic | None, str | None]:
    """The topic and the text as they are stored."""
    return (
        topic if share is not Share.FACT else None,
        text if share is Share.WORDS else None,
    )
