"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { Async } from "@/components/async/Async";
import { Empty } from "@/components/async/States";
import { buttonClass } from "@/components/ui/Button";
import { Page } from "@/components/ui/Page";
import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { TableHead } from "@/components/ui/TableHead";
import { Time } from "@/components/ui/Time";
import { type ApiOutputs, useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { RolloutActions } from "../components/RolloutActions";
import { isRunning, type RolloutRow } from "../presenters/rolloutView";

const REFRESH_MS = 5_000;

/** What waits for a second person. */
export function ApprovalsPage() {
  const trpc = useTRPC();
  const { slug: workspace } = useWorkspace();
  const list = useQuery({
    ...trpc.rollouts.list.queryOptions({ workspace }),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  });
  const aliases = useQuery({
    ...trpc.models.aliasRequests.queryOptions({ workspace }),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  });
  const waiting = (list.data?.rollouts.filter(isWaiting).length ?? 0) + (aliases.data?.length ?? 0);
  return (
    <Page
      title="Approvals"
      verdict={
        list.data === undefined || aliases.data === undefined
          ? undefined
          : waiting === 0
            ? "Nothing waits for a second person."
            : `${waiting} ${waiting === 1 ? "decision waits" : "decisions wait"} for a second person.`
      }
    >
      <Async query={list} rows={3}>
        {({ rollouts }) => (
          <Async query={aliases} rows={1}>
            {(requests) => <Waiting rollouts={rollouts.filter(isWaiting)} aliases={requests} />}
          </Async>
        )}
      </Async>
    </Page>
  );
}

function isWaiting(rollout: RolloutRow): boolean {
  const { approval, approvalAskedAtMs } = rollout.state;
  return isRunning(rollout) && approvalAskedAtMs !== null && approval === null;
}

type AliasRequest = ApiOutputs["models"]["aliasRequests"][number];

function Waiting({
  rollouts,
  aliases,
}: {
  rollouts: readonly RolloutRow[];
  aliases: readonly AliasRequest[];
}) {
  const { href, slug: workspace } = useWorkspace();
  if (rollouts.length + aliases.length === 0)
    return (
      <Empty
        title="Nothing to approve"
        command={`echo '{"approvalFromPct":50}' > plan.json && npx shortlist rollout create --workspace ${workspace} --ranker ranker@2 --plan plan.json`}
      >
        A rollout waits here when its plan asks for a second person before a share of shoppers, and so does
        the move of a protected alias. Who asked cannot approve.
      </Empty>
    );
  return (
    <ScrollRegion label="Waiting for approval">
      <table className="w-full">
        <TableHead heads={["What", "What for", "By", "Waits since", "Your answer"]} gap="pr-5" />
        <tbody>
          {rollouts.map((rollout) => (
            <tr key={rollout.id} className="border-line border-b">
              <td className="h-12 pr-5">
                <Link href={href(`/rollouts/${rollout.number}`)} className="link font-medium">
                  Rollout {rollout.number}
                </Link>
              </td>
              <td className="pr-5">{rollout.note}</td>
              <td className="pr-5 text-ink-2">{rollout.createdBy}</td>
              <td className="whitespace-nowrap pr-5">
                <Time at={new Date(rollout.state.approvalAskedAtMs ?? 0)} />
              </td>
              <td>
                <div className="flex gap-2">
                  <RolloutActions rollout={rollout} only={["refuse", "approve"]} />
                </div>
              </td>
            </tr>
          ))}
          {aliases.map((request) => (
            <tr key={request.id} className="border-line border-b">
              <td className="h-12 pr-5">
                <Link href={href(`/models/${request.modelName}`)} className="link font-medium">
                  {request.modelName}@{request.alias} → version {request.version}
                </Link>
              </td>
              <td className="pr-5">{request.reason}</td>
              <td className="pr-5 text-ink-2">{request.requestedBy}</td>
              <td className="whitespace-nowrap pr-5">
                <Time at={request.createdAt} />
              </td>
              <td>
                <Link href={href(`/models/${request.modelName}`)} className={buttonClass()}>
                  Decide
                </Link>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
