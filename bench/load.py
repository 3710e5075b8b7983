"""A load on one address of this machine: wrk where it is installed, else threads with the standard library."""

import http.client
import re
import shutil
import statistics
import subprocess
import threading
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

CONNECTIONS = 4
_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass(frozen=True)
class Measured:
    per_second: float
    p99: float  # milliseconds
    failed: int


def tool() -> str:
    return "wrk" if shutil.which("wrk") else "a small client in Python (install wrk for higher numbers)"


def measure(url: str, seconds: float, headers: dict[str, str]) -> Measured:
    """Ask for one address over and over for some seconds. ValueError for an address that is not loopback."""
    if urlsplit(url).hostname != "127.0.0.1":
        raise ValueError("Only a server on this machine is measured.")
    return (_wrk if shutil.which("wrk") else _threads)(url, seconds, headers)


def _wrk(url: str, seconds: float, headers: dict[str, str]) -> Measured:
    command = ["wrk", "--latency", "-t", "1", "-c", str(CONNECTIONS), "-d", f"{round(seconds)}s"]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    said = subprocess.run([*command, url], capture_output=True, text=True, check=True, timeout=seconds + 30).stdout
    number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", said).groups()
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    return Measured(
        float(re.search(r"Requests/sec:\s+([\d.]+)", said).group(1)),
        float(number) * _UNITS[unit],
        int(failed.group(1)) if failed else 0,
    )


def _threads(url: str, seconds: float, headers: dict[str, str]) -> Measured:
    parts = urlsplit(url)
    address = parts.path + (f"?{parts.query}" if parts.query else "")
    end = time.perf_counter() + seconds
    times: list[float] = []
    failed = []

    def ask():
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
        while time.perf_counter() < end:
            start = time.perf_counter()
            connection.request("GET", address, headers=headers)
            response = connection.getresponse()
            response.read()
            times.append(time.perf_counter() - start)
            if response.status >= 400:
                failed.append(response.status)
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Measured(len(times) / seconds, statistics.quantiles(times, n=100)[98] * 1000, len(failed))
