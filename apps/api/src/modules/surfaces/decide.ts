import {
  CANDIDATE_SOURCES,
  type FieldProblem,
  type Release,
  type SurfaceSettings,
} from "@shortlist/contracts";

/** What the schema cannot see: settings that contradict each other. */
export function decideSettingsProblems(settings: SurfaceSettings): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const report = (field: string, problem: string) => problems.push({ field: `settings.${field}`, problem });
  const { sources, budgetMs, preRanker, candidateLimit } = settings;
  sources.forEach(({ name, enabled, timeoutMs }, i) => {
    if (sources.findIndex((other) => other.name === name) < i)
      report(`sources.${i}.name`, `${name} is listed twice; keep one`);
    if (enabled && timeoutMs > budgetMs)
      report(
        `sources.${i}.timeoutMs`,
        `${name} may not take longer than the whole request: set at most ${budgetMs}`,
      );
  });
  if (!sources.some(({ enabled }) => enabled)) report("sources", "enable at least one source");
  if (preRanker !== null && preRanker.keep >= candidateLimit)
    report("preRanker.keep", `cuts nothing: set less than the candidate limit of ${candidateLimit}`);
  return problems;
}

export interface SettingsChange {
  readonly field: string;
  /** Null: not set. */
  readonly before: string | null;
  readonly after: string | null;
}

/** What differs, field by field, in the order of the fields; sources are compared by name. */
export function diffSettings(before: SurfaceSettings, after: SurfaceSettings): SettingsChange[] {
  const old = flatten(before);
  const now = flatten(after);
  const fields = [...new Set([...old.keys(), ...now.keys()])];
  return fields.flatMap((field) => {
    const change = { field, before: old.get(field) ?? null, after: now.get(field) ?? null };
    return change.before === change.after ? [] : [change];
  });
}

function flatten(settings: SurfaceSettings): Map<string, string> {
  const fields = new Map<string, string>();
  const add = (path: string, value: unknown): void => {
    if (value === null || value === undefined) return;
    if (typeof value !== "object") fields.set(path, String(value));
    else for (const [key, inner] of Object.entries(value)) add(path === "" ? key : `${path}.${key}`, inner);
  };
  const { sources, ...rest } = settings;
  add("", rest);
  // A source that is not listed is as one that is off, and what an unused one has is no difference.
  for (const name of CANDIDATE_SOURCES) {
    const source = sources.find((each) => each.name === name && each.enabled);
    fields.set(`sources.${name}.enabled`, String(source !== undefined));
    if (source !== undefined) {
      fields.set(`sources.${name}.quota`, String(source.quota));
      fields.set(`sources.${name}.timeoutMs`, String(source.timeoutMs));
    }
  }
  return fields;
}

/** The settings that a release was made with, or null for a surface it does not have. */
export function readSettingsOf(
  release: Release,
  o: { surface: string; ranker: string | null },
): SurfaceSettings | null {
  const held = release.surfaces.find(({ surface }) => surface === o.surface);
  if (held === undefined) return null;
  const { mode, rerank, budgetMs, candidateLimit, sources, preRanker } = held;
  return { mode, rerank, budgetMs, candidateLimit, sources, preRanker, ranker: o.ranker };
}
