"use client";

import Link from "next/link";
import { CopyButton } from "@/components/ui/Copy";
import { Mono } from "@/components/ui/Mono";
import { Facts, Section } from "@/components/ui/Section";
import { TableHead } from "@/components/ui/TableHead";
import { Time } from "@/components/ui/Time";
import { formatBytes, formatDay, shortId } from "@/lib/format";
import type { ApiOutputs } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";

type Version = ApiOutputs["models"]["version"];

/** Where the version comes from and what it is made of. */
export function VersionFacts({ version }: { version: Version }) {
  const { href } = useWorkspace();
  const { manifest, artifacts } = version;
  const { trainingWindow: window } = manifest;
  const parameters = Object.entries(manifest.parameters);
  return (
    <div className="mt-8 grid gap-x-12 lg:grid-cols-2">
      <Section title="Lineage">
        <Facts
          rows={[
            ["Made", <Time key="t" at={version.createdAt} />],
            ["By", version.createdBy],
            [
              "Training job",
              version.jobId === null ? (
                "registered by hand"
              ) : (
                <Link key="j" className="link font-mono text-xs" href={href(`/jobs/${version.jobId}`)}>
                  {version.jobId}
                </Link>
              ),
            ],
            [
              "Data",
              manifest.trainingDataHash === null ? "–" : <Hash key="d" value={manifest.trainingDataHash} />,
            ],
            [
              "Window",
              window === null
                ? "–"
                : `${formatDay(new Date(window.fromMs))} – ${formatDay(new Date(window.toMs))}`,
            ],
            [
              "Item table",
              manifest.itemTableId === null ? "–" : <Hash key="i" value={manifest.itemTableId} />,
            ],
            [
              "Embedding space",
              manifest.embeddingSpaceId === null ? (
                "–"
              ) : (
                <Mono key="e" className="break-all">
                  {manifest.embeddingSpaceId}
                </Mono>
              ),
            ],
            ["Output", manifest.outputMeaning ?? manifest.output ?? "–"],
            [
              "Golden rows",
              manifest.nGoldenRows === 0
                ? "none"
                : `${manifest.nGoldenRows}${manifest.goldenSource === "made" ? " made when it was registered" : ""}, recomputed by every replica before it serves`,
            ],
          ]}
        />
      </Section>
      <div className="max-lg:mt-8">
        <Section title="Artifacts">
          <table className="w-full">
            <TableHead heads={["File", { label: "Size", align: "right" }, "SHA-256"]} gap="px-3" />
            <tbody>
              {[...artifacts, { name: "manifest", bytes: null, sha256: version.manifestSha256 }].map(
                ({ name, bytes, sha256 }) => (
                  <tr key={name} className="border-line border-b">
                    <th scope="row" className="h-8 text-left font-mono font-normal text-xs">
                      {name}
                    </th>
                    <td className="px-3 text-right">{formatBytes(bytes)}</td>
                    <td className="pl-3">
                      <Hash value={sha256} />
                    </td>
                  </tr>
                ),
              )}
            </tbody>
          </table>
        </Section>
        {parameters.length > 0 && (
          <Section title="Parameters">
            <Facts
              rows={parameters.map(
                ([name, value]) => [name, <Mono key={name}>{String(value)}</Mono>] as const,
              )}
            />
          </Section>
        )}
      </div>
    </div>
  );
}

function Hash({ value }: { value: string }) {
  return (
    <span className="inline-flex items-center gap-1">
      <Mono title={value}>{shortId(value, 16)}</Mono>
      <CopyButton text={value} label="Copy the whole hash" />
    </span>
  );
}
