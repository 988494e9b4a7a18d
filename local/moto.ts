import { join } from "node:path";
import { commonEnvironment, type EmulatorProgram, type EmulatorSettings, healthAt } from "./emulator";

/** The control plane: moto's server with our corrections. */
export const MOTO: EmulatorProgram = {
  emulator: "controlPlane",
  files: [
    "local/control_plane.py",
    "local/moto_gaps.py",
    "local/ec2_gaps.py",
    "local/ecs_gaps.py",
    "local/elb_gaps.py",
    "local/emr_gaps.py",
    "local/emr_serverless_gaps.py",
    "local/scaling_gaps.py",
  ],
  logName: "control-plane.log",
  pidName: (port) => `moto-${port}.pid`,
  environment: motoEnvironment,
  idAt: (port) => healthAt(port, "/_groundplan/health"),
};

/**
 * All variables of moto's server, none of the user's among them.
 *
 * Its default S3 and IAM are those of the data plane, so that it is asked for neither.
 */
function motoEnvironment({ folders, port, id, accountId, region }: EmulatorSettings): NodeJS.ProcessEnv {
  return {
    ...commonEnvironment(folders),
    PYTHONDONTWRITEBYTECODE: "1", // its own program lies in the project
    CONTROL_PLANE_PORT: String(port),
    CONTROL_PLANE_ID: id,
    CONTROL_PLANE_FILE: join(folders.data, "control-plane.pickle"),
    MOTO_PORT: String(port),
    MOTO_ACCOUNT_ID: accountId,
    MOTO_ACM_VALIDATION_WAIT: "0", // nobody waits for a domain's owner: a certificate is issued when it is first asked for
    AWS_DEFAULT_REGION: region,
  };
}
