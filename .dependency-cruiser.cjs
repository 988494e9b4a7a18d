/** The import arrows of docs/architecture.md: decisions get narrower with each step and nothing looks back up. */
const never = (name, from, to, comment) => ({
  name,
  comment,
  severity: "error",
  from: typeof from === "string" ? { path: from } : from,
  to: typeof to === "string" ? { path: to } : to,
});

module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    never(
      "main-narrow",
      "^main\\.ts$",
      "^(modules|lambdas|cli|local)/|@cdktf/provider-aws",
      "main.ts knows config and stacks",
    ),
    never("stacks-down", "^stacks/", "^(cli|review|local)/", "a stack wires modules and looks no further up"),
    never(
      "stacks-lambda-types",
      "^stacks/",
      { path: "^lambdas/", pathNot: "^lambdas/[^/]+/env\\.ts$" },
      "only a function's env contract",
    ),
    never(
      "stacks-lambda-run-time",
      "^stacks/",
      { path: "^lambdas/", dependencyTypesNot: ["type-only"] },
      "and only its type: nothing of lambdas at run time",
    ),
    never(
      "modules-alone",
      "^modules/",
      "^(stacks|config|lambdas|cli|review|local)/",
      "the library never knows the platform",
    ),
    never(
      "modules-by-index",
      "^modules/([^/]+)/",
      {
        path: "^modules/([^/]+)/",
        pathNot: ["^modules/$1/", "^modules/shared/", "^modules/[^/]+/index\\.ts$"],
      },
      "another module by its index only",
    ),
    never(
      "lambdas-alone",
      "^lambdas/",
      "^(modules|stacks|config|cli|review|local)/|^node_modules/(cdktf|@cdktf|constructs)/",
      "a function knows nothing of its infrastructure",
    ),
    never(
      "sdk-in-stores-only",
      { path: "^lambdas/", pathNot: "^lambdas/shared/(s3|dynamo|sqs|postgres|secrets)-[^/]+\\.ts$" },
      { path: "^node_modules/(@aws-sdk|pg)/", dependencyTypesNot: ["type-only"] },
      "the SDK lives in lambdas/shared/<aws>-<store>.ts",
    ),
    never(
      "nothing-imports-cli",
      "^(config|stacks|modules|lambdas|main\\.ts)",
      "^(cli|local)/",
      "cli and local import all and are imported by none",
    ),
    never(
      "no-provider-barrel",
      "^(?!node_modules)",
      "^node_modules/@cdktf/provider-aws/lib/index",
      "import provider classes deep",
    ),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(node_modules|cdktf\\.out|dist|\\.groundplan)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
  },
};
