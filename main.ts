import { loadConfig } from "./config/load";
import { synthesise } from "./stacks/synthesise";

synthesise(loadConfig(process.env.ENVIRONMENT, { embedded: process.env.GROUNDPLAN_EMBEDDED === "1" }));
