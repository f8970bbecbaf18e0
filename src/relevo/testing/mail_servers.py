"""A real post office for tests: Postfix and Dovecot of the distribution, on loopback, in a folder.

Nothing of /etc is touched and nothing can leave: what is for no domain of the folder bounces. Mail
for our domain goes to our own LMTP server, mail for customers into mailboxes. Any of the two can be
killed without a word and started again on the same folder, as after a loss of power.
"""

from __future__ import annotations

import imaplib
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from pathlib import Path

from relevo.testing.certificates import certificate_of
from relevo.testing.debian import programs
from relevo.testing.patience import until
from relevo.testing.ports import free_port

_NEEDED = ("/usr/sbin/postfix", "/usr/sbin/dovecot", "/usr/lib/dovecot/lmtp")
_PACKAGES = ("postfix", "dovecot-imapd", "dovecot-lmtpd", "dovecot-sieve")
LOOPBACK = "127.0.0.1"
_LINES_MOST = 3
PASSWORD = "secret"  # noqa: S105 - of a mailbox in a folder of a test

_SERVICES = """\
{port} inet n - n - - smtpd
{submission} inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
tlsmgr unix - - n 1000? 1 tlsmgr
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""

_POSTFIX = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/lib
maillog_file = {folder}/mail.log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
myhostname = mail.{domain}
mydestination =
alias_maps =
disable_dns_lookups = yes
smtpd_peername_lookup = no
smtpd_relay_restrictions = permit_mynetworks, reject
recipient_delimiter = +
relay_domains = {domain}
transport_maps = texthash:{folder}/transport
virtual_mailbox_domains = customer.test
virtual_mailbox_maps = texthash:{folder}/mailboxes
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
default_transport = error:5.1.2 no mail leaves a test
smtpd_tls_chain_files = {folder}/server.pem
smtpd_tls_auth_only = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{login}
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 1s
lmtp_connect_timeout = 2s
lmtp_destination_concurrency_failed_cohort_limit = 100
smtpd_client_connection_count_limit = 0
in_flow_delay = 0
"""

_DOVECOT = """\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.pem
disable_plaintext_auth = no
auth_username_format = %Lu
first_valid_uid = 1
mail_location = sdbox:{folder}/mail/%Ln
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={folder}/mail/%Ln allow_all_users=yes
}}
protocol lmtp {{
  mail_plugins = sieve
}}
plugin {{
  sieve_before = {folder}/sieve/once.sieve
  recipient_delimiter = +
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
  }}
}}
service auth {{
  inet_listener {{
    port = {login}
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
service stats {{
  chroot =
}}
"""

TWICE = "twice"
"""The folder for what came a second time under the same Message-ID: a person sees one, and a test
counts both."""
_ONCE = f"""require ["duplicate", "fileinto", "mailbox"];
if duplicate {{ fileinto :create "{TWICE}"; stop; }}
"""


@dataclass
class PostOffice:
    """Postfix and Dovecot in one folder."""

    folder: Path
    our_lmtp: int  # where our own LMTP server listens, or will
    domain: str = "brisa.test"
    mailboxes: Sequence[str] = ("ana", "berta", "desk")  # at customer.test
    lmtp_through: int = 0  # a port by which Postfix reaches Dovecot; 0: its own
    smtp: int = field(default_factory=free_port)
    imap: int = field(default_factory=free_port)
    lmtp: int = field(default_factory=free_port)
    submission: int = field(default_factory=free_port)
    imaps: int = field(default_factory=free_port)
    login: int = field(default_factory=free_port)
    certificate: str = ""  # of both, in PEM; signed by itself
    _started: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def write(self) -> None:
        """The settings of both."""
        given = {"folder": self.folder, "domain": self.domain, "password": PASSWORD}
        given |= {"lmtp": self.lmtp, "imap": self.imap, "port": f"{LOOPBACK}:{self.smtp}"}
        given |= {"imaps": self.imaps, "login": self.login}
        given |= {"submission": f"{LOOPBACK}:{self.submission}"}
        self.certificate, key = certificate_of(LOOPBACK)
        for name in ("postfix", "queue", "lib", "mail", "run", "state", "sieve"):
            (self.folder / name).mkdir()
        os.chown(self.folder / "lib", pwd.getpwnam("postfix").pw_uid, -1)
        homes = [f"mail/{each}" for each in self.mailboxes]  # for who lists what came once
        for name in homes:
            (self.folder / name).mkdir()
        for name in ("mail", "sieve", *homes):
            os.chown(self.folder / name, pwd.getpwnam("nobody").pw_uid, -1)
        ours = f"{self.domain} lmtp:inet:{LOOPBACK}:{self.our_lmtp}\n"
        boxes = "".join(f"{name}@customer.test {name}/\n" for name in self.mailboxes)
        texts = {
            "postfix/main.cf": _POSTFIX.format(**given | {"lmtp": self.lmtp_through or self.lmtp}),
            "postfix/master.cf": _SERVICES.format(**given),
            "postfix/dynamicmaps.cf": "",
            "server.pem": key + self.certificate,
            "transport": ours,
            "mailboxes": boxes,
            "dovecot.conf": _DOVECOT.format(**given),
            "sieve/once.sieve": _ONCE,
        }
        for name, text in texts.items():
            (self.folder / name).write_text(text, encoding="utf-8")

    def start_postfix(self) -> None:
        """And wait until it answers."""
        self._start(
            "postfix", ["/usr/sbin/postfix", "-c", str(self.folder / "postfix"), "start-fg"]
        )
        until(lambda: _answers(self.smtp), "Postfix answers")

    def start_dovecot(self) -> None:
        """And wait until it answers."""
        self._start("dovecot", ["/usr/sbin/dovecot", "-F", "-c", str(self.folder / "dovecot.conf")])
        until(lambda: _answers(self.imap) and _answers(self.lmtp), "Dovecot answers")

    def kill(self, name: str) -> None:
        """SIGKILL to a server and all of its processes at once."""
        first = self._started.pop(name)
        os.kill(first.pid, signal.SIGSTOP)  # it must not start new ones meanwhile
        for pid in [first.pid, *_descendants(first.pid)]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        first.wait()

    def close(self) -> None:
        """Kill what runs, and throw the folder away."""
        for name in list(self._started):
            self.kill(name)
        shutil.rmtree(self.folder, ignore_errors=True)

    def raw_mails(self, mailbox: str, which: str = "ALL", folder: str = "INBOX") -> list[bytes]:
        """What lies in a mailbox, as it came. A line that Dovecot closes is opened once more."""
        for _ in range(_LINES_MOST - 1):
            with suppress(imaplib.IMAP4.abort):
                return self._read(mailbox, which, folder)
        return self._read(mailbox, which, folder)

    def _read(self, mailbox: str, which: str, folder: str) -> list[bytes]:
        line = imaplib.IMAP4(LOOPBACK, self.imap, timeout=30)
        try:
            line.login(f"{mailbox}@customer.test", PASSWORD)
            if line.select(folder, readonly=True)[0] != "OK":
                return []  # nothing was ever put there
            numbers = line.search(None, which)[1][0].split()
            found = line.fetch(b",".join(numbers).decode(), "(BODY.PEEK[])")[1] if numbers else []
        finally:
            line.shutdown()
        return [each[1] for each in found if isinstance(each, tuple)]

    def mails(self, mailbox: str, folder: str = "INBOX") -> list[Message]:
        """The same, read."""
        return [message_from_bytes(each) for each in self.raw_mails(mailbox, folder=folder)]

    def is_idle(self) -> bool:
        """Whether Postfix has nothing under way that it has answered for."""
        queues = ("incoming", "active", "deferred", "maildrop")
        return not any(
            _is_whole(each) for name in queues for each in (self.folder / "queue" / name).rglob("*")
        )

    def _start(self, name: str, command: Sequence[str]) -> None:
        log = (self.folder / f"{name}.out").open("ab")
        with log:
            self._started[name] = subprocess.Popen(  # noqa: S603 - our own words
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )


@contextmanager
def post_office(
    our_lmtp: int, domain: str = "brisa.test", lmtp_through: int = 0
) -> Iterator[PostOffice]:
    """Both servers, running. Raises NotInstalled."""
    programs(_NEEDED, _PACKAGES)
    folder = Path(tempfile.mkdtemp(prefix="relevo-mail-"))
    folder.chmod(0o755)
    office = PostOffice(folder, our_lmtp, domain, lmtp_through=lmtp_through)
    try:
        office.write()
        office.start_dovecot()
        office.start_postfix()
        yield office
    finally:
        office.close()


def _answers(port: int) -> bool:
    try:
        with socket.create_connection((LOOPBACK, port), timeout=2) as line:
            line.settimeout(2)
            return bool(line.recv(1))
    except OSError:
        return False


def _is_whole(mail: Path) -> bool:
    """A mail that it was killed over has no execute bit, is delivered by nobody, and lies there for
    days: its sender got no answer."""
    try:
        mode = mail.stat().st_mode
    except FileNotFoundError:  # it went on meanwhile
        return False
    return stat.S_ISREG(mode) and bool(mode & stat.S_IXUSR)


def _descendants(pid: int) -> list[int]:
    parents: dict[int, list[int]] = {}
    for each in Path("/proc").iterdir():
        if each.name.isdecimal():
            with suppress(OSError, IndexError, ValueError):
                parent = int((each / "stat").read_text("utf-8").rpartition(")")[2].split()[1])
                parents.setdefault(parent, []).append(int(each.name))
    found = parents.get(pid, [])
    for child in found:
        found += parents.get(child, [])
    return found
