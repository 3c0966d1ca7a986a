import { SurfaceSwitches } from "@shortlist/contracts";
import { expect, test } from "vitest";
import { describeSwitches, toSwitches } from "./decide";

const switches = (o: Partial<SurfaceSwitches> = {}) => SurfaceSwitches.parse(o);

test("replicas are told of thrown switches only, so that undoing the last leaves no trace", () => {
  expect(toSwitches([])).toBeUndefined();
  expect(toSwitches([{ target: "all", switches: switches() }])).toBeUndefined();
  const cart = switches({ rankerOff: true });
  expect(
    toSwitches([
      { target: "all", switches: switches() },
      { target: "cart", switches: cart },
    ]),
  ).toEqual({ cart });
});

test.each([
  [{}, "everything on"],
  [{ listsOnly: true }, "lists only"],
  [
    { rankerOff: true, sourcesOff: ["trending"], candidateSharePct: 50 },
    "ranker off, trending off, 50 % of the candidates",
  ],
  [{ explorationOff: true }, "exploration off"],
] as const)("%j reads as %s", (thrown, text) => {
  expect(describeSwitches(switches(thrown as Partial<SurfaceSwitches>))).toBe(text);
});
