"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useMemo } from "react";
import { Async } from "@/components/async/Async";
import { Empty } from "@/components/async/States";
import { GuardedButton } from "@/components/permission/GuardedButton";
import { buttonClass } from "@/components/ui/Button";
import { type Column, DataTable } from "@/components/ui/DataTable";
import { Page } from "@/components/ui/Page";
import { Section } from "@/components/ui/Section";
import { StateWord } from "@/components/ui/StateWord";
import { Time } from "@/components/ui/Time";
import { notify } from "@/lib/notify";
import { problemText } from "@/lib/problem";
import { type ApiOutputs, useTRPC } from "@/lib/trpc/client";
import { useSession, useWorkspace } from "@/modules/shell/session";
import { RuleState } from "../components/RuleState";
import { toSentence } from "../presenters/sentence";

type Listed = ApiOutputs["rules"]["list"]["rules"][number];

export function RuleListPage() {
  const trpc = useTRPC();
  const { slug: workspace } = useWorkspace();
  const list = useQuery(trpc.rules.list.queryOptions({ workspace }));
  const canEdit = useSession().can["rule:edit"];
  const inForce = list.data?.rules.filter(({ state }) => state === "in_force").length ?? 0;
  return (
    <Page
      title="Rules"
      verdict={
        list.data === undefined || list.data.rules.length === 0
          ? "What you want of the lists, whatever the models say. A change is on every replica within seconds."
          : `${inForce} of ${list.data.rules.length} ${list.data.rules.length === 1 ? "rule is" : "rules are"} in force; ${list.data.conflicts.length === 0 ? "none work against each other" : `${list.data.conflicts.length} ${list.data.conflicts.length === 1 ? "pair works" : "pairs work"} against each other`}.`
      }
      actions={
        canEdit.allowed ? (
          <Link href={`/w/${workspace}/rules/new`} className={buttonClass("primary")}>
            New rule
          </Link>
        ) : (
          <GuardedButton permission="rule:edit" variant="primary">
            New rule
          </GuardedButton>
        )
      }
    >
      <Async query={list} rows={5}>
        {({ rules, conflicts }) => (
          <>
            {rules.length === 0 ? (
              <Empty title="There are no rules">
                Pin what must be seen, boost what should be, hide what must not: New rule shows the slate
                before and after, on a shopper and on the requests of the last minutes.
              </Empty>
            ) : (
              <RuleTable rules={rules} />
            )}
            {conflicts.length > 0 && (
              <Section title="Rules that work against each other">
                <ul>
                  {conflicts.map(({ kind, rules: pair, sentence }) => (
                    <li key={`${kind} ${pair.join(" ")}`} className="border-line border-b py-2">
                      <StateWord tone="warn">conflict</StateWord> <span className="ml-2">{sentence}.</span>
                    </li>
                  ))}
                </ul>
              </Section>
            )}
          </>
        )}
      </Async>
    </Page>
  );
}

function RuleTable({ rules }: { rules: readonly Listed[] }) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const { slug: workspace } = useWorkspace();
  const { mutate, isPending } = useMutation(
    trpc.rules.setEnabled.mutationOptions({
      onSettled: () => client.invalidateQueries({ queryKey: trpc.rules.pathKey() }),
      onError: (error) => notify("error", problemText(error)),
    }),
  );
  const columns = useMemo(
    (): Column<Listed>[] => [
      {
        id: "name",
        header: "Rule",
        accessorFn: ({ definition }) => definition.name,
        cell: ({ row: { original } }) => (
          <Link
            href={`/w/${workspace}/rules/${original.ruleId}`}
            className="font-medium underline decoration-line-strong underline-offset-2"
          >
            {original.definition.name}
          </Link>
        ),
      },
      {
        id: "state",
        header: "State",
        accessorFn: ({ state }) => state,
        cell: ({ row }) => <RuleState state={row.original.state} />,
      },
      {
        id: "sentence",
        header: "What it does",
        enableSorting: false,
        cell: ({ row: { original } }) => (
          <span className="block min-w-72 whitespace-normal">
            {toSentence(original.definition)}
            {original.definition.class === "compliance" && (
              <StateWord tone="warn" className="ml-2">
                compliance
              </StateWord>
            )}
          </span>
        ),
      },
      { id: "priority", header: "Priority", accessorFn: ({ definition }) => definition.priority },
      {
        id: "changed",
        header: "Changed",
        accessorFn: ({ createdAt }) => createdAt.getTime(),
        cell: ({ row: { original } }) => (
          <>
            <Time at={original.createdAt} className="text-ink-2" /> by {original.createdBy}
          </>
        ),
      },
      {
        id: "switch",
        header: "Action",
        enableSorting: false,
        cell: ({ row: { original } }) => (
          <GuardedButton
            permission={original.definition.class === "compliance" ? "rule:compliance" : "rule:edit"}
            variant="quiet"
            disabled={isPending}
            onClick={() => mutate({ workspace, ruleId: original.ruleId, isEnabled: !original.isEnabled })}
          >
            {original.isEnabled ? "Switch off" : "Switch on"}
          </GuardedButton>
        ),
      },
    ],
    [workspace, mutate, isPending],
  );
  return (
    <DataTable
      label="Rules"
      data={rules}
      columns={columns}
      layout={{ priority: { align: "right" } }}
      rowHref={({ ruleId }) => `/w/${workspace}/rules/${ruleId}`}
      rowId={({ ruleId }) => ruleId}
    />
  );
}
