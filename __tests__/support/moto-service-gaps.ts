import type { Gap, Moto } from "./moto";

/** Names of a row are its own, as no row sees what another has made. */
let rows = 0;

const FARGATE = [{ capacityProvider: "FARGATE", weight: 1 }];

const FIELDS = {
  availabilityZoneRebalancing: "ENABLED",
  deploymentConfiguration: {
    ...{ maximumPercent: 200, minimumHealthyPercent: 100 },
    deploymentCircuitBreaker: { enable: true, rollback: true },
    alarms: { alarmNames: ["errors"], enable: true, rollback: true },
  },
  enableECSManagedTags: true,
  enableExecuteCommand: true,
  healthCheckGracePeriodSeconds: 60,
};

/** By the name of what closes the gap in local/ecs_gaps.py. */
export const ECS_GAPS: Readonly<Record<string, Gap>> = {
  "start_services: has the tasks of a new service at once, and its deployment done": {
    call: async (moto) => described(moto, await newService(moto, { desiredCount: 2 })),
    answer: {
      ...{ desiredCount: 2, runningCount: 2, pendingCount: 0 },
      deployments: [{ rolloutState: "COMPLETED", runningCount: 2, pendingCount: 0 }],
    },
  },
  "keep_fields_of_services: keeps what a new service is told": {
    call: async (moto) =>
      described(moto, await newService(moto, { ...FIELDS, serviceConnectConfiguration: { enabled: false } })),
    answer: { ...FIELDS, deployments: [{ serviceConnectConfiguration: { enabled: false } }] },
  },
  "keep_fields_of_services: keeps the capacity of a new service, in place of a launch type": {
    call: async (moto) => {
      const service = await newService(moto, { launchType: undefined, capacityProviderStrategy: FARGATE });
      const { launchType = "none", ...shown } = await described(moto, service);
      return { launchType, ...shown };
    },
    answer: { launchType: "none", capacityProviderStrategy: FARGATE },
  },
  "keep_fields_of_services: gives a new service that names no capacity the cluster's own": {
    call: async (moto) => described(moto, await newService(moto, { launchType: undefined })),
    answer: { capacityProviderStrategy: FARGATE },
  },
  "keep_fields_of_services: refuses both a launch type and capacity": {
    call: async (moto) => (await newService(moto, { capacityProviderStrategy: FARGATE })).answer,
    answer: {
      __type: "InvalidParameterException",
      message: expect.stringMatching("both a launch type and capacity provider strategy is not supported"),
    },
  },
  "keep_fields_of_services: refuses a new service on capacity that the cluster does not offer": {
    call: async (moto) => {
      const capacityProviderStrategy = [{ capacityProvider: "FARGATE_SPOT", weight: 1 }];
      return (await newService(moto, { launchType: undefined, capacityProviderStrategy })).answer;
    },
    answer: { __type: "InvalidParameterException", message: expect.stringMatching("not associated") },
  },
  "deploy_changed_services: refuses to move a service to capacity that the cluster does not offer": {
    call: async (moto) => {
      const { cluster, service } = await newService(moto, {});
      const capacityProviderStrategy = [{ capacityProvider: "FARGATE_SPOT", weight: 1 }];
      return moto.ecs.call("UpdateService", { cluster, service, capacityProviderStrategy });
    },
    answer: { __type: "InvalidParameterException", message: expect.stringMatching("not associated") },
  },
  "deploy_changed_services: shows the deployment of a change": {
    call: async (moto) => {
      const made = await newService(moto, { desiredCount: 1 });
      const { cluster, service, taskDefinition } = made;
      await newTaskDefinition(moto, taskDefinition);
      await moto.ecs.call("UpdateService", { cluster, service, taskDefinition, desiredCount: 3 });
      return described(moto, made);
    },
    answer: {
      taskDefinition: expect.stringMatching(/:task-definition\/.+:2$/),
      deployments: [
        {
          taskDefinition: expect.stringMatching(/:task-definition\/.+:2$/),
          desiredCount: 3,
          runningCount: 3,
        },
      ],
    },
  },
};

/** By the name of what closes the gap in local/scaling_gaps.py. */
export const SCALING_GAPS: Readonly<Record<string, Gap>> = {
  "tag_scalable_targets: lists the tags of a new target": {
    call: async (moto) => tagsOf(moto, await newTarget(moto)),
    answer: { Tags: { project: "atlas", stage: "local" } },
  },
  "tag_scalable_targets: changes tags": {
    call: async (moto) => {
      const ResourceARN = await newTarget(moto);
      await moto.scaling.call("TagResource", { ResourceARN, Tags: { stage: "dev", owner: "data" } });
      await moto.scaling.call("UntagResource", { ResourceARN, TagKeys: ["project"] });
      const { Tags } = await tagsOf(moto, ResourceARN);
      return { tags: JSON.stringify(Tags) };
    },
    answer: { tags: '{"stage":"dev","owner":"data"}' },
  },
  "tag_scalable_targets: does not find a target that is not there": {
    call: async (moto) => tagsOf(moto, `${await newTarget(moto)}x`),
    answer: { __type: "ResourceNotFoundException" },
  },
};

/** By the name of what closes the gap in local/elb_gaps.py. */
export const ELB_GAPS: Readonly<Record<string, Gap>> = {
  "refuse_to_delete_the_protected: refuses to delete a balancer that is protected": {
    call: async ({ ec2, balancers }) => {
      const { vpcId: VpcId } = await ec2.call("CreateVpc", { CidrBlock: "10.21.0.0/16" });
      const newSubnet = (CidrBlock: string) => ec2.call("CreateSubnet", { VpcId, CidrBlock });
      const [first, second] = [await newSubnet("10.21.0.0/24"), await newSubnet("10.21.1.0/24")];
      const { LoadBalancerArn } = await balancers.call("CreateLoadBalancer", {
        ...{ Name: `balancer-${rows++}`, Scheme: "internal" },
        ...{ "Subnets.member.1": first.subnetId, "Subnets.member.2": second.subnetId },
      });
      await balancers.call("ModifyLoadBalancerAttributes", {
        LoadBalancerArn,
        "Attributes.member.1.Key": "deletion_protection.enabled",
        "Attributes.member.1.Value": "true",
      });
      return balancers.call("DeleteLoadBalancer", { LoadBalancerArn });
    },
    answer: {
      Code: "OperationNotPermitted",
      Message: expect.stringMatching("deletion protection is enabled"),
    },
  },
};

/** By the variable of local/moto.ts that closes the gap. */
export const SETTING_GAPS: Readonly<Record<string, Gap>> = {
  "MOTO_ACM_VALIDATION_WAIT: issues a certificate that nobody validates": {
    call: async ({ certificates }) => {
      const DomainName = `row-${rows++}.example.com`;
      const asked = await certificates.call("RequestCertificate", { DomainName, ValidationMethod: "DNS" });
      return certificates.call("DescribeCertificate", asked);
    },
    answer: { Certificate: { Status: "ISSUED" } },
  },
};

interface NewService {
  readonly cluster: string;
  readonly service: string;
  /** Family of its task definition. */
  readonly taskDefinition: string;
  /** What CreateService has answered. */
  readonly answer: object;
}

/** In a cluster of its own that offers Fargate; on Fargate unless the fields say otherwise. */
async function newService({ ec2, ecs }: Moto, fields: object): Promise<NewService> {
  const name = `row-${rows++}`;
  const { vpcId: VpcId } = await ec2.call("CreateVpc", { CidrBlock: "10.22.0.0/16" });
  const { subnetId } = await ec2.call("CreateSubnet", { VpcId, CidrBlock: "10.22.0.0/24" });
  await ecs.call("CreateCluster", {
    clusterName: name,
    capacityProviders: ["FARGATE"],
    defaultCapacityProviderStrategy: FARGATE,
  });
  await newTaskDefinition({ ecs }, name);
  const answer = await ecs.call("CreateService", {
    ...{ cluster: name, serviceName: name, taskDefinition: name, desiredCount: 0, launchType: "FARGATE" },
    networkConfiguration: { awsvpcConfiguration: { subnets: [subnetId], securityGroups: [] } },
    ...fields,
  });
  return { cluster: name, service: name, taskDefinition: name, answer };
}

const newTaskDefinition = ({ ecs }: Pick<Moto, "ecs">, family: string) =>
  ecs.call("RegisterTaskDefinition", {
    ...{ family, networkMode: "awsvpc", requiresCompatibilities: ["FARGATE"], cpu: "256", memory: "512" },
    containerDefinitions: [{ name: "app", image: "app", essential: true }],
  });

/** What DescribeServices says of the one service. */
async function described({ ecs }: Moto, { cluster, service }: NewService) {
  const { services } = await ecs.call("DescribeServices", { cluster, services: [service] });
  return (services as readonly Readonly<Record<string, unknown>>[])[0] ?? {};
}

/** @returns the ARN of a new scalable target with two tags */
async function newTarget(moto: Moto): Promise<string> {
  const { cluster, service } = await newService(moto, {});
  const target = {
    ServiceNamespace: "ecs",
    ResourceId: `service/${cluster}/${service}`,
    ScalableDimension: "ecs:service:DesiredCount",
  };
  const Tags = { project: "atlas", stage: "local" };
  const answer = await moto.scaling.call("RegisterScalableTarget", {
    ...target,
    ...{ MinCapacity: 1, MaxCapacity: 2, Tags },
  });
  return String(answer.ScalableTargetARN);
}

const tagsOf = ({ scaling }: Moto, ResourceARN: string) =>
  scaling.call("ListTagsForResource", { ResourceARN });
