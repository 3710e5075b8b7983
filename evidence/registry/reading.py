"""A file downloaded from ClinicalTrials.gov → its trials.

PURE. Three forms are told apart by what stands in them: the CSV of the older ("classic") site, the CSV of
today's site and of API v2, and the JSON of API v2. Nothing is dropped in silence: a row that cannot be
read is listed with its number and the reason, and a file that is cut off, glued together or no registry
file at all is refused as a whole, because counts of a part would mislead.
"""

import hashlib
import io
import re
from pathlib import Path

from evidence.registry.csv_files import NUMBER, headed, plain_name, read_csv
from evidence.registry.json_files import read_json
from evidence.registry.trials import DOWNLOAD_AGAIN, Export, Progress, Trial, Unreadable

HEAD = 65_536  # bytes that tell what a file is; the first line of a table is far shorter
PAGE = 1000  # trials; API v2 gives no more at once


def read(path: Path, progress: Progress = lambda _: None) -> Export:
    """Read a downloaded file. ``progress`` is called now and then with the number of rows read.

    Raises Unreadable if it is no registry file, is cut off, is two files in one, is not UTF-8, or holds no
    row that can be read; OSError if it cannot be opened.
    """
    size = path.stat().st_size
    if not path.is_file():
        raise Unreadable(f"{path.name or path} is a folder or a device, not a file.")
    with open(path, "rb") as file:
        head = file.read(HEAD)
        file.seek(0)
        kind = _kind_of(head)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(-1, io.SEEK_END)
        ends_in_a_line_end = file.read(1) in b"\r\n"
    export = read_json(path, size, progress) if kind == "json" else read_csv(path, ends_in_a_line_end, progress)
    export.size, export.digest = size, digest
    if export.rows == PAGE and export.file_format != "classic-csv":
        export.notes.append(f"The file has {PAGE:,} rows, the most that one page holds: is it the whole list?")
    _keep_the_newest(export)
    if not export.trials:
        reasons = f" ({export.reasons()})" if export.refused else ""
        raise Unreadable(f"The file holds no trial that can be read{reasons}. {DOWNLOAD_AGAIN}")
    return export


def _kind_of(head: bytes) -> str:
    """``csv`` or ``json``, by the first bytes. Raises Unreadable for what is plainly something else."""
    if not head.strip():
        raise Unreadable(f"The file is empty. {DOWNLOAD_AGAIN}")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable("The file is written in UTF-16, as spreadsheet programs do. " + DOWNLOAD_AGAIN)
    if head.startswith(b"PK"):
        raise Unreadable("The file is a zip archive or a spreadsheet. Unpack it, or download CSV or JSON instead.")
    if head.startswith(b"\x1f\x8b"):
        raise Unreadable("The file is packed with gzip. Unpack it first.")
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<"):
        raise Unreadable(
            f"The file is a web page or XML, not a table: probably an error page that was saved. {DOWNLOAD_AGAIN}"
        )
    if start.startswith((b"{", b"[")):
        return "json"
    if b"\0" in head:
        raise Unreadable(f"The file is not text. {DOWNLOAD_AGAIN}")
    first = re.split(rb"[\r\n]", start, maxsplit=1)[0]
    if NUMBER not in plain_name(first.decode("utf-8", "replace")):  # told before a large file is read
        headed([first[:200].decode("utf-8", "replace")])
    if len(head) == HEAD and first == start:
        raise Unreadable(f"This is no table: its first line does not end. {DOWNLOAD_AGAIN}")
    return "csv"


def _keep_the_newest(export: Export) -> None:
    """Where a file holds a trial twice, the record that was updated last stays; the other is listed."""
    newest: dict[str, Trial] = {}
    for trial in export.trials:
        before = newest.get(trial.nct_id)
        if before is None or trial.last_update >= before.last_update:
            newest[trial.nct_id] = trial
        if before is not None:
            export.refuse(trial.row, trial.nct_id, "stands in the file twice; the record updated last was kept")
    if len(newest) < len(export.trials):
        export.trials = list(newest.values())
