"""The invented world of the sandbox: "Acme Learning", its courses and its people."""

from sandbox.seeding.seed import seed_world

__all__ = ["seed_world"]
