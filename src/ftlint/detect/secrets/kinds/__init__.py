"""Every kind of secret, by family."""

from ftlint.detect.secrets.kind import Kind
from ftlint.detect.secrets.kinds import (
    addresses,
    assigned,
    clouds,
    hosts,
    keys,
    messaging,
    models,
    payment,
    registries,
    services,
    web,
)

KINDS: tuple[Kind, ...] = (
    *keys.KINDS,
    *clouds.KINDS,
    *models.KINDS,
    *hosts.KINDS,
    *messaging.KINDS,
    *payment.KINDS,
    *registries.KINDS,
    *addresses.KINDS,
    *web.KINDS,
    *services.KINDS,
    *assigned.KINDS,
)
"""In the order of their rules."""
