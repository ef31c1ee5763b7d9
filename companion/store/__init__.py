"""The only place that knows SQL: the engine, the unit of work and the queries by aggregate."""

from sqlalchemy.orm import Session

from companion.store.cipher import Cipher, UnreadableError
from companion.store.database import Database

__all__ = ["Cipher", "Database", "Session", "UnreadableError"]
