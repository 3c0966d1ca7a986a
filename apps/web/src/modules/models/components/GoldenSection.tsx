"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { Async } from "@/components/async/Async";
import { Empty } from "@/components/async/States";
import { GuardedButton } from "@/components/permission/GuardedButton";
import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { Section } from "@/components/ui/Section";
import { StateWord } from "@/components/ui/StateWord";
import { numberHead, TableHead } from "@/components/ui/TableHead";
import { formatDecimal } from "@/lib/format";
import { problemText } from "@/lib/problem";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { type Golden, type GoldenRow, goldenVerdict, isWithin, showDifference } from "../presenters/golden";

// Below what everybody comes for: it comes when the page stands.
const TryRowForm = dynamic(() => import("./TryRowForm").then((m) => m.TryRowForm), { ssr: false });

interface At {
  readonly name: string;
  readonly version: number;
}

/** Golden rows of a ranker with what they scored, and the version itself to be tried on a row by hand. */
export function GoldenSection({ at }: { at: At }) {
  const trpc = useTRPC();
  const { slug: workspace } = useWorkspace();
  const golden = useQuery(trpc.models.golden.queryOptions({ workspace, ...at }));
  const again = useMutation(trpc.models.runGolden.mutationOptions());
  const { data } = golden;
  const rows = again.data?.rows ?? data?.rows ?? [];
  return (
    <>
      <Section
        title="Golden rows"
        verdict={
          data === undefined || rows.length === 0
            ? undefined
            : goldenVerdict(rows, { nRows: data.nRows, isAgain: again.data !== undefined })
        }
        actions={
          data !== undefined &&
          rows.length > 0 && (
            <GuardedButton
              permission="model:register"
              disabled={!data.isRunnable || again.isPending}
              onClick={() => again.mutate({ workspace, ...at })}
            >
              {again.isPending ? "Running …" : "Run them again"}
            </GuardedButton>
          )
        }
      >
        {again.error !== null && (
          <p role="alert" className="mb-3 text-harm">
            {problemText(again.error)}
          </p>
        )}
        <Async query={golden} rows={4}>
          {(found) => (
            <>
              <Stored golden={found} />
              {rows.length === 0 ? (
                <Empty title="It has no golden rows">
                  Nothing shows whether a replica computes what was computed where it was trained.
                </Empty>
              ) : (
                <GoldenTable golden={found} rows={rows} />
              )}
            </>
          )}
        </Async>
      </Section>
      {data?.isRunnable === true && (
        <Section
          title="Try a row"
          verdict="The version itself scores it, in a process of its own, as at its registration. What is left empty takes its default."
        >
          <TryRowForm at={at} golden={data} />
        </Section>
      )}
    </>
  );
}

function Stored({ golden: { isArchived, isRunnable, source } }: { golden: Golden }) {
  return (
    <>
      {!isRunnable && (
        <p className="mb-3">
          <StateWord tone="warn">Not to be run</StateWord>
          <span className="ml-2 text-ink-2">
            {isArchived ? "The version is archived and its" : "Its"} file is not stored any more.
          </span>
        </p>
      )}
      {isRunnable && isArchived && (
        <p className="mb-3 text-ink-2">
          The version is archived; its file is still stored, so it can be run.
        </p>
      )}
      {source === "made" && (
        <p className="mb-3 text-ink-2">
          They were made by running the model when it was registered: they show later changes, not whether it
          was right.
        </p>
      )}
    </>
  );
}

function GoldenTable({ golden: { features }, rows }: { golden: Golden; rows: readonly GoldenRow[] }) {
  return (
    <ScrollRegion label="Golden rows">
      <table className="w-full">
        <TableHead
          heads={[
            "Row",
            "State",
            numberHead("Expected"),
            numberHead("Measured"),
            numberHead("Difference"),
            numberHead("Allowed"),
            ...features.map(({ name }) => ({ ...numberHead(name), className: "font-mono font-normal" })),
          ]}
        />
        <tbody>
          {rows.map((row, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place
            <tr key={i} className="whitespace-nowrap border-line border-b">
              <th scope="row" className="h-8 pr-6 text-left font-medium">
                {i + 1}
              </th>
              <td className="pr-6">
                <RowState row={row} />
              </td>
              <td className="pr-6 text-right">{formatDecimal(row.expected, 6)}</td>
              <td className="pr-6 text-right">{formatDecimal(row.measured, 6)}</td>
              <td className="pr-6 text-right">{showDifference(row.difference)}</td>
              <td className="pr-6 text-right text-ink-3">{showDifference(row.allowed)}</td>
              {row.inputs.map((value, column) => (
                <td key={features[column]!.name} className="pr-6 text-right text-ink-2 last:pr-0">
                  {Number(value.toPrecision(6))}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function RowState({ row }: { row: GoldenRow }) {
  const within = isWithin(row);
  if (within === null) return <StateWord tone="none">not measured</StateWord>;
  return within ? <StateWord tone="pass">same</StateWord> : <StateWord tone="harm">differs</StateWord>;
}
