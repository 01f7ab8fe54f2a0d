"""The TLS of connections to one bank: our certificate, and whom to trust (RFC 8705)."""

import ssl
from pathlib import Path

from easement.connectors.fdx_v5.settings import Settings


class Tls:
    """Makes the context from PEM files, again whenever one of them has changed: certificates are
    renewed while the network runs."""

    def __init__(self, settings: Settings) -> None:
        self._certificate = settings.client_certificate
        self._key = settings.client_certificate_key
        self._trusted = settings.ca_certificates
        self._stamp: tuple[tuple[int, int], ...] | None = None
        self._context: ssl.SSLContext | None = None

    @property
    def is_special(self) -> bool:
        """Whether the settings say anything about TLS."""
        return bool(self._certificate or self._trusted)

    def context(self) -> ssl.SSLContext:
        """The context, made of the files as they are.

        Raises:
            OSError: a file is missing or is not what it should be.
        """
        names = [name for name in (self._certificate, self._key, self._trusted) if name]
        stats = [Path(name).stat() for name in names]
        stamp = tuple((stat.st_ino, stat.st_mtime_ns) for stat in stats)
        if self._context is None or stamp != self._stamp:
            context = ssl.create_default_context(cafile=self._trusted)
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            if self._certificate:
                context.load_cert_chain(self._certificate, self._key)
            self._context, self._stamp = context, stamp
        return self._context
