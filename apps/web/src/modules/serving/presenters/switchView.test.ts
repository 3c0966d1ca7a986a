import { describe, expect, it } from "vitest";
import { readSwitches } from "./readSwitches";
import { type SwitchTarget, switchVerdict } from "./switchView";

describe("readSwitches", () => {
  it("reads every box and the share, and nothing ticked is everything on", () => {
    const form = new FormData();
    form.set("candidateSharePct", "100");
    expect(readSwitches(form)).toEqual({
      listsOnly: false,
      rankerOff: false,
      explorationOff: false,
      sourcesOff: [],
      candidateSharePct: 100,
    });
    for (const name of ["listsOnly", "rankerOff", "explorationOff", "source:content", "source:trending"])
      form.set(name, "on");
    form.set("candidateSharePct", "25");
    expect(readSwitches(form)).toEqual({
      listsOnly: true,
      rankerOff: true,
      explorationOff: true,
      sourcesOff: ["content", "trending"],
      candidateSharePct: 25,
    });
  });
});

describe("switchVerdict", () => {
  const row = (target: SwitchTarget["target"], says: string | null) =>
    ({ target, says: says ?? "everything on", isThrown: says !== null }) as SwitchTarget;
  it("names what is thrown where, and says so when nothing is", () => {
    expect(switchVerdict([row("all", null), row("cart", null)])).toContain("Nothing is switched off");
    expect(switchVerdict([row("all", "lists only"), row("cart", null)])).toBe("All surfaces: lists only.");
  });
});
