"""A small LMS for demos and tests: it speaks what Cairn uses of Moodle's web services, LTI 1.3 and course pages."""

from sandbox.app import create_sandbox_app
from sandbox.lti.registration import ALL_ACTIVITIES, Registration, Tool
from sandbox.sandbox import DEMO_PASSWORD, Sandbox

__all__ = ["ALL_ACTIVITIES", "DEMO_PASSWORD", "Registration", "Sandbox", "Tool", "create_sandbox_app"]
