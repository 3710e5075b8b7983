"""How the server runs: ``gunicorn --config config/gunicorn.py`` (``make run`` does just that).

No access log at all, because the address of a page can say what somebody is ill with.
"""

import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
try:
    settings.PRODUCTION  # noqa: B018  (reads the settings: a refusal is said once, here, and not by every worker)
except ImproperlyConfigured as error:
    sys.exit(str(error))

host, port = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
if host not in ("127.0.0.1", "::1", "localhost") and not settings.PRODUCTION:
    sys.exit(f"HOST={host} can be reached from elsewhere. Set PRODUCTION=yes to serve it behind https.")

wsgi_app = "config.wsgi"
bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = 4
preload_app = True  # the code is read once and shared; a site that cannot start says so at once
timeout = 30
graceful_timeout = 10
keepalive = 5
limit_request_line = 8190
control_socket_disable = True
forwarder_headers = ""  # by default a request could set SCRIPT_NAME and with it every link of the page
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108  (a heartbeat file, made by mkstemp)

accesslog = None
loglevel = "error"  # warnings would name the addresses of people who asked
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"no_query": {"()": "config.logs.WithoutQuery"}},
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["no_query"]}},
    "root": {"handlers": ["console"], "level": "ERROR"},
    "loggers": {"gunicorn.error": {"handlers": ["console"], "level": "ERROR", "propagate": False}},
}


def when_ready(server):
    addresses = ", ".join(f"{listener}/" for listener in server.LISTENERS)
    print(f"The site is at {addresses} (Ctrl-C stops it)", flush=True)  # noqa: T201
