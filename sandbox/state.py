"""Where a sandbox is kept between two starts: one JSON file, replaced as a whole, and the platform's private key."""

import json
import os
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from sandbox.world import World

STATE_FILE = "sandbox.json"
KEY_FILE = "platform.pem"


def load_world(folder: Path) -> World | None:
    """The world as it was left in `folder`, or None where there is none yet."""
    try:
        text = (folder / STATE_FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    return World.from_json(json.loads(text))


def save_world(folder: Path, world: World) -> None:
    _replace(folder / STATE_FILE, json.dumps(world.to_json(), ensure_ascii=False).encode())


def load_or_make_key(folder: Path | None) -> RSAPrivateKey:
    """The key the platform signs launches with; made, and kept where there is a folder, on first use."""
    path = folder / KEY_FILE if folder else None
    if path and path.exists():
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
        if not isinstance(key, RSAPrivateKey):
            raise ValueError(f"{path} holds no RSA key: remove it, and the sandbox makes a new one.")
        return key
    key = generate_private_key(public_exponent=65537, key_size=2048)
    if path:
        _replace(path, _pem(key))
    return key


def _pem(key: RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _replace(path: Path, content: bytes) -> None:
    """Write beside and rename, so that a crash leaves the old file; `mkstemp` keeps it to its owner (mode 0600)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(temporary).replace(path)
