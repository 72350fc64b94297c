"""The wall in PostgreSQL's words: two roles that own nothing, a policy for each table, the functions that they ask.

Everything is made anew by one statement, so that what stands is what the rules say, and nothing older.
"""

import hashlib
from collections.abc import Iterator
from typing import Final

from storage.wall_rules import RULES, Rule

# `reader` sees what the rules say; `overseer` reads for who may see the whole installation, and carries no list.
ROLES: Final = ("reader", "overseer")
# What is seen of programmes is looked up once in a transaction: it takes all that its people learn or learned, were
# asked to, or are to.
_FUNCTIONS: Final = """
CREATE OR REPLACE FUNCTION zinute_mine() RETURNS int[] LANGUAGE sql STABLE PARALLEL SAFE AS
$f$ SELECT string_to_array(current_setting('zinute.organisations', true), ',')::int[] $f$;
CREATE OR REPLACE FUNCTION zinute_line() RETURNS int[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = {schema}, pg_temp AS
$f$ WITH RECURSIVE line (id, above_id) AS (
    SELECT id, above_id FROM organisation WHERE id = ANY (zinute_mine())
    UNION SELECT o.id, o.above_id FROM organisation o JOIN line ON o.id = line.above_id
) SELECT coalesce(array_agg(id), '{{}}') FROM line $f$;
CREATE OR REPLACE FUNCTION zinute_further() RETURNS int[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = {schema}, pg_temp AS
$f$ SELECT coalesce(array_agg(person_id), '{{}}') FROM employment
WHERE organisation_id = ANY (zinute_mine()) AND agreed_at IS NOT NULL $f$;
CREATE OR REPLACE FUNCTION zinute_everywhere() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = {schema}, pg_temp AS
$f$ SELECT NOT EXISTS (SELECT FROM organisation WHERE id <> ALL (zinute_mine())) $f$;
CREATE OR REPLACE FUNCTION zinute_programmes() RETURNS int[] LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = {schema}, pg_temp AS
$f$ DECLARE known text := current_setting('zinute.programmes', true); BEGIN
IF coalesce(known, '') = '' THEN
    WITH RECURSIVE mine AS MATERIALIZED (SELECT zinute_line() AS line), people (id) AS MATERIALIZED (
        SELECT id FROM person
        WHERE organisation_id = ANY ((SELECT zinute_mine())::int[]) OR id = ANY ((SELECT zinute_further())::int[])
    ), seen (id) AS (
        SELECT p.id FROM programme p, mine
        WHERE p.owner_id IS NULL OR p.reach = 'everybody' OR p.owner_id = ANY (line)
        UNION SELECT a.programme_id FROM adoption a, mine WHERE a.organisation_id = ANY (line)
        UNION SELECT unnest(ARRAY[a.programme_id, a.after_id]) FROM assignment a, mine
        WHERE a.organisation_id = ANY (line)
        UNION SELECT v.programme_id FROM certificate c JOIN programme_version v ON v.id = c.version_id
        WHERE c.organisation_id = ANY ((SELECT zinute_mine())::int[])
        UNION SELECT i.programme_id FROM invitation i JOIN people q ON q.id = i.person_id
        UNION SELECT e.programme_id FROM enrolment e JOIN people q ON q.id = e.person_id
    ), based (id) AS (
        SELECT id FROM seen
        UNION SELECT v.programme_id FROM based JOIN fork f ON f.programme_id = based.id
        JOIN programme_version v ON v.id = f.made_from
    ) SELECT coalesce(string_agg(id::text, ','), '0') INTO known FROM based;
    PERFORM set_config('zinute.programmes', known, true);
END IF;
RETURN string_to_array(known, ',')::int[];
END $f$;
"""
# What those are called who did what is shown: by their number, and nothing else of them.
_CALLED: Final = """
CREATE OR REPLACE FUNCTION zinute_called(who int) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = {schema}, pg_temp AS $f$ SELECT coalesce((SELECT name FROM person WHERE id = who), '') $f$;
"""
# What triggers keep up is the store's own, whoever the writer is.
_TRIGGERS: Final = """
FOR each IN SELECT oid::regprocedure AS name FROM pg_proc
    WHERE pronamespace = '{schema}'::regnamespace AND prorettype = 'trigger'::regtype LOOP
    EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = {schema}, pg_temp', each.name);
END LOOP;
"""
_FALL: Final = """
FOR each IN SELECT tablename, policyname FROM pg_policies
    WHERE schemaname = '{schema}' AND starts_with(policyname, 'zinute_') LOOP
    EXECUTE format('DROP POLICY %I ON %I', each.policyname, each.tablename);
END LOOP;
"""
# The same rules are to be made again after it, though nothing of them has changed.
_UNMARK: Final = """
IF to_regprocedure('zinute_mine()') IS NOT NULL THEN
    COMMENT ON FUNCTION zinute_mine() IS NULL;
END IF;
"""


def raised(schema: str, names: tuple[str, str]) -> str:
    """The one statement that makes all of it for the roles that are called so, and keeps what stands then."""
    return _do(*_all(schema, names), f"COMMENT ON FUNCTION zinute_mine() IS '{mark(schema, names)}';")


def called(schema: str) -> str:
    """The one that makes what queries need also without the wall."""
    return _do(_CALLED.format(schema=schema))


def fallen(schema: str) -> str:
    """The one that takes the rules away, so that what they are about can change, and keeps that none stand."""
    return _do(_FALL.format(schema=schema), _UNMARK)


def mark(schema: str, names: tuple[str, str]) -> str:
    """What stands, in a word."""
    return hashlib.sha256("".join(_all(schema, names)).encode()).hexdigest()[:16]


def _all(schema: str, names: tuple[str, str]) -> list[str]:
    return [
        *(each.format(schema=schema) for each in (_FUNCTIONS, _CALLED, _TRIGGERS, _FALL)),
        *_granted(schema, names),
        *(part for table, rule in RULES.items() for part in _policies(table, rule, names)),
    ]


def _do(*parts: str) -> str:
    return "DO $wall$ DECLARE each record; BEGIN\n" + "\n".join(parts) + "\nEND $wall$"


def _granted(schema: str, names: tuple[str, str]) -> Iterator[str]:
    both = ", ".join(names)
    yield f"GRANT USAGE ON SCHEMA {schema} TO {both};"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {both};"
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {both};"
    for function in ("mine()", "line()", "further()", "everywhere()", "programmes()", "called(int)"):
        yield f"REVOKE ALL ON FUNCTION zinute_{function} FROM PUBLIC;"
        yield f"GRANT EXECUTE ON FUNCTION zinute_{function} TO {both};"


def _policies(table: str, rule: Rule, names: tuple[str, str]) -> Iterator[str]:
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
    if not rule.sees:
        return
    deeds = "SELECT, INSERT, UPDATE, DELETE" if rule.writes else "SELECT"
    yield f"GRANT {deeds} ON {table} TO {', '.join(names)};"
    reader, overseer = names
    sees, writes = rule.sees.format(table=table), rule.writes.format(table=table)
    yield f"CREATE POLICY zinute_all ON {table} TO {overseer} USING (true);"
    yield f"CREATE POLICY zinute_see ON {table} FOR SELECT TO {reader} USING ({sees});"
    if writes:
        yield f"CREATE POLICY zinute_add ON {table} FOR INSERT TO {reader} WITH CHECK ({writes});"
        yield f"CREATE POLICY zinute_change ON {table} FOR UPDATE TO {reader} USING ({writes});"
        yield f"CREATE POLICY zinute_remove ON {table} FOR DELETE TO {reader} USING ({writes});"


def roles(names: tuple[str, str]) -> str:
    """The statement that makes the roles and lets the service become them; others may do so at the same moment."""
    made = (
        f"BEGIN CREATE ROLE {name} NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END;\n"
        f"GRANT {name} TO CURRENT_USER;"
        for name in names
    )
    return _do(*made)
