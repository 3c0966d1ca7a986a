import { expect, it } from "vitest";
import { type Group, groupPath, groupsVerdict, originLabel, reimportCommand } from "./groupView";

const group: Group = {
  reason: "unknown_type",
  origin: "import-0123456789abcdef-sample-events",
  eventType: null,
  appVersion: "ios 4.2",
  open: 10,
  released: 2,
  repairable: 8,
  firstSeenMs: 0,
  lastSeenMs: 1,
  firstSeenAt: new Date(0),
  lastSeenAt: new Date(1),
  meaning: "A type that is not in the contract",
  import: { fileName: "events.jsonl.gz", mappingName: "sample-events" },
};

it("a group's address holds its key and nothing that is null", () => {
  expect(groupPath(group)).toBe(
    "/quality/group?reason=unknown_type&origin=import-0123456789abcdef-sample-events&app=ios+4.2",
  );
});

it("an import is named by its mapping, other origins by themselves", () => {
  expect(originLabel(group.origin)).toBe("import sample-events");
  expect(originLabel("collector")).toBe("collector");
});

it("says the exact command that brings a row of an import again", () => {
  expect(reimportCommand(group, "sample")).toBe(
    "npx shortlist import events.jsonl.gz --mapping sample-events --workspace sample --force",
  );
  expect(reimportCommand({ ...group, import: null }, "sample")).toBeNull();
});

it("the sentence on top counts what waits and what can be done about it", () => {
  expect(groupsVerdict([group, { ...group, open: 0, repairable: 0, released: 5 }])).toBe(
    "10 rows wait in 1 groups; 8 of them can be repaired here. 7 were released.",
  );
  expect(groupsVerdict([{ ...group, open: 0 }])).toBe("All 2 rows that were set aside are released.");
});
