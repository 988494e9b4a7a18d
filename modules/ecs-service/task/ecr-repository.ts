import { EcrLifecyclePolicy } from "@cdktf/provider-aws/lib/ecr-lifecycle-policy";
import { EcrRepository as Repository } from "@cdktf/provider-aws/lib/ecr-repository";
import type { Construct } from "constructs";
import { ModuleError } from "../../shared";
import { within } from "./container-rules";
import { EcrRepositoryReference, type EcrRepositoryReferenceProps } from "./ecr-repository-reference";

const DEFAULTS = { keptImages: 30, untaggedDays: 7, keepOnDestroy: true } as const;

export interface EcrRepositoryProps extends EcrRepositoryReferenceProps {
  /** ARN of the key that encrypts the images: ECR gives it back in place of an alias. Another key makes another repository. */
  readonly keyArn: string;
  /** Images that are kept, the newest, 1 or more: as many deployments can be rolled back. @default 30 */
  readonly keptImages?: number;
  /** Days that an image without a tag is kept, 1 or more. @default 7 */
  readonly untaggedDays?: number;
  /** Refuses to destroy the repository; otherwise it goes with all that is in it. @default true */
  readonly keepOnDestroy?: boolean;
}

/** A repository of images: a tag never moves, each image is scanned, old ones go. */
export class EcrRepository extends EcrRepositoryReference {
  readonly resource: Repository;

  /** @throws ModuleError with every prop that breaks a rule */
  constructor(scope: Construct, id: string, props: EcrRepositoryProps) {
    super(scope, id, props);
    const {
      keyArn,
      keptImages = DEFAULTS.keptImages,
      untaggedDays = DEFAULTS.untaggedDays,
      keepOnDestroy = DEFAULTS.keepOnDestroy,
    } = props;
    this.check({ keptImages, untaggedDays });
    this.resource = new Repository(this, "Resource", {
      name: this.repositoryName,
      imageTagMutability: "IMMUTABLE",
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfiguration: [{ encryptionType: "KMS", kmsKey: keyArn }],
      forceDelete: !keepOnDestroy,
      lifecycle: { preventDestroy: keepOnDestroy },
    });
    new EcrLifecyclePolicy(this, "Lifecycle", {
      repository: this.resource.name,
      policy: lifecyclePolicy(keptImages, untaggedDays),
    });
  }

  /** Reference to a repository that another stack makes. */
  static fromName(scope: Construct, id: string, props: EcrRepositoryReferenceProps): EcrRepositoryReference {
    return new EcrRepositoryReference(scope, id, props);
  }

  /**
   * @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html
   * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
   */
  private check(numbers: Readonly<Record<"keptImages" | "untaggedDays", number>>): void {
    const name = /^(?=.{2,256}$)[a-z0-9]+([._-][a-z0-9]+)*(\/[a-z0-9]+([._-][a-z0-9]+)*)*$/;
    const mistakes = [
      ...(name.test(this.repositoryName)
        ? []
        : [
            `repositoryName must be 2 to 256 of a-z, 0-9, ., _, - and /, got ${this.repositoryName || "nothing"}`,
          ]),
      ...Object.entries(numbers)
        .filter(([, value]) => !within(value, 1, Number.MAX_SAFE_INTEGER))
        .map(([prop, value]) => `${prop} must be a whole number of 1 or more, got ${value}`),
    ];
    if (mistakes.length > 0) throw new ModuleError(this, mistakes);
  }
}

/** What goes: first what has no tag, then all but the newest. */
function lifecyclePolicy(keptImages: number, untaggedDays: number): string {
  const expire = { type: "expire" };
  return JSON.stringify({
    rules: [
      {
        rulePriority: 1,
        description: `Images without a tag go after ${untaggedDays} days`,
        selection: {
          tagStatus: "untagged",
          countType: "sinceImagePushed",
          countUnit: "days",
          countNumber: untaggedDays,
        },
        action: expire,
      },
      {
        rulePriority: 2,
        description: `The newest ${keptImages} images stay`,
        selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: keptImages },
        action: expire,
      },
    ],
  });
}
