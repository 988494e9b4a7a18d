import { TerraformBackend } from "cdktf";
import type { IConstruct } from "constructs";
import { arnOf } from "../../shared";
import { Bucket, Lake, Postgres, Table } from "../../storage";
import { permissionsIn } from "./pipeline-facts";
import { type StoreUse, unused } from "./store-use";

interface StoreOfUse extends StoreUse {
  readonly store: IConstruct;
}

/** A store that nobody reads or writes, and what nobody does. */
export interface IdleStore {
  readonly store: IConstruct;
  readonly verb: string;
}

/** The stores that an app makes and that no role in it reads, or writes. Terraform itself uses the bucket of its states. */
export function idleStores(root: IConstruct): IdleStore[] {
  const all = root.node.findAll();
  const states = new Set(all.filter((each) => TerraformBackend.isBackend(each)).map(stateBucketOf));
  const uses = all.flatMap((store) =>
    store instanceof Bucket && states.has(store.bucketName) ? [] : usesOf(store),
  );
  return uses.length === 0 ? [] : unused(uses, permissionsIn(root));
}

function usesOf(store: IConstruct): StoreOfUse[] {
  if (store instanceof Bucket) {
    const { bucketArn: arn } = store;
    return [
      { store, arn, verb: "reads", actions: ["s3:GetObject"] },
      { store, arn, verb: "writes", actions: ["s3:PutObject"] },
    ];
  }
  if (store instanceof Table) {
    const { tableArn: arn } = store;
    return [
      { store, arn, verb: "reads", actions: dynamodb("GetItem", "BatchGetItem", "Query", "Scan") },
      { store, arn, verb: "writes", actions: dynamodb("PutItem", "UpdateItem", "BatchWriteItem") },
    ];
  }
  // Policies name users of a database, and not what they may do in it.
  if (store instanceof Postgres) {
    return [
      { store, arn: arnOf(store, "rds-db", "dbuser"), verb: "connects to", actions: ["rds-db:connect"] },
    ];
  }
  if (store instanceof Lake) {
    return [{ store, arn: store.workgroupArn, verb: "queries", actions: ["athena:StartQueryExecution"] }];
  }
  return [];
}

const dynamodb = (...actions: string[]) => actions.map((action) => `dynamodb:${action}`);

function stateBucketOf(backend: IConstruct): unknown {
  return TerraformBackend.isBackend(backend)
    ? backend.toTerraform().terraform?.backend?.s3?.bucket
    : undefined;
}
