import { EcrRepository } from "../../../modules/ecs-service/task/ecr-repository";
import { granted } from "../../support/granted";
import { messageOf } from "../../support/message-of";
import { synth } from "../../support/synth";
import { aRepository, DIGEST } from "../../support/task";

const ARN = "arn:aws:ecr:eu-central-1:123456789012:repository/shop/orders";
const TOKEN = { Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" };

test("never moves a tag, scans each image, and encrypts with the key", () => {
  const tf = synth((stack) => aRepository(stack));
  tf.one("aws_ecr_repository", {
    name: "shop/orders",
    image_tag_mutability: "IMMUTABLE",
    image_scanning_configuration: { scan_on_push: true },
    encryption_configuration: [
      { encryption_type: "KMS", kms_key: "arn:aws:kms:eu-central-1:123456789012:key/1" },
    ],
  });
});

test("is kept on destroy unless told otherwise, and then goes with its images", () => {
  const kept = synth((stack) => aRepository(stack));
  kept.one("aws_ecr_repository", { force_delete: false, lifecycle: { prevent_destroy: true } });
  const gone = synth((stack) => aRepository(stack, { keepOnDestroy: false }));
  gone.one("aws_ecr_repository", { force_delete: true, lifecycle: { prevent_destroy: false } });
});

const rules = (props: Parameters<typeof aRepository>[1] = {}) =>
  JSON.parse(String(synth((stack) => aRepository(stack, props)).one("aws_ecr_lifecycle_policy").policy))
    .rules;

test("keeps the newest 30 images, and one without a tag for 7 days", () => {
  expect(rules()).toEqual([
    {
      rulePriority: 1,
      description: "Images without a tag go after 7 days",
      selection: {
        tagStatus: "untagged",
        countType: "sinceImagePushed",
        countUnit: "days",
        countNumber: 7,
      },
      action: { type: "expire" },
    },
    {
      rulePriority: 2,
      description: "The newest 30 images stay",
      selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 30 },
      action: { type: "expire" },
    },
  ]);
});

test("keeps as many as told, as long as told", () => {
  expect(rules({ keptImages: 5, untaggedDays: 1 })).toEqual([
    expect.objectContaining({ selection: expect.objectContaining({ countNumber: 1 }) }),
    expect.objectContaining({ selection: expect.objectContaining({ countNumber: 5 }) }),
  ]);
});

test("names an image by its digest, under a literal address", () => {
  synth((stack) => {
    expect(aRepository(stack).image(DIGEST).uri).toBe(
      `123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop/orders@${DIGEST}`,
    );
  });
});

test("lets who runs an image pull from this repository and no other", () => {
  const statements = granted((stack, role) => aRepository(stack).image(DIGEST).grantPull(role));
  expect(statements).toEqual([
    TOKEN,
    {
      Effect: "Allow",
      Action: ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
      Resource: ARN,
    },
  ]);
});

test("lets who builds images push into this repository and no other", () => {
  expect(granted((stack, role) => aRepository(stack).grantPush(role))).toEqual([
    TOKEN,
    {
      Effect: "Allow",
      Action: [
        "ecr:BatchCheckLayerAvailability",
        "ecr:InitiateLayerUpload",
        "ecr:UploadLayerPart",
        "ecr:CompleteLayerUpload",
        "ecr:PutImage",
        "ecr:BatchGetImage",
      ],
      Resource: ARN,
    },
  ]);
});

test("is the same by its name in another stack, and makes nothing there", () => {
  const tf = synth((stack) => {
    const repository = EcrRepository.fromName(stack, "Images", { repositoryName: "shop/orders" });
    expect(repository.repositoryArn).toBe(ARN);
  });
  expect(tf.json.resource).toBeUndefined();
});

test("rejects all mistakes at once", () => {
  const props = { repositoryName: "Shop", keptImages: 0, untaggedDays: 1.5 };
  expect(messageOf(() => synth((stack) => aRepository(stack, props))).split("\n")).toEqual([
    "Test/Images: repositoryName must be 2 to 256 of a-z, 0-9, ., _, - and /, got Shop",
    "Test/Images: keptImages must be a whole number of 1 or more, got 0",
    "Test/Images: untaggedDays must be a whole number of 1 or more, got 1.5",
  ]);
});
