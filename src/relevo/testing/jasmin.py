"""Jasmin, a real SMS gateway, as the centre: with RabbitMQ and Redis, as sites run it.

It speaks SMPP to us with its own code, keeps what it took in durable queues, and passes it on to
the network, which is ``testing.smsc``. RabbitMQ and Redis are the distribution's; Jasmin pins
versions of its own, so that it lives in an environment of its own beside the cache of databases.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from relevo.testing.debian import NotInstalled, programs
from relevo.testing.patience import until
from relevo.testing.postgres import cache_folder

_VERSION = "0.11.1"
_PACKAGES = ("rabbitmq-server", "redis-server")
_PROGRAMS = ("rabbitmq-server", "redis-server", "epmd")
USER, PASSWORD = "relevo", "secret"
_NAMES = (
    "smpp-server",
    "amqp-broker",
    "redis-client",
    "jcli",
    "client-management",
    "router",
    "http-api",
    "smpp-server-pb",
)
_LOGS = ("service-smppclient", "sm-listener", "deliversm-thrower", "interceptor-client")
# Jasmin locks one file of the machine; ours may run beside another one.
_LAUNCH = """
import lockfile, runpy, sys
real, place = lockfile.FileLock, sys.argv[1]
lockfile.FileLock = lambda path, *given, **named: real(place, *given, **named)
sys.argv = sys.argv[2:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


class Jasmin:
    """One gateway. Always the same port and store, in one life or in several."""

    def __init__(self, folder: Path, network_port: int) -> None:
        self._folder = folder
        self._found = programs(_PROGRAMS, _PACKAGES)
        self._python = _environment()
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._ports = dict(zip(_NAMES, _free_ports(len(_NAMES)), strict=True))
        self.port = self._ports["smpp-server"]
        (folder / "store").mkdir()
        try:
            self._begin_queues()
            self.start()
            self._daemon("thrower", "deliversmd.py")  # brings us what customers write
            self._set_up(network_port)
        except BaseException:
            self.close()
            raise

    def start(self) -> None:
        """Begin to serve, with what was set up in an earlier life."""
        self._daemon("jasmin", "jasmind.py", "-u", "jcliadmin", "-p", "jclipwd")
        self._wait_for("jcli")

    def taken(self) -> list[str]:
        """What it says that we handed to it, in both lives."""
        said = (self._folder / "smpp-server.log").read_text(encoding="utf-8")
        return re.findall(r"SMS-MT .*\[content:b'([^']*)'\]", said)

    def kill(self) -> None:
        """SIGKILL."""
        self._end("jasmin")

    def close(self) -> None:
        """End everything."""
        for name in list(self._running):
            self._end(name)

    def _daemon(self, name: str, program: str, *words: str) -> None:
        for left in self._folder.glob(f"{name}.lock*"):
            left.unlink()
        command = [str(self._python), "-c", _LAUNCH, str(self._folder / name)]
        command += [str(self._python.parent / program), "-c", str(self._settings()), *words]
        here = {"ROOT_PATH": str(self._folder), "LOG_PATH": str(self._folder)}
        self._run(name, command, here)

    def _begin_queues(self) -> None:
        epmd, distribution = _free_ports(2)
        folder = self._folder / "rabbit"
        folder.mkdir()
        (folder / "plugins").write_text("[].", encoding="utf-8")
        self._run("epmd", [self._found["epmd"], "-port", str(epmd), "-address", "127.0.0.1"], {})
        until(lambda: _answers(epmd), "epmd is up")
        redis = [self._found["redis-server"], "--bind", "127.0.0.1", "--save", "", "--dir"]
        redis += [str(folder), "--port", str(self._ports["redis-client"])]
        self._run("redis", redis, {})
        here = {
            "HOME": str(folder),
            "ERL_EPMD_PORT": str(epmd),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": f"relevo{os.getpid()}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self._ports["amqp-broker"]),
            "RABBITMQ_DIST_PORT": str(distribution),
            "RABBITMQ_MNESIA_BASE": str(folder),
            "RABBITMQ_LOG_BASE": str(folder),
            "RABBITMQ_CONFIG_FILE": str(folder / "none"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
                "-kernel inet_dist_use_interface {127,0,0,1} +S 1:1 +sbwt none"
            ),
        }
        # not the wrapper in /usr/sbin, which wants to be another user
        self._run("rabbit", ["/usr/lib/rabbitmq/bin/rabbitmq-server"], here)
        self._wait_for("redis-client")
        self._wait_for("amqp-broker")

    def _settings(self) -> Path:
        specs = next(self._python.parent.parent.glob("lib/*/site-packages/txamqp/specs/standard"))
        more = {
            "smpp-server": {"billing_feature": "False"},
            "amqp-broker": {"spec": str(specs / "amqp0-9-1.stripped.xml"), "host": "127.0.0.1"},
            "redis-client": {"host": "127.0.0.1"},
            "jcli": {"authentication": "False"},
            "client-management": {"store_path": str(self._folder / "store")},
            "router": {"store_path": str(self._folder / "store")},
            "sm-listener": {
                "publish_submit_sm_resp": "True",
                "submit_retrial_delay_smppc_not_ready": "1",
            },
            "deliversm-thrower": {"retry_delay": "1"},
            "http-api": {"access_log": str(self._folder / "http.log")},
        }
        lines = []
        for name in (*_NAMES, *_LOGS):
            values = {"log_file": str(self._folder / f"{name}.log")} | more.get(name, {})
            if name in self._ports:
                values |= {"bind": "127.0.0.1", "port": str(self._ports[name])}
            lines += [f"[{name}]", *(f"{key} = {value}" for key, value in values.items())]
        lines += ["[smpp-server-pb-client]", f"port = {self._ports['smpp-server-pb']}"]
        path = self._folder / "jasmin.cfg"
        path.write_text("\n".join(lines), encoding="utf-8")
        return path

    def _set_up(self, network_port: int) -> None:
        """A user, the way to the network and the ways through, by Jasmin's console."""
        network = f"cid net/host 127.0.0.1/port {network_port}/username gw/password gw"
        network += "/con_fail_delay 1/con_loss_delay 1/submit_throughput 0"
        dialogue = [
            "group -a/gid care/ok",
            f"user -a/username {USER}/password {PASSWORD}/gid care/uid {USER}/ok",
            f"smppccm -a/{network}/ok",
            "smppccm -1 net",
            "mtrouter -a/type defaultroute/connector smppc(net)/rate 0/ok",
            f"morouter -a/type defaultroute/connector smpps({USER})/ok",
            "persist",
        ]
        with socket.create_connection(("127.0.0.1", self._ports["jcli"]), timeout=10) as console:
            _said(console, "", b"jcli : ")
            for lines in dialogue:
                *before, last = lines.split("/")
                for line in before:
                    _said(console, line, b"> ")
                _said(console, last, b"jcli : ")

    def _run(self, name: str, command: Sequence[str], more: Mapping[str, str]) -> None:
        with (self._folder / f"{name}.out").open("ab") as out:
            self._running[name] = subprocess.Popen(  # noqa: S603 - our own words
                command,
                env=os.environ | more,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    def _end(self, name: str) -> None:
        process = self._running.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def _wait_for(self, name: str) -> None:
        def is_up() -> bool:
            ended = [each for each, process in self._running.items() if process.poll() is not None]
            assert not ended, f"{ended} ended; see {self._folder}"
            return _answers(self._ports[name])

        until(is_up, f"{name} is up")


def _environment() -> Path:
    """The Python of an environment with Jasmin, made if need be. Raises NotInstalled."""
    folder = cache_folder() / f"jasmin-{_VERSION}"
    python = folder / "bin" / "python"
    done_mark = folder / "complete"
    if not done_mark.exists():
        uv = shutil.which("uv")
        if uv is None:
            raise NotInstalled("Jasmin needs an environment of its own, and uv is not on the PATH")
        install = [uv, "pip", "install", "-q", "--python", str(python)]
        install += [f"jasmin=={_VERSION}", "setuptools<81"]  # it asks for pkg_resources
        for command in ([uv, "venv", "-q", "--clear", str(folder)], install):
            done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
            if done.returncode:
                raise NotInstalled(f"Jasmin could not be installed: {done.stderr.strip()[-300:]}")
        done_mark.touch()
    return python


def _free_ports(count: int) -> list[int]:
    opened = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in opened]
    for each in opened:
        each.close()
    return ports


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _said(console: socket.socket, line: str, prompt: bytes) -> None:
    """Say a line and wait for the prompt behind the answer."""
    console.sendall(f"{line}\r\n".encode())
    heard = b""
    while prompt not in heard:
        more = console.recv(4096)
        assert more, f"Jasmin's console hung up after {line!r}: {heard!r}"
        heard += more
