"""The mobile hub as a party sees it whose numbers change host."""

from __future__ import annotations

from functools import partial

from relevo.simulators.hours import local
from relevo.simulators.mobile_creation import CLOSED
from relevo.simulators.mobile_migrations import (
    SCENARIOS,
    MigratingNumber,
    Migration,
    MigrationState,
    MobileMigrations,
)
from relevo.simulators.mobile_notices import Letter, Notices, Role
from relevo.simulators.mobile_pictures import migration_fields
from relevo.simulators.mobile_soap import (
    DONE,
    Call,
    Operations,
    Reply,
    Verdict,
    malformed,
    read_moment,
    unknown,
    written,
)
from relevo.simulators.operators import Operator, named, with_mobile_code
from relevo.simulators.stage import Stage

OUR_KIND = "31"  # the kinds of port and return are known, that of a migration is not: this is ours


class MigrationFace:
    """Operations of the migrating party."""

    def __init__(self, stage: Stage, migrations: MobileMigrations, notices: Notices) -> None:
        self._stage = stage
        self._migrations = migrations
        self._notices = notices
        migrations.moved.append(self._tell)

    def operations(self) -> Operations:
        """By their names on the wire."""
        return {
            "crearSolicitudMigracionNumeracionMovil": ("por", self._create),
            "crearSolicitudNumeracionMigracionNumeracionMovil": ("por", self._add),
            "finalizarSolicitudMigracionNumeracionMovil": ("por", self._finish),
        }

    def _tell(self, migration: Migration) -> None:
        picture, now = migration_fields(migration), self._stage.now()
        self._notices.post(Letter(migration.operator, Role.MIGRATION, (), now, picture))

    def _create(self, operator: str, call: Call) -> Reply:
        now, text = self._stage.now(), partial(call.text, "solicitud")
        starts_at, volume = read_moment(text("fechaInicio")), text("volumen")
        origin = with_mobile_code(text("codigoOperadorRedOrigen"))
        target = with_mobile_code(text("codigoOperadorRedDestino"))
        if not self._stage.hours.is_open(now):
            return CLOSED, []
        if starts_at is None:
            return malformed("fechaInicio", "debe ser una fecha con hora")
        if not volume.isdecimal() or int(volume) == 0:
            return malformed("volumen", "debe ser un número")
        if text("escenario") not in SCENARIOS:
            return malformed("escenario", ", ".join(SCENARIOS)[:200])
        if origin is None or target is None:
            return malformed("codigoOperadorRedDestino", "no es un operador")
        migration = Migration(
            reference=self._reference(operator, origin),
            operator=operator,
            network_from=origin.name,
            network_to=target.name,
            scenario=text("escenario"),
            volume=int(volume),
            starts_at=starts_at,
            ends_by=self._migrations.ends_by(starts_at),
            state_at=now,
        )
        self._migrations.open(migration)
        return Verdict(), [
            ("por:codigoReferencia", migration.reference),
            ("por:fechaMaximaFinalizacion", written(migration.ends_by)),
        ]

    def _reference(self, operator: str, origin: Operator) -> str:
        codes = f"{named(operator).mobile_code}{origin.mobile_code}"
        now = self._stage.now()
        return f"{codes}{OUR_KIND}{local(now):%y%m%d%H%M}{len(self._migrations.migrations):05d}"

    def _own(self, operator: str, reference: str) -> Migration | None:
        found = self._migrations.migrations.get(reference)
        return found if found is not None and found.operator == operator else None

    def _add(self, operator: str, call: Call) -> Reply:
        now, text = self._stage.now(), partial(call.text, "solicitud")
        migration = self._own(operator, text("codigoReferencia"))
        if not self._stage.hours.is_open(now):
            return CLOSED, []
        if migration is None:
            return unknown()
        if migration.state is MigrationState.MFIN:
            return malformed("codigoReferencia", "la migración ha finalizado")
        number, target = f"+34{text('MSISDN')}", with_mobile_code(text("codigoOperadorRedDestino"))
        if target is None or text("NRN") != target.nrn_mobile:
            return Verdict("AREC NRNRE", "El NRN no es de la red de destino"), []
        if number in migration.numbers:
            return Verdict("AREC EXIST", f"El MSISDN {number[3:]} ya está en la migración"), []
        if len(migration.numbers) >= migration.volume:
            return malformed("MSISDN", "se supera el volumen comunicado")
        self._migrations.add(
            migration,
            MigratingNumber(
                number=number,
                network_from=migration.network_from,
                network_to=target.name,
                state_at=now,
            ),
        )
        return DONE

    def _finish(self, operator: str, call: Call) -> Reply:
        migration = self._own(operator, call.text("codigoReferencia"))
        if not self._stage.hours.is_open(self._stage.now()):
            return CLOSED, []
        if migration is None:
            return unknown()
        if migration.state is MigrationState.MFIN:
            return DONE
        if not migration.is_through:
            return malformed("codigoReferencia", "hay numeración pendiente de migrar")
        self._migrations.finish(migration)
        return DONE
