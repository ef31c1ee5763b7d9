"""The application for a WSGI server: `gunicorn wsgi:app`."""

from dotenv import load_dotenv

from companion import logs
from companion.app import create_app
from companion.services.registry import build_services
from config import Settings

load_dotenv()
settings = Settings.from_env()
logs.set_up(as_json=settings.log_json)
app = create_app(settings, build_services(settings))
