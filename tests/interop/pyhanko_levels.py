"""Says which PAdES level pyHanko grants to the first signature of a PDF, one line each.

    python3 pyhanko_levels.py ANCHOR-FOLDER FILE...

Nothing is fetched: from B-LT on, the revocation of every certificate must be known from what the
file keeps.
"""

import asyncio
import logging
import sys

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.ades import (
    ades_basic_validation,
    ades_lta_validation,
    ades_with_time_validation,
)
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator.authority import CertTrustAnchor
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, RevocationCheckingPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import process_legacy_crl_input

from pyhanko_judge import anchors

def spec(folder, revocation, knowledge=LocalKnowledge()):
    trust = SimpleTrustManager.build([CertTrustAnchor(one) for one in anchors(folder)])
    checking = RevocationCheckingPolicy.from_legacy(revocation)
    return SignatureValidationSpec(
        cert_validation_policy=CertValidationPolicySpec(
            trust_manager=trust, revinfo_policy=CertRevTrustPolicy(checking)
        ),
        revinfo_gathering_policy=RevocationInfoGatheringSpec(
            online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY
        ),
        local_knowledge=knowledge,
    )


def kept(reader):
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return None
    lists = process_legacy_crl_input([one.get_object().data for one in store.crls])
    return LocalKnowledge(known_crls=lists, known_certs=list(store.load_certs()))


async def with_time(signature, the_spec):
    signature.compute_integrity_info()
    return await ades_with_time_validation(
        signature.signed_data,
        the_spec,
        raw_digest=signature.compute_digest(),
        extra_status_kwargs=signature.summarise_integrity_info(),
        status_cls=PdfSignatureStatus,
    )


async def level(folder, reader):
    signature = reader.embedded_regular_signatures[0]
    result = await ades_basic_validation(
        signature.signed_data, spec(folder, "soft-fail"), raw_digest=signature.compute_digest()
    )
    yield "B", result.ades_subindic
    result = await with_time(signature, spec(folder, "soft-fail"))
    stamp = result.api_status and result.api_status.timestamp_validity
    yield "T", result.ades_subindic if stamp and stamp.valid and stamp.trusted else "no time stamp"
    knowledge = kept(reader)
    if knowledge is None:
        yield "LT", "no store"
        return
    result = await with_time(signature, spec(folder, "require", knowledge))
    yield "LT", result.ades_subindic
    whole = PdfSignatureValidationSpec(spec(folder, "require"))
    result = await ades_lta_validation(signature, whole)
    stamped = result.oldest_evidence_record_timestamp is not None
    yield "LTA", result.ades_subindic if stamped else "no document time stamp"


async def main(folder, *paths):
    logging.disable(logging.CRITICAL)
    for path in paths:
        with open(path, "rb") as file:
            reader = PdfFileReader(file, strict=True)
            found = [f"{name}={getattr(what, 'name', what)}" async for name, what in level(folder, reader)]
            print("levels:", *found, sep="; ")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
