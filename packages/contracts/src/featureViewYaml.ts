import type { FeatureView } from "./featureView";

/**
 * A view as YAML that reads well and can be applied again: one line for a filter, none for what says nothing. Reading
 * it back gives the same definition.
 */
export function formatFeatureViewYaml(view: FeatureView): string {
  const { features, fields, description, name, version, owner, ...rest } = view;
  const head = {
    name,
    version,
    ...(description === "" ? {} : { description }),
    owner,
    ...rest,
    ...(Object.keys(fields).length === 0 ? {} : { fields }),
  };
  const lines = Object.entries(head).flatMap(([key, value]) =>
    key === "fields" || key === "source"
      ? [`${key}:`, ...formatEntries(value as object, "  ")]
      : [`${key}: ${formatInline(value)}`],
  );
  lines.push("features:");
  for (const { name: feature, op, ...more } of features)
    lines.push(
      ...formatEntries({ name: feature, op, ...more }, "    ").map((line, i) =>
        i === 0 ? `  - ${line.trimStart()}` : line,
      ),
    );
  return `${lines.join("\n")}\n`;
}

function formatEntries(record: object, indent: string): string[] {
  return Object.entries(record)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${indent}${formatKey(key)}: ${formatInline(value)}`);
}

function formatInline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(formatInline).join(", ")}]`;
  if (value !== null && typeof value === "object") {
    const entries = Object.entries(value).filter(([, each]) => each !== undefined);
    if (entries.length === 0) return "{}";
    return `{ ${entries.map(([key, each]) => `${formatKey(key)}: ${formatInline(each)}`).join(", ")} }`;
  }
  return typeof value === "string" ? formatText(value) : String(value);
}

/** Words that YAML reads as something else than text: they need quotes, as does everything that is no plain word. */
const NOT_TEXT = /^(true|false|null|yes|no|on|off|y|n|\d.*)$/i;
const PLAIN = /^[A-Za-z_][A-Za-z0-9_ ]*[A-Za-z0-9_]$|^[A-Za-z_]$/;
/** A duration is text although it begins with a digit. */
const DURATION = /^[1-9]\d*[smhd]$/;

function formatText(text: string): string {
  const isPlain = DURATION.test(text) || (PLAIN.test(text) && !NOT_TEXT.test(text));
  return isPlain ? text : JSON.stringify(text);
}

function formatKey(key: string): string {
  return /^[A-Za-z_][A-Za-z0-9_.]*$/.test(key) ? key : JSON.stringify(key);
}
