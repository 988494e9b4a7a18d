// Node 20 is the floor here; which Node the SDK will want one day is no news of a test.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

const base = {
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "commonjs" } },
    ],
    // ES modules without a CommonJS form.
    "/node_modules/hyparquet(-writer)?/.+\\.js$": [
      "@swc/jest",
      { jsc: { target: "es2022" }, module: { type: "commonjs" } },
    ],
  },
  transformIgnorePatterns: ["/node_modules/(?!hyparquet)"],
  testEnvironment: "node",
  // Python's packages and what was synthesised: nothing to import.
  modulePathIgnorePatterns: ["<rootDir>/(\\.groundplan|cdktf\\.out)/"],
};

/**
 * Five kinds of test: unit (no network), policies (every environment's JSON), browser (the dashboard in Chromium), integration
 * (Terraform on the embedded AWS), faults (stage code against real stores that fail).
 */
module.exports = {
  maxWorkers: 2,
  projects: [
    {
      ...base,
      displayName: "unit",
      testMatch: ["<rootDir>/__tests__/**/*.test.ts"],
      testPathIgnorePatterns: ["/node_modules/", "/__tests__/(policies|synth|integration|faults|browser)/"],
    },
    {
      ...base,
      displayName: "policies",
      testMatch: ["<rootDir>/__tests__/(policies|synth)/**/*.test.ts"],
    },
    { ...base, displayName: "browser", testMatch: ["<rootDir>/__tests__/browser/**/*.test.ts"] },
    { ...base, displayName: "faults", testMatch: ["<rootDir>/__tests__/faults/**/*.test.ts"] },
    { ...base, displayName: "integration", testMatch: ["<rootDir>/__tests__/integration/**/*.test.ts"] },
  ],
};
