"""The baseline of benchmarks.launch: the least a Flask application can do for a launch."""

import os
from secrets import token_urlsafe
from urllib.parse import urlencode

import jwt
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from flask import Flask, redirect, render_template, request
from werkzeug.wrappers import Response

KEY = load_pem_public_key(os.environ["BENCH_KEY"].encode())
AUDIENCE = os.environ["BENCH_AUDIENCE"]

app = Flask(__name__, template_folder=os.environ["BENCH_PAGES"])


@app.post("/lti/login")
def login() -> Response:
    """Redirect with a state and a nonce that nobody keeps."""
    query = urlencode({"state": token_urlsafe(32), "nonce": token_urlsafe(32)})
    return redirect(f"{request.form['iss']}/auth?{query}")


@app.post("/lti/launch")
def launch() -> Response:
    """Verify the signature, and go on."""
    jwt.decode(request.form["id_token"], KEY, algorithms=["RS256"], audience=AUDIENCE)  # type: ignore[arg-type]
    return redirect(f"/w/{token_urlsafe(32)}/check-in", 303)


@app.get("/w/<launch_id>/check-in")
def widget(launch_id: str) -> str:
    """The same bytes but for what is random in them: a template of the page that Cairn sent."""
    return render_template(
        "page.html", launch_id=launch_id, token=token_urlsafe(68), form_key=token_urlsafe(24)
    )


@app.get("/health/live")
def live() -> str:
    """Here."""
    return "live"
