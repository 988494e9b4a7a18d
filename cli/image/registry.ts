import type { ECRClient } from "@aws-sdk/client-ecr";
import type { PlatformConfig } from "../../config/load";
import { namesFor } from "../../config/naming";
import { CommandError } from "../failure";
import { deployNext } from "../session";

export interface SignIn {
  readonly username: string;
  readonly password: string;
}

/** Where an environment's images are kept. */
export interface Registry {
  /** Digest of the image of that tag, `sha256:…`; undefined where there is none. */
  digestOf(tag: string): Promise<string | undefined>;
  /** What an engine signs in with, good for twelve hours. */
  signIn(): Promise<SignIn>;
  close(): void;
}

/** The address of an environment's registry: https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html */
export const registryOf = ({ accountId, region }: PlatformConfig) =>
  `${accountId}.dkr.ecr.${region}.amazonaws.com`;

/** Amazon ECR, with the credentials of the user's shell. The SDK is loaded with the first call. */
export class EcrRegistry implements Registry {
  private client: ECRClient | undefined;

  constructor(private readonly config: PlatformConfig) {}

  async digestOf(tag: string): Promise<string | undefined> {
    const { DescribeImagesCommand } = await import("@aws-sdk/client-ecr");
    const { accountId } = this.config;
    const repositoryName = namesFor(this.config).dashboard;
    const input = { registryId: accountId, repositoryName, imageIds: [{ imageTag: tag }] };
    try {
      const { imageDetails } = await (await this.ecr()).send(new DescribeImagesCommand(input));
      return imageDetails?.[0]?.imageDigest;
    } catch (error) {
      if (nameOf(error) === "ImageNotFoundException") return undefined;
      throw this.failure(error);
    }
  }

  /** @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html */
  async signIn(): Promise<SignIn> {
    const { GetAuthorizationTokenCommand } = await import("@aws-sdk/client-ecr");
    try {
      const { authorizationData } = await (await this.ecr()).send(new GetAuthorizationTokenCommand({}));
      const token = Buffer.from(authorizationData?.[0]?.authorizationToken ?? "", "base64").toString("utf8");
      const [username = "", ...password] = token.split(":");
      return { username, password: password.join(":") };
    } catch (error) {
      throw this.failure(error);
    }
  }

  close(): void {
    this.client?.destroy();
  }

  private async ecr(): Promise<ECRClient> {
    const { ECRClient } = await import("@aws-sdk/client-ecr");
    this.client ??= new ECRClient({ region: this.config.region });
    return this.client;
  }

  private failure(error: unknown): CommandError {
    const { accountId, region } = this.config;
    const missing = nameOf(error) === "RepositoryNotFoundException";
    return new CommandError({
      message: missing
        ? `there is no repository ${namesFor(this.config).dashboard} in account ${accountId}, ${region}: it comes with the dashboard's stack`
        : `ECR of account ${accountId}, ${region} has refused, or was not reached`,
      ...(missing
        ? { next: deployNext(this.config) }
        : { said: `${nameOf(error)}: ${error instanceof Error ? error.message : error}` }),
    });
  }
}

const nameOf = (error: unknown) => (error instanceof Error ? error.name : "Error");
