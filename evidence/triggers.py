"""The database's own guard over editions: no change, no deletion, no replacement.

Only one change is let through: emptying ``content`` (a redaction). Any migration that alters the
table must re-create the triggers, because SQLite rebuilds a table and drops them silently; a
system check (evidence.E001) fails when they are missing.
"""

TABLE = "evidence_edition"
NAMES = ("edition_no_update", "edition_no_delete", "edition_no_replace")
KEPT = (
    "id", "document_id", "number", "content_hash", "chain_hash", "schema_version", "rules_version",
    "published_at", "cause", "prepared_by", "published_by", "note",
)  # fmt: skip

_SQLITE = [
    f"""CREATE TRIGGER edition_no_update BEFORE UPDATE ON {TABLE}
    WHEN NOT (NEW.content = '' AND {" AND ".join(f"NEW.{name} IS OLD.{name}" for name in KEPT)})
    BEGIN SELECT RAISE(ABORT, 'editions cannot be changed'); END""",
    f"""CREATE TRIGGER edition_no_delete BEFORE DELETE ON {TABLE}
    BEGIN SELECT RAISE(ABORT, 'editions cannot be deleted'); END""",
    f"""CREATE TRIGGER edition_no_replace BEFORE INSERT ON {TABLE}
    WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id OR chain_hash = NEW.chain_hash
                 OR (document_id = NEW.document_id AND number = NEW.number))
    BEGIN SELECT RAISE(ABORT, 'editions cannot be replaced'); END""",
]

_POSTGRESQL = [
    f"""CREATE OR REPLACE FUNCTION evidence_keep_editions() RETURNS trigger AS $$
    BEGIN
        IF TG_OP = 'UPDATE' AND NEW.content = '' AND
           {" AND ".join(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in KEPT)} THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'editions cannot be changed or deleted (%)', TG_OP;
    END $$ LANGUAGE plpgsql""",
    f"""CREATE TRIGGER edition_no_update BEFORE UPDATE ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION evidence_keep_editions()""",
    f"""CREATE TRIGGER edition_no_delete BEFORE DELETE ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION evidence_keep_editions()""",
    f"""CREATE TRIGGER edition_no_replace BEFORE TRUNCATE ON {TABLE}
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_keep_editions()""",
]


def drop(connection) -> None:
    """Remove the triggers: for migrations that alter the table, and for test flushes."""
    on_table = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in NAMES:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")


def create(connection) -> None:
    """Make the triggers anew. NotImplementedError for a database that is neither SQLite nor PostgreSQL."""
    statements = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}.get(connection.vendor)
    if statements is None:
        raise NotImplementedError(f"No guard over editions is written for {connection.vendor}.")
    drop(connection)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def missing(connection) -> list[str]:
    """Names of the triggers that are not there."""
    query = {
        "sqlite": (
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s AND sql LIKE '%%RAISE(ABORT%%'"
        ),
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = to_regclass(%s)",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query, [TABLE])
        found = {row[0] for row in cursor.fetchall()}
    return [name for name in NAMES if name not in found]
