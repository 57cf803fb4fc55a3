"""What opens encrypted documents, for the dialect that has them."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable

from ..dialects.base import Options
from ..errors import OptionError


def with_decrypter(dialect: str, options: Options) -> Options:
    """The options of a dialect; GrowthBook's with a function that makes a cipher of a key.

    The key itself is the option `decryptionKey`, or stands in the document.
    """
    if dialect != "growthbook":
        return options
    return {**options, "decrypter": decrypter}


def decrypter(key: str) -> Callable[[str], str]:
    """A function that opens the encrypted parts of a document: AES of 128 bits in CBC mode.

    It takes `IV.TEXT`, both in base64, and raises `ValueError` where the key does not fit. Raises
    `OptionError` when the package cryptography is not installed.
    """
    try:
        from cryptography.hazmat.primitives import padding
        from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    except ImportError:
        raise OptionError("encrypted documents need cryptography: install it") from None

    def decrypt(text: str) -> str:
        start, _, encrypted = text.partition(".")
        cipher = Cipher(algorithms.AES128(_octets(key)), modes.CBC(_octets(start)))
        opened = cipher.decryptor()
        unpadded = padding.PKCS7(128).unpadder()
        plain = unpadded.update(opened.update(_octets(encrypted)) + opened.finalize())
        return (plain + unpadded.finalize()).decode()

    return decrypt


def _octets(text: str) -> bytes:
    """Base64 as browsers read it: white space and missing padding are no matter."""
    plain = "".join(text.split()).rstrip("=")
    return b64decode(plain + "=" * (-len(plain) % 4), validate=True)
