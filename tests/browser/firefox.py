"""Debian's Firefox for Playwright, which asks of it one thing that it does not know.

Playwright drives an ordinary Firefox by WebDriver BiDi. For each context it sends `emulation.setMediaFeaturesOverride`,
which Firefox 153 refuses as unknown, and gives up. This program is what Playwright starts in Firefox's place: it
starts Firefox with the same arguments, stands between the two, and answers that one command itself.
"""

import asyncio
import json
import os
import re
import signal
import sys
from asyncio.subprocess import PIPE, Process

from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve

NAMED = "CAIRN_FIREFOX"
"""The environment's name for where Firefox is."""
UNKNOWN = "emulation.setMediaFeaturesOverride"
LISTENING = re.compile(r"(WebDriver BiDi listening on )(ws://\S+)")


async def between(playwright: ServerConnection, address: str) -> None:
    """Hand every message on, and answer the unknown command."""
    path = playwright.request.path if playwright.request else ""
    async with connect(address + path, max_size=None, ping_interval=None) as firefox:

        async def answers() -> None:
            async for message in firefox:
                await playwright.send(message)
            await playwright.close()

        handing_back = asyncio.create_task(answers())
        async for message in playwright:
            sent = json.loads(message)
            if sent["method"] == UNKNOWN:
                await playwright.send(json.dumps({"type": "success", "id": sent["id"], "result": {}}))
            else:
                await firefox.send(message)
        handing_back.cancel()


async def address_of(process: Process) -> str:
    """Where Firefox listens, once it says so."""
    assert process.stderr is not None
    async for line in process.stderr:
        if found := LISTENING.search(line.decode(errors="replace")):
            return found[2]
    sys.exit("Firefox ended before it listened.")


async def silently(process: Process) -> None:
    """Read what Firefox says from now on, so that it is never held up."""
    assert process.stderr is not None
    async for _line in process.stderr:
        pass


async def main() -> int:
    """Run Firefox until it ends; gives its exit code."""
    process = await asyncio.create_subprocess_exec(os.environ[NAMED], *sys.argv[1:], stderr=PIPE)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, process.terminate)
    address = await address_of(process)
    async with serve(
        lambda one: between(one, address), "127.0.0.1", 0, max_size=None, ping_interval=None
    ) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        sys.stderr.write(f"WebDriver BiDi listening on ws://127.0.0.1:{port}\n")
        sys.stderr.flush()
        await silently(process)
        return await process.wait()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
