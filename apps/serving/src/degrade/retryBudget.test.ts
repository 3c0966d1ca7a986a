import { expect, it } from "vitest";
import { RetryBudget } from "./retryBudget";

it("with everything failing, at most a tenth of the calls are tried again, beyond what was saved", () => {
  const budget = new RetryBudget();
  let retries = 0;
  for (let call = 0; call < 10_000; call++) {
    budget.earn();
    while (budget.take()) retries++;
  }
  expect(retries).toBeGreaterThan(990);
  expect(retries).toBeLessThanOrEqual(1_000 + 10);
});

it("saves no more than its most, however long nothing failed", () => {
  const budget = new RetryBudget(0.1, 10);
  for (let call = 0; call < 100_000; call++) budget.earn();
  let retries = 0;
  while (budget.take()) retries++;
  expect(retries).toBe(10);
});

it("earns a retry with every tenth call", () => {
  const budget = new RetryBudget(0.1, 10, 0);
  expect(budget.take()).toBe(false);
  for (let call = 0; call < 10; call++) budget.earn();
  expect(budget.take()).toBe(true);
  expect(budget.take()).toBe(false);
});
