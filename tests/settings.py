"""The settings of tests: those of the product, with a data folder of their own and plain static names."""

import atexit
import os
import shutil
import tempfile

_DATA = tempfile.mkdtemp(prefix="checker-tests-")
atexit.register(shutil.rmtree, _DATA, ignore_errors=True)
for _name in ("PRODUCTION", "DEBUG", "ALLOWED_HOSTS", "RUN_BY", "PAID_BY", "REPORT_ADDRESS", "DATABASE_URL"):
    os.environ.pop(_name, None)
os.environ["DATA_DIR"] = _DATA
os.environ["SECRET_KEY"] = "only-for-tests-" + "0123456789" * 5
if "TEST_DATABASE_URL" in os.environ:  # make proof runs the database tests on PostgreSQL too
    os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]
# playwright keeps an event loop in the main thread, which Django takes for asynchronous code
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

from config.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# hashed names need a collectstatic first; served_site in conftest.py runs the real thing
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
STATIC_ROOT.mkdir()  # noqa: F405  (empty, but there: whitenoise warns otherwise)
