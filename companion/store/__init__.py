"""The only place that knows SQL: the engine, the unit of work and the queries by aggregate."""

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from companion.store.cipher import Cipher, UnreadableError
from companion.store.database import Database
from companion.store.texts import Texts, Told

__all__ = ["Cipher", "Connection", "Database", "Session", "Texts", "Told", "UnreadableError"]
