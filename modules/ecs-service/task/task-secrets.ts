import type { Construct } from "constructs";
import type { Grantee } from "../../iam";
import { arnOf } from "../../shared";
import { grantKey } from "../../storage";
import type { Named } from "./container-definition";
import type { TaskSecret } from "./task-props";

type Secrets = Readonly<Record<string, TaskSecret>>;

/**
 * Where ECS reads each secret. A secret's ARN ends in six characters that AWS makes; without them it is found by its
 * name.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen
 */
export function secretSources(scope: Construct, secrets: Secrets): Named<"valueFrom"> {
  return Object.entries(secrets).map(([name, secret]) => ({ name, valueFrom: sourceOf(scope, secret) }));
}

function sourceOf(scope: Construct, secret: TaskSecret): string {
  if ("parameterName" in secret) return parameterArn(scope, secret.parameterName);
  const arn = arnOf(scope, "secretsmanager", `secret:${secret.secretName}`);
  return secret.jsonKey === undefined ? arn : `${arn}:${secret.jsonKey}::`;
}

/**
 * Lets the execution role read these secrets and no others.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html#task-execution-secrets
 */
export function grantSecrets(scope: Construct, role: Grantee, keyAlias: string, secrets: Secrets): void {
  for (const secret of Object.values(secrets)) {
    if ("parameterName" in secret) {
      role.allow({ actions: ["ssm:GetParameters"], resources: [parameterArn(scope, secret.parameterName)] });
      grantKey(scope, role, keyAlias, "ssm", ["kms:Decrypt"]);
    } else {
      // AWS makes the end of the ARN.
      const resources = [arnOf(scope, "secretsmanager", `secret:${secret.secretName}-??????`)];
      role.allow({ actions: ["secretsmanager:GetSecretValue"], resources });
      grantKey(scope, role, keyAlias, "secretsmanager", ["kms:Decrypt"]);
    }
  }
}

function parameterArn(scope: Construct, name: string): string {
  return arnOf(scope, "ssm", `parameter/${name.replace(/^\//, "")}`);
}
