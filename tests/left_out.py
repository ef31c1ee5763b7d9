"""At the end of a run: what was left out, and how to have it. In CI nothing may be left out."""

import os

import pytest

HOW = {
    "browser": "install Chromium (Debian: apt-get install chromium), or name it in CAIRN_CHROMIUM",
    "firefox": "install Firefox (Debian: apt-get install firefox-esr), or name it in CAIRN_FIREFOX",
    "postgresql": "give a server in CAIRN_TEST_POSTGRES_URL, such as postgresql://user:password@localhost/cairn_test",
    "live": "give a Moodle in CAIRN_LIVE_URL and CAIRN_LIVE_TOKEN (docs/moodle-setup.md)",
}
OPTIONAL_IN_CI = {"live"}


def in_ci() -> bool:
    """Whether this run must leave nothing out."""
    return os.environ.get("CI", "").lower() == "true"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name each kind of test that was left out."""
    counts: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        for kind in HOW:
            if kind in report.keywords:
                counts[kind] = counts.get(kind, 0) + 1
    if counts:
        terminalreporter.section("left out")
    for kind, number in sorted(counts.items()):
        terminalreporter.write_line(f"{number} {kind} tests. To have them: {HOW[kind]}.")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a CI run that left something out."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not in_ci() or reporter is None:
        return
    for report in reporter.stats.get("skipped", []):
        if not OPTIONAL_IN_CI & set(report.keywords):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
