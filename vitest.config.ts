import { defineConfig } from "vitest/config";

// Two projects: `unit` is pure and parallel; `integration` (*.int.test.ts) runs on a real Postgres and a
// real Redis that its global set-up starts once, one file at a time because the machine has two cores.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["{apps,packages}/*/src/**/*.test.{ts,tsx}", "scripts/**/*.test.mjs"],
          exclude: ["**/*.int.test.{ts,mjs}", "**/node_modules/**"],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: "integration",
          include: ["{apps,packages}/*/src/**/*.int.test.ts", "scripts/**/*.int.test.mjs"],
          exclude: ["**/node_modules/**"],
          globalSetup: ["scripts/vitestServices.mjs"],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
