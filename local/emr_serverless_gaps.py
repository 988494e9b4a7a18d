"""EMR Serverless of moto 5.2.5. No job runs on either emulator: one that is started counts as done at once."""

from typing import Any

from moto.core.responses import ActionResult
from moto.emrserverless.models import Application, EMRServerlessBackend
from moto.emrserverless.responses import EMRServerlessResponse


def create_stopped_applications() -> None:
    """A new application has started already, and one that has started cannot be deleted.

    https://docs.aws.amazon.com/emr-serverless/latest/APIReference/API_Application.html
    """
    init = Application.__init__

    def created(self: Application, *args: Any, **kwargs: Any) -> None:
        init(self, *args, **kwargs)
        self.state = "CREATED"

    Application.__init__ = created


def take_types_in_any_case() -> None:
    """CreateApplication refuses `spark`, which Terraform sends.

    https://docs.aws.amazon.com/emr-serverless/latest/APIReference/API_CreateApplication.html
    """
    create_application = EMRServerlessBackend.create_application

    def upper(self: EMRServerlessBackend, *, application_type: str, **kwargs: Any) -> Application:
        return create_application(self, application_type=application_type.upper(), **kwargs)

    EMRServerlessBackend.create_application = upper


def keep_architecture() -> None:
    """CreateApplication forgets the architecture, so that every plan changes it.

    https://docs.aws.amazon.com/emr-serverless/latest/APIReference/API_CreateApplication.html
    """
    create_application = EMRServerlessResponse.create_application

    def keeping(self: EMRServerlessResponse) -> ActionResult:
        answer = create_application(self)
        application = self.emrserverless_backend.get_application(answer.result["applicationId"])
        application.architecture = self._get_param("architecture", "X86_64")
        return answer

    EMRServerlessResponse.create_application = keeping


GAPS = (
    create_stopped_applications,
    take_types_in_any_case,
    keep_architecture,
)
