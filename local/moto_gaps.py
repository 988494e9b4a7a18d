"""What moto 5.2.5 lacks of the calls that our Terraform makes: a file for each service, a function for each gap.

`__tests__/integration/moto-gaps.test.ts` asks an unchanged moto too, and fails when that no longer needs an entry.
Remove it then.
"""

import ec2_gaps
import ecs_gaps
import elb_gaps
import emr_gaps
import emr_serverless_gaps
import scaling_gaps

GAPS = (
    *ec2_gaps.GAPS,
    *ecs_gaps.GAPS,
    *elb_gaps.GAPS,
    *emr_gaps.GAPS,
    *emr_serverless_gaps.GAPS,
    *scaling_gaps.GAPS,
)


def close_gaps() -> None:
    """Before the first request."""
    for close in GAPS:
        close()
