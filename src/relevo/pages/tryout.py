"""What a database needs before people can look at it, when nobody runs the site it belongs to.

For a story that was played, for a try-out of ``relevo serve`` and for tests: the wall, an account
that reads behind it, a brand, and one member of staff for each role. A site of its own is set up
by an administrator instead (docs/howto/run-a-site.md).
"""

from __future__ import annotations

import os

from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from relevo import wiring
from relevo.adapters.postgres.migrate import migrate
from relevo.brands.staffing import By, add_brand, add_staff, brands, roles_of
from relevo.brands.wall import ROLE, raise_wall
from relevo.engine.connection import Connection, connect
from relevo.pages.site import TRIED_AS

ROLES = (
    "agent",
    "porting",
    "logistics",
    "network",
    "duty_manager",
    "auditor",
    "administrator",
)
"""Each is the name of a member of staff, too."""

TRIED = "relevo_try"
_BY = By(who="relevo", reason="a console to try things on")


def tried_database(server: str) -> tuple[str, str]:
    """The database of try-outs on a server of ours, made when it is not there; whose clock is the
    machine's. Gives the connection strings of the owner and of people."""
    with connect(server, name="relevo try-out", autocommit=True) as connection:
        known = "select from pg_database where datname = %s"
        if connection.execute(known, (TRIED,)).fetchone() is None:
            make = sql.SQL("create database {} encoding 'UTF8' locale 'C' template template0")
            connection.execute(make.format(sql.Identifier(TRIED)))
    dsn = make_conninfo(server, dbname=TRIED)
    migrate(dsn, wiring.SCHEMA_PACKAGES)
    return dsn, furnish(dsn, TRIED_AS)


def furnish(dsn: str, operator: str) -> str:
    """Make it all, or what is missing of it; gives the connection string that pages read with."""
    with connect(dsn, name="relevo furnish", autocommit=True) as connection:
        raise_wall(connection)
        add_staff_of_each_role(connection, operator)
        return people_account(connection, dsn)


def add_staff_of_each_role(connection: Connection, operator: str) -> None:
    """The brand, and those who work for it."""
    if operator not in {each.name for each in brands(connection)}:
        add_brand(connection, operator, operator.capitalize(), _BY)
    for role in ROLES:
        if roles_of(connection, role) is None:
            add_staff(connection, role, operator, (role,), _BY)


def people_account(connection: Connection, dsn: str) -> str:
    """An account of this database that belongs to the people behind the wall, and to nothing else.

    It gets a new password each time: nobody but this program ever needs to know it.
    """
    account = account_of(dsn)
    password = os.urandom(16).hex()
    known = connection.execute("select from pg_roles where rolname = %s", (account,)).fetchone()
    verb = sql.SQL("create" if known is None else "alter")
    connection.execute(
        sql.SQL("{} role {} login password {}").format(
            verb, sql.Identifier(account), sql.Literal(password)
        )
    )
    connection.execute(
        sql.SQL("grant {} to {}").format(sql.Identifier(ROLE), sql.Identifier(account))
    )
    return make_conninfo(dsn, user=account, password=password)


def drop_people_account(connection: Connection, dsn: str) -> None:
    """When its database is thrown away."""
    account = sql.Identifier(account_of(dsn))
    connection.execute(sql.SQL("drop role if exists {}").format(account))


def account_of(dsn: str) -> str:
    """The account that reads for the pages of a database."""
    return f"{conninfo_to_dict(dsn)['dbname']}_people"
