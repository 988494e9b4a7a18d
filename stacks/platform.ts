import { join } from "node:path";
import type { App } from "cdktf";
import { homeOf } from "../config/home";
import type { PlatformConfig } from "../config/load";
import { bundleFunctions } from "../modules";
import { DashboardStack } from "./dashboard-stack";
import { DataStack } from "./data-stack";
import { DatabaseStack } from "./database-stack";
import { DeployersStack } from "./deployers-stack";
import { NetworkStack } from "./network-stack";
import { PipelineStack } from "./pipeline-stack";
import { ServicesStack } from "./services-stack";
import { SparkStack } from "./spark-stack";
import { StateStack } from "./state-stack";

/** The code of every function. */
const ENTRIES = {
  structure: "lambdas/structure/handler.ts",
  loadFigures: "lambdas/load/figures-handler.ts",
  loadRows: "lambdas/load/rows-handler.ts",
  loadLake: "lambdas/load/lake-handler.ts",
  serveRecommendations: "lambdas/recommendations/serve-handler.ts",
  loadRecommendations: "lambdas/recommendations/load-handler.ts",
  followErasure: "lambdas/erasure/handler.ts",
  migrate: "lambdas/migrate/handler.ts",
  totals: "lambdas/totals/handler.ts",
} as const;

/** The platform of one environment: its stacks in order of dependency. */
export class Platform {
  constructor(app: App, config: PlatformConfig) {
    const bundles = bundleFunctions({
      entries: ENTRIES,
      directory: join(homeOf(config.environment), "functions"),
    });

    const state = new StateStack(app, { config });
    const deployers = new DeployersStack(app, { config });
    const network = new NetworkStack(app, { config });
    const data = new DataStack(app, { config });
    const pipeline = new PipelineStack(app, { config, bundles });
    const database = new DatabaseStack(app, { config, bundles });

    deployers.addDependency(state);
    network.addDependency(deployers);
    data.addDependency(deployers);
    pipeline.addDependency(data);
    database.addDependency(data);
    database.addDependency(network);

    if (config.spark !== undefined) {
      const spark = new SparkStack(app, { config, spark: config.spark });
      spark.addDependency(network);
      spark.addDependency(data);
    }

    if (config.dashboard === undefined) return;
    const services = new ServicesStack(app, { config, dashboard: config.dashboard });
    const dashboard = new DashboardStack(app, { config, dashboard: config.dashboard });
    services.addDependency(network);
    dashboard.addDependency(network);
    dashboard.addDependency(database);
    dashboard.addDependency(services);
  }
}
