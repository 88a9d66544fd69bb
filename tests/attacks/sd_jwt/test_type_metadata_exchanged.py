"""The document with the rules of a type is exchanged for one that asks nothing.

Its digest stands in the credential (SD-JWT VC, 7).
"""

from __future__ import annotations

import base64
import hashlib
import json

from amana.reasons import Outcome, Reason
from tests.sd_jwt_samples import CLAIMS, VCT, issued, judge_vc, judged

EXPECT = (Outcome.REJECTED, Reason.RESOURCE_MISMATCH)


def test_type_metadata_exchanged() -> None:
    rules = [{"path": ["name"], "sd": "always"}]
    genuine = json.dumps({"vct": VCT, "claims": rules}).encode()
    digest = base64.b64encode(hashlib.sha256(genuine).digest()).decode()
    text = issued({**CLAIMS, "vct#integrity": f"sha256-{digest}"})
    assert judge_vc(text, metadata={VCT: genuine}).vct == VCT
    lax = json.dumps({"vct": VCT, "claims": []}).encode()
    assert judged(lambda: judge_vc(text, metadata={VCT: lax})) == EXPECT
