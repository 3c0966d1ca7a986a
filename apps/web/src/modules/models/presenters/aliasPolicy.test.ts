import { expect, test } from "vitest";
import { policyEffects, policyRows, readAliases } from "./aliasPolicy";

const champion = { protected: ["champion"], secondPerson: false };

test("who may move an alias is said for the protected ones and for the others", () => {
  expect(policyRows(champion).map(({ name, admin }) => [name, admin])).toEqual([
    ["champion", "moves it, with a reason"],
    ["every other alias", "moves it at once"],
  ]);
  expect(policyRows({ ...champion, secondPerson: true })[0]!.admin).toMatch(/another admin/);
  expect(policyRows({ protected: [], secondPerson: true })).toMatchObject([{ name: "every alias" }]);
});

test("names are read as they are typed", () => {
  expect(readAliases(" Champion, prod\nprod ")).toEqual(["champion", "prod"]);
  expect(readAliases(" ")).toEqual([]);
});

test("a change says what becomes of each alias and how many models have it", () => {
  const after = { protected: ["prod"], secondPerson: true };
  expect(policyEffects(champion, after, [{ alias: "champion", nModels: 2 }])).toEqual([
    "prod becomes protected: moving it takes a reason and an admin (no model has it now).",
    "champion is free: every ML engineer moves it at once (2 models have it now).",
    "No admin moves a protected alias alone any more: another one approves.",
  ]);
  expect(policyEffects(champion, champion, [])).toEqual([]);
});
