import { synth } from "../../support/synth";
import { aTask } from "../../support/task";

const lineOf = (command?: string[]) => {
  const place = { subnetIds: ["subnet-1", "subnet-2"], securityGroupIds: ["sg-1"] };
  let line = "";
  synth((stack) => {
    line = aTask(stack).runCommand(command ? { ...place, command } : place);
  });
  return line;
};

const NETWORK =
  `--network-configuration '{"awsvpcConfiguration":{"subnets":["subnet-1","subnet-2"],` +
  `"securityGroups":["sg-1"],"assignPublicIp":"DISABLED"}}'`;

test("is a line that runs the newest revision once, in the cluster and without a public address", () => {
  expect(lineOf()).toBe(
    "aws ecs run-task --region eu-central-1 --cluster shop --task-definition orders --launch-type FARGATE" +
      ` --propagate-tags TASK_DEFINITION ${NETWORK}`,
  );
});

test("runs another command, whatever signs it holds", () => {
  expect(lineOf(["echo", "it's"])).toMatch(
    / --overrides '\{"containerOverrides":\[\{"name":"app","command":\["echo","it'\\''s"\]\}\]\}'$/,
  );
});
