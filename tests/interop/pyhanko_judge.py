"""Says what pyHanko makes of each signature of a PDF: one line each, `key=value` pairs.

    python3 pyhanko_judge.py FILE ANCHOR.pem...
"""

import sys

from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext


def anchors(paths):
    for path in paths:
        with open(path, "rb") as file:
            for _, _, der in pem.unarmor(file.read(), multiple=True):
                yield x509.Certificate.load(der)


def main(path, *anchor_paths):
    context = ValidationContext(
        trust_roots=list(anchors(anchor_paths)), allow_fetching=False, revocation_mode="soft-fail"
    )
    with open(path, "rb") as file:
        reader = PdfFileReader(file, strict=True)
        for signature in reader.embedded_signatures:
            sub_filter = signature.sig_object["/SubFilter"]
            if sub_filter == "/GM.sm2seal":
                print(f"field={signature.field_name} sub_filter={sub_filter} not_judged=True")
                continue
            status = validate_pdf_signature(signature, context)
            print(
                f"field={signature.field_name} sub_filter={sub_filter}"
                f" valid={status.valid} intact={status.intact} trusted={status.trusted}"
                f" coverage={status.coverage.name}"
                f" changes={getattr(status.modification_level, 'name', None)}"
                f" bottom_line={status.bottom_line}"
            )


if __name__ == "__main__":
    main(*sys.argv[1:])
