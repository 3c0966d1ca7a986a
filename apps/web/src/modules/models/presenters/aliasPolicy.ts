import type { AliasPolicy } from "@shortlist/contracts";

export interface AliasUse {
  readonly alias: string;
  readonly nModels: number;
}

/** Who may do what with which alias, a row for the protected ones and one for the others. */
export function policyRows({ protected: names, secondPerson }: AliasPolicy) {
  const free = {
    name: names.length === 0 ? "every alias" : "every other alias",
    engineer: "moves it at once",
    admin: "moves it at once",
  };
  if (names.length === 0) return [free];
  return [
    {
      name: names.join(", "),
      engineer: "asks, with a reason; an admin approves",
      admin: secondPerson ? "asks, with a reason; another admin approves" : "moves it, with a reason",
    },
    free,
  ];
}

/** Names as they are typed: divided by blanks or commas, lower case, each once. */
export function readAliases(text: string): string[] {
  return [
    ...new Set(
      text
        .toLowerCase()
        .split(/[\s,]+/)
        .filter(Boolean),
    ),
  ];
}

/** What a change does, alias by alias, with the models that it concerns. */
export function policyEffects(before: AliasPolicy, after: AliasPolicy, inUse: readonly AliasUse[]): string[] {
  const use = (name: string) => {
    const n = inUse.find(({ alias }) => alias === name)?.nModels ?? 0;
    return n === 0 ? "no model has it now" : `${n} ${n === 1 ? "model has" : "models have"} it now`;
  };
  const added = after.protected.filter((name) => !before.protected.includes(name));
  const removed = before.protected.filter((name) => !after.protected.includes(name));
  return [
    ...added.map(
      (name) => `${name} becomes protected: moving it takes a reason and an admin (${use(name)}).`,
    ),
    ...removed.map((name) => `${name} is free: every ML engineer moves it at once (${use(name)}).`),
    ...(before.secondPerson === after.secondPerson
      ? []
      : [
          after.secondPerson
            ? "No admin moves a protected alias alone any more: another one approves."
            : "An admin moves a protected alias alone.",
        ]),
  ];
}
