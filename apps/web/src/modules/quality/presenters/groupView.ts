import type { ApiOutputs } from "../../../lib/trpc/client";

export type Group = ApiOutputs["quality"]["groups"][number];
export type GroupKey = Pick<Group, "reason" | "origin" | "eventType" | "appVersion">;

/** Where a group is in the console: its key is the address, so a link to it can be sent. */
export function groupPath(key: GroupKey): string {
  const query = new URLSearchParams({ reason: key.reason, origin: key.origin });
  if (key.eventType !== null) query.set("type", key.eventType);
  if (key.appVersion !== null) query.set("app", key.appVersion);
  return `/quality/group?${query}`;
}

export function isSameGroup(a: GroupKey, b: GroupKey): boolean {
  return (
    a.reason === b.reason &&
    a.origin === b.origin &&
    a.eventType === b.eventType &&
    a.appVersion === b.appVersion
  );
}

/** `import-1a2b…-sample-events` → "import sample-events". */
export function originLabel(origin: string): string {
  const found = /^import-[0-9a-f]{16}-(.+)$/.exec(origin);
  return found === null ? origin : `import ${found[1]}`;
}

export function reasonLabel(reason: string): string {
  return reason.replaceAll("_", " ");
}

/** How rows that cannot be repaired here come again; null when there is no way but at the source. */
export function reimportCommand(group: Group, workspace: string): string | null {
  return group.import === null
    ? null
    : `npx shortlist import ${group.import.fileName} --mapping ${group.import.mappingName} --workspace ${workspace} --force`;
}

/** The one sentence over the groups. */
export function groupsVerdict(groups: readonly Group[]): string {
  const sum = (of: (group: Group) => number) => groups.reduce((total, group) => total + of(group), 0);
  const open = sum((group) => group.open);
  if (open === 0)
    return `All ${sum((group) => group.released).toLocaleString("en-GB")} rows that were set aside are released.`;
  const repairable = sum((group) => group.repairable);
  const released = sum((group) => group.released);
  const already = released === 0 ? "" : ` ${released.toLocaleString("en-GB")} were released.`;
  return `${open.toLocaleString("en-GB")} rows wait in ${groups.filter((g) => g.open > 0).length} groups; ${repairable.toLocaleString("en-GB")} of them can be repaired here.${already}`;
}
