import { Fn, Token } from "cdktf";
import { aJob, aSparkCluster, FLEETS, longLived, machineOf } from "../../support/spark";
import { synth } from "../../support/synth";

const EMR = "aws_emr_cluster";

test("leaves later changes of nodes in groups to EMR and to you", () => {
  longLived().one(EMR, {
    lifecycle: {
      ignore_changes: [
        "step",
        "core_instance_group[0].instance_count",
        "master_instance_group[0].instance_count",
      ],
    },
  });
});

test("leaves later changes of nodes in fleets to EMR and to you", () => {
  const { lifecycle } = longLived({ capacity: FLEETS }).one(EMR);
  expect(lifecycle).toEqual({
    ignore_changes: expect.arrayContaining(["core_instance_fleet[0].target_spot_capacity"]),
  });
});

test("takes several subnets with fleets", () => {
  longLived({ capacity: FLEETS, subnetIds: ["a", "b"] }).one(EMR, {
    ec2_attributes: { subnet_ids: ["a", "b"] },
  });
});

test("carries the tags by which EMR's policy and the machine know it", () => {
  longLived().one(EMR, {
    tags: { "for-use-with-amazon-emr-managed-policies": "true", "spark-cluster": "trainer" },
  });
});

test("stays when it has no step", () => {
  longLived().one(EMR, { keep_job_flow_alive_when_no_steps: true });
});

test("runs its jobs by a machine that makes and ends no cluster", () => {
  const { States } = machineOf(longLived());
  expect(States).not.toHaveProperty(["Make the cluster"]);
  expect(States).not.toHaveProperty("Terminate");
  expect(States.train?.Arguments).toMatchObject({
    ClusterId: expect.stringMatching(/^\$\{aws_emr_cluster\.Spark_\w+\.id}$/),
    ExecutionRoleArn: "arn:aws:iam::123456789012:role/trainer-train",
  });
});

test("is there before the machine", () => {
  const waits = longLived().one("aws_sfn_state_machine").depends_on;
  expect(waits).toContainEqual(expect.stringMatching(/^aws_emr_cluster\.Spark_/));
});

test("a transient cluster takes subnets that Terraform knows only later", () => {
  const list = Token.asList(Fn.split(",", `\${local.subnets}`));
  const tf = synth((stack) => void aJob(aSparkCluster(stack, { capacity: FLEETS, subnetIds: list })));
  expect(tf.one("aws_sfn_state_machine").definition).toContain(`"Ec2SubnetIds":\${jsonencode(split(`);
});
