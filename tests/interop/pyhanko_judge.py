"""Says what pyHanko makes of each signature of a PDF: one line each, `key=value` pairs.

    python3 pyhanko_judge.py ANCHOR-FOLDER FILE...
"""

import sys
from pathlib import Path

from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext


def anchors(folder):
    for path in sorted(Path(folder).glob("*.pem")):
        for _, _, der in pem.unarmor(path.read_bytes(), multiple=True):
            certificate = x509.Certificate.load(der)
            if certificate.self_issued:
                yield certificate


def main(folder, *paths):
    context = ValidationContext(
        trust_roots=list(anchors(folder)), allow_fetching=False, revocation_mode="soft-fail"
    )
    for path in paths:
        judge(path, context)


def judge(path, context):
    with open(path, "rb") as file:
        reader = PdfFileReader(file, strict=True)
        for signature in reader.embedded_signatures:
            status = validate_pdf_signature(signature, context)
            print(
                f"field={signature.field_name} sub_filter={signature.sig_object['/SubFilter']}"
                f" valid={status.valid} intact={status.intact} trusted={status.trusted}"
                f" coverage={status.coverage.name}"
                f" changes={getattr(status.modification_level, 'name', None)}"
                f" bottom_line={status.bottom_line}"
            )


if __name__ == "__main__":
    main(*sys.argv[1:])
