// Import directions of ARCHITECTURE.md, all at error level.
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: "error",
  from: { path: from },
  to: { path: "^(apps|packages)/", pathNot: [from, ...allowed] },
});

module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    only("contracts-is-a-leaf", "^packages/contracts/", [], "contracts depends on zod alone"),
    only("ml-is-a-leaf", "^packages/ml/", [], "ml is pure: no other package, no I/O"),
    {
      name: "ml-has-no-runtime-dependencies",
      severity: "error",
      from: { path: "^packages/ml/src/", pathNot: "\\.(test|test-support)\\.ts$" },
      to: { dependencyTypes: ["npm", "npm-dev", "core"] },
    },
    only("platform", "^packages/platform/", ["^packages/contracts/"]),
    only(
      "lake",
      "^packages/lake/",
      ["^packages/(contracts|ml)/"],
      "SQL is compiled over the tiles that ml defines",
    ),
    only("online", "^packages/online/", ["^packages/(contracts|ml|platform|testing)/"]),
    only("db-is-a-leaf", "^packages/db/", []),
    only(
      "serving-stands-alone",
      "^apps/serving/src/(?!drills/|.*\\.int\\.test\\.ts$)",
      ["^packages/(contracts|ml|online|platform)/"],
      "serving never reaches the database or the lake",
    ),
    only("api", "^apps/api/", ["^packages/(contracts|ml|online|db|platform|lake|testing)/"]),
    only(
      "sdk",
      "^packages/sdk/",
      ["^packages/contracts/"],
      "the storefront loads it: types of the contracts, no code",
    ),
    {
      name: "sdk-takes-types-only",
      severity: "error",
      from: { path: "^packages/sdk/src/", pathNot: ".test.ts$" },
      to: { dependencyTypesNot: ["type-only", "local"] },
    },
    only("cli", "^packages/cli/", ["^packages/(contracts|ml|platform|lake|testing)/"]),
    {
      name: "web-takes-types-only-from-api",
      severity: "error",
      from: { path: "^apps/web/" },
      to: { path: "^(apps/api|packages/(db|ml|online|platform|lake))/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "modules-meet-through-services",
      comment: "a module reaches another only through its service",
      severity: "error",
      from: { path: "^apps/api/src/modules/([^/]+)/" },
      to: {
        path: "^apps/api/src/modules/([^/]+)/",
        pathNot: ["^apps/api/src/modules/$1/", "/service\\.ts$", "/[^/]+Service\\.ts$"],
      },
    },
    {
      name: "funnel-is-pure-over-ports",
      severity: "error",
      from: { path: "^apps/serving/src/funnel/", pathNot: "\\.test\\.ts$" },
      to: { path: "^apps/serving/src/(adapters|http|collect)/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)(dist|generated|\\.next|node_modules)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.base.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "types", "node", "default"],
    },
  },
};
