"""Guards of the house: what the tree, the imports, the sizes and the locks promise."""

import ast
import importlib.metadata
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = sorted(path.parent.name for path in ROOT.glob("*/__init__.py"))
LONGEST_FUNCTION = 50
LONGEST_MODULE = 400

# What the rules may import: parts of the standard library that only compute, and libraries that only compute.
PURE = {
    "__future__", "abc", "base64", "bisect", "collections", "dataclasses", "datetime", "decimal", "difflib",
    "enum", "fractions", "functools", "gettext", "hashlib", "heapq", "hmac", "html", "itertools", "json",
    "math", "operator", "random", "re", "statistics", "string", "textwrap", "types", "typing", "unicodedata",
    "uuid", "zoneinfo",
    "babel", "domain", "fsrs", "holidays", "snowballstemmer",
}  # fmt: skip
# Time, chance and identity are arguments of a rule: it may name their types, and may not ask for them.
IMPURE_CALLS = re.compile(r"(datetime\.(now|utcnow|today)|date\.today|random\.(?!Random$)\w+|uuid[14])$")


def tracked() -> list[Path]:
    """Every file that git keeps, or would keep."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return sorted(path for name in listed.split("\0") if name and (path := ROOT / name).is_file())


def lock_of(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")


def modules(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    for path in tracked():
        inside = path.relative_to(ROOT)
        if path.suffix == ".py" and inside.parts[0] in folders:
            yield inside, ast.parse(path.read_text(encoding="utf-8"))


def test_the_tree_the_contract_and_the_wheel_name_the_same_packages() -> None:
    contract = PROJECT["tool"]["importlinter"]
    layers = [name.strip() for layer in contract["contracts"][0]["layers"] for name in layer.split("|")]
    assert sorted(contract["root_packages"]) == PACKAGES
    assert sorted(layers) == PACKAGES
    assert sorted(PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) == PACKAGES
    assert sorted(PROJECT["tool"]["mypy"]["packages"]) == sorted([*PACKAGES, "tests"])


def test_no_other_distribution_owns_one_of_our_names() -> None:
    owners = importlib.metadata.packages_distributions()
    taken = {name: owners[name] for name in [*PACKAGES, "tests"] if set(owners.get(name, [])) - {"zinute"}}
    assert taken == {}


def test_tests_are_no_packages() -> None:
    assert [str(path) for path in tracked() if path.match("tests/**/__init__.py")] == []


def test_every_module_opens_with_one_line_that_says_what_it_is_for() -> None:
    silent = []
    for path, tree in modules(*PACKAGES, "tests"):
        first, _, rest = (ast.get_docstring(tree) or "").partition("\n")
        if not first or (rest and not rest.startswith("\n")):
            silent.append(str(path))
    assert silent == []


def test_no_module_and_no_function_is_too_long() -> None:
    long = []
    for path, tree in modules(*PACKAGES, "tests"):
        if "versions" in path.parts:  # a migration is written once and never changed
            continue
        lines = (ROOT / path).read_text(encoding="utf-8").count("\n")
        if lines > LONGEST_MODULE:
            long.append(f"{path}: {lines} lines")
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    long.append(f"{path}:{node.lineno}: {node.name} has {lines} lines")
    assert long == []


def test_the_rules_import_only_what_computes() -> None:
    foreign = []
    for path, tree in modules("domain"):
        for node in ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            foreign += [f"{path}: {name}" for name in names if name.split(".")[0] not in PURE]
    assert foreign == []


def test_the_rules_ask_for_no_time_no_chance_no_identity_and_wait_for_nothing() -> None:
    impure = []
    for path, tree in modules("domain"):
        for node in ast.walk(tree):
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if IMPURE_CALLS.search(called) or called in {"open", "print", "input"}:
                impure.append(f"{path}: {called}()")
            if isinstance(node, ast.AsyncFunctionDef | ast.Await):
                impure.append(f"{path}: {ast.unparse(node)[:60]}")
    assert impure == []


# What runs words, makes objects of bytes, or was meant to be secret and is not; in the rooms of the product.
DANGEROUS = re.compile(
    r"(^|\.)(eval|exec|__import__|system|popen|mktemp|literal_eval)$|^(pickle|marshal|shelve|dill)\.|^os\.(exec|spawn)"
    r"|\b(md5|sha1|new_md5|DES|ARC4|Blowfish|ECB|PKCS1v15|Fernet|AES\w*)\b|^yaml\.(load|unsafe_load)$|^builtins\.compile$"
    r"|^random\.(?!Random$)|^uuid\.uuid[13]$"
)


def test_nothing_dangerous_is_called() -> None:
    """No words become code, no weak hash or cipher is used, and what nobody may guess is of the system's own chance."""
    found = []
    for path, tree in modules(*PACKAGES):
        for node in (each for each in ast.walk(tree) if isinstance(each, ast.Call)):
            shell = any(each.arg == "shell" for each in node.keywords)
            if DANGEROUS.search(ast.unparse(node.func)) or shell:
                found.append(f"{path}:{node.lineno}: {ast.unparse(node.func)}()")
    assert found == []


OPENS = re.compile(
    r"(^|\.)(open_connection|create_connection|open_unix_connection|create_unix_connection|sock_connect"
    r"|urlopen|urlretrieve|HTTPS?Connection|SMTP(_SSL)?|create_engine|create_async_engine|AsyncClient|ClientSession)$"
)
# Who opens connections: docs/asvs.md says to whom each of them leads.
OPENERS = [
    ("bot/channels/email/server.py", "SMTP"),
    ("bot/channels/telegram/wire.py", "loop.create_connection"),
    ("console/outgoing.py", "asyncio.open_connection"),
    ("storage/glance.py", "create_engine"),
    ("storage/postgres.py", "create_async_engine"),
    ("storage/sqlite_connection.py", "create_engine"),
    ("zinute/doctor_asks.py", "asyncio.open_connection"),
]


def test_nothing_else_opens_a_connection() -> None:
    """A list of whom the service may talk to is kept where connections are opened, and they are opened nowhere else."""
    found = set()
    for path, tree in modules(*PACKAGES):
        for node in (each for each in ast.walk(tree) if isinstance(each, ast.Call)):
            name = ast.unparse(node.func)
            if OPENS.search(name):
                found.add((str(path), name))
    assert sorted(found) == OPENERS


# Their parts are names and settings of the program's own.
KNOWN = [
    ("storage/search.py", "text(f'DELETE FROM search_words WHERE {name}"),
    ("storage/sqlite_connection.py", "connection.execute(f'PRAGMA {pragma}')"),
]


def test_no_statement_is_made_of_words() -> None:
    """A statement that is written out is written in the program, whole: what changes is a parameter (faults.md, A3)."""
    found = []
    for path, tree in modules("storage"):
        if "migrations" in path.parts:
            continue
        for node in (each for each in ast.walk(tree) if isinstance(each, ast.Call) and each.args):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            made = isinstance(node.args[0], ast.JoinedStr | ast.BinOp)
            if made and name in {"text", "exec_driver_sql", "execute"}:
                found.append((str(path), ast.unparse(node)[:44].partition(" IN ")[0]))
    assert found == KNOWN


def test_only_a_process_that_speaks_telegram_pays_for_aiogram() -> None:
    """Importing it takes seconds and some 170 MB: command line, console and migrations do without."""
    names = [
        ".".join(path.with_suffix("").parts).removesuffix(".__init__")
        for path, _ in modules(*PACKAGES)
        if not {"migrations", "telegram", "telegram.py", "__main__.py"} & set(path.parts)
    ]
    load = f"import importlib, sys; [importlib.import_module(name) for name in {names}]"
    script = f"{load}; print('aiogram' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("False\n", "")


@pytest.mark.parametrize("name", ["run", "dev", "uv"])
def test_a_lock_has_a_hash_for_each_package_and_no_address(name: str) -> None:
    lock = lock_of(name)
    assert "://" not in lock
    entries = re.split(r"\n(?=\S)", lock.strip())
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert [entry.split()[0] for entry in entries if "==" not in entry.split()[0]] == []


def test_what_runs_is_what_is_tested() -> None:
    """Every package of the running product is in the development lock at the same version."""
    run, dev = (set(re.findall(r"^\S+==[^\s;]+", lock_of(name), re.MULTILINE)) for name in ("run", "dev"))
    assert run - dev == set()


def test_the_npm_lock_has_a_hash_for_each_package_and_no_address() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []


def test_no_file_names_a_machine_or_a_registry() -> None:
    folders = "home|root|work|Users"
    registries = "pypi|pythonhosted|npmjs|yarnpkg"
    place = re.compile(rf"(?<![\w.\-:/])/(?:{folders})/|\b(?:{registries})\.(?:org|com)\b")
    named = []
    for path in tracked():
        content = path.read_bytes()
        if b"\0" in content or path == Path(__file__):
            continue
        for number, line in enumerate(content.decode("utf-8").splitlines(), 1):
            if place.search(line):
                named.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}")
    assert named == []
