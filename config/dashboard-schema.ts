import * as z from "zod";
import { flag, logRetentionDays, pattern, section, whole } from "./field-rules";

const CIDR = /^(\d{1,3}\.){3}\d{1,3}\/\d{1,2}$/;

/** A quarter of a virtual CPU is 256 units; the pairs that Fargate has are checked when the stack is made. */
const units = (what: string, least: number, most: number, unit: string, fallback: number) =>
  whole(least, most, unit)
    .default(fallback)
    .describe(
      `${what} of one task, ${least} to ${most} ${unit}, in pairs that Fargate has. Default ${fallback}.`,
    );

/**
 * The dashboard: a web app on ECS behind a load balancer. Without this section there is none.
 *
 * Sizes: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size
 */
export const dashboard = z
  .strictObject(
    {
      domain: pattern(
        /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/,
        "must be a domain name in small letters, as dashboard.example.com",
      ).describe("Name by which people reach the dashboard, as dashboard.example.com."),
      certificateArn: pattern(
        /^arn:aws:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/,
        "must be the ARN of a certificate of ACM",
      )
        .optional()
        .describe("ARN of the domain's certificate. Default: one is asked for, and validated by DNS."),
      hostedZoneId: pattern(/^Z[A-Z0-9]{1,31}$/, "must be the id of a hosted zone, as Z0123456789ABCDEFGHIJ")
        .optional()
        .describe(
          "Hosted zone of Route 53 that holds the domain: the records are written there. Default: they are an output, and written by you.",
        ),
      image: pattern(
        /^sha256:[0-9a-f]{64}$/,
        "must be the digest that `groundplan image push` prints, sha256: and 64 hexadecimal digits",
      )
        .optional()
        .describe(
          "Digest of the image, as `npx groundplan image push <env>` prints it. Default: everything is there, and nothing runs.",
        ),
      public: flag()
        .default(false)
        .describe("Whether the balancer has addresses that the internet reaches. Default false."),
      allowFrom: z
        .array(pattern(CIDR, "must be an IPv4 block, as 203.0.113.0/24"), { error: "must be a list" })
        .min(1, { error: "must name one block or more" })
        .optional()
        .describe(
          "IPv4 blocks that the balancer lets in. Default the network's own block; public needs them.",
        ),
      firewall: flag()
        .default(false)
        .describe("Whether AWS WAF looks at every request before the balancer. Default false."),
      cpuUnits: units("Processor", 256, 16_384, "CPU units", 512),
      memoryMiB: units("Memory", 512, 122_880, "MiB", 1024),
      minCount: whole(1, 100, "tasks").default(2).describe("Tasks at least, 1 to 100. Default 2."),
      maxCount: whole(1, 100, "tasks").default(4).describe("Tasks at most, 1 to 100. Default 4."),
      spot: flag()
        .default(false)
        .describe(
          "Whether tasks beyond the first run on Fargate Spot, which AWS may take back. Default false.",
        ),
      executeCommand: flag()
        .default(false)
        .describe("Whether people with the right to may open a shell in a task, recorded. Default false."),
      logRetentionDays: logRetentionDays("Days that the dashboard's log is kept"),
      accessLogDays: whole(1, 3650, "days")
        .default(90)
        .describe("Days that the balancer's access log is kept, 1 to 3650. Default 90."),
    },
    section,
  )
  .superRefine(({ minCount, maxCount, public: isPublic, allowFrom }, { addIssue }) => {
    if (minCount > maxCount)
      addIssue({
        code: "custom",
        path: ["minCount"],
        message: `must be maxCount (${maxCount}) or less, got ${minCount}`,
      });
    if (isPublic && allowFrom === undefined)
      addIssue({
        code: "custom",
        path: ["allowFrom"],
        message: "must be set while public is true: who may reach it",
      });
  })
  .optional()
  .describe("The dashboard: a web app on ECS behind a load balancer. Default: there is none.");
