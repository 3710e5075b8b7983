"""Makes this folder ready and starts the site: `make run` and its sisters call this file.

    python3 run.py install requirements.txt    the virtual environment with exactly these packages
    python3 run.py serve                       that, then database, curated data, static files, server

Standard library only: it runs before anything is installed. What was done is remembered in stamp
files and not done again. Where it cannot go on it says why in one sentence and exits with 1.
"""

import hashlib
import os
import socket
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
PYTHON = VENV / "bin" / "python"
DATA = Path(os.environ.get("DATA_DIR") or HERE / "var")
OLDEST = (3, 11)


def stop(sentence: str) -> None:
    sys.exit(sentence)


def say(sentence: str) -> None:
    print(sentence, flush=True)  # noqa: T201


def check_writable(folder: Path, remedy: str) -> None:
    """Stop unless files can be made in a folder; tried out, because permission bits do not tell it all."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        stop(f"The folder {folder} cannot be written ({error.strerror}). {remedy}")


def wanted_port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        stop(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def take(port: int) -> socket.socket:
    """A listening socket on loopback, taken before the long work, so that a busy port is said at once."""
    host = os.environ.get("HOST") or "127.0.0.1"
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        taken = socket.socket(family, socket.SOCK_STREAM)
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((host, port))
        taken.listen(2048)
    except PermissionError:
        stop(f"Port {port} needs more rights than you have. Choose another one: make run PORT=8080")
    except OSError as error:
        if error.errno == 98 or "in use" in str(error):
            stop(f"Port {port} is in use by another program. Choose another one: make run PORT={port % 65535 + 1}")
        stop(f"Port {port} on {host} cannot be used: {error.strerror or error}.")
    taken.set_inheritable(True)
    return taken


def environment() -> dict[str, str]:
    """This environment for the programs started here, with compiled modules allowed: starts are four times faster."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def run(*command: str | Path, failed: str) -> None:
    """Run a program quietly; if it fails, show the end of what it said, and stop with a sentence."""
    done = subprocess.run(  # noqa: S603
        [str(part) for part in command], cwd=HERE, env=environment(), capture_output=True, text=True
    )
    if done.returncode:
        tail = (done.stderr or done.stdout).strip().splitlines()[-6:]
        stop("\n".join([*tail, failed]))


def venv_version() -> tuple[int, ...] | None:
    """The Python version of the virtual environment; None if there is none that works."""
    try:
        done = subprocess.run(  # noqa: S603
            [str(PYTHON), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"], capture_output=True, text=True
        )
    except OSError:
        return None
    return tuple(int(part) for part in done.stdout.split(".")) if done.returncode == 0 else None


def install(requirements: str) -> None:
    """The virtual environment with the packages of a requirements file, each checked against its hash."""
    stamp = VENV / f"ready-{requirements}"
    wanted = hashlib.sha256((HERE / requirements).read_bytes()).hexdigest()
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    check_writable(HERE, "Copy the project to a folder of your own.")
    if (venv_version() or (0,)) < OLDEST:
        say("Making the virtual environment …")
        try:
            # the packages of the machine do not show through, and a broken environment is made anew
            venv.EnvBuilder(with_pip=True, clear=True, symlinks=True).create(VENV)
        except (subprocess.CalledProcessError, OSError):
            stop(
                "The virtual environment could not be made. On Debian and Ubuntu install python3-venv, then try again."
            )
    say(f"Installing {requirements} …")
    run(
        PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--require-hashes",
        "--prefer-binary", "-r", requirements,
        failed=f"The packages of {requirements} could not be installed. Is there a way to the package index?",
    )  # fmt: skip
    stamp.write_text(wanted)


def serve() -> None:
    """Everything up to a running server, which takes the place of this process."""
    port = wanted_port()
    check_writable(DATA, "Set DATA_DIR to a folder that can.")
    taken = take(port)
    install("requirements.txt")
    os.chdir(HERE)
    if subprocess.run([str(PYTHON), "manage.py", "prepare"], env=environment()).returncode:  # noqa: S603
        sys.exit(1)
    server = [str(PYTHON), "-m", "gunicorn", "--config", "config/gunicorn.py", "--bind", f"fd://{taken.fileno()}"]
    os.execve(server[0], server, environment())  # noqa: S606


def main(arguments: list[str]) -> None:
    if sys.version_info < OLDEST:
        stop("Python 3.11 or newer is needed. Name one: make run PYTHON=python3.11")
    if arguments == ["serve"]:
        serve()
    elif len(arguments) == 2 and arguments[0] == "install":
        install(arguments[1])
    else:
        stop(f"Usage: {__doc__}")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
