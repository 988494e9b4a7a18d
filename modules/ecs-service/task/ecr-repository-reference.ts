import { Construct } from "constructs";
import type { Grantee } from "../../iam";
import { accountOf, arnOf } from "../../shared";
import type { ContainerImage } from "./container-image";

export interface EcrRepositoryReferenceProps {
  /** Name in AWS. */
  readonly repositoryName: string;
}

/** A repository of images by its name, wherever it is made. */
export class EcrRepositoryReference extends Construct {
  readonly repositoryName: string;
  /** Literal. */
  readonly repositoryArn: string;
  /** Where images are pushed to and pulled from, literal. */
  readonly repositoryUri: string;

  constructor(scope: Construct, id: string, props: EcrRepositoryReferenceProps) {
    super(scope, id);
    const { accountId, region } = accountOf(this);
    this.repositoryName = props.repositoryName;
    this.repositoryArn = arnOf(this, "ecr", `repository/${this.repositoryName}`);
    this.repositoryUri = `${accountId}.dkr.ecr.${region}.amazonaws.com/${this.repositoryName}`;
  }

  /** The image with this digest, `sha256:<64 hex digits>`; what runs it says so when it is none. */
  image(digest: string): ContainerImage {
    return {
      uri: `${this.repositoryUri}@${digest}`,
      grantPull: (grantee) => this.grantPull(grantee),
    };
  }

  /**
   * Lets `grantee` pull images of this repository. The key asks nothing of who pulls: ECR has a grant of its own on it.
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
   * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html
   */
  grantPull(grantee: Grantee): void {
    grantee.allow({ actions: ["ecr:GetAuthorizationToken"], resources: ["*"] });
    grantee.allow({
      actions: ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
      resources: [this.repositoryArn],
    });
  }

  /**
   * Lets `grantee` push images into this repository.
   *
   * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html
   */
  grantPush(grantee: Grantee): void {
    grantee.allow({ actions: ["ecr:GetAuthorizationToken"], resources: ["*"] });
    grantee.allow({
      actions: [
        "ecr:BatchCheckLayerAvailability",
        "ecr:InitiateLayerUpload",
        "ecr:UploadLayerPart",
        "ecr:CompleteLayerUpload",
        "ecr:PutImage",
        "ecr:BatchGetImage",
      ],
      resources: [this.repositoryArn],
    });
  }
}
