import { readJsonFile } from "../arguments";
import { InputError } from "../inputError";

export interface ManifestFlags {
  readonly manifest?: string;
  readonly features?: readonly string[];
  readonly output?: string;
  readonly scoreColumn?: number;
}

/** The manifest of a registration: the file, with what the options say over it. */
export async function readManifest(flags: ManifestFlags): Promise<Record<string, unknown>> {
  const given = flags.manifest === undefined ? {} : await readJsonFile("--manifest", flags.manifest);
  if (typeof given !== "object" || given === null || Array.isArray(given))
    throw new InputError(`--manifest: ${flags.manifest} holds no manifest: write {"features": […], …}`);
  if (flags.features === undefined && !("features" in given))
    throw new InputError("Say what the model reads: --manifest with features, or --features name name …");
  return {
    ...given,
    ...(flags.features === undefined ? {} : { features: flags.features.map(readFeature) }),
    ...(flags.output === undefined ? {} : { output: flags.output }),
    ...(flags.scoreColumn === undefined ? {} : { scoreColumn: flags.scoreColumn }),
  };
}

/** `popularity`, or `clicks@2:clicks_7d` for an output of a view. */
export function readFeature(text: string): { name: string; view?: string; viewVersion?: number } {
  const [, view, version, name] = /^([\w.-]+)@(\d+):(.+)$/.exec(text) ?? [];
  return view === undefined ? { name: text } : { name: name!, view, viewVersion: Number(version) };
}
