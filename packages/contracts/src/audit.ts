/** What the audit divides changes by. */
export const AUDIT_KINDS = [
  "release",
  "rollout",
  "model",
  "alias",
  "rule",
  "switch",
  "surface",
  "feature",
  "quality",
  "identity",
  "key",
  "member",
] as const;
export type AuditKind = (typeof AUDIT_KINDS)[number];
