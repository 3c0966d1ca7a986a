import type { FieldProblem } from "@shortlist/contracts";

export interface RegisterForm {
  readonly features: string;
  readonly output: string;
  readonly scoreColumn: string;
  /** Text of a chosen file; null: golden rows are made. */
  readonly golden: string | null;
}

type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

const FEATURE_LINE = /^([\w.-]+)(?:\s+of\s+([\w.-]+)@(\d+))?$/;

/** The manifest of what was typed: a feature a line, `name` or `name of view@version`. */
export function toManifest(form: RegisterForm): Parsed<Record<string, unknown>> {
  const problems: FieldProblem[] = [];
  const features = form.features
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map((line) => {
      const [matched, name, view, viewVersion] = FEATURE_LINE.exec(line) ?? [];
      if (matched === undefined)
        problems.push({
          field: "manifest.features",
          problem: `“${line}”: write a name, or name of view@version`,
        });
      return view === undefined ? { name } : { name, view, viewVersion: Number(viewVersion) };
    });
  const golden = form.golden === null ? null : parseGolden(form.golden);
  if (golden !== null && !golden.ok) problems.push(...golden.problems);
  if (problems.length > 0) return { ok: false, problems };
  const output = form.output.trim();
  return {
    ok: true,
    value: {
      features,
      ...(output === "" ? {} : { output }),
      ...(form.scoreColumn === "" ? {} : { scoreColumn: Number(form.scoreColumn) }),
      ...(golden?.ok ? { golden: golden.value } : {}),
    },
  };
}

function parseGolden(text: string): Parsed<unknown> {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return {
      ok: false,
      problems: [
        { field: "manifest.golden", problem: 'is no JSON: {"inputs": [[…]], "scores": […]} is expected' },
      ],
    };
  }
}

/** Fields of the form, by what a refusal names; what belongs to none is shown above the button. */
const FIELD_OF: readonly (readonly [prefix: string, field: keyof typeof NO_PROBLEMS])[] = [
  ["manifest.features", "features"],
  ["manifest.output", "output"],
  ["manifest.scoreColumn", "scoreColumn"],
  ["manifest.golden", "golden"],
  ["manifest.input", "file"],
  ["artifacts", "file"],
  ["name", "name"],
];
const NO_PROBLEMS = { name: "", file: "", features: "", output: "", scoreColumn: "", golden: "", form: "" };
export type FormProblems = Partial<Record<keyof typeof NO_PROBLEMS, string>>;

/** The sentences of a refusal beside the fields they are about. */
export function placeProblems(detail: string | null, fields: readonly FieldProblem[]): FormProblems {
  const placed: FormProblems = {};
  for (const { field, problem } of fields) {
    const at = FIELD_OF.find(([prefix]) => field.startsWith(prefix))?.[1] ?? "form";
    placed[at] = placed[at] === undefined ? problem : `${placed[at]} ${problem}`;
  }
  if (fields.length === 0 && detail !== null) placed[placeDetail(detail)] = detail;
  return placed;
}

function placeDetail(detail: string): keyof FormProblems {
  if (/golden/i.test(detail)) return "golden";
  return /model cannot|took longer|memory|ended its process/i.test(detail) ? "file" : "form";
}
