"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Async } from "@/components/async/Async";
import { GuardedButton } from "@/components/permission/GuardedButton";
import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { Section } from "@/components/ui/Section";
import { StateWord } from "@/components/ui/StateWord";
import { hiddenHead, TableHead } from "@/components/ui/TableHead";
import { Time } from "@/components/ui/Time";
import { formatCount } from "@/lib/format";
import { notify } from "@/lib/notify";
import { problemText } from "@/lib/problem";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { describeRun, LIST_MODES, listVerdict } from "../presenters/listView";
import { targetLabel } from "../presenters/switchView";

/** A run shows its progress. */
const REFRESH_MS = 5_000;
/** Lists computed ahead: what each surface has, and computing them now. */
export function ListSection() {
  const trpc = useTRPC();
  const client = useQueryClient();
  const { slug: workspace } = useWorkspace();
  const status = useQuery({
    ...trpc.lists.status.queryOptions({ workspace }),
    refetchInterval: REFRESH_MS,
  });
  const start = useMutation(
    trpc.lists.precompute.mutationOptions({
      onSuccess: async () => {
        await client.invalidateQueries({ queryKey: trpc.lists.pathKey() });
        void notify("success", "Computing lists. The Jobs page shows its progress.");
      },
      onError: (error) => void notify("error", problemText(error)),
    }),
  );
  return (
    <Section
      title="Precomputed lists"
      verdict={status.data === undefined ? undefined : listVerdict(status.data)}
    >
      <Async query={status} rows={5}>
        {({ surfaces }) => (
          <ScrollRegion label="Precomputed lists">
            <table className="w-full whitespace-nowrap">
              <TableHead heads={["Surface", "Served", "Lists", "Made", "State", hiddenHead("Action")]} />
              <tbody>
                {surfaces.map((row) => {
                  const run = describeRun(row);
                  return (
                    <tr key={row.surface} className="border-line border-b">
                      <th scope="row" className="h-9 pr-6 text-left font-medium">
                        {targetLabel(row.surface)}
                      </th>
                      <td className="pr-6">{LIST_MODES[row.mode]}</td>
                      <td className="pr-6 tabular-nums">
                        {row.last === null ? "–" : formatCount(row.last.written + row.last.renewed)}
                      </td>
                      <td className="pr-6">{row.last === null ? "–" : <Time at={row.last.startedAt} />}</td>
                      <td className="pr-6">
                        <StateWord tone={run.tone}>{run.says}</StateWord>
                      </td>
                      <td className="text-right">
                        <GuardedButton
                          permission="lists:compute"
                          variant="quiet"
                          disabled={run.isOpen || start.isPending}
                          aria-label={`Compute lists of ${targetLabel(row.surface).toLowerCase()}`}
                          onClick={() => start.mutate({ workspace, surface: row.surface })}
                        >
                          Compute
                        </GuardedButton>
                      </td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </ScrollRegion>
        )}
      </Async>
    </Section>
  );
}
