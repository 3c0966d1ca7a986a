"use client";

import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import Link from "next/link";
import { parseAsNumberLiteral, parseAsString, useQueryState, useQueryStates } from "nuqs";
import { Async } from "@/components/async/Async";
import { Empty } from "@/components/async/States";
import { GuardedButton } from "@/components/permission/GuardedButton";
import { CsvButton } from "@/components/ui/CsvButton";
import { Select } from "@/components/ui/Field";
import { Page } from "@/components/ui/Page";
import { Section } from "@/components/ui/Section";
import { StateWord } from "@/components/ui/StateWord";
import { notify } from "@/lib/notify";
import { problemText } from "@/lib/problem";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { CheckGrid } from "../components/CheckGrid";
import { type Grid, gridCsv, gridVerdict, RANGES } from "../presenters/gridView";
import { groupsVerdict } from "../presenters/groupView";

// Below what everybody comes for: they come when the page stands.
const GroupTable = dynamic(() => import("../components/GroupTable").then((m) => m.GroupTable), {
  ssr: false,
});
const RepairTable = dynamic(() => import("../components/RepairTable").then((m) => m.RepairTable), {
  ssr: false,
});

// Opened by choosing a day.
const CheckDetail = dynamic(() => import("../components/CheckDetail").then((m) => m.CheckDetail), {
  ssr: false,
});

/** Can I trust the logs? */
export function QualityPage() {
  const trpc = useTRPC();
  const { slug: workspace } = useWorkspace();
  const [days, setDays] = useQueryState("days", parseAsNumberLiteral(RANGES).withDefault(28));
  const grid = useQuery({
    ...trpc.quality.grid.queryOptions({ workspace, days }),
    placeholderData: keepPreviousData,
    refetchInterval: (query) => (query.state.data?.job == null ? 60_000 : 2_000),
  });
  const groups = useQuery({ ...trpc.quality.groups.queryOptions({ workspace }), refetchInterval: 15_000 });
  const repairs = useQuery(trpc.quality.repairs.queryOptions({ workspace }));
  return (
    <Page
      title="Quality"
      verdict={grid.data === undefined ? undefined : gridVerdict(grid.data)}
      actions={<CheckNow grid={grid.data} />}
    >
      <Async query={grid} rows={11}>
        {(data) =>
          data.lastDay === null ? (
            <Empty
              title="No day was checked yet"
              command={`npx shortlist import events.jsonl.gz --mapping <mapping> --workspace ${workspace}`}
            >
              Whole UTC days are checked by themselves, the night after, and after every import.
            </Empty>
          ) : (
            <GridSection grid={data} days={days} onDays={setDays} />
          )
        }
      </Async>
      <div id="set-aside">
        <Section
          title="Set aside"
          verdict={
            groups.data === undefined || groups.data.length === 0 ? undefined : groupsVerdict(groups.data)
          }
        >
          <Async query={groups} rows={5}>
            {(all) =>
              all.length === 0 ? (
                <Empty
                  title="Nothing is set aside"
                  command={`curl -X POST $SERVING_URL/v1/events -H "authorization: Bearer $KEY" -H "content-type: application/json" -d '{"events":[{"type":"tap"}]}'`}
                >
                  An event that the rules refuse is kept here with its reasons, wherever it came from. This
                  one would be.
                </Empty>
              ) : (
                <GroupTable groups={all} />
              )
            }
          </Async>
        </Section>
      </div>
      <Section title="Repairs" verdict="What was released, by whom, and what it changed.">
        <Async query={repairs} rows={2}>
          {(all) =>
            all.length === 0 ? (
              <Empty title="No repair yet">Open a group of rows above to see what would mend it.</Empty>
            ) : (
              <RepairTable repairs={all} />
            )
          }
        </Async>
      </Section>
    </Page>
  );
}

/** Says what runs, or starts it. */
function CheckNow({ grid }: { grid: Grid | undefined }) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const { slug: workspace, href } = useWorkspace();
  const start = useMutation(
    trpc.quality.startChecks.mutationOptions({
      onSuccess: () => client.invalidateQueries({ queryKey: trpc.quality.pathKey() }),
      onError: (error) => notify("error", problemText(error)),
    }),
  );
  if (grid?.job != null)
    return (
      <Link href={href(`/jobs/${grid.job.id}`)}>
        <StateWord tone="busy">{`checking, ${grid.job.progressPct.toFixed(0)} %`}</StateWord>
      </Link>
    );
  return (
    <GuardedButton
      permission="quality:repair"
      disabled={start.isPending}
      onClick={() => start.mutate({ workspace })}
    >
      Check all days now
    </GuardedButton>
  );
}

function GridSection({
  grid,
  days,
  onDays,
}: {
  grid: Grid;
  days: (typeof RANGES)[number];
  onDays: (days: (typeof RANGES)[number]) => void;
}) {
  const { slug: workspace } = useWorkspace();
  const [selected, setSelected] = useQueryStates({ day: parseAsString, check: parseAsString });
  const { day, check } = selected;
  const found = grid.rows.find((row) => row.day === day && row.check === check);
  const csv = gridCsv(grid);
  return (
    <Section
      title="Checks by UTC day of arrival"
      verdict="A check that has too little to judge by is hatched; it has not passed."
      actions={
        <>
          <Select
            label="Days"
            className="flex items-center gap-2 [&_label]:mb-0"
            value={days}
            onChange={(event) => onDays(Number(event.target.value) as (typeof RANGES)[number])}
          >
            {RANGES.map((range) => (
              <option key={range} value={range}>
                {range}
              </option>
            ))}
          </Select>
          <CsvButton fileName={`quality-${workspace}.csv`} {...csv} />
        </>
      }
    >
      <CheckGrid
        grid={grid}
        selected={day === null || check === null ? null : { day, check }}
        onSelect={(cell) => void setSelected(cell)}
      />
      {found !== undefined && (
        <CheckDetail
          check={found}
          title={grid.checks.find(({ name }) => name === found.check)?.title ?? ""}
          isClosed={grid.closedDays.some((closed) => closed.day === found.day)}
        />
      )}
      {found === undefined && day !== null && (
        <p className="mt-4 text-ink-2">
          {day} is not among the {grid.days.length} days shown; choose more days.
        </p>
      )}
    </Section>
  );
}
